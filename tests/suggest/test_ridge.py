"""One fit serves all themes, and a score left out has seen nothing of its participant."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import Ridge

from coder.suggest import ridge
from coder.suggest.ridge import CONTEXT, NO_PARTICIPANT, PENALTY, Training, fit_ridge, folds_of


def sample(n: int = 60, people: int = 35, themes: int = 4, seed: int = 5) -> tuple[Training, np.ndarray, np.ndarray]:
    """Rows of two questions, the last eight of none; some themes unknown on some, some people with several rows."""
    random = np.random.default_rng(seed)
    rows = random.random((n, 25)) * (random.random((n, 25)) < 0.3)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    target = (rows[:, :themes] > 0.2).astype(float)
    known = np.ones(target.shape, dtype=bool)
    known[: n // 4, 1] = known[: n // 4, 2] = known[n // 2 :, 3] = False
    question, participant, weight = random.integers(0, 2, n), random.integers(0, people, n), np.ones(n)
    question[-8:], participant[-8:], weight[-8:] = -1, NO_PARTICIPANT, 3.0
    return Training(sparse.csr_array(rows), question, weight, participant), target * known, known


def in_context(training: Training, question: np.ndarray | None = None) -> np.ndarray:
    """The rows with their features once more for the question that they answer: plain columns for a plain ridge."""
    dense = training.rows.toarray()
    asked = training.question if question is None else question
    return np.hstack([dense, *(np.sqrt(CONTEXT) * dense * (asked == q)[:, None] for q in (0, 1))])


def peer(training: Training, target: np.ndarray, here: np.ndarray) -> Ridge:
    model = Ridge(alpha=PENALTY)
    return model.fit(in_context(training)[here], target[here], sample_weight=training.weight[here])


def test_scores_are_those_of_scikit_learn_on_the_known_rows() -> None:
    training, target, known = sample()
    found = fit_ridge(training, target, known, 0)
    for theme in range(target.shape[1]):
        model = peer(training, target[:, theme], known[:, theme])
        for question in (0, 1, -1):
            asked = np.full(len(target), question)
            scores = training.rows @ found.weights(training, question)[:, theme] + found.intercept[theme]
            np.testing.assert_allclose(scores, model.predict(in_context(training, asked)), atol=1e-10)


def test_a_score_left_out_is_that_of_a_fit_without_the_participant() -> None:
    training, target, known = sample()
    found = fit_ridge(training, target, known, 0)
    for row, theme in np.ndindex(*target.shape):
        if not known[row, theme] or training.participant[row] == NO_PARTICIPANT:
            assert np.isnan(found.left_out[row, theme])
            continue
        others = known[:, theme] & (training.participant != training.participant[row])
        expected = peer(training, target[:, theme], others).predict(in_context(training)[[row]])
        assert found.left_out[row, theme] == pytest.approx(float(expected[0]), abs=1e-9)


def planted_twins() -> tuple[Training, np.ndarray, np.ndarray]:
    """Person 0 says one thing twice, in words that nobody else uses, and both are coded."""
    random = np.random.default_rng(1)
    rows = np.zeros((22, 12))
    rows[:2, 0] = 1
    rows[2:, 1:] = random.random((20, 11))
    target = np.zeros((22, 1))
    target[:6] = 1
    people = np.array([0, 0, *range(1, 21)])
    training = Training(sparse.csr_array(rows), np.zeros(22, dtype=np.int64), np.ones(22), people)
    return training, target, np.ones(target.shape, dtype=bool)


@pytest.mark.parametrize("largest_exact", [10_000, 0])
def test_a_planted_twin_does_not_leak(monkeypatch: pytest.MonkeyPatch, largest_exact: int) -> None:
    monkeypatch.setattr(ridge, "LARGEST_EXACT", largest_exact)
    training, target, known = planted_twins()
    apart = replace(training, participant=np.arange(22))  # as if the twins were two people: this is the leak
    honest = fit_ridge(training, target, known, 0).left_out[:2, 0]
    leaking = fit_ridge(apart, target, known, 0).left_out[:2, 0]
    assert honest.max() < 0.45
    assert leaking.max() > honest.max() + 0.2


def test_both_solvers_agree_at_the_border(monkeypatch: pytest.MonkeyPatch) -> None:
    training, target, known = sample(n=400, people=250)
    exact = fit_ridge(training, target, known, 0)
    monkeypatch.setattr(ridge, "LARGEST_EXACT", 0)
    steps = fit_ridge(training, target, known, 0)
    np.testing.assert_allclose(steps.dual, exact.dual, atol=1e-3)
    np.testing.assert_allclose(steps.intercept, exact.intercept, atol=1e-3)
    usable = np.isfinite(exact.left_out)
    assert (np.isfinite(steps.left_out) == usable).all()
    assert np.corrcoef(steps.left_out[usable], exact.left_out[usable])[0, 1] > 0.97


def test_folds_keep_each_participant_whole() -> None:
    participants = np.random.default_rng(3).integers(-1, 40, 200)
    folds = folds_of(participants, seed=7)
    assert set(folds[participants == NO_PARTICIPANT].tolist()) == {-1}
    assert len(set(folds[participants >= 0].tolist())) == 5
    for person in set(participants.tolist()):
        assert len(set(folds[participants == person].tolist())) == 1


def test_one_participant_alone_has_nobody_to_be_compared_with_but_the_codebook() -> None:
    training, target, known = sample()
    alone = replace(training, participant=np.zeros(len(target), dtype=np.int64))
    assert np.isnan(fit_ridge(alone, target, known, 0).left_out).all()
    with_codebook = replace(training, participant=np.where(training.question < 0, NO_PARTICIPANT, 0))
    found = fit_ridge(with_codebook, target, known, 0).left_out
    assert np.isfinite(found[training.question >= 0, 0]).all()


def test_without_any_response_the_codebook_alone_is_learnt() -> None:
    training, target, known = sample(n=8)
    found = fit_ridge(training, target, np.ones_like(known), 0)
    assert np.isnan(found.left_out).all()
    assert np.isfinite(found.dual).all()
