"""How sure a figure is, from drawing the participants again."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS = 1000


def cluster_bootstrap(
    parts: Floats, figure: Callable[[Floats], Floats], *, seed: int, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """The percentile interval (low, high) of figures of a sum over clusters, such as participants.

    `parts` has what each cluster adds, clusters along the first axis; `figure` makes the figures of a sum of them.
    Clusters are drawn whole, with replacement. A draw in which a figure is NaN says nothing for it, and counts as 0.
    Method: B. Efron, R. J. Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13.
    """
    rng = np.random.default_rng(seed)
    clusters = len(parts)
    flat = parts.reshape(clusters, -1)
    drawn = []
    for _ in range(DRAWS):
        times = np.bincount(rng.integers(clusters, size=clusters), minlength=clusters)
        drawn.append(figure((times @ flat).reshape(parts.shape[1:])))
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.nan_to_num(np.array(drawn), nan=0.0), [tail, 1 - tail], axis=0)
    return np.asarray(low), np.asarray(high)
