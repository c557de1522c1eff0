"""Exact tests and overlaps against scipy, statsmodels and scikit-learn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from sklearn.metrics import jaccard_score
from statsmodels.stats.multitest import multipletests

from coder.stats.association import fisher, holm, jaccard, lift


def counted(most: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(1, most).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


@given(counted(60), counted(60))
def test_fisher_equals_scipy_in_small_groups(one: tuple[int, int], other: tuple[int, int]) -> None:
    (a, n), (b, m) = one, other
    assert fisher(a, n, b, m) == pytest.approx(fisher_exact([[a, n - a], [b, m - b]]).pvalue, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(counted(20_000), counted(20_000))
def test_fisher_equals_scipy_in_large_groups(one: tuple[int, int], other: tuple[int, int]) -> None:
    (a, n), (b, m) = one, other
    assert fisher(a, n, b, m) == pytest.approx(fisher_exact([[a, n - a], [b, m - b]]).pvalue, abs=1e-9)


def test_fisher_of_tea_and_of_an_empty_group() -> None:
    assert fisher(3, 4, 1, 4) == pytest.approx(34 / 70, abs=1e-12), "the lady who tasted tea: 2 * (16 + 1) of 70"
    assert fisher(0, 0, 3, 4) is None
    assert fisher(0, 5, 0, 9) == fisher(5, 5, 9, 9) == 1


def test_fisher_of_a_million_is_there_at_once_and_of_groups_far_apart_is_0() -> None:
    expected = fisher_exact([[200_000, 300_000], [199_500, 300_500]]).pvalue
    assert fisher(200_000, 500_000, 199_500, 500_000) == pytest.approx(expected, rel=1e-6)
    assert fisher(500_000, 500_000, 0, 500_000) == 0


@pytest.mark.parametrize("wrong", [(-1, 3, 0, 3), (4, 3, 0, 3), (0, 3, 4, 3)])
def test_counts_that_do_not_fit_their_bases_are_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        fisher(*wrong)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_holm_equals_statsmodels(values: list[float]) -> None:
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1], abs=1e-9)


def test_holm_of_no_test_is_none() -> None:
    assert holm([]) == []


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_overlaps_equal_scikit_learn_and_the_definition(people: list[tuple[bool, bool]]) -> None:
    both = sum(a and b for a, b in people)
    first, second = (sum(side) for side in zip(*people, strict=True))
    if first or second:
        one, other = zip(*people, strict=True)
        assert jaccard(both, first, second) == pytest.approx(jaccard_score(one, other), abs=1e-9)
    else:
        assert jaccard(both, first, second) is None
    if first and second:
        base = len(people)
        assert lift(both, first, second, base) == pytest.approx((both / base) / (first / base * second / base))
    else:
        assert lift(both, first, second, len(people)) is None


def test_sets_that_do_not_fit_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        jaccard(3, 2, 9)
    with pytest.raises(ValueError, match="do not fit"):
        lift(1, 4, 4, 6)
