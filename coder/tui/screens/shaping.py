"""Shaping the themes: every act on the theme at the cursor, asked for, previewed and said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding

from coder.domain.alike import alike_to
from coder.domain.codebook import Theme
from coder.domain.corpus import Question
from coder.domain.display import one_line
from coder.tui.keymap import Hints, keymap_of
from coder.tui.keys import key_trouble
from coder.tui.screens.colour import ChooseColour
from coder.tui.screens.commands import commands_by_character
from coder.tui.screens.modals import Ask, Choose, Confirm, new_theme
from coder.tui.screens.previews import MergePreview, SplitPreview
from coder.tui.screens.theme_form import ThemeForm
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.lists import Choice

if TYPE_CHECKING:
    from coder.cases import QuoteKey

SHAPING = [
    Binding("e", "define", "define: name, definition, inclusion, example, keywords, key", id="themes.define"),
    Binding("r", "rename", "rename", id="themes.rename"),
    Binding("c", "create(False)", "new theme beside this one", id="themes.new"),
    Binding("C", "create(True)", "new theme below this one", id="themes.new_below"),
    Binding("o", "colour", "its colour", id="themes.colour"),
    Binding("K,shift+up", "shift(-1)", "move up among its siblings", id="themes.up"),
    Binding("J,shift+down", "shift(1)", "move down among its siblings", id="themes.down"),
    Binding("v", "move", "move below another theme, or to the top", id="themes.nest"),
    Binding("M", "merge", "merge into another theme", id="themes.merge"),
    Binding("S", "split", "split: the ticked quotes go to another theme, or to a new one", id="themes.split"),
    Binding("z", "archive", "archive: out of use, its codings kept", id="themes.archive"),
    Binding("Z", "bring_back", "bring a theme back from the archive", id="themes.bring_back"),
    Binding("D", "delete", "delete, with its codings", id="themes.delete"),
    Binding("u", "undo", "undo", id="themes.undo"),
    Binding("U,ctrl+r", "redo", "do again", id="themes.redo"),
    Binding("f8", "history", "all that was done, newest first", id="themes.history"),
]
"""The commands, in the order of the help page."""


class ShapingScreen(WorkScreen):
    """The acts; the screen below says which theme and quotes they are of."""

    question: Question | None

    @property
    def theme(self) -> Theme | None:
        """The theme at the cursor."""
        raise NotImplementedError

    @property
    def ticked(self) -> Sequence[QuoteKey]:
        """The quotes that are ticked."""
        raise NotImplementedError

    def show_at(self, theme_id: int | None) -> None:
        """Put the cursor on a theme, if it is shown."""
        raise NotImplementedError

    def untick(self) -> None:
        """The ticked quotes have been dealt with."""
        raise NotImplementedError

    def key(self, command: str) -> str:
        """How the key of a command of this screen is called."""
        return Hints(self).name(command)

    # --- one theme -----------------------------------------------------------------------------------

    def action_define(self) -> None:
        if (theme := self.theme) is None:
            return

        def filled(fields: Mapping[str, object] | None) -> None:
            if fields:
                self.act(lambda: self.session.edit_theme(theme.id, **fields))

        def trouble(key: str) -> str:
            return key_trouble(self.session.codebook, theme.id, key, commands_by_character(keymap_of(self.app)))

        likeness = self._likeness(theme.parent_id, theme.id)
        self.app.push_screen(ThemeForm(theme, {"name": likeness, "key": trouble}), filled)

    def action_rename(self) -> None:
        if (theme := self.theme) is None:
            return

        def named(name: str | None) -> None:
            if name and name != one_line(theme.name, 200):
                self.act(lambda: self.session.edit_theme(theme.id, name=name))

        remark = self._likeness(theme.parent_id, theme.id)
        self.app.push_screen(Ask("Rename the theme", one_line(theme.name, 200), remark=remark), named)

    def action_create(self, below: bool) -> None:
        theme = self.theme
        parent = None
        if theme is not None:
            parent = theme.id if below else theme.parent_id
        key = self.question.key if self.question else ""
        place = "at the top" if parent is None else f"below “{self.session.codebook.by_id[parent].name}”"

        def named(name: str | None) -> None:
            if name:
                done = self.act(lambda: self.session.create_theme(name, parent_id=parent, question_key=key))
                self.show_at(done.theme_id if done else None)

        note = f"It stands {place}."
        self.app.push_screen(Ask("Name of the new theme", note=note, remark=self._likeness(parent)), named)

    def _likeness(self, parent_id: int | None, but: int | None = None) -> Callable[[str], str]:
        """Says of a name whether there is a theme that may be the same."""

        def said(name: str) -> str:
            others = alike_to(self.session.codebook, name, parent_id, but=but) if name else []
            paths = [" > ".join(self.session.codebook.path(other.id)) for other in others[:3]]
            return f"≈ There is “{'”, “'.join(paths)}” already: perhaps the same." if paths else ""

        return said

    def action_colour(self) -> None:
        if (theme := self.theme) is None:
            return

        def chosen(colour: str | None) -> None:
            if colour is not None:
                self.act(lambda: self.session.edit_theme(theme.id, colour=colour))

        self.app.push_screen(ChooseColour(theme.name, theme.colour), chosen)

    # --- its place -----------------------------------------------------------------------------------

    def action_shift(self, by: int) -> None:
        if (theme := self.theme) is not None:
            key = self.question.key if self.question else ""
            self.act(lambda: self.session.shift_theme(theme.id, by, key))

    def _choose_theme(
        self, title: str, without: set[int], chosen: Callable[[int | None], None], *, top: str = "", first: int = 0
    ) -> None:
        """Ask for another theme; `top` is the choice of no theme, where that makes sense, `first` is offered first."""
        book = self.session.codebook
        choices = [Choice(top, None)] if top else []
        order = sorted((t.id for _, t in book.walk()), key=lambda theme_id: theme_id != first)
        choices += [
            Choice(" > ".join(book.path(theme_id)), theme_id, "≈ alike" if theme_id == first else "")
            for theme_id in order
            if theme_id not in without
        ]

        def picked(choice: Choice | None) -> None:
            if choice is not None and not isinstance(choice.value, str):
                chosen(choice.value)

        self.app.push_screen(Choose(title, choices), picked)

    def action_move(self) -> None:
        if (theme := self.theme) is None:
            return

        def chosen(parent: int | None) -> None:
            self.act(lambda: self.session.move_theme(theme.id, parent))
            self.show_at(theme.id)

        without = set(self.session.codebook.below(theme.id))
        self._choose_theme(f"Put “{theme.name}” below", without, chosen, top="(the top)")

    # --- what it means -------------------------------------------------------------------------------

    def action_merge(self) -> None:
        if (theme := self.theme) is None:
            return

        def chosen(target: int | None) -> None:
            if target is None:
                return

            def confirmed(yes: str | None) -> None:
                if yes:
                    self.act(lambda: self.session.merge_themes(theme.id, target))
                    self.show_at(target)

            preview = MergePreview(lambda: self.session.merge_preview(theme.id, target), self.explain)
            self.app.push_screen(preview, confirmed)

        alike = alike_to(self.session.codebook, theme.name, theme.parent_id, but=theme.id)
        first = alike[0].id if alike else 0
        self._choose_theme(f"Merge “{theme.name}” into", {theme.id}, chosen, first=first)

    def action_split(self) -> None:
        theme, quotes = self.theme, self.ticked
        if theme is None:
            return
        if not quotes:
            tick, find, every = map(self.key, ("themes.tick", "themes.find", "themes.tick_all"))
            self.say(f"Tick the quotes first that are to go: {tick} ticks one, {find} finds words, {every} ticks all.")
            return
        book = self.session.codebook
        choices = [Choice(" > ".join(book.path(t.id)), t.id) for _, t in book.walk() if t.id != theme.id]

        def chosen(choice: Choice | None) -> None:
            if choice is None or choice.value is None:
                return
            target = choice.value

            def confirmed(answer: str | None) -> None:
                if answer is None:
                    return
                copy = answer == "copy"
                done = self.act(lambda: self.session.split_theme(quotes, target, theme.id, copy=copy))
                if done is not None:
                    self.untick()

            preview = SplitPreview(lambda: self.session.split_preview(quotes, target, theme.id), self.explain)
            self.app.push_screen(preview, confirmed)

        title = f"Where do the {len(quotes):,} ticked quotes of “{theme.name}” go?"
        self.app.push_screen(Choose(title, choices, new=new_theme), chosen)

    # --- taking away and bringing back ---------------------------------------------------------------

    def action_archive(self) -> None:
        if (theme := self.theme) is not None:
            self.act(lambda: self.session.archive_theme(theme.id))

    def action_bring_back(self) -> None:
        choices = []
        for archived in self.session.archived():
            along = f"with {len(archived.below)} sub-themes" if archived.below else ""
            choices.append(Choice(" > ".join(archived.path), archived.theme_id, along))
        if not choices:
            self.say(f"The archive is empty: {self.key('themes.archive')} puts a theme there.")
            return

        def chosen(choice: Choice | None) -> None:
            if choice is not None and isinstance(choice.value, int):
                theme_id = choice.value
                self.act(lambda: self.session.bring_back_theme(theme_id))
                self.show_at(theme_id)

        self.app.push_screen(Choose("Bring which theme back from the archive?", choices), chosen)

    def action_delete(self) -> None:
        if (theme := self.theme) is None:
            return
        preview = self.attempt(lambda: self.session.delete_preview(theme.id))

        def confirmed(yes: bool | None) -> None:
            if yes:
                self.act(lambda: self.session.delete_theme(theme.id))

        if preview is not None:
            instead = f"{self.key('themes.archive')} archives it instead."
            self.app.push_screen(Confirm("Delete the theme?", f"{preview} {instead}"), confirmed)
