"""The counts screen: every cut by a key, every figure opens to its people, and never a wait."""

import csv
import threading
from pathlib import Path

import pytest

import coder.analysis.tally
from coder.analysis.tally import Cut, tally
from coder.domain.memo import Place, Subject
from coder.domain.tally import Base
from coder.domain.wording import sentence
from coder.imports import SurveyRequest, import_survey
from coder.session import open_session
from coder.tui.screens.counts import CountsScreen
from coder.tui.screens.modals import Confirm
from coder.tui.screens.people import PeopleScreen
from coder.tui.screens.themes import ThemesScreen
from tests.cli.commands import table
from tests.projects import QUESTION, project_of, theme_id
from tests.tui.conftest import opened, screen_text, until

PEOPLE = "Meeting talented and like-minded people"


async def counts(app, pilot) -> CountsScreen:
    """The counts screen, its count done."""
    await pilot.press("f4")
    await counted(app, pilot)
    return app.screen


async def counted(app, pilot) -> None:
    await until(pilot, lambda: isinstance(app.screen, CountsScreen) and not app.screen.counting)
    await pilot.pause()


async def choose(app, pilot, key: str, typed: str) -> None:
    await pilot.press(key, *typed, "enter")
    await counted(app, pilot)


async def people(app, pilot) -> PeopleScreen:
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, PeopleScreen) and app.screen.behind is not None)
    await pilot.pause()
    return app.screen


def expected(app, base: Base = Base.REVIEWED, by: str = "") -> coder.analysis.tally.QuestionTally:
    return tally(app.session.project, Cut((app.session.questions[0].id,), by, "", base)).questions[0]


async def test_the_bars_are_the_tally_and_the_line_above_says_of_whom(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        assert [row.figure for row in screen.bars.rows] == [*expected(app).counted.themes]
        text = screen_text(app)
        assert "asked 33 → answered 30 → reviewed 21 → with a theme 19" in text
        assert PEOPLE in text and "13 of 21  62 %  [41–79]" in text and "├" in text
        assert "percent of those reviewed, 95 % Wilson interval · codings of Ana" in text
        assert "9 of 30 who answered are not reviewed yet: outside this base." in text
        assert "do not add up to 100" in text


async def test_the_base_goes_round(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        for base in (Base.ANSWERED, Base.ASKED, Base.ALL, Base.REVIEWED):
            await pilot.press("b")
            await counted(app, pilot)
            assert screen.counted.wanted.cut.base is base
            assert [row.figure for row in screen.bars.rows] == [*expected(app, base).counted.themes]


async def test_groups_stand_below_their_theme_and_as_columns_of_the_table(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "g", "site")
        groups = expected(app, by="site").groups
        assert [row.name for row in screen.bars.rows[:3]] == [PEOPLE, "· Bristol", "· Utrecht"]
        assert [row.figure for row in screen.bars.rows[1::3]] == [*groups["Bristol"].themes]
        await pilot.press("t")
        await pilot.pause()
        assert screen.grid.display and screen.grid.has_focus
        assert "everybody" in screen_text(app) and "7 of 14  50 %" in screen_text(app)
        await pilot.press("right", "right", "down")
        assert screen.spot.place[-1] == "Utrecht" and screen.spot.said == sentence(groups["Utrecht"].themes[1])
        assert "Skills · Utrecht: 5 of 7, 71 %" in screen_text(app)
        opened_ = await people(app, pilot)
        assert len(opened_.behind.people) == 5
        await pilot.press("escape")
        await choose(app, pilot, "g", "everybody")
        assert len(screen.shown.cells.heads) == 5


async def test_enter_opens_the_participants_each_once_with_their_words_and_their_number_at_the_top(project):
    async with opened(project, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await pilot.press("down")
        assert screen.spot.title == "Skills"
        opened_ = await people(app, pilot)
        assert len(opened_.behind.people) == screen.bars.rows[1].figure.participants == 11
        text = screen_text(app)
        assert "11 participants: 11 of 21, 52 %" in text
        person = opened_.people.person
        assert person.name in text and person.quotes[0].text[:20] in text and "site:" in text
        assert len({opened_.people._at(row)[1].name for row in range(11)}) == 11


async def test_those_who_are_not_counted_stand_apart_with_the_reason(project):
    async with opened(project) as (app, pilot):
        session = open_session(project, "Ana")
        unread = next(i for i in session.queue() if not session.view(i).reviewed)
        session.assign(unread, theme_id(session, PEOPLE))
        screen = await counts(app, pilot)
        assert screen.bars.rows[0].figure.participants == 13
        opened_ = await people(app, pilot)
        assert "1 more, not counted: not all of their answers are reviewed yet" in screen_text(app)
        await pilot.press("end")
        assert opened_.people.person.name == session.view(unread).participant.external_id
        await pilot.press("enter")
        assert app.screen is app.screen_stack[0] and app.screen.shown.response.id == unread


async def test_enter_on_a_person_opens_the_response_and_escape_leads_back_step_by_step(project):
    async with opened(project) as (app, pilot):
        await counts(app, pilot)
        await people(app, pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, CountsScreen)
        opened_ = await people(app, pilot)
        await pilot.press("down", "down")
        wanted = opened_.people.person.response_id
        await pilot.press("enter")
        assert app.screen is app.screen_stack[0] and app.screen.shown.response.id == wanted
        for back in ("escape", "q", "f4"):
            await counts(app, pilot)
            await pilot.press(back)
            assert app.screen is app.screen_stack[0]


async def test_from_the_themes_screen_and_through_it_to_a_response(project):
    async with opened(project) as (app, pilot):
        await pilot.press("f2")
        await counts(app, pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, ThemesScreen)
        await counts(app, pilot)
        opened_ = await people(app, pilot)
        wanted = opened_.people.person.response_id
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is app.screen_stack[0] and app.screen.shown.response.id == wanted


async def test_themes_together_open_to_those_who_have_both(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        await pilot.press("3")
        await counted(app, pilot)
        assert screen.grid.display and "participants with both of two themes" in screen_text(app)
        await pilot.press("right")
        assert screen.spot.title == f"{PEOPLE} + Skills" and screen.spot.said.startswith("7 of 21, 33 %")
        opened_ = await people(app, pilot)
        assert len(opened_.behind.people) == 7 and "7 participants" in screen_text(app)
        await pilot.press("escape", "1")
        await counted(app, pilot)
        assert screen.bars.display and not screen.grid.display


async def test_most_mentioned_first_keeps_sub_themes_with_their_theme(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        await pilot.press("s")
        rows = [(row.depth, row.figure.participants) for row in screen.bars.rows]
        top = [number for depth, number in rows if depth == 0]
        assert top == sorted(top, reverse=True)
        assert [row.name for row in screen.bars.rows[1:4]] == [
            "Skills",
            "ML skills and knowledge",
            "Ability to quickly execute on a project",
        ]
        assert "Most mentioned first" in screen_text(app) or "most mentioned first" in screen_text(app)


async def test_the_scale_ends_at_100_percent_or_where_the_longest_interval_does(tmp_path):
    path = project_of(tmp_path, {f"P{i}": f"text {i}" for i in range(12)}, ["Rare"])
    session = open_session(path, "Ana")
    for response in session.queue():
        session.review(response)
    session.assign(response, theme_id(session, "Rare"))
    session.project.close()
    async with opened(path) as (app, pilot):
        screen = await counts(app, pilot)
        wide = screen_text(app)
        await pilot.press("z")
        assert screen.bars.end == 0.5 and "scale ends at 50 %" in screen_text(app) and "50 %  of" in screen_text(app)
        await pilot.press("z")
        assert screen.bars.end == 1.0 and "100 %  of those reviewed" in wide


async def test_one_coders_codings_alone(project):
    ben = open_session(project, "Ben")
    first = ben.queue(ben.questions[0].id)[0]
    ben.assign(first, theme_id(ben, "Capstone project"))
    ben.review(first)
    ben.project.close()
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        assert "codings of Ana, Ben together" in screen_text(app)
        await choose(app, pilot, "w", "ben")
        assert "codings of Ben alone" in screen_text(app)
        figures = {row.name: row.figure for row in screen.bars.rows}
        assert (figures["Capstone project"].participants, figures["Capstone project"].base) == (1, 1)
        assert (figures[PEOPLE].participants, figures[PEOPLE].base) == (0, 1), "nobody is shown, too"


async def test_another_question(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "particularly")
        assert "Access to top researchers" in screen_text(app) and "reviewed 20" in screen_text(app)
        assert screen.counted.found.tally.questions[0].question.id == app.session.questions[1].id


async def test_what_another_program_codes_is_counted_at_once(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        other = open_session(project, "Ben")
        response = other.queue(other.questions[0].id)[-1]
        other.assign(response, theme_id(other, "Capstone project"))
        other.review(response)
        other.project.close()
        await until(pilot, lambda: screen.counted.found.tally.questions[0].counted.chain.reviewed == 22)


async def test_undo_and_redo_count_again(project):
    async with opened(project) as (app, pilot):
        await pilot.press("1")
        assert app.screen.shown.codings
        screen = await counts(app, pilot)
        before = screen.bars.rows
        await pilot.press("u")
        await counted(app, pilot)
        assert screen.counted.found.tally == tally(app.session.project, screen.cut)
        await pilot.press("U")
        await counted(app, pilot)
        assert screen.bars.rows == before


async def test_keys_work_while_it_counts_and_a_late_answer_is_dropped(project, monkeypatch):
    going, real = threading.Event(), coder.analysis.tally.tally
    seen: list[Cut] = []

    def slow(project, cut, *, stopped):
        seen.append(cut)
        if cut.base is Base.REVIEWED:
            going.wait(10)
        return real(project, cut, stopped=stopped)

    monkeypatch.setattr(coder.analysis.tally, "tally", slow)
    async with opened(project) as (app, pilot):
        await pilot.press("f4")
        await until(pilot, lambda: bool(seen))
        assert "counting …" in screen_text(app)
        await pilot.press("b")
        screen = app.screen
        await until(pilot, lambda: not screen.counting)
        assert screen.counted.wanted.cut.base is Base.ANSWERED and "counting" not in screen_text(app)
        going.set()
        await pilot.pause(0.1)
        assert screen.counted.wanted.cut.base is Base.ANSWERED, "the first count is stopped, and its answer dropped"
        await pilot.press("escape")
        assert app.screen is app.screen_stack[0]


async def test_a_cut_that_is_gone_is_explained_and_counted_without(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        screen._cut(by="nothing of the kind")
        await until(pilot, lambda: not screen.counting and screen.cut.by == "" and screen.counted.wanted.cut.by == "")
        await pilot.pause()
        assert "no attribute" in screen_text(app)


async def test_export_writes_what_is_shown_and_replaces_a_file_on_a_yes_only(project):
    async with opened(project) as (app, pilot):
        await counts(app, pilot)
        await choose(app, pilot, "g", "site")
        target = project.parent / "sample-counts.csv"
        await pilot.press("e", "enter")
        await until(pilot, target.exists)
        rows = list(csv.DictReader(target.open(encoding="utf-8-sig")))
        assert [(r["value"], r["participants"], r["base"], r["points"][:5]) for r in rows if r["theme"] == PEOPLE] == [
            ("Bristol", "7", "14", "-35.7"),
            ("Utrecht", "6", "7", ""),
        ]
        target.write_text("mine")
        await pilot.press("e", "enter")
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        assert target.read_text() == "mine"
        await pilot.press("e", "enter", "y")
        await until(pilot, lambda: target.read_text(encoding="utf-8-sig").startswith("question"))
        await pilot.press("3")
        await counted(app, pilot)
        await pilot.press("e", "enter")
        await until(pilot, (project.parent / "sample-together.csv").exists)
        await pilot.press("e", *".txt", "enter")
        await until(pilot, lambda: "CSV or XLSX" in screen_text(app))


async def test_the_history_is_a_key_away_and_leads_to_a_response(project):
    async with opened(project) as (app, pilot):
        await pilot.press("1")
        coded = app.screen.shown.response.id
        await counts(app, pilot)
        await pilot.press("f8")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.screen_stack[0])
        assert app.screen.shown.response.id == coded


async def test_a_theme_that_another_program_takes_away_closes_its_people_and_is_explained(project):
    async with opened(project) as (app, pilot):
        await counts(app, pilot)
        await people(app, pilot)
        other = open_session(project, "Ben")
        other.delete_theme(theme_id(other, PEOPLE))
        other.project.close()
        await until(pilot, lambda: isinstance(app.screen, CountsScreen))
        await until(pilot, lambda: any("not in the codebook" in note.message for note in app._notifications))
        await counted(app, pilot)
        assert app.screen.bars.rows[0].name == "Skills"


async def test_the_table_and_the_words_of_a_person_are_copied(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        await pilot.press("C")
        lines = app.clipboard.split("\n")
        assert lines[0].split("\t")[:3] == ["question", "wave", "theme"] and len(lines) == 2 + len(screen.bars.rows)
        assert lines[1].split("\t")[2:7] == [PEOPLE, PEOPLE, "13", "13", "21"]
        opened_ = await people(app, pilot)
        await pilot.press("ctrl+c")
        assert app.clipboard == "\n".join(quote.text for quote in opened_.people.person.quotes)


async def test_stars_and_memos_are_written_where_the_people_are_and_undone_there(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        await pilot.press("N", *"a theme to watch", "f2")
        await until(pilot, lambda: app.screen is screen)
        theme = Place(Subject.THEME, theme_id(app.session, PEOPLE))
        assert [memo.text for memo in app.session.memos(theme)] == ["a theme to watch"]
        opened_ = await people(app, pilot)
        person = opened_.people.person
        await pilot.press("asterisk")
        await until(pilot, lambda: opened_.people.person.quotes[0].starred and "★" in screen_text(app))
        await pilot.press("N", *"quiet", "f2")
        await until(pilot, lambda: app.screen is opened_)
        assert [memo.text for memo in app.session.memos(Place(Subject.PARTICIPANT, person.id))] == ["quiet"]
        await pilot.press("u", "u")
        await until(pilot, lambda: not opened_.people.person.quotes[0].starred)
        assert not app.session.memos(Place(Subject.PARTICIPANT, person.id))


async def test_a_click_on_a_cell_opens_it(project):
    async with opened(project) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "g", "site")
        await pilot.press("t")
        await pilot.pause()
        place = screen_text(app).split("\n")[screen.grid.region.y + 1].index("5 of 7")
        await pilot.click(screen.grid, offset=(place - screen.grid.region.x + 1, 1))
        await until(pilot, lambda: isinstance(app.screen, PeopleScreen) and app.screen.behind is not None)
        assert app.screen.spot.title == "Skills · Utrecht" and len(app.screen.behind.people) == 5


@pytest.fixture
def waves(tmp_path: Path) -> Path:
    """Two waves of a question; a theme that was found only in the second, one that nobody has, hostile names."""
    header = ("participant_id", "question", "wave", "text", "site")
    rows = [(f"P{i}", QUESTION, wave, f"text {i}", "NS"[i % 2]) for i in range(4) for wave in ("2023", "2024")]
    import_survey(table(tmp_path / "s.csv", header, *rows), tmp_path / "w.coder", SurveyRequest(), coder_name="Ana")
    session = open_session(tmp_path / "w.coder", "Ana")
    for name in ("\x1b[31mred\x07", "[bold]我觉得很好[/] " * 8, "Nobody"):
        session.create_theme(name, question_key=QUESTION)
    second = session.queue(session.questions[1].id)
    for response in second:
        session.review(response)
    session.assign(second[0], session.codebook.themes[0].id)
    session.project.close()
    return tmp_path / "w.coder"


async def test_the_waves_of_a_question_stand_side_by_side(waves):
    async with opened(waves) as (app, pilot):
        screen = await counts(app, pilot)
        assert [row.name for row in screen.bars.rows[:3]][1:] == ["· 2023", "· 2024"]
        assert screen.bars.rows[0].figure is None, "no number over waves: these are other answers"
        text = screen_text(app)
        assert "2024: asked 4 → answered 4 → reviewed 4 → with a theme 1" in text
        assert "0 of 0" in text and "1 of 4  25 %" in text
        await pilot.press("enter")
        assert app.screen is screen, "a heading stands for nobody"
        await pilot.press("down", "down")
        opened_ = await people(app, pilot)
        assert opened_.people.count() == 1 and opened_.people.person.name == "P0"
        await pilot.press("escape")
        await choose(app, pilot, "Q", "2024")
        assert len(screen.bars.rows) == 3 and screen.bars.rows[0].figure.participants == 1


async def test_the_waves_of_a_long_question_are_told_apart_in_the_list_of_questions(project):
    async with opened(project, size=(80, 24)) as (app, pilot):
        await counts(app, pilot)
        await pilot.press("Q")
        await pilot.pause()
        lines = [line for line in screen_text(app).splitlines() if "How confident are you that this" in line]
        assert len(lines) == len({line.strip(" │▸") for line in lines}) == 3
        assert "all waves" in lines[0] and "start" in lines[1] and "end" in lines[2]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (160, 50)])
async def test_hostile_and_long_names_are_inert_and_leave_the_figures_whole(waves, size):
    async with opened(waves, size=size) as (app, pilot):
        await counts(app, pilot)
        for key in ("t", "t", "v", "v", "v"):
            text = screen_text(app)
            assert not any(ord(char) < 32 and char != "\n" for char in text)
            assert all(len(line) <= size[0] for line in text.split("\n"))
            await pilot.press(key)
            await counted(app, pilot)
        await pilot.press("1")
        await counted(app, pilot)
        assert "1 of 4" in screen_text(app)
