"""What a rating is: a number on a scale, and where the ends of the scale are known from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import ceil, floor, inf, log10

from coder.domain.people import People

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)

_END = r"(-?\d{1,3})"
_TO = r"\s*(?:-|–|—|\.\.\.?|…|to|through|bis|à|a)\s*"
_WORDS = r"(?:\s*(?:\([^()]*\)|=[^,;]*))?"  # what an end means: `1 (not at all) to 7 (extremely)`, `1 = low, 7 = high`
_RANGES = (
    re.compile(rf"[(\[]\s*{_END}{_TO}{_END}\b", re.IGNORECASE),
    re.compile(rf"\b(?:scale|skala|escala|échelle)\b\D{{0,20}}?{_END}{_WORDS}{_TO}{_END}\b", re.IGNORECASE),
    re.compile(rf"\bfrom\s+{_END}{_WORDS}\s*to\s*{_END}\b", re.IGNORECASE),
)
_MEANING = re.compile(rf"(?<!\d){_END}\s*=\s*\w")
_OUT_OF = re.compile(r"\bout of\s+(\d{1,3})\b|/\s?(5|7|10|100)\b", re.IGNORECASE)

MOST_BARS = 21
_MOST_RANGES = 12


class Origin(StrEnum):
    """Where the end of a scale is known from: who asks said it, the question says it, or nobody went beyond it."""

    ASKED = "asked"
    STATED = "stated"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of a scale, and where each is known from; a question's ends that answers go beyond are `refuted`."""

    low: float
    high: float
    low_from: Origin
    high_from: Origin
    refuted: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a scale, or the values from `low` up to `high`, and who gave them; it may be nobody.

    `closed`: `high` itself is among the values, as it is in the last of several ranges.
    """

    low: float
    high: float
    closed: bool
    people: People

    @property
    def participants(self) -> int:
        return len(self.people)

    @property
    def label(self) -> str:
        if self.low == self.high:
            return plain(self.low)
        return f"{plain(self.low)} to {'' if self.closed else '<'}{plain(self.high)}"


def read_number(text: str) -> float | None:
    """The number that a text is, and nothing but that; None for `7 - very`, and for `1,000`, which may be 1."""
    if not _NUMBER.fullmatch(text) or re.search(r",\d{3}$", text):
        return None
    return float(text.replace(",", "."))


def stated_ends(prompt: str) -> tuple[float | None, float | None]:
    """The ends of the scale that a question states, such as `(1-7)`, `on a scale from 0 to 10`, `out of 10`."""
    for pattern in _RANGES:
        for low, high in pattern.findall(prompt):
            if float(low) < float(high):
                return float(low), float(high)
    ends = [float(end) for end in _MEANING.findall(prompt)]
    if len(set(ends)) > 1:
        return min(ends), max(ends)
    if match := _OUT_OF.search(prompt):
        return None, float(match[1] or match[2])
    return None, None


def scale_of(prompt: str, lowest: float, highest: float, asked: tuple[float, float] | None = None) -> Scale:
    """The scale of ratings from `lowest` to `highest`: as asked, as the question states it, else as it was used."""
    if asked is not None:
        return Scale(*asked, Origin.ASKED, Origin.ASKED)
    low, high = stated_ends(prompt)
    refuted = lowest < (-inf if low is None else low) or highest > (inf if high is None else high)
    if refuted:
        low = high = None
    return Scale(
        lowest if low is None else low,
        highest if high is None else high,
        Origin.SEEN if low is None else Origin.STATED,
        Origin.SEEN if high is None else Origin.STATED,
        refuted,
    )


def edges(low: float, high: float, values: Sequence[float]) -> list[tuple[float, float, bool]]:
    """The bars of a distribution as (from, to, whether `to` is in it): every point of the scale, those between that
    nobody gave too; or where they are many, or no whole or half numbers, ranges of a round width."""
    for step in (1.0, 0.5):
        points = (high - low) / step
        if points < MOST_BARS and all(((v - low) / step).is_integer() for v in (high, *values)):
            return [(low + i * step, low + i * step, True) for i in range(round(points) + 1)]
    width = _round_width(high - low)
    first, last = floor(low / width), ceil(high / width)
    inner = (round(i * width, 12) for i in range(first + 1, last))
    cuts = [low, *(cut for cut in inner if low < cut < high), high]
    return [(a, b, i == len(cuts) - 2) for i, (a, b) in enumerate(pairwise(cuts))]


def _round_width(span: float) -> float:
    """The least of 1, 2, 5, 10, ... (or a tenth, hundredth, ... of one) that makes few ranges of the span."""
    ten = 10.0 ** floor(log10(span / _MOST_RANGES))
    return next(f * ten for f in (1, 2, 5, 10, 20) if span / (f * ten) <= _MOST_RANGES - 1)


def plain(number: float) -> str:
    """A number as people write it: no decimals where there are none."""
    return f"{number:.10g}"
