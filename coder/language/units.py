"""Words, clauses and sentences of a text, as [start, end) in code points: what a key picks, where an excerpt is cut."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from coder.domain.coding import Span

# Where no spaces are written between words, an ideograph, a kana or a syllable-like group is a word.
_ALONE = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GROUPS = (
    "[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e2f-\u0e3a\u0e45\u0e47-\u0e4e]*|[\u0e01-\u0e4e]",  # Thai
    "[\u0ec0-\u0ec4]?[\u0e81-\u0eae\u0edc-\u0edf][\u0eaf-\u0ebd\u0ec8-\u0ece]*|[\u0e81-\u0ece\u0edc-\u0edf]",  # Lao
    "[\u1000-\u102a](?:\u1039[\u1000-\u1021]|[\u102b-\u1038\u103a-\u103e])*",  # Myanmar
    "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3])*",  # Khmer
)
_GROUPED = "\u0e01-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103e\u1780-\u17d3"
_IN_GROUPS = re.compile(f"[{_GROUPED}]")
_LETTER = rf"[^\W{_ALONE}{_GROUPED}]"
_PICTURE = "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_DRESS = "[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_PICTURES = f"{_PICTURE}{_DRESS}(?:\u200d{_PICTURE}{_DRESS})*|[\U0001f1e6-\U0001f1ff]{{1,2}}"
_WORD = re.compile(
    rf"\d+(?:[.,:]\d+)+|[{_ALONE}]|{'|'.join(_GROUPS)}|{_LETTER}+(?:\ufe0f?\u20e3|(?:['\u2019\-]{_LETTER}+)*)|{_PICTURES}"
)

LINE_END = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")
_STOPS = "!?\u2026\u3002\uff01\uff1f\uff61\u0964\u0965\u061f\u06d4\u0589\u1362\u104b\u17d4"
_CLOSING = "\"'\u201d\u2019\u00bb)\\]\u300d\u300f\uff09"
_END = re.compile(rf"(?P<stop>[.{_STOPS}]+)[{_CLOSING}]*|{LINE_END.pattern}+|(?<=[{_GROUPED}])[^\S\n]+")
_PAUSE = re.compile(
    '[,;:()\\[\\]{}"\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014\u3001\uff0c\uff1b\uff1a\uff08\uff09]+|\\s-\\s'
)
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:[^\W\d_]|\w*\.\w+)$")  # the x of "x.", "e.g", "z.B"
_NUMBERING = re.compile(r"\s*\(?\w{1,3}$")
# No sentence, no word goes on after one of these, so that a text may be cut there.
_BETWEEN_SENTENCES = re.compile(rf"{LINE_END.pattern}|[a-z][a-z]\.\s+(?=[A-Z])|\u3002(?![.{_STOPS}{_CLOSING}])")
_BETWEEN_WORDS = re.compile(r"[\s\u3001\u3002\uff0c\uff01\uff1f]")


def words(text: str) -> list[Span]:
    """The words of a text; accents and vowel signs belong to the letter before them. A picture is a word, too."""
    return [Span(*match.span()) for match in _WORD.finditer(_without_marks(text))]


def sentences(text: str) -> list[Span]:
    """The sentences of a text without the white space around them; a line end ends one too.

    A dot in a number, an address or an abbreviation ends nothing. Where Thai and its neighbours are written, a space
    does.
    """
    found, start = [], 0
    for match in _END.finditer(text):
        if _ends(text, start, match):
            found.append((start, match.end()))
            start = match.end()
    return _trimmed(text, [*found, (start, len(text))])


def clauses(text: str) -> list[Span]:
    """The stretches of sentences between commas, dashes, quotation marks and brackets."""
    found = []
    for sentence in sentences(text):
        start = sentence.start
        end = start + len(sentence.of(text).rstrip(f".{_STOPS}"))
        for match in _PAUSE.finditer(text, start, end):
            found.append((start, match.start()))
            start = match.end()
        found.append((start, end))
    return _trimmed(text, found)


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    if match["stop"] != ".":
        return True
    at, after = match.start(), text[match.end() : match.end() + 1]
    before = text[max(start, at - 24) : at]
    if after.isalnum():  # "3.5" and "www.site.org", but not "It was good.Thanks"
        return after.isupper() and before[-2:].islower()
    if _NUMBERING.fullmatch(before) and before.strip("( \t").isdigit():
        return False
    return not (_ABBREVIATION.search(before) and text[match.end() : match.end() + 2].strip()[:1].islower())


def _trimmed(text: str, found: list[tuple[int, int]]) -> list[Span]:
    kept = []
    for start, end in found:
        piece = text[start:end]
        if piece.strip():
            kept.append(Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
    return kept


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
    if _IN_GROUPS.match(char):
        return False
    return char in "\u200c\u200d" or unicodedata.category(char)[0] == "M"


class Units:
    """The units of one kind in one text, found piece by piece around the places that are asked for."""

    _PIECE = 4096  # characters, and on to the next place where the text may be cut
    _LONGEST = 8192

    def __init__(self, text: str, find: Callable[[str], list[Span]], cut: re.Pattern[str]) -> None:
        self.text = text
        self._find = find
        self._cut = cut
        self._pieces: dict[int, list[Span]] = {}

    def at(self, offset: int) -> Span | None:
        """The unit that holds a character."""
        found = self.ending_after(offset)
        return found if found and found.start <= offset else None

    def ending_after(self, offset: int) -> Span | None:
        return next((unit for unit in self.onward(offset) if unit.end > offset), None)

    def starting_after(self, offset: int) -> Span | None:
        return next((unit for unit in self.onward(offset) if unit.start > offset), None)

    def starting_before(self, offset: int) -> Span | None:
        at = self._piece_with(offset)
        while True:
            for unit in reversed(self._in_piece(at)):
                if unit.start < offset:
                    return unit
            if not at:
                return None
            at = self._piece_with(at - 1)

    def onward(self, offset: int) -> Iterator[Span]:
        """The units from the piece on that holds a character."""
        at = self._piece_with(offset)
        while at < len(self.text):
            yield from self._in_piece(at)
            at = self._start(at // self._PIECE + 1)

    def _in_piece(self, start: int) -> list[Span]:
        if start not in self._pieces:
            end = self._start(start // self._PIECE + 1)
            found = self._find(self.text[start:end])
            self._pieces[start] = [Span(start + unit.start, start + unit.end) for unit in found]
        return self._pieces[start]

    def _piece_with(self, offset: int) -> int:
        number = max(0, offset) // self._PIECE
        while (start := self._start(number)) > offset:
            number -= 1
        return start

    def _start(self, number: int) -> int:
        """Where a piece starts: after the first place to cut at, from its share of the text on.

        A text that goes on without such a place for long is cut all the same.
        """
        share = number * self._PIECE
        if share <= 0:
            return 0
        match = self._cut.search(self.text, share, share + self._LONGEST)
        if match is not None:
            return match.end()
        return share if share + self._LONGEST < len(self.text) else len(self.text)


def words_of(text: str) -> Units:
    return Units(text, words, _BETWEEN_WORDS)


def sentences_of(text: str) -> Units:
    return Units(text, sentences, _BETWEEN_SENTENCES)


def clauses_of(text: str) -> Units:
    return Units(text, clauses, _BETWEEN_SENTENCES)
