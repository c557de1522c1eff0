"""Reading: which response is shown, and the ways to another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from coder.domain.coding import Span
from coder.domain.corpus import Question
from coder.errors import CoderError
from coder.tui.keys import theme_keys
from coder.tui.screens.commands import TAKEN
from coder.tui.screens.modals import Choose
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.describe import Legend
from coder.tui.widgets.desk import Desk
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.palette import neutral, paints
from coder.tui.widgets.plain import Plain, tell
from coder.tui.widgets.response_pane import ResponsePane

if TYPE_CHECKING:
    from coder.session import Done, Progress, ResponseView


class ReadingScreen(WorkScreen):
    """One response at a time, in the order of the file."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._project_title = title
        self.question: Question | None = None
        self.queue: Sequence[int] = ()
        self.index = 0
        self.shown: ResponseView | None = None
        self.searched = ""
        self.progress: Progress | None = None
        self.legend = Legend()
        self.at_suggestion = 0
        self.terms: dict[int, tuple[Span, ...]] = {}
        self.terms_on = True
        self.learning = False

    def compose(self) -> ComposeResult:
        yield Plain("coder needs a terminal of at least 60 × 16 cells.", id="too-small")
        yield Desk(self._project_title, id="desk")

    def on_mount(self) -> None:
        self.desk.pane.focus()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show_legend())

    @property
    def desk(self) -> Desk:
        return self.query_one(Desk)

    @property
    def pane(self) -> ResponsePane:
        return self.desk.pane

    # --- what is shown -------------------------------------------------------------------------------

    def show_first(self) -> bool:
        """Show the first response that is not reviewed yet; False where the project has none to show."""
        progress = {q.id: self.session.progress(q.id) for q in self.session.questions}
        answered = [q for q in self.session.questions if progress[q.id].answered]
        if not answered:
            self.desk.show_nothing(
                "There is no answer to an open question in this project yet.",
                "coder import survey FILE PROJECT brings in a survey.",
            )
            return False
        left = [q for q in answered if progress[q.id].reviewed < progress[q.id].answered]
        self.show_question((left or answered)[0])
        return True

    def show_question(self, question: Question, response_id: int | None = None) -> None:
        """Show the responses to a question, from the given one or the first that is not reviewed."""
        self.question = question
        questions = self.session.questions
        self.desk.show_question(question, [q.id for q in questions].index(question.id) + 1, len(questions))
        self.make_legend()
        self._show_queue(response_id)

    def make_legend(self) -> None:
        if self.question is None:
            return
        book = self.session.codebook.for_question(self.question.key)
        dark = self.app.current_theme.dark
        colours = paints([theme for _, theme in book.walk()], dark=dark)
        self.legend = Legend(book, theme_keys(book, TAKEN), colours, neutral(dark=dark))
        self.desk.show_legend(self.legend)

    def _show_legend(self) -> None:
        self.make_legend()
        self.show_view()

    def _show_queue(self, response_id: int | None = None) -> None:
        if self.question is None:
            return
        self.queue = self.session.queue(self.question.id, self.searched)
        if not self.queue and self.searched:
            tell(self.app, f"No response to this question has “{self.searched}”.")
            self.searched = ""
            self.queue = self.session.queue(self.question.id)
        at = self._place_of(response_id)
        if at is None:
            at = self.session.next_unreviewed(self.queue, -1) or 0
        self.desk.responses.show_queue(self.queue, self.session.entries, at)
        self._recount()
        self.show_response(at)

    def _place_of(self, response_id: int | None) -> int | None:
        try:
            return None if response_id is None else self.queue.index(response_id)
        except ValueError:
            return None

    def show_response(self, index: int) -> None:
        """Show the response at a place of the queue."""
        if not 0 <= index < len(self.queue):
            return
        self.index, self.at_suggestion = index, 0
        self.shown = self.session.view(self.queue[index])
        self.desk.responses.move_to(index)
        self.show_view(fresh=True)
        self.came_to(self.shown)

    def came_to(self, view: ResponseView) -> None:
        """Another response is shown."""

    def go_to(self, response_id: int) -> None:
        """Show a response wherever it is: in this queue, or under another question."""
        at = self._place_of(response_id)
        if at is None:
            try:
                question = self.session.view(response_id).question
            except CoderError as error:
                self.explain(error)
                return
            self.searched = ""
            self.show_question(question, response_id)
        elif at != self.index:
            self.show_response(at)

    def show_changes(self) -> None:
        if self.shown is None or self.question is None:
            return
        if self.session.codebook.for_question(self.question.key).themes != self.legend.book.themes:
            self.make_legend()
        try:
            self.shown = self.session.view(self.shown.response.id)
        except CoderError:  # another program has taken this person out
            self._show_queue()
            return
        self.at_suggestion = max(0, min(self.at_suggestion, len(self.shown.suggestions) - 1))
        self.desk.responses.reread()
        self._recount()
        self.show_view()

    def show_view(self, *, fresh: bool = False) -> None:
        if self.shown is None or self.question is None:
            return
        terms = self.terms.get(self.shown.response.id, ()) if self.terms_on else ()
        self.desk.show_view(self.shown, self.legend, terms, self.at_suggestion, fresh=fresh)
        self.show_progress()

    def show_progress(self) -> None:
        if self.progress is not None:
            self.desk.show_progress(
                self.index, len(self.queue), self.progress, searched=self.searched, learning=self.learning
            )

    def _recount(self) -> None:
        """Count anew: after a change, not with every response that is shown."""
        if self.question is not None:
            self.progress = self.session.progress(self.question.id)
            self.desk.show_counts(self.session.counts(self.question.id), self.legend.book)

    def say(self, message: str) -> None:
        self.desk.say(message)

    def look(self) -> None:
        """Show what another program, or the helper, has written."""
        if self.question is None or not self.on_top or not self.session.changed():
            return
        if self.session.progress(self.question.id).answered != len(self.queue) and not self.searched:
            self.queue = self.session.queue(self.question.id)
            self.index = self._place_of(self.shown.response.id if self.shown else None) or 0
            self.desk.responses.show_queue(self.queue, self.session.entries, self.index)
        self.show_changes()

    # --- moving --------------------------------------------------------------------------------------

    def action_go(self, by: int) -> None:
        if not 0 <= self.index + by < len(self.queue):
            self.say("This is the last response." if by > 0 else "This is the first response.")
        self.show_response(self.index + by)

    def action_page(self, by: int) -> None:
        if not self.pane.page(by):
            self.action_go(by)

    def went_back(self, done: Done) -> None:
        if done.response_id is not None:
            self.go_to(done.response_id)
            self.say(done.message)

    def action_question(self) -> None:
        choices = []
        for question in self.session.questions:
            progress = self.session.progress(question.id)
            if progress.answered:
                wave = f" ({question.wave})" if question.wave else ""
                prompt = question.prompt or question.key
                choices.append(Choice(prompt + wave, question.id, f"{progress.reviewed} of {progress.answered}"))

        def chosen(choice: Choice | None) -> None:
            question = next((q for q in self.session.questions if choice and q.id == choice.value), None)
            if question is not None:
                self.searched = ""
                self.show_question(question)

        self.app.push_screen(Choose("Which question?", choices), chosen)

    def action_search(self) -> None:
        self.desk.search.display = True
        self.desk.search.value = self.searched
        self.desk.search.focus()

    @on(Input.Submitted, "#search")
    def _search(self, event: Input.Submitted) -> None:
        self._leave_search()
        here = self.shown.response.id if self.shown else None
        self.searched = event.value.strip()
        try:
            self._show_queue(here if not self.searched else None)
        except CoderError as error:
            self.searched = ""
            self.explain(error)

    def _leave_search(self) -> None:
        self.desk.search.display = False
        self.pane.focus()

    def action_escape(self) -> None:
        if self.desk.search.has_focus:
            self._leave_search()
        elif self.pane.selection:
            self.pane.clear_selection()
        elif self.searched:
            self.searched = ""
            self._show_queue(self.shown.response.id if self.shown else None)
