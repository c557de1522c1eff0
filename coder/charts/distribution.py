"""Columns of how many gave each value of a scale, with the mean below."""

from bisect import bisect_right
from collections.abc import Sequence

from coder.charts import colours, numbers
from coder.charts.bars import bars
from coder.charts.cells import clean
from coder.charts.drawing import BODY, SMALL, Box, Dot, Sheet, Strokes
from coder.charts.frame import MARGIN, begin, end, is_narrow, write_lines
from coder.charts.lettering import shorten, width, wrap
from coder.charts.spec import Bar, Bars, Distribution, Value
from coder.domain.rating import plain
from coder.domain.tally import Figure

_HEIGHT, _NARROW_HEIGHT = 190.0, 140.0
_SMALLEST = 8.5  # letters of a count
_LABEL_SLOTS = 3  # over how many columns the name of one may go
_WIDEST = 96.0  # a column and the gap beside it


def distribution(spec: Distribution, wide: float) -> Sheet:
    """A column per value, as high as many gave it, from 0; a dot marks the mean, and a line its interval.

    Where columns have no room for their numbers they are rows, and the mean is said.
    """
    slot = min(_WIDEST, (wide - 2 * MARGIN) / max(1, len(spec.values)))
    if not _fit(spec.values, slot):
        return bars(_as_bars(spec), wide)
    sheet = begin(spec, wide)
    if spec.values:
        left = MARGIN
        _columns(sheet, spec, left, slot)
        _points(sheet, spec.values, left, slot)
        _mean(sheet, spec, left, slot)
    sheet.y += 4
    title = wrap(spec.axis, sheet.width - 2 * MARGIN, SMALL, most=3)
    write_lines(sheet, MARGIN, title, SMALL, colour=colours.MUTED)
    return end(sheet, spec)


def _fit(values: Sequence[Value], slot: float) -> bool:
    counts = (width(str(value.participants), _SMALLEST, bold=True) for value in values)
    labels = (width(clean(value.label), SMALL) for value in values)
    return max(counts, default=0.0) <= slot - 2 and max(labels, default=0.0) <= _LABEL_SLOTS * slot


def _as_bars(spec: Distribution) -> Bars:
    figures = [Figure(value.participants, spec.base, False, None) for value in spec.values]
    return Bars(
        title=spec.title,
        subtitle=spec.subtitle,
        axis=spec.axis,
        notes=(numbers.mean_in_words(spec).capitalize() + ".", *spec.notes),
        bars=tuple(Bar(value.label, figure) for value, figure in zip(spec.values, figures, strict=True)),
    )


def _columns(sheet: Sheet, spec: Distribution, left: float, slot: float) -> None:
    most = max(value.participants for value in spec.values)
    shares = [numbers.share(value.participants, spec.base) for value in spec.values]
    percents = max(width(share, SMALL) for share in shares) <= slot - 3
    sheet.y += 22 + (15 if percents else 0)
    high = _NARROW_HEIGHT if is_narrow(sheet) else _HEIGHT
    foot = sheet.y + high
    thick = slot * (0.74 if spec.values[0].low == spec.values[0].high else 0.96)
    for at, (value, share) in enumerate(zip(spec.values, shares, strict=True)):
        middle = left + (at + 0.5) * slot
        reach = high * value.participants / most if most else 0.0
        if reach:
            sheet.put(Box(middle - thick / 2, foot - reach, thick, reach, colours.BAR, colours.BAR))
        above = foot - reach - 10
        if percents:
            sheet.write(middle, above, share, size=SMALL, colour=colours.MUTED, anchor="center")
            above -= 15
        count = str(value.participants)
        size = min(BODY, BODY * (slot - 2) / width(count, BODY, bold=True))
        sheet.write(middle, above, count, size=size, bold=True, anchor="center")
    sheet.put(Strokes(((left, foot, left + slot * len(spec.values), foot),), colours.AXIS))
    sheet.y = foot


def _points(sheet: Sheet, values: Sequence[Value], left: float, slot: float) -> None:
    """What the columns stand for: a value below its column, the ends of a range below its sides."""
    sheet.y += 12
    if values[0].low == values[0].high:
        labels = [(left + (at + 0.5) * slot, value.label) for at, value in enumerate(values)]
    else:
        labels = [(left + at * slot, plain(value.low)) for at, value in enumerate(values)]
        labels.append((left + slot * len(values), plain(values[-1].high)))
    widest = max(width(label, SMALL) for _, label in labels)
    every = max(1, -int(-(widest + 6) // slot))
    room = max(every * slot - 4, 24.0)
    for at in range(0, len(labels), every):
        x, label = labels[at]
        label = shorten(label, room, SMALL)
        half = width(label, SMALL) / 2
        x = min(max(x, half + 2), sheet.width - half - 2)
        sheet.write(x, sheet.y, label, size=SMALL, anchor="center")
    sheet.y += 10


def _mean(sheet: Sheet, spec: Distribution, left: float, slot: float) -> None:
    if spec.mean is None:
        return
    sheet.y += 8
    middle = sheet.y
    x, low, high = (
        _place(value, spec.values, left, slot) for value in (spec.mean, *(spec.interval or (spec.mean, spec.mean)))
    )
    if spec.interval:
        ends = ((edge, middle - 4, edge, middle + 4) for edge in (low, high))
        sheet.put(Strokes(((low, middle, high, middle), *ends), colours.MEAN, 1.6))
    sheet.put(Dot(x, middle, 4.5, colours.MEAN, colours.PAPER))
    says = numbers.mean_in_words(spec)
    long = width(says, BODY, bold=True)
    if high + 10 + long <= sheet.width - MARGIN:
        sheet.write(high + 10, middle, says, bold=True, colour=colours.MEAN)
    elif low - 10 - long >= MARGIN:
        sheet.write(low - 10, middle, says, bold=True, colour=colours.MEAN, anchor="right")
    else:
        sheet.y += 8
        write_lines(
            sheet, MARGIN, wrap(says, sheet.width - 2 * MARGIN, BODY, bold=True), BODY, bold=True, colour=colours.MEAN
        )
        return
    sheet.y += 8


def _place(number: float, values: Sequence[Value], left: float, slot: float) -> float:
    """Where a number stands between the columns."""
    if values[0].low == values[0].high:
        known = [(value.low, left + (at + 0.5) * slot) for at, value in enumerate(values)]
    else:
        known = [(value.low, left + at * slot) for at, value in enumerate(values)]
        known.append((values[-1].high, left + slot * len(values)))
    at = bisect_right([value for value, _ in known], number)
    if at == 0 or at == len(known):
        return known[max(0, at - 1)][1]
    (value, x), (next_value, next_x) = known[at - 1], known[at]
    return x + (number - value) / (next_value - value) * (next_x - x)
