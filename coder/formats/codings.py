"""Codings, reviewed responses and attributes from files; codings, quotes and the indicator matrix as tables."""

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.domain.codebook import PATH_SEPARATOR, fold_name, split_path
from coder.domain.corpus import normalise_text
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats.fields import Field, FieldKind
from coder.formats.named_table import (
    PARTICIPANT,
    NamedTable,
    find_participant,
    fold_header,
    name_columns,
    restores,
)
from coder.formats.survey.detect import Table, open_table
from coder.formats.survey.headers import distinct
from coder.formats.tables import Row, TableData, strip_inert


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """A response that was read. `part` is None and `wave` and `coder` are "" where the file doesn't say."""

    row: int
    participant: str
    question: str
    wave: str = ""
    part: int | None = None
    coder: str = ""


@dataclass(frozen=True, slots=True)
class ReadRow(ReviewedRow):
    """A response that `coder` read, and the paths of themes that came later, of which that says nothing."""

    later: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class CodingRow(ReviewedRow):
    """One theme on one response, with one highlight [start, end) in code points, or None for the whole response.

    `theme` is the name or path as written; `path`, from a column of that name, is the whole path, or (). `words` are
    those that the file has for the highlight.
    """

    theme: str = ""
    path: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class CodingsFile:
    rows: Sequence[CodingRow]
    notices: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReviewedFile:
    """Who read which responses; and, where the file says of each who did, the responses that nobody has read."""

    rows: Sequence[ReadRow]
    notices: Sequence[str]
    unread: Sequence[ReviewedRow] = ()
    says_who: bool = False


@dataclass(frozen=True, slots=True)
class AttributesFile:
    """Facts about participants: (row, participant, value by attribute); a blank cell says nothing and is left out."""

    id_column: str
    attributes: Sequence[str]
    rows: Sequence[tuple[int, str, dict[str, str]]]
    notices: Sequence[str]


def read_codings(table: Table) -> CodingsFile:
    """Codings, a row per highlight. Raises InputError with every problem found, by row."""
    optional = ("wave", "part", "path", "coder", "start", "end", "text")
    required = (PARTICIPANT, "question", "theme")
    named = name_columns(table, required=required, optional=optional)
    reader = _Reader(named)
    rows = []
    for number, cells in named.rows():
        theme = reader.needed(number, cells, "theme")
        full = reader.path(number, theme, cells["path"])
        start, end = reader.offsets(number, cells)
        words = "" if start is None else cells["text"]
        rows.append(CodingRow(*reader.response(number, cells), theme, full, start, end, words))
    reader.check("codings", "A response that was read and has no theme belongs in the file for --reviewed.")
    return CodingsFile(rows, named.notices)


def read_reviewed(path: Path, *, encoding: str | None = None) -> ReviewedFile:
    """Responses that were read, with a theme or without: those listed or, where there is a column `reviewed_by` as in
    an export of responses, those with a name in it. Raises InputError with every problem found, by row."""
    required, silent = (PARTICIPANT, "question"), ("theme", "path", "start", "end", "text", "status")
    optional = ("wave", "part", "coder", "reviewed_by", "unknown_themes")
    table = name_columns(open_table(path, encoding=encoding), required=required, optional=optional, silent=silent)
    reader = _Reader(table)
    says_who = table.places["reviewed_by"] >= 0
    rows, unread = [], []
    for number, cells in table.rows():
        row, participant, question, wave, part, coder = reader.response(number, cells)
        coders = [name for n in cells["reviewed_by"].split(";") if (name := n.strip())] if says_who else [coder]
        later = reader.paths(number, cells, "unknown_themes")
        rows += [ReadRow(row, participant, question, wave, part, name, later) for name in coders]
        if not coders:
            unread.append(ReviewedRow(row, participant, question, wave, part))
    reader.check("reviewed responses", "Each row names a participant and a question.")
    return ReviewedFile(rows, table.notices, unread, says_who)


def read_attributes(path: Path, *, encoding: str | None = None) -> AttributesFile:
    """Attributes of participants: the id stands in the column participant_id, or else in the first.

    Raises InputError with every row that names no participant, or one that an earlier row names.
    """
    table = open_table(path, encoding=encoding)
    restore = restores(table)

    def cell(text: str) -> str:
        return normalise_text(strip_inert(text) if restore else text).strip()

    at = max(0, find_participant(table))
    names = {i: cell(name) for i, name in enumerate(table.header) if i != at}
    reader = _Reader(NamedTable(table, {}, table.notes))
    if not names:
        reader.problems.append(f"{table.name}: it has no column beside the participants' ids")
    rows, seen = [], dict[str, int]()
    for number, cells in table.rows():
        participant = cell(cells[at])
        if not participant:
            reader.problem(number, "no participant is named")
        elif participant in seen:
            reader.problem(
                number, f"the participant {one_line(participant, 40)!r} stands in row {seen[participant]} too"
            )
        seen.setdefault(participant, number)
        rows.append((number, participant, {name: value for i, name in names.items() if (value := cell(cells[i]))}))
    reader.check("attributes", "Each participant stands in one row, with an id.")
    return AttributesFile(table.header[at], list(names.values()), rows, table.notes)


class _Reader:
    """Reads the cells that several files have in common, and gathers what is wrong with them."""

    def __init__(self, table: NamedTable) -> None:
        self._table = table
        self._texts: dict[str, str] = {}  # ids, questions and themes recur in most rows; one object each will do
        self._paths: dict[tuple[str, str], tuple[tuple[str, ...], bool]] = {}
        self.problems: list[str] = []

    def problem(self, row: int, what: str) -> None:
        self.problems.append(f"{self._table.where(row)}: {what}")

    def check(self, what: str, hint: str) -> None:
        """Raise InputError if there were problems."""
        if self.problems:
            count = len(self.problems)
            raise InputError(
                f"The {what} in {self._table.table.name} were not read: {count:,} problem{'s' * (count > 1)}.",
                problems=self.problems,
                hint=hint,
            )

    def needed(self, row: int, cells: dict[str, str], column: str) -> str:
        """The cell without outer white space; a problem where it is blank."""
        text = cells[column].strip()
        if not text:
            self.problem(row, f"the column {column} is empty")
        return self._texts.setdefault(text, text)

    def response(self, row: int, cells: dict[str, str]) -> tuple[int, str, str, str, int | None, str]:
        """Row number, participant, question (a key, so white space and all), wave, part and coder."""
        participant = self.needed(row, cells, PARTICIPANT)
        self.needed(row, cells, "question")
        question, wave, coder = (
            self._texts.setdefault(text, text)
            for text in (cells["question"], cells["wave"].strip(), cells["coder"].strip())
        )
        part = self._number(row, cells, "part")
        if part == 0:
            self.problem(row, "the part is 0; parts are counted from 1")
        return row, participant, question, wave, part, coder

    def path(self, row: int, theme: str, written: str) -> tuple[str, ...]:
        """The names of a whole path, () where none is written; a problem where it leads to another theme."""
        key = (theme, written)
        if key not in self._paths:
            full = split_path(written)
            ends = [fold_name(names[-1]) for names in (full, split_path(theme)) if names]
            self._paths[key] = (full, len(set(ends)) > 1)
        full, contradicts = self._paths[key]
        if contradicts:
            self.problem(row, f"the theme {one_line(theme, 60)!r} is not the last of its path")
        return full

    def paths(self, row: int, cells: dict[str, str], column: str) -> tuple[tuple[str, ...], ...]:
        """Paths of themes, written as a JSON list."""
        text = cells[column].strip()
        if not text:
            return ()
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list) or not all(isinstance(path, str) for path in found):
            self.problem(row, f"the column {column} holds {one_line(text, 40)!r}, which is no list of themes")
            return ()
        return tuple(split_path(path) for path in found)

    def offsets(self, row: int, cells: dict[str, str]) -> tuple[int | None, int | None]:
        """Start and end of a highlight; both or neither are there."""
        if not (cells["start"] or cells["end"]):
            return None, None
        start, end = self._number(row, cells, "start"), self._number(row, cells, "end")
        if bool(cells["start"].strip()) != bool(cells["end"].strip()):
            self.problem(row, "start and end must both be there, or neither")
        elif start is not None and end is not None and start >= end:
            self.problem(row, f"start {start} is not before end {end}")
        return start, end

    def _number(self, row: int, cells: dict[str, str], column: str) -> int | None:
        text = cells[column].strip()
        if not text:
            return None
        if len(text) < 10 and text.isascii() and text.isdecimal():
            return int(text)
        self.problem(row, f"the column {column} holds {one_line(text, 40)!r}, which is no whole number from 0 up")
        return None


# --- tables on their way out ----------------------------------------------------------------------------------

_OURS = frozenset((PARTICIPANT, "theme"))
"""Names of columns by which a file of codings is known."""


@dataclass(frozen=True, slots=True)
class CodedText:
    """A highlight under a theme, or a whole response (offsets None), with the text it covers.

    `facts` are the values of the attributes that the table shows, None where one is not known.
    """

    participant: str
    question: str
    path: tuple[str, ...]
    coder: str
    text: str
    start: int | None = None
    end: int | None = None
    wave: str = ""
    part: int = 1
    starred: bool = False
    facts: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """A response, answered or not; which coders have read it, and the paths of themes that came after that."""

    participant: str
    question: str
    text: str
    status: str
    reviewed_by: tuple[str, ...] = ()
    unknown_themes: tuple[str, ...] = ()
    wave: str = ""
    part: int = 1
    facts: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A theme under a question: the participants who have it, and those of whom it is known either way."""

    question: str
    path: tuple[str, ...]
    having: Container[str]
    known: Container[str]
    wave: str = ""


def codings_table(
    rows: Iterable[CodedText], *, waves: bool = False, parts: bool = False, attributes: Sequence[str] = ()
) -> TableData:
    """A row per highlight; `waves` and `parts` add columns that a project without them does not need, `attributes`
    one for each."""
    header = [PARTICIPANT, "question", *_extra(waves, parts), "theme", "path", "coder", "start", "end", "text"]

    def made() -> Iterator[Row]:
        for row in rows:
            response = _response(row, waves, parts)
            path = PATH_SEPARATOR.join(row.path)
            yield [*response, row.path[-1], path, row.coder, row.start, row.end, row.text, *row.facts]

    return _with_attributes(header, made(), attributes)


def attribute_heads(attributes: Iterable[str], header: Sequence[str]) -> list[str]:
    """What columns with attributes are called behind these: as the attributes, but for names that are taken."""
    heads = [f"attribute {name}" if name in header else name for name in attributes]
    return distinct([*header, *heads])[len(header) :]


def _with_attributes(header: Sequence[str], rows: Iterable[Row], attributes: Sequence[str]) -> TableData:
    heads = attribute_heads(attributes, header)
    fields = [Field(head, f"Attribute: {name}") for head, name in zip(heads, attributes, strict=True)]
    return TableData([*header, *heads], rows, fields)


def quotes_table(
    rows: Iterable[CodedText], *, waves: bool = False, parts: bool = False, attributes: Sequence[str] = ()
) -> TableData:
    """Theme by theme, as the rows come: the theme's path, who said it to which question, the words, coder, star."""
    header = ["theme", PARTICIPANT, "question", *_extra(waves, parts), "quote", "coder", "starred"]

    def made() -> Iterator[Row]:
        for row in rows:
            path, response = PATH_SEPARATOR.join(row.path), _response(row, waves, parts)
            yield [path, *response, row.text, row.coder, int(row.starred), *row.facts]

    return _with_attributes(header, made(), attributes)


def responses_table(
    rows: Iterable[ResponseRow], *, waves: bool = False, parts: bool = False, attributes: Sequence[str] = ()
) -> TableData:
    """A row per response: its status, who has reviewed it, and (as JSON) the themes that came after."""
    header = [PARTICIPANT, "question", *_extra(waves, parts), "status", "reviewed_by", "unknown_themes", "text"]

    def made() -> Iterator[Row]:
        for row in rows:
            unknown = json.dumps(row.unknown_themes, ensure_ascii=False) if row.unknown_themes else ""
            readers = "; ".join(row.reviewed_by)
            yield [*_response(row, waves, parts), row.status, readers, unknown, row.text, *row.facts]

    return _with_attributes(header, made(), attributes)


def matrix_table(participants: Iterable[str], columns: Sequence[MatrixColumn]) -> TableData:
    """A row per participant, a column per question and theme (see `matrix_heads`): 1, 0 = read and not coded, empty =
    not known."""
    header = [PARTICIPANT, *matrix_heads([(c.question, c.wave, c.path) for c in columns])]

    def made() -> Iterator[Row]:
        for participant in participants:
            yield [participant, *(_indicator(participant, c) for c in columns)]

    return TableData(header, made(), [_field(name, column) for name, column in zip(header[1:], columns, strict=True)])


def _field(header: str, column: MatrixColumn) -> Field:
    asked = f"{column.question} ({column.wave})" if column.wave else column.question
    return Field(header, f"{asked}: {PATH_SEPARATOR.join(column.path)}", FieldKind.INDICATOR, asked, column.path[-1])


def _indicator(participant: str, column: MatrixColumn) -> int | None:
    if participant in column.having:
        return 1
    return 0 if participant in column.known else None


def matrix_heads(columns: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[str]:
    """What the columns of a matrix are called, by their question, wave and theme's path: by the path, after
    `question: ` where there are several questions or a theme has a name that tells what a column is."""
    several = len({(question, wave) for question, wave, _ in columns}) > 1
    named = several or any(fold_header(path[0]) in _OURS for _, _, path in columns)
    heads = [PARTICIPANT]
    for question, wave, path in columns:
        asked = f"{question} ({wave})" if wave else question
        heads.append((f"{asked}: " if named else "") + PATH_SEPARATOR.join(path))
    return distinct(heads)[1:]


def _extra(waves: bool, parts: bool) -> list[str]:
    return ["wave"] * waves + ["part"] * parts


def _response(row: CodedText | ResponseRow, waves: bool, parts: bool) -> list[str | int]:
    return [row.participant, row.question, *([row.wave] if waves else []), *([row.part] if parts else [])]
