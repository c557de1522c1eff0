"""A response pane by itself, and what it has painted cell by cell."""

import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from rich.cells import get_character_cell_size
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from coder.tui.widgets.marks import Mark
from coder.tui.widgets.palette import Ground, neutral, paint
from coder.tui.widgets.response_pane import MARGIN, ResponsePane

_DARK = Ground("#11151a", dark=True, contrast=4.5)
BLUE, GREY = paint("#0072b2", _DARK), neutral(_DARK)
_clock = [0.0]


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield ResponsePane(id="response")


@asynccontextmanager
async def pane_of(
    text: str, *marks: Mark, size: tuple[int, int] = (60, 10)
) -> AsyncIterator[tuple[ResponsePane, Pilot]]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        pane = app.query_one(ResponsePane)
        pane.focus()
        pane.show_text(text, marks)
        await pilot.pause()
        yield pane, pilot


def selected(pane: ResponsePane) -> str:
    return pane.selection.of(pane.text) if pane.selection else ""


def cells(strip: Strip) -> Iterator[tuple[str, Style]]:
    """The glyph that begins in each cell, and its style; "" in the second cell of a wide one.

    A spacing mark has a cell of its own, as in every terminal that goes by wcwidth; Rich gives it none.
    """
    glyph, width, look = "", 0, Style.null()
    for segment in strip:
        for char in segment.text:
            if get_character_cell_size(char) or not glyph:
                yield from _cells_of(glyph, width, look)
                glyph, width, look = char, get_character_cell_size(char), segment.style or Style.null()
            else:
                glyph += char
                width += unicodedata.category(char) == "Mc"
    yield from _cells_of(glyph, width, look)


def _cells_of(glyph: str, width: int, look: Style) -> Iterator[tuple[str, Style]]:
    if glyph:
        yield glyph, look
        yield from [("", look)] * (width - 1)


def painted(pane: ResponsePane, y: int) -> list[tuple[str, Style]]:
    """The cells of a row in view, from the first column of the text."""
    return list(cells(pane.render_line(y)))[MARGIN:]


def press(pane: ResponsePane, column: int, y: int, *, shift: bool = False, again: bool = False) -> None:
    """The left button goes down on a cell of the text; `again` soon after the last time."""
    event = events.MouseDown(pane, *_place(pane, column, y), 0, 0, 1, shift, False, False)
    _clock[0] += 0.1 if again else 10
    event.time = _clock[0]
    pane.on_mouse_down(event)


def drag(pane: ResponsePane, column: int, y: int) -> None:
    pane.on_mouse_move(events.MouseMove(pane, *_place(pane, column, y), 0, 0, 1, False, False, False))


def release(pane: ResponsePane) -> None:
    pane.on_mouse_up(events.MouseUp(pane, 0, 0, 0, 0, 1, False, False, False))


def _place(pane: ResponsePane, column: int, y: int) -> tuple[int, int]:
    return column + MARGIN + pane.gutter.left, y + pane.gutter.top
