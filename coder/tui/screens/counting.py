"""Counting aside, by a cut that keys change: the screen never waits, and shows no answer that comes too late."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

from textual import work

from coder.domain.corpus import Question, QuestionKind
from coder.domain.tally import Base
from coder.errors import CoderError, NotFoundError, RefusedError
from coder.tui.screens.modals import Choose
from coder.tui.screens.work import WorkScreen
from coder.tui.views.offer import VIEWS, views_of
from coder.tui.views.view import Found, View, Wanted
from coder.tui.views.words import prompt_of
from coder.tui.widgets.lists import Choice

if TYPE_CHECKING:
    from coder.analysis.tally import Cut
    from coder.session import Session

_KINDS = {
    QuestionKind.OPEN: "open",
    QuestionKind.RATING: "rating",
    QuestionKind.CHOICE: "one choice",
    QuestionKind.MULTI: "several choices",
}


@dataclass(frozen=True)
class Counted:
    """What was found, and what was wanted."""

    view: View
    wanted: Wanted
    asked: list[Question]
    found: Found


class CountingScreen(WorkScreen):
    """Holds what is wanted (a question, a view of it, a cut), and the newest count of it."""

    def __init__(self, session: Session, question: Question) -> None:
        from coder.analysis.tally import Cut

        super().__init__()
        self.session = session
        self.questions = session.every_question()
        self.view = VIEWS[0]
        self.wanted = Wanted(Cut(tuple(q.id for q in self.questions if q.key == question.key)))
        self.counted: Counted | None = None
        self.counting = False
        self._stop = Event()
        self._stale = False

    def on_unmount(self) -> None:
        self._stop.set()

    def show_cut(self) -> None:
        """Show what is counted, and whether a count is under way."""
        raise NotImplementedError

    def show_count(self) -> None:
        """Show the new count."""
        raise NotImplementedError

    @property
    def cut(self) -> Cut:
        return self.wanted.cut

    @property
    def asked(self) -> list[Question]:
        """The question that is wanted, in its waves."""
        return [q for q in self.questions if q.id in self.cut.questions]

    @property
    def views(self) -> list[View]:
        """The ways to look at it."""
        return views_of(self.asked, self.questions)

    # --- counting ------------------------------------------------------------------------------------

    def show_changes(self) -> None:
        """Count again; where a count is under way, when it has ended: else a busy project would never be shown."""
        self.questions = self.session.every_question()
        if self.counting:
            self._stale = True
        else:
            self.count()

    def count(self) -> None:
        """Count what is wanted now. What is under way for something else is stopped, and its answer dropped."""
        self._stop.set()
        self._stop, self._stale, self.counting = Event(), False, True
        self.show_cut()
        self._count(self._stop)

    @work(exclusive=True, group="count")
    async def _count(self, stop: Event) -> None:
        """Count aside: of a large survey that takes its time."""
        view, wanted, asked = self.view, self.wanted, self.asked
        try:
            found = await asyncio.to_thread(view.read, self.session.project, wanted, stop.is_set)
        except CoderError as error:
            if not stop.is_set():
                self.counting = False
                self._refused(error, wanted.cut)
            return
        if stop.is_set():
            return
        self.counting = False
        self.counted = Counted(view, wanted, asked, found)
        self.show_count()
        if self._stale:
            self.count()

    def _refused(self, error: CoderError, cut: Cut) -> None:
        """Say why; where it is for the attribute or the coder, count without."""
        self.explain(error)
        if isinstance(error, NotFoundError | RefusedError) and (cut.by or cut.coder):
            self._cut(by="", coder="")
        else:
            self.show_cut()

    # --- other cuts ----------------------------------------------------------------------------------

    def _cut(self, **change: object) -> None:
        self.wanted = replace(self.wanted, cut=replace(self.cut, **change))  # type: ignore[arg-type]
        self.count()

    def action_view(self, name: str) -> None:
        """Look at the question in another way."""
        view = next((v for v in self.views if v.name == name), None)
        if view is not None and view != self.view:
            self.view = view
            self.count()

    def action_next_view(self, by: int) -> None:
        views = self.views
        at = views.index(self.view) if self.view in views else -1
        if views:
            self.action_view(views[(at + by) % len(views)].name)

    def action_question(self) -> None:
        """Choose among all questions, and where one has waves, one of these or all side by side."""
        self.questions = self.session.every_question()
        choices: list[Choice] = []
        cuts: list[tuple[int, ...]] = []
        for asked in self._by_key().values():
            kind = _KINDS[asked[0].kind]
            if len(asked) > 1:
                choices.append(Choice(prompt_of(asked), len(cuts), f"{kind}, all waves side by side"))
                cuts.append(tuple(q.id for q in asked))
            for question in asked:
                # The wave stands beside the question: the end of a long one is cut.
                note = f"{kind}, {question.wave}" if question.wave else kind
                choices.append(Choice(prompt_of([question]), len(cuts), note))
                cuts.append((question.id,))

        def chosen(choice: Choice | None) -> None:
            if choice is not None and isinstance(choice.value, int):
                self._go_to(cuts[choice.value])

        self.app.push_screen(Choose("The counts of which question?", choices), chosen)

    def _go_to(self, questions: tuple[int, ...]) -> None:
        """Count another question: in the same view, if it has that one."""
        self.wanted = replace(self.wanted, cut=replace(self.cut, questions=questions))
        views = self.views
        same = [view for view in views if view.name == self.view.name]
        self.view = next(iter([*same, *views]), self.view)
        self.count()

    def _by_key(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {}
        for question in self.questions:
            found.setdefault(question.key, []).append(question)
        return found

    def action_base(self) -> None:
        bases = list(Base)
        self._cut(base=bases[(bases.index(self.cut.base) + 1) % len(bases)])

    def action_groups(self) -> None:
        self._choose_one("Groups by what?", "everybody together", "by", self.session.groupings())

    def action_census(self) -> None:
        self._cut(census=not self.cut.census)

    def action_test(self) -> None:
        self.wanted = replace(self.wanted, test=not self.wanted.test)
        self.count()

    def action_whose(self) -> None:
        from coder.analysis.history import who_coded

        self._choose_one("Whose codings?", "everybody's together", "coder", who_coded(self.session.project))

    def _choose_one(self, title: str, none: str, part: str, names: list[str]) -> None:
        """Ask for one name, or for none, as a part of the cut."""
        choices = [Choice(none, ""), *(Choice(name, name) for name in names)]

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._cut(**{part: str(choice.value)})

        self.app.push_screen(Choose(title, choices), chosen)
