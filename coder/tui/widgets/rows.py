"""A list of any length: rows are painted when they come into view, so a million cost no more than ten."""

from bisect import bisect_right
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.strip import Strip

from coder.tui.looks import colours_tell
from coder.tui.messages import RowPicked, RowReached, RowTicked
from coder.tui.widgets.clusters import drawn
from coder.tui.widgets.lined import Lined

Look = Sequence[tuple[str, Style]]
"""One line as texts with their styles."""

PLAIN = Style.null()
BOLD = Style(bold=True)
DIM = Style(dim=True)
ITALIC = Style(italic=True)
_CLEAR = Style(dim=False)


def fit(text: str, width: int) -> str:
    """A text made inert, cut with `…` or filled up to exactly this many cells."""
    shown = drawn(text[: max(1, width) * 8])
    if cell_len(shown) > width:
        shown = set_cell_size(shown, max(0, width - 1)) + "…"[: max(0, width)]
    return set_cell_size(shown, max(0, width))


def fit_end(text: str, width: int) -> str:
    """The end of a text made inert, filled up at the left to exactly this many cells."""
    shown = drawn(text[-max(1, width) * 8 :])
    while cell_len(shown) > width or (shown and not cell_len(shown[0])):
        shown = shown[1:]
    return " " * (width - cell_len(shown)) + shown


def fitted(pieces: Look, width: int) -> Look:
    """Texts side by side made inert, together cut or filled up to exactly this many cells."""
    shown = []
    for text, style in pieces:
        piece = drawn(text[: max(1, width) * 8])
        if cell_len(piece) > width:
            shown.append((fit(text, width), style))
            return shown
        width -= cell_len(piece)
        shown.append((piece, style))
    return [*shown, (" " * width, PLAIN)]


def fit_right(text: str, width: int) -> str:
    """As `fit`, but a text that is shorter stands at the right."""
    shown = drawn(text[: max(1, width) * 8])
    return fit(text, width) if cell_len(shown) >= width else " " * (width - cell_len(shown)) + shown


def cells_of(text: str, most: int = 200) -> int:
    """How many cells a text takes, as it is drawn; of a longer one no more is asked."""
    return min(most, cell_len(drawn(text[:most])))


class Rows(Lined, can_focus=True, inherit_bindings=False):
    """A scrolling list with a cursor. Subclasses say how many rows there are and paint one."""

    PART = "In the list"
    COMPONENT_CLASSES = {"rows--cursor"}
    DEFAULT_CSS = """
    Rows { overflow-x: hidden; scrollbar-size-vertical: 1; }
    Rows > .rows--cursor { background: $panel; }
    Rows:focus > .rows--cursor { background: $picked; }
    """
    BINDINGS = [
        Binding("down,j", "step(1)", "next", id="list.next"),
        Binding("up,k", "step(-1)", "previous", id="list.previous"),
        Binding("pagedown", "leap(1)", "page down", id="list.page_down"),
        Binding("pageup", "leap(-1)", "page up", id="list.page_up"),
        Binding("home", "edge(0)", "first", id="list.first"),
        Binding("end", "edge(-1)", "last", id="list.last"),
        Binding("enter", "pick", "choose", id="list.choose"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor = 0
        self._tops: Sequence[int] | None = None  # where rows begin, where they are not one line each
        self._painted: tuple[int, int, Sequence[Look]] = (-1, -1, ())

    # --- for subclasses ------------------------------------------------------------------------------

    def count(self) -> int:
        raise NotImplementedError

    def paint(self, row: int, width: int) -> Sequence[Look]:
        """The lines of a row: one, unless `tops` says otherwise."""
        raise NotImplementedError

    def tops(self, width: int) -> Sequence[int] | None:  # noqa: ARG002
        """The lines at which the rows begin, and the end of the last, where they are not one line each."""
        return None

    # --- what is shown -------------------------------------------------------------------------------

    def changed(self, *, cursor: int | None = None) -> None:
        """The rows are other ones now; the cursor stays where it was unless it is told otherwise."""
        width = self.scrollable_content_region.width
        self._tops = self.tops(max(1, width))
        self._painted = (-1, -1, ())
        lines = self.count() if self._tops is None else self._tops[-1]
        self.hold(lines)
        self.cursor = max(0, min(self.cursor if cursor is None else cursor, self.count() - 1))
        self._scroll_to_cursor()
        self.refresh()

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, quietly."""
        before, self.cursor = self.cursor, max(0, min(row, self.count() - 1))
        for at in {before, self.cursor}:
            self.repaint(at)
        self._scroll_to_cursor()

    def repaint(self, row: int) -> None:
        """One row is another one now, as high as before."""
        self._painted = (-1, -1, ())
        top, height = self._place(row)
        self.refresh_lines(top, height)

    def _scroll_to_cursor(self) -> None:
        if self.count():
            top, height = self._place(self.cursor)
            self.scroll_to_region(Region(0, top, 1, height), animate=False, force=True)

    def _place(self, row: int) -> tuple[int, int]:
        if self._tops is None:
            return row, 1
        row = max(0, min(row, len(self._tops) - 2))
        if row + 1 >= len(self._tops):  # no row at all
            return 0, 0
        return self._tops[row], self._tops[row + 1] - self._tops[row]

    def row_at(self, line: int) -> int | None:
        """The row that a line of the whole list belongs to."""
        row = line if self._tops is None else bisect_right(self._tops, line) - 1
        return row if 0 <= row < self.count() else None

    def on_resize(self) -> None:
        self.changed()

    def render_line(self, y: int) -> Strip:
        width, base = self.room, self.base
        line = y + self.scroll_offset.y
        row = self.row_at(line)
        if row is None:
            return Strip.blank(width, base)
        if self._painted[:2] != (row, width):
            self._painted = (row, width, self.paint(row, width))
        looks = self._painted[2]
        at = line - self._place(row)[0]
        if row == self.cursor:
            here = self.get_component_rich_style("rows--cursor").bgcolor
            if here != base.bgcolor:
                base += Style(bgcolor=here) if colours_tell(self.app) else Style(reverse=True)
        look = looks[at] if at < len(looks) else ()
        if row == self.cursor:  # what is quiet elsewhere would be faint on its colour
            look = [(text, style + _CLEAR) for text, style in look]
        strip = Strip([Segment(drawn(text), base + style) for text, style in look if text])
        return strip.adjust_cell_length(width, base)

    # --- keys and mouse ------------------------------------------------------------------------------

    def _go(self, row: int) -> None:
        before = self.cursor
        self._painted = (-1, -1, ())
        self.move_to(row)
        if self.cursor != before:
            self.post_message(RowReached(self.id or "", self.cursor))

    def action_step(self, by: int) -> None:
        self._go(self.cursor + by)

    def action_leap(self, direction: int) -> None:
        line = self._place(self.cursor)[0] + direction * max(1, self.scrollable_content_region.height - 1)
        row = self.row_at(max(0, line))
        self._go(self.count() - 1 if row is None else row)

    def action_edge(self, row: int) -> None:
        self._go(row if row >= 0 else self.count() - 1)

    def action_pick(self) -> None:
        if self.count():
            self.post_message(RowPicked(self.id or "", self.cursor))

    def on_click(self, event: events.Click) -> None:
        row = self.row_at(event.y - self.gutter.top + self.scroll_offset.y)
        if row is not None:
            self._go(row)
            self.action_pick()


class TickRows(Rows):
    """Rows that a click ticks or unticks, where it would choose one of others."""

    def on_click(self, event: events.Click) -> None:
        event.prevent_default()
        row = self.row_at(event.y - self.gutter.top + self.scroll_offset.y)
        if row is not None:
            self.move_to(row)
            self.post_message(RowTicked(self.id or "", row))
