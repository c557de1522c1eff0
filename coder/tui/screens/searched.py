"""A screen of one list, which is narrowed to what has the words that are typed."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.plain import TextField
from coder.tui.widgets.rows import Rows


class SearchedScreen(WorkScreen):
    """The field for the words; the screens below say what they find. Leaving takes the words away first."""

    words = ""

    @property
    def listed(self) -> Rows:
        """What was found."""
        return self.query_one(Rows)

    @property
    def search_field(self) -> TextField:
        return self.query_one("#search", TextField)

    @property
    def narrowed(self) -> bool:
        """Whether less is shown than there is."""
        return bool(self.words)

    def show_all(self) -> None:
        """Take away what narrows the list."""
        self.words = ""
        self.show_changes()

    def new_search_field(self) -> TextField:
        """The field, hidden until it is asked for."""
        field = TextField(placeholder="words to look for; enter searches, esc leaves", id="search", compact=True)
        field.display = False
        return field

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, no key is a command but the one that leaves."""
        allowed = super().check_action(action, parameters)
        return allowed and (action == "leave" or not self.search_field.has_focus)

    def action_search(self) -> None:
        self.search_field.display = True
        self.search_field.value = self.words
        self.search_field.focus()

    @on(Input.Submitted, "#search")
    def _search(self, event: Input.Submitted) -> None:
        self.words = event.value.strip()
        self._leave_search()
        self.show_changes()

    def _leave_search(self) -> None:
        self.search_field.display = False
        self.listed.focus()

    def action_leave(self) -> None:
        if self.search_field.has_focus:
            self._leave_search()
        elif self.narrowed:
            self.show_all()
        else:
            self.dismiss(None)
