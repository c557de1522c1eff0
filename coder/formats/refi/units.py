"""What the positions of a file count: decided by evidence, as programs differ and no file says it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Unit:
    """A way to count: code points or UTF-16 units, and a line end as one, as two, or as it is stored."""

    name: str
    utf16: bool
    line_end: int | None  # how much a line end counts; None: as it is stored

    def places(self, text: str, stored: str) -> "Callable[[int], int] | None":
        """Where a written position stands in the text, whose line ends are LF; None where it is the same.

        A position within a character or a line end is that of its beginning; one beyond the end is as far beyond.
        """
        if (text.isascii() or not self.utf16) and "\n" not in text:
            return None
        import numpy as np  # texts may have millions of characters

        characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        sizes = np.ones(len(characters), dtype=np.int64)
        if self.utf16:
            sizes[characters > 0xFFFF] = 2
        ends = characters == ord("\n")
        if self.line_end is not None:
            sizes[ends] = self.line_end
        elif len(stored) != len(text):
            sizes[ends] = _line_ends(stored)
        starts = np.concatenate(([0], np.cumsum(sizes)))
        whole, length = int(starts[-1]), len(text)
        if whole == length:
            return None

        def place(position: int) -> int:
            if position >= whole:
                return length + position - whole
            return int(np.searchsorted(starts, position, side="right")) - 1

        return place


STANDARD = Unit("code points", False, 1)
AS_STORED = Unit("code points, line ends as stored", False, None)
UNITS = (
    STANDARD,
    AS_STORED,
    Unit("UTF-16 units, line ends as stored", True, None),
    Unit("UTF-16 units", True, 1),
    Unit("code points, line ends as two", False, 2),
)
"""All ways that programs were seen to count; that of the standard first, as it wins where the evidence is equal."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text as it is stored, and the positions that a file has in it, with the words that it says stand there."""

    stored: str
    spans: Sequence[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Decision:
    """The unit whose spans fit best, how many fit, and how many of the next best; `told` are those that tell units
    apart."""

    unit: Unit
    fit: int
    next_best: int
    told: int

    def words(self) -> str:
        """What was decided, for the person who imports."""
        if not self.told and self.unit is not STANDARD:
            return f"Positions were read as {self.unit.name}, as the file says."
        if not self.told:
            return "Positions were read as code points, as the standard says; nothing in the file tells."
        return (
            f"Positions were read as {self.unit.name}: {self.fit} of the {self.told} marked stretches that tell ways "
            f"of counting apart fit, and {self.next_best} by the next best."
        )


def unified(stored: str) -> str:
    """A stored text with LF line ends."""
    return stored.replace("\r\n", "\n").replace("\r", "\n")


def _line_ends(stored: str) -> list[int]:
    return [len(end[0]) for end in _LINE_END.finditer(stored)]


def decide(marked: Iterable[Marked], said: str = "") -> Decision:
    """The way of counting under which the most stretches are the words quoted, or end where words end.

    Of ways that fit equally well, that of the name `said` comes first, then that of the standard.
    """
    scores = dict.fromkeys(UNITS, 0.0)
    fits = dict.fromkeys(UNITS, 0)
    told = 0
    for text in marked:
        clean = unified(text.stored)
        ways = {unit: unit.places(clean, text.stored) for unit in UNITS}
        if all(way is None for way in ways.values()):
            continue
        for start, end, name in text.spans:
            found = {unit: (start, end) if way is None else (way(start), way(end)) for unit, way in ways.items()}
            if len(set(found.values())) == 1:
                continue
            told += 1
            for unit, (first, last) in found.items():
                score = _score(clean, first, last, unified(name))
                scores[unit] += score
                fits[unit] += score >= 1
    ordered = sorted(UNITS, key=lambda unit: unit.name != said)
    best = max(ordered, key=lambda unit: scores[unit])  # of equal ones the first
    if not told or not any(scores.values()):
        return Decision(ordered[0], 0, 0, 0)
    others = [fits[unit] for unit in UNITS if scores[unit] < scores[best]]
    return Decision(best, fits[best], max(others, default=0), told)


def _score(text: str, start: int, end: int, name: str) -> float:
    """2 where the stretch is the words quoted, 1 where it begins and ends with words, else 0."""
    if not 0 <= start < end <= len(text):
        return 0
    size, quoted = end - start, name.removesuffix("…")
    # Nothing is cut out of the text: thousands of stretches may be all of it.
    if size == len(name) and text.startswith(name, start):
        return 2
    if quoted != name and quoted.strip() and size >= len(quoted) and text.startswith(quoted, start):
        return 2
    tight = size == len(text) or not (text[start].isspace() or text[end - 1].isspace())
    left = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    right = end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
    return 1 if tight and left and right else 0
