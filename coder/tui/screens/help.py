"""The help page: every key of the screen that asked for it, from its bindings."""

from collections.abc import Iterable

from textual.binding import Binding

from coder.tui.screens.modals import Read
from coder.tui.widgets.plain import Piece

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "asterisk": "*",
    "full_stop": ".",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "escape": "esc",
    "pagedown": "page down",
    "pageup": "page up",
    "right": "→",
    "left": "←",
    "up": "↑",
    "down": "↓",
}
_KEY_ROOM = 16
APP_KEYS = (("ctrl+p", "palette: light and dark, and more"), ("ctrl+q", "quit; everything is saved already"))


def key_name(key: str) -> str:
    """A key as people write it: `shift+right` is ⇧→."""
    shifted = key.startswith("shift+")
    plain = key.removeprefix("shift+")
    return ("⇧" if shifted else "") + _NAMES.get(plain, plain)


def key_table(title: str, bindings: Iterable[object]) -> list[Piece]:
    """The described keys, one a line."""
    pieces: list[Piece] = [(f"\n{title}\n", "bold underline")]
    for binding in bindings:
        if isinstance(binding, Binding) and binding.description:
            names = " ".join(key_name(key) for key in binding.key.split(","))
            pieces += [(f"  {names:<{_KEY_ROOM}}", "bold $text-accent"), f"{binding.description}\n"]
    return pieces


def help_page(title: str, prose: str, *tables: list[Piece]) -> Read:
    """A page of prose and tables of keys."""
    app = [Binding(key, "", does) for key, does in APP_KEYS]
    return Read(title, prose + "\n", *(piece for table in tables for piece in table), *key_table("Anywhere", app))
