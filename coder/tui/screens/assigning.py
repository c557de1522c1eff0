"""Assigning: which theme the selected words, or the whole response, are coded with; and answers to suggestions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on

from coder.domain.coding import Suggestion
from coder.domain.display import one_line
from coder.tui.messages import RowPicked
from coder.tui.screens.modals import Ask, Choose, new_theme
from coder.tui.screens.reading import ReadingScreen
from coder.tui.widgets.describe import highlight_at, serving
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.marks import Kind

_RECENT = 5  # themes that stand first among all

if TYPE_CHECKING:
    from coder.session import Done


class AssigningScreen(ReadingScreen):
    """What a coder does to the words that are selected."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._recent: list[int] | None = None

    def action_review(self) -> None:
        """Mark as reviewed and go to the next response that is not."""
        raise NotImplementedError

    # --- themes --------------------------------------------------------------------------------------

    def theme_key(self, character: str) -> bool:
        """What this key picks in the text or else assigns; whether it does either."""
        if self.shown is None or self.desk.search.has_focus or self.desk.responses.has_focus:
            return False
        if self.pane.take_letter(character):
            return True
        theme = next((t for t, key in self.legend.keys.items() if key == character), None)
        if theme is not None:
            self.assign(theme, go_on=self.going_on)
        return theme is not None

    @on(RowPicked)
    def _row_clicked(self, event: RowPicked) -> None:
        if event.list_id == "themes" and self.desk.themes.theme is not None:
            self.assign(self.desk.themes.theme.id, go_on=self.going_on)
        elif event.list_id == "responses":
            self.show_response(event.index)
        elif event.list_id == "codings" and self.shown is not None:
            first = self.desk.codings.count() - len(self.shown.suggestions)
            self.at_suggestion = max(0, event.index - first)
            self.show_view()
        self.pane.focus()

    def assign(self, theme_id: int, *, go_on: bool = False) -> None:
        """Code the selected words with a theme, or the whole response; then go on, if that is wanted."""
        if self.shown is not None:
            response, span = self.shown.response.id, self.pane.selection
            self._coded(self.act(lambda: self.session.assign(response, theme_id, span)), go_on=go_on)

    def _coded(self, done: Done | None, *, go_on: bool) -> None:
        """After a coding: remember its theme as the last one, and go on if that is wanted and nothing was refused."""
        if done is None:
            return
        if done.theme_id is not None:
            self._recent = [done.theme_id, *(t for t in self.recent if t != done.theme_id)]
        if go_on:
            self.action_review()
            if self.on_top:
                self.say(f"{done.message} This is the next response.")

    @property
    def recent(self) -> list[int]:
        """The themes that were assigned last, also on an earlier day; the last one first."""
        if self._recent is None:
            self._recent = self.session.recent_themes()
        return self._recent

    def action_choose_theme(self, go_on: bool = False) -> None:
        if self.shown is None:
            return
        paths = dict(serving(self.legend))
        first = [t for t in self.recent if t in paths][:_RECENT]
        keys = self.legend.keys
        choices = [Choice(paths[t], t, f"recent  {keys.get(t, '')}".rstrip()) for t in first]
        choices += [Choice(path, t, keys.get(t, "")) for t, path in paths.items() if t not in first]
        go_on = go_on or self.going_on

        def chosen(choice: Choice | None) -> None:
            if choice is not None and isinstance(choice.value, int):
                self.assign(choice.value, go_on=go_on)
            elif choice is not None:
                self._assign_new(str(choice.value), go_on=go_on)

        what = "the selected words" if self.pane.selection else "the whole response"
        after = ", then the next response" if go_on else ""
        self.app.push_screen(Choose(f"Theme for {what}{after}", choices, new=new_theme), chosen)

    def _assign_new(self, name: str, *, go_on: bool) -> None:
        if self.shown is None or self.question is None:
            return
        response, span, key = self.shown.response.id, self.pane.selection, self.question.key
        if span is not None:
            self._coded(self.act(lambda: self.session.in_vivo(response, span, name)), go_on=go_on)
            return
        done = self.act(lambda: self.session.create_theme(name, question_key=key))
        if done is not None and done.theme_id is not None:
            self.assign(done.theme_id, go_on=go_on)

    def action_assign_last(self) -> None:
        """Assign the theme that was assigned last once more."""
        serves = dict(serving(self.legend))
        theme = next((t for t in self.recent if t in serves), None)
        if theme is None:
            self.say("No theme of this question has been assigned yet.")
        else:
            self.assign(theme, go_on=self.going_on)

    def action_going_on(self) -> None:
        """From now on each theme's key goes to the next response, or stays again."""
        self.going_on = not self.going_on
        self.show_progress()
        on, off = "A theme's key codes and goes to the next response.", "A theme's key codes, and the response stays."
        self.say(on if self.going_on else off)

    def action_earlier(self) -> None:
        """Show the text that an import has replaced by this one, and take over what is ticked of its coding."""
        from coder.tui.screens.earlier import EarlierScreen

        view = self.shown
        if view is None:
            return
        if not view.replaced:
            self.say("No import has changed this text.")
            return
        response = view.response.id

        def chosen(themes: list[int] | None) -> None:
            if themes:
                self.act(lambda: self.session.take_over(response, themes))
            elif themes is not None:
                self.say("Nothing was ticked.")

        self.app.push_screen(EarlierScreen(lambda: self.session.earlier(response), self.explain), chosen)

    # --- words ---------------------------------------------------------------------------------------

    def action_next_words(self) -> None:
        """Select the next likely key term, or the next words behind the suggestion; from the end, the first."""
        marks = (m.span for m in self.pane.marks if m.kind in (Kind.TERM, Kind.EVIDENCE))
        found = sorted(set(marks))
        if not found:
            self.say("No words are picked out here; o shows likely key terms.")
            return
        selected = self.pane.selection
        here = selected.end if selected else self.pane.caret
        span = next((s for s in found if s.start >= here), found[0])
        self.pane.select_span(span.start, span.end)

    def action_in_vivo(self) -> None:
        span = self.pane.selection
        if self.shown is None or span is None:
            self.say("Select the words first that should become a theme.")
            return
        response = self.shown.response

        def named(name: str | None) -> None:
            if name:
                self._coded(self.act(lambda: self.session.in_vivo(response.id, span, name)), go_on=False)

        self.app.push_screen(Ask("New theme in the participant's words", one_line(self.shown.quotable(span))), named)

    def action_mark(self) -> None:
        span = self.pane.selection
        if self.shown is None or span is None:
            self.say("Select the words first that should be highlighted.")
            return
        response = self.shown.response.id
        self.act(lambda: self.session.mark(response, span))

    def action_remove(self) -> None:
        if self.shown is None:
            return
        view = self.shown
        highlight = highlight_at(view, self.pane.caret, self.pane.selection)
        if highlight is not None:
            self.act(lambda: self.session.remove_highlight(highlight))
            return
        if not view.codings:
            self.say("There is nothing to remove here.")
            return
        choices = [Choice(self.legend.name(c.theme_id), c.theme_id) for c in view.codings]

        def chosen(choice: Choice | None) -> None:
            if choice is not None and isinstance(choice.value, int):
                theme = choice.value
                self.act(lambda: self.session.unassign(view.response.id, theme))

        self.app.push_screen(Choose("Remove which coding of this response?", choices), chosen)

    # --- suggestions ---------------------------------------------------------------------------------

    @property
    def suggestion(self) -> Suggestion | None:
        """The suggestion at hand."""
        open_ones = self.shown.suggestions if self.shown else ()
        return open_ones[self.at_suggestion] if self.at_suggestion < len(open_ones) else None

    def action_suggestion(self, by: int) -> None:
        if self.shown is not None and self.shown.suggestions:
            self.at_suggestion = (self.at_suggestion + by) % len(self.shown.suggestions)
            self.show_view()

    def action_accept(self, go_on: bool = False) -> None:
        done = self._answer(lambda s: self.session.accept(s.response_id, s.theme_id, self.pane.selection))
        self._coded(done, go_on=go_on)

    def action_reject(self) -> None:
        self._answer(lambda s: self.session.reject(s.response_id, s.theme_id))

    def _answer(self, call: Callable[[Suggestion], Done]) -> Done | None:
        suggestion = self.suggestion
        if suggestion is None:
            self.say("There is no suggestion for this response.")
            return None
        return self.act(lambda: call(suggestion))
