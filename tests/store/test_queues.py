"""The orders in which responses are read, and which reviews make a random sample."""

from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import pytest
from sqlalchemy import insert, select
from sqlalchemy.event import listen

from coder.analysis.history import history
from coder.domain.log import Kind
from coder.domain.queue import Detour, Queue, Route
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, open_session
from coder.store import queues, reviews, schema, suggestions
from coder.store.events import acting
from coder.store.project import change_setting
from coder.store.queues import RandomSample
from tests.cli.commands import table
from tests.projects import QUESTION, project_of, session_of, survey_file

TEXTS = {f"P{i:02}": f"answer number {i}" for i in range(30)}


def imported(folder: Path, *rows: Sequence[str]) -> Session:
    """A session in a project with these (participant, question, text)."""
    source = table(folder / "rows.csv", ("participant_id", "question", "text"), *rows)
    import_survey(source, folder / "rows.coder", SurveyRequest(), coder_name="Ana")
    return open_session(folder / "rows.coder", "Ana")


def people(session: Session, ids: Sequence[int]) -> list[str]:
    return [entry.participant for entry in session.entries(ids)]


def sample(session: Session, coder_ids: Sequence[int] | None = None) -> RandomSample:
    with session.project.read() as connection:
        return queues.random_sample(connection, session.questions[0].id, coder_ids)


def review(session: Session, ids: Sequence[int], route: Route = Queue.RANDOM) -> None:
    for response_id in ids:
        session.review(response_id, route)


# --- the orders ------------------------------------------------------------------------------------------


def test_the_random_order_is_a_shuffle_that_stays_across_restarts_and_for_every_coder(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    session = open_session(path, "Ana")
    drawn = list(session.queue(order=Queue.RANDOM))
    assert sorted(drawn) == list(session.queue()) != drawn
    session.project.close()
    assert list(open_session(path, "Ben").queue(order=Queue.RANDOM)) == drawn


def test_the_random_order_of_what_was_there_stays_when_more_is_imported(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    session = open_session(path, "Ana")
    before = list(session.queue(order=Queue.RANDOM))
    more = survey_file(tmp_path, TEXTS | {f"N{i}": "new" for i in range(30)})
    import_survey(more, path, SurveyRequest(), coder_name="Ana")
    after = list(session.queue(order=Queue.RANDOM))
    assert len(after) == 60 and [i for i in after if i in before] == before
    assert after[:30] != before, "the new ones have their place among the old"


def test_the_seed_is_drawn_once_is_in_the_log_and_no_undo_takes_it_back(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    drawn = session.queue(order=Queue.RANDOM)
    session.queue(order=Queue.RANDOM)
    assert [e.sentence.split("(")[0].strip() for e in history(session.project)].count(
        "drew the random order of the participants, once for all"
    ) == 1
    session.undo()
    session.redo()
    assert session.queue(order=Queue.RANDOM) == drawn


def test_at_random_the_responses_of_a_participant_stand_side_by_side_and_people_are_the_same_everywhere(
    tmp_path: Path,
) -> None:
    rows = [(f"P{i}", q, f"{q} {i} {part}") for q in ("Start?", "End?") for i in range(9) for part in range(1 + i % 3)]
    session = imported(tmp_path, *rows)
    start, end = (people(session, session.queue(q.id, order=Queue.RANDOM)) for q in session.questions)
    assert start == end and len(list(dict.fromkeys(start))) == 9
    assert start == sorted(start, key=start.index), "each person's parts follow each other"
    everything = people(session, session.queue(order=Queue.RANDOM))
    assert list(dict.fromkeys(everything)) == list(dict.fromkeys(start))


def outlook(session: Session, *rows: tuple[int, float, float]) -> int:
    with session.project.write() as connection:
        model = suggestions.add_model(connection, 0, {})
        suggestions.add_outlook(connection, model, rows)
    return model


def test_by_usefulness_and_certainty_the_best_come_first_then_the_unknown_then_what_is_reviewed(tmp_path: Path) -> None:
    session = session_of(tmp_path, {f"P{i}": f"text {i}" for i in range(6)})
    ids = list(session.queue())
    outlook(session, (ids[1], 0.2, 0.9), (ids[3], 0.8, 0.1), (ids[4], 0.8, 0.5), (ids[5], 0.9, 0.9))
    session.review(ids[5])
    a, b, c, d, e, f = ids
    assert list(session.queue(order=Queue.USEFUL)) == [d, e, b, a, c, f]
    assert list(session.queue(order=Queue.CERTAIN)) == [b, e, d, a, c, f]
    ben = open_session(session.project.path, "Ben")
    assert list(ben.queue(order=Queue.CERTAIN)) == [b, f, e, d, a, c], "what Ana has reviewed Ben has not"
    assert list(session.queue()) == ids, "the order of the file keeps what is reviewed in its place"


def test_a_new_outlook_takes_the_place_of_the_old_and_one_on_a_response_that_is_gone_is_let_go(tmp_path: Path) -> None:
    session = session_of(tmp_path, {"P1": "one", "P2": "two"})
    first, second = session.queue()
    outlook(session, (first, 0.9, 0.9), (second, 0.1, 0.1))
    newest = outlook(session, (first, 0.0, 0.0), (9_999, 1.0, 1.0))
    assert list(session.queue(order=Queue.USEFUL)) == [second, first]
    with session.project.read() as connection:
        kept = connection.execute(select(schema.outlook.c.response_id, schema.outlook.c.model_id)).all()
    assert set(kept) == {(first, newest), (second, newest - 1)}


@pytest.mark.parametrize("order", Queue)
def test_a_search_and_a_question_are_read_in_every_order(tmp_path: Path, order: Queue) -> None:
    session = imported(tmp_path, *((f"P{i}", q, f"word {i % 2}") for q in ("A?", "B?") for i in range(6)))
    found = session.queue(session.questions[1].id, "0", order)
    assert sorted(people(session, found)) == ["P0", "P2", "P4"]
    assert len(session.queue(order=order)) == 12


# --- what led to a review --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (Queue.FILE, "marked as reviewed"),
        (Queue.RANDOM, "marked as reviewed (queue: random)"),
        (Queue.USEFUL, "marked as reviewed (queue: useful)"),
        (Detour.SEARCH, "marked as reviewed (found by search)"),
        (Detour.PICKED, "marked as reviewed (picked by hand)"),
    ],
)
def test_the_log_says_what_led_to_a_review(tmp_path: Path, route: Route, said: str) -> None:
    session = session_of(tmp_path, TEXTS)
    session.review(session.queue()[0], route)
    last = history(session.project)[-1]
    assert (last.sentence, last.facts["queue"]) == (said, route.value)


# --- the random sample -----------------------------------------------------------------------------------


def test_what_the_random_queue_led_to_from_its_head_is_a_random_sample(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    drawn = list(session.queue(order=Queue.RANDOM))
    review(session, drawn[:10])
    found = sample(session)
    assert found.responses == tuple(drawn[:10]) and len(found.participants) == 10
    assert (found.led, found.answered, found.next_response, found.beyond) == (10, 30, drawn[10], 0)
    assert found.is_random


def test_a_response_at_the_head_is_of_the_sample_whatever_led_to_it(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    drawn = list(session.queue(order=Queue.RANDOM))
    review(session, [drawn[2]], Detour.SEARCH)
    review(session, [drawn[5], drawn[20]], Queue.FILE)
    review(session, [drawn[0], drawn[1], drawn[3], drawn[4]])
    found = sample(session)
    assert found.responses == tuple(drawn[:6]) and found.led == 4


def test_who_was_skipped_ends_the_sample_and_what_lies_behind_is_counted(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    drawn = list(session.queue(order=Queue.RANDOM))
    review(session, [*drawn[:4], *drawn[5:9]])
    found = sample(session)
    assert (len(found.responses), found.next_response, found.beyond) == (4, drawn[4], 4)
    review(session, [drawn[4]], Detour.PICKED)
    assert (len(sample(session).responses), sample(session).beyond) == (9, 0)


def test_a_head_to_which_the_random_queue_never_led_is_no_random_sample(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    assert not sample(session).is_random
    drawn = session.queue(order=Queue.RANDOM)
    assert not sample(session).is_random
    for place, route in enumerate((Queue.FILE, Queue.USEFUL, Queue.CERTAIN, Detour.SEARCH, Detour.PICKED)):
        session.review(drawn[place], route)
    assert len(sample(session).responses) == 5 and not sample(session).is_random


def test_everybody_is_a_random_sample_in_whatever_order_they_were_read(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    review(session, session.queue(), Queue.FILE)
    found = sample(session)
    assert found.is_random and len(found.participants) == found.answered == 30 and found.next_response is None


def test_who_has_a_response_that_is_not_reviewed_is_not_in_the_sample(tmp_path: Path) -> None:
    session = imported(tmp_path, *((f"P{i}", QUESTION, f"text {i} {part}") for i in range(8) for part in range(2)))
    drawn = list(session.queue(order=Queue.RANDOM))
    review(session, drawn[:3])
    found = sample(session)
    assert (len(found.participants), found.responses, found.answered) == (1, tuple(drawn[:2]), 8)
    assert (found.next_response, found.beyond) == (drawn[3], 1)


def test_an_undone_review_and_a_new_participant_at_the_head_end_the_sample(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    drawn = list(session.queue(order=Queue.RANDOM))
    review(session, drawn[:6])
    session.undo()
    assert sample(session).responses == tuple(drawn[:5])
    session.redo()
    assert (len(sample(session).responses), sample(session).led) == (6, 6)
    more = TEXTS | {f"N{i}": "new" for i in range(60)}
    import_survey(survey_file(tmp_path, more), session.project.path, SurveyRequest(), coder_name="Ben")
    now = list(session.queue(order=Queue.RANDOM))
    first_new = next(i for i, response in enumerate(now) if response not in drawn)
    assert sample(session).responses == tuple(now[: min(first_new, 6)]), "the new ones were drawn by the same lot"
    assert sample(session).answered == 90


def test_the_sample_of_one_coder_holds_their_reviews_alone(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    ben = open_session(session.project.path, "Ben")
    drawn = list(session.queue(order=Queue.RANDOM))
    review(session, drawn[:4])
    review(ben, drawn[:7])
    assert len(sample(session).responses) == len(sample(session, [ben.coder_id]).responses) == 7
    assert len(sample(session, [session.coder_id]).responses) == 4


def test_its_mean_is_unbiased_though_others_were_read_because_of_what_they_wrote(tmp_path: Path) -> None:
    """Ten of forty wrote of food and were found by a search; the random queue then led to a few of the others."""
    texts = {f"P{i:02}": "food" if i < 10 else "rest" for i in range(40)}
    session = session_of(tmp_path, texts)
    question, ids = session.questions[0].id, list(session.queue())
    food = ids[:10]
    for response_id in food:
        session.review(response_id, Detour.SEARCH)
    review(session, ids[-1:])  # an event of the random queue, to which the reviews below point
    drawn_by = history(session.project)[-1].seq
    session.unreview(ids[-1])
    shares: dict[int, list[float]] = {0: [], 2: [], 5: []}
    for led, found in shares.items():
        for seed in range(1, 501):
            with session.project.write() as connection:
                change_setting(connection, "queue seed", str(7919 * seed))
                order = queues.read_queue(connection, Queue.RANDOM, session.coder_id, question)
                rows = [
                    {"response_id": i, "participant_id": i, "question_id": question, "coder_id": session.coder_id}
                    for i in [i for i in order if i not in food][:led]
                ]
                if rows:
                    connection.execute(insert(schema.review).values(revision=0, event=drawn_by), rows)
                got = queues.random_sample(connection, question)
                assert got.is_random is (led > 0)
                if got.responses:
                    found.append(mean(i in food for i in got.responses))
                connection.rollback()
    assert mean(shares[0]) == 1, "without the random queue those at the head are there for what they wrote"
    assert mean(shares[2]) == pytest.approx(0.25, abs=0.03)
    assert mean(shares[5]) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("after", [-1, 0, 15, 16, 143, 144, 298, 299])
def test_the_next_that_is_not_reviewed_is_found_however_many_are_reviewed_before_it(tmp_path: Path, after: int) -> None:
    session = session_of(tmp_path, {f"P{i:03}": f"answer number {i}" for i in range(300)})
    queue = session.queue()
    reviewed = {0, *range(2, 170), *range(171, 300)}
    question, coder = session.questions[0].id, session.coder_id
    rows = [(queue[i], coder, session.view(queue[i]).participant.id, question, 1) for i in reviewed]
    with acting(session.project, coder, Kind.IMPORT_CODINGS, source="", codings=0, reviews=0) as recorder:
        recorder.bulk(schema.review, ("response_id", "coder_id", "participant_id", "question_id", "revision"), rows)
    order = [*range(after + 1, 300), *range(after + 1)]
    assert session.next_unreviewed(queue, after) == next(i for i in order if i not in reviewed)
    assert open_session(session.project.path, "Ben").next_unreviewed(queue, after) == order[0]


@pytest.mark.parametrize("reviewed", [(), (0,), (0, 1, 2), (0, 1, 3), (1, 2), (5,), (0, 1, 2, 3, 4), range(6)])
def test_the_first_that_is_not_reviewed_is_found_whether_or_not_some_were_left_out(
    tmp_path: Path, reviewed: Sequence[int]
) -> None:
    session = imported(tmp_path, *((f"P{i}", "Q", "n/a" if i in (2, 4) else f"answer {i}") for i in range(8)))
    question, queue = session.questions[0].id, session.queue()
    assert len(queue) == 6
    for at in reviewed:
        session.review(queue[at])
    first = session.next_unreviewed(queue, -1)
    assert session.first_unreviewed(question) == (None if first is None else queue[first])
    assert open_session(session.project.path, "Ben").first_unreviewed(question) == queue[0]
    import_survey(
        table(tmp_path / "new.csv", ("participant_id", "question", "text"), ("P0", "Q", "another answer")),
        session.project.path,
        SurveyRequest(),
        coder_name="Ana",
    )
    queue = session.queue()
    first = session.next_unreviewed(queue, -1)
    assert session.first_unreviewed(question) == (None if first is None else queue[first])


def test_however_many_gave_no_answer_the_first_to_read_is_found_without_naming_them(tmp_path: Path) -> None:
    session = imported(tmp_path, *((f"P{i}", "Q", "" if i < 50 else "an answer") for i in range(60)))
    named: list[int] = []

    def executed(_c: object, _cursor: object, _statement: str, parameters: Sequence[object], *_: object) -> None:
        named.append(len(parameters))

    with session.project.read() as connection:
        listen(connection, "before_cursor_execute", executed)
        first = reviews.first_unreviewed(connection, session.questions[0].id, session.coder_id)
    assert first == session.queue()[0] and named and max(named) < 10, "SQLite takes so many parameters and no more"
