"""How many participants per theme, question by question, by every cut."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coder.domain.codebook import PATH_SEPARATOR, Codebook, Theme
from coder.domain.corpus import Question, QuestionKind, find_questions
from coder.domain.tally import Base, Chain, Counted, Counting, Figure, Interval, Known, ThemeCount
from coder.errors import CoderError
from coder.stats.intervals import wilson
from coder.store import codebook as store_codebook
from coder.store import corpus, counts
from coder.store.project import Project


@dataclass(frozen=True)
class Cut:
    """What is counted: which questions (a reference, or their ids; none means all), by the values of which attribute
    or choice question, whose codings (none: everybody's), on which base. Of a `census` there are no intervals: nobody
    was drawn."""

    questions: str | tuple[int, ...] = ""
    by: str = ""
    coder: str = ""
    base: Base = Base.REVIEWED
    census: bool = False

    @property
    def interval(self) -> Interval:
        """The confidence interval of a number and its base, if there is one."""
        return no_interval if self.census else wilson


def no_interval(_count: int, _base: int) -> None:
    """What a census has for an interval."""


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


def never() -> bool:
    return False


def tally(project: Project, cut: Cut = Cut(), *, stopped: Stopped = never) -> Tally:
    """Count the participants per theme.

    Without a coder a theme counts that any coder found, and a response is reviewed that any coder reviewed.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, by=cut.by, coder=cut.coder)
        codebook = store_codebook.read_codebook(connection)
        tallies = []
        for asked in asked_in(cut, corpus.read_questions(connection, QuestionKind.OPEN)):
            known = known_of(codebook, asked, counts.gather(connection, asked.id, scope.coder_ids))
            parts = []
            for within in (None, *scope.groups.values()):
                go_on(stopped)
                parts.append(Counting(known, everyone=scope.everyone, base=cut.base, within=within).count(cut.interval))
            groups = dict(zip(scope.groups, parts[1:], strict=True))
            tallies.append(QuestionTally(asked, known.codebook, parts[0], groups))
    return Tally(cut, tuple(scope.coders), tuple(tallies))


def asked_in(cut: Cut, questions: Sequence[Question]) -> Sequence[Question]:
    """Those of the questions that the cut counts. Raises NotFoundError where its reference names none."""
    if isinstance(cut.questions, tuple):
        return [q for q in questions if q.id in cut.questions]
    return find_questions(cut.questions, questions) if cut.questions else questions


def known_of(codebook: Codebook, question: Question, sets: counts.Gathered) -> Known:
    """Of whom it is known whether they mentioned a theme of the question."""
    return Known(codebook.for_question(question.key, sets.coded), sets)


def go_on(stopped: Stopped) -> None:
    if stopped():
        raise StoppedError("The count was stopped.")


def tally_json(result: Tally) -> dict[str, Any]:
    """The tally as the JSON that docs/counts.md documents: percentages from 0 to 100, null where the base is nobody."""
    questions = []
    for q in result.questions:
        entry: dict[str, Any] = {
            "question": q.question.key,
            "prompt": q.question.prompt,
            "wave": q.question.wave or None,
            "base": chain_json(q.counted.chain),
            "themes": [theme_json(q.codebook, t) for t in q.counted.themes],
        }
        if result.cut.by:
            entry["groups"] = [
                {"value": value, "base": chain_json(c.chain), "themes": [theme_json(q.codebook, t) for t in c.themes]}
                for value, c in q.groups.items()
            ]
        questions.append(entry)
    cut = result.cut
    return {"base": cut.base.value, "by": cut.by or None, "coders": list(result.coders), "questions": questions}


def chain_json(chain: Chain) -> dict[str, int]:
    return {
        "all": chain.all,
        "asked": chain.asked,
        "answered": chain.answered,
        "reviewed": chain.reviewed,
        "with_theme": chain.with_theme,
    }


def theme_json(codebook: Codebook, counted: ThemeCount) -> dict[str, Any]:
    participants, base, percent, low, high = numbers_of(counted)
    return {
        "theme": codebook.by_id[counted.theme_id].name,
        "path": list(codebook.path(counted.theme_id)),
        "participants": participants,
        "assignments": counted.assignments,
        "base": base,
        "percent": percent,
        "low": low,
        "high": high,
    }


def numbers_of(figure: Figure) -> tuple[int, int, float | None, float | None, float | None]:
    """Participants, base, percentage and its interval from 0 to 100."""
    low, high = figure.interval if figure.interval is not None else (None, None)
    return (
        figure.participants,
        figure.base,
        None if figure.share is None else 100 * figure.share,
        None if low is None else 100 * low,
        None if high is None else 100 * high,
    )


def path_of(codebook: Codebook, theme_id: int) -> str:
    return PATH_SEPARATOR.join(codebook.path(theme_id))


def tally_rows(result: Tally) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """The tally as a table: a row per question, group and theme."""
    header = ["question", "wave", *(["group"] if result.cut.by else []), "theme", "path"]
    header += ["participants", "assignments", "base", "percent", "low", "high"]

    def rows() -> Iterator[list[str | int | float | None]]:
        for q in result.questions:
            parts = q.groups.items() if result.cut.by else [("", q.counted)]
            for value, counted in parts:
                for t in counted.themes:
                    row = theme_json(q.codebook, t)
                    yield [
                        q.question.key,
                        q.question.wave,
                        *([value] if result.cut.by else []),
                        row["theme"],
                        path_of(q.codebook, t.theme_id),
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


def side_by_side(result: Tally, *, most_first: bool = False) -> SideBySide:
    """The themes of all questions of a tally, a theme may be in some of the columns only: in the codebook's order, or
    among those of one parent the most mentioned first."""
    themes = {theme.id: theme for q in result.questions for theme in q.codebook.themes}
    columns = []
    for q in result.questions:
        for value, counted in ((None, q.counted), *q.groups.items()):
            columns.append(Column(q.question, value, counted, {t.theme_id: t for t in counted.themes}))
    rows = tuple(Codebook(list(themes.values())).walk())
    if most_first:
        everybody = [c.figures for c in columns if c.value is None]
        rows = _most_first(rows, {t: sum(f[t].participants for f in everybody if t in f) for t in themes})
    return SideBySide(rows, tuple(columns))


def _most_first(rows: Sequence[tuple[int, Theme]], numbers: Mapping[int, int]) -> tuple[tuple[int, Theme], ...]:
    places: list[tuple[tuple[int, int], ...]] = []  # of each row, those above it first
    above: list[tuple[int, int]] = []
    for at, (depth, theme) in enumerate(rows):
        above[depth:] = [(-numbers[theme.id], at)]
        places.append(tuple(above))
    return tuple(row for _, row in sorted(zip(places, rows, strict=True), key=lambda pair: pair[0]))
