"""The response: drawn cell by cell, with its own caret, selection and mouse, so that every offset is exact."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.strip import Strip

from coder.domain.coding import Span
from coder.tui.widgets.layout import Layout, Line
from coder.tui.widgets.lined import Lined
from coder.tui.widgets.marks import MARGIN, Mark, by_line, margin, pieces, style_of, within
from coder.tui.widgets.units import sentences, words

_CARET = Style(reverse=True)
_SELECTED = Style(reverse=True, bold=True)


class Words:
    """The words and sentences of one text, found when first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> list[tuple[int, int]]:
        return words(self.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        return sentences(self.text)


class ResponsePane(Lined, can_focus=True, inherit_bindings=False):
    """Shows one response with its marks; a caret and an pivot, both offsets into the text, make the selection."""

    PART = "In the response"
    BINDINGS = [
        Binding("right,w", "move('word', 1)", "next word", id="response.next_word"),
        Binding("left,b", "move('word', -1)", "previous word", id="response.previous_word"),
        Binding("shift+right,W", "move('word', 1, True)", "select on, word by word", id="response.select_on"),
        Binding("shift+left,B", "move('word', -1, True)", "select back, word by word", id="response.select_back"),
        Binding("l", "move('cluster', 1)", "next character", id="response.next_character"),
        Binding("h", "move('cluster', -1)", "previous character", id="response.previous_character"),
        Binding("L", "move('cluster', 1, True)", "select one character more", id="response.select_character"),
        Binding("H", "move('cluster', -1, True)", "select one character back", id="response.unselect_character"),
        Binding("down,j", "move_line(1)", "line down", id="response.line_down"),
        Binding("up,k", "move_line(-1)", "line up", id="response.line_up"),
        Binding("shift+down,J", "move_line(1, True)", "select a line down", id="response.select_line_down"),
        Binding("shift+up,K", "move_line(-1, True)", "select a line up", id="response.select_line_up"),
        Binding("home", "move_edge(-1)", "start of the line", id="response.line_start"),
        Binding("end", "move_edge(1)", "end of the line", id="response.line_end"),
        Binding("s", "sentence", "select the sentence; again: the next one too", id="response.sentence"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text = ""
        self.caret = 0
        self.pivot = 0
        # What shows the selection is called in the key's own frame; a message would come one or two frames later.
        self.follow: Callable[[Span | None], None] = lambda _: None
        self._marks: tuple[Mark, ...] = ()
        self._laid = Layout("", 1)
        self._on_line: dict[int, list[Mark]] = {}
        self._units = Words("")
        self._goal: int | None = None  # the column that up and down keep to
        self._dragging = False

    # --- what is shown -------------------------------------------------------------------------------

    def show_text(self, text: str, marks: Iterable[Mark] = ()) -> None:
        """Show another text, from its start, with nothing selected."""
        self.text, self.caret, self.pivot, self._goal = text, 0, 0, None
        self._units = Words(text)
        self._marks = tuple(marks)
        self._lay_out()
        self.scroll_to(0, 0, animate=False)
        self._tell()

    def show_marks(self, marks: Iterable[Mark]) -> None:
        """Show other marks on the same text; caret and selection stay."""
        self._marks = tuple(marks)
        before, self._on_line = self._on_line, by_line(self._laid, self._marks)
        for row in before.keys() | self._on_line.keys():
            if before.get(row) != self._on_line.get(row):
                self.refresh_lines(row)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    @property
    def laid_out(self) -> Layout:
        return self._laid

    @property
    def selection(self) -> Span | None:
        """The selected stretch; None where nothing is."""
        if self.pivot == self.caret:
            return None
        return Span(min(self.pivot, self.caret), max(self.pivot, self.caret))

    def select_span(self, start: int, end: int) -> None:
        """Select a stretch, with the caret at its end."""
        before = self._touched()
        self.pivot = max(0, min(start, len(self.text)))
        self._place(end, extend=True, before=before)

    def clear_selection(self) -> None:
        self._place(self.caret)

    def page(self, direction: int) -> bool:
        """Move a page through the text; False where its end is in view already."""
        height = self.scrollable_content_region.height
        at_edge = self.scroll_offset.y + height >= len(self._laid.lines) if direction > 0 else not self.scroll_offset.y
        if at_edge:
            return False
        self.action_move_line(direction * max(1, height - 1))
        return True

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not width:
            return
        # One cell is kept free, so that the caret can stand after the last character of a full line.
        before, self._laid = len(self._laid.lines), Layout(self.text, width - MARGIN - 1)
        self._on_line = by_line(self._laid, self._marks)
        self.hold(len(self._laid.lines))
        self.refresh_lines(self.scroll_offset.y, max(before, len(self._laid.lines)))  # below them all is blank

    def on_resize(self) -> None:
        if self._laid.width != max(1, self.scrollable_content_region.width - MARGIN - 1):
            self._lay_out()
            self._scroll_to_caret()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # --- painting ------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        row, width, base = y + self.scroll_offset.y, self.room, self.base
        if row >= len(self._laid.lines):
            return Strip.blank(width, base)
        line = self._laid.lines[row]
        marks = self._on_line.get(row, ())
        segments = [*margin(line, marks, base), *self._pieces(line, marks, base)]
        used = MARGIN + line.width
        if self._caret_at_end(row, line):
            segments.append(Segment(" ", base + _CARET))
            used += 1
        return Strip(segments, used).adjust_cell_length(width, base)

    def _caret_at_end(self, row: int, line: Line) -> bool:
        here = self.selection is None and self.caret >= line.end and self._laid.line_of(self.caret) == row
        return here and self.has_focus

    def _pieces(self, line: Line, marks: Iterable[Mark], base: Style) -> Iterable[Segment]:
        """The line cut where a mark, the selection or the caret begins or ends, each piece in its style."""
        selected = self.selection
        caret = None
        if selected is None and self.has_focus and line.start <= self.caret < line.end:
            caret = Span(*line.cluster(self.caret))
        spans = [m.span for m in marks] + [s for s in (selected, caret) if s]
        for start, end in pieces(line, spans):
            style = base + style_of(within(marks, start, end))
            if selected and selected.start <= start and end <= selected.end:
                style += _SELECTED
            elif caret and caret.start <= start < caret.end:
                style += _CARET
            yield Segment(line.drawn(start, end), style)

    # --- caret and selection -------------------------------------------------------------------------

    def _touched(self) -> tuple[int, int]:
        rows = self._laid.line_of(self.pivot), self._laid.line_of(self.caret)
        return min(rows), max(rows)

    def _place(self, offset: int, *, extend: bool = False, before: tuple[int, int] | None = None) -> None:
        """Move the caret, with the pivot unless the selection is extended; repaint the rows this touches alone."""
        before = before or self._touched()
        self.caret = max(0, min(offset, len(self.text)))
        if not extend:
            self.pivot = self.caret
        after = self._touched()
        first, last = min(before[0], after[0]), max(before[1], after[1])
        self.refresh_lines(first, last - first + 1)
        self._scroll_to_caret()
        self._tell()

    def _scroll_to_caret(self) -> None:
        column, row = self._laid.cell_of(self.caret)
        self.scroll_to_region(Region(min(column, self._laid.width), row, 1, 1), animate=False, force=True)

    def _tell(self) -> None:
        self.follow(self.selection)

    def action_move(self, unit: str, direction: int, extend: bool = False) -> None:
        self._goal = None
        move = self._by_word if unit == "word" else self._by_cluster
        self._place(move(direction, extend), extend=extend)

    def _by_cluster(self, direction: int, _: bool) -> int:
        return self._laid.after(self.caret) if direction > 0 else self._laid.before(self.caret)

    def _by_word(self, direction: int, extend: bool) -> int:
        """The next word's start; when selecting forwards, the end of this word or the next."""
        found = self._units.words
        if direction < 0:
            at = bisect_left(found, (self.caret,)) - 1
            return found[at][0] if at >= 0 else 0
        if extend:
            at = bisect_right(found, self.caret, key=lambda word: word[1])
            return found[at][1] if at < len(found) else len(self.text)
        at = bisect_left(found, (self.caret + 1,))
        return found[at][0] if at < len(found) else len(self.text)

    def action_move_line(self, direction: int, extend: bool = False) -> None:
        column, row = self._laid.cell_of(self.caret)
        goal = column if self._goal is None else self._goal
        target = max(0, min(len(self._laid.lines) - 1, row + direction))
        if target == row:  # already on the first or last line: go to its edge
            target_offset = 0 if direction < 0 else len(self.text)
        else:
            target_offset = self._laid.offset_at(goal, target)
        self._place(target_offset, extend=extend)
        self._goal = goal

    def action_move_edge(self, direction: int) -> None:
        self._goal = None
        line = self._laid.lines[self._laid.line_of(self.caret)]
        self._place(line.start if direction < 0 else line.end)

    def action_sentence(self) -> None:
        """Select the sentence at the caret; where one is selected already, the next one too."""
        found, selected = self._units.sentences, self.selection
        here = next((s for s in found if s[1] > self.caret), found[-1] if found else None)
        if here is None:
            return
        if selected and selected.start in {s[0] for s in found} and selected.end in {s[1] for s in found}:
            self.select_span(selected.start, max(here[1], selected.end))
        else:
            self.select_span(*here)

    # --- mouse ---------------------------------------------------------------------------------------

    def _cell_under(self, event: events.MouseEvent) -> tuple[int, int]:
        scroll = self.scroll_offset
        return event.x - self.gutter.left + scroll.x - MARGIN, event.y - self.gutter.top + scroll.y

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        self.focus()
        self._dragging, self._goal = True, None
        self.capture_mouse()
        self._place(self._laid.offset_at(*self._cell_under(event)), extend=event.shift)
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if not self._dragging:
            return
        column, row = self._cell_under(event)
        offset = self._laid.offset_at(column, row)
        if offset >= self.pivot and 0 <= row < len(self._laid.lines) and offset < self._laid.lines[row].end:
            offset = self._laid.after(offset)  # the character under the pointer is part of it
        if offset != self.caret:
            self._place(offset, extend=True)

    def on_mouse_up(self, _: events.MouseUp) -> None:
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        offset = self._laid.offset_at(*self._cell_under(event))
        if event.chain == 2:
            found = self._units.words
        elif event.chain == 3:
            found = self._units.sentences
        else:
            return
        under = next((unit for unit in found if unit[0] <= offset < unit[1]), None)
        if under:
            self.select_span(*under)
