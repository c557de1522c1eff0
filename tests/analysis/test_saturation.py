"""Themes as they came up in the order of reading."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.analysis.saturation import Saturation, saturation_rows, saturations, saturations_json
from coder.analysis.tally import Cut
from coder.session import Session, open_session
from coder.stats.saturation import TOO_FEW, Rule
from tests.analysis.surveys import QUESTION, coded_survey
from tests.projects import session_of

RULE = Rule()
TEXTS = {f"P{i}": f"words {i}" for i in range(8)} | {"blank": ""}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = session_of(tmp_path, TEXTS, ["A", "B", "C", "D", "Gathers"])
    yield session
    session.project.close()


def only(session: Session, rule: Rule = RULE, coder: str = "") -> Saturation:
    (found,) = saturations(session.project, Cut(coder=coder), rule)
    return found


def read(session: Session, at: int, themes: str) -> None:
    """Code the response at this place of the file, and review it."""
    response = session.queue(session.questions[0].id)[at]
    for name in themes:
        session.assign(response, session.codebook.find(name).id)
    session.review(response)


def test_themes_come_up_in_the_order_of_reviewing_and_not_of_the_file(session: Session) -> None:
    for at, themes in ((5, "AB"), (0, "A"), (3, ""), (1, "C"), (2, "B"), (4, "")):
        read(session, at, themes)
    found = only(session)
    names = [(session.codebook.by_id[a.theme_id].name, a.place) for a in found.arrivals]
    assert names == [("A", 1), ("B", 1), ("C", 4)]
    assert found.curve == [0, 2, 2, 2, 3, 3, 3]
    assert (found.answered, found.read, found.imported) == (8, 6, 0)
    assert (found.found.after, found.found.base_themes, found.later) == (4, 3, 0)
    assert found.arrivals[0].response_id == session.queue(session.questions[0].id)[5]


def test_what_comes_up_after_saturation_is_said(session: Session) -> None:
    for at, themes in enumerate(("A", "", "", "", "", "", "BC")):
        read(session, at, themes)
    found = only(session)
    assert (found.found.after, found.later) == (4, 2)
    assert only(session, Rule(base=4, run=3)).found.after is None


def test_another_review_of_the_same_response_does_not_move_it(session: Session) -> None:
    for at, themes in ((0, "A"), (1, "B")):
        read(session, at, themes)
    session.create_theme("Late")
    read(session, 0, "D")
    places = {session.codebook.by_id[a.theme_id].name: a.place for a in only(session).arrivals}
    assert places == {"A": 1, "D": 1, "B": 2}


def test_codings_on_what_is_not_reviewed_do_not_count_and_nothing_read_is_too_little(session: Session) -> None:
    session.assign(session.queue(session.questions[0].id)[0], session.codebook.find("A").id)
    found = only(session)
    assert (found.arrivals, found.curve, found.found.reason, found.later) == ((), [0], TOO_FEW, None)


def test_the_order_is_that_of_whose_codings_are_asked_for(session: Session) -> None:
    read(session, 0, "A")
    read(session, 1, "B")
    other = open_session(session.project.path, "Ben")
    read(other, 1, "C")
    read(other, 0, "")
    other.project.close()
    assert [a.place for a in only(session).arrivals] == [1, 2, 2]
    (arrival,) = only(session, coder="Ben").arrivals
    assert arrival.place == 1 and session.codebook.by_id[arrival.theme_id].name == "C"


def test_reviews_from_a_file_stand_in_its_order_and_are_said_to(tmp_path: Path) -> None:
    rows = [(who, QUESTION, text) for who, text in TEXTS.items() if text]
    codes = [("P5", "", "A"), ("P1", "", "B")]
    reviewed = [("P5", ""), ("P1", ""), ("P0", "")]
    session = open_session(coded_survey(tmp_path, ("participant_id", "question", "text"), rows, codes, reviewed), "Ana")
    found = only(session)
    session.project.close()
    assert (found.read, found.imported) == (3, 3)
    assert [(session.codebook.by_id[a.theme_id].name, a.place) for a in found.arrivals] == [("B", 2), ("A", 3)]


def test_json_and_rows_say_the_same(session: Session) -> None:
    for at, themes in enumerate(("A", "B", "", "", "", "")):
        read(session, at, themes)
    found = (only(session),)
    header, rows = saturation_rows(found)
    made = [dict(zip(header, row, strict=True)) for row in rows]
    said = saturations_json(found)
    assert "adaptation" in said["method"]
    (question,) = said["questions"]
    assert [(row["response"], row["theme"], row["themes"]) for row in made] == [(1, "A", 1), (2, "B", 2)]
    assert [(a["response"], a["theme"]) for a in question["arrivals"]] == [(1, "A"), (2, "B")]
    assert (question["saturated_after"], question["percent"], question["threshold"]) == (4, 0, 5)
