"""What ratings say together: the middle, the spread, and how sure the middle is.

Ratings come as the distinct values and how many participants gave each, so that a million cost no more than a few.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from coder.domain.wording import CENSUS
from coder.stats.intervals import welch_of_moments

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Interval = tuple[float, float]

DRAWS = 10_000
SEED = 1
_CELLS = 1_000_000  # counts held at a time

NOBODY = "nobody gave a rating"
ONE = "one rating has no spread"
NO_SPREAD = "all gave the same rating"
FEW_HAVE, SAME_HAVE = "fewer than two with it rated", "all with it rated the same"
FEW_LACK, SAME_LACK = "fewer than two without it rated", "all without it rated the same"


@dataclass(frozen=True, slots=True)
class Summary:
    """Ratings of n participants; `sd` is that of a sample (n - 1). What is not defined is None, for the `reason`."""

    n: int
    mean: float | None
    median: float | None
    sd: float | None
    mean_interval: Interval | None = None
    median_interval: Interval | None = None
    reason: str = ""


def describe(values: Floats, counts: Ints) -> Summary:
    """Mean, median and standard deviation of ratings: rising distinct values, and how many gave each."""
    n = int(counts.sum())
    if n == 0:
        return Summary(0, None, None, None, reason=NOBODY)
    mean = float(counts @ values) / n
    median = float(_medians(values, counts[None, :])[0])
    if n == 1:
        return Summary(1, mean, median, None, reason=ONE)
    # Rounding must not give a spread to equal values.
    same = np.count_nonzero(counts) == 1
    sd = 0.0 if same else sqrt(float(counts @ (values - mean) ** 2) / (n - 1))
    return Summary(n, mean, median, sd, reason=NO_SPREAD if same else "")


def summarise(values: Floats, counts: Ints, *, seed: int = SEED, census: bool = False) -> Summary:
    """The same with bootstrap intervals of mean and median, unless it is a full census."""
    plain = describe(values, counts)
    if census or plain.reason:
        return Summary(plain.n, plain.mean, plain.median, plain.sd, reason=plain.reason or CENSUS)
    mean_interval, median_interval = bootstrap(values, counts, seed=seed)
    return Summary(plain.n, plain.mean, plain.median, plain.sd, mean_interval, median_interval)


def bootstrap(
    values: Floats, counts: Ints, *, seed: int = SEED, draws: int = DRAWS, confidence: float = 0.95
) -> tuple[Interval, Interval]:
    """The percentile intervals of mean and median, of participants drawn again and again, with replacement.

    Drawing n of n participants and counting who gave which value is one draw from the multinomial distribution of
    these counts: exactly the bootstrap, at the cost of the distinct values. Method: B. Efron, R. J. Tibshirani
    (1993), "An Introduction to the Bootstrap", chapter 13. Raises ValueError where there is nobody to draw, or
    `confidence` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence} is not between 0 and 1")
    given = counts > 0
    values, counts = values[given], counts[given]
    if not len(counts):
        raise ValueError("nobody can be drawn")
    n = int(counts.sum())
    rng = np.random.default_rng(seed)
    means, medians = [], []
    at_a_time = max(1, _CELLS // len(values))
    for start in range(0, draws, at_a_time):
        drawn = rng.multinomial(n, counts / n, size=min(at_a_time, draws - start))
        means.append(drawn @ values / n)
        medians.append(_medians(values, drawn))
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    (low, high), (least, most) = (np.quantile(np.concatenate(parts), tails) for parts in (means, medians))
    return (float(low), float(high)), (float(least), float(most))


def _medians(values: Floats, counts: Ints) -> Floats:
    """The median of each row of counts, which all have as many in them: the middle one, or between the two middle."""
    up_to = counts.cumsum(axis=1)
    n = int(up_to[0, -1])
    lower, upper = (values[(up_to <= rank).sum(axis=1)] for rank in ((n - 1) // 2, n // 2))
    return np.asarray((lower + upper) / 2)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher one mean is than another, with Welch's interval; None where it is not defined, for the reason."""

    difference: float | None
    interval: Interval | None
    reason: str = ""


def difference(having: Summary, lacking: Summary, *, census: bool = False) -> Difference:
    """The mean with a theme less the mean without it, of two independent groups.

    No interval where either has no spread: that few people agree does not make their mean certain.
    """
    apart = None if having.mean is None or lacking.mean is None else having.mean - lacking.mean
    for side, few, same in ((having, FEW_HAVE, SAME_HAVE), (lacking, FEW_LACK, SAME_LACK)):
        if side.reason:
            return Difference(apart, None, same if side.reason == NO_SPREAD else few)
    if census:
        return Difference(apart, None, CENSUS)
    assert having.mean is not None and lacking.mean is not None and having.sd is not None and lacking.sd is not None
    interval = welch_of_moments((having.n, having.mean, having.sd**2), (lacking.n, lacking.mean, lacking.sd**2))
    return Difference(apart, interval)
