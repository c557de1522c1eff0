"""The start screen: the projects opened last, another file, a survey to import, the demonstration."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.errors import CoderError
from coder.state import forget_project, recent_projects
from coder.tui.messages import ProjectChosen, RowPicked
from coder.tui.screens.leaving import Leaving
from coder.tui.screens.modals import explanation
from coder.tui.screens.paths import ChoosePath
from coder.tui.widgets.plain import KeyLine, Piece, Plain
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, Rows, cells_of, fit

_DEMO = Path("coder-demo") / "training_programme.coder"


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of a project in the list: how much is reviewed, or why it can't be opened."""

    text: str
    sound: bool = True


class ProjectList(Rows):
    """Projects, each with how much of it is reviewed, and where it is."""

    PART = "In the list of projects"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.projects: Sequence[Path] = ()
        self._glances: Mapping[Path, Glance] = {}

    def show_projects(self, projects: Sequence[Path], glances: Mapping[Path, Glance]) -> None:
        self.projects, self._glances = projects, glances
        self.changed()

    @property
    def project(self) -> Path | None:
        """The project at the cursor."""
        return self.projects[self.cursor] if self.cursor < len(self.projects) else None

    def count(self) -> int:
        return len(self.projects)

    def tops(self, width: int) -> Sequence[int]:  # noqa: ARG002
        return range(0, 2 * len(self.projects) + 1, 2)

    def paint(self, row: int, width: int) -> Sequence[Look]:
        path = self.projects[row]
        glance = self._glances.get(path, Glance("…"))
        here = "▸ " if row == self.cursor else "  "
        said = glance.text if glance.sound else f"! {glance.text}"
        room = max(10, width - 4 - cells_of(said))
        return [
            [(here, BOLD), (fit(path.stem, room), BOLD), (" " + fit(said, max(0, width - room - 3)), PLAIN)],
            [("  ", PLAIN), (fit(_place(path), width - 2), DIM)],
        ]


def _place(path: Path) -> str:
    """The folder of a project, from the home folder where it is inside it."""
    folder = path.parent
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(folder)


class StartScreen(Leaving[None]):
    """Chooses a project; what becomes of that is the application's."""

    TITLE = "The start screen"
    HELP = (
        "Enter opens a project of the list; o finds one by its path, with completion. i makes a project of a survey "
        "export: it shows what each column is taken for before anything is written. d makes and opens the "
        "demonstration, a synthetic survey of 33 participants. x takes a project out of the list; its file stays. "
        "The list is kept on this machine alone."
    )
    BINDINGS = [
        Binding("o", "open", "open a project by its path", id="start.open"),
        Binding("i", "import", "make a project of a survey export", id="start.import_survey"),
        Binding("d", "demo", "the demonstration: a synthetic survey, coded in part", id="start.demo"),
        Binding("x,delete", "remove", "take the project out of the list; its file stays", id="start.remove"),
        Binding("question_mark", "app.help", "help", id="start.help"),
        Binding("q,escape", "app.quit", "quit", id="start.quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._glances: dict[Path, Glance] = {}

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(*_WELCOME, id="welcome")
            yield Plain((" Projects", "bold"), id="projects-title")
            yield ProjectList(id="projects")
            yield Plain(id="status")
            yield KeyLine(
                ("list.choose", "open"),
                ("start.open", "another file"),
                ("start.import_survey", "import a survey"),
                ("start.demo", "demo"),
                ("start.quit", "quit"),
                ("start.help", "help"),
                ("start.remove", "remove from the list"),
            )

    def on_mount(self) -> None:
        self.projects.focus()
        self._show()
        self._look_into()

    @property
    def projects(self) -> ProjectList:
        return self.query_one(ProjectList)

    def say(self, text: str) -> None:
        self.query_one("#status", Plain).show(f" {text}")

    def _show(self) -> None:
        found = recent_projects()
        self.projects.show_projects(found, self._glances)
        if not found:
            self.say("No project was opened here yet.")

    @work(exclusive=True, group="glances")
    async def _look_into(self) -> None:
        """Find out aside how much of each project is reviewed."""
        for path in self.projects.projects:
            self._glances[path] = await asyncio.to_thread(glance_at, path)
            self._show()

    @on(RowPicked)
    def _picked(self) -> None:
        if (path := self.projects.project) is not None:
            self.post_message(ProjectChosen(path))

    def action_remove(self) -> None:
        if (path := self.projects.project) is not None:
            forget_project(path)
            self._show()

    def action_open(self) -> None:
        def chosen(path: Path | None) -> None:
            if path is not None:
                self.post_message(ProjectChosen(path))

        self.app.push_screen(ChoosePath("Which project?", (".coder",)), chosen)

    def action_import(self) -> None:
        from coder.tui.screens.import_survey import import_survey_from

        def done(path: Path) -> None:
            self.post_message(ProjectChosen(path))

        import_survey_from(self.app, done)

    @work(exclusive=True, group="demo")
    async def action_demo(self) -> None:
        """Make the demonstration where there is none yet, and open it."""
        self.say("Making the demonstration …")
        try:
            await asyncio.to_thread(_demonstration)
        except CoderError as error:
            self.app.push_screen(explanation(error))
        except OSError as error:
            reason = CoderError(f"The demonstration can't be written here: {error.strerror}.", hint="coder demo FOLDER")
            self.app.push_screen(explanation(reason))
        else:
            self.post_message(ProjectChosen(_DEMO.absolute()))
        self.say("")


_WELCOME: tuple[Piece, ...] = (
    (" coder ", "bold reverse"),
    "  themes in what people wrote; every participant counted once\n",
)


def _demonstration() -> None:
    from coder.demonstration import import_samples

    if not _DEMO.exists():
        import_samples(_DEMO)


def glance_at(path: Path) -> Glance:
    """What to say of a project in the list."""
    from coder.glance import glance

    if not path.exists():
        return Glance("not there any more", sound=False)
    try:
        found = glance(path)
    except CoderError:
        return Glance("can't be opened", sound=False)
    return Glance("made by an older coder" if found is None else f"{found.reviewed} of {found.answered} reviewed")
