"""A survey file becomes a project: what each column is taken for, what to change of it, then the import itself."""

from __future__ import annotations

import asyncio
import os
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
from coder.domain.wording import counted
from coder.errors import CoderError
from coder.tui.files import typed_path
from coder.tui.messages import RowPicked, RowReached
from coder.tui.screens.leaving import Leaving, Modal
from coder.tui.screens.modals import Ask, Choose, Confirm, Read, explanation
from coder.tui.screens.paths import ChoosePath
from coder.tui.widgets.lists import Choice, ChoiceList
from coder.tui.widgets.plain import Hint, KeyLine, Piece, Plain, tell
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, cells_of, fit, fit_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coder.formats.survey.detect import Table
    from coder.formats.survey.plan import Column, ColumnPlan
    from coder.imports import SurveyRequest

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".ods", ".sav", ".zsav", ".parquet", ".jsonl", ".ndjson")
_MEANINGS = {
    "id": "tells participants apart",
    "open": "open answers, to be coded",
    "rating": "a number for an answer",
    "choice": "one of several answers",
    "multi": "several answers at once",
    "attribute": "a fact about the participant",
    "ignore": "left out",
}
"""What a column can be taken for here; of long files only some of it."""
_LONG = ("id", "attribute", "ignore")
_SOON = 0.7  # seconds
_NOTES = 3  # lines below the columns
_BEFORE = 12  # cells before a question in the list
_MOST_LINES, _RAGGED = 3, 12  # of the whole question; cells that a line of it may leave empty


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
        look = BOLD if role in ("open", "text") else DIM if role == "ignore" else PLAIN
        wave = f"   wave {column.wave}" if column.wave else ""
        examples = " | ".join(" ".join(e[:80].split()) for e in column.examples)
        about = ": ".join(text for text in (column.why, examples) if text) or "empty"
        return [
            [(here, BOLD), (f"{role:<10}", look), (_both_ends(_line(column.asked) + wave, width - _BEFORE), look)],
            [(" " * _BEFORE, PLAIN), (fit(about, width - _BEFORE), DIM)],
        ]


def _line(text: str) -> str:
    return " ".join(text.split())


def _both_ends(text: str, width: int) -> str:
    """A text of one line cut in its middle: the items of a grid begin alike, and differ at their ends."""
    if cells_of(text, width + 1) <= width:
        return fit(text, width)
    end = width // 3
    return fit(text, width - end) + fit_end(text, end)


class PreviewScreen(Leaving[Path]):
    """The plan of a file, before anything is written. Gives back the project that was made with it."""

    TITLE = "What the columns are"
    HELP = (
        "Nothing is written yet. Each column of the file stands here with what it is taken for, and below the list the "
        "column at the cursor with all of its question. Enter changes what a column is; f2 goes on to the import. What "
        "can't be said here can be said in a plan: coder import survey --plan-only."
    )
    BINDINGS = [
        Binding("r", "role", "take the column for something else (enter, too)", id="preview.role"),
        Binding("f2", "import", "import with this plan", id="preview.import_survey"),
        Binding("n", "notes", "what should be known of the file", id="preview.notes"),
        Binding("question_mark", "app.help", "help", id="preview.help"),
        Binding("escape,q", "leave", "back, without importing", id="preview.leave"),
    ]

    def __init__(self, source: Path, request: SurveyRequest, table: Table, plan: ColumnPlan) -> None:
        super().__init__()
        self.source, self.request, self.plan = source, request, plan
        self._table = table
        self._first = self._planned = request  # what was asked at first, and of what is shown
        self._project_name = one_line(source.stem, 60)

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="plan-title")
            yield ColumnList(id="columns")
            yield Plain(id="column")
            yield Plain(id="notes")
            yield Plain(id="status")
            yield KeyLine()

    def on_mount(self) -> None:
        self.columns.focus()
        self._show()

    @property
    def columns(self) -> ColumnList:
        return self.query_one(ColumnList)

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know of the file and of what it is taken for."""
        return list(dict.fromkeys((*self._table.notes, *self.plan.notes)))

    def _show(self) -> None:
        roles = [column.role.value for column in self.plan.columns]
        open_ones = sum(role in ("open", "text") for role in roles)
        layout = "a row per participant" if self.plan.layout.value == "wide" else "a row per response"
        form = ", ".join(text for text in (self.plan.platform, self.plan.encoding.removesuffix("-sig"), layout) if text)
        title: list[Piece] = [(f" {one_line(self.source.name, 60)}", "bold"), (f"   {form}", "dim")]
        self.query_one("#plan-title", Plain).show(*title)
        notes = self.notes
        shown = notes if len(notes) <= _NOTES else notes[: _NOTES - 1]
        lines = [f" • {note}" for note in shown]
        lines += [f" • and {len(notes) - len(shown)} more"] if shown != notes else []
        self.query_one("#notes", Plain).show("\n".join(lines), layout=True)
        self.query_one("#notes").display = bool(notes)
        with_open = (
            f"{open_ones} with open answers" if open_ones else "none with open answers: enter takes one for open"
        )
        self._say(f"{counted(len(roles), 'column')}, {with_open}. Nothing is written yet.")
        keys: list[Hint] = [("preview.import_survey", "import"), ("preview.role list.choose", "change what it is")]
        keys += [("preview.notes", "notes in full")] if notes else []
        self.query_one(KeyLine).show_keys([*keys, ("preview.leave", "back"), ("preview.help", "help")])
        self.columns.show_columns(self.plan.columns)
        self._show_column()

    def _say(self, text: str) -> None:
        self.query_one("#status", Plain).show(f" {text}")

    def on_resize(self) -> None:
        self._show_column()

    @on(RowReached)
    def _show_column(self) -> None:
        """All of the question at the cursor, where a line of the list can't hold every question."""
        pane, width = self.query_one("#column", Plain), max(20, self.size.width - 2)
        asked = [_line(column.asked) for column in self.plan.columns] or [""]
        longest = max(map(len, asked))
        pane.display = longest > width - _BEFORE
        pane.styles.height = min(_MOST_LINES, longest // (width - _RAGGED) + 1)
        text, room = asked[self.columns.cursor], _MOST_LINES * (width - _RAGGED)
        pane.show(text if len(text) <= room else f"{text[: room * 2 // 3]} … {text[-room // 3 + 3 :]}")

    @on(RowPicked)
    def _picked(self) -> None:
        self.action_role()

    def action_role(self) -> None:
        column = self.plan.columns[self.columns.cursor]
        allowed = list(_MEANINGS if self.plan.layout.value == "wide" else _LONG)
        choices = [Choice(role, role, _MEANINGS[role]) for role in allowed]
        now = allowed.index(column.role.value) if column.role.value in allowed else 0

        def chosen(choice: Choice | None) -> None:
            if choice is not None and choice.value != column.role.value:
                self._take(column.header, str(choice.value))

        title = f"Take “{_both_ends(_line(column.asked), 48).strip()}” for"
        self.app.push_screen(Choose(title, choices, at=now), chosen)

    def _take(self, header: str, role: str) -> None:
        options = self.request.options
        roles: dict[str, Any] = {
            name: tuple(h for h in getattr(options, name) if h != header) for name in _MEANINGS if name != "id"
        }
        roles["id"] = None if options.id == header else options.id
        roles[role] = header if role == "id" else (*roles[role], header)
        self.request = replace(self.request, options=replace(options, **roles))
        self._say("Reading …")
        self._plan_anew(self.request)

    @work(exclusive=True, group="plan")
    async def _plan_anew(self, request: SurveyRequest) -> None:
        from coder.imports import plan_survey

        try:
            self._table, self.plan = await asyncio.to_thread(plan_survey, self.source, request)
        except CoderError as error:
            self.request = self._planned
            self.app.push_screen(explanation(error))
        else:
            self._planned = request
        self._show()

    def action_notes(self) -> None:
        if self.notes:
            self.app.push_screen(
                Read("What should be known of this file", "\n".join(f"• {note}" for note in self.notes))
            )

    def action_import(self) -> None:
        note = "It is made beside the survey file, unless you write a path."
        self.app.push_screen(Ask("Name of the project", self._project_name, note=note), self._named)

    def _named(self, name: str | None) -> None:
        from coder.store.project import project_path

        if name is None:
            return
        self._project_name = name
        path = project_path(typed_path(name, self.source.parent))
        if os.path.lexists(path):
            hint = f"Take another name. A newer export is added to its project by: coder import survey FILE {path.name}"
            self.app.push_screen(explanation(CoderError(f"There is a file {path.name} already.", hint=hint)))
        else:
            self.app.push_screen(Importing(self.source, path, self.request), self._imported)

    def _imported(self, project: Path | None) -> None:
        if project is None:
            self._say("Nothing was written.")
        else:
            self.dismiss(project)

    def action_leave(self) -> None:
        def sure(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        if self.request == self._first:
            self.dismiss(None)
        else:
            text = "What you changed of the columns is then forgotten. Nothing was written."
            self.app.push_screen(Confirm("Leave without importing?", text), sure)


class EncodingList(ChoiceList, can_focus=True):
    PART = "In the list of encodings"


class ChooseEncoding(Modal[str]):
    """In which encoding a text file is: the lines in question as each has them. Gives back its name."""

    BINDINGS = [Binding("escape", "dismiss(None)", "cancel", id="encoding.cancel")]

    def __init__(self, name: str, readings: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._file_name, self._readings = name, readings

    def compose(self) -> ComposeResult:
        with Vertical(classes="box tall"):
            yield Plain(f"{one_line(self._file_name, 60)} is not UTF-8. Which of these reads right?", classes="title")
            yield Plain(id="reading")
            yield EncodingList(id="encodings")
            yield KeyLine(
                ("list.previous list.next", "move"), ("list.choose", "read it so"), ("encoding.cancel", "cancel")
            )

    def on_mount(self) -> None:
        from coder.formats.survey.encoding import LIKELY

        encodings = self.query_one(EncodingList)
        encodings.show_choices([Choice(LIKELY[codec], codec, codec) for codec in self._readings])
        encodings.focus()
        self._show()

    @on(RowReached)
    def _show(self) -> None:
        encodings = self.query_one(EncodingList)
        lines = self._readings[str(encodings.choices[encodings.cursor].value)]
        self.query_one("#reading", Plain).show("\n".join(lines))

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        event.stop()
        self.dismiss(str(self.query_one(EncodingList).choices[event.index].value))


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

    def on_unmount(self) -> None:
        """Who leaves the program, too, leaves nothing half done behind."""
        self._stop.set()

    def action_cancel(self) -> None:
        self._stop.set()
        self.query_one("#rows", Plain).show("cancelling …")


def import_survey_from(app: App[Any], done: Callable[[Path], None]) -> None:
    """Ask for the file, show the plan, ask for a name, import; `done` hears of the project."""

    async def plan(source: Path, encoding: str | None = None) -> None:
        from coder.formats.survey.encoding import EncodingError, readings
        from coder.imports import SurveyRequest, plan_survey

        request = SurveyRequest(encoding=encoding)
        try:
            try:
                reading = asyncio.ensure_future(asyncio.to_thread(plan_survey, source, request))
                if not (await asyncio.wait([reading], timeout=_SOON))[0]:
                    tell(app, f"Reading {one_line(source.name, 60)} …")
                found = await reading
            except EncodingError:
                if read := await asyncio.to_thread(readings, source):
                    app.push_screen(ChooseEncoding(source.name, read), lambda codec: begin(source, codec))
                    return
                raise
        except CoderError as error:
            app.push_screen(explanation(error))
        else:
            app.push_screen(PreviewScreen(source, request, *found), lambda project: done(project) if project else None)

    def begin(source: Path, encoding: str | None) -> None:
        if encoding is not None:
            app.run_worker(plan(source, encoding), group="plan", exclusive=True)

    def chosen(source: Path | None) -> None:
        if source is not None:
            app.run_worker(plan(source), group="plan", exclusive=True)

    app.push_screen(ChoosePath("Which survey file?", KINDS), chosen)
