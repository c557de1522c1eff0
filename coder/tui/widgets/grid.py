"""A table of figures with a cursor on one cell; the names at the left stay while the columns move."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.style import Style
from textual import events
from textual.binding import Binding

from coder.tui.messages import CellReached
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, cells_of, fit, fit_right

_LEAST_NAME = 16


@dataclass(frozen=True, slots=True)
class Cells:
    """What a table shows: the rows' names at their depths, the columns' heads, and of each cell the text, and whether
    it stands for nobody."""

    names: Sequence[tuple[int, str]] = ()
    heads: Sequence[str] = ()
    cell: Callable[[int, int], tuple[str, bool]] = lambda _row, _column: ("", False)
    widest: int = 18  # of a column


class Grid(Rows):
    """Rows are painted as they come into view, and of each only the columns that are in sight."""

    PART = "In the table"
    BINDINGS = [
        Binding("right,l", "column(1)", "next column", id="table.right"),
        Binding("left,h", "column(-1)", "previous column", id="table.left"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.column = 0
        self._cells, self._head = Cells(), "  theme"
        self._sizes: Sequence[int] = ()
        self._longest = 0  # the cells of the longest name
        self._first = 0  # the first column in sight

    def show_cells(self, cells: Cells, head: str = "theme") -> None:
        """`head` stands over the names."""
        self._cells, self._head = cells, f"  {head}"
        rows = range(len(cells.names))
        self._sizes = [
            min(cells.widest, max(cells_of(head), *(cells_of(cells.cell(row, at)[0]) for row in rows), 3))
            for at, head in enumerate(cells.heads)
        ]
        self._longest = max([cells_of(self._head), *(2 + 2 * depth + cells_of(name) for depth, name in cells.names)])
        self.column = max(0, min(self.column, len(cells.heads) - 1))
        self.changed()

    def count(self) -> int:
        return len(self._cells.names)

    def _name_room(self, width: int) -> int:
        whole = width - sum(size + 2 for size in self._sizes)
        return min(self._longest, max(_LEAST_NAME, whole, width * 2 // 5), width)

    def in_sight(self, width: int) -> range:
        """The columns that there is room for, the one at the cursor among them."""
        room = width - self._name_room(width) - 2
        first = min(self._first, self.column)
        while first < self.column and sum(size + 2 for size in self._sizes[first : self.column + 1]) > room:
            first += 1
        last = first
        while last < len(self._sizes) and sum(size + 2 for size in self._sizes[first : last + 1]) <= room:
            last += 1
        self._first = first
        return range(first, max(last, min(first + 1, len(self._sizes))))

    def heading(self, width: int) -> str:
        """The heads of the columns in sight, and signs where there are more."""
        sight = self.in_sight(width)
        line = fit(self._head, self._name_room(width))
        line += "".join("  " + fit_right(self._cells.heads[at], self._sizes[at]) for at in sight)
        left = "‹" if sight.start else " "
        more = "›" if sight.stop < len(self._sizes) else " "
        return fit(fit(line, max(0, width - 2)) + left + more, width)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        depth, name = self._cells.names[row]
        here = "▸ " if row == self.cursor else "  "
        look: list[tuple[str, Style]] = [(here, BOLD), (fit("  " * depth + name, self._name_room(width) - 2), PLAIN)]
        room = width - self._name_room(width)
        for at in self.in_sight(width):
            size = min(self._sizes[at], max(0, room - 2))
            text, quiet = self._cells.cell(row, at)
            at_cursor = row == self.cursor and at == self.column
            style = Style(bold=True, underline=True) if at_cursor else DIM if quiet else PLAIN
            look += [(" ▸" if at_cursor else "  ", BOLD), (fit_right(text, size), style)]
            room -= size + 2
        return [look]

    # --- keys and mouse ------------------------------------------------------------------------------

    def action_column(self, by: int) -> None:
        self._go_to_column(self.column + by)

    def _go_to_column(self, column: int) -> None:
        self.column = max(0, min(column, len(self._sizes) - 1))
        self._painted = (-1, -1, ())
        self.refresh()
        self.post_message(CellReached(self.id or "", self.cursor, self.column))

    def column_at(self, x: int) -> int | None:
        """The column under a cell of the widget."""
        width = self.scrollable_content_region.width
        edge = self._name_room(width)
        for at in self.in_sight(width):
            edge += self._sizes[at] + 2
            if x < edge:
                return at if x >= edge - self._sizes[at] - 2 else None
        return None

    def on_click(self, event: events.Click) -> None:
        column = self.column_at(event.x - self.gutter.left)
        if column is not None:
            self._go_to_column(column)
