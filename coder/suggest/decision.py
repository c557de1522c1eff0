"""From a theme's raw scores to a probability and a yes or no, learnt on scores that left the participant out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PRIOR_THRESHOLD = 0.15
"""Where nothing has been coded. By theme names alone, 35 % of the pairs above it were right on nhs_fft, 77 % on
anes2008_mip."""
_PRIOR_CURVE = (18.0, -4.2)
"""Slope and offset where nothing has been coded: the logistic curve of all pairs of both, by theme names alone."""
_PULL = 10.0
"""So many positives weigh as much for a threshold as what it is drawn towards."""
_RARE = 20.0
"""At so many positives a theme is halfway between the threshold best for themes and that best for pairs."""
_SOFTNESS = 0.01
"""The step at a threshold is this wide, so that the best one does not hang on a single response."""
_LIFT = 1.15
"""The odds of a theme must be so many times those of the theme anywhere, for it to be suggested."""
_SLOPE_PULL = 10.0
_OFFSET_PULL = 3.0
_MOST_STEPS = 50
_THRESHOLDS = np.linspace(0.02, 0.8, 157)
_BINS = np.linspace(-0.5, 1.5, 1_001)


@dataclass(frozen=True)
class Decision:
    """Per theme: probability = logistic(slope * score + offset); suggested where score >= threshold."""

    slope: Floats
    offset: Floats
    threshold: Floats

    def probabilities(self, scores: Floats) -> Floats:
        """Rows x themes, 0 to 1."""
        return _logistic(scores * self.slope + self.offset)


def decide(left_out: Floats, positive: Bools) -> Decision:
    """Thresholds and probabilities for each theme (column), from scores rows x themes with NaN where unknown.

    A theme's threshold is where its F1 is best, drawn towards a common one the more, the fewer positives it has;
    the logistic curve (Platt 1999) is fitted to each theme with its slope and offset drawn towards those of all
    themes together. Without a row both are what was right before anything was coded in other surveys.
    """
    usable = np.isfinite(left_out)
    scores = np.where(usable, left_out, 0.0)
    wanted = positive & usable
    slope, offset = _curves(scores, wanted, usable)
    threshold = np.maximum(_thresholds(scores, wanted, usable), _above_chance(wanted, usable, slope, offset))
    return Decision(slope, offset, threshold)


def _above_chance(wanted: Bools, usable: Bools, slope: Floats, offset: Floats) -> Floats:
    """The raw score from which on a response is clearly likelier than any other to have the theme.

    The best F1 of a theme about which little is known lies at suggesting it everywhere: that would be guessing.
    """
    rate = wanted.sum(axis=0) / np.maximum(usable.sum(axis=0), 1)
    chance = np.clip(rate / (rate + (1 - rate) / _LIFT), 1e-9, 1 - 1e-9)
    raised: Floats = (np.log(chance / (1 - chance)) - offset) / slope
    return raised


def _thresholds(scores: Floats, wanted: Bools, usable: Bools) -> Floats:
    """A rare theme is drawn towards the threshold of the best macro F1, a frequent one to that of the best micro F1."""
    count = wanted.sum(axis=0)
    shown, hits = _passing(scores, usable), _passing(scores, wanted)
    f1 = 2 * hits / np.maximum(shown + count, 1e-9)
    of_pairs, of_themes = _PRIOR_THRESHOLD, _PRIOR_THRESHOLD
    if total := int(count.sum()):
        best_pairs = _THRESHOLDS[np.argmax(2 * hits.sum(axis=1) / (shown.sum(axis=1) + total))]
        best_themes = _THRESHOLDS[np.argmax(f1[:, count > 0].mean(axis=1))]
        of_pairs, of_themes = (
            (total * best + _PULL * _PRIOR_THRESHOLD) / (total + _PULL) for best in (best_pairs, best_themes)
        )
    common = of_themes + (of_pairs - of_themes) * count / (count + _RARE)
    own = _THRESHOLDS[np.argmax(f1, axis=0)]
    found: Floats = (count * own + _PULL * common) / (count + _PULL)
    return found


def _passing(scores: Floats, among: Bools) -> Floats:
    """How many of the pairs among these pass each threshold, theme by theme: thresholds x themes.

    Counted in bins, each pair passing the more, the further it is above the threshold.
    """
    middle = (_BINS[1:] + _BINS[:-1]) / 2
    at = np.clip(np.searchsorted(_BINS, scores) - 1, 0, len(middle) - 1)
    themes = scores.shape[1]
    cell = at * themes + np.arange(themes)
    counts = np.bincount(cell[among], minlength=len(middle) * themes).reshape(len(middle), themes)
    return np.asarray(_logistic((middle - _THRESHOLDS[:, None]) / _SOFTNESS) @ counts)


def _curves(scores: Floats, wanted: Bools, usable: Bools) -> tuple[Floats, Floats]:
    """Slope and offset per theme, by penalised maximum likelihood; slopes are positive, so order is kept."""
    themes = scores.shape[1]
    flat, hits = int(usable.sum()), int(wanted.sum())
    aims = np.where(wanted, (hits + 1) / (hits + 2), 1 / (flat - hits + 2))  # Platt's, so that no curve is a step
    prior = np.array([[_PRIOR_CURVE[0]], [_PRIOR_CURVE[1]]])
    pull = np.array([[_SLOPE_PULL / _PRIOR_CURVE[0] ** 2], [_OFFSET_PULL]])
    slope, offset = _newton(scores[usable][:, None], aims[usable][:, None], np.ones((flat, 1), bool), pull, prior)
    common = np.stack([np.maximum(slope, 0.1).repeat(themes), offset.repeat(themes)])
    pull = np.stack([_SLOPE_PULL / common[0] ** 2, np.full(themes, _OFFSET_PULL)])
    slope, offset = _newton(scores, aims, usable, pull, common)
    return np.maximum(slope, common[0] / 10), offset


def _newton(scores: Floats, aims: Floats, usable: Bools, pulls: Floats, towards: Floats) -> tuple[Floats, Floats]:
    """Logistic curves for all columns at once; the penalty draws (slope, offset) `towards` theirs by the `pulls`."""

    def loss(curve: Floats) -> Floats:
        logit = scores * curve[0] + curve[1]
        missed = np.sum(usable * (np.logaddexp(0, logit) - aims * logit), axis=0)
        return np.asarray(missed + np.sum(pulls * (curve - towards) ** 2, axis=0) / 2)

    curve = towards.copy()
    at = loss(curve)
    for _ in range(_MOST_STEPS):
        chance = _logistic(scores * curve[0] + curve[1])
        error = usable * (chance - aims)
        weight = usable * np.maximum(chance * (1 - chance), 1e-9)
        g = np.stack([np.sum(error * scores, axis=0), np.sum(error, axis=0)]) + pulls * (curve - towards)
        h_ss, h_oo = np.sum(weight * scores**2, axis=0) + pulls[0], np.sum(weight, axis=0) + pulls[1]
        h_so = np.sum(weight * scores, axis=0)
        step = np.stack([h_oo * g[0] - h_so * g[1], h_ss * g[1] - h_so * g[0]]) / (h_ss * h_oo - h_so**2)
        for _ in range(_MOST_STEPS):
            ahead = loss(curve - step)
            worse = ahead > at
            if not worse.any():
                break
            step = np.where(worse, step / 2, step)
        curve, gain, at = np.where(worse, curve, curve - step), at - ahead, np.where(worse, at, ahead)
        if gain.max(initial=0.0) < 1e-9:
            break
    return curve[0], curve[1]


def _logistic(values: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(values, -500, 500)))
    return found
