"""Every command by its id: the keys that it has, those that a person may give it, and how keys are called."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys, _character_to_key, key_to_character
from textual.screen import Screen

import coder.tui

if TYPE_CHECKING:
    from textual.app import App

Keymap = Mapping[str, str]
"""The keys that a person gives to commands, by the command's id, with commas between."""

NO_KEY = "no_key"
"""The key of a command that shall have none: no terminal sends it."""

_NAMES = {
    "escape": "esc",
    "space": "space",
    "tab": "tab",
    "pagedown": "page down",
    "pageup": "page up",
    "right": "→",
    "left": "←",
    "up": "↑",
    "down": "↓",
    NO_KEY: "—",
}
_SWALLOWED = (
    (re.compile(r"ctrl\+shift\+.*|shift\+ctrl\+.*"), "terminals send it as ctrl alone, or open something of theirs"),
    (re.compile(r".*(alt|super|meta|hyper)\+.*"), "terminals and desktops keep it, or send escape and the letter"),
    (re.compile(r"ctrl\+[hijmsoqz\[]"), "terminals take it as backspace, tab, enter or escape, or stop output by it"),
    (re.compile(r"ctrl\+(enter|space|tab|backspace|@|\d|b)"), "terminals send it as something else; tmux has ctrl+b"),
    (re.compile(r"f(10|11|1[3-9]|2\d)"), "terminals have menus and full screen on it, or no such key"),
    (re.compile(r"shift\+(enter|space|pageup|pagedown|f\d+)"), "terminals scroll by it, or drop the shift"),
)
_OURS_ALL_THE_SAME = frozenset({"ctrl+q", "ctrl+z"})  # in every terminal program, and quit is in the palette, too
_ASCII = {_character_to_key(chr(code)): chr(code) for code in range(0x20, 0x7F)}
_PARTS = {"response": "code"}
"""The parts of a screen that are on no other, by the group of their commands."""


def swallowed(key: str) -> str:
    """Why a key does not come through every terminal; empty where it does."""
    return next((why for pattern, why in _SWALLOWED if pattern.fullmatch(key)), "")


def reliable(key: str) -> bool:
    """Whether a command of ours may have this key."""
    return key in _OURS_ALL_THE_SAME or not swallowed(key)


# --- which keys a command has ----------------------------------------------------------------------------


def keymap_of(app: App[object]) -> Keymap:
    """The keys that were given to commands. Textual has no other way to ask."""
    return app._keymap


def keys_of(binding: Binding, keymap: Keymap) -> list[str]:
    """The keys of a command as they are now."""
    given = keymap.get(binding.id or "") or binding.key
    return [key.strip() for key in given.split(",")]


def characters(keys: Iterable[str]) -> frozenset[str]:
    """The characters among keys: `n`, and `/` for `slash`."""
    return frozenset(c for key in keys if (c := _character(key)) and c.isprintable())


def _character(key: str) -> str | None:
    return _ASCII.get(key) or key_to_character(key)


def key_name(key: str) -> str:
    """A key as people write it: `shift+right` is ⇧→, `question_mark` is ?."""
    shifted = key.startswith("shift+")
    plain = key.removeprefix("shift+")
    return ("⇧" if shifted else "") + (_NAMES.get(plain) or _character(plain) or plain)


def key_names(keys: Iterable[str]) -> str:
    """Several keys as people write them."""
    return " ".join(dict.fromkeys(map(key_name, keys)))


def bindings_of(kind: type[DOMNode]) -> Iterator[Binding]:
    """The commands of a class of ours and of those it is made from, the most special first."""
    for base in kind.__mro__:
        if base.__module__.startswith(coder.tui.__name__):
            yield from (b for b in base.__dict__.get("BINDINGS", ()) if isinstance(b, Binding))


class Hints:
    """What the commands of one screen have for keys, for the line at its foot."""

    def __init__(self, screen: Screen[Any]) -> None:
        kinds = {type(node) for node in (screen.app, screen, *screen.walk_children())}
        keymap = keymap_of(screen.app)
        self._names = {
            b.id: key_name(keys_of(b, keymap)[0]) for kind in kinds for b in bindings_of(kind) if b.id is not None
        }

    def name(self, commands: str) -> str:
        """The first keys of commands (`code.next code.previous`); what is no command's id stays as it is."""
        return " ".join(self._names.get(word, word) for word in commands.split(" "))


# --- which keys a person may give ------------------------------------------------------------------------


def all_commands() -> dict[str, Binding]:
    """Every command of the program by its id."""
    for module in pkgutil.walk_packages(coder.tui.__path__, coder.tui.__name__ + "."):
        importlib.import_module(module.name)
    return {b.id: b for kind in _kinds(DOMNode) for b in bindings_of(kind) if b.id is not None}


def _kinds(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def checked(given: Keymap) -> tuple[Keymap, list[tuple[str, str]]]:
    """The part of a keymap that can be used, and what is wrong with the rest, by command.

    A key goes to one command of a screen: a second one is refused, unless the two share it from the beginning.
    """
    commands = all_commands()
    problems: list[tuple[str, str]] = []
    sound: dict[str, str] = {}
    for command, keys in given.items():
        said = list(_wrong(command, keys, commands))
        problems += [(command, wrong) for wrong in said]
        if not said:
            sound[command] = ",".join(map(_full_name, keys.split(","))) if keys.strip() else NO_KEY
    for one, other, key in _clashes(commands, sound):
        # The second of two that were both given is refused: what the file says first holds.
        refused, kept = (other, one) if other in sound else (one, other)
        if refused in sound:
            problems.append((refused, f"{key_name(key)} is {kept} already: {commands[kept].description}."))
            del sound[refused]
    return sound, problems


def _group(command: str) -> str:
    return command.partition(".")[0]


def _full_name(key: str) -> str:
    key = key.strip()
    return _character_to_key(key) if len(key) == 1 else key


def _wrong(command: str, keys: str, commands: Mapping[str, Binding]) -> Iterator[str]:
    if command not in commands:
        group = _group(command)
        like = [name for name in commands if name.startswith(group + ".")]
        yield f"there is no such command; there are {', '.join(like) or 'those that coder config lists'}."
        return
    for key in keys.split(",") if keys.strip() else ():
        name = _full_name(key)
        if not _is_key(name):
            yield f"{key.strip()!r} is no key; write a character, or for example f4, shift+right, ctrl+r, pagedown."
        elif characters([name]) and _while_typing(_group(command), commands):
            yield f"{key_name(name)} would be typed there; take a key without a character, such as f12 or ctrl+t."


def _is_key(key: str) -> bool:
    plain = key.rsplit("+", 1)[-1]
    modifiers = key.split("+")[:-1]
    known = key in _KNOWN or plain in _KNOWN or plain in _ASCII or (len(plain) == 1 and plain.isprintable())
    return bool(key) and set(modifiers) <= {"ctrl", "shift", "alt"} and known


_KNOWN = frozenset(key.value for key in Keys) | {"space"}


def _while_typing(group: str, commands: Mapping[str, Binding]) -> bool:
    """Whether text is typed where these commands are: then none of them has a character as its key."""
    return not any(characters(keys_of(b, {})) for name, b in commands.items() if _group(name) == group)


def _clashes(commands: Mapping[str, Binding], keymap: Keymap) -> Iterator[tuple[str, str, str]]:
    """Pairs of commands that meet on one screen and would share a key that they do not share from the beginning."""
    holders: dict[str, list[str]] = {}
    for name, binding in commands.items():
        for key in keys_of(binding, keymap):
            holders.setdefault(_full_name(key), []).append(name)
    screens = {_group(b.id) for kind in _kinds(Screen) for b in bindings_of(kind) if b.id}
    for key, names in holders.items():
        for one, other in combinations(sorted(set(names), key=list(commands).index), 2):
            if key != NO_KEY and (one in keymap or other in keymap) and _meet(one, other, screens):
                before = [{_full_name(k) for k in keys_of(commands[name], {})} for name in (one, other)]
                if key not in before[0] & before[1]:
                    yield one, other, key


def _meet(one: str, other: str, screens: set[str]) -> bool:
    """Whether two commands can be at hand together: of one group, or one of them a part's or the program's."""
    first, second = _group(one), _group(other)
    first, second = _PARTS.get(first, first), _PARTS.get(second, second)
    return first == second or not {first, second} <= screens - {"app"}
