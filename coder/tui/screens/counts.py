"""The counts screen: every question in every view of it, as bars or as a table; each figure opens to its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.domain.corpus import Question
from coder.domain.memo import Place, Subject
from coder.tui.clipboard import copy
from coder.tui.looks import ground_of
from coder.tui.messages import CellReached, RowPicked, RowReached
from coder.tui.screens.counting import CountingScreen
from coder.tui.screens.exporting import export_shown
from coder.tui.screens.memos import write_memo
from coder.tui.screens.people import PeopleScreen
from coder.tui.views.view import Look, Shown, Spot
from coder.tui.views.words import question_line
from coder.tui.widgets.bars import Bars, scale_end
from coder.tui.widgets.grid import Grid
from coder.tui.widgets.palette import Paint, paints
from coder.tui.widgets.plain import Hint, KeyLine, Piece, Plain
from coder.tui.widgets.tabs import TabPicked, Tabs

if TYPE_CHECKING:
    from coder.session import Session

_KEYS = (
    ("list.choose", "people"),
    ("counts.question", "question"),
    ("counts.next_view", "view"),
    ("counts.base", "base"),
    ("counts.groups", "groups"),
    ("counts.table", "table"),
    ("counts.leave", "back"),
    ("counts.help", "help"),
    ("counts.sort", "sort"),
    ("counts.scale", "scale"),
    ("counts.whose", "coder"),
    ("counts.census", "intervals"),
    ("counts.test", "p values"),
    ("counts.export", "export"),
)
_OF_A_VIEW = frozenset({"base", "groups", "whose", "census", "test", "table", "sort", "scale", "memo"})


class CountsScreen(CountingScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "The counts screen"
    HELP = (
        "Q chooses a question, of any kind; the tabs below it are what there is to see of it, each with its key. "
        "Each participant counts once for a theme, however often they say it; a theme with sub-themes has theirs "
        "joined, not added. The bar is the share of the base, the whisker ├─┤ over it the 95 % Wilson interval. Enter "
        "opens a figure: the participants that it counts, and their words."
    )
    BINDINGS = [
        Binding(
            "Q", "question", "the counts of another question or wave, rated and chosen ones too", id="counts.question"
        ),
        Binding("1", "view('answers')", "participants per theme, or per answer", id="counts.answers"),
        Binding("2", "view('change')", "change between waves, of the same participants", id="counts.change"),
        Binding("3", "view('together')", "themes together: who has both of two themes", id="counts.together"),
        Binding("4", "view('beside')", "ratings beside themes: means with and without one", id="counts.beside"),
        Binding("5", "view('saturation')", "saturation: when new themes stopped coming", id="counts.saturation"),
        Binding("v", "next_view(1)", "the next view of the question", id="counts.next_view"),
        Binding("V", "next_view(-1)", "the view before", id="counts.view_before"),
        Binding("b,B", "base", "the next base: reviewed, answered, asked, all", id="counts.base"),
        Binding("g,G", "groups", "groups: by the values of an attribute", id="counts.groups"),
        Binding("w,W", "whose", "whose codings: everybody's or one coder's", id="counts.whose"),
        Binding("t,T", "table", "bars or table", id="counts.table"),
        Binding("s,S", "sort", "sort: in their own order, or the most frequent first", id="counts.sort"),
        Binding("z,Z", "scale", "scale of the bars: to 100 %, or to the longest", id="counts.scale"),
        Binding("p,P", "test", "p values of the differences between groups, or none", id="counts.test"),
        Binding("i,I", "census", "intervals, or none where everybody was asked", id="counts.census"),
        Binding(
            "e,E",
            "export",
            "export to a file: the table (CSV, XLSX) or the figure (SVG, PNG)",
            id="counts.export",
        ),
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
        self.shown = Shown()
        self.tabular = self.most_first = self.zoomed = False

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="prompt")
            yield Tabs(id="tabs")
            yield Plain(id="cut")
            yield Plain(id="plot")
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
        self.afterwards(self._show_heading)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what means something in the view at hand is a command."""
        if action == "view":
            return any(view.name == parameters[0] for view in self.views)
        if action == "next_view":
            return len(self.views) > 1
        if action == "test" and not self.cut.by:
            return False
        if action in _OF_A_VIEW:
            return action in self.view.uses
        return super().check_action(action, parameters)

    @property
    def bars(self) -> Bars:
        return self.query_one(Bars)

    @property
    def grid(self) -> Grid:
        return self.query_one(Grid)

    @property
    def front(self) -> Bars | Grid:
        """What is shown of the two."""
        return self.grid if self.grid.display else self.bars

    @property
    def spot(self) -> Spot | None:
        """The figure at the cursor."""
        if self.grid.display:
            return self.shown.cell_spot(self.grid.cursor, self.grid.column) if self.grid.count() else None
        return self.shown.bar_spot(self.bars.cursor) if self.bars.count() else None

    # --- what is shown -------------------------------------------------------------------------------

    def show_count(self) -> None:
        if self.counted is None:
            return
        here = self.spot
        self.shown = self.counted.found.shown(Look(self._paints, self.most_first))
        tabular = self.tabular or not self.shown.bars
        if self.grid.display != tabular:
            self.grid.display, self.bars.display = tabular, not tabular
            self.front.focus()
        end = scale_end(self.shown.bars) if self.zoomed else 1.0
        self.bars.show_rows(self.shown.bars, self.shown.of, end, self.shown.head)
        self.grid.show_cells(self.shown.cells, self.shown.head)
        self._keep_place(here)
        self.show_cut()
        self.query_one("#remarks", Plain).show(" ".join(self.shown.remarks), layout=True)
        self._show_spot()
        self.afterwards(self._show_heading)

    def _paints(self, key: str) -> Mapping[int, Paint]:
        """The colours of the themes of a question, as it is coded in them."""
        return paints([theme for _, theme in self.session.codebook.for_question(key).walk()], ground_of(self.app))

    def _keep_place(self, here: Spot | None) -> None:
        """Put the cursor on the figure it was on, if that is still shown; a table has it in the same column."""
        if here is None:
            return
        rows = range(self.grid.count() if self.grid.display else self.bars.count())
        column = self.grid.column
        spots = (self.shown.cell_spot(row, column) if self.grid.display else self.shown.bar_spot(row) for row in rows)
        at = next((row for row, spot in enumerate(spots) if spot and spot.place == here.place), None)
        if at is not None:
            self.front.move_to(at)

    def show_cut(self) -> None:
        """What is counted, in words: of the figures that are shown, not of those that are still being counted."""
        counted = self.counted
        asked = counted.asked if counted else self.asked
        self.query_one("#prompt", Plain).show(*question_line(asked), layout=True)
        views = self.views
        self.query_one(Tabs).show_tabs(
            [view.titles for view in views],
            views.index(self.view) if self.view in views else -1,
            [self.keys.names.name(f"counts.{view.name}") for view in views],
        )
        self.keys.show_keys([hint for hint in _KEYS if self._is_at_hand(hint)])
        pieces: list[Piece] = [(" counting … ", "reverse"), " "] if self.counting else []
        self.query_one("#cut", Plain).show(*pieces, *(self.shown.lines if counted else ()), layout=True)

    @property
    def keys(self) -> KeyLine:
        return self.query_one(KeyLine)

    def _is_at_hand(self, hint: Hint) -> bool:
        action = hint[0].removeprefix("counts.")
        return action not in _OF_A_VIEW or self.check_action(action, ()) is not False

    def _show_heading(self) -> None:
        self._show_plot()
        width = self.front.scrollable_content_region.width
        self.query_one("#counts-head", Plain).show((self.front.heading(width), "bold"))

    def _show_plot(self) -> None:
        """The curve of what the cursor is in; a third of the screen."""
        plot = self.query_one("#plot", Plain)
        lines: Sequence[str] = ()
        if self.shown.plot is not None:
            lines = self.shown.plot(self.grid.cursor, self.size.width - 2, max(4, self.size.height // 3))
        plot.display = bool(lines)
        plot.show("\n".join(lines), layout=True)

    @on(RowReached)
    @on(CellReached)
    def _show_spot(self) -> None:
        """The figure at the cursor, with its whole name."""
        spot = self.spot
        if isinstance(self.front, Grid):
            self._show_heading()
        if spot is None:
            self.say("")
        else:
            self.query_one("#status", Plain).show((f"{spot.title}: ", "bold"), spot.said)

    # --- other looks ---------------------------------------------------------------------------------

    @on(TabPicked)
    def _tab_picked(self, event: TabPicked) -> None:
        self.action_view(self.views[event.index].name)

    def action_table(self) -> None:
        if not self.shown.bars:
            self.say("There is a table of this alone.")
            return
        self.tabular = not self.tabular
        self.show_count()

    def action_sort(self) -> None:
        self.most_first = not self.most_first
        self.show_count()
        self.say("The most frequent first." if self.most_first else "In their own order.")

    def action_scale(self) -> None:
        self.zoomed = not self.zoomed
        self.show_count()
        self.say(f"The bars' scale ends at {100 * self.bars.end:g} %.")

    def action_memo(self) -> None:
        spot = self.spot
        if spot is not None and (theme_id := spot.theme_id) is not None:
            self.attempt(lambda: write_memo(self, Place(Subject.THEME, theme_id)))

    # --- taking it along -----------------------------------------------------------------------------

    def action_copy(self) -> None:
        from coder.exports import table_as_text

        if self.counted is not None:
            copy(self.app, table_as_text(*self.counted.found.table()), "the table")

    def action_export(self) -> None:
        if self.counted is not None:
            export_shown(self, self.counted)

    # --- opening -------------------------------------------------------------------------------------

    @on(RowPicked)
    def _open(self) -> None:
        spot = self.spot
        if spot is None or spot.behind is None:
            return

        def left(response_id: int | None) -> None:
            if response_id is not None:
                self.open_response(response_id)
            else:
                self.show_changes()

        self.app.push_screen(PeopleScreen(self.session, spot), left)

    def action_leave(self) -> None:
        self.dismiss(None)
