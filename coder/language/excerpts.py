"""What of a long text is quoted: whole sentences around the words that matter, nothing in them altered."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coder.domain.coding import Span
from coder.language.units import sentences_of, words_of

LEFT_OUT = "[…]"
"""What stands for words that are not quoted."""
LEAST_ROOM = 40
"""In fewer characters than this an excerpt could hold little beside its marks."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote as it is printed, `[…]` in place of what was left out before, between or after its pieces.

    `pieces` are (offset in `text`, stretch of the source), in their order; `spans` are the words that matter, in
    `text`, joined where they meet.
    """

    text: str
    spans: tuple[Span, ...]
    pieces: tuple[tuple[int, Span], ...]
    is_whole: bool


def excerpt(
    text: str, spans: Iterable[Span] = (), *, shortest: int, longest: int, needed: Iterable[Span] = ()
) -> Excerpt:
    """The text, where it is no longer than `longest`; else the sentences with the spans, or the first ones.

    Spans are taken in their order as long as they fit, neighbouring sentences until it is as long as `shortest`. A
    sentence that is too long is cut between words, around its span. `needed` stretches are in it whole, however long
    they are; without any the printed text is never longer than `longest`, which is LEAST_ROOM at least.
    """
    spans, needed = joined(spans), joined(needed)
    whole = trimmed(text, Span(0, len(text)))
    if whole.end - whole.start <= longest or any(span.covers(whole) for span in needed):
        pieces: Sequence[Span] = (whole,)
    else:
        pieces = _Cutter(text, whole, shortest, longest).cut(spans, needed)
    return _printed(text, spans, pieces, whole)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The stretches in their order, those that overlap or touch as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def trimmed(text: str, span: Span) -> Span:
    """The stretch without the white space at its ends; empty where it is nothing else."""
    words = span.of(text)
    end = span.start + len(words.rstrip())
    return Span(min(end, span.start + len(words) - len(words.lstrip())), end)


def _printed(text: str, spans: Sequence[Span], pieces: Sequence[Span], whole: Span) -> Excerpt:
    parts, placed, marked = [], [], []
    at = 0
    for number, piece in enumerate(pieces):
        lead = f"{LEFT_OUT} " if piece.start > whole.start else ""
        lead = " " + lead if number else lead
        at += len(lead)
        parts += [lead, piece.of(text)]
        placed.append((at, piece))
        for span in spans:
            if span.overlaps(piece):
                by = at - piece.start
                marked.append(Span(max(span.start, piece.start) + by, min(span.end, piece.end) + by))
        at += piece.end - piece.start
    if pieces[-1].end < whole.end:
        parts.append(f" {LEFT_OUT}")
    return Excerpt("".join(parts), joined(marked), tuple(placed), tuple(pieces) == (whole,))


class _Cutter:
    """Cuts one text that is too long."""

    def __init__(self, text: str, whole: Span, shortest: int, longest: int) -> None:
        self._text, self._whole = text, whole
        self._shortest, self._longest = shortest, longest
        self._room = longest - 2 * (len(LEFT_OUT) + 1)
        self._sentences, self._words = sentences_of(text), words_of(text)

    def cut(self, spans: Sequence[Span], needed: Sequence[Span]) -> Sequence[Span]:
        pieces: Sequence[Span] = ()
        for span in needed:
            pieces = self._with(pieces, self._around(span, needed=True))
        for span in spans:
            more = self._with(pieces, self._around(span))
            if not pieces or self._length(more) <= self._longest:
                pieces = more
        if not pieces:
            pieces = self._with((), self._around(Span(self._whole.start, self._whole.start + 1)))
        while self._length(pieces) < self._shortest:
            after, before = self._sentences.starting_after(pieces[-1].end - 1), self._before(pieces[0].start)
            grown = (self._with(pieces, more) for more in (after, before) if more is not None)
            fitting = next((more for more in grown if self._length(more) <= self._longest and more != pieces), None)
            if fitting is None:
                break
            pieces = fitting
        return pieces

    def _before(self, offset: int) -> Span | None:
        return self._sentences.starting_before(offset)

    def _length(self, pieces: Sequence[Span]) -> int:
        marks = (pieces[0].start > self._whole.start) + (pieces[-1].end < self._whole.end) + len(pieces) - 1
        return sum(p.end - p.start for p in pieces) + marks * (len(LEFT_OUT) + 1) + len(pieces) - 1

    def _with(self, pieces: Sequence[Span], more: Span) -> Sequence[Span]:
        """The pieces and one more, those as one between which there is white space alone."""
        found: list[Span] = []
        for piece in sorted((*pieces, *([more] if more.start < more.end else ()))):
            if found and (piece.start <= found[-1].end or not self._text[found[-1].end : piece.start].strip()):
                found[-1] = Span(found[-1].start, max(found[-1].end, piece.end))
            else:
                found.append(piece)
        return found

    def _around(self, span: Span, *, needed: bool = False) -> Span:
        """The sentences that a span stands in; or as many of their words as there is room for."""
        span = trimmed(self._text, span)
        if span.start == span.end:
            return span
        first, last = self._sentences.ending_after(span.start), self._before(span.end)
        hull = Span(min(span.start, first.start if first else span.start), max(span.end, last.end if last else 0))
        if hull.end - hull.start <= self._room:
            return hull
        outer = self._to_words(span)
        if needed or outer.end - outer.start <= self._room:
            span = outer
        room = self._room - (span.end - span.start)
        if room <= 0:
            return span if needed else Span(span.start, self._end(span.start + self._room, span.start))
        before = min(span.start - hull.start, max(room // 2, room - (hull.end - span.end)))
        after = min(hull.end - span.end, room - before)
        return Span(self._start(span.start - before, span.start, hull), self._end(span.end + after, span.end, hull))

    def _to_words(self, span: Span) -> Span:
        """The span, with the whole of the words that it begins and ends in."""
        first, last = self._words.at(span.start), self._words.at(span.end - 1)
        return Span(first.start if first else span.start, last.end if last else span.end)

    def _start(self, offset: int, latest: int, hull: Span) -> int:
        """The first beginning of a word from an offset on."""
        if offset <= hull.start:
            return hull.start
        word = self._words.starting_after(offset - 1)
        return word.start if word is not None and word.start < latest else latest

    def _end(self, offset: int, earliest: int, hull: Span | None = None) -> int:
        """The last end of a word up to an offset, if it is after the earliest; else a place where nothing that is
        seen as one is cut in two."""
        if hull is not None and offset >= hull.end:
            return hull.end
        word = self._words.starting_before(offset)
        if word is not None and word.end > offset:
            word = self._words.starting_before(word.start)
        if word is not None and word.end > earliest:
            return word.end
        if hull is not None:
            return earliest
        while offset > earliest + 1 and _continues(self._text[offset - 1 : offset + 1]):
            offset -= 1
        return offset


def _continues(pair: str) -> bool:
    """Whether the second of two characters is seen as one with the first."""
    return "\u200d" in pair or unicodedata.category(pair[-1])[0] == "M" or "\U0001f3fb" <= pair[-1] <= "\U0001f3ff"
