"""Words in their sentence: whatever the text, they are shown, fit, and are marked where they stand."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from coder.cases import Passage
from coder.domain.coding import Span
from coder.tui.widgets.cases import words_of
from coder.tui.widgets.clusters import drawn

INK = Style(bold=True, color="#ffffff", bgcolor="#000000")


def passage(text: str, *spans: Span) -> Passage:
    return Passage((1, 1), 1, 1, "P1", 1, 1, "Ana", text, spans, False)


def marked(text: str, *spans: Span, width: int = 30, most: int = 2) -> tuple[str, str]:
    """(all that is drawn, what of it is marked)"""
    looks = words_of(passage(text, *spans), width, most, INK)
    every = " ".join("".join(piece for piece, _ in look[1:]) for look in looks)
    return every, "".join(piece for look in looks for piece, style in look if style == INK)


def test_the_words_stand_within_their_sentence() -> None:
    text = "It rained. The people were kind. I went home."
    at = text.index("people")
    assert marked(text, Span(at, at + 6)) == ("The people were kind. I went home.", "people")


def test_far_into_a_sentence_what_comes_before_is_cut() -> None:
    text = "word " * 100 + "people here" + " word" * 100
    at = text.index("people")
    every, words = marked(text, Span(at, at + 6))
    assert every.startswith("…word") and words == "people" and every.endswith("…")


def test_a_whole_response_begins_at_its_beginning_and_is_marked_nowhere() -> None:
    every, words = marked("Great food.\nAnd people.")
    assert (every, words) == ("Great food. And people.", "")


def test_several_stretches_are_marked_each() -> None:
    assert marked("one two three", Span(0, 3), Span(8, 13))[1] == "onethree"


@given(
    st.text(min_size=1, max_size=400), st.integers(0, 399), st.integers(1, 50), st.integers(8, 60), st.integers(1, 2)
)
def test_any_words_of_any_text_are_shown_and_fit(text: str, start: int, length: int, width: int, most: int) -> None:
    start = min(start, len(text) - 1)
    span = Span(start, min(len(text), start + length))
    looks = words_of(passage(text, span), width, most, INK)
    assert 1 <= len(looks) <= most
    for look in looks:
        assert sum(cell_len(piece) for piece, _ in look) <= width + 6  # the indent, a mark of more, a wide character
        assert all(drawn(piece) == piece for piece, _ in look)
    first = drawn(span.of(text)[0]).strip()
    if first.isascii() and first.isalnum():
        assert any(style == INK and piece.startswith(first) for look in looks for piece, style in look)
