"""Rows that are read a page at a time, when they come into view."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_PAGE = 64
_KEPT = 96

Key = TypeVar("Key")
Item = TypeVar("Item")


class Pages(Generic[Key, Item]):
    """What stands behind a list of ids, of any length; the pages that were shown last are kept."""

    def __init__(
        self,
        ids: Sequence[Key] = (),
        read: Callable[[Sequence[Key]], Sequence[Item]] = lambda _: (),
        size: int = _PAGE,
    ) -> None:
        self.ids = ids
        self._read = read
        self._size = size
        self._pages: OrderedDict[int, list[Item | None]] = OrderedDict()
        self._outdated: set[int] = set()  # rows that are read anew when they are shown next

    def __len__(self) -> int:
        return len(self.ids)

    def forget(self, row: int | None = None) -> None:
        """Read all anew, or one row: the ids are the same, what stands behind them may not be."""
        if row is None:
            self._pages.clear()
            self._outdated.clear()
        else:
            self._outdated.add(row)

    def at(self, row: int) -> Item | None:
        """The item of a row; None where it has gone meanwhile."""
        number, at = divmod(row, self._size)
        if number not in self._pages:
            first = number * self._size
            self._pages[number] = list(self._read(self.ids[first : first + self._size]))
            self._outdated.difference_update(range(first, first + self._size))
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        page = self._pages[number]
        if row in self._outdated and at < len(page):
            page[at] = next(iter(self._read(self.ids[row : row + 1])), None)
        self._outdated.discard(row)
        return page[at] if at < len(page) else None
