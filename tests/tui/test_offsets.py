"""Under every glyph that is painted stands the character that the pane says stands there, in every script."""

import unicodedata
from itertools import groupby, pairwise
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.domain.coding import Span
from coder.domain.display import safe
from coder.tui.widgets.clusters import clusters
from coder.tui.widgets.layout import HARD_BREAK
from coder.tui.widgets.marks import Kind, Mark
from coder.tui.widgets.response_pane import ResponsePane
from tests.tui.panes import BLUE, cells, drag, painted, pane_of, press, release, selected

ROWS = {
    "ANSI and OSC escapes": "a\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;aGk=\x07 \x1b[2J end \x9b31m \x9d0;x\x9c",
    "C0 controls": "nul\x00 bel\x07 bs\x08\x08 so\x0e si\x0f esc\x1b del\x7f \x01\x02\x03 and\x1ftext",
    "joined emoji, skin tones, selectors": "👨‍👩‍👧‍👦 and 👍🏽👍🏿 ❤️ 1️⃣ 🏳️‍🌈 🇬🇧🇫🇷🇬 👩🏽‍💻👨‍💻 "
    "🏴\U000e0067\U000e0062\U000e007f end",
    "combining marks": "na\u0308ive e\u0301te\u0301 Z\u0351\u036b\u0343\u032a\u0302\u036b \u0301lone x\u20dd end",
    "tabs": "a\tb\t\tc\n\tindented\tby tabs and some more words\tthan fit",
    "line ends": "CRLF\r\nCR\rNEL\x85LS\u2028PS\u2029VT\x0bFF\x0cLF\n\n\r\n\nend",
    "invisible characters": "zw\u200bsp a\u200db \ufeffbom so\u00adft w\u2060j \u200elrm \u3164filler\u034fcgj end",
    "CJK": "我觉得课程很好。时间太短了，ご飯はおいしかったです、カード。한국어도 있어요 한국 ｆｕｌｌ ﾊﾝｶｸ",
    "markup-like": "[bold]x[/bold] [@click=app.bell]y[/] [/unclosed] \\[z] {0} %s $text-accent [[",
    "right to left": "abc שלום עולם def مرحبا بالعالم 123 \u202eevil\u202c \u2066iso\u2069 end",
    "Devanagari": "हिन्दी में उत्तर बहुत अच्छा क्षेत्र श्री",
    "Thai and Lao": "ภาษาไทยไม่เว้นวรรค น้ำ ทำดีมาก ການບໍລິການດີ ນ້ຳ",
    "Hangul jamo": "\u1112\u1161\u11ab\u1100\u1173\u11af 한글 \u1100\u1161 ㅋㅋㅋ",
}
SIZES = ((64, 12), (25, 12), (12, 6))


def stands_for(text: str, offset: int, shown: str) -> bool:
    """Whether what is painted in the cells of one offset is the look of the character there, by another way."""
    char = text[offset]
    if char == "\t":
        return not shown.strip()
    if "\U0001f1e6" <= char <= "\U0001f1ff":  # a flag is two letters, half of one a letter and a space
        flag = [c for c in text[offset : offset + 2] if "\U0001f1e6" <= c <= "\U0001f1ff"]
        return shown.rstrip() == "".join(chr(ord(c) - 0x1F1E6 + ord("A")) for c in flag)
    if shown.startswith("\u25cc"):  # a mark without its base
        return shown[1:2] == char
    if shown == "\u00b7":  # something that no terminal shows
        return not char.isprintable() or unicodedata.category(char) in ("Cf", "Mn")
    return shown[0] == safe(char)


def wrong_places(pane: ResponsePane) -> list[tuple[int, int, str]]:
    """(row, offset, what is painted there) where the mouse finds a character that does not stand there."""
    wrong, text, met = [], pane.text, []
    for top in range(0, pane.laid_out.height, 5):
        pane.scroll_to(0, top, animate=False, force=True)
        for y in range(pane.scrollable_content_region.height):
            row = y + pane.scroll_offset.y
            line = pane.laid_out.line(row)
            glyphs = [glyph for glyph, _ in painted(pane, y)]
            found = [(offset_under(pane, column, y), glyphs[column]) for column in range(line.width if line else 0)]
            for offset, group in groupby(found, key=itemgetter(0)):
                shown = "".join(glyph for _, glyph in group)
                met.append(offset)
                if offset >= len(text) or not stands_for(text, offset, shown):
                    wrong.append((row, offset, shown))
    painted_ones = {cluster.start for cluster in clusters(text, 0, len(text))}
    missing = painted_ones - set(met) - {i for m in HARD_BREAK.finditer(text) for i in range(*m.span())}
    assert all(text[i] == " " for i in missing)  # the spaces at which lines break
    return wrong


def offset_under(pane: ResponsePane, column: int, y: int) -> int:
    press(pane, column, y)
    release(pane)
    return pane.caret


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("row", ROWS)
async def test_no_cell_is_wrong_by_mouse(row, size):
    text = ROWS[row]
    marks = [Mark(Span(i, min(len(text), i + 9)), Kind.HIGHLIGHT, BLUE, ("1",)) for i in range(0, len(text), 5)]
    async with pane_of(text, *marks, size=size) as (pane, _):
        assert wrong_places(pane) == []


@pytest.mark.parametrize("row", ROWS)
async def test_no_cell_is_wrong_by_caret(row):
    """Walking from the first character to the last, the caret stands on each cluster once, on its very cells."""
    text = ROWS[row]
    async with pane_of(text, size=(25, 12)) as (pane, _):
        places, glyphs = [], []
        while pane.caret < len(text):
            places.append(pane.caret)
            y = pane.laid_out.cell_of(pane.caret)[1] - pane.scroll_offset.y
            inverted = [glyph for glyph, look in painted(pane, y) if look.reverse and glyph]
            glyphs.append("".join(inverted))
            assert inverted
            pane.action_move("cluster", 1)
        breaks = {m.start() for m in HARD_BREAK.finditer(text)}
        for offset, glyph in zip(places, glyphs, strict=True):
            assert offset in breaks or stands_for(text, offset, glyph)
        back = []
        while pane.caret > 0:
            pane.action_move("cluster", -1)
            back.append(pane.caret)
        assert back[::-1] == places


@pytest.mark.parametrize("row", ROWS)
async def test_a_drag_from_any_cell_to_any_other_selects_what_is_painted_between(row):
    text = ROWS[row].split("\n")[0].split("\r")[0]
    async with pane_of(text, size=(150, 6)) as (pane, _):
        line = pane.laid_out.line(0)
        starts = [cluster.start for cluster in clusters(text, 0, line.end)]
        for first in starts[:: max(1, len(starts) // 7)]:
            for last in starts[:: max(1, len(starts) // 9)]:
                press(pane, line.column_of(first), 0)
                drag(pane, line.column_of(last), 0)
                release(pane)
                low, high = min(first, last), max(first, last)
                if first == last:
                    assert pane.selection is None  # a press that does not leave its cell
                    continue
                assert selected(pane) == text[low : pane.laid_out.after(high)]
                shown = "".join(g for g, look in painted(pane, 0) if look.reverse and look.bold)
                assert shown == line.drawn(low, pane.laid_out.after(high))


# --- any text at all -------------------------------------------------------------------------------------

texts = st.lists(
    st.one_of(
        st.sampled_from([*ROWS.values(), " ", "\n", "the staff were kind. ", "👍🏽", "我觉"]), st.text(max_size=6)
    ),
    max_size=6,
).map("".join)


async def test_any_text_is_painted_at_any_width_and_every_walk_meets_every_character_once():
    async with pane_of("", size=(40, 9)) as (pane, pilot):

        @given(texts, st.integers(0, 400), st.integers(0, 400), st.sampled_from([1, 7, 20, 35]))
        @settings(max_examples=60, deadline=None)
        def holds(text: str, a: int, b: int, width: int) -> None:
            start, end = sorted((a % (len(text) + 1), b % (len(text) + 1)))
            marks = [Mark(Span(start, end), Kind.EVIDENCE, BLUE, ("1",))] if start < end else []
            pane.show_text(text, marks)
            pane.select_span(start, end)
            for y in range(9):
                strip = pane.render_line(y)
                assert sum(1 for _ in cells(strip)) == pane.scrollable_content_region.width
                assert safe(strip.text) == strip.text
            pane._caret.layout = type(pane.laid_out)(text, width)
            _walk(pane, text)

        holds()
        await pilot.pause()


def _walk(pane: ResponsePane, text: str) -> None:
    layout = pane.laid_out
    at, places = 0, []
    while at < len(text):
        places.append(at)
        assert layout.offset_at(*layout.cell_of(at)) == at
        after = layout.after(at)
        assert at < after <= len(text) and layout.before(after) == at
        at = after
    for units in (pane._caret.words, pane._caret.sentences, pane._caret.clauses):
        found = list(units.onward(0))
        assert all(0 <= unit.start < unit.end <= len(text) for unit in found)
        assert all(one.end <= other.start for one, other in pairwise(found))
        for unit in found:
            assert units.at(unit.start) == unit == units.at(unit.end - 1)
