"""What undo and redo would do next: by the log alone, at the same price however long it is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from coder.domain.coding import Span
from coder.domain.log import Kind
from coder.session import Session
from coder.store import codebook, taking
from coder.store.events import acting
from tests.projects import session_of, state

TEXTS = {"P1": "x" * 400}


def stars(session: Session, numbers: range) -> None:
    (response,) = session.queue()
    for number in numbers:
        session.star(response, Span(number, number + 1))


def sentence(number: int) -> str:
    return f"starred characters {number} to {number + 1}"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["act", "undo", "redo"]), max_size=30))
def test_undo_and_redo_are_two_stacks_and_say_what_lies_on_top(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    session = session_of(tmp_path_factory.mktemp("stacks"), TEXTS)
    done, undone = [], []
    try:
        for number, step in enumerate(steps):
            if step == "act":
                stars(session, range(number, number + 1))
                done, undone = [*done, number], []
            elif step == "undo" and done:
                session.undo()
                undone.append(done.pop())
            elif step == "redo" and undone:
                session.redo()
                done.append(undone.pop())
            following = session.next_undo(), session.next_redo()
            assert following[0] is not None  # at the bottom: the import
            assert following[0][0].startswith("imported") if not done else following[0] == (sentence(done[-1]), False)
            assert following[1] == ((sentence(undone[-1]), False) if undone else None)
    finally:
        session.project.close()


def test_after_many_undos_the_next_one_is_found_by_a_few_rows(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    stars(session, range(60))
    for _ in range(59):
        session.undo()
    statements: list[str] = []
    event.listen(session.project._engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert session.next_undo() == (sentence(0), False)
    assert session.next_redo() == (sentence(1), False)
    assert len(statements) <= 6 and sum("LIMIT" in s for s in statements) <= 3


def test_an_import_that_changed_what_it_brought_is_taken_back_whole_and_brought_again(tmp_path: Path) -> None:
    session = session_of(tmp_path, {"P1": "kind staff"}, ["Staff"])
    before = state(session)
    facts = {"source": "x", "responses": 0, "themes": 1, "codings": 1, "reviews": 0}
    with acting(session.project, session.coder_id, Kind.IMPORT_PROJECT, **facts) as recorder:
        theme = codebook.add_theme(recorder, "Food")
        (place,) = taking.read_places(recorder.connection).values()
        taking.take_codings(recorder, [taking.GivenCoding(place, theme, session.coder_id, None)])
        codebook.change_theme(recorder, theme, {"definition": "Meals."})
    after = state(session)
    session.undo()
    assert state(session) == before
    session.redo()
    assert state(session) == after
