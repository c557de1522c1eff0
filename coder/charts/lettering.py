"""How wide a text is, and how it is broken into lines that fit."""

import threading
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.ft2font import FT2Font, LoadFlags

from coder.charts.cells import clean

LEADING = 1.32  # from line to line, of the size
RISE = 0.36  # from the middle of the capitals to the line they stand on

_UNIT = 64.0  # FreeType's, of a pixel
_SIZE = 64  # at which texts are measured
_measuring = threading.Lock()


@cache
def _font(bold: bool) -> FT2Font:
    """The font that matplotlib brings along: the same on every machine, and as wide as any that viewers have.

    It is not matplotlib's own copy, whose size changes with each text that is drawn.
    """
    found = FT2Font(Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"))
    found.set_size(_SIZE, 72)
    return found


@cache
def _charmap(bold: bool) -> frozenset[int]:
    return frozenset(_font(bold).get_charmap())


@lru_cache(maxsize=20_000)
def _width(text: str, bold: bool) -> float:
    """In units of the size; a character that the font lacks takes what it takes at most where a font has it."""
    known = _charmap(bold)
    extra = 0.0
    if not text.isascii():
        missing = [c for c in text if ord(c) not in known]
        extra = sum(_at_most(c) for c in missing)
        text = "".join(c for c in text if ord(c) in known) if missing else text
    if not text:
        return extra
    with _measuring:
        font = _font(bold)
        font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
        return extra + font.get_width_height()[0] / _UNIT / _SIZE


def _at_most(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    return 1.35 if ord(character) >= 0x1F000 else 1.2


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How many pixels wide a line of this size is."""
    return _width(text, bold) * size


def wrap(text: str, room: float, size: float, *, bold: bool = False, most: int = 0) -> list[str]:
    """The text made inert, as lines of at most `room` pixels: broken between words, or within one that is longer.

    Where it needs more than `most` lines (0: any number), the last of these ends in an ellipsis.
    """
    lines: list[str] = []
    words = clean(text).split(" ")
    line = ""
    while words:
        word = words.pop(0)
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if not line:  # not even one word fits
            head = _head(word, room, size, bold)
            line, word = word[:head], word[head:]
        lines.append(line)
        if most and len(lines) == most:
            lines[-1] = shorten(" ".join((line, word, *words)), room, size, bold=bold, always=True)
            return lines
        line = ""
        if word:
            words.insert(0, word)
    return [*lines, line] if line else lines


def balance(text: str, room: float, size: float, *, most: int) -> list[str]:
    """The same lines, no more of them, but as equally long as may be: no word is left alone in the last."""
    lines = wrap(text, room, size, most=most)
    if not 1 < len(lines) < most:
        return lines
    low, high = room / len(lines), room
    for _ in range(5):
        middle = (low + high) / 2
        narrower = wrap(text, middle, size, most=most)
        if len(narrower) == len(lines) and " ".join(narrower) == " ".join(lines):
            high, lines = middle, narrower
        else:
            low = middle
    return lines


def shorten(text: str, room: float, size: float, *, bold: bool = False, always: bool = False) -> str:
    """The text on a line of at most so many pixels, with an ellipsis where it is longer (or in any case)."""
    text = clean(text)
    if not always and width(text, size, bold=bold) <= room:
        return text
    head = _head(text, room - width("…", size, bold=bold), size, bold)
    return text[:head].rstrip() + "…"


def _head(text: str, room: float, size: float, bold: bool) -> int:
    """How many characters fit, one at least; no combining mark loses what it stands on."""
    low, high = 1, min(len(text), 4 * int(room / size) + 8)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle], size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    while 1 < low < len(text) and (unicodedata.combining(text[low]) or text[low] in "\u200d\ufe0f"):
        low -= 1
    return low
