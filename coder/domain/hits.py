"""Where the words of a search stand, and what a theme already has there."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from coder.domain.coding import Span


class State(IntEnum):
    """What a coder has done with the theme at a hit."""

    NEW = 0
    THEME = 1  # the response has the theme, by other words or as a whole
    CODED = 2  # these very words are its evidence
    REJECTED = 3  # the coder has refused it here


@dataclass(frozen=True, slots=True)
class Hit:
    response_id: int
    span: Span
    state: State = State.NEW


class Hits:
    """Hits in the order in which they were found, as columns: there may be millions."""

    def __init__(self, found: Iterable[Hit] = ()) -> None:
        self._responses, self._starts, self._ends = array("q"), array("q"), array("q")
        self._states = bytearray()
        self.extend(found)

    def extend(self, found: Iterable[Hit]) -> None:
        for hit in found:
            self._responses.append(hit.response_id)
            self._starts.append(hit.span.start)
            self._ends.append(hit.span.end)
            self._states.append(hit.state)

    def __len__(self) -> int:
        return len(self._responses)

    def __getitem__(self, at: int) -> Hit:
        return Hit(self._responses[at], Span(self._starts[at], self._ends[at]), State(self._states[at]))

    def __iter__(self) -> Iterator[Hit]:
        return (self[at] for at in range(len(self)))

    @property
    def states(self) -> bytes:
        """The state of each."""
        return bytes(self._states)
