"""The intervals against an independent implementation and published worked numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from coder.stats.intervals import newcombe, welch, wilson, wilson_of_share

# participants with the theme, base, percent low, percent high
WORKED = [
    (0, 33, 0.0, 10.4),
    (1, 33, 0.5, 15.3),
    (3, 33, 3.1, 23.6),
    (12, 33, 22.2, 53.4),
    (12, 28, 26.5, 60.9),
    (17, 33, 35.2, 67.5),
    (25, 33, 59.0, 87.2),
    (33, 33, 89.6, 100.0),
]


@pytest.mark.parametrize(("count", "base", "low", "high"), WORKED)
def test_the_worked_table_comes_out_to_its_printed_decimal(count: int, base: int, low: float, high: float) -> None:
    interval = wilson(count, base)
    assert interval is not None
    assert tuple(round(100 * bound, 1) for bound in interval) == (low, high)


@given(
    st.integers(1, 2_000_000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))),
    st.floats(0.5, 0.999),
)
def test_it_equals_statsmodels(pair: tuple[int, int], confidence: float) -> None:
    expected = proportion_confint(*pair, alpha=1 - confidence, method="wilson")
    assert wilson(*pair, confidence) == pytest.approx(expected, abs=1e-9)


@given(st.integers(1, 10_000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_it_lies_between_0_and_1_and_holds_the_share(pair: tuple[int, int]) -> None:
    count, base = pair
    interval = wilson(count, base)
    assert interval is not None
    low, high = interval
    assert 0 <= low <= count / base <= high <= 1
    assert low < high


@given(st.floats(0, 1), st.floats(0.01, 1e9))
def test_a_base_that_is_not_whole_solves_the_same_equation(share: float, base: float) -> None:
    """Each bound is where the share lies z standard errors away: (share - bound)² = z² bound (1 - bound) / base."""
    z = 1.959963984540054
    for bound in wilson_of_share(share, base):
        assert (share - bound) ** 2 == pytest.approx(z * z * bound * (1 - bound) / base, abs=1e-9)


def test_an_infinite_base_leaves_no_doubt() -> None:
    assert wilson_of_share(0.3, float("inf")) == (0.3, 0.3)


@pytest.mark.parametrize(("share", "base"), [(-0.1, 3), (1.1, 3), (0.5, 0), (0.5, -1), (float("nan"), 3)])
def test_a_share_that_does_not_fit_its_base_is_refused(share: float, base: float) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        wilson_of_share(share, base)


def test_without_a_base_there_is_no_interval() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("count", "base"), [(-1, 3), (4, 3), (1, 0), (0, -1)])
def test_a_count_that_does_not_fit_its_base_is_refused(count: int, base: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        wilson(count, base)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, float("nan")])
def test_a_confidence_that_is_no_probability_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence)


# Newcombe (1998), table II, method 10: counts, bases, low, high
NEWCOMBE = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("counts", "expected"), NEWCOMBE)
def test_the_published_differences_come_out(counts: tuple[int, int, int, int], expected: tuple[float, float]) -> None:
    assert newcombe(*counts) == pytest.approx(expected, abs=0.00006)


PROPORTION = st.integers(1, 100_000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


@given(PROPORTION, PROPORTION, st.floats(0.5, 0.999))
def test_the_difference_of_shares_equals_statsmodels(
    one: tuple[int, int], other: tuple[int, int], confidence: float
) -> None:
    expected = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff", alpha=1 - confidence)
    assert newcombe(*one, *other, confidence) == pytest.approx(expected, abs=1e-9)


def test_a_difference_from_nobody_is_undefined() -> None:
    assert newcombe(0, 0, 1, 2) is newcombe(1, 2, 0, 0) is None


VALUES = st.lists(st.integers(0, 12), min_size=2, max_size=40).filter(lambda values: len(set(values)) > 1)


@given(VALUES, VALUES, st.floats(0.5, 0.999))
def test_the_difference_of_means_equals_statsmodels(one: list[int], other: list[int], confidence: float) -> None:
    both = CompareMeans(DescrStatsW(one), DescrStatsW(other))
    expected = both.tconfint_diff(alpha=1 - confidence, usevar="unequal")
    assert welch(one, other, confidence) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("one", "other"), [([1], [1, 2]), ([1, 2], []), ([3, 3], [1, 1])])
def test_means_that_say_nothing_of_their_spread_have_no_interval(one: list[int], other: list[int]) -> None:
    assert welch(one, other) is None
    with pytest.raises(ValueError, match="confidence"):
        welch([1, 2], [1, 2], 95)
