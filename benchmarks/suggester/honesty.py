"""Whether a score means what it says, the evidence is what a person would point at, and a run can be repeated."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Row, in_a_process
from benchmarks.suggester import ours, protocol
from benchmarks.suggester.protocol import ANES, FLAKY, NHS, Key, Split
from coder.domain.coding import Span

Floats = NDArray[np.float64]

CODED = 400
SHOWN_FROM = 0.1
BINS = 10
LARGEST_ERROR = 0.08


def calibration(seeds: int, folder: Path) -> Iterator[Row]:
    """Calibration error and Brier score at 400 coded responses, theme names alone; means over the seeds."""
    for dataset in (NHS, ANES):
        errors, own, base = [], [], []
        for seed in range(seeds):
            split = protocol.split(dataset, folder, coded=CODED, seed=seed)
            scores, gold = _pairs(split)
            shown = scores >= SHOWN_FROM
            errors.append(calibration_error(scores[shown], gold[shown]))
            own.append(float(np.mean((scores - gold) ** 2)))
            rates = gold.mean(axis=0)  # the test part's own rates: no constant does better
            base.append(float(np.mean((rates - gold) ** 2)))
        what = f"{dataset}, {CODED} coded"
        error, promised = fmean(errors), f"under {LARGEST_ERROR}"
        yield Row(f"{what}: calibration error, mean", error, "", 0, promised, error < LARGEST_ERROR, "")
        yield Row(f"{what}: calibration error, worst seed", max(errors), "", 0, "", None, "")
        brier, rate = fmean(own), fmean(base)
        yield Row(f"{what}: Brier score", brier, "base rates", rate, "less", brier < rate, "")


def calibration_error(scores: Floats, gold: Floats) -> float:
    """Expected calibration error in BINS bins of equal mass (Nixon et al. 2019, adaptive)."""
    order = np.argsort(scores, kind="stable")
    bins = np.array_split(order, BINS)
    return sum(len(b) / len(order) * abs(float(scores[b].mean() - gold[b].mean())) for b in bins if len(b))


def _pairs(split: Split) -> tuple[Floats, Floats]:
    """The scores of the test responses and the human codings, responses x themes; a blank response has score 0."""
    _, _, column, _, _, index, gold = protocol.few_shot.load(split.folder)
    scores = np.zeros(gold.shape)
    for s in ours.Project.of(split).learn(split.coded).scores(split.test):
        scores[index[s.response.key], column[s.theme]] = s.score
    return scores, gold.astype(np.float64)


@dataclass(frozen=True)
class Overlap:
    """How the words of some evidence lie in a highlight.

    `inside` is the share of the evidence words that are highlighted, `share` that of all words of the response (what
    `inside` would be for random words), `by_chance` how likely one of as many random words is highlighted.
    """

    inside: float
    share: float
    by_chance: float

    @classmethod
    def of(cls, text: str, evidence: Sequence[Span], highlights: Sequence[Span]) -> "Overlap":
        words = [Span(*match.span()) for match in re.finditer(r"\w+", text)]
        shown = {w for w in words if any(w.overlaps(span) for span in evidence)}
        marked = {w for w in words if any(w.overlaps(span) for span in highlights)}
        missed = comb(len(words) - len(marked), len(shown)) / comb(len(words), len(shown))
        return cls(len(shown & marked) / len(shown), len(marked) / len(words), 1 - missed)


def evidence() -> Iterator[Row]:
    """How often the evidence of a right suggestion lies in what the coder highlighted for that theme.

    Each participant's responses are suggested for by a model of all the others; the peer is the expectation for as
    many words drawn at random from the same response. Most highlights there are whole responses, where any word is
    right: the suggestions whose highlight is a part of the response count, and all stand beside them.
    """
    responses = protocol.read_responses(protocol.data(FLAKY, "responses.csv"))
    highlights: dict[tuple[Key, str], list[Span]] = {}
    coded: dict[Key, set[str]] = {r.key: set() for r in responses}
    for row in protocol.rows(protocol.data(FLAKY, "codes.csv")):
        key = row["participant_id"], row["question"]
        coded[key].add(row["theme"])
        highlights.setdefault((key, row["theme"]), []).append(Span(int(row["start"]), int(row["end"])))
    themes = sorted(set().union(*coded.values()))
    project = ours.Project(responses, themes, {})
    suggested, found = 0, []
    for participant in dict.fromkeys(r.participant for r in responses):
        own = [r for r in responses if r.participant == participant]
        model = project.learn({key: given for key, given in coded.items() if key[0] != participant})
        for s in model.suggest(own):
            suggested += 1
            response = own[s.response_id]
            spans = highlights.get((response.key, themes[s.theme_id]))
            if spans:
                found.append(Overlap.of(response.text, [e.span for e in s.evidence], spans))
    yield Row(f"{FLAKY}: suggestions, and those the coder had too", suggested, "right", len(found), "", None, "")
    for which, overlaps in (("part of the response", [o for o in found if o.share < 1]), ("all", found)):
        what = f"{FLAKY}, {which} highlighted ({len(overlaps)})"
        if overlaps:
            inside, expected = fmean(o.inside for o in overlaps), fmean(o.share for o in overlaps)
            yield Row(f"{what}: evidence words inside", inside, "random words", expected, "", None, "")
            touching, expected = fmean(o.inside > 0 for o in overlaps), fmean(o.by_chance for o in overlaps)
            yield Row(f"{what}: evidence touches", touching, "random words", expected, "", None, "")


def repeatable() -> Row:
    """Two processes on the same split: the same bytes."""
    digests = [in_a_process("benchmarks.suggester.alone", "digest")[0] for _ in range(2)]
    same = len(set(digests))
    return Row("different outputs of two processes", same, "", 0, "1: the same bytes", same == 1, "")
