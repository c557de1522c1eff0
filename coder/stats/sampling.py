"""Lots that stay: a number drawn for each id from a seed, the same at any time and whatever other ids there are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def lots(ids: Sequence[int] | NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """A 64-bit number for each id, uniform over the seeds; different ids never have the same one.

    The id-th output of SplitMix64 started at `seed` (0 to 2⁶⁴ - 1). Source: G. L. Steele, D. Lea and C. H. Flood
    (2014), "Fast splittable pseudorandom number generators", OOPSLA 2014, 453-472.
    """
    z = np.asarray(ids, dtype=np.int64).astype(np.uint64) * _STEP + np.uint64(seed)
    z = (z ^ (z >> np.uint64(30))) * _FIRST
    z = (z ^ (z >> np.uint64(27))) * _SECOND
    return z ^ (z >> np.uint64(31))


def order(ids: Sequence[int] | NDArray[np.int64], seed: int) -> NDArray[np.intp]:
    """The places of the ids in a random order; equal ids stay side by side, as they stood."""
    return np.argsort(lots(ids, seed), kind="stable")


def drawn(one: int, seed: int, share: float) -> bool:
    """Whether an id is among those drawn by lot, of which there are so many: `share` is from 0 to 1.

    Who is drawn stays drawn when the share grows.
    """
    return drawn_among([one], seed, share)[0]


def drawn_among(ids: Sequence[int] | NDArray[np.int64], seed: int, share: float) -> list[bool]:
    """Which of the ids are drawn by lot."""
    return [int(lot) < share * 2**64 for lot in lots(ids, seed).tolist()]
