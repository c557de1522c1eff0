"""What the suggester sees of a text: its words, pairs of words and pieces of words, each tied to its place.

The words and their weights come from the texts of the whole project, coded or not: they stay as they are while one
codes, and a rare word is known to be rare before anyone has coded it.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from re import ASCII, Pattern
from re import compile as compile_pattern
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Item = TypeVar("Item")

LONGEST_TEXT = 100_000
"""Characters of a response that are read; a longer one is a file in a cell, and its rest is left aside."""
LONGEST_WORD = 40
"""Characters of a word that are read: what is longer is a web address or noise."""
GRAM_SIZES = (3, 4, 5)
_LENGTH_POWER = 0.5
"""A row is divided by this power of its length: 1 would make all texts of one size, 0 would let long ones shout.

Measured on nhs_fft and anes2008_mip (30 to 400 coded): mean average precision .463 with 1, .481 with 0.5."""
_CACHED_WORDS = 200_000
_BATCH = 512
_BATCH_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Places:
    """Where a row's entries come from: place k says that word `word[k]` of the text put `value[k]` into `feature[k]`.

    An entry of the row is the sum over its places; a pair of words gives half to either.
    """

    feature: Ints
    word: Ints
    value: Floats

    def contributions(self, weights: Floats) -> Floats:
        """What each word of the text (up to the last with a feature) adds to a score, from each place's weight."""
        return np.asarray(np.bincount(self.word, weights=self.value * weights), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as a matrix, a row a text and a column a feature, indices in order; `places` leads back to the words."""

    matrix: sparse.csr_array
    _counts: "_Counts"

    def places(self, text: int) -> Places:
        """The places of the text with this number."""
        here = slice(self._counts.ends[text], self._counts.ends[text + 1])
        entries = slice(self.matrix.indptr[text], self.matrix.indptr[text + 1])
        feature = self._counts.feature[here]
        per_count = self.matrix.data[entries] / self._counts.matrix.data[entries]
        at = np.searchsorted(self.matrix.indices[entries], feature)
        return Places(feature, self._counts.word[here], self._counts.part[here] * per_count[at])


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often each feature is in each text, and the places that were counted: text i has ends[i] to ends[i + 1]."""

    matrix: sparse.csr_array
    feature: Ints
    word: Ints
    part: Floats
    ends: Ints


class TextFeatures:
    """TF-IDF of words and word pairs (block 0) and of 3-5-letter pieces inside words (block 1).

    Term frequencies are sublinear. Each block of a row is divided by the square root of its length, and scaled so
    that either block weighs the same over the learnt texts (their mean squared length is 1).
    """

    def __init__(self, vocabulary: "Vocabulary", idf: Floats | None = None, scale: Floats | None = None) -> None:
        self.vocabulary = vocabulary
        words, pairs, pieces = vocabulary.words, vocabulary.pairs, vocabulary.pieces
        self.first_piece = len(words) + len(pairs)
        self.size = self.first_piece + len(pieces)
        self.idf = np.ones(self.size) if idf is None else idf
        self.scale = np.ones(2) if scale is None else scale
        self._words = {word: i for i, word in enumerate(words)}
        self._pairs = {pair: len(words) + i for i, pair in enumerate(pairs)}
        self._pieces = {piece: self.first_piece + i for i, piece in enumerate(pieces)}
        self._read: dict[str, tuple[int, Ints]] = {}

    @classmethod
    def learn(cls, texts: Sequence[str]) -> "TextFeatures":
        """The features of these texts, and their weights: scikit-learn's smooth inverse document frequency."""
        counter = cls(Vocabulary.of(texts))
        counts = [counter._count(batch).matrix for batch in batches(texts, str)]
        found = [np.bincount(c.indices, minlength=counter.size) for c in counts]
        idf = np.log((1 + len(texts)) / (1 + np.sum(found, axis=0))) + 1 if found else None
        features = cls(counter.vocabulary, idf)
        squares = sum((np.sum(features._weigh(c)[1] ** 2, axis=1) for c in counts), np.zeros(2))
        return cls(counter.vocabulary, idf, np.sqrt(len(texts) / np.maximum(squares, 1e-12)))

    @cached_property
    def telling(self) -> Bools:
        """Which features say by themselves that a text speaks of the same thing: words and their longest pieces."""
        longest = [len(piece) >= GRAM_SIZES[-1] for piece in self.vocabulary.pieces]
        return np.array([True] * len(self._words) + [False] * len(self._pairs) + longest)

    def rows(self, texts: Sequence[str]) -> Rows:
        """The texts as rows; what follows LONGEST_TEXT characters is not read."""
        counts = self._count(texts)
        return Rows(self._weigh(counts.matrix)[0], counts)

    def _count(self, texts: Sequence[str]) -> _Counts:
        columns: list[Ints] = []
        words: list[Ints] = []
        pairs: list[int] = []
        lefts: list[int] = []
        sizes = np.zeros((len(texts), 2), dtype=np.int64)
        for i, text in enumerate(texts):
            read = [self._read.get(word) or self._read_word(word) for word in words_of(text)]
            columns += [own for _, own in read]
            words.append(np.repeat(np.arange(len(read)), [len(own) for _, own in read]))
            sizes[i, 0] = len(words[-1])
            for left, (a, b) in enumerate(pairwise([word for word, _ in read])):
                pair = self._pairs.get(a << 32 | b) if a >= 0 and b >= 0 else None
                if pair is not None:
                    pairs += (pair, pair)
                    lefts += (left, left + 1)
                    sizes[i, 1] += 2
        # Words first and then pairs, text by text: each text's places are together.
        kind = np.repeat(np.tile([False, True], len(texts)), sizes.ravel())
        feature = np.empty(len(kind), dtype=np.int64)
        word = np.empty(len(kind), dtype=np.int64)
        feature[~kind], feature[kind] = np.concatenate([np.zeros(0, np.int64), *columns]), pairs
        word[~kind], word[kind] = np.concatenate([np.zeros(0, np.int64), *words]), lefts
        part = np.where(kind, 0.5, 1.0)
        ends = np.concatenate([[0], np.cumsum(sizes.sum(axis=1))])
        matrix = sparse.csr_array((part, feature, ends), shape=(len(texts), self.size), copy=True)
        matrix.sum_duplicates()  # in place
        return _Counts(matrix, feature, word, part, ends)

    def _weigh(self, counts: sparse.csr_array) -> tuple[sparse.csr_array, Floats]:
        """The counts as rows of the matrix, and how long each block of each row is (2 x texts)."""
        values = (1 + np.log(counts.data)) * self.idf[counts.indices]
        row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        block = (counts.indices >= self.first_piece) * counts.shape[0] + row
        squares = np.bincount(block, weights=values**2, minlength=2 * counts.shape[0])
        divisor = np.maximum(squares, 1e-12) ** (_LENGTH_POWER / 2)
        values *= np.repeat(self.scale, counts.shape[0])[block] / divisor[block]
        length = (np.sqrt(squares) / divisor).reshape(2, -1)
        return sparse.csr_array((values, counts.indices, counts.indptr), shape=counts.shape), length

    def _read_word(self, raw: str) -> tuple[int, Ints]:
        if len(self._read) >= _CACHED_WORDS:
            self._read.clear()
        folded = fold(raw)
        word = self._words.get(folded, -1)
        pieces = [self._pieces[piece] for piece in pieces_of(folded) if piece in self._pieces]
        found = self._read[raw] = word, np.array([*([word] if word >= 0 else []), *pieces], dtype=np.int64)
        return found


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of texts, each in the order in which they occur; a pair is (left word << 32 | right word)."""

    words: Sequence[str]
    pairs: Sequence[int]
    pieces: Sequence[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Vocabulary":
        """All terms of these texts."""
        words: dict[str, int] = {}
        pairs: dict[int, None] = {}
        pieces: dict[str, None] = {}
        seen: dict[str, int] = {}
        for text in texts:
            read = []
            for raw in words_of(text):
                word = seen.get(raw)
                if word is None:
                    folded = fold(raw)
                    word = seen[raw] = words.setdefault(folded, len(words))
                    pieces.update(dict.fromkeys(pieces_of(folded)))
                read.append(word)
            pairs.update(dict.fromkeys([a << 32 | b for a, b in pairwise(read)]))
        return cls(list(words), list(pairs), list(pieces))


def batches(items: Iterable[Item], text_of: Callable[[Item], str]) -> Iterator[list[Item]]:
    """The items in lists of so many, or of so many characters, that the work on one stays small."""
    batch: list[Item] = []
    size = 0
    for item in items:
        batch.append(item)
        size += min(len(text_of(item)), LONGEST_TEXT)
        if len(batch) == _BATCH or size > _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def words_of(text: str) -> list[str]:
    """The words as they stand: letters and digits with their combining marks, joined by apostrophes."""
    return _word_pattern(text.isascii()).findall(text, 0, LONGEST_TEXT)


def places_of(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each of `words_of` the text."""
    found = []
    at = 0
    for word in words_of(text):  # between two words nothing is that a word can begin with
        at = text.index(word, at)
        found.append((at, at + len(word)))
        at += len(word)
    return found


def fold(word: str) -> str:
    """A word as it is compared: compatibility forms resolved, without case, its first characters alone."""
    return unicodedata.normalize("NFKC", word[:LONGEST_WORD]).casefold()


def pieces_of(word: str) -> list[str]:
    """The 3-5-letter pieces of a word with a blank at either end; the whole of it where it is shorter."""
    padded = f" {word} "
    found = [padded[i : i + n] for n in GRAM_SIZES for i in range(len(padded) - n + 1)]
    return found or [padded]


@cache
def _word_pattern(ascii_alone: bool) -> Pattern[str]:
    """Python's \\w has no combining marks, and would cut the words of Indic and Semitic scripts to pieces."""
    if ascii_alone:  # the same in half the time
        return compile_pattern(r"[A-Za-z0-9]\w*(?:'\w+)*", ASCII)
    marks = "".join(c for c in map(chr, range(0x300, 0x20000)) if unicodedata.category(c)[0] == "M")
    return compile_pattern(rf"[^\W_][\w{marks}]*(?:['’][\w{marks}]+)*")
