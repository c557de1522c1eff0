"""Screens that are left once, and only from the top."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

Answer = TypeVar("Answer")
_PATIENCE = 3.0  # seconds


class Leaving(Screen[Answer]):
    """Keys come in bursts: of two that leave a screen the second finds it gone, or under another one."""

    @property
    def on_top(self) -> bool:
        """Whether no other screen stands over this one (a screen in the background is "current" to Textual too)."""
        return self.app.screen is self

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        if not self.on_top:
            return AwaitComplete()
        if not self.is_mounted:  # what is being built can't be taken down
            self.call_later(self.dismiss, result)
            return AwaitComplete()
        self.stop_reading()
        return super().dismiss(result)

    def stop_reading(self) -> None:
        """End what is read aside: it has no widget to be shown in any more."""
        for node in self.walk_children(with_self=True):
            self.workers.cancel_node(node)

    def afterwards(self, show: Callable[[], object]) -> None:
        """Do something once the screen is painted anew, if it has not been left by then."""
        self.call_after_refresh(lambda: show() if self in self.app.screen_stack else None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key is a command of a screen that has no widgets yet, or none any more."""
        return self.is_mounted and bool(self.children) and super().check_action(action, parameters)

    async def ready(self) -> None:
        """Wait until the screen has its widgets, so that a key that comes in one burst with its opening finds them."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._mounted_event.wait(), _PATIENCE)


class Modal(ModalScreen[Answer], Leaving[Answer]):
    """A question or a page over a screen."""

    # In this order: for styles, Textual goes by the first base alone.
