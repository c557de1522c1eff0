"""A list of quotes or responses of any length: who and where, and the words within their sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style

from coder.domain.coding import Span, cut_points
from coder.language.units import sentences
from coder.tui.widgets.clusters import drawn
from coder.tui.widgets.layout import Layout
from coder.tui.widgets.pages import Pages
from coder.tui.widgets.palette import Paint
from coder.tui.widgets.rows import BOLD, DIM, ITALIC, PLAIN, Look, Rows, fit

if TYPE_CHECKING:
    from coder.cases import Passage, QuoteKey

_AROUND = 400  # characters before the words in which their sentence is looked for
_WIDE = 72  # cells from which on one line of words does
_INDENT = 4
_SPACES = str.maketrans(dict.fromkeys("\n\r\t\v\f\x85\u2028\u2029", " "))


class CaseList(Rows):
    """Each case takes a line for the person and the place, and one or two for the words."""

    PART = "In the list of quotes"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.keys: Sequence[QuoteKey] = ()
        self.ticked: set[QuoteKey] = set()
        self._beside: Callable[[Passage], str] = lambda _: ""
        self._pages: Pages[QuoteKey, Passage | None] = Pages()
        self._paint_of: Callable[[Passage], Paint | None] = lambda _: None

    def show_cases(
        self,
        keys: Sequence[QuoteKey],
        read: Callable[[Sequence[QuoteKey]], Sequence[Passage]],
        place: Callable[[Passage], str],
        paint: Callable[[Passage], Paint | None],
    ) -> None:
        """`read` gives the passages of some keys, `place` what stands beside the person, `paint` how words look.

        The cursor stays on the case that it was on, if that is still there.
        """
        here = self.key
        self.keys, self._beside = keys, place
        self._pages = Pages(keys, lambda some: _aligned(some, read(some)))
        self._paint_of = paint
        still = here is not None and here in keys
        if not still:
            self.scroll_to(0, 0, animate=False)
        self.changed(cursor=keys.index(here) if here is not None and still else 0)

    def reread(self) -> None:
        """The cases are the same; what is known of them may be more."""
        self._pages.forget()
        self._painted = (-1, -1, ())
        self.refresh()

    @property
    def key(self) -> QuoteKey | None:
        """The key of the case at the cursor."""
        return self.keys[self.cursor] if self.cursor < len(self.keys) else None

    @property
    def passage(self) -> Passage | None:
        """The case at the cursor; None where there is none, or it went meanwhile."""
        return self._pages.at(self.cursor) if self.cursor < len(self.keys) else None

    def count(self) -> int:
        return len(self.keys)

    def tops(self, width: int) -> Sequence[int]:
        high = 1 + self._lines(width)
        return range(0, high * self.count() + 1, high)

    @staticmethod
    def _lines(width: int) -> int:
        return 1 if width >= _WIDE else 2

    def paint(self, row: int, width: int) -> Sequence[Look]:
        passage = self._pages.at(row)
        if passage is None:
            return [[("  gone meanwhile", DIM)]]
        here = "▸ " if row == self.cursor else "  "
        tick = "✓ " if passage.key in self.ticked else ""
        star = "★ " if passage.starred else ""
        room = width - len(here) - len(tick) - len(star)
        name = min(cell_len(drawn(passage.participant[:80])), max(6, room // 3))
        facts = "".join(f" · {label}: {value}" for label, value in passage.facts if value.strip())
        head = [(here, BOLD), (tick, BOLD), (star, BOLD), (fit(passage.participant, name), BOLD)]
        head.append((fit(self._beside(passage) + facts, room - name), DIM))
        paint = self._paint_of(passage)
        ink = Style(color=paint.text, bgcolor=paint.background, bold=True) if paint else BOLD
        return [head, *words_of(passage, width - _INDENT - 1, self._lines(width), ink)]


def _aligned(keys: Sequence[QuoteKey], passages: Sequence[Passage]) -> list[Passage | None]:
    """A passage for each key, None for those that went meanwhile."""
    found = {passage.key: passage for passage in passages}
    return [found.get(key) for key in keys]


def words_of(passage: Passage, width: int, most: int, ink: Style) -> list[list[tuple[str, Style]]]:
    """The words of a passage in their sentence, on so many lines at most: a quote in ink, a whole response italic."""
    text, spans = _around(passage, max(8, width), most)
    lines = Layout(text, max(8, width)).lines
    plain = PLAIN if spans else ITALIC
    looks = []
    for line in lines[:most]:
        look = [(" " * _INDENT, PLAIN)]
        here = [span for span in spans if span.start < line.end and line.start < span.end]
        cuts = sorted({line.start, *(c for c in cut_points(line.end, here) if c > line.start)})
        for start, end in pairwise(cuts):
            inside = any(span.start <= start < span.end for span in here)
            look.append((line.drawn(start, end), ink if inside else plain))
        looks.append(look)
    if len(lines) > most and looks:
        looks[-1].append(("…", plain))
    return looks


def _around(passage: Passage, width: int, most: int) -> tuple[str, list[Span]]:
    """As much of the text as is shown, on one line, from the beginning of the words' sentence if that is near."""
    first = passage.spans[0] if passage.spans else Span(0, 0)
    far = max(0, first.start - _AROUND)
    before = passage.text[far : first.start]
    start = far + max((s.start for s in sentences(before + "x") if s.end > len(before)), default=0)
    lead = ""
    if first.start - start > width * most // 2:
        start, lead = first.start - width * most // 3, "…"
        start = passage.text.find(" ", start, first.start) + 1 or start
    elif start == far and far > 0:
        lead = "…"
    text = lead + passage.text[start : start + 4 * width * most].translate(_SPACES)
    by = start - len(lead)
    return text, [Span(max(0, s.start - by), s.end - by) for s in passage.spans if s.end > start]
