"""The published tallies of a real study come out: sub-themes as printed, categories as distinct participants."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from coder.cli.main import cli
from tests.gold.studies import published, replication


def coder(*args: object) -> Any:
    """Run a command and return its JSON."""
    result = CliRunner().invoke(cli, [*map(str, args), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def check_against_the_published_tallies(tally: Any) -> None:
    questions = {q["question"].lstrip("[").split("]")[0]: q for q in tally["questions"]}
    seen = 0
    for code, level, name, count, distinct, assignments in published():
        question = questions[code]
        if level not in ("category", "subcategory"):
            assert question["base"]["reviewed"] == question["base"]["answered"] == count
            continue
        depth = 1 if level == "category" else 2
        (theme,) = [t for t in question["themes"] if t["theme"] == name and len(t["path"]) == depth]
        assert theme["participants"] == (count if level == "subcategory" else distinct), (code, name)
        assert theme["assignments"] == assignments
        assert theme["base"] == question["base"]["reviewed"]
        seen += 1
    assert seen == 129


def test_from_the_raw_survey_its_codebook_and_codings(shared: Path, tmp_path: Path) -> None:
    data, project = shared / "data" / "replication3r_survey", tmp_path / "study.coder"
    survey = coder("import", "survey", data / "raw" / "Survey-responses.xlsx", project)
    open_questions = {c["key"].split("]")[0].strip("[") for c in survey["columns"] if c["role"] == "open"}
    assert {"Q20", "Q22", "Q26", "Q28", "Q30"} <= open_questions
    assert survey["counts"]["participants"] == 101
    coder("import", "codebook", data / "codebook.csv", project)
    assert coder("import", "codings", data / "codes.csv", project, "--coder", "authors")["counts"]["codings"] == 524
    check_against_the_published_tallies(coder("tally", project))


def test_from_the_same_ids_themes_and_counts_with_texts_of_our_own(tmp_path: Path) -> None:
    check_against_the_published_tallies(coder("tally", replication(tmp_path)))


@pytest.mark.parametrize(("placeholders", "answered"), [((), 7384), (("--placeholder", "Did not answer"), 6195)])
def test_patient_answers_import_whole_and_a_declared_placeholder_leaves_the_base(
    shared: Path, tmp_path: Path, placeholders: tuple[str, ...], answered: int
) -> None:
    survey = shared / "data" / "nhs_fft" / "responses.csv"
    counts = coder("import", "survey", survey, tmp_path / "nhs.coder", *placeholders)["counts"]
    assert (counts["responses"], counts["participants"], counts["answered"]) == (7394, 4390, answered)


def test_a_placeholder_can_be_declared_after_the_coding(shared: Path, tmp_path: Path) -> None:
    data, project = shared / "data" / "nhs_fft", tmp_path / "nhs.coder"
    coder("import", "survey", data / "responses.csv", project)
    coder("import", "codings", data / "codes.csv", project, "--create-themes", "--coder", "trusts")

    def base_and_label() -> tuple[int, int]:
        tally = coder("tally", project, "--question", "FFT Why?")["questions"][0]
        (label,) = [t for t in tally["themes"] if t["theme"] == "Labelling not possible"]
        return tally["base"]["answered"], label["participants"]

    before = base_and_label()
    coder("import", "survey", data / "responses.csv", project, "--placeholder", "Did not answer")
    after = base_and_label()
    assert before[0] - after[0] == before[1] - after[1] > 500
