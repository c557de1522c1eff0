"""Participants found by their names, and what one of them gave."""

from pathlib import Path

import pytest

from coder.imports import SurveyRequest, import_survey
from coder.session import Session, open_session
from coder.store import people
from tests.cli.commands import table

HEADER = ("participant_id", "Why?", "Rating", "Meals [Lunch]", "Meals [Dinner]", "age")
ROWS = [
    ("P1", "the food was good and plenty of it", "4", "Yes", "", "30"),
    ("p10", "n/a", "5", "Yes", "Yes", "40"),
    ("Q2", "", "3", "", "", "50"),
    ("X_P1%", "the people were kind to everybody", "2", "", "Yes", "60"),
]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    rows = [*ROWS, *((f"R{i:02}", f"some words of number {i}", "1", "Yes", "Yes", "20") for i in range(12))]
    import_survey(table(tmp_path / "s.csv", HEADER, *rows), tmp_path / "s.coder", SurveyRequest(), coder_name="Ana")
    return open_session(tmp_path / "s.coder", "Ana")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("P1", ["P1", "p10"]),
        ("p1", ["P1", "p10"]),
        ("q", ["Q2"]),
        ("_p", ["X_P1%"]),
        ("%", ["X_P1%"]),
        ("nobody", []),
        ("R1", ["R10", "R11"]),
    ],
)
def test_a_participant_is_found_by_the_beginning_of_the_name_else_by_a_part(
    session: Session, typed: str, found: list[str]
) -> None:
    assert [name for _, name, _ in session.participants(typed)] == found


def test_their_open_answers_are_counted(session: Session) -> None:
    assert [(name, n) for _, name, n in session.participants("", 3)] == [("P1", 1), ("Q2", 0), ("R00", 1)]


def test_names_are_read_from_the_index_a_page_alone(session: Session) -> None:
    with session.project.read() as connection:
        statements: list[str] = []
        connection.connection.set_trace_callback(statements.append)
        people.find(connection, "R1", 5)
        connection.connection.set_trace_callback(None)
        plan = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statements[0])]
    assert not [step for step in plan if step.startswith("SCAN") and "USING" not in step], plan


def test_one_can_walk_from_participant_to_participant(session: Session) -> None:
    first = session.participants("P1")[0][0]
    second = session.next_participant(first, 1)
    assert second is not None and session.next_participant(second, -1) == first
    assert session.next_participant(first, -1) is None


def test_a_person_is_all_that_they_gave(session: Session) -> None:
    person = session.person(next(i for i, name, _ in session.participants("p1") if name == "p10"))
    assert person.participant.external_id == "p10" and person.participant.attributes["age"] == "40"
    assert [session.view(i).response.text for i in person.responses] == ["n/a"], "placeholders, too; blanks are none"
    assert {what for _, what in person.closed} == {"5", "Dinner, Lunch"}
