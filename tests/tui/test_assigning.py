"""Assigning with few keys: recent themes, the last one again, code and go on, words that are picked out."""

import pytest

from coder.analysis.key_terms import KeyTermFinder
from coder.domain.coding import Span
from coder.session import open_session
from coder.tui.screens.modals import Choose, Finder
from coder.tui.widgets.lists import Choice, ChoiceList
from tests.tui.conftest import opened, screen_text
from tests.tui.test_code_screen import CONFIDENCE, PEOPLE, SKILLS, coded, key_of, screen_of, status, suggest


def names(app, response: int) -> list[str]:
    return [app.session.codebook.by_id[c.theme_id].name for c in app.session.view(response).codings]


async def test_the_chooser_has_the_recent_themes_first_also_those_of_an_earlier_day(project):
    async with opened(project) as (app, pilot):
        await pilot.press(key_of(app, SKILLS), key_of(app, CONFIDENCE), "t")
        choices = app.screen.query_one(ChoiceList).choices
        assert [c.name.split(" > ")[-1] for c in choices[:2]] == [CONFIDENCE, SKILLS]
        assert "recent" in choices[0].note and key_of(app, CONFIDENCE) in choices[0].note
        assert len({c.value for c in choices}) == len(choices) == len(screen_of(app).legend.book.themes)
    async with opened(project) as (app, pilot):
        await pilot.press("t")
        assert app.screen.query_one(ChoiceList).choices[0].name.split(" > ")[-1] == CONFIDENCE


async def test_full_stop_assigns_the_last_theme_once_more(project):
    async with opened(project) as (app, pilot):
        await pilot.press(key_of(app, SKILLS), "n", "W", "full_stop")
        assert list(coded(app)) == [SKILLS] and coded(app)[SKILLS]
        await pilot.press("n", "t", *"meeting", "enter", "n", "full_stop")
        assert coded(app) == {PEOPLE: []}


async def test_several_themes_on_one_selection_which_stays_after_each(project):
    async with opened(project) as (app, pilot):
        await pilot.press("W", "W", key_of(app, PEOPLE), key_of(app, SKILLS), "t", *"confid", "enter")
        (words,) = {tuple(w) for w in coded(app).values()}
        assert set(coded(app)) == {PEOPLE, SKILLS, CONFIDENCE} and len(words) == 1
        assert len(app.session.view(screen_of(app).shown.response.id).marked) == 1
        assert screen_of(app).pane.selection is not None


async def test_capital_t_chooses_codes_marks_as_reviewed_and_goes_on(project):
    async with opened(project) as (app, pilot):
        was = screen_of(app).shown.response.id
        await pilot.press("T")
        assert "then the next response" in screen_text(app)
        await pilot.press(*"confid", "enter")
        assert names(app, was) == [CONFIDENCE] and app.session.view(was).reviewed
        assert screen_of(app).shown.response.id != was and "Coded" in status(app)


async def test_a_suggestion_is_accepted_and_left_by_one_key_or_two(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        theme = app.session.codebook.find(SKILLS).id
        for keys in (["A"], ["a", "enter"]):
            was = screen.shown.response.id
            suggest(project, was, (theme, 0.9, Span(0, 4)))
            screen.show_suggestions()
            await pilot.press(*keys)
            assert names(app, was) == [SKILLS] and app.session.view(was).reviewed
            assert screen.shown.response.id != was
        was = screen.shown.response.id
        await pilot.press("A")
        assert screen.shown.response.id == was and "no suggestion" in status(app)


async def test_f6_lets_each_themes_key_code_and_go_on_and_the_head_says_so(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await pilot.press("f6")
        assert "apply and next" in screen_text(app).split("\n")[0]
        seen = []
        for key in (key_of(app, SKILLS), "full_stop"):
            seen.append(screen.shown.response.id)
            await pilot.press(key)
        assert [names(app, r) for r in seen] == [[SKILLS], [SKILLS]]
        assert all(app.session.view(r).reviewed for r in seen) and screen.shown.response.id not in seen
        await pilot.press("f6", key_of(app, PEOPLE))
        assert "apply and next" not in screen_text(app) and coded(app) == {PEOPLE: []}


async def test_a_refused_theme_does_not_go_on(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        was = screen.shown.response.id
        key = key_of(app, CONFIDENCE)
        ben = open_session(project, "Ben")
        theme = ben.codebook.find(CONFIDENCE).id
        other = next(t.id for t in ben.codebook.themes if t.id != theme)
        ben.merge_themes(theme, other)
        ben.project.close()
        await pilot.press("f6", key)
        assert screen.shown.response.id == was and not screen.shown.reviewed


async def test_comma_selects_the_words_that_are_picked_out_one_after_the_other(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await pilot.press("comma")
        assert "No words are picked out" in status(app)
        screen.terms[screen.shown.response.id] = (Span(2, 5), Span(9, 13))
        screen.show_view()
        found = []
        for _ in range(3):
            await pilot.press("comma")
            found.append(screen.pane.selection)
        assert found == [Span(2, 5), Span(9, 13), Span(2, 5)]


async def test_two_highlights_two_themes_and_next_take_eight_keys_from_a_cold_caret(project):
    """The goal figure, on the sample's own key terms."""
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        response = screen.shown.response.id
        screen.terms[response] = KeyTermFinder(app.session.project).find(response)
        screen.show_view()
        keys = ["comma", key_of(app, PEOPLE), "comma", "W", key_of(app, CONFIDENCE), "enter"]
        assert len(keys) <= 8
        await pilot.press(*keys)
        view = app.session.view(response)
        assert len(view.marked) == 2 and len(view.codings) == 2 and view.reviewed
        assert screen.shown.response.id != response


@pytest.mark.parametrize(
    ("typed", "first"),
    [("", "Beta"), ("alp", "Alpha"), ("gam", "Beta > Gamma"), ("GAMMA be", "Beta > Gamma"), ("x", None)],
)
def test_typing_finds_by_all_words_and_by_the_beginning_of_the_last_part_first(typed, first):
    finder = Finder([Choice(n, n) for n in ("Beta", "About alphabets", "Alpha", "Ogam", "Beta > Gamma")])
    assert next((c.name for c in finder.matching(typed)), None) == first


async def test_typing_stays_at_once_over_five_thousand_themes(project):
    from time import process_time

    choices = [Choice(f"Group {n % 70} > Theme number {n}", n) for n in range(5_000)]
    async with opened(project) as (app, pilot):
        app.push_screen(Choose("Which?", choices))
        await pilot.pause()
        began = process_time()
        await pilot.press(*"theme 4321")
        assert (process_time() - began) / 10 < 0.1
        assert [c.value for c in app.screen.query_one(ChoiceList).choices] == [4321]
