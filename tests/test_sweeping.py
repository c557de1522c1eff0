"""Coding every hit of a search: what is listed, what is coded, and that one undo takes all of it back."""

from pathlib import Path

import pytest

from coder.analysis.history import history
from coder.domain.coding import Origin, Span
from coder.domain.hits import Hit, Hits, State
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, forget_participant, open_session
from tests.projects import session_of, survey_file, theme_id
from tests.test_session import state

TEXTS = {"P1": "Food, good food", "P2": "the food", "P3": "people", "P4": "seafood"}


def found(session: Session, words: str = "food", theme: str = "Food") -> list[Hit]:
    ids = session.queue(search_for=words)
    return [hit for _, some in session.find_hits(ids, words, theme_id(session, theme)) for hit in some]


def coded(session: Session) -> dict[str, list[str]]:
    """The evidence of each participant's codings."""
    views = [session.view(i) for i in session.queue()]
    return {
        v.participant.external_id: [m.span.of(v.response.text) for m in v.marked if m.theme_ids]
        for v in views
        if v.codings
    }


def test_every_hit_is_listed_with_the_words_around_it(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    hits = found(session)
    assert [(h.response_id, h.span, h.state) for h in hits] == [
        (session.queue()[0], Span(0, 4), State.NEW),
        (session.queue()[0], Span(11, 15), State.NEW),
        (session.queue()[1], Span(4, 8), State.NEW),
    ]
    lines = session.hit_lines(hits, around=6)
    assert [(x.participant, x.before, x.words, x.after) for x in lines] == [
        ("P1", "", "Food", ", good"),
        ("P1", " good ", "food", ""),
        ("P2", "the ", "food", ""),
    ]


def test_what_the_theme_has_there_already_is_said(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    first, second, *_ = session.queue()
    food = theme_id(session, "Food")
    session.assign(first, food, Span(0, 4))
    session.reject(second, food)
    assert [h.state for h in found(session)] == [State.CODED, State.THEME, State.REJECTED]
    ben = open_session(session.project.path, "Ben")
    assert {h.state for h in found(ben)} == {State.NEW}
    session.assign(second, food)
    assert found(session)[-1].state is State.THEME, "the whole response"


def test_the_hits_that_are_given_are_coded_as_one_event_and_no_others(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    before = state(session)
    hits = found(session)
    done = session.code_hits([hits[0], hits[2]], theme_id(session, "Food"), "food")
    assert done.message == "Coded ‘Food’ on 2 more responses, by 2 new highlights."
    assert coded(session) == {"P1": ["Food"], "P2": ["food"]}
    assert {c.origin for i in session.queue() for c in session.view(i).codings} == {Origin.SEARCH}
    assert history(session.project)[-1].sentence == "coded ‘Food’ at the hits of “food”: 2 responses, 2 highlights"
    assert session.counts(session.questions[0].id)[theme_id(session, "Food")] == 2
    after = state(session)
    session.undo()
    assert state(session) == before
    session.redo()
    assert state(session) == after
    assert session.project.setting("search") != "stale", "no text has come or gone: the index holds"


def test_what_is_there_is_kept_once_and_a_rejection_is_taken_back(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    food = theme_id(session, "Food")
    session.assign(session.queue()[0], food, Span(0, 4))
    session.reject(session.queue()[1], food)
    before = state(session)
    session.code_hits(found(session), food, "food")
    assert coded(session) == {"P1": ["Food", "food"], "P2": ["food"]}
    assert not state(session)["rejection"]
    assert not session.code_hits(found(session), food, "food").changed
    session.undo()
    assert state(session) == before


def test_a_text_that_was_replaced_meanwhile_is_left_out_and_said(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    hits = found(session)
    import_survey(
        survey_file(tmp_path, TEXTS | {"P1": "No food"}), session.project.path, SurveyRequest(), coder_name="Ben"
    )
    done = session.code_hits(hits, theme_id(session, "Food"), "food")
    assert coded(session) == {"P2": ["food"]} and "1 responses are not in the survey any more" in done.message


def test_a_theme_that_does_not_serve_a_question_has_no_hits_there(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    session.edit_theme(theme_id(session, "Food"), questions=["Another?"])
    assert found(session) == []


def test_who_is_forgotten_is_forgotten_here_too(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    session.code_hits(found(session), theme_id(session, "Food"), "food")
    session.undo()
    session.redo()
    session.project.close()
    forget_participant(session.project.path, "P1")
    assert coded(open_session(session.project.path, "Ana")) == {"P2": ["food"]}


def test_tens_of_thousands_are_coded_and_undone(tmp_path: Path) -> None:
    session = session_of(tmp_path, {f"P{i}": "food and food" for i in range(6_000)}, ["Food"])
    before = state(session)
    hits = found(session)
    assert len(hits) == 12_000
    session.code_hits(hits, theme_id(session, "Food"), "food")
    assert session.counts(session.questions[0].id)[theme_id(session, "Food")] == 6_000
    session.undo()
    assert state(session) == before


def test_hits_are_kept_as_they_came() -> None:
    given = [Hit(5, Span(1, 2)), Hit(3, Span(0, 9), State.CODED)]
    hits = Hits(given)
    assert list(hits) == given and len(hits) == 2 and hits.states == bytes([State.NEW, State.CODED])
    with pytest.raises(IndexError):
        hits[2]
