"""Highlights that have no theme yet, gathered by the words they share: from here they get one, many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical

from coder.domain.coding import Span
from coder.domain.display import one_line
from coder.domain.gathering import Group, gather, plain_words
from coder.domain.wording import counted
from coder.errors import CoderError
from coder.tui.messages import RowPicked
from coder.tui.screens.modals import Ask, Choose
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.describe import Legend, serving
from coder.tui.widgets.highlight_list import HighlightList
from coder.tui.widgets.lists import Choice, ThemeList
from coder.tui.widgets.plain import KeyLine, Plain

if TYPE_CHECKING:
    from coder.domain.corpus import Question
    from coder.session import Session
    from coder.tui.background import Background


class HighlightsScreen(WorkScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "Highlights without a theme"
    HELP = (
        "What you have highlighted and given no theme, gathered by the words that several people share: those of most "
        "participants first. Tick highlights, or whole groups on their heading, and press a theme's key; or make a new "
        "theme of them. Without a tick the key is for the highlight, or the group, at the cursor. Each highlight then "
        "is evidence, and each participant counts once."
    )
    BINDINGS = [
        Binding("space", "tick", "tick the highlight, or the whole group", id="highlights.tick"),
        Binding("t", "choose_theme", "choose a theme for them", id="highlights.choose_theme"),
        Binding("i", "new_theme", "make a new theme of them", id="highlights.new_theme"),
        Binding("u", "undo", "undo", id="highlights.undo"),
        Binding("U,ctrl+r", "redo", "do again", id="highlights.redo"),
        Binding("f8", "history", "all that was done, newest first", id="highlights.history"),
        Binding("escape,f5", "leave", "take the ticks away; back", id="highlights.leave"),
        Binding("question_mark", "app.help", "help", id="highlights.help"),
    ]

    def __init__(self, session: Session, question: Question, legend: Legend, background: Background | None) -> None:
        super().__init__()
        self.session = session
        self._question = question
        self._legend = legend
        self._background = background

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="head-line")
            with Horizontal(id="work"):
                yield HighlightList(id="highlights")
                with Vertical(id="side"):
                    yield ThemeList(id="themes")
            yield Plain(id="status")
            yield KeyLine(
                ("highlights.tick", "tick"),
                ("1-9", "theme"),
                ("highlights.choose_theme", "choose"),
                ("highlights.new_theme", "new"),
                ("list.choose", "open"),
                ("highlights.undo", "undo"),
                ("highlights.leave", "back"),
                ("highlights.help", "help"),
            )

    def on_mount(self) -> None:
        self.list.focus()
        self.themes.can_focus = False
        self.themes.show_book(self._legend.book, self._legend.keys, self._legend.paints)
        self.show_changes()
        self.keep_looking()

    @property
    def list(self) -> HighlightList:
        return self.query_one(HighlightList)

    @property
    def themes(self) -> ThemeList:
        return self.query_one(ThemeList)

    # --- what is shown -------------------------------------------------------------------------------

    def show_changes(self) -> None:
        self._gather()

    @work(exclusive=True, group="gather")
    async def _gather(self) -> None:
        """Show the highlights by their words at once, and by lemmas as soon as the helper has found these."""
        try:
            highlights = await asyncio.to_thread(self.session.open_highlights, self._question.id)
        except CoderError as error:  # another program keeps the project; the next change tries again
            self.explain(error)
            return
        by_id = {h.id: h for h in highlights}
        if not self.list.knows(by_id):
            self._show(gather(highlights, plain_words), "by words")
        with suppress(CoderError):
            if self._background is not None:
                asked = {"coder": self.session.coder_id, "question": self._question.id}
                found = (await self._background.ask("gather", **asked))["groups"]
                groups = [Group(word, tuple(by_id[i] for i in ids if i in by_id)) for word, ids in found]
                self._show([g for g in groups if g.highlights], "by lemmas")

    def _show(self, groups: Sequence[Group], how: str) -> None:
        if not self.query(HighlightList):
            return
        self.list.show_groups(groups)
        people = len({h.participant_id for g in groups for h in g.highlights})
        count = sum(len(g.highlights) for g in groups)
        self.query_one("#head-line", Plain).show(
            (" Highlights without a theme ", "bold reverse"),
            (f" {count:,} of {counted(people, 'participant')}", "bold"),
            (f"   gathered {how}", "dim"),
        )
        if not count:
            self.say("There is none: m on the coding screen highlights words without a theme.")

    # --- giving them a theme -------------------------------------------------------------------------

    def action_tick(self) -> None:
        self.list.tick()
        ticked = self.list.ticked
        self.say(f"{len(ticked):,} ticked." if ticked else "")

    def theme_key(self, character: str) -> bool:
        """Assign the theme of this key; whether there is one."""
        theme = next((t for t, key in self._legend.keys.items() if key == character), None)
        if theme is not None:
            self._assign(theme)
        return theme is not None

    def _assign(self, theme: int | str) -> None:
        ids = [h.id for h in self.list.chosen]
        if ids:
            self.act(lambda: self.session.assign_many(ids, theme))

    def action_choose_theme(self) -> None:
        keys = self._legend.keys
        choices = [Choice(path, theme, keys.get(theme, "")) for theme, path in serving(self._legend)]

        def chosen(choice: Choice | None) -> None:
            if choice is not None and choice.value is not None:
                self._assign(choice.value)

        if self.list.chosen:
            title = f"Theme for {counted(len(self.list.chosen), 'highlight')}"
            self.app.push_screen(Choose(title, choices, new=lambda typed: Choice(f"New theme: {typed}", typed)), chosen)

    def action_new_theme(self) -> None:
        chosen = self.list.chosen
        if not chosen:
            return
        name = self.list.word or self.session.in_vivo_name(chosen[0].words, Span(0, len(chosen[0].words)))

        def named(typed: str | None) -> None:
            if typed:
                self._assign(typed)

        self.app.push_screen(Ask(f"New theme of {counted(len(chosen), 'highlight')}", one_line(name)), named)

    # --- moving --------------------------------------------------------------------------------------

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        highlight, theme = self.list.highlight, self.themes.theme
        if event.list_id == "themes" and theme is not None:
            self._assign(theme.id)
        elif highlight is not None:
            self.dismiss(highlight.response_id)

    def action_leave(self) -> None:
        if self.list.ticked:
            self.list.untick()
            self.say("")
        else:
            self.dismiss(None)
