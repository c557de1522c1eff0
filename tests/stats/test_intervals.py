"""The Wilson interval against an independent implementation and the published worked table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from coder.stats.intervals import wilson

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
