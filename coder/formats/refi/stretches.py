"""Stretches of a source's text: which touch each other, what none of them covers, and where they are in the text as
it is stored."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from coder.domain.coding import Span
from coder.domain.corpus import normalise_text
from coder.formats.refi.model import Source
from coder.formats.refi.units import AS_STORED


class Spans:
    """Spans of one text, among which those that touch another are found without a look at all."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._order = sorted(range(len(spans)), key=lambda at: spans[at])
        self._starts = [spans[at].start for at in self._order]
        self._furthest = list(accumulate((spans[at].end for at in self._order), max))

    def touching(self, span: Span) -> list[int]:
        """Where they stand, in their order."""
        first, last = bisect_right(self._furthest, span.start), bisect_left(self._starts, span.end)
        return sorted(at for at in self._order[first:last] if self._spans[at].end > span.start)


def normalised(source: Source) -> Source:
    """The source with its text as texts are stored: LF alone, and no byte order mark; what is marked stays marked."""
    text = normalise_text(source.text)
    if text == source.text:
        return source
    mark = len(source.text) - len(source.text.lstrip("\ufeff"))
    place = AS_STORED.places(normalise_text(source.text[mark:]), source.text[mark:]) or (lambda at: at)

    def span(of: Span) -> Span:
        return Span(place(max(0, of.start - mark)), place(max(0, of.end - mark)))

    marks = [replace(one, span=span(one.span)) for one in source.selections if one.span.end > mark]
    return replace(source, text=text, selections=tuple(one for one in marks if one.span.start < one.span.end))


def outside(spans: Iterable[Span], text: str) -> str:
    """What none of the spans covers."""
    left, at = [], 0
    for span in sorted(spans):
        left.append(text[at : span.start])
        at = max(at, span.end)
    return "".join([*left, text[at:]])


def is_all_of(span: Span, text: str) -> bool:
    """Whether nothing but white space is outside of a stretch."""
    return not outside([span], text).strip()
