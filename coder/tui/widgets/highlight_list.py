"""The list of highlights without a theme: a heading for each group, and the words of each participant below it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from coder.domain.gathering import Group, OpenHighlight
from coder.domain.wording import counted
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, fit


class HighlightList(Rows):
    """Groups and highlights can be ticked; ticks stay where the groups become other ones."""

    PART = "In the list of highlights"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[tuple[Group, OpenHighlight | None]] = []  # a group's own row has no highlight
        self._ticked: set[int] = set()
        self._shown = False

    def show_groups(self, groups: Sequence[Group]) -> None:
        """The cursor stays at its highlight, if that is still there."""
        self._shown = True
        here = self.highlight
        self._rows = [(group, row) for group in groups for row in (None, *group.highlights)]
        self._ticked &= {h.id for _, h in self._rows if h is not None}
        at = next((i for i, (_, h) in enumerate(self._rows) if here is not None and h == here), None)
        self.changed(cursor=at)

    def knows(self, ids: Collection[int]) -> bool:
        """Whether just these highlights are shown."""
        return self._shown and {h.id for _, h in self._rows if h is not None} == set(ids)

    @property
    def highlight(self) -> OpenHighlight | None:
        """The highlight at the cursor; of a group's row, its first."""
        if self.cursor >= len(self._rows):
            return None
        group, highlight = self._rows[self.cursor]
        return highlight or group.highlights[0]

    @property
    def word(self) -> str:
        """The word of the group at the cursor."""
        return self._rows[self.cursor][0].word if self.cursor < len(self._rows) else ""

    @property
    def ticked(self) -> frozenset[int]:
        return frozenset(self._ticked)

    @property
    def chosen(self) -> list[OpenHighlight]:
        """The ticked highlights; without any, the one at the cursor, or all of the group there."""
        if self._ticked:
            return [h for _, h in self._rows if h is not None and h.id in self._ticked]
        return self._at_cursor()

    def _at_cursor(self) -> list[OpenHighlight]:
        if self.cursor >= len(self._rows):
            return []
        group, highlight = self._rows[self.cursor]
        return list(group.highlights) if highlight is None else [highlight]

    def tick(self) -> None:
        """Tick what is at the cursor, or take its tick away; after a highlight, on to the next."""
        here = self._at_cursor()
        ids = {h.id for h in here}
        self._ticked ^= ids if ids <= self._ticked else ids - self._ticked
        self.changed()
        if len(here) == 1:
            self.action_step(1)

    def untick(self) -> None:
        self._ticked.clear()
        self.changed()

    def count(self) -> int:
        return len(self._rows)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        group, highlight = self._rows[row]
        here = "▸" if row == self.cursor else " "
        if highlight is None:
            ids = {h.id for h in group.highlights}
            box = "[x]" if ids <= self._ticked else "[-]" if ids & self._ticked else "[ ]"
            about = f"  {counted(len(ids), 'highlight')}, {counted(group.people, 'participant')}"
            word = group.word or "(no shared word)"
            return [[(f"{here}{box} ", BOLD), (fit(word, min(len(word), width // 2)), BOLD), (about, DIM)]]
        box = "[x]" if highlight.id in self._ticked else "[ ]"
        words = " ".join(highlight.words[:1000].split())
        return [
            [
                (f"{here}  {box} ", BOLD),
                (fit(highlight.participant, 10) + " ", DIM),
                (fit(f"“{words}”", width - 18), PLAIN),
            ]
        ]
