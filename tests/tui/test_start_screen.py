"""The start screen: recent projects, a file by its path, an import with its preview, the demonstration."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from coder.samples import sample
from coder.session import open_session
from coder.state import recent_projects, remember_project
from coder.tui.app import CoderApp
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.import_survey import Importing, PreviewScreen
from coder.tui.screens.modals import Ask, Choose, Read
from coder.tui.screens.paths import ChoosePath
from coder.tui.screens.start import StartScreen
from tests.tui.conftest import QUIET_HELPER, screen_text, until


@asynccontextmanager
async def started(size: tuple[int, int] = (100, 30)) -> AsyncIterator[tuple[CoderApp, Pilot]]:
    """The application without a project."""
    app = CoderApp(None, "Ana", QUIET_HELPER)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield app, pilot


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the program was started."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def to_project(app: CoderApp, pilot: Pilot) -> CodeScreen:
    await until(pilot, lambda: isinstance(app.screen, CodeScreen) and app.screen.shown is not None)
    return app.screen


async def to_preview(app: CoderApp, pilot: Pilot, file: Path) -> PreviewScreen:
    await pilot.press("i")
    await until(pilot, lambda: isinstance(app.screen, ChoosePath))
    app.screen._write(str(file))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, PreviewScreen) and app.screen.columns.count() > 0)
    return app.screen


# --- projects --------------------------------------------------------------------------------------------


async def test_projects_stand_there_newest_first_with_how_much_of_them_is_reviewed(project, tmp_path):
    for path in (tmp_path / "gone.coder", project):
        remember_project(path)
    async with started() as (app, pilot):
        await until(pilot, lambda: "not there any more" in screen_text(app))
        lines = [line for line in screen_text(app).split("\n") if "reviewed" in line or "not there" in line]
        assert [line.split()[0] for line in lines] == ["▸", "gone"]
        assert re.search(r"\d+ of \d+ reviewed", lines[0])
        assert screen_text(app).count(tmp_path.name[:20]) == 2, "each project's folder stands below it"


async def test_enter_opens_a_project_and_the_palette_leads_back_to_the_others(project):
    remember_project(project)
    async with started() as (app, pilot):
        await pilot.press("enter")
        screen = await to_project(app, pilot)
        assert app.screen_stack == [screen] and app.session.coder_name == "Ana"
        await pilot.press("ctrl+p", *"another project", "enter")
        await until(pilot, lambda: isinstance(app.screen, StartScreen) and app.session is None)
        await pilot.press("enter")
        await to_project(app, pilot)


async def test_opening_from_the_command_line_is_remembered_too(project):
    app = CoderApp(project, "Ana", QUIET_HELPER)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.session is not None)
    assert recent_projects() == [project]


async def test_a_missing_project_says_so_and_can_be_taken_out(tmp_path):
    remember_project(tmp_path / "gone.coder")
    async with started() as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Read))
        assert "There is no project" in screen_text(app)
        await pilot.press("escape", "x")
        await until(pilot, lambda: "No project was opened here yet" in screen_text(app))
    assert recent_projects() == []


async def test_what_is_no_project_is_refused_with_the_reason_and_one_is_back_at_the_start(tmp_path):
    bad = tmp_path / "bad.coder"
    bad.write_bytes(b"not a project")
    remember_project(bad)
    async with started() as (app, pilot):
        await until(pilot, lambda: "can't be opened" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Read))
        assert "A survey export becomes one" in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, StartScreen)


async def test_looking_at_the_list_changes_no_project(project):
    remember_project(project)
    before = project.read_bytes()
    async with started() as (app, pilot):
        await until(pilot, lambda: " reviewed" in screen_text(app))
    assert project.read_bytes() == before


# --- paths -----------------------------------------------------------------------------------------------


async def test_a_path_is_completed_by_tab_and_walked_by_the_list(home, project):
    folder = home / "surveys of 2026"
    folder.mkdir()
    shutil.copy(project, folder / "first.coder")
    (folder / "notes.pdf").write_bytes(b"")
    async with started() as (app, pilot):
        await pilot.press("o", *"surv", "tab")
        assert app.screen._typed.endswith("surveys of 2026/")
        assert "first.coder" in screen_text(app) and "notes.pdf" not in screen_text(app)
        await pilot.press(*"fir", "tab", "enter")
        await to_project(app, pilot)


async def test_hostile_names_of_files_are_shown_inert_and_can_be_chosen(home, project):
    folder = home / "a\x1b[31mb"
    folder.mkdir()
    shutil.copy(project, folder / "c\u202ed.coder")
    async with started() as (app, pilot):
        await pilot.press("o", "a")
        await pilot.pause()
        assert "\x1b" not in screen_text(app) and "a␛[31mb/" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "c·d.coder" in screen_text(app))
        await pilot.press("enter")
        await to_project(app, pilot)


async def test_a_folder_that_can_not_be_read_is_empty_and_escape_leaves(home):
    async with started() as (app, pilot):
        await pilot.press("o", *"nowhere/at/all/", "enter", "tab")
        assert isinstance(app.screen, ChoosePath)
        await pilot.press("escape")
        assert isinstance(app.screen, StartScreen)


async def test_a_path_that_is_pasted_behind_the_folder_begins_anew(home, project):
    async with started() as (app, pilot):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, ChoosePath) and app.screen.is_mounted)
        app.screen.write(str(project))
        await pilot.press("enter")
        await to_project(app, pilot)


# --- import ----------------------------------------------------------------------------------------------


async def test_a_survey_is_previewed_changed_imported_and_opened(home):
    survey = home / "mine.csv"
    shutil.copy(sample("corpora", "training_programme.csv"), survey)
    async with started() as (app, pilot):
        preview = await to_preview(app, pilot, survey)
        assert [p.name for p in home.iterdir()] == ["mine.csv"], "nothing is written by the preview"
        assert "Nothing is written yet" in screen_text(app)
        assert "P01 | P02" in screen_text(app), "examples stand below each column"
        at = next(i for i, c in enumerate(preview.plan.columns) if c.role.value == "attribute")
        header = preview.plan.columns[at].header
        await pilot.press(*["down"] * at, "enter")
        assert isinstance(app.screen, Choose)
        await pilot.press(*"ignore", "enter")
        await until(pilot, lambda: preview.plan.columns[at].role.value == "ignore")
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        screen = await to_project(app, pilot)
        assert header not in screen.shown.participant.attributes
    assert recent_projects() == [home / "mine.coder"]


async def test_a_broken_file_shows_its_problems_and_leads_back(home):
    (home / "bad.csv").write_bytes(b'id,"a\n1,2,3,4\n')
    async with started() as (app, pilot):
        await pilot.press("i")
        app.screen._write(str(home / "bad.csv"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Read))
        await pilot.press("escape")
        assert isinstance(app.screen, StartScreen)
    assert [p.name for p in home.iterdir()] == ["bad.csv"]


async def test_rows_that_do_not_fit_are_all_named_and_nothing_is_left(home):
    rows = "".join(f"P{n},good and long answer number {n}\n" for n in range(30))
    (home / "bad.csv").write_text(f"participant,What was good?\n{rows}P90,a,b,c\nP91,d,e,f\n", encoding="utf-8")
    async with started() as (app, pilot):
        await pilot.press("i")
        app.screen._write(str(home / "bad.csv"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Read))
        assert "row 32" in screen_text(app) and "row 33" in screen_text(app)
    assert [p.name for p in home.iterdir()] == ["bad.csv"]


async def test_an_import_is_cancelled_without_a_trace(home, monkeypatch):
    survey = home / "mine.csv"
    shutil.copy(sample("corpora", "training_programme.csv"), survey)
    taken = Importing._progress

    def slow(self: Importing, rows: int) -> None:
        self._stop.wait(10)  # until escape is pressed
        taken(self, rows)

    monkeypatch.setattr(Importing, "_progress", slow)
    async with started() as (app, pilot):
        await to_preview(app, pilot, survey)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Importing))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
    assert [p.name for p in home.iterdir()] == ["mine.csv"]


async def test_a_project_that_is_there_is_never_imported_into_from_here(home, project):
    survey = home / "mine.csv"
    shutil.copy(sample("corpora", "training_programme.csv"), survey)
    before = Path(shutil.copy(project, home / "mine.coder")).read_bytes()
    async with started() as (app, pilot):
        await to_preview(app, pilot, survey)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Read))
        assert "already" in screen_text(app)
    assert (home / "mine.coder").read_bytes() == before


async def test_the_demonstration_is_made_and_opened(home):
    async with started() as (app, pilot):
        await pilot.press("d")
        await to_project(app, pilot)
    assert recent_projects() == [home / "coder-demo" / "training_programme.coder"]


async def test_a_demonstration_that_is_there_is_opened_as_it_is(home, project):
    (home / "coder-demo").mkdir()
    shutil.copy(project, home / "coder-demo" / "training_programme.coder")
    before = open_session(project, "Ana").project.last_event()
    async with started() as (app, pilot):
        await pilot.press("d")
        await to_project(app, pilot)
        assert app.session.project.last_event() == before
