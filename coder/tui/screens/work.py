"""What the coding and the themes screen have in common: acts, what they say, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from coder.errors import CoderError
from coder.tui.keymap import keymap_of
from coder.tui.screens.commands import taken
from coder.tui.screens.leaving import Leaving
from coder.tui.screens.modals import Confirm, explanation
from coder.tui.widgets.plain import Plain, tell

if TYPE_CHECKING:
    from coder.domain.filtering import Filter
    from coder.session import Done, Session

Found = TypeVar("Found")
_POLL = 1.0  # seconds between looks


class WorkScreen(Leaving[int]):
    """A screen at work in a session; its result, if any, is the response to go to.

    `going_through`: of which responses this is the first that are to be read then, where it is not of all.
    """

    session: Session
    going_through: Filter | None = None

    @property
    def taken(self) -> frozenset[str]:
        """The characters that no theme can have as its key."""
        return taken(keymap_of(self.app))

    def theme_key(self, character: str) -> bool:  # noqa: ARG002
        """Assign the theme that has this key; whether there is one here."""
        return False

    def act(self, call: Callable[[], Done]) -> Done | None:
        """Do something, say what was done, show what is now; None where it was refused, which is explained."""
        done = self.attempt(call)
        if done is not None:
            if done.changed:
                self.show_done(done)
            self.say(done.message)
        return done

    def attempt(self, call: Callable[[], Found]) -> Found | None:
        """What a call gives; None where it was refused, which is explained."""
        try:
            return call()
        except CoderError as error:
            self.explain(error)
            return None

    def explain(self, error: CoderError) -> None:
        """A short refusal as a toast, one with a list of problems as a page."""
        if error.problems:
            self.app.push_screen(explanation(error))
        else:
            tell(self.app, "\n".join(filter(None, [error.message, error.hint])), severity="warning")

    def say(self, message: str) -> None:
        """Tell what a key did, in the status line."""
        self.query_one("#status", Plain).show((f" {' '.join(message.split())}", "bold $text-success"))

    def keep_looking(self) -> None:
        """Look every second for what other programs wrote."""
        self.set_interval(_POLL, self.look)

    def look(self) -> None:
        """Show what another program, or the helper, has written."""
        if self.on_top and self.session.changed():
            self.show_changes()

    def show_done(self, done: Done) -> None:  # noqa: ARG002
        """Show what an act of one's own has changed."""
        self.show_changes()

    def show_changes(self) -> None:
        """Read again what may have changed."""
        raise NotImplementedError

    def went_back(self, done: Done) -> None:
        """Undo or redo was done: go where it was."""

    def action_undo(self) -> None:
        self._confirmed("Undo", self.session.next_undo(), self.session.undo)

    def action_redo(self) -> None:
        self._confirmed("Do again", self.session.next_redo(), self.session.redo)

    def action_history(self) -> None:
        """Show all that was done; a response that is picked there is gone to."""
        from coder.tui.screens.history import HistoryScreen

        def left(response_id: int | None) -> None:
            self.show_changes()
            if response_id is not None:
                self.open_response(response_id)

        self.app.push_screen(HistoryScreen(self.session), left)

    def open_response(self, response_id: int) -> None:
        """Go to a response: a screen that shows none ends with it, for the screen below."""
        self.dismiss(response_id)

    def _confirmed(self, verb: str, step: tuple[str, bool] | None, call: Callable[[], Done]) -> None:
        def go(yes: bool | None) -> None:
            done = self.act(call) if yes else None
            if done and done.changed:
                self.went_back(done)

        if step and step[1]:
            self.app.push_screen(Confirm(f"{verb} many changes at once?", f"This is: {step[0]}."), go)
        else:
            go(True)
