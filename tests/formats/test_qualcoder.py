"""QualCoder's projects: cases, categories, codings of several coders."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fuzz.seeds import QUALCODER_TABLES
from coder.errors import InputError
from coder.formats.qualcoder import read_qualcoder
from coder.formats.refi.as_survey import as_survey


def project_of(folder: Path, **tables: Sequence[Sequence[Any]]) -> Path:
    path = folder / "survey.qda"
    path.mkdir()
    with sqlite3.connect(path / "data.qda") as connection:
        connection.executescript(QUALCODER_TABLES)
        for table, rows in tables.items():
            for row in rows:
                connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
    connection.close()
    return path


def truth_project(folder: Path, truth: Any) -> Path:
    """The project of the truth, as QualCoder keeps it."""
    categories = {c["name"]: c["id"] for c in truth["categories"]}
    codes = {c["name"]: c["cid"] for c in truth["codes"]}
    sources = {s["name"]: s["id"] for s in truth["sources"]}
    cases = {c["name"]: at for at, c in enumerate(truth["cases"], 1)}
    return project_of(
        folder,
        code_cat=[(c["id"], c["name"], c["memo"], categories.get(c["parent"])) for c in truth["categories"]],
        code_name=[(c["cid"], c["name"], c["memo"], categories.get(c["category"]), c["color"]) for c in truth["codes"]],
        source=[(s["id"], s["name"], s["text"], None, s["owner"]) for s in truth["sources"]],
        code_text=[
            (at, codes[c["code"]], sources[c["source"]], c["seltext"], c["pos0"], c["pos1"], c["owner"], "", c["memo"])
            for at, c in enumerate(truth["codings"], 1)
        ],
        cases=[(at, name) for name, at in cases.items()],
        attribute_type=[("age", "case", "numeric"), ("region", "case", "character")],
        attribute=[
            (at, a["name"], a["on"], a["value"], cases[a["target"]]) for at, a in enumerate(truth["attributes"], 1)
        ],
    )


def test_every_coded_text_equals_the_truth(shared: Path, tmp_path: Path) -> None:
    truth = json.loads((shared / "data/qda_files/qualcoder-3.8.2-survey.truth.json").read_text(encoding="utf-8"))
    survey = as_survey(read_qualcoder(truth_project(tmp_path, truth)))
    found = []
    for r in survey.responses:
        source = f"{r.participant}_{survey.questions[r.question].key}"
        found += [(survey.themes[t.theme].path[-1], source, s.of(r.text), t.coder) for t in r.themes for s in t.spans]
    assert sorted(found) == sorted((c["code"], c["source"], c["seltext"], c["owner"]) for c in truth["codings"])
    assert survey.participants == {"R001": {"age": "34", "region": "Nord"}, "R002": {"age": "51", "region": "Süd"}}
    assert ("Service", "Delivery", "Late") in [theme.path for theme in survey.themes]


def test_whose_text_it_is_says_the_case(tmp_path: Path) -> None:
    path = project_of(
        tmp_path,
        source=[(1, "doc one", "kind staff", None, "ana")],
        cases=[(7, "Mia")],
        case_text=[(1, 7, 1, 0, 10)],
    )
    assert [r.participant for r in as_survey(read_qualcoder(path)).responses] == ["Mia"]


def test_categories_in_a_circle_are_cut_and_nothing_is_lost(tmp_path: Path) -> None:
    path = project_of(
        tmp_path,
        source=[(1, "a", "text", None, "ana")],
        code_cat=[(1, "One", "", 2), (2, "Two", "", 1)],
        code_name=[(1, "Code", "", 1, "#ffffff")],
    )
    assert {theme.path[-1] for theme in as_survey(read_qualcoder(path)).themes} == {"One", "Two", "Code"}


def test_a_code_below_a_code_of_qualcoder_4_is_a_sub_theme(tmp_path: Path) -> None:
    path = project_of(tmp_path, source=[(1, "a", "text", None, "ana")], code_name=[(1, "Over", "", None, "")])
    with sqlite3.connect(path / "data.qda") as connection:
        connection.execute("alter table code_name add column supercid integer")
        connection.execute("insert into code_name values (2, 'Under', '', null, '', 1)")
    connection.close()
    assert ("Over", "Under") in [theme.path for theme in as_survey(read_qualcoder(path)).themes]


def test_positions_beyond_the_text_are_left_out_and_said(tmp_path: Path) -> None:
    path = project_of(
        tmp_path,
        source=[(1, "a", "text", None, "ana")],
        code_name=[(1, "Code", "", None, "")],
        code_text=[(1, 1, 1, "", 2, 99, "ana", "", ""), (2, 9, 1, "", 0, 2, "ana", "", "")],
    )
    notes = as_survey(read_qualcoder(path)).notes
    assert [note.rpartition(": ")[2] for note in notes] == ["1.", "1."]


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="without a QualCoder project"):
        read_qualcoder(tmp_path)


@pytest.mark.parametrize("end", [0, 4, 5])
def test_a_case_may_have_a_whole_text_in_several_ways(tmp_path: Path, end: int) -> None:
    tables = {"source": [(1, "a", "good!", None, "")], "cases": [(1, "P1")], "case_text": [(1, 1, 1, 0, end)]}
    (response,) = as_survey(read_qualcoder(project_of(tmp_path, **tables))).responses
    assert (response.participant, response.text) == ("P1", "good!")


def test_a_text_of_several_cases_is_each_ones_own_words(tmp_path: Path) -> None:
    text = "P1\r\nkind staff\r\n\r\nP2\r\ngood food"
    tables = {
        "source": [(1, "Why?", text, None, "")],
        "code_name": [(1, "Staff", "", None, "")],
        "code_text": [(1, 1, 1, "food", text.index("food"), len(text), "Ana", "", "")],
        "cases": [(1, "P1"), (2, "P2")],
        "case_text": [(1, 1, 1, 4, 14), (2, 2, 1, text.index("good"), len(text))],
    }
    found = as_survey(read_qualcoder(project_of(tmp_path, **tables))).responses
    assert [(r.participant, r.text) for r in found] == [("P1", "kind staff"), ("P2", "good food")]
    assert [[s.of(r.text) for t in r.themes for s in t.spans] for r in found] == [[], ["food"]]


def test_what_came_from_here_is_known_by_its_memos(tmp_path: Path) -> None:
    """The importers of QualCoder keep descriptions as memos, and make a category of a code with others below it."""
    folder = tmp_path / "back.qda"
    folder.mkdir()
    asked = 'coder: {"version": 1, "questions": [{"key": "Q1", "wave": "", "prompt": "Q1", "kind": "open"}]}'
    said = 'coder: {"participant": "P/1", "question": 0, "part": 1}'
    connection = sqlite3.connect(folder / "data.qda")
    connection.executescript(
        """
        create table project (memo text);
        create table source (id integer, name text, fulltext text, memo text);
        create table code_cat (catid integer, name text, memo text, supercatid integer);
        create table code_name (cid integer, name text, memo text, catid integer, color text);
        create table code_text (ctid integer, cid integer, fid integer, pos0 integer, pos1 integer, owner text);
        insert into code_cat values (1, 'Staff', 'People.', null);
        insert into code_name values (1, 'Staff', 'People.', 1, ''), (2, 'Rude', '', 1, '');
        insert into code_text values (1, 1, 1, 0, 5, 'Ana'), (2, 2, 1, 6, 10, 'Ana');
        """
    )
    connection.execute("insert into project values (?)", [asked])
    connection.execute("insert into source values (1, 'P_1 – Q1', 'words here', ?)", [said])
    connection.commit()
    connection.close()
    survey = as_survey(read_qualcoder(folder))
    assert [q.key for q in survey.questions] == ["Q1"]
    assert [(r.participant, r.text) for r in survey.responses] == [("P/1", "words here")]
    assert [theme.path for theme in survey.themes] == [("Staff",), ("Staff", "Rude")]
