"""The helper process: asked by id, never in the way, and its death is no harm."""

import asyncio
import os
import signal
import sys

import pytest

from coder.errors import CoderError
from coder.tui.background import Background, BackgroundLostError, command
from coder.tui.widgets.marks import Kind
from tests.tui.conftest import opened, screen_text, until

ECHO = """
import json, sys
held = []
for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "hold":
        held.append(request)
        continue
    if request["do"] == "fail":
        print(json.dumps({"id": request["id"], "error": "too little", "hint": "code more"}), flush=True)
        continue
    print("noise that is no JSON", flush=True)
    print(json.dumps({"id": 999, "late": True}), flush=True)
    print(json.dumps({"id": request["id"], "spans": [[0, 3]], "message": "learnt", "suggested": 1}), flush=True)
    for late in held:
        print(json.dumps({"id": late["id"], "was": "held"}), flush=True)
    held.clear()
"""
HELPER = (sys.executable, "-S", "-c", ECHO)


async def test_replies_come_to_the_question_they_answer():
    helper = Background(HELPER, lambda: None)
    await helper.start()
    held = asyncio.create_task(helper.ask("hold"))
    await asyncio.sleep(0)
    assert (await helper.ask("key_terms", response=1))["spans"] == [[0, 3]]
    assert (await held)["was"] == "held"
    await helper.stop()
    assert not helper.alive


async def test_an_answer_that_nobody_waits_for_any_more_is_dropped():
    helper = Background(HELPER, lambda: None)
    await helper.start()
    given_up = asyncio.create_task(helper.ask("hold"))
    await asyncio.sleep(0)
    given_up.cancel()
    assert (await helper.ask("learn", first=[]))["message"] == "learnt"
    await helper.stop()


async def test_a_refusal_is_an_error_with_its_hint():
    helper = Background(HELPER, lambda: None)
    await helper.start()
    with pytest.raises(CoderError) as caught:
        await helper.ask("fail")
    assert (caught.value.message, caught.value.hint) == ("too little", "code more")
    await helper.stop()


async def test_its_death_is_told_once_and_fails_what_was_asked():
    deaths = []
    helper = Background(HELPER, lambda: deaths.append(1))
    await helper.start()
    waiting = asyncio.create_task(helper.ask("hold"))
    await asyncio.sleep(0)
    os.kill(helper._process.pid, signal.SIGKILL)
    with pytest.raises(BackgroundLostError):
        await waiting
    assert deaths == [1]
    with pytest.raises(BackgroundLostError):
        await helper.ask("learn", first=[])
    await helper.stop()


async def test_it_writes_neither_to_the_terminal_nor_reads_from_it():
    helper = Background((sys.executable, "-S", "-c", "import os; print(os.isatty(0), os.isatty(2))"), lambda: None)
    await helper.start()
    await helper._process.wait()
    await helper.stop()


def suggested_for(session) -> list[int]:
    """The responses that have open suggestions."""
    return [response for response in session.queue() if session.view(response).suggestions]


async def test_the_real_helper_finds_key_terms_and_suggests_for_the_screen(project):
    async with opened(project, helper=command(project, "Ana")) as (app, pilot):
        screen = app.screen
        await until(pilot, lambda: any(m.kind is Kind.TERM for m in screen.pane.marks), turns=1500)
        await until(pilot, lambda: bool(suggested_for(app.session)), turns=1500)
        screen.go_to(suggested_for(app.session)[0])
        await until(pilot, lambda: screen.suggestion is not None, turns=1500)
        assert all(0 <= s.score <= 1 for s in screen.shown.suggestions)
        wanted = screen.suggestion.theme_id
        await pilot.press("a")
        assert wanted in [c.theme_id for c in screen.shown.codings]


async def test_after_a_review_the_next_response_has_the_suggestions_of_a_newer_model(project):
    async with opened(project, helper=command(project, "Ana")) as (app, pilot):
        screen = app.screen
        await until(pilot, lambda: app.session.newest_model() > 0 and not screen.learning, turns=1500)
        before = app.session.newest_model()
        await pilot.press("enter")
        await until(pilot, lambda: app.session.newest_model() > before and not screen.learning, turns=1500)
        assert not screen.shown.unread


async def test_the_reason_for_a_suggestion_is_shown_with_the_most_alike_responses(project):
    async with opened(project, helper=command(project, "Ana")) as (app, pilot):
        screen = app.screen
        await until(pilot, lambda: bool(suggested_for(app.session)) and not screen.learning, turns=1500)
        screen.go_to(suggested_for(app.session)[0])
        await until(pilot, lambda: screen.suggestion is not None, turns=1500)
        await pilot.press("y")
        await until(pilot, lambda: "Why this suggestion" in screen_text(app), turns=1500)
        assert "What spoke for it" in screen_text(app)
        assert "most alike" in screen_text(app)


async def test_key_terms_come_in_dimmed_and_go_by_a_key(project):
    async with opened(project, helper=HELPER) as (app, pilot):
        pane = app.screen.pane
        await until(pilot, lambda: any(m.kind is Kind.TERM for m in pane.marks))
        await pilot.press("o")
        assert not any(m.kind is Kind.TERM for m in pane.marks)
        await pilot.press("o")
        assert any(m.kind is Kind.TERM for m in pane.marks)


async def test_training_on_request_says_what_came_of_it(project):
    async with opened(project, helper=HELPER) as (app, pilot):
        await until(pilot, lambda: not app.screen.learning)
        await pilot.press("g")
        await until(pilot, lambda: any(n.message == "learnt" for n in app._notifications))


async def test_coding_goes_on_when_the_helper_has_died(project):
    dying = (sys.executable, "-S", "-c", "pass")
    async with opened(project, helper=dying) as (app, pilot):
        await until(pilot, lambda: any("Coding goes on" in n.message for n in app._notifications))
        await pilot.press("1", "g")
        assert len(app.screen.shown.codings) == 1


HALF_WAY = (
    "import json, sys\n"
    "for line in sys.stdin:\n"
    "    ask = json.loads(line)\n"
    "    print(json.dumps({'id': ask['id'], 'read': 1, 'of': 2, 'message': ''}), flush=True)\n"
)


async def test_how_far_the_helper_is_stands_in_the_first_line(project):
    async with opened(project, helper=(sys.executable, "-S", "-c", HALF_WAY)) as (app, pilot):
        await until(pilot, lambda: "suggesting 50 %" in screen_text(app).split("\n")[0])
