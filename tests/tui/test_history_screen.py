"""Undo that says what it takes back, and the history of all that was done."""

from coder.domain.log import Kind
from coder.errors import CoderError
from coder.session import open_session
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.history import HistoryScreen
from coder.tui.screens.modals import Choose
from tests.tui.conftest import opened, screen_text, until
from tests.tui.test_code_screen import PEOPLE, SKILLS, key_of, screen_of, status


def keys_line(app) -> str:
    return screen_text(app).split("\n")[-1]


async def history_of(app, pilot) -> HistoryScreen:
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(app.screen, HistoryScreen) and app.screen.events.count() > 0)
    await pilot.pause()
    return app.screen


async def test_the_key_line_says_what_undo_would_take_back_and_what_would_be_done_again(project):
    async with opened(project, size=(140, 40)) as (app, pilot):
        assert "undo: imported" in keys_line(app)
        await pilot.press(key_of(app, SKILLS))
        assert f"undo: coded ‘{SKILLS[:14]}" in keys_line(app)
        await pilot.press("enter")
        assert "undo: marked as rev" in keys_line(app)
        await pilot.press("u")
        assert f"undo: coded ‘{SKILLS[:14]}" in keys_line(app) and "redo: marked as" in keys_line(app)


async def test_undo_goes_to_the_response_where_it_was_and_says_so(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        was = screen.shown
        await pilot.press(key_of(app, SKILLS), "n", "n", "u")
        assert app.screen is screen and screen.shown.response.id == was.response.id
        assert "Undone: coded" in status(app) and f"at {was.participant.external_id}" in status(app)
        await pilot.press("n", "U")
        assert screen.shown.response.id == was.response.id and len(screen.shown.codings) == 1


async def test_the_history_shows_everything_newest_first_and_what_is_undone(project):
    async with opened(project) as (app, pilot):
        await pilot.press(key_of(app, SKILLS), key_of(app, PEOPLE), "u")
        person = screen_of(app).shown.participant.external_id
        await history_of(app, pilot)
        lines = screen_text(app).split("\n")
        assert "Undid: coded" in lines[1] and person in lines[1]
        assert f"undone: Coded ‘{PEOPLE}’" in lines[2] and "undone" not in lines[3]
        assert "Imported" in "".join(lines)


async def test_undo_in_the_history_stays_there_and_shows_at_once(project):
    async with opened(project) as (app, pilot):
        await pilot.press(key_of(app, SKILLS))
        screen = await history_of(app, pilot)
        before = screen.events.count()
        await pilot.press("u")
        await until(pilot, lambda: screen.events.count() == before + 1)
        await pilot.pause()
        assert app.screen is screen and "Undone: coded" in status(app)
        await pilot.press("escape")
        await pilot.pause()
        assert screen_of(app).shown.codings == ()


async def test_enter_in_the_history_goes_to_the_response(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        was = screen.shown.response.id
        await pilot.press(key_of(app, SKILLS), "n", "n")
        await history_of(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is screen and screen.shown.response.id == was
        await history_of(app, pilot)
        await pilot.press("end", "enter")
        assert "no response to go to" in status(app) and isinstance(app.screen, HistoryScreen)


async def test_the_history_is_filtered_by_words_coder_and_kind(project):
    ben = open_session(project, "Ben")
    ben.create_theme("Zebra crossing")
    ben.project.close()
    async with opened(project) as (app, pilot):
        await pilot.press(key_of(app, SKILLS))
        screen = await history_of(app, pilot)
        everything = screen.events.count()
        await pilot.press("slash", *"zebra", "enter")
        await until(pilot, lambda: screen.events.count() == 1)
        await pilot.pause()
        assert "Zebra crossing" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: screen.events.count() == everything)
        await pilot.press("w", *"ben", "enter")
        await until(pilot, lambda: screen.events.count() == 1)
        assert screen.events.entry.coder == "Ben"
        await pilot.press("escape", "t")
        assert isinstance(app.screen, Choose)
        await pilot.press(*"code", "enter")
        await until(pilot, lambda: screen.events.count() == 1 and screen.events.entry.kind is Kind.CODE)
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, CodeScreen)


async def test_a_refused_undo_in_the_history_gives_its_reason(project):
    async with opened(project) as (app, pilot):
        await pilot.press("f2", "c", *"Fresh", "enter")
        await pilot.pause()
        ben = open_session(project, "Ben")
        ben.assign(ben.queue()[0], ben.codebook.find("Fresh").id)
        ben.project.close()
        await history_of(app, pilot)
        await pilot.press("u")
        await until(pilot, lambda: "Later work depends on it" in screen_text(app))


async def test_a_project_that_can_not_be_read_for_a_moment_is_said_and_the_history_stays(project, monkeypatch):
    def busy(*_: object, **__: object) -> None:
        raise CoderError("Another program keeps the project.")

    async with opened(project) as (app, pilot):
        screen = await history_of(app, pilot)
        monkeypatch.setattr("coder.analysis.history.find_events", busy)
        screen.show_changes()
        await until(pilot, lambda: any("Another program" in n.message for n in app._notifications))
        assert app.screen is screen
