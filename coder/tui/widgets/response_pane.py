"""The response: drawn cell by cell, with its own caret, selection and mouse, so that every offset is exact."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from time import perf_counter

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer

from coder.domain.coding import Span
from coder.tui.widgets.caret import Caret, Unit
from coder.tui.widgets.clusters import drawn
from coder.tui.widgets.layout import Layout, Line
from coder.tui.widgets.letters import Letters
from coder.tui.widgets.lined import Lined
from coder.tui.widgets.marks import MARGIN, Kind, Mark, Marks, margin, pieces, style_of, within

_CARET = Style(reverse=True)
_SELECTED = Style(reverse=True, bold=True)
_LETTER = Style(color="#101010", bgcolor="#ffd75f", bold=True)
_MOST_WORDS = 1000  # words in view that are given letters
_SPELL, _SPELL_EVERY = 0.003, 1 / 30  # seconds for which a long text is laid out between keys, and how often
_EDGE_EVERY = 0.05  # seconds between the rows that a drag beyond the edge scrolls


class ResponsePane(Lined, can_focus=True, inherit_bindings=False):
    """Shows one response with its marks; keys and mouse move a caret over it and select."""

    PART = "In the response"
    # The scroll bar has its place whether it is there or not: so no text is wrapped anew when it comes.
    DEFAULT_CSS = "ResponsePane { overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }"
    BINDINGS = [
        Binding("right,w", "move('word', 1)", "next word", id="response.next_word"),
        Binding("left,b", "move('word', -1)", "previous word", id="response.previous_word"),
        Binding("shift+right,W", "move('word', 1, True)", "select on, word by word", id="response.select_on"),
        Binding("shift+left,B", "move('word', -1, True)", "select back, word by word", id="response.select_back"),
        Binding("l", "move('cluster', 1)", "next character", id="response.next_character"),
        Binding("h", "move('cluster', -1)", "previous character", id="response.previous_character"),
        Binding("L", "move('cluster', 1, True)", "select one character more", id="response.select_character"),
        Binding("H", "move('cluster', -1, True)", "select one character back", id="response.unselect_character"),
        Binding("down,j", "move_rows(1)", "line down", id="response.line_down"),
        Binding("up,k", "move_rows(-1)", "line up", id="response.line_up"),
        Binding("shift+down,J", "move_rows(1, True)", "select a line down", id="response.select_line_down"),
        Binding("shift+up,K", "move_rows(-1, True)", "select a line up", id="response.select_line_up"),
        Binding("home", "move('line', -1)", "start of the line", id="response.line_start"),
        Binding("end", "move('line', 1)", "end of the line", id="response.line_end"),
        Binding("shift+home", "move('line', -1, True)", "select to the line's start", id="response.select_line_start"),
        Binding("shift+end", "move('line', 1, True)", "select to the line's end", id="response.select_line_end"),
        Binding("ctrl+home", "move('text', -1)", "start of the response", id="response.start"),
        Binding("ctrl+end", "move('text', 1)", "end of the response", id="response.end"),
        Binding("s", "take('sentences')", "select the sentence; again: the next one too", id="response.sentence"),
        Binding("S", "take_before", "select the sentence; again: the one before, too", id="response.sentence_before"),
        Binding("semicolon", "take('clauses')", "select up to a comma or the like; again: on", id="response.clause"),
        Binding("ctrl+a", "select_all", "select the whole response", id="response.select_all"),
        Binding("space", "letters", "select by letters: of the first word, of the last", id="response.letters"),
        Binding("V", "free", "select by every move: on or off", id="response.free"),
        Binding("percent_sign", "swap", "go to the other end of the selection", id="response.swap"),
        Binding(
            "right_curly_bracket", "next_mark(1)", "select the next highlight or evidence", id="response.next_mark"
        ),
        Binding("left_curly_bracket", "next_mark(-1)", "select the previous one", id="response.previous_mark"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        # What shows the selection is called in the key's own frame; a message would come one or two frames later.
        self.follow: Callable[[Span | None], None] = lambda _: None
        self._marks = Marks()
        self._caret = Caret("", Layout("", 1))
        self._letters: Letters | None = None
        self._presses: tuple[float, tuple[int, int], int] = (0.0, (-1, -1), 0)  # when, where, how many in a row
        self._pointer: tuple[int, int] | None = None  # where the mouse is while it drags
        self._layer: Timer | None = None
        self._edge: Timer | None = None

    # --- what is shown -------------------------------------------------------------------------------

    def show_text(self, text: str, marks: Iterable[Mark] = ()) -> None:
        """Show another text, from its start, with nothing selected."""
        self._drop()
        self._letters = None
        self._caret = Caret(text, self._caret.layout)
        self._marks = Marks(marks)
        self._lay_out()
        self.scroll_to(0, 0, animate=False)
        self._tell()

    def show_marks(self, marks: Iterable[Mark]) -> None:
        """Show other marks on the same text; caret and selection stay."""
        before, self._marks = self._marks, Marks(marks)
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        for row in range(top, top + height):
            if self.laid_out.line(row) is None:
                break
            stretch = self.laid_out.stretch(row)
            if before.touching(*stretch) != self._marks.touching(*stretch):
                self.refresh_lines(row)

    @property
    def text(self) -> str:
        return self._caret.text

    @property
    def caret(self) -> int:
        """The offset of the caret."""
        return self._caret.at

    @property
    def pivot(self) -> int:
        """Where the selection began."""
        return self._caret.pivot

    @property
    def letters(self) -> Mapping[int, str]:
        """Where which letter stands for a word; none, where words are not picked by letters now."""
        return self._letters.signs if self._letters is not None else {}

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks.all

    @property
    def laid_out(self) -> Layout:
        return self._caret.layout

    @property
    def selection(self) -> Span | None:
        """The selected stretch; None where nothing is."""
        return self._caret.selection

    @property
    def mode(self) -> str:
        """What the next key does beyond its usual: "first" or "last" word by its letter, "free" selecting."""
        if self._letters is not None:
            return "last" if self._letters.first else "first"
        return "free" if self._caret.free else ""

    def select_span(self, start: int, end: int) -> None:
        """Select a stretch, with the caret at its end."""
        self._change(lambda: self._caret.select(start, end))

    def let_go(self) -> bool:
        """Leave the letters, or clear the selection; False where there was neither."""
        if self._letters is not None:
            self._show_letters(None)
            return True
        held = self.selection is not None or self._caret.free
        self._change(self._caret.clear)
        return held

    def page(self, direction: int) -> bool:
        """Move a page through the text; False where its end is in view already."""
        height = self.scrollable_content_region.height
        below = self.laid_out.line(self.scroll_offset.y + height)
        if below is None if direction > 0 else not self.scroll_offset.y:
            return False
        self.action_move_rows(direction * max(1, height - 1))
        return True

    def _lay_out(self) -> None:
        width, height = self.scrollable_content_region.size
        if not width:
            return
        # One cell is kept free, so that the caret can stand after the last character of a full line.
        before = self.laid_out.height
        self._caret.layout = Layout(self.text, width - MARGIN - 1)
        self.laid_out.line(height)
        if self._layer is None:
            self._layer = self.set_interval(_SPELL_EVERY, self._lay_out_more)
        self._lay_out_more()
        self._measure()
        self.refresh_lines(self.scroll_offset.y, max(before, self.laid_out.height))  # below them all is blank

    def _lay_out_more(self) -> None:
        """Lay out some more of a long text; once all of it is, the scroll bar knows how much there is."""
        end = perf_counter() + _SPELL
        while self.laid_out.more(20):
            if perf_counter() > end:
                return
        self._stop_laying()
        self._measure()

    def _measure(self) -> None:
        self.hold(self.laid_out.height)

    def _stop_laying(self) -> None:
        if self._layer is not None:
            self._layer.stop()
            self._layer = None

    def on_resize(self) -> None:
        if self.laid_out.width != max(1, self.scrollable_content_region.width - MARGIN - 1):
            self._show_letters(None)
            self._lay_out()
            self._scroll_to_caret()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # --- painting ------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        row, width, base = y + self.scroll_offset.y, self.room, self.base
        line = self.laid_out.line(row)
        if line is None:
            return Strip.blank(width, base)
        start, end = self.laid_out.stretch(row)
        marks = self._marks.touching(start, end)
        segments = [*margin(line, marks, base), *self._pieces(line, marks, base)]
        used = MARGIN + line.width
        if self._caret_at_end(row, line):
            segments.append(Segment(" ", base + _CARET))
            used += 1
        return Strip(segments, used).adjust_cell_length(width, base)

    def _caret_at_end(self, row: int, line: Line) -> bool:
        here = self.selection is None and self.caret >= line.end and self.laid_out.line_of(self.caret) == row
        return here and self.has_focus

    def _pieces(self, line: Line, marks: list[Mark], base: Style) -> Iterator[Segment]:
        """The line cut where a mark, the selection, a letter or the caret begins or ends, each piece in its style."""
        selected = self.selection
        caret = None
        if selected is None and self.has_focus and line.start <= self.caret < line.end:
            caret = Span(*line.cluster(self.caret))
        letters = self._letters_on(line)
        spans = [m.span for m in marks] + [s for s in (selected, caret, *letters) if s]
        covered = line.start
        for start, end in pieces(line, spans):
            style = base + style_of(within(marks, start, end))
            if selected and selected.start <= start and end <= selected.end:
                style += _SELECTED
            elif caret and caret.start <= start < caret.end:
                style += _CARET
            letter = next((span for span in letters if span.start == start), None)
            if letter is not None:
                covered = letter.end
                yield Segment(drawn(letters[letter]), base + _LETTER)
            elif start >= covered:
                yield Segment(line.drawn(start, end), style)

    def _letters_on(self, line: Line) -> dict[Span, str]:
        """The signs of words on a line, with the characters whose cells they take."""
        found: dict[Span, str] = {}
        if self._letters is None:
            return found
        for start, sign in self._letters.signs.items():
            if line.start <= start < line.end:
                end = start
                while end < line.end and line.column_of(end) - line.column_of(start) < len(sign):
                    end = line.cluster(end)[1]
                cells = (line.width if end >= line.end else line.column_of(end)) - line.column_of(start)
                found[Span(start, end)] = sign.ljust(cells)[:cells]
        return found

    # --- caret and selection -------------------------------------------------------------------------

    def _change(self, act: Callable[[], object]) -> None:
        """Do something to the caret; repaint the rows this touches alone, and say what is selected."""
        self._show_letters(None)
        before = self._caret.rows
        act()
        after = self._caret.rows
        first, last = min(before[0], after[0]), max(before[1], after[1])
        self.refresh_lines(first, last - first + 1)
        self._scroll_to_caret()
        self._tell()

    def _scroll_to_caret(self) -> None:
        column, row = self.laid_out.cell_of(self.caret)
        if row >= self.virtual_size.height:
            self._measure()
        self.scroll_to_region(Region(min(column, self.laid_out.width), row, 1, 1), animate=False, force=True)

    def _tell(self) -> None:
        self.follow(self.selection)

    def action_move(self, unit: Unit, direction: int, extend: bool = False) -> None:
        self._change(lambda: self._caret.move(unit, direction, extend=extend))

    def action_move_rows(self, by: int, extend: bool = False) -> None:
        self._change(lambda: self._caret.move_rows(by, extend=extend))

    def action_take(self, units: str) -> None:
        found = self._caret.sentences if units == "sentences" else self._caret.clauses
        self._change(lambda: self._caret.take(found))

    def action_take_before(self) -> None:
        self._change(lambda: self._caret.take_before(self._caret.sentences))

    def action_select_all(self) -> None:
        self._change(self._caret.select_all)

    def action_swap(self) -> None:
        self._change(self._caret.swap)

    def action_free(self) -> None:
        self._change(self._caret.toggle_free)

    def action_next_mark(self, direction: int) -> None:
        spans = [m.span for m in self.marks if m.kind is not Kind.TERM]
        self._change(lambda: self._caret.take_next(spans, direction))

    # --- by letters ----------------------------------------------------------------------------------

    def action_letters(self) -> None:
        """Give every word in view a letter."""
        if self._letters is not None:
            self._show_letters(None)
            return
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        start = self.laid_out.offset_at(0, top)
        end = self.laid_out.offset_at(0, top + height)
        words = [word for word in self._words_from(start) if word.start < end]
        self._show_letters(Letters(words) if words else None)

    def take_letter(self, character: str) -> bool:
        """A character was typed: whether it is meant for the letters. Where it is not, they go."""
        letters = self._letters
        if letters is None or character == " ":
            return False
        if not letters.knows(character):
            self._show_letters(None)
            return False
        word, first = letters.take(character), letters.first
        if word is None:
            self.refresh()
        elif first is None:
            clause = self._caret.clauses.ending_after(word.start)
            self.select_span(word.start, clause.end if clause and clause.start <= word.start else word.end)
            letters.begin(self._words_from(word.start))
            self._show_letters(letters)
        else:
            self.select_span(first.start, word.end)
        return True

    def _words_from(self, offset: int) -> list[Span]:
        found = (word for word in self._caret.words.onward(offset) if word.start >= offset)
        return list(islice(found, _MOST_WORDS))

    def _show_letters(self, letters: Letters | None) -> None:
        if letters is not self._letters or letters is not None:
            self._letters = letters
            self.refresh()
            self._tell()

    # --- mouse ---------------------------------------------------------------------------------------

    def _cell_under(self, event: events.MouseEvent) -> tuple[int, int]:
        """The cell of the pane, from the first column of the text."""
        return event.x - self.gutter.left - MARGIN, event.y - self.gutter.top

    def _in_text(self, cell: tuple[int, int]) -> tuple[int, int]:
        return cell[0] + self.scroll_offset.x, cell[1] + self.scroll_offset.y

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        event.stop()
        self.focus()
        self.capture_mouse()
        self._pointer = cell = self._cell_under(event)
        when, where, count = self._presses
        again = where == cell and event.time - when <= self.app.CLICK_CHAIN_TIME_THRESHOLD
        self._presses = (event.time, cell, min(count + 1, 3) if again else 1)
        if event.shift:
            self._change(lambda: self._caret.grip_pivot(*self._in_text(cell)))
        else:
            self._change(lambda: self._caret.grip(*self._in_text(cell), clicks=self._presses[2]))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pointer is None:
            return
        cell = self._cell_under(event)
        if cell != self._pointer:
            self._pointer = cell
            self._drag()
        beyond = not 0 <= cell[1] < self.scrollable_content_region.height
        if beyond and self._edge is None:
            self._edge = self.set_interval(_EDGE_EVERY, self._drag)
        elif not beyond:
            self._stop_scrolling()

    def _drag(self) -> None:
        """Select as far as the pointer; beyond the edge each turn brings more rows into view, the further the more."""
        if self._pointer is not None:
            column, row = self._in_text(self._pointer)
            self._change(lambda: self._caret.drag(column, max(0, row)))

    def on_mouse_up(self, _: events.MouseUp) -> None:
        self._drop()

    def _drop(self) -> None:
        """End a drag."""
        self._stop_scrolling()
        if self._pointer is not None:
            self._pointer = None
            self.release_mouse()

    def _stop_scrolling(self) -> None:
        if self._edge is not None:
            self._edge.stop()
            self._edge = None
