"""Every text that reaches a screen is inert, character for character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.domain.display import balance, one_line, safe, safe_lines

HOSTILE = [
    *map(chr, range(0x20)),
    "\x7f",
    *map(chr, range(0x80, 0xA0)),
    "\u202e",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\ud800",
]


def test_escapes_nul_and_direction_overrides_are_shown_not_obeyed() -> None:
    assert safe("\x1b[31mred\x00\u202e") == "␛[31mred␀·"
    assert safe("[bold]x[/]") == "[bold]x[/]"


@given(st.text(st.one_of(st.characters(), st.sampled_from(HOSTILE))))
def test_safe_keeps_the_length_and_lets_no_hostile_character_through(text: str) -> None:
    shown = safe(text)
    assert len(shown) == len(text)
    assert not set(shown) & set(HOSTILE)
    assert "\n".join(safe_lines(text).split("\n")).count("\n") == text.count("\n")
    assert len(one_line(text, 10)) <= 10


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("plain, שלום", "", ""),
        ("\u202eevil", "", "\u202c"),
        ("\u202eevil\u202c \u2067x\u2069", "", ""),
        ("\u2067a\u202eb", "", "\u202c\u2069"),
        ("\u2067a\u202eb\u2069c", "", ""),
        ("a\u2069\u202eb", "\u2068", "\u202c"),
        ("\u202ea\u2069b", "\u2068", ""),
        ("\u2066\u202ca", "", "\u2069"),
    ],
)
def test_a_text_ends_the_directions_it_begins_and_no_others(text, before, after):
    assert balance(text) == (before, after)


@given(st.text(alphabet="a \u202a\u202e\u202c\u2066\u2067\u2068\u2069"))
def test_balanced_isolates_never_reach_beyond_the_text(text):
    before, after = balance(text)
    depth, levels = 0, [0]
    for character in before + text + after:
        depth += (character in "\u2066\u2067\u2068") - (character == "\u2069")
        levels.append(depth)
    assert min(levels) == 0 == levels[-1]
    assert balance(before + text + after) == ("", "")
