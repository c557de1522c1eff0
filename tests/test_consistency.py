"""The same or nearly the same answer coded in several ways."""

import json
from pathlib import Path

from coder import consistency
from coder.consistency import as_json, check, from_json
from coder.session import Session, open_session
from tests.projects import session_of, theme_id

TEXTS = {
    "P1": "The food was good.",
    "P2": "the food was GOOD",
    "P3": "The food was good!",
    "P4": "I met many kind people at the programme and I still write to them.",
    "P5": "I met many kind people at the programme, and I still write to all of them",
    "P6": "More time for the project",
}


def found(session: Session) -> list[tuple[float, list[tuple[set[str], list[str]]]]]:
    checked = check(session.project, session.questions[0].id, session.coder_id)
    names = {t.id: t.name for t in session.codebook.themes}
    return [
        (
            one.likeness,
            [
                ({names[t] for t in v.themes}, [e.participant for e in session.entries(v.response_ids)])
                for v in one.variants
            ],
        )
        for one in checked.found
    ]


def coded(folder: Path) -> Session:
    session = session_of(folder, TEXTS, ["Food", "People"])
    ids = session.queue()
    food, people = theme_id(session, "Food"), theme_id(session, "People")
    session.assign(ids[0], food)
    session.assign(ids[1], food)
    session.review(ids[2])
    session.assign(ids[3], people)
    session.review(ids[4])
    return session


def test_the_same_words_with_other_themes_come_first_then_what_is_nearly_the_same(tmp_path: Path) -> None:
    same, alike = found(coded(tmp_path))
    assert same == (1.0, [({"Food"}, ["P1", "P2"]), (set(), ["P3"])])
    assert 0.7 <= alike[0] < 1 and alike[1] == [({"People"}, ["P4"]), (set(), ["P5"])]


def test_what_is_coded_alike_is_settled(tmp_path: Path) -> None:
    session = coded(tmp_path)
    ids = session.queue()
    session.assign(ids[2], theme_id(session, "Food"))
    session.assign(ids[4], theme_id(session, "People"))
    assert found(session) == []


def test_what_is_not_read_yet_and_what_others_did_is_no_inconsistency(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food", "People"])
    session.assign(session.queue()[0], theme_id(session, "Food"))
    ben = open_session(session.project.path, "Ben")
    ben.review(ben.queue()[1])
    assert found(session) == [] and found(ben) == []


def test_it_says_what_was_compared_and_stops_where_it_says(tmp_path: Path, monkeypatch) -> None:
    session = coded(tmp_path)
    question = session.questions[0].id
    checked = check(session.project, question, session.coder_id)
    assert (checked.responses, checked.texts, checked.compared) == (5, 3, 3)
    monkeypatch.setattr(consistency, "MOST_TEXTS", 1)
    fewer = check(session.project, question, session.coder_id)
    assert fewer.compared == 1 and [one.likeness for one in fewer.found] == [1.0], "the same words are never left out"
    monkeypatch.setattr(consistency, "MOST_FOUND", 0)
    assert check(session.project, question, session.coder_id).found == ()


def test_it_passes_between_two_processes(tmp_path: Path) -> None:
    session = coded(tmp_path)
    checked = check(session.project, session.questions[0].id, session.coder_id)
    assert from_json(json.loads(json.dumps(as_json(checked)))) == checked


def test_what_is_in_the_archive_makes_no_difference(tmp_path: Path) -> None:
    session = coded(tmp_path)
    session.review(session.queue()[0])
    assert {"Food"} in [themes for _, variants in found(session) for themes, _ in variants]
    session.archive_theme(theme_id(session, "Food"))
    assert [likeness for likeness, _ in found(session) if likeness == 1.0] == []
