"""The themes screen: every theme with its people and the words behind it, and all that can be done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll

from coder.domain.alike import Alike, alike_names
from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question
from coder.domain.display import one_line
from coder.domain.memo import Place, Subject
from coder.tui.background import Background
from coder.tui.keys import theme_keys
from coder.tui.latest import Latest
from coder.tui.looks import ground_of
from coder.tui.messages import RowPicked, RowReached
from coder.tui.screens.cases import Cases, Listed, Tab
from coder.tui.screens.counts import CountsScreen
from coder.tui.screens.memos import write_memo
from coder.tui.screens.modals import Choose, Read
from coder.tui.screens.shaping import SHAPING, ShapingScreen
from coder.tui.widgets.cases import CaseList
from coder.tui.widgets.lists import Choice, ThemeList
from coder.tui.widgets.palette import Paint, paints
from coder.tui.widgets.plain import KeyLine, Piece, Plain
from coder.tui.widgets.tabs import TabPicked

if TYPE_CHECKING:
    from coder.cases import QuoteKey
    from coder.session import Session

_ALL = "all"
_MOST_COLUMNS = 3  # questions whose counts stand side by side
_OF_THEMES = (
    ("themes.define", "define"),
    ("themes.rename", "rename"),
    ("themes.new", "new"),
    ("themes.merge", "merge"),
    ("themes.other_side", "quotes"),
    ("themes.undo", "undo"),
    ("themes.leave", "back"),
    ("themes.help", "help"),
    ("themes.nest", "nest"),
    ("themes.up themes.down", "order"),
    ("themes.colour", "colour"),
    ("themes.archive", "archive"),
    ("themes.delete", "delete"),
    ("themes.question", "question"),
)
_OF_CASES = (
    ("list.choose", "open"),
    ("themes.tick", "tick"),
    ("themes.find", "find"),
    ("themes.tick_all", "tick all"),
    ("themes.split", "split"),
    ("themes.star", "star"),
    ("themes.leave", "themes"),
    ("themes.help", "help"),
    ("themes.whole", "whole"),
    ("themes.facts", "people"),
    ("themes.read_before", "read again"),
    ("themes.undo", "undo"),
)
_TYPING = (("enter", "keep the words"), ("themes.leave", "show all quotes"))


class ThemesScreen(ShapingScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "The themes screen"
    HELP = (
        "The number at the right of a theme is its participants, each counted once; a theme with sub-themes has theirs "
        "joined, not added. ≈ marks a theme whose name is much like another's. Below the definition stand the words "
        "behind the theme (1), the reviewed responses that lack it though their words speak for it (2), and those that "
        "were reviewed before it existed and so may lack it unseen (3).\n\n"
        "An archived theme is in no codebook, count, suggestion or export; its codings stay, and its sub-themes go "
        "along. What was reviewed while it was away does not count as without it when it comes back. Order, colour and "
        "key leave reviews as good as they were. A theme that is split off another counts as read by whoever was read "
        "for that one: it is a part of it. Everything here can be undone."
    )
    BINDINGS = [
        *SHAPING,
        Binding("tab", "app.focus_next", "to the quotes and back; enter opens a response", id="themes.other_side"),
        Binding("1", "tab(0)", "its quotes", id="themes.quotes"),
        Binding("2", "tab(1)", "its negative cases", id="themes.negative"),
        Binding("3", "tab(2)", "what was reviewed before it existed", id="themes.before"),
        Binding("B", "read_before", "read these again, one after the other", id="themes.read_before"),
        Binding("slash", "find", "find words in its quotes, or site:Utrecht, wave:2024", id="themes.find"),
        Binding("space", "tick", "tick the quote, for a split", id="themes.tick"),
        Binding("A", "tick_all", "tick all quotes that are listed, or none", id="themes.tick_all"),
        Binding("asterisk", "star", "star (or unstar) the quote", id="themes.star"),
        Binding("w", "whole", "the whole response, and who said it", id="themes.whole"),
        Binding("i", "facts", "what is known about each person, beside the quotes", id="themes.facts"),
        Binding("N", "memo", "a memo on the theme or the quote; or read those there are", id="themes.memo"),
        Binding("Q", "question", "the themes of one question, or of all", id="themes.question"),
        Binding("f4", "counts", "counts: participants per theme, and the people behind them", id="themes.counts"),
        Binding("escape,f2,q", "leave", "back to coding", id="themes.leave"),
        Binding("question_mark", "app.help", "help", id="themes.help"),
    ]

    def __init__(
        self, session: Session, question: Question | None, background: Background | None = None, at: int | None = None
    ) -> None:
        """`at`: the theme to begin with; later the one at the cursor."""
        super().__init__()
        self.session = session
        self.question = question
        self.at = at
        self.background = background
        self._paints: Mapping[int, Paint] = {}
        self._alike: Sequence[Alike] = ()
        self._tallies: Mapping[int, Mapping[int, int]] = {}  # participants per theme, by question
        self._counting: Latest[Mapping[int, Mapping[int, int]]] = Latest(self, self._counted, self.explain)

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
                    yield Cases(self.session, self.background, id="cases")
            yield Plain(id="status")
            yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self.themes.focus()
        self.query_one(KeyLine).show_keys(_OF_THEMES)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.show_changes())
        begin = self.at
        self.show_changes()
        self.show_at(begin)
        self.keep_looking()

    @property
    def themes(self) -> ThemeList:
        return self.query_one(ThemeList)

    @property
    def cases(self) -> Cases:
        return self.query_one(Cases)

    @property
    def theme(self) -> Theme | None:
        return self.themes.theme

    @property
    def ticked(self) -> Sequence[QuoteKey]:
        return self.cases.ticked

    def untick(self) -> None:
        self.cases.untick()

    # --- what is shown -------------------------------------------------------------------------------

    def show_changes(self) -> None:
        book = self._book()
        self.themes.show_noted(self.session.noted_themes())
        order = [theme for _, theme in book.walk()]
        self._paints = paints(order, ground_of(self.app))
        self._alike = alike_names(book)
        alike = frozenset(theme for pair in self._alike for theme in (pair.first, pair.second))
        self.themes.show_book(book, theme_keys(book, self.taken), self._paints, alike)
        about = self.question.prompt or self.question.key if self.question else "all questions"
        self.query_one("#prompt", Plain).show(("Themes of: ", "bold dim"), " ".join(about.split()), layout=True)
        self.query_one("#themes-title", Plain).show(
            (f" Themes {len(order)}", "bold"), ("   participants" if self._columns() else "", "dim")
        )
        self._count()
        self._show_theme()

    def _book(self) -> Codebook:
        book = self.session.codebook
        return book.for_question(self.question.key) if self.question else book

    def _columns(self) -> Sequence[Question]:
        """The questions whose counts stand beside the themes."""
        questions = [self.question] if self.question else list(self.session.questions)
        return questions if len(questions) <= _MOST_COLUMNS else ()

    def _count(self) -> None:
        """Count the participants of each theme that serves a question, aside."""
        session, book = self.session, self.session.codebook

        def read() -> Mapping[int, Mapping[int, int]]:
            tallies = {}
            for question in session.questions:
                counts, serving = session.counts(question.id), book.for_question(question.key).by_id
                tallies[question.id] = {theme: counts.get(theme, 0) for theme in serving}
            return tallies

        self._counting.ask(read)

    def _counted(self, tallies: Mapping[int, Mapping[int, int]]) -> None:
        self._tallies = tallies
        self.themes.show_counts([tallies[q.id] for q in self._columns() if q.id in tallies])
        self._show_about()

    def _show_theme(self) -> None:
        theme, book = self.theme, self.session.codebook
        self.at = theme.id if theme else None
        self._show_about()
        subject = Listed(theme, book, self.question, self._paints) if theme else None
        self.cases.show_theme(subject)

    def _show_about(self) -> None:
        none_yet = f"There is no theme yet: {self.key('themes.new')} makes one."
        pieces = self._about(self.theme) if self.theme else [none_yet]
        self.query_one("#about", Plain).show(*pieces, layout=True)
        self.afterwards(self._let_definition_scroll)

    def _let_definition_scroll(self) -> None:
        """The definition takes the focus only where it is longer than its place."""
        definition = self.query_one("#definition", VerticalScroll)
        definition.can_focus = definition.max_scroll_y > 0

    def _about(self, theme: Theme) -> list[Piece]:
        pieces: list[Piece] = [(" > ".join(self.session.codebook.path(theme.id)), "bold")]
        for pair in self._alike:
            if theme.id in (pair.first, pair.second):
                other = pair.second if theme.id == pair.first else pair.first
                path = " > ".join(self.session.codebook.path(other))
                pieces.append(
                    (
                        f"\n≈ Much like “{path}” ({pair.how}): {self.key('themes.merge')} merges the two.",
                        "$text-warning",
                    )
                )
        for name, text in (
            ("", theme.definition or f"No definition yet: {self.key('themes.define')} writes one."),
            ("Include: ", theme.include),
            ("Exclude: ", theme.exclude),
            ("Example: ", theme.example),
            ("Keywords: ", ", ".join(theme.keywords)),
        ):
            if text:
                pieces += [("\n" + name, "bold dim"), text]
        coded = sum(tally.get(theme.id, 0) for tally in self._tallies.values())
        if self._tallies and self.session.codebook.would_gain_from_definition(theme.id, coded):
            pieces.append(("\nWith so few codings, suggestions would gain most from a definition.", "dim"))
        if not self.question or len(self.session.questions) > 1:
            pieces.append(("\nParticipants: ", "bold dim"))
            for question in self.session.questions:
                number = self._tallies.get(question.id, {}).get(theme.id)
                if number is not None:
                    pieces.append(f"{number} in “{one_line(question.prompt or question.key, 40)}”  ")
        return pieces

    @on(RowReached)
    def _reached(self, event: RowReached) -> None:
        if event.list_id == "themes":
            self._show_theme()

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        passage = self.cases.rows.passage
        if event.list_id == "quotes" and passage is not None:
            if self.cases.tab is Tab.BEFORE and self.cases.subject is not None:
                self.going_through = self.cases.subject.before
            self.dismiss(passage.response_id)
        elif event.list_id == "themes":
            self.cases.rows.focus()

    def on_descendant_focus(self) -> None:
        typing = _TYPING if self.cases.field.has_focus else _OF_THEMES
        self.query_one(KeyLine).show_keys(_OF_CASES if self._in_cases else typing)

    @property
    def _in_cases(self) -> bool:
        return isinstance(self.focused, CaseList)

    def show_at(self, theme_id: int | None) -> None:
        at = next((i for i, (_, theme) in enumerate(self.themes.rows) if theme.id == theme_id), None)
        if at is not None:
            self.themes.move_to(at)
            self._show_theme()

    # --- the cases -----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, no key is a command but the one that leaves."""
        if self.query(Cases) and self.cases.field.has_focus and action not in ("leave", "app.focus_next"):
            return False
        return super().check_action(action, parameters)

    @on(TabPicked)
    def _tab_picked(self, event: TabPicked) -> None:
        self.action_tab(event.index)

    def action_tab(self, tab: int) -> None:
        self.cases.show_tab(Tab(tab))

    def action_find(self) -> None:
        self.cases.find()

    def action_tick(self) -> None:
        self.cases.tick()

    def action_tick_all(self) -> None:
        self.cases.tick_all()

    def action_facts(self) -> None:
        self.say("What is known about each person stands beside them." if self.cases.show_facts() else "")

    def action_star(self) -> None:
        passage = self.cases.rows.passage
        if passage is None:
            return
        span = passage.spans[0] if self.cases.tab is Tab.QUOTES and passage.spans else None
        change = self.session.unstar if passage.starred else self.session.star
        self.act(lambda: change(passage.response_id, span))

    def action_memo(self) -> None:
        """Write or read a memo on what has the cursor."""
        passage = self.cases.rows.passage if self._in_cases else None
        if passage is not None:
            coding, response = passage.key[0], passage.response_id
            place = Place(Subject.CODING, coding) if coding else Place(Subject.RESPONSE, response)
        elif self.theme is not None:
            place = Place(Subject.THEME, self.theme.id)
        else:
            return
        self.attempt(lambda: write_memo(self, place))

    def action_whole(self) -> None:
        """Show all of the response at the cursor, and what is known about the person."""
        from coder.cases import read_responses

        passage = self.cases.rows.passage
        if passage is None:
            return
        pieces: list[Piece] = []
        at = 0
        for span in passage.spans:
            pieces += [passage.text[at : span.start], (passage.text[max(at, span.start) : span.end], "bold underline")]
            at = max(at, span.end)
        pieces.append(passage.text[at:])
        for known in read_responses(self.session.project, [passage.response_id], facts=True):
            pieces += [piece for label, value in known.facts for piece in ((f"\n{label}: ", "dim"), value)]
        self.app.push_screen(Read(passage.participant, *pieces))

    def action_read_before(self) -> None:
        """Go through what was reviewed before the theme existed."""
        if self.cases.subject is None or not self.cases.before:
            self.say("No response that lacks the theme was reviewed before it existed.")
            return
        self.going_through = self.cases.subject.before
        self.dismiss(self.cases.before[0])

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
        if self.cases.field.has_focus:
            self.cases.leave_field(keep=False)
        elif self._in_cases:
            self.themes.focus()
        else:
            self.dismiss(None)
