"""Choosing a theme's colour: from a palette that most people can tell apart, or any other, seen on dark and light."""

from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from coder.tui.looks import LOOKS, ground
from coder.tui.messages import RowPicked
from coder.tui.screens.modals import TypingScreen
from coder.tui.widgets.palette import HUES, is_colour, paint
from coder.tui.widgets.plain import KeyLine, Plain, TextField
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, fit

_GROUNDS = (LOOKS["dark"], LOOKS["light"])
_BEFORE, _WORDS = " the ", "people"
_SAMPLES_ROOM = 2 * (len(_BEFORE) + len(_WORDS) + 1)


class ColourList(Rows, can_focus=False):
    """The palette by letter, then no colour; each with words in it on a dark and on a light ground."""

    PART = "In the list of colours"

    def __init__(self, current: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._current = current.casefold()
        self.at_hand = True  # else another colour is typed

    def count(self) -> int:
        return len(HUES) + 1

    def paint(self, row: int, width: int) -> list[Look]:
        here = "▸ " if row == self.cursor and self.at_hand else "  "
        if row == len(HUES):
            now = "✓ " if not self._current else "  "
            return [[(here, BOLD), (now, BOLD), ("0  by turns, as the codebook goes", PLAIN)]]
        name, colour = list(HUES.items())[row]
        now = "✓ " if colour == self._current else "  "
        room = max(8, width - 7 - _SAMPLES_ROOM)
        look = [(here, BOLD), (now, BOLD), (f"{letter_of(row)}  {fit(name, room)}", PLAIN)]
        return [[*look, *samples(colour)]]


def letter_of(row: int) -> str:
    return chr(ord("a") + row)


def samples(colour: str) -> list[tuple[str, Style]]:
    """Words in this colour, as highlighted on dark and on light."""
    found = []
    for look in _GROUNDS:
        painted = paint(colour, ground(look))
        around = Style(color=look.foreground, bgcolor=look.background)
        found += [(_BEFORE, around), (_WORDS, Style(color=painted.text, bgcolor=painted.background)), (" ", around)]
    return found


class ChooseColour(TypingScreen[str]):
    """Gives back `#rrggbb`, or an empty text for no colour of its own."""

    BINDINGS = [
        Binding("down", "step(1)", "next", id="colour.next"),
        Binding("up", "step(-1)", "previous", id="colour.previous"),
        Binding("escape", "dismiss(None)", "cancel", id="colour.cancel"),
    ]

    def __init__(self, theme: str, current: str) -> None:
        super().__init__()
        self._theme, self._current = theme, current

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(f"The colour of “{self._theme}”", classes="title")
            yield ColourList(self._current, id="colours")
            yield TextField(placeholder="a letter, or #rrggbb", id="typed", compact=True)
            yield ColourSample(id="sample")
            yield KeyLine(("colour.previous colour.next", "move"), ("enter", "choose"), ("colour.cancel", "cancel"))

    def on_mount(self) -> None:
        colours = list(HUES.values())
        current = self._current.casefold()
        self.colours.move_to(colours.index(current) if current in colours else len(colours))
        if current and current not in colours:
            self.query_one(TextField).value = self._current
        super().on_mount()

    @property
    def colours(self) -> ColourList:
        return self.query_one(ColourList)

    @property
    def typed(self) -> str:
        return self.query_one(TextField).value.strip()

    def action_step(self, by: int) -> None:
        self.query_one(TextField).value = ""
        self.colours.action_step(by)

    @on(Input.Changed, "#typed")
    def _typed(self) -> None:
        typed = self.typed.casefold()
        letters = [letter_of(row) for row in range(len(HUES))] + ["0"]
        self.colours.at_hand = not typed.startswith("#")
        self.colours.set_class(not self.colours.at_hand, "-aside")
        self.colours.changed(cursor=letters.index(typed) if typed in letters else None)
        self.query_one(ColourSample).show_colour(typed)

    @on(Input.Submitted, "#typed")
    def _submitted(self) -> None:
        typed = self.typed.casefold()
        if is_colour(typed):
            self.dismiss(typed)
        elif not typed.startswith("#"):
            self._take(self.colours.cursor)

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        event.stop()
        self._take(event.index)

    def _take(self, row: int) -> None:
        self.dismiss([*HUES.values(), ""][row])


class ColourSample(Rows, can_focus=False):
    """What a colour that is typed looks like, or what is missing to it."""

    PART = "The sample"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._typed = ""

    def show_colour(self, typed: str) -> None:
        self._typed = typed
        self.changed()

    def count(self) -> int:
        return 1

    def paint(self, row: int, width: int) -> list[Look]:  # noqa: ARG002
        if is_colour(self._typed):
            return [[("    ", PLAIN), (fit(self._typed, 9), PLAIN), *samples(self._typed)]]
        missing = "    three or six figures of 0-9 and a-f" if self._typed.startswith("#") else ""
        return [[(fit(missing, width), DIM)]]
