"""The counts screen: participants per theme as bars or as a table, by every cut; each figure opens to its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.domain import wording
from coder.domain.corpus import Question
from coder.domain.memo import Place, Subject
from coder.tui.clipboard import copy
from coder.tui.files import hand_over
from coder.tui.looks import ground_of
from coder.tui.messages import CellReached, RowPicked, RowReached
from coder.tui.screens.counting import CountingScreen
from coder.tui.screens.memos import write_memo
from coder.tui.screens.modals import Ask, Confirm
from coder.tui.screens.people import PeopleScreen
from coder.tui.widgets.bars import Bars, scale_end
from coder.tui.widgets.counted import Shown, Spot, cut_lines, question_line, remarks, shown_pairs, shown_tally
from coder.tui.widgets.grid import Cells, Grid
from coder.tui.widgets.palette import paints
from coder.tui.widgets.plain import KeyLine, Piece, Plain

if TYPE_CHECKING:
    from coder.session import Session

_KEYS = (
    ("list.choose", "people"),
    ("counts.question", "question"),
    ("counts.base", "base"),
    ("counts.groups", "groups"),
    ("counts.table", "table"),
    ("counts.leave", "back"),
    ("counts.help", "help"),
    ("counts.together", "together"),
    ("counts.sort", "sort"),
    ("counts.scale", "scale"),
    ("counts.export", "export"),
    ("counts.whose", "coder"),
)
_NOTHING = Shown((), (), Cells(), lambda _row, _column: None)


class CountsScreen(CountingScreen):
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
        Binding("e,E", "export", "export: write the table to a CSV or XLSX file", id="counts.export"),
        Binding("C,ctrl+c", "copy", "copy the table, to paste it into a spreadsheet", id="counts.copy"),
        Binding("N", "memo", "memo on the theme at the cursor", id="counts.memo"),
        Binding("u", "undo", "undo", id="counts.undo"),
        Binding("U,ctrl+r", "redo", "do again", id="counts.redo"),
        Binding("f8", "history", "all that was done, newest first", id="counts.history"),
        Binding("escape,q,f4", "leave", "back", id="counts.leave"),
        Binding("question_mark", "app.help", "help", id="counts.help"),
    ]

    def __init__(self, session: Session, question: Question) -> None:
        super().__init__(session, question)
        self.shown = _NOTHING
        self.tabular = self.most_first = self.zoomed = False

    def compose(self) -> ComposeResult:
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
        self.app.theme_changed_signal.subscribe(self, lambda _: self.show_count())
        self.count()
        self.keep_looking()

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

    # --- what is shown -------------------------------------------------------------------------------

    def show_count(self) -> None:
        from coder.analysis.tally import side_by_side

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
        self.bars.show_rows(self.shown.bars, f"of {wording.of_whom(self.tally.cut.base)}", end)
        self.grid.show_cells(self.shown.cells)
        self._keep_place(here)
        self.show_cut()
        self._show_remarks()
        self._show_spot()
        self.call_after_refresh(self._show_heading)

    def _keep_place(self, here: Spot | None) -> None:
        """Put the cursor on the figure it was on, if that is still shown."""
        places = [spot and spot.place for spot in self.shown.bar_spots]
        if here is not None and here.place in places:
            self.bars.move_to(places.index(here.place))

    def show_cut(self) -> None:
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
        if self.tally and not self.tally.questions:
            said.append("This question is not in the survey any more: Q goes to another.")
        elif not self.shown.cells.names:
            said.append("No theme serves this question yet: f2 on the coding screen makes some.")
        self.query_one("#remarks", Plain).show(" ".join([*said, wording.ADDING_UP]), layout=True)

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
        self.query_one("#status", Plain).show((f" {spot.title}: ", "bold"), wording.sentence(spot.figure))

    # --- other looks ---------------------------------------------------------------------------------

    def action_table(self) -> None:
        if self.pairs is not None or self.together:
            self.action_together()
            return
        self.tabular = not self.tabular
        self.show_count()

    def action_sort(self) -> None:
        self.most_first = not self.most_first
        self.show_count()
        self.say("The most mentioned first." if self.most_first else "In the order of the codebook.")

    def action_scale(self) -> None:
        self.zoomed = not self.zoomed
        self.show_count()
        self.say(f"The bars' scale ends at {100 * self.bars.end:g} %.")

    def action_memo(self) -> None:
        if (spot := self.spot) is not None:
            self.attempt(lambda: write_memo(self, Place(Subject.THEME, spot.theme_ids[0])))

    # --- taking it along -----------------------------------------------------------------------------

    def action_copy(self) -> None:
        from coder.exports import counts_as_text

        if (shown := self.pairs or self.tally) is not None:
            copy(self.app, counts_as_text(shown), "the table")

    def action_export(self) -> None:
        """Write what is shown to a file; one that is there already is replaced on a yes only."""
        if (shown := self.pairs or self.tally) is None:
            return
        project = self.session.project

        def named(name: str | None) -> None:
            from coder.exports import beside, export_counts

            if not name:
                return
            path = beside(project, name)

            def write(replace: bool) -> None:
                written = hand_over(
                    self.app, path.parent, path.name, lambda to: export_counts(to, shown).notices, replace=replace
                )
                self.run_worker(written, group="export")

            if path.exists() and not self.app.is_web:  # a browser has its own place for it
                question = Confirm("Replace the file?", f"{path.name} exists already.")
                self.app.push_screen(question, lambda yes: write(True) if yes else None)
            else:
                write(False)

        what = "together" if self.pairs else "counts"
        note = "CSV or XLSX, by the end of the name; in the folder of the project."
        self.app.push_screen(Ask("Write the table to which file?", f"{project.path.stem}-{what}.csv", note=note), named)

    # --- opening -------------------------------------------------------------------------------------

    @on(RowPicked)
    def _open(self) -> None:
        spot = self.spot
        if spot is None or self.tally is None:
            return

        def left(response_id: int | None) -> None:
            if response_id is not None:
                self.open_response(response_id)
            else:
                self.show_changes()

        self.app.push_screen(PeopleScreen(self.session, self.tally.cut, spot), left)

    def action_leave(self) -> None:
        self.dismiss(None)
