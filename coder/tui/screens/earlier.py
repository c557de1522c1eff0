"""A response's earlier text: what an import changed in it, and what of its coding is taken over to the new text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll

from coder.domain.rewording import Change, shortened
from coder.errors import CoderError
from coder.tui.latest import Latest
from coder.tui.messages import RowPicked, RowReached, RowTicked
from coder.tui.screens.leaving import Modal
from coder.tui.widgets.plain import KeyLine, Piece, Plain
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, TickRows, fit

if TYPE_CHECKING:
    from coder.session import Carried, Earlier

_AROUND = 200  # characters of what both texts have, beside each change
_LONGEST = 1_000  # characters of a change
_MOST = 200  # pieces
_LOOKS = {Change.SAME: ("{}", ""), Change.GONE: ("[-{}-]", "$text-error"), Change.NEW: ("{{+{}+}}", "$text-success")}


class CarriedRows(TickRows):
    """What was on the earlier text, two lines each: the theme with what becomes of it, and its words."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text = ""
        self.carried: Sequence[Carried] = ()
        self.ticked: set[int] = set()

    def show_carried(self, text: str, carried: Sequence[Carried], ticked: Sequence[int]) -> None:
        self.text, self.carried, self.ticked = text, carried, set(ticked)
        self.changed(cursor=0)

    def count(self) -> int:
        return len(self.carried)

    def tops(self, width: int) -> Sequence[int]:  # noqa: ARG002
        return range(0, 2 * len(self.carried) + 1, 2)

    def toggle(self) -> None:
        """Tick or untick the row at the cursor, if it can be taken over."""
        if self.cursor < len(self.carried) and not self.carried[self.cursor].obstacle:
            self.ticked ^= {self.carried[self.cursor].theme_id}
            self.repaint(self.cursor)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        one = self.carried[row]
        here = "▸ " if row == self.cursor else "  "
        tick = " –  " if one.obstacle else "[✓] " if one.theme_id in self.ticked else "[ ] "
        words = "  ".join(f"“{' '.join(span.of(self.text).split())}”" for span in one.evidence)
        return [
            [(here + tick, BOLD), (fit(one.name, width - 7), DIM if one.obstacle else BOLD)],
            [("      ", PLAIN), (fit(f"{one.says}{': ' if words else ''}{words}", width - 7), PLAIN)],
        ]


class EarlierScreen(Modal[list[int]]):
    """Ends with the themes to take over, or with nothing."""

    TITLE = "The earlier text"
    BINDINGS = [
        Binding("space", "tick", "take it over, or not", id="earlier.tick"),
        Binding("right", "scroll(1)", "read on in the texts", id="earlier.read_on"),
        Binding("left", "scroll(-1)", "read back", id="earlier.read_back"),
        Binding("escape,q,O", "dismiss(None)", "back, taking nothing over", id="earlier.leave"),
    ]

    def __init__(self, read: Callable[[], Earlier | None], explain: Callable[[CoderError], None]) -> None:
        """`read` gives what is shown; it is called aside, as texts may be long."""
        super().__init__()
        self._read, self._explain = read, explain
        self._earlier: Earlier | None = None
        self._reader: Latest[Earlier | None] = Latest(self, self._show, self._refuse)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield Plain("The text before it was imported anew, and what it was coded with", classes="title")
            with VerticalScroll(can_focus=False):
                yield Plain("Comparing …", id="difference", classes="note")
            yield CarriedRows(id="carried")
            yield KeyLine(
                ("list.choose", "take over the ticked"),
                ("earlier.tick", "tick"),
                ("earlier.leave", "back"),
                ("earlier.read_on earlier.read_back", "scroll the text"),
            )

    def on_mount(self) -> None:
        self.rows.focus()
        self._reader.ask(self._read)

    @property
    def rows(self) -> CarriedRows:
        return self.query_one(CarriedRows)

    def _show(self, earlier: Earlier | None) -> None:
        if earlier is None:
            self.query_one("#difference", Plain).show("No import has changed this text.", layout=True)
            return
        self._earlier = earlier
        pieces: list[Piece] = [("[-gone-] {+new+}\n\n", "dim")]
        for piece in shortened(earlier.difference, _AROUND, _LONGEST)[:_MOST]:
            form, style = _LOOKS[piece.change]
            pieces.append((form.format(piece.text), style))
        if not earlier.carried:
            done = "You reviewed it without a theme." if earlier.reviewed else "You have not coded it."
            pieces.append((f"\n\n{done} There is nothing to take over.", "bold"))
        self.query_one("#difference", Plain).show(*pieces, layout=True)
        self.rows.show_carried(earlier.text, earlier.carried, earlier.plain)

    def _refuse(self, error: CoderError) -> None:
        self.dismiss(None)
        self._explain(error)

    @on(RowReached)
    def _reached(self, event: RowReached) -> None:
        event.stop()

    @on(RowTicked)
    def _ticked(self, event: RowTicked) -> None:
        event.stop()
        self.rows.toggle()

    def action_tick(self) -> None:
        self.rows.toggle()

    def action_scroll(self, by: int) -> None:
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=by * max(1, scroll.size.height - 1), animate=False)

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        event.stop()
        if self._earlier is not None:
            self.dismiss([one.theme_id for one in self._earlier.carried if one.theme_id in self.rows.ticked])
