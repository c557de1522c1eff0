"""An error that nobody foresaw: a page instead of a traceback, nothing lost, no participant's words in the details."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from coder.state import state_folder
from coder.tui.app import CoderApp
from coder.tui.faults import fault_of
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.fault import FaultScreen
from coder.tui.widgets.desk import Desk
from coder.tui.widgets.response_pane import ResponsePane
from tests.tui.conftest import QUIET_HELPER, screen_text, until


async def came(app: CoderApp, holds: Callable[[], bool]) -> None:
    """Wait without the pilot, which waits for every part of a screen: some hear nothing any more."""
    for _ in range(400):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"it did not come to hold: {app.screen_stack}")


SECRET = "my neighbour Jane said"


class SpoiltError(Exception):
    """What is injected."""


@asynccontextmanager
async def explaining(path: Path) -> AsyncIterator[tuple[CoderApp, Pilot]]:
    """The application, told to explain faults as it does in a terminal."""
    app = CoderApp(path, "Ana", QUIET_HELPER)
    app.explains_faults = True
    async with app.run_test(size=(110, 34)) as pilot:
        await until(pilot, lambda: app.session is not None and app.screen.shown is not None)
        yield app, pilot


def spoil(*_: object, **__: object) -> None:
    raise SpoiltError(SECRET)


async def async_spoil(*_: object, **__: object) -> None:
    raise SpoiltError(SECRET)


def in_a_command(app: CoderApp) -> None:
    app.screen.action_go = spoil
    app.simulate_key("n")


def in_a_handler_of_the_screen(app: CoderApp) -> None:
    app.screen.call_later(spoil)


def in_a_part(app: CoderApp) -> None:
    app.screen.pane.call_later(spoil)


def in_the_application(app: CoderApp) -> None:
    app.call_later(spoil)


def in_work_aside(app: CoderApp) -> None:
    app.screen.run_worker(async_spoil())


def at_a_time(app: CoderApp) -> None:
    app.screen.set_timer(0.01, spoil)


def after_a_frame(app: CoderApp) -> None:
    app.screen.call_after_refresh(spoil)


def in_a_screen_that_opens(app: CoderApp) -> None:
    class Broken(Screen):
        def on_mount(self) -> None:
            spoil()

    app.push_screen(Broken())


FAULTS: list[Callable[[CoderApp], None]] = [
    in_a_command,
    in_a_handler_of_the_screen,
    in_a_part,
    in_the_application,
    in_work_aside,
    at_a_time,
    after_a_frame,
    in_a_screen_that_opens,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
async def test_wherever_it_happens_a_page_explains_it_and_one_goes_on_where_one_was(project, fault):
    async with explaining(project) as (app, pilot):
        await pilot.press("n", "1")
        shown = app.screen.shown.response.id
        codings = app.session.view(shown).codings
        assert codings
        fault(app)
        await came(app, lambda: isinstance(app.screen, FaultScreen) and "go on" in screen_text(app))
        page = screen_text(app)
        assert "Everything that was shown as done is saved" in page and "Spoilt" in page and SECRET not in page
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen) and app.screen.shown is not None)
        assert app.screen_stack == [app.screen] and app.screen.shown.response.id == shown
        assert app.session.view(shown).codings == codings
        await pilot.press("u")
        await until(pilot, lambda: not app.session.view(shown).codings)
    assert app.failure is None and not app.return_code


async def test_what_can_not_be_drawn_is_explained_too(project, monkeypatch):
    async with explaining(project) as (app, pilot):
        with monkeypatch.context() as broken:
            broken.setattr(ResponsePane, "render_line", spoil)
            app.screen.pane.refresh()
            await came(app, lambda: isinstance(app.screen, FaultScreen) and "render_line" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen) and app.screen.shown is not None)


async def test_leaving_ends_with_status_one_and_says_where_the_log_is(project):
    async with explaining(project) as (app, pilot):
        in_the_application(app)
        await came(app, lambda: isinstance(app.screen, FaultScreen))
        await pilot.press("q")
        await came(app, lambda: app._exit)
    assert app.return_code == 1 and "faults.log" in app.failure.hint
    log = (state_folder() / "faults.log").read_text(encoding="utf-8")
    assert "Spoilt" in log and "in spoil" in log and SECRET not in log and str(Path(__file__).parent) not in log


async def test_a_second_error_while_the_page_is_up_ends_in_order(project):
    async with explaining(project) as (app, _):
        in_the_application(app)
        await came(app, lambda: isinstance(app.screen, FaultScreen))
        app.screen.call_later(spoil)
        await came(app, lambda: app._exit)
    assert app.return_code == 1 and "saved" in app.failure.message


async def test_words_are_shown_and_copied_only_when_they_are_asked_for(project):
    async with explaining(project) as (app, pilot):
        in_the_application(app)
        await came(app, lambda: isinstance(app.screen, FaultScreen))
        await pilot.press("c")
        assert "Spoilt" in app.clipboard and SECRET not in app.clipboard
        await pilot.press("w", "c")
        assert SECRET in screen_text(app) and SECRET in app.clipboard


async def test_an_error_at_the_very_beginning_ends_in_order(project, monkeypatch):
    monkeypatch.setattr(Desk, "compose", spoil)
    app = CoderApp(project, "Ana", QUIET_HELPER)
    app.explains_faults = True
    await asyncio.wait_for(app.run_async(headless=True), 20)
    assert app.return_code == 1 and "saved" in app.failure.message


def test_the_causes_of_an_error_are_told_in_their_order():
    try:
        try:
            spoil()
        except SpoiltError as cause:
            raise ValueError("x") from cause
    except ValueError as error:
        fault = fault_of(error)
    assert fault.where.index("Spoilt") < fault.where.index("ValueError")
    assert fault.kind == "ValueError" and SECRET not in fault.details_with_words
