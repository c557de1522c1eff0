"""A table from outside whose columns are known by name: codebooks, codings, reviewed responses, attributes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.domain.corpus import normalise_text
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats.survey.detect import BYTE_ORDER_MARKED, Table
from coder.formats.survey.platforms import OURS
from coder.formats.tables import strip_inert

PARTICIPANT = "participant_id"
_PARTICIPANT_ALIASES = ("participant", "respondent_id", "respondent", "case_id", "external_id", "id")

_MOST_NAMED = 30


@dataclass(frozen=True, eq=False)
class NamedTable:
    """A table and where its known columns stand; `notices` name the columns that are ignored."""

    table: Table
    places: Mapping[str, int]
    notices: tuple[str, ...]

    def where(self, row: int) -> str:
        """How a problem names a row."""
        return f"{self.table.name}, row {row}"

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row's number and its cells by column name, "" where the cell or the whole column is absent."""
        restore = restores(self.table)
        absent = {name: "" for name, place in self.places.items() if place < 0}
        present = [(name, place) for name, place in self.places.items() if place >= 0]
        for number, cells in self.table.rows():
            found = absent.copy()
            for name, place in present:
                cell = cells[place]
                found[name] = normalise_text(strip_inert(cell) if restore and cell[:1] == "'" else cell)
            yield number, found


def name_columns(
    table: Table, *, required: Sequence[str], optional: Sequence[str], silent: Sequence[str] = ()
) -> NamedTable:
    """A table by its column names; case, spaces and hyphens in a header don't matter.

    `silent` columns are known and not needed; others are named in the notices and ignored.
    Raises InputError where a required column is absent, with the headers that are there.
    """
    headers = [fold_header(name) for name in table.header]
    places = {name: headers.index(name) if name in headers else -1 for name in (*required, *optional)}
    if PARTICIPANT in places:
        places[PARTICIPANT] = find_participant(table)
    missing = [name for name in required if places[name] < 0]
    if missing:
        raise InputError(
            f"{table.name} has no column {' and no column '.join(map(repr, missing))}.",
            problems=[f"its columns are: {', '.join(_shown(table.header))}"],
            hint=f"Name the columns in the first row: {', '.join(required)}; {', '.join(optional)} may be there too.",
        )
    used = {*places.values(), *(i for i, name in enumerate(headers) if name in silent)}
    unknown = _shown([repr(one_line(name, 40)) for i, name in enumerate(table.header) if i not in used])
    notices = (f"{table.name}: these columns are not known here and were ignored: {', '.join(unknown)}",)
    return NamedTable(table, places, (*table.notes, *(notices if unknown else ())))


def _shown(names: Sequence[str]) -> list[str]:
    """The first names, for a message, and how many more there are."""
    more = len(names) - _MOST_NAMED
    return [*(one_line(name, 42) for name in names[:_MOST_NAMED]), *([f"and {more:,} more"] if more > 0 else [])]


def restores(table: Table) -> bool:
    """Whether cells carry the `'` that keeps a spreadsheet from running them: in text that was made for one, unless
    the table has taken it away."""
    return table.encoding in BYTE_ORDER_MARKED and table.platform != OURS


def find_participant(table: Table) -> int:
    """The index of the column of participant ids, by its name or the one other name for it; -1 where none is.

    Raises InputError where several columns could be it.
    """
    headers = [fold_header(name) for name in table.header]
    if PARTICIPANT in headers:
        return headers.index(PARTICIPANT)
    found = [i for i, name in enumerate(headers) if name in _PARTICIPANT_ALIASES]
    if len(found) > 1:
        raise InputError(
            f"{table.name} has several columns that could name the participant.",
            problems=[one_line(table.header[i], 60) for i in found],
            hint=f"Call the one that does {PARTICIPANT}.",
        )
    return found[0] if found else -1


def fold_header(name: str) -> str:
    """A column name as names are compared: `Participant ID` is `participant_id`."""
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
