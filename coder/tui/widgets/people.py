"""The people behind a figure, a line each, with the beginning of their words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from rich.style import Style

from coder.tui.widgets.pages import Pages
from coder.tui.widgets.rows import BOLD, DIM, ITALIC, PLAIN, Look, Rows, cells_of, fit

if TYPE_CHECKING:
    from coder.behind import Person

_PAGE = 64  # people whose words are read together
_NAME = 12


@dataclass(frozen=True, slots=True)
class Section:
    """People who stand together; a section without a title has no line of its own above them."""

    title: str
    people: Sequence[int]


class PeopleList(Rows):
    """Any number of people: those in sight are read by pages."""

    PART = "In the list of people"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sections: Sequence[Section] = ()
        self._pages: Sequence[Pages[int, Person]] = ()
        self._starts: list[int] = [0]

    def show_people(self, sections: Sequence[Section], read: Callable[[Sequence[int]], Sequence[Person]]) -> None:
        self._sections = sections
        self._pages = [Pages(section.people, read, _PAGE) for section in sections]
        self._starts = [0, *accumulate(len(s.people) + bool(s.title) for s in sections)]
        self.changed()

    def count(self) -> int:
        return self._starts[-1]

    def _at(self, row: int) -> tuple[Section, Person | None]:
        """The section of a row, and its person; None on a title's line, and for one who has gone meanwhile."""
        number = bisect_right(self._starts, row) - 1
        section = self._sections[number]
        at = row - self._starts[number] - bool(section.title)
        return section, self._pages[number].at(at) if at >= 0 else None

    @property
    def person(self) -> Person | None:
        """Who is at the cursor."""
        return self._at(self.cursor)[1] if self.cursor < self.count() else None

    def paint(self, row: int, width: int) -> Sequence[Look]:
        section, person = self._at(row)
        here = "▸ " if row == self.cursor else "  "
        if person is None:
            return [[(here, BOLD), (fit(section.title if row in self._starts else "", width - 2), BOLD + DIM)]]
        name = max(_NAME, min(width // 4, cells_of(person.name)))
        more = f" +{len(person.quotes) - 1}" if len(person.quotes) > 1 else ""
        room = width - 2 - name - 1 - len(more)
        words, style = _first_words(person)
        look: list[tuple[str, Style]] = [(here, BOLD), (fit(person.name, name) + " ", BOLD)]
        return [[*look, (fit(" ".join(words[: room * 4].split()), room), style), (more, DIM)]]


def _first_words(person: Person) -> tuple[str, Style]:
    """The words of a person that come first: their quotes', or of other answers all."""
    if person.quotes:
        first = person.quotes[0]
        return first.text, ITALIC if first.whole else PLAIN
    several = len(person.said) > 1
    said = " · ".join(f"{s.question.wave or s.question.prompt}: {s.words}" if several else s.words for s in person.said)
    return (said, PLAIN) if said else ("no words", DIM)
