"""Moving: filters, hits of a search, participants, the list of responses."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual import on, work
from textual.widgets import Input

from coder.domain.corpus import Question
from coder.domain.display import one_line
from coder.domain.filtering import EVERYTHING, Filter
from coder.errors import CoderError
from coder.tui.screens.modals import Choose
from coder.tui.screens.reading import ReadingScreen
from coder.tui.widgets.describe import narrowing, serving
from coder.tui.widgets.lists import Choice


class MovingScreen(ReadingScreen):
    """The ways to a response besides the next one."""

    # --- filters and searches ------------------------------------------------------------------------

    def action_filter(self) -> None:
        def chosen(asked: tuple[Filter, Question] | None) -> None:
            if asked is None or self.question is None:
                return
            wanted, question = asked
            here = self.shown.response.id if self.shown and not wanted else None
            if question.id != self.question.id:
                self.come_to_question(question)
                here = None
            self.show_queue(here, self.walk.searched, wanted)

        if self.question is not None:
            from coder.tui.screens.filter import FilterScreen

            screen = FilterScreen(self.session, self.walk.wanted, self.question, self.walk.searched)
            self.app.push_screen(screen, chosen)

    def narrowed(self) -> None:
        """Say in a line of its own what a search and a filter leave, by how many responses and participants."""
        self._show_narrowed("")
        if self.walk.narrowed:
            self._count_people()

    def _show_narrowed(self, people: str) -> None:
        walk = self.walk
        asked = narrowing(walk.searched, self.session.sentence(walk.wanted)) if walk.narrowed else ""
        self.desk.show_narrowed(asked, len(walk.ids), people)

    @work(group="people", exclusive=True)
    async def _count_people(self) -> None:
        """Count aside: of a large survey that takes its time."""
        ids = self.walk.ids
        with suppress(CoderError):
            people = await asyncio.to_thread(self.session.people, ids)
            if self.walk.ids is ids:
                self._show_narrowed(f"{people:,}")

    def action_search(self) -> None:
        self.desk.search.display = True
        self.desk.search.value = self.walk.searched
        self.desk.search.focus()

    @on(Input.Submitted, "#search")
    def _search(self, event: Input.Submitted) -> None:
        self._leave_search()
        here = self.shown.response.id if self.shown else None
        words = event.value.strip()
        try:
            self.show_queue(here if not words else None, words, self.walk.wanted)
        except CoderError as error:
            self.explain(error)

    def _leave_search(self) -> None:
        self.desk.search.display = False
        self.pane.focus()

    def action_escape(self) -> None:
        if self.desk.search.has_focus:
            self._leave_search()
        elif self.desk.responses.has_focus:
            self._leave_list()
        elif self.pane.let_go():
            pass
        elif self.walk.narrowed:
            wanted = self.walk.wanted if self.walk.searched else EVERYTHING
            self.show_queue(self.shown.response.id if self.shown else None, "", wanted)

    # --- the list ------------------------------------------------------------------------------------

    def action_list(self) -> None:
        """Go into the list of responses, or back; where the screen has no room for it, it comes over the screen."""
        listed = self.desk.responses
        if listed.has_focus:
            self._leave_list()
        elif self.desk.query_one("#queue").display:
            listed.focus()
            self.say("In the list: enter opens, esc goes back.")
        elif self.shown is not None:
            from coder.tui.screens.listing import ListScreen

            asked = narrowing(self.walk.searched, self.session.sentence(self.walk.wanted))

            def chosen(index: int | None) -> None:
                if index is not None:
                    self.show_response(index)

            self.app.push_screen(ListScreen(self.queue, self.read_entries, self.index, asked), chosen)

    def _leave_list(self) -> None:
        self.desk.responses.move_to(self.index)
        self.pane.focus()
        self.say("")

    # --- hits ----------------------------------------------------------------------------------------

    def action_hit(self, by: int) -> None:
        """Select the next or the previous hit in the response; a theme's key then codes it."""
        if not self.hits:
            self.say("No word here was searched for: / searches." if not self.walk.searched else "No hit here.")
            return
        at, selected = self.pane.caret, self.pane.selection
        if by > 0:
            start = selected.end if selected else at
            hit = next((h for h in self.hits if h.start >= start), self.hits[0])
        else:
            start = selected.start if selected else at
            hit = next((h for h in reversed(self.hits) if h.end <= start), self.hits[-1])
        self.pane.select_span(hit.start, hit.end)
        self.say(f"Hit {self.hits.index(hit) + 1} of {len(self.hits)}.")

    def action_code_hits(self) -> None:
        """Choose a theme for every hit of the search; a list of them follows, to look at and to untick."""
        if not self.walk.searched:
            self.say("Search first: / finds words, then every hit can be coded.")
            return
        keys = self.legend.keys
        choices = [Choice(path, theme, keys.get(theme, "")) for theme, path in serving(self.legend)]

        def chosen(choice: Choice | None) -> None:
            if choice is not None and isinstance(choice.value, int):
                self._look_at_hits(choice.value)

        title = f"Theme for every hit of “{one_line(self.walk.searched, 40)}”"
        self.app.push_screen(Choose(title, choices), chosen)

    def _look_at_hits(self, theme_id: int) -> None:
        from coder.tui.screens.hits import HitsScreen

        screen = HitsScreen(self.session, self.queue, self.walk.searched, theme_id)

        def left(response_id: int | None) -> None:
            if response_id is not None:
                self.go_to(response_id)
            if screen.done is not None:
                if screen.done.changed:
                    self.show_changes()
                self.say(screen.done.message)

        self.app.push_screen(screen, left)

    # --- participants --------------------------------------------------------------------------------

    def action_jump(self) -> None:
        """Go to an answer of a participant: to this question, else to another."""

        def chosen(choice: Choice | None) -> None:
            if choice is None or not isinstance(choice.value, int):
                return
            answers = self.session.responses_of(choice.value)
            here = [response for response, question in answers if self.question and question == self.question.id]
            if answers:
                self.go_to((here or [answers[0][0]])[0])
            else:
                self.say(f"{choice.name} gave no answer to an open question.")

        if self.question is not None:
            from coder.tui.screens.jump import participants
            from coder.tui.screens.lookup import Lookup

            self.app.push_screen(Lookup("Go to which participant?", participants(self.session)), chosen)

    def action_person(self) -> None:
        def left(response_id: int | None) -> None:
            self.show_changes()
            if response_id is not None:
                self.go_to(response_id)

        if self.shown is not None:
            from coder.tui.screens.person import PersonScreen

            screen = PersonScreen(self.session, self.shown.participant.id, self.shown.response.id)
            self.app.push_screen(screen, left)
