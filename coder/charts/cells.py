"""Texts made inert, and as many cells wide as they are."""

import re
from collections.abc import Iterator, Sequence

from coder.domain.display import one_line, safe, safe_lines

printable = safe_lines

_NO_XML = re.compile("[\ufffe\uffff]")
_SPACE = re.compile("[^\\S\u00a0]+")  # what keeps words together is none


def clean(text: str) -> str:
    """The text on one line with nothing in it that acts or that no document may hold."""
    return _NO_XML.sub("\ufffd", safe(_SPACE.sub(" ", text).strip(" ")))


def columns(rows: Sequence[Sequence[str]], *, indent: int = 2) -> Iterator[str]:
    """Rows of cells as aligned lines; the last cell of a row is not padded. Cells must be on one line each."""
    from rich.cells import cell_len, set_cell_size

    cells = [[printable(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*(row[:-1] for row in cells), strict=True)]
    for row in cells:
        padded = [set_cell_size(cell, size) for cell, size in zip(row[:-1], widths, strict=True)]
        yield (" " * indent + "  ".join((*padded, row[-1]))).rstrip()


def fitting(text: str, room: int) -> str:
    """A text on one line, cut with `…` where it would take more than so many cells."""
    from rich.cells import cell_len, set_cell_size

    line = one_line(text, room)
    return line if cell_len(line) <= room else set_cell_size(line, room - 1).rstrip(" …") + "…"


def wrapped(text: str, room: int) -> list[str]:
    """A text as lines of at most so many cells, broken between words where that is possible."""
    from rich.console import Console
    from rich.text import Text

    return [line.plain.rstrip() for line in Text(" ".join(printable(text).split())).wrap(Console(), room)]
