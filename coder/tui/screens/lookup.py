"""Choose one of more than could be listed: what is typed is looked up aside, and a million cost no more than ten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from textual import work

from coder.tui.screens.modals import Choose
from coder.tui.widgets.lists import Choice, ChoiceList


class Lookup(Choose):
    """Ends with a choice among those that `find` gives for what is typed; enter waits for the answer to all of it."""

    def __init__(self, title: str, find: Callable[[str], Sequence[Choice]]) -> None:
        super().__init__(title, ())
        self._find = find
        self._answered: str | None = None
        self._picking = False

    def _show(self, typed: str) -> None:
        self._answered = None
        self._look(typed)

    @work(group="lookup", exclusive=True)
    async def _look(self, typed: str) -> None:
        found = await asyncio.to_thread(self._find, typed.strip())
        if self.is_mounted:
            self.query_one(ChoiceList).show_choices(found)
            self._answered = typed
            if self._picking:
                self.pick()

    def pick(self) -> None:
        self._picking = self._answered is None
        if not self._picking:
            super().pick()
