"""How good the suggestions are after few coded responses, with definitions, and after all of them."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

from benchmarks.measure import Row, print_columns
from benchmarks.suggester import ours, protocol
from benchmarks.suggester.protocol import ALL, ANES, BASELINES, NAMES, NHS, Figures, Split

SIZES = (30, 100, 400)
NAMES_ALONE, DEFINED = "coder", "coder, definitions"

FLOOR = {
    (NHS, 30): Figures(0.36, 0.22, 0.25, 0.62),
    (NHS, 100): Figures(0.50, 0.27, 0.29, 0.71),
    (NHS, 400): Figures(0.58, 0.36, 0.37, 0.77),
    (ANES, 30): Figures(0.66, 0.48, 0.50, 0.75),
    (ANES, 100): Figures(0.71, 0.53, 0.54, 0.83),
    (ANES, 400): Figures(0.76, 0.64, 0.70, 0.90),
}
"""What a prototype reached with the theme names as training rows (`design/suggester.md`)."""
WITH_DEFINITIONS = {
    30: Figures(0.70, 0.53, 0.60, 0.82),
    100: Figures(0.74, 0.58, 0.65, 0.87),
    400: Figures(0.78, 0.66, 0.73, 0.91),
}
ABOVE_FLOOR = 1.05
MACRO_TIMES = {NHS: 3.0, ANES: 1.9}
MAP_TIMES = 1.5
WORSE_AT_MOST = 0.005


@dataclass(frozen=True)
class Setting:
    """A data set, how many responses are coded, and what each model reached there, as means over the seeds."""

    dataset: str
    coded: int
    figures: Mapping[str, Figures]

    @property
    def name(self) -> str:
        return f"{self.dataset}, {'all' if self.coded == ALL else self.coded} coded"


def measure(dataset: str, coded: int, seeds: int, folder: Path) -> Setting:
    """Ours and the baselines on the same splits."""
    found: dict[str, list[Figures]] = {}
    for seed in range(seeds):
        split = protocol.split(dataset, folder, coded=coded, seed=seed)
        for name, run in _models(split).items():
            found.setdefault(name, []).append(run())
    setting = Setting(dataset, coded, {name: protocol.mean(figures) for name, figures in found.items()})
    print(f"measured {setting.name}", file=sys.stderr)
    return setting


def _models(split: Split) -> dict[str, Callable[[], Figures]]:
    """Every model that is measured on a split. A new mode of ours is a line here."""
    models: dict[str, Callable[[], Figures]] = {NAMES_ALONE: partial(_ours, split, defined=False)}
    if split.dataset == ANES:
        models[DEFINED] = partial(_ours, split, defined=True)
    return models | {name: partial(protocol.baseline, split, name) for name in BASELINES}


def _ours(split: Split, *, defined: bool) -> Figures:
    model = ours.Project.of(split, defined=defined).learn(split.coded)
    return protocol.score(split, model.scores(split.test))


def show_figures(title: str, settings: Sequence[Setting]) -> None:
    """Every model's four figures; ! marks what is better than ours in the default mode."""
    print(f"\n{title}\n(! better than {NAMES_ALONE}, whose codebook text is theme names alone)\n")
    cells = [["", "", *NAMES]]
    for setting in settings:
        default = setting.figures[NAMES_ALONE]
        for name, figures in setting.figures.items():
            marks = [(getattr(figures, n), " !" if getattr(figures, n) > getattr(default, n) else "") for n in NAMES]
            place = setting.name if name == NAMES_ALONE else ""
            cells.append([place, name, *(f"{value:.3f}{mark}" for value, mark in marks)])
    print_columns(cells)


def few_coded(settings: Sequence[Setting]) -> Iterator[Row]:
    """What is promised of the default mode after 30, 100 and 400 coded responses."""
    for s in settings:
        yield from _at_least(s.name, s.figures[NAMES_ALONE], "floor", FLOOR[s.dataset, s.coded], strictly=True)
    for figure in ("macro_f1", "map"):
        own = [getattr(s.figures[NAMES_ALONE], figure) for s in settings]
        floor = [getattr(FLOOR[s.dataset, s.coded], figure) for s in settings]
        times = fmean(a / b for a, b in zip(own, floor, strict=True))
        promised = f"on average {ABOVE_FLOOR} times"
        yield Row(f"{figure}, times the floor", times, "floor", 1.0, promised, times >= ABOVE_FLOOR, "")
    for s in settings:
        yield from _at_least(s.name, s.figures[NAMES_ALONE], "words_chars_lr", s.figures["words_chars_lr"])
        if s.coded == 100:
            for figure, times in (("macro_f1", MACRO_TIMES[s.dataset]), ("map", MAP_TIMES)):
                own, peer = getattr(s.figures[NAMES_ALONE], figure), getattr(s.figures["words_chars_lr"], figure)
                yield Row(f"{s.name}: {figure}", own, "words_chars_lr", peer, f"{times} times", own >= times * peer, "")


def with_definitions(settings: Sequence[Setting]) -> Iterator[Row]:
    """What is promised where the themes have definitions."""
    for s in settings:
        if DEFINED in s.figures:
            yield from _at_least(f"{s.name}, definitions", s.figures[DEFINED], "bound", WITH_DEFINITIONS[s.coded])


def all_coded(settings: Sequence[Setting]) -> Iterator[Row]:
    """What is promised when the whole pool is coded: near the best of the baselines on each figure."""
    for s in settings:
        for figure in NAMES:
            own = getattr(s.figures[NAMES_ALONE], figure)
            best = max(BASELINES, key=lambda name: getattr(s.figures[name], figure))
            peer = getattr(s.figures[best], figure)
            promised = f"{WORSE_AT_MOST} less at most"
            yield Row(f"{s.name}: {figure}", own, best, peer, promised, own >= peer - WORSE_AT_MOST, "")


def _at_least(what: str, own: Figures, peer: str, bound: Figures, *, strictly: bool = False) -> Iterator[Row]:
    for figure in NAMES:
        value, least = getattr(own, figure), getattr(bound, figure)
        holds = value > least if strictly else value >= least
        yield Row(f"{what}: {figure}", value, peer, least, "above" if strictly else "not below", holds, "")
