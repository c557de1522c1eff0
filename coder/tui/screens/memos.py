"""Memos on the screen: writing one, and the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.domain.display import one_line
from coder.domain.memo import Noted, Place, Subject
from coder.tui.messages import RowPicked
from coder.tui.screens.modals import Choose, Read, TypingScreen, leave_unsaved
from coder.tui.screens.searched import SearchedScreen
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.event_list import local_time
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.memo_list import MemoList
from coder.tui.widgets.plain import KeyLine, Piece, Plain, TextBox

if TYPE_CHECKING:
    from coder.domain.memo import Memo
    from coder.session import Session


class MemoEditor(TypingScreen[str]):
    """Gives back the text that was saved; what was typed is never thrown away unasked."""

    BINDINGS = [
        Binding("f2", "save", "save", id="memo.save"),
        Binding("escape", "leave", "cancel", id="memo.cancel"),
    ]

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        with Vertical(classes="box memo"):
            yield Plain(self._title, classes="title")
            yield TextBox(self._text, id="memo")
            yield KeyLine(("memo.save", "save"), ("memo.cancel", "cancel"))

    def on_mount(self) -> None:
        self._before = self.box.text
        self.box.move_cursor(self.box.document.end)

    @property
    def box(self) -> TextBox:
        return self.query_one(TextBox)

    def write(self, text: str) -> bool:
        for box in self.query(TextBox):
            box.insert(text)
            return True
        return False

    def action_save(self) -> None:
        self.dismiss(self.box.text)

    def action_leave(self) -> None:
        leave_unsaved(self, self.box.text != self._before, "memo.save")


class MemosScreen(SearchedScreen):
    """All memos by what they are about. Ends with the response to go to, or with nothing."""

    TITLE = "The memos"
    HELP = (
        "Every memo by what it is about: the project, questions, themes, participants, responses, codings, highlights. "
        "A memo goes with what it is about, and comes back with it by undo. coder export memos writes them to a file."
    )
    BINDINGS = [
        Binding("e", "edit", "read the memo whole, or edit it where it is yours", id="memos.edit"),
        Binding("D", "delete", "delete the memo, where it is yours", id="memos.delete"),
        Binding("slash", "search", "only memos with these words", id="memos.search"),
        Binding("u", "undo", "undo", id="memos.undo"),
        Binding("U,ctrl+r", "redo", "do again", id="memos.redo"),
        Binding("f8", "history", "all that was done, newest first", id="memos.history"),
        Binding("escape,q", "leave", "take the search away; back", id="memos.leave"),
        Binding("question_mark", "app.help", "help", id="memos.help"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="head-line")
            yield MemoList(id="memos")
            yield self.new_search_field()
            yield Plain(id="status")
            yield KeyLine(
                ("list.choose", "open"),
                ("memos.edit", "edit"),
                ("memos.delete", "delete"),
                ("memos.search", "words"),
                ("memos.undo", "undo"),
                ("memos.leave", "back"),
                ("memos.help", "help"),
            )

    def on_mount(self) -> None:
        self.memos.focus()
        self.show_changes()
        self.keep_looking()

    @property
    def memos(self) -> MemoList:
        return self.query_one(MemoList)

    def show_changes(self) -> None:
        found = _with_words(self.session.noted(), self.words)
        self.memos.show_memos(found)
        pieces: list[Piece] = [(" Memos ", "bold reverse"), (f" {len(found)}", "bold")]
        if self.words:
            pieces.append((f"   with “{one_line(self.words, 30)}”", "$text-warning"))
        self.query_one("#head-line", Plain).show(*pieces)

    def action_edit(self) -> None:
        noted = self.memos.noted
        if noted is not None:
            open_memo(self, noted.memo)

    def action_delete(self) -> None:
        noted = self.memos.noted
        if noted is not None:
            self.act(lambda: self.session.delete_memo(noted.memo.id))

    @on(RowPicked)
    def _picked(self) -> None:
        noted = self.memos.noted
        if noted is None:
            return
        if noted.response_id is not None:
            self.dismiss(noted.response_id)
        elif noted.memo.place.subject is Subject.THEME:
            self.open_theme(noted.memo.place.id)
        else:
            self.say("This memo is about no response to go to.")

    def open_theme(self, theme_id: int) -> None:
        """Show a theme on its screen."""
        from coder.tui.screens.themes import ThemesScreen

        def left(response_id: int | None) -> None:
            self.show_changes()
            if response_id is not None:
                self.dismiss(response_id)

        self.app.push_screen(ThemesScreen(self.session, None, at=theme_id), left)


def open_memo(screen: WorkScreen, memo: Memo) -> None:
    """Edit a memo of one's own; read another coder's. Saved without a word it is deleted."""
    session = screen.session

    def saved(text: str | None) -> None:
        if text is None:
            return
        if text.strip():
            screen.act(lambda: session.edit_memo(memo.id, text))
        else:
            screen.act(lambda: session.delete_memo(memo.id))

    if memo.coder == session.coder_name:
        screen.app.push_screen(MemoEditor(f"Memo on {session.name_of(memo.place)}", memo.text), saved)
    else:
        screen.app.push_screen(Read(f"A memo by {memo.coder}", memo.text))


def write_memo(screen: WorkScreen, place: Place) -> None:
    """Write a memo about something, or choose one of those that there are."""
    session = screen.session
    found = session.memos(place)
    title = f"Memo on {session.name_of(place)}"

    def saved(text: str | None) -> None:
        if text is not None and text.strip():
            screen.act(lambda: session.write_memo(place, text))

    def chosen(choice: Choice | None) -> None:
        if choice is not None:
            memo = next((m for m in found if m.id == choice.value), None)
            if memo is None:
                screen.app.push_screen(MemoEditor(title), saved)
            else:
                open_memo(screen, memo)

    if not found:
        screen.app.push_screen(MemoEditor(title), saved)
        return
    choices = [Choice("Write another", None)]
    choices += [Choice(one_line(m.text, 200), m.id, f"{m.coder} {local_time(m.at)}") for m in found]
    screen.app.push_screen(Choose(title, choices), chosen)


def _with_words(memos: Sequence[Noted], words: str) -> list[Noted]:
    wanted = words.casefold().split()
    return [
        noted
        for noted in memos
        if all(word in f"{noted.about} {noted.participant} {noted.memo.text}".casefold() for word in wanted)
    ]
