"""Every cell of a laid-out text points at the characters it stands for."""

import unicodedata
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from coder.domain.display import safe
from coder.tui.widgets.clusters import drawn, joins
from coder.tui.widgets.layout import HARD_BREAK, Layout

PIECES = [
    "the staff were kind",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\x85",
    "\u2028",
    "\x0b",
    "👨‍👩‍👧‍👦",
    "👍🏽",
    "🇬🇧",
    "🇬",
    "❤️",
    "1️⃣",
    "🏳️‍🌈",
    "🏴\U000e0067\U000e0062\U000e007f",
    "e\u0301",
    "\u0301",
    "Z\u0351\u036b\u0343\u032a\u0302\u036b",
    "हिन्दी",
    "ภาษาไทย",
    "שלום",
    "مرحبا",
    "\u202eevil\u202c",
    "\u2066iso\u2069",
    "我觉得",
    "한국어",
    "\u1112\u1161\u11ab",
    "zero\u200bwidth",
    "a\u200db",
    "\u200d",
    "\ufe0f",
    "\ufeff",
    "so\u00adft",
    "\x1b[31m",
    "\x9b31m",
    "\x00",
    "\x7f",
    "\x07",
    "\ud800",
    "[bold]x[/]",
    "\u3000",
    "\u3164",
]
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=30).map("".join)
widths = st.integers(min_value=1, max_value=60)


@given(texts, widths)
@settings(max_examples=150, deadline=None)
def test_every_offset_leads_to_a_cell_that_leads_back_to_its_cluster(text, width):
    layout = Layout(text, width)
    for offset in range(len(text)):
        start, end = layout.cluster(offset)
        assert start <= offset < end
        column, row = layout.cell_of(offset)
        assert layout.offset_at(column, row) == start


@given(texts, widths)
@settings(max_examples=100, deadline=None)
def test_every_cell_is_part_of_exactly_one_cluster(text, width):
    layout = Layout(text, width)
    for row, line in enumerate(layout.lines):
        for column in range(line.width):
            start = layout.offset_at(column, row)
            stop = layout.cluster(start)[1]
            assert line.start <= start < stop <= line.end
            assert line.column_of(start) <= column
            if stop < line.end:
                assert column < line.column_of(stop)


@given(texts, widths)
@settings(max_examples=100, deadline=None)
def test_what_is_picked_from_cell_to_cell_slices_to_what_is_drawn_there(text, width):
    for line in Layout(text, width).lines:
        starts = [line.start] if line.plain else list(line.offsets)
        for start in starts:
            expected = "".join(
                " " * (line.column_of(c[1]) - line.column_of(c[0])) if text[c[0]] == "\t" else drawn(text[c[0] : c[1]])
                for c in _clusters_of(line, start)
            )
            assert line.drawn(start, line.end) == expected


def _clusters_of(line, start):
    found = []
    while start < line.end:
        found.append(line.cluster(start))
        start = found[-1][1]
    return found


@given(texts, widths)
@example("the staff were kind \u3164", 1)
@settings(max_examples=100, deadline=None)
def test_all_characters_are_drawn_but_line_ends_and_the_space_of_a_break_with_what_is_invisible_on_it(text, width):
    lines = Layout(text, width).lines
    shown = {offset for line in lines for offset in range(line.start, line.end)}
    missing = {
        text[i] for i in range(len(text)) if i not in shown and not (i and text[i - 1] == " " and joins(text[i]))
    }
    assert missing <= set(" \n\r\x0b\x0c\x85\u2028\u2029")
    assert len(lines) >= 1 + len(HARD_BREAK.findall(text))
    for before, after in pairwise(lines):
        assert before.end <= after.start <= before.end + 2


@given(texts, widths)
@settings(max_examples=100, deadline=None)
def test_a_line_is_as_wide_as_its_glyphs_and_fits(text, width):
    for line in Layout(text, width).lines:
        glyphs = [line.text] if line.plain else line.glyphs
        spacing = sum(get_character_cell_size(c) == 0 for g in glyphs for c in g if unicodedata.category(c) == "Mc")
        assert sum(cell_len(g) for g in glyphs) + spacing == line.width
        assert line.width <= width or len(line.glyphs) == 1


@given(st.text(max_size=60))
def test_nothing_that_a_terminal_obeys_is_drawn(text):
    for line in (drawn(text), *(li.drawn(li.start, li.end) for li in Layout(text, 20).lines)):
        assert safe(line) == line


def test_words_wrap_at_spaces_and_ideographs_anywhere():
    layout = Layout("The waiting time was long", 12)
    assert [line.text for line in layout.lines] == ["The waiting", "time was", "long"]
    assert [line.drawn(line.start, line.end) for line in Layout("我觉得 good", 5).lines] == ["我觉", "得", "good"]


def test_a_stray_joiner_between_letters_hides_none_of_them():
    assert drawn("a\u200db") == "ab"
    assert drawn("👨‍👩‍👧‍👦!") == "👨!"


def test_fifty_thousand_mixed_characters_are_laid_out_quickly():
    import time

    text = ("The nurse was kind but waiting took hours. 我觉得 👍🏽 " * 1200)[:50_000]
    began = time.process_time()
    layout = Layout(text, 100)
    assert time.process_time() - began < 1.0
    assert layout.cell_of(49_000)[1] > 400
