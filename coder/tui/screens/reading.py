"""Reading: which response is shown, and the ways to another one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult

from coder.domain.coding import Span
from coder.domain.corpus import Question
from coder.domain.display import one_line
from coder.domain.filtering import EVERYTHING, Filter
from coder.domain.queue import Queue
from coder.errors import CoderError
from coder.tui.looks import ground_of
from coder.tui.screens.modals import Choose
from coder.tui.screens.work import WorkScreen
from coder.tui.walk import Walk
from coder.tui.widgets.describe import Legend, legend_of, marks_of, narrowing
from coder.tui.widgets.desk import ORDERS, Desk
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.plain import tell
from coder.tui.widgets.response_pane import ResponsePane

if TYPE_CHECKING:
    from coder.session import Done, Entry, Figures, ResponseView

WHAT_FOR = {
    Queue.FILE: "as the survey has them",
    Queue.RANDOM: "what is read first stands for all",
    Queue.USEFUL: "the suggestions learn most from these",
    Queue.CERTAIN: "suggestions to confirm with a look",
}


class ReadingScreen(WorkScreen):
    """One response at a time, in the order of a queue."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._project_title = title
        self.question: Question | None = None
        self.walk = Walk()
        self.shown: ResponseView | None = None
        self.figures: Figures | None = None  # of this question; None until they are counted
        self._counting: Question | None = None
        self.legend = Legend()
        self.at_suggestion = 0
        self.hits: Sequence[Span] = ()  # of the search, in the response that is shown
        self.terms: dict[int, tuple[Span, ...]] = {}
        self.terms_on = True
        self.learning = False
        self.suggesting: int | None = None  # how far the helper is with it, in percent
        self.going_on = False  # each theme's key goes to the next response
        self._sorted_by = 0  # the model whose outlook the queue is sorted by
        self._moved: Sequence[int] | None = None  # the queue as a newer model sorts it, until one goes on

    def compose(self) -> ComposeResult:
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

    @property
    def queue(self) -> Sequence[int]:
        """The responses that are read, in their order."""
        return self.walk.ids

    @property
    def index(self) -> int:
        """The place in the queue."""
        return self.walk.at

    # --- what is shown -------------------------------------------------------------------------------

    def show_first(self) -> bool:
        """Show the first response that is not reviewed yet; False where the project has none to show."""
        for question in self.session.questions:
            first = self.session.first_unreviewed(question.id)
            if first is not None:
                self.show_question(question, first=first)
                return True
        for question in self.session.questions:
            if self.session.progress(question.id).answered:
                self.show_question(question)
                return True
        self.desk.show_nothing(
            "There is no answer to an open question in this project yet.",
            "coder import survey FILE PROJECT brings in a survey.",
        )
        return False

    def show_question(self, question: Question, response_id: int | None = None, *, first: int | None = None) -> None:
        """Show the responses to a question, from the given one or the first that is not reviewed.

        A filter stays; one that is of all questions stays where the response is given, and is of this one else.
        `first` is the first in the order of the file that is not reviewed, where it is known already.
        """
        wanted = self.walk.wanted if response_id is not None else replace(self.walk.wanted, anywhere=False, wave=None)
        searched = self.walk.searched if self.question == question else ""
        self.come_to_question(question)
        plain = self.walk.order is Queue.FILE and response_id is None and not searched and not wanted
        if plain and self.session.is_large:
            self._show_stretch(question, first or self.session.first_unreviewed(question.id))
        else:
            self.show_queue(response_id, searched, wanted, keep=False)

    def come_to_question(self, question: Question) -> None:
        """Let another question be the one at hand."""
        self.question = question
        questions = self.session.questions
        self.desk.show_question(question, [q.id for q in questions].index(question.id) + 1, len(questions))
        self.make_legend()

    def make_legend(self) -> None:
        if self.question is None:
            return
        self.legend = legend_of(self.session.codebook, self.question.key, self.taken, ground_of(self.app))
        self.desk.show_legend(self.legend)

    def _show_legend(self) -> None:
        self.make_legend()
        self.show_view()

    def show_queue(
        self, response_id: int | None = None, search_for: str = "", wanted: Filter = EVERYTHING, *, keep: bool = True
    ) -> None:
        """Show the queue, or what a search and a filter leave of it: at a response, else at the first not reviewed.

        Where they leave nothing that is said; then what was shown stays, unless it is not to be kept.
        """
        if self.question is None:
            return
        self._sorted_by, self._moved = self.session.newest_model(), None
        ids = self._read_queue(search_for, wanted)
        if not ids and response_id is None and (search_for or wanted):
            tell(self.app, "No response fits: " + narrowing(search_for, self.session.sentence(wanted)))
            if keep and self.queue:
                return
            search_for, wanted = "", EVERYTHING
            ids = self._read_queue()
        self.walk.begin(ids, search_for, wanted)
        at, arrive = self.walk.place_of(response_id), self.walk.jump
        if at is None and response_id is not None:
            at = self.walk.admit(response_id)
        if at is None:
            at, arrive = self.session.next_unreviewed(self.queue, -1) or 0, self.walk.lead
        self.desk.responses.show_queue(self.queue, self.read_entries, at)
        self._recount()
        self.show_response(at, arrive)
        self.narrowed()

    def _show_stretch(self, question: Question, first: int | None) -> None:
        """Show the first response to be read with those around it; the rest of a large queue comes meanwhile."""
        if first is None:
            self.show_queue(keep=False)
            return
        self._sorted_by, self._moved = self.session.newest_model(), None
        self.walk.begin(self.session.around(first), whole=False)
        at = self.walk.place_of(first) or 0
        self.desk.responses.show_queue(self.queue, self.read_entries, at)
        self.figures = None
        self._show_figures()
        self.show_response(at, self.walk.lead)
        self.narrowed()
        self.afterwards(lambda: self._read_rest(question))

    @work(exclusive=True, group="rest")
    async def _read_rest(self, question: Question) -> None:
        """Read the whole queue aside, then count."""
        ids = self.walk.ids
        with suppress(CoderError):  # another program keeps the project; a key that needs the rest tries again
            found = await asyncio.to_thread(self.session.queue, question.id)
            if self.walk.ids is ids:  # else another list is shown by now
                self._renew(found)
                self.show_progress()
        if self.question is question:
            self._recount()

    def have_whole_queue(self) -> None:
        """Read the rest of the queue now: what a key asks for may lie in it."""
        if not self.walk.whole:
            self._renew(self._read_queue())

    def narrowed(self) -> None:
        """Another search or filter is on, or none."""

    def _read_queue(self, search_for: str = "", wanted: Filter = EVERYTHING) -> Sequence[int]:
        assert self.question is not None
        return self.session.queue(self.question.id, search_for, self.walk.order, wanted)

    def read_entries(self, ids: Sequence[int]) -> Sequence[Entry]:
        """The lines of the list for these responses; in a search, around the first hit of each."""
        return self.session.entries(ids, self.walk.searched)

    def show_response(self, index: int, arrive: Callable[[int], None] | None = None) -> None:
        """Show the response at a place of the queue, to which the walk comes by a jump, unless it is said how."""
        if not 0 <= index < len(self.queue):
            return
        (arrive or self.walk.jump)(index)
        self.at_suggestion = 0
        self.shown = self.session.view(self.queue[index])
        if self.question is not None and self.shown.question.id != self.question.id:
            self.come_to_question(self.shown.question)
            self._recount()
        self.hits = self.session.hits_in(self.shown.response.text, self.walk.searched)
        self.desk.responses.move_to(index)
        self.show_view(fresh=True)
        if self.hits:
            self.pane.select_span(self.hits[0].start, self.hits[0].start)
        self.came_to(self.shown)

    def came_to(self, view: ResponseView) -> None:
        """Another response is shown."""

    def open_response(self, response_id: int) -> None:
        self.go_to(response_id)

    def go_to(self, response_id: int) -> None:
        """Show a response wherever it is: in this queue, or under another question; of a text that an import has
        replaced, the one that stands there now."""
        try:
            now = self.session.standing(response_id)
            at = self.walk.place_of(now)
            question = self.session.view(now).question if at is None else None
        except CoderError as error:
            self.explain(error)
            return
        if question is not None:
            self.show_question(question, now)
        elif at is not None and at != self.index:
            self.show_response(at)
        if now != response_id:
            self.say("An import has replaced the text that this was about. O shows the old one.")

    def show_done(self, done: Done) -> None:
        """An act on the response that is shown touches its line of the list alone."""
        here = self.shown is not None and done.response_id == self.shown.response.id
        self._show_changes(self.index if here else None)

    def show_changes(self) -> None:
        self._show_changes(None)

    def _show_changes(self, row: int | None) -> None:
        """Show what may have changed in all lines of the list, or in one, if one event is all there was."""
        if self.shown is None or self.question is None:
            self.session.changed()
            self.show_first()
            return
        before = self.figures
        self._recount()
        self.session.changed()
        if self.session.codebook.for_question(self.question.key).themes != self.legend.book.themes:
            self.make_legend()
        alone = before is not None and self.figures is not None and self.figures.event == before.event + 1
        self.desk.responses.reread(row if alone else None)
        self.show_suggestions()

    def show_suggestions(self) -> None:
        """Read the response anew, with what is suggested for it now; the suggestion at hand stays at hand."""
        if self.shown is None:
            return
        at_hand = self.shown.suggestions[self.at_suggestion].theme_id if self.shown.suggestions else None
        try:
            self.shown = self.session.view(self.shown.response.id)
        except CoderError:  # an import was undone, or another program has taken this person out
            self._show_what_is_left()
            return
        themes = [s.theme_id for s in self.shown.suggestions]
        if at_hand in themes:
            self.at_suggestion = themes.index(at_hand)
        self.at_suggestion = max(0, min(self.at_suggestion, len(themes) - 1))
        self.show_view()
        if self.walk.moves and not self.learning and self.session.newest_model() != self._sorted_by:
            self._sort_anew()

    def _show_what_is_left(self) -> None:
        if any(q == self.question and self.session.progress(q.id).answered for q in self.session.questions):
            self.show_queue()
        elif not self.show_first():
            self.shown = self.question = None
            self.walk.begin([])
            self.desk.responses.show_queue([], self.session.entries, 0)

    def show_view(self, *, fresh: bool = False) -> None:
        if self.shown is None or self.question is None:
            return
        terms = self.terms.get(self.shown.response.id, ()) if self.terms_on else ()
        marks = marks_of(self.shown, self.legend, terms, self.at_suggestion, self.hits)
        self.desk.show_view(self.shown, self.legend, marks, self.at_suggestion, fresh=fresh)
        self.show_progress()

    def _aside(self) -> str:
        """What is done aside, and how far it is."""
        if self.learning:
            return "learning …"
        return "" if self.suggesting is None else f"suggesting {self.suggesting:>2} %"

    def show_progress(self) -> None:
        if self.question is not None:
            progress = self.figures.progress if self.figures else None
            self.desk.show_progress(self.walk, progress, aside=self._aside(), going_on=self.going_on)

    def _recount(self) -> None:
        """Bring the figures up to date after a change: by the log, or else by counting, of a large project aside."""
        if self.question is None:
            return
        known, self.figures = self.figures, None
        if known is not None and known.question_id == self.question.id:
            self.figures = self.session.figures_since(known)
        if self.figures is None and not self.session.is_large:
            self.figures = self.session.figures(self.question.id)
        if self.figures is None and self._counting is not self.question:
            self._count(self.question)
        self._show_figures()

    def _show_figures(self) -> None:
        self.desk.show_figures(self.figures, self.legend.book)
        self.afterwards(self._show_notes_and_steps)  # a key's own frame need not wait for these

    def _show_notes_and_steps(self) -> None:
        if self.is_running and self.query(Desk):
            with suppress(CoderError):  # the project is being closed
                self.desk.themes.show_noted(self.session.noted_themes())
                self.desk.show_steps(*self.session.next_steps())

    @work(exclusive=True, group="count")
    async def _count(self, question: Question) -> None:
        """Count aside; what is done meanwhile is in the log, and is followed from there."""
        self._counting = question
        try:
            with suppress(CoderError):  # another program keeps the project; the next change tries again
                counted = await asyncio.to_thread(self.session.figures, question.id)
                if self.question is question:
                    self.figures = counted
        finally:
            if self._counting is question:
                self._counting = None
        if self.figures is not None and self.is_running:
            self._recount()
            self.show_view()

    def say(self, message: str) -> None:
        self.desk.say(message)

    def look(self) -> None:
        """Show what another program, or the helper, has written."""
        if self.question is None or not self.on_top:
            return
        if self.figures is not None and self.session.project.last_event() == self.figures.event:
            return
        self.show_changes()
        listed = len(self.queue) - (self.walk.visitor is not None)
        answered = self.figures.progress.answered if self.figures else listed
        if answered != listed and self.walk.whole and not self.walk.narrowed:
            self._renew(self._read_queue())
            self.show_progress()

    # --- the queue -----------------------------------------------------------------------------------

    def use_queue(self, order: Queue) -> None:
        """Read in this order from now on, from the first response in it that is not reviewed."""
        if self.question is None:
            return
        self.session.choose_queue(order)
        searched, wanted = self.walk.searched, self.walk.wanted
        self.walk = Walk(order)
        self.show_queue(None, searched, wanted, keep=False)
        if self.walk.moves and not self._sorted_by:
            self.say("Nothing is learnt yet: until then this is the order of the file.")
        else:
            self.say(f"Responses come {ORDERS[order]}.")

    def action_queue(self) -> None:
        choices = [Choice(name, order.value, WHAT_FOR[order]) for order, name in ORDERS.items()]

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self.use_queue(Queue(str(choice.value)))

        if self.question is not None:
            self.app.push_screen(Choose(f"In which order? Now {ORDERS[self.walk.order]}.", choices), chosen)

    @work(exclusive=True, group="sort")
    async def _sort_anew(self) -> None:
        """Sort by the newest model aside: of a large survey that takes its time."""
        if self.question is None:
            return
        walk, ids, model = self.walk, self.walk.ids, self.session.newest_model()
        with suppress(CoderError):  # another program keeps the project; the next change tries again
            moved = await asyncio.to_thread(
                self.session.queue, self.question.id, walk.searched, walk.order, walk.wanted
            )
            if self.walk.ids is ids:  # else another list is shown by now
                self._sorted_by, self._moved = model, moved

    def take_order(self) -> None:
        """Going on: take the order that a training has brought meanwhile. The response that is shown never moves."""
        if self._moved is not None:
            self._renew(self._moved)

    def let_go(self) -> bool:
        """Going on: a response that does not fit the filter any more goes now; True where it has, and the next one
        stands in its place."""
        view, wanted = self.shown, self.walk.wanted
        if view is None or (
            view.response.id != self.walk.visitor
            and (not wanted or self.session.fits(wanted, view.response.id, view.question.id))
        ):
            return False
        if not self.walk.drop():
            return False
        self.desk.responses.show_queue(self.queue, self.read_entries, min(self.index, len(self.queue) - 1))
        self.narrowed()
        return True

    def _renew(self, ids: Sequence[int]) -> None:
        self._moved = None
        self.walk.renew(ids)
        self.desk.responses.show_queue(self.queue, self.read_entries, self.index, still=True)

    # --- moving --------------------------------------------------------------------------------------

    def action_go(self, by: int) -> None:
        self.take_order()
        if not 0 <= self.index + by < len(self.queue):
            self.have_whole_queue()
        if not 0 <= self.index + by < len(self.queue):
            self.say("This is the last response." if by > 0 else "This is the first response.")
            return
        skipped = by > 0 and self.shown is not None and not self.shown.reviewed and self.walk.route is Queue.RANDOM
        gone = self.let_go()
        self.show_response(self.index + by - (gone and by > 0), self.walk.step)
        if skipped:
            self.say("Left out: the random sample ends there, until it is reviewed.")

    def action_page(self, by: int) -> None:
        if not self.pane.page(by):
            self.action_go(by)

    def went_back(self, done: Done) -> None:
        here = self.shown.response.id if self.shown else None
        if done.response_id is not None and done.response_id != here:
            self.go_to(done.response_id)
            if self.shown is not None:
                self.say(f"{done.message} It was here, at {one_line(self.shown.participant.external_id, 40)}.")

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
                self.show_question(question)

        self.app.push_screen(Choose("Which question?", choices), chosen)
