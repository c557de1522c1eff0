"""What all figures have around their marks: the question above, a scale, the notes below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from coder.charts import colours
from coder.charts.drawing import BODY, SMALL, TITLE, Sheet, Strokes
from coder.charts.lettering import LEADING, width, wrap
from coder.charts.spec import Chart

MARGIN = 12.0
_TITLE_LINES, _NOTE_LINES = 8, 6
_NARROW = 560.0


def is_narrow(sheet: Sheet) -> bool:
    """Whether names have no room beside their marks and stand above them."""
    return sheet.width < _NARROW


def begin(chart: Chart, wide: float) -> Sheet:
    """A sheet with the title and the subtitle of a figure on it."""
    sheet = Sheet(wide, y=MARGIN)
    title = TITLE if not is_narrow(sheet) else TITLE - 1.5
    paragraph(sheet, chart.title, size=title, bold=True, most=_TITLE_LINES)
    if chart.title and chart.subtitle:
        sheet.y += 3
    paragraph(sheet, chart.subtitle, size=BODY - 0.5, colour=colours.MUTED, most=_NOTE_LINES)
    if chart.title or chart.subtitle:
        sheet.y += 10
    return sheet


def end(sheet: Sheet, chart: Chart) -> Sheet:
    """The notes, and the lower edge of the sheet."""
    for at, note in enumerate(chart.notes):
        sheet.y += 8 if not at else 2
        paragraph(sheet, note, size=SMALL, colour=colours.MUTED, most=_NOTE_LINES)
    sheet.y += MARGIN
    return sheet


def paragraph(
    sheet: Sheet, text: str, *, size: float, bold: bool = False, colour: str = colours.INK, most: int
) -> None:
    """Lines of text over the whole width."""
    write_lines(
        sheet, MARGIN, wrap(text, sheet.width - 2 * MARGIN, size, bold=bold, most=most), size, bold=bold, colour=colour
    )


def write_lines(
    sheet: Sheet, x: float, lines: Sequence[str], size: float = BODY, *, bold: bool = False, colour: str = colours.INK
) -> None:
    """Lines below each other from `y` on, which goes with them."""
    for line in lines:
        sheet.y += size * LEADING
        sheet.write(x, sheet.y - size * LEADING / 2, line, size=size, bold=bold, colour=colour)


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values stand between two edges of a sheet."""

    left: float
    right: float
    low: float
    high: float

    def __call__(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)

    def ticks(self, room: float = 58.0) -> list[float]:
        """Round values over the scale, at least so many pixels from each other."""
        most = max(1, int((self.right - self.left) / room))
        step = _step((self.high - self.low) / most)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [step * at for at in range(first, last + 1)]


def _step(least: float) -> float:
    """The roundest step that is no smaller."""
    size = 10.0 ** floor(log10(least))
    return next((by * size for by in (1, 2, 5) if by * size >= least * (1 - 1e-9)), 10 * size)


def share_scale(left: float, right: float, shares: Sequence[float]) -> Scale:
    """A scale of shares from 0, as far as these reach, in steps of a tenth; all of it where there are none."""
    top = max(shares, default=1.0)
    return Scale(left, right, 0.0, min(1.0, max(0.1, ceil(top * 10 - 1e-9) / 10)))


def draw_scale(sheet: Sheet, scale: Scale, top: float, says: Callable[[float], str], title: str = "") -> None:
    """Lines behind the marks from `top` to `y`, what they stand for below them, and what the scale measures."""
    ticks = scale.ticks()
    lines = [(scale(tick), top, scale(tick), sheet.y) for tick in ticks]
    behind = [Strokes(tuple(lines), colours.GRID)]
    if 0 in ticks:
        behind.append(Strokes((lines[ticks.index(0)],), colours.AXIS))
    sheet.marks[:0] = behind
    sheet.y += 11
    for tick in ticks:
        said = says(tick)
        half = width(said, SMALL) / 2  # whole at the edges of the sheet, too
        x = min(max(scale(tick), half + 2), sheet.width - half - 2)
        sheet.write(x, sheet.y, said, size=SMALL, colour=colours.MUTED, anchor="center")
    sheet.y += 8
    if title:
        room = sheet.width - 2 * MARGIN
        start = scale.left if width(title, SMALL) <= sheet.width - MARGIN - scale.left else MARGIN
        sheet.y += 2
        write_lines(sheet, start, wrap(title, room, SMALL, most=3), SMALL, colour=colours.MUTED)


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"
