"""A large project: the first response is there before its queue and its figures, and nothing jumps when they come."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from coder import session as coder_session
from coder.domain.queue import Queue
from coder.session import Session, open_session
from coder.tui.widgets.rows import Rows
from tests.tui.conftest import opened, screen_text, until


class Held:
    """A call that waits until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.gone = threading.Event()
        self.calls = 0
        real: Callable[..., Any] = getattr(Session, name)

        def held(session: Session, *args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if threading.current_thread() is not threading.main_thread():
                assert self.gone.wait(20)
            return real(session, *args, **kwargs)

        monkeypatch.setattr(Session, name, held)


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sample project count as a large one, of which a stretch is a few responses."""
    monkeypatch.setattr(coder_session, "_LARGE", 1)


@pytest.fixture
def queue_held(monkeypatch: pytest.MonkeyPatch) -> Held:
    around = Session.around

    def few(session: Session, first: int) -> Any:
        ids = around(session, first)
        return ids[ids.index(first) - 1 : ids.index(first) + 3]

    monkeypatch.setattr(Session, "around", few)
    return Held(monkeypatch, "queue")


@pytest.fixture
def count_held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch, "figures")


def screen_of(app):
    return app.screen_stack[0]


def line_of_cursor(responses: Rows) -> int:
    return responses.cursor - responses.scroll_offset.y


async def test_the_first_response_is_shown_before_the_queue_is_read_and_stays_where_it_is(project, queue_held):
    async with opened(project, size=(160, 50)) as (app, pilot):
        screen = screen_of(app)
        first = app.session.first_unreviewed(screen.question.id)
        assert "…/…   reviewed … of …" in screen_text(app).split("\n")[0]
        assert screen.shown.response.id == first and not screen.walk.whole
        line = line_of_cursor(screen.desk.responses)
        queue_held.gone.set()
        await until(pilot, lambda: screen.walk.whole and screen.figures is not None)
        await pilot.pause()
        whole = app.session.queue(screen.question.id)
        assert list(screen.queue) == list(whole) and screen.shown.response.id == first
        progress = app.session.progress(screen.question.id)
        assert (
            f"{whole.index(first) + 1}/{len(whole)}   reviewed {progress.reviewed} of {progress.answered}"
            in (screen_text(app).split("\n")[0])
        )
        responses = screen.desk.responses
        assert responses.cursor == screen.index
        if responses.max_scroll_y:
            assert line_of_cursor(responses) == line


async def test_a_key_that_needs_the_rest_of_the_queue_has_it_at_once(project, queue_held):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        stretch, first = list(screen.queue), screen.index
        await pilot.press(*["p"] * (first + 1))
        whole = app.session.queue(screen.question.id)
        assert screen.walk.whole and screen.shown.response.id == whole[whole.index(stretch[0]) - 1]
        queue_held.gone.set()
        await pilot.pause()
        assert list(screen.queue) == list(whole)


async def test_the_last_of_a_stretch_is_not_the_last_that_is_left(project, queue_held):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await pilot.press(*["enter"] * (len(screen.queue) - screen.index))
        left = app.session.first_unreviewed(screen.question.id)
        assert (screen.shown.response.id if left else None) == left
        queue_held.gone.set()


async def test_a_list_that_was_chosen_meanwhile_is_not_replaced_by_the_late_queue(project, queue_held):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await pilot.press("f3", *"random", "enter")
        drawn = app.session.queue(screen.question.id, order=Queue.RANDOM)
        assert list(screen.queue) == list(drawn)
        queue_held.gone.set()
        await until(pilot, lambda: screen.figures is not None)
        assert list(screen.queue) == list(drawn)


async def test_what_is_done_while_the_figures_are_counted_is_in_them(project, count_held):
    async with opened(project, size=(160, 50)) as (app, pilot):
        screen = screen_of(app)
        await until(pilot, lambda: count_held.calls > 0)
        assert "reviewed … of …" in screen_text(app)
        assert "".join(text for text, _ in screen.desk.themes.paint(0, 40)[0]).endswith(" … ")
        await pilot.press("1", "enter")
        assert "reviewed … of …" in screen_text(app)
        count_held.gone.set()
        await until(pilot, lambda: screen.figures is not None)
        await pilot.pause()
        assert count_held.calls == 1, "what was done meanwhile is followed, not counted anew"
        assert screen.figures == app.session.figures(screen.question.id)
        progress = app.session.progress(screen.question.id)
        assert f"reviewed {progress.reviewed} of {progress.answered}" in screen_text(app)


async def test_after_another_programs_import_the_figures_are_unknown_until_they_are_counted(project, monkeypatch):
    async with opened(project) as (app, pilot):
        screen = screen_of(app)
        await until(pilot, lambda: screen.figures is not None)
        held = Held(monkeypatch, "figures")
        ben = open_session(project, "Ben")
        top = ben.codebook.children[None]
        ben.move_theme(top[0].id, top[1].id)
        ben.project.close()
        screen.look()
        await pilot.pause()
        assert screen.figures is None and "reviewed … of …" in screen_text(app)
        held.gone.set()
        await until(pilot, lambda: screen.figures is not None)
        assert screen.figures == app.session.figures(screen.question.id)
