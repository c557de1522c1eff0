"""What a file from outside is: its kind, its encoding, its delimiter and its header rows."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

from coder.domain.corpus import normalise_text
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats import limits
from coder.formats.survey.encoding import check_encoding, digest_of
from coder.formats.survey.headers import HeaderColumn, header_of, read_header
from coder.formats.survey.platforms import OURS
from coder.formats.survey.records import PARQUET, open_parquet, read_json_lines
from coder.formats.survey.spss import SPSS, open_spss
from coder.formats.survey.workbook import WORKBOOKS, open_sheet
from coder.formats.tables import strip_inert

Rows = Iterator[tuple[int, list[str]]]

_LISTED = 20
_SNIFFED = 200
_FORMULA = frozenset("=+-@")
BYTE_ORDER_MARKED = ("utf-8-sig", "utf-16", "utf-32")
"""What we write for spreadsheets begins with a byte order mark, what we write for programs does not."""
_JSON_LINES = (".jsonl", ".ndjson")
_OTHER_KINDS = {
    b"<stata_dta>": ("a Stata file", "Save it as CSV (in Stata: export delimited)."),
    b"\xd0\xcf\x11\xe0": ("an old or password-protected workbook", "Open it and save it as XLSX, or as CSV."),
    b"\x1f\x8b": ("a compressed file", "Unpack it first."),
    b"%PDF": ("a PDF", "Export the survey as CSV or XLSX."),
    b"SQLite format 3\x00": ("a database", "Export the survey from its program as CSV or XLSX."),
}

_ELSEWHERE = {
    ".coder": ("a project of coder, and no file to take in", "The file stands first: coder import KIND FILE PROJECT"),
    ".qdpx": ("a whole project", "Take it in as one: coder import project FILE PROJECT"),
}


@dataclass(frozen=True, eq=False)
class Table:
    """A survey file as columns and rows of text, whatever it was stored as.

    `columns` are its headers, made distinct; `first_row` is the row number of the first row of data.
    """

    name: str
    sha256: str
    columns: Sequence[HeaderColumn]
    first_row: int
    encoding: str
    delimiter: str
    sheet: str
    platform: str
    notes: tuple[str, ...]
    _records: Callable[[], Iterable[list[str]]]

    @cached_property
    def header(self) -> list[str]:
        """The names of the columns, all different."""
        return [c.name for c in self.columns]

    def rows(self) -> Rows:
        """Each row's number, as a spreadsheet shows it, and its cells, as many as there are columns.

        Rows without any text are left out, cells that a row lacks are "". Can be called again.
        Raises InputError at the end, with every row that has more cells than the header, and at an unclosed quote.
        """
        width, first = len(self.columns), self.first_row
        too_long: list[str] = []
        for number, cells in islice(enumerate(self._records(), 1), first - 1, None):
            if len(cells) != width:
                if len(cells) > width:
                    if any(cells[width:]):
                        too_long.append(f"{self.name}, row {number}: {len(cells)} cells")
                        continue
                    del cells[width:]
                else:
                    cells.extend([""] * (width - len(cells)))
            if cells[0] or any(cells):
                yield number, cells
        if too_long:
            raise InputError(
                f"{self.name} has rows with more cells than its header, which has {width}.",
                problems=first_of(too_long),
                hint="A cell that holds the delimiter must stand in quotes; export the file again, or mend these rows.",
            )


def first_of(problems: Sequence[str]) -> list[str]:
    """The first twenty problems, and how many more there are."""
    more = len(problems) - _LISTED
    return [*problems[:_LISTED], *([f"and {more:,} more"] if more > 0 else [])]


def open_table(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Table:
    """A survey file, whole or refused: delimited text in a Unicode encoding (or the one named), XLSX, ODS, SPSS,
    Parquet or JSON Lines.

    Raises InputError where it can't be read as one, with what to do.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder.", hint="Name the file in it.")
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}.") from error
    if not start:
        raise InputError(f"{path.name} is empty.")
    if path.suffix.lower() in _ELSEWHERE:
        kind, hint = _ELSEWHERE[path.suffix.lower()]
        raise InputError(f"{path.name} is {kind}.", hint=hint)
    for magic, (kind, hint) in _OTHER_KINDS.items():
        if start.startswith(magic):
            raise InputError(f"{path.name} is {kind}, which coder does not read.", hint=hint)
    if start.startswith(WORKBOOKS):
        return _open_workbook(path, sheet)
    if sheet is not None:
        raise InputError(f"{path.name} has no sheets.", hint="Leave out --sheet, or the sheet of the plan.")
    if start.startswith(SPSS):
        return _open_spss(path, encoding)
    if start.startswith(PARQUET):
        return _open_records(path, open_parquet(path), "")
    if path.suffix.lower() in _JSON_LINES:
        _, codec = check_encoding(path, encoding)
        return _open_records(path, list(read_json_lines(path, codec)), codec)
    return _open_text(path, encoding)


def _open_workbook(path: Path, sheet: str | None) -> Table:
    found = open_sheet(path, sheet)
    rows = found.rows
    digest = digest_of(path)
    notes: tuple[str, ...] = ()
    if len(found.sheets) > 1 and sheet is None:
        notes += (f"The sheet {found.name!r} was read; there are {', '.join(map(repr, found.sheets))} (--sheet).",)
    if found.errors:
        notes += (
            f"Cells that are errors such as #NAME?, and empty here: {found.errors:,}. Spreadsheets make these of texts "
            "that begin with = or -; the first export has the words.",
        )

    def records() -> Iterator[list[str]]:
        return (list(row) for row in rows)

    return _table(path.name, digest, records, ("", "", found.name), notes)


def _open_spss(path: Path, encoding: str | None) -> Table:
    found = open_spss(path, encoding)
    header = header_of(found.columns)
    form = ("", "", "", header.platform or "SPSS")
    return Table(path.name, digest_of(path), header.columns, 1, *form, found.notes, lambda: map(list, found.rows))


def _open_records(path: Path, rows: Sequence[list[str]], codec: str) -> Table:
    return _table(path.name, digest_of(path), lambda: map(list, rows), (codec, "", ""), ())


def _open_text(path: Path, encoding: str | None) -> Table:
    digest, codec = check_encoding(path, encoding)
    delimiter, quoting = _find_delimiter(path, codec)

    def records() -> Iterator[list[str]]:
        return _parse(path, codec, delimiter, quoting)

    table = _table(path.name, digest, records, (codec, delimiter, ""), ())
    if len(table.columns) > 1:
        return table
    divided = "It has one column. If there should be more: commas, semicolons, tabs or | divide them."
    return replace(table, notes=(*table.notes, divided))


def _table(
    name: str,
    digest: str,
    records: Callable[[], Iterable[list[str]]],
    form: tuple[str, str, str],
    notes: tuple[str, ...],
) -> Table:
    top = list(islice(records(), 60))
    skipped = next((i for i, cells in enumerate(top) if any(c.strip() for c in cells)), None)
    if skipped is None:
        raise InputError(f"{name} has no header.", hint="Its first row must name the columns.")
    limits.COLUMNS.check(max(map(len, top)), name)
    head = [[normalise_text(cell) for cell in cells] for cells in top[skipped:]]
    header = read_header(head)
    restored = _restoring(header.platform, form[0])
    read = records if restored is None else lambda: ([restored(cell) for cell in cells] for cells in records())
    return Table(name, digest, header.columns, skipped + header.rows + 1, *form, header.platform, notes, read)


def _restoring(platform: str, codec: str) -> Callable[[str], str] | None:
    """What takes the ' away that a platform puts before what a spreadsheet would run: the answer stands behind it."""
    if platform == "Typeform":
        return lambda cell: cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell
    return strip_inert if platform == OURS and codec in BYTE_ORDER_MARKED else None


def _parse(path: Path, codec: str, delimiter: str, quoting: int) -> Iterator[list[str]]:
    """The logical records of delimited text. An unclosed quote, which would swallow rows unseen, is an error."""
    csv.field_size_limit(limits.CELL.most)
    number, at_end = 0, None

    def text() -> Iterator[Iterable[str]]:
        nonlocal at_end
        with path.open(encoding=codec, newline="") as file:
            yield file
        # The reader asks for more than there is: between two records, or inside the last one.
        at_end = number

    reader = csv.reader(chain.from_iterable(text()), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    try:
        for number, cells in enumerate(reader, 1):
            if number > limits.ROWS.most:
                raise limits.ROWS.error(number, path.name)
            yield cells
    except csv.Error as error:
        raise InputError(
            f"{path.name}, row {number + 1} can't be read: {error}.",
            hint="A quote may be missing at the end of a cell there.",
        ) from error
    if at_end != number:
        begins = one_line(" | ".join(cells), 60)
        raise InputError(
            f"{path.name}: a quote is opened in row {number} and never closed.",
            problems=[f"{path.name}, row {number}, which begins: {begins}"],
            hint='Close the quote in that row (a quote inside a cell is written ""), or export the file again.',
        )


def _find_delimiter(path: Path, codec: str) -> tuple[str, int]:
    """The delimiter under which the first records have the same number of cells, and whether quotes count."""

    def score(delimiter: str, quoting: int) -> tuple[float, int]:
        try:
            records = [r for r in islice(_parse(path, codec, delimiter, quoting), _SNIFFED) if r]
        except InputError:
            return (0.0, 0)
        width = len(records[0]) if records else 0
        same = sum(len(r) == width for r in records) / max(1, len(records))
        return (round(same, 2), width) if width > 1 else (0.0, 0)

    candidates = [(d, csv.QUOTE_MINIMAL) for d in ",;\t|"] + [("\t", csv.QUOTE_NONE)]
    best = max(candidates, key=lambda c: score(*c))
    return best if score(*best)[1] else (",", csv.QUOTE_MINIMAL)
