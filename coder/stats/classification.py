"""How well suggestions, or their scores, agree with what a person decided: one entry a response and theme."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number; or None, with the reason why there is none."""

    value: float | None
    why: str = ""


def ratio(part: float, whole: float, why: str) -> Figure:
    """`part` / `whole`; undefined, for the reason given, where the whole is 0."""
    return Figure(float(part / whole)) if whole else Figure(None, why)


# --- yes or no -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cells:
    """The 2 x 2 of person and machine: both say yes, the machine alone, the person alone, neither."""

    both: int
    machine: int
    person: int
    neither: int

    @classmethod
    def of(cls, given: Bools, suggested: Bools) -> "Cells":
        """Count pairs; `given` and `suggested` have the same shape."""
        return cls(
            int(np.sum(given & suggested)),
            int(np.sum(~given & suggested)),
            int(np.sum(given & ~suggested)),
            int(np.sum(~given & ~suggested)),
        )

    @property
    def pairs(self) -> int:
        return self.both + self.machine + self.person + self.neither

    @property
    def given(self) -> int:
        """How often the person said yes: the support."""
        return self.both + self.person

    @property
    def suggested(self) -> int:
        return self.both + self.machine

    @property
    def precision(self) -> Figure:
        """The share of what was suggested that the person gave too."""
        return ratio(self.both, self.suggested, "never suggested")

    @property
    def recall(self) -> Figure:
        """The share of what the person gave that was suggested."""
        return ratio(self.both, self.given, "never coded")

    @property
    def f1(self) -> Figure:
        """The harmonic mean of precision and recall; 0 where nothing was hit."""
        return ratio(2 * self.both, self.given + self.suggested, "neither coded nor suggested")

    @property
    def agreement(self) -> Figure:
        """The share of the pairs on which both decided alike."""
        return ratio(self.both + self.neither, self.pairs, "no pairs")

    @property
    def majority(self) -> Figure:
        """The agreement of somebody who always says what the person says most often."""
        return ratio(max(self.given, self.pairs - self.given), self.pairs, "no pairs")

    @property
    def kappa(self) -> Figure:
        """Cohen's kappa: the agreement beyond that of chance, 0 for chance and 1 for all (see `kappas`)."""
        value = float(kappas(np.array([self.both, self.machine, self.person, self.neither], dtype=np.float64)))
        return Figure(value) if np.isfinite(value) else Figure(None, "both say the same to all")


def kappas(cells: Floats) -> Floats:
    """Cohen's kappa of each 2 x 2 along the last axis (both, machine, person, neither); NaN where it is undefined.

    Formula: J. Cohen (1960), "A coefficient of agreement for nominal scales", Educational and Psychological
    Measurement 20, 37-46, with numerator and denominator times the squared number of pairs: exact for counts.
    """
    beyond, room = _beyond_chance(cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = beyond / room
    return found


def pooled_kappas(cells: Floats) -> Floats:
    """One kappa over many themes, each with its own chance: shape (..., themes, 4) to (...); NaN where undefined.

    (mean observed - mean expected) / (1 - mean expected) agreement, over the themes with pairs: pairs thrown together
    would credit the machine with knowing which themes are common. Formula: H. de Vries et al. (2008), "Using pooled
    kappa to summarize interrater agreement across many items", Field Methods 20 (3), 272-282.
    """
    beyond, room = _beyond_chance(cells)
    squares = np.maximum(cells.sum(axis=-1), 1) ** 2  # without pairs both are 0
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (beyond / squares).sum(axis=-1) / (room / squares).sum(axis=-1)
    return found


def _beyond_chance(cells: Floats) -> tuple[Floats, Floats]:
    """Observed less expected agreement, and 1 less expected agreement, both times the squared number of pairs."""
    both, machine, person, neither = np.moveaxis(np.asarray(cells, dtype=np.float64), -1, 0)
    beyond = 2 * (both * neither - machine * person)
    room = (both + machine) * (machine + neither) + (both + person) * (person + neither)
    return np.asarray(beyond), np.asarray(room)


# --- ranking ---------------------------------------------------------------------------------------------


def average_precision(given: Bools, scores: Floats) -> Figure:
    """The precision at each hit, down the ranking, averaged over all hits; equal scores stand in one place.

    Sum of (recall - recall before) x precision over the distinct scores, as scikit-learn has it.
    """
    hits = int(given.sum())
    if not hits:
        return Figure(None, "never coded")
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    last = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
    found = np.cumsum(given[order])[last]
    return Figure(float(np.sum(np.diff(found, prepend=0) * (found / (last + 1))) / hits))


def top_share(given: Bools, scores: Floats, best: int = 3) -> Figure:
    """The share of a response's themes that are among its `best` scored ones, averaged over responses with a theme.

    Rows are responses, columns themes; a NaN score takes no part. Of more themes than `best`, `best` are the whole.
    Equal scores rank in the order of the columns.
    """
    known = np.isfinite(scores)
    wanted = given & known
    named = wanted.sum(axis=1)
    top = np.argsort(np.where(known, -scores, np.inf), axis=1, kind="stable")[:, :best]
    hits = np.take_along_axis(wanted, top, axis=1).sum(axis=1)
    some = named > 0
    return ratio(float(np.sum(hits[some] / np.minimum(named[some], best))), int(some.sum()), "no response has a theme")


# --- scores as probabilities -----------------------------------------------------------------------------


def brier(given: Bools, scores: Floats) -> Figure:
    """The mean squared difference of score and outcome (1 or 0): 0 is best.

    Formula: G. W. Brier (1950), "Verification of forecasts expressed in terms of probability", Monthly Weather
    Review 78 (1), 1-3, in the form for one event.
    """
    return ratio(float(np.sum((scores - given) ** 2)), given.size, "no pairs")


def base_rate_brier(given: Bools) -> Figure:
    """The Brier score of always saying the share that was given: the best that one number can do."""
    return ratio(given.sum() * (given.size - given.sum()) / max(given.size, 1), given.size, "no pairs")


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs with neighbouring scores: how many, their mean score, and the share of them that was given."""

    pairs: int
    score: float
    share: float


def reliability(given: Bools, scores: Floats, bins: int = 10) -> tuple[Bin, ...]:
    """Bins of equal mass by score, the lowest first; equal scores are never parted, so bins may be fewer or uneven."""
    order = np.argsort(scores, kind="stable")
    ranked, hit = scores[order], given[order]
    cuts = np.round(np.arange(1, bins) * len(ranked) / bins).astype(np.int64)
    cuts = cuts[cuts < len(ranked)]
    first, past = (np.searchsorted(ranked, ranked[cuts], side) for side in ("left", "right"))
    inner = np.where(cuts - first <= past - cuts, first, past)  # the nearer end of the equals that are cut
    edges = np.unique(np.concatenate([[0], inner, [len(ranked)]])).tolist()
    return tuple(
        Bin(stop - start, float(ranked[start:stop].mean()), float(hit[start:stop].mean()))
        for start, stop in pairwise(edges)
    )


def calibration_error(bins: Sequence[Bin]) -> Figure:
    """Expected calibration error: the difference of mean score and share, averaged over all pairs in the bins.

    Formula: M. P. Naeini, G. F. Cooper, M. Hauskrecht (2015), "Obtaining well calibrated probabilities using
    Bayesian binning", AAAI, 2901-2907.
    """
    return ratio(sum(b.pairs * abs(b.score - b.share) for b in bins), sum(b.pairs for b in bins), "no pairs")
