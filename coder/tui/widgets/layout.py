"""Lay out a text in terminal cells so that every cell knows the characters it stands for, exactly.

Terminals disagree on how wide joined emoji, skin tones, keycaps and spacing marks are; here such a cluster is drawn
by what they all agree on (its first character and plain accents). What is drawn never changes the text: offsets are
code points of the text as it is stored.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import get_character_cell_size

from coder.domain.display import safe

HARD_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
TAB = 4
# Characters that are one cell each, everywhere, and join nothing: the fast way for most of the world's survey answers.
_PLAIN = re.compile("[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0373\u037b-\u037d\u0388-\u03ff\u0400-\u0482]*")
_ZWJ = "\u200d"
_MOST_MARKS = 3  # a base with hundreds of accents is drawn with the first few
_LONE = "\u25cc"  # the circle that carries an accent without a base


@dataclass(frozen=True, slots=True)
class Cluster:
    """Characters [start, end) that are drawn, picked and walked over together: a glyph some cells wide."""

    start: int
    end: int
    glyph: str
    width: int


@dataclass(frozen=True, slots=True)
class Line:
    """One drawn row: characters [start, end) of the text.

    Plain lines keep their `text`, one cell a character. Others have parallel `offsets` and `columns` (each with the
    end of the line as its last item) and `glyphs`.
    """

    start: int
    end: int
    width: int
    text: str = ""
    offsets: Sequence[int] = ()
    columns: Sequence[int] = ()
    glyphs: Sequence[str] = ()

    @property
    def plain(self) -> bool:
        return not self.offsets

    def column_of(self, offset: int) -> int:
        """The column at which the cluster that holds this character begins."""
        offset = min(max(offset, self.start), self.end)
        if self.plain:
            return offset - self.start
        return self.columns[bisect_right(self.offsets, offset) - 1]

    def offset_at(self, column: int) -> int:
        """The first character of the cluster under a column; the line's end right of its last one."""
        if self.plain:
            return self.start + min(max(0, column), self.end - self.start)
        if column >= self.width:
            return self.end
        return self.offsets[max(0, bisect_right(self.columns, column) - 1)]

    def cluster(self, offset: int) -> tuple[int, int]:
        """The [start, end) of the cluster that holds a character of this line."""
        if self.plain:
            return offset, offset + 1
        at = bisect_right(self.offsets, offset) - 1
        return self.offsets[at], self.offsets[at + 1]

    def drawn(self, start: int, end: int) -> str:
        """What is drawn for the clusters that begin in [start, end)."""
        if self.plain:
            return self.text[start - self.start : end - self.start]
        first, last = bisect_right(self.offsets, start - 1), bisect_right(self.offsets, end - 1)
        return "".join(self.glyphs[first : min(last, len(self.glyphs))])


class Layout:
    """A text laid out in rows of at most `width` cells (a single glyph may be wider)."""

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self.width = max(1, width)
        self.lines: list[Line] = list(_lay_out(text, self.width))
        self._starts = [line.start for line in self.lines]

    def line_of(self, offset: int) -> int:
        """The row on which a character is, or would be."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def cell_of(self, offset: int) -> tuple[int, int]:
        """(column, row) of the cluster that holds a character."""
        row = self.line_of(offset)
        return self.lines[row].column_of(offset), row

    def offset_at(self, column: int, row: int) -> int:
        """The first character of the cluster at a cell; below the text, its end."""
        if row >= len(self.lines):
            return len(self.text)
        return self.lines[max(0, row)].offset_at(column)

    def cluster(self, offset: int) -> tuple[int, int]:
        """The [start, end) of what is picked together with a character; line ends and break spaces count as one."""
        row = self.line_of(offset)
        line = self.lines[row]
        if offset < line.end:
            return line.cluster(offset)
        after = self._starts[row + 1] if row + 1 < len(self.lines) else len(self.text)
        return min(line.end, len(self.text)), after

    def before(self, offset: int) -> int:
        """Where the cluster left of an offset begins."""
        return self.cluster(offset - 1)[0] if offset > 0 else 0

    def after(self, offset: int) -> int:
        """Where the cluster at an offset ends."""
        return self.cluster(offset)[1] if offset < len(self.text) else len(self.text)


def drawn(text: str) -> str:
    """A text on one line as every terminal draws it at the same width: inert, for labels, lists and messages."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(" " if c.glyph == "\t" else c.glyph for c in clusters(text, 0, len(text)))


def clusters(text: str, start: int, end: int) -> Iterator[Cluster]:
    """The clusters of text[start:end], without a gap; a tab's glyph is a tab, as its width depends on its place."""
    at = start
    while at < end:
        base = text[at]
        if base == "\t":
            yield Cluster(at, at + 1, "\t", TAB)
            at += 1
            continue
        stop = _cluster_end(text, at, end)
        glyph, width = _glyph(text[at:stop])
        yield Cluster(at, stop, glyph, width)
        at = stop


def _cluster_end(text: str, at: int, end: int) -> int:
    base, stop = text[at], at + 1
    if _is_regional(base) and stop < end and _is_regional(text[stop]):
        stop += 1
    while stop < end and _joins(text[stop]):
        joiner = text[stop] == _ZWJ
        stop += 1
        # Only pictures are joined; a stray joiner between letters must not hide the second one.
        if joiner and stop < end and _is_picture(base) and _is_picture(text[stop]):
            stop += 1
    return stop


@lru_cache(maxsize=4096)
def _joins(char: str) -> bool:
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


def _lay_out(text: str, width: int) -> Iterator[Line]:
    at = 0
    while True:
        match = HARD_BREAK.search(text, at)
        end = match.start() if match else len(text)
        wrap = _wrap_plain if _PLAIN.fullmatch(text, at, end) else _wrap_clusters
        yield from wrap(text, at, end, width)
        if not match:
            return
        at = match.end()


def _wrap_plain(text: str, start: int, end: int, width: int) -> Iterator[Line]:
    """Wrap characters of one cell each; the space at which a line breaks is not drawn."""
    at = start
    while end - at > width:
        cut = text.rfind(" ", at, at + width + 1)
        if cut <= at:
            yield Line(at, at + width, width, text[at : at + width])
            at += width
        else:
            yield Line(at, cut, cut - at, text[at:cut])
            at = cut + 1
    yield Line(at, end, end - at, text[at:end])


def _wrap_clusters(text: str, start: int, end: int, width: int) -> Iterator[Line]:
    """Wrap any characters: at a space, between ideographs, and anywhere where there is no such place."""
    pending: list[Cluster] = []
    used, place = 0, 0  # cells used; how many pending clusters stand before the last place to break
    for cluster in clusters(text, start, end):
        while pending and used + _width_at(cluster, used) > width:
            if cluster.glyph == " ":
                yield _line(pending, cluster.start)
                pending, used, place = [], 0, 0
                break
            cut = place or len(pending)
            kept, pending = pending[:cut], pending[cut:]
            swallow = len(kept) > 1 and kept[-1].glyph == " "
            yield _line(kept[:-1], kept[-1].start) if swallow else _line(kept, kept[-1].end)
            used, place = sum(_widths(pending)), 0
        else:
            used += _width_at(cluster, used)
            pending.append(cluster)
            if cluster.glyph in (" ", "\t") or (cluster.width == 2 and cluster.glyph[0] > "\u2e7f"):
                place = len(pending)
    yield _line(pending, end) if pending else Line(end, end, 0)


def _width_at(cluster: Cluster, column: int) -> int:
    return TAB - column % TAB if cluster.glyph == "\t" else cluster.width


def _widths(row: Sequence[Cluster]) -> Iterator[int]:
    used = 0
    for cluster in row:
        cells = _width_at(cluster, used)
        used += cells
        yield cells


def _line(row: Sequence[Cluster], end: int) -> Line:
    columns, glyphs, used = [], [], 0
    for cluster, cells in zip(row, _widths(row), strict=True):
        columns.append(used)
        glyphs.append(" " * cells if cluster.glyph == "\t" else cluster.glyph)
        used += cells
    offsets = (*(c.start for c in row), end)
    return Line(row[0].start, end, used, "", offsets, (*columns, used), tuple(glyphs))
