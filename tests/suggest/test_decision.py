"""Scores become probabilities and a yes or no; a theme with little ground goes by what is right for all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.decision import decide


def pairs(counts: list[int], n: int = 200, gap: float = 0.5, seed: int = 0) -> tuple:
    """Scores rows x themes in which the positives stand `gap` above the rest."""
    random = np.random.default_rng(seed)
    positive = np.zeros((n, len(counts)), dtype=bool)
    for theme, count in enumerate(counts):
        positive[:count, theme] = True
    return random.normal(0.1, 0.1, positive.shape) + gap * positive, positive


def test_a_threshold_tells_well_parted_scores_apart() -> None:
    scores, positive = pairs([60, 50])
    shown = scores >= decide(scores, positive).threshold
    assert (shown == positive).mean() > 0.97


def test_probabilities_are_close_to_the_shares_that_were_right() -> None:
    scores, positive = pairs([60, 50, 20], gap=0.15)
    chances = decide(scores, positive).probabilities(scores)
    for theme in range(3):
        assert abs(chances[:, theme].mean() - positive[:, theme].mean()) < 0.03


def test_the_fewer_positives_a_theme_has_the_closer_its_threshold_is_to_that_of_all() -> None:
    """The same positives, one or forty of them, among scores that part at 0.6 where those of the others part at 0.3."""
    apart = []
    for count in (1, 4, 40):
        scores, positive = pairs([60, 60, count], gap=0.4)
        scores[:, 2] += 0.3
        apart.append(decide(scores, positive).threshold[2])
    assert apart[0] < apart[1] < apart[2]
    assert apart[2] == pytest.approx(0.6, abs=0.1)


def test_without_a_row_the_thresholds_and_curves_are_those_of_other_surveys() -> None:
    decision = decide(np.zeros((0, 3)), np.zeros((0, 3), dtype=bool))
    assert decision.threshold.tolist() == [0.15] * 3
    low, high = decision.probabilities(np.array([[0.05] * 3, [0.5] * 3]))
    assert (low < 0.1).all() and (high > 0.9).all()


def test_a_theme_that_was_never_coded_becomes_less_likely_with_every_response_without_it() -> None:
    few, many = (decide(*pairs([n // 3, 0], n=n)).probabilities(np.full((1, 2), 0.3))[0, 1] for n in (20, 400))
    assert many < few


def test_unknown_pairs_do_not_count() -> None:
    scores, positive = pairs([60, 50])
    padded = np.vstack([scores, np.full((40, 2), np.nan)])
    more = np.vstack([positive, np.ones((40, 2), bool)])
    one, other = decide(scores, positive), decide(padded, more)
    assert one.threshold.tolist() == other.threshold.tolist()
    np.testing.assert_allclose(one.slope, other.slope)


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=30), st.integers(0, 5))
def test_probabilities_lie_between_0_and_1_and_keep_the_order_of_scores(values: list[float], seed: int) -> None:
    decision = decide(*pairs([30, 4, 0], n=60, gap=0.1 * seed - 0.2, seed=seed))
    column = np.sort(np.array(values))
    chances = decision.probabilities(np.repeat(column[:, None], 3, axis=1))
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (np.diff(chances, axis=0) >= 0).all()


def test_a_theme_is_suggested_only_where_it_is_clearly_likelier_than_anywhere() -> None:
    """Two thirds have the theme and the scores know nothing of who: the best F1 would be to suggest it to all."""
    positive = np.arange(60)[:, None] % 3 > 0
    decision = decide(np.random.default_rng(0).normal(0.66, 0.01, (60, 1)), positive)
    chance = decision.probabilities(decision.threshold[None, :])[0, 0]
    assert chance / (1 - chance) > 1.1 * 2
