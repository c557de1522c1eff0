"""The response pane: caret, selection and mouse by exact offsets."""

import pytest

from coder.domain.coding import Span
from coder.tui.widgets.marks import Kind, Mark, style_of
from coder.tui.widgets.response_pane import MARGIN
from tests.tui.panes import BLUE, GREY, drag, painted, pane_of, press, release, selected

TEXT = "The staff were kind. Long wait! 我觉得 the family 👨‍👩‍👧‍👦 came."


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
        (["w", "w", "shift+home"], "The staff "),
        (["w", "shift+end"], "staff were kind. Long wait! 我觉得 the"),
        (["ctrl+a"], TEXT),
        (["end", "S", "S"], "Long wait! 我觉得 the family 👨‍👩‍👧‍👦 came."),
        (["w", "W", "percent_sign", "B"], "The staff"),
        (["w", "V", "w", "l"], "staff "),
        (["V", "w", "V", "w"], ""),
        (["semicolon"], "The staff were kind"),
        (["ctrl+end", "H", "H"], "e."),
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
        if last == first:
            last = (first[0] + 1, first[1])  # over one glyph, from its first cell to its second
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


async def test_a_drag_after_a_double_click_takes_whole_words_in_either_direction():
    async with pane_of(TEXT) as (pane, _):
        press(pane, 5, 0)
        release(pane)
        press(pane, 5, 0, again=True)
        drag(pane, 12, 0)
        assert selected(pane) == "staff were"
        drag(pane, 0, 0)
        assert selected(pane) == "The staff"
        drag(pane, 4, 0)
        assert selected(pane) == "staff"
        release(pane)
        press(pane, 17, 0, shift=True)
        assert selected(pane) == "staff were kin"


async def test_a_drag_beyond_the_edge_goes_on_while_the_pointer_rests():
    text = "\n".join(f"line {n}" for n in range(100))
    async with pane_of(text, size=(40, 8)) as (pane, pilot):
        press(pane, 0, 2)
        drag(pane, 3, 9)
        for _ in range(200):
            if pane.scroll_offset.y > 20:
                break
            await pilot.pause(0.02)
        assert selected(pane).startswith("line 2\n") and "line 20" in selected(pane)
        release(pane)
        stands = pane.scroll_offset.y
        await pilot.pause(0.15)
        assert pane.scroll_offset.y == stands


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


async def test_two_letters_take_a_phrase_to_the_end_of_its_clause_and_a_capital_says_where_it_ends():
    async with pane_of("Good staff, though the wait was long. 我觉得 fine.") as (pane, pilot):
        await pilot.press("space")
        assert pane.mode == "first"
        shown = "".join(glyph for glyph, _ in painted(pane, 0))
        assert shown.startswith("aood btaff, chough dhe eait fas gong. h i j  kine.")
        assert pane.take_letter("c")
        assert selected(pane) == "though the wait was long" and pane.mode == "last"
        assert "".join(glyph for glyph, _ in painted(pane, 0)).startswith("Good staff, Ahough Bhe Cait")
        assert not pane.take_letter("1")  # a theme's key is a theme's key
        assert pane.mode == "" and selected(pane) == "though the wait was long"
        await pilot.press("space")
        assert pane.take_letter("c") and pane.take_letter("C")
        assert selected(pane) == "though the wait" and pane.mode == ""


async def test_a_page_with_more_words_than_letters_has_two_for_the_last_ones():
    text = " ".join(f"w{n}" for n in range(100))
    async with pane_of(text, size=(70, 20)) as (pane, pilot):
        await pilot.press("space")
        signs = list(pane._letters.signs.values())
        assert len(set(signs)) == 100 and not any(a != b and b.startswith(a) for a in signs for b in signs)
        for letter in signs[-1]:
            assert pane.take_letter(letter)
        assert selected(pane) == "w99"


async def test_highlights_and_evidence_are_reached_by_key():
    marks = [
        Mark(Span(4, 9), Kind.HIGHLIGHT, None, ("1",)),
        Mark(Span(21, 30), Kind.EVIDENCE, None, ("2",)),
        Mark(Span(15, 19), Kind.TERM),
    ]
    async with pane_of(TEXT, *marks) as (pane, pilot):
        for key, wanted in (
            ("right_curly_bracket", "staff"),
            ("right_curly_bracket", "Long wait"),
            ("right_curly_bracket", "staff"),
            ("left_curly_bracket", "Long wait"),
        ):
            await pilot.press(key)
            assert selected(pane) == wanted


async def test_a_resize_keeps_the_selection_and_brings_the_caret_into_view():
    text = "one two three four five six seven " * 40
    async with pane_of(text, size=(60, 8)) as (pane, pilot):
        pane.select_span(900, 910)
        await pilot.resize_terminal(24, 6)
        await pilot.pause()
        assert pane.selection == Span(900, 910)
        row = pane.laid_out.cell_of(910)[1]
        assert pane.scroll_offset.y <= row < pane.scroll_offset.y + 6


async def test_the_margin_bears_the_keys_of_the_themes_that_begin_on_a_line():
    marks = [
        Mark(Span(0, 9), Kind.HIGHLIGHT, BLUE, ("1",)),
        Mark(Span(4, 9), Kind.HIGHLIGHT, BLUE, ("2", "3")),
        Mark(Span(10, 14), Kind.OPEN, BLUE),
    ]
    async with pane_of(TEXT, *marks) as (pane, _):
        assert pane.render_line(0).text.startswith("12+ The staff")


@pytest.mark.parametrize("paint", [BLUE, None], ids=["in colours", "without"])
def test_highlights_overlaps_evidence_and_terms_look_different(paint):
    theme = Mark(Span(0, 9), Kind.HIGHLIGHT, paint, ("1",))
    other = Mark(Span(4, 9), Kind.HIGHLIGHT, paint, ("2",))
    no_theme = Mark(Span(0, 9), Kind.OPEN, paint and GREY)
    evidence = Mark(Span(0, 4), Kind.EVIDENCE, paint, ("1",))
    term = Mark(Span(0, 4), Kind.TERM, paint)
    looks = [style_of(marks) for marks in ([], [theme], [theme, other], [no_theme], [evidence], [term])]
    assert len(set(looks)) == len(looks)
    # Beside colour: three codings have a double line, two a line, evidence leans, and nothing else does.
    assert style_of([theme, other, theme]).underline2 and style_of([theme, other]).underline
    assert [look.italic or False for look in looks] == [False, False, False, False, True, False]


@pytest.mark.parametrize(
    ("piece", "length"),
    [
        ("The nurse was kind. It took 3 hours. 我觉得 👍🏽 ", 1_000_000),
        ("การบริการดีมาก", 1_000_000),
        ("no-space", 1_000_000),
        ("\u0301", 50_000),
    ],
)
async def test_a_response_of_any_length_is_shown_and_moved_in_as_a_short_one(piece, length):
    import time

    text = (piece * (length // len(piece) + 1))[:length]
    async with pane_of("", size=(100, 40)) as (pane, _):
        for act in (
            lambda: pane.show_text(text),
            lambda: pane.action_move("word", 1, True),
            lambda: pane.action_take("sentences"),
            pane.action_letters,
            lambda: [pane.render_line(y) for y in range(40)],
            lambda: pane.page(1),
        ):
            began = time.process_time()
            act()
            assert time.process_time() - began < 0.25


async def test_fifty_thousand_characters_with_two_thousand_marks_stay_light():
    import time

    text = ("The nurse was kind but waiting took hours. 我觉得 👍🏽 " * 1200)[:50_000]
    marks = [Mark(Span(i, i + 30), Kind.HIGHLIGHT, BLUE, ("1",)) for i in range(0, 49_000, 25)]
    async with pane_of(text, *marks, size=(100, 40)) as (pane, _):
        pane.select_span(48_000, 48_010)
        began = time.process_time()
        for _ in range(20):
            pane.action_move("word", 1, True)
            pane.render_line(20)
        assert (time.process_time() - began) / 20 < 0.02
