"""The curve of characters: its lines fit, it rises where the numbers do, and its marks stand below their places."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from coder.tui.widgets.curve import drawn_curve

rising = st.lists(st.integers(0, 4), min_size=1, max_size=300).map(lambda new: [sum(new[:i]) for i in range(len(new))])


@given(rising, st.integers(1, 200), st.integers(1, 30), st.integers(0, 300))
def test_lines_are_no_wider_and_no_more_than_there_is_room_for(values, width, height, place) -> None:
    lines = drawn_curve(values, width, height, marks={"▲": min(place, len(values) - 1), "┊": None}, of="read")
    if lines:
        assert len(lines) == height
        assert max(map(cell_len, lines)) <= width
        assert sum(line.count("▲") for line in lines) == 1 and not any("┊" in line for line in lines)


def test_the_area_ends_where_the_numbers_do():
    lines = drawn_curve([0, 1, 1, 1, 2, 2, 2, 2, 4], 11, 6, marks={"▲": 4}, of="")
    assert lines == [
        "4 ┤       █",
        "  │       █",
        "  │   █████",
        "  │████████",
        "0 └───▲────",
        "   0      8",
    ]


def test_eighths_of_a_cell_tell_what_whole_ones_can_not():
    lines = drawn_curve([0, 1, 2, 3, 4, 5, 6, 7, 8], 11, 3, marks={}, of="")
    assert lines[0] == "8 ┤▁▂▃▄▅▆▇█"


def test_there_is_no_curve_of_nothing_and_none_without_room():
    assert drawn_curve([0], 40, 9, marks={}, of="") == []
    assert drawn_curve([0, 0, 0], 40, 9, marks={}, of="") == []
    assert drawn_curve([0, 1, 2], 9, 9, marks={}, of="") == []
    assert drawn_curve([0, 1, 2], 40, 2, marks={}, of="") == []
