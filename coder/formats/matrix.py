"""Codings as a matrix: a row per participant, a column per theme, 1 for mentioned and 0 for read and not mentioned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coder.domain.corpus import normalise_text
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats.named_table import find_participant, fold_header, restores
from coder.formats.survey.detect import Table, first_of
from coder.formats.tables import strip_inert

_MENTIONED = frozenset(("1", "x", "true", "yes"))
_NOT_MENTIONED = frozenset(("0", "false", "no"))


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A participant with what is known of each column: True, False, or None where the cell says nothing."""

    row: int
    participant: str
    known: Sequence[bool | None]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`heads` are the columns' names, as written. Where the file has no 0 at all, an empty cell is one."""

    heads: Sequence[str]
    rows: Sequence[MatrixRow]
    notices: Sequence[str]


def is_matrix(table: Table) -> bool:
    """Whether a table of codings has no column `theme`, and nothing but marks beside the participants."""
    if "theme" in map(fold_header, table.header) or len(table.header) < 2:
        return False
    who = max(0, find_participant(table))
    marks = _MENTIONED | _NOT_MENTIONED | {""}
    found = [c.strip().casefold() in marks for _, row in table.rows() for at, c in enumerate(row) if at != who]
    return bool(found) and sum(found) / len(found) > 0.9  # a few that are none are then named


def read_matrix(table: Table) -> Matrix:
    """The matrix. Raises InputError with every cell that is no mark, and every participant who has not one row."""
    clean = _cleaner(table)
    who = max(0, find_participant(table))
    columns = [at for at, head in enumerate(table.header) if at != who and not head.startswith("(column ")]
    problems: list[str] = []
    seen: dict[str, int] = {}
    rows = []
    zeros = False
    for number, cells in table.rows():
        participant = clean(cells[who]).strip()
        if not participant or participant in seen:
            what = f"{one_line(participant, 40)!r} stands in row {seen[participant]} too" if participant else "is empty"
            problems.append(f"{table.name}, row {number}: the participant {what}")
        seen.setdefault(participant, number)
        known = []
        for at in columns:
            mark = cells[at].strip().casefold()
            zeros = zeros or mark in _NOT_MENTIONED
            known.append(True if mark in _MENTIONED else False if mark in _NOT_MENTIONED else None)
            if mark and known[-1] is None:
                head = one_line(table.header[at], 40)
                problems.append(f"{table.name}, row {number}, column {head}: {one_line(cells[at], 30)!r} is no 1 or 0")
        rows.append(MatrixRow(number, participant, known))
    if problems:
        raise InputError(
            f"The matrix {table.name} was not read: {len(problems):,} problems.",
            problems=first_of(problems),
            hint="Each participant stands in one row; a cell is 1, 0, or empty where it is not known.",
        )
    notices = list(table.notes)
    if not zeros:
        notices.append(f"{table.name} has no 0: its empty cells were read as ‘not mentioned’.")
        rows = [MatrixRow(r.row, r.participant, [bool(k) for k in r.known]) for r in rows]
    return Matrix([clean(table.header[at]).strip() for at in columns], rows, notices)


def _cleaner(table: Table) -> Callable[[str], str]:
    restore = restores(table)
    return lambda text: normalise_text(strip_inert(text) if restore else text)
