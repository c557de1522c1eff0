"""What can be done on the screen at hand: its commands with their keys, for the help page and for the palette."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.actions import parse
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from coder.tui.keymap import NO_KEY, bindings_of, key_names, keymap_of, keys_of


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done: what, by which keys, and the action of a node that does it."""

    does: str
    keys: tuple[str, ...]
    action: str
    node: DOMNode

    @property
    def key_names(self) -> str:
        return key_names(key for key in self.keys if key != NO_KEY)


@dataclass(frozen=True, slots=True)
class Part:
    """The commands of one part of what is shown."""

    title: str
    commands: tuple[Command, ...]


def parts_at_hand(screen: Screen[object]) -> list[Part]:
    """The commands of the part that has the focus, then of the screen, then of the program."""
    focused = screen.focused
    nodes: Sequence[DOMNode] = focused.ancestors_with_self if focused is not None else (screen, screen.app)
    keymap = keymap_of(screen.app)
    parts = []
    for node in nodes:
        commands = []
        for binding in _described(node):
            keys = tuple(keys_of(binding, keymap))
            _, action, about = parse(binding.action)
            if keys != (NO_KEY,) and node.check_action(action, about) is not False:
                commands.append(Command(binding.description, keys, binding.action, node))
        if commands:
            parts.append(Part(_title(node), tuple(commands)))
    return parts


def _described(node: DOMNode) -> Iterable[Binding]:
    """The commands of a node: ours, or Textual's own where the part is one of Textual's."""
    ours = [b for b in bindings_of(type(node)) if b.description]
    if ours or isinstance(node, App | Screen):
        return ours
    found: dict[str, Binding] = {}
    for key, binding in node._merged_bindings or ():
        if binding.description:
            before = found.get(binding.action)
            found[binding.action] = binding if before is None else before.with_key(f"{before.key},{key}")
    return found.values()


def _title(node: DOMNode) -> str:
    if isinstance(node, App):
        return "Anywhere"
    if isinstance(node, Screen):
        return "This screen"
    return str(getattr(node, "PART", "While typing"))
