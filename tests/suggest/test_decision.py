"""Scores become probabilities and a yes or no, and a theme with little ground is held to more."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.decision import decide


def pairs(counts: list[int], n: int = 200, gap: float = 0.5, seed: int = 0) -> tuple:
    """Scores rows x themes in which the positives stand `gap` above the rest."""
    random = np.random.default_rng(seed)
    positive = np.zeros((n, len(counts)), dtype=bool)
    for theme, count in enumerate(counts):
        positive[:count, theme] = True
    return random.normal(0.1, 0.1, positive.shape) + gap * positive, positive, np.array(counts)


def test_a_threshold_tells_well_parted_scores_apart() -> None:
    scores, positive, people = pairs([60, 50])
    decision = decide(scores, positive, people)
    shown = scores >= decision.threshold
    assert (shown == positive).mean() > 0.97


def test_probabilities_are_close_to_the_shares_that_were_right() -> None:
    scores, positive, people = pairs([60, 50, 20], gap=0.15)
    chances = decide(scores, positive, people).probabilities(scores)
    for theme in range(3):
        assert abs(chances[:, theme].mean() - positive[:, theme].mean()) < 0.03


def test_a_theme_with_one_participant_speaks_only_if_others_with_few_were_right() -> None:
    good = decide(*pairs([60, 3, 3, 1], gap=0.6))
    bad = decide(*pairs([60, 3, 3, 1], gap=-0.3))
    assert np.isfinite(good.threshold[3])
    assert np.isinf(bad.threshold[3])
    assert np.isfinite(bad.threshold[1])


def test_a_theme_with_nothing_to_compare_stays_silent() -> None:
    assert np.isinf(decide(*pairs([60, 0, 200])).threshold[1:]).all()


def test_unknown_pairs_do_not_count() -> None:
    scores, positive, people = pairs([60, 50])
    padded = np.vstack([scores, np.full((40, 2), np.nan)])
    more = np.vstack([positive, np.ones((40, 2), bool)])
    one, other = decide(scores, positive, people), decide(padded, more, people)
    assert one.threshold.tolist() == other.threshold.tolist()
    np.testing.assert_allclose(one.slope, other.slope)


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=30), st.integers(0, 5))
def test_probabilities_lie_between_0_and_1_and_keep_the_order_of_scores(values: list[float], seed: int) -> None:
    decision = decide(*pairs([30, 4, 2], n=60, gap=0.1 * seed - 0.2, seed=seed))
    column = np.sort(np.array(values))
    chances = decision.probabilities(np.repeat(column[:, None], 3, axis=1))
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (np.diff(chances, axis=0) >= 0).all()


def test_a_theme_is_suggested_only_where_it_is_clearly_likelier_than_anywhere() -> None:
    """Two thirds have the theme and the scores know nothing of who: the best F1 would be to suggest it to all."""
    positive = np.arange(60)[:, None] % 3 > 0
    decision = decide(np.random.default_rng(0).normal(0.66, 0.01, (60, 1)), positive, np.array([40]))
    chance = decision.probabilities(decision.threshold[None, :])[0, 0]
    assert chance / (1 - chance) > 1.1 * 2
