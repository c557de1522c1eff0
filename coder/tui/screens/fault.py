"""The page instead of a traceback: what happened, that everything is saved, and the two ways on."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll

from coder.tui.clipboard import copy
from coder.tui.faults import Fault
from coder.tui.screens.leaving import Leaving
from coder.tui.widgets.plain import KeyLine, Piece, Plain


class FaultScreen(Leaving[bool]):
    """Gives back whether to go on. It hides what is below, which may be what can't be drawn."""

    TITLE = "An error of coder's own"
    BINDINGS = [
        Binding("enter,g", "dismiss(True)", "go on: the screen is made anew", id="fault.go_on"),
        Binding("q,escape", "dismiss(False)", "leave", id="fault.leave"),
        Binding("w", "words", "show the error's message, which may quote a participant", id="fault.words"),
        Binding("c,C,ctrl+c", "copy", "copy what is shown, for a report", id="fault.copy"),
        Binding("down,j", "scroll(1)", "line down", id="fault.line_down"),
        Binding("up,k", "scroll(-1)", "line up", id="fault.line_up"),
    ]

    def __init__(self, fault: Fault, log: Path | None) -> None:
        super().__init__()
        self._fault, self._log = fault, log
        self._with_words = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield Plain("coder met an error of its own", classes="title")
            yield Plain(*self._head(), classes="note")
            with VerticalScroll(can_focus=False):
                yield Plain(self._details(), classes="note", id="details")
            yield KeyLine(
                ("fault.go_on", "go on"),
                ("fault.leave", "leave"),
                ("fault.copy", "copy the details"),
                ("fault.words", "with its message"),
            )

    def _head(self) -> list[Piece]:
        kept = f" They are in {self._log}, too." if self._log else ""
        return [
            ("Everything that was shown as done is saved. ", "bold"),
            "You can go on; if it happens again, leave and open the project anew. Please report it: the details "
            f"below hold no participant's words.{kept}\n",
        ]

    def _details(self) -> str:
        return self._fault.details_with_words if self._with_words else self._fault.details

    def action_words(self) -> None:
        self._with_words = not self._with_words
        self.query_one("#details", Plain).show(self._details(), layout=True)

    def action_copy(self) -> None:
        copy(self.app, self._details(), "the details")

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
