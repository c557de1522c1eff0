"""The same people twice: who came to have something, who lost it, and how sure the change is."""

from dataclasses import dataclass
from math import sqrt

from coder.stats.exact import two_sided
from coder.stats.intervals import wilson


@dataclass(frozen=True, slots=True)
class Pairs:
    """People who are known both times: how many kept something, gained it, lost it, or never had it."""

    kept: int
    gained: int
    lost: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.kept, self.gained, self.lost, self.neither) < 0:
            raise ValueError(f"no number of people is negative: {self}")

    @property
    def base(self) -> int:
        return self.kept + self.gained + self.lost + self.neither

    @property
    def before(self) -> int:
        return self.kept + self.lost

    @property
    def after(self) -> int:
        return self.kept + self.gained

    @property
    def difference(self) -> float | None:
        """The share after less the share before, from -1 to 1; None where nobody is known both times."""
        return (self.gained - self.lost) / self.base if self.base else None

    def interval(self, confidence: float = 0.95) -> tuple[float, float] | None:
        """The interval of the difference: (low, high), or None where nobody is known both times.

        Formula: R. G. Newcombe (1998), "Improved confidence intervals for the difference between binomial proportions
        based on paired data", Statistics in Medicine 17, 2635-2650, method 10: from the two Wilson intervals and the
        correlation phi, with its continuity correction. Raises ValueError as `wilson` does.
        """
        n = self.base
        before, after = wilson(self.before, n, confidence), wilson(self.after, n, confidence)
        if before is None or after is None:
            return None
        first, second = self.before / n, self.after / n
        phi = self._phi()
        down = second - after[0], before[1] - first
        up = after[1] - second, first - before[0]
        reach = [sqrt(max(0.0, a * a - 2 * phi * a * b + b * b)) for a, b in (down, up)]
        difference = (self.gained - self.lost) / n
        return difference - reach[0], difference + reach[1]

    def _phi(self) -> float:
        margins = self.before * self.after * (self.base - self.before) * (self.base - self.after)
        if not margins:
            return 0.0
        cross = self.kept * self.neither - self.gained * self.lost
        corrected = max(cross - self.base / 2, 0.0) if cross > 0 else float(cross)
        return corrected / sqrt(margins)

    def exact_p(self) -> float | None:
        """The two-sided p value of McNemar's exact test that as many gain it as lose it; None where nobody changed.

        Q. McNemar (1947), "Note on the sampling error of the difference between correlated proportions or
        percentages", Psychometrika 12, 153-157, by the binomial distribution.
        """
        return None if (found := self._test()) is None else found[0]

    def mid_p(self) -> float | None:
        """The same, less half of the probability of just what was observed, on either side; None as above.

        M. W. Fagerland, S. Lydersen, P. Laake (2013), "The McNemar test for binary matched-pairs data: mid-p and
        asymptotic are better than exact conditional", BMC Medical Research Methodology 13, 91.
        """
        if (found := self._test()) is None:
            return None
        p, here = found
        # Where as many gained as lost, the observed number lies on both sides, and is halved once.
        return p - here / 2 if self.gained == self.lost else p - here

    def _test(self) -> tuple[float, float] | None:
        changed = self.gained + self.lost
        if not changed:
            return None
        fewer = min(self.gained, self.lost)  # both sides are alike
        return two_sided(fewer, changed // 2, (0, changed), lambda x: (changed - x) / (x + 1))
