"""An interval from drawing participants again covers what it should, and knows that their answers belong together."""

import numpy as np
from scipy.stats import bootstrap

from coder.stats.resampling import cluster_bootstrap


def mean(total):
    return total[..., 0] / total[..., 1]


def test_without_clusters_it_is_the_ordinary_bootstrap() -> None:
    values = np.random.default_rng(3).normal(5, 2, 80)
    low, high = cluster_bootstrap(np.stack([values, np.ones(80)], axis=1), mean, seed=1)
    expected = bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(2)).confidence_interval
    assert abs(low - expected.low) < 0.08 and abs(high - expected.high) < 0.08


def test_saying_everything_twice_makes_nothing_surer() -> None:
    values = np.random.default_rng(3).normal(5, 2, 40)
    once = cluster_bootstrap(np.stack([values, np.ones(40)], axis=1), mean, seed=1)
    twice = cluster_bootstrap(np.stack([2 * values, 2 * np.ones(40)], axis=1), mean, seed=1)
    assert np.allclose(once, twice)


def test_a_draw_that_says_nothing_counts_as_0() -> None:
    one_of_three = np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    with np.errstate(invalid="ignore"):
        low, high = cluster_bootstrap(one_of_three, mean, seed=1)
    assert (low, high) == (0, 1)


def test_the_same_seed_gives_the_same_interval_for_every_figure_at_once() -> None:
    parts = np.random.default_rng(5).random((30, 4, 2))
    low, high = cluster_bootstrap(parts, mean, seed=9)
    again = cluster_bootstrap(parts, mean, seed=9)
    assert low.shape == (4,) and np.array_equal(low, again[0]) and np.array_equal(high, again[1])
    assert (low < mean(parts.sum(axis=0))).all() and (mean(parts.sum(axis=0)) < high).all()
