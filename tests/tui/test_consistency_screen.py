"""The consistency check by keyboard: what is found, beside each other, and gone when it is coded alike."""

import pytest

from coder.tui.screens.consistency import ConsistencyScreen
from tests.test_consistency import coded
from tests.tui.conftest import opened, screen_text, until


@pytest.fixture
def inconsistent(tmp_path):
    session = coded(tmp_path)
    session.project.close()
    return session.project.path


async def checked(app, pilot) -> ConsistencyScreen:
    await app.background.stop()  # the helper of these tests answers nothing; without one it is done here, aside
    await pilot.press("f7")
    screen = app.screen
    assert isinstance(screen, ConsistencyScreen)
    await until(pilot, lambda: "found in" in screen_text(app))
    return screen


async def cards_of(screen, pilot, *people: str) -> None:
    def shown() -> list[str]:
        return [card.view.participant.external_id for card in screen.cards.cards]

    await until(pilot, lambda: shown() == list(people))


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_what_was_coded_in_several_ways_stands_side_by_side(inconsistent, size):
    async with opened(inconsistent, size=size) as (app, pilot):
        screen = await checked(app, pilot)
        assert screen.rows.count() == 2 and "2 found in 5 responses" in screen_text(app)
        await cards_of(screen, pilot, "P1", "P3")
        text = screen_text(app)
        assert "P1 and 1 other, coded so" in text and "Food (here alone)" in text and "no theme" in text
        await pilot.press("down")
        await cards_of(screen, pilot, "P4", "P5")
        tops = {card.region.y for card in screen.cards.cards}
        assert (len(tops) == 1) is (size[0] >= 140)


async def test_a_response_is_opened_and_what_is_coded_alike_is_gone_at_the_next_check(inconsistent):
    async with opened(inconsistent) as (app, pilot):
        screen = await checked(app, pilot)
        await cards_of(screen, pilot, "P1", "P3")
        await pilot.press("enter", "down", "enter")
        code = app.screen_stack[0]
        await until(pilot, lambda: app.screen is code)
        assert code.shown.participant.external_id == "P3"
        food = app.session.codebook.find("Food").id
        await pilot.press(code.legend.keys[food])
        screen = await checked(app, pilot)
        assert screen.rows.count() == 1
        await cards_of(screen, pilot, "P4", "P5")
        await pilot.press("tab", "escape")
        assert screen.rows.has_focus
        await pilot.press("escape")
        assert app.screen is code


async def test_undo_in_the_check_checks_anew(inconsistent):
    async with opened(inconsistent) as (app, pilot):
        code = app.screen_stack[0]
        for response in app.session.queue()[2:3]:
            app.session.assign(response, app.session.codebook.find("Food").id)
        screen = await checked(app, pilot)
        assert screen.rows.count() == 1
        await pilot.press("u")
        await until(pilot, lambda: screen.rows.count() == 2)
        await pilot.press("escape")
        assert app.screen is code


async def test_nothing_found_is_said(inconsistent):
    async with opened(inconsistent) as (app, pilot):
        for response in app.session.queue():
            for coding in app.session.view(response).codings:
                app.session.unassign(response, coding.theme_id)
        screen = await checked(app, pilot)
        assert screen.rows.count() == 0 and "0 found in" in screen_text(app)
        await pilot.press("enter", "escape")
        assert app.screen is app.screen_stack[0]
