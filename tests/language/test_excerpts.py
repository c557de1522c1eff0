"""What is quoted of a long text: its own words, whole where that can be, and no longer than asked for."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coder.domain.coding import Span
from coder.language.excerpts import LEAST_ROOM, LEFT_OUT, Excerpt, excerpt, joined, trimmed

LONG = (
    "It rained on the first day. The mentors were patient and kind, all of them. "
    "We had lunch at noon, as ever. My own project failed twice! And then it worked. I shall not forget that evening."
)


def at(words: str, text: str = LONG) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def words_of(found: Excerpt) -> list[str]:
    return [span.of(found.text) for span in found.spans]


def test_a_text_within_the_bounds_is_quoted_whole_with_its_words() -> None:
    found = excerpt("  The mentors. \n", [Span(6, 13)], shortest=40, longest=60)
    assert found.text == "The mentors." and found.is_whole and words_of(found) == ["mentors"]


@pytest.mark.parametrize(
    ("words", "longest", "text"),
    [
        (["mentors"], 80, "[…] The mentors were patient and kind, all of them. […]"),
        (["rained"], 80, "It rained on the first day. […]"),
        (["evening"], 80, "[…] I shall not forget that evening."),
        (["rained", "evening"], 80, "It rained on the first day. […] I shall not forget that evening."),
        (["rained", "patient"], 100, "It rained on the first day. The mentors were patient and kind, all of them. […]"),
        (["day. The"], 100, "It rained on the first day. The mentors were patient and kind, all of them. […]"),
        ([], 80, "It rained on the first day. […]"),
    ],
)
def test_a_longer_one_as_the_sentences_around_the_words(words: list[str], longest: int, text: str) -> None:
    found = excerpt(LONG, [at(word) for word in words], shortest=20, longest=longest)
    assert (found.text, found.is_whole) == (text, False)
    assert [w for w in words if w in text] == words_of(found)


def test_one_that_is_short_grows_by_its_neighbours() -> None:
    found = excerpt(LONG, [at("failed")], shortest=60, longest=100)
    assert found.text == "[…] My own project failed twice! And then it worked. I shall not forget that evening."


def test_words_that_find_no_room_are_left_out() -> None:
    found = excerpt(LONG, [at("mentors"), at("evening"), at("noon")], shortest=0, longest=100)
    assert found.text == "[…] The mentors were patient and kind, all of them. We had lunch at noon, as ever. […]"
    assert words_of(found) == ["mentors", "noon"]


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    text = "and we went on and on " * 20 + "until the mentors came and " + "it all went well and " * 20
    found = excerpt(text, [at("mentors", text)], shortest=40, longest=80)
    assert found.text == "[…] and we went on and on until the mentors came and it all went well and it […]"
    assert words_of(found) == ["mentors"]


def test_what_is_needed_is_whole_and_more_than_the_bound() -> None:
    found = excerpt(LONG, [at("rained")], needed=[Span(0, 130)], shortest=0, longest=60)
    assert found.text.startswith(LONG[:130]) and found.text.endswith(LEFT_OUT) and words_of(found) == ["rained"]
    assert excerpt(LONG, needed=[Span(0, len(LONG))], shortest=0, longest=60).is_whole


@pytest.mark.parametrize(
    "text",
    [
        "שלום עולם. " * 30 + "המנחים היו סבלניים. " + "תודה רבה לכולם. " * 30,
        "我觉得很好。" * 60,
        "👩🏽‍💻👨‍💻" * 60,
        "ดีมาก" * 100,
        "a\x00b\x1b[31m\u202e " * 50,
        "x" * 500,
        "e\u0301" * 300,
        "!" * 400,
        "\n".join(["- one", "- two"] * 60),
    ],
    ids=["rtl", "han", "emoji", "thai", "control", "one word", "accents", "marks", "lines"],
)
def test_no_script_and_no_hostile_text_breaks_it(text: str) -> None:
    for start in (0, len(text) // 2, len(text) - 5):
        found = excerpt(text, [Span(start, start + 5)], shortest=40, longest=120)
        check(text, found)
        assert len(found.text) <= 120
        assert "".join(words_of(found)).replace(f" {LEFT_OUT} ", "") in text


def test_an_emoji_and_an_accented_letter_are_not_cut_in_two() -> None:
    for text in ("👩🏽‍💻" * 60, "e\u0301" * 300):
        found = excerpt(text, [Span(0, len(text))], shortest=40, longest=101)
        unit = len(text) // (60 if "💻" in text else 300)
        assert not found.is_whole and found.pieces[-1][1].end % unit == 0


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    sentence = st.lists(
        st.sampled_from(["the", "mentors", "were", "a.b", "é", "我", "👩🏽‍💻", "\x07", "שלום", "x" * 90])
    )
    end = st.sampled_from([". ", "! ", "\n", "。", "  ", "… "])
    loose = st.text(max_size=30)
    parts = draw(st.lists(st.one_of(st.builds(lambda s, e: " ".join(s) + e, sentence, end), loose), max_size=30))
    text = "".join(parts) + draw(st.sampled_from(["end", "x"]))
    starts = st.integers(0, len(text) - 1)
    spans = draw(
        st.lists(st.builds(lambda s, n: Span(s, min(len(text), s + n)), starts, st.integers(1, 60)), max_size=5)
    )
    return text, spans


def check(text: str, found: Excerpt) -> None:
    """Marks apart, the printed text is the pieces of the source, in their order, and nothing else."""
    at, last = 0, -1
    for offset, piece in found.pieces:
        assert found.text[at:offset] in ("", f"{LEFT_OUT} ", f" {LEFT_OUT} ")
        assert piece.start > last
        assert found.text[offset : offset + piece.end - piece.start] == piece.of(text) != ""
        at, last = offset + piece.end - piece.start, piece.end
    assert found.text[at:] in ("", f" {LEFT_OUT}")
    assert found.text.startswith(f"{LEFT_OUT} ") == (not text[: found.pieces[0][1].start].isspace()) or (
        found.pieces[0][1].start == 0
    )
    assert found.is_whole == (found.pieces == ((0, trimmed(text, Span(0, len(text)))),))


@settings(max_examples=300)
@given(texts_with_spans(), st.integers(LEAST_ROOM, 200), st.integers(0, 40))
@example(("x" * 90 + "。" + "end", [Span(0, 90)]), 40, 0)
def test_it_is_exact_and_within_the_bounds_whatever_the_text(
    given_text: tuple[str, list[Span]], longest: int, shortest: int
) -> None:
    text, spans = given_text
    found = excerpt(text, spans, shortest=shortest, longest=longest)
    check(text, found)
    assert len(found.text) <= longest
    inside = {o for _, piece in found.pieces for o in range(piece.start, piece.end)}
    wanted = {o for span in spans for o in range(span.start, span.end)} & inside
    marked = {
        piece.start + o - offset
        for offset, piece in found.pieces
        for span in found.spans
        for o in range(span.start, span.end)
        if offset <= o < offset + piece.end - piece.start
    }
    assert marked == wanted
    assert joined(found.spans) == found.spans


@settings(max_examples=200)
@given(texts_with_spans(), st.integers(LEAST_ROOM, 100))
def test_what_is_needed_is_always_in_it(given_text: tuple[str, list[Span]], longest: int) -> None:
    text, spans = given_text
    found = excerpt(text, shortest=0, longest=longest, needed=spans)
    check(text, found)
    inside = {o for _, piece in found.pieces for o in range(piece.start, piece.end)}
    assert {o for span in spans for o in range(*_ends(trimmed(text, span)))} <= inside


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def test_a_text_of_a_million_characters_is_cut_as_quickly_as_a_short_one() -> None:
    import time

    text = "It was a good day, and so on. " * 35_000
    start = time.perf_counter()
    found = excerpt(text, [Span(600_000, 600_010)], shortest=40, longest=300)
    assert time.perf_counter() - start < 0.5
    check(text, found)
