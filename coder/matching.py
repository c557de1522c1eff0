"""Finding what the rows of a file of codings name: responses, themes, coders; and all that can't be found."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from coder.domain.codebook import PATH_SEPARATOR, Codebook, fold_name, split_path
from coder.domain.coding import MASK, Span
from coder.domain.corpus import Question, QuestionKind, Status, find_questions
from coder.errors import InputError, NotFoundError
from coder.formats import limits
from coder.formats.codings import CodingRow, ReadRow, ReviewedRow
from coder.formats.matrix import Matrix
from coder.formats.survey.detect import first_of
from coder.store import codebook as store_codebook
from coder.store import corpus, events, taking
from coder.store.events import Recorder

_ROWS_NAMED = 5  # of those where the same is wrong
_Row = TypeVar("_Row", bound=ReviewedRow)


class Matching:
    """Finds the responses, themes and coders that the rows of a file name, and gathers all that it can't find."""

    def __init__(self, recorder: Recorder, source: str, coder_name: str) -> None:
        self.recorder = recorder
        self.source = source
        self.created = 0  # themes
        self.blank = 0  # responses that were listed as reviewed
        self.earlier = 0  # reviews that speak of a part of the codebook
        self._coder_name = coder_name
        self._questions = corpus.read_questions(recorder.connection, QuestionKind.OPEN)
        self._keys = {q.id: q.key for q in self._questions}
        self._places = taking.read_places(recorder.connection)
        self._people = {who for who, _, _ in self._places}
        self._problems: dict[tuple[str, str], list[int]] = {}  # by file and what is wrong, the rows where it is
        self._found_questions: dict[tuple[str, str], Question | str] = {}
        self._found_themes: dict[tuple[str | tuple[str, ...], str], int | str] = {}
        self._coders: dict[str, int] = {}
        self._books: dict[str, Codebook] = {}
        self._load_codebook()

    def _load_codebook(self) -> None:
        book = store_codebook.read_codebook(self.recorder.connection)
        self._books = {q.key: book.for_question(q.key) for q in self._questions}
        self._whole = book

    def check(self) -> None:
        if self._problems:
            raise InputError(
                f"{self.source} does not fit the project; nothing was imported.",
                problems=first_of([f"{_where(at, rows)}: {said}" for (at, said), rows in self._problems.items()]),
                hint="Mend the rows named; themes that are new can be made with --create-themes.",
            )

    def _problem(self, source: str, said: str, row: int | None = None) -> None:
        rows = self._problems.setdefault((source, said), [])
        if row is not None and row not in rows[-1:]:
            rows.append(row)

    def create_themes(self, rows: Iterable[CodingRow]) -> None:
        """Make a theme of every name that no theme of its question bears; it serves the questions it occurs with.

        Paths come first: a bare name may mean one of the themes that they make.
        """
        bare: list[CodingRow] = []
        placed: list[CodingRow] = []
        for row in rows:
            (placed if row.path or len(split_path(row.theme)) > 1 else bare).append(row)
        self._create_missing(placed)
        self._create_missing(bare)

    def _create_missing(self, rows: Iterable[CodingRow]) -> None:
        wanted: dict[tuple[str, ...], tuple[tuple[str, ...], set[str]]] = {}
        for row in rows:
            question = self._question(row.question, row.wave)
            if isinstance(question, str) or self._matches(row, question):
                continue
            names = row.path or split_path(row.theme) or (row.theme,)
            place = tuple(fold_name(n) for n in names)
            wanted.setdefault(place, (names, set()))[1].add(question.key)
        limits.THEME_DEPTH.check(max(map(len, wanted), default=0), self.source)
        limits.CODES.check(len({place[:depth] for place in wanted for depth in range(1, len(place) + 1)}), self.source)
        # One look at the codebook for all of them.
        book = store_codebook.read_codebook(self.recorder.connection)
        known = {(t.parent_id, fold_name(t.name)): (t.id, t.questions) for t in book.themes}
        for names, keys in wanted.values():
            self._create(names, keys, known)
        self._load_codebook()

    def _create(
        self,
        names: tuple[str, ...],
        questions: Collection[str],
        known: dict[tuple[int | None, str], tuple[int, frozenset[str]]],
    ) -> None:
        parent: int | None = None
        for depth, name in enumerate(names):
            key = (parent, fold_name(name))
            if key not in known:
                parent = store_codebook.add_theme(self.recorder, name.strip(), parent_id=parent, questions=questions)
                known[key] = parent, frozenset(questions)
                self.created += 1
                continue
            theme, served = known[key]
            if depth == len(names) - 1 and served:
                known[key] = theme, served | frozenset(questions)
                store_codebook.change_theme(self.recorder, theme, {"questions": served | set(questions)})
            parent = theme

    def codings(self, rows: Iterable[CodingRow]) -> list[taking.GivenCoding]:
        found = []
        for row in rows:
            place = self._place(row, self.source)
            theme = self._theme(row)
            if isinstance(theme, str):
                self._problem(self.source, theme, row.row)
            if place is None or isinstance(theme, str):
                continue
            span = None
            if row.start is not None and row.end is not None:
                if row.end > place.length:
                    beyond = f"end {row.end} is beyond the response's {place.length} characters"
                    self._problem(self.source, beyond, row.row)
                    continue
                span = Span(row.start, row.end)
            found.append(taking.GivenCoding(place, theme, self._coder(row.coder), span))
        return found

    def other_words(self, rows: Sequence[CodingRow], given: Sequence[taking.GivenCoding]) -> list[tuple[int, str, str]]:
        """The highlights for which the file has other words than stand there: their row, its words, and ours."""
        said = [(row, coding) for row, coding in zip(rows, given, strict=True) if row.words.strip() and coding.span]
        ids = {coding.place.response_id for _, coding in said}
        texts = corpus.read_texts(self.recorder.connection, [*ids])
        found = []
        for row, coding in said:
            here = coding.span.of(texts[coding.place.response_id]) if coding.span else ""
            one, other = " ".join(row.words.split()), " ".join(here.split())
            if MASK not in one and one not in other and other not in one:  # some give the whole text, some cut it
                found.append((row.row, one, other))
        return found

    def as_named(self, said: "MatrixCodings") -> "MatrixCodings":
        """The matrix, where a name that no outermost theme bears may be that of a theme anywhere."""

        def named(row: CodingRow) -> CodingRow:
            return replace(row, path=()) if len(row.path) == 1 and self._whole.at(row.path) is None else row

        return replace(said, columns=[*map(named, said.columns)], rows=[*map(named, said.rows)])

    def columns(self, columns: Iterable[CodingRow]) -> dict[int, set[int]]:
        """The themes that a matrix speaks of, by question; one that stands in several columns is a problem."""
        found: dict[int, set[int]] = {}
        for column in columns:
            theme, question = self._theme(column), self._question(column.question, column.wave)
            if isinstance(question, str):
                continue
            known = found.setdefault(question.id, set())
            if isinstance(theme, str):
                self._problem(self.source, theme)
            elif theme in known:
                path = PATH_SEPARATOR.join(self._whole.path(theme))
                self._problem(self.source, f"{path!r} stands in several columns of ‘{question.key}’")
            else:
                known.add(theme)
        return found

    def not_among(self, known: Mapping[int, Collection[int]]) -> list[str]:
        """The paths of themes that serve these questions, and of which a file does not speak."""
        missing = {
            theme.id: PATH_SEPARATOR.join(self._whole.path(theme.id))
            for question_id, themes in known.items()
            for theme in self._books[self._keys[question_id]].themes
            if theme.id not in themes and theme.id not in self._books[self._keys[question_id]].children
        }
        return list(missing.values())

    def reviews(self, rows: Iterable[ReviewedRow], source: str) -> list[tuple[taking.Place, int]]:
        """The responses with their coders; blank ones, which need no reading, are left out and counted in `blank`."""
        return [(place, coder) for _, place, coder in self._reviews(rows, source)]

    def reviews_as_of(self, rows: Iterable[ReadRow], source: str, now: int) -> list[tuple[taking.Place, int, int]]:
        """As `reviews`, each with the newest codebook revision that has none of the themes that came later: `now`,
        but for those that are counted in `earlier`."""
        found = []
        for row, place, coder in self._reviews(rows, source):
            book = self._books[self._keys[place.question_id]]
            revision = min((theme.born - 1 for path in row.later if (theme := book.at(path))), default=now)
            self.earlier += revision < now
            found.append((place, coder, revision))
        return found

    def _reviews(self, rows: Iterable[_Row], source: str) -> list[tuple[_Row, taking.Place, int]]:
        found, blank = [], set()
        for row in rows:
            place = self._place(row, source, blank=True)
            if place is None:
                continue
            if place.status is Status.BLANK:
                blank.add(place.response_id)
            else:
                found.append((row, place, self._coder(row.coder)))
        self.blank += len(blank)
        return found

    def responses(self, rows: Iterable[ReviewedRow], source: str) -> set[int]:
        """The ids of the responses that the rows name, blank ones too."""
        places = (self._place(row, source, blank=True) for row in rows)
        return {place.response_id for place in places if place is not None}

    def _place(self, row: CodingRow | ReviewedRow, source: str, *, blank: bool = False) -> taking.Place | None:
        """Where the row's response stands; None where that is a problem, as a blank response is unless allowed."""
        question = self._question(row.question, row.wave)
        if isinstance(question, str):
            problem = question
        elif row.participant not in self._people:
            problem = f"there is no participant {row.participant!r}"
        else:
            place = self._places.get((row.participant, question.id, row.part or 1))
            several = row.part is None and (row.participant, question.id, 2) in self._places
            if place is not None and (blank or place.status is not Status.BLANK) and not several:
                return place
            part = f" (part {row.part})" if row.part is not None else ""
            problem = "" if not several else f"{row.participant!r} gave several responses; a column `part` says which"
            problem = problem or f"{row.participant!r} gave no answer to ‘{question.key}’{part}"
        self._problem(source, problem, row.row)
        return None

    def _question(self, reference: str, wave: str) -> Question | str:
        known = self._found_questions.get((reference, wave))
        if known is None:
            known = self._found_questions[reference, wave] = self._find_question(reference, wave)
        return known

    def _find_question(self, reference: str, wave: str) -> Question | str:
        try:
            found = find_questions(reference, self._questions)
        except NotFoundError as error:
            return error.message
        if wave:
            found = [q for q in found if fold_name(q.wave) == fold_name(wave)]
        elif len(found) > 1:  # an empty cell is the wave without a name, where there is one
            found = [q for q in found if not q.wave] or found
        if len(found) == 1:
            return found[0]
        waves = ", ".join(q.wave or "(none)" for q in found)
        return (
            f"‘{reference}’ was asked in several waves ({waves}); a column `wave` says which"
            if found
            else f"‘{reference}’ has no wave {wave!r}"
        )

    def _matches(self, row: CodingRow, question: Question) -> bool:
        if row.path:
            return self._books[question.key].at(row.path) is not None
        try:
            self._books[question.key].find(row.theme)
        except NotFoundError as error:
            return bool(error.problems)  # several: a path is asked for
        return True

    def _theme(self, row: CodingRow) -> int | str:
        question = self._question(row.question, row.wave)
        if isinstance(question, str):
            return -1  # said already, with the response
        key = (row.path or row.theme, question.key)
        known = self._found_themes.get(key)
        if known is None:
            known = self._found_themes[key] = self._find_theme(row, question)
        return known

    def _find_theme(self, row: CodingRow, question: Question) -> int | str:
        if row.path:
            shown = PATH_SEPARATOR.join(row.path)
            found, elsewhere = (book.at(row.path) for book in (self._books[question.key], self._whole))
            if found is not None:
                return found.id
        else:
            shown = row.theme
            try:
                return self._books[question.key].find(row.theme).id
            except NotFoundError as error:
                if error.problems:
                    return f"{error.message} Write the path: {' or '.join(error.problems)}"
            elsewhere = next((t for t in self._whole.themes if fold_name(t.name) == fold_name(row.theme)), None)
        return f"the theme {shown!r} does not serve ‘{question.key}’" if elsewhere else f"there is no theme {shown!r}"

    def _coder(self, name: str) -> int:
        name = name or self._coder_name
        if name not in self._coders:
            self._coders[name] = events.coder_id(self.recorder.connection, name)
        return self._coders[name]


def _where(source: str, rows: Sequence[int]) -> str:
    """How a problem names a file and the rows in it, as many as can be read."""
    if not rows:
        return source
    if len(rows) == 1:
        return f"{source}, row {rows[0]}"
    more = f" and {len(rows) - _ROWS_NAMED:,} more" if len(rows) > _ROWS_NAMED else ""
    return f"{source}, rows {', '.join(map(str, rows[:_ROWS_NAMED]))}{more}"


@dataclass(frozen=True)
class MatrixCodings:
    """What a matrix says: its themes (`columns`, each as a row without a participant), codings of whole responses, the
    responses of which all cells are known, and of how many some are."""

    columns: Sequence[CodingRow] = ()
    rows: Sequence[CodingRow] = ()
    whole: Sequence[ReviewedRow] = ()
    in_part: int = 0


def matrix_codings(matrix: Matrix, source: str, question: str, questions: Sequence[Question]) -> MatrixCodings:
    """What a matrix says of `question`, or of those that its columns name.

    Raises InputError where the columns name no question, and there are several.
    """
    asked = find_questions(question, questions) if question else questions
    named = {f"{q.key} ({q.wave})" if q.wave else q.key: q for q in asked}
    places: list[tuple[Question, str]] = []
    problems = []
    for head in matrix.heads:
        found = max((name for name in named if head.startswith(f"{name}: ")), key=len, default=None)
        if found is not None:
            places.append((named[found], head[len(found) + 2 :]))
        elif len(asked) == 1:
            places.append((asked[0], head))
        else:
            problems.append(head)
    if problems:
        raise InputError(
            f"The columns of {source} do not say of which question they are.",
            problems=first_of([f"‘{head}’" for head in problems]),
            hint="Say it with --question, or begin each column with it: ‘QUESTION: THEME’.",
        )
    rows, whole, in_part = [], [], 0
    paths = [(of, split_path(theme) or (theme,)) for of, theme in places]
    folded = [(of.id, tuple(map(fold_name, path))) for of, path in paths]

    def coding(row: int, who: str, of: Question, path: tuple[str, ...]) -> CodingRow:
        return CodingRow(row, who, of.key, of.wave, None, "", path[-1], path)

    for row in matrix.rows:
        known: dict[int, list[bool]] = {}
        # A theme is 1 where one below it is: what says more stands for both.
        above = {
            (of_id, path[:n])
            for (of_id, path), mark in zip(folded, row.known, strict=True)
            if mark
            for n in range(len(path))
        }
        for (of, path), place, mark in zip(paths, folded, row.known, strict=True):
            known.setdefault(of.id, []).append(mark is not None)
            if mark and place not in above:
                rows.append(coding(row.row, row.participant, of, path))
        for of_id, marks in known.items():
            if all(marks):
                of = next(q for q, _ in places if q.id == of_id)
                whole.append(ReviewedRow(row.row, row.participant, of.key, of.wave))
            elif any(marks):
                in_part += 1
    return MatrixCodings([coding(1, "", *place) for place in paths], rows, whole, in_part)
