"""Rows that are no full answers, and rows that repeat a form."""

from pathlib import Path

import pytest

from coder.errors import InputError
from coder.formats.survey.detect import open_table
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.plan import ColumnPlan, PlanOptions, Role, dump_plan, load_plan
from coder.formats.survey.read import read_survey
from coder.formats.survey.rows import RowKind
from tests.cli.commands import table


def read(path: Path, options: PlanOptions | None = None) -> tuple[ColumnPlan, list]:  # type: ignore[type-arg]
    found = open_table(path)
    plan = guess_plan(found, options)
    assert load_plan(dump_plan(plan), found) == plan
    return plan, list(read_survey(found, plan).rows())


def qualtrics(folder: Path) -> Path:
    heads = ("ResponseId", "Status", "Finished", "Q1", "Q2")
    prompts = ("Response ID", "Response Type", "Finished", "How was it?", "What could we improve, and why?")
    ids = [f'{{"ImportId":"{i}"}}' for i in ("_recordId", "status", "finished", "QID1", "QID2_TEXT")]
    rows = [
        ("R_1", "IP Address", "True", "Good", "More breaks"),
        ("R_2", "Survey Preview", "True", "Bad", "only a test"),
        ("R_3", "IP Address", "False", "-99", ""),
    ]
    return table(folder / "q.csv", heads, prompts, ids, *rows)


def test_previews_are_left_out_and_counted_and_unfinished_rows_are_kept_and_counted(tmp_path: Path) -> None:
    plan, rows = read(qualtrics(tmp_path))
    assert [row.participant for row in rows] == ["R_1", "R_3"]
    assert plan.leave_out == (RowKind.PREVIEWS,)
    notes = " ".join(plan.notes)
    assert "previews or tests by the survey's authors: 1, left out" in notes
    assert "not finished by those who answered: 1, kept" in notes


@pytest.mark.parametrize(
    ("leave_out", "left"), [((), ["R_1", "R_2", "R_3"]), ((RowKind.PREVIEWS, RowKind.UNFINISHED), ["R_1"])]
)
def test_what_is_left_out_can_be_said(tmp_path: Path, leave_out: tuple[RowKind, ...], left: list[str]) -> None:
    _, rows = read(qualtrics(tmp_path), PlanOptions(leave_out=leave_out))
    assert [row.participant for row in rows] == left


def test_seen_and_not_answered_is_no_answer_in_qualtrics(tmp_path: Path) -> None:
    plan, rows = read(qualtrics(tmp_path))
    assert [answer for row in rows for answer in row.answers] == [(0, "", "Good")]
    assert "-99" in plan.placeholders


def test_rows_keep_their_numbers_whatever_is_left_out(tmp_path: Path) -> None:
    heads = ("submitdate", "lastpage", "Q1")
    path = table(
        tmp_path / "l.csv", heads, ("", 1, "not yet at the end of it"), ("2026-01-02 10:00:00", 3, "all of it was good")
    )
    options = PlanOptions(open=["Q1"])
    assert [r.participant for r in read(path, options)[1]] == ["P0001", "P0002"]
    unfinished = PlanOptions(open=["Q1"], leave_out=[RowKind.UNFINISHED])
    assert [r.participant for r in read(path, unfinished)[1]] == ["P0002"]


REDCAP = ("record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "age", "why")


def test_a_form_that_is_filled_in_several_times_gives_several_responses(tmp_path: Path) -> None:
    rows = [
        ("1", "start", "", "", "34", ""),
        ("1", "start", "visit", "1", "", "the first time it was kind"),
        ("1", "start", "visit", "2", "", "the second time it was late"),
        ("2", "start", "", "", "51", ""),
        ("2", "start", "visit", "1", "", "too expensive for what it is"),
        ("2", "end", "visit", "1", "", "still too expensive for me"),
    ]
    plan, found = read(table(tmp_path / "r.csv", REDCAP, *rows), PlanOptions(open=["why"], attribute=["age"]))
    assert [c.header for _, c in plan.of(Role.PART)] == ["redcap_repeat_instance"]
    texts = {(r.participant, question, part): text for r in found for question, part, text in r.responses}
    assert texts == {
        ("1", 0, 1): "the first time it was kind",
        ("1", 0, 2): "the second time it was late",
        ("2", 0, 1): "too expensive for what it is",
        ("2", 1, 1): "still too expensive for me",
    }
    assert {r.participant: r.attributes for r in found if r.attributes} == {"1": {"age": "34"}, "2": {"age": "51"}}


def test_the_same_time_twice_is_an_error_that_names_the_rows(tmp_path: Path) -> None:
    rows = [("1", "start", "visit", "1", "", "one and another"), ("1", "start", "visit", "1", "", "two and another")]
    with pytest.raises(InputError) as caught:
        read(table(tmp_path / "r.csv", REDCAP, *rows), PlanOptions(open=["why"]))
    assert caught.value.problems == ("1 (start): rows 2, 3",)


def test_what_else_was_chosen_is_an_option_with_its_words(tmp_path: Path) -> None:
    heads = ("id", "submitdate", "lastpage", "Q2[SQ001]", "Q2[SQ002]", "Q2[other]", "Q3")
    words = ("a long enough answer to be open", "another long answer of theirs")
    rows = [(1, "x", 3, "Y", "", "by pigeon", words[0]), (2, "x", 3, "Y", "Y", "", words[1])]
    plan, found = read(table(tmp_path / "l.csv", heads, *rows))
    assert [c.option for _, c in plan.of(Role.MULTI)] == ["SQ001", "SQ002", "other"]
    assert [(o, v) for row in found for _, o, v in row.answers] == [
        ("SQ001", "1"),
        ("other", "by pigeon"),
        ("SQ001", "1"),
        ("SQ002", "1"),
    ]


def test_typeforms_own_apostrophe_is_taken_off_once_before_a_formula_alone(tmp_path: Path) -> None:
    heads = ("#", "What could we improve?", "Response Type", "Start Date (UTC)", "Network ID")
    texts = ["'=) loved it", "''=1+1", "'tis fine as it is", "plain words here"]
    rows = [(f"a{i}b", text, "completed", "2026-01-02 10:00:00", f"n{i}") for i, text in enumerate(texts)]
    _, found = read(table(tmp_path / "t.csv", heads, *rows), PlanOptions(open=["What"]))
    wanted = ["=) loved it", "''=1+1", "'tis fine as it is", "plain words here"]
    assert [text for row in found for _, _, text in row.responses] == wanted


def test_a_form_that_is_repeated_at_one_event_alone_keeps_what_was_said_at_the_other(tmp_path: Path) -> None:
    rows = [
        ("1", "start", "", "", "34", "said at the start, once"),
        ("2", "start", "", "", "51", ""),
        ("1", "end", "visit", "1", "", "said at the end, first"),
        ("1", "end", "visit", "2", "", "said at the end, second"),
        ("2", "end", "", "", "", ""),
    ]
    _, found = read(table(tmp_path / "r.csv", REDCAP, *rows), PlanOptions(open=["why"], attribute=["age"]))
    texts = {(r.participant, question, part): text for r in found for question, part, text in r.responses}
    assert texts == {
        ("1", 0, 1): "said at the start, once",
        ("2", 0, 1): "",
        ("1", 1, 1): "said at the end, first",
        ("1", 1, 2): "said at the end, second",
    }


def test_two_forms_may_be_repeated_each_from_one(tmp_path: Path) -> None:
    heads = (*REDCAP, "how")
    rows = [
        ("1", "start", "visit", "1", "", "why it was so at first", ""),
        ("1", "start", "call", "1", "", "", "how it was on the phone"),
        ("1", "start", "call", "2", "", "", "how it was on the phone again"),
    ]
    _, found = read(table(tmp_path / "r.csv", heads, *rows), PlanOptions(open=["why", "how"], attribute=["age"]))
    assert [r.responses for r in found] == [
        [(0, 1, "why it was so at first")],
        [(1, 1, "how it was on the phone")],
        [(1, 2, "how it was on the phone again")],
    ]
