"""Evidence is whole words of the response, with their exact shares of what spoke for the theme."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.evidence import MOST_SPANS, carrying_spans
from coder.suggest.features import places_of


def test_neighbours_are_joined_and_the_strongest_comes_first() -> None:
    text = "We met kind mentors, and good food"
    found = carrying_spans(text, places_of(text), np.array([0, 0, 0.2, 0.2, -0.3, 0, 0.1]))
    assert [(e.span.of(text), e.share) for e in found] == [
        ("kind mentors", pytest.approx(0.8)),
        ("food", pytest.approx(0.2)),
    ]


def test_words_on_two_lines_or_across_a_comma_stay_apart() -> None:
    text = "kind, patient\nmentors"
    assert len(carrying_spans(text, places_of(text), np.array([0.3, 0.3, 0.3]))) == 3


def test_nothing_speaks_where_nothing_is_positive() -> None:
    assert carrying_spans("some words", places_of("some words"), np.array([-0.1, 0.0])) == ()


@given(st.text(max_size=200), st.data())
def test_spans_lie_inside_the_text_and_end_at_words(text: str, data: st.DataObject) -> None:
    places = places_of(text)
    parts = data.draw(st.lists(st.floats(-1, 1), min_size=len(places), max_size=len(places)))
    found = carrying_spans(text, places_of(text), np.array(parts, dtype=float))
    starts, ends = {a for a, _ in places}, {b for _, b in places}
    assert len(found) <= MOST_SPANS
    assert sum(e.share for e in found) <= 1 + 1e-5
    for evidence in found:
        assert evidence.span.check(text)
        assert evidence.span.start in starts and evidence.span.end in ends
        assert evidence.share > 0
    for one, other in pairwise(found):
        assert not one.span.overlaps(other.span)
        assert one.share >= other.share
