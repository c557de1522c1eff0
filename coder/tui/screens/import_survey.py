"""A survey file becomes a project: what each column is taken for, what to change of it, then the import itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.domain.display import one_line
from coder.errors import CoderError
from coder.tui.messages import RowPicked
from coder.tui.screens.leaving import Leaving, Modal
from coder.tui.screens.modals import Ask, Choose, explanation
from coder.tui.screens.paths import ChoosePath
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.plain import KeyLine, Piece, Plain
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coder.formats.survey.detect import Table
    from coder.formats.survey.plan import Column, ColumnPlan
    from coder.imports import SurveyRequest

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".ods", ".sav", ".zsav", ".parquet", ".jsonl", ".ndjson")
_MEANINGS = {
    "id": "tells participants apart",
    "open": "an open question: its answers are coded",
    "rating": "a question answered by a number",
    "choice": "a question with one of several answers",
    "multi": "a question with several answers at once",
    "attribute": "a fact about the participant",
    "ignore": "left out",
}
"""What a column can be taken for here; of long files only some of it."""
_LONG = ("id", "attribute", "ignore")


class CancelledError(CoderError):
    """An import was cancelled; nothing of it is left."""


class ColumnList(Rows):
    """The columns of a file, each with what it is taken for and examples of what is in it."""

    PART = "In the list of columns"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns: Sequence[Column] = ()

    def show_columns(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.changed()

    def count(self) -> int:
        return len(self.columns)

    def tops(self, width: int) -> Sequence[int]:  # noqa: ARG002
        return range(0, 2 * len(self.columns) + 1, 2)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        column = self.columns[row]
        here = "▸ " if row == self.cursor else "  "
        role = column.role.value
        quiet = DIM if role == "ignore" else BOLD
        wave = f"   wave {column.wave}" if column.wave else ""
        examples = " | ".join(" ".join(e[:80].split()) for e in column.examples)
        about = f"{column.why}: " if column.why else ""
        return [
            [(here, BOLD), (f"{role:<10}", quiet), (fit(column.header + wave, width - 12), quiet)],
            [("            ", PLAIN), (fit(f"{about}{examples or 'empty'}", width - 12), DIM)],
        ]


class PreviewScreen(Leaving[bool]):
    """The plan of a file, before anything is written. Gives back whether to import with it."""

    TITLE = "What the columns are"
    HELP = (
        "Nothing is written yet. Each column of the file stands here with what it is taken for. Enter changes that; "
        "f2 goes on to the import. What can't be said here can be said in a plan: coder import survey --plan-only."
    )
    BINDINGS = [
        Binding("r", "role", "take the column for something else (enter, too)", id="preview.role"),
        Binding("f2", "import", "import with this plan", id="preview.import_survey"),
        Binding("question_mark", "app.help", "help", id="preview.help"),
        Binding("escape,q", "dismiss(False)", "back, without importing", id="preview.leave"),
    ]

    def __init__(self, source: Path, request: SurveyRequest, table: Table, plan: ColumnPlan) -> None:
        super().__init__()
        self.source, self.request, self.plan = source, request, plan
        self._table = table

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="plan-title")
            yield ColumnList(id="columns")
            yield Plain(id="notes")
            yield Plain(id="status")
            yield KeyLine(
                ("preview.import_survey", "import"),
                ("preview.role list.choose", "change what a column is"),
                ("preview.leave", "back"),
                ("preview.help", "help"),
            )

    def on_mount(self) -> None:
        self.columns.focus()
        self._show()

    @property
    def columns(self) -> ColumnList:
        return self.query_one(ColumnList)

    def _show(self) -> None:
        roles = [column.role.value for column in self.plan.columns]
        open_ones = sum(role in ("open", "text") for role in roles)
        layout = "a row per participant" if self.plan.layout.value == "wide" else "a row per response"
        title: list[Piece] = [(f" {one_line(self.source.name, 60)}", "bold"), (f"   {layout}", "dim")]
        self.query_one("#plan-title", Plain).show(*title)
        notes = list(dict.fromkeys((*self._table.notes, *self.plan.notes)))
        self.query_one("#notes", Plain).show("\n".join(f" • {note}" for note in notes[:6]), layout=True)
        self.query_one("#notes").display = bool(notes)
        said = f" {len(roles)} columns, {open_ones} with open answers. Nothing is written yet."
        self.query_one("#status", Plain).show(said)
        self.columns.show_columns(self.plan.columns)

    @on(RowPicked)
    def _picked(self) -> None:
        self.action_role()

    def action_role(self) -> None:
        column = self.plan.columns[self.columns.cursor]
        allowed = _MEANINGS if self.plan.layout.value == "wide" else _LONG
        choices = [Choice(role, role, _MEANINGS[role]) for role in allowed]

        def chosen(choice: Choice | None) -> None:
            if choice is not None and choice.value != column.role.value:
                self._plan_anew(column.header, str(choice.value))

        self.app.push_screen(Choose(f"Take “{one_line(column.header, 40)}” for", choices), chosen)

    @work(exclusive=True, group="plan")
    async def _plan_anew(self, header: str, role: str) -> None:
        from coder.imports import plan_survey

        options = self.request.options
        roles: dict[str, Any] = {
            name: tuple(h for h in getattr(options, name) if h != header) for name in _MEANINGS if name != "id"
        }
        roles["id"] = None if options.id == header else options.id
        roles[role] = header if role == "id" else (*roles[role], header)
        request = replace(self.request, options=replace(options, **roles))
        try:
            self._table, self.plan = await asyncio.to_thread(plan_survey, self.source, request)
        except CoderError as error:
            self.app.push_screen(explanation(error))
            return
        self.request = request
        self._show()

    def action_import(self) -> None:
        self.dismiss(True)


class Importing(Modal[Path]):
    """The import at work, in a thread. Gives back the project; None where it was cancelled or refused."""

    BINDINGS = [Binding("escape", "cancel", "cancel: nothing of it stays", id="importing.cancel")]

    def __init__(self, source: Path, project: Path, request: SurveyRequest) -> None:
        super().__init__()
        self._source, self._project, self._request = source, project, request
        self._stop = Event()
        self._rows = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain("Importing", classes="title")
            yield Plain(one_line(self._source.name, 60), classes="note")
            yield Plain("reading …", classes="note", id="rows")
            yield KeyLine(("importing.cancel", "cancel"))

    def on_mount(self) -> None:
        self.set_interval(0.2, self._show)
        self._import()

    def _show(self) -> None:
        if self._rows:
            self.query_one("#rows", Plain).show(f"{self._rows:,} rows")

    def _progress(self, rows: int) -> None:
        """Called in the import's thread; an error there takes all of it back."""
        if self._stop.is_set():
            raise CancelledError("Cancelled; nothing was written.")
        self._rows = rows

    @work
    async def _import(self) -> None:
        from coder.imports import import_survey
        from coder.session import login_name

        def run() -> Path:
            name = login_name()
            done = import_survey(self._source, self._project, self._request, coder_name=name, progress=self._progress)
            return done[1].project

        try:
            project = await asyncio.to_thread(run)
        except CancelledError:
            self.dismiss(None)
        except CoderError as error:
            self.dismiss(None)
            self.app.push_screen(explanation(error))
        else:
            self.dismiss(project)

    def action_cancel(self) -> None:
        self._stop.set()
        self.query_one("#rows", Plain).show("cancelling …")


def import_survey_from(app: App[Any], done: Callable[[Path], None]) -> None:
    """Ask for the file, show the plan, ask for a name, import; `done` hears of the project."""

    def named(preview: PreviewScreen, name: str | None) -> None:
        from coder.store.project import project_path

        if name is None:
            return
        path = project_path(preview.source.parent / Path(name).expanduser())
        if path.exists():
            taken = CoderError(f"There is a file {path.name} already.", hint="Take another name.")
            app.push_screen(explanation(taken))
            return
        app.push_screen(Importing(preview.source, path, preview.request), lambda made: done(made) if made else None)

    def decided(preview: PreviewScreen, go_on: bool | None) -> None:
        if go_on:
            note = "It is made beside the survey file, unless you write a path."
            ask = Ask("Name of the project", one_line(preview.source.stem, 60), note=note)
            app.push_screen(ask, lambda name: named(preview, name))

    def planned(source: Path, request: SurveyRequest, found: tuple[Table, ColumnPlan]) -> None:
        preview = PreviewScreen(source, request, *found)
        app.push_screen(preview, lambda go_on: decided(preview, go_on))

    async def plan(source: Path) -> None:
        from coder.imports import SurveyRequest, plan_survey

        request = SurveyRequest()
        try:
            found = await asyncio.to_thread(plan_survey, source, request)
        except CoderError as error:
            app.push_screen(explanation(error))
        else:
            planned(source, request, found)

    def chosen(source: Path | None) -> None:
        if source is not None:
            app.run_worker(plan(source), group="plan", exclusive=True)

    app.push_screen(ChoosePath("Which survey file?", KINDS), chosen)
