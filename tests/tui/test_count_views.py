"""The views of the counts screen: groups and their differences, change between waves, ratings, choices, saturation."""

import csv
import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from coder.analysis.choices import ChoiceCut, choices
from coder.analysis.crosstab import crosstab
from coder.analysis.ratings import RatingCut, beside, changes, ratings
from coder.analysis.tally import Cut
from coder.analysis.waves import compare
from coder.domain import wording
from coder.domain.tally import Base
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_survey
from coder.session import open_session
from coder.tui.here import parts_at_hand
from coder.tui.screens.person import PersonScreen
from tests.cli.commands import table
from tests.tui.conftest import opened, screen_text, until
from tests.tui.test_counts_screen import choose, counted, counts, people

WAVES = ("start", "end")
PEOPLE = 24


def surveyed(folder: Path) -> Path:
    """24 participants, of whom 12 are at each site, asked twice; everything is reviewed but the last one's answers.

    Friends are found by the first 6 at the start, by the first 16 at the end: 10 gained, none lost. Quiet is lost by
    2, kept by 2. The rating rises by 2 for the first 12, falls by 1 for 4, and the others gave one rating only.
    """
    header = ["participant_id", "site", *(f"What helped? ({wave})" for wave in WAVES)]
    header += [*(f"How sure are you? 1-7 ({wave})" for wave in WAVES), "What best describes your role?", "Which parts?"]
    path = folder / "survey.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(header)
        for i in range(PEOPLE):
            before, after = (3, 5) if i < 12 else (4, 3) if i < 16 else (4, "") if i < 20 else ("", 6)
            parts = ["Lectures"] * (i % 2 == 0) + ["Mentors"] * (i % 3 == 0) or ["Neither of them"]
            out.writerow(
                [
                    *(f"P{i:02}", "Leeds" if i < 12 else "Utrecht", f"first answer of {i}", f"later answer of {i}"),
                    *(before, after, "student" if i % 4 else "engineer", "; ".join(parts)),
                ]
            )
    project = folder / "views.coder"
    request = SurveyRequest(PlanOptions(choice=["What best describes your role?"]))
    import_survey(path, project, request, coder_name="Ana")
    session = open_session(project, "Ana")
    start, end = session.questions
    for name in ("Friends", "Quiet place"):
        session.create_theme(name, question_key=start.key)
    friends, quiet = (session.codebook.find(name).id for name in ("Friends", "Quiet place"))
    first, later = session.queue(start.id), session.queue(end.id)
    for response in (*first[:-1], *later[:-1]):
        session.review(response)
    for theme, responses in ((friends, first[:6]), (friends, later[:16]), (quiet, first[-5:-1]), (quiet, later[-3:-1])):
        for response in responses:
            session.assign(response, theme)
    session.project.close()
    return project


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return surveyed(tmp_path_factory.mktemp("views"))


@pytest.fixture
def survey(kept: Path, tmp_path: Path) -> Path:
    """A fresh copy."""
    return Path(shutil.copy(kept, tmp_path / "views.coder"))


async def view(app, pilot, key: str):
    await pilot.press(key)
    await counted(app, pilot)
    return app.screen


def names(found) -> list[str]:
    """The participants of a list, in its order."""
    return [found.people._at(row)[1].name for row in range(len(found.behind.people))]


def numbered(*numbers: int) -> list[str]:
    return [f"P{i:02}" for i in numbers]


# --- groups ----------------------------------------------------------------------------------------------


async def test_a_group_has_its_difference_from_the_others_in_its_cell_and_in_words(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "what helped end")
        await choose(app, pilot, "g", "site")
        await pilot.press("t", "right")
        text = screen_text(app)
        assert "▲ 12 of 12  100 %" in text and "▼" not in text.split("Utrecht")[0]
        assert "Friends · Leeds: 12 of 12, 100 % [76–100]; +64 points" in text and "against Utrecht 4 of 11" in text
        contrast = crosstab(app.session.project, screen.cut).tables[0].groups[0].contrasts[screen.spot.theme_id]
        low, high = (round(100 * end) for end in contrast.interval)
        assert f"[+{low} to +{high}]" in text
        await pilot.press("right")
        assert screen.spot.title == "Friends · Utrecht" and "points" not in screen.spot.said, "the first says it"
        assert names(await people(app, pilot)) == numbered(12, 13, 14, 15)


async def test_p_values_come_on_request_and_say_why_there_is_none(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        assert "p values" not in screen_text(app), "nothing is compared yet"
        await choose(app, pilot, "Q", "what helped end")
        await choose(app, pilot, "g", "site")
        assert "p values" in screen_text(app) and "Fisher" not in screen_text(app)
        await pilot.press("t", "right")
        await view(app, pilot, "p")
        group = crosstab(app.session.project, screen.cut, test=True).tables[0].groups[0]
        assert f"p = {group.contrasts[screen.spot.theme_id].p:.3f}" in screen.spot.said
        assert "p: Fisher's exact test, after Holm for 2 tests." in screen_text(app)
        await view(app, pilot, "i")
        assert "a full census" in screen.spot.said and "[" not in screen.spot.said
        assert "Wilson" not in screen_text(app) and "Newcombe" not in screen_text(app)
        await view(app, pilot, "i")
        await choose(app, pilot, "g", "role")
        assert "points" in screen.spot.said and "(not tested: a base below 10)" in screen.spot.said


# --- change ----------------------------------------------------------------------------------------------


async def test_change_between_waves_and_who_moved_how(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await view(app, pilot, "2")
        friends = compare(app.session.project, screen.cut)[0].themes[0]
        assert (friends.pairs.before, friends.pairs.after, friends.pairs.base) == (6, 16, 23)
        text = screen_text(app)
        assert "start → end: in both waves asked 24 → answered 24 → reviewed 23" in text
        assert "6 of 23  26 %" in text and "16 of 23  70 %" in text
        await pilot.press("t")
        assert [screen.grid._cells.cell(0, column)[0].split() for column in range(8)] == [
            ["23"], ["6", "26", "%"], ["16", "70", "%"], ["▲", "+43"], ["10"], ["0"], ["6"], ["7"]
        ]  # fmt: skip
        await pilot.press(*["right"] * 4)
        assert screen.spot.said.startswith("gained by 10 of 23; +43 points [")
        assert "McNemar's mid-p = 0.001" in screen.spot.said
        gained = await people(app, pilot)
        assert names(gained) == numbered(*range(6, 16))
        person = gained.people.person
        assert [quote.wave for quote in person.quotes] == ["end"] and [said.words for said in person.said] == [
            "first answer of 6"
        ]
        assert "later answer of 6" in screen_text(app) and "end · Ana · whole response" in screen_text(app)
        await pilot.press("escape", "left", "left")
        assert names(await people(app, pilot)) == numbered(*range(16)), "all who have it at the end"
        await pilot.press("escape", "down", "right", "right", "right")
        assert screen.spot.said.startswith("lost by 2 of 23")
        assert names(await people(app, pilot)) == numbered(19, 20)
        await pilot.press("enter")
        assert app.screen is app.screen_stack[0]
        assert app.screen.shown.response.text == "first answer of 19", "the words that had it"


async def test_change_needs_two_waves_and_is_no_command_where_there_is_one(survey):
    async with opened(survey) as (app, pilot):
        screen = await counts(app, pilot)
        await view(app, pilot, "2")
        assert screen.view.name == "change"
        await choose(app, pilot, "Q", "what helped end")
        assert screen.view.name == "answers" and "change" not in screen_text(app)
        await pilot.press("2")
        assert screen.view.name == "answers"


async def test_a_view_is_a_click_away_and_the_next_one_a_key(survey):
    async with opened(survey) as (app, pilot):
        screen = await counts(app, pilot)
        order = [v.name for v in screen.views]
        assert order == ["answers", "change", "together", "beside", "saturation"]
        for name in (*order[1:], order[0]):
            await view(app, pilot, "v")
            assert screen.view.name == name and screen.counted.view.name == name
        await view(app, pilot, "V")
        assert screen.view.name == order[-1]
        await pilot.click(
            "#tabs", offset=(screen_text(app).split("\n")[screen.query_one("#tabs").region.y].index("3"), 0)
        )
        await counted(app, pilot)
        assert screen.view.name == "together"


# --- ratings ---------------------------------------------------------------------------------------------


async def test_a_rating_is_shown_value_by_value_with_its_middle_and_opens_to_who_gave_it(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "sure start")
        found = ratings(app.session.project, RatingCut(screen.cut.questions))[0]
        assert [row.figure and row.figure.participants for row in screen.bars.rows] == [12, 8]
        assert screen.bars.rows[0].name == f"3  ◂ mean {wording.mean(found.summary.mean)}"
        text = screen_text(app)
        assert "rated by 20 of 24 · mean 3.40 [" in text and "· median 3.00 [" in text and "Wilson" not in text
        assert "12 of 20  60 %" in text and screen.spot.said == "12 of 20, 60 %"
        behind = await people(app, pilot)
        assert names(behind) == numbered(*range(12))
        assert "How sure are you? 1-7 (start)" in screen_text(app)
        assert [said.words for said in behind.people.person.said] == ["3"]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PersonScreen) and "first answer of 0" in screen_text(app)
        await pilot.press("escape")
        assert app.screen is behind
        await pilot.press("P", "enter")
        await until(pilot, lambda: app.screen is app.screen_stack[0])
        assert app.screen.shown.response.text == "first answer of 0"


async def test_the_waves_of_a_rating_stand_side_by_side_and_groups_in_a_table(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "sure side")
        assert [row.name for row in screen.bars.rows[:3]] == ["3", "· start", "· end"]
        assert "start: 20 of 24 · mean 3.40" in screen_text(app) and "end: 20 of 24 · mean 4.80" in screen_text(app)
        await choose(app, pilot, "g", "site")
        rows = [screen.grid._cells.cell(row, 1)[0] for row in range(6)]
        assert rows == ["3.40", "3.00", "4.00", "4.80", "5.00", "4.50"]
        assert "too narrow" in screen_text(app)
        await pilot.press("down", "down")
        assert screen.spot.title == "Utrecht · start"
        assert names(await people(app, pilot)) == numbered(*range(12, 20))
        await pilot.press("escape", "t")
        assert "a table of this alone" in screen_text(app)


async def test_a_change_of_ratings_is_of_the_pairs_and_opens_to_who_went_up_or_down(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "sure side")
        await view(app, pilot, "2")
        (change,) = changes(app.session.project, RatingCut(screen.cut.questions))
        text = screen_text(app)
        mean = f"{wording.change(change.change.mean)} {wording.changed(change.change.mean_interval)}"
        assert f"rated in both: 16 · mean 3.25 → 4.50, change {mean}" in text and "+1.25" in mean
        assert "mean of all who rated 3.40 (20) → 4.80 (20)" in text
        figures = [(row.name, row.figure and row.figure.participants) for row in screen.bars.rows]
        assert figures == [
            ("improved", 12), ("+2", 12), ("same", 0), ("worse", 4), ("−1", 4),
            ("rated in start alone: 4", None), ("rated in end alone: 4", None),
        ]  # fmt: skip
        await pilot.press("down", "down", "down")
        behind = await people(app, pilot)
        assert names(behind) == numbered(12, 13, 14, 15)
        assert "start: 4 · end: 3" in screen_text(app)
        await pilot.press("escape", "down", "down")
        assert names(await people(app, pilot)) == numbered(16, 17, 18, 19)


@pytest.mark.parametrize("question", ["what helped end", "sure end"])
async def test_a_rating_beside_themes_from_either_side(survey, question):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", question)
        await view(app, pilot, "4")
        asked = [q.id for q in app.session.every_question()]
        found = beside(app.session.project, Cut((asked[1],)), RatingCut((asked[3],)))[0].themes[0]
        assert (found.having.n, found.lacking.n) == (16, 3)
        at = next(i for i, (_, name) in enumerate(screen.grid._cells.names) if "(end)" in name)
        await pilot.press(*["down"] * (at + 1))
        assert screen.spot.said.startswith("with it rated by 16, mean 4.50; difference −1.50")
        having = await people(app, pilot)
        assert names(having) == numbered(*range(16))
        assert having.people.person.quotes and "end" not in having.people.person.quotes[0].text
        assert [said.words for said in having.people.person.said] == ["5"], "the rating; the answer is the quote"
        await pilot.press("escape", "right")
        lacking = await people(app, pilot)
        assert names(lacking) == numbered(20, 21, 22)
        assert [said.words for said in lacking.people.person.said] == ["6", "later answer of 20"]
        await pilot.press("escape", "right", "enter")
        assert app.screen is screen and screen.spot.behind is None, "a difference counts nobody"


async def test_waves_of_a_rating_beside_one_question_are_told_apart_in_a_narrow_terminal(tmp_path):
    rated = [f"How confident are you in all that was asked of you? (1-7) [{wave}]" for wave in WAVES]
    rows = [[f"P{i}", f"answer {i} of a person", 1 + i % 7, 7 - i % 7] for i in range(8)]
    source = table(tmp_path / "s.csv", ["participant_id", "Why?", *rated], *rows)
    import_survey(source, tmp_path / "p.coder", SurveyRequest(PlanOptions(open=["Why?"])), coder_name="Ana")
    with (session := open_session(tmp_path / "p.coder", "Ana")).project:
        session.create_theme("Friends", question_key="Why?")
        for response in session.queue():
            session.review(response)
    async with opened(tmp_path / "p.coder", size=(80, 24)) as (app, pilot):
        await counts(app, pilot)
        await view(app, pilot, "4")
        assert "start: How confident" in screen_text(app) and "end: How confident" in screen_text(app)


# --- choices ---------------------------------------------------------------------------------------------


async def test_options_are_counted_of_those_who_chose_and_by_groups(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "which")
        (found,) = choices(app.session.project, ChoiceCut(screen.cut.questions))
        assert [row.figure for row in screen.bars.rows] == [option.figure for option in found.options]
        text = screen_text(app)
        assert "everybody 24 → chose 24 → several options 4" in text and "Lectures" in text
        assert "12 of 24  50 %  [31–69]" in text and "Several options can be chosen" in text
        assert names(await people(app, pilot)) == numbered(*range(0, 24, 2))
        assert "Lectures, Mentors" in screen_text(app)
        await pilot.press("escape", "s")
        assert [row.figure.participants for row in screen.bars.rows] == [12, 8, 8]
        await choose(app, pilot, "g", "role")
        await pilot.press("t", "right")
        assert screen.spot.title == "Lectures · engineer" and screen.spot.said == "6 of 6, 100 % [61–100]"
        assert names(await people(app, pilot)) == numbered(*range(0, 24, 4))
        await pilot.press("escape")
        await view(app, pilot, "i")
        assert screen.spot.said == "6 of 6, 100 %"


# --- together and saturation -----------------------------------------------------------------------------


async def test_two_themes_have_their_measures(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "what helped start")
        await view(app, pilot, "3")
        await pilot.press("right")
        assert screen.spot.said == "0 of 23, 0 % [0–14]; Jaccard 0.00, lift 0.00 (the one 6, the other 4)"
        await pilot.press("left")
        assert "Jaccard" not in screen.spot.said


async def test_the_curve_of_saturation_and_where_each_theme_came_up(survey):
    async with opened(survey, size=(140, 40)) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "what helped start")
        await view(app, pilot, "5")
        text = screen_text(app)
        assert "answered 24 → reviewed 23 responses → 2 themes, saturated after 4" in text
        assert "2 ┤" in text and "0 └───" in text and "▲" in text and "responses read" in text
        await pilot.press("down")
        assert screen.spot.title == "Quiet place" and "first in response 20 of 23 read" in screen.spot.said
        below = next(line for line in screen_text(app).split("\n") if "0 └" in line)
        assert below.index("▲") > len(below.rstrip()) * 3 // 4, "the sign goes with the cursor"
        assert names(await people(app, pilot)) == numbered(19)
        await pilot.press("enter")
        assert app.screen is app.screen_stack[0] and app.screen.shown.response.text == "first answer of 19"


# --- taking it along, and going on -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "key", "name", "header"),
    [
        ("what helped side", "2", "change", "question,before,after,theme"),
        ("what helped side", "4", "ratings-beside-themes", "rating,rating_wave,question,wave,theme"),
        ("what helped side", "5", "saturation", "question,wave,response,theme"),
        ("sure side", "1", "ratings", "rating,wave,from,to"),
        ("sure side", "2", "rating-change", "rating,before,after"),
        ("which", "1", "choices", "question,wave,option"),
    ],
)
async def test_what_is_shown_is_written_and_copied(survey, question, key, name, header):
    async with opened(survey) as (app, pilot):
        await counts(app, pilot)
        await choose(app, pilot, "Q", question)
        await view(app, pilot, key)
        await pilot.press("C")
        assert app.clipboard.split("\n")[0].startswith(header.replace(",", "\t"))
        target = survey.parent / f"views-{name}.csv"
        await pilot.press("e", "enter")
        await until(pilot, target.exists)
        with target.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert ",".join(rows[0]).startswith(header)
        assert len(rows) == len(app.clipboard.rstrip("\n").split("\n")) > 1


@pytest.mark.parametrize(
    ("question", "key", "title"),
    [
        ("what helped end", "1", "What helped? (end)"),
        ("what helped side", "1", "What helped?"),
        ("what helped side", "2", "What helped?"),
        ("what helped end", "3", "What helped? (end)"),
        ("sure start", "1", "How sure are you?"),
        ("sure side", "2", "How sure are you?"),
        ("which", "1", "Which parts?"),
    ],
)
async def test_what_is_shown_is_drawn_for_a_publication(survey, question, key, title):
    async with opened(survey) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", question)
        await view(app, pilot, key)
        await pilot.press("e", *["backspace"] * 3, *"svg", "enter")
        target = survey.parent / f"views-{screen.view.file}.svg"
        await until(pilot, target.exists)
        drawn = target.read_text(encoding="utf-8")
        assert drawn.startswith(("<?xml", "<svg"))
        assert title in drawn
        await pilot.press("e", *["backspace"] * 3, *"png", "enter")
        await until(pilot, target.with_suffix(".png").exists)
        assert target.with_suffix(".png").read_bytes().startswith(b"\x89PNG")


async def test_what_has_no_figure_or_several_says_so(survey):
    async with opened(survey) as (app, pilot):
        await counts(app, pilot)
        await view(app, pilot, "5")
        await pilot.press("e", *["backspace"] * 3, *"svg", "enter")
        await until(pilot, lambda: "There is no figure of this." in screen_text(app))
        await pilot.press("escape")
        await choose(app, pilot, "Q", "sure side")
        await view(app, pilot, "1")
        await pilot.press("e", *["backspace"] * 3, *"png", "enter")
        await until(pilot, lambda: "These are 2 figures." in screen_text(app))


async def test_a_view_stays_where_the_next_question_has_it(survey):
    async with opened(survey) as (app, pilot):
        screen = await counts(app, pilot)
        await view(app, pilot, "2")
        await choose(app, pilot, "Q", "sure side")
        assert (screen.view.name, screen.view.file) == ("change", "rating-change")
        await choose(app, pilot, "Q", "which")
        assert (screen.view.name, screen.view.file) == ("answers", "choices")


async def test_only_what_means_something_is_a_command(survey):
    async with opened(survey) as (app, pilot):
        screen = await counts(app, pilot)

        def commands() -> set[str]:
            return {command.action for part in parts_at_hand(screen) for command in part.commands}

        assert {"base", "groups", "whose", "view('change')", "view('beside')"} <= commands()
        assert "test" not in commands(), "there are no groups to compare"
        await choose(app, pilot, "Q", "which")
        await pilot.press("b")
        await counted(app, pilot)
        assert screen.cut.base is Base.REVIEWED, "whom a choice is of has no other bases"
        assert not {"base", "whose", "view('change')", "next_view(1)"} & commands()


HOSTILE = "\x1b]0;title\x07 [bold]x[/] \u202e" + "我觉得很好 " * 30


async def test_hostile_answers_groups_and_questions_are_inert(tmp_path):
    path = tmp_path / "hostile.csv"
    asked = ["id", "site", f"Rate it {HOSTILE}", f"Choose {HOSTILE}", f"Say {HOSTILE}"]
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(asked)
        out.writerows(
            [f"P{i}{HOSTILE}", HOSTILE + str(i % 2), 1 + i % 5, HOSTILE + str(i % 3), f"{i} {HOSTILE}"]
            for i in range(9)
        )
    options = PlanOptions(id="id", rating=["Rate it"], choice=["Choose"], open=["Say"], attribute=["site"])
    import_survey(path, tmp_path / "h.coder", SurveyRequest(options), coder_name="Ana")
    async with opened(tmp_path / "h.coder", size=(80, 24)) as (app, pilot):
        screen = await counts(app, pilot)
        for question in ("rate", "choose", "say"):
            await choose(app, pilot, "Q", question)
            for _ in screen.views:
                for key in ("end", "t", "v"):
                    await view(app, pilot, key)
                    text = screen_text(app)
                    assert not any(ord(char) < 32 and char != "\n" for char in text) and "\u202e" not in text
                    assert all(cell_len(line) <= 80 for line in text.split("\n"))
        await choose(app, pilot, "Q", "rate")
        await choose(app, pilot, "g", "site")
        await choose(app, pilot, "Q", "choose")
        await pilot.press("down")
        found = await people(app, pilot)
        assert len(found.behind.people) == 2
        text = screen_text(app)
        assert not any(ord(char) < 32 and char != "\n" for char in text) and "\u202e" not in text


async def test_a_question_that_an_undo_takes_away_leads_to_others(survey):
    async with opened(survey) as (app, pilot):
        screen = await counts(app, pilot)
        await choose(app, pilot, "Q", "sure side")
        other = open_session(survey, "Ana")
        while other.next_undo():
            other.undo()
        other.project.close()
        await until(pilot, lambda: "not in the survey any more" in screen_text(app))
        assert not screen.views and not screen.bars.rows
        for key in ("2", "v", "t", "g", "e", "enter"):
            await pilot.press(key)
        await pilot.press("escape")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (160, 50)])
async def test_every_view_fits_every_size(survey, size):
    async with opened(survey, size=size) as (app, pilot):
        await counts(app, pilot)
        for question in ("what helped side", "sure side", "which"):
            await choose(app, pilot, "Q", question)
            for _ in app.screen.views:
                await pilot.press("v")
                await counted(app, pilot)
                lines = screen_text(app).split("\n")
                assert len(lines) == size[1] and all(len(line) <= size[0] for line in lines)
                assert app.screen.front.size.height >= 1
