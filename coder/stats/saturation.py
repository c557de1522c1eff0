"""When new texts stop bringing new themes.

An adaptation for short answers of G. Guest, E. Namey, M. Chen (2020), "A simple method to assess and report thematic
saturation in qualitative research", PLOS ONE 15 (5), e0232076, which is about interviews: one answer has far fewer
themes than one interview, so saturation comes later, if it comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

TOO_FEW = "fewer texts than the base and one run"
EMPTY_BASE = "no theme in the base, so nothing to measure new ones against"
NOT_YET = "the last run still brought more than the threshold"


@dataclass(frozen=True, slots=True)
class Rule:
    """So many texts first are the base, so many in a row a run, and at most this share of the base's themes may a run
    bring anew. Raises ValueError for sizes below 1 or a threshold that is no share."""

    base: int = 4
    run: int = 2
    threshold: float = 0.05

    def __post_init__(self) -> None:
        if self.base < 1 or self.run < 1 or not 0 <= self.threshold <= 1:
            raise ValueError(f"no such rule: {self}")


@dataclass(frozen=True, slots=True)
class Saturated:
    """`after` so many texts the next run brought no more than the threshold, or None, for the `reason`.

    `base_themes` are those of the base, `new` those that the run had beside all before it (of the last run, where
    there was no saturation), `share` is new / base_themes.
    """

    after: int | None
    base_themes: int
    new: int | None
    share: float | None
    reason: str = ""


def saturation(new: Sequence[int], rule: Rule = Rule()) -> Saturated:
    """When the themes were saturated, from the number of new ones in each text; runs overlap, text by text."""
    base = sum(new[: rule.base])
    if len(new) < rule.base + rule.run:
        return Saturated(None, base, None, None, TOO_FEW)
    if not base:
        return Saturated(None, 0, sum(new[-rule.run :]), None, EMPTY_BASE)
    for after in range(rule.base, len(new) - rule.run + 1):
        brought = sum(new[after : after + rule.run])
        if brought / base <= rule.threshold:
            return Saturated(after, base, brought, brought / base)
    return Saturated(None, base, brought, brought / base, NOT_YET)
