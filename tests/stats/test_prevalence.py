"""The estimate from a random sample and scores: against other routes to the same figures, and over many draws."""

from math import sqrt

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from coder.stats.prevalence import Estimate, estimate, folds

HAS = np.array([1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0], dtype=bool)
GOOD = np.array([0.9, 0.8, 0.4, 0.6, 0.7, 0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05])
FAIR = np.array([0.9, 0.3, 0.7, 0.7, 0.1, 0.5, 0.6, 0.2, 0.2, 0.3, 0.05, 0.35])
OTHERS = np.array(
    [0.9, 0.85, 0.8, 0.7, 0.6, 0.55, 0.4, 0.35, 0.3, 0.3, 0.25, 0.2, 0.2, 0.15, 0.15, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05]
    + [0.0] * 7
)


def found(has: np.ndarray, scores: np.ndarray, others: np.ndarray, **options: object) -> Estimate:
    result = estimate(has, scores, others, **options)  # type: ignore[arg-type]
    assert result is not None
    return result


def drawn(rng: np.random.Generator, has: np.ndarray, scores: np.ndarray, n: int) -> Estimate:
    """The estimate from n of these people, drawn at random."""
    order = rng.permutation(len(has))
    return found(has[order[:n]], scores[order[:n]], scores[order[n:]])


def population(rng: np.random.Generator, people: int, share: float, signal: float) -> tuple[np.ndarray, np.ndarray]:
    """People of whom exactly this share has the theme, and scores that tell them apart by so many deviations."""
    has = np.arange(people) < round(people * share)
    sign = signal * has + rng.normal(0, 1, people)
    logit = np.log(share / (1 - share)) + signal * (sign - signal / 2)
    return has, 1 / (1 + np.exp(-logit))


# --- worked, and by other routes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "weight", "share"), [(FAIR, 0.4616998950682057, 0.28389297), (GOOD, 1.0, 0.25541667)]
)
def test_the_share_is_that_of_the_reference_implementation(scores: np.ndarray, weight: float, share: float) -> None:
    """ppi-python 0.2.3: ppi_mean_pointestimate(has, scores, others, lam=weight * (1 - 12/40))."""
    result = found(HAS, scores, OTHERS)
    assert (result.weight, result.share) == (pytest.approx(weight), pytest.approx(share, abs=1e-8))
    assert result.sample_share == pytest.approx(4 / 12)


@given(st.integers(0, 2**32 - 1))
def test_it_is_the_regression_at_the_mean_of_everybody(seed: int) -> None:
    """The other route: least squares of the outcome on the score, read off where the score is everybody's mean."""
    rng = np.random.default_rng(seed)
    has, scores = population(rng, 200, 0.3, 1.0)
    order = rng.permutation(200)
    sample, others = order[:80], order[80:]
    result = found(has[sample], scores[sample], scores[others])
    line = sm.OLS(has[sample].astype(float), sm.add_constant(scores[sample])).fit()
    if 0 < line.params[1] < 1:
        assert result.weight == pytest.approx(line.params[1])
        at_mean = line.params[0] + line.params[1] * scores.mean()
        assert result.share == pytest.approx(np.clip(at_mean, has[sample].sum() / 200, 1 - (~has[sample]).sum() / 200))
        z = norm.ppf(0.975)
        spread = ((has[sample] - has[sample].mean()) ** 2).sum()
        assert result.gain == pytest.approx((spread + z**2 / 2) / (line.ssr + z**2 / 2))


def test_the_interval_is_wilsons_of_as_many_people_as_the_estimate_is_worth() -> None:
    result = found(HAS, FAIR, OTHERS)
    worth = 12 * 39 / 28 * result.gain
    expected = proportion_confint(result.share * worth, worth, method="wilson")
    assert result.interval == pytest.approx((max(expected[0], 4 / 40), min(expected[1], 1 - 8 / 40)))


def test_in_a_large_sample_of_an_endless_corpus_it_is_the_normal_interval_of_prediction_powered_inference() -> None:
    rng = np.random.default_rng(5)
    has, scores = population(rng, 2_000_000, 0.4, 1.0)
    order = rng.permutation(len(has))
    sample, others = order[:4_000], order[4_000:]
    result = found(has[sample], scores[sample], scores[others])
    error = (has[sample] - result.weight * scores[sample]).std() / sqrt(4_000)
    half = (result.interval[1] - result.interval[0]) / 2
    assert half == pytest.approx(norm.ppf(0.975) * error, rel=0.01)


# --- what must hold of every estimate --------------------------------------------------------------------

PEOPLE = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.booleans(), min_size=n, max_size=n),
        st.lists(st.floats(0, 1), min_size=n, max_size=n),
        st.lists(st.floats(0, 1), max_size=200),
    )
)


@given(PEOPLE)
@example(([False, False], [0.0, 2.225073858507203e-309], []))  # scores that differ, and whose squares do not
def test_it_lies_in_its_interval_and_the_interval_within_what_is_certain(people: tuple[list, list, list]) -> None:
    has, scores, others = np.array(people[0], dtype=bool), np.array(people[1]), np.array(people[2])
    result = found(has, scores, others)
    everybody = len(has) + len(others)
    certain = has.sum() / everybody, (has.sum() + len(others)) / everybody
    for share, (low, high) in ((result.share, result.interval), (result.sample_share, result.sample_interval)):
        assert certain[0] <= low <= share <= high <= certain[1]
        assert low < high or len(others) == 0
    assert 0 <= result.weight <= 1 <= result.gain


@given(PEOPLE, st.floats(0, 1))
def test_scores_that_say_nothing_change_nothing(people: tuple[list, list, list], score: float) -> None:
    has, others = np.array(people[0], dtype=bool), np.array(people[2])
    same = found(has, np.full(len(has), score), np.full(len(others), score))
    assert (same.weight, same.gain) == (0, 1)
    assert (same.share, same.interval) == (same.sample_share, same.sample_interval)


def test_scores_that_are_the_wrong_way_round_are_not_followed() -> None:
    result = found(HAS, 1 - GOOD, 1 - OTHERS)
    assert result.weight == 0 and result.interval == result.sample_interval


def test_when_all_are_coded_the_share_is_the_count_and_nothing_is_left_of_the_doubt() -> None:
    result = found(HAS, GOOD, np.zeros(0))
    assert result.share == result.sample_share == pytest.approx(4 / 12)
    assert result.interval == result.sample_interval == pytest.approx((4 / 12, 4 / 12))


def test_the_more_of_the_corpus_is_coded_the_narrower() -> None:
    widths = []
    for others in (100_000, 1_000, 100, 10, 1):
        result = found(np.arange(100) < 30, np.full(100, 0.3), np.full(others, 0.3))
        widths.append(result.interval[1] - result.interval[0])
    assert widths == sorted(widths, reverse=True) and widths[-1] < 0.01
    endless = proportion_confint(30, 100, method="wilson")
    assert widths[0] == pytest.approx(endless[1] - endless[0], rel=0.001)


def test_a_theme_that_nobody_of_the_sample_has_may_still_be_there() -> None:
    result = found(np.zeros(100, dtype=bool), np.linspace(0, 0.5, 100), np.linspace(0, 0.9, 5_000))
    assert (result.share, result.weight, result.gain) == (0, 0, 1)
    assert result.interval[0] == 0 and result.interval[1] == pytest.approx(0.0363, abs=0.0005)


def test_scores_without_an_error_in_the_sample_may_have_one_elsewhere() -> None:
    has = np.arange(100) < 30
    result = found(has, has * 1.0, (np.arange(10_000) < 3_000) * 1.0)
    rule_of_three = 3 / 100
    assert result.interval[1] - result.share == pytest.approx(rule_of_three, rel=0.15)


def test_what_is_known_of_the_others_bounds_the_share() -> None:
    free = found(HAS, FAIR, OTHERS)
    low, high = found(HAS, FAIR, OTHERS, others_known=(10, 15)).interval
    assert (low, high) == pytest.approx((14 / 40, 1 - 23 / 40))
    assert free.interval[0] < low and high < free.interval[1]


def test_without_a_sample_there_is_no_estimate() -> None:
    assert estimate(np.zeros(0, dtype=bool), np.zeros(0), OTHERS) is None


@pytest.mark.parametrize(
    ("scores", "others", "known"),
    [
        (GOOD[:-1], OTHERS, (0, 0)),
        (np.where(GOOD == 0.9, np.nan, GOOD), OTHERS, (0, 0)),
        (GOOD, np.append(OTHERS, np.inf), (0, 0)),
        (GOOD, OTHERS, (20, 9)),
    ],
)
def test_scores_that_do_not_fit_are_refused(scores: np.ndarray, others: np.ndarray, known: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"score|known"):
        estimate(HAS, scores, others, others_known=known)


# --- over many draws -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "n", "share", "signal"),
    [
        (3_000, 400, 0.02, 2.0),
        (3_000, 400, 0.05, 1.5),
        (3_000, 400, 0.2, 3.0),
        (3_000, 100, 0.1, 2.5),
        (800, 400, 0.05, 1.0),
        (800, 400, 0.3, 2.0),
        (300, 30, 0.1, 1.5),
        (300, 30, 0.4, 1.0),
    ],
)
def test_intervals_hold_the_truth_about_19_times_in_20_whatever_the_size(
    people: int, n: int, share: float, signal: float
) -> None:
    rng = np.random.default_rng(11)
    has, scores = population(rng, people, share, signal)
    truth = has.mean()
    draws = [drawn(rng, has, scores, n) for _ in range(1_500)]
    assert 0.93 <= np.mean([low <= truth <= high for low, high in (d.interval for d in draws)]) <= 0.98
    shares = [d.share for d in draws]
    assert abs(np.mean(shares) - truth) < 0.2 * np.std(shares), "the bias of a regression is lost in its error"


def test_scores_that_know_something_bring_the_gain_that_is_claimed() -> None:
    rng = np.random.default_rng(12)
    has, scores = population(rng, 4_000, 0.3, 2.0)
    draws = [drawn(rng, has, scores, 400) for _ in range(1_500)]
    plain, powered = np.var([d.sample_share for d in draws]), np.var([d.share for d in draws])
    gain = np.median([d.gain for d in draws])
    assert gain > 1.5 and plain / powered == pytest.approx(gain, rel=0.1)
    widths = np.array([[d.interval[1] - d.interval[0], d.sample_interval[1] - d.sample_interval[0]] for d in draws])
    assert np.median(widths[:, 0] / widths[:, 1]) == pytest.approx(1 / sqrt(gain), rel=0.05)


# --- folds -----------------------------------------------------------------------------------------------


@given(st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_each_fold_has_its_part_of_the_sample_and_of_the_others(people: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ids = rng.choice(10_000, people, replace=False)
    sample = rng.random(people) < 0.3
    fold = folds(ids, [sample], 5)
    for some in (sample, ~sample):
        sizes = np.bincount(fold[some], minlength=5)
        assert len(sizes) == 5 and sizes.max() - sizes.min() <= 1
    again = rng.permutation(people)
    assert np.array_equal(folds(ids[again], [sample[again]], 5), fold[again]), "whatever their order"


def test_with_the_samples_of_two_questions_each_is_spread_over_the_folds() -> None:
    ids = np.arange(500)
    first, second = ids < 200, ids % 3 == 0
    fold = folds(ids, [first, second], 5)
    for some in (first & second, first & ~second, ~first & second, ~first & ~second):
        sizes = np.bincount(fold[some], minlength=5)
        assert sizes.max() - sizes.min() <= 1
