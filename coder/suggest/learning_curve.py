"""What more coding would bring: the suggester on growing parts of what has been reviewed, and where that leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import t

from coder.errors import NotEnoughError
from coder.stats.learning import PowerLaw, fit_power_law
from coder.suggest.classifier import Example
from coder.suggest.evaluation import CrossValidation, Folds

SHARES = (1.0, 0.65, 0.4, 0.25, 0.15)
"""The parts of the training participants that are learnt from, the largest first."""
REPEATS = 4
MORE = 50
"""Reviewed responses of which the gain is foretold."""
FEWEST_PEOPLE = 5
"""Participants of a theme, below which it is in no curve: parts that have none of them teach nothing about it.

Measured: with all themes the gain in macro F1 comes out at a third of the true one, with these it does not.
"""
_MOST = 1_500
_FARTHEST = 3


@dataclass(frozen=True, slots=True)
class Point:
    """After so many reviewed responses (the mean over folds and repeats), each repeat's figures."""

    examples: float
    macro_f1: tuple[float, ...]
    mean_average_precision: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """What MORE reviewed responses would add to a figure, and the 95 % interval in which another repeat would find it.

    All three are None where that can't be told, and `why` says the reason. `curve` is the law through the means.
    """

    gain: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""
    curve: PowerLaw | None = None


def measurable(examples: Iterable[Example]) -> frozenset[int]:
    """The themes that were coded for at least FEWEST_PEOPLE participants."""
    people: dict[int, set[int]] = {}
    for example in examples:
        for theme in example.themes & example.known:
            people.setdefault(theme, set()).add(example.participant_id)
    return frozenset(theme for theme, found in people.items() if len(found) >= FEWEST_PEOPLE)


def learning_curve(validation: CrossValidation, examples: Sequence[Example], folds: int) -> tuple[Point, ...]:
    """The figures after growing numbers of examples, the fewest first; each on all participants that were held out.

    They are means over the `measurable` themes; without any there is no curve. Each repeat deals its own folds and
    draws its own parts, of whole participants. Of more than 1,500 examples a random part is taken, whole participants
    too. A size that is too small to learn from is left out.
    """
    themes = measurable(examples)
    if not themes:
        return ()
    dealt = []
    for repeat in range(REPEATS):
        rng = np.random.default_rng([validation.seed, repeat])
        part = _part(examples, folds, rng)
        dealt.append((part, Folds.deal(part, folds, rng)))
    points: list[Point] = []
    for share in SHARES:
        try:
            held = [validation.hold_out(part, cut, share).of(themes) for part, cut in dealt]
        except NotEnoughError:
            break
        f1 = tuple(h.macro_f1().value or 0.0 for h in held)
        ranked = tuple(h.mean_average_precision().value or 0.0 for h in held)
        sizes = [len(cut.training(fold, share)) for _, cut in dealt for fold in range(folds)]
        points.append(Point(float(np.mean(sizes)), f1, ranked))
    return tuple(reversed(points))


def _part(examples: Sequence[Example], folds: int, rng: np.random.Generator) -> list[Example]:
    """The examples of as many random participants as have about _MOST of them, and at least of one for each fold."""
    people, person, sizes = np.unique([e.participant_id for e in examples], return_inverse=True, return_counts=True)
    order = rng.permutation(len(people))
    before = np.cumsum(sizes[order]) - sizes[order]
    drawn = np.zeros(len(people), dtype=bool)
    drawn[order[(before < _MOST) | (np.arange(len(people)) < folds)]] = True
    return [examples[i] for i in np.flatnonzero(drawn[person]).tolist()]


def foretell(sizes: Sequence[float], repeats: Sequence[Sequence[float]], reviewed: int) -> Gain:
    """What MORE responses would add, now that `reviewed` are there, by inverse power laws, one for each repeat.

    `repeats` has each size's figures, one a repeat. The interval is Student's for one further repeat: the repeats share
    the responses, so an interval for their mean would promise too much.
    """
    if len(sizes) < 3:
        return Gain(None, why="there is too little to learn from in parts of what has been reviewed")
    if reviewed + MORE > _FARTHEST * sizes[-1]:
        far = f"{reviewed + MORE} are too far beyond the {sizes[-1]:.0f} that could be learnt from here"
        return Gain(None, why=far)
    laws = [fit_power_law(sizes, figures) for figures in zip(*repeats, strict=True)]
    gains = np.array([law.at(reviewed + MORE) - law.at(reviewed) for law in laws])
    gain = float(gains.mean())
    spread = float(t.ppf(0.975, len(gains) - 1) * gains.std(ddof=1) * sqrt(1 + 1 / len(gains)))
    curve = fit_power_law(sizes, [float(np.mean(figures)) for figures in repeats])
    return Gain(gain, gain - spread, gain + spread, curve=curve)
