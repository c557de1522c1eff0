"""What share of a whole corpus has a theme, when people coded a random sample and a model scored everybody.

The share that is sought is that of the corpus at hand, N people, of whom n were drawn at random without
replacement: not of a wider population that these might stand for. So the doubt shrinks with the part that is not
coded, and where all are coded nothing is left of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from coder.stats.intervals import wilson_of_share
from coder.stats.sampling import order

Ints = NDArray[np.int64]
Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]

_FOLDS_SEED = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of the corpus, with and without the scores; shares and bounds are from 0 to 1.

    `weight` is how far the scores are followed (0: not at all, and then both are the same; 1: as they stand).
    `gain`: so many times as many people would have to be coded for as narrow an interval without the scores.
    """

    share: float
    interval: tuple[float, float]
    sample_share: float
    sample_interval: tuple[float, float]
    weight: float
    gain: float


def estimate(
    has: Bools,
    scores: Floats,
    other_scores: Floats,
    *,
    others_known: tuple[int, int] = (0, 0),
    confidence: float = 0.95,
) -> Estimate | None:
    """The share of all people who have a theme, from those in the sample and the scores of all.

    `has` says who of the n people in the sample has the theme, `scores` are theirs, `other_scores` those of the
    other N - n, each by a model that never saw the person. `others_known`: how many of the others are known to have
    it, and how many not to; outside these no bound can lie. None where the sample is empty. Raises ValueError where
    lengths differ or a score is not finite.

    The estimate is the mean of the sample, moved by what the scores say of the others more than of the sample:
    share = mean(has) + weight * (mean(all scores) - mean(scores)), with the weight of least variance, from 0 to 1.
    That is prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023, Science 382, 669-674)
    with power tuning (PPI++: Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453; their lambda is
    weight * (1 - n/N)); for a corpus that is finite it is the regression estimator (Cochran 1977, "Sampling
    Techniques", sections 7.1-7.4), with the variance (N - n)/(N - 1) / n * var(has - weight * scores).

    The interval is Wilson's, of as many people as that variance is worth: symmetric ones fail for rare themes. The
    squared errors of the scores are counted with half a squared normal quantile more of them, as Agresti and
    Coull (1998, The American Statistician 52, 119-126) count successes: scores without an error among n people may
    still have one elsewhere.
    """
    n, others = len(has), len(other_scores)
    population = n + others
    if len(scores) != n or not (np.isfinite(scores).all() and np.isfinite(other_scores).all()):
        raise ValueError("everybody needs one score, and a finite one")
    found, known = int(has.sum()), sum(others_known)
    if known > others:
        raise ValueError(f"{known} are known of {others} others")
    if n == 0:
        return None
    outcome, score = has.astype(np.float64), scores.astype(np.float64)
    spread, deviation = outcome - outcome.mean(), score - score.mean()
    squares = float(deviation @ deviation)
    # The squares of equal scores may miss 0 by a hair, and those of scores that hardly differ may be 0.
    differ = score.min() < score.max() and squares > 0
    weight = min(max(float(spread @ deviation) / squares, 0.0), 1.0) if differ else 0.0
    left = spread - weight * deviation
    unseen = NormalDist().inv_cdf((1 + confidence) / 2) ** 2 / 2
    gain = (float(spread @ spread) + unseen) / (float(left @ left) + unseen)
    worth = n * (population - 1) / others if others else inf

    lowest, highest = (found + others_known[0]) / population, (population - (n - found) - others_known[1]) / population

    def within(share: float) -> float:
        return min(max(share, lowest), highest)

    def interval(share: float, base: float) -> tuple[float, float]:
        low, high = wilson_of_share(share, base, confidence)
        return within(low), within(high)

    moved = weight * float(np.concatenate([score, other_scores]).mean() - score.mean())
    sample_share = within(found / n)
    share = within(found / n + moved)
    return Estimate(share, interval(share, worth * gain), sample_share, interval(sample_share, worth), weight, gain)


def folds(people: Ints, samples: Sequence[Bools], count: int) -> Ints:
    """A fold from 0 to `count` - 1 for each person, by a lot that is always the same.

    `samples` say for each of them who is in it. Every fold has the same part of each sample and of the others (to one
    person), so that no estimate moves because models of different folds scored the sample and the rest.
    """
    drawn = order(people, _FOLDS_SEED)
    for sample in samples:
        drawn = drawn[np.argsort(~sample[drawn], kind="stable")]
    found = np.empty(len(people), dtype=np.int64)
    found[drawn] = np.arange(len(people)) % count
    return found
