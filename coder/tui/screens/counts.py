"""The counts screen: participants per theme as bars or as a table, by every cut; each figure opens to its people."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.domain import figures
from coder.domain.corpus import Question
from coder.domain.tally import Base
from coder.errors import CoderError, NotFoundError
from coder.tui.looks import ground_of
from coder.tui.messages import CellReached, RowPicked, RowReached
from coder.tui.screens.modals import Choose
from coder.tui.screens.people import PeopleScreen
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.bars import Bars, scale_end
from coder.tui.widgets.counted import Shown, Spot, cut_lines, question_line, remarks, shown_pairs, shown_tally
from coder.tui.widgets.grid import Cells, Grid
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.palette import paints
from coder.tui.widgets.plain import KeyLine, Piece, Plain

if TYPE_CHECKING:
    from coder.analysis import CoOccurrence, Cut, Tally
    from coder.session import Session

_POLL = 1.0  # seconds between looks for what has changed
_KEYS = (
    ("list.choose", "people"),
    ("counts.question", "question"),
    ("counts.base", "base"),
    ("counts.groups", "groups"),
    ("counts.table", "table"),
    ("counts.together", "together"),
    ("counts.leave", "back"),
    ("app.help", "help"),
    ("counts.sort", "sort"),
    ("counts.scale", "scale"),
    ("counts.whose", "coder"),
)
_NOTHING = Shown((), (), Cells(), lambda _row, _column: None)


class CountsScreen(WorkScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "The counts screen"
    HELP = (
        "Each participant counts once for a theme, however often they say it; a theme with sub-themes has theirs "
        "joined, not added. The bar is the share of the base, the whisker ├─┤ over it the 95 % Wilson interval. Enter "
        "opens a figure: the participants that it counts, and their words. Together: how many have both of two themes."
    )
    BINDINGS = [
        Binding("Q", "question", "the counts of another question or wave", id="counts.question"),
        Binding("b,B", "base", "the next base: reviewed, answered, asked, all", id="counts.base"),
        Binding("g,G", "groups", "groups: by the values of an attribute", id="counts.groups"),
        Binding("w,W", "whose", "whose codings: everybody's or one coder's", id="counts.whose"),
        Binding("t,T", "table", "bars or table", id="counts.table"),
        Binding("v,V", "together", "themes together: who has both of two themes", id="counts.together"),
        Binding("s,S", "sort", "sort: codebook order, or the most mentioned first", id="counts.sort"),
        Binding("z,Z", "scale", "scale of the bars: to 100 %, or to the longest", id="counts.scale"),
        Binding("u", "undo", "undo", id="counts.undo"),
        Binding("U,ctrl+r", "redo", "do again", id="counts.redo"),
        Binding("escape,q,f4", "leave", "back", id="counts.leave"),
        Binding("question_mark", "app.help", "help", id="counts.help"),
    ]

    def __init__(self, session: Session, question: Question) -> None:
        from coder.analysis import Cut

        super().__init__()
        self.session = session
        self.cut: Cut = Cut(tuple(q.id for q in session.questions if q.key == question.key))
        self.tally: Tally | None = None  # what is shown, or the newest that was
        self.pairs: CoOccurrence | None = None
        self.shown = _NOTHING
        self.tabular = self.together = self.most_first = self.zoomed = False
        self.counting = False
        self._stop = Event()
        self._stale = False

    def compose(self) -> ComposeResult:
        yield Plain("coder needs a terminal of at least 60 × 16 cells.", id="too-small")
        with Vertical(id="desk"):
            yield Plain(id="prompt")
            yield Plain(id="cut")
            yield Plain(id="counts-head")
            yield Bars(id="bars")
            yield Grid(id="grid")
            yield Plain(id="remarks")
            yield Plain(id="status")
            yield KeyLine(*_KEYS, id="keys")

    def on_mount(self) -> None:
        self.grid.display = False
        self.bars.focus()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show())
        self._show_cut()
        self.count()
        self.set_interval(_POLL, self._look)

    def on_unmount(self) -> None:
        self._stop.set()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_heading)

    @property
    def bars(self) -> Bars:
        return self.query_one(Bars)

    @property
    def grid(self) -> Grid:
        return self.query_one(Grid)

    @property
    def view(self) -> Bars | Grid:
        """What is shown of the two."""
        return self.grid if self.grid.display else self.bars

    @property
    def spot(self) -> Spot | None:
        """The figure at the cursor."""
        if self.grid.display:
            return self.shown.cell_spot(self.grid.cursor, self.grid.column) if self.grid.count() else None
        return self.shown.bar_spots[self.bars.cursor] if self.bars.count() else None

    # --- counting ------------------------------------------------------------------------------------

    def _look(self) -> None:
        if self.on_top and self.session.changed():
            self.show_changes()

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
        self._show_cut()
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
        self._show()
        if self._stale:
            self.count()

    def _read(self, cut: Cut, together: bool, stop: Event) -> tuple[Tally, CoOccurrence | None]:
        from coder.analysis import co_occurrence, tally

        counted = tally(self.session.project, cut, stopped=stop.is_set)
        if not together or not counted.questions:
            return counted, None
        question = counted.questions[0].question.id
        return counted, co_occurrence(self.session.project, cut, question, stopped=stop.is_set)

    def _refused(self, error: CoderError, cut: Cut) -> None:
        """Say why; where the attribute or the coder is no longer there, count without."""
        self.explain(error)
        if isinstance(error, NotFoundError) and (cut.by or cut.coder):
            self.cut = replace(cut, by="", coder="")
            self.count()
        else:
            self._show_cut()

    # --- what is shown -------------------------------------------------------------------------------

    def _show(self) -> None:
        from coder.analysis import side_by_side

        if self.tally is None:
            return
        here = self.spot
        if self.pairs is not None:
            self.shown = shown_pairs(self.pairs)
        else:
            table = side_by_side(self.tally, most_first=self.most_first)
            keys = {asked.question.key for asked in self.tally.questions}
            book = self.session.codebook.for_question(next(iter(keys), ""))  # its colours are those of the coding
            self.shown = shown_tally(table, paints([theme for _, theme in book.walk()], ground_of(self.app)))
        tabular = self.tabular or self.pairs is not None
        if self.grid.display != tabular:
            self.grid.display, self.bars.display = tabular, not tabular
            self.view.focus()
        end = scale_end(self.shown.bars) if self.zoomed else 1.0
        self.bars.show_rows(self.shown.bars, f"of {figures.of_whom(self.tally.cut.base)}", end)
        self.grid.show_cells(self.shown.cells)
        self._keep_place(here)
        self._show_cut()
        self._show_remarks()
        self._show_spot()
        self.call_after_refresh(self._show_heading)

    def _keep_place(self, here: Spot | None) -> None:
        """Put the cursor on the figure it was on, if that is still shown."""
        places = [spot and spot.place for spot in self.shown.bar_spots]
        if here is not None and here.place in places:
            self.bars.move_to(places.index(here.place))

    def _show_cut(self) -> None:
        """What is counted, in words: of the figures that are shown, not of those that are still being counted."""
        cut = self.tally.cut if self.tally else self.cut
        self.query_one("#prompt", Plain).show(
            *question_line([q for q in self.session.questions if q.id in cut.questions]), layout=True
        )
        pieces: list[Piece] = [(" counting … ", "reverse"), " "] if self.counting else []
        if self.tally is not None:
            pieces += cut_lines(self.tally, self.pairs)
            pieces += [" · most mentioned first"] if self.most_first and self.pairs is None else []
        self.query_one("#cut", Plain).show(*pieces, layout=True)

    def _show_heading(self) -> None:
        view = self.view
        width = view.scrollable_content_region.width
        self.query_one("#counts-head", Plain).show((view.heading(width), "bold"))

    def _show_remarks(self) -> None:
        said = list(remarks(self.tally)) if self.tally else []
        if not self.shown.cells.names:
            said.append("No theme serves this question yet: f2 on the coding screen makes some.")
        self.query_one("#remarks", Plain).show(" ".join([*said, figures.ADDING_UP]), layout=True)

    @on(RowReached)
    @on(CellReached)
    def _show_spot(self) -> None:
        """The figure at the cursor, with its theme's whole name."""
        spot = self.spot
        if isinstance(self.view, Grid):
            self._show_heading()
        if spot is None or self.tally is None:
            self.say("")
            return
        self.query_one("#status", Plain).show((f" {spot.title}: ", "bold"), figures.sentence(spot.figure))

    def say(self, message: str) -> None:
        self.query_one("#status", Plain).show((f" {' '.join(message.split())}", "bold $text-success"))

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
        from coder.analysis import who_coded

        self._choose_one("Whose codings?", "everybody's together", "coder", who_coded(self.session.project))

    def _choose_one(self, title: str, none: str, part: str, names: list[str]) -> None:
        """Ask for one name, or for none, as a part of the cut."""
        choices = [Choice(none, ""), *(Choice(name, name) for name in names)]

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._cut(**{part: str(choice.value)})

        self.app.push_screen(Choose(title, choices), chosen)

    # --- other looks ---------------------------------------------------------------------------------

    def action_table(self) -> None:
        if self.pairs is not None or self.together:
            self.action_together()
            return
        self.tabular = not self.tabular
        self._show()

    def action_together(self) -> None:
        self.together = not self.together
        self.count()

    def action_sort(self) -> None:
        self.most_first = not self.most_first
        self._show()
        self.say("The most mentioned first." if self.most_first else "In the order of the codebook.")

    def action_scale(self) -> None:
        self.zoomed = not self.zoomed
        self._show()
        self.say(f"The bars' scale ends at {100 * self.bars.end:g} %.")

    # --- opening -------------------------------------------------------------------------------------

    @on(RowPicked)
    def _open(self) -> None:
        spot = self.spot
        if spot is None or self.tally is None:
            return

        def left(response_id: int | None) -> None:
            if response_id is not None:
                self.dismiss(response_id)
            else:
                self.show_changes()

        self.app.push_screen(PeopleScreen(self.session, self.tally.cut, spot), left)

    def action_leave(self) -> None:
        self.dismiss(None)
