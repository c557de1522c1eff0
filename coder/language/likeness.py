"""Texts that are the same or nearly the same: whoever coded the one will want to see how they coded the other.

Two texts are the same where case, accents, punctuation and white space apart they are. They are nearly the same where
the sequences of five letters that both have are at least `THRESHOLD` of those that either has (the Jaccard index): a
slip of the pen in a sentence, a word more in a paragraph. Which texts to compare is found by minima of hashes, in
bands. Sources: A. Z. Broder (1997), "On the resemblance and containment of documents", SEQUENCES 1997, 21-29; P. Indyk
and R. Motwani (1998), "Approximate nearest neighbors", STOC 1998, 604-613.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.7
_LETTERS = 5
_NO_WORD = re.compile(r"[\W_]+")

# A pair at the threshold shares a band of four minima with a chance of 1 - (1 - 0.7⁴)³² = 0.9998; a pair that is half
# as alike with one of 0.38, and is then compared in vain.
_BANDS, _ROWS = 32, 4
_PRIMES = np.random.default_rng(20251125).integers(1, 2**63, size=(2, _BANDS * _ROWS), dtype=np.uint64) | np.uint64(1)
_BASE = np.uint64(0x100000001B3)
_MOST_IN_A_BAND = 200  # of more, which share a band by some common turn of phrase, only neighbours are compared


def normalised(text: str) -> str:
    """The words of a text alone, without case and accents; the text itself where it has no word."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", plain.replace("'", "").replace("’", "")).strip() or text.strip()


def sequences(text: str) -> "NDArray[np.uint64]":
    """The hashed sequences of five letters of a normalised text, its ends included; each once, sorted."""
    codes = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    length = min(_LETTERS, len(codes))
    hashed = np.zeros(len(codes) - length + 1, dtype=np.uint64)
    for at in range(length):
        hashed = hashed * _BASE + codes[at : at + len(hashed)]
    return np.unique(hashed)


def likeness(one: "NDArray[np.uint64]", other: "NDArray[np.uint64]") -> float:
    """The share of the sequences of either that both have."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def near(texts: Sequence[str], threshold: float = THRESHOLD) -> Iterator[tuple[int, int, float]]:
    """The pairs of different normalised texts that are nearly the same, and how alike they are (0 to 1)."""
    of_each = [sequences(text) for text in texts]
    compared: set[tuple[int, int]] = set()
    for pair in _candidates(of_each):
        if pair not in compared:
            compared.add(pair)
            alike = likeness(of_each[pair[0]], of_each[pair[1]])
            if alike >= threshold:
                yield *pair, alike


def _candidates(of_each: Sequence["NDArray[np.uint64]"]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band of minima, the lower place first; some more than once."""
    if not of_each:
        return
    minima = np.empty((len(of_each), _BANDS * _ROWS), dtype=np.uint64)
    for at, hashed in enumerate(of_each):
        minima[at] = ((hashed[:, None] * _PRIMES[0] + _PRIMES[1]) >> np.uint64(20)).min(axis=0)
    for band in range(_BANDS):
        rows: dict[bytes, list[int]] = {}
        for at, key in enumerate(np.ascontiguousarray(minima[:, band * _ROWS : (band + 1) * _ROWS])):
            rows.setdefault(key.tobytes(), []).append(at)
        for sharing in rows.values():
            if len(sharing) > _MOST_IN_A_BAND:
                yield from pairwise(sharing)
            elif len(sharing) > 1:
                yield from combinations(sharing, 2)
