"""The learning curve: how a figure grows with the number of examples, and where it goes from there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_EXPONENTS = np.linspace(0.05, 1.5, 59)


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """A figure after n examples: limit - factor * n ** -exponent."""

    limit: float
    factor: float
    exponent: float

    def at(self, examples: float) -> float:
        return float(self.limit - self.factor * examples**-self.exponent)


def fit_power_law(sizes: Sequence[float], figures: Sequence[float]) -> PowerLaw:
    """The inverse power law nearest to the figures, by least squares weighted with the number of examples.

    Figures of growing examples are at most 1, and so is the limit of a growing curve; a falling one is fitted too.
    Formula and weights: R. L. Figueroa et al. (2012), "Predicting sample size required for classification
    performance", BMC Medical Informatics and Decision Making 12:8. The exponent is searched between 0.05 and 1.5;
    limit and factor are exact for each. Raises ValueError for fewer than three different sizes.
    """
    n, y = np.asarray(sizes, dtype=np.float64), np.asarray(figures, dtype=np.float64)
    if len(np.unique(n)) < 3:
        raise ValueError("a learning curve needs at least three sizes")
    weight = n / n.sum()
    best, least = PowerLaw(float(weight @ y), 0.0, 1.0), np.inf
    for exponent in _EXPONENTS:
        x = n**-exponent
        mean_x, mean_y = weight @ x, weight @ y
        factor = -(weight @ ((x - mean_x) * (y - mean_y))) / (weight @ (x - mean_x) ** 2)
        limit = mean_y + factor * mean_x
        if factor > 0 and limit > 1:
            limit, factor = 1.0, (weight @ (x * (1 - y))) / (weight @ x**2)
        missed = weight @ (y - limit + factor * x) ** 2
        if missed < least:
            best, least = PowerLaw(float(limit), float(factor), float(exponent)), missed
    return best
