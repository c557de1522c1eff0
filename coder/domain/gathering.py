"""Highlights that have no theme yet, gathered by the words they share."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

_WORD = re.compile(r"[^\W\d_]+")
_SHORT = 3  # letters; a word of so few is one of grammar, where nothing knows the language


@dataclass(frozen=True, slots=True)
class OpenHighlight:
    """A coder's highlight without a theme, and whose words it has."""

    id: int
    response_id: int
    participant_id: int
    participant: str
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """Highlights that share a word; without a word: those that share none with another."""

    word: str
    highlights: tuple[OpenHighlight, ...]

    @property
    def people(self) -> int:
        """How many participants they come from."""
        return len({h.participant_id for h in self.highlights})


def gather(highlights: Sequence[OpenHighlight], words_of: Callable[[str], Iterable[str]]) -> list[Group]:
    """Every highlight in one group: that of the word which most participants share, and so on with the rest.

    At the end those that share no word with another one. `words_of` gives the words of a text as they are compared.
    """
    having: dict[str, list[int]] = {}
    for at, highlight in enumerate(highlights):
        for word in dict.fromkeys(words_of(highlight.words)):
            having.setdefault(word, []).append(at)
    left = set(range(len(highlights)))
    queue = [(*_rank(highlights, members), word) for word, members in having.items()]
    heapify(queue)
    groups = []
    while queue:
        *rank, word = queue[0]
        members = [at for at in having[word] if at in left]
        now = _rank(highlights, members)
        if list(now) != rank and len(members) > 1:  # others have been taken out of it meanwhile
            heapreplace(queue, (*now, word))
            continue
        heappop(queue)
        if len(members) > 1:
            groups.append(Group(word, tuple(highlights[at] for at in members)))
            left.difference_update(members)
    if left:
        groups.append(Group("", tuple(highlights[at] for at in sorted(left))))
    return groups


def _rank(highlights: Sequence[OpenHighlight], members: Sequence[int]) -> tuple[int, int]:
    """Those of most participants come first, then the largest."""
    return -len({highlights[at].participant_id for at in members}), -len(members)


def plain_words(text: str) -> list[str]:
    """The words of a text without case, short ones left out where there are longer ones: where no language is known."""
    words = _WORD.findall(text.casefold())
    return [word for word in words if len(word) > _SHORT] or words
