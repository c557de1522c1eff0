"""The list of memos: what each is about, who wrote it and when, and how it begins."""

from __future__ import annotations

from collections.abc import Sequence

from coder.domain.memo import Noted
from coder.tui.widgets.event_list import local_time
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, fit


class MemoList(Rows):
    """Two lines each: the subject, and the memo's words."""

    PART = "In the list of memos"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._memos: Sequence[Noted] = ()

    def show_memos(self, memos: Sequence[Noted]) -> None:
        self._memos = memos
        self.changed()

    @property
    def noted(self) -> Noted | None:
        """The memo at the cursor."""
        return self._memos[self.cursor] if self.cursor < len(self._memos) else None

    def count(self) -> int:
        return len(self._memos)

    def tops(self, width: int) -> Sequence[int]:  # noqa: ARG002
        return range(0, 2 * len(self._memos) + 1, 2)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        noted = self._memos[row]
        memo = noted.memo
        by = f" {memo.coder} {local_time(memo.at)} "
        about = " ".join(filter(None, [memo.place.subject.value.capitalize(), noted.participant, noted.about]))
        quote = f" “{' '.join(noted.quote[:400].split())}”" if noted.quote else ""
        room = max(10, width - 2 - min(len(by), width // 2))
        named = min(len(about), room)
        here = "▸ " if row == self.cursor else "  "
        return [
            [
                (here, BOLD),
                (fit(about, named), BOLD),
                (fit(quote, room - named), DIM),
                (fit(by, min(len(by), width // 2)), DIM),
            ],
            [("    ", PLAIN), (fit(" ".join(memo.text[:2000].split()), width - 4), PLAIN)],
        ]
