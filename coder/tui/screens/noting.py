"""Noting beside the coding: stars on quotes, masks on words."""

from __future__ import annotations

from coder.tui.screens.reading import ReadingScreen
from coder.tui.widgets.describe import mask_at, quote_at


class NotingScreen(ReadingScreen):
    """What a coder notes at the response that is shown."""

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
