"""The way through a queue: the order of its responses, where one stands, and what led there."""

from array import array
from collections.abc import Sequence

from coder.domain.filtering import EVERYTHING, Filter
from coder.domain.queue import Detour, Queue, Route

_MOVING = (Queue.USEFUL, Queue.CERTAIN)
"""The orders that change with every training."""


class Walk:
    """One queue, or what a search or a filter leaves of it, and the place in it.

    Going along the order is led by the queue; a jump to a response that was picked by hand leaves it, and what is
    read from there on is picked, too, until `lead` goes on where the queue was left. In the order of the file there
    is nothing to leave: one goes on from wherever one is. A response keeps the best that led to it in this sitting:
    who comes back to one by hand was led to it all the same.
    """

    def __init__(self, order: Queue = Queue.FILE) -> None:
        self.order = order
        self.ids: Sequence[int] = ()
        self.at = 0
        self.searched = ""
        self.whole = True  # else the ids are a stretch of the queue, and the rest is on its way
        self.wanted = EVERYTHING
        self.visitor: int | None = None  # the response that was let in though the search or filter leaves it out
        self._reached: dict[int, Route] = {}
        self._head: int | None = None  # the response to which the queue led last
        self._aside = False

    @property
    def moves(self) -> bool:
        """Whether the order is another one after each training."""
        return self.order in _MOVING

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter leaves some out."""
        return bool(self.searched or self.wanted)

    @property
    def here(self) -> int | None:
        """The response at the place."""
        return self.ids[self.at] if self.at < len(self.ids) else None

    @property
    def route(self) -> Route:
        """What led to this response."""
        return self._reached.get(self.ids[self.at], Detour.PICKED)

    def begin(self, ids: Sequence[int], searched: str = "", wanted: Filter = EVERYTHING, *, whole: bool = True) -> None:
        """Go to another list of responses; what led to those that were shown before stays known."""
        self.ids, self.at, self.searched, self.wanted, self.whole = ids, 0, searched, wanted, whole
        self._head, self._aside, self.visitor = None, False, None

    def place_of(self, response_id: int | None) -> int | None:
        try:
            return None if response_id is None else self.ids.index(response_id)
        except ValueError:
            return None

    def lead(self, at: int) -> None:
        """Go where the queue leads."""
        self._aside = False
        self._arrive(at)

    def step(self, at: int) -> None:
        """Go along the order, from wherever one is."""
        self._aside = self._aside and self.order is not Queue.FILE
        self._arrive(at)

    def jump(self, at: int) -> None:
        """Go to a response that was picked by hand."""
        self._aside = True
        self._arrive(at)

    def _arrive(self, at: int) -> None:
        self.at = at
        response_id = self.ids[at]
        if self.narrowed or self._aside:
            aside = Detour.SEARCH if self.searched else Detour.FILTER if self.wanted else Detour.PICKED
            self._reached.setdefault(response_id, aside)
        else:
            self._reached[response_id] = self.order
            self._head = response_id

    @property
    def resume(self) -> int:
        """After which place the queue goes on: this one, or, where one is aside of it, before the one it led to."""
        if not self._aside or self.order is Queue.FILE or self.narrowed:
            return self.at
        head = self.place_of(self._head)
        return -1 if head is None else head - 1

    def drop(self) -> bool:
        """Let go of the response at the place, as it fits no longer; False where it is the last one."""
        if len(self.ids) < 2:
            return False
        self.ids = array("q", self.ids)
        self.visitor = None if self.ids.pop(self.at) == self.visitor else self.visitor
        return True

    def admit(self, response_id: int) -> int:
        """Take in a response that the list leaves out, before the place, until one goes on; where it stands."""
        self.ids = array("q", self.ids)
        self.ids.insert(self.at, response_id)
        self.visitor = response_id
        return self.at

    def renew(self, ids: Sequence[int]) -> None:
        """Take the list as it is now. Where training moved it, what was shown keeps its place, the rest follows."""
        here = self.here
        if self.moves:
            ids = self._keeping_what_was_shown(ids)
        before, self.ids, self.whole = self.at, ids, True
        place = self.place_of(here)
        if place is None and here is not None and (self.narrowed or here == self.visitor):
            # It fits no longer, or never did, and stays until one goes on.
            self.at = min(before, len(ids))
            place = self.admit(here)
        self.at = place or 0

    def _keeping_what_was_shown(self, ids: Sequence[int]) -> Sequence[int]:
        still = set(ids)
        shown = [i for i in self.ids if i in self._reached and i in still]
        kept = frozenset(shown)
        return array("q", [*shown, *(i for i in ids if i not in kept)])
