"""Which key assigns which theme."""

from collections.abc import Collection, Mapping
from string import ascii_letters

from coder.domain.codebook import Codebook

_AUTOMATIC = "1234567890" + ascii_letters


def theme_keys(book: Codebook, taken: Collection[str]) -> Mapping[int, str]:
    """One character for each theme: the codebook's own where no command has it, else digits, then free letters.

    Themes beyond the last free letter have none; they are chosen by their name.
    """
    found: dict[int, str] = {}
    used = set(taken)
    order = [theme for _, theme in book.walk()]
    for theme in order:
        if len(theme.key) == 1 and theme.key.isprintable() and theme.key != " " and theme.key not in used:
            found[theme.id] = theme.key
            used.add(theme.key)
    free = iter([key for key in _AUTOMATIC if key not in used])
    for theme in order:
        if theme.id not in found:
            key = next(free, None)
            if key is None:
                break
            found[theme.id] = key
    return found


def key_trouble(book: Codebook, theme_id: int, key: str, commands: Mapping[str, str]) -> str:
    """Why a theme would not get this key, in words; empty where it would. `commands` are the characters they have."""
    if not key:
        return ""
    if len(key) > 1 or not key.isprintable() or key == " ":
        return "A key is one character that can be typed."
    if key in commands:
        return f"‘{key}’ is a command on the coding screen: {commands[key]}. The theme gets a free key instead."
    for other in (theme for _, theme in book.walk() if theme.id != theme_id and theme.key == key):
        return f"‘{key}’ is the key of ‘{other.name}’ already. Whichever stands first in the codebook has it."
    return ""
