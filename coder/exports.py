"""A project's tally, codings, matrix, codebook and quotes as files for people and for other programs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from coder import __version__
from coder.analysis.matrix import matrix
from coder.analysis.tally import Cut, tally, tally_rows
from coder.disclosure import FEWEST, Risk, Shown, Watch
from coder.domain import tally as counting
from coder.domain.codebook import PATH_SEPARATOR
from coder.domain.corpus import QuestionKind
from coder.domain.display import one_line
from coder.domain.pseudonyms import Pseudonyms
from coder.errors import CoderError
from coder.formats.annotations import Reader, annotated, annotation_file
from coder.formats.codebook import codebook_table, dump_codebook_yaml
from coder.formats.codings import (
    CodedText,
    MatrixColumn,
    ResponseRow,
    codings_table,
    matrix_table,
    quotes_table,
    responses_table,
)
from coder.formats.dictionary import dictionary, fields_of
from coder.formats.memos import memos_table
from coder.formats.parquet import write_parquet
from coder.formats.refi.from_survey import SurveyWriter
from coder.formats.refi.write import write_qdc
from coder.formats.sav import write_sav
from coder.formats.tables import Row, TableData, to_tsv_text, write_table, write_text
from coder.formats.taguette import codebook_csv
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, listing, memos, quotes
from coder.store import people as store_people
from coder.store.project import Project
from coder.store.whole import read_themes, read_whole

ORIGIN = f"coder {__version__}"
"""What an exchange file says of the program that wrote it."""

_YAML = (".yaml", ".yml")
_SUFFIXES = (".csv", ".xlsx", ".parquet", ".sav")


class ExportKind(StrEnum):
    TALLY = "tally"
    CODINGS = "codings"
    MATRIX = "matrix"
    CODEBOOK = "codebook"
    QUOTES = "quotes"
    RESPONSES = "responses"
    MEMOS = "memos"


PSEUDONYMOUS = frozenset({ExportKind.CODINGS, ExportKind.MATRIX, ExportKind.QUOTES, ExportKind.RESPONSES})
"""What can be exported with pseudonyms."""
DESCRIBED = frozenset({ExportKind.CODINGS, ExportKind.MATRIX, ExportKind.RESPONSES})
"""What is exported with a data dictionary beside it."""
ATTRIBUTED = PSEUDONYMOUS - {ExportKind.MATRIX}
"""What can be exported with attributes of the participants."""


@dataclass(frozen=True, slots=True)
class Showing:
    """How a file shows participants: by the survey's own ids or by pseudonyms, with which attributes.

    With either, what could tell who somebody is is said; `fewest` as in `coder.disclosure.Watch`.
    """

    pseudonyms: bool = False
    attributes: tuple[str, ...] = ()
    fewest: int = FEWEST


@dataclass(frozen=True)
class Exported:
    """A file that was written, what its reader should know, what in it could tell who somebody is, and its data
    dictionary."""

    path: Path
    rows: int
    notices: tuple[str, ...]
    risks: tuple[Risk, ...] = ()
    dictionary: Path | None = None


def export(
    kind: ExportKind, project: Project, path: Path, *, raw: bool = False, showing: Showing = Showing()
) -> Exported:
    """Write one kind of table as CSV, XLSX, Parquet or SPSS (a codebook as YAML and .qdc, too), the file as one.

    `raw` leaves CSV cells that look like formulas as they are, for programs. Raises CoderError for another suffix,
    NotFoundError where an attribute does not exist.
    """
    _check_suffix(kind, path)
    if kind is ExportKind.CODEBOOK and path.suffix.lower() in _YAML:
        with project.read() as connection:
            book = store_codebook.read_codebook(connection)
        write_text(path, dump_codebook_yaml(book))
        return Exported(path, len(book.themes), ())
    if kind is ExportKind.CODEBOOK and path.suffix.lower() == ".qdc":
        with project.read() as connection:
            codes, notes = SurveyWriter(read_themes(connection), ORIGIN).codebook()
        write_qdc(path, codes, ORIGIN)
        return Exported(path, len(codes), tuple(notes))
    people = _People(project, kind, showing)
    table, notices = _TABLES[kind](project, people)
    counted = _Counted(table.rows)
    match path.suffix.lower():
        case ".sav":
            notices += write_sav(path, fields_of(table), counted, f"{project.path.stem}: {kind.value}")
        case ".parquet":
            notices += write_parquet(path, fields_of(table), counted)
        case _:
            notices += write_table(path, table.header, counted, sheet_name=kind.value.capitalize(), raw=raw)
    described = dictionary_path(path) if kind in DESCRIBED else None
    if described is not None:
        about = dictionary(table)
        write_table(described, about.header, about.rows, raw=raw)
    return Exported(path, counted.rows, tuple(notices), people.risks(), described)


def _check_suffix(kind: ExportKind, path: Path) -> None:
    """Raise CoderError where the end of a file's name is none of those in which this kind is written."""
    suffixes = (*_SUFFIXES, *_YAML, ".qdc") if kind is ExportKind.CODEBOOK else _SUFFIXES
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        hint = "Let the file's name end in one of these."
        raise CoderError(
            f"The {kind.value} can be written as {', '.join(suffixes[:-1])} or {suffixes[-1]}; "
            f"the name {one_line(path.name)!r} ends otherwise.",
            hint=hint + (" A whole project is a .qdpx: coder export project" if suffix == ".qdpx" else ""),
        )


def dictionary_path(path: Path) -> Path:
    """Where the data dictionary of an exported table stands: beside it."""
    return path.with_name(f"{path.stem}.dictionary.csv")


def export_tags(project: Project, path: Path) -> Exported:
    """Write the codebook as the CSV that Taguette imports."""
    if path.suffix.lower() != ".csv":
        raise CoderError(
            f"Taguette imports a codebook as CSV; the name {one_line(path.name)!r} says otherwise.",
            hint="Let the file's name end in .csv.",
        )
    with project.read() as connection:
        themes = read_themes(connection).themes
    table, notes = codebook_csv(themes)
    write_text(path, table)
    return Exported(path, len(themes), tuple(notes))


def export_annotations(project: Project, path: Path, reader: Reader) -> Exported:
    """Write highlights and themes in the form that a program reads, with an entry for each response."""
    if path.suffix.lower() != reader.suffix:
        kind = "one JSON list" if reader is Reader.LABEL_STUDIO else "JSON Lines"
        raise CoderError(
            f"Annotations for {reader.value} are {kind}; the name {one_line(path.name)!r} says otherwise.",
            hint=f"Let the file's name end in {reader.suffix}.",
        )
    with project.read() as connection:
        survey = read_whole(connection, project.path.stem)
    responses = annotated(survey)
    write_text(path, annotation_file(responses, reader))
    notices = list(survey.notes)
    if unread := sum(not response.complete for response in responses):
        notices.append(
            f"{unread} of {len(responses)} responses were not read to the end under all themes of their question: what "
            "they lack is not known (complete: false)."
        )
    return Exported(path, len(responses), tuple(notices))


def risks_of_all(project: Project, *, fewest: int = FEWEST) -> tuple[Risk, ...]:
    """What to look at before all responses are passed on with pseudonyms and all attributes."""
    with project.read() as connection:
        known = tuple(counts.attribute_keys(connection))
        questions = [question.id for question in corpus.read_questions(connection, QuestionKind.OPEN)]
    people = _People(project, ExportKind.RESPONSES, Showing(True, known, fewest))
    with project.read() as connection:
        for _ in people.of(listing.list_responses(connection, questions)):
            pass  # each is looked at on its way
    return people.risks()


def export_table(path: Path, header: Sequence[str], rows: Iterable[Row]) -> Exported:
    """Write a table that is at hand, such as figures that are shown, to a CSV or XLSX file, replacing it as one."""
    through = _Counted(rows)
    notices = write_table(path, header, through, sheet_name="Counts")
    return Exported(path, through.rows, tuple(notices))


def table_as_text(header: Sequence[str], rows: Iterable[Row]) -> str:
    """The same table as text to paste into a spreadsheet: a line for each row, tabs between the cells."""
    return to_tsv_text(header, rows)


class _Counted:
    """Counts the rows that pass."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._source = rows
        self.rows = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._source:
            self.rows += 1
            yield row


class _Said(Protocol):
    """A row with somebody's words."""

    @property
    def participant_id(self) -> int: ...
    @property
    def participant(self) -> str: ...
    @property
    def question_id(self) -> int: ...
    @property
    def text(self) -> str: ...


Said = TypeVar("Said", bound=_Said)


class _People:
    """Participants as a file shows them."""

    _PAGE = 500  # rows whose participants are looked up at a time

    def __init__(self, project: Project, kind: ExportKind, showing: Showing) -> None:
        self._project = project
        self.attributes = showing.attributes
        with project.read() as connection:
            self._known = store_people.find_attributes(connection, showing.attributes)
            self.names = Pseudonyms(keep_own=not showing.pseudonyms or store_people.are_numbered(connection))
        self._watch: Watch | None = None
        if showing.pseudonyms or showing.attributes:
            what = "responses" if kind is ExportKind.RESPONSES else "quotes"
            self._watch = Watch(project, fewest=showing.fewest, what=what)

    def of(self, rows: Iterable[Said]) -> Iterator[tuple[Said, str, tuple[str | None, ...]]]:
        """Each row with what its participant is called and the values of the attributes."""
        rows = iter(rows)
        while page := list(islice(rows, self._PAGE)):
            with self._project.read() as connection:
                known = store_people.read_facts(connection, self._known, {row.participant_id for row in page})
            facts = {row.participant_id: known.get(row.participant_id, ()) for row in page}
            called = [self.names.of(row.participant_id, row.participant) for row in page]
            if self._watch is not None:
                self._watch.see(
                    Shown(r.question_id, r.participant_id, r.participant, who, r.text, facts[r.participant_id])
                    for r, who in zip(page, called, strict=True)
                )
            for row, who in zip(page, called, strict=True):
                values = dict(facts[row.participant_id])
                yield row, who, tuple(values.get(name) for name in self.attributes)

    def risks(self) -> tuple[Risk, ...]:
        """What is to be said of the rows when all are written."""
        return self._watch.risks() if self._watch is not None else ()


_Table = tuple[TableData, list[str]]
"""A table, and what its reader should know."""


def _tally(project: Project, _: _People) -> _Table:
    return TableData(*tally_rows(tally(project))), []


def _codebook(project: Project, _: _People) -> _Table:
    with project.read() as connection:
        return codebook_table(store_codebook.read_codebook(connection)), []


def _codings(project: Project, people: _People) -> _Table:
    with project.read() as connection:
        notices = quotes.left_out(connection)
        waves, parts = quotes.has_waves(connection), quotes.has_parts(connection)
    coded = _coded_texts(project, people, counted=False)
    return codings_table(coded, waves=waves, parts=parts, attributes=people.attributes), notices


def _quotes(project: Project, people: _People) -> _Table:
    with project.read() as connection:
        waves, parts = quotes.has_waves(connection), quotes.has_parts(connection)
        book = store_codebook.read_codebook(connection)

    def by_theme() -> Iterator[CodedText]:
        for _, theme in book.walk():
            of_theme = _coded_texts(project, people, counted=True, theme_id=theme.id)
            yield from sorted(of_theme, key=lambda quote: not quote.starred)

    return quotes_table(by_theme(), waves=waves, parts=parts, attributes=people.attributes), []


def _responses(project: Project, people: _People) -> _Table:
    """Every response to an open question that no other has replaced, with what makes it part of a base or not."""
    with project.read() as connection:
        waves, parts = quotes.has_waves(connection), quotes.has_parts(connection)
        book = store_codebook.read_codebook(connection)
        questions = corpus.read_questions(connection, QuestionKind.OPEN)
        born = {}
        for question in questions:
            coded = counts.read_coded_people(connection, question.id, None)[0].keys()
            serving = book.for_question(question.key, coded)
            births = counting.births(serving, coded)
            born[question.id] = [(births[t.id], PATH_SEPARATOR.join(book.path(t.id))) for _, t in serving.walk()]

    @cache
    def unknown(question_id: int, revision: int) -> tuple[str, ...]:
        return tuple(path for birth, path in born[question_id] if birth > revision)

    def listed() -> Iterator[ResponseRow]:
        with project.read() as connection:
            rows = listing.list_responses(connection, [question.id for question in questions])
            for r, who, facts in people.of(rows):
                later = () if r.revision is None else unknown(r.question_id, r.revision)
                yield ResponseRow(who, r.question, r.text, r.status.value, r.reviewed_by, later, r.wave, r.part, facts)

    return responses_table(listed(), waves=waves, parts=parts, attributes=people.attributes), []


def _memos(project: Project, _: _People) -> _Table:
    with project.read() as connection:
        return memos_table(memos.read_noted(connection)), []


def _coded_texts(
    project: Project, people: _People, *, counted: bool, theme_id: int | None = None
) -> Iterator[CodedText]:
    with project.read() as connection:
        book = store_codebook.read_codebook(connection)
        themes = None if theme_id is None else [theme_id]
        for quote, who, facts in people.of(quotes.read_quotes(connection, themes, counted=counted)):
            start, end = (None, None) if quote.span is None else (quote.span.start, quote.span.end)
            yield CodedText(
                who,
                quote.question,
                book.path(quote.theme_id),
                quote.coder,
                quote.text,
                start,
                end,
                quote.wave,
                quote.part,
                quote.starred,
                facts,
            )


def _matrix(project: Project, people: _People) -> _Table:
    """A column per question and theme, parents by union; what the tally does not count is empty here too."""
    found = matrix(project, Cut())
    names = {i: people.names.of(i, own) for i, own in found.participants.items()}
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


_TABLES: Mapping[ExportKind, Callable[[Project, _People], _Table]] = {
    ExportKind.TALLY: _tally,
    ExportKind.CODINGS: _codings,
    ExportKind.MATRIX: _matrix,
    ExportKind.CODEBOOK: _codebook,
    ExportKind.QUOTES: _quotes,
    ExportKind.RESPONSES: _responses,
    ExportKind.MEMOS: _memos,
}
