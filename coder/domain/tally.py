"""The count that every report needs: participants per theme, each once, rolled up by union, with honest bases."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Protocol

from coder.domain.codebook import Codebook
from coder.domain.people import People

Interval = Callable[[int, int], tuple[float, float] | None]


class Base(StrEnum):
    """Whom a percentage is of: all participants, those asked, those who answered, or those read by the coders."""

    REVIEWED = "reviewed"
    ANSWERED = "answered"
    ASKED = "asked"
    ALL = "all"


class Sets(Protocol):
    """The participants behind one question's figures (see `coder.store.counts.Gathered`).

    All sets are of participants who were asked; those of `coded` and `reviewed` lie within `answered`.
    """

    @property
    def asked(self) -> People: ...
    @property
    def answered(self) -> People: ...
    @property
    def reviewed(self) -> Mapping[int, People]: ...
    @property
    def coded(self) -> Mapping[int, People]: ...
    @property
    def repeats(self) -> Mapping[int, Sequence[int]]: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """How many participants of a base there are, and as how sure a share of it that can be taken.

    `biased`: a theme came after some answers had been reviewed, and of these only the ones that have it are known;
    a share of them would mean nothing.
    """

    participants: int
    base: int
    biased: bool
    interval: tuple[float, float] | None

    @property
    def share(self) -> float | None:
        """The share from 0 to 1; None where the base is nobody, or not one that a share can be of."""
        return self.participants / self.base if self.base and not self.biased else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCount(Figure):
    """Participants of the base with a theme or one below it; `outside` have it but are outside the base."""

    theme_id: int
    depth: int
    assignments: int
    outside: int


@dataclass(frozen=True, slots=True)
class Behind:
    """Who a figure stands for: those of its base with the theme, the base, and those with it outside the base."""

    people: People
    base: People
    outside: People


@dataclass(frozen=True, slots=True)
class Chain:
    """The bases of one question, each within the one before: all, asked, answered, reviewed, with a theme."""

    all: int
    asked: int
    answered: int
    reviewed: int
    with_theme: int

    def size(self, base: Base) -> int:
        """How many participants a base has."""
        return {
            Base.REVIEWED: self.reviewed,
            Base.ANSWERED: self.answered,
            Base.ASKED: self.asked,
            Base.ALL: self.all,
        }[base]


@dataclass(frozen=True, slots=True)
class Counted:
    """One question's tally, or one group of it."""

    chain: Chain
    themes: tuple[ThemeCount, ...]
    unread_with_theme: int  # participants with a coding whose answers are not all reviewed


def roll_up(codebook: Codebook, coded: Mapping[int, People]) -> dict[int, People]:
    """The participants of each theme: its own and those of all themes below it, as one set."""
    return codebook.fold_up(lambda theme_id: coded.get(theme_id, People()), _union)


def births(codebook: Codebook, coded: Collection[int]) -> dict[int, int]:
    """The codebook revision from which on a review knew each theme and all below it.

    A theme that only gathers others, and is not `coded` itself, is as old as these.
    """
    gathers = {theme_id for theme_id in codebook.children if theme_id is not None} - set(coded)
    return codebook.fold_up(lambda theme_id: 0 if theme_id in gathers else codebook.by_id[theme_id].born, max)


def counted_for(codebook: Codebook, coded: Iterable[int]) -> set[int]:
    """The themes that somebody who was coded with these counts for: the themes themselves and all above them."""
    return {t for theme in coded if theme in codebook.by_id for t in (theme, *codebook.ancestors(theme))}


class Known:
    """Of whom it is known whether they mentioned a theme: the base `reviewed`, theme by theme.

    All their answers were reviewed, and under a codebook that had the theme and all below it; or they were
    reviewed and the theme was coded all the same.
    `coded` are the participants of each theme, rolled up.
    """

    def __init__(self, codebook: Codebook, sets: Sets) -> None:
        self.codebook, self.sets = codebook, sets
        self.coded = roll_up(codebook, sets.coded)
        self._born = births(codebook, sets.coded.keys())
        self._reviewed = sets.reviewed
        self.reviewed = _union(sets.reviewed.values())
        self._since: dict[int, People] = {}
        self._biased: dict[int, bool] = {}

    def of(self, theme_id: int) -> People:
        knew = self._reviewed_since(self._born[theme_id])
        if knew is self.reviewed:
            return knew
        return knew | (self.coded[theme_id] & self.reviewed)

    def is_biased(self, theme_id: int) -> bool:
        """Whether some have it who were read before it existed, so that the base has only the finds among those."""
        if theme_id not in self._biased:
            knew = self._reviewed_since(self._born[theme_id])
            late = knew is not self.reviewed
            self._biased[theme_id] = late and not (self.coded[theme_id] & self.reviewed) <= knew
        return self._biased[theme_id]

    def _reviewed_since(self, born: int) -> People:
        if all(revision >= born for revision, people in self._reviewed.items() if people):
            return self.reviewed
        if born not in self._since:
            late = (people for revision, people in self._reviewed.items() if revision >= born)
            self._since[born] = _union(late) & self.reviewed
        return self._since[born]


class Counting:
    """What is counted: one question on one base, of everybody or `within` one group. Figures and lists of people
    both come from here, so that a number and the people it opens to are the same set."""

    def __init__(self, known: Known, *, everyone: People, base: Base = Base.REVIEWED, within: People | None = None):
        self._known, self._base, self._within = known, base, within
        sets = known.sets
        self._outer = {
            Base.ALL: self._here(everyone),
            Base.ASKED: self._here(sets.asked),
            Base.ANSWERED: self._here(sets.answered),
        }

    def _here(self, people: People) -> People:
        return people if self._within is None else people & self._within

    def _of(self, theme_id: int) -> People:
        """The base of a theme's share."""
        return self._here(self._known.of(theme_id)) if self._base is Base.REVIEWED else self._outer[self._base]

    def behind(self, *theme_ids: int) -> Behind:
        """Those who have all of these themes, each or one below it."""
        found = self._here(reduce(and_, (self._known.coded[t] for t in theme_ids)))
        of = reduce(and_, (self._of(t) for t in theme_ids))
        return Behind(found & of, of, found - of)

    def figure(self, *theme_ids: int, interval: Interval) -> Figure:
        """How many have all of these themes."""
        return self.counted(*theme_ids, interval=interval)[0]

    def counted(self, *theme_ids: int, interval: Interval) -> tuple[Figure, Behind]:
        """How many have all of these themes, and who."""
        behind = self.behind(*theme_ids)
        return self._figure(behind, self._is_biased(*theme_ids), interval), behind

    def _is_biased(self, *theme_ids: int) -> bool:
        return self._base is Base.REVIEWED and any(map(self._known.is_biased, theme_ids))

    @staticmethod
    def _figure(behind: Behind, biased: bool, interval: Interval) -> Figure:
        people, base = len(behind.people), len(behind.base)
        return Figure(people, base, biased, None if biased else interval(people, base))

    def count(self, interval: Interval) -> Counted:
        """Every theme's count; `interval` gives the confidence interval of a number and its base."""
        known, sets = self._known, self._known.sets
        assignments: dict[int, int] = known.codebook.fold_up(lambda t: _assignments(sets, t, self._within), sum)
        themes = []
        for depth, theme in known.codebook.walk():
            figure, behind = self.counted(theme.id, interval=interval)
            themes.append(
                ThemeCount(
                    figure.participants,
                    figure.base,
                    figure.biased,
                    figure.interval,
                    theme_id=theme.id,
                    depth=depth,
                    assignments=assignments[theme.id],
                    outside=len(behind.outside),
                )
            )
        anyone = _union(self._here(found) for found in sets.coded.values())
        reviewed = self._here(known.reviewed)
        wide, asked, answered = (len(self._outer[b]) for b in (Base.ALL, Base.ASKED, Base.ANSWERED))
        chain = Chain(wide, asked, answered, len(reviewed), len(anyone & reviewed))
        return Counted(chain, tuple(themes), len(anyone - reviewed))


def unread_with_theme(sets: Sets, known: Known) -> int:
    """How many participants have a coding while their answers are not all reviewed."""
    return len(_union(sets.coded.values()) - known.reviewed)


def _assignments(sets: Sets, theme_id: int, within: People | None) -> int:
    people, repeats = sets.coded.get(theme_id, People()), sets.repeats.get(theme_id, ())
    if within is None:
        return len(people) + len(repeats)
    inside = set(within & People(repeats)) if repeats else set()  # one look into a large set takes as long as all
    return len(people & within) + sum(p in inside for p in repeats)


def _union(sets: Iterable[People]) -> People:
    """One set of all; one of the given sets itself where it has all the others in it."""
    some = [people for people in sets if people]
    largest = max(some, key=len, default=People())
    return largest if all(people <= largest for people in some) else reduce(or_, some)
