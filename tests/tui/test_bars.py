"""Bars and tables fill their width to the cell; whiskers and eighths stand where the numbers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from coder.domain.tally import Figure
from coder.stats.intervals import wilson
from coder.tui.widgets.bars import BarRow, Bars, drawn_bar, scale_end
from tests.tui.test_layout import texts

EIGHTHS = "▏▎▍▌▋▊▉"


def figure(participants: int, base: int, *, biased: bool = False) -> Figure:
    return Figure(participants, base, biased, None if biased else wilson(participants, base))


def drawn(participants: int, base: int, cells: int, end: float = 1.0) -> str:
    return "".join(char for char, _ in drawn_bar(figure(participants, base), cells, end))


figures_ = st.builds(
    lambda some, more, biased: figure(some, some + more, biased=biased),
    st.integers(0, 2_000_000),
    st.integers(0, 2_000_000),
    st.booleans(),
)
rows_ = st.lists(st.builds(BarRow, texts, st.integers(0, 9), st.none() | figures_, heads=st.booleans()), max_size=6)


def test_a_bar_shows_its_share_to_an_eighth_and_the_interval_over_it() -> None:
    assert drawn(500, 1000, 40) == "██████████████████├──┤                  "
    line = drawn(13, 21, 40)
    low, high = wilson(13, 21) or (0, 0)
    assert line.index("├") == int(low * 40) and line.index("┤") == int(high * 40)
    assert line[24] in EIGHTHS, "the bar ends here, in sight between the whisker's ends"


@pytest.mark.parametrize("rows", [[], [BarRow("A", 0, None)]])
def test_the_heading_is_whole_where_names_are_short_or_none(rows: list[BarRow]) -> None:
    bars = Bars()
    bars.show_rows(rows, "of those reviewed")
    assert "  theme" in bars.heading(80)


@given(figures_, st.integers(1, 200), st.sampled_from([1.0, 0.5, 0.1]))
def test_whisker_and_eighths_are_where_the_numbers_say(found: Figure, cells: int, end: float) -> None:
    line = drawn_bar(found, cells, end)
    assert len(line) == cells and all(cell_len(char) == 1 for char, _ in line)
    text = "".join(char for char, _ in line)
    if found.share is None:
        assert text.strip() == ""
        return
    low, high = (min(cells, bound / end * cells) for bound in found.interval or (0, 0))
    whisker = [at for at, char in enumerate(text) if char in "├─┤│"]
    assert abs(whisker[0] - low) <= 1 and abs(whisker[-1] + 1 - high) <= 1
    assert text[whisker[0]] in "├│" and text[whisker[-1]] in "┤│"
    length = min(cells, found.share / end * cells)
    eighths = [at for at, char in enumerate(text) if char in EIGHTHS]
    assert len(eighths) <= 1
    for at in eighths:
        assert abs(at + (EIGHTHS.index(text[at]) + 1) / 8 - length) <= 1 / 16 + 1e-9
    covered = [at for at, (char, over) in enumerate(line) if char == "█" or over]
    assert covered == list(range(len(covered))) and abs(len(covered) - length) < 1


@given(rows_, st.integers(40, 200), st.sampled_from([1.0, 0.25]))
def test_every_row_fills_its_width_whatever_the_names_and_its_figures_are_whole(
    rows: list[BarRow], width: int, end: float
) -> None:
    bars = Bars()
    bars.changed = lambda **_: None  # type: ignore[method-assign]
    bars.show_rows(rows, "of those reviewed", end)
    widest = sum(w + 2 for w in bars._widths if w) + 4
    width = max(width, widest)
    assert cell_len(bars.heading(width)) == width
    for at, row in enumerate(rows):
        (look,) = bars.paint(at, width)
        text = "".join(piece for piece, _ in look)
        assert cell_len(text) == width
        if row.figure is not None:
            assert f"{row.figure.participants:,} of {row.figure.base:,}" in text
            assert not any(ord(char) < 32 or char == "\x7f" for char in text)


@pytest.mark.parametrize(("highest", "end"), [(0.013, 0.02), (0.2, 0.25), (0.5, 0.5), (0.51, 1.0), (1.0, 1.0)])
def test_the_scale_ends_at_the_next_round_share(highest: float, end: float) -> None:
    assert scale_end([BarRow("T", 0, Figure(1, 2, False, (0.0, highest)))]) == end


def test_a_share_that_would_mean_nothing_has_no_bar() -> None:
    assert set(drawn_bar(figure(3, 9, biased=True), 30)) == {(" ", False)}
    assert set(drawn_bar(figure(0, 0), 30)) == {(" ", False)}


def test_nobody_still_has_an_interval() -> None:
    assert drawn(0, 21, 40).startswith("├─────┤ ")
