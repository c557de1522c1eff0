"""Every text that reaches a screen is inert, character for character."""

from hypothesis import given
from hypothesis import strategies as st

from coder.domain.display import one_line, safe, safe_lines

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
