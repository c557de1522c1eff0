"""From a theme's raw scores to a probability and a yes or no, learnt on scores that left the participant out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEW = 3
"""Participants from which on a theme has ground of its own to be suggested."""
_RIGHT = 0.5
"""The share that must have been right, among themes with as little ground, for one with less than FEW to speak."""
_RARE = 5
"""Themes of at most so many participants say how much to trust those with less than FEW."""
_PULL = 10.0
"""So many positives of its own weigh as much for a theme's threshold as the threshold of all themes."""
_LIFT = 1.15
"""The odds of a theme must be so many times those of the theme anywhere, for it to be suggested."""
_SLOPE_PULL = 10.0
_OFFSET_PULL = 1.0
_MOST_STEPS = 50


@dataclass(frozen=True)
class Decision:
    """Per theme: probability = logistic(slope * score + offset); suggested where score >= threshold.

    A theme that must stay silent has an infinite threshold.
    """

    slope: Floats
    offset: Floats
    threshold: Floats

    def probabilities(self, scores: Floats) -> Floats:
        """Rows x themes, 0 to 1."""
        return _logistic(scores * self.slope + self.offset)


def decide(left_out: Floats, positive: Bools, participants: Ints) -> Decision:
    """Thresholds and probabilities for each theme (column), from scores rows x themes with NaN where unknown.

    `participants` has the number of participants per theme. A theme's threshold is where its F1 is best, drawn
    towards a common one the more, the fewer positives it has; the logistic curve (Platt 1999) is fitted to each
    theme with its slope and offset drawn towards those of all themes together.
    """
    usable = np.isfinite(left_out)
    scores = np.where(usable, left_out, 0.0)
    wanted = np.where(usable, positive, False)
    slope, offset = _curves(scores, wanted, usable)
    threshold = _thresholds(scores, wanted, usable, participants)
    return Decision(slope, offset, np.maximum(threshold, _above_chance(wanted, usable, slope, offset)))


def _above_chance(wanted: Bools, usable: Bools, slope: Floats, offset: Floats) -> Floats:
    """The raw score from which on a response is clearly likelier than any other to have the theme.

    The best F1 of a theme about which little is known lies at suggesting it everywhere: that would be guessing.
    """
    rate = wanted.sum(axis=0) / np.maximum(usable.sum(axis=0), 1)
    chance = np.clip(rate / (rate + (1 - rate) / _LIFT), 1e-9, 1 - 1e-9)
    raised: Floats = (np.log(chance / (1 - chance)) - offset) / slope
    return raised


def _thresholds(scores: Floats, wanted: Bools, usable: Bools, participants: Ints) -> Floats:
    themes = scores.shape[1]
    common = _common_threshold(scores, wanted, usable)
    cautious = _cautious_threshold(scores, wanted, usable & ((participants >= 2) & (participants <= _RARE)))
    found = np.full(themes, np.inf)
    for theme in range(themes):
        here = usable[:, theme]
        count = int(wanted[:, theme].sum())
        if not count or count == here.sum():
            continue
        own = _best_f1(scores[here, theme], wanted[here, theme])
        found[theme] = (count * own + _PULL * common) / (count + _PULL)
        if participants[theme] < FEW:
            found[theme] = max(found[theme], cautious)
    return found


def _common_threshold(scores: Floats, wanted: Bools, usable: Bools) -> float:
    """Halfway between the threshold that is best for all pairs together and that which is best per theme."""
    if not wanted.any():
        return np.inf
    together = _best_f1(scores[usable], wanted[usable])
    candidates = np.unique(np.quantile(scores[usable], np.linspace(0.3, 0.999, 200)))
    counts = wanted.sum(axis=0)
    live = counts > 0
    f1 = []
    for candidate in candidates:
        shown = usable & (scores >= candidate)
        hits = (shown & wanted).sum(axis=0)
        f1.append(float(np.mean(2 * hits[live] / (shown.sum(axis=0)[live] + counts[live]))))
    return (together + float(candidates[int(np.argmax(f1))])) / 2


def _cautious_threshold(scores: Floats, wanted: Bools, usable: Bools) -> float:
    """The lowest score above which at least _RIGHT of the pairs were right; infinite where there is none."""
    ranked = np.argsort(-scores[usable], kind="stable")
    right = np.cumsum(wanted[usable][ranked]) / np.arange(1, len(ranked) + 1)
    good = np.flatnonzero(right >= _RIGHT)
    return float(scores[usable][ranked][good[-1]]) if len(good) else np.inf


def _best_f1(scores: Floats, wanted: Bools) -> float:
    """The threshold with the best F1, halfway to the next lower score; the highest of equals."""
    ranked = np.argsort(-scores, kind="stable")
    ordered = scores[ranked]
    f1 = 2 * np.cumsum(wanted[ranked]) / (np.arange(1, len(ordered) + 1) + wanted.sum())
    below = np.append(ordered[1:], ordered[-1] - 1e-3)
    f1[below == ordered] = -1  # equal scores stand or fall together
    best = int(np.argmax(f1))
    return float(ordered[best] + below[best]) / 2


def _curves(scores: Floats, wanted: Bools, usable: Bools) -> tuple[Floats, Floats]:
    """Slope and offset per theme, by penalised maximum likelihood; slopes are positive, so order is kept."""
    themes = scores.shape[1]
    flat = usable.sum()
    if not flat:
        return np.ones(themes), np.zeros(themes)
    weak = np.array([1e-6])
    hits = wanted.sum()
    aims = np.where(wanted, (hits + 1) / (hits + 2), 1 / (flat - hits + 2))  # Platt's, so that no curve is a step
    slope, offset = _newton(scores[usable][:, None], aims[usable][:, None], np.ones((flat, 1), bool), (weak, weak))
    common = (np.maximum(slope, 0.1).repeat(themes), offset.repeat(themes))
    pull = (_SLOPE_PULL / common[0] ** 2, np.full(themes, _OFFSET_PULL))
    slope, offset = _newton(scores, aims, usable, pull, common)
    return np.maximum(slope, common[0] / 10), offset


def _newton(
    scores: Floats,
    aims: Floats,
    usable: Bools,
    pull: tuple[Floats, Floats],
    common: tuple[Floats, Floats] | None = None,
) -> tuple[Floats, Floats]:
    """Logistic curves for all columns at once; the penalty draws them towards `common` by the given pulls."""
    towards = np.stack(common if common is not None else (np.ones(scores.shape[1]), np.zeros(scores.shape[1])))
    pulls = np.stack(pull)

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
