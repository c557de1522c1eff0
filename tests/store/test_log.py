"""The log as people read it."""

from pathlib import Path

from coder.analysis.history import entries, find_events, history
from coder.domain.coding import Span
from coder.domain.log import Kind
from coder.session import open_session
from tests.projects import project_of, theme_id

TEXTS = {"P1": "Great food", "P2": "The food"}


def test_events_are_found_by_coder_kind_and_all_words_of_their_line(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS, ["Food", "Über uns"])
    ana, ben = open_session(path, "Ana"), open_session(path, "Ben")
    one, two = ana.queue()
    ana.assign(one, theme_id(ana, "Food"))
    ben.assign(two, theme_id(ben, "Über uns"))
    ben.star(two, Span(0, 3))
    project = ana.project

    def said(**what: object) -> list[str]:
        return [f"{e.coder} {e.participant} {e.sentence}" for e in entries(project, find_events(project, **what))]  # type: ignore[arg-type]

    assert said(coder="Ben") == ["Ben P2 starred characters 0 to 3", "Ben P2 coded ‘Über uns’"]
    assert said(kind=Kind.CODE) == ["Ben P2 coded ‘Über uns’", "Ana P1 coded ‘Food’"]
    assert said(words="über p2 CODED") == ["Ben P2 coded ‘Über uns’"]
    assert said(words="nowhere") == said(coder="Nobody") == []
    assert len(said()) == len(history(project))


def test_an_event_says_whether_it_is_undone_until_it_is_done_again(tmp_path: Path) -> None:
    session = open_session(project_of(tmp_path, TEXTS, ["Food"]), "Ana")
    session.assign(session.queue()[0], theme_id(session, "Food"))

    def undone() -> list[tuple[str, bool]]:
        return [(e.kind.value, e.undone) for e in history(session.project)][-4:]

    session.undo()
    assert undone()[-2:] == [("code", True), ("undo", False)]
    session.redo()
    assert undone()[-3:] == [("code", False), ("undo", True), ("redo", False)]
    session.undo()
    assert undone() == [("code", True), ("undo", True), ("redo", False), ("undo", False)]
