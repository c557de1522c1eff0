"""Which responses each filter leaves, and that it finds them in the indexes."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import insert

from coder.analysis.tally import tally
from coder.domain.coding import Span, Suggestion
from coder.domain.filtering import EVERYTHING, Filter
from coder.domain.queue import Queue
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, open_session
from coder.store import filters, schema, suggestions
from tests.cli.commands import table
from tests.projects import theme_id

ROWS = [
    ("P1", "Good?", "the food", "30", "east"),
    ("P2", "Good?", "the people and the food", "30", "west"),
    ("P3", "Good?", "nothing", "40", "west"),
    ("P4", "Good?", "", "40", ""),
    ("P1", "Bad?", "the rooms", "30", "east"),
    ("P3", "Bad?", "the food", "40", "west"),
]


def surveyed(folder: Path, rows: Sequence[tuple[str, ...]] = ROWS) -> Session:
    source = table(folder / "rows.csv", ("participant_id", "question", "text", "age", "site"), *rows)
    import_survey(source, folder / "rows.coder", SurveyRequest(), coder_name="Ana")
    return open_session(folder / "rows.coder", "Ana")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = surveyed(tmp_path)
    for name in ("Food", "Rooms"):
        session.create_theme(name, question_key="Good?")
    session.create_theme("Meals", parent_id=theme_id(session, "Food"), question_key="Good?")
    return session


def who(session: Session, wanted: Filter, question: int | None = 0, **how) -> list[str]:
    """The participants whose responses are left, of one question or of all."""
    question_id = None if question is None else session.questions[question].id
    return [line.participant for line in session.entries(session.queue(question_id, wanted=wanted, **how))]


def response(session: Session, participant: str, question: int = 0) -> int:
    ids = session.queue(session.questions[question].id)
    return next(line.response_id for line in session.entries(ids) if line.participant == participant)


def test_a_filter_that_asks_nothing_leaves_all_answered(session: Session) -> None:
    assert who(session, EVERYTHING) == ["P1", "P2", "P3"]


def test_it_is_of_the_question_at_hand_unless_it_is_of_all(session: Session) -> None:
    assert who(session, Filter(unreviewed=True)) == ["P1", "P2", "P3"]
    assert who(session, Filter(unreviewed=True, anywhere=True)) == ["P1", "P2", "P3", "P1", "P3"]


def test_attributes_are_compared_whole_and_all_must_hold(session: Session) -> None:
    assert who(session, Filter(attributes=(("age", "30"),))) == ["P1", "P2"]
    assert who(session, Filter(attributes=(("age", "30"), ("site", "west")))) == ["P2"]
    assert who(session, Filter(attributes=(("age", "3"),))) == []
    assert who(session, Filter(attributes=(("unknown", "3"),))) == []


def test_with_a_theme_means_those_below_it_too_and_this_coders_work_alone(session: Session) -> None:
    food, meals = theme_id(session, "Food"), theme_id(session, "Meals")
    session.assign(response(session, "P1"), meals)
    ben = open_session(session.project.path, "Ben")
    ben.assign(response(session, "P2"), food)
    assert who(session, Filter(with_theme=food)) == ["P1"]
    assert who(session, Filter(with_theme=meals)) == ["P1"]
    assert who(session, Filter(without_theme=food)) == ["P2", "P3"]
    assert who(ben, Filter(with_theme=food)) == ["P2"]
    session.delete_theme(meals)
    assert who(session, Filter(with_theme=meals)) == [] and who(session, Filter(without_theme=meals))


def test_not_reviewed_and_reviewed_before_a_theme_existed(session: Session) -> None:
    first, second = response(session, "P1"), response(session, "P2")
    session.review(first)
    assert who(session, Filter(unreviewed=True)) == ["P2", "P3"]
    assert who(session, Filter(stale=True)) == []
    session.create_theme("New", question_key="Good?")
    session.review(second)
    assert who(session, Filter(stale=True)) == ["P1"]
    session.review(first)
    assert who(session, Filter(stale=True)) == []


def test_with_a_suggestion_that_is_open_and_not_held_back(session: Session) -> None:
    food, rooms = theme_id(session, "Food"), theme_id(session, "Rooms")
    first, second, third = (response(session, p) for p in ("P1", "P2", "P3"))
    with session.project.write() as connection:
        old = suggestions.add_model(connection, 0, {})
        suggestions.put_suggestions(connection, old, [third], [Suggestion(third, food, 0.9)])
        new = suggestions.add_model(connection, 0, {})
        given = [Suggestion(first, food, 0.9), Suggestion(second, rooms, 0.9), Suggestion(second, food, 0.1, False)]
        suggestions.put_suggestions(connection, new, [first, second], given)
    assert who(session, Filter(suggested=True)) == ["P1", "P2"]
    assert who(session, Filter(suggested=True, suggested_theme=food)) == ["P1"]
    session.reject(first, food)
    assert who(session, Filter(suggested=True)) == ["P2"]
    session.accept(second, rooms)
    assert who(session, Filter(suggested=True)) == []
    session.undo()
    session.hold_back(100)
    assert who(session, Filter(suggested=True)) == [], "or the filter would tell what the screen does not"


def test_changed_means_a_text_that_took_an_older_ones_place_until_it_is_reviewed(session: Session) -> None:
    session.review(response(session, "P1"))
    surveyed(session.project.path.parent, [("P1", "Good?", "the meals", "30", "east"), *ROWS[1:]]).project.close()
    assert who(session, Filter(changed=True)) == ["P1"]
    session.review(response(session, "P1"))
    assert who(session, Filter(changed=True)) == []


def test_starred_and_highlighted_without_a_theme(session: Session) -> None:
    first, second = response(session, "P1"), response(session, "P2")
    with session.project.write() as connection:
        connection.execute(insert(schema.star).values(response_id=second, start=0, end=3, event=1))
    assert who(session, Filter(starred=True)) == ["P2"]
    session.mark(first, Span(0, 3))
    assert who(session, Filter(unthemed=True)) == ["P1"]
    assert who(open_session(session.project.path, "Ben"), Filter(unthemed=True)) == []
    session.assign(first, theme_id(session, "Food"), Span(0, 3))
    assert who(session, Filter(unthemed=True)) == []


def test_a_wave_is_of_all_its_questions(tmp_path: Path) -> None:
    rows = [(f"P{i}", q, f"{q} {w} {i}", w) for i in range(2) for q in ("A", "B") for w in ("1", "2")]
    source = table(tmp_path / "w.csv", ("participant_id", "question", "text", "wave"), *rows)
    import_survey(source, tmp_path / "w.coder", SurveyRequest(), coder_name="Ana")
    session = open_session(tmp_path / "w.coder", "Ana")
    assert session.waves() == ["1", "2"]
    found = session.entries(session.queue(wanted=Filter(anywhere=True, wave="2")))
    assert [line.excerpt for line in found] == ["A 2 0", "A 2 1", "B 2 0", "B 2 1"]


@pytest.mark.parametrize("order", Queue)
def test_it_composes_with_a_search_and_every_order(session: Session, order: Queue) -> None:
    wanted = Filter(attributes=(("age", "30"),))
    assert who(session, wanted, search_for="food", order=order) in (["P1", "P2"], ["P2", "P1"])
    assert who(session, wanted, search_for="people", order=order) == ["P2"]
    anywhere = Filter(attributes=(("age", "40"),), anywhere=True)
    assert who(session, anywhere, search_for="food", order=order) == ["P3"]


def test_one_response_fits_exactly_where_it_is_among_those_that_are_left(session: Session) -> None:
    session.review(response(session, "P1"))
    for wanted in (Filter(unreviewed=True), Filter(stale=True), Filter(attributes=(("site", "west"),))):
        for question in session.questions:
            left = set(session.fitting(wanted, question.id))
            assert {i for i in session.queue(question.id) if session.fits(wanted, i, question.id)} == left


def test_values_are_found_by_part_of_them_the_most_frequent_first(session: Session) -> None:
    assert session.attributes() == ["age", "site"]
    assert session.values("age") == [("30", 2), ("40", 2)]
    assert session.values("site", "WE") == [("west", 2)]
    assert session.values("site", "%") == []


def test_participants_of_responses_are_counted_once(session: Session) -> None:
    assert session.people(session.queue()) == 3 and session.people([]) == 0


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(unreviewed=True),
        Filter(with_theme=1),
        Filter(without_theme=1),
        Filter(attributes=(("age", "30"),)),
        Filter(changed=True),
        Filter(stale=True),
        Filter(unthemed=True),
        Filter(starred=True),
    ],
)
def test_no_filter_reads_the_texts(session: Session, wanted: Filter) -> None:
    """Every step on the responses is in an index, or is one row found by its id."""
    with session.project.read() as connection:
        query = filters._fitting(connection, wanted, session._reader(), session.questions[0])
        sql = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert not [step for step in plan if step.startswith("SCAN") and "INDEX" not in step], plan
    assert any("r USING" in step for step in plan), plan


def test_a_theme_that_is_coded_on_a_replaced_text_alone_is_as_old_as_those_below_it(tmp_path: Path) -> None:
    session = surveyed(tmp_path)
    food = session.create_theme("Food", question_key="Good?").theme_id or 0
    session.review(response(session, "P1"))
    above = session.create_theme("All", question_key="Good?").theme_id or 0
    session.move_theme(food, above)
    wanted = Filter(before_theme=above)
    assert who(session, wanted) == []
    session.assign(response(session, "P2"), above)
    assert who(session, wanted) == ["P1"], "it is more than what is below it now"
    newer = [(*row[:2], "the people!" if row[:2] == ("P2", "Good?") else row[2], *row[3:]) for row in ROWS]
    surveyed(tmp_path, newer).project.close()
    assert who(session, wanted) == []
    counted = tally(session.project).questions[0].counted
    assert [t.base for t in counted.themes] == [1, 1], "so does the tally take it"
