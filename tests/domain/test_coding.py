"""Spans are half-open stretches of code points inside their text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.domain.coding import Span
from coder.errors import RefusedError


def test_offsets_count_code_points_not_bytes_or_graphemes() -> None:
    assert Span(1, 3).of("a👍🏽b") == "👍🏽"
    assert Span(0, 2).of("e\u0301a") == "e\u0301"


@given(st.text(max_size=20), st.integers(-3, 25), st.integers(-3, 25))
def test_a_span_is_taken_only_if_it_is_not_empty_and_lies_inside(text: str, start: int, end: int) -> None:
    span = Span(start, end)
    if 0 <= start < end <= len(text):
        assert span.check(text).of(text) == text[start:end] != ""
    else:
        with pytest.raises(RefusedError):
            span.check(text)
