"""Horizontal bars of shares, each with its interval and its numbers."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from coder.charts import colours
from coder.charts.cells import clean
from coder.charts.drawing import BODY, SMALL, Box, Sheet, Strokes
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
from coder.charts.lettering import LEADING, balance, shorten, width, wrap
from coder.charts.spec import Bars, GroupedBars
from coder.domain import wording
from coder.domain.tally import Figure

GAP = 12.0
_INDENT = 16.0  # a step down the tree of themes
_NAME_LINES = 4
_NAMES_SHARE, _GROUP_SHARE = 0.42, 0.18  # of the sheet, at most: bars need their room


def bars(spec: Bars, wide: float) -> Sheet:
    """A row per bar: its name, the bar with its interval, the numbers; names above where there is no room beside."""
    sheet = begin(spec, wide)
    numbers = Numbers([bar.figure for bar in spec.bars])
    narrow = is_narrow(sheet)
    names = Names(sheet, [(bar.label, bar.depth) for bar in spec.bars])
    scale = share_scale(names.right, sheet.width - MARGIN - numbers.width - GAP, reaches(b.figure for b in spec.bars))
    for at, bar in enumerate(spec.bars):
        thick = 11.0 if bar.depth else 15.0
        if names.nested and at and not bar.depth:
            sheet.y += 5
        height = names.write(at, thick + 9)
        middle = sheet.y + height / 2
        if bar.figure.share:
            fill = colours.PART if bar.depth else colours.BAR
            reach = scale(bar.figure.share) - scale.left
            sheet.put(Box(scale.left, middle - thick / 2, reach, thick, fill, colours.BAR))
        whisker(sheet, scale, bar.figure, middle)
        numbers.write(sheet, bar.figure, middle)
        sheet.y += height + (4 if narrow else 0)
    draw_scale(sheet, scale, names.bands, percent, spec.axis)
    return end(sheet, spec)


def grouped_bars(spec: GroupedBars, wide: float) -> Sheet:
    """A block of bars per row, one for each group: each bears its group's name, colour and hatching."""
    sheet = begin(spec, wide)
    figures = [figure for row in spec.rows for figure in row.figures]
    numbers = Numbers([figure for figure in figures if figure is not None])
    names = Names(sheet, [(row.label, row.depth) for row in spec.rows], share=0.3)
    room = max(_GROUP_SHARE * sheet.width, 64.0)
    groups = [shorten(name, room, SMALL) for name in spec.groups]
    if groups != [clean(name) for name in spec.groups]:
        signs = [partial(_sign, group) for group in range(len(spec.groups))]
        legend(sheet, list(zip(spec.groups, signs, strict=True)))
    left = names.right + max((width(name, SMALL) for name in groups), default=0.0) + 8
    scale = share_scale(left, sheet.width - MARGIN - numbers.width - GAP, reaches(figures))
    pitch, thick = 18.0, 13.0
    for at, row in enumerate(spec.rows):
        sheet.y += 5 if at else 0
        height = names.write(at, pitch * len(row.figures) + 4)
        middle = sheet.y + (height - pitch * len(row.figures)) / 2 - pitch / 2
        for group, figure in enumerate(row.figures):
            middle += pitch
            sheet.write(left - 8, middle, groups[group], size=SMALL, colour=colours.MUTED, anchor="right")
            if figure is None:
                sheet.write(sheet.width - MARGIN, middle, "–", colour=colours.MUTED, anchor="right")
                continue
            if figure.share:
                sheet.put(_swatch(group, left, middle - thick / 2, scale(figure.share) - left, thick))
            whisker(sheet, scale, figure, middle)
            numbers.write(sheet, figure, middle, BODY - 0.5)
        sheet.y += height
    draw_scale(sheet, scale, names.bands, percent, spec.axis)
    return end(sheet, spec)


def _swatch(group: int, x: float, y: float, wide: float, high: float) -> Box:
    at = group % len(colours.GROUPS)
    return Box(x, y, wide, high, colours.GROUPS[at], colours.EDGE, colours.HATCHES[at], colours.HATCH_INKS[at])


def _sign(group: int, x: float, y: float) -> Iterator[Box]:
    yield _swatch(group, x, y - 5, 16, 10)


class Names:
    """The names of rows, beside their marks in a column as wide as they need, or above these on a narrow sheet."""

    def __init__(self, sheet: Sheet, names: Sequence[tuple[str, int]], share: float = _NAMES_SHARE) -> None:
        self._sheet, self._names = sheet, names
        self._narrow = is_narrow(sheet)
        self.nested = any(depth for _, depth in names)
        room = sheet.width - 2 * MARGIN if self._narrow else share * sheet.width
        fit = wrap if self._narrow else balance
        self._lines = [fit(n, room - self._indent(d), self._size(d), most=_NAME_LINES) for n, d in names]
        longest = max(
            (
                self._indent(depth) + width(line, self._size(depth))
                for (_, depth), lines in zip(names, self._lines, strict=True)
                for line in lines
            ),
            default=0.0,
        )
        self.right = MARGIN if self._narrow else MARGIN + longest + GAP
        """Where the names' column ends, and the marks begin."""
        self.bands: list[tuple[float, float]] = []
        """Where the marks are, from top to bottom: all of it beside the names, or between them."""

    def _indent(self, depth: int) -> float:
        return _INDENT * depth * (0.75 if self._narrow else 1.0)

    @staticmethod
    def _size(depth: int) -> float:
        return BODY - 0.5 if depth else BODY

    def write(self, at: int, height: float) -> float:
        """Write a name: above, from `y` on, which goes with it; or beside marks of this height. How high the row is."""
        sheet, lines, depth = self._sheet, self._lines[at], self._names[at][1]
        size, ink = self._size(depth), colours.MUTED if depth else colours.INK
        if self._narrow:
            write_lines(sheet, MARGIN + self._indent(depth), lines, size, colour=ink)
            self.bands.append((sheet.y, sheet.y + height))
            return height
        height = max(height, len(lines) * size * LEADING + 7)
        for line_at, line in enumerate(lines):
            y = sheet.y + height / 2 + (line_at - (len(lines) - 1) / 2) * size * LEADING
            if self.nested:
                sheet.write(MARGIN + self._indent(depth), y, line, size=size, colour=ink)
            else:
                sheet.write(self.right - GAP, y, line, size=size, colour=ink, anchor="right")
        top = self.bands.pop()[0] if self.bands else sheet.y
        self.bands.append((top, sheet.y + height))
        return height


def reaches(figures: Iterable[Figure | None]) -> list[float]:
    """How far each figure reaches on its scale."""
    return [f.interval[1] if f.interval else f.share for f in figures if f is not None and f.share is not None]


def whisker(sheet: Sheet, scale: Scale, figure: Figure, middle: float, cap: float = 3.5) -> None:
    """The interval of a figure as a line with two ends."""
    if figure.interval is None:
        return
    low, high = map(scale, figure.interval)
    ends = ((x, middle - cap, x, middle + cap) for x in (low, high))
    sheet.put(Strokes(((low, middle, high, middle), *ends), colours.INK, 1.4, halo=True))


class Numbers:
    """The column of counts and percentages at the right; the base in each row where it is not the same in all."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._one_base = len({figure.base for figure in figures}) <= 1
        self._percents = max((width(wording.percent(f), BODY) for f in figures), default=0.0)
        counts = max((width(self._count(f), BODY, bold=True) for f in figures), default=0.0)
        self.width = counts + 9 + self._percents

    def _count(self, figure: Figure) -> str:
        return str(figure.participants) if self._one_base else f"{figure.participants} of {figure.base}"

    def write(self, sheet: Sheet, figure: Figure, middle: float, size: float = BODY) -> None:
        """The numbers of a row whose middle is there."""
        right = sheet.width - MARGIN
        sheet.write(right, middle, wording.percent(figure), size=size, colour=colours.MUTED, anchor="right")
        sheet.write(right - self._percents - 9, middle, self._count(figure), size=size, bold=True, anchor="right")
