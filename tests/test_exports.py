"""Files out: for others to read, and to count from again."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from coder.domain.coding import MASK, Span
from coder.formats.codings import matrix_heads
from coder.imports import SurveyRequest, import_codings, import_survey
from coder.session import open_session
from tests.cli.commands import coder, ok, rows_of, table
from tests.gold.studies import replication
from tests.projects import QUESTION, small_project
from tests.test_disclosure import known
from tests.test_quoting import GOOD, coded, response_of

DOCS = Path(__file__).resolve().parents[1] / "docs" / "exports.md"


def recounted(project: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tally and the bases as the recipe in the documentation makes them, from two files and with pandas alone."""
    for kind in ("codings", "responses"):
        ok(coder("export", kind, project, folder / f"{kind}.csv", "--raw"))
    (recipe,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert "coder" not in re.findall(r"import (\w+)", recipe)
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(recipe, str(DOCS), "exec"), names)
    return names["tally"], names["chains"]


def of_question(frame: pd.DataFrame, asked: dict[str, Any]) -> list[dict[str, Any]]:
    frame = frame[frame["question"] == asked["question"]]
    frame = frame[frame["wave"] == (asked["wave"] or "")] if "wave" in frame else frame
    return frame.to_dict("records")


def compare(project: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Compare every number of `coder tally --json` with the recipe's; how many there are."""
    folder.mkdir(exist_ok=True)
    tally, chains = recounted(project, folder, monkeypatch)
    compared = 0
    for asked in ok(coder("tally", project, "--json")).json["questions"]:
        (chain,) = of_question(chains, asked)
        for step in ("asked", "answered", "reviewed", "with_theme"):
            assert chain[step] == asked["base"][step]
        rows = {row["path"]: row for row in of_question(tally, asked)}
        for theme in asked["themes"]:
            row = rows.pop(" > ".join(theme["path"]), None)
            if row is None:
                assert theme["participants"] == theme["assignments"] == 0
                continue
            assert {k: row[k] for k in ("participants", "assignments", "base")} == {
                k: theme[k] for k in ("participants", "assignments", "base")
            }
            compared += 1
        assert not rows
    return compared


def test_every_count_of_the_sample_comes_out_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compare(small_project(tmp_path / "sample.coder"), tmp_path / "out", monkeypatch) == 13


def test_every_count_of_a_tangled_project_comes_out_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waves, parts, placeholders, several coders, themes that came late and went, nested, unreviewed answers."""
    asked = "What was good?"
    rows = [
        (f"p{i}", asked, wave, "n/a" if i == 7 else "" if i == 8 else f"answer {i} {part} of {wave}, and so on")
        for i in range(10)
        for wave in ("start", "end")
        for part in range(2 if i == 3 else 1)
    ]
    path = tmp_path / "tangled.coder"
    file = table(tmp_path / "s.csv", ("participant_id", "question", "wave", "text"), *rows)
    import_survey(file, path, SurveyRequest(), coder_name="Ana")
    ana = open_session(path, "Ana")
    outer = ana.create_theme("Outer").theme_id
    first = ana.create_theme("First", parent_id=outer).theme_id
    for number, response in enumerate(ana.queue()):
        if number % 3 == 0:
            ana.assign(response, first, Span(0, 6))
            ana.assign(response, first, Span(2, 8))
        if number % 5 == 0:
            ana.assign(response, outer)
        if number % 7:
            ana.review(response)
    late = ana.create_theme("Late", parent_id=outer).theme_id
    gone = ana.create_theme("Gone").theme_id
    ben = open_session(path, "Ben")
    for number, response in enumerate(ben.queue()):
        if number % 4 == 0:
            ben.assign(response, late)
            ben.assign(response, gone)
        if number % 2 == 0:
            ben.assign(response, first, Span(0, 6))
            ben.review(response)
    ben.archive_theme(gone)
    placeholders = table(
        tmp_path / "c.csv", ("participant_id", "question", "wave", "theme"), ("p7", asked, "start", "First")
    )
    import_codings(placeholders, path, coder_name="Ana")
    changed = [(who, q, wave, f"{text} changed" if who == "p6" else text) for who, q, wave, text in rows]
    import_survey(
        table(tmp_path / "s2.csv", ("participant_id", "question", "wave", "text"), *changed),
        path,
        SurveyRequest(),
        coder_name="Ana",
    )
    counted = ok(coder("tally", path, "--json")).json
    bases = {t["theme"]: (t["base"], t["participants"]) for t in counted["questions"][0]["themes"]}
    assert bases["Late"][0] < counted["questions"][0]["base"]["reviewed"] and bases["Late"][1] > 0
    assert compare(path, tmp_path / "out", monkeypatch) == 6


def test_every_count_of_a_published_study_comes_out_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compare(replication(tmp_path), tmp_path / "out", monkeypatch) > 129


def test_a_theme_that_came_late_is_unknown_to_those_read_before(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD, "b": GOOD, "c": "n/a"}, {"One": {"a": ""}})
    session.create_theme("Late")
    other = open_session(session.project.path, "Ben")
    other.review(response_of(session, "b"))
    ok(coder("export", "responses", session.project.path, tmp_path / "out.csv"))
    assert [
        (r["participant_id"], r["status"], r["reviewed_by"], r["unknown_themes"]) for r in rows_of(tmp_path / "out.csv")
    ] == [
        ("a", "answered", "Ana", '["Late"]'),
        ("b", "answered", "Ana; Ben", ""),
        ("c", "placeholder", "", ""),
    ]


@pytest.mark.parametrize("kind", ["codings", "quotes", "responses"])
def test_files_for_others_have_pseudonyms_and_attributes(tmp_path: Path, kind: str) -> None:
    texts = {"maria": GOOD, "bo": GOOD, "al": GOOD}
    session = coded(tmp_path, texts, {"Mentors": {"maria": "mentors", "al": "", "bo": ""}})
    known(session, tmp_path, {"maria": ("North", "nurse"), "al": ("South", "")})
    start = GOOD.index("mentors")
    session.mask(response_of(session, "maria"), Span(start, start + 4))
    out = tmp_path / "out.csv"
    ran = ok(coder("export", kind, session.project.path, out, "--pseudonyms", "--attributes", "role,site"))
    rows = rows_of(out)
    assert [(r["participant_id"], r["site"], r["role"]) for r in rows] == [
        ("P01", "North", "nurse"),
        ("P02", "", ""),
        ("P03", "South", ""),
    ]
    assert MASK * 4 in "".join(rows[0].values()) and "mentors" not in "".join(rows[0].values())
    assert "2 of 3" in ran.err and "role nurse, site North: 1 participant; shown with P01" in ran.err
    plain = tmp_path / "plain.csv"
    assert ok(coder("export", kind, session.project.path, plain)).err == ""
    assert [r["participant_id"] for r in rows_of(plain)] == ["maria", "bo", "al"]
    found = ok(coder("export", kind, session.project.path, plain, "--pseudonyms", "--json")).json
    assert found["risks"] == found["notices"] == [] and found["rows"] == 3


def test_the_matrix_has_pseudonyms_too(tmp_path: Path) -> None:
    session = coded(tmp_path, {"maria": GOOD, "bo": GOOD}, {"Mentors": {"maria": ""}})
    ok(coder("export", "matrix", session.project.path, tmp_path / "out.csv", "--pseudonyms"))
    assert rows_of(tmp_path / "out.csv") == [
        {"participant_id": "P01", "Mentors": "1"},
        {"participant_id": "P02", "Mentors": "0"},
    ]


def test_an_attribute_called_like_a_column_has_a_column_of_its_own(tmp_path: Path) -> None:
    session = coded(tmp_path, {"P1": GOOD}, {"Mentors": {"P1": ""}})
    file = table(tmp_path / "a.csv", ("participant_id", "theme"), ("P1", "=dark"))
    ok(coder("import", "attributes", file, session.project.path))
    ok(coder("export", "codings", session.project.path, tmp_path / "out.csv", "--attributes", "theme"))
    (row,) = rows_of(tmp_path / "out.csv")
    assert (row["theme"], row["attribute theme"]) == ("Mentors", "'=dark")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".sav"])
def test_an_attribute_is_text_whatever_our_own_column_of_that_name_is(tmp_path: Path, suffix: str) -> None:
    session = coded(tmp_path, {"P1": GOOD}, {"Mentors": {"P1": ""}})
    file = table(tmp_path / "a.csv", ("participant_id", "base", "start"), ("P1", "North", "in May"))
    ok(coder("import", "attributes", file, session.project.path))
    ok(coder("export", "codings", session.project.path, tmp_path / f"out{suffix}", "--attributes", "base,start"))
    assert [(row["column"], row["type"], row["label"]) for row in rows_of(tmp_path / "out.dictionary.csv")[-2:]] == [
        ("base", "text", "Attribute: base"),
        ("attribute start", "text", "Attribute: start"),
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".sav"])
def test_a_theme_called_like_a_column_of_ours_has_a_column_of_its_own(tmp_path: Path, suffix: str) -> None:
    session = coded(tmp_path, {"P1": GOOD, "P2": GOOD}, {"participant_id": {"P1": ""}, "Theme": {"P2": ""}})
    out = tmp_path / f"out{suffix}"
    ok(coder("export", "matrix", session.project.path, out))
    about = rows_of(tmp_path / "out.dictionary.csv")
    assert [(row["column"], row["type"]) for row in about] == [
        ("participant_id", "text"),
        (f"{QUESTION}: participant_id", "indicator"),
        (f"{QUESTION}: Theme", "indicator"),
    ]
    if suffix in (".csv", ".xlsx"):
        again = ok(coder("import", "codings", out, session.project.path, "--coder", "Ana", "--json")).json
        assert (again["changed"], again["counts"]["codings"]) == (False, 0)


def test_questions_and_themes_that_are_spelt_alike_together_have_two_columns() -> None:
    heads = matrix_heads([("A", "", ("B: C",)), ("A: B", "", ("C",)), ("A (x)", "", ("D",)), ("A", "x", ("D",))])
    assert heads == ["A: B: C", "A: B: C (2)", "A (x): D", "A (x): D (2)"]


def test_rare_people_are_found_among_more_rows_than_are_looked_up_at_once(tmp_path: Path) -> None:
    people = {f"x{i}": GOOD for i in range(700)}
    session = coded(tmp_path, people, {"Mentors": {}})
    known(session, tmp_path, {who: ("North" if i else "South", "nurse") for i, who in enumerate(people)})
    ran = ok(coder("export", "responses", session.project.path, tmp_path / "o.csv", "--attributes", "site"))
    assert "Note: 1 of 700 responses show attributes" in ran.err and "site South: 1 participant" in ran.err


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("tally", ["--pseudonyms"]),
        ("memos", ["--pseudonyms"]),
        ("matrix", ["--attributes", "site"]),
        ("codebook", ["--attributes", "x"]),
    ],
)
def test_a_kind_without_such_columns_is_wrong_usage(tmp_path: Path, kind: str, options: list[str]) -> None:
    session = coded(tmp_path, {"P1": GOOD}, {"Mentors": {"P1": ""}})
    ran = coder("export", kind, session.project.path, tmp_path / "out.csv", *options)
    assert ran.status == 2 and f"there are no such columns in {kind}" in ran.err
    assert not (tmp_path / "out.csv").exists()


def test_an_attribute_that_nobody_has_writes_no_file(tmp_path: Path) -> None:
    session = coded(tmp_path, {"P1": GOOD}, {"Mentors": {"P1": ""}})
    ran = coder("export", "codings", session.project.path, tmp_path / "out.csv", "--attributes", "site")
    assert ran.status == 1 and "no attribute 'site'" in ran.err and not (tmp_path / "out.csv").exists()
