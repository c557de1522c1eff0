"""How sure a share of people, or a difference, can be, from how few or many they are."""

from collections.abc import Sequence
from math import inf, sqrt
from statistics import NormalDist, fmean, variance


def wilson(count: int, base: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """The score interval of a proportion: (low, high), both from 0 to 1, or None where the base is 0.

    Formula: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (158), 209-212; no continuity correction.
    Raises ValueError where `count` is negative or above `base`, or `confidence` is not between 0 and 1.
    """
    if not 0 <= count <= base:
        raise ValueError(f"a count of {count} does not fit a base of {base}")
    if base == 0:
        return None
    return wilson_of_share(count / base, base, confidence)


def wilson_of_share(share: float, base: float, confidence: float = 0.95) -> tuple[float, float]:
    """The same interval of a share, from 0 to 1, that is as sure as one of `base` people: any number above 0.

    The base need not be whole, where a share is surer than its own count makes it; an infinite one leaves no doubt.
    Raises ValueError where the share or the base is outside its range, or `confidence` is not between 0 and 1.
    """
    if not (0 <= share <= 1 and base > 0):
        raise ValueError(f"a share of {share} does not fit a base of {base}")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence} is not between 0 and 1")
    if base == inf:
        return share, share
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    spread = z * sqrt(share * (1 - share) / base + z * z / (4 * base * base))
    middle = share + z * z / (2 * base)
    scale = 1 + z * z / base
    # At the ends the bounds are exactly 0 and 1; floating point alone would miss them by a hair.
    low = 0.0 if share == 0 else (middle - spread) / scale
    high = 1.0 if share == 1 else (middle + spread) / scale
    return low, high


def newcombe(
    count: int, base: int, other_count: int, other_base: int, confidence: float = 0.95
) -> tuple[float, float] | None:
    """The interval of the difference of two independent proportions, count / base - other_count / other_base:
    (low, high), both from -1 to 1, or None where a base is 0.

    Formula: R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17, 873-890, method 10: from the two Wilson intervals. Raises ValueError as `wilson` does.
    """
    interval, other = wilson(count, base, confidence), wilson(other_count, other_base, confidence)
    if interval is None or other is None:
        return None
    share, other_share = count / base, other_count / other_base
    difference = share - other_share
    low = difference - sqrt((share - interval[0]) ** 2 + (other[1] - other_share) ** 2)
    high = difference + sqrt((interval[1] - share) ** 2 + (other_share - other[0]) ** 2)
    return low, high


def welch(values: Sequence[float], others: Sequence[float], confidence: float = 0.95) -> tuple[float, float] | None:
    """The interval of the difference of two independent means, mean(values) - mean(others): (low, high).

    None where either has fewer than two values, or where all of each are equal and say nothing of the spread.
    Raises ValueError where `confidence` is not between 0 and 1.
    """
    if min(len(values), len(others)) < 2:
        return None
    first, second = ((len(v), fmean(v), variance(v)) for v in (values, others))
    return welch_of_moments(first, second, confidence)


Moments = tuple[int, float, float]
"""How many values there are, their mean, and their variance (of n - 1)."""


def welch_of_moments(values: Moments, others: Moments, confidence: float = 0.95) -> tuple[float, float] | None:
    """The same interval from what is known of each: None where the variances are both 0.

    Formula: B. L. Welch (1947), "The generalization of 'Student's' problem when several different population
    variances are involved", Biometrika 34, 28-35. Raises ValueError where either has fewer than two values, or
    `confidence` is not between 0 and 1.
    """
    from scipy.special import stdtrit  # Student's quantile; scipy.stats would take seconds to load

    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence} is not between 0 and 1")
    (n, mean, spread), (other_n, other_mean, other_spread) = values, others
    if min(n, other_n) < 2:
        raise ValueError("a spread takes two values")
    parts = spread / n, other_spread / other_n
    error = sum(parts)
    if error == 0:
        return None
    # As shares of the error: squares of small variances would vanish.
    freedom = 1 / ((parts[0] / error) ** 2 / (n - 1) + (parts[1] / error) ** 2 / (other_n - 1))
    reach = float(stdtrit(freedom, (1 + confidence) / 2)) * sqrt(error)
    difference = mean - other_mean
    return difference - reach, difference + reach
