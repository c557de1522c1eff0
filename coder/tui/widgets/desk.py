"""The frame of the coding screen: where everything about one response stands. It shows, and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from coder.domain.codebook import Codebook
from coder.domain.coding import Span
from coder.domain.corpus import Question
from coder.domain.display import one_line
from coder.domain.queue import Queue
from coder.domain.wording import counted
from coder.tui.walk import Walk
from coder.tui.widgets.describe import Legend, lines_of, memos_of, person_of, quoted
from coder.tui.widgets.lists import CodingList, ResponseList, ThemeList
from coder.tui.widgets.marks import Mark
from coder.tui.widgets.plain import KeyLine, Piece, Plain, TextField
from coder.tui.widgets.response_pane import ResponsePane

ORDERS: Mapping[Queue, str] = {
    Queue.FILE: "in file order",
    Queue.RANDOM: "at random",
    Queue.USEFUL: "most useful first",
    Queue.CERTAIN: "most certain first",
}
"""How the queues are called on the screen."""

_HINTS: tuple[tuple[str, str], ...] = (
    ("response.letters", "select"),
    ("1-9", "theme"),
    ("code.choose_theme", "choose"),
    ("code.review", "next"),
    ("code.help", "help"),
    ("code.undo", "undo"),
    ("code.redo", "redo"),
    ("code.themes", "themes"),
    ("code.history", "history"),
    ("code.next code.previous", "move"),
    ("code.remove", "remove"),
    ("code.search", "search"),
    ("code.unreview", "not reviewed"),
    ("code.question", "question"),
    ("code.filter", "filter"),
    ("code.queue", "order"),
    ("app.quit", "quit"),
)
_HINTS_LETTERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "first": (("a-z 0-9", "the first word"), ("code.escape", "leave")),
    "last": (("A-Z", "the last word"), ("1-9", "theme"), ("code.choose_theme", "choose"), ("code.escape", "leave")),
}
_HINTS_SELECTED: tuple[tuple[str, str], ...] = (
    ("1-9", "theme"),
    ("code.choose_theme", "choose"),
    ("code.undo", "undo"),
    ("code.in_vivo", "in vivo"),
    ("code.mark", "mark"),
    ("code.escape", "clear"),
    ("response.select_on response.select_back", "more, less"),
    ("response.sentence", "sentence"),
    ("code.remove", "remove"),
    ("code.help", "help"),
)

if TYPE_CHECKING:
    from coder.session import Figures, Progress, ResponseView


class Desk(Vertical):
    """Header, responses, the response with its codings, the codebook, and two lines at the foot."""

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = title
        self._said = ""
        self._counts: Mapping[int, int] | None = None
        self._hints = (_HINTS, _HINTS_SELECTED)
        self._progress_width = 0

    def compose(self) -> ComposeResult:
        with Horizontal(id="head"):
            yield Plain(*self._head(), id="title")
            yield Plain(id="progress")
        yield Plain(id="narrowed")
        yield Plain(id="prompt")
        with Horizontal(id="work"):
            with Vertical(id="queue"):
                yield Plain(id="queue-title")
                yield ResponseList(id="responses")
            with Vertical(id="middle"):
                yield Plain(id="person")
                yield ResponsePane(id="response")
                yield Plain(id="codings-title")
                yield CodingList(id="codings")
            with Vertical(id="side"):
                yield Plain(id="themes-title")
                yield ThemeList(id="themes")
        yield TextField(placeholder="words to search for; enter searches, esc leaves", id="search", compact=True)
        yield Plain(id="status")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self.query_one("#themes").can_focus = False
        self.search.display = self.query_one("#narrowed").display = False
        self.pane.follow = self._follow
        self.query_one(KeyLine).show_keys(_HINTS)

    @property
    def pane(self) -> ResponsePane:
        return self.query_one(ResponsePane)

    @property
    def responses(self) -> ResponseList:
        return self.query_one(ResponseList)

    @property
    def themes(self) -> ThemeList:
        return self.query_one(ThemeList)

    @property
    def codings(self) -> CodingList:
        return self.query_one(CodingList)

    @property
    def search(self) -> TextField:
        return self.query_one("#search", TextField)

    # --- state comes down ----------------------------------------------------------------------------

    def show_question(self, question: Question, number: int, of: int) -> None:
        which = f"Question {number} of {of}" if of > 1 else "Question"
        wave = f", {one_line(question.wave, 20)}" if question.wave else ""
        prompt = " ".join(question.prompt.split()) or question.key
        self.query_one("#prompt", Plain).show((f"{which}{wave}: ", "bold dim"), prompt, layout=True)

    def show_legend(self, legend: Legend) -> None:
        self.themes.show_book(legend.book, legend.keys, legend.paints)

    def show_view(
        self, view: ResponseView, legend: Legend, marks: Sequence[Mark], suggestion: int, *, fresh: bool
    ) -> None:
        """The response and what was done to it; `fresh`: it is another one than before."""
        if fresh:
            self._said = ""
            self.pane.show_text(view.response.text, marks)
        else:
            self.pane.show_marks(marks)
        person, facts = person_of(view)
        state = ("  ✓ reviewed", "$text-success") if view.reviewed else ("", "")
        stale = ("  before a theme existed: look again", "$text-warning") if view.stale else ("", "")
        replaced = ("", "")
        if view.replaced and not view.reviewed:
            key = self.query_one(KeyLine).names.name("code.earlier")
            replaced = (f"  changed by an import ({key}: the old text)", "$text-warning")
        self.query_one("#person", Plain).show(
            (f" {person}", "bold"), state, stale, replaced, memos_of(view), (f"   {facts}", "dim")
        )
        lines = lines_of(view, legend)
        first = len(lines) - len(view.suggestions)
        self.codings.show_lines(lines, legend.keys, legend.paints, first + suggestion if view.suggestions else None)
        self._title_codings(len(view.codings), len(view.suggestions))
        self.themes.show_counts((self._counts,), frozenset(c.theme_id for c in view.codings))

    def _title_codings(self, codings: int, suggestions: int) -> None:
        pieces: list[Piece] = [(f" Codings {codings}" if codings else " No theme yet", "bold")]
        if suggestions:
            name = self.query_one(KeyLine).names.name
            answers = (
                f": {name('code.accept')} accept, {name('code.reject')} dismiss, {name('code.next_suggestion')} next"
            )
            pieces += [(f" ▸ suggestions {suggestions}", "bold"), (answers, "dim")]
        self.query_one("#codings-title", Plain).show(*pieces)

    def show_figures(self, figures: Figures | None, book: Codebook) -> None:
        """Participants per theme of the question, None until they are counted; shown with the next view."""
        self._counts = figures.participants if figures else None
        name = self.query_one(KeyLine).names.name
        beside = "participants" if book.themes else f"{name('code.choose_theme')} or {name('code.in_vivo')} makes one"
        self.query_one("#themes-title", Plain).show((f" Themes {len(book.themes)}", "bold"), (f"   {beside}", "dim"))

    def show_progress(self, walk: Walk, progress: Progress | None, *, aside: str, going_on: bool) -> None:
        """Where one is, and how far the work is; `…` for what is not known yet.

        `aside` is what the helper is at; `going_on`: each theme's key goes to the next response.
        """
        pieces: list[Piece] = [(" apply and next ", "bold reverse"), "  "] if going_on else []
        if aside:
            pieces.append((f"{aside}  ", "italic dim"))
        if walk.order is not Queue.FILE:
            pieces.append((f"{ORDERS[walk.order]}  ", "$text-accent"))
        pieces.append((f"{walk.at + 1}/{len(walk.ids)}" if walk.whole else "…/…", "bold"))
        reviewed, answered = (progress.reviewed, progress.answered) if progress else ("…", "…")
        pieces.append(f"   reviewed {reviewed} of {answered} ")
        width = cell_len("".join(p if isinstance(p, str) else p[0] for p in pieces))
        other, self._progress_width = width != self._progress_width, width
        self.query_one("#progress", Plain).show(*pieces, layout=other)  # a new layout touches the whole screen

    def show_narrowed(self, asked: str, responses: int, people: str) -> None:
        """What a search and a filter leave; nothing where all responses are shown. `people`: "" until counted."""
        of_all = ("   ▽ not all of them", "dim") if asked else ("", "")
        self.query_one("#queue-title", Plain).show((f" Responses {responses:,}", "bold"), of_all)
        line = self.query_one("#narrowed", Plain)
        line.display = bool(asked)
        found = f"  {counted(responses, 'response')}"
        if people:
            found += f" of {people} participant{'' if people == '1' else 's'}"
        line.show((" ▽ ", "bold"), (asked, "bold"), found, ("   esc all", "dim"))

    def _head(self) -> list[Piece]:
        return [(" coder ", "bold reverse"), " ", (one_line(self._title, 40), "bold")]

    def show_coder(self, name: str) -> None:
        """Say whose coding this is."""
        self.query_one("#title", Plain).show(*self._head(), (f"  {one_line(name, 20)}", "dim"))

    def show_nothing(self, text: str, hint: str) -> None:
        self.pane.show_text(text)
        self.say(hint)

    # --- the status line -----------------------------------------------------------------------------

    def say(self, message: str) -> None:
        """Tell what the last key did; it stays until the caret moves."""
        self._said = message
        self._show_status(self.pane.selection)

    def _follow(self, selection: Span | None) -> None:
        self._said = ""
        self._show_status(selection)

    def _show_status(self, selection: Span | None) -> None:
        pieces: list[Piece] = []
        if self._said:
            pieces.append((f" {' '.join(self._said.split())} ", "bold $text-success"))
        if selection:
            room = self.size.width - cell_len(self._said) - len("  selected  ")
            pieces += [(" selected ", "dim"), (quoted(self.pane.text, selection, room), "bold")]
        elif self.pane.mode == "free":
            pieces.append((" selecting: every move takes more", "dim"))
        elif not self._said:
            pieces.append((" nothing selected: a theme's key codes the whole response", "dim"))
        self.query_one("#status", Plain).show(*pieces)
        self._show_keys(selection)

    def _show_keys(self, selection: Span | None) -> None:
        hints = _HINTS_LETTERS.get(self.pane.mode) or self._hints[bool(selection)]
        self.query_one(KeyLine).show_keys(hints)

    def show_steps(self, undo: tuple[str, bool] | None, redo: tuple[str, bool] | None) -> None:
        """Say beside their keys what undo would take back, and what would be done again."""
        steps = {
            f"code.{verb}": f"{verb}: {one_line(step[0], room)}" if step else ""
            for verb, step, room in (("undo", undo, 30), ("redo", redo, 14))
        }
        plain, selected = (
            tuple((key, said) for key, does in hints if (said := steps.get(key, does)))
            for hints in (_HINTS, _HINTS_SELECTED)
        )
        if self._hints != (plain, selected):
            self._hints = plain, selected
            self._show_keys(self.pane.selection)

    def on_resize(self) -> None:
        self._show_status(self.pane.selection)
