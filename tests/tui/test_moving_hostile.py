"""No byte of a hostile id, attribute or text does anything on the ways to a response; and their words stand right."""

import csv
import unicodedata

import pytest
from rich.cells import cell_len

from coder.imports import SurveyRequest, import_survey
from coder.session import open_session
from coder.tui.screens.hits import HitsScreen
from coder.tui.widgets.rows import fit_end
from tests.tui.conftest import opened, screen_text, until

EVIL = "\x1b]0;owned\x07\x1b[31m\u202eevil\u200b \x9b2J [b]not bold[/b] food"


@pytest.fixture
def hostile(tmp_path):
    rows = [(f"{EVIL}{i}", "Why? \x1b[2J", f"{EVIL}\n{'食べ物' * i} food {i}", f"{EVIL} site") for i in range(4)]
    with (tmp_path / "s.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["participant_id", "question", "text", "site \x1b[7m"])
        out.writerows(rows)
    import_survey(tmp_path / "s.csv", tmp_path / "s.coder", SurveyRequest(), coder_name="Ana")
    session = open_session(tmp_path / "s.coder", "Ana")
    session.create_theme("Theme \x1b[31m [b]", question_key=session.questions[0].key)
    for response in session.queue()[:2]:
        session.review(response)
    session.assign(session.queue()[0], session.codebook.themes[0].id)
    session.project.close()
    return tmp_path / "s.coder"


def inert(app) -> bool:
    found = {c for c in screen_text(app) if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")}
    return not found and "owned" not in (app.title + app.sub_title)


async def settled(app, pilot) -> None:
    """Wait until what was asked aside has been shown."""
    groups = {"count", "people", "lookup", "hits", "check", "ways"}
    await until(pilot, lambda: not any(w.group in groups and w.is_running for w in app.workers))
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_every_way_to_a_response_is_inert(hostile, size):
    async with opened(hostile, size=size) as (app, pilot):
        code = app.screen_stack[0]
        await app.background.stop()
        for keys in (
            ["F"],
            ["F", "end", "space"],
            ["F", "end", *"food"],
            ["G"],
            ["P"],
            ["f9"],
            ["f7"],
            ["slash", *"food", "enter"],
            ["f9"],
            ["E"],
        ):
            await pilot.press(*keys)
            await settled(app, pilot)
            assert inert(app), keys
            while app.screen is not code or code.desk.responses.has_focus:
                await pilot.press("escape")
        await pilot.press("E", "enter")
        await until(pilot, lambda: isinstance(app.screen, HitsScreen) and len(app.screen.rows.hits) == 8)
        await settled(app, pilot)
        assert inert(app)
        rows = [app.screen.rows.paint(row, 70)[0] for row in range(8)]
        assert len({sum(cell_len(text) for text, _ in row[:3]) for row in rows}) == 1, "the hits stand under each other"


def test_the_end_of_a_text_is_what_is_kept_in_cells() -> None:
    assert fit_end("one two", 3) == "two"
    assert fit_end("two", 5) == "  two"
    assert fit_end("食べ物", 4) == "べ物" and fit_end("食べ物", 3) == " 物"
    assert fit_end("e\u0301", 1) == "e\u0301" and fit_end("xe\u0301", 1) == "e\u0301"
