"""How a text is drawn: clusters of characters as glyphs that every terminal gives the same number of cells.

Terminals disagree on how wide joined emoji, skin tones, keycaps and spacing marks are; here such a cluster is drawn
by what they all agree on (its first character and plain accents). What is drawn never changes the text.

A cluster is nearly a grapheme of Unicode (UAX 29). It is smaller where a grapheme is drawn as several glyphs that
stand side by side everywhere: the consonants of an Indic conjunct, a Thai or Lao vowel am, a prefixed sign, two leading
Hangul consonants. It is larger for vowel signs of Myanmar and others that terminals draw in a cell of their own but
nobody would select alone, and for the few invisible signs that no terminal gives a cell.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size

from coder.domain.display import safe

TAB = 4
# Characters that are one cell each, everywhere, and join nothing: the fast way for most of the world's survey answers.
PLAIN = re.compile("[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0373\u037b-\u037d\u0388-\u03ff\u0400-\u0482]*")
# A word of such characters, or ideographs, kana and Hangul syllables, two cells each.
_RUN = re.compile(
    "[\x21-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0373\u037b-\u037d\u0388-\u03ff\u0400-\u0482]{1,200}"
    "|()([\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]{1,200})"
)
_ZWJ = "\u200d"
_MOST_MARKS = 3  # a base with hundreds of accents is drawn with the first few
_MOST_JOINED = 100  # characters of a cluster: what goes on beyond that is an attack or a broken file
_LONE = "\u25cc"  # the circle that carries an accent without a base


class Cluster(NamedTuple):
    """Characters [start, end) that are drawn, picked and walked over together: a glyph some cells wide."""

    start: int
    end: int
    glyph: str
    width: int


def drawn(text: str) -> str:
    """A text on one line as every terminal draws it at the same width: inert, for labels, lists and messages."""
    if PLAIN.fullmatch(text):
        return text
    return "".join(" " if c.glyph == "\t" else c.glyph for c in clusters(text, 0, len(text)))


def clusters(text: str, start: int, end: int) -> Iterator[Cluster]:
    """The clusters of text[start:end], without a gap."""
    at = start
    while at < end:
        cluster = cluster_at(text, at, end)
        yield cluster
        at = cluster.end


def cluster_at(text: str, at: int, end: int) -> Cluster:
    """The cluster that begins here; a tab's glyph is a tab, as its width depends on its place."""
    if text[at] == "\t":
        return Cluster(at, at + 1, "\t", TAB)
    stop = _cluster_end(text, at, end)
    glyph, width = _glyph(text[at:stop])
    return Cluster(at, stop, glyph, width)


def run_at(text: str, at: int, end: int) -> tuple[int, int]:
    """(where it ends, cells of each) for characters of one width from here on that join nothing; none: (at, 0)."""
    match = _RUN.match(text, at, end)
    if match is None:
        return at, 0
    stop = match.end()
    if stop < end and joins(text[stop]):
        stop -= 1
    return stop, match.lastindex or 1


def _cluster_end(text: str, at: int, end: int) -> int:
    base, stop = text[at], at + 1
    if _is_regional(base) and stop < end and _is_regional(text[stop]):
        stop += 1
    if stop < end and joins(text[stop]) and safe(base) != base:
        return stop  # nothing joins a control character, nor what stands in for it
    end = min(end, at + _MOST_JOINED)
    while stop < end and joins(text[stop]):
        joiner = text[stop] == _ZWJ
        stop += 1
        # Only pictures are joined; a stray joiner between letters must not hide the second one.
        if joiner and stop < end and _is_picture(base) and _is_picture(text[stop]):
            stop += 1
    return stop


@lru_cache(maxsize=4096)
def joins(char: str) -> bool:
    """Whether a character belongs to the one before it."""
    if char < "\u0300" or safe(char) != char:
        return False
    return get_character_cell_size(char) == 0 or unicodedata.category(char) in ("Mn", "Me", "Mc") or _is_tone(char)


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_picture(char: str) -> bool:
    return char >= "\u2190" and unicodedata.category(char) == "So"


@lru_cache(maxsize=8192)
def _glyph(raw: str) -> tuple[str, int]:
    """What is drawn for a cluster, and its width in cells."""
    if _is_regional(raw[0]):
        letters = "".join(chr(ord(c) - 0x1F1E6 + ord("A")) for c in raw if _is_regional(c))
        return letters.ljust(2), 2
    base = safe(raw[0])
    width = get_character_cell_size(base)
    marks = [c for c in raw[1:] if _is_drawn_mark(c)][:_MOST_MARKS]
    if width == 0:
        if not _is_drawn_mark(base):
            return "\u00b7", 1
        marks, base, width = [base, *marks][:_MOST_MARKS], _LONE, 1
    # Terminals that go by wcwidth give a spacing mark a cell of its own.
    return base + "".join(marks), width + sum(unicodedata.category(c) == "Mc" for c in marks)


def _is_drawn_mark(char: str) -> bool:
    """Accents and vowel signs are drawn; variation selectors, joiners and the like only change what they follow."""
    if "\ufe00" <= char <= "\ufe0f" or char == "\u034f":
        return False
    return unicodedata.category(char) in ("Mn", "Mc") or "\u1160" <= char <= "\u11ff"
