"""Coding every hit of a search: look at each, untick what does not belong, code the rest as one act."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.style import Style
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.domain.display import one_line
from coder.domain.hits import Hit, Hits, State
from coder.errors import CoderError
from coder.tui.messages import RowTicked
from coder.tui.screens.modals import Confirm
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.plain import KeyLine, Plain
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, TickRows, fit, fit_end, fitted

if TYPE_CHECKING:
    from coder.session import Done, Session
    from coder.sweeping import HitLine

_PAGE, _PAGES_KEPT = 64, 24
_SIGNS = {State.NEW: " ", State.THEME: "+", State.CODED: "=", State.REJECTED: "✗"}
_TICKED = (State.NEW, State.THEME)
_HIT = Style(bold=True, underline=True)
_HELP = (
    "Every hit of the search stands on a line, with the words around it. All are ticked but those that are coded "
    "already (=) and those where you have refused the theme (✗); + says that the response has the theme by other "
    "words. Enter codes the ticked ones that have been on the screen, and no others: each hit becomes a highlight, "
    "each response has the theme once, and one undo takes all of it back."
)


class HitRows(TickRows):
    """Hits, a line each, read by pages as they come into view; it knows which have been on the screen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.hits = Hits()
        self.ticked = bytearray()
        self.seen = bytearray()
        self.read: Callable[[Sequence[Hit]], Sequence[HitLine]] = lambda _: ()
        # Called in the key's own frame: what is ticked by a key after it must not count.
        self.decide: Callable[[], None] = lambda: None
        self._pages: OrderedDict[int, Sequence[HitLine]] = OrderedDict()

    def add(self, found: Sequence[Hit]) -> None:
        self._pages.pop(len(self.hits) // _PAGE, None)
        self.hits.extend(found)
        self.ticked.extend(hit.state in _TICKED for hit in found)
        self.seen.extend(bytes(len(found)))
        self.changed()

    def count(self) -> int:
        return len(self.hits)

    def toggle(self, row: int) -> None:
        if row < len(self.ticked):
            self.ticked[row] = not self.ticked[row]
            self.changed()

    def tick_all(self) -> None:
        """Tick all that are not coded yet, or, where all of them are ticked, none."""
        wanted = bytearray(state != State.CODED for state in self.hits.states)
        self.ticked = bytearray(len(self.hits)) if self.ticked == wanted else wanted
        self.changed()

    def action_pick(self) -> None:
        self.decide()

    def chosen(self) -> list[Hit]:
        """The ticked hits that have been on the screen."""
        return [self.hits[at] for at, ticked in enumerate(self.ticked) if ticked and self.seen[at]]

    def _line(self, row: int) -> HitLine | None:
        number, at = divmod(row, _PAGE)
        if number not in self._pages:
            rows = range(number * _PAGE, min(len(self.hits), (number + 1) * _PAGE))
            self._pages[number] = self.read([self.hits[i] for i in rows])
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        page = self._pages[number]
        return page[at] if at < len(page) else None

    def paint(self, row: int, width: int) -> Sequence[Look]:
        line = self._line(row)
        if line is None:
            return [[]]
        self.seen[row] = True
        here = "▸" if row == self.cursor else " "
        tick = "[✓]" if self.ticked[row] else "[ ]"
        sign = _SIGNS[self.hits[row].state]
        room = width - 18
        before, words, after = (text.replace("\n", " ") for text in (line.before[-room:], line.words, line.after))
        # The hits stand under each other: as much room is before each.
        text = fitted([(fit_end(before, room * 2 // 5), PLAIN), (words, _HIT), (after, PLAIN)], room)
        head = [(f"{here}{tick}{sign} ", BOLD), (fit(line.participant, 10) + "  ", BOLD if self.ticked[row] else DIM)]
        return [[*head, *text]]


class HitsScreen(WorkScreen):
    """Ends with a response to go to, or with nothing; `done` says what was coded."""

    TITLE = "Code every hit"
    HELP = _HELP
    BINDINGS = [
        Binding("space", "tick", "tick or untick, and go on", id="hits.tick"),
        Binding("A", "tick_all", "tick all, or none", id="hits.tick_all"),
        Binding("o", "open", "open the response", id="hits.open"),
        Binding("escape,q", "leave", "back, without coding", id="hits.leave"),
        Binding("question_mark", "app.help", "help", id="hits.help"),
    ]

    def __init__(self, session: Session, response_ids: Sequence[int], search_for: str, theme_id: int) -> None:
        super().__init__()
        self.session = session
        self.done: Done | None = None
        self._ids, self._words, self._theme_id = response_ids, search_for, theme_id
        self._read = 0
        self._coding = False
        self._shown = (0, 0, 0, 0)

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="prompt")
            yield HitRows(id="hits")
            yield Plain(id="status")
            yield KeyLine(
                ("hits.tick", "tick"),
                ("list.choose", "code the ticked"),
                ("hits.tick_all", "all, none"),
                ("hits.open", "open"),
                ("hits.leave", "back"),
                ("hits.help", "help"),
                id="keys",
            )

    def on_mount(self) -> None:
        name = one_line(self.session.codebook.by_id[self._theme_id].name, 60)
        self.query_one("#prompt", Plain).show(
            ("Code ", "bold dim"), (f"‘{name}’", "bold"), (" at every hit of ", "bold dim"),
            (f"“{one_line(self._words, 60)}”", "bold"),
            ("\n+ has it by other words   = coded already   ✗ refused here", "dim"),
            layout=True,
        )  # fmt: skip
        self.rows.read, self.rows.decide = self.session.hit_lines, self._decide
        self.rows.focus()
        self.set_interval(0.2, self._follow)
        self.find()

    @property
    def rows(self) -> HitRows:
        return self.query_one(HitRows)

    @work(group="hits", exclusive=True)
    async def find(self) -> None:
        """Find the hits aside, some hundred responses at a time; the first can be looked at meanwhile."""
        found = self.session.find_hits(self._ids, self._words, self._theme_id)
        with suppress(CoderError):
            while (some := await asyncio.to_thread(next, found, None)) is not None:
                if not self.is_mounted:
                    return
                self._read = some[0]
                self.rows.add(some[1])
                self._show_state()

    def _counts(self) -> tuple[int, int, int, int]:
        """Responses read, hits, ticked, seen."""
        return self._read, len(self.rows.hits), self.rows.ticked.count(1), self.rows.seen.count(1)

    def _show_state(self, said: str = "") -> None:
        read, hits, ticked, seen = self._shown = self._counts()
        reading = f"read {read:,} of {len(self._ids):,} responses …   " if read < len(self._ids) else ""
        counted = f"{hits:,} hits   {ticked:,} ticked   {seen:,} seen"
        self.query_one("#status", Plain).show((f" {said}  " if said else " ", "bold $text-success"), reading, counted)

    def say(self, message: str) -> None:
        self._show_state(message)

    def show_changes(self) -> None:
        self._show_state()

    def _follow(self) -> None:
        """What came into view has been seen by now."""
        if not self._coding and self._shown != self._counts():
            self._show_state()

    # --- ticking and coding --------------------------------------------------------------------------

    def action_tick(self) -> None:
        self.rows.toggle(self.rows.cursor)
        self.rows.action_step(1)
        self._show_state()

    @on(RowTicked)
    def _ticked(self, event: RowTicked) -> None:
        event.stop()
        self.rows.toggle(event.index)
        self._show_state()

    def action_tick_all(self) -> None:
        self.rows.tick_all()
        self._show_state()

    def _decide(self) -> None:
        """Code what is ticked and was seen; where some of the ticked were not, ask first."""
        chosen, ticked = self.rows.chosen(), self.rows.ticked.count(1)
        if self._coding:
            return
        if not chosen:
            self.say("Nothing is ticked.")
        elif len(chosen) == ticked and self._read >= len(self._ids):
            self._code_now(chosen)
        else:

            def confirmed(yes: bool | None) -> None:
                if yes:
                    self._code_now(chosen)

            text = (
                f"{len(chosen):,} ticked hits have been on the screen; the others are left as they are. "
                "Page down to look at the rest first."
            )
            self.app.push_screen(Confirm(f"Code the {len(chosen):,} hits that you have seen?", text), confirmed)

    @work(group="code")
    async def _code_now(self, chosen: Sequence[Hit]) -> None:
        """Code aside: tens of thousands take their time."""
        self._coding = True
        self.query_one("#status", Plain).show((f" coding {len(chosen):,} hits …", "bold"))
        try:
            self.done = await asyncio.to_thread(self.session.code_hits, chosen, self._theme_id, self._words)
        except CoderError as error:
            self._coding = False
            self.explain(error)
            return
        self.dismiss(None)

    def action_open(self) -> None:
        if self.rows.count() and not self._coding:
            self.dismiss(self.rows.hits[self.rows.cursor].response_id)

    def action_leave(self) -> None:
        if not self._coding:
            self.dismiss(None)
