"""Which key a theme gets, and why it would not get the one that is asked for."""

from coder.domain.codebook import Codebook, Theme
from coder.tui.keys import key_trouble, theme_keys

BOOK = Codebook([Theme(1, "A", key="x", position=1), Theme(2, "B", key="q", position=2), Theme(3, "C", position=3)])
COMMANDS = {"a": "accept the suggestion"}


def test_a_key_is_given_as_it_is_asked_for_unless_trouble_is_said() -> None:
    for key in ("z", "ä", "x", "a", "q", "zz", " ", ""):
        book = Codebook([*BOOK.themes[:2], Theme(3, "C", key=key, position=3)])
        got = theme_keys(book, COMMANDS)[3] == key
        assert got == (key_trouble(book, 3, key, COMMANDS) == "" and key != ""), key


def test_the_one_who_has_it_is_named() -> None:
    assert key_trouble(BOOK, 3, "a", COMMANDS).startswith(
        "‘a’ is a command on the coding screen: accept the suggestion."
    )
    assert "the key of ‘B’ already" in key_trouble(BOOK, 3, "q", COMMANDS)
    assert key_trouble(BOOK, 2, "q", COMMANDS) == "", "it is its own"
    assert "one character" in key_trouble(BOOK, 3, "ab", COMMANDS)
