"""Small questions over a screen: choose one, write a line, yes or no, read this."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from coder.domain.codebook import PATH_SEPARATOR
from coder.errors import CoderError
from coder.tui.keymap import Hints
from coder.tui.messages import RowPicked
from coder.tui.screens.leaving import Modal
from coder.tui.widgets.lists import Choice, ChoiceList
from coder.tui.widgets.plain import KeyLine, Piece, Plain, Remark, TextField

Answer = TypeVar("Answer")
_SHORT = 400  # characters that fit in a small box, however narrow the screen


class TypingScreen(Modal[Answer]):
    """A question that is answered by typing; what was typed while it opened is not lost."""

    _ahead = ""

    def type_ahead(self, character: str) -> None:
        """Take a character that was typed before the field had the focus."""
        if not (self.is_mounted and self.write(character)):
            self._ahead += character

    def on_mount(self) -> None:
        if self._ahead:
            self.write(self._ahead)

    def write(self, text: str) -> bool:
        """Put a text where the field's cursor is; whether there is a field yet."""
        for field in self.query(TextField):
            field.insert_text_at_cursor(text)
            return True
        return False


class Choose(TypingScreen[Choice]):
    """Pick one of many by typing part of its name; with `new`, what was typed may also become a new one."""

    BINDINGS = [
        Binding("down", "step(1)", "next", id="choose.next"),
        Binding("up", "step(-1)", "previous", id="choose.previous"),
        Binding("pagedown", "step(8)", "further down", id="choose.page_down"),
        Binding("pageup", "step(-8)", "further up", id="choose.page_up"),
        Binding("escape", "dismiss(None)", "cancel", id="choose.cancel"),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, new: Callable[[str], Choice] | None = None, at: int = 0
    ) -> None:
        """`at` is where the cursor stands first."""
        super().__init__()
        self._title, self._at = title, at
        self._finder = Finder(choices)
        self._new = new

    def compose(self) -> ComposeResult:
        with Vertical(classes="box tall"):
            yield Plain(self._title, classes="title")
            yield TextField(placeholder="type to find", id="find", compact=True)
            yield ChoiceList(id="choices")
            yield KeyLine(("choose.previous choose.next", "move"), ("enter", "choose"), ("choose.cancel", "cancel"))

    def on_mount(self) -> None:
        self._show("")
        self.query_one(ChoiceList).move_to(self._at)

    @on(Input.Changed, "#find")
    def _filter(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, typed: str) -> None:
        found = self._finder.matching(typed)
        if self._new and typed.strip() and not any(c.name.casefold() == typed.strip().casefold() for c in found):
            found.append(self._new(typed.strip()))
        self.query_one(ChoiceList).show_choices(found)

    def action_step(self, by: int) -> None:
        self.query_one(ChoiceList).action_step(by)

    @on(Input.Submitted, "#find")
    def _submitted(self) -> None:
        self.pick()

    def pick(self) -> None:
        """Take the choice at the cursor."""
        self.query_one(ChoiceList).action_pick()

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        event.stop()
        choices = self.query_one(ChoiceList).choices
        if event.index < len(choices):
            self.dismiss(choices[event.index])


class Finder:
    """Finds choices by words that are typed; of thousands at once, as they are folded beforehand."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._folded = [(c, c.name.casefold(), f"{c.name} {c.note}".casefold()) for c in choices]

    def matching(self, typed: str) -> list[Choice]:
        """The choices that have all the words typed; those that begin with them, or whose last part does, come first.

        Else they stay in their order.
        """
        wanted = typed.casefold().split()
        if not wanted:
            return [choice for choice, _, _ in self._folded]
        begins = " ".join(wanted)
        found: tuple[list[Choice], list[Choice]] = ([], [])
        for choice, name, whole in self._folded:
            if all(word in whole for word in wanted):
                first = name.startswith(begins) or name.rpartition(PATH_SEPARATOR)[2].startswith(begins)
                found[not first].append(choice)
        return [*found[0], *found[1]]


def new_theme(typed: str) -> Choice:
    """The choice of a theme that is not there yet, by its name."""
    return Choice(f"New theme: {typed}", typed)


class Ask(TypingScreen[str]):
    """Write one line; it may be filled in beforehand."""

    BINDINGS = [Binding("escape", "dismiss(None)", "cancel", id="ask.cancel")]

    def __init__(
        self, title: str, value: str = "", *, note: str = "", remark: Callable[[str], str] | None = None
    ) -> None:
        """`remark` says something about what is typed, as it is typed."""
        super().__init__()
        self._title, self._value, self._note, self._remark = title, value, note, remark

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title, classes="title")
            if self._note:
                yield Plain(self._note, classes="note")
            yield TextField(self._value, id="line", select_on_focus=False, compact=True)
            if self._remark is not None:
                yield Remark(id="remark")
            yield KeyLine(("enter", "done"), ("ask.cancel", "cancel"))

    @on(Input.Changed, "#line")
    def _typed(self, event: Input.Changed) -> None:
        if self._remark is not None:
            self.query_one(Remark).say(self._remark(event.value.strip()))

    @on(Input.Submitted, "#line")
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())


class Confirm(Modal[bool]):
    """Yes or no."""

    BINDINGS = [
        Binding("y,enter", "dismiss(True)", "yes", id="confirm.yes"),
        Binding("n,escape", "dismiss(False)", "no", id="confirm.no"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title, classes="title")
            yield Plain(self._text, classes="note")
            yield KeyLine(("confirm.yes", "yes"), ("confirm.no", "no"))


def leave_unsaved(screen: Modal[Answer], typed: bool, save: str) -> None:
    """Leave a form without saving; where something was typed, on a yes only. `save`: the command that saves."""

    def sure(yes: bool | None) -> None:
        if yes:
            screen.dismiss(None)

    if typed:
        text = f"What you have typed is not saved yet ({Hints(screen).name(save)} saves it)."
        screen.app.push_screen(Confirm("Throw away what you typed?", text), sure)
    else:
        screen.dismiss(None)


class Read(Modal[None]):
    """Something to read, closed by any of the usual keys."""

    BINDINGS = [
        Binding("escape,enter,q,space", "dismiss(None)", "close", id="read.close"),
        Binding("down,j", "scroll(1)", "line down", id="read.line_down"),
        Binding("up,k", "scroll(-1)", "line up", id="read.line_up"),
        Binding("pagedown", "scroll(10)", "page down", id="read.page_down"),
        Binding("pageup", "scroll(-10)", "page up", id="read.page_up"),
    ]

    def __init__(self, title: str, *pieces: Piece) -> None:
        super().__init__()
        self._title, self._pieces = title, pieces

    def compose(self) -> ComposeResult:
        length = sum(len(piece if isinstance(piece, str) else piece[0]) for piece in self._pieces)
        with Vertical(classes="box" if length < _SHORT else "box wide"):
            yield Plain(self._title, classes="title")
            with VerticalScroll(can_focus=False):
                yield Plain(*self._pieces, classes="note")
            yield KeyLine(("read.close", "close"), ("read.line_up read.line_down", "scroll"))

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def explanation(error: CoderError) -> Read:
    """A refusal with all its problems and the next step."""
    pieces: list[Piece] = [error.message]
    pieces += [f"\n  • {problem}" for problem in error.problems]
    if error.hint:
        pieces.append((f"\n\n{error.hint}", "bold"))
    return Read("This can't be done", *pieces)
