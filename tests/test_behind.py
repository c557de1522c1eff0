"""What participants behind a figure gave, of whatever kind it was asked."""

import csv
from pathlib import Path

import pytest

from coder.behind import people_among, people_of_group, person_of_response, read_people
from coder.domain.coding import Span
from coder.domain.people import People
from coder.errors import NotFoundError
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, open_session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    path = tmp_path / "survey.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["id", "site", "What helped?", "How sure are you? (1-7)", "Which parts?"])
        out.writerow(["A", "Leeds", "my friends at work", "5", "Lectures; Mentors"])
        out.writerow(["B", "Utrecht", "nothing at all", "", "Lectures"])
        out.writerow(["C", "Leeds", "n/a", "6", ""])
    options = PlanOptions(id="id", attribute=["site"], open=["What"], rating=["How"], multi=["Which"])
    import_survey(path, tmp_path / "s.coder", SurveyRequest(options), coder_name="Ana")
    return open_session(tmp_path / "s.coder", "Ana")


def given(session: Session, ids: list[int], **asked: list[int]) -> list[tuple[str, list[str], list[str], int | None]]:
    """(name, quotes, the rest of what they gave, response) of some participants."""
    behind = people_among(session.project, People(ids), People(ids), **asked)
    return [
        (person.name, [quote.text for quote in person.quotes], [said.words for said in person.said], person.response_id)
        for person in read_people(session.project, behind, ids)
    ]


def test_every_kind_of_answer_is_said_in_the_order_asked_for(session: Session) -> None:
    written, rated, ticked = (q.id for q in session.every_question())
    first, second = session.queue()
    assert given(session, [1, 2, 3], question_ids=[rated, ticked, written]) == [
        ("A", [], ["5", "Lectures, Mentors", "my friends at work"], first),
        ("B", [], ["Lectures", "nothing at all"], second),
        ("C", [], ["6"], None),
    ]


def test_an_answer_with_words_for_the_theme_is_quoted_and_not_said_again(session: Session) -> None:
    written, rated, _ = (q.id for q in session.every_question())
    session.create_theme("Friends", question_key="What helped?")
    theme = session.codebook.find("Friends").id
    first = session.queue()[0]
    session.assign(first, theme, Span(3, 10))
    assert given(session, [1, 2], question_ids=[rated, written], theme_ids=[theme]) == [
        ("A", ["friends"], ["5"], first),
        ("B", [], ["nothing at all"], session.queue()[1]),
    ]


def test_masked_words_stay_masked(session: Session) -> None:
    written = session.every_question()[0].id
    session.mask(session.queue()[0], Span(3, 10))
    assert given(session, [1], question_ids=[written])[0][2] == ["my ▇▇▇▇▇▇▇ at work"]


def test_who_gave_a_response_and_who_is_in_a_group(session: Session) -> None:
    assert person_of_response(session.project, session.queue()[1]) == People([2])
    assert people_of_group(session.project, "site", "Leeds") == People([1, 3])
    assert people_of_group(session.project, "site", "nowhere") == People()
    with pytest.raises(NotFoundError):
        person_of_response(session.project, 99)
    with pytest.raises(NotFoundError):
        people_of_group(session.project, "height", "Leeds")
    assert session.groupings() == ["site"]
