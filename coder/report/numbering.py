"""The numbers and anchors of a report's figures and tables, in reading order."""

from dataclasses import dataclass

from coder import charts
from coder.report.contents import Cell, Column, Figure, Picture, Reference, Row, Table, Words


class Numbering:
    """Gives figures and tables their numbers as they are made."""

    def __init__(self) -> None:
        self._figures = self._tables = 0

    def figure(self, caption: Words, picture: Picture) -> Figure:
        self._figures += 1
        return Figure(f"figure-{self._figures}", self._figures, caption, picture)

    def table(
        self,
        caption: Words,
        columns: tuple[Column, ...],
        rows: tuple[Row, ...],
        *,
        anchor: str = "",
        notes: tuple[Words, ...] = (),
    ) -> Table:
        """`anchor`: what it is called from outside; without one it is called by its number."""
        self._tables += 1
        return Table(anchor or f"table-{self._tables}", self._tables, caption, columns, rows, notes)


def see(block: Figure | Table) -> Reference:
    """A pointer to a figure or table."""
    kind = "Figure" if isinstance(block, Figure) else "Table"
    return Reference(f"{kind} {block.number}", block.anchor)


def row(*cells: Words, depth: int = 0, anchor: str = "") -> Row:
    """A row of a table without anything behind its numbers."""
    return Row(tuple(Cell(words) for words in cells), depth, anchor)


@dataclass(frozen=True)
class Drawn:
    """A figure as `coder.charts` draws it."""

    spec: charts.Spec

    @property
    def alternative(self) -> str:
        return charts.alternative(self.spec)

    def svg(self, *, narrow: bool = False) -> str:
        return charts.svg(self.spec, charts.NARROW if narrow else charts.PRINT)

    def png(self) -> bytes:
        return charts.png(self.spec)
