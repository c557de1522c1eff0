"""Reading in another order by keyboard: which response comes, what the log says led there, what training may move."""

import re

import pytest

from coder.analysis.history import history
from coder.domain.coding import Suggestion
from coder.domain.corpus import Question
from coder.domain.log import Kind
from coder.domain.queue import Queue
from coder.session import Session, open_session
from coder.store import suggestions
from coder.store.project import change_setting, open_project
from coder.tui.app import CoderApp
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.modals import Ask, Choose
from tests.tui.conftest import QUIET_HELPER, opened, screen_text, until

NAMES = {Queue.RANDOM: "random", Queue.USEFUL: "useful", Queue.CERTAIN: "certain", Queue.FILE: "file"}


def screen_of(app) -> CodeScreen:
    return app.screen_stack[0]


async def choose(pilot, order: Queue) -> None:
    await pilot.press("f3")
    assert isinstance(pilot.app.screen, Choose)
    await pilot.press(*NAMES[order], "enter")


def routes(session: Session) -> list[str]:
    """What led to each review in the log, without the imported ones."""
    return [str(e.facts["queue"]) for e in history(session.project) if e.kind is Kind.REVIEW]


def learn(session: Session, question: Question, worth: dict[int, float]) -> None:
    """Let a training have brought an outlook: usefulness and certainty alike."""
    with session.project.write() as connection:
        model = suggestions.add_model(connection, 0, {})
        suggestions.add_outlook(connection, model, [(i, w, w) for i, w in worth.items()])


def unreviewed(session: Session, question: Question) -> list[int]:
    ids = session.queue(question.id)
    return [i for i, line in zip(ids, session.entries(ids), strict=True) if not line.reviewed]


@pytest.mark.parametrize("order", Queue)
async def test_f3_chooses_an_order_that_is_shown_kept_and_logged(project, order):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await choose(pilot, order)
        assert list(screen.queue) == list(app.session.queue(screen.question.id, order=order))
        assert screen.index == app.session.next_unreviewed(screen.queue, -1)
        for name in ("at random", "most useful first", "most certain first"):
            assert (name in screen_text(app).split("\n")[0]) is (NAMES[order] in name)
        await pilot.press("enter", "enter")
        assert routes(app.session) == [order.value] * 2
    async with opened(project) as (app, _):
        assert screen_of(app).walk.order is order


async def test_the_choice_is_each_coders_own(project):
    ben = open_session(project, "Ben")
    ben.choose_queue(Queue.RANDOM)
    ben.project.close()
    async with opened(project) as (app, _):
        assert screen_of(app).walk.order is Queue.FILE


async def test_the_command_line_chooses_too(project):
    app = CoderApp(project, "Ana", QUIET_HELPER, queue=Queue.RANDOM)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: screen_of(app).shown is not None)
        await pilot.pause()
        assert "at random  " in screen_text(app).split("\n")[0]
        assert app.session.chosen_queue() is Queue.RANDOM


async def test_the_palette_offers_every_order(project):
    async with opened(project) as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.press(*"responses at random")
        await until(pilot, lambda: "stands for all" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: screen_of(app).walk.order is Queue.RANDOM)


async def test_what_was_picked_searched_or_returned_to_is_logged_as_that(project):
    with open_project(project) as opened_project, opened_project.write() as connection:
        change_setting(connection, "queue seed", "7")
    async with opened(project, size=(160, 50)) as (app, pilot):
        screen = screen_of(app)
        await choose(pilot, Queue.RANDOM)
        first = screen.index
        left = [i for i, r in enumerate(screen.queue) if not app.session.view(r).reviewed]
        assert first == left[0]
        screen.desk.responses.scroll_to(0, 0, animate=False)
        await pilot.click("#responses", offset=(8, left[3]))
        assert screen.index == left[3]
        await pilot.press("enter")
        assert routes(app.session) == ["picked"]
        assert screen.index == first, "the queue goes on where it was left"
        await pilot.press("enter")
        await pilot.press("u", "enter")
        assert routes(app.session) == ["picked", "random", "random"], "an undo brought it back; the queue had led there"
        shown = screen.shown.response.id
        other = app.session.view(next(i for i in unreviewed(app.session, screen.question) if i != shown))
        await pilot.press("slash", *" ".join(re.findall(r"\w+", other.response.text)[:3]), "enter")
        assert screen.shown.response.id == other.response.id
        await pilot.press("enter")
        assert routes(app.session)[3:] == ["search"]


async def test_leaving_somebody_out_of_the_random_order_is_said(project):
    async with opened(project) as (app, pilot):
        await pilot.press("n")
        assert "Left out" not in screen_text(app)
        await choose(pilot, Queue.RANDOM)
        await pilot.press("n")
        assert "Left out: the random sample ends there" in screen_text(app)
        await pilot.press("p")
        assert "Left out" not in screen_text(app)


async def test_training_moves_what_was_not_shown_once_the_coder_goes_on_never_what_is_shown(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        a, b, c, d, *_ = unreviewed(app.session, screen.question)
        learn(app.session, screen.question, {a: 0.9, b: 0.8, c: 0.7, d: 0.6})
        await choose(pilot, Queue.USEFUL)
        await pilot.press("n")
        assert list(screen.queue)[:4] == [a, b, c, d] and screen.shown.response.id == b
        learn(app.session, screen.question, {a: 0.1, b: 0.2, c: 0.3, d: 0.9})
        screen.learning = False  # as when the helper has answered
        screen.show_changes()
        await until(pilot, lambda: screen._moved is not None)
        assert list(screen.queue)[:4] == [a, b, c, d] and screen.shown.response.id == b
        await pilot.press("enter")
        assert list(screen.queue)[:4] == [a, b, d, c] and screen.shown.response.id == d
        await pilot.press("p", "p")
        assert screen.shown.response.id == a, "what was shown is where it was"


async def test_an_order_that_needs_a_model_says_so_where_there_is_none(project):
    async with opened(project) as (app, pilot):
        await choose(pilot, Queue.CERTAIN)
        assert "Nothing is learnt yet" in screen_text(app)
        assert screen_of(app).index == app.session.next_unreviewed(screen_of(app).queue, -1)


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (160, 50)])
async def test_the_order_stands_in_the_first_line_at_every_size(project, size):
    async with opened(project, size=size) as (app, pilot):
        await choose(pilot, Queue.CERTAIN)
        assert "most certain first" in screen_text(app).split("\n")[0]


async def test_a_response_on_which_suggestions_are_held_back_says_nothing_of_them(project):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        theme = app.session.codebook.themes[0].id
        found = [Suggestion(i, theme, 0.8) for i in app.session.queue()]
        with app.session.project.write() as connection:
            model = suggestions.add_model(connection, 0, {})
            suggestions.put_suggestions(connection, model, [s.response_id for s in found], found)
        await pilot.press("ctrl+p")
        await pilot.press(*"hold suggestions")
        await until(pilot, lambda: "makes a difference" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*["backspace"] * 3, *"60%", "enter")
        assert "held back on 60 %" in screen_text(app)
        seen = set()
        for _ in screen.queue:
            hidden = not screen.shown.suggestions
            seen.add(hidden)
            shown = screen_text(app).replace("Suggestions are held back", "").replace("held suggestions back", "")
            assert ("suggestion" in shown) is not hidden
            await pilot.press("p")
        assert seen == {True, False}
