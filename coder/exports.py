"""A project's tally, codings, matrix, codebook and quotes as files for people and for other programs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from coder import __version__
from coder.analysis.matrix import matrix
from coder.analysis.tally import Cut, Tally, tally, tally_rows
from coder.analysis.together import CoOccurrence, pair_rows
from coder.errors import CoderError
from coder.formats.codebook import codebook_table, dump_codebook_yaml
from coder.formats.codings import CodedText, MatrixColumn, codings_table, matrix_table, quotes_table
from coder.formats.memos import memos_table
from coder.formats.refi.from_survey import SurveyWriter
from coder.formats.refi.write import write_qdc
from coder.formats.tables import Row, TableData, to_tsv_text, write_table, write_text
from coder.store import codebook as store_codebook
from coder.store import memos, quotes
from coder.store.project import Project
from coder.store.whole import read_whole

ORIGIN = f"coder {__version__}"
"""What an exchange file says of the program that wrote it."""

_YAML = (".yaml", ".yml")


class ExportKind(StrEnum):
    TALLY = "tally"
    CODINGS = "codings"
    MATRIX = "matrix"
    CODEBOOK = "codebook"
    QUOTES = "quotes"
    MEMOS = "memos"


@dataclass(frozen=True)
class Exported:
    path: Path
    rows: int
    notices: tuple[str, ...]


def export(kind: ExportKind, project: Project, path: Path, *, raw: bool = False) -> Exported:
    """Write one kind of table to a CSV or XLSX file (a codebook to YAML and .qdc as well), replacing it as one.

    `raw` leaves CSV cells that look like formulas as they are, for programs.
    """
    if kind is ExportKind.CODEBOOK and path.suffix.lower() in _YAML:
        with project.read() as connection:
            book = store_codebook.read_codebook(connection)
        write_text(path, dump_codebook_yaml(book))
        return Exported(path, len(book.themes), ())
    if kind is ExportKind.CODEBOOK and path.suffix.lower() == ".qdc":
        with project.read() as connection:
            codes, notes = SurveyWriter(read_whole(connection, ""), ORIGIN).codebook()
        write_qdc(path, codes, ORIGIN)
        return Exported(path, len(codes), tuple(notes))
    table, notices = _TABLES[kind](project)
    counted = _Counted(table.rows)
    notices += write_table(path, table.header, counted, sheet_name=kind.value.capitalize(), raw=raw)
    return Exported(path, counted.rows, tuple(notices))


def beside(project: Project, name: str) -> Path:
    """The file that a name typed in the project means: in the project's folder, unless it says another place."""
    return project.path.parent / Path(name).expanduser()


def export_counts(path: Path, counted: Tally | CoOccurrence) -> Exported:
    """Write a tally, or themes together, that is shown already to a CSV or XLSX file, replacing it as one."""
    header, rows = _table_of(counted)
    through = _Counted(rows)
    notices = write_table(path, header, through, sheet_name="Counts")
    return Exported(path, through.rows, tuple(notices))


def counts_as_text(counted: Tally | CoOccurrence) -> str:
    """The same table as text to paste into a spreadsheet: a line for each row, tabs between the cells."""
    return to_tsv_text(*_table_of(counted))


def _table_of(counted: Tally | CoOccurrence) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    return pair_rows(counted) if isinstance(counted, CoOccurrence) else tally_rows(counted)


class _Counted:
    """Counts the rows that pass."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._source = rows
        self.rows = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._source:
            self.rows += 1
            yield row


def _tally(project: Project) -> tuple[TableData, list[str]]:
    return TableData(*tally_rows(tally(project))), []


def _codebook(project: Project) -> tuple[TableData, list[str]]:
    with project.read() as connection:
        return codebook_table(store_codebook.read_codebook(connection)), []


def _codings(project: Project) -> tuple[TableData, list[str]]:
    with project.read() as connection:
        superseded, archived = quotes.count_superseded(connection), quotes.count_archived(connection)
        waves, parts = quotes.has_waves(connection), quotes.has_parts(connection)
    notices = []
    if superseded:
        notices.append(
            f"{superseded} codings lie on texts that a later import replaced; they stay in the project alone."
        )
    if archived:
        notices.append(f"{archived} codings are of archived themes; they stay in the project alone.")
    table = codings_table(_coded_texts(project, counted=False), waves=waves, parts=parts)
    return table, notices


def _quotes(project: Project) -> tuple[TableData, list[str]]:
    with project.read() as connection:
        waves, parts = quotes.has_waves(connection), quotes.has_parts(connection)
        book = store_codebook.read_codebook(connection)

    def by_theme() -> Iterator[CodedText]:
        for _, theme in book.walk():
            of_theme = _coded_texts(project, counted=True, theme_id=theme.id)
            yield from sorted(of_theme, key=lambda quote: not quote.starred)

    return quotes_table(by_theme(), waves=waves, parts=parts), []


def _memos(project: Project) -> tuple[TableData, list[str]]:
    with project.read() as connection:
        return memos_table(memos.read_noted(connection)), []


def _coded_texts(project: Project, *, counted: bool, theme_id: int | None = None) -> Iterator[CodedText]:
    with project.read() as connection:
        book = store_codebook.read_codebook(connection)
        themes = None if theme_id is None else [theme_id]
        for quote in quotes.read_quotes(connection, themes, counted=counted):
            start, end = (None, None) if quote.span is None else (quote.span.start, quote.span.end)
            yield CodedText(
                quote.participant,
                quote.question,
                book.path(quote.theme_id),
                quote.coder,
                quote.text,
                start,
                end,
                quote.wave,
                quote.part,
                quote.starred,
            )


def _matrix(project: Project) -> tuple[TableData, list[str]]:
    """A column per question and theme, parents by union; what the tally does not count is empty here too."""
    found = matrix(project, Cut())
    names = found.participants
    columns = [
        MatrixColumn(
            i.question.key,
            found.codebook.path(i.theme.id),
            frozenset(names[p] for p in i.having),
            frozenset(names[p] for p in i.known),
            i.question.wave,
        )
        for i in found.indicators
    ]
    if not columns:
        raise CoderError("There is no theme yet, so there is no matrix.", hint="coder import codebook FILE PROJECT")
    unread = found.unread
    notices = [f"{unread} answers have codings and are not marked as reviewed; they are empty here."] if unread else []
    return matrix_table(names.values(), columns), notices


_TABLES: Mapping[ExportKind, Callable[[Project], tuple[TableData, list[str]]]] = {
    ExportKind.TALLY: _tally,
    ExportKind.CODINGS: _codings,
    ExportKind.MATRIX: _matrix,
    ExportKind.CODEBOOK: _codebook,
    ExportKind.QUOTES: _quotes,
    ExportKind.MEMOS: _memos,
}
