"""coder export and import, for other programs: every format says the same, and whole projects come back."""

import json
import re
import zipfile
from pathlib import Path

import pyreadstat
import pytest

from tests.cli.commands import coder, ok, rows_of, survey
from tests.projects import small_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("sample") / "sample.coder")


def exported(project: Path, kind: str, path: Path, *options: str) -> Path:
    ok(coder("export", kind, project, path, *options))
    return path


def test_the_matrix_says_the_same_in_every_format(project: Path, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow.parquet")
    plain = rows_of(exported(project, "matrix", tmp_path / "matrix.csv"))
    in_csv = [["" if v == "" else int(v) for v in list(row.values())[1:]] for row in plain]
    frame = arrow.read_table(exported(project, "matrix", tmp_path / "matrix.parquet"))
    in_parquet = [["" if v is None else v for v in list(row.values())[1:]] for row in frame.to_pylist()]
    data, _ = pyreadstat.read_sav(
        exported(project, "matrix", tmp_path / "matrix.sav"), user_missing=True, output_format="dict"
    )
    in_sav = [["" if v == 9 else int(v) for v in row[1:]] for row in zip(*data.values(), strict=True)]
    assert in_csv == in_parquet == in_sav
    assert {value for row in in_csv for value in row} == {"", 0, 1}


def test_the_codings_say_the_same_in_every_format(project: Path, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow.parquet")
    plain = rows_of(exported(project, "codings", tmp_path / "codings.csv", "--raw"))
    frame = arrow.read_table(exported(project, "codings", tmp_path / "codings.parquet")).to_pylist()
    data, _ = pyreadstat.read_sav(exported(project, "codings", tmp_path / "codings.sav"), output_format="dict")
    keys = ("participant_id", "path", "start", "end", "text")
    in_csv = [[row[k] for k in keys] for row in plain]
    assert in_csv == [["" if row[k] is None else str(row[k]) for k in keys] for row in frame]
    sav = zip(data["participant_id"], data["path"], data["start"], data["end"], data["text"], strict=True)
    in_sav = [[str(int(v)) if isinstance(v, float) else v or "" for v in row] for row in sav]
    assert [[*row[:4], row[4].rstrip()] for row in in_csv] == in_sav


def test_a_data_dictionary_stands_beside_a_table(project: Path, tmp_path: Path) -> None:
    path = exported(project, "codings", tmp_path / "codings.csv")
    about = {row["column"]: row for row in rows_of(tmp_path / "codings.dictionary.csv")}
    assert list(about) == list(rows_of(path)[0])
    assert "code points" in about["start"]["label"]
    assert about["start"]["type"] == "whole number"


def test_the_end_of_a_name_that_no_table_has_is_answered_with_those_there_are(project: Path, tmp_path: Path) -> None:
    refused = coder("export", "matrix", project, tmp_path / "m.qdpx")
    assert refused.status == 1 and ".csv, .xlsx, .parquet or .sav" in refused.err and "export project" in refused.err
    refused = coder("export", "codebook", project, tmp_path / "book")
    assert refused.status == 1 and ".sav, .yaml, .yml or .qdc" in refused.err
    assert not list(tmp_path.iterdir())


def test_an_export_says_where_its_data_dictionary_is_and_counts_themes_as_themes(project: Path, tmp_path: Path) -> None:
    done = ok(coder("export", "responses", project, tmp_path / "r.sav"))
    assert "r.sav: 66 rows; " in done.out and str(tmp_path / "r.dictionary.csv") in done.out
    done = ok(coder("export", "matrix", project, tmp_path / "m.csv", "--json")).json
    assert done["dictionary"] == str(tmp_path / "m.dictionary.csv")
    assert "13 themes." in ok(coder("export", "codebook", project, tmp_path / "b.yaml")).out


def test_what_one_document_is_and_a_program_are_said_of_what_knows_them(project: Path, tmp_path: Path) -> None:
    refused = coder("export", "tally", project, tmp_path / "t.csv", "--per", "response")
    assert refused.status == 2 and "--per" in refused.err and "--for" not in refused.err.splitlines()[-1]
    refused = coder("export", "tally", project, tmp_path / "t.csv", "--for", "nvivo")
    assert refused.status == 2 and "project, annotations, codebook" in refused.err


def test_annotations_need_a_program_and_are_for_those_that_label(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    assert coder("export", "annotations", project, path).status == 2
    assert coder("export", "annotations", project, path, "--for", "nvivo").status == 2
    assert coder("export", "matrix", project, tmp_path / "m.csv", "--for", "spacy").status == 2
    ok(coder("export", "annotations", project, path, "--for", "doccano"))
    assert all(json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("options", [(), ("--per", "participant"), ("--for", "nvivo"), ("--for", "qualcoder")])
def test_a_project_that_went_out_comes_back_with_the_same_tally(
    project: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = exported(project, "project", tmp_path / "out.qdpx", *options)
    back = tmp_path / "back.coder"
    ok(coder("import", "project", path, back, "--coder", "Bea"))
    assert ok(coder("tally", back, "--json")).json == ok(coder("tally", project, "--json")).json
    for kind in ("codings", "responses", "matrix"):
        one, two = (exported(p, kind, tmp_path / f"{kind}{p.stem}.csv", "--raw") for p in (project, back))
        assert one.read_text(encoding="utf-8") == two.read_text(encoding="utf-8")


def test_codings_that_are_there_already_are_not_taken_twice(project: Path, tmp_path: Path) -> None:
    path = exported(project, "project", tmp_path / "out.qdpx")
    again = ok(coder("import", "project", path, project, "--json")).json
    assert (again["changed"], again["counts"]["codings"]) == (False, 0)


def test_a_project_of_another_survey_is_refused_and_nothing_changes(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.coder"
    file = tmp_path / "s.csv"
    file.write_text("participant_id,question,text\nP01,Why?,Because\n", encoding="utf-8")
    ok(coder("import", "survey", file, other))
    before = other.read_bytes()
    ran = coder("import", "project", exported(project, "project", tmp_path / "out.qdpx"), other)
    assert ran.status == 1
    assert "is of another survey" in ran.err
    assert other.read_bytes() == before


def test_what_is_no_project_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.qdpx"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert coder("import", "project", path, tmp_path / "new.coder").status == 1
    assert not (tmp_path / "new.coder").exists()


def test_a_codebook_goes_out_and_in_as_qdc(project: Path, tmp_path: Path) -> None:
    path = exported(project, "codebook", tmp_path / "book.qdc")
    again = ok(coder("import", "codebook", path, project, "--json")).json
    assert again["counts"] == {"themes": 0, "changed": 0}


def test_with_pseudonyms_no_id_of_the_survey_leaves(tmp_path: Path) -> None:
    project = tmp_path / "p.coder"
    ok(coder("import", "survey", survey(tmp_path, [("jane@x.org", "Why?", "kind"), ("joe", "Why?", "late")]), project))
    path = exported(project, "project", tmp_path / "out.qdpx", "--pseudonyms")
    with zipfile.ZipFile(path) as packed:
        inside = b"".join(packed.read(name) for name in packed.namelist())
    assert b"P01" in inside
    assert b"jane" not in inside and b"joe" not in inside


def test_colours_that_another_program_made_its_own_do_not_change_the_projects(project: Path, tmp_path: Path) -> None:
    path = exported(project, "project", tmp_path / "out.qdpx")
    repainted = tmp_path / "in.qdpx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(repainted, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'color="#[0-9A-Fa-f]{6}"', b'color="#123456"', old.read(name)))
    ok(coder("export", "codebook", project, tmp_path / "before.yaml"))
    assert ok(coder("import", "project", repainted, project, "--json")).json["counts"]["changed"] == 0
    ok(coder("export", "codebook", project, tmp_path / "after.yaml"))
    assert (tmp_path / "after.yaml").read_bytes() == (tmp_path / "before.yaml").read_bytes()
