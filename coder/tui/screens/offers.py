"""The palette: every command at hand, found by typing part of its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.app import App
from textual.screen import Screen

from coder.tui.here import Part, parts_at_hand
from coder.tui.screens.modals import Choose
from coder.tui.widgets.lists import Choice


class Palette(Choose):
    """The commands of the screen below it."""


def offer_commands(app: App[Any]) -> None:
    """Offer the commands of the screen, then those of the part in the focus, then the program's; carry one out."""
    screen = app.screen
    choices: list[Choice] = []
    calls: list[Callable[[], Any]] = []
    for part in sorted(parts_at_hand(screen), key=_order):
        for command in part.commands:
            choices.append(Choice(command.does, len(calls), command.key_names))
            calls.append(partial(app.run_action, command.action, command.node))
    for offer in app.get_system_commands(screen):
        choices.append(Choice(f"{offer.title}: {offer.help}" if offer.help else offer.title, len(calls)))
        calls.append(offer.callback)

    def chosen(choice: Choice | None) -> None:
        if choice is not None and isinstance(choice.value, int):
            app.call_later(calls[choice.value])

    app.push_screen(Palette("What shall be done?", choices), chosen)


def _order(part: Part) -> int:
    node = part.commands[0].node
    return 0 if isinstance(node, Screen) else 2 if isinstance(node, App) else 1
