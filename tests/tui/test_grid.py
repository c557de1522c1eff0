"""A table fills its width to the cell, keeps the column at the cursor in sight, and a click finds its column."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from coder.tui.widgets.grid import Cells, Grid
from tests.tui.test_layout import texts


def grid(cells: Cells, column: int = 0) -> Grid:
    found = Grid()
    found.changed = lambda **_: None  # type: ignore[method-assign]
    found.show_cells(cells)
    found.column = max(0, min(column, len(cells.heads) - 1))
    return found


def line(found: Grid, row: int, width: int) -> str:
    (look,) = found.paint(row, width)
    return "".join(piece for piece, _ in look)


@given(
    st.lists(st.tuples(st.integers(0, 9), texts), min_size=1, max_size=4),
    st.lists(texts, min_size=1, max_size=12),
    st.data(),
)
def test_rows_and_heading_stay_within_the_width_and_the_cursor_in_sight(
    names: list[tuple[int, str]], heads: list[str], data: st.DataObject
) -> None:
    width, column = data.draw(st.integers(60, 200)), data.draw(st.integers(0, len(heads) - 1))
    found = grid(Cells(names, heads, lambda row, at: (f"{row * at:,} of 20", False)), column)
    assert column in found.in_sight(width)
    assert cell_len(found.heading(width)) == width
    for row in range(len(names)):
        assert cell_len(line(found, row, width)) <= width


def test_columns_move_under_names_that_stay() -> None:
    cells = Cells([(0, "Theme")], [f"column {at}" for at in range(20)], lambda _, at: (f"cell {at}", False))
    found = grid(cells)
    assert line(found, 0, 60).startswith("▸ Theme ") and "cell 0" in line(found, 0, 60)
    assert found.heading(60).endswith(" ›")
    found.column = 19
    assert "Theme" in line(found, 0, 60) and "cell 19" in line(found, 0, 60) and "cell 0 " not in line(found, 0, 60)
    assert found.heading(60).endswith("‹ ") and "column 19" in found.heading(60)
    found.column = 0
    assert "cell 0" in line(found, 0, 60)
