"""The learning curve finds the law that made its points, and stays within what a figure can be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from coder.stats.learning import fit_power_law

SIZES = [30, 60, 120, 240, 480]


@given(st.floats(0.3, 0.95), st.floats(0.5, 1.2), st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_points_on_a_power_law_give_it_back(limit, factor, exponent) -> None:
    law = fit_power_law(SIZES, [limit - factor * n**-exponent for n in SIZES])
    for n in (100, 300, 530):
        assert law.at(n) == pytest.approx(limit - factor * n**-exponent, abs=1e-4)


def test_noisy_points_are_fitted_as_closely_as_by_scipy() -> None:
    rng = np.random.default_rng(7)
    sizes = np.array(SIZES, dtype=float)
    y = 0.7 - 1.5 * sizes**-0.5 + rng.normal(0, 0.01, 5)

    def curve(n, limit, factor, exponent):
        return limit - factor * n**-exponent

    bounds = ([0, 0, 0.05], [1, 10, 1.5])
    theirs, _ = curve_fit(curve, sizes, y, [0.6, 1, 0.5], sigma=1 / np.sqrt(sizes), bounds=bounds, max_nfev=50_000)
    law = fit_power_law(SIZES, y.tolist())
    ours = (law.limit, law.factor, law.exponent)
    missed = [sizes @ (y - curve(sizes, *p)) ** 2 for p in (ours, theirs)]
    assert missed[0] <= missed[1] * 1.01


def test_a_curve_grows_towards_1_at_most() -> None:
    law = fit_power_law(SIZES, [0.1, 0.2, 0.35, 0.6, 0.9])
    assert law.limit <= 1 and law.at(10**9) <= 1


def test_a_flat_or_falling_curve_promises_no_gain() -> None:
    assert fit_power_law(SIZES, [0.5] * 5).at(530) == pytest.approx(0.5)
    law = fit_power_law(SIZES, [0.6, 0.55, 0.53, 0.52, 0.51])
    assert law.at(530) < law.at(480)


def test_two_sizes_are_no_curve() -> None:
    with pytest.raises(ValueError, match="three"):
        fit_power_law([10, 10, 20], [0.1, 0.1, 0.2])
