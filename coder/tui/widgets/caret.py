"""The caret and the selection of one text: what every key and every drag does to them, without a screen."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from coder.domain.coding import Span
from coder.language.units import Units, clauses_of, sentences_of, words_of
from coder.tui.widgets.layout import Layout

Unit = Literal["cluster", "word", "sentence", "line", "text"]


class Caret:
    """Two offsets into the text: `at`, where the caret is, and `pivot`; what lies between them is selected.

    A `free` selection grows and shrinks by every move, as if shift were held.
    """

    def __init__(self, text: str, layout: Layout) -> None:
        self.text = text
        self.layout = layout
        self.at = 0
        self.pivot = 0
        self.free = False
        self._goal: int | None = None  # the column that up and down keep to
        self._held = Span(0, 0)  # what a drag began at
        self._units: Units | None = None  # by which it goes on

    @cached_property
    def words(self) -> Units:
        return words_of(self.text)

    @cached_property
    def sentences(self) -> Units:
        return sentences_of(self.text)

    @cached_property
    def clauses(self) -> Units:
        return clauses_of(self.text)

    @property
    def selection(self) -> Span | None:
        """The selected stretch; None where nothing is."""
        if self.pivot == self.at:
            return None
        return Span(min(self.pivot, self.at), max(self.pivot, self.at))

    @property
    def rows(self) -> tuple[int, int]:
        """The first and the last row that caret and selection touch."""
        rows = self.layout.line_of(self.pivot), self.layout.line_of(self.at)
        return min(rows), max(rows)

    # --- placing -------------------------------------------------------------------------------------

    def place(self, offset: int, *, extend: bool = False) -> None:
        """Move the caret, with the pivot unless the selection is extended."""
        self.at = max(0, min(offset, len(self.text)))
        if not (extend or self.free):
            self.pivot = self.at
        self._goal = None

    def select(self, start: int, end: int) -> None:
        """Select a stretch, with the caret at its end."""
        self.pivot = max(0, min(start, len(self.text)))
        self.place(end, extend=True)

    def select_all(self) -> None:
        self.select(0, len(self.text))

    def clear(self) -> None:
        """Let go of the selection; the caret stays."""
        self.free = False
        self.place(self.at)

    def swap(self) -> None:
        """The caret to the other end of the selection, so that this end can be moved."""
        self.at, self.pivot = self.pivot, self.at
        self._goal = None

    def toggle_free(self) -> None:
        self.free = not self.free

    # --- moving --------------------------------------------------------------------------------------

    def move(self, unit: Unit, direction: int, *, extend: bool = False) -> None:
        """One unit on or back: to the start of the next word, to the edge of the line or the text."""
        if unit == "line":
            line = self.layout.line(self.layout.line_of(self.at))
            assert line is not None
            target = line.start if direction < 0 else line.end
        elif unit == "text":
            target = 0 if direction < 0 else len(self.text)
        elif unit == "cluster":
            target = self.layout.after(self.at) if direction > 0 else self.layout.before(self.at)
        else:
            units = self.words if unit == "word" else self.sentences
            target = self._by(units, direction, extend=extend or self.free)
        self.place(target, extend=extend)

    def _by(self, units: Units, direction: int, *, extend: bool) -> int:
        """The next unit's start; when selecting forwards, the end of this unit or the next."""
        if direction < 0:
            unit = units.starting_before(self.at)
            return unit.start if unit else 0
        unit = units.ending_after(self.at) if extend else units.starting_after(self.at)
        return (unit.end if extend else unit.start) if unit else len(self.text)

    def move_rows(self, by: int, *, extend: bool = False) -> None:
        """Some rows down or up, keeping to the column; from the first or the last row to its edge."""
        column, row = self.layout.cell_of(self.at)
        goal = column if self._goal is None else self._goal
        target = max(0, row + by)
        while by > 0 and self.layout.line(target) is None:
            target -= 1
        if target == row:
            self.place(0 if by < 0 else len(self.text), extend=extend)
        else:
            self.place(self.layout.offset_at(goal, target), extend=extend)
        self._goal = goal

    def take(self, units: Units) -> None:
        """Select the unit at the caret; where whole ones are selected already, the next one too."""
        selected = self.selection
        if selected is None:
            here = units.ending_after(self.at) or units.starting_before(self.at)
            if here is not None:
                self.select(here.start, here.end)
            return
        first, last = units.at(selected.start), units.at(selected.end - 1)
        whole = first and last and (first.start, last.end) == (selected.start, selected.end)
        onward = units.ending_after(selected.end) if whole else last or units.ending_after(selected.end)
        start = selected.start if whole or first is None else first.start
        self.select(start, max(selected.end, onward.end) if onward else selected.end)

    def take_before(self, units: Units) -> None:
        """Select the unit at the caret; where one is selected already, the one before it too."""
        selected = self.selection
        if selected is None:
            self.take(units)
            return
        before = units.starting_before(selected.start)
        if before is not None:
            self.pivot, self.at = selected.end, before.start
            self._goal = None

    def take_next(self, spans: Iterable[Span], direction: int) -> None:
        """Select the next or the previous of some stretches; after the last comes the first."""
        found = sorted(set(spans))
        if found:
            here = self.selection or Span(self.at, self.at)
            at = bisect_right(found, here) if direction > 0 else bisect_left(found, here) - 1
            span = found[at % len(found)]
            self.free = False
            self.select(span.start, span.end)

    # --- by mouse ------------------------------------------------------------------------------------

    def grip(self, column: int, row: int, clicks: int = 1) -> None:
        """Take hold at a cell: of a word with the second click, of a sentence with the third."""
        self.free = False
        self._units = {2: self.words, 3: self.sentences}.get(clicks)
        self._held = self._under(column, row)
        self.place(self._held.start)
        if self._units is not None:
            self.select(self._held.start, self._held.end)

    def grip_pivot(self, column: int, row: int) -> None:
        """Move the end of the selection to a cell; a drag goes on from there."""
        self._units, self._held = None, Span(self.pivot, self.pivot)
        self.drag(column, row)

    def drag(self, column: int, row: int) -> None:
        """Select from what is held to what is at a cell, both included."""
        held, under = self._held, self._under(column, row)
        if under.start < held.start:
            self.select(held.end, under.start)
        else:
            self.select(held.start, max(under.end, held.end))

    def _under(self, column: int, row: int) -> Span:
        """The unit at a cell, or else the cluster; right of a line or below the text an empty stretch."""
        offset, line = self.layout.offset_at(column, row), self.layout.line(max(0, row))
        if line is None or offset >= line.end:
            return Span(offset, offset)
        return (self._units and self._units.at(offset)) or Span(*line.cluster(offset))
