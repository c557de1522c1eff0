"""Moving by keyboard: filters, searches and their hits."""

import pytest

from coder.analysis.history import history
from coder.domain.coding import Span
from coder.domain.filtering import EVERYTHING
from coder.domain.log import Kind
from coder.session import open_session
from coder.store.forget import forget
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.filter import FilterScreen
from coder.tui.screens.hits import HitsScreen
from coder.tui.screens.listing import ListScreen
from coder.tui.screens.lookup import Lookup
from coder.tui.screens.modals import Choose, Confirm
from coder.tui.screens.person import PersonScreen
from coder.tui.widgets.cards import Cards
from coder.tui.widgets.marks import Kind as Mark
from tests.tui.conftest import opened, screen_text, until


def screen_of(app) -> CodeScreen:
    return app.screen_stack[0]


def bar(app) -> str:
    """The line that says what a filter and a search leave."""
    return next((line for line in screen_text(app).split("\n") if line.startswith(" ▽ ")), "")


async def go_to_row(pilot, label: str) -> None:
    """Put the cursor of the filter's rows on one."""
    screen = pilot.app.screen
    assert isinstance(screen, FilterScreen)
    at = next(i for i, row in enumerate(screen.asked.rows) if row.label.startswith(label))
    await pilot.press("home", *["down"] * at)


async def ask(pilot, label: str, *typed: str) -> None:
    """Open the filter and set one row: tick it, or type and take the first value."""
    await pilot.press("F")
    await go_to_row(pilot, label)
    await pilot.press(*(typed or ["space"]))
    if typed:
        assert isinstance(pilot.app.screen, Choose)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FilterScreen))
    await pilot.press("enter")


# --- filters -----------------------------------------------------------------------------------------


async def test_a_filter_leaves_those_that_fit_and_says_how_many_until_escape(project):
    async with opened(project, size=(80, 24)) as (app, pilot):
        screen = screen_of(app)
        everything, left = len(screen.queue), app.session.progress(screen.question.id)
        assert not bar(app)
        await pilot.press("F")
        await go_to_row(pilot, "not reviewed")
        await pilot.press("space")
        await until(pilot, lambda: f"{left.answered - left.reviewed} of {left.answered} responses" in screen_text(app))
        await pilot.press("enter")
        assert len(screen.queue) == left.answered - left.reviewed < everything
        await until(pilot, lambda: "participants" in bar(app))
        assert "not reviewed" in bar(app) and f"{len(screen.queue)} responses" in bar(app)
        here = screen.shown.response.id
        await pilot.press("escape")
        assert len(screen.queue) == everything and not bar(app) and screen.shown.response.id == here


async def test_a_response_that_fits_no_longer_stays_until_one_goes_on(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await ask(pilot, "not reviewed")
        ids = list(screen.queue)
        app.session.review(ids[0])
        screen.show_changes()
        assert screen.shown.response.id == ids[0] and list(screen.queue) == ids
        await pilot.press("n")
        assert screen.shown.response.id == ids[1] and list(screen.queue) == ids[1:] and screen.index == 0
        await pilot.press("n", "enter")
        assert screen.shown.response.id == ids[3] and list(screen.queue) == [ids[1], *ids[3:]]
        assert f"{len(ids) - 2} responses" in bar(app)
        await pilot.press("p")
        assert screen.shown.response.id == ids[1]


async def test_undo_brings_a_response_back_into_the_filter_that_it_left(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await ask(pilot, "not reviewed")
        ids = list(screen.queue)
        await pilot.press("enter", "u")
        assert screen.shown.response.id == ids[0] and list(screen.queue) == ids


async def test_a_response_that_the_filter_leaves_out_is_a_visitor_until_one_goes_on(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await pilot.press("p", "L", "m", "n")
        coded = screen.queue[screen.index - 1]
        await ask(pilot, "not reviewed")
        ids = list(screen.queue)
        await pilot.press("u")
        assert screen.shown.response.id == coded and len(screen.queue) == len(ids) + 1
        await pilot.press("n")
        assert list(screen.queue) == ids


async def test_the_last_one_that_fits_is_not_taken_away(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        app.session.mark(screen.shown.response.id, Span(0, 3))
        await ask(pilot, "highlighted without")
        assert len(screen.queue) == 1
        await pilot.press("W", screen.legend.keys[screen.legend.book.themes[0].id], "enter")
        assert len(screen.queue) == 1
        await pilot.press("escape", "escape", "escape")
        assert len(screen.queue) > 1


async def test_values_are_chosen_by_typing_and_taken_away_again(project):
    async with opened(project, size=(80, 24)) as (app, pilot):
        screen = screen_of(app)
        name = app.session.attributes()[0]
        value = app.session.values(name)[-1][0]
        await pilot.press("F")
        await go_to_row(pilot, name)
        await pilot.press(*value[:4])
        await until(pilot, lambda: isinstance(app.screen, Lookup))
        await until(pilot, lambda: value in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, FilterScreen))
        assert app.screen.wanted.attributes == ((name, value),)
        await pilot.press("enter")
        assert all(screen.session.view(i).participant.attributes[name] == value for i in screen.queue)
        assert f"{name}: {value}" in bar(app)
        await pilot.press("F")
        await go_to_row(pilot, name)
        await pilot.press("backspace", "enter")
        assert screen.walk.wanted == EVERYTHING and not bar(app)


async def test_enter_waits_for_the_value_that_was_typed(project):
    async with opened(project) as (app, pilot):
        name = app.session.attributes()[0]
        value = app.session.values(name)[-1][0]
        await pilot.press("F")
        await go_to_row(pilot, name)
        await pilot.press(*value, "enter")
        await until(pilot, lambda: isinstance(app.screen, FilterScreen))
        assert app.screen.wanted.attributes == ((name, value),)


async def test_a_theme_coded_or_not_coded(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await ask(pilot, "Coded with", *"capst")
        theme = app.session.codebook.find("Capstone project").id
        assert all(theme in {c.theme_id for c in app.session.view(i).codings} for i in screen.queue)
        with_it = len(screen.queue)
        await pilot.press("escape")
        await ask(pilot, "Not coded with", *"capst")
        assert len(screen.queue) + with_it == app.session.progress(screen.question.id).answered
        assert "without ‘Capstone project’" in bar(app)


async def test_all_questions_are_read_each_with_its_own_themes(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await ask(pilot, "Question", *"all")
        assert len(screen.queue) == app.session.progress().answered and "all questions" in bar(app)
        first = screen.question
        screen.show_response(len(app.session.queue(first.id)) - 1)
        await pilot.press("n")
        assert screen.question != first and "Access to top researchers" in screen_text(app)
        await pilot.press("p")
        assert screen.question == first and "Capstone project" in screen_text(app)
        await pilot.press("Q", *"office", "enter")
        assert not screen.walk.wanted and len(screen.queue) == app.session.progress(screen.question.id).answered


async def test_another_question_is_chosen_with_a_filter_of_its_own(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await pilot.press("F")
        await go_to_row(pilot, "Question")
        await pilot.press(*"office", "enter")
        await until(pilot, lambda: isinstance(app.screen, FilterScreen))
        await go_to_row(pilot, "not reviewed")
        await pilot.press("space", "enter")
        assert screen.question == app.session.questions[1] and "not reviewed" in bar(app)
        assert not any(app.session.view(i).reviewed for i in screen.queue)
        assert {app.session.view(i).question for i in screen.queue} == {screen.question}


async def test_a_filter_that_leaves_nothing_is_said_and_changes_nothing(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        ids = list(screen.queue)
        await ask(pilot, "starred")
        assert list(screen.queue) == ids and not bar(app)
        await until(pilot, lambda: "No response fits: starred" in screen_text(app))


async def test_a_filter_stays_in_another_order_and_another_question_and_what_it_led_to_is_logged(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await ask(pilot, "not reviewed")
        await pilot.press("f3", *"random", "enter")
        assert "not reviewed" in bar(app)
        assert list(screen.queue) != sorted(screen.queue)
        await pilot.press("enter")
        review = [e for e in history(app.session.project) if e.kind is Kind.REVIEW][-1]
        assert review.sentence == "marked as reviewed (found by a filter)"
        await pilot.press("Q", *"office", "enter")
        assert "not reviewed" in bar(app)


async def test_a_changed_project_does_not_widen_a_filter(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await ask(pilot, "not reviewed")
        ids = list(screen.queue)
        other = open_session(project, "Ana")
        other.assign(ids[0], screen.legend.book.themes[0].id)
        other.project.close()
        await until(pilot, lambda: bool(screen.shown.codings))
        assert list(screen.queue) == ids


# --- searches ----------------------------------------------------------------------------------------


async def test_what_was_searched_for_is_marked_and_selected_hit_by_hit(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await pilot.press("slash", *"the", "enter")
        text = screen.shown.response.text
        hits = [m.span for m in screen.pane.marks if m.kind is Mark.HIT]
        assert hits and all(h.of(text).lower().startswith("the") for h in hits)
        assert screen.pane.selection is None and screen.pane.caret == hits[0].start
        await pilot.press("greater_than_sign")
        assert screen.pane.selection == hits[0]
        await pilot.press("greater_than_sign")
        assert screen.pane.selection == hits[1 % len(hits)]
        await pilot.press("less_than_sign", "less_than_sign")
        assert screen.pane.selection == hits[-1] and f"Hit {len(hits)} of {len(hits)}" in screen_text(app)
        await pilot.press("escape", "escape")
        assert not [m for m in screen.pane.marks if m.kind is Mark.HIT]
        await pilot.press("greater_than_sign")
        assert "/ searches" in screen_text(app)


async def test_the_list_shows_the_place_of_the_hit(project):
    async with opened(project, size=(160, 50)) as (app, pilot):
        screen = screen_of(app)
        words = screen.shown.response.text.split()[-1].strip(".,!")
        await pilot.press("slash", *words, "enter")
        await until(pilot, lambda: "participant" in bar(app))
        at = screen.walk.at
        row = "".join(text for text, _ in screen.desk.responses.paint(at, 37)[0])
        assert words.lower() in row.lower()


async def test_a_phrase_in_quotes_a_search_and_a_filter_together(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        first, second = screen.shown.response.text.split()[:2]
        await pilot.press("slash", *f'"{first} {second}"', "enter")
        assert screen.shown.response.text.startswith(f"{first} {second}")
        found = len(screen.queue)
        await ask(pilot, "not reviewed")
        assert len(screen.queue) <= found and first in bar(app) and "not reviewed" in bar(app)
        await pilot.press("escape")
        assert first not in bar(app) and "not reviewed" in bar(app)
        await pilot.press("escape")
        assert not bar(app)


# --- coding every hit --------------------------------------------------------------------------------


async def look_at_hits(pilot, words: str, theme: str) -> HitsScreen:
    await pilot.press("slash", *words, "enter", "E", *theme, "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, HitsScreen))
    screen = pilot.app.screen
    await until(pilot, lambda: screen._read == len(screen._ids) and screen._shown == screen._counts())
    return screen


def highlights(app) -> int:
    """How many highlights there are, of all themes and of none."""
    return sum(len(app.session.view(i).marked) for i in app.session.queue())


async def test_every_ticked_hit_is_coded_and_one_undo_takes_all_back(project):
    async with opened(project, size=(80, 50)) as (app, pilot):
        hits = await look_at_hits(pilot, "we", "capst")
        ticked, before = hits.rows.ticked.count(1), highlights(app)
        assert ticked > 3 and hits.rows.seen.count(0) == 0
        await pilot.press("space", "down", "space", "up", "up")
        assert hits.rows.ticked.count(1) == ticked - 2
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen_of(app))
        await until(pilot, lambda: "Coded ‘Capstone project’ on" in screen_text(app))
        last = history(app.session.project)[-1]
        assert (last.kind, last.facts["highlights"]) == (Kind.CODE_HITS, ticked - 2)
        assert highlights(app) == before + ticked - 2
        await pilot.press("u")
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        assert highlights(app) == before


async def test_what_has_not_been_on_the_screen_is_never_coded(project):
    async with opened(project, size=(80, 16)) as (app, pilot):
        hits = await look_at_hits(pilot, "the", "capst")
        rows = hits.rows
        assert rows.seen.count(0) > 0
        seen = len(rows.chosen())
        await pilot.press("enter")
        assert isinstance(app.screen, Confirm) and f"the {seen} hits that you have seen" in screen_text(app)
        await pilot.press("n")
        assert app.screen is hits
        await pilot.press("end")
        assert rows.seen.count(0) > 0, "what was jumped over was not on the screen"
        seen, before = len(rows.chosen()), highlights(app)
        await pilot.press("enter", "y")
        await until(pilot, lambda: app.screen is screen_of(app))
        assert highlights(app) == before + seen


async def test_all_or_none_are_ticked_and_a_hit_can_be_opened(project):
    async with opened(project) as (app, pilot):
        hits = await look_at_hits(pilot, "we", "capst")
        before = highlights(app)
        await pilot.press("A")
        assert hits.rows.ticked.count(1) == 0
        await pilot.press("enter")
        assert "Nothing is ticked" in screen_text(app)
        await pilot.press("down", "down")
        wanted = hits.rows.hits[2].response_id
        await pilot.click("#hits", offset=(8, 0))
        assert hits.rows.ticked.count(1) == 1
        await pilot.press("down", "down", "o")
        assert app.screen is screen_of(app) and screen_of(app).shown.response.id == wanted
        assert highlights(app) == before


async def test_without_a_search_there_is_no_hit_to_code(project):
    async with opened(project) as (app, pilot):
        await pilot.press("E")
        assert "Search first" in screen_text(app)


# --- participants ------------------------------------------------------------------------------------


async def test_a_participant_is_found_by_typing_and_their_answer_to_this_question_is_shown(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        question = screen.question
        await pilot.press("G", *"p07", "enter")
        await until(pilot, lambda: screen.shown.participant.external_id == "P07")
        assert screen.question == question and app.screen is screen
        await pilot.press("G", *"nobody")
        await pilot.press("escape")
        assert screen.shown.participant.external_id == "P07"


async def test_a_participant_outside_the_filter_is_a_visitor_there(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await ask(pilot, "not reviewed")
        ids = list(screen.queue)
        await pilot.press("G", *"p01", "enter")
        await until(pilot, lambda: screen.shown.participant.external_id == "P01")
        assert "not reviewed" in bar(app)
        await pilot.press("n")
        assert list(screen.queue) == ids


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_all_answers_of_a_participant_stand_side_by_side_and_open(project, size):
    async with opened(project, size=size) as (app, pilot):
        screen = screen_of(app)
        person, other = screen.shown.participant, None
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen) and app.screen.query_one(Cards).here)
        cards = app.screen.query_one(Cards)
        assert [c.view.participant for c in cards.cards] == [person] * len(cards.cards)
        assert cards.here.view.response.id == screen.shown.response.id
        tops = [c.region.y for c in cards.cards]
        assert (len(set(tops)) == 1) is (size[0] >= 140), "beside each other where there is room"
        assert all(value in screen_text(app) for value in person.attributes.values())
        await pilot.press("down")
        other = cards.here.view
        assert other.response.id != screen.shown.response.id
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert screen.shown.response.id == other.response.id and screen.question == other.question


async def test_from_one_participant_to_the_next_and_to_any(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        name = screen.shown.participant.external_id

        def there(wanted: str) -> bool:
            here = app.screen.query_one(Cards).here if isinstance(app.screen, PersonScreen) else None
            return here is not None and here.view.participant.external_id == wanted

        await pilot.press("P")
        await until(pilot, lambda: there(name))
        after = app.session.person(app.session.next_participant(screen.shown.participant.id, 1)).participant
        await pilot.press("n")
        await until(pilot, lambda: there(after.external_id))
        await pilot.press("p")
        await until(pilot, lambda: there(name))
        await pilot.press("G", *"p02", "enter")
        await until(pilot, lambda: there("P02"))
        await pilot.press("escape")
        assert app.screen is screen and screen.shown.participant.external_id == name


async def test_a_participant_whom_another_program_erases_is_taken_off_the_screen(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        name = screen.shown.participant.external_id
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen) and app.screen.query_one(Cards).here)
        other = open_session(project, "Ben")
        forget(other.project, name, other.coder_id)
        other.project.close()
        app.screen.look()
        await until(pilot, lambda: app.screen is screen)
        assert screen.shown.participant.external_id != name and f" {name} " not in screen_text(app)


async def test_a_placeholder_opens_as_a_visitor_and_is_gone_when_one_goes_on(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        ids = list(screen.queue)
        shown = {app.session.view(i).participant.id for i in ids}
        found = [
            r
            for i, _, _ in app.session.participants("", 100)
            if i not in shown
            for r, q in app.session.responses_of(i)
            if q == screen.question.id
        ]
        assert found, "somebody wrote a placeholder"
        screen.go_to(found[0])
        assert screen.shown.response.id == found[0] and len(screen.queue) == len(ids) + 1
        await pilot.press("n")
        assert list(screen.queue) == ids


# --- the list ----------------------------------------------------------------------------------------


async def test_where_there_is_no_room_the_list_comes_over_the_screen(project):
    async with opened(project, size=(80, 24)) as (app, pilot):
        screen = screen_of(app)
        at = screen.index
        await ask(pilot, "not reviewed")
        await pilot.press("f9")
        assert isinstance(app.screen, ListScreen) and f"{len(screen.queue)} responses: not reviewed" in screen_text(app)
        await pilot.press("escape")
        assert app.screen is screen and screen.index == 0
        await pilot.press("escape", "f9", "home", "down", "enter")
        assert app.screen is screen and screen.index == 1 != at and screen.pane.has_focus


async def test_where_the_list_is_beside_the_text_the_focus_goes_into_it_and_back(project):
    async with opened(project, size=(160, 50)) as (app, pilot):
        screen = screen_of(app)
        at, response = screen.index, screen.shown.response.id
        key = screen.legend.keys[screen.legend.book.themes[0].id]
        await pilot.press("shift+tab", "home", key)
        assert screen.desk.responses.has_focus and screen.index == at
        assert not app.session.view(response).codings, "no theme's key codes from the list"
        await pilot.press("escape")
        assert screen.pane.has_focus and screen.desk.responses.cursor == at
        await pilot.press("f9", "home", "down", "enter")
        assert screen.index == 1 and screen.pane.has_focus
