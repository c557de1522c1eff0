"""The count that every report needs: participants per theme, each once, rolled up by union, with honest bases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from coder.domain.codebook import Codebook

People = frozenset[int]
Interval = Callable[[int, int], tuple[float, float] | None]


class Base(StrEnum):
    """Whom a percentage is of: all participants, those asked, those who answered, or those read by the coders."""

    REVIEWED = "reviewed"
    ANSWERED = "answered"
    ASKED = "asked"
    ALL = "all"


class Sets(Protocol):
    """The participants behind one question's figures (see `coder.store.counts.Gathered`)."""

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
class ThemeCount:
    """Participants of the base with a theme or one below it; `outside` have it but are outside the base."""

    theme_id: int
    depth: int
    participants: int
    assignments: int
    base: int
    outside: int
    interval: tuple[float, float] | None

    @property
    def share(self) -> float | None:
        """The share from 0 to 1; None where the base is nobody."""
        return self.participants / self.base if self.base else None


@dataclass(frozen=True, slots=True)
class Chain:
    """The bases of one question, each within the one before: all, asked, answered, reviewed, with a theme."""

    all: int
    asked: int
    answered: int
    reviewed: int
    with_theme: int


@dataclass(frozen=True, slots=True)
class Counted:
    """One question's tally, or one group of it."""

    chain: Chain
    themes: tuple[ThemeCount, ...]
    unread_with_theme: int  # participants with a coding whose answers are not all reviewed


def roll_up(codebook: Codebook, coded: Mapping[int, People]) -> dict[int, People]:
    """The participants of each theme: its own and those of all themes below it, as one set."""
    return {
        theme.id: frozenset().union(*(coded.get(t, frozenset()) for t in codebook.below(theme.id)))
        for theme in codebook.themes
    }


def known_of(codebook: Codebook, sets: Sets, theme_id: int) -> People:
    """The participants of whom it is known whether they mentioned the theme: the base `reviewed` for it.

    All their answers were reviewed, and under a codebook that had the theme and all below it; or they were
    reviewed and the theme was coded all the same.
    """
    below = codebook.below(theme_id)
    born = max(codebook.by_id[t].born for t in below)
    knew = frozenset().union(*(people for revision, people in sets.reviewed.items() if revision >= born))
    reviewed = frozenset().union(*sets.reviewed.values())
    found = frozenset().union(*(sets.coded.get(t, frozenset()) for t in below))
    return (knew | (found & reviewed)) & sets.answered


def count(
    codebook: Codebook,
    sets: Sets,
    *,
    everyone: People,
    base: Base = Base.REVIEWED,
    within: People | None = None,
    interval: Interval,
) -> Counted:
    """Count the participants per theme of a codebook that serves the question.

    `within` restricts everything to one group. `interval` gives the confidence interval of a count and its base.
    """
    keep = everyone if within is None else everyone & within
    answered = sets.answered & keep
    reviewed = frozenset().union(*sets.reviewed.values()) & answered
    people = {theme: found & answered for theme, found in roll_up(codebook, sets.coded).items()}
    anyone = frozenset().union(*people.values())
    themes = []
    for depth, theme in codebook.walk():
        found = people[theme.id]
        if base is Base.REVIEWED:
            of = known_of(codebook, sets, theme.id) & keep
        else:
            of = {Base.ANSWERED: answered, Base.ASKED: sets.asked & keep, Base.ALL: keep}[base]
        counted = len(found & of)
        themes.append(
            ThemeCount(
                theme_id=theme.id,
                depth=depth,
                participants=counted,
                assignments=sum(_assignments(sets, t, answered) for t in codebook.below(theme.id)),
                base=len(of),
                outside=len(found) - counted,
                interval=interval(counted, len(of)),
            )
        )
    chain = Chain(len(keep), len(sets.asked & keep), len(answered), len(reviewed), len(anyone & reviewed))
    return Counted(chain, tuple(themes), len(anyone - reviewed))


def unread_with_theme(codebook: Codebook, sets: Sets) -> int:
    """How many participants have a coding while their answers are not all reviewed."""
    reviewed = frozenset().union(*sets.reviewed.values())
    coded = frozenset().union(*roll_up(codebook, sets.coded).values())
    return len((coded & sets.answered) - reviewed)


def _assignments(sets: Sets, theme_id: int, answered: People) -> int:
    first = len(sets.coded.get(theme_id, frozenset()) & answered)
    return first + sum(p in answered for p in sets.repeats.get(theme_id, ()))
