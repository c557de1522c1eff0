"""The list of responses over the coding screen, where there is no room for it beside the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.tui.messages import RowPicked
from coder.tui.screens.leaving import Modal
from coder.tui.widgets.lists import ResponseList
from coder.tui.widgets.plain import KeyLine, Plain

if TYPE_CHECKING:
    from coder.session import Entry


class ListScreen(Modal[int]):
    """Ends with a place in the queue, or with nothing."""

    BINDINGS = [Binding("escape,f9,shift+tab,q", "dismiss(None)", "back to the response", id="listing.leave")]

    def __init__(
        self, queue: Sequence[int], read: Callable[[Sequence[int]], Sequence[Entry]], at: int, asked: str
    ) -> None:
        """`asked` says what a filter and a search leave, if they leave some out."""
        super().__init__()
        self._queue, self._read, self._at, self._asked = queue, read, at, asked

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            narrowed = f": {self._asked}" if self._asked else ""
            yield Plain(f"{len(self._queue):,} responses{narrowed}", classes="title")
            yield ResponseList(id="listed")
            yield KeyLine(
                ("list.previous list.next", "move"), ("list.choose", "open"), ("listing.leave", "back to the response")
            )

    def on_mount(self) -> None:
        listed = self.query_one(ResponseList)
        listed.show_queue(self._queue, self._read, self._at)
        listed.focus()

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        event.stop()
        self.dismiss(event.index)
