"""The column plan: how columns are named, what is guessed, how options change it, YAML both ways."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import InputError
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.plan import (
    Column,
    ColumnPlan,
    Layout,
    PlanOptions,
    Role,
    column_letters,
    dump_plan,
    find_columns,
    load_plan,
    plan_form,
)
from coder.formats.survey.rows import RowKind
from coder.formats.survey.workbook import column_number
from tests.formats.survey.files import COMMENTS, columns_of, table_of

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def people(count: int) -> list[str]:
    return [f"p{i:02}" for i in range(count)]


def roles(plan: ColumnPlan) -> dict[str, str]:
    return {c.header: c.role.value for c in plan.columns}


@pytest.fixture
def codes(tmp_path):
    return table_of(
        tmp_path, [["ID", "[Q2] Which?", "[Q20] Please tell us", "Q20b more", "Rate [a]", "Rate [b]"], ["1"] * 6]
    )


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("ID", [0]),
        ("[Q2] Which?", [1]),
        ("q2", [1]),
        ("Q2 which?", [1]),
        ("Q20", [2]),
        ("[Q20]", [2]),
        ("B", [1]),
        ("3", [2]),
        ("Rate", [4, 5]),
        ("Rate [b]", [5]),
    ],
)
def test_a_column_is_named_by_header_code_letter_or_number(reference, found, codes):
    assert find_columns(reference, codes) == found


@pytest.mark.parametrize("reference", ["", "nothing", "7", "0", "ZZ", "[]"])
def test_an_unknown_column_is_refused_with_the_columns_there_are(reference, codes):
    with pytest.raises(InputError) as caught:
        find_columns(reference, codes)
    assert caught.value.problems[1] == "2 (B): [Q2] Which?"


def test_an_ambiguous_column_is_refused_with_its_candidates(tmp_path):
    table = table_of(tmp_path, [["Q1 first", "Q1 second"], ["a", "b"]])
    with pytest.raises(InputError, match="any of 2") as caught:
        find_columns("Q1", table)
    assert len(caught.value.problems) == 2


@given(st.integers(0, 20_000))
def test_letters_and_numbers_of_columns_agree(index):
    assert column_number(column_letters(index)) == index + 1


def test_kinds_of_columns_are_guessed(tmp_path):
    n = 30
    plan = guess_plan(
        columns_of(
            tmp_path,
            {
                "ResponseId": people(n),
                "Started": [f"2026-01-{i % 28 + 1:02} 10:00:00" for i in range(n)],
                "Email": [f"{p}@x.org" for p in people(n)],
                "Your phone number": ["123"] * n,
                "Age": [str(20 + i % 9) for i in range(n)],
                "Site": ["North", "South", "West"] * 10,
                "How much did you enjoy it?": [str(i % 11) for i in range(n)],
                "Skill (out of 7)": [f"{i % 7 + 1}/7" for i in range(n)],
                "Would you come again?": ["Yes", "No", "Perhaps"] * 10,
                "Which parts did you use?": ["Talks, Lab", "Lab", "Talks", "Lab, Office", "Office", "Talks, Office"]
                * 5,
                "What was good?": [f"{COMMENTS[i % 3]} ({i})" for i in range(n)],
                "Where next?": [f"Town{i}" for i in range(n)],
                "Nothing": [""] * n,
                "Link": [f"https://example.org/{i}" for i in range(n)],
            },
        )
    )
    assert list(roles(plan).values()) == [
        "id", "ignore", "ignore", "ignore", "attribute", "attribute", "rating", "rating", "choice", "multi",
        "open", "open", "ignore", "ignore",
    ]  # fmt: skip
    assert any("Email" in note and "Your phone number" in note for note in plan.notes)


def test_a_scale_that_columns_share_is_a_choice_and_facts_before_it_are_attributes(tmp_path):
    scale = ["Agree", "Disagree", "Neither"] * 5
    plan = guess_plan(columns_of(tmp_path, {"Group": ["a", "b", "c"] * 5, "Pace": scale, "Depth": scale, "Fun": scale}))
    assert list(roles(plan).values()) == ["attribute", "choice", "choice", "choice"]


@pytest.mark.parametrize(
    ("first", "second", "key", "waves"),
    [
        ("Sure? (start)", "Sure? (end)", "Sure?", ["start", "end"]),
        ("Sure [pre]", "Sure [post]", "Sure", ["pre", "post"]),
        ("Sure - before", "Sure - after", "Sure", ["before", "after"]),
        ("sure_baseline", "sure_followup", "sure", ["baseline", "followup"]),
        ("Sure T1", "Sure T2", "Sure", ["T1", "T2"]),
        ("How sure are you at the start?", "How sure are you at the end?", "How sure are you", ["start", "end"]),
    ],
)
def test_headers_that_differ_by_a_trailing_wave_mark_are_one_question(first, second, key, waves, tmp_path):
    ratings = ["1", "5", "7", "2"]
    plan = guess_plan(columns_of(tmp_path, {"id": people(4), first: ratings, second: ratings}))
    assert [(c.key, c.wave, c.prompt) for c in plan.columns[1:]] == [
        (key, waves[0], first),
        (key, waves[1], second),
    ]


def test_an_answer_that_recurs_in_the_same_few_words_may_stand_for_none_and_is_named(tmp_path):
    said = ["Did not answer"] * 12 + [f"The {i}. of many different answers to this" for i in range(40)]
    table = columns_of(tmp_path, {"id": people(52), "What was good?": said})
    assert [n for n in guess_plan(table).notes if "‘Did not answer’ (12 times)" in n and "--placeholder" in n]
    declared = guess_plan(table, PlanOptions(placeholders=["did not answer"]))
    assert not any("again and again" in n for n in declared.notes)


def test_marks_with_nothing_but_separators_before_them_are_words(tmp_path):
    plan = guess_plan(
        columns_of(tmp_path, {"id": people(4), "- start": ["1", "5", "7", "2"], "- end": ["1", "2", "3", "4"]})
    )
    assert [(c.key, c.wave) for c in plan.columns[1:]] == [("- start", ""), ("- end", "")]


@pytest.mark.parametrize("header", ["Sure (start)", "How was the end?", "Start"])
def test_a_mark_without_its_partner_is_a_word(header, tmp_path):
    plan = guess_plan(columns_of(tmp_path, {"id": people(4), header: ["1", "5", "7", "2"]}))
    assert (plan.columns[1].key, plan.columns[1].wave) == (header, "")


def test_a_wave_can_be_named_for_the_file_or_a_column(tmp_path):
    table = columns_of(tmp_path, {"id": people(3), "Why? (End)": list(COMMENTS), "Sure": ["1", "2", "3"]})
    plan = guess_plan(table, PlanOptions(wave="end"))
    assert [(c.key, c.wave) for c in plan.columns] == [("", ""), ("Why? (End)", "end"), ("Sure", "end")]
    plan = guess_plan(table, PlanOptions(waves={"Why?": "end"}))
    assert [(c.key, c.wave) for c in plan.columns] == [("", ""), ("Why?", "end"), ("Sure", "")]


def test_options_change_the_guess_and_problems_of_all_are_listed(tmp_path):
    table = columns_of(tmp_path, {"id": people(3), "A": ["x", "y", "z"], "B": ["1", "2", "3"], "C": ["u;v", "u", "v"]})
    plan = guess_plan(table, PlanOptions(open=["A"], choice=["B"], multi=["C"], placeholders=["z"]))
    assert list(roles(plan).values()) == ["id", "open", "choice", "multi"]
    assert plan.placeholders == ("n/a", "---", "z")
    assert plan.columns[3].separator == ";"
    with pytest.raises(InputError) as caught:
        guess_plan(table, PlanOptions(open=["A", "nothing"], rating=["A"], ignore=["more"]))
    heads = [p for p in caught.value.problems if p.startswith("--")]
    assert [p.split(" ")[1] for p in heads] == ["'nothing':", "'A':", "'more':"]


def test_rows_are_numbered_where_no_column_is_an_id_or_on_request(tmp_path):
    table = columns_of(tmp_path, {"id": people(3), "Why?": list(COMMENTS)})
    assert not guess_plan(table, PlanOptions(id="-")).of(Role.ID)
    assert guess_plan(table, PlanOptions(id="Why?")).of(Role.ID)[0][0] == 1
    bare = guess_plan(columns_of(tmp_path, {"Why?": list(COMMENTS)}))
    assert any("P0001" in note for note in bare.notes)


def test_a_respondent_column_is_an_id_where_it_tells_people_apart(tmp_path):
    apart = columns_of(tmp_path, {"Respondent": ["R01", "R02", "R03"], "Why?": list(COMMENTS)})
    assert [c.header for _, c in guess_plan(apart).of(Role.ID)] == ["Respondent"]
    kinds = columns_of(tmp_path, {"Respondent": ["Teacher", "Parent", "Parent"], "Why?": list(COMMENTS)})
    assert not guess_plan(kinds).of(Role.ID)


@pytest.mark.parametrize(
    "header",
    [
        ["participant_id", "question", "text"],
        ["Text", "Participant ID", "QUESTION"],
        ["respondent_id", "question", "answer"],
        ["id", "question", "response"],
    ],
)
def test_participant_question_and_text_mean_long_whatever_the_texts_look_like(header, tmp_path):
    plan = guess_plan(table_of(tmp_path, [header, ["1", "2", "3"]]))
    assert plan.layout is Layout.LONG


def test_other_columns_of_a_long_file_are_attributes_where_they_are_constant(tmp_path):
    table = table_of(
        tmp_path,
        [
            ["participant_id", "question", "text", "site", "mood", "part", "wave"],
            ["1", "a", "x", "North", "good", "1", "start"],
            ["2", "a", "x", "South", "good", "1", "start"],
            ["1", "b", "y", "", "bad", "1", "start"],
        ],
    )
    plan = guess_plan(table)
    assert list(roles(plan).values()) == ["id", "question", "text", "attribute", "ignore", "part", "wave"]
    assert any("mood" in note for note in plan.notes)


def test_a_column_that_is_filled_only_after_the_sample_is_not_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("coder.formats.survey.guess.SAMPLE", 5)
    table = columns_of(
        tmp_path, {"id": people(9), "Why?": list(COMMENTS) * 3, "Late?": [""] * 8 + ["at last some words"]}
    )
    assert roles(guess_plan(table))["Late?"] == "open"


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_plan_survives_its_yaml(data, tmp_path_factory):
    header = [f"x{h}" for h in data.draw(st.lists(texts, min_size=2, max_size=5))]
    table = table_of(tmp_path_factory.mktemp("plan"), [header, ["1"] * len(header)])
    question = st.sampled_from([Role.OPEN, Role.RATING, Role.CHOICE, Role.MULTI])
    some = texts.filter(bool)
    columns = tuple(
        Column(name, data.draw(question), data.draw(some), data.draw(some), data.draw(texts), data.draw(texts),
               data.draw(texts), tuple(data.draw(st.lists(texts, max_size=2))), data.draw(texts), (data.draw(texts),))
        for name in table.header
    )  # fmt: skip
    plan = ColumnPlan(
        Layout.WIDE,
        columns,
        tuple(data.draw(st.lists(texts, max_size=3))),
        data.draw(texts),
        "s",
        tuple(data.draw(st.sets(st.sampled_from(RowKind)))),
        ("n\no",),
    )
    for examples in (True, False):
        text = dump_plan(plan, examples=examples)
        assert load_plan(text, table) == plan
        assert plan_form(text) == (plan.encoding or None, "s")
    assert not set(text) & set("\x00\x1b\x07")


def test_a_plan_without_examples_holds_nobodys_words(tmp_path):
    plan = guess_plan(columns_of(tmp_path, {"id": people(3), "Why?": list(COMMENTS)}))
    assert COMMENTS[0] in dump_plan(plan)
    assert COMMENTS[0] not in dump_plan(plan, examples=False)


def test_a_plan_shows_nobodys_address_and_no_comment_wider_than_a_terminal(tmp_path):
    many = {f"E-mail {n}": [f"a{i}@example.org" for i in range(3)] for n in range(9)}
    text = dump_plan(guess_plan(columns_of(tmp_path, {"id": people(3), **many, "Why?": list(COMMENTS)})))
    assert "@" not in text
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert max(map(len, comments)) <= 80
    assert "--attribute COLUMN keeps one" in " ".join(line.removeprefix("# ") for line in comments)


def test_all_that_is_wrong_in_a_plan_is_listed(tmp_path):
    table = columns_of(tmp_path, {"id": people(3), "Why?": list(COMMENTS)})
    text = """
    layout: tall
    colour: red
    columns:
    - header: id
      role: boss
    - header: Nowhere
      role: open
      size: 3
    - header: Nowhere
      role: open
    - header: Why?
      role: open
      key: [a]
    - just words
    - {header: id, role: id}
    - {header: A, role: ignore}
    """
    with pytest.raises(InputError) as caught:
        load_plan(text, table)
    problems = "\n".join(caught.value.problems)
    for part in ("'colour'", "'tall'", "role 'boss'", "'size'", "'Nowhere'", "key must", "column 5", "second time"):
        assert part in problems


def test_columns_that_a_plan_leaves_out_are_ignored_and_named(tmp_path):
    table = columns_of(tmp_path, {"id": people(3), "Why?": list(COMMENTS)})
    plan = load_plan('columns:\n- {header: "why?", role: open, key: reason}', table)
    assert [c.role for c in plan.columns] == [Role.IGNORE, Role.OPEN]
    assert plan.columns[1].key == "reason"
    assert "id" in plan.notes[0]


@pytest.mark.parametrize("text", ["", "- a", "columns: [", "a: &x [*x]"])
def test_a_plan_that_is_no_plan_is_refused(text, tmp_path):
    with pytest.raises(InputError):
        load_plan(text, table_of(tmp_path, [["id", "b"], ["1", "2"]]))


def test_a_column_is_shown_with_its_question_where_its_header_is_only_a_code():
    shown = [
        Column("Q1", Role.OPEN, prompt="What could be better?"),
        Column("Q2_1", Role.MULTI, prompt="Which services?", option="Shop"),
        Column("Which services? [Shop]", Role.MULTI, prompt="which  services?", option="Shop"),
        Column("region", Role.ATTRIBUTE),
    ]
    assert [column.asked for column in shown] == [
        "Q1: What could be better?",
        "Q2_1: Which services? [Shop]",
        "Which services? [Shop]",
        "region",
    ]
