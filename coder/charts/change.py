"""Pairs of values as two dots on a line, and their difference with its interval beside or below."""

from collections.abc import Callable, Iterator

from coder.charts import colours, numbers
from coder.charts.bars import GAP, Names
from coder.charts.drawing import BODY, SMALL, Dot, Mark, Sheet, Strokes
from coder.charts.frame import (
    MARGIN,
    Scale,
    begin,
    draw_scale,
    end,
    is_narrow,
    legend,
    percent,
    share_scale,
    write_lines,
)
from coder.charts.lettering import shorten, width, wrap
from coder.charts.spec import Change, ChangePlot
from coder.domain.rating import plain

_RADIUS = 5.5
_ROW, _BELOW = 30.0, 24.0  # a row's height, and that of the difference below it on a narrow sheet
_VALUES_SHARE = 0.64  # of the room for both scales


def change_plot(spec: ChangePlot, wide: float) -> Sheet:
    """A row per pair: both values on one scale, then the difference on another, around 0."""
    sheet = begin(spec, wide)
    _legend(sheet, spec)
    narrow = is_narrow(sheet)
    names = Names(sheet, [(row.label, row.depth) for row in spec.rows], share=0.3)
    says = [numbers.difference(spec, row) for row in spec.rows]
    right = sheet.width - MARGIN - max((width(said, BODY) for said in says), default=0.0) - GAP
    parted = sheet.width - MARGIN if narrow else names.right + _VALUES_SHARE * (right - names.right)
    written = (numbers.value(spec, v, row) for row in spec.rows for v in (row.before, row.after))
    pad = max((width(value, BODY) for value in written), default=0.0) + _RADIUS + 6
    values = _values(spec, names.right + pad, parted - pad)
    apart = _differences(spec, (MARGIN if narrow else parted + GAP) + 4, right - 4)
    zeros: list[tuple[float, float, float, float]] = []
    for at, row in enumerate(spec.rows):
        height = names.write(at, _ROW)
        y = sheet.y + height / 2
        sheet.put(*_pair(row, values, y))
        _write_pair(sheet, spec, row, values, y)
        sheet.y += height
        if narrow:
            y = sheet.y + _BELOW / 2 - 4
            sheet.y += _BELOW + 2
            zeros.append((apart(0), y - 9, apart(0), y + 9))
        sheet.put(*_interval(row, apart, y))
        sheet.write(sheet.width - MARGIN, y, says[at], anchor="right")
    foot = sheet.y
    draw_scale(sheet, values, names.bands, percent if spec.ends is None else plain)
    if narrow:
        sheet.marks[:0] = [Strokes(tuple(zeros), colours.AXIS)] if zeros else []
    else:
        below, sheet.y = sheet.y, foot
        draw_scale(sheet, apart, names.bands, _signed(spec))
        sheet.y = max(sheet.y, below)
    sheet.y += 2
    title = wrap(spec.axis, sheet.width - 2 * MARGIN, SMALL, most=3)
    write_lines(sheet, MARGIN, title, SMALL, colour=colours.MUTED)
    return end(sheet, spec)


def _legend(sheet: Sheet, spec: ChangePlot) -> None:
    def dot(fill: str) -> "Callable[[float, float], Iterator[Mark]]":
        return lambda x, y: iter([Dot(x + 8, y, _RADIUS - 1, fill, colours.AFTER)])

    def span(x: float, y: float) -> Iterator[Mark]:
        return _span(x, x + 16, x + 8, y)

    legend(sheet, [(spec.before, dot(colours.BEFORE)), (spec.after, dot(colours.AFTER)), ("difference", span)])


def _values(spec: ChangePlot, left: float, right: float) -> Scale:
    if spec.ends is not None:
        return Scale(left, right, *numbers.ends(spec.ends))
    return share_scale(left, right, [v for row in spec.rows for v in (row.before, row.after) if v is not None])


def _differences(spec: ChangePlot, left: float, right: float) -> Scale:
    """Both ways as far as any interval goes, so that 0 is within."""
    reached = [v for row in spec.rows for v in (row.difference, *(row.interval or ())) if v is not None]
    low, high = min((0.0, *reached)), max((0.0, *reached))
    if low == high:
        low, high = -0.1, 0.1
    room = 0.06 * (high - low)
    return Scale(left, right, low - room, high + room)


def _signed(spec: ChangePlot) -> Callable[[float], str]:
    times = 100 if spec.ends is None else 1
    return lambda number: numbers.signed(round(times * number, 9))


def _pair(row: Change, scale: Scale, y: float) -> Iterator[Mark]:
    """A line from the one value to the other, a dot for each; the filled one is the later."""
    if row.before is not None and row.after is not None and row.before != row.after:
        yield Strokes(((scale(row.before), y, scale(row.after), y),), colours.AFTER, 2.4)
    if row.before is not None:
        yield Dot(scale(row.before), y, _RADIUS, colours.BEFORE, colours.AFTER)
    if row.after is not None:
        yield Dot(scale(row.after), y, _RADIUS - (1.5 if row.after == row.before else 0), colours.AFTER, colours.AFTER)


def _write_pair(sheet: Sheet, spec: ChangePlot, row: Change, scale: Scale, y: float) -> None:
    """Each value at the outer side of its dot."""
    if row.before is None or row.after is None:
        room = scale.right - scale.left
        sheet.write(scale.left, y, shorten(row.note or "–", room, BODY), colour=colours.MUTED)
        return
    rises = row.after >= row.before
    for number, leftmost in ((row.before, rises), (row.after, not rises)):
        x = scale(number) + (-_RADIUS - 5 if leftmost else _RADIUS + 5)
        ink = colours.MUTED if number is row.before else colours.INK
        sheet.write(x, y, numbers.value(spec, number, row), colour=ink, anchor="right" if leftmost else "left")


def _interval(row: Change, scale: Scale, y: float) -> Iterator[Mark]:
    if row.difference is not None:
        low, high = row.interval or (row.difference, row.difference)
        yield from _span(scale(low), scale(high), scale(row.difference), y)


def _span(low: float, high: float, middle: float, y: float) -> Iterator[Mark]:
    if low != high:
        yield Strokes(
            ((low, y, high, y), *((x, y - 3.5, x, y + 3.5) for x in (low, high))), colours.INK, 1.4, halo=True
        )
    yield Dot(middle, y, 3.0, colours.INK, colours.INK)
