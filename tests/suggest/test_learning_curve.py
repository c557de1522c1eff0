"""The curve is measured on held-out participants, and promises no more than the repeats bear out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from coder.domain.codebook import Codebook, Theme
from coder.domain.coding import Suggestion
from coder.errors import NotEnoughError
from coder.suggest.classifier import Example, Target
from coder.suggest.evaluation import CrossValidation
from coder.suggest.learning_curve import MORE, REPEATS, SHARES, foretell, learning_curve, measurable

BOOK = Codebook([Theme(1, "Odd"), Theme(2, "Even"), Theme(3, "Rare")])
BOTH = frozenset({1, 2})


def reviewed(people: int = 200, each: int = 1) -> list[Example]:
    """Each response is one of sixty sayings, of which half bear either theme."""
    rng = np.random.default_rng(1)
    sayings = rng.integers(60, size=people * each).tolist()
    return [
        Example(i, i % people, "best", str(saying), frozenset({1 + saying % 2}), BOTH)
        for i, saying in enumerate(sayings)
    ]


class ByHeart:
    """Knows a saying if it has heard it; tells what it learnt from, and whom it was asked about."""

    fewest = 0
    learnt: list[set[int]] = []
    overlaps = 0

    def __init__(self, examples: Sequence[Example], codebook: Codebook, *, seed: int = 0) -> None:
        if len(examples) < self.fewest:
            raise NotEnoughError("too few")
        self.heard = {e.text: e.themes for e in examples}
        self.people = {e.participant_id for e in examples}
        ByHeart.learnt.append(self.people)

    def suggest(self, targets: Iterable[Target], *, all_scores: bool = False) -> Iterator[Suggestion]:
        for target in targets:
            ByHeart.overlaps += target.participant_id in self.people
            for theme in (1, 2):
                known = theme in self.heard.get(target.text, frozenset())
                yield Suggestion(target.response_id, theme, float(known), known)


@pytest.fixture(autouse=True)
def nothing_yet() -> None:
    ByHeart.learnt, ByHeart.overlaps = [], 0


def curve(examples: list[Example], fit=ByHeart, folds: int = 4, **options: object):
    return learning_curve(CrossValidation(BOOK, fit, **options), examples, folds)  # type: ignore[arg-type]


def test_more_examples_make_better_figures_and_no_participant_is_on_both_sides() -> None:
    fits = []
    points = curve(reviewed(each=2), done=lambda: fits.append(1))
    assert [p.examples for p in points] == sorted(p.examples for p in points)
    assert points[-1].examples == 300, "three quarters of four hundred"
    means = [np.mean(p.macro_f1) for p in points]
    assert means == sorted(means) and means[0] < 0.75 < means[-1]
    assert all(len(p.macro_f1) == len(p.mean_average_precision) == REPEATS for p in points)
    assert ByHeart.overlaps == 0
    assert len(fits) == len(ByHeart.learnt) == len(SHARES) * REPEATS * 4


def test_repeats_differ_and_the_seed_makes_them_the_same() -> None:
    points = curve(reviewed(), seed=5)
    assert len(set(points[0].macro_f1)) > 1
    assert curve(reviewed(), seed=5) == points != curve(reviewed(), seed=6)


def test_a_size_that_is_too_small_to_learn_from_is_left_out() -> None:
    class Choosy(ByHeart):
        fewest = 50

    points = curve(reviewed(), Choosy)
    assert [round(p.examples) for p in points] == [60, 98, 150]


def test_themes_of_too_few_participants_are_in_no_curve() -> None:
    examples = [
        replace(e, themes=e.themes | ({3} if e.participant_id < 4 else set()), known=BOTH | {3}) for e in reviewed()
    ]
    assert measurable(examples) == BOTH
    assert curve(examples) == curve(reviewed())
    said_twice = [replace(e, participant_id=e.participant_id % 4) for e in examples]
    assert measurable(said_twice) == frozenset() and curve(said_twice) == ()


def test_of_many_responses_a_part_is_taken_of_whole_participants() -> None:
    curve(reviewed(people=1500, each=2), folds=2)
    assert max(map(len, ByHeart.learnt)) == 375, "half of the 750 who have 1,500 responses"
    ByHeart.learnt.clear()
    curve(reviewed(people=6, each=700), folds=6)
    assert max(map(len, ByHeart.learnt)) == 5, "each fold has one of the six, however much they said"


SIZES = [48.0, 80.0, 128.0, 208.0, 320.0]


def law(n: float) -> float:
    return 0.8 - 2 * n**-0.5


def test_the_gain_is_that_of_the_law_behind_the_points() -> None:
    gain = foretell(SIZES, [[law(n)] * REPEATS for n in SIZES], 400)
    assert gain.gain == pytest.approx(law(400 + MORE) - law(400), abs=1e-4)
    assert (gain.low, gain.high) == pytest.approx((gain.gain, gain.gain), abs=1e-4)
    assert gain.curve is not None and gain.curve.at(1000) == pytest.approx(law(1000), abs=1e-3)


def test_an_interval_holds_what_a_further_repeat_finds() -> None:
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(60):
        noisy = [[law(n) + rng.normal(0, 0.01) for _ in range(REPEATS + 1)] for n in SIZES]
        gain = foretell(SIZES, [r[:REPEATS] for r in noisy], 400)
        further = foretell(SIZES, [[r[-1]] * 2 for r in noisy], 400).gain
        held += gain.low <= further <= gain.high
    assert held >= 53, "95 of 100 are promised"


def test_it_says_when_it_cannot_tell() -> None:
    few = foretell(SIZES[:2], [[0.3] * 4, [0.4] * 4], 100)
    assert few.gain is few.low is few.high is None and "too little" in few.why
    far = foretell([5.0, 8.0, 12.0], [[0.3] * 4, [0.4] * 4, [0.5] * 4], 15)
    assert far.gain is None and "65 are too far beyond the 12" in far.why


def test_no_curve_no_gain() -> None:
    flat = foretell(SIZES, [[0.5] * REPEATS for _ in SIZES], 400)
    assert flat.gain == pytest.approx(0, abs=1e-9)
