"""How far to trust the suggestions: reviewed responses, suggested for by one that saw nothing of their participants."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from coder.domain.codebook import Codebook
from coder.domain.coding import Suggestion
from coder.errors import NotEnoughError
from coder.stats.classification import (
    Bin,
    Cells,
    Figure,
    average_precision,
    base_rate_brier,
    brier,
    calibration_error,
    kappas,
    pooled_kappas,
    ratio,
    reliability,
    top_share,
)
from coder.stats.resampling import cluster_bootstrap
from coder.suggest.classifier import Example, Target

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST_REVIEWED = 20
"""Reviewed responses with a text, below which figures would say nothing."""
SCORED = 0.1
"""Pairs with this score or more are in the reliability curve: the others are absent, and would hide it."""
_BINS = 10
_BIN_PAIRS = 20


class Model(Protocol):
    """What was fitted, such as a Suggester."""

    def suggest(self, targets: Iterable[Target], *, all_scores: bool = False) -> Iterable[Suggestion]: ...


class Fit(Protocol):
    """How to fit, such as Suggester.fit."""

    def __call__(self, examples: Sequence[Example], codebook: Codebook, *, seed: int = 0) -> Model: ...


@dataclass(frozen=True)
class Folds:
    """Participants dealt to folds, each whole; `person` has the participant of each example, counted from 0.

    Participants stand in a random order (`rank`), so that the first of them are a random part of all.
    """

    count: int
    person: Ints
    rank: Ints

    @classmethod
    def deal(cls, examples: Sequence[Example], count: int, rng: np.random.Generator) -> "Folds":
        """Raises NotEnoughError where there are fewer participants than folds."""
        people, person = np.unique([e.participant_id for e in examples], return_inverse=True)
        if len(people) < count:
            raise NotEnoughError(
                f"The reviewed responses are of {len(people)} participants, too few for {count} folds.",
                hint="Review responses of others, or take fewer folds.",
            )
        return cls(count, person.astype(np.int64), rng.permutation(len(people)))

    def held_out(self, fold: int) -> Ints:
        """The examples of a fold."""
        return np.flatnonzero(self.rank[self.person] % self.count == fold)

    def training(self, fold: int, share: float = 1.0) -> Ints:
        """The examples to learn from where the fold is held out: those of the first `share` of its other people."""
        others = np.sort(self.rank[self.rank % self.count != fold])
        first = others[: max(1, round(share * len(others)))]
        return np.flatnonzero(np.isin(self.rank[self.person], first))


@dataclass(frozen=True)
class HeldOut:
    """Examples x themes: what the coder gave, what was suggested, and the score; NaN where the pair is unknown.

    `person` has the participant of each example, counted from 0. A theme is unknown for a response where its absence
    would say nothing: it is in no figure there.
    """

    theme_ids: tuple[int, ...]
    person: Ints
    given: Bools
    suggested: Bools
    scores: Floats

    @property
    def known(self) -> Bools:
        return np.isfinite(self.scores)

    def of(self, theme_ids: Collection[int]) -> "HeldOut":
        """The same for some of the themes."""
        here = np.array([t in theme_ids for t in self.theme_ids], dtype=bool)
        ids = tuple(t for t in self.theme_ids if t in theme_ids)
        return HeldOut(ids, self.person, self.given[:, here], self.suggested[:, here], self.scores[:, here])

    def macro_f1(self) -> Figure:
        """The mean F1 of the themes that were coded."""
        return _mean(Cells.of(given, suggested).f1.value for given, suggested, _ in self._coded())

    def mean_average_precision(self) -> Figure:
        """The mean average precision of the themes that were coded."""
        return _mean(average_precision(given, scores).value for given, _, scores in self._coded())

    def _coded(self) -> Iterator[tuple[Bools, Bools, Floats]]:
        """Of each coded theme what was given, suggested and scored, where it is known."""
        for theme in np.flatnonzero(self.given.any(axis=0)):
            here = self.known[:, theme]
            yield self.given[here, theme], self.suggested[here, theme], self.scores[here, theme]


def with_text(examples: Iterable[Example]) -> list[Example]:
    """The examples that can be measured by, by response. Raises NotEnoughError where they are too few."""
    rows = sorted((e for e in examples if e.text.strip()), key=lambda e: e.response_id)
    if len(rows) < FEWEST_REVIEWED:
        raise NotEnoughError(
            f"{len(rows)} responses with a text have been reviewed; an evaluation needs at least {FEWEST_REVIEWED}.",
            hint=f"Review {FEWEST_REVIEWED - len(rows)} more, those without any theme too.",
        )
    return rows


@dataclass(frozen=True)
class CrossValidation:
    """How to fit, with which seed; `done` is called after each fit."""

    codebook: Codebook
    fit: Fit
    seed: int = 0
    done: Callable[[], None] = lambda: None

    def hold_out(self, examples: Sequence[Example], folds: Folds, share: float = 1.0) -> HeldOut:
        """Suggestions for every example, each fold's by what was learnt from a share of the other participants.

        Raises NotEnoughError where there is too little to learn from.
        """
        column = {t.id: i for i, t in enumerate(self.codebook.themes)}
        row = {e.response_id: i for i, e in enumerate(examples)}
        shape = len(examples), len(column)
        given, known, suggested = (np.zeros(shape, dtype=bool) for _ in range(3))
        scores = np.full(shape, np.nan)
        for i, example in enumerate(examples):
            given[i, [column[t] for t in example.themes & column.keys()]] = True
            known[i, [column[t] for t in example.known & column.keys()]] = True
        for fold in range(folds.count):
            model = self.fit([examples[i] for i in folds.training(fold, share).tolist()], self.codebook, seed=self.seed)
            asked = [examples[i] for i in folds.held_out(fold).tolist()]
            targets = [Target(e.response_id, e.participant_id, e.question, e.text) for e in asked]
            for s in model.suggest(targets, all_scores=True):
                at = row[s.response_id], column[s.theme_id]
                scores[at], suggested[at] = s.score, s.suggested
            self.done()
        scores[~known] = np.nan
        known &= np.isfinite(scores)
        return HeldOut(tuple(column), folds.person, given & known, suggested & known, scores)


# --- the figures -----------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """Whether what is suggested can be told from guessing.

    It is better where the lower end of the 95 % interval of kappa is above 0, which is what guessing gives.
    """

    BETTER = "better than guessing"
    GUESSING = "no better than guessing"
    SILENT = "never suggested"
    NOTHING = "neither coded nor suggested"


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """One theme: person against machine, with the 95 % interval of kappa."""

    theme_id: int
    cells: Cells
    interval: tuple[float, float]
    verdict: Verdict
    average_precision: Figure
    brier: Figure
    base_rate_brier: Figure


@dataclass(frozen=True, slots=True)
class Figures:
    """All themes, and each of them in the codebook's order.

    Macro figures are means over the themes that were coded (the precision over those that were suggested too); kappa
    is the pooled one; intervals are 95 %, from drawing participants again; `bins` are of pairs scored SCORED or more.
    """

    cells: Cells
    macro_precision: Figure
    macro_recall: Figure
    macro_f1: Figure
    macro_f1_interval: tuple[float, float]
    micro_f1_interval: tuple[float, float]
    mean_average_precision: Figure
    mean_base_rate: Figure
    top_three: Figure
    kappa: Figure
    kappa_interval: tuple[float, float]
    verdict: Verdict
    brier: Figure
    base_rate_brier: Figure
    bins: tuple[Bin, ...]
    calibration_error: Figure
    themes: tuple[ThemeFigures, ...]


def measure(held_out: HeldOut, *, seed: int = 0) -> Figures:
    """The figures of suggestions for responses whose participants were held out."""
    parts = _cells_of_people(held_out)
    total = parts.sum(axis=0)
    coded = total[:, 0] + total[:, 2] > 0

    def drawn(cells: Floats) -> Floats:
        micro = _f1(cells.sum(axis=0))
        macro = np.nan_to_num(_f1(cells[coded])).mean() if coded.any() else np.nan
        return np.array([*kappas(cells), pooled_kappas(cells), micro, macro])

    low, high = cluster_bootstrap(parts, drawn, seed=seed)
    intervals = list(zip(low.tolist(), high.tolist(), strict=True))
    themes = tuple(_theme(held_out, at, total[at], intervals[at]) for at in range(len(held_out.theme_ids)))
    live = [t for t in themes if t.cells.given]
    cells = Cells(*total.sum(axis=0).astype(int).tolist())
    pooled = float(pooled_kappas(total))
    known = held_out.known
    given, scores = held_out.given[known], held_out.scores[known]
    likely = scores >= SCORED
    bins = reliability(given[likely], scores[likely], max(1, min(_BINS, int(likely.sum()) // _BIN_PAIRS)))
    return Figures(
        cells=cells,
        macro_precision=_mean([t.cells.precision.value for t in live]),
        macro_recall=_mean([t.cells.recall.value for t in live]),
        macro_f1=held_out.macro_f1(),
        macro_f1_interval=intervals[-1],
        micro_f1_interval=intervals[-2],
        mean_average_precision=held_out.mean_average_precision(),
        mean_base_rate=_mean([t.cells.given / t.cells.pairs for t in live]),
        top_three=top_share(held_out.given, held_out.scores),
        kappa=Figure(pooled) if np.isfinite(pooled) else Figure(None, "both say the same to all"),
        kappa_interval=intervals[-3],
        verdict=_verdict(cells, intervals[-3][0]),
        brier=brier(given, scores),
        base_rate_brier=_weighed([(t.base_rate_brier, t.cells.pairs) for t in themes]),
        bins=bins,
        calibration_error=calibration_error(bins),
        themes=themes,
    )


def _cells_of_people(held_out: HeldOut) -> Floats:
    """The 2 x 2 of each participant and theme: participants x themes x 4."""
    given, suggested, known = held_out.given, held_out.suggested, held_out.known
    kinds = np.stack([given & suggested, ~given & suggested, given & ~suggested, ~given & ~suggested], axis=-1)
    parts = np.zeros((int(held_out.person.max()) + 1, *kinds.shape[1:]))
    np.add.at(parts, held_out.person, kinds & known[..., None])
    return parts


def _theme(held_out: HeldOut, at: int, cells: Floats, interval: tuple[float, float]) -> ThemeFigures:
    here = held_out.known[:, at]
    given, scores = held_out.given[here, at], held_out.scores[here, at]
    counted = Cells(*cells.astype(int).tolist())
    return ThemeFigures(
        theme_id=held_out.theme_ids[at],
        cells=counted,
        interval=interval,
        verdict=_verdict(counted, interval[0]),
        average_precision=average_precision(given, scores),
        brier=brier(given, scores),
        base_rate_brier=base_rate_brier(given),
    )


def _verdict(cells: Cells, low: float) -> Verdict:
    if not cells.suggested:
        return Verdict.SILENT if cells.given else Verdict.NOTHING
    return Verdict.BETTER if low > 0 else Verdict.GUESSING


def _f1(cells: Floats) -> Floats:
    """F1 of each 2 x 2 along the last axis; NaN where it is undefined."""
    both, machine, person = cells[..., 0], cells[..., 1], cells[..., 2]
    with np.errstate(invalid="ignore"):
        found: Floats = np.asarray(2 * both / (2 * both + machine + person))
    return found


def _mean(values: Iterable[float | None]) -> Figure:
    some = [v for v in values if v is not None]
    return ratio(sum(some), len(some), "no theme was coded")


def _weighed(figures: Iterable[tuple[Figure, int]]) -> Figure:
    some = [(f.value, weight) for f, weight in figures if f.value is not None]
    return ratio(sum(value * weight for value, weight in some), sum(weight for _, weight in some), "no pairs")
