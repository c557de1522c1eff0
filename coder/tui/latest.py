"""Reading aside for a screen that does not wait: one read at a time, and only the newest is shown."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from textual.widget import Widget
from textual.worker import Worker

from coder.errors import CoderError

Found = TypeVar("Found")


class Latest(Generic[Found]):
    """Reads in a thread for a widget, and shows what was read unless something else is wanted by then."""

    def __init__(self, widget: Widget, show: Callable[[Found], None], explain: Callable[[CoderError], None]) -> None:
        self._widget, self._show, self._explain = widget, show, explain
        self._wanted: Callable[[], Found] | None = None
        self._reading = False

    @property
    def busy(self) -> bool:
        """Whether something is wanted that is not shown yet."""
        return self._reading

    def ask(self, read: Callable[[], Found]) -> None:
        """Read this as soon as the read under way has ended, in the place of all that was asked for in between."""
        self._wanted = read
        if not self._reading:
            self._reading = True
            # Not called yet: the screen may be left before it begins.
            _: Worker[None] = self._widget.run_worker(self._read_all)

    async def _read_all(self) -> None:
        try:
            while (read := self._wanted) is not None:
                self._wanted = None
                await self._read(read)
        finally:
            self._reading = False

    async def _read(self, read: Callable[[], Found]) -> None:
        try:
            found = await asyncio.to_thread(read)
        except CoderError as error:
            if self._is_shown:
                self._explain(error)
            return
        if self._is_shown:
            self._show(found)

    @property
    def _is_shown(self) -> bool:
        """Whether nothing else is wanted by now, and there is still something to show it in.

        A screen that is left loses its parts one by one: it counts as gone once it is off the stack.
        """
        if self._wanted is not None or not self._widget.is_attached or not self._widget.children:
            return False
        return self._widget.screen in self._widget.app.screen_stack
