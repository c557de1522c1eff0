"""Counting aside, by a cut that keys change: the screen never waits, and shows no answer that comes too late."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from textual import work

from coder.domain.corpus import Question
from coder.domain.tally import Base
from coder.errors import CoderError, NotFoundError, RefusedError
from coder.tui.screens.modals import Choose
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.lists import Choice

if TYPE_CHECKING:
    from coder.analysis.tally import Cut, Tally
    from coder.analysis.together import CoOccurrence
    from coder.session import Session


class CountingScreen(WorkScreen):
    """Holds the cut, and the newest count by it."""

    def __init__(self, session: Session, question: Question) -> None:
        from coder.analysis.tally import Cut

        super().__init__()
        self.session = session
        self.cut: Cut = Cut(tuple(q.id for q in session.questions if q.key == question.key))
        self.together = False
        self.tally: Tally | None = None
        self.pairs: CoOccurrence | None = None
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

    # --- counting ------------------------------------------------------------------------------------

    def show_changes(self) -> None:
        """Count again; where a count is under way, when it has ended: else a busy project would never be shown."""
        if self.counting:
            self._stale = True
        else:
            self.count()

    def count(self) -> None:
        """Count by the present cut. What is under way for another one is stopped, and its answer dropped."""
        self._stop.set()
        self._stop, self._stale, self.counting = Event(), False, True
        self.show_cut()
        self._count(self._stop)

    @work(exclusive=True, group="count")
    async def _count(self, stop: Event) -> None:
        """Count aside: of a large survey that takes its time."""
        cut, together = self.cut, self.together
        try:
            tally, pairs = await asyncio.to_thread(self._read, cut, together, stop)
        except CoderError as error:
            if not stop.is_set():
                self.counting = False
                self._refused(error, cut)
            return
        if stop.is_set():
            return
        self.counting = False
        self.tally, self.pairs = tally, pairs
        self.show_count()
        if self._stale:
            self.count()

    def _read(self, cut: Cut, together: bool, stop: Event) -> tuple[Tally, CoOccurrence | None]:
        from coder.analysis.tally import tally
        from coder.analysis.together import co_occurrence

        counted = tally(self.session.project, cut, stopped=stop.is_set)
        if not together or not counted.questions:
            return counted, None
        question = counted.questions[0].question.id
        return counted, co_occurrence(self.session.project, cut, question, stopped=stop.is_set)

    def _refused(self, error: CoderError, cut: Cut) -> None:
        """Say why; where it is for the attribute or the coder, count without."""
        self.explain(error)
        if isinstance(error, NotFoundError | RefusedError) and (cut.by or cut.coder):
            self.cut = replace(cut, by="", coder="")
            self.count()
        else:
            self.show_cut()

    # --- other cuts ----------------------------------------------------------------------------------

    def _cut(self, **change: object) -> None:
        self.cut = replace(self.cut, **change)  # type: ignore[arg-type]
        self.count()

    def action_question(self) -> None:
        choices: list[Choice] = []
        cuts: list[tuple[int, ...]] = []
        for key, asked in self._by_key().items():
            prompt = asked[0].prompt or key
            if len(asked) > 1:
                choices.append(Choice(f"{prompt} (all waves side by side)", len(cuts)))
                cuts.append(tuple(q.id for q in asked))
            for question in asked:
                choices.append(Choice(prompt + (f" ({question.wave})" if question.wave else ""), len(cuts)))
                cuts.append((question.id,))

        def chosen(choice: Choice | None) -> None:
            if choice is not None and isinstance(choice.value, int):
                self._cut(questions=cuts[choice.value])

        self.app.push_screen(Choose("The counts of which question?", choices), chosen)

    def _by_key(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {}
        for question in self.session.questions:
            found.setdefault(question.key, []).append(question)
        return found

    def action_base(self) -> None:
        bases = list(Base)
        self._cut(base=bases[(bases.index(self.cut.base) + 1) % len(bases)])

    def action_groups(self) -> None:
        self._choose_one("Groups by which attribute?", "everybody together", "by", self.session.attributes())

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

    def action_together(self) -> None:
        self.together = not self.together
        self.count()
