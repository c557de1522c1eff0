"""A line of tabs: which of several lists is shown; each has a key."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.message import Message

from coder.tui.widgets.plain import Piece, Plain


@dataclass
class TabPicked(Message):
    """A tab was clicked."""

    index: int


class Tabs(Plain):
    """Shows the names of the tabs, that of the one in front bold."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ends: list[int] = []

        self._names: Sequence[tuple[str, str]] = ()
        self._keys: Sequence[str] = ()
        self._front = 0

    def show_tabs(self, names: Sequence[tuple[str, str]], front: int, keys: Sequence[str] = ()) -> None:
        """Names in a long and a short form, for where there is less room; where there is little, only the front one.

        Without `keys` their numbers are their keys.
        """
        self._names, self._front = names, front
        self._keys = keys or [str(at) for at in range(1, len(names) + 1)]
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        keys = sum(cell_len(key) + 3 for key in self._keys)
        rooms = [keys + sum(cell_len(name[form]) for name in self._names) for form in (0, 1)]
        form = 0 if rooms[0] <= self.size.width else 1
        bare = rooms[1] > self.size.width
        pieces: list[Piece] = []
        self._ends = []
        for at, name in enumerate(self._names):
            key = self._keys[at]
            text = f" {key} " if bare and at != self._front else f" {key} {name[form]} "
            pieces.append((text, "bold reverse" if at == self._front else ""))
            self._ends.append((self._ends[-1] if self._ends else 0) + cell_len(text))
        self.show(*pieces)

    def on_click(self, event: events.Click) -> None:
        index = sum(end <= event.x for end in self._ends)
        if index < len(self._ends):
            self.post_message(TabPicked(index))
