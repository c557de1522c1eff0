"""The themes screen: every theme with its people and quotes; define, rename, nest, merge, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll

from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question
from coder.domain.display import one_line
from coder.tui.keys import theme_keys
from coder.tui.looks import ground_of
from coder.tui.messages import RowPicked, RowReached
from coder.tui.screens.counts import CountsScreen
from coder.tui.screens.modals import Ask, Choose, Confirm
from coder.tui.screens.theme_form import ThemeForm
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.lists import Choice, QuoteList, ThemeList
from coder.tui.widgets.palette import paints
from coder.tui.widgets.plain import KeyLine, Piece, Plain

_ALL = "all"
_MOST_COLUMNS = 3  # questions whose counts stand side by side
_KEYS = (
    ("themes.define", "define"),
    ("themes.rename", "rename"),
    ("themes.new", "new"),
    ("themes.nest", "nest"),
    ("themes.merge", "merge"),
    ("themes.delete", "delete"),
    ("themes.undo", "undo"),
    ("app.help", "help"),
    ("themes.leave", "back"),
    ("themes.other_side", "quotes"),
    ("themes.question", "question"),
    ("themes.new_below", "new below"),
)
if TYPE_CHECKING:
    from coder.session import Quote, Session


class ThemesScreen(WorkScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "The themes screen"
    HELP = (
        "The number at the right of a theme is its participants, each counted once; a theme with sub-themes has theirs "
        "joined, not added. Below the definition stand the words behind the theme. Everything here can be undone."
    )
    BINDINGS = [
        Binding("e", "define", "define: name, definition, inclusion, example, keywords, key", id="themes.define"),
        Binding("r", "rename", "rename", id="themes.rename"),
        Binding("c", "create(False)", "new theme beside this one", id="themes.new"),
        Binding("C", "create(True)", "new theme below this one", id="themes.new_below"),
        Binding("v", "move", "move below another theme, or to the top", id="themes.nest"),
        Binding("M", "merge", "merge into another theme", id="themes.merge"),
        Binding("D", "delete", "delete, with its codings", id="themes.delete"),
        Binding("u", "undo", "undo", id="themes.undo"),
        Binding("U,ctrl+r", "redo", "do again", id="themes.redo"),
        Binding("f8", "history", "all that was done, newest first", id="themes.history"),
        Binding("Q", "question", "the themes of one question, or of all", id="themes.question"),
        Binding(
            "tab",
            "app.focus_next",
            "to the quotes and back; enter opens a response",
            id="themes.other_side",
        ),
        Binding("f4", "counts", "counts: participants per theme, and the people behind them", id="themes.counts"),
        Binding("escape,f2,q", "leave", "back to coding", id="themes.leave"),
        Binding("question_mark", "app.help", "help", id="themes.help"),
    ]

    def __init__(self, session: Session, question: Question) -> None:
        super().__init__()
        self.session = session
        self.question: Question | None = question
        self._quotes: list[Quote] = []
        self._tallies: dict[int, dict[int, int]] = {}  # participants per theme, by question

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="prompt")
            with Horizontal(id="work"):
                with Vertical(id="book"):
                    yield Plain(id="themes-title")
                    yield ThemeList(id="themes")
                with Vertical(id="detail"):
                    with VerticalScroll(id="definition"):
                        yield Plain(id="about")
                    yield Plain(id="quotes-title")
                    yield QuoteList(id="quotes")
            yield Plain(id="status")
            yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self.themes.focus()
        self.query_one(KeyLine).show_keys(_KEYS)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.show_changes())
        self.show_changes()
        self.set_interval(1.0, self._look)

    @property
    def themes(self) -> ThemeList:
        return self.query_one(ThemeList)

    @property
    def quotes(self) -> QuoteList:
        return self.query_one(QuoteList)

    @property
    def theme(self) -> Theme | None:
        return self.themes.theme

    # --- what is shown -------------------------------------------------------------------------------

    def _look(self) -> None:
        if self.on_top and self.session.changed():
            self.show_changes()

    def show_changes(self) -> None:
        book = self._book()
        order = [theme for _, theme in book.walk()]
        self.themes.show_book(book, theme_keys(book, self.taken), paints(order, ground_of(self.app)))
        self._tallies = {q.id: self._counts(q) for q in self.session.questions}
        questions = [self.question] if self.question else list(self.session.questions)
        shown = questions if len(questions) <= _MOST_COLUMNS else []
        self.themes.show_counts([self._tallies[q.id] for q in shown])
        self.query_one("#themes-title", Plain).show(
            (f" Themes {len(order)}", "bold"), ("   participants" if shown else "", "dim")
        )
        about = self.question.prompt or self.question.key if self.question else "all questions"
        self.query_one("#prompt", Plain).show(("Themes of: ", "bold dim"), " ".join(about.split()), layout=True)
        self._show_theme()

    def _book(self) -> Codebook:
        book = self.session.codebook
        return book.for_question(self.question.key) if self.question else book

    def _counts(self, question: Question) -> dict[int, int]:
        """Participants per theme, of the themes that serve the question."""
        counts = self.session.counts(question.id)
        serving = self.session.codebook.for_question(question.key).by_id
        return {theme: counts.get(theme, 0) for theme in serving}

    def _show_theme(self) -> None:
        theme = self.theme
        if theme is None:
            self.query_one("#about", Plain).show("There is no theme yet: c makes one.", layout=True)
            self._quotes = []
        else:
            self.query_one("#about", Plain).show(*self._about(theme), layout=True)
            self._quotes = list(self.session.quotes(theme.id, self.question.id if self.question else None))
        self.call_after_refresh(self._let_definition_scroll)
        people = len({quote.participant for quote in self._quotes})
        title = f" Quotes {len(self._quotes)}, participants {people}"
        self.query_one("#quotes-title", Plain).show((title, "bold"))
        self.quotes.show_quotes(self._quotes)

    def _let_definition_scroll(self) -> None:
        """The definition takes the focus only where it is longer than its place."""
        definition = self.query_one("#definition", VerticalScroll)
        definition.can_focus = definition.max_scroll_y > 0

    def _about(self, theme: Theme) -> list[Piece]:
        pieces: list[Piece] = [(" > ".join(self.session.codebook.path(theme.id)), "bold")]
        for name, text in (
            ("", theme.definition or "No definition yet: e writes one."),
            ("Include: ", theme.include),
            ("Exclude: ", theme.exclude),
            ("Example: ", theme.example),
            ("Keywords: ", ", ".join(theme.keywords)),
        ):
            if text:
                pieces += [("\n" + name, "bold dim"), text]
        coded = sum(tally.get(theme.id, 0) for tally in self._tallies.values())
        if self.session.codebook.would_gain_from_definition(theme.id, coded):
            pieces.append(("\nWith so few codings, suggestions would gain most from a definition.", "dim"))
        if not self.question or len(self.session.questions) > 1:
            pieces.append(("\nParticipants: ", "bold dim"))
            for question in self.session.questions:
                number = self._tallies[question.id].get(theme.id)
                if number is not None:
                    pieces.append(f"{number} in “{one_line(question.prompt or question.key, 40)}”  ")
        return pieces

    @on(RowReached)
    def _reached(self, event: RowReached) -> None:
        if event.list_id == "themes":
            self._show_theme()

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        if event.list_id == "quotes" and event.index < len(self._quotes):
            self.dismiss(self._quotes[event.index].response_id)
        elif event.list_id == "themes" and self._quotes:
            self.quotes.focus()

    def say(self, message: str) -> None:
        self.query_one("#status", Plain).show((f" {' '.join(message.split())}", "bold $text-success"))

    def _show_at(self, theme_id: int | None) -> None:
        """Put the cursor on a theme, if it is shown."""
        at = next((i for i, (_, theme) in enumerate(self.themes.rows) if theme.id == theme_id), None)
        if at is not None:
            self.themes.move_to(at)
            self._show_theme()

    # --- shaping the themes --------------------------------------------------------------------------

    def action_define(self) -> None:
        if (theme := self.theme) is None:
            return

        def filled(fields: Mapping[str, object] | None) -> None:
            if fields:
                self.act(lambda: self.session.edit_theme(theme.id, **fields))

        self.app.push_screen(ThemeForm(theme), filled)

    def action_rename(self) -> None:
        if (theme := self.theme) is None:
            return

        def named(name: str | None) -> None:
            if name and name != one_line(theme.name, 200):
                self.act(lambda: self.session.edit_theme(theme.id, name=name))

        self.app.push_screen(Ask("Rename the theme", one_line(theme.name, 200)), named)

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
                self._show_at(done.theme_id if done else None)

        self.app.push_screen(Ask("Name of the new theme", note=f"It stands {place}."), named)

    def _choose_theme(self, title: str, without: set[int], top: str, chosen: Callable[[int | None], None]) -> None:
        """Ask for another theme; `top` is the choice of no theme, where that makes sense."""
        book = self.session.codebook
        choices = [Choice(top, None)] if top else []
        choices += [Choice(" > ".join(book.path(t.id)), t.id) for _, t in book.walk() if t.id not in without]

        def picked(choice: Choice | None) -> None:
            if choice is not None and not isinstance(choice.value, str):
                chosen(choice.value)

        self.app.push_screen(Choose(title, choices), picked)

    def action_move(self) -> None:
        if (theme := self.theme) is None:
            return

        def chosen(parent: int | None) -> None:
            self.act(lambda: self.session.move_theme(theme.id, parent))
            self._show_at(theme.id)

        without = set(self.session.codebook.below(theme.id))
        self._choose_theme(f"Put “{theme.name}” below", without, "(the top)", chosen)

    def action_merge(self) -> None:
        if (theme := self.theme) is None:
            return

        def chosen(target: int | None) -> None:
            if target is None:
                return

            def confirmed(yes: bool | None) -> None:
                if yes:
                    self.act(lambda: self.session.merge_themes(theme.id, target))
                    self._show_at(target)

            preview = self.attempt(lambda: self.session.merge_preview(theme.id, target))
            if preview is not None:
                self.app.push_screen(Confirm("Merge the two themes?", preview), confirmed)

        self._choose_theme(f"Merge “{theme.name}” into", {theme.id}, "", chosen)

    def action_delete(self) -> None:
        if (theme := self.theme) is None:
            return
        responses = len({quote.response_id for quote in self.session.quotes(theme.id)})
        text = f"“{theme.name}” is on {responses} responses. It goes with its codings; undo brings all back."

        def confirmed(yes: bool | None) -> None:
            if yes:
                self.act(lambda: self.session.delete_theme(theme.id))

        self.app.push_screen(Confirm("Delete the theme?", text), confirmed)

    # --- moving --------------------------------------------------------------------------------------

    def action_question(self) -> None:
        choices = [Choice("All questions", _ALL)]
        choices += [Choice(q.prompt or q.key, q.id) for q in self.session.questions]

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self.question = next((q for q in self.session.questions if q.id == choice.value), None)
                self.show_changes()

        self.app.push_screen(Choose("The themes of which question?", choices), chosen)

    def action_counts(self) -> None:
        def left(response_id: int | None) -> None:
            if response_id is not None:
                self.dismiss(response_id)
            else:
                self.show_changes()

        if question := self.question or next(iter(self.session.questions), None):
            self.app.push_screen(CountsScreen(self.session, question), left)

    def action_leave(self) -> None:
        if self.quotes.has_focus:
            self.themes.focus()
        else:
            self.dismiss(None)
