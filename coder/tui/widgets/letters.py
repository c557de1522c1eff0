"""Picking words by letters: every word in view bears one, and two or three keys take a phrase wherever it stands."""

from collections.abc import Mapping, Sequence
from string import ascii_lowercase, ascii_uppercase, digits

from coder.domain.coding import Span

_FIRST = ascii_lowercase + digits + ascii_uppercase
_LAST = ascii_uppercase


class Letters:
    """Letters for the first word of a phrase, then capitals for its last one.

    Once the first word is known, the phrase goes on to the end of its clause, and a capital says where it ends
    instead: so any other key can be the theme's already.
    """

    def __init__(self, words: Sequence[Span]) -> None:
        self.first: Span | None = None
        self.typed = ""
        self._words = dict(zip(_signs(len(words)), words, strict=True))

    @property
    def signs(self) -> Mapping[int, str]:
        """Where which sign stands: what is left to type of those that begin with what is typed."""
        typed = self.typed
        return {w.start: s.removeprefix(typed) for s, w in self._words.items() if s.startswith(typed)}

    def begin(self, following: Sequence[Span]) -> None:
        """The first word is known: it and those that follow are given capitals."""
        self.first, self.typed = following[0], ""
        self._words = dict(zip(_LAST, following, strict=False))

    def knows(self, character: str) -> bool:
        """Whether this key is a letter here: the first word can be named by any, the last one by a capital alone."""
        return self.first is None or character in _LAST

    def take(self, character: str) -> Span | None:
        """Type a letter: the word that it leads to; None where there is none, or none yet."""
        typed = self.typed + character
        if any(sign.startswith(typed) for sign in self._words):
            self.typed = typed
        return self._words.get(typed)


def _signs(count: int) -> Sequence[str]:
    """A sign for each of so many words: one letter, and two for the last ones where there are not enough letters."""
    n = len(_FIRST)
    twice = min(n, max(0, -(-(count - n) // (n - 1))))
    single, leading = _FIRST[: n - twice], _FIRST[n - twice :]
    return [*single, *(a + b for a in leading for b in _FIRST)][:count]
