"""Matrices of participants and themes."""

from pathlib import Path

import pytest

from coder.errors import InputError
from coder.formats.matrix import is_matrix, read_matrix
from coder.formats.survey.detect import open_table
from tests.cli.commands import coder, ok, rows_of, survey, table
from tests.projects import small_project


def test_one_zero_and_nothing_are_three_things(tmp_path: Path) -> None:
    path = table(tmp_path / "m.csv", ("participant_id", "A", "B"), ("P1", 1, 0), ("P2", "", "x"))
    assert is_matrix(open_table(path))
    assert [(r.participant, list(r.known)) for r in read_matrix(open_table(path)).rows] == [
        ("P1", [True, False]),
        ("P2", [None, True]),
    ]


def test_without_any_zero_an_empty_cell_is_one_and_that_is_said(tmp_path: Path) -> None:
    found = read_matrix(open_table(table(tmp_path / "m.csv", ("id", "A", "B"), ("P1", 1, ""), ("P2", "", 1))))
    assert [list(r.known) for r in found.rows] == [[True, False], [False, True]]
    assert "has no 0" in found.notices[0]


def test_every_cell_that_is_no_mark_is_named(tmp_path: Path) -> None:
    path = table(tmp_path / "m.csv", ("id", "A"), ("P1", 1), ("P2", "maybe"), ("P1", 0))
    with pytest.raises(InputError) as caught:
        read_matrix(open_table(path))
    assert caught.value.problems == (
        "m.csv, row 3, column A: 'maybe' is no 1 or 0",
        "m.csv, row 4: the participant 'P1' stands in row 2 too",
    )


def test_a_real_coding_sheet_is_refused_for_its_sums_and_for_who_stands_twice(shared: Path) -> None:
    path = shared / "data/survey_files/coding_sheet_flaky_sq6.ods"
    assert is_matrix(open_table(path))
    with pytest.raises(InputError) as caught:
        read_matrix(open_table(path))
    assert len(caught.value.problems) == 15
    assert {problem.split(",")[1].split(":")[0].strip() for problem in caught.value.problems} == {"row 48", "row 78"}


def test_a_matrix_that_went_out_comes_back_with_the_same_counts(tmp_path: Path) -> None:
    project = small_project(tmp_path / "sample.coder")
    matrix = tmp_path / "matrix.csv"
    ok(coder("export", "matrix", project, matrix))
    from coder.imports import SurveyRequest, import_codebook, import_survey
    from coder.samples import sample

    other = tmp_path / "other.coder"
    import_survey(sample("corpora", "training_programme.csv"), other, SurveyRequest(), coder_name="Ana")
    import_codebook(sample("codebooks", "training_programme.yaml"), other, coder_name="Ana")
    ok(coder("import", "codings", matrix, other, "--coder", "Ana"))
    one, two = (ok(coder("tally", p, "--json")).json for p in (project, other))
    for q, r in zip(one["questions"], two["questions"], strict=True):
        assert q["base"] == r["base"]
        assert [(t["path"], t["participants"], t["base"]) for t in q["themes"]] == [
            (t["path"], t["participants"], t["base"]) for t in r["themes"]
        ]


def test_a_response_known_in_part_is_coded_and_not_reviewed(tmp_path: Path) -> None:
    project = tmp_path / "p.coder"
    ok(coder("import", "survey", survey(tmp_path, [("P1", "Why?", "kind"), ("P2", "Why?", "late")]), project))
    matrix = table(tmp_path / "m.csv", ("id", "A", "B"), ("P1", 1, ""), ("P2", 0, 1))
    ran = ok(coder("import", "codings", matrix, project, "--create-themes", "--coder", "Ana"))
    assert "1 responses have empty cells" in ran.err
    ok(coder("export", "responses", project, tmp_path / "r.csv"))
    assert [row["reviewed_by"] for row in rows_of(tmp_path / "r.csv")] == ["", "Ana"]


def test_columns_that_name_no_question_of_several_are_refused(tmp_path: Path) -> None:
    project = tmp_path / "p.coder"
    ok(coder("import", "survey", survey(tmp_path, [("P1", "Why?", "kind"), ("P1", "How?", "late")]), project))
    matrix = table(tmp_path / "m.csv", ("id", "A"), ("P1", 1), ("P2", 0))
    ran = coder("import", "codings", matrix, project, "--create-themes")
    assert ran.status == 1 and "--question" in ran.err


def of_staff(folder: Path) -> Path:
    """A project with a theme below another, and one that nobody mentions."""
    project = folder / "p.coder"
    answers = [("P1", "Why?", "kind"), ("P2", "Why?", "late")]
    ok(coder("import", "survey", survey(folder, answers), project))
    codings = table(folder / "c.csv", ("id", "question", "theme"), ("P1", "Why?", "People > Staff"))
    ok(coder("import", "codings", codings, project, "--create-themes", "--coder", "Ana"))
    return project


def counts_of(project: Path) -> dict[str, tuple[int, int]]:
    (question,) = ok(coder("tally", project, "--json")).json["questions"]
    return {" > ".join(t["path"]): (t["participants"], t["base"]) for t in question["themes"]}


def test_a_column_that_nobody_mentions_is_a_theme_all_the_same(tmp_path: Path) -> None:
    project = of_staff(tmp_path)
    matrix = table(tmp_path / "m.csv", ("id", "Staff", "Trains"), ("P1", 1, 0), ("P2", 0, 0))
    ran = coder("import", "codings", matrix, project)
    assert ran.status == 1 and "'Trains'" in ran.err
    ok(coder("import", "codings", matrix, project, "--create-themes", "--coder", "Ana"))
    assert counts_of(project) == {"People": (1, 2), "People > Staff": (1, 2), "Trains": (0, 2)}


def test_two_columns_of_one_theme_are_refused(tmp_path: Path) -> None:
    project = of_staff(tmp_path)
    matrix = table(tmp_path / "m.csv", ("id", "Staff", "people > STAFF"), ("P1", 1, 0), ("P2", 0, 1))
    ran = coder("import", "codings", matrix, project, "--create-themes")
    assert ran.status == 1 and "several columns" in ran.err
    assert counts_of(project) == {"People": (1, 1), "People > Staff": (1, 1)}
