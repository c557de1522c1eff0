"""The response pane: caret, selection and mouse by exact offsets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from coder.domain.coding import Span
from coder.tui.widgets.marks import Kind, Mark, style_of
from coder.tui.widgets.palette import paint
from coder.tui.widgets.response_pane import MARGIN, ResponsePane
from coder.tui.widgets.units import sentences, words

TEXT = "The staff were kind. Long wait! 我觉得 the family 👨‍👩‍👧‍👦 came."


class Host(App[None]):
    def __init__(self, text: str, marks: tuple[Mark, ...] = ()) -> None:
        super().__init__()
        self.text, self.marks = text, marks

    def compose(self) -> ComposeResult:
        yield ResponsePane(id="response")


@asynccontextmanager
async def pane_of(
    text: str, *marks: Mark, size: tuple[int, int] = (60, 10)
) -> AsyncIterator[tuple[ResponsePane, Pilot]]:
    app = Host(text)
    async with app.run_test(size=size) as pilot:
        pane = app.query_one(ResponsePane)
        pane.focus()
        pane.show_text(text, marks)
        await pilot.pause()
        yield pane, pilot


def selected(pane: ResponsePane) -> str:
    return pane.selection.of(pane.text) if pane.selection else ""


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["shift+right"], "The"),
        (["right", "W", "W"], "staff were"),
        (["w", "shift+right", "B"], ""),
        (["w", "w", "shift+left"], "staff "),
        (["L", "L", "H"], "T"),
        (["l", "l", "h", "L"], "h"),
        (["s"], "The staff were kind."),
        (["s", "s"], "The staff were kind. Long wait!"),
        (["w", "w", "w", "w", "s"], "Long wait!"),
        (["shift+down"], TEXT[: TEXT.index("family")]),
        (["end", "B"], "the"),
        (["s", "right", "left"], ""),
    ],
)
async def test_keys_select_whole_words_characters_lines_and_sentences(keys, expected):
    async with pane_of(TEXT, size=(50, 10)) as (pane, pilot):
        await pilot.press(*keys)
        assert selected(pane) == expected


async def test_a_joined_emoji_is_one_step():
    async with pane_of("a👨‍👩‍👧‍👦b") as (pane, pilot):
        await pilot.press("l", "L")
        assert selected(pane) == "👨‍👩‍👧‍👦"


@pytest.mark.parametrize("wanted", ["觉得", "\x1b[31m", "[bold]x[/]", "👨‍👩‍👧‍👦", "\t.", "שלום", "e\u0301co"])
async def test_a_drag_over_words_selects_exactly_these(wanted):
    text = f"abc 我 {wanted} end\nnext line"
    async with pane_of(text) as (pane, pilot):
        start, end = text.index(wanted), text.index(wanted) + len(wanted)
        first = pane.laid_out.cell_of(start)
        last = pane.laid_out.cell_of(pane.laid_out.before(end))
        await pilot.mouse_down(pane, offset=(first[0] + MARGIN, first[1]))
        await pilot.hover(pane, offset=(last[0] + MARGIN, last[1]))
        await pilot.mouse_up(pane, offset=(last[0] + MARGIN, last[1]))
        assert selected(pane) == wanted


async def test_double_click_takes_a_word_triple_click_a_sentence():
    async with pane_of(TEXT) as (pane, pilot):
        await pilot.click(pane, offset=(MARGIN + 5, 0), times=2)
        assert selected(pane) == "staff"
        await pilot.click(pane, offset=(MARGIN + 5, 0), times=3)
        assert selected(pane) == "The staff were kind."


async def test_up_and_down_keep_their_column_across_a_short_line():
    async with pane_of("a long first line\nx\nanother long line") as (pane, pilot):
        await pilot.press("w", "w", "down", "down")
        assert pane.laid_out.cell_of(pane.caret) == (7, 2)


async def test_a_caret_move_repaints_the_rows_it_touched_alone():
    text = "\n".join(f"line {n} of many" for n in range(500))
    async with pane_of(text, size=(60, 40)) as (pane, pilot):
        painted = []
        render = pane.render_line
        pane.render_line = lambda y: painted.append(y) or render(y)
        await pilot.press("right")
        await pilot.press("down")
        assert set(painted) <= {0, 1}


async def test_the_follower_hears_of_the_selection_in_the_same_turn():
    async with pane_of(TEXT) as (pane, _):
        heard = []
        pane.follow = heard.append
        pane.action_move("word", 1, True)
        assert heard == [Span(0, 3)]


async def test_the_margin_bears_the_keys_of_the_themes_that_begin_on_a_line():
    blue = paint("#0072b2", dark=True)
    marks = [
        Mark(Span(0, 9), Kind.HIGHLIGHT, blue, ("1",)),
        Mark(Span(4, 9), Kind.HIGHLIGHT, blue, ("2", "3")),
        Mark(Span(10, 14), Kind.OPEN, blue),
    ]
    async with pane_of(TEXT, *marks) as (pane, _):
        assert pane.render_line(0).text.startswith("12+ The staff")


def test_overlap_evidence_and_terms_look_different_without_colour():
    theme = Mark(Span(0, 9), Kind.HIGHLIGHT, None, ("1",))
    other = Mark(Span(4, 9), Kind.HIGHLIGHT, None, ("2",))
    evidence = Mark(Span(0, 4), Kind.EVIDENCE, None, ("1",))
    assert style_of([]) == Style.null()
    assert style_of([theme, other]).underline and not style_of([theme]).underline
    assert style_of([theme, other, theme]).underline2
    assert style_of([evidence]).italic
    assert style_of([Mark(Span(0, 4), Kind.TERM)]) == Style(underline=True)


def test_words_keep_their_marks_and_ideographs_stand_alone():
    text = "हिन्दी na\u0308ive can't 我觉 x-ray"
    assert [text[a:b] for a, b in words(text)] == ["हिन्दी", "na\u0308ive", "can't", "我", "觉", "x-ray"]


def test_sentences_end_at_stops_and_at_line_ends():
    text = "One. Two?! three\nfour。五"
    assert [text[a:b] for a, b in sentences(text)] == ["One.", "Two?!", "three", "four。", "五"]


async def test_fifty_thousand_characters_with_two_thousand_marks_stay_light():
    import time

    text = ("The nurse was kind but waiting took hours. 我觉得 👍🏽 " * 1200)[:50_000]
    blue = paint("#0072b2", dark=True)
    marks = [Mark(Span(i, i + 30), Kind.HIGHLIGHT, blue, ("1",)) for i in range(0, 49_000, 25)]
    async with pane_of(text, *marks, size=(100, 40)) as (pane, _):
        pane.select_span(48_000, 48_010)
        began = time.process_time()
        for _ in range(20):
            pane.action_move("word", 1, True)
            pane.render_line(20)
        assert (time.process_time() - began) / 20 < 0.02
