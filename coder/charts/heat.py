"""A table whose cells are the darker the more."""

from collections.abc import Sequence

from coder.charts import colours, numbers
from coder.charts.bars import Names
from coder.charts.cells import clean
from coder.charts.drawing import BODY, SMALL, Box, Sheet
from coder.charts.frame import MARGIN, begin, end, is_narrow, write_lines
from coder.charts.lettering import LEADING, width, wrap
from coder.charts.spec import HeatMap
from coder.domain.tally import Figure

_CELL = 27.0
_WIDEST = 92.0
_HEAD_LINES = 3


def heat_map(spec: HeatMap, wide: float) -> Sheet:
    """A row of cells with their numbers; columns bear their names, or numbers where these are too long."""
    sheet = begin(spec, wide)
    if spec.rows and spec.columns:
        names = Names(sheet, [(name, 0) for name in numbers.rows(spec)], share=0.36)
        cell = min(_WIDEST, (sheet.width - MARGIN - names.right) / len(spec.columns))
        heads = [wrap(name, cell - 6, SMALL) for name in spec.columns]
        fit = not spec.triangle and all(_fits(lines, name) for lines, name in zip(heads, spec.columns, strict=True))
        if not fit:
            heads = [[str(at + 1)] for at in range(len(spec.columns))]
        _write_heads(sheet, heads, names.right, cell)
        _write_cells(sheet, spec, names, cell)
        if not fit and not spec.triangle:
            _write_key(sheet, spec.columns)
    sheet.y += 6
    title = wrap(spec.axis, sheet.width - 2 * MARGIN, SMALL, most=3)
    write_lines(sheet, MARGIN, title, SMALL, colour=colours.MUTED)
    return end(sheet, spec)


def _fits(lines: Sequence[str], name: str) -> bool:
    """Whether a name stands over its column in few lines without a word broken."""
    return len(lines) <= _HEAD_LINES and " ".join(lines) == clean(name)


def _write_heads(sheet: Sheet, heads: Sequence[Sequence[str]], left: float, cell: float) -> None:
    line = SMALL * LEADING
    sheet.y += line * max(map(len, heads))
    for at, lines in enumerate(heads):
        for up, text in enumerate(reversed(lines)):
            y = sheet.y - line * (up + 0.5)
            sheet.write(left + (at + 0.5) * cell, y, text, size=SMALL, colour=colours.MUTED, anchor="center")
    sheet.y += 4


def _write_cells(sheet: Sheet, spec: HeatMap, names: Names, cell: float) -> None:
    most = max((_amount(spec, f) for row in _shaded(spec) for f in row if f is not None), default=0.0)
    longest = max((width(numbers.cell(spec, f), BODY, bold=True) for row in spec.cells for f in row), default=0.0)
    size = min(BODY, BODY * (cell - 3) / longest) if longest else BODY
    narrow = is_narrow(sheet)
    for at, row in enumerate(spec.cells):
        height = names.write(at, _CELL)
        for column, figure in enumerate(row):
            if figure is None:
                continue
            x, alone = names.right + column * cell, spec.triangle and column == at
            blank = alone or (spec.shares and figure.share is None)
            step = min(len(colours.RAMP) - 1, int(len(colours.RAMP) * _amount(spec, figure) / most)) if most else 0
            fill = colours.PAPER if blank else colours.RAMP[step]
            edge = colours.AXIS if alone else ""
            sheet.put(Box(x + 0.75, sheet.y + 0.75, cell - 1.5, height - 1.5, fill, edge))
            ink = colours.ON_PALE if step < colours.FULL_FROM else colours.ON_FULL
            y = sheet.y + height / 2
            ink = colours.INK if blank else ink
            sheet.write(x + cell / 2, y, numbers.cell(spec, figure), size=size, bold=alone, colour=ink, anchor="center")
        sheet.y += height + (4 if narrow else 0)


def _shaded(spec: HeatMap) -> Sequence[Sequence[Figure | None]]:
    if not spec.triangle:
        return spec.cells
    return [[f for column, f in enumerate(row) if column != at] for at, row in enumerate(spec.cells)]


def _amount(spec: HeatMap, figure: Figure) -> float:
    return (figure.share or 0.0) if spec.shares else float(figure.participants)


def _write_key(sheet: Sheet, names: Sequence[str]) -> None:
    sheet.y += 8
    for at, name in enumerate(names):
        lines = wrap(f"{at + 1}  {name}", sheet.width - 2 * MARGIN, SMALL, most=3)
        write_lines(sheet, MARGIN, lines, SMALL)
