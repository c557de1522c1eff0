"""Horizontal bars of shares, each with its interval and its numbers."""

from collections.abc import Iterable, Sequence

from coder.charts import colours
from coder.charts.drawing import BODY, Box, Sheet, Strokes
from coder.charts.frame import MARGIN, Scale, begin, draw_scale, end, is_narrow, percent, share_scale, write_lines
from coder.charts.lettering import LEADING, width, wrap
from coder.charts.spec import Bars
from coder.domain import wording
from coder.domain.tally import Figure

GAP = 12.0
_INDENT = 16.0  # a step down the tree of themes
_NAME_LINES = 4
_NAMES_SHARE = 0.42  # of the sheet, at most: bars need their room


def bars(spec: Bars, wide: float) -> Sheet:
    """A row per bar: its name, the bar with its interval, the numbers; names above where there is no room beside."""
    sheet = begin(spec, wide)
    numbers = Numbers([bar.figure for bar in spec.bars])
    narrow = is_narrow(sheet)
    names = Names(sheet, [(bar.label, bar.depth) for bar in spec.bars])
    scale = share_scale(names.right, sheet.width - MARGIN - numbers.width - GAP, reaches(b.figure for b in spec.bars))
    top = sheet.y
    for at, bar in enumerate(spec.bars):
        thick = 11.0 if bar.depth else 15.0
        if names.nested and at and not bar.depth:
            sheet.y += 5
        height = max(thick + 9, names.write(at, thick + 9))
        middle = sheet.y + height / 2
        if bar.figure.share:
            fill = colours.PART if bar.depth else colours.BAR
            reach = scale(bar.figure.share) - scale.left
            sheet.put(Box(scale.left, middle - thick / 2, reach, thick, fill, colours.BAR))
        whisker(sheet, scale, bar.figure, middle)
        numbers.write(sheet, bar.figure, middle)
        sheet.y += height + (4 if narrow else 0)
    draw_scale(sheet, scale, top, percent, spec.axis)
    return end(sheet, spec)


class Names:
    """The names of rows, beside their marks in a column as wide as they need, or above these on a narrow sheet."""

    def __init__(self, sheet: Sheet, names: Sequence[tuple[str, int]]) -> None:
        self._sheet, self._names = sheet, names
        self._narrow = is_narrow(sheet)
        self.nested = any(depth for _, depth in names)
        room = sheet.width - 2 * MARGIN if self._narrow else _NAMES_SHARE * sheet.width
        self._lines = [wrap(n, room - self._indent(d), self._size(d), most=_NAME_LINES) for n, d in names]
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
            return height
        height = max(height, len(lines) * size * LEADING + 7)
        for line_at, line in enumerate(lines):
            y = sheet.y + height / 2 + (line_at - (len(lines) - 1) / 2) * size * LEADING
            if self.nested:
                sheet.write(MARGIN + self._indent(depth), y, line, size=size, colour=ink)
            else:
                sheet.write(self.right - GAP, y, line, size=size, colour=ink, anchor="right")
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
