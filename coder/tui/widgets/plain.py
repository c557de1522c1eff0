"""The only doors by which a text reaches the screen as a label, a toast or a field: inert and without markup."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from rich.cells import cell_len
from textual.app import App
from textual.content import Content
from textual.widgets import Input, Static, TextArea
from textual.widgets.text_area import Edit, EditResult

from coder.domain.display import one_line, safe, safe_lines
from coder.tui.keymap import Hints
from coder.tui.widgets.clusters import drawn

Piece = str | tuple[str, str]
"""A text, or a text with a Textual style such as `bold $text-accent` (the style is ours, never a user's)."""


def inert(*pieces: Piece) -> Content:
    """Texts joined into what a widget shows, line feeds kept."""
    return Content.assemble(*((_lines(p), "") if isinstance(p, str) else (_lines(p[0]), p[1]) for p in pieces))


def _lines(text: str) -> str:
    return "\n".join(drawn(line) for line in text.split("\n"))


class Plain(Static):
    """A label for any text."""

    ALLOW_SELECT = False

    def __init__(self, *pieces: Piece, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(inert(*pieces), markup=False, id=id, classes=classes)
        self._pieces = pieces

    def show(self, *pieces: Piece, layout: bool = False) -> None:
        """Show other texts; `layout` where the label may now need another size."""
        if pieces != self._pieces:
            self._pieces = pieces
            self.update(inert(*pieces), layout=layout)


_LEAST = 14  # characters that a long hint must keep


class Remark(Plain):
    """A word about what is typed; it takes no room while there is none."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="remark")
        self.display = False

    def say(self, text: str) -> None:
        self.display = bool(text)
        self.show(text, layout=True)


Hint = tuple[str, str]
"""The commands (or keys) at hand, and what they do: `("code.next code.previous", "move")`."""


class KeyLine(Plain):
    """The most useful keys, as many as there is room for, by the names that they have in the keymap."""

    def __init__(self, *hints: Hint, id: str | None = None) -> None:
        super().__init__(id=id, classes="keys")
        self._hints: Sequence[Hint] = hints

    @cached_property
    def names(self) -> Hints:
        """How the keys of this screen's commands are called."""
        return Hints(self.screen)

    def show_keys(self, hints: Sequence[Hint]) -> None:
        """Show these, the most useful first."""
        if hints is not self._hints:
            self._hints = hints
            self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        pieces: list[Piece] = []
        room = self.size.width
        for commands, does in self._hints:
            key = self.names.name(commands)
            room -= cell_len(key) + 3
            if len(does) > room and room < _LEAST:
                break
            shown = one_line(does, room)  # what undo would take back may be long
            room -= len(shown)
            pieces += [(f" {key}", "bold $text-accent"), f" {shown} "]
        self.show(*pieces)


def tell(app: App[int], message: str, *, severity: Literal["information", "warning", "error"] = "information") -> None:
    """A toast, for what is no answer to a key: the background, another program, a refusal."""
    app.notify(_lines(message), severity=severity, markup=False, timeout=6)


class TextField(Input):
    """A line to type in; what is pasted or put there beforehand is made inert."""

    def validate_value(self, value: str) -> str:
        return safe(value)


class TextBox(TextArea):
    """Several lines to type in, made inert in the same way."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(safe_lines(text), id=id, tab_behavior="focus", soft_wrap=True, compact=True)

    def edit(self, edit: Edit) -> EditResult:
        edit.text = safe_lines(edit.text)
        return super().edit(edit)
