"""The help page: what the part in the focus, the screen and the program can do, by which keys."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input

from coder.tui.here import Part, parts_at_hand
from coder.tui.screens.leaving import Modal
from coder.tui.widgets.plain import KeyLine, Piece, Plain, TextField

_KEY_ROOM = 16
_BEFORE = _KEY_ROOM + len("   ")  # cells before what a key does
_WIDEST, _FRAME = 100, 5  # cells of the box, and of its frame and scrollbar
_TERMINALS = (
    "Terminals keep some keys for themselves (ctrl with shift, alt, ctrl+s, F11 and others): no command needs them. "
    "Where F1 opens the terminal's own help, ? opens this page. A config file gives commands other keys: coder config."
)


class Help(Modal[None]):
    """Closed by the usual keys; `/` narrows it to what has the words that are typed."""

    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("escape", "leave", "close", id="help.close"),
        Binding("enter,q,space,question_mark", "dismiss(None)", "close", id="help.done"),
        Binding("slash", "find", "find", id="help.find"),
        Binding("down,j", "scroll(1)", "line down", id="help.line_down"),
        Binding("up,k", "scroll(-1)", "line up", id="help.line_up"),
        Binding("pagedown", "scroll(10)", "page down", id="help.page_down"),
        Binding("pageup", "scroll(-10)", "page up", id="help.page_up"),
    ]

    def __init__(self, title: str, prose: str, parts: Sequence[Part]) -> None:
        super().__init__()
        self._title, self._prose, self._parts = title, prose, parts

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield Plain(self._title, classes="title")
            field = TextField(placeholder="words to find; esc shows all again", id="find", compact=True)
            field.display = False
            yield field
            with VerticalScroll(can_focus=False):
                yield Plain(*self._page(""), classes="note", id="page")
            yield KeyLine(("help.close", "close"), ("help.find", "find"), ("help.line_up help.line_down", "scroll"))

    @property
    def field(self) -> TextField:
        return self.query_one(TextField)

    def _page(self, typed: str) -> list[Piece]:
        wanted = typed.casefold().split()
        room = min(_WIDEST, self.app.size.width * 96 // 100) - _FRAME - _BEFORE
        pieces: list[Piece] = []
        for part in self._parts:
            found = [c for c in part.commands if all(w in f"{c.key_names} {c.does}".casefold() for w in wanted)]
            if found:
                pieces.append((f"{part.title}\n", "bold underline"))
            for command in found:
                keys = command.key_names
                does = fill(command.does, room, subsequent_indent=" " * _BEFORE)
                pieces += [(f"  {keys:<{_KEY_ROOM}} ", "bold $text-accent"), f"{does}\n"]
            if found:
                pieces.append("\n")
        if wanted:
            return pieces or ["No command has these words."]
        return [*pieces, self._prose + "\n\n" if self._prose else "", (_TERMINALS, "dim")]

    @on(Input.Changed, "#find")
    def _narrow(self) -> None:
        self._show()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        self.query_one("#page", Plain).show(*self._page(self.field.value), layout=True)

    @on(Input.Submitted, "#find")
    def _found(self) -> None:
        self.set_focus(None)

    def action_find(self) -> None:
        self.field.display = True
        self.field.focus()

    def action_leave(self) -> None:
        """Leave the field first, then the page."""
        if self.field.display:
            self.field.value = ""
            self.field.display = False
            self.set_focus(None)
        else:
            self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def help_of(screen: Screen[object]) -> Help:
    """The page about a screen, beginning with the part that has the focus."""
    return Help(screen.TITLE or "Keys", screen.HELP or "", parts_at_hand(screen))
