"""The change of pairs against statsmodels, scipy and published numbers."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from coder.stats.paired import Pairs

some = st.integers(0, 400)
tables = st.builds(Pairs, some, some, some, some)


def test_the_worked_numbers_come_out() -> None:
    pairs = Pairs(kept=7, gained=9, lost=2, neither=15)
    exact, mid = pairs.exact_p(), pairs.mid_p()
    assert exact is not None and mid is not None
    assert (round(exact, 3), round(mid, 3)) == (0.065, 0.039)


def test_a_published_interval_comes_out() -> None:
    """Cavo et al. (2012), in M. Fagerland, S. Lydersen, P. Laake, "Statistical Analysis of Contingency Tables" (2017),
    chapter 8: 65 of 161 before, 75 after; method 10 gives 0.0046 to 0.1186."""
    pairs = Pairs(kept=59, gained=16, lost=6, neither=80)
    interval = pairs.interval()
    assert interval is not None
    assert (round(interval[0], 4), round(interval[1], 4)) == (0.0046, 0.1186)
    assert pairs.difference == pytest.approx(0.0621, abs=5e-5)


@given(tables)
def test_the_exact_test_equals_statsmodels(pairs: Pairs) -> None:
    if not pairs.gained + pairs.lost:
        assert pairs.exact_p() is None and pairs.mid_p() is None
        return
    table = [[pairs.kept, pairs.lost], [pairs.gained, pairs.neither]]
    assert pairs.exact_p() == pytest.approx(mcnemar(table, exact=True).pvalue, abs=1e-9)


@given(tables)
def test_mid_p_is_twice_the_tail_with_half_of_what_was_observed(pairs: Pairs) -> None:
    changed, fewer = pairs.gained + pairs.lost, min(pairs.gained, pairs.lost)
    if not changed:
        return
    half = binom.pmf(fewer, changed, 0.5) / 2
    if pairs.gained == pairs.lost:
        assert pairs.mid_p() == pytest.approx(1 - half, abs=1e-9), "one number alone is halved (Fagerland et al.)"
    else:
        assert pairs.mid_p() == pytest.approx(2 * (binom.cdf(fewer, changed, 0.5) - half), abs=1e-9)


@given(tables, st.floats(0.5, 0.999))
def test_the_interval_is_what_newcombe_makes_of_statsmodels_wilson_intervals(pairs: Pairs, confidence: float) -> None:
    """An implementation from the paper's own letters: e and h are the pairs that agree, f and g those that do not."""
    e, f, g, h = pairs.kept, pairs.gained, pairs.lost, pairs.neither
    n = e + f + g + h
    interval = pairs.interval(confidence)
    if not n:
        assert interval is None and pairs.difference is None
        return
    assert interval is not None
    low2, high2 = proportion_confint(e + f, n, 1 - confidence, method="wilson")
    low3, high3 = proportion_confint(e + g, n, 1 - confidence, method="wilson")
    under = (e + f) * (g + h) * (e + g) * (f + h)
    over = e * h - f * g
    over = max(over - n / 2, 0) if over > 0 else over
    phi = over / sqrt(under) if under else 0
    p2, p3 = (e + f) / n, (e + g) / n
    down = (p2 - low2) ** 2 - 2 * phi * (p2 - low2) * (high3 - p3) + (high3 - p3) ** 2
    up = (p3 - low3) ** 2 - 2 * phi * (p3 - low3) * (high2 - p2) + (high2 - p2) ** 2
    assert interval == pytest.approx((p2 - p3 - sqrt(down), p2 - p3 + sqrt(up)), abs=1e-9)


@given(tables)
def test_backwards_it_is_the_same_with_the_other_sign(pairs: Pairs) -> None:
    there, back = pairs, Pairs(pairs.kept, pairs.lost, pairs.gained, pairs.neither)
    assert there.exact_p() == back.exact_p() and there.mid_p() == back.mid_p()
    one, other = there.interval(), back.interval()
    if one is not None and other is not None:
        assert one == pytest.approx((-other[1], -other[0]), abs=1e-12)
        assert there.difference is not None
        assert -1 - 1e-12 <= one[0] <= there.difference <= one[1] <= 1 + 1e-12


def test_nobody_everybody_and_nobody_changed() -> None:
    assert (Pairs(0, 0, 0, 0).difference, Pairs(0, 0, 0, 0).interval(), Pairs(0, 0, 0, 0).mid_p()) == (None,) * 3
    assert Pairs(33, 0, 0, 0).difference == 0
    everybody = Pairs(0, 33, 0, 0)
    assert everybody.difference == 1 and everybody.mid_p() == pytest.approx(2**-33)
    interval = everybody.interval()
    assert interval is not None and interval[1] == 1
    with pytest.raises(ValueError, match="negative"):
        Pairs(1, -1, 0, 0)


def test_a_million_changes_are_tested_at_once() -> None:
    p = Pairs(0, 500_600, 499_400, 0).exact_p()
    assert p == pytest.approx(2 * binom.cdf(499_400, 1_000_000, 0.5), rel=1e-7)
