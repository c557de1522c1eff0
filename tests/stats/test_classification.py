"""The figures of agreement and calibration against scikit-learn, statsmodels and the worked numbers."""

import math
import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    cohen_kappa_score,
    precision_recall_fscore_support,
)
from statsmodels.stats.inter_rater import cohens_kappa

from coder.stats.classification import (
    Cells,
    Figure,
    average_precision,
    base_rate_brier,
    brier,
    calibration_error,
    kappas,
    pooled_kappas,
    reliability,
    top_share,
)

decisions = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)
# Few different values, so that equal scores are the rule.
scored = st.lists(st.tuples(st.booleans(), st.integers(0, 6).map(lambda n: n / 6)), min_size=1, max_size=60)
cells = st.tuples(*[st.integers(0, 10**6)] * 4)


def split(pairs):
    first, second = zip(*pairs, strict=True)
    return np.array(first, dtype=bool), np.array(second)


def value(figure: Figure) -> float:
    assert figure.value is not None, figure.why
    return figure.value


@given(decisions)
def test_precision_recall_and_f1_equal_scikit_learn_or_are_undefined_with_a_reason(pairs) -> None:
    person, machine = split(pairs)
    found = Cells.of(person, machine)
    expected = precision_recall_fscore_support(person, machine, average="binary", zero_division=np.nan)
    for figure, other in zip((found.precision, found.recall, found.f1), expected, strict=False):
        assert (figure.value is None) == math.isnan(other)
        if figure.value is None:
            assert figure.why
        else:
            assert figure.value == pytest.approx(other, abs=1e-9)
    assert value(found.agreement) == pytest.approx(accuracy_score(person, machine), abs=1e-9)
    assert value(found.majority) == pytest.approx(max(person.mean(), 1 - person.mean()), abs=1e-9)
    assert (found.pairs, found.given, found.suggested) == (len(pairs), person.sum(), machine.sum())


@given(decisions)
def test_kappa_equals_scikit_learn_and_is_undefined_where_both_say_one_thing_alone(pairs) -> None:
    person, machine = split(pairs)
    found = Cells.of(person, machine).kappa
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohen_kappa_score(person, machine, labels=[False, True])
    assert (found.value is None) == (len({*person.tolist(), *machine.tolist()}) == 1) == math.isnan(expected)
    if found.value is not None:
        assert found.value == pytest.approx(expected, abs=1e-9)


@given(cells.filter(lambda c: sum(c) not in (c[0], c[3])))
def test_kappa_equals_statsmodels_for_large_counts(counts) -> None:
    both, machine, person, neither = counts
    expected = cohens_kappa(np.array([[both, machine], [person, neither]]), return_results=True)["kappa"]
    assert value(Cells(*counts).kappa) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "agreement", "kappa"),
    [((1, 1, 1, 30), 93.9, 0.47), ((14, 2, 2, 15), 87.9, 0.76), ((25, 25, 25, 25), 50.0, 0.0)],
)
def test_the_worked_table_comes_out_to_its_printed_decimal(counts, agreement, kappa) -> None:
    found = Cells(*counts)
    assert round(100 * value(found.agreement), 1) == agreement
    assert round(value(found.kappa), 2) == kappa


def test_nobody_everybody_and_nothing_are_undefined_with_a_reason_and_never_0() -> None:
    assert Cells(0, 0, 0, 9).precision == Figure(None, "never suggested")
    assert Cells(0, 0, 0, 9).recall == Figure(None, "never coded")
    assert Cells(0, 0, 0, 9).f1 == Figure(None, "neither coded nor suggested")
    assert Cells(9, 0, 0, 0).kappa == Figure(None, "both say the same to all")
    assert Cells(0, 0, 0, 0).agreement == Cells(0, 0, 0, 0).majority == Figure(None, "no pairs")
    assert Cells(0, 0, 5, 9).kappa.value == 0, "to suggest nothing agrees as chance does"


@given(st.lists(cells, min_size=1, max_size=6))
def test_the_pooled_kappa_takes_chance_theme_by_theme(themes) -> None:
    table = np.array(themes, dtype=float)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    some = shares[table.sum(axis=1) > 0]
    observed = (some[:, 0] + some[:, 3]).sum()
    chance = ((some[:, 0] + some[:, 1]) * (some[:, 0] + some[:, 2])).sum()
    chance += ((some[:, 1] + some[:, 3]) * (some[:, 2] + some[:, 3])).sum()
    found = float(pooled_kappas(table))
    if len(some) - chance > 1e-9:
        assert found == pytest.approx((observed - chance) / (len(some) - chance), abs=1e-6)
    assert float(pooled_kappas(table[:1])) == pytest.approx(float(kappas(table[0])), abs=1e-9, nan_ok=True)


def test_knowing_which_themes_are_common_is_no_agreement() -> None:
    common, rare = (90, 10, 0, 0), (0, 0, 10, 90)
    assert float(pooled_kappas(np.array([common, rare], dtype=float))) == 0
    assert value(Cells(*(np.array(common) + rare).tolist()).kappa) > 0.7, "thrown together they would seem to agree"


@given(scored)
def test_average_precision_equals_scikit_learn_with_ties_or_is_undefined(pairs) -> None:
    person, scores = split(pairs)
    found = average_precision(person, scores)
    if not person.any():
        assert found == Figure(None, "never coded")
    else:
        assert value(found) == pytest.approx(average_precision_score(person, scores), abs=1e-9)
        flipped = average_precision(person[::-1], scores[::-1])
        assert value(flipped) == pytest.approx(value(found), abs=1e-12), "the order of equal scores is nothing"


@given(scored)
def test_brier_equals_scikit_learn_and_that_of_the_base_rate_is_the_least_of_one_number(pairs) -> None:
    person, scores = split(pairs)
    assert value(brier(person, scores)) == pytest.approx(brier_score_loss(person, scores, pos_label=True), abs=1e-9)
    rate = np.full(len(person), person.mean())
    assert value(base_rate_brier(person)) == pytest.approx(value(brier(person, rate)), abs=1e-9)
    assert brier(person[:0], scores[:0]) == base_rate_brier(person[:0]) == Figure(None, "no pairs")


@settings(max_examples=200)
@given(scored, st.integers(1, 12))
def test_bins_hold_every_pair_once_in_order_and_never_part_equal_scores(pairs, count) -> None:
    person, scores = split(pairs)
    bins = reliability(person, scores, count)
    assert 1 <= len(bins) <= count
    assert sum(b.pairs for b in bins) == len(pairs)
    assert sum(b.pairs * b.share for b in bins) == pytest.approx(person.sum())
    assert sum(b.pairs * b.score for b in bins) == pytest.approx(scores.sum())
    assert all(a.score < b.score for a, b in pairwise(bins))
    assert [b.pairs for b in reliability(person[::-1], scores[::-1], count)] == [b.pairs for b in bins]
    ends = np.cumsum([b.pairs for b in bins])[:-1]
    ranked = np.sort(scores)
    assert all(ranked[end - 1] < ranked[end] for end in ends)


def test_different_scores_make_bins_of_equal_mass() -> None:
    rng = np.random.default_rng(1)
    scores = rng.permutation(1000) / 1000
    bins = reliability(rng.random(1000) < scores, scores)
    assert [b.pairs for b in bins] == [100] * 10
    assert value(calibration_error(bins)) < 0.06, "the outcomes were drawn by their scores"
    assert value(calibration_error(reliability(np.zeros(1000, dtype=bool), scores))) == pytest.approx(scores.mean())
    assert reliability(np.zeros(0, dtype=bool), np.zeros(0)) == ()
    assert calibration_error(()) == Figure(None, "no pairs")


def test_the_calibration_error_weighs_each_bin_by_its_pairs() -> None:
    given_ = np.array([False] * 8 + [True] * 2)
    bins = reliability(given_, np.array([0.25] * 8 + [0.75] * 2), bins=2)
    assert [(b.pairs, b.score, b.share) for b in bins] == [(8, 0.25, 0), (2, 0.75, 1)]
    assert value(calibration_error(bins)) == pytest.approx((8 * 0.25 + 2 * 0.25) / 10)


def test_the_top_three_are_of_known_themes_and_responses_with_a_theme() -> None:
    scores = np.array([[0.9, 0.8, 0.7, 0.6], [0.9, np.nan, 0.7, 0.6], [0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 0.0, 0.0]])
    given_ = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1]], dtype=bool)
    # one of two; one of one, for one of the two is unknown; no theme; three of four, which is all that three can be
    assert value(top_share(given_, scores)) == pytest.approx((1 / 2 + 1 + 1) / 3)
    assert top_share(given_[2:3], scores[2:3]) == Figure(None, "no response has a theme")
