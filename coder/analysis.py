"""What is asked of a project: how many participants per theme, who did what, which words are key."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from coder.domain import figures
from coder.domain.codebook import PATH_SEPARATOR, Codebook, Theme
from coder.domain.coding import Span
from coder.domain.corpus import Question, QuestionKind, find_questions
from coder.domain.log import Kind, LogEntry
from coder.domain.people import People
from coder.domain.tally import Base, Chain, Counted, Counting, Figure, Known, ThemeCount, roll_up
from coder.errors import CoderError, NotFoundError
from coder.stats.intervals import wilson
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, log, quotes
from coder.store.project import Project, setting
from coder.store.quotes import Quote

if TYPE_CHECKING:
    from coder.language.keywords import KeyTerms

_EVENTS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Cut:
    """What is counted: which questions (a reference, or their ids; none means all), by the values of which attribute,
    whose codings (none: everybody's), on which base."""

    questions: str | tuple[int, ...] = ""
    by: str = ""
    coder: str = ""
    base: Base = Base.REVIEWED


@dataclass(frozen=True)
class QuestionTally:
    """One question in one wave: the count over everybody and, where asked for, over each group."""

    question: Question
    codebook: Codebook
    counted: Counted
    groups: Mapping[str, Counted]


@dataclass(frozen=True)
class Tally:
    """Participants per theme, question by question; `coders` are those whose codings were joined."""

    cut: Cut
    coders: tuple[str, ...]
    questions: tuple[QuestionTally, ...]


class StoppedError(CoderError):
    """A count was stopped because nobody waits for it any more."""


Stopped = Callable[[], bool]
"""Whether nobody waits for the answer any more."""


def _never() -> bool:
    return False


def tally(project: Project, cut: Cut = Cut(), *, stopped: Stopped = _never) -> Tally:
    """Count the participants per theme.

    Without a coder a theme counts that any coder found, and a response is reviewed that any coder reviewed.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, by=cut.by, coder=cut.coder)
        codebook = store_codebook.read_codebook(connection)
        tallies = []
        for asked in _asked(cut, corpus.read_questions(connection, QuestionKind.OPEN)):
            known = _known(codebook, asked, counts.gather(connection, asked.id, scope.coder_ids))
            parts = []
            for within in (None, *scope.groups.values()):
                _go_on(stopped)
                parts.append(Counting(known, everyone=scope.everyone, base=cut.base, within=within).count(wilson))
            groups = dict(zip(scope.groups, parts[1:], strict=True))
            tallies.append(QuestionTally(asked, known.codebook, parts[0], groups))
    return Tally(cut, tuple(scope.coders), tuple(tallies))


def _asked(cut: Cut, questions: Sequence[Question]) -> Sequence[Question]:
    if isinstance(cut.questions, tuple):
        return [q for q in questions if q.id in cut.questions]
    return find_questions(cut.questions, questions) if cut.questions else questions


def _known(codebook: Codebook, question: Question, sets: counts.Gathered) -> Known:
    return Known(codebook.for_question(question.key, sets.coded), sets)


def _go_on(stopped: Stopped) -> None:
    if stopped():
        raise StoppedError("The count was stopped.")


def tally_json(result: Tally) -> dict[str, Any]:
    """The tally as the JSON that README.md documents: percentages from 0 to 100, or null where the base is nobody."""
    questions = []
    for q in result.questions:
        entry: dict[str, Any] = {
            "question": q.question.key,
            "prompt": q.question.prompt,
            "wave": q.question.wave or None,
            "base": _chain(q.counted.chain),
            "themes": [_theme(q.codebook, t) for t in q.counted.themes],
        }
        if result.cut.by:
            entry["groups"] = [
                {"value": value, "base": _chain(c.chain), "themes": [_theme(q.codebook, t) for t in c.themes]}
                for value, c in q.groups.items()
            ]
        questions.append(entry)
    cut = result.cut
    return {"base": cut.base.value, "by": cut.by or None, "coders": list(result.coders), "questions": questions}


def _chain(chain: Chain) -> dict[str, int]:
    return {
        "all": chain.all,
        "asked": chain.asked,
        "answered": chain.answered,
        "reviewed": chain.reviewed,
        "with_theme": chain.with_theme,
    }


def _theme(codebook: Codebook, counted: ThemeCount) -> dict[str, Any]:
    low, high = counted.interval if counted.interval is not None else (None, None)
    return {
        "theme": codebook.by_id[counted.theme_id].name,
        "path": list(codebook.path(counted.theme_id)),
        "participants": counted.participants,
        "assignments": counted.assignments,
        "base": counted.base,
        "percent": None if counted.share is None else 100 * counted.share,
        "low": None if low is None else 100 * low,
        "high": None if high is None else 100 * high,
    }


def tally_rows(result: Tally) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """The tally as a table: a row per question, group and theme."""
    header = ["question", "wave", *(["group"] if result.cut.by else []), "theme", "path"]
    header += ["participants", "assignments", "base", "percent", "low", "high"]

    def rows() -> Iterator[list[str | int | float | None]]:
        for q in result.questions:
            parts = q.groups.items() if result.cut.by else [("", q.counted)]
            for value, counted in parts:
                for t in counted.themes:
                    row = _theme(q.codebook, t)
                    yield [
                        q.question.key,
                        q.question.wave,
                        *([value] if result.cut.by else []),
                        row["theme"],
                        PATH_SEPARATOR.join(row["path"]),
                        *(row[k] for k in ("participants", "assignments", "base", "percent", "low", "high")),
                    ]

    return header, rows()


# --- side by side ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """The figures of one question in one wave, of everybody or of those with one value of the attribute."""

    question: Question
    value: str | None
    counted: Counted
    figures: Mapping[int, ThemeCount]


@dataclass(frozen=True)
class SideBySide:
    """A tally as one table: a row per theme, a column per question, and per group after everybody."""

    rows: tuple[tuple[int, Theme], ...]
    columns: tuple[Column, ...]


def side_by_side(result: Tally) -> SideBySide:
    """The themes of all questions of a tally in the codebook's order; a theme may be in some of the columns only."""
    themes = {theme.id: theme for q in result.questions for theme in q.codebook.themes}
    columns = []
    for q in result.questions:
        for value, counted in ((None, q.counted), *q.groups.items()):
            columns.append(Column(q.question, value, counted, {t.theme_id: t for t in counted.themes}))
    return SideBySide(tuple(Codebook(list(themes.values())).walk()), tuple(columns))


# --- themes together -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CoOccurrence:
    """How many participants have both of two themes, for every two; and for each theme, how many have it."""

    question: Question
    chain: Chain
    rows: tuple[tuple[int, Theme], ...]
    pairs: Mapping[frozenset[int], Figure]

    def figure(self, theme_id: int, other_id: int) -> Figure:
        return self.pairs[frozenset((theme_id, other_id))]


def co_occurrence(project: Project, cut: Cut, question_id: int, *, stopped: Stopped = _never) -> CoOccurrence:
    """Count the participants with both of two themes; the base of a pair are those who are in the base of each."""
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=cut.coder)
        question = next(q for q in corpus.read_questions(connection, QuestionKind.OPEN) if q.id == question_id)
        sets = counts.gather(connection, question_id, scope.coder_ids)
        known = _known(store_codebook.read_codebook(connection), question, sets)
    counting = Counting(known, everyone=scope.everyone, base=cut.base)
    rows = tuple(known.codebook.walk())
    pairs = {}
    for at, (_, theme) in enumerate(rows):
        _go_on(stopped)
        for _, other in rows[at:]:
            pairs[frozenset((theme.id, other.id))] = counting.figure(*{theme.id, other.id}, interval=wilson)
    return CoOccurrence(question, counting.count(wilson).chain, rows, pairs)


# --- the people behind a figure --------------------------------------------------------------------------


@dataclass(frozen=True)
class Apart:
    """Participants who have the theme but are in no figure of it, and why."""

    reason: str
    people: "array[int]"


@dataclass(frozen=True)
class PeopleBehind:
    """A figure with the participants it counts, each once, in the order of import, and those who stand apart."""

    figure: Figure
    people: "array[int]"
    apart: tuple[Apart, ...]
    question: Question
    codebook: Codebook
    theme_ids: tuple[int, ...]
    coder_ids: tuple[int, ...] | None


def people_behind(
    project: Project, cut: Cut, question_id: int, theme_ids: Sequence[int], value: str | None = None
) -> PeopleBehind:
    """Those whom a figure of this cut counts: with the theme, or with all of several, in one group or in all.

    They are the very sets that `tally` and `co_occurrence` take the numbers of.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, by=cut.by, coder=cut.coder)
        codebook = store_codebook.read_codebook(connection)
        question = next(q for q in corpus.read_questions(connection, QuestionKind.OPEN) if q.id == question_id)
        sets = counts.gather(connection, question_id, scope.coder_ids)
        known = _known(codebook, question, sets)
        if gone := set(theme_ids) - known.codebook.by_id.keys():
            raise NotFoundError(f"{len(gone)} of these themes are not in the codebook of this question any more.")
        within = None if value is None else scope.groups.get(value, People())
        counting = Counting(known, everyone=scope.everyone, base=cut.base, within=within)
        behind = counting.behind(*theme_ids)
        found = behind.people | behind.outside
        apart = [(figures.UNREAD, behind.outside)]
        with_theme = known.coded
        no_answer, replaced = counts.read_uncounted(connection, question_id, scope.coder_ids)
        for reason, uncounted in ((figures.NO_ANSWER, no_answer), (figures.REPLACED, replaced)):
            more = roll_up(known.codebook, uncounted)
            with_theme = {t: people | more[t] for t, people in with_theme.items()}
            all_of_them = reduce(and_, (with_theme[t] for t in theme_ids))
            apart.append((reason, (all_of_them if within is None else all_of_them & within) - found))
            found = found | all_of_them
    return PeopleBehind(
        counting.figure(*theme_ids, interval=wilson),
        array("q", behind.people),
        tuple(Apart(reason, array("q", people)) for reason, people in apart if people),
        question,
        known.codebook,
        tuple(theme_ids),
        None if scope.coder_ids is None else tuple(scope.coder_ids),
    )


@dataclass(frozen=True, slots=True)
class Person:
    """A participant behind a figure, with their words for it, and the response to open, if it can be read."""

    id: int
    name: str
    quotes: tuple[Quote, ...]
    response_id: int | None


def read_people(project: Project, behind: PeopleBehind, ids: Sequence[int]) -> list[Person]:
    """Some of the participants behind a figure, or apart from it, in the order of the ids; a page at a time.

    Where no word of theirs counts, it is the words that do not.
    """
    themes = {below for theme in behind.theme_ids for below in behind.codebook.below(theme)}
    with project.read() as connection:
        names = counts.participant_names(connection, ids)
        answers = corpus.answered_by(connection, behind.question.id, ids)

        def read(some: Sequence[int], counted: bool) -> dict[str, list[Quote]]:
            found: dict[str, list[Quote]] = {}
            of = behind.question.id
            for quote in quotes.read_quotes(
                connection, themes, of, participant_ids=some, coder_ids=behind.coder_ids, counted=counted
            ):
                found.setdefault(quote.participant, []).append(quote)
            return found

        said = read(ids, True)
        silent = [i for i, name in names.items() if name not in said]
        beside = read(silent, False) if silent else {}
    people = []
    for person in (i for i in ids if i in names):
        counted = tuple(said.get(names[person], ()))
        first = counted[0].response_id if counted else answers.get(person)
        people.append(Person(person, names[person], counted or tuple(beside.get(names[person], ())), first))
    return people


# --- the log ---------------------------------------------------------------------------------------------


def history(project: Project, *, coder: str = "", limit: int | None = None) -> list[LogEntry]:
    """Who changed what, when; the newest last."""
    with project.read() as connection:
        return log.read_entries(connection, log.log_numbers(connection, coder=coder, limit=limit)[::-1])


def find_events(project: Project, *, coder: str = "", kind: Kind | None = None, words: str = "") -> "array[int]":
    """The numbers of the events of this coder and kind whose line has all these words; the newest first."""
    wanted = words.casefold().split()
    with project.read() as connection:
        numbers = log.log_numbers(connection, coder=coder, kind=kind)
        if not wanted:
            return numbers
        found = array("q")
        for start in range(0, len(numbers), _EVENTS_AT_ONCE):
            for entry in log.read_entries(connection, numbers[start : start + _EVENTS_AT_ONCE]):
                line = f"{entry.coder} {entry.participant} {entry.sentence}".casefold()
                if all(word in line for word in wanted):
                    found.append(entry.seq)
    return found


def entries(project: Project, numbers: Sequence[int]) -> list[LogEntry]:
    """What these events say, in this order."""
    with project.read() as connection:
        return log.read_entries(connection, numbers)


# --- key terms -------------------------------------------------------------------------------------------


class KeyTermFinder:
    """The likely key terms of responses, learnt question by question; spaCy is loaded at the first one."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._learnt: dict[int, KeyTerms] = {}

    def find(self, response_id: int) -> tuple[Span, ...]:
        """Where the key terms of a response stand."""
        from coder.language.keywords import MOST_LEARNED, KeyTerms

        with self._project.read() as connection:
            response = corpus.read_response(connection, response_id)
            if response.question_id not in self._learnt:
                questions = {q.id: q for q in corpus.read_questions(connection, QuestionKind.OPEN)}
                texts = corpus.sample_texts(connection, response.question_id, MOST_LEARNED)
                language = setting(connection, "language", "en")
                prompt = questions[response.question_id].prompt
                self._learnt[response.question_id] = KeyTerms.learn(texts, language, prompt=prompt)
        return self._learnt[response.question_id].spans(response.text)
