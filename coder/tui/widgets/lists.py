"""The lists of the screens: themes, responses, codings, choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style

from coder.domain.codebook import Codebook, Theme
from coder.tui.widgets.pages import Pages
from coder.tui.widgets.palette import Paint
from coder.tui.widgets.rows import BOLD, DIM, ITALIC, PLAIN, Look, Rows, fit, fitted

if TYPE_CHECKING:
    from coder.session import Entry

_HIT = Style(bold=True, underline=True)


def chip(key: str, paint: Paint | None) -> tuple[str, Style]:
    """A theme's key on its colour."""
    style = Style(color=paint.text, bgcolor=paint.background, bold=True) if paint else BOLD
    return f" {fit(key, 1)} ", style


class ThemeList(Rows):
    """The codebook as a tree: each theme's key and, at the right, its participants."""

    PART = "In the list of themes"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: list[tuple[int, Theme]] = []
        self._keys: Mapping[int, str] = {}
        self._paints: Mapping[int, Paint] = {}
        self._counts: Sequence[Mapping[int, int] | None] = ()
        self._coded: frozenset[int] = frozenset()
        self._alike: frozenset[int] = frozenset()
        self._noted: frozenset[int] = frozenset()

    def show_book(
        self,
        book: Codebook,
        keys: Mapping[int, str],
        paints: Mapping[int, Paint],
        alike: frozenset[int] = frozenset(),
    ) -> None:
        """Themes that are `alike` others by their names are marked."""
        self._alike = alike
        here = self.theme.id if self.theme else None
        self.rows, self._keys, self._paints = list(book.walk()), keys, paints
        at = next((i for i, (_, theme) in enumerate(self.rows) if theme.id == here), None)
        self.changed(cursor=at)

    def show_counts(self, counts: Sequence[Mapping[int, int] | None], coded: frozenset[int] = frozenset()) -> None:
        """Participants per theme, for one question or several, None until they are counted; `coded` are on the
        response at hand. Only the rows that change are painted anew.
        """
        before = [self._numbers(theme.id) for _, theme in self.rows], self._coded
        self._counts, self._coded = counts, coded
        for row, (_, theme) in enumerate(self.rows):
            if before[0][row] != self._numbers(theme.id) or theme.id in coded ^ before[1]:
                self.repaint(row)

    def _numbers(self, theme_id: int) -> str:
        return " · ".join("…" if c is None else str(c[theme_id]) if theme_id in c else "–" for c in self._counts)

    def show_noted(self, noted: frozenset[int]) -> None:
        """Mark the themes that have a memo."""
        if noted != self._noted:
            self._noted = noted
            self.changed()

    @property
    def theme(self) -> Theme | None:
        """The theme at the cursor."""
        return self.rows[self.cursor][1] if self.cursor < len(self.rows) else None

    def count(self) -> int:
        return len(self.rows)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        depth, theme = self.rows[row]
        numbers = self._numbers(theme.id)
        here = theme.id in self._coded
        sign = ("✓" if here else "≈" if theme.id in self._alike else " ") + ("✎" if theme.id in self._noted else " ")
        indent = "  " * min(depth, 6)
        room = width - 3 - 2 - len(indent) - 1 - len(numbers) - 1
        return [
            [
                chip(self._keys.get(theme.id, ""), self._paints.get(theme.id)),
                (sign, BOLD),
                (indent + fit(theme.name, room), BOLD if here else PLAIN),
                (f" {numbers} ", PLAIN if any(c and c.get(theme.id) for c in self._counts) else DIM),
            ]
        ]


class ResponseList(Rows):
    """The responses of a queue, a line each, read by pages as they come into view."""

    PART = "In the list of responses"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pages: Pages[int, Entry] = Pages()

    def show_queue(
        self, queue: Sequence[int], read: Callable[[Sequence[int]], Sequence[Entry]], at: int, *, still: bool = False
    ) -> None:
        """Show other responses with the cursor on one of them; `still`: on the line of the screen where it is now."""
        above = self.cursor - self.scroll_offset.y
        self._pages = Pages(queue, read)
        self.changed(cursor=at)
        if still:
            self.scroll_to(y=max(0, at - above), animate=False, force=True)

    def _scroll_to_cursor(self) -> None:
        """Where the cursor leaves what is in view, it is in the middle again: the list seldom moves."""
        height = self.scrollable_content_region.height
        if not self.scroll_offset.y <= self.cursor < self.scroll_offset.y + height:
            self.scroll_to(y=max(0, self.cursor - height // 2), animate=False, force=True)

    def reread(self, row: int | None = None) -> None:
        """The responses are the same, what was done to them may not be: to one of them, or to any."""
        self._pages.forget(row)
        if row is None:
            self._painted = (-1, -1, ())
            self.refresh()
        else:
            self.repaint(row)

    def count(self) -> int:
        return len(self._pages)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        entry = self._pages.at(row)
        if entry is None:
            return [[]]
        here = "▸" if row == self.cursor else " "
        done = "✓" if entry.reviewed else " "
        themes = str(entry.themes) if entry.themes else "·"
        room, hit = width - 15, entry.hit
        text: Look = [(entry.excerpt, PLAIN)]
        if hit is not None:
            first = max(0, hit.start - room // 3)
            text = [
                (("…" if first else "") + entry.excerpt[first : hit.start], PLAIN),
                (hit.of(entry.excerpt), _HIT),
                (entry.excerpt[hit.end :], PLAIN),
            ]
        head = [(f"{here}{done}", BOLD), (fit(entry.participant, 9), BOLD), (f" {fit(themes, 2)} ", DIM)]
        return [[*head, *fitted(text, room)]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the codings list: a coding, or a suggestion with its score (percent) and, in the note, its ground.

    `words` stand in their quotation marks, each on one line.
    """

    theme_id: int
    name: str
    words: tuple[str, ...]
    score: int | None = None
    note: str = ""


class CodingList(Rows, can_focus=False):
    """What this response is coded with, and what is suggested for it; the cursor is on the suggestion at hand."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: Sequence[Line] = ()
        self._keys: Mapping[int, str] = {}
        self._paints: Mapping[int, Paint] = {}

    def show_lines(
        self, lines: Sequence[Line], keys: Mapping[int, str], paints: Mapping[int, Paint], at: int | None
    ) -> None:
        """`at` is the line of the suggestion at hand, if there is one."""
        if (lines, keys, paints, at or 0) == (self.lines, self._keys, self._paints, self.cursor):
            return
        self.lines, self._keys, self._paints = lines, keys, paints
        self.set_class(at is not None, "-suggesting")
        self.changed(cursor=at or 0)

    def count(self) -> int:
        return len(self.lines)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        line = self.lines[row]
        paint = self._paints.get(line.theme_id)
        words = ", ".join(line.words)
        key = self._keys.get(line.theme_id, "")
        if line.score is None:
            name_room = max(10, min(len(line.name), (width - 6) // 2))
            return [
                [
                    chip(key, paint),
                    (" " + fit(line.name, name_room) + " ", BOLD),
                    (fit(words or line.note, width - name_room - 5), PLAIN if line.words else DIM),
                ]
            ]
        ink = Style(color=paint.ink) if paint else PLAIN
        note = f" {line.note}" if line.note else ""
        name_room = max(10, min(len(line.name), (width - 14) // 2))
        return [
            [
                (f"{'▸' if row == self.cursor else ' '}? ", BOLD),
                (f"{fit(line.name, name_room)} ", ink),
                (f"{line.score:>3} % ", PLAIN),
                (fit(words or "by its meaning", width - name_room - 10 - len(note)), ITALIC + ink),
                (note, DIM),
            ]
        ]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: what is shown, what stands beside it, and what it means."""

    name: str
    value: int | str | None
    note: str = ""


class ChoiceList(Rows, can_focus=False):
    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.choices: Sequence[Choice] = ()

    def show_choices(self, choices: Sequence[Choice]) -> None:
        self.choices = choices
        self.changed(cursor=0)

    def count(self) -> int:
        return len(self.choices)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        choice = self.choices[row]
        note = min(len(choice.note), width // 2)
        here = "▸ " if row == self.cursor else "  "
        return [[(here, BOLD), (fit(choice.name, width - note - 4), PLAIN), (" " + fit(choice.note, note) + " ", DIM)]]
