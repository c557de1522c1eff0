"""How sure a share of people can be, from how few or many they are."""

from math import sqrt
from statistics import NormalDist


def wilson(count: int, base: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """The score interval of a proportion: (low, high), both from 0 to 1, or None where the base is 0.

    Formula: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (158), 209-212; no continuity correction.
    Raises ValueError where `count` is negative or above `base`, or `confidence` is not between 0 and 1.
    """
    if not 0 <= count <= base:
        raise ValueError(f"a count of {count} does not fit a base of {base}")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence} is not between 0 and 1")
    if base == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = count / base
    spread = z * sqrt(share * (1 - share) / base + z * z / (4 * base * base))
    middle = share + z * z / (2 * base)
    scale = 1 + z * z / base
    # At the ends the bounds are exactly 0 and 1; floating point alone would miss them by a hair.
    low = 0.0 if count == 0 else (middle - spread) / scale
    high = 1.0 if count == base else (middle + spread) / scale
    return low, high
