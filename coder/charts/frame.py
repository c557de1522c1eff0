"""What all figures have around their marks: the question above, a scale, the notes below."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from coder.charts import colours
from coder.charts.cells import clean
from coder.charts.drawing import BODY, SMALL, TITLE, Mark, Sheet, Strokes
from coder.charts.lettering import LEADING, width, wrap
from coder.charts.spec import Chart

MARGIN = 12.0
_TITLE_LINES, _NOTE_LINES = 8, 6
_NARROW = 560.0
_SIGN = 24.0  # a sign of a legend, and the gap behind it


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

    def ticks(self, room: float) -> list[float]:
        """Round values over the scale, at least so many pixels from each other; with both ends where these are whole
        numbers that are not 0, as those of ratings are."""
        span = self.high - self.low
        most = max(1, int((self.right - self.left) / room))
        if self.low and float(self.low).is_integer() and float(span).is_integer():
            steps = (s for s in range(1, int(span) + 1) if span % s == 0)
            by = next(s for s in steps if span / s <= most or s == span)
            return [self.low + at for at in range(0, int(span) + 1, by)]
        step = _step(span / most)
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


def _ticks(scale: Scale, says: Callable[[float], str]) -> list[float]:
    """As many as leave their labels apart."""
    for room in (28.0, 36.0, 46.0, 58.0, 76.0):
        ticks = scale.ticks(room)
        apart = scale(ticks[1]) - scale(ticks[0]) if len(ticks) > 1 else room
        if max((width(says(tick), SMALL) for tick in ticks), default=0.0) + 12 <= apart:
            break
    return ticks


def draw_scale(
    sheet: Sheet, scale: Scale, bands: Sequence[tuple[float, float]], says: Callable[[float], str], title: str = ""
) -> None:
    """Lines behind the marks, in each of the `bands` from top to bottom; at `y`, what they stand for below them, and
    what the scale measures."""
    ticks = _ticks(scale, says)
    behind = [Strokes(tuple((scale(t), top, scale(t), foot) for t in ticks for top, foot in bands), colours.GRID)]
    if 0 in ticks:
        behind.append(Strokes(tuple((scale(0), top, scale(0), foot) for top, foot in bands), colours.AXIS))
    sheet.marks[:0] = behind if bands else []
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


def legend(sheet: Sheet, entries: Sequence[tuple[str, Callable[[float, float], Iterable[Mark]]]]) -> None:
    """What signs stand for: each is drawn from x on, with its middle at y; in one line where there is room for all."""
    room = sheet.width - 2 * MARGIN
    widths = [_SIGN + width(clean(name), SMALL) + 20 for name, _ in entries]
    if sum(widths) - 20 <= room:
        x = MARGIN
        for (name, sign), wide in zip(entries, widths, strict=True):
            sheet.put(*sign(x, sheet.y + SMALL * 0.66))
            sheet.write(x + _SIGN, sheet.y + SMALL * 0.66, clean(name), size=SMALL)
            x += wide
        sheet.y += SMALL * LEADING
    else:
        for name, sign in entries:
            sheet.put(*sign(MARGIN, sheet.y + SMALL * 0.66))
            write_lines(sheet, MARGIN + _SIGN, wrap(name, room - _SIGN, SMALL, most=4), SMALL)
            sheet.y += 2
    sheet.y += 9
