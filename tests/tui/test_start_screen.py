"""The start screen: recent projects, a file by its path, an import with its preview, the demonstration."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import sleep

import pytest
from textual.pilot import Pilot

import coder.imports
from coder.samples import sample
from coder.session import open_session
from coder.state import recent_projects, remember_project
from coder.tui.app import CoderApp
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.import_survey import ChooseEncoding, Importing, PreviewScreen
from coder.tui.screens.modals import Ask, Choose, Confirm, Read
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


def box_text(app: CoderApp) -> str:
    """What stands in the box over a screen, on one line."""
    inside = [parts[1] for line in screen_text(app).split("\n") if len(parts := line.split("│")) > 2]
    return " ".join(" ".join(inside).split())


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
        await until(pilot, lambda: "all: No such file or directory" in screen_text(app))
        await pilot.press("escape")
        assert isinstance(app.screen, StartScreen)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("{home}/no", "Nothing here begins with ‘no’"),
        ("{home}/", "no file that ends in .coder"),
        ("~nobody-is-called-so", "Nothing here begins with ‘~nobody"),
        ("{home}/" + "a" * 300, "Nothing here begins with ‘aaa"),
        ("{home}/" + "a" * 300 + "/", "File name too long"),
    ],
)
async def test_a_path_at_which_there_is_nothing_to_choose_says_so(home, typed, said):
    async with started() as (app, pilot):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, ChoosePath) and app.screen.is_mounted)
        app.screen._write(typed.format(home=home))
        await until(pilot, lambda: said in box_text(app))
        await pilot.press("enter")
        assert isinstance(app.screen, ChoosePath)


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
        await until(pilot, lambda: isinstance(app.screen, PreviewScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
    assert [p.name for p in home.iterdir()] == ["mine.csv"]


async def test_who_leaves_the_program_while_it_imports_leaves_nothing_behind(home, monkeypatch):
    survey = home / "mine.csv"
    shutil.copy(sample("corpora", "training_programme.csv"), survey)
    taken = Importing._progress

    def slow(self: Importing, rows: int) -> None:
        self._stop.wait(10)  # until the program is left
        taken(self, rows)

    monkeypatch.setattr(Importing, "_progress", slow)
    async with started() as (app, pilot):
        await to_preview(app, pilot, survey)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Importing))
        await pilot.press("ctrl+q")
    for _ in range(100):
        if [p.name for p in home.iterdir()] == ["mine.csv"]:
            return
        sleep(0.05)
    raise AssertionError([p.name for p in home.iterdir()])


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


async def test_what_was_changed_of_the_columns_outlasts_a_name_that_is_taken_and_an_import_that_is_refused(home):
    answers = "".join(f"P{n},good and long answer number {n},{'x' if n == 20 else n % 5},North\n" for n in range(30))
    (home / "mine.csv").write_text(f"participant,What was good?,Rate it,Site\n{answers}", encoding="utf-8")
    (home / "mine.coder").write_text("another file")
    async with started() as (app, pilot):
        preview = await to_preview(app, pilot, home / "mine.csv")
        await pilot.press("end", "enter", *"ignore", "enter")
        await until(pilot, lambda: preview.plan.columns[3].role.value == "ignore")
        for name, said in (("", "There is a file mine.coder already"), ("2", "'x' is no number")):
            await pilot.press("f2")
            await until(pilot, lambda: isinstance(app.screen, Ask))
            await pilot.press(*name, "enter")
            await until(pilot, lambda: isinstance(app.screen, Read))
            assert said in screen_text(app)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is preview)
            assert preview.plan.columns[3].role.value == "ignore"
        await pilot.press("up", "enter", *"choice", "enter")
        await until(pilot, lambda: preview.plan.columns[2].role.value == "choice")
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        screen = await to_project(app, pilot)
        assert screen.shown.participant.attributes == {}
    assert sorted(p.name for p in home.iterdir() if p.suffix == ".coder") == ["mine.coder", "mine2.coder"]


async def test_of_two_changes_in_a_row_both_hold_though_the_file_is_still_being_read(home, monkeypatch):
    (home / "mine.csv").write_text("participant,What was good?,A,B\nP1,a good long answer,x,y\n", encoding="utf-8")
    read = coder.imports.plan_survey

    def slowly(*given):
        sleep(0.2)
        return read(*given)

    async with started() as (app, pilot):
        preview = await to_preview(app, pilot, home / "mine.csv")
        monkeypatch.setattr(coder.imports, "plan_survey", slowly)
        await pilot.press("end", "enter", *"open", "enter", "up", "enter", *"open", "enter")
        await until(pilot, lambda: "Nothing is written yet" in screen_text(app))
        assert [c.role.value for c in preview.plan.columns][2:] == ["open", "open"]


async def test_leaving_columns_that_were_changed_asks_first(home):
    survey = home / "mine.csv"
    shutil.copy(sample("corpora", "training_programme.csv"), survey)
    async with started() as (app, pilot):
        preview = await to_preview(app, pilot, survey)
        await pilot.press("end", "enter", *"ignore", "enter")
        await until(pilot, lambda: preview.plan.columns[-1].role.value == "ignore")
        await pilot.press("escape")
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        assert app.screen is preview
        await pilot.press("q", "y")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))


async def test_a_file_that_is_not_utf_8_is_shown_in_likely_encodings_to_choose_from(home):
    rows = "".join(f"P{n},it’s good that café number {n} is open\n" for n in range(9))
    (home / "mine.csv").write_bytes(f"participant,What was good?\n{rows}".encode("cp1252"))
    async with started() as (app, pilot):
        await pilot.press("i")
        app.screen._write(str(home / "mine.csv"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseEncoding) and "café" in screen_text(app))
        assert "line 2: P0,it’s good" in screen_text(app) and "--encoding" not in screen_text(app)
        await pilot.press("down")
        await until(pilot, lambda: "itís good that cafÈ" in screen_text(app))
        await pilot.press("up", "enter")
        await until(pilot, lambda: isinstance(app.screen, PreviewScreen))
        assert "it’s good that café number 0" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
    assert [p.name for p in home.iterdir()] == ["mine.csv"]


async def test_columns_show_the_question_behind_a_code_and_where_items_of_a_grid_differ(home):
    stem = "To what extent do you agree with each of the following statements about the programme and its people?"
    header = f'participant,Q1,"{stem} [It was long]","{stem} [It was good]"'
    prompts = 'Response ID,What could be better?,"Agree - long","Agree - good"'
    rows = "".join(f"P{n},a good and long answer {n},Agree,Disagree\n" for n in range(9))
    (home / "grid.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
    imports = '{""ImportId"":""QID1_TEXT""}'
    codes = f'ResponseId,Q1\n{prompts.rsplit(",", 2)[0]}\n"{imports}","{imports}"\nR_1,a good and long answer\n'
    (home / "codes.csv").write_text(codes, encoding="utf-8")
    async with started((80, 24)) as (app, pilot):
        await to_preview(app, pilot, home / "grid.csv")
        lines = screen_text(app)
        assert "[It was long]" in lines and "[It was good]" in lines
        await pilot.press("end")
        await until(pilot, lambda: f"{stem} [It was good]" in " ".join(screen_text(app).split()))
        await pilot.press("escape")
        await to_preview(app, pilot, home / "codes.csv")
        assert "Q1: What could be better?" in screen_text(app) and "Qualtrics" in screen_text(app)


async def test_a_file_in_which_no_open_question_was_found_says_how_one_becomes_open(home):
    (home / "mine.csv").write_text("participant,Happy?\n" + "".join(f"P{n},Yes\n" for n in range(9)), encoding="utf-8")
    async with started((80, 24)) as (app, pilot):
        await to_preview(app, pilot, home / "mine.csv")
        assert "2 columns, none with open answers: enter takes one for open." in screen_text(app)
        await pilot.press("end", "enter", *"open", "enter")
        await until(pilot, lambda: "1 with open answers" in screen_text(app))


async def test_all_that_should_be_known_of_a_file_can_be_read_however_small_the_terminal_is(home):
    prompts = "Start Date,Response Type,Finished,IP Address,Response ID,What could be better?"
    header = "StartDate,Status,Finished,IPAddress,ResponseId,Q1"
    imports = ",".join('"{""ImportId"":""QID1""}"' for _ in header.split(","))
    rows = "1,Survey Preview,False,1.2.3.4,R_1,a good and long answer\n1,IP Address,False,1.2.3.4,R_2,-99\n"
    (home / "mine.csv").write_text(f"{header}\n{prompts}\n{imports}\n{rows}", encoding="utf-8")
    async with started((80, 24)) as (app, pilot):
        preview = await to_preview(app, pilot, home / "mine.csv")
        assert len(preview.notes) == 4
        assert "and 2 more" in screen_text(app), "three lines are for notes"
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Read))
        assert all(note in box_text(app) for note in preview.notes)


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
