"""A response on a card: who or what it answers, its text with what was marked, the themes it has."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from coder.tui.messages import RowPicked
from coder.tui.widgets.clusters import drawn
from coder.tui.widgets.describe import Legend, marks_of
from coder.tui.widgets.layout import Layout
from coder.tui.widgets.lists import chip
from coder.tui.widgets.marks import Marks, margin, pieces, style_of, within
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, fit

if TYPE_CHECKING:
    from coder.session import ResponseView

_HEAD = 3  # lines at most


class Card(Widget, can_focus=True):
    """As high as what is on it. A click, or the screen's own key, opens the response."""

    PART = "On a response"
    ALLOW_SELECT = False

    def __init__(
        self, view: ResponseView, legend: Legend, head: str, note: str = "", only: Set[int] = frozenset()
    ) -> None:
        """`only`: themes that the responses beside it do not have."""
        super().__init__()
        self.view, self._legend, self._head, self._note, self._only = view, legend, head, note, only
        self._laid: tuple[int, Layout, Marks, list[Look]] | None = None

    def _lay_out(self, width: int) -> tuple[Layout, Marks, list[Look]]:
        """The text, the marks on its lines, and the lines above and below it."""
        if self._laid is None or self._laid[0] != width:
            layout = Layout(self.view.response.text, max(8, width - 5))
            marks = Marks(marks_of(self.view, self._legend))
            self._laid = (width, layout, marks, self._themes(width))
        return self._laid[1:]

    def _top(self, width: int) -> list[Look]:
        here = "▸ " if self.has_focus else "  "
        lines = Layout(" ".join(self._head.split()), max(8, width - 3)).lines
        shown = [line.drawn(line.start, line.end) for line in lines[:_HEAD]]
        if len(lines) > _HEAD:
            shown[-1] = fit(shown[-1] + " …", max(8, width - 3))
        top: list[Look] = [[(here if not at else "  ", BOLD), (text, BOLD)] for at, text in enumerate(shown)]
        return [*top, [("  ", PLAIN), (self._note, DIM)]] if self._note else top

    def _themes(self, width: int) -> list[Look]:
        order = {theme.id: at for at, (_, theme) in enumerate(self._legend.book.walk())}
        lines: list[Look] = []
        for coding in sorted(self.view.codings, key=lambda c: order.get(c.theme_id, len(order))):
            theme, mine = coding.theme_id, coding.theme_id in self._only
            key, paint = self._legend.keys.get(theme, ""), self._legend.paints.get(theme)
            name = self._legend.name(theme) + (" (here alone)" if mine else "")
            lines.append([("    ", PLAIN), chip(key, paint), (" " + fit(name, width - 9), BOLD if mine else PLAIN)])
        return lines or [[("    ", PLAIN), ("no theme", DIM)]]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        layout, _, themes = self._lay_out(width)
        return len(self._top(width)) + len(layout.lines) + len(themes) + 1

    def render_line(self, y: int) -> Strip:
        width, base = self.content_region.width, self.rich_style
        layout, marks, themes = self._lay_out(width)
        top = self._top(width)
        row = y - len(top)
        if row < 0:
            segments = self._look(top[y], base)
        elif row < len(layout.lines):
            line, here = layout.lines[row], marks.touching(*layout.stretch(row))
            words = (
                Segment(line.drawn(start, end), base + style_of(within(here, start, end)))
                for start, end in pieces(line, [m.span for m in here])
            )
            segments = [*margin(line, here, base), *words]
        else:
            below = row - len(layout.lines)
            segments = self._look(themes[below], base) if below < len(themes) else []
        return Strip(segments).adjust_cell_length(width, base)

    @staticmethod
    def _look(look: Look, base: Style) -> list[Segment]:
        return [Segment(drawn(text), base + style) for text, style in look if text]

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2:
            self.post_message(RowPicked("cards", self.view.response.id))
