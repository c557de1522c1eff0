"""What differs between two texts, and where the words of the one stand in the other."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.domain.coding import Span
from coder.domain.rewording import Change, compare, looks_alike, places_in, shortened

TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(["the", "food", "was", " ", " ", "good", "\n", "!", "é", "👩‍🏫", "e\u0301"]), max_size=40
    ).map("".join),
)


def shown(old: str, new: str) -> str:
    marks = {Change.SAME: "{}", Change.GONE: "[-{}-]", Change.NEW: "{{+{}+}}"}
    return "".join(marks[piece.change].format(piece.text) for piece in compare(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("same", "same", "same"),
        ("", "all new", "{+all new+}"),
        ("all gone", "", "[-all gone-]"),
        ("the people", "the people, mostly", "the people{+, mostly+}"),
        ("I liked the food a lot", "I loved the food a lot", "I [-liked-]{+loved+} the food a lot"),
        ("good good", "good good good", "good good{+ good+}"),
    ],
)
def test_worked_differences(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_difference(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert "".join(p.text for p in pieces if p.change is not Change.NEW) == old
    assert "".join(p.text for p in pieces if p.change is not Change.GONE) == new
    assert all(p.text for p in pieces)
    assert not any(a.change is b.change is Change.SAME for a, b in pairwise(pieces))


@pytest.mark.parametrize(
    ("old", "new", "alike"),
    [
        ("so it was", " so  it\nwas ", True),
        ("caf\u00e9", "cafe\u0301", True),
        ("so", "So", False),
        ("caf\u00e9", "cafe", False),
        ("", " ", True),
    ],
)
def test_white_space_and_composition_alone_leave_a_text_looking_alike(old: str, new: str, alike: bool) -> None:
    assert looks_alike(old, new) is alike


def test_a_difference_is_shown_with_a_few_words_around_it() -> None:
    old = "a " * 200 + "bad " + "b " * 200
    pieces = shortened(compare(old, old.replace("bad", "good" * 100)), around=4, most=6)
    assert [piece.text for piece in pieces] == [" … a a ", "bad", "goodgo …", " b b … "]


@given(TEXTS, TEXTS)
def test_a_place_has_the_very_words(old: str, new: str) -> None:
    spans = [Span(a, b) for a in range(len(old)) for b in range(a + 1, min(len(old), a + 12) + 1)][:60]
    for span, place in zip(spans, places_in(old, new, spans), strict=True):
        assert place is None or place.of(new) == span.of(old)


@pytest.mark.parametrize(
    ("old", "new", "words", "expected"),
    [
        ("We met great people.", "Oh, we met great people.", "great people", 11),
        ("First A then B", "B, then First A", "First A", 8),  # moved, but once in both
        ("good food, good music", "very good food, good music", "good", 5),
        ("good food", "good food and good music", "good", None),  # which one of two?
        ("art", "start", "art", None),
        ("start art", "art start", "art", None),  # it was a part of a word in the first place
        ("the people", "the persons", "people", None),
        ("x", "", "x", None),
    ],
)
def test_words_are_found_where_they_certainly_are(old: str, new: str, words: str, expected: int | None) -> None:
    at = old.index(words)
    (place,) = places_in(old, new, [Span(at, at + len(words))])
    assert place == (None if expected is None else Span(expected, expected + len(words)))


MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * (MEGABYTE // 2), "b a " * (MEGABYTE // 4)),
        (" ".join(map(str, range(150_000))), " ".join(map(str, range(150_000, 0, -1)))),
        (" ".join(f"{i} x y" for i in range(80_000)), " ".join(f"{i} y x z" for i in range(80_000))),
        ("a" * MEGABYTE, "a" * (MEGABYTE - 1) + "b"),
        ("ab" * (MEGABYTE // 2), "a b " * (MEGABYTE // 4)),
        ("x y z w v " * 100_000, "y x w z v u " * 80_000),
    ],
    ids=["repetitions", "reversed", "anchors", "one word", "no words", "a few words"],
)
def test_a_megabyte_is_compared_in_seconds(old: str, new: str) -> None:
    start = time.process_time()
    compare(old, new)
    assert time.process_time() - start < 10


def test_words_are_found_in_a_megabyte_of_repetitions() -> None:
    start = time.process_time()
    old, new = "ab" * (MEGABYTE // 2), "ab" * (MEGABYTE // 2) + "!"
    assert places_in(old, new, [Span(0, MEGABYTE // 2), Span(3, 4), Span(0, MEGABYTE)])[2] == Span(0, MEGABYTE)
    assert time.process_time() - start < 10
