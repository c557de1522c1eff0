"""The list of what was done: when, by whom, about whom, and what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from rich.style import Style

from coder.domain.log import LogEntry
from coder.tui.widgets.pages import Pages
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, fit

_UNDONE = Style(dim=True, strike=True)


class EventList(Rows):
    """The newest first; what was taken back is said to be undone."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pages: Pages[int, LogEntry] = Pages()

    def show_events(self, numbers: Sequence[int], read: Callable[[Sequence[int]], Sequence[LogEntry]]) -> None:
        self._pages = Pages(numbers, read)
        self.changed()

    @property
    def entry(self) -> LogEntry | None:
        """The event at the cursor."""
        return self._pages.at(self.cursor) if len(self._pages) else None

    def count(self) -> int:
        return len(self._pages)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        entry = self._pages.at(row)
        if entry is None:
            return [[]]
        coder, person = (8, 9) if width < 100 else (14, 16)
        room = width - 2 - 17 - coder - 1 - person - 1
        undone = "undone: " if entry.undone else ""
        said = fit(entry.sentence[:1].upper() + entry.sentence[1:], room - len(undone))
        words = said.rstrip()
        return [
            [
                ("▸ " if row == self.cursor else "  ", BOLD),
                (f"{local_time(entry.at)} ", DIM),
                (fit(entry.coder, coder) + " ", PLAIN),
                (fit(entry.participant, person) + " ", BOLD),
                (undone, DIM),
                (words, _UNDONE if entry.undone else PLAIN),
                (said[len(words) :], PLAIN),
            ]
        ]


def local_time(at: str) -> str:
    """An event's time on the clock of this place."""
    try:
        return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return fit(at, 16)
