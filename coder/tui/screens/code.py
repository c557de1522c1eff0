"""The coding screen: pick words, assign themes, answer suggestions, next."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import work

from coder.domain.coding import Span
from coder.domain.display import one_line
from coder.errors import CoderError
from coder.tui.background import Background
from coder.tui.screens.assigning import AssigningScreen
from coder.tui.screens.commands import COMMANDS
from coder.tui.screens.modals import Ask, Read
from coder.tui.screens.moving import MovingScreen
from coder.tui.screens.noting import NotingScreen
from coder.tui.screens.work import WorkScreen
from coder.tui.walk import Walk
from coder.tui.widgets.describe import why
from coder.tui.widgets.desk import Desk
from coder.tui.widgets.plain import tell

_AHEAD = 20  # responses that come next in the queue, whose suggestions are made before all others
_POLL = 1.0  # seconds between looks at how far the helper is
_TERMS_KEPT = 500  # responses

_HELP = (
    "Read the response, select the words that matter, press the key of a theme: the keys stand beside the themes. "
    "With nothing selected the key codes the whole response. Select with shift and the arrows, or drag; a double "
    "click takes a word, a triple click a sentence. The same words may bear several themes, and a theme may have "
    "several highlights: each participant counts once.\n\n"
    "Colours are the themes'; the letters at the left are their keys. Underlined colour: two themes overlap, "
    "doubly underlined: more. Grey and underlined: highlighted, no theme yet. Italic: the words behind the suggestion "
    "at ▸. Dim and underlined: likely key terms. ★: a starred quote, which lists and exports show first. Struck "
    "through: masked, so that every output has ▇ in its place. ✎: a memo. Suggestions never count until you accept "
    "them.\n\n"
    "Highlight first and name themes later: m highlights, f5 gathers what has no theme yet by the words that people "
    "share, and gives many a theme at once.\n\n"
    "Responses come in the order that f3 chooses. At random, those at the head of the queue are a sample of all who "
    "answered, if none is left out. After a look elsewhere, enter leads back to where the queue was left. Where the "
    "project holds suggestions back (ctrl+p), a random share of the responses shows none, and does not say so.\n\n"
    "F filters the responses; one that fits no longer stays until you go on. / searches in them: “two words” in quotes "
    "as they stand, begin* for words that begin so, accents and case as you like. The words that were found are bold, "
    "with / at the left.\n\n"
    "Where an import has changed a text, its old coding stays with the old text, and counts no more. F finds such "
    "responses (changed by an import), O shows what changed and what the old text was coded with, and takes over what "
    "is ticked: highlights whose words are in the new text, and themes of the whole response.\n\n"
    "Every key is saved at once. Undo reaches back through everything, also after a restart."
)

if TYPE_CHECKING:
    from coder.session import ResponseView, Session
    from coder.tui.screens.themes import ThemesScreen


class CodeScreen(AssigningScreen, NotingScreen, MovingScreen):
    """What a coder does to the response that is shown."""

    TITLE = "The coding screen"
    HELP = _HELP
    BINDINGS = [*COMMANDS]

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.background: Background | None = None
        self._themes: ThemesScreen | None = None  # as it was left
        self._learn_again = False

    def begin(self, session: Session, background: Background) -> None:
        """Show the first response that is not reviewed yet, and let the helper learn."""
        self.session, self.background = session, background
        self.walk = Walk(session.chosen_queue())
        self.desk.show_coder(session.coder_name)
        if self.show_first():
            self.keep_looking()
            self._learn(asked=False)

    # --- coding --------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, no key is a command but the one that leaves; before there is a project, none."""
        if self.background is None:
            return False
        if self.is_mounted and self.desk.search.has_focus and action != "escape":
            return False
        return super().check_action(action, parameters)

    def action_review(self) -> None:
        if self.shown is None:
            return
        response, route = self.shown.response.id, self.walk.route
        done = self.act(lambda: self.session.review(response, route))
        if done is None:
            return
        self.take_order()
        after, gone = self.walk.resume, self.let_go()
        after -= gone
        if self.walk.wanted.rereads:  # all are reviewed: the next one is the next that still fits
            left = (after + 1) % len(self.queue) if gone else None
        else:
            left = self.session.next_unreviewed(self.queue, after)
            if left is None and not self.walk.whole:
                self.have_whole_queue()
                left = self.session.next_unreviewed(self.queue, self.walk.resume)
        if left is None:
            self._all_reviewed()
        else:
            self.show_response(left, self.walk.lead)
        if done.changed:
            self._learn(asked=False)

    def _all_reviewed(self) -> None:
        others = [q for q in self.session.questions if (p := self.session.progress(q.id)).reviewed < p.answered]
        if self.walk.narrowed:
            text = "Every response that fits is reviewed. Escape shows all responses again."
        elif others:
            text = f"Every response to this question is reviewed. Q goes to another; {len(others)} have some left."
        else:
            text = (
                "Every response is reviewed. Well done.\n\n"
                "Next:  f2 reviews the themes with their quotes: rename, merge, nest, define.\n"
                "       coder tally counts each participant once per theme."
            )
        self.app.push_screen(Read("All reviewed", text))

    def action_unreview(self) -> None:
        if self.shown is not None:
            response = self.shown.response.id
            self.act(lambda: self.session.unreview(response))

    # --- suggestions ---------------------------------------------------------------------------------

    @work(group="why", exclusive=True)
    async def action_why(self) -> None:
        """Show what the suggestion at hand goes by, and the coded responses that are most like this one."""
        suggestion, view = self.suggestion, self.shown
        if suggestion is None or view is None or self.background is None:
            self.say("There is no suggestion for this response.")
            return
        name = self.legend.name(suggestion.theme_id)
        text = why(view, suggestion, name)
        with suppress(CoderError):
            asked = {"response": view.response.id, "theme": suggestion.theme_id}
            near = [response for response, _ in (await self.background.ask("nearest", **asked))["nearest"]]
            lines = [f"{e.participant}: {one_line(e.excerpt, 160)}" for e in self.session.entries(near)]
            text += "\n\nThe most alike of those coded with it:\n\n" + "\n\n".join(
                lines or ["none has a word in common"]
            )
        if self.query(Desk) and self.suggestion == suggestion:
            self.app.push_screen(Read("Why this suggestion", text))

    def ask_hold_back(self) -> None:
        """Ask on what share of the responses no suggestions are to be shown."""

        def chosen(typed: str | None) -> None:
            from coder.comparison import read_percent

            if typed is not None:
                self.act(lambda: self.session.hold_back(read_percent(typed)))

        if self.question is not None:
            now = self.session.held_back()
            title = "Hold suggestions back on what share of the responses?"
            note = "Drawn by lot, and not said which. coder hold-back PROJECT compares the coding with and without."
            self.app.push_screen(Ask(title, f"{now:g}%" if now else "off", note=note), chosen)

    # Screens that a key opens are loaded then: the first response need not wait for them.

    def action_themes(self) -> None:
        from coder.tui.screens.themes import ThemesScreen

        if self.question is not None:
            last = self._themes.at if self._themes else None
            self._themes = ThemesScreen(self.session, self.question, self.background, at=last)
            self._visit(self._themes)

    def action_open_highlights(self) -> None:
        from coder.tui.screens.highlights import HighlightsScreen

        if self.question is not None:
            self._visit(HighlightsScreen(self.session, self.question, self.legend, self.background))

    def action_counts(self) -> None:
        from coder.tui.screens.counts import CountsScreen

        if self.question is not None:
            self._visit(CountsScreen(self.session, self.question))

    def action_consistency(self) -> None:
        from coder.tui.screens.consistency import ConsistencyScreen

        if self.question is not None:
            self._visit(ConsistencyScreen(self.session, self.question, self.background))

    def _visit(self, screen: WorkScreen) -> None:
        """Show another screen; back from it, show what it changed and go where it leads."""

        def left(response_id: int | None) -> None:
            self.show_changes()
            if screen.going_through is not None:
                self.show_queue(response_id, "", screen.going_through)
            elif response_id is not None:
                self.go_to(response_id)

        self.app.push_screen(screen, left)

    # --- the helper process --------------------------------------------------------------------------

    def action_train(self) -> None:
        self._learn(asked=True)

    @work(group="learn")
    async def _learn(self, *, asked: bool) -> None:
        """Learn from what is coded, aside; where nobody asked for it, a refusal is kept quiet.

        What is reviewed while it learns is learnt right after: one training at a time, and never an old one last.
        """
        if self.background is None:
            return
        if self.learning:
            self._learn_again = True
            return
        self.learning = self._learn_again = True
        self.show_progress()
        said = ""
        while self._learn_again:
            self._learn_again = False
            try:
                said = str((await self.background.ask("learn", first=self._coming())).get("message", ""))
            except CoderError as error:
                said = "\n".join(filter(None, [error.message, error.hint]))
        self.learning = False
        if self.is_running and self.query(Desk):  # the screen may have gone in the meantime
            if asked:
                tell(self.app, said)
            self.show_suggestions()
            if self.shown is not None:
                self._find_suggestions(self.shown)
            self._follow_suggesting()

    @work(group="suggesting", exclusive=True)
    async def _follow_suggesting(self) -> None:
        """Show how far the helper is with the suggestions for all other responses; what is quick is not shown."""
        with suppress(CoderError):
            while self.background is not None:
                await asyncio.sleep(_POLL)
                reply = await self.background.ask("progress")
                read, of = int(reply["read"]), int(reply["of"])
                self.suggesting = min(99, 100 * read // of) if of and not self.learning else None
                if not (self.is_running and self.query(Desk)):
                    return
                self.show_progress()
                if self.suggesting is None:
                    return

    def _coming(self) -> list[int]:
        """The response that is shown and those that come next."""
        return list(self.queue[self.index : self.index + 1 + _AHEAD])

    @work(group="suggest", exclusive=True)
    async def _suggest(self) -> None:
        """Ask for the suggestions of a response that the newest model has not come to, and of those after it."""
        if self.background is None:
            return
        with suppress(CoderError):
            await self.background.ask("suggest", responses=self._coming())
            if self.query(Desk):
                self.show_suggestions()

    def came_to(self, view: ResponseView) -> None:
        self._find_terms(view.response.id)
        self._find_suggestions(view)

    def _find_suggestions(self, view: ResponseView) -> None:
        if view.unread and not view.reviewed and not self.learning:
            self._suggest()

    def action_terms(self) -> None:
        self.terms_on = not self.terms_on
        self.show_view()
        self.say("Key terms on." if self.terms_on else "Key terms off.")
        if self.shown is not None:
            self._find_terms(self.shown.response.id)

    @work(group="terms", exclusive=True)
    async def _find_terms(self, response_id: int) -> None:
        """Ask for the key terms of a response; by the time they come another one may be shown."""
        if not self.terms_on or self.background is None or response_id in self.terms:
            return
        try:
            reply = await self.background.ask("key_terms", response=response_id)
        except CoderError:
            return
        if len(self.terms) >= _TERMS_KEPT:
            self.terms.pop(next(iter(self.terms)))
        self.terms[response_id] = tuple(Span(start, end) for start, end in reply.get("spans", ()))
        if self.query(Desk) and self.shown is not None and self.shown.response.id == response_id:
            self.show_view()
