"""What a key or a double click picks: words and sentences of a text, as [start, end) in code points."""

import re
import unicodedata

# Where no spaces are written, an ideograph or a kana is a word.
_ALONE = "\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_ALONE}]|[^\W{_ALONE}]+(?:['\u2019\-][^\W{_ALONE}]+)*")
_SENTENCE = re.compile(
    r"[^.!?\u3002\uff01\uff1f\n]+[.!?\u3002\uff01\uff1f]*[\"'\u201d\u2019)]*|[.!?\u3002\uff01\uff1f]+"
)


def words(text: str) -> list[tuple[int, int]]:
    """The words of a text; accents and vowel signs belong to the letter before them."""
    return [match.span() for match in _WORD.finditer(_without_marks(text))]


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text without the white space around them; a line end ends one too."""
    found = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        start = match.start() + len(piece) - len(piece.lstrip())
        end = match.start() + len(piece.rstrip())
        if start < end:
            found.append((start, end))
    return found


def _without_marks(text: str) -> str:
    """The text with each mark after a letter as a letter, one for one: Python's `\\w` takes no marks."""
    if text.isascii():
        return text
    shadow = list(text)
    for at in range(1, len(shadow)):
        char = text[at]
        if char >= "\u0300" and shadow[at - 1].isalnum() and _continues(char):
            shadow[at] = "x"
    return "".join(shadow)


def _continues(char: str) -> bool:
    return char in "\u200c\u200d" or unicodedata.category(char)[0] == "M"
