"""Numbers read strictly, scales taken from where they are stated, and every point of a distribution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.domain.people import People
from coder.domain.rating import MOST_BARS, Bar, Origin, edges, read_number, scale_of, stated_ends


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("9", 9.0),
        ("9.0", 9.0),
        ("+2", 2.0),
        ("-3", -3.0),
        ("7,5", 7.5),
        ("007", 7.0),
        ("7 - very", None),
        ("7/10", None),
        ("1,000", None),
        ("Very likely", None),
        ("1e3", None),
        ("inf", None),
        ("nan", None),
        ("٣", None),
        ("", None),
        (" 9", None),
        ("9" * 400, None),
    ],
)
def test_a_rating_is_a_number_and_nothing_besides(text: str, number: float | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("prompt", "ends"),
    [
        ("How satisfied are you? (1-7)", (1, 7)),
        ("How satisfied are you? [0 – 10]", (0, 10)),
        ("On a scale of 1 to 10, how likely are you ...?", (1, 10)),
        ("On a scale from 0 (not at all) to 10 (extremely): how likely ...?", (0, 10)),
        ("Rate the course from 1 (poor) to 5 (great)", (1, 5)),
        ("How sure are you? 1 = not at all, 7 = very", (1, 7)),
        ("How sure are you (1=low, 4=middle, 7=high)?", (1, 7)),
        ("Enjoyment out of 10", (None, 10)),
        ("Enjoyment (/7)", (None, 7)),
        ("How useful were weeks 1-4?", (None, None)),
        ("What did you do in 2019-2020?", (None, None)),
        ("How much did you enjoy the programme overall?", (None, None)),
        ("Rate from 5 to 1 (5-1)", (None, None)),
        ("On a scale of −", (None, None)),
    ],
)
def test_the_ends_of_a_scale_are_read_where_a_question_states_them(
    prompt: str, ends: tuple[float | None, float | None]
) -> None:
    assert stated_ends(prompt) == ends


def test_a_scale_says_where_its_ends_are_known_from() -> None:
    stated = scale_of("How sure? (1-7)", 3, 6)
    assert (stated.low, stated.high, stated.low_from, stated.high_from) == (1, 7, Origin.STATED, Origin.STATED)
    half = scale_of("How sure, out of 10?", 3, 6)
    assert (half.low, half.high, half.low_from, half.high_from) == (3, 10, Origin.SEEN, Origin.STATED)
    seen = scale_of("How sure?", 3, 6)
    assert (seen.low, seen.high, seen.low_from, seen.refuted) == (3, 6, Origin.SEEN, False)
    asked = scale_of("How sure? (1-7)", 3, 6, (0, 10))
    assert (asked.low, asked.high, asked.low_from) == (0, 10, Origin.ASKED)
    beyond = scale_of("How sure? (1-7)", 0, 6)
    assert (beyond.low, beyond.high, beyond.low_from, beyond.refuted) == (0, 6, Origin.SEEN, True)


def test_every_point_of_a_scale_has_a_bar_and_many_values_have_ranges() -> None:
    assert edges(1, 5, [2.0, 5.0]) == [(n, n, True) for n in (1, 2, 3, 4, 5)]
    assert edges(1, 3, [1.5]) == [(n, n, True) for n in (1, 1.5, 2, 2.5, 3)]
    assert edges(7, 7, [7.0]) == [(7, 7, True)]
    ranges = edges(0, 100, [3.0, 50.0])
    assert [(low, high) for low, high, _ in ranges] == [(n, n + 10) for n in range(0, 100, 10)]
    assert [closed for _, _, closed in ranges] == [False] * 9 + [True]
    assert edges(0.3, 0.9, [0.3, 0.35, 0.9])[0][0] == 0.3


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_each_value_is_in_one_bar(values: list[float]) -> None:
    bars = edges(min(values), max(values), values)
    assert 1 <= len(bars) <= MOST_BARS
    for value in values:
        inside = [1 for low, high, closed in bars if low <= value and (value <= high if closed else value < high)]
        assert inside == [1]


def test_a_bar_is_called_by_its_value_or_its_range() -> None:
    people = People([3, 5])
    assert Bar(7.0, 7.0, True, people).label == "7"
    assert Bar(7.5, 7.5, True, people).label == "7.5"
    assert Bar(10.0, 20.0, False, people).label == "10 to <20"
    assert Bar(90.0, 100.0, True, people).label == "90 to 100"
    assert Bar(7.0, 7.0, True, people).participants == 2
