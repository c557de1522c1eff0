"""The consistency check: answers that are the same, or nearly, and were coded in several ways."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical

from coder.domain.corpus import Question
from coder.errors import CoderError
from coder.tui.background import Background
from coder.tui.looks import ground_of
from coder.tui.messages import RowPicked, RowReached
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.card import Card
from coder.tui.widgets.cards import Cards
from coder.tui.widgets.describe import Legend, legend_of
from coder.tui.widgets.plain import KeyLine, Plain
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, fitted

if TYPE_CHECKING:
    from coder.consistency import Checked, Inconsistency
    from coder.session import ResponseView, Session

_MOST_CARDS = 12
_HELP = (
    "Each line is an answer that you coded in several ways: the same words (=), or nearly the same (how much of their "
    "five-letter sequences both have, from 70 % on). Beside it stand the responses, one for each way, with the themes "
    "that the others lack in bold. Enter goes to the responses, and opens one. What is coded alike is gone at the "
    "next check. Only what you have reviewed or coded is compared."
)


class InconsistencyRows(Rows):
    """What was found, a line each: how alike, how many responses, the words of the first."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.found: Sequence[Inconsistency] = ()
        self._words: Sequence[str] = ()

    def show_found(self, found: Sequence[Inconsistency], words: Sequence[str], at: int) -> None:
        self.found, self._words = found, words
        self.changed(cursor=at)

    def count(self) -> int:
        return len(self.found)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        one = self.found[row]
        here = "▸" if row == self.cursor else " "
        alike = "   =" if one.likeness == 1 else f"{100 * one.likeness:3.0f}%"
        number = sum(variant.count for variant in one.variants)
        words = " ".join(self._words[row].split())
        return [[*fitted([(f"{here}{alike} ", BOLD), (f"{number:>4} ", DIM), (words, PLAIN)], width)]]


class ConsistencyScreen(WorkScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "The consistency check"
    HELP = _HELP
    BINDINGS = [
        Binding("u", "undo", "undo", id="consistency.undo"),
        Binding("U,ctrl+r", "redo", "do again", id="consistency.redo"),
        Binding("f8", "history", "all that was done, newest first", id="consistency.history"),
        Binding("tab", "other_side", "between the list and the responses", id="consistency.other_side"),
        Binding("escape,q,f7", "leave", "back to the list, then to coding", id="consistency.leave"),
        Binding("question_mark", "app.help", "help", id="consistency.help"),
    ]

    def __init__(self, session: Session, question: Question, background: Background | None) -> None:
        super().__init__()
        self.session, self.question, self._background = session, question, background
        self._legend = Legend()

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="prompt")
            with Horizontal(id="work"):
                yield InconsistencyRows(id="found")
                yield Cards(id="ways")
            yield Plain(id="status")
            yield KeyLine(
                ("list.choose", "open"),
                ("list.previous list.next", "move"),
                ("consistency.other_side", "list, responses"),
                ("consistency.leave", "back"),
                ("consistency.help", "help"),
                id="keys",
            )

    def on_mount(self) -> None:
        prompt = self.question.prompt or self.question.key
        self.query_one("#prompt", Plain).show(("Coded in several ways: ", "bold dim"), " ".join(prompt.split()))
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show_ways())
        self.rows.focus()
        self._check()

    @property
    def rows(self) -> InconsistencyRows:
        return self.query_one(InconsistencyRows)

    @property
    def cards(self) -> Cards:
        return self.query_one(Cards)

    # --- what is shown -------------------------------------------------------------------------------

    @work(group="check", exclusive=True)
    async def _check(self) -> None:
        """Compare in the helper process: thousands of texts take their time."""
        from coder.consistency import check, from_json  # numpy takes its time to load

        self.say("comparing …")
        asked = self.question.id, self.session.coder_id
        try:
            if self._background is not None and self._background.alive:
                given = await self._background.ask("consistency", question=asked[0], coder=asked[1])
                checked = from_json(given)
            else:
                checked = await asyncio.to_thread(check, self.session.project, *asked)
        except CoderError as error:
            self.explain(error)
            return
        if self.is_mounted:
            self._show(checked)

    def _show(self, checked: Checked) -> None:
        from coder.consistency import MOST_FOUND

        firsts = [one.variants[0].response_ids[0] for one in checked.found]
        words = {entry.response_id: entry.excerpt for entry in self.session.entries(firsts)}
        self.rows.show_found(checked.found, [words.get(i, "") for i in firsts], self.rows.cursor)
        said = f"{len(checked.found):,} found in {checked.responses:,} responses"
        if not checked.found:
            said += ": what is nearly the same is coded alike" if checked.responses else ": none is coded yet"
        if len(checked.found) == MOST_FOUND:
            said = f"the first {said}"
        if checked.compared < checked.texts:
            said += f"; nearly the same: among the first {checked.compared:,} of {checked.texts:,} texts alone"
        self.say(said)
        self._show_ways()

    @work(group="ways", exclusive=True)
    async def _show_ways(self) -> None:
        """One card for each way in which the answer at the cursor was coded."""
        rows = self.rows
        if rows.cursor >= rows.count():
            await self.cards.show_cards([])
            return
        self._legend = legend_of(self.session.codebook, self.question.key, self.taken, ground_of(self.app))
        one = rows.found[rows.cursor]
        shared = frozenset.intersection(*(variant.themes for variant in one.variants))
        cards = []
        for variant in one.variants[:_MOST_CARDS]:
            view = self.attempt(lambda i=variant.response_ids[0]: self.session.view(i))  # type: ignore[misc]
            if view is not None:
                cards.append(Card(view, self._legend, _people(view, variant.count), "", variant.themes - shared))
        await self.cards.show_cards(cards, focus=False)

    def show_changes(self) -> None:
        self._check()

    @on(RowReached)
    def _reached(self, event: RowReached) -> None:
        event.stop()
        self._show_ways()

    # --- keys ----------------------------------------------------------------------------------------

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        event.stop()
        if event.list_id == "found":
            self.action_other_side()
        else:
            self.dismiss(event.index)

    def action_other_side(self) -> None:
        if self.rows.has_focus and self.cards.cards:
            self.cards.cards[0].focus()
        else:
            self.rows.focus()

    def action_leave(self) -> None:
        if self.rows.has_focus:
            self.dismiss(None)
        else:
            self.rows.focus()


def _people(view: ResponseView, count: int) -> str:
    """Who gave the answer that is shown, and how many others were coded so."""
    others = f" and {count - 1:,} other{'' if count == 2 else 's'}, coded so" if count > 1 else ""
    return view.participant.external_id + others
