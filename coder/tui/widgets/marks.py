"""What is marked in a response: highlights, the words behind a suggestion, key terms; and how a piece of it looks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain, pairwise

from rich.segment import Segment
from rich.style import Style

from coder.domain.coding import Span, cut_points
from coder.tui.widgets.clusters import drawn
from coder.tui.widgets.layout import Line
from coder.tui.widgets.palette import Paint

MARGIN = 4  # cells at the left for the keys of the themes that begin on a line


class Kind(IntEnum):
    """In the order in which they win over each other; a star shows in the margin alone, a mask beside all others."""

    TERM = 0
    EVIDENCE = 1
    OPEN = 2  # a highlight without a theme
    HIGHLIGHT = 3
    STAR = 4
    MASK = 5
    HIT = 6  # what was searched for; it shows beside all others


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch; `signs` are the keys of its themes, so that colour is never the only sign."""

    span: Span
    kind: Kind
    paint: Paint | None = None
    signs: tuple[str, ...] = ()

    @property
    def layers(self) -> int:
        """For how many codings it stands."""
        return max(1, len(self.signs)) if self.kind in (Kind.OPEN, Kind.HIGHLIGHT) else 0


class Marks:
    """The marks of a text, found by place, so that a row is painted at one speed whether there are two or thousands."""

    _BLOCK = 512  # characters

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self.all = tuple(marks)
        self._by_block: dict[int, list[Mark]] = {}
        for mark in self.all:
            last = max(mark.span.start, mark.span.end - 1)
            for block in range(mark.span.start // self._BLOCK, last // self._BLOCK + 1):
                self._by_block.setdefault(block, []).append(mark)

    def touching(self, start: int, end: int) -> list[Mark]:
        """The marks that have a character in [start, end), in the order in which they were given."""
        blocks = range(start // self._BLOCK, max(start, end - 1) // self._BLOCK + 1)
        near = chain.from_iterable(self._by_block.get(block, ()) for block in blocks)
        found = {id(m): m for m in near if m.span.start < end and start < m.span.end}
        return list(found.values())


def pieces(line: Line, spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """The line cut where one of the spans begins or ends, as [start, end) in the text."""
    local = (Span(max(0, s.start - line.start), max(0, s.end - line.start)) for s in spans)
    return pairwise(line.start + at for at in cut_points(line.end - line.start, local))


def within(marks: Iterable[Mark], start: int, end: int) -> list[Mark]:
    """The marks that cover a whole piece."""
    return [m for m in marks if m.span.start <= start and end <= m.span.end]


def margin(line: Line, marks: Iterable[Mark], base: Style) -> Iterable[Segment]:
    """What begins on this line: a star, which shows nowhere else, the keys of the themes, then signs of other marks."""
    signs: dict[str, Style] = {}
    for mark in sorted(marks, key=lambda m: (m.kind is not Kind.STAR, m.kind > Kind.HIGHLIGHT, -m.kind)):
        if mark.kind is Kind.TERM or not line.start <= mark.span.start <= line.end:
            continue
        look = base + (Style(italic=True) if mark.kind is Kind.EVIDENCE else Style(bold=True))
        if mark.paint:
            paint = mark.paint
            chip = mark.kind is not Kind.EVIDENCE
            look += Style(color=paint.text, bgcolor=paint.background) if chip else Style(color=paint.ink)
        for sign in mark.signs or ("·",):
            signs.setdefault(sign, look)
    shown = list(signs.items())
    if len(shown) >= MARGIN:
        shown = [*shown[: MARGIN - 2], ("+", base)]
    segments = [Segment(drawn(sign)[:1] or " ", look) for sign, look in shown]
    return [*segments, Segment(" " * (MARGIN - len(segments)), base)]


def style_of(marks: Sequence[Mark]) -> Style:
    """The look of a piece that lies inside all of these marks.

    The shortest highlight gives the colour; two codings add an underline, three or more a double one. Evidence is
    italic in its theme's ink, a key term underlined in a quiet one. Masked words are struck through beside all that.
    What was searched for is bold, on a colour of its own where nothing is highlighted.
    """
    if any(m.kind is Kind.MASK for m in marks):
        return style_of([m for m in marks if m.kind is not Kind.MASK]) + Style(strike=True)
    hit = next((m for m in marks if m.kind is Kind.HIT), None)
    if hit is not None:
        others = style_of([m for m in marks if m.kind is not Kind.HIT])
        own = Style(color=hit.paint.text, bgcolor=hit.paint.background) if hit.paint else Style(italic=True)
        return (others if others.bgcolor else others + own) + Style(bold=True)
    marks = [m for m in marks if m.kind is not Kind.STAR]
    if not marks:
        return Style.null()
    layers = sum(m.layers for m in marks)
    evidence = [m for m in marks if m.kind is Kind.EVIDENCE]
    style = Style(italic=True) if evidence else Style.null()
    if layers:
        top = min((m for m in marks if m.layers), key=lambda m: (m.span.end - m.span.start, -m.kind))
        if top.paint:
            style += Style(color=top.paint.text, bgcolor=top.paint.background)
        elif top.kind is Kind.HIGHLIGHT:  # no colours here: lines tell alone, one more than otherwise
            style += Style(bold=True)
            layers += 1
        if top.kind is Kind.OPEN or layers == 2:
            style += Style(underline=True)
        elif layers > 2:  # both: not every terminal knows the double line
            style += Style(underline=True, underline2=True)
        return style
    if evidence:
        shortest = min(evidence, key=lambda m: m.span.end - m.span.start)
        return style + (Style(color=shortest.paint.ink) if shortest.paint else Style.null())
    quiet = marks[0].paint
    return Style(underline=True, color=quiet.ink) if quiet else Style(underline=True, dim=True)
