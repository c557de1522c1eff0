"""Noting beside the coding: memos, stars on quotes, masks on words."""

from __future__ import annotations

from coder.domain.memo import Place, Subject
from coder.tui.clipboard import copy
from coder.tui.screens.modals import Choose
from coder.tui.screens.reading import ReadingScreen
from coder.tui.widgets.describe import mask_at, notable, quote_at
from coder.tui.widgets.lists import Choice

_ALL = "all"


class NotingScreen(ReadingScreen):
    """What a coder notes at the response that is shown."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._last_memo: Place | None = None

    # --- memos ---------------------------------------------------------------------------------------

    def action_memo(self) -> None:
        """Ask what to write a memo about: what the last one was about comes first."""
        if self.shown is None:
            return
        found = notable(self.shown, self.legend, self.pane.caret, self.pane.selection)
        counts = self.session.count_memos([place for _, place in found])
        order = sorted(range(len(found)), key=lambda at: not self._like_the_last(found[at][1]))
        choices = []
        for at in order:
            name, place = found[at]
            n = counts.get(place, 0)
            choices.append(Choice(name[:1].upper() + name[1:], at, f"✎ {n}" if n else ""))
        choices.append(Choice("All memos of the project", _ALL))

        def chosen(choice: Choice | None) -> None:
            from coder.tui.screens.memos import write_memo

            if choice is not None and isinstance(choice.value, int):
                self._last_memo = place = found[choice.value][1]
                self.attempt(lambda: write_memo(self, place))
            elif choice is not None:
                self.action_memos()

        self.app.push_screen(Choose("A memo on what?", choices), chosen)

    def _like_the_last(self, place: Place) -> bool:
        """Whether the last memo was about this theme, or about such a thing at another response."""
        last = self._last_memo
        return last is not None and (place == last or place.subject == last.subject != Subject.THEME)

    def action_memos(self) -> None:
        """Show all memos; a response that is picked there is gone to."""
        from coder.tui.screens.memos import MemosScreen

        def left(response_id: int | None) -> None:
            self.show_changes()
            if response_id is not None:
                self.go_to(response_id)

        self.app.push_screen(MemosScreen(self.session), left)

    # --- stars and masks -----------------------------------------------------------------------------
    def action_copy(self) -> None:
        """Copy the selected words or the whole response; what is masked stays so."""
        if self.shown is not None:
            span = self.pane.selection
            copy(self.app, self.shown.quotable(span), "the selected words" if span else "the whole response")

    def action_star(self) -> None:
        view = self.shown
        if view is None:
            return
        span = quote_at(view, self.pane.caret, self.pane.selection)
        change = self.session.unstar if span in view.stars else self.session.star
        self.act(lambda: change(view.response.id, span))

    def action_mask(self) -> None:
        view, selection = self.shown, self.pane.selection
        if view is None:
            return
        masked = mask_at(view, self.pane.caret, selection)
        if masked is not None:
            self.act(lambda: self.session.unmask(view.response.id, masked))
        elif selection is not None:
            self.act(lambda: self.session.mask(view.response.id, selection))
        else:
            self.say("Select the words first that no output should show.")
