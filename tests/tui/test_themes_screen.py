"""Reviewing the themes: people, quotes, and every change undoable."""

from coder.domain.memo import Place, Subject
from coder.session import open_session
from coder.tui.screens.modals import Ask, Choose, Confirm
from coder.tui.screens.previews import MergePreview
from coder.tui.screens.theme_form import ThemeForm
from coder.tui.widgets.plain import TextBox, TextField
from tests.tui.conftest import opened, screen_text, until
from tests.tui.on_themes import PEOPLE, foreseen, names, to_theme


async def test_a_theme_shows_its_participants_definition_and_quotes(project):
    async with opened(project, size=(140, 40)) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        question = app.session.questions[0]
        theme = app.session.codebook.find(PEOPLE)
        quotes = app.session.quotes(theme.id, question.id)
        text = screen_text(app)
        people = app.session.counts(question.id)[theme.id]
        assert f"Quotes {len(quotes)}, participants {people}" in text
        assert "The people of the programme are named as a gain" in text and "Exclude:" in text
        assert quotes[0].participant in text and " ".join(quotes[0].text.split()[:3]) in text
        assert screen.themes.has_focus


async def test_a_parents_quotes_are_those_of_its_sub_themes(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Skills")
        question = app.session.questions[0].id
        count = app.session.counts(question)[app.session.codebook.find("Skills").id]
        assert f"participants {count}" in screen_text(app) and count > 0


async def test_enter_on_a_quote_opens_its_response(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        await pilot.press("enter", "down", "down")
        assert screen.cases.rows.has_focus
        wanted = screen.cases.rows.passage.response_id
        assert screen.cases.rows.cursor == 2
        await pilot.press("enter")
        assert app.screen.shown.response.id == wanted


async def test_rename_and_undo(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Capstone project")
        await pilot.press("r")
        assert isinstance(app.screen, Ask)
        await pilot.press(*" week", "enter")
        assert "Capstone project week" in names(app) and "Capstone project week" in screen_text(app)
        await pilot.press("u")
        assert "Capstone project" in names(app)
        await pilot.press("U")
        assert "Capstone project week" in names(app)


async def test_a_name_that_a_sibling_has_is_refused_with_the_reason(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Capstone project")
        before = names(app)
        await pilot.press("c", *"skills", "enter")
        await pilot.pause()
        assert names(app) == before
        assert any("Choose another name" in n.message for n in app._notifications)


async def test_create_beside_and_below(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, "Skills")
        await pilot.press("C", *"Writing", "enter")
        book = app.session.codebook
        assert book.path(book.find("Writing").id) == ("Skills", "Writing")
        assert screen.theme.name == "Writing"
        await pilot.press("c", *"Reading", "enter")
        book = app.session.codebook
        assert book.path(book.find("Reading").id) == ("Skills", "Reading")
        assert book.find("Reading").questions == frozenset({app.session.questions[0].key})


async def test_nest_below_another_theme_and_back_to_the_top(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Capstone project")
        await pilot.press("v")
        assert isinstance(app.screen, Choose)
        await pilot.press(*"skills", "enter")
        book = app.session.codebook
        assert book.path(book.find("Capstone project").id) == ("Skills", "Capstone project")
        await pilot.press("v", *"top", "enter")
        assert app.session.codebook.find("Capstone project").parent_id is None
        await pilot.press("u", "u")
        assert app.session.codebook.find("Capstone project").parent_id is None


async def test_merge_shows_what_it_will_do_and_asks(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Capstone project")
        await pilot.press("M", *"ability", "enter")
        await foreseen(app, pilot)
        assert isinstance(app.screen, MergePreview)
        assert "codings move" in screen_text(app)
        await pilot.press("n")
        assert "Capstone project" in names(app)
        await pilot.press("M", *"ability", "enter")
        await foreseen(app, pilot)
        await pilot.press("y")
        assert "Capstone project" not in names(app)
        await pilot.press("u")
        assert "Capstone project" in names(app)


async def test_delete_says_what_goes_and_asks(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, "Capstone project")
        count = app.session.counts(app.session.questions[0].id)[screen.theme.id]
        await pilot.press("D")
        assert f"{count} codings of {count} participants" in screen_text(app)
        await pilot.press("escape", "D", "y")
        assert "Capstone project" not in names(app)
        await pilot.press("u")
        assert (
            app.session.counts(app.session.questions[0].id)[app.session.codebook.find("Capstone project").id] == count
        )


async def test_a_theme_with_sub_themes_is_kept_and_the_reason_said(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Skills")
        await pilot.press("D", "y")
        await pilot.pause()
        assert "Skills" in names(app)
        assert any("sub-themes" in n.message for n in app._notifications)


async def test_define_changes_the_fields_that_were_changed(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Capstone project")
        before = app.session.codebook.find("Capstone project")
        await pilot.press("e")
        form = app.screen
        assert isinstance(form, ThemeForm)
        form.query_one("#definition", TextBox).text = "The last week.\nThe project."
        form.query_one("#keywords", TextField).value = "capstone, final project"
        form.query_one("#key", TextField).value = "z"
        await pilot.press("f2")
        after = app.session.codebook.find("Capstone project")
        assert after.definition == "The last week.\nThe project."
        assert after.keywords == ("capstone", "final project")
        assert (after.key, after.include, after.exclude) == ("z", before.include, before.exclude)
        await pilot.press("e", "escape", "escape", "z")
        assert [c.theme_id for c in app.screen.shown.codings] == [after.id]
        await pilot.press("u", "u")
        assert app.session.codebook.find("Capstone project").definition == before.definition


async def test_a_theme_with_few_codings_and_no_text_in_the_codebook_says_what_a_definition_is_worth(project):
    hint = "suggestions would gain most from a definition"
    async with opened(project, size=(140, 40)) as (app, pilot):
        await to_theme(app, pilot, PEOPLE)
        assert hint not in screen_text(app), "it has a definition"
        await pilot.press("c", *"Reading", "enter")
        assert hint in screen_text(app)
        await pilot.press("e")
        app.screen.query_one("#keywords", TextField).value = "books"
        await pilot.press("f2")
        assert hint not in screen_text(app), "keywords speak for it as well"


async def test_typing_in_a_form_is_no_command(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Capstone project")
        before = names(app)
        await pilot.press("e", *"DMu")
        assert isinstance(app.screen, ThemeForm)
        assert app.screen.query_one("#name", TextField).value == "Capstone projectDMu"
        await pilot.press("escape", "y")
        assert names(app) == before


async def test_all_questions_show_a_count_for_each(project):
    async with opened(project, size=(140, 40)) as (app, pilot):
        await to_theme(app, pilot, PEOPLE)
        await pilot.press("Q", *"all", "enter")
        assert "Access to top researchers" in screen_text(app)
        theme = app.session.codebook.find(PEOPLE)
        first = app.session.counts(app.session.questions[0].id)[theme.id]
        assert f"{first} · –" in screen_text(app)


async def test_what_another_program_does_to_the_codebook_is_shown(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, PEOPLE)
        other = open_session(project, "Ben")
        other.create_theme("Brand new", question_key=other.questions[0].key)
        other.project.close()
        await until(pilot, lambda: "Brand new" in screen_text(app))


async def test_escape_goes_from_the_quotes_to_the_themes_and_then_back_to_coding(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        while not screen.cases.rows.has_focus:
            await pilot.press("tab")
        await pilot.press("escape")
        assert screen.themes.has_focus
        await pilot.press("escape")
        assert app.screen is app.screen_stack[0]


async def test_the_screen_comes_back_at_the_theme_where_it_was_left(project):
    async with opened(project) as (app, pilot):
        await to_theme(app, pilot, "Capstone project")
        await pilot.press("escape", "f2")
        assert app.screen.theme.name == "Capstone project"


async def test_a_memo_is_of_the_theme_or_of_the_quote(project):
    async with opened(project) as (app, pilot):
        screen = await to_theme(app, pilot, PEOPLE)
        await pilot.press("N", *"about it", "f2")
        assert [m.text for m in app.session.memos(Place(Subject.THEME, screen.theme.id))] == ["about it"]
        await pilot.press("enter", "N", *"a quote", "f2")
        coding = screen.cases.rows.passage.key[0]
        assert [m.text for m in app.session.memos(Place(Subject.CODING, coding))] == ["a quote"]
        await pilot.press("u")
        assert app.screen is screen and app.session.memos(Place(Subject.CODING, coding)) == []


async def test_the_form_of_a_theme_begins_at_its_top_and_throws_nothing_away_unasked(project):
    async with opened(project, size=(80, 24)) as (app, pilot):
        await to_theme(app, pilot, PEOPLE)
        await pilot.press("e")
        await until(pilot, lambda: " Name " in screen_text(app))
        form = app.screen
        await pilot.press("x", "escape")
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        assert app.screen is form and form.query_one("#name", TextField).value == f"{PEOPLE}x"
        await pilot.press("escape", "y")
        await until(pilot, lambda: not isinstance(app.screen, ThemeForm | Confirm))
        await pilot.press("e", "escape")
        assert not isinstance(app.screen, ThemeForm | Confirm), "nothing was typed"
