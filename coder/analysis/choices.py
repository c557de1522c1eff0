"""How many chose each option of a choice or multi question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from coder.analysis.tally import Cut, asked_in, numbers_of
from coder.domain.corpus import Question, QuestionKind
from coder.domain.people import People
from coder.domain.tally import Figure
from coder.stats.intervals import wilson
from coder.store import answers, corpus, counts
from coder.store.project import Project


@dataclass(frozen=True)
class ChoiceCut:
    """Which choice and multi questions are counted (a reference, or their ids; none means all), by the values of
    which attribute; of a `census` there are no intervals. Options come in the survey's order, as far as answers show
    it, or the most chosen first."""

    questions: str | tuple[int, ...] = ""
    by: str = ""
    census: bool = False
    most_first: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """An option with those who chose it, and what some of them wrote beside it; `groups` has each group's figure."""

    name: str
    people: People
    figure: Figure
    groups: Mapping[str, Figure]
    written: Mapping[int, str]


@dataclass(frozen=True)
class Choices:
    """One question in one wave. The base are those who chose anything: a survey file does not say who else was asked.

    `several` are those with two options or more, so that the shares add up to more than 100 %. An option that nobody
    chose is in no answer, so it is not here.
    """

    question: Question
    everyone: int
    people: People
    options: tuple[Option, ...]
    several: People
    groups: Mapping[str, int]

    @property
    def base(self) -> int:
        return len(self.people)

    @property
    def chosen(self) -> int:
        """How many times anything was chosen."""
        return sum(option.figure.participants for option in self.options)


def choices(project: Project, cut: ChoiceCut = ChoiceCut()) -> tuple[Choices, ...]:
    """Each choice and multi question in each wave, in the survey's order.

    Raises NotFoundError where there is no such question or attribute.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, by=cut.by)
        closed = [q for q in corpus.read_questions(connection) if q.kind in (QuestionKind.CHOICE, QuestionKind.MULTI)]
        found = []
        for question in asked_in(Cut(cut.questions), closed):
            written: Mapping[str, Mapping[int, str]] = {}
            if question.kind is QuestionKind.MULTI:
                given, orders = answers.read_options(connection, question.id)
                given = {name: given[name] for name in merged(orders)}
                written = answers.read_written(connection, question.id)
            else:
                given = answers.read_answers(connection, question.id)
            chosen = {name: People(ids) for name, ids in given.items()}
            found.append(_choices(question, chosen, written, scope, cut))
    return tuple(found)


def merged(orders: Iterable[Sequence[str]]) -> list[str]:
    """One order of all options: a new one stands behind what was chosen before it, else before what was chosen next."""
    merged: list[str] = []
    for chosen in orders:
        for i, option in enumerate(chosen):
            if option in merged:
                continue
            if i:
                at = merged.index(chosen[i - 1]) + 1
            else:
                at = next((merged.index(other) for other in chosen if other in merged), len(merged))
            merged.insert(at, option)
    return merged


def _choices(
    question: Question,
    chosen: Mapping[str, People],
    written: Mapping[str, Mapping[int, str]],
    scope: counts.Scope,
    cut: ChoiceCut,
) -> Choices:
    anyone = reduce(or_, chosen.values(), People())
    once = several = People()
    for people in chosen.values():
        several |= once & people
        once |= people
    bases = {value: anyone & people for value, people in scope.groups.items()}

    def figure(people: People, base: People) -> Figure:
        count, of = len(people & base), len(base)
        return Figure(count, of, False, None if cut.census else wilson(count, of))

    options = [
        Option(
            name,
            people,
            figure(people, anyone),
            {value: figure(people, base) for value, base in bases.items()},
            written.get(name, {}),
        )
        for name, people in chosen.items()
    ]
    if cut.most_first:
        options.sort(key=lambda option: -option.figure.participants)
    sizes = {value: len(base) for value, base in bases.items()}
    return Choices(question, len(scope.everyone), anyone, tuple(options), several, sizes)


def choices_json(found: Sequence[Choices], cut: ChoiceCut) -> dict[str, Any]:
    """The choices as the JSON that docs/counts.md documents: percentages from 0 to 100, or null."""
    return {
        "by": cut.by or None,
        "interval": None if cut.census else {"method": "Wilson", "confidence": 0.95},
        "questions": [
            {
                "question": one.question.key,
                "prompt": one.question.prompt,
                "wave": one.question.wave or None,
                "kind": one.question.kind.value,
                "base": {"all": one.everyone, "answered": one.base},
                "several": len(one.several),
                "chosen": one.chosen,
                "options": [_option_json(option, cut) for option in one.options],
            }
            for one in found
        ],
    }


def _option_json(option: Option, cut: ChoiceCut) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "option": option.name,
        **_figure_json(option.figure),
        "written": list(option.written.values()),
    }
    if cut.by:
        entry["groups"] = [{"value": value, **_figure_json(figure)} for value, figure in option.groups.items()]
    return entry


def _figure_json(figure: Figure) -> dict[str, Any]:
    return dict(zip(("participants", "base", "percent", "low", "high"), numbers_of(figure), strict=True))


def choice_rows(found: Sequence[Choices], cut: ChoiceCut) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """The choices as a table: a row for each question, group and option."""
    header = ["question", "wave", *(["group"] if cut.by else []), "option"]
    header += ["participants", "base", "percent", "low", "high"]

    def rows() -> Iterator[list[str | int | float | None]]:
        for one in found:
            for option in one.options:
                parts = option.groups.items() if cut.by else [("", option.figure)]
                for value, figure in parts:
                    named = [one.question.key, one.question.wave, *([value] if cut.by else []), option.name]
                    yield [*named, *numbers_of(figure)]

    return header, rows()
