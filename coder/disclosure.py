"""Could somebody tell from quotes who spoke? What is said about it before they are passed on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coder.domain.display import one_line
from coder.domain.people import People
from coder.domain.telltales import Telltale, find_telltales
from coder.quoting import Quoted
from coder.store import counts
from coder.store import people as store_people
from coder.store.project import Project

FEWEST = 5
"""Participants who must share the attributes that are shown with a quote, unless another number is asked for."""
_CASES_SHOWN = 20

Facts = tuple[tuple[str, str], ...]
"""(name, value) of attributes."""


@dataclass(frozen=True, slots=True)
class Risk:
    """What may tell who somebody is, in words, and where."""

    message: str
    cases: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"message": self.message, "cases": list(self.cases)}


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote as others see it: whose it is, by which name, what it says, and which attributes stand with it."""

    question_id: int
    participant_id: int
    own_id: str
    who: str
    text: str
    attributes: Facts


def risks_of(
    project: Project, quoted: Iterable[Quoted], *, also: Iterable[Shown] = (), fewest: int = FEWEST
) -> tuple[Risk, ...]:
    """What to look at before these quotes, and what is shown `also`, are passed on; see `Watch`."""
    watch = Watch(project, fewest=fewest)
    quotes = (
        Shown(one.question.id, q.participant_id, q.own_id, q.who, q.text, q.attributes)
        for one in quoted
        for q in one.all()
    )
    watch.see(dict.fromkeys((*quotes, *also)))  # for a theme and the one above it once
    return watch.risks()


def risk_of_groups(by: str, sizes: Mapping[str, int], *, fewest: int = FEWEST) -> tuple[Risk, ...]:
    """What to look at where numbers of groups open to people's words: whose group tells who they are. `sizes`: how
    many have each value, of those who answered."""
    rare = sorted((size, value) for value, size in sizes.items() if size < fewest)
    if not rare:
        return ()
    cases = [_case(((by, value),), size) for size, value in rare]
    return (
        Risk(
            f"The numbers by {_said(by)} open to the words of groups that fewer than {fewest} of those who answered "
            "the question are in: who knows the group could tell who spoke. Take broader values, or show no quotes.",
            _some(cases, len(cases)),
        ),
    )


class Watch:
    """Looks at quotes on their way out.

    A quote is at risk whose attributes fewer than `fewest` of those who answered its question have all (as
    k-anonymity has it; L. Sweeney 2002, Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570); so is
    one with words that may tell who spoke: addresses, numbers, the survey's id, or attributes that are not shown. That
    is found which is easily found; nothing found is no guarantee.
    """

    def __init__(self, project: Project, *, fewest: int = FEWEST, what: str = "quotes") -> None:
        self._project, self._fewest, self._what = project, fewest, what
        with project.read() as connection:
            self._attributes = store_people.find_attributes(connection)
            self._numbered = store_people.are_numbered(connection)
        self._number = 0
        self._speakers: dict[tuple[int, Facts], Counter[str]] = {}
        self._telling = 0
        self._told: list[str] = []
        self._own_ids = False

    def see(self, quotes: Iterable[Shown]) -> None:
        """Take some quotes into account."""
        quotes = list(quotes)
        with self._project.read() as connection:
            facts = store_people.read_facts(connection, self._attributes, {q.participant_id for q in quotes})
        self._own_ids |= not self._numbered and any(q.who == q.own_id for q in quotes)
        self._number += len(quotes)
        for quote in quotes:
            if quote.attributes:
                self._speakers.setdefault((quote.question_id, quote.attributes), Counter())[quote.who] += 1
            if found := self._telltales(quote, facts.get(quote.participant_id, ())):
                self._telling += 1
                if len(self._told) < _CASES_SHOWN:
                    self._told.append(f"{_said(quote.who)}: {'; '.join(found)}")

    @staticmethod
    def _telltales(quote: Shown, facts: Facts) -> list[str]:
        known = [(f"their {_said(name)}", value) for name, value in facts if (name, value) not in quote.attributes]
        if quote.who != quote.own_id:
            known.append(("the survey's id of theirs", quote.own_id))
        return list(dict.fromkeys(map(_described, find_telltales(quote.text, known))))

    def risks(self) -> tuple[Risk, ...]:
        """What is to be said, nothing where there is nothing."""
        found = []
        if self._own_ids:
            found.append(Risk("The survey's own ids are shown: whoever has the list of them knows who spoke.", ()))
        if rare := self._rare():
            number = sum(self._speakers[key].total() for key in rare)
            least: dict[Facts, int] = {}
            speakers: dict[Facts, dict[str, None]] = {}
            for (question_id, facts), shared in rare.items():
                least.setdefault(facts, shared)
                speakers.setdefault(facts, {}).update(dict.fromkeys(self._speakers[question_id, facts]))
            cases = [
                f"{_case(facts, shared)}; shown with {', '.join(map(_said, speakers[facts]))}"
                for facts, shared in least.items()
            ]
            found.append(
                Risk(
                    f"{number} of {self._number} {self._what} show attributes that fewer than {self._fewest} of those "
                    "who answered the question have: who knows the group could tell who spoke. Show fewer attributes, "
                    "or broader ones.",
                    _some(cases, len(cases)),
                )
            )
        if self._telling:
            found.append(
                Risk(
                    f"{self._telling} of {self._number} {self._what} may tell who spoke by their words: look at these "
                    "before you publish, and mask such words (X on the coding screen). What is found is what is easily "
                    "found: it is no guarantee for the others.",
                    _some(self._told, self._telling),
                )
            )
        return tuple(found)

    def _rare(self) -> Mapping[tuple[int, Facts], int]:
        """The combinations that too few share, with how many do; the rarest first."""
        answered: dict[int, People] = {}
        having: dict[tuple[str, str], People] = {}
        rare = {}
        with self._project.read() as connection:
            for question_id, facts in self._speakers:
                if question_id not in answered:
                    answered[question_id] = counts.read_asked(connection, question_id)[1]
                sharing = answered[question_id]
                for name, value in facts:
                    if (name, value) not in having:
                        having[name, value] = store_people.having(connection, name, value)
                    sharing &= having[name, value]
                if len(sharing) < self._fewest:
                    rare[question_id, facts] = len(sharing)
        return dict(sorted(rare.items(), key=lambda item: item[1]))


def _case(facts: Facts, shared: int) -> str:
    told = ", ".join(f"{_said(name)} {_said(value)}" for name, value in facts)
    return f"{told}: {shared} participant{'s' * (shared != 1)}"


def _some(cases: list[str], number: int) -> tuple[str, ...]:
    shown = cases[:_CASES_SHOWN]
    return (*shown, f"and {number - len(shown)} more") if number > len(shown) else tuple(shown)


def _described(found: Telltale) -> str:
    return f"{found.kind}, “{_said(found.words)}”"


def _said(text: str) -> str:
    return one_line(text, 60)
