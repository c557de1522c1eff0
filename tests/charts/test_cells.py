"""Texts as wide as they are drawn."""

import pytest
from rich.cells import cell_len

from coder.charts.cells import fitting


@pytest.mark.parametrize(
    "text", ["short", "a text that is far too long", "とても長い質問です、はい", "None | 😀 😀 😀 😀 | x"]
)
def test_a_text_is_cut_by_the_cells_that_it_takes(text: str) -> None:
    for room in (6, 11, 12):
        shown = fitting(text, room)
        assert cell_len(shown) <= room
        assert shown == text if cell_len(text) <= room else shown.endswith("…")
