"""One fit serves all themes, and a score left out has seen nothing of its participant."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import Ridge

from coder.suggest import ridge
from coder.suggest.ridge import PENALTY, fit_ridge, folds_of


def sample(n: int = 60, people: int = 35, themes: int = 4, seed: int = 5) -> tuple:
    """Rows, positive, known, participants: some themes unknown on some rows, some people with several rows."""
    random = np.random.default_rng(seed)
    rows = random.random((n, 25)) * (random.random((n, 25)) < 0.3)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    positive = rows[:, :themes] > 0.2
    known = np.ones_like(positive)
    known[: n // 4, 1] = known[: n // 4, 2] = known[n // 2 :, 3] = False
    return sparse.csr_array(rows), positive & known, known, random.integers(0, people, n)


def test_weights_are_those_of_scikit_learn_on_the_known_rows() -> None:
    rows, positive, known, participants = sample()
    found = fit_ridge(rows, positive, known, participants, 0)
    for theme in range(positive.shape[1]):
        here = known[:, theme]
        peer = Ridge(alpha=PENALTY).fit(rows.toarray()[here], positive[here, theme].astype(float))
        np.testing.assert_allclose(found.weights[:, theme], peer.coef_, atol=1e-10)
        assert found.intercept[theme] == pytest.approx(peer.intercept_)


def test_a_score_left_out_is_that_of_a_fit_without_the_participant() -> None:
    rows, positive, known, participants = sample()
    found = fit_ridge(rows, positive, known, participants, 0)
    dense = rows.toarray()
    for row, theme in np.ndindex(*positive.shape):
        if not known[row, theme]:
            assert np.isnan(found.left_out[row, theme])
            continue
        others = known[:, theme] & (participants != participants[row])
        peer = Ridge(alpha=PENALTY).fit(dense[others], positive[others, theme].astype(float))
        assert found.left_out[row, theme] == pytest.approx(float(peer.predict(dense[[row]])[0]), abs=1e-9)


def planted_twins() -> tuple:
    """Person 0 says one thing twice, in words that nobody else uses, and both are coded."""
    random = np.random.default_rng(1)
    rows = np.zeros((22, 12))
    rows[:2, 0] = 1
    rows[2:, 1:] = random.random((20, 11))
    positive = np.zeros((22, 1), dtype=bool)
    positive[:2] = True
    positive[2:6] = True
    return sparse.csr_array(rows), positive, np.ones_like(positive), np.array([0, 0, *range(1, 21)])


@pytest.mark.parametrize("largest_exact", [10_000, 0])
def test_a_planted_twin_does_not_leak(monkeypatch: pytest.MonkeyPatch, largest_exact: int) -> None:
    monkeypatch.setattr(ridge, "LARGEST_EXACT", largest_exact)
    rows, positive, known, participants = planted_twins()
    apart = np.arange(len(participants))  # as if the twins were two people: this is the leak
    honest = fit_ridge(rows, positive, known, participants, 0).left_out[:2, 0]
    leaking = fit_ridge(rows, positive, known, apart, 0).left_out[:2, 0]
    assert honest.max() < 0.45
    assert leaking.max() > honest.max() + 0.2


def test_both_solvers_agree_at_the_border(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, positive, known, participants = sample(n=400, people=250)
    exact = fit_ridge(rows, positive, known, participants, 0)
    monkeypatch.setattr(ridge, "LARGEST_EXACT", 0)
    steps = fit_ridge(rows, positive, known, participants, 0)
    np.testing.assert_allclose(steps.weights, exact.weights, atol=5e-3)
    np.testing.assert_allclose(steps.intercept, exact.intercept, atol=5e-3)
    usable = np.isfinite(exact.left_out)
    assert (np.isfinite(steps.left_out) == usable).all()
    assert np.corrcoef(steps.left_out[usable], exact.left_out[usable])[0, 1] > 0.97


def test_folds_keep_each_participant_whole() -> None:
    participants = np.random.default_rng(3).integers(0, 40, 200)
    folds = folds_of(participants, seed=7)
    assert len(set(folds.tolist())) == 5
    for person in set(participants.tolist()):
        assert len(set(folds[participants == person].tolist())) == 1


def test_one_participant_alone_leaves_nothing_to_learn_from() -> None:
    rows, positive, known, _ = sample()
    alone = np.zeros(rows.shape[0], dtype=np.int64)
    assert np.isnan(fit_ridge(rows, positive, known, alone, 0).left_out).all()
