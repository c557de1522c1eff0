"""What ratings say together, against numpy, scipy and statsmodels, and against draws made one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from coder.stats import ratings
from coder.stats.intervals import welch, welch_of_moments
from coder.stats.ratings import Floats, Ints, Summary, bootstrap, describe, difference, summarise

given_ratings = st.lists(
    st.one_of(st.integers(-5, 100).map(float), st.floats(-1000, 1000).map(lambda x: round(x, 3))),
    min_size=1,
    max_size=60,
)


def table(values: list[float]) -> tuple[Floats, Ints]:
    """Distinct values and how many of each, with a value among them that nobody gave."""
    distinct, counts = np.unique(np.array([*values, 2000.0]), return_counts=True)
    counts[-1] = 0
    return distinct, counts


def summary(values: list[float]) -> Summary:
    return describe(*table(values))


@given(given_ratings)
def test_middle_and_spread_equal_those_of_numpy(values: list[float]) -> None:
    found = summary(values)
    assert found.n == len(values)
    assert found.mean == pytest.approx(np.mean(values), rel=1e-12, abs=1e-9)
    assert found.median == np.median(values)
    if len(values) > 1:
        assert found.sd == pytest.approx(np.std(values, ddof=1), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "reason"), [([], ratings.NOBODY), ([7.0], ratings.ONE), ([7.1, 7.1, 7.1], ratings.NO_SPREAD)]
)
def test_what_is_not_defined_is_none_and_says_why(values: list[float], reason: str) -> None:
    found = summarise(*table(values))
    assert found.reason == reason
    assert found.mean_interval is found.median_interval is None
    assert found.n == len(values)
    assert (found.mean is None) == (found.median is None) == (not values)
    assert found.sd == (0.0 if len(values) > 1 else None)


def test_a_census_has_no_interval() -> None:
    found = summarise(*table([1.0, 2.0, 4.0]), census=True)
    assert found.mean == pytest.approx(7 / 3)
    assert (found.mean_interval, found.median_interval, found.reason) == (None, None, ratings.CENSUS)


@settings(max_examples=30)
@given(given_ratings.filter(lambda v: len(set(v)) > 1), st.integers(0, 2**32))
def test_the_bootstrap_is_the_quantiles_of_resampled_participants(values: list[float], seed: int) -> None:
    """The same draws, each written out as its participants and given to numpy."""
    distinct, counts = np.unique(values, return_counts=True)
    rng = np.random.default_rng(seed)
    drawn = [np.repeat(distinct, rng.multinomial(len(values), counts / len(values))) for _ in range(200)]
    found = bootstrap(*table(values), seed=seed, draws=200)
    for interval, middle in zip(found, (np.mean, np.median), strict=True):
        expected = np.quantile([middle(draw) for draw in drawn], [0.025, 0.975])
        assert interval == pytest.approx(tuple(expected), rel=1e-9, abs=1e-9)


def test_the_draws_are_the_same_however_many_are_held_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    values, counts = np.sqrt(np.arange(11.0)), np.arange(11) * 3
    at_once = bootstrap(values, counts, seed=5, draws=1000)
    monkeypatch.setattr(ratings, "_CELLS", 70)
    assert bootstrap(values, counts, seed=5, draws=1000) == at_once
    assert bootstrap(values, counts, seed=6, draws=1000) != at_once


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_interval_is_that_of_scipys_bootstrap_but_for_the_draws(seed: int) -> None:
    sample = np.array([5, 6, 6] + [7] * 8 + [8] * 13 + [9] * 7, dtype=float)
    values, counts = np.unique(sample, return_counts=True)
    mean_interval, median_interval = bootstrap(values, counts, seed=seed)
    # Means of 31 whole numbers lie 1/31 apart: the draws may move a bound to the next.
    for found, statistic, error in ((mean_interval, np.mean, 1 / 31), (median_interval, np.median, 0.0)):
        expected = stats.bootstrap(
            (sample,), statistic, n_resamples=20_000, method="percentile", rng=np.random.default_rng(seed + 100)
        ).confidence_interval
        assert found == pytest.approx((expected.low, expected.high), abs=error + 1e-9)


def test_the_interval_holds_the_mean_as_often_as_it_says() -> None:
    """600 samples of 60 people: 95 % of the intervals, within what chance allows, hold the mean of all."""
    rng = np.random.default_rng(11)
    values, shares = np.arange(1.0, 8.0), np.array([0.02, 0.03, 0.1, 0.15, 0.2, 0.3, 0.2])
    truth = float(values @ shares)
    held = 0
    for seed in range(600):
        low, high = bootstrap(values, rng.multinomial(60, shares), seed=seed, draws=1000)[0]
        held += low <= truth <= high
    assert 0.92 <= held / 600 <= 0.97


def test_nobody_can_be_drawn_from_nobody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        bootstrap(np.array([1.0]), np.array([0]))
    with pytest.raises(ValueError, match="confidence"):
        bootstrap(np.array([1.0]), np.array([3]), confidence=1)


@given(given_ratings, given_ratings)
def test_a_difference_of_means_has_welchs_interval(having: list[float], lacking: list[float]) -> None:
    found = difference(summary(having), summary(lacking))
    assert found.difference == pytest.approx(np.mean(having) - np.mean(lacking), rel=1e-12, abs=1e-9)
    if len(set(having)) == 1 or len(set(lacking)) == 1:
        assert found.interval is None
        assert found.reason
        return
    expected = CompareMeans(DescrStatsW(having), DescrStatsW(lacking)).tconfint_diff(usevar="unequal")
    assert found.interval == pytest.approx(expected, rel=1e-7, abs=1e-7)
    result = stats.ttest_ind(having, lacking, equal_var=False).confidence_interval()
    assert found.interval == pytest.approx((result.low, result.high), rel=1e-9, abs=1e-9)
    assert found.interval == pytest.approx(welch(having, lacking), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("having", "lacking", "reason"),
    [
        ([], [1.0, 2.0], ratings.FEW_HAVE),
        ([3.0], [1.0, 2.0], ratings.FEW_HAVE),
        ([3.0, 3.0], [1.0, 2.0], ratings.SAME_HAVE),
        ([1.0, 2.0], [], ratings.FEW_LACK),
        ([1.0, 2.0], [3.0], ratings.FEW_LACK),
        ([1.0, 2.0], [3.0, 3.0], ratings.SAME_LACK),
    ],
)
def test_a_difference_without_spread_says_which_side_has_none(
    having: list[float], lacking: list[float], reason: str
) -> None:
    found = difference(summary(having), summary(lacking))
    assert (found.interval, found.reason) == (None, reason)
    assert (found.difference is None) == (not having or not lacking)


def test_of_a_census_a_difference_has_no_interval() -> None:
    found = difference(summary([1.0, 2.0]), summary([4.0, 6.0]), census=True)
    assert (found.difference, found.interval, found.reason) == (-3.5, None, ratings.CENSUS)


def test_moments_of_fewer_than_two_values_are_refused() -> None:
    with pytest.raises(ValueError, match="two values"):
        welch_of_moments((1, 3.0, 0.0), (5, 3.0, 1.0))
    with pytest.raises(ValueError, match="confidence"):
        welch_of_moments((2, 3.0, 1.0), (5, 3.0, 1.0), 0)
    assert welch_of_moments((2, 3.0, 0.0), (5, 2.0, 0.0)) is None


def test_a_million_ratings_cost_no_more_than_a_few() -> None:
    values, counts = np.arange(11.0), np.full(11, 100_000)
    found = summarise(values, counts)
    assert found.mean_interval is not None
    half = (found.mean_interval[1] - found.mean_interval[0]) / 2
    assert half == pytest.approx(1.96 * np.sqrt(10.0 / 1_100_000), rel=0.05)
