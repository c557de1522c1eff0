"""The words that carried a score: the model is linear, so each word's share of it is exact."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coder.domain.coding import Evidence, Span

Floats = NDArray[np.float64]

MOST_SPANS = 5
SMALLEST_SHARE = 0.05


def carrying_spans(
    text: str, places: Sequence[tuple[int, int]], contributions: Floats, of_whole: float = 0.0
) -> tuple[Evidence, ...]:
    """The spans that carried a score, the strongest first, from what each word of the text contributed.

    `places` are those of the words (`features.places_of`); words after the last that contributed may be left out.
    A share is a span's part of all that spoke for the theme: the positive contributions of the words, and of the text
    as a whole (`of_whole`), sum to 1. Words with less than SMALLEST_SHARE are left out (the strongest never),
    neighbours are joined, and MOST_SPANS are kept.
    """
    positive = np.maximum(contributions, 0)
    if not positive.any():
        return ()
    shares = positive / (float(positive.sum()) + max(of_whole, 0.0))
    kept = np.flatnonzero(shares >= min(SMALLEST_SHARE, float(shares.max()))).tolist()
    found: list[tuple[int, int, float]] = []
    last = -2
    for word in kept:
        (start, end), share = places[word], float(shares[word])
        if word == last + 1 and not text[found[-1][1] : start].strip(" \t"):
            start, _, before = found.pop()
            share += before
        found.append((start, end, share))
        last = word
    found.sort(key=lambda f: (-f[2], f[0]))
    return tuple(Evidence(Span(start, end), round(share, 6)) for start, end, share in found[:MOST_SPANS])
