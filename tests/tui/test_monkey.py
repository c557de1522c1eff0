"""Random keys and mouse events on every screen: nothing breaks, and the log tells all that was done."""

import logging

import pytest

from tests.replay import replayed, stored
from tests.tui.conftest import QUIET_HELPER
from tests.tui.monkey import SCREENS, assert_the_log_tells_all, let_loose

EVENTS = 300


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_monkey_breaks_nothing_and_the_log_replays_to_the_same_state(
    screen, project, tmp_path, monkeypatch, caplog
):
    monkeypatch.chdir(tmp_path)  # files that it writes
    seed = sum(map(ord, screen))
    with caplog.at_level(logging.WARNING):
        did = await let_loose(project, QUIET_HELPER, SCREENS[screen], EVENTS, seed)
    assert len(did) >= EVENTS and not caplog.records
    assert_the_log_tells_all(project)


def test_the_replay_tells_imports_undo_and_redo(project):
    from coder.session import open_session

    session = open_session(project, "Ana")
    queue = session.queue()
    response = queue[session.next_unreviewed(queue, -1)]
    theme = session.codebook.for_question(session.questions[-1].key).themes[0]
    session.review(response)
    session.undo()
    session.edit_theme(theme.id, definition="other")
    session.undo()
    while session.next_undo():
        session.undo()
    with session.project.read() as connection:
        assert replayed(connection) == stored(connection)
    while session.next_redo():
        session.redo()
    with session.project.read() as connection:
        assert replayed(connection) == stored(connection)
        assert stored(connection)["coding"]
    session.project.close()


def test_the_replay_sees_a_row_that_no_event_told_of(project):
    from sqlalchemy import update

    from coder.store import schema
    from coder.store.project import open_project

    with open_project(project) as opened:
        with opened.write() as connection:
            connection.execute(update(schema.theme).where(schema.theme.c.id == 1).values(definition="by hand"))
        with opened.read() as connection:
            assert replayed(connection) != stored(connection)
