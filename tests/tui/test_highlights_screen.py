"""Highlights without a theme: ticked, and given one, many at a time."""

from coder.domain.coding import Span
from coder.session import open_session
from coder.tui.background import command
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.highlights import HighlightsScreen
from coder.tui.screens.modals import Confirm
from tests.tui.conftest import opened, screen_text, until
from tests.tui.test_code_screen import PEOPLE, SKILLS, key_of, screen_of, status


def mark_people(path) -> list[int]:
    """Highlight `people` wherever it is said in answers to the first question; returns the responses."""
    session = open_session(path, "Ana")
    found = []
    with session.project:
        for response in session.queue(session.questions[0].id):
            text = session.view(response).response.text
            for word in ("people", "confidence"):
                at = text.find(word)
                if at >= 0:
                    session.mark(response, Span(at, at + len(word)))
                    found.append(response)
    return found


async def shown(app, pilot) -> HighlightsScreen:
    await pilot.press("f5")
    await until(pilot, lambda: isinstance(app.screen, HighlightsScreen) and app.screen.list.count() > 0)
    await pilot.pause()
    return app.screen


def open_ids(app) -> list[int]:
    return [h.id for h in app.session.open_highlights(app.session.questions[0].id)]


async def test_a_themes_key_on_a_groups_heading_codes_the_whole_group_and_undo_brings_it_back(project):
    mark_people(project)
    async with opened(project) as (app, pilot):
        screen = await shown(app, pilot)
        assert "by words" in screen_text(app) and "participants" in screen_text(app)
        word, rows, before = screen.list.word, screen.list.count(), open_ids(app)
        group = [h.id for h in screen.list.chosen]
        assert word == "people" and len(group) > 2
        await pilot.press(key_of(app, PEOPLE))
        await until(pilot, lambda: screen.list.word != "people")
        assert set(open_ids(app)) == set(before) - set(group)
        assert "each counted once" in status(app)
        await pilot.press("u")
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        await until(pilot, lambda: screen.list.count() == rows)
        assert open_ids(app) == before and app.screen is screen


async def test_ticked_highlights_alone_get_the_theme(project):
    mark_people(project)
    async with opened(project) as (app, pilot):
        screen = await shown(app, pilot)
        await pilot.press("down", "space", "space")
        ticked = screen.list.ticked
        assert len(ticked) == 2 and "2 ticked" in status(app) and screen_text(app).count("[x]") == 2
        await pilot.press("t", *"ml skills", "enter")
        await until(pilot, lambda: not screen.list.ticked)
        theme = app.session.codebook.find(SKILLS).id
        codings = [q for q in app.session.quotes(theme) if q.text == "people"]
        assert len(codings) == 2 and not ticked & set(open_ids(app))


async def test_space_on_a_heading_ticks_the_group_and_escape_unticks_before_it_leaves(project):
    mark_people(project)
    async with opened(project) as (app, pilot):
        screen = await shown(app, pilot)
        everyone = {h.id for h in screen.list.chosen}
        await pilot.press("space")
        assert screen.list.ticked == everyone
        await pilot.press("down", "space", "up", "up", "space")
        assert screen.list.ticked == everyone
        await pilot.press("space")
        assert not screen.list.ticked
        await pilot.press("space", "escape")
        assert not screen.list.ticked and app.screen is screen
        await pilot.press("escape")
        assert isinstance(app.screen, CodeScreen)


async def test_i_makes_a_new_theme_of_the_group_by_its_shared_word(project):
    mark_people(project)
    async with opened(project) as (app, pilot):
        screen = await shown(app, pilot)
        group = len(screen.list.chosen)
        await pilot.press("i", "space", *"met", "enter")
        await until(pilot, lambda: screen.list.word != "people")
        theme = app.session.codebook.find("people met")
        assert len(app.session.quotes(theme.id)) == group
        await pilot.press("escape")
        await pilot.pause()
        assert "people met" in screen_text(app)


async def test_enter_goes_to_the_response_of_the_highlight(project):
    responses = mark_people(project)
    async with opened(project) as (app, pilot):
        await shown(app, pilot)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, CodeScreen) and screen_of(app).shown.response.id in responses


async def test_the_helper_gathers_by_lemmas_and_ticks_stay(project):
    mark_people(project)
    async with opened(project, helper=tuple(command(project, "Ana"))) as (app, pilot):
        screen = await shown(app, pilot)
        await pilot.press("down", "space")
        ticked = screen.list.ticked
        await until(pilot, lambda: "by lemmas" in screen_text(app), turns=2_000)
        assert screen.list.ticked == ticked


async def test_without_highlights_it_says_how_they_are_made(project):
    async with opened(project) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: "m on the coding screen" in screen_text(app))
