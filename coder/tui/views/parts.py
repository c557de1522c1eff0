"""Rows with a figure for each of several columns (groups, waves): as bars with their parts below, and as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.tally import Figure
from coder.tui.views.view import Shown, Spot
from coder.tui.widgets.bars import BarRow
from coder.tui.widgets.grid import Cells

if TYPE_CHECKING:
    from coder.tui.widgets.palette import Paint


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is of."""

    name: str
    depth: int = 0
    paint: Paint | None = None


@dataclass(frozen=True)
class Parts:
    """A figure and its spot for every row and column, None where there is none. With `whole` the first column is the
    row's own, and the others are parts of it; `sign` stands in a cell before its figure. Where one column is all,
    the table has one for each part of its figure instead, and `more`: heads and what stands below them, by row."""

    rows: Sequence[Row]
    columns: Sequence[str]
    figure: Callable[[int, int], Figure | None]
    spot: Callable[[int, int], Spot | None]
    whole: bool
    sign: Callable[[int, int], str] = lambda _row, _column: ""
    more: Mapping[str, Callable[[int], str]] = field(default_factory=dict)

    def shown(self) -> Shown:
        """Bars and table; the words around them are the view's."""
        several = len(self.columns) > 1
        first = 1 if self.whole or not several else 0  # of the columns that stand below a row's own bar
        bars: list[BarRow] = []
        places: list[tuple[int, int] | None] = []
        for at, row in enumerate(self.rows):
            bars.append(BarRow(row.name, row.depth, self.figure(at, 0) if first else None, row.paint, heads=several))
            places.append((at, 0) if first else None)
            for column in range(first, len(self.columns)):
                if (part := self.figure(at, column)) is not None:
                    bars.append(BarRow(f"· {self.columns[column]}", row.depth + 1, part, row.paint))
                    places.append((at, column))
        names = [(row.depth, row.name) for row in self.rows]
        if several:
            cells = Cells(names, self.columns, self._cell)
        else:
            heads = [*_ALONE, *self.more]
            if not any(row.figure and row.figure.interval for row in bars):
                heads.remove(_INTERVAL)
            cells = Cells(names, heads, lambda row, column: self._alone(row, heads[column]))
        spot = self.spot if several else lambda row, _column: self.spot(row, 0)

        def bar_spot(row: int) -> Spot | None:
            place = places[row]
            return None if place is None else self.spot(*place)

        return Shown(cells=cells, cell_spot=spot, bars=bars, bar_spot=bar_spot)

    def _cell(self, row: int, column: int) -> tuple[str, bool]:
        figure = self.figure(row, column)
        if figure is None:
            return "", True
        number = f"{figure.participants:,} of {figure.base:,}  {wording.percent(figure):>4}"
        return f"{self.sign(row, column)}{number}", not figure.participants

    def _alone(self, row: int, head: str) -> tuple[str, bool]:
        figure = self.figure(row, 0)
        if figure is None:
            return "", True
        text = self.more[head](row) if head in self.more else _ALONE[head](figure)
        return text, not figure.participants


_INTERVAL = "95 % interval"
_ALONE: Mapping[str, Callable[[Figure], str]] = {
    "participants": lambda figure: f"{figure.participants:,}",
    "of": lambda figure: f"{figure.base:,}",
    "percent": wording.percent,
    _INTERVAL: wording.interval,
}
