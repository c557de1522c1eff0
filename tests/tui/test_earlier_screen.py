"""A text that an import has changed: what it was, and its coding taken over by a key."""

from pathlib import Path

import pytest

from coder.domain.coding import Span
from coder.domain.filtering import Filter
from coder.imports import SurveyRequest, import_survey
from coder.session import open_session
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.earlier import EarlierScreen
from coder.tui.screens.filter import FilterScreen
from tests.projects import project_of, survey_file
from tests.tui.conftest import opened, screen_text, until
from tests.tui.test_code_screen import coded, screen_of, status
from tests.tui.test_history_screen import history_of

OLD = "The people were kind. The food was bad."
NEW = "The people were so very kind."


def changed_project(folder: Path, old: str = OLD, new: str = NEW, spans: tuple[str, str] = ("people", "food")) -> Path:
    """P2's text was coded with two themes, reviewed, and replaced."""
    path = project_of(folder, {"P1": "nothing", "P2": old}, ["People", "Food"])
    session = open_session(path, "Ana")
    with session.project:
        second = session.queue()[1]
        for theme, said in zip(("People", "Food"), spans, strict=True):
            at = old.index(said)
            session.assign(second, session.codebook.find(theme).id, Span(at, at + len(said)))
        session.review(second)
        import_survey(survey_file(folder, {"P1": "nothing", "P2": new}), path, SurveyRequest(), coder_name="Ana")
    return path


async def shown(app, pilot) -> EarlierScreen:
    await pilot.press("O")
    await until(pilot, lambda: isinstance(app.screen, EarlierScreen) and app.screen.rows.count() > 0)
    await pilot.pause()
    return app.screen


async def to_the_changed(app, pilot) -> None:
    """By the filter, as an analyst comes there."""
    await pilot.press("F")
    await until(pilot, lambda: isinstance(app.screen, FilterScreen))
    rows = app.screen.asked.rows
    at = next(i for i, row in enumerate(rows) if row.name == "changed")
    await pilot.press(*["down"] * at, "space", "enter")
    await until(pilot, lambda: isinstance(app.screen, CodeScreen))
    assert app.screen.walk.wanted == Filter(changed=True)


async def test_the_filter_leads_there_and_two_keys_take_the_coding_over(tmp_path: Path) -> None:
    async with opened(changed_project(tmp_path)) as (app, pilot):
        await to_the_changed(app, pilot)
        assert screen_of(app).shown.response.text == NEW and len(screen_of(app).queue) == 1
        assert "changed by an import (O: the old text)" in screen_text(app)
        screen = await shown(app, pilot)
        text = screen_text(app)
        assert "The people were {+so very +}kind[-. The food was bad-]." in text
        assert "its words are in the new text" in text and "its words are gone" in text
        assert [row.count("[✓]") for row in text.split("\n") if "People" in row or "[ ] Food" in row] == [1, 0]
        assert screen.rows.has_focus
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen))
        assert coded(app) == {"People": ["people"]}
        assert "Taken over" in status(app)
        await pilot.press("u")
        await until(pilot, lambda: coded(app) == {})
        await pilot.press("enter")
        await pilot.pause()
        assert not app.session.queue(wanted=Filter(changed=True)), "reviewed, so it is looked at"


async def test_what_is_gone_can_be_ticked_and_what_stands_unticked(tmp_path: Path) -> None:
    async with opened(changed_project(tmp_path)) as (app, pilot):
        await to_the_changed(app, pilot)
        await shown(app, pilot)
        await pilot.press("space", "down", "space", "enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen))
        assert coded(app) == {"Food": []}
        screen = await shown(app, pilot)
        await pilot.press("down", "space")
        assert screen.rows.ticked == {app.session.codebook.find("People").id}, "what is coded here can't be ticked"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen))
        assert coded(app) == {"Food": []}


async def test_keys_in_one_burst_never_review_what_was_not_seen(tmp_path: Path) -> None:
    async with opened(changed_project(tmp_path)) as (app, pilot):
        await to_the_changed(app, pilot)
        response = screen_of(app).shown.response.id
        await pilot.press("O", "enter")
        await pilot.pause()
        assert not app.session.view(response).reviewed


async def test_the_way_to_a_replaced_text_leads_to_the_one_that_stands_there_now(tmp_path: Path) -> None:
    async with opened(changed_project(tmp_path)) as (app, pilot):
        await history_of(app, pilot)
        await pilot.press("down")
        assert "▸" in next(line for line in screen_text(app).split("\n") if "Marked as reviewed" in line)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen))
        assert screen_of(app).shown.response.text == NEW and len(screen_of(app).queue) == 2
        assert "O shows the old one" in status(app)


async def test_a_text_that_never_changed_says_so(tmp_path: Path) -> None:
    async with opened(changed_project(tmp_path)) as (app, pilot):
        assert screen_of(app).shown.participant.external_id == "P1"
        await pilot.press("O")
        assert isinstance(app.screen, CodeScreen) and "No import has changed" in status(app)
        assert "the old text" not in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (160, 50)])
async def test_hostile_and_long_texts_are_shown_inert(tmp_path: Path, size: tuple[int, int]) -> None:
    hostile = "\x1b[31m[bold red]x[/] \u202eright "
    old, new = hostile + "people food " + "word " * 20_000, hostile + "\x07people " + "word " * 20_001
    async with opened(changed_project(tmp_path, old, new), size) as (app, pilot):
        await to_the_changed(app, pilot)
        screen = await shown(app, pilot)
        text = screen_text(app)
        assert not any(c in text for c in "\x1b\x07\u202e") and "[bold red]" in text
        await pilot.press("right", "left")
        assert screen.rows.count() == 2
