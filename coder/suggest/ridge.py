"""Ridge regression for all themes at once, with the score that each response gets when its participant is left out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PENALTY = 1.0
"""Weight of the squared coefficients against the squared errors; rows are of about length 1 in each block."""
CONTEXT = 0.2
"""What it adds to the likeness of two texts, as a share, that they answer the same question."""
LARGEST_EXACT = 4_000
"""Rows (for themes that are all known on the same rows) up to which the exact solution is used."""
NO_PARTICIPANT = -1
"""In place of a participant: a row that is in every fit, and is never left out."""
_FOLDS = 5
_TOLERANCE = 1e-4
_MOST_STEPS = 300


@dataclass(frozen=True)
class Training:
    """Rows to learn from: texts x features, the question of each (a number, -1: of none), its weight, its participant.

    Texts of the codebook are of no question and have NO_PARTICIPANT.
    """

    rows: sparse.csr_array
    question: Ints
    weight: Floats
    participant: Ints


def with_context(likeness: Floats, left: Ints, right: Ints) -> Floats:
    """The likeness of texts (changed in place), raised where both answer the same question."""
    for question in np.unique(left[left >= 0]):
        likeness[np.ix_(left == question, right == question)] *= 1 + CONTEXT
    return likeness


@dataclass(frozen=True)
class Linear:
    """What a theme's score is made of: score = sum of dual[i, theme] * likeness(row, training row i) + intercept.

    `dual` is training rows x themes; `left_out` likewise: the score of a row by a model that saw no row of its
    participant, NaN where the theme is unknown for the row or the row has no participant.
    """

    dual: Floats
    intercept: Floats
    left_out: Floats

    def weights(self, training: Training, question: int) -> Floats:
        """The same as weights of the features (x themes), for texts that answer this question."""
        there = (training.question == question) & (question >= 0)
        lifted = self.dual * (1 + CONTEXT * there)[:, None]
        return np.asarray(training.rows.T @ lifted)


def fit_ridge(
    training: Training, target: Floats, known: Bools, seed: int, likeness: Callable[[], Floats] | None = None
) -> Linear:
    """Weighted least squares of `target` on the rows with a penalty and a free intercept, a theme a column.

    `target` and `known` are rows x themes; only known rows speak about a theme, and each theme needs one.
    Up to LARGEST_EXACT rows the scores left out are exact, participant by participant; beyond, five folds of whole
    participants (drawn by the seed) take their place. `likeness` gives the products of the rows where they are at
    hand already.
    """
    patterns, pattern_of = np.unique(known, axis=1, return_inverse=True)
    if np.sum(patterns.sum(axis=0, dtype=np.float64) ** 3) > float(LARGEST_EXACT) ** 3:
        return _by_steps(training, target, known, seed)
    products = (training.rows @ training.rows.T).toarray() if likeness is None else likeness()
    kernel = with_context(products, training.question, training.question)
    dual = np.zeros_like(target)
    intercept = np.zeros(target.shape[1])
    left_out = np.full_like(target, np.nan)
    for pattern, here in enumerate(patterns.T):
        at, themes = np.flatnonzero(here), np.flatnonzero(pattern_of.ravel() == pattern)
        solved = _exact(kernel[np.ix_(at, at)], training.weight[at], target[np.ix_(at, themes)])
        dual[np.ix_(at, themes)], intercept[themes] = solved.dual, solved.intercept
        left_out[np.ix_(at, themes)] = target[np.ix_(at, themes)] - solved.left_out(training.participant[at])
    return Linear(dual, intercept, left_out)


@dataclass(frozen=True)
class _Solved:
    """The solution of [A 1; 1' 0] [dual; intercept] = [target; 0] with A = kernel + PENALTY / weights.

    `root` is the inverse of A's lower Cholesky factor, `ones` = A^-1 1.
    """

    root: Floats
    ones: Floats
    dual: Floats
    intercept: Floats

    def left_out(self, participants: Ints) -> Floats:
        """The errors that the rows of each participant have in a fit without that participant; NaN without one.

        With G = A^-1 - A^-1 1 1' A^-1 / 1' A^-1 1, they are G_BB^-1 dual_B for the rows B (the PRESS identity in
        block form; Cook & Weisberg 1982, section 2.2).
        """
        total = self.ones.sum()
        people, who, rows_each = np.unique(participants, return_inverse=True, return_counts=True)
        diagonal = np.einsum("ij,ij->j", self.root, self.root) - self.ones**2 / total
        found: Floats = self.dual / np.maximum(diagonal, 1e-12)[:, None]
        for person in np.flatnonzero((rows_each > 1) & (people != NO_PARTICIPANT)):
            block = np.flatnonzero(who == person)
            part = self.root[:, block]
            inverse = part.T @ part - np.outer(self.ones[block], self.ones[block]) / total
            found[block] = np.linalg.solve(inverse, self.dual[block])
        # Without anybody else there is nothing to be compared with.
        found[(participants == NO_PARTICIPANT) | (rows_each[who] == len(participants))] = np.nan
        return found


def _exact(kernel: Floats, weight: Floats, target: Floats) -> _Solved:
    """One factorisation for all themes that are known on the same rows; the kernel is used up."""
    kernel[np.diag_indices_from(kernel)] += PENALTY / weight
    root, failed = lapack.dpotrf(kernel, lower=1, clean=1, overwrite_a=1)
    root, failed_too = lapack.dtrtri(root, lower=1, overwrite_c=1)
    assert not failed and not failed_too  # the penalty makes it positive definite
    solved = root.T @ (root @ np.column_stack([target, np.ones(len(target))]))
    ones = solved[:, -1]
    intercept = solved[:, :-1].sum(axis=0) / ones.sum()
    return _Solved(root, ones, solved[:, :-1] - np.outer(ones, intercept), intercept)


def folds_of(participants: Ints, seed: int) -> Ints:
    """A fold for each row, whole participants together; -1 for the rows of none."""
    people, who = np.unique(participants, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(people))
    fold: Ints = (order % min(_FOLDS, len(people)))[who]
    return np.where(participants == NO_PARTICIPANT, -1, fold)


def _by_steps(training: Training, target: Floats, known: Bools, seed: int) -> Linear:
    """The same model by conjugate gradients: a theme's known rows, and a fold, are masks on the rows."""
    dual, intercept = _descend(training, target, known, np.zeros_like(target))
    left_out = np.full_like(target, np.nan)
    folds = folds_of(training.participant, seed)
    for fold in range(folds.max() + 1):
        out = folds == fold
        inside = known & ~out[:, None]
        of_fold = Linear(*_descend(training, target, inside, dual), left_out)
        scores = np.zeros((out.sum(), target.shape[1]))
        for question in np.unique(training.question[out]):
            here = training.question[out] == question
            scores[here] = training.rows[out][here] @ of_fold.weights(training, question) + of_fold.intercept
        left_out[out] = np.where(known[out] & inside.any(axis=0), scores, np.nan)
    return Linear(dual, intercept, left_out)


def _descend(training: Training, target: Floats, mask: Bools, start: Floats) -> tuple[Floats, Floats]:
    """Dual and intercept, a theme a column, to a relative residual of _TOLERANCE.

    Two systems are solved for each theme, one for its target and one for the ones that give the intercept; themes
    with the same mask share the latter.
    """
    patterns, pattern_of = np.unique(mask, axis=1, return_inverse=True)
    pattern_of = pattern_of.ravel()
    inside = np.column_stack([mask, patterns]).astype(np.float64)
    aim = np.column_stack([np.where(mask, target, 0.0), patterns])
    columns = sparse.csr_array(training.rows.T)
    parts = [np.flatnonzero(training.question == q) for q in np.unique(training.question) if q >= 0]
    rows_of = [(part, training.rows[part], sparse.csr_array(training.rows[part].T)) for part in parts]

    def bend(dual: Floats) -> Floats:
        found = training.rows @ (columns @ dual) + (PENALTY / training.weight)[:, None] * dual
        for part, rows, turned in rows_of:
            found[part] += CONTEXT * (rows @ (turned @ dual[part]))
        return np.asarray(inside * found)

    solved = _conjugate(bend, aim, inside * np.column_stack([start, np.zeros(patterns.shape)]))
    ones = solved[:, mask.shape[1] :][:, pattern_of]
    plain = solved[:, : mask.shape[1]]
    intercept = plain.sum(axis=0) / np.maximum(ones.sum(axis=0), 1e-12)
    return plain - ones * intercept, intercept


def _conjugate(bend: Callable[[Floats], Floats], aim: Floats, start: Floats) -> Floats:
    """Conjugate gradients on all columns at once (Hestenes & Stiefel 1952)."""
    found = start
    residual = aim - bend(found)
    direction = residual.copy()
    size = np.sum(residual**2, axis=0)
    enough = _TOLERANCE**2 * np.maximum(np.sum(aim**2, axis=0), 1e-30)
    for _ in range(_MOST_STEPS):
        if np.all(size <= enough):
            break
        bent = bend(direction)
        length = size / np.maximum(np.sum(direction * bent, axis=0), 1e-300)
        found = found + length * direction
        residual = residual - length * bent
        new_size = np.sum(residual**2, axis=0)
        direction = residual + (new_size / np.maximum(size, 1e-300)) * direction
        size = new_size
    return found
