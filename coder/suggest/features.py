"""Texts as rows of numbers: TF-IDF of words, word pairs and the letters inside words, each tied to its place."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from re import Pattern
from re import compile as compile_pattern

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LONGEST_TEXT = 100_000
"""Characters of a response that are read; a longer one is a file in a cell, and its rest is left aside."""
LONGEST_WORD = 40
"""Characters of a word that are read: what is longer is a web address or noise."""
GRAM_SIZES = (3, 4, 5)
_CACHED_WORDS = 100_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the features see it: its folded form, its known features, and how many of its terms are unknown."""

    folded: str
    known: Ints
    unknown: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as a matrix (one row a text, one column a feature), and the places in the texts that its entries are of.

    Place k says that the word `word[k]` of its text (from 0) put `value[k]` into the entry of `feature[k]`: an entry
    is the sum over its places. Equal terms in a text have equal parts, and a word pair gives half to either word.
    The places of text i are those from ends[i] to ends[i + 1].
    """

    matrix: sparse.csr_array
    feature: Ints
    word: Ints
    value: Floats
    ends: Ints

    def word_contributions(self, text: int, weights: Floats) -> Floats:
        """What each word of a text (up to the last with a known feature) adds to its row times `weights`."""
        here = slice(self.ends[text], self.ends[text + 1])
        added = self.value[here] * weights[self.feature[here]]
        return np.asarray(np.bincount(self.word[here], weights=added), dtype=np.float64)


class TextFeatures:
    """TF-IDF of words and word pairs (block 0) and of 3-5-letter pieces inside words (block 1).

    Term frequencies are sublinear, and each block of a row has length 1, counting the terms that the learned texts
    do not have: a text of unknown words gets a short row, so that what is said about it stays near the base rate.
    """

    def __init__(self, words: dict[str, int], pieces: dict[str, int], tfidf: TfidfTransformer) -> None:
        self._words = words
        self._pieces = pieces
        self._tfidf = tfidf
        self._unknown_weight = float(tfidf.idf_.max(initial=1.0)) ** 2
        self._cache: dict[str, Word] = {}

    @classmethod
    def learn(cls, texts: Sequence[str]) -> "TextFeatures":
        """The features of these texts, in the order in which they occur."""
        words: dict[str, int] = {}
        pieces: dict[str, int] = {}
        in_texts: list[tuple[list[int], list[int]]] = []
        for text in texts:
            folded = [fold(word) for word in words_of(text)]
            terms = sorted({*folded, *(f"{a} {b}" for a, b in pairwise(folded))})
            letters = sorted({piece for word in set(folded) for piece in pieces_of(word)})
            in_texts.append(
                ([words.setdefault(t, len(words)) for t in terms], [pieces.setdefault(p, len(pieces)) for p in letters])
            )
        pieces = {piece: len(words) + i for piece, i in pieces.items()}
        columns = [np.array([*of_words, *(len(words) + p for p in of_pieces)]) for of_words, of_pieces in in_texts]
        ends = np.cumsum([0, *(len(c) for c in columns)])
        feature = np.concatenate([np.zeros(0), *columns]).astype(np.int64)
        there = sparse.csr_array((np.ones(len(feature)), feature, ends), shape=(len(texts), len(words) + len(pieces)))
        return cls(words, pieces, TfidfTransformer(norm=None, sublinear_tf=True).fit(there))

    @property
    def size(self) -> int:
        """How many features there are: the columns of `matrix`."""
        return len(self._words) + len(self._pieces)

    def rows(self, texts: Sequence[str]) -> Rows:
        """The texts as rows; what follows LONGEST_TEXT characters is not read."""
        features: list[Ints] = []
        words: list[Ints] = []
        sizes: Ints = np.zeros((len(texts), 2), dtype=np.int64)
        unknown: Floats = np.zeros((2, len(texts)), dtype=np.float64)
        for i, text in enumerate(texts):
            read = [self._cache.get(word) or self._learn_word(word) for word in words_of(text)]
            pairs = [f"{a.folded} {b.folded}" for a, b in pairwise(read)]
            found = [(self._words[pair], left) for left, pair in enumerate(pairs) if pair in self._words]
            pair, left = np.array(found, dtype=np.int64).reshape(-1, 2).T
            singles = [len(w.known) for w in read]
            features += [*(w.known for w in read), pair, pair]
            words += [np.repeat(np.arange(len(read)), singles), left, left + 1]
            sizes[i] = sum(singles), 2 * len(found)
            strange = {w.folded: w.unknown for w in read if w.unknown != (0, 0)}.values()
            unknown[0, i] = len({p for p in pairs if p not in self._words}) + sum(of_words for of_words, _ in strange)
            unknown[1, i] = sum(of_pieces for _, of_pieces in strange)
        feature = np.concatenate([np.zeros(0, dtype=np.int64), *features])
        part = np.repeat(np.tile([1.0, 0.5], len(texts)), sizes.ravel())
        row = np.repeat(np.arange(len(texts)), sizes.sum(axis=1))
        entries, entry = np.unique(row * self.size + feature, return_inverse=True)
        counts = np.asarray(np.bincount(entry, weights=part, minlength=len(entries)), dtype=np.float64)
        at = np.divmod(entries, max(self.size, 1))
        matrix = self._weighed(sparse.csr_array((counts, at), shape=(len(texts), self.size)), unknown)
        return Rows(
            matrix=matrix,
            feature=feature,
            word=np.concatenate([np.zeros(0, dtype=np.int64), *words]),
            value=part * (matrix.data / counts)[entry],
            ends=np.concatenate([[0], np.cumsum(sizes.sum(axis=1))]),
        )

    def _weighed(self, counts: sparse.csr_array, unknown: Floats) -> sparse.csr_array:
        """TF-IDF of the counts; `unknown` (blocks x texts) counts the terms that the learned texts do not have."""
        found = sparse.csr_array(self._tfidf.transform(counts)) if self.size else counts
        row = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        block = (found.indices >= len(self._words)) * unknown.shape[1] + row
        squares = np.bincount(block, weights=found.data**2, minlength=unknown.size)
        found.data = found.data / np.sqrt(squares + unknown.ravel() * self._unknown_weight)[block]
        return found

    def _learn_word(self, raw: str) -> Word:
        if len(self._cache) >= _CACHED_WORDS:
            self._cache.clear()
        folded = fold(raw)
        terms = pieces_of(folded)
        known = [self._words[folded]] if folded in self._words else []
        unknown = 1 - len(known), len({term for term in terms if term not in self._pieces})
        known += [self._pieces[term] for term in terms if term in self._pieces]
        word = self._cache[raw] = Word(folded, np.array(known, dtype=np.int64), unknown)
        return word


def words_of(text: str) -> list[str]:
    """The words as they stand: letters and digits with their combining marks, joined by apostrophes."""
    return _word_pattern().findall(text, 0, LONGEST_TEXT)


def places_of(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each of `words_of` the text."""
    return [match.span() for match in _word_pattern().finditer(text, 0, LONGEST_TEXT)]


def fold(word: str) -> str:
    """A word as it is compared: compatibility forms resolved, without case, its first characters alone."""
    return unicodedata.normalize("NFKC", word[:LONGEST_WORD]).casefold()


def pieces_of(word: str) -> list[str]:
    """The 3-5-letter pieces of a word with a blank at either end; the whole of it where it is shorter."""
    padded = f" {word} "
    found = [padded[i : i + n] for n in GRAM_SIZES for i in range(len(padded) - n + 1)]
    return found or [padded]


@cache
def _word_pattern() -> Pattern[str]:
    """Python's \\w has no combining marks, and would cut the words of Indic and Semitic scripts to pieces."""
    marks = "".join(c for c in map(chr, range(0x300, 0x20000)) if unicodedata.category(c)[0] == "M")
    return compile_pattern(rf"[^\W_][\w{marks}]*(?:['’][\w{marks}]+)*")
