"""Shaping themes by keys: order, colour, key, archive, split, names that are alike; each undone on the same screen."""

from threading import Event

import pytest

from coder.tui.screens.colour import ChooseColour
from coder.tui.screens.modals import Ask, Choose
from coder.tui.screens.previews import SplitPreview
from coder.tui.screens.theme_form import ThemeForm
from coder.tui.screens.themes import ThemesScreen
from coder.tui.widgets.plain import TextField
from tests.tui.conftest import opened, screen_text
from tests.tui.on_themes import PEOPLE, foreseen, names, read, to_theme

CAPSTONE = "Capstone project"


def top(app) -> list[str]:
    book = app.session.codebook.for_question(app.session.questions[0].key)
    return [theme.name for theme in book.children[None]]


@pytest.mark.parametrize(("up", "down"), [("K", "J"), ("shift+up", "shift+down")])
async def test_a_theme_moves_among_its_siblings_and_the_cursor_with_it(project, up, down):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, CAPSTONE)
        before = top(app)
        await pilot.press(up)
        assert top(app) == [*before[:-2], CAPSTONE, before[-2]] and screen.theme.name == CAPSTONE
        await pilot.press(down)
        assert top(app) == before
        await pilot.press(down)
        assert "is the last here" in screen_text(app)
        await pilot.press("u", "u")
        assert "Undone: moved the theme" in screen_text(app) and app.screen is screen


async def test_a_colour_is_chosen_by_its_letter_or_typed_and_seen_on_dark_and_light(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, CAPSTONE)
        colour = screen.theme.colour
        await pilot.press("o")
        assert isinstance(app.screen, ChooseColour) and "vermilion" in screen_text(app)
        await pilot.press("ctrl+u", "c", "enter")
        assert screen.theme.colour == "#009e73"
        await pilot.press("o", "down", "enter")
        assert screen.theme.colour == "#cc79a7"
        await pilot.press("o", *"#12")
        assert "three or six figures" in screen_text(app)
        await pilot.press("enter", *"ab34", "enter")
        assert screen.theme.colour == "#12ab34"
        await pilot.press("o", "ctrl+u", "0", "enter")
        assert screen.theme.colour == ""
        await pilot.press("u", "u", "u", "u")
        assert screen.theme.colour == colour


async def test_the_form_says_who_has_a_key_already(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, CAPSTONE)
        await pilot.press("e")
        form = app.screen
        assert isinstance(form, ThemeForm)
        key = form.query_one("#key", TextField)
        for typed, said in (
            ("a", "‘a’ is a command on the coding screen: accept the suggestion"),
            ("1", f"‘1’ is the key of ‘{PEOPLE}’ already"),
            ("ab", "one character"),
        ):
            key.value = typed
            await pilot.pause()
            assert said in " ".join(screen_text(app).replace("│", " ").split())
        key.value = "z"
        await pilot.pause()
        assert "already" not in screen_text(app)
        await pilot.press("escape", "y")
        assert app.screen is screen


async def test_archive_and_bring_back(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, CAPSTONE)
        await pilot.press("Z")
        assert "The archive is empty" in screen_text(app)
        await pilot.press("z")
        assert CAPSTONE not in names(app) and CAPSTONE not in [t.name for _, t in screen.themes.rows]
        await pilot.press("u")
        assert CAPSTONE in names(app) and "Undone: archived" in screen_text(app)
        await pilot.press("U", "Z")
        assert isinstance(app.screen, Choose) and CAPSTONE in screen_text(app)
        await pilot.press("enter")
        assert CAPSTONE in names(app) and screen.theme.name == CAPSTONE


async def test_a_split_asks_for_ticks_then_where_to_then_shows_what_moves(project):
    async with opened(project, size=(140, 40)) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        await pilot.press("S")
        assert "Tick the quotes first" in screen_text(app)
        await pilot.press("enter", "space", "space")
        assert len(screen.ticked) == 2 and "2 ticked" in screen_text(app)
        await pilot.press("S")
        assert isinstance(app.screen, Choose)
        await pilot.press(*"Friends", "enter")
        await foreseen(app, pilot)
        assert isinstance(app.screen, SplitPreview) and "Moved:" in screen_text(app) and "Copied:" in screen_text(app)
        await pilot.press("escape")
        assert "Friends" not in names(app) and len(screen.ticked) == 2
        before = app.session.quotes(screen.theme.id)
        await pilot.press("S", *"Friends", "enter")
        await foreseen(app, pilot)
        await pilot.press("m")
        assert "Friends" in names(app) and screen.ticked == []
        assert len(app.session.quotes(screen.theme.id)) == len(before) - 2
        await pilot.press("u")
        assert "Friends" not in names(app) and len(app.session.quotes(screen.theme.id)) == len(before)
        await pilot.press("U", "u", "space", "S", *"Friends", "enter")
        await foreseen(app, pilot)
        await pilot.press("c")
        assert len(app.session.quotes(screen.theme.id)) == len(before) and "Copied 1 quote" in screen_text(app)


async def test_all_quotes_that_have_a_word_are_split_off(project):
    async with opened(project, size=(140, 40)) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        every = screen.cases.quotes
        await pilot.press("slash", *"people", "enter")
        await read(pilot, screen)
        found = screen.cases.quotes
        assert 0 < len(found.keys) < len(every.keys) and "with “people”" in screen_text(app)
        await pilot.press("A", "S", *"Friends", "enter")
        await foreseen(app, pilot)
        await pilot.press("m")
        await read(pilot, screen)
        assert "people" not in " ".join(q.text for q in app.session.quotes(screen.theme.id)).casefold()
        assert len(found.keys) == sum(
            "people" in q.text.casefold() for q in app.session.quotes(app.session.codebook.find("Friends").id)
        )


async def test_a_name_like_anothers_is_said_while_it_is_typed_and_marked_afterwards(project):
    async with opened(project, size=(140, 40)) as (app, pilot):
        screen = await to_theme(app, pilot, CAPSTONE)
        assert "≈" not in screen_text(app)
        await pilot.press("c", *"Project: capstones")
        assert isinstance(app.screen, Ask) and f"≈ There is “{CAPSTONE}” already" in screen_text(app)
        await pilot.press("enter")
        assert screen.theme.name == "Project: capstones"
        assert f"≈ Much like “{CAPSTONE}” (the same words): M merges" in screen_text(app)
        await pilot.press("M")
        assert "≈ alike" in screen_text(app).split("Merge")[1].split("\n")[3], "it is offered first"
        await pilot.press("enter")
        await foreseen(app, pilot)
        await pilot.press("y")
        assert "Project: capstones" not in names(app) and "≈" not in screen_text(app)


async def test_typing_words_to_find_is_no_command(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, CAPSTONE)
        before = app.session.project.last_event()
        await pilot.press("slash", *"zDqu KJ")
        assert "esc show all quotes" in screen_text(app)
        await pilot.press("escape")
        assert app.session.project.last_event() == before
        assert app.screen is screen and screen.cases.rows.has_focus and screen.cases.words == ""


async def test_without_a_theme_no_key_does_harm(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        while screen.theme is not None:
            app.session.archive_theme(screen.theme.id)
            screen.show_changes()
        await pilot.press(*"ervoKJMSzDwiA123", "space", "asterisk", "enter")
        assert isinstance(app.screen, ThemesScreen) and "There is no theme yet" in screen_text(app)


async def test_no_answer_is_taken_before_the_preview_is_there(project):
    ready = Event()
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, CAPSTONE)
        app.session.merge_preview = lambda *_: ready.wait(5) and "This would change."
        await pilot.press("M", *"ability", "enter", "y", "y")
        assert "Counting what would change" in screen_text(app) and CAPSTONE in names(app)
        ready.set()
        await foreseen(app, pilot)
        assert "This would change." in screen_text(app)
        await pilot.press("n")
        assert CAPSTONE in names(app)
