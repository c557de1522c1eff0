"""Shares as bars, the interval of each drawn over its bar, with the figures beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor
from operator import itemgetter

from rich.cells import cell_len
from rich.style import Style

from coder.domain import wording
from coder.domain.tally import Figure
from coder.tui.widgets.palette import Paint
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, cells_of, fit, fit_right, fitted

_LEAST_BAR = 8  # cells; with fewer a bar says nothing
_LEAST_NAME = 12
_GOOD_BAR = 24  # cells that a longer name must leave
_ENDS = (1.0, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01)  # where a scale may end


@dataclass(frozen=True, slots=True)
class BarRow:
    """A theme's bar, or below it the bar of a group or a wave; a heading has no figure."""

    name: str
    depth: int
    figure: Figure | None
    paint: Paint | None = None
    heads: bool = False  # the rows after it are its parts


def drawn_bar(figure: Figure, cells: int, end: float = 1.0) -> list[tuple[str, bool]]:
    """The bar of a share on a scale from 0 to `end`, cell by cell: what is drawn, and whether on the bar's colour.

    The whisker `├─┤` stands over the bar from the interval's low to its high end. The cell in which the bar ends
    stays an eighth block wherever the whisker's own ends leave it free.
    """
    if figure.share is None or cells < 1:
        return [(" ", False)] * max(0, cells)
    full = min(wording.bar(figure.share / end, cells), "█" * cells, key=len)
    drawn = [(char, False) for char in full.ljust(cells)]
    if figure.interval is None:
        return drawn
    low = min(cells - 1, floor(figure.interval[0] / end * cells))
    high = max(low, min(cells, ceil(figure.interval[1] / end * cells)) - 1)
    for at in range(low, high + 1):
        char = drawn[at][0]
        if char not in " █" and low < at < high:
            continue
        sign = "│" if low == high else "├" if at == low else "┤" if at == high else "─"
        drawn[at] = (sign, char in "▌▋▊▉█")
    return drawn


def scale_end(rows: Sequence[BarRow]) -> float:
    """The shortest scale on which every interval is whole."""
    highest = max((r.figure.interval[1] for r in rows if r.figure and r.figure.interval), default=1.0)
    return min(end for end in _ENDS if end >= min(1.0, highest))


class Bars(Rows):
    """A bar a row; the names give way to the bars where it is narrow, the figures never."""

    PART = "In the bars"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[BarRow] = ()
        self.end = 1.0
        self._of, self._head = "", "  theme"
        self._figures: list[tuple[str, str, str]] = []
        self._widths: Sequence[int] = ()
        self._longest = 0

    def show_rows(self, rows: Sequence[BarRow], of: str, end: float = 1.0, head: str = "theme") -> None:
        """`of` says whom the percentages are of, `end` is the share at the right end of the scale, `head` stands over
        the names."""
        self.rows, self._of, self.end, self._head = rows, of, end, f"  {head}"
        self._figures = [_figures(row.figure) for row in rows]
        self._widths = [max(map(cell_len, column)) for column in zip(*self._figures, strict=True)]
        self._longest = max([cells_of(self._head), *(2 + 2 * row.depth + cells_of(row.name) + 1 for row in rows)])
        self.changed()

    def count(self) -> int:
        return len(self.rows)

    def _rooms(self, width: int) -> tuple[int, int, int]:
        """The cells for the name, the bar and the figures, each with the space before it."""
        beside = max(sum(size + 2 for size in self._widths if size), cells_of(self._of) + 2)
        left = max(0, width - beside)
        name = min(self._longest, max(_LEAST_NAME, left - _GOOD_BAR))
        bar = left - name
        return (left, 0, beside) if bar < _LEAST_BAR else (name, bar, beside)

    def heading(self, width: int) -> str:
        """What stands over the columns: the scale, and whom the figures are of."""
        name, bar, beside = self._rooms(width)
        about = fit(f"  {self._of}", beside)
        return fit(self._head, name) + _scale(bar, self.end) + about

    def paint(self, row: int, width: int) -> Sequence[Look]:
        item, texts = self.rows[row], self._figures[row]
        name, bar, _ = self._rooms(width)
        here = "▸ " if row == self.cursor else "  "
        look: list[tuple[str, Style]] = [
            (here, BOLD),
            (fit("  " * item.depth + item.name, name - 3) + " ", BOLD if item.heads else PLAIN),
        ]
        ink = Style(color=item.paint.ink) if item.paint else PLAIN
        cells = drawn_bar(item.figure, bar, self.end) if item.figure else [(" ", False)] * bar
        styled = ((char, _style(char, over, ink)) for char, over in cells)
        look += [("".join(char for char, _ in run), style) for style, run in groupby(styled, key=itemgetter(1))]
        quiet = DIM if item.figure and not item.figure.participants else PLAIN
        look += [(f"  {fit_right(text, size)}", quiet) for text, size in zip(texts, self._widths, strict=True) if size]
        return [fitted(look, width)]


def _style(char: str, over: bool, ink: Style) -> Style:
    if over:
        return ink + Style(reverse=True)
    return PLAIN if char in "├─┤│" else ink


def _figures(figure: Figure | None) -> tuple[str, str, str]:
    if figure is None:
        return "", "", ""
    return f"{figure.participants:,} of {figure.base:,}", wording.percent(figure), wording.interval(figure)


def _scale(cells: int, end: float) -> str:
    """The numbers of a scale over so many cells, each where its share is."""
    line = [" "] * cells
    steps = 4 if cells >= 40 else 2 if cells >= 20 else 1
    for step in range(steps + 1):
        share = end * step / steps
        text = f"{100 * share:g}" + (" %" if step == steps else "")
        at = min(cells - len(text), max(0, round(cells * step / steps) - (len(text) // 2 if step else 0)))
        if at >= 0 and all(char == " " for char in line[at : at + len(text) + 1]):
            line[at : at + len(text)] = text
    return "".join(line)
