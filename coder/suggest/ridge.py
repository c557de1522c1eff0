"""Ridge regression for all themes at once, with the score that each response gets when its participant is left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PENALTY = 1.0
"""Weight of the squared coefficients against the squared errors; rows have length 1 in each block of features."""
LARGEST_EXACT = 4_000
"""Rows (for themes that are all known on the same rows) up to which the exact solution is used."""
_FOLDS = 5
_TOLERANCE = 1e-3
_MOST_STEPS = 200


@dataclass(frozen=True)
class Linear:
    """What a theme's score is made of: score = row @ weights[:, theme] + intercept[theme].

    `weights` is features x themes; `left_out` is rows x themes: the score of a row by a model that saw no row of
    its participant, NaN where the theme is unknown for the row or nobody else is left to learn from.
    """

    weights: Floats
    intercept: Floats
    left_out: Floats


def fit_ridge(rows: sparse.csr_array, positive: Bools, known: Bools, participants: Ints, seed: int) -> Linear:
    """Least squares of 0 and 1 on the rows with a penalty and a free intercept, a theme a column.

    `positive` and `known` are rows x themes; only known rows speak about a theme, and each theme needs one.
    Up to LARGEST_EXACT rows the scores left out are exact, participant by participant; beyond, five folds of whole
    participants (drawn by the seed) take their place.
    """
    patterns, pattern_of = np.unique(known, axis=1, return_inverse=True)
    cost = np.sum(patterns.sum(axis=0, dtype=np.float64) ** 3)
    if cost <= float(LARGEST_EXACT) ** 3:
        return _exact(rows, positive.astype(np.float64), (patterns, pattern_of.ravel()), participants)
    return _by_steps(rows, positive.astype(np.float64), known, folds_of(participants, seed))


def _exact(rows: sparse.csr_array, target: Floats, patterns: tuple[Bools, Ints], participants: Ints) -> Linear:
    """One factorisation for all themes that are known on the same rows.

    With G = penalty (K + penalty I)^-1 on the centred kernel K, the residuals are G (y - mean), the matrix that
    takes them from y is G - 1/n, and the residuals of a block left out are (G - 1/n)_BB^-1 times its residuals
    (block form of the PRESS identity; Cook & Weisberg 1982, section 2.2).
    """
    kernel = (rows @ rows.T).toarray()
    dual = np.zeros_like(target)
    intercept = np.zeros(target.shape[1])
    left_out = np.full_like(target, np.nan)
    for pattern, here in enumerate(patterns[0].T):
        themes = np.flatnonzero(patterns[1] == pattern)
        at = np.flatnonzero(here)
        part = kernel[np.ix_(at, at)]
        means = part.mean(axis=0)
        part = part - means - means[:, None] + means.mean()
        part[np.diag_indices_from(part)] += PENALTY
        inverse = PENALTY * cho_solve(cho_factor(part, lower=True), np.eye(len(at)))
        wanted = target[np.ix_(at, themes)]
        residual = inverse @ (wanted - wanted.mean(axis=0))
        dual[np.ix_(at, themes)] = residual / PENALTY
        intercept[themes] = wanted.mean(axis=0)
        left_out[np.ix_(at, themes)] = wanted - _left_out_residuals(inverse, residual, participants[at])
    weights = np.asarray(rows.T @ dual)
    for pattern, here in enumerate(patterns[0].T):
        themes = np.flatnonzero(patterns[1] == pattern)
        intercept[themes] -= rows[np.flatnonzero(here)].mean(axis=0) @ weights[:, themes]
    return Linear(weights, intercept, left_out)


def _left_out_residuals(inverse: Floats, residual: Floats, participants: Ints) -> Floats:
    """The residuals that the rows of each participant have in a fit without that participant."""
    _, who, rows_each = np.unique(participants, return_inverse=True, return_counts=True)
    count = len(participants)
    found = residual / np.maximum(np.diag(inverse) - 1 / count, 1e-12)[:, None]
    for person in np.flatnonzero(rows_each > 1):
        block = np.flatnonzero(who == person)
        if len(block) < count:
            found[block] = np.linalg.solve(inverse[np.ix_(block, block)] - 1 / count, residual[block])
    if len(rows_each) == 1:
        found[:] = np.nan
    return found


def folds_of(participants: Ints, seed: int) -> Ints:
    """A fold for each row, whole participants together."""
    people, who = np.unique(participants, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(people))
    return np.asarray(order % min(_FOLDS, len(people)))[who]


def _by_steps(rows: sparse.csr_array, target: Floats, known: Bools, folds: Ints) -> Linear:
    """The same model by conjugate gradients: a theme's known rows, and a fold, are masks on the rows."""
    columns = sparse.csr_array(rows.T)
    mask = known.astype(np.float64)
    weights, intercept = _descend(rows, columns, target, mask, np.zeros((rows.shape[1], target.shape[1])))
    left_out = np.full_like(target, np.nan)
    for fold in np.unique(folds):
        out = folds == fold
        inside = mask * ~out[:, None]
        of_fold = _descend(rows, columns, target, inside, weights)
        usable = known[out] & (inside.sum(axis=0) > 0)
        left_out[out] = np.where(usable, rows[out] @ of_fold[0] + of_fold[1], np.nan)
    return Linear(weights, intercept, left_out)


def _descend(
    rows: sparse.csr_array, columns: sparse.csr_array, target: Floats, mask: Floats, start: Floats
) -> tuple[Floats, Floats]:
    """Weights and intercepts, a theme a column, to a relative residual of _TOLERANCE."""
    count = np.maximum(mask.sum(axis=0), 1)
    mean = (mask * target).sum(axis=0) / count

    def bend(weights: Floats) -> Floats:
        scores = mask * (rows @ weights)
        scores -= mask * (scores.sum(axis=0) / count)
        return np.asarray(columns @ scores) + PENALTY * weights

    aim = np.asarray(columns @ (mask * (target - mean)))
    weights = start.copy()
    residual = aim - bend(weights)
    direction = residual.copy()
    size = np.sum(residual**2, axis=0)
    enough = _TOLERANCE**2 * np.maximum(np.sum(aim**2, axis=0), 1e-30)
    for _ in range(_MOST_STEPS):
        if np.all(size <= enough):
            break
        bent = bend(direction)
        length = size / np.maximum(np.sum(direction * bent, axis=0), 1e-300)
        weights += length * direction
        residual -= length * bent
        new_size = np.sum(residual**2, axis=0)
        direction = residual + (new_size / np.maximum(size, 1e-300)) * direction
        size = new_size
    scores = mask * (rows @ weights)
    return weights, mean - scores.sum(axis=0) / count
