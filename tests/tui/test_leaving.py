"""Screens that are left while something is still to be shown in them."""

from coder.tui.screens.code import CodeScreen
from tests.tui.conftest import opened
from tests.tui.on_themes import PEOPLE, to_theme


async def test_what_waits_for_the_next_painting_is_let_go_where_the_screen_is_left_before_it(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        done: list[str] = []
        screen.afterwards(lambda: done.append("painted"))
        await pilot.pause()
        assert done == ["painted"]
        screen._show_about()
        screen.afterwards(lambda: done.append("left"))
        await screen.dismiss()
        await pilot.pause()
        assert isinstance(app.screen, CodeScreen) and done == ["painted"]
