"""Lay out a text in terminal cells so that every cell knows the characters it stands for, exactly.

Offsets are code points of the text as it is stored. Rows are laid out when they are first asked for: a response of a
million characters is on the screen as soon as one of a hundred.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from coder.tui.widgets.clusters import PLAIN, TAB, Cluster, cluster_at, run_at

HARD_BREAK = re.compile("[\n\x0b\x0c\x85\u2028\u2029]|\r\n?")


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
        self._lines: list[Line] = []
        self._starts: list[int] = []
        self._rest = _lay_out(text, self.width)
        self._complete = False

    @property
    def complete(self) -> bool:
        """Whether every row is laid out."""
        return self._complete

    @property
    def height(self) -> int:
        """How many rows there are; an estimate, and more than are laid out, as long as it is not complete."""
        known = len(self._lines)
        if self._complete or not known:
            return max(1, known)
        done = max(1, self._lines[-1].end)
        return known + max(1, known * (len(self.text) - done) // done)

    @property
    def lines(self) -> Sequence[Line]:
        """All the rows."""
        while self.more(1000):
            pass
        return self._lines

    def more(self, rows: int) -> bool:
        """Lay out some more rows; False where there are none left."""
        found = list(islice(self._rest, rows))
        self._lines += found
        self._starts += [line.start for line in found]
        self._complete = self._complete or len(found) < rows
        return not self._complete

    def line(self, row: int) -> Line | None:
        """A row; None below the text."""
        while row >= len(self._lines) and self.more(row + 1 - len(self._lines)):
            pass
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def stretch(self, row: int) -> tuple[int, int]:
        """The [start, end) of the characters that belong to a row, the line end or space at its break included."""
        line, after = self.line(row), self.line(row + 1)
        assert line is not None
        return line.start, len(self.text) if after is None else after.start

    def line_of(self, offset: int) -> int:
        """The row on which a character is, or would be."""
        while (not self._starts or self._starts[-1] <= offset) and self.more(64):
            pass
        return max(0, bisect_right(self._starts, offset) - 1)

    def cell_of(self, offset: int) -> tuple[int, int]:
        """(column, row) of the cluster that holds a character."""
        row = self.line_of(offset)
        return self._lines[row].column_of(offset), row

    def offset_at(self, column: int, row: int) -> int:
        """The first character of the cluster at a cell; below the text, its end."""
        line = self.line(max(0, row))
        return len(self.text) if line is None else line.offset_at(column)

    def cluster(self, offset: int) -> tuple[int, int]:
        """The [start, end) of what is picked together with a character; line ends and break spaces count as one."""
        row = self.line_of(offset)
        line = self._lines[row]
        if offset < line.end:
            return line.cluster(offset)
        return line.end, self.stretch(row)[1]

    def before(self, offset: int) -> int:
        """Where the cluster left of an offset begins."""
        return self.cluster(offset - 1)[0] if offset > 0 else 0

    def after(self, offset: int) -> int:
        """Where the cluster at an offset ends."""
        return self.cluster(offset)[1] if offset < len(self.text) else len(self.text)


def _lay_out(text: str, width: int) -> Iterator[Line]:
    at = 0
    while True:
        match = HARD_BREAK.search(text, at)
        end = match.start() if match else len(text)
        wrap = _wrap_plain if PLAIN.fullmatch(text, at, end) else _wrap_clusters
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


class _Row:
    """The clusters of a row that is being filled."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.glyphs: list[str] = []
        self.widths: list[int] = []
        self.used = 0  # cells
        self.place = 0  # how many clusters stand before the last place to break

    def width_of(self, cluster: Cluster) -> int:
        return TAB - self.used % TAB if cluster.glyph == "\t" else cluster.width

    def add(self, cluster: Cluster) -> None:
        self.used += self.width_of(cluster)
        self.starts.append(cluster.start)
        self.glyphs.append(cluster.glyph)
        self.widths.append(cluster.width)
        if cluster.glyph in (" ", "\t") or (cluster.width == 2 and cluster.glyph[0] > "\u2e7f"):
            self.place = len(self.starts)

    def add_run(self, text: str, start: int, end: int, cells: int) -> None:
        """Many characters of one width at once."""
        self.used += cells * (end - start)
        self.starts += range(start, end)
        self.glyphs += text[start:end]
        self.widths += [cells] * (end - start)
        if cells == 2:
            self.place = len(self.starts)

    def cut(self, count: int, end: int) -> Line:
        """The first clusters as a line, the others begin the next row; `end` is where all of them end."""
        end = self.starts[count] if count < len(self.starts) else end
        line = _line(self.starts[:count], self.glyphs[:count], self.widths[:count], end)
        del self.starts[:count], self.glyphs[:count], self.widths[:count]
        cells = _with_tabs(self.glyphs, self.widths)[1] if "\t" in self.glyphs else self.widths
        self.used, self.place = sum(cells), 0
        return line

    def cut_at_place(self, end: int) -> Line:
        """Break where a line best breaks; a space there is not drawn."""
        count = self.place or len(self.starts)
        if count > 1 and self.glyphs[count - 1] == " ":
            line = self.cut(count - 1, end)
            del self.starts[:1], self.glyphs[:1], self.widths[:1]
            self.used -= 1
            return line
        return self.cut(count, end)


def _wrap_clusters(text: str, start: int, end: int, width: int) -> Iterator[Line]:
    """Wrap any characters: at a space, between ideographs, and anywhere where there is no such place."""
    row, at = _Row(), start
    while at < end:
        stop, cells = run_at(text, at, end)
        if cells == 2:
            stop = min(stop, at + (width - row.used) // 2)
        if stop > at and row.used + cells * (stop - at) <= width:
            row.add_run(text, at, stop, cells)
            at = stop
            continue
        cluster = cluster_at(text, at, end)
        at = cluster.end
        while row.starts and row.used + row.width_of(cluster) > width:
            if cluster.glyph == " ":
                yield row.cut(len(row.starts), cluster.start)
                break
            yield row.cut_at_place(cluster.start)
        else:
            row.add(cluster)
    yield row.cut(len(row.starts), end) if row.starts else Line(end, end, 0)


def _line(starts: Sequence[int], glyphs: Sequence[str], widths: Sequence[int], end: int) -> Line:
    if "\t" in glyphs:
        glyphs, widths = _with_tabs(glyphs, widths)
    columns = list(accumulate(widths, initial=0))
    return Line(starts[0] if starts else end, end, columns[-1], "", (*starts, end), columns, glyphs)


def _with_tabs(glyphs: Sequence[str], widths: Sequence[int]) -> tuple[list[str], list[int]]:
    """Tabs as the spaces that lead to their next stop."""
    cells, used = [], 0
    for glyph, width in zip(glyphs, widths, strict=True):
        cells.append(TAB - used % TAB if glyph == "\t" else width)
        used += cells[-1]
    return [" " * n if glyph == "\t" else glyph for glyph, n in zip(glyphs, cells, strict=True)], cells
