"""The coding loop by keyboard, on a real project."""

from pathlib import Path

import pytest
from textual.widgets import Input

from coder.domain.coding import Evidence, Span, Suggestion
from coder.errors import CoderError
from coder.session import open_session
from coder.store import suggestions
from coder.tui.keys import theme_keys
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.commands import taken
from coder.tui.screens.modals import Ask, Choose, Confirm, Read
from coder.tui.widgets.plain import Plain
from tests.projects import project_of
from tests.tui.conftest import opened, screen_text, until

PEOPLE = "Meeting talented and like-minded people"
SKILLS = "ML skills and knowledge"
CONFIDENCE = "Confidence to take on AI safety work"


def screen_of(app) -> CodeScreen:
    return app.screen_stack[0]


def coded(app) -> dict[str, list[str]]:
    """The themes of the response that is shown, with their highlighted words."""
    view = app.session.view(screen_of(app).shown.response.id)
    spans = {m.highlight_id: m.span.of(view.response.text) for m in view.marked}
    names = app.session.codebook.by_id
    return {names[c.theme_id].name: [spans[h] for h in c.highlight_ids] for c in view.codings}


def status(app) -> str:
    return screen_text(app).split("\n")[-2]


def key_of(app, theme: str) -> str:
    screen = screen_of(app)
    return screen.legend.keys[app.session.codebook.find(theme).id]


def suggest(path: Path, response: int, *themes: tuple[int, float, Span]) -> None:
    """Let a model have suggested themes for a response."""
    session = open_session(path, "Ana")
    with session.project.write() as connection:
        model = suggestions.add_model(connection, 0, {})
        suggestions.put_suggestions(
            connection,
            model,
            [response],
            [Suggestion(response, t, score, True, (Evidence(span, 1.0),)) for t, score, span in themes],
        )
    session.project.close()


async def test_it_begins_at_the_first_response_that_is_not_reviewed(project):
    async with opened(project) as (app, _):
        screen = screen_of(app)
        assert screen.index == app.session.next_unreviewed(screen.queue, -1)
        assert f"{screen.index + 1}/{len(screen.queue)}" in screen_text(app)
        assert screen.pane.has_focus


async def test_a_theme_key_codes_the_selected_words(project):
    async with opened(project) as (app, pilot):
        await pilot.press("W", "W", key_of(app, PEOPLE))
        text = screen_of(app).shown.response.text
        assert coded(app) == {PEOPLE: [" ".join(text.split()[:2])]}
        assert "Coded" in status(app) and PEOPLE in status(app)


async def test_a_theme_key_without_a_selection_codes_the_whole_response(project):
    async with opened(project) as (app, pilot):
        await pilot.press(key_of(app, SKILLS))
        assert coded(app) == {SKILLS: []}
        assert "whole response" in screen_text(app)


async def test_a_theme_twice_is_said_and_a_second_highlight_becomes_evidence(project):
    async with opened(project) as (app, pilot):
        key = key_of(app, PEOPLE)
        await pilot.press("W", key, key)
        assert "already" in status(app)
        await pilot.press("w", "W", key)
        assert len(coded(app)[PEOPLE]) == 2
        assert "counts once" in status(app)
        assert len(app.session.view(screen_of(app).shown.response.id).codings) == 1


async def test_the_same_words_may_bear_two_themes_and_counts_are_live(project):
    async with opened(project) as (app, pilot):
        before = app.session.counts(screen_of(app).question.id)
        await pilot.press("W", key_of(app, PEOPLE), key_of(app, CONFIDENCE))
        assert set(coded(app)) == {PEOPLE, CONFIDENCE}
        theme = app.session.codebook.find(PEOPLE).id
        assert app.session.counts(screen_of(app).question.id)[theme] == before[theme] + 1
        row = next(line for line in screen_text(app).split("\n") if f"✓ {PEOPLE[:20]}" in line)
        assert row.rstrip().endswith(str(before[theme] + 1))


async def test_x_removes_the_highlight_under_the_caret_with_its_coding(project):
    async with opened(project) as (app, pilot):
        await pilot.press("W", key_of(app, PEOPLE), "escape", "h", "x")
        assert coded(app) == {}
        assert "Removed" in status(app)


async def test_x_away_from_a_highlight_asks_which_coding(project):
    async with opened(project) as (app, pilot):
        await pilot.press(key_of(app, PEOPLE), key_of(app, SKILLS), "x")
        assert isinstance(app.screen, Choose)
        await pilot.press(*"skills", "enter")
        assert set(coded(app)) == {PEOPLE}
        await pilot.press("x", "escape")
        assert set(coded(app)) == {PEOPLE}


async def test_in_vivo_makes_a_theme_of_the_selected_words(project):
    async with opened(project) as (app, pilot):
        await pilot.press("W", "W", "i")
        assert isinstance(app.screen, Ask)
        words = " ".join(screen_of(app).shown.response.text.split()[:2])
        assert app.screen.query_one(Input).value == words
        await pilot.press(*" now", "enter")
        assert coded(app) == {f"{words} now": [words]}
        assert f"{words} now" in screen_text(app)


async def test_in_vivo_and_mark_without_a_selection_say_what_to_do(project):
    async with opened(project) as (app, pilot):
        await pilot.press("i")
        assert "Select the words first" in status(app)
        await pilot.press("m")
        assert "Select the words first" in status(app)


async def test_m_highlights_without_a_theme(project):
    async with opened(project) as (app, pilot):
        await pilot.press("W", "m")
        view = app.session.view(screen_of(app).shown.response.id)
        assert [m.theme_ids for m in view.marked] == [()] and not view.codings
        assert "no theme yet" in screen_text(app)


async def test_t_finds_a_theme_by_typing_and_no_key_is_a_command_meanwhile(project):
    async with opened(project) as (app, pilot):
        index = screen_of(app).index
        await pilot.press("t", *"capst", "enter")
        assert set(coded(app)) == {"Capstone project"}
        await pilot.press("t", *"unRadUx", "escape")
        assert set(coded(app)) == {"Capstone project"} and screen_of(app).index == index


async def test_t_makes_a_new_theme_of_what_was_typed(project):
    async with opened(project) as (app, pilot):
        await pilot.press("t", *"Rest", "enter")
        assert coded(app) == {"Rest": []}
        await pilot.press("W", "t", *"Peace", "enter")
        assert len(coded(app)["Peace"]) == 1


async def test_enter_marks_as_reviewed_and_goes_to_the_next_that_is_not(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        first, before = screen.shown.response.id, app.session.progress(screen.question.id).reviewed
        await pilot.press("enter")
        assert app.session.view(first).reviewed
        assert not screen.shown.reviewed and screen.shown.response.id != first
        assert f"reviewed {before + 1} of" in screen_text(app)


async def test_n_and_p_move_without_marking_and_stop_at_the_ends(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        at, before = screen.index, app.session.progress().reviewed
        await pilot.press("n")
        assert screen.index == at + 1
        await pilot.press("p", "pageup")
        assert screen.index == at - 1
        screen.show_response(len(screen.queue) - 1)
        await pilot.press("n")
        assert "last response" in status(app) and screen.index == len(screen.queue) - 1
        assert app.session.progress().reviewed == before


async def test_shift_r_takes_a_review_back(project):
    async with opened(project) as (app, pilot):
        await pilot.press("p")
        assert screen_of(app).shown.reviewed
        await pilot.press("R")
        assert not screen_of(app).shown.reviewed and "not reviewed" in status(app)


async def test_suggestions_show_score_and_evidence_and_are_accepted_or_dismissed(project):
    session = open_session(project, "Ana")
    question = session.questions[0]
    queue = session.queue(question.id)
    response = queue[session.next_unreviewed(queue, -1)]
    skills, people = session.codebook.find(SKILLS).id, session.codebook.find(PEOPLE).id
    confidence = session.codebook.find(CONFIDENCE).id
    session.project.close()
    suggest(project, response, (skills, 0.82, Span(0, 3)), (people, 0.4, Span(4, 8)), (confidence, 0.3, Span(0, 3)))
    async with opened(project) as (app, pilot):
        assert "82 %" in screen_text(app) and "40 %" in screen_text(app)
        assert screen_of(app).suggestion.theme_id == skills
        await pilot.press("tab")
        assert screen_of(app).suggestion.theme_id == people
        await pilot.press("right_square_bracket")
        assert screen_of(app).suggestion.theme_id == confidence
        await pilot.press("left_square_bracket", "left_square_bracket", "a")
        view = app.session.view(response)
        assert [(c.theme_id, c.origin.value) for c in view.codings] == [(skills, "suggestion")]
        await pilot.press("d")
        assert [s.theme_id for s in screen_of(app).shown.suggestions] == [confidence]
        await pilot.press("u")
        assert [s.theme_id for s in screen_of(app).shown.suggestions] == [people, confidence]
        assert "Undone" in status(app)
        await pilot.press("d", "d", "d")
        assert "no suggestion" in status(app)


async def test_undo_and_redo_go_to_the_response_and_say_what_they_did(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        at = screen.index
        await pilot.press("W", key_of(app, PEOPLE), "n", "n")
        await pilot.press("u")
        assert screen.index == at and coded(app) == {} and PEOPLE in status(app)
        await pilot.press("n", "U")
        assert screen.index == at and set(coded(app)) == {PEOPLE}
        await pilot.press("u", "ctrl+r")
        assert set(coded(app)) == {PEOPLE}


async def test_undo_of_an_import_asks_first(project):
    async with opened(project) as (app, pilot):
        before = app.session.progress()
        await pilot.press("u")
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        assert app.session.progress() == before


async def test_search_filters_the_queue_and_escape_brings_all_back(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        everything, index = len(screen.queue), screen.index
        await pilot.press("slash", *"xyzzynothing", "enter")
        assert len(screen.queue) == everything
        await pilot.press("slash", "n", "p", "escape")
        assert screen.index == index and screen.pane.has_focus
        await pilot.press("slash", *"people", "enter")
        assert 0 < len(screen.queue) < everything
        assert all("people" in app.session.view(r).response.text.lower() for r in screen.queue)
        assert "“people”" in screen_text(app)
        await pilot.press("escape")
        assert len(screen.queue) == everything


async def test_q_goes_to_another_question_with_its_own_themes(project):
    async with opened(project) as (app, pilot):
        assert "Capstone project" in screen_text(app)
        await pilot.press("Q")
        assert isinstance(app.screen, Choose)
        await pilot.press(*"office", "enter")
        assert screen_of(app).question == app.session.questions[1]
        assert "Capstone project" not in screen_text(app)
        assert "Access to top researchers" in screen_text(app)


async def test_the_end_is_said_with_what_to_do_next(project):
    async with opened(project) as (app, pilot):
        for question in app.session.questions:
            for response in app.session.queue(question.id):
                app.session.review(response)
        await pilot.press("enter")
        assert isinstance(app.screen, Read)
        assert "coder tally" in screen_text(app)
        await pilot.press("escape")
        assert app.screen is screen_of(app)


async def test_help_lists_every_key_of_the_screen(project):
    async with opened(project, size=(110, 90)) as (app, pilot):
        await pilot.press("question_mark")
        text = shown_text(app.screen)
        for words in ("in vivo", "do again", "word by word", "accept the suggestion", "ctrl+q"):
            assert words in text
        await pilot.press("escape", "f1", "escape")
        assert app.screen is screen_of(app)


async def test_what_a_key_does_stays_in_its_column_in_the_help(project):
    async with opened(project, size=(80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        for columns in (80, 60):
            await pilot.resize_terminal(columns, 24)
            await pilot.pause()
            page = app.screen.query_one("#page", Plain)
            commands = str(page.content).partition("Read the response")[0].split("\n")
            assert any(line.startswith(" " * 19) for line in commands), "one is too long for a line"
            assert all(len(line) <= page.size.width for line in commands)


async def test_without_a_theme_the_list_says_how_to_make_one(tmp_path):
    async with opened(project_of(tmp_path, {"P1": "The staff were kind"})) as (app, pilot):
        await until(pilot, lambda: "Themes 0   t or i makes one" in screen_text(app))
        await pilot.press("t", *"Kind", "enter")
        await until(pilot, lambda: "Themes 1   participants" in screen_text(app))


def shown_text(screen) -> str:
    """All that a page to read says, also what is scrolled out of sight."""
    return "\n".join(str(label.content) for label in screen.query(Plain))


async def test_what_another_program_writes_is_shown(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        other = open_session(project, "Ana")
        other.assign(screen.shown.response.id, other.codebook.find(SKILLS).id)
        other.project.close()
        await until(pilot, lambda: bool(screen.shown.codings))
        assert SKILLS in screen_text(app).split("Codings 1")[1]


async def test_a_theme_list_and_a_response_list_can_be_clicked(project):
    async with opened(project, size=(160, 50)) as (app, pilot):
        screen = screen_of(app)
        await pilot.click("#themes", offset=(8, 0))
        assert set(coded(app)) == {PEOPLE} and screen.pane.has_focus
        await pilot.click("#responses", offset=(8, 2))
        assert screen.index == 2 and screen.pane.has_focus


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (160, 50), (200, 60)])
async def test_the_response_and_its_themes_are_there_at_every_size(project, size):
    async with opened(project, size=size) as (app, _):
        text = screen_text(app)
        assert " ".join(screen_of(app).shown.response.text.split()[:2]) in text
        assert "Meeting talented" in text and "nothing selected" in text
        assert app.screen.query_one("#queue").display is (size[0] >= 140)


@pytest.mark.parametrize("size", [(50, 20), (100, 12)])
async def test_a_small_terminal_says_what_it_needs(project, size):
    async with opened(project, size=size) as (app, pilot):
        assert "60 × 16" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "60 × 16" not in screen_text(app)


async def test_a_project_that_cannot_be_opened_ends_the_screen_with_its_reason(tmp_path):
    from coder.errors import ProjectError
    from coder.tui.app import CoderApp

    (tmp_path / "not.coder").write_text("this is no project")
    app = CoderApp(tmp_path / "not.coder", "Ana")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.failure is not None)
    assert isinstance(app.failure, ProjectError) and app.return_code == 1


def test_theme_keys_are_the_codebooks_where_free_else_digits_then_letters():
    from coder.domain.codebook import Codebook, Theme

    own = [Theme(1, "a", key="q"), Theme(2, "b", key="t"), Theme(3, "c", key="q"), Theme(4, "d", key="2")]
    many = [Theme(n, f"theme {n}") for n in range(10, 80)]
    keys = theme_keys(Codebook(own + many), taken({}))
    assert keys[1] == "q" and keys[4] == "2" and keys[2] == "1" and keys[3] == "3"
    assert len(set(keys.values())) == len(keys) and not set(keys.values()) & taken({})
    assert 20 < len(keys) < 74


async def test_without_colour_every_sign_is_still_there(project, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(project) as (app, pilot):
        await pilot.press("W", key_of(app, PEOPLE), key_of(app, CONFIDENCE), "escape")
        signs = key_of(app, PEOPLE) + key_of(app, CONFIDENCE)
        pane = screen_of(app).pane
        first = pane.render_line(0)
        assert first.text.startswith(signs)
        assert any(segment.style and segment.style.underline for segment in first)


async def test_a_refusal_says_all_its_problems_and_the_next_step_inert(project):
    async with opened(project) as (app, pilot):
        refusal = CoderError("It [b]can't", problems=["row 1 \x1b[31m", "row 2"], hint="Do [/this].")
        screen_of(app).explain(refusal)
        await pilot.pause()
        text = screen_text(app)
        for words in ("It [b]can't", "• row 1 ␛[31m", "• row 2", "Do [/this]."):
            assert words in text
        await pilot.press("escape")
        assert app.screen is screen_of(app)
