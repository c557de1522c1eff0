"""From rows to participants, responses and answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.domain.corpus import QuestionKind, normalise_text
from coder.errors import InputError
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.plan import PlanOptions, load_plan
from coder.formats.survey.read import read_survey
from tests.formats.survey.files import COMMENTS, columns_of, survey_of, table_of

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def test_a_wide_row_gives_responses_answers_and_attributes(tmp_path):
    table = columns_of(
        tmp_path,
        {
            "id": ["a", "b", "c"],
            "Site": [" North ", "South", ""],
            "Sure? (start)": ["7/10", "n/a", "3,5"],
            "Sure? (end)": ["9/10", "8", ""],
            "Why?": [COMMENTS[0], " ", "n/a"],
            "Used? [Talks]": ["1", "0", "1"],
            "Used? [Lab]": ["", "1", "1"],
        },
    )
    survey, rows = survey_of(table, PlanOptions(attribute=["Site"], rating=["C", "D"], open=["Why?"]))
    assert [(q.key, q.wave, q.kind) for q in survey.questions] == [
        ("Sure?", "start", QuestionKind.RATING),
        ("Sure?", "end", QuestionKind.RATING),
        ("Why?", "", QuestionKind.OPEN),
        ("Used?", "", QuestionKind.MULTI),
    ]
    assert [(r.row, r.participant, dict(r.attributes)) for r in rows] == [
        (2, "a", {"Site": "North"}),
        (3, "b", {"Site": "South"}),
        (4, "c", {}),
    ]
    assert [list(r.responses) for r in rows] == [[(2, 1, COMMENTS[0])], [(2, 1, " ")], [(2, 1, "n/a")]]
    assert [list(r.answers) for r in rows] == [
        [(0, "", "7"), (1, "", "9"), (3, "Talks", "1")],
        [(1, "", "8"), (3, "Lab", "1")],
        [(0, "", "3.5"), (3, "Talks", "1"), (3, "Lab", "1")],
    ]


def test_a_joined_multi_gives_one_answer_per_option(tmp_path):
    table = columns_of(tmp_path, {"id": ["a", "b"], "Why?": COMMENTS[:2], "Used?": ["Talks;Lab;", "Lab;"]})
    _, rows = survey_of(table, PlanOptions(open=["Why?"]))
    assert [list(r.answers) for r in rows] == [[(1, "Talks", "1"), (1, "Lab", "1")], [(1, "Lab", "1")]]


def test_placeholders_that_are_declared_are_no_answers(tmp_path):
    table = columns_of(tmp_path, {"id": ["a", "b"], "Why?": COMMENTS[:2], "Rate": ["5", "Don't know"]})
    _, rows = survey_of(table, PlanOptions(open=["Why?"], rating=["Rate"], placeholders=["don't KNOW"]))
    assert [list(r.answers) for r in rows] == [[(1, "", "5")], []]


def test_ratings_that_are_no_numbers_are_all_listed(tmp_path):
    table = columns_of(tmp_path, {"id": ["a", "b", "c"], "Why?": COMMENTS, "Rate": ["5", "many", "few"]})
    with pytest.raises(InputError, match="ratings that are no numbers: 2") as caught:
        survey_of(table, PlanOptions(open=["Why?"], rating=["Rate"]))
    assert [p.split(": ")[1] for p in caught.value.problems] == ["'many' is no number", "'few' is no number"]
    assert "--choice" in caught.value.hint
    assert "--placeholder" in caught.value.hint


def test_participants_in_several_rows_and_rows_without_one_are_all_listed(tmp_path):
    ids = ["a", "b", "a", "", "b", " "]
    table = columns_of(tmp_path, {"participant_id": ids, "Why?": [*COMMENTS, *COMMENTS]})
    with pytest.raises(InputError) as caught:
        survey_of(table, PlanOptions(id="participant_id", open=["Why?"]))
    assert list(caught.value.problems[:2]) == ["a: rows 2, 4", "b: rows 3, 6"]
    assert [p.rpartition(", ")[2] for p in caught.value.problems[2:]] == [f"row {n}: no participant id" for n in (5, 7)]
    assert "--id -" in caught.value.hint
    _, rows = survey_of(table, PlanOptions(id="-", open=["Why?"]))
    assert [r.participant for r in rows] == ["P0001", "P0002", "P0003", "P0004", "P0005", "P0006"]


def test_an_id_column_with_a_repeated_id_is_not_silently_numbered(tmp_path):
    table = columns_of(tmp_path, {"participant_id": ["a", "b", "a"], "Why?": COMMENTS})
    with pytest.raises(InputError, match="participants with several rows: 1"):
        survey_of(table)


def test_several_columns_of_one_open_question_are_its_parts(tmp_path):
    table = columns_of(tmp_path, {"id": ["a"], "One": ["x"], "Two": ["y"]})
    plan = load_plan(
        "columns:\n- {header: id, role: id}\n- {header: One, role: open, key: k}\n- {header: Two, role: open, key: k}",
        table,
    )
    survey = read_survey(table, plan)
    assert [list(r.responses) for r in survey.rows()] == [[(0, 1, "x"), (0, 2, "y")]]
    assert len(survey.questions) == 1


def test_columns_that_cannot_be_one_question_are_refused(tmp_path):
    table = columns_of(tmp_path, {"id": ["a"], "One": ["x"], "Two": ["y"], "Three": ["z"]})
    plan = load_plan(
        "columns:\n- {header: One, role: open, key: k}\n- {header: Two, role: choice, key: k}\n"
        "- {header: Three, role: attribute, key: a}\n- {header: id, role: attribute, key: a}",
        table,
    )
    with pytest.raises(InputError, match="don't fit together") as caught:
        read_survey(table, plan)
    assert len(caught.value.problems) == 2


def test_events_are_waves_where_participants_have_several_rows(tmp_path):
    table = columns_of(
        tmp_path,
        {"record_id": ["1", "1", "2"], "redcap_event_name": ["base", "later", "base"], "improve": COMMENTS},
    )
    survey, rows = survey_of(table, PlanOptions(open=["improve"]))
    assert [(q.key, q.wave) for q in survey.questions] == [("improve", "base"), ("improve", "later")]
    assert [(r.participant, r.responses[0][0]) for r in rows] == [("1", 0), ("1", 1), ("2", 0)]


def test_a_file_without_an_open_question_names_its_columns_and_the_option(tmp_path):
    table = columns_of(tmp_path, {"id": ["a", "b"], "Again?": ["Yes", "No"]})
    with pytest.raises(InputError, match="No open question") as caught:
        survey_of(table)
    assert caught.value.problems[1].startswith("Again?: choice")
    assert "--open COLUMN" in caught.value.hint and caught.value.hint.endswith('such as --open "Again?".')


def test_a_file_of_a_header_alone_is_refused_for_that(tmp_path):
    with pytest.raises(InputError, match="a header and no rows"):
        survey_of(columns_of(tmp_path, {"id": [], "What was good?": []}))


def test_a_header_that_a_shell_would_run_is_named_by_its_number(tmp_path):
    with pytest.raises(InputError, match="No open question") as caught:
        survey_of(columns_of(tmp_path, {"id": ["a", "b"], "Again $(rm)?": ["Yes", "No"]}))
    assert caught.value.hint.endswith("such as --open 2.")


def test_long_rows_are_responses_and_their_questions_come_with_them(tmp_path):
    table = table_of(
        tmp_path,
        [
            ["participant_id", "question", "text", "site"],
            ["1", "Why?", "None", "North"],
            ["1", "Why?", "NA", "North"],
            ["2", "How?\r\nSo?", "0", ""],
            ["3", "Why?", "", "West"],
        ],
    )
    survey = read_survey(table, guess_plan(table))
    seen = []
    for row in survey.rows():
        assert row.responses[0][0] < len(survey.questions)
        seen.append((row.row, row.participant, dict(row.attributes), row.responses[0], tuple(row.answers)))
    assert seen == [
        (2, "1", {"site": "North"}, (0, None, "None"), ()),
        (3, "1", {"site": "North"}, (0, None, "NA"), ()),
        (4, "2", {}, (1, None, "0"), ()),
        (5, "3", {"site": "West"}, (0, None, ""), ()),
    ]
    assert [q.key for q in survey.questions] == ["Why?", "How?\nSo?"]
    assert [r.row for r in survey.rows()] == [2, 3, 4, 5]


def test_parts_and_waves_of_a_long_file_are_kept_and_wrong_rows_listed(tmp_path):
    header = ["participant_id", "question", "part", "wave", "text"]
    good = [["1", "Why?", "2", "end", "x"], ["1", "Why?", "", "start", "y"]]
    survey, rows = survey_of(table_of(tmp_path, [header, *good]))
    assert [(survey.questions[r.responses[0][0]].wave, r.responses[0][1]) for r in rows] == [
        ("end", 2),
        ("start", None),
    ]
    bad = [["", "Why?", "", "", "lost?"], ["1", "", "", "", "lost?"], ["1", "Why?", "two", "", "lost?"]]
    with pytest.raises(InputError, match="3 rows") as caught:
        survey_of(table_of(tmp_path, [header, *good, *bad]))
    assert ["participant" in caught.value.problems[0], "question" in caught.value.problems[1]] == [True, True]
    assert "'two'" in caught.value.problems[2]


def test_the_wave_of_a_long_file_can_be_named(tmp_path):
    table = table_of(tmp_path, [["participant_id", "question", "text"], ["1", "Why?", "x"]])
    survey, _ = survey_of(table, PlanOptions(wave="end"))
    assert survey.questions[0].wave == "end"


@settings(max_examples=60, deadline=None)
@given(found=st.lists(texts, min_size=1, max_size=5))
def test_texts_keep_everything_but_line_ends_and_a_leading_mark(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    long = table_of(folder, [["participant_id", "question", "text"], *([f"p{i}", "Q", t] for i, t in enumerate(found))])
    wide = table_of(folder, [["id", "Q"], *([f"p{i}", t] for i, t in enumerate(found))], "wide.csv")
    for table in (long, wide):
        _, rows = survey_of(table, PlanOptions(open=["text" if table is long else "Q"]))
        assert [r.responses[0][2] for r in rows] == [normalise_text(t) for t in found]
