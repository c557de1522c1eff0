"""Memos by the keyboard: on what, written in an editor that loses nothing, found again in a list."""

from coder.domain.memo import PROJECT, Place, Subject
from coder.session import open_session
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.memos import MemoEditor, MemosScreen
from coder.tui.screens.modals import Choose, Confirm, Read
from coder.tui.screens.themes import ThemesScreen
from coder.tui.widgets.lists import ChoiceList
from tests.tui.conftest import opened, screen_text, until
from tests.tui.test_code_screen import SKILLS, key_of, screen_of, status


def choices(app) -> list[str]:
    return [c.name for c in app.screen.query_one(ChoiceList).choices]


async def test_n_asks_on_what_and_f2_saves_what_is_typed(project):
    async with opened(project) as (app, pilot):
        view = screen_of(app).shown
        await pilot.press("N")
        assert choices(app)[0] == "This response" and choices(app)[-1] == "All memos of the project"
        await pilot.press("enter", *"one", "enter", *"two", "f2")
        (memo,) = app.session.memos(Place(Subject.RESPONSE, view.response.id))
        assert memo.text == "one\ntwo"
        assert "saved" in status(app) and "✎ response" in screen_text(app)
        await pilot.press("u")
        assert "✎ response" not in screen_text(app)


async def test_keys_that_are_typed_while_the_editor_opens_are_not_lost(project):
    async with opened(project) as (app, pilot):
        app.push_screen(MemoEditor("Memo"))
        app.screen.type_ahead("a")
        app.screen.type_ahead("b")
        await pilot.press("c")
        assert app.screen.box.text == "abc"


async def test_escape_never_throws_away_what_was_typed_unasked(project):
    async with opened(project) as (app, pilot):
        await pilot.press("N", "enter", "x", "escape")
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        assert isinstance(app.screen, MemoEditor) and app.screen.box.text == "x"
        await pilot.press("escape", "y")
        assert isinstance(app.screen, CodeScreen) and app.session.noted() == []
        await pilot.press("N", "enter", "escape")
        assert isinstance(app.screen, CodeScreen)


async def test_codings_highlights_and_themes_with_a_memo_bear_a_sign(project):
    async with opened(project) as (app, pilot):
        await pilot.press("W", key_of(app, SKILLS))
        for words in ("coding", "highlight", f"theme skills > {SKILLS.lower()}", "participant"):
            await pilot.press("N", *(c if c != " " else "space" for c in words), "enter", *"hm", "f2")
            await pilot.pause()
        shown = screen_text(app)
        assert "✎ ML skills" in shown and "✎ “" in shown and "✎ participant" in shown
        (theme_line,) = [line for line in shown.split("\n") if "✓✎" in line]
        assert "ML skills" in theme_line


async def test_what_the_last_memo_was_about_comes_first_and_says_how_many_there_are(project):
    async with opened(project) as (app, pilot):
        app.session.write_memo(PROJECT, "older")
        await pilot.press("N", *"the project", "enter")
        assert choices(app)[0] == "Write another" and "older" in choices(app)[1]
        await pilot.press("enter", *"newer", "f2", "n", "N")
        first = app.screen.query_one(ChoiceList).choices[0]
        assert (first.name, first.note) == ("The project", "✎ 2")


async def test_a_memo_is_edited_and_emptied_it_is_deleted_and_others_are_only_read(project):
    ben = open_session(project, "Ben")
    ben.write_memo(PROJECT, "Ben's own")
    ben.project.close()
    async with opened(project) as (app, pilot):
        app.session.write_memo(PROJECT, "abc")
        await pilot.press("N", *"the project", "enter", *"abc", "enter", "d", "f2")
        assert app.session.memos(PROJECT)[1].text == "abcd"
        await pilot.press("N", "enter", *"abc", "enter", "ctrl+u", "f2")
        assert [m.coder for m in app.session.memos(PROJECT)] == ["Ben"]
        await pilot.press("N", "enter", *"Ben", "enter")
        assert isinstance(app.screen, Read) and "Ben's own" in screen_text(app)


async def test_the_list_of_memos_is_searched_and_enter_goes_there(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        was = screen.shown.response.id
        theme = app.session.codebook.find(SKILLS).id
        for place, text in (
            (Place(Subject.RESPONSE, was), "look again"),
            (Place(Subject.THEME, theme), "split this"),
            (PROJECT, "plan"),
        ):
            app.session.write_memo(place, text)
        await pilot.press("n", "n", "N", *"all memos", "enter")
        assert isinstance(app.screen, MemosScreen) and app.screen.memos.count() == 3
        await pilot.press("enter")
        assert "no response to go to" in status(app)
        await pilot.press("slash", *"split", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, ThemesScreen))
        assert app.screen.theme.id == theme
        await pilot.press("escape", "escape", "slash", *"again", "enter", "enter")
        await pilot.pause()
        assert app.screen is screen and screen.shown.response.id == was


async def test_a_memo_is_deleted_in_the_list_and_undo_brings_it_back(project):
    async with opened(project) as (app, pilot):
        app.session.write_memo(PROJECT, "plan")
        await pilot.press("N", *"all memos", "enter", "D")
        assert app.screen.memos.count() == 0 and "deleted" in status(app)
        await pilot.press("u")
        assert app.screen.memos.count() == 1
        await pilot.press("e")
        assert isinstance(app.screen, MemoEditor)
        await pilot.press("escape", "escape")
        assert not isinstance(app.screen, Choose)
