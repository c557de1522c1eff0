"""Exact tests from distributions of whole numbers, each known by the ratio of one probability to the next."""

from collections.abc import Callable

_TIE = 1e-7  # by so much of themselves two probabilities may differ and be the same, less what rounding did


def two_sided(observed: int, mode: int, ends: tuple[int, int], ratio: Callable[[int], float]) -> tuple[float, float]:
    """How probable is what is no more probable than the observed number, and that number itself.

    `ratio(x)` is P(x + 1) / P(x), falling over the numbers from one of the ends to the other; `mode` is the most
    probable one. Everything is measured against P(mode), so nothing overflows, and what underflows is left out.
    """
    low, high = ends
    weights = {mode: 1.0}
    at, weight = mode, 1.0
    while at < high and (weight := weight * ratio(at)) > 0:
        at += 1
        weights[at] = weight
    at, weight = mode, 1.0
    while at > low and (weight := weight / ratio(at - 1)) > 0:
        at -= 1
        weights[at] = weight
    here = weights.get(observed, 0.0)
    # The smallest first, so that none of them is lost in the sum.
    total = sum(sorted(weights.values()))
    return min(1.0, sum(sorted(w for w in weights.values() if w <= here * (1 + _TIE))) / total), here / total
