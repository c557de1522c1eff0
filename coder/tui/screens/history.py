"""The history: all that was done in the project, newest first; undo what was done last."""

from __future__ import annotations

import asyncio
from array import array
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.domain.display import one_line
from coder.domain.log import Kind
from coder.errors import CoderError
from coder.tui.messages import RowPicked
from coder.tui.screens.modals import Choose
from coder.tui.screens.searched import SearchedScreen
from coder.tui.widgets.event_list import EventList
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.plain import KeyLine, Piece, Plain

if TYPE_CHECKING:
    from coder.session import Session


class HistoryScreen(SearchedScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "The history"
    HELP = (
        "Every act of every coder, newest first. What was taken back is struck through and said to be undone. "
        "Undo takes back your own last act, an import too, wherever in this list you are; where others have built on "
        "it, it is refused with the reason."
    )
    BINDINGS = [
        Binding("u", "undo", "take back your last act that stands", id="history.undo"),
        Binding("U,ctrl+r", "redo", "do again what was undone", id="history.redo"),
        Binding("slash", "search", "only events with these words", id="history.search"),
        Binding("w", "coder", "only what one coder did", id="history.coder"),
        Binding("t", "kind", "only one kind of event", id="history.kind"),
        Binding("escape,f8,q", "leave", "take the filter away; back", id="history.leave"),
        Binding("question_mark", "app.help", "help", id="history.help"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._coder = ""
        self._kind: Kind | None = None
        self._said = ""
        self._undoes: tuple[str, bool] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="head-line")
            yield EventList(id="events")
            yield self.new_search_field()
            yield Plain(id="status")
            yield KeyLine(
                ("list.choose", "open"),
                ("history.undo", "undo"),
                ("history.redo", "do again"),
                ("history.search", "words"),
                ("history.coder", "coder"),
                ("history.kind", "kind"),
                ("history.leave", "back"),
                ("history.help", "help"),
            )

    def on_mount(self) -> None:
        self.events.focus()
        self.show_changes()
        self.keep_looking()

    @property
    def events(self) -> EventList:
        return self.query_one(EventList)

    # --- what is shown -------------------------------------------------------------------------------

    def show_changes(self) -> None:
        self._show_title(None)
        self._find()

    @work(exclusive=True, group="find")
    async def _find(self) -> None:
        """Find the events aside: a long log takes its time."""
        from coder.analysis.history import entries, find_events

        project = self.session.project
        try:
            found: array[int] = await asyncio.to_thread(
                find_events, project, coder=self._coder, kind=self._kind, words=self.words
            )
        except CoderError as error:  # another program keeps the project; the next change tries again
            self.explain(error)
            return
        if self.query(EventList):
            self.events.show_events(found, lambda numbers: entries(project, numbers))
            self._show_title(len(found))

    def _show_title(self, found: int | None) -> None:
        pieces: list[Piece] = [(" History ", "bold reverse"), (f" {'…' if found is None else found} events", "bold")]
        for about, value in (("by", self._coder), ("only", self._kind or ""), ("with", self.words)):
            if value:
                pieces.append((f"   {about} “{one_line(value, 30)}”", "$text-warning"))
        self.query_one("#head-line", Plain).show(*pieces)
        self._undoes = self.session.next_undo()
        self._show_status()

    def _show_status(self) -> None:
        pieces: list[Piece] = [(f" {self._said}", "bold $text-success")] if self._said else []
        if self._undoes is not None:
            pieces += [(" u takes back: ", "dim"), one_line(self._undoes[0], 100)]
        self.query_one("#status", Plain).show(*pieces)

    def say(self, message: str) -> None:
        self._said = " ".join(message.split())
        self._show_status()

    # --- which events --------------------------------------------------------------------------------

    @property
    def narrowed(self) -> bool:
        return bool(self._coder or self._kind or self.words)

    def show_all(self) -> None:
        self._coder, self._kind = "", None
        super().show_all()

    def action_coder(self) -> None:
        choices = [Choice("Everybody", ""), *(Choice(name, name) for name in self.session.coders())]

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._coder = str(choice.value)
                self.show_changes()

        self.app.push_screen(Choose("What which coder did?", choices), chosen)

    def action_kind(self) -> None:
        choices = [Choice("Everything", ""), *(Choice(kind.value, kind.value) for kind in Kind)]

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._kind = Kind(str(choice.value)) if choice.value else None
                self.show_changes()

        self.app.push_screen(Choose("Which kind of event?", choices), chosen)

    # --- moving --------------------------------------------------------------------------------------

    @on(RowPicked)
    def _picked(self) -> None:
        entry = self.events.entry
        if entry is not None and entry.response_id is not None and entry.participant:
            self.dismiss(entry.response_id)
        else:
            self.say("This was about no response to go to.")
