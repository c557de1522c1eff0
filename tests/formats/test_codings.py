"""Codings, reviewed responses and attributes from files, and what becomes of them on the way out and in again."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import InputError
from coder.formats.codings import (
    CodedText,
    CodingRow,
    CodingsFile,
    MatrixColumn,
    ReadRow,
    ReviewedRow,
    codings_table,
    matrix_table,
    quotes_table,
    read_attributes,
    read_reviewed,
)
from coder.formats.codings import read_codings as codings_of
from coder.formats.survey.detect import open_table
from coder.formats.tables import write_table


def file(tmp_path: Path, text: str, name: str = "codings.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def read_codings(path: Path) -> CodingsFile:
    return codings_of(open_table(path))


def problems(caught: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [problem.split(", ", 1)[1] for problem in caught.value.problems]


# --- codings


def test_three_columns_are_enough(tmp_path: Path) -> None:
    found = read_codings(file(tmp_path, "participant_id,question,theme\nP1,Q1,Skills\nP1,Q1,People > Friends\n"))
    assert found.rows == [
        CodingRow(2, "P1", "Q1", theme="Skills"),
        CodingRow(3, "P1", "Q1", theme="People > Friends"),
    ]
    assert found.notices == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_all_columns_are_read_whatever_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    lines = [
        ["Theme", "Path", "Participant ID", "question", "wave", "part", "coder", "start", "end", "text"],
        ["Friends", "People > Friends", "P1", "Q1", "end", "2", "Ada", "0", "6", "people"],
    ]
    found = read_codings(file(tmp_path, "\n".join(delimiter.join(line) for line in lines)))
    assert found.rows == [CodingRow(2, "P1", "Q1", "end", 2, "Ada", "Friends", ("People", "Friends"), 0, 6, "people")]
    assert found.notices == ()


def test_unknown_columns_are_named_and_ignored(tmp_path: Path) -> None:
    found = read_codings(file(tmp_path, "participant_id,question,theme,raw_label,note\nP1,Q1,A,a,b\n"))
    assert len(found.rows) == 1
    assert "'raw_label', 'note'" in found.notices[0]


def test_every_problem_is_listed_with_its_row(tmp_path: Path) -> None:
    text = (
        "participant_id,question,theme,start,end,part,path\n"
        ",Q1,A,,,,\n"
        "P1, ,A,,,,\n"
        "P1,Q1,,,,,\n"
        "P1,Q1,A,3,,,\n"
        "P1,Q1,A,,3,,\n"
        "P1,Q1,A,3,3,,\n"
        "P1,Q1,A,-1,2.5,,\n"
        "P1,Q1,A,1,9999999999,0,\n"
        "P1,Q1,A,1,2,1,A > B\n"
        "P1,Q1,A,1,2,1,B > A\n"
    )
    with pytest.raises(InputError) as caught:
        read_codings(file(tmp_path, text))
    assert problems(caught) == [
        "row 2: the column participant_id is empty",
        "row 3: the column question is empty",
        "row 4: the column theme is empty",
        "row 5: start and end must both be there, or neither",
        "row 6: start and end must both be there, or neither",
        "row 7: start 3 is not before end 3",
        "row 8: the column start holds '-1', which is no whole number from 0 up",
        "row 8: the column end holds '2.5', which is no whole number from 0 up",
        "row 9: the column end holds '9999999999', which is no whole number from 0 up",
        "row 9: the part is 0; parts are counted from 1",
        "row 10: the theme 'A' is not the last of its path",
    ]
    assert "--reviewed" in caught.value.hint


def test_missing_columns_are_named_beside_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 'question' and no column 'theme'") as caught:
        read_codings(file(tmp_path, "participant_id,code\nP1,A\n"))
    assert caught.value.problems == ("its columns are: participant_id, code",)


def test_another_name_for_the_participant_serves_while_it_is_the_only_one(tmp_path: Path) -> None:
    assert read_codings(file(tmp_path, "Respondent ID,question,theme\nP1,Q1,A\n")).rows[0].participant == "P1"
    assert read_codings(file(tmp_path, "id,participant_id,question,theme\n7,P1,Q1,A\n")).rows[0].participant == "P1"
    with pytest.raises(InputError, match="several columns") as caught:
        read_codings(file(tmp_path, "id,respondent,question,theme\n7,P1,Q1,A\n"))
    assert caught.value.problems == ("id", "respondent")


def test_the_published_codings_are_read_whole(shared: Path) -> None:
    path = shared / "data" / "replication3r_survey" / "codes.csv"
    with path.open(encoding="utf-8", newline="") as raw:
        expected = [(r["participant_id"], r["question"], r["theme"]) for r in csv.DictReader(raw)]
    found = read_codings(path)
    assert [(r.participant, r.question, r.theme) for r in found.rows] == expected
    assert len(expected) == 524
    assert "raw_label" in found.notices[0]


# --- reviewed


def test_reviewed_responses_need_a_participant_and_a_question(tmp_path: Path) -> None:
    text = "participant,question,part,wave,theme\nP1,Q1,,,A\nP2,Q1,2,end,\n"
    found = read_reviewed(file(tmp_path, text))
    assert found.rows == [ReadRow(2, "P1", "Q1"), ReadRow(3, "P2", "Q1", "end", 2)]
    assert found.notices == ()
    with pytest.raises(InputError) as caught:
        read_reviewed(file(tmp_path, "participant_id,question,part\nP1,,x\n,Q1,\n"))
    assert [p.split(":")[0] for p in problems(caught)] == ["row 2", "row 2", "row 3"]


def test_an_export_of_responses_names_those_who_read_each_and_the_themes_that_came_later(tmp_path: Path) -> None:
    text = 'participant_id,question,status,reviewed_by,unknown_themes,text\nP1,Q1,answered,Ana; Ben,"[""A > B""]",x\n'
    found = read_reviewed(file(tmp_path, text + "P2,Q1,answered,,,y\n"))
    assert [(r.coder, r.later) for r in found.rows] == [("Ana", (("A", "B"),)), ("Ben", (("A", "B"),))]
    assert found.unread == [ReviewedRow(3, "P2", "Q1")]
    assert found.says_who and not found.notices
    with pytest.raises(InputError) as caught:
        read_reviewed(file(tmp_path, "participant_id,question,unknown_themes\nP1,Q1,A\nP2,Q1,[1]\n"))
    assert [p.split(":")[0] for p in problems(caught)] == ["row 2", "row 3"]


# --- attributes


def test_attributes_stand_beside_the_id_wherever_it_is(tmp_path: Path) -> None:
    found = read_attributes(file(tmp_path, "site,participant_id,years\nOslo,P1,3\n,P2,007\n"))
    assert found.id_column == "participant_id"
    assert found.attributes == ["site", "years"]
    assert found.rows == [(2, "P1", {"site": "Oslo", "years": "3"}), (3, "P2", {"years": "007"})]


def test_without_a_column_of_that_name_the_first_holds_the_ids(tmp_path: Path) -> None:
    found = read_attributes(file(tmp_path, "who,site\nP1,NA\n"))
    assert (found.id_column, found.rows) == ("who", [(2, "P1", {"site": "NA"})])


def test_participants_named_twice_or_not_at_all_are_listed(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_attributes(file(tmp_path, "id,site\nP1,A\n,B\nP2,C\n P1 ,A\nP1,D\n"))
    assert problems(caught) == [
        "row 3: no participant is named",
        "row 5: the participant 'P1' stands in row 2 too",
        "row 6: the participant 'P1' stands in row 2 too",
    ]


def test_a_table_of_ids_alone_has_no_attributes(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_attributes(file(tmp_path, "id\nP1\n"))
    assert "no column beside" in caught.value.problems[0]


# --- tables on their way out


CODED = [
    CodedText("P1", "Q1", ("People", "Friends"), "Ada", "my friends", 4, 14, "end", 2),
    CodedText("P2", "Q1", ("Skills",), "Ada", "All of it", wave="start"),
]


def test_the_codings_table_has_a_row_per_highlight_and_no_offsets_for_a_whole_response() -> None:
    table = codings_table(CODED)
    assert table.header == ["participant_id", "question", "theme", "path", "coder", "start", "end", "text"]
    assert list(table.rows) == [
        ["P1", "Q1", "Friends", "People > Friends", "Ada", 4, 14, "my friends"],
        ["P2", "Q1", "Skills", "Skills", "Ada", None, None, "All of it"],
    ]


def test_waves_and_parts_are_columns_where_a_project_has_them() -> None:
    table = codings_table(CODED, waves=True, parts=True)
    assert table.header[:4] == ["participant_id", "question", "wave", "part"]
    assert [list(row[:4]) for row in table.rows] == [["P1", "Q1", "end", 2], ["P2", "Q1", "start", 1]]


def test_quotes_name_theme_participant_question_words_and_coder() -> None:
    table = quotes_table(CODED)
    assert table.header == ["theme", "participant_id", "question", "quote", "coder", "starred"]
    assert next(iter(table.rows)) == ["People > Friends", "P1", "Q1", "my friends", "Ada", 0]


def test_the_matrix_tells_coded_read_and_unknown_apart() -> None:
    one = MatrixColumn("Q1", ("People", "Friends"), having={"P1"}, known={"P1", "P2"})
    table = matrix_table(["P1", "P2", "P3"], [one])
    assert table.header == ["participant_id", "People > Friends"]
    assert list(table.rows) == [["P1", 1], ["P2", 0], ["P3", None]]


def test_the_matrix_names_the_question_where_there_are_several() -> None:
    nobody: set[str] = set()
    columns = [
        MatrixColumn("Q1", ("A",), nobody, nobody),
        MatrixColumn("Q2", ("A", "B"), nobody, nobody, wave="start"),
        MatrixColumn("Q2", ("A", "B"), nobody, nobody, wave="end"),
    ]
    assert matrix_table([], columns).header == ["participant_id", "Q1: A", "Q2 (start): A > B", "Q2 (end): A > B"]


hostile = st.text(st.characters(exclude_categories=["Cs"]), max_size=10) | st.text("'=+-@\t\n0 ;,|\"", max_size=6)
lf_text = hostile.map(lambda t: t.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"))
name = lf_text.map(str.strip).filter(bool)
question = lf_text.filter(str.strip)
theme = name.map(lambda t: t.replace(">", "").strip()).filter(bool)


@st.composite
def coded(draw: st.DrawFn) -> CodedText:
    start, end = None, None
    if draw(st.booleans()):
        start = draw(st.integers(0, 50))
        end = draw(st.integers(start + 1, 60))
    path = tuple(draw(st.lists(theme, min_size=1, max_size=3)))
    coder, wave, part = draw(lf_text.map(str.strip)), draw(lf_text.map(str.strip)), draw(st.integers(1, 9))
    return CodedText(draw(name), draw(question), path, coder, draw(hostile), start, end, wave, part)


@given(st.lists(coded(), max_size=5), st.sampled_from(["safe.csv", "raw.csv", "codings.xlsx"]))
@settings(max_examples=60, deadline=None)
def test_codings_written_and_read_again_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[CodedText], file_name: str
) -> None:
    path = tmp_path_factory.mktemp("codings") / file_name
    table = codings_table(rows, waves=True, parts=True)
    write_table(path, table.header, table.rows, raw=file_name == "raw.csv")
    found = read_codings(path)
    assert found.notices == ()
    assert [(r.participant, r.question, r.path, r.coder, r.start, r.end, r.wave, r.part) for r in found.rows] == [
        (r.participant, r.question, r.path, r.coder, r.start, r.end, r.wave, r.part) for r in rows
    ]
    assert [r.theme for r in found.rows] == [r.path[-1] for r in rows]
