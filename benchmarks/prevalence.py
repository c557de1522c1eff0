"""Whether the intervals of `coder tally --estimate` hold the truth, on a survey that was coded in full.

python -m benchmarks.prevalence [--draws N] [--data FOLDER]

From the patients' answers of nhs_fft about 400 responses are drawn again and again, as if only they had been coded;
the share of each theme is estimated, and compared with what it is. Once single responses are drawn and counted, and
once participants, with all that each of them wrote (a participant has a theme when any of their responses has it).
"""

import argparse
import csv
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Row, show
from coder.domain.codebook import Codebook, Theme
from coder.prevalence import FOLDS, learn, scores_of
from coder.stats.intervals import wilson
from coder.stats.prevalence import Estimate, estimate, folds
from coder.suggest.classifier import Example, Target
from coder.suggest.features import TextFeatures
from coder.suggest.memory import TextMemory

RESPONSES = 400
RAREST = 0.02
SIZES = ((0.02, 1.0), (0.02, 0.03), (0.03, 0.05), (0.05, 1.0))
COVERS = (0.93, 0.97)

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Corpus:
    """Responses that were all coded; `unit` says for each which unit of the count it belongs to."""

    examples: Sequence[Example]
    codebook: Codebook
    unit: Ints

    @cached_property
    def column(self) -> Mapping[int, int]:
        return {t.id: i for i, t in enumerate(self.codebook.themes)}

    @cached_property
    def memory(self) -> TextMemory:
        return TextMemory(TextFeatures.learn([e.text for e in self.examples]))

    @cached_property
    def people(self) -> Ints:
        return np.array([e.participant_id for e in self.examples], dtype=np.int64)

    @cached_property
    def has(self) -> Bools:
        """Which units have which themes."""
        found = np.zeros((self.unit.max() + 1, len(self.column)), dtype=bool)
        for unit, example in zip(self.unit, self.examples, strict=True):
            found[unit, [self.column[t] for t in example.themes]] = True
        return found

    def by_participant(self) -> "Corpus":
        return Corpus(self.examples, self.codebook, np.unique(self.people, return_inverse=True)[1])

    def scores(self, coded: Bools) -> Scores:
        """Scores of all units, learnt from the units that were coded, no participant scored by a model of their own."""
        of_response = coded[self.unit]
        people = np.unique(self.people)
        fold_of_person = folds(people, [np.isin(people, self.people[of_response])], FOLDS)
        fold_of = fold_of_person[np.searchsorted(people, self.people)]
        lack = np.ones(self.has.shape, dtype=np.float32)
        for fold in range(FOLDS):
            model = learn(self._some(of_response & (fold_of != fold)), self.codebook, self.memory)
            if model is not None:
                here = fold_of == fold
                targets = [Target(e.response_id, e.participant_id, e.question, e.text) for e in self._some(here)]
                np.multiply.at(lack, self.unit[here], 1 - scores_of(model, targets, self.column))
        return 1 - lack

    def _some(self, which: Bools) -> list[Example]:
        return [self.examples[i] for i in np.flatnonzero(which).tolist()]


@dataclass(frozen=True)
class Draw:
    """What one draw says of one theme, which has this share; `usual` is Wilson's interval for an endless corpus."""

    theme: int
    truth: float
    found: Estimate
    usual: tuple[float, float]

    def holds(self, interval: tuple[float, float]) -> bool:
        return interval[0] <= self.truth <= interval[1]


def read(folder: Path) -> Corpus:
    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    responses, codes = rows("responses.csv"), rows("codes.csv")
    ids = {name: i for i, name in enumerate(sorted({c["theme"] for c in codes}), 1)}
    given: dict[tuple[str, str], set[int]] = {}
    for c in codes:
        given.setdefault((c["participant_id"], c["question"]), set()).add(ids[c["theme"]])
    people = {name: i for i, name in enumerate(dict.fromkeys(r["participant_id"] for r in responses))}
    examples = []
    for i, r in enumerate(responses):
        themes = frozenset(given.get((r["participant_id"], r["question"]), ()))
        known = frozenset(ids.values())
        examples.append(Example(i, people[r["participant_id"]], r["question"], r["text"], themes, known))
    return Corpus(examples, Codebook([Theme(i, name) for name, i in ids.items()]), np.arange(len(examples)))


def draw(corpus: Corpus, seed: int) -> list[Draw]:
    """Code so many units at random that they have about RESPONSES responses, and estimate."""
    units, themes = corpus.has.shape
    n = round(RESPONSES * units / len(corpus.examples))
    coded = np.zeros(units, dtype=bool)
    coded[np.random.default_rng(seed).choice(units, n, replace=False)] = True
    scores = corpus.scores(coded)
    truth = corpus.has.mean(axis=0)
    draws = []
    for theme in range(themes):
        if truth[theme] > RAREST:
            has, score = corpus.has[:, theme], scores[:, theme]
            found, usual = estimate(has[coded], score[coded], score[~coded]), wilson(int(has[coded].sum()), n)
            assert found is not None and usual is not None
            draws.append(Draw(theme, float(truth[theme]), found, usual))
    return draws


def table(draws: Sequence[Draw]) -> list[Row]:
    rows = []
    for low, high in SIZES:
        some = [d for d in draws if low < d.truth <= high]
        themes = len({d.theme for d in some})
        name = f"{themes} themes above {low:.0%}" if high == 1 else f"{themes} themes of {low:.0%} to {high:.0%}"
        covers = float(np.mean([d.holds(d.found.interval) for d in some]))
        usually = float(np.mean([d.holds(d.found.sample_interval) for d in some]))
        held = COVERS[0] <= covers <= COVERS[1]
        rows.append(Row(f"coverage, {name}", 100 * covers, "Wilson", 100 * usually, "93–97 %", held, "%"))
        width = 100 * float(np.median([_width(d.found.interval) for d in some]))
        usual = 100 * float(np.median([_width(d.found.sample_interval) for d in some]))
        rows.append(Row("  width, median", width, "Wilson", usual, "", None, "points"))
        ratio = float(np.median([_width(d.found.interval) / _width(d.found.sample_interval) for d in some]))
        rows.append(Row("  width, median of the ratios to Wilson's", ratio, "", 0, "at most 1", ratio <= 1, ""))
        infinite = float(np.median([_width(d.found.interval) / _width(d.usual) for d in some]))
        rows.append(Row("  the same to Wilson's for an endless corpus", infinite, "", 0, "", None, ""))
        error = float(np.sqrt(np.mean([(d.found.share - d.truth) ** 2 for d in some])))
        plain = float(np.sqrt(np.mean([(d.found.sample_share - d.truth) ** 2 for d in some])))
        rows.append(Row("  error, root mean square", 100 * error, "sample alone", 100 * plain, "", None, "points"))
        gains = np.array([d.found.gain for d in some])
        rows.append(Row("  gain, median", float(np.median(gains)), "", 0, "", None, "×"))
        rows.append(Row("  gain, best of 20", float(np.quantile(gains, 0.95)), "", 0, "", None, "×"))
    return rows


def _width(interval: tuple[float, float]) -> float:
    return interval[1] - interval[0]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--draws", type=int, default=200)
    options.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared/data/nhs_fft")
    given = options.parse_args()
    if not given.data.is_dir():
        print(f"Prevalence: skipped, its data is not here ({given.data.name})")
        return 0
    corpus = read(given.data)
    kept = True
    for what, some in (("responses", corpus), ("participants", corpus.by_participant())):
        start = time.perf_counter()
        draws = [d for seed in range(given.draws) for d in draw(some, seed)]
        each = (time.perf_counter() - start) / given.draws
        n = round(RESPONSES * len(some.has) / len(some.examples))
        title = f"Prevalence: {n} of {len(some.has):,} {what} coded, {given.draws} draws, {each:.1f} s each"
        kept &= show(title, table(draws))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
