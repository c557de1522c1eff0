"""A text that takes another one's place: what differs, word by word, and where the same words stand in both."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise
from unicodedata import normalize

from coder.domain.coding import Span

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_SMALL = 2_500  # pairs of tokens that are compared one by one in one gap
_BUDGET = 250_000  # such pairs in one comparison: the slowest takes about two seconds
_DEEPEST = 20  # gaps within gaps

Block = tuple[int, int, int]
"""A stretch of tokens that both have: where it begins in each, and how many they are."""


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of both texts, of the old one alone (gone), or of the new one alone (new)."""

    change: Change
    text: str


def looks_alike(old: str, new: str) -> bool:
    """Whether two texts differ in white space alone, or in how their letters are composed (NFC, NFD)."""
    return normalize("NFC", "".join(old.split())) == normalize("NFC", "".join(new.split()))


def compare(old: str, new: str) -> tuple[Piece, ...]:
    """The difference of two texts by words, white space and signs: what is not new makes the old, what is not gone the
    new one.

    Words that occur once in both are matched first (patience diff, B. Cohen), so that a megabyte takes seconds; what
    lies between them is compared one by one where it is short, else taken as replaced.
    """
    mine, its = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[Piece] = []
    at, to = 0, 0
    for start, begin, length in (*_blocks(mine, its), (len(mine), len(its), 0)):
        found = (
            (Change.GONE, mine[at:start]),
            (Change.NEW, its[to:begin]),
            (Change.SAME, mine[start : start + length]),
        )
        pieces += [Piece(change, "".join(tokens)) for change, tokens in found if tokens]
        at, to = start + length, begin + length
    return tuple(pieces)


def shortened(pieces: Sequence[Piece], around: int = 40, most: int = 200) -> list[Piece]:
    """The pieces with `around` characters of what both have beside each change, and no change longer than `most`."""
    short: list[Piece] = []
    last = len(pieces) - 1
    for at, piece in enumerate(pieces):
        text = piece.text
        if piece.change is not Change.SAME:
            text = text if len(text) <= most else f"{text[:most]} …"
        elif len(text) > 2 * around + 3:
            text = ("" if at == 0 else text[:around]) + " … " + ("" if at == last else text[-around:])
        short.append(Piece(piece.change, text))
    return short


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """The stretches that both have, in the order of both; none touches the next on both sides."""
    budget = _BUDGET
    found: list[Block] = []
    gaps = [(0, len(old), 0, len(new), 0)]
    while gaps:
        low, high, start, end, depth = gaps.pop()
        before = _alike(old[i] == new[j] for i, j in zip(range(low, high), range(start, end), strict=False))
        found += [(low, start, before)] if before else []
        low, start = low + before, start + before
        backwards = zip(range(high - 1, low - 1, -1), range(end - 1, start - 1, -1), strict=False)
        after = _alike(old[i] == new[j] for i, j in backwards)
        high, end = high - after, end - after
        found += [(high, end, after)] if after else []
        if low == high or start == end:
            continue
        anchors = _anchors(old[low:high], new[start:end]) if depth < _DEEPEST else []
        if anchors:
            places = [(low, start), *((low + i, start + j) for i, j in anchors), (high, end)]
            # An anchor is the beginning of the gap after it, so it is found as what that begins with.
            gaps += [(i, k, j, m, depth + 1) for (i, j), (k, m) in pairwise(places) if i < k and j < m]
        elif (size := (high - low) * (end - start)) <= min(_SMALL, budget):
            budget -= size
            same = SequenceMatcher(None, old[low:high], new[start:end], autojunk=False).get_matching_blocks()
            found += [(low + block.a, start + block.b, block.size) for block in same if block.size]
    return _joined(sorted(found))


def _alike(same: Iterator[bool]) -> int:
    """How many hold from the first on."""
    number = 0
    for holds in same:
        if not holds:
            break
        number += 1
    return number


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of words that occur once in each, as many as have the same order in both."""
    mine, its = Counter(old), Counter(new)
    where = {word: at for at, word in enumerate(new) if its[word] == 1}
    pairs = [(at, where[word]) for at, word in enumerate(old) if mine[word] == 1 and word in where]
    # The longest rising sequence of the second places, by the shortest ends (Fredman 1975).
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [at]
    chosen: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _joined(blocks: Sequence[Block]) -> list[Block]:
    joined: list[Block] = []
    for start, begin, length in blocks:
        if joined and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (start, begin):
            joined[-1] = (*joined[-1][:2], joined[-1][2] + length)
        else:
            joined.append((start, begin, length))
    return joined


def places_in(old: str, new: str, spans: Sequence[Span]) -> list[Span | None]:
    """Where the words of each span of the old text stand in the new one; None where that can't be told for certain.

    They must stand in both texts equally often, as whole words where they were whole words. Once in both: that is the
    place, wherever it is. Several times: the same one in order, if the texts' comparison puts it there, too.
    """
    places: list[Span | None] = []
    same = _Same(old, new)
    for span in spans:
        words = span.of(old)
        whole = _is_edge(old, span.start), _is_edge(old, span.end)
        mine, its = (_occurrences(text, words, whole) for text in (old, new))
        number = mine.index(span.start) if span.start in mine else None
        if number is None or len(mine) != len(its):
            places.append(None)
            continue
        start = its[number]
        sure = len(its) == 1 or same.place(span) == start
        places.append(Span(start, start + len(words)) if sure else None)
    return places


def _is_edge(text: str, at: int) -> bool:
    """Whether no word goes through this place."""
    return not (0 < at < len(text) and _is_word(text[at - 1]) and _is_word(text[at]))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _occurrences(text: str, words: str, whole: tuple[bool, bool]) -> list[int]:
    """Where words stand in a text; with edges of words where `whole` says so. One that overlaps another is left out:
    in a text of repetitions the search would not end."""
    found = []
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if all(_is_edge(text, place) for place, edge in zip((at, end), whole, strict=True) if edge):
            found.append(at)
        at = text.find(words, end)
    return found


class _Same:
    """The stretches that two texts share, compared when they are asked for first."""

    def __init__(self, old: str, new: str) -> None:
        self._texts = old, new
        self._shared: list[tuple[int, int, int]] | None = None

    def place(self, span: Span) -> int | None:
        """Where the beginning of a span is in the new text, if all of it lies in one shared stretch."""
        if self._shared is None:
            self._shared = []
            at = to = 0
            for piece in compare(*self._texts):
                length = len(piece.text)
                if piece.change is Change.SAME:
                    self._shared.append((at, to, length))
                at += length * (piece.change is not Change.NEW)
                to += length * (piece.change is not Change.GONE)
        fits = (b + span.start - a for a, b, n in self._shared if a <= span.start and span.end <= a + n)
        return next(fits, None)
