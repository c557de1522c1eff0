"""coder ratings and coder choices, as a person or a script runs them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_survey
from tests.cli.commands import coder
from tests.projects import project_of, small_project

SURE = "How confident are you that this is the right field for you?"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("ratings") / "s.coder")


def table(text: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(text))


def test_a_rating_is_shown_as_a_distribution_with_its_mean(project: Path) -> None:
    out = coder("ratings", project, "--question", "How much did you enjoy").out
    lines = out.splitlines()
    assert lines[0] == "How much did you enjoy the programme overall?"
    assert lines[1] == "rated by 32 of 33 participants; ends of the scale not stated: 6 to 10 were given"
    assert [line.split()[:2] for line in lines[3:8]] == [["6", "1"], ["7", "2"], ["8", "3"], ["9", "13"], ["10", "13"]]
    assert lines[6].endswith("◂ mean 9.09")
    assert "mean 9.09 [8." in lines[9]
    assert "bootstrap (10,000 draws of the participants, seed 1)" in out


def test_a_change_is_shown_with_both_bases(project: Path) -> None:
    out = coder("ratings", project, "--question", SURE).out
    assert "rated in both: 28; start alone 3, end alone 2" in out
    assert "all who rated  7.74 (n 31)  8.23 (n 30)" in out
    assert "those in both  7.75 (n 28)  8.36 (n 28)  +0.61 [+0." in out
    assert [line.split()[:2] for line in out.splitlines() if "improved  " in line] == [["improved", "18"]]
    assert "Improved: a higher rating in end than in start." in out
    assert "Improved: a lower rating" in coder("ratings", project, "--question", SURE, "--low-is-good").out


def test_a_question_of_two_waves_is_named_once_among_those_there_are(project: Path) -> None:
    ran = coder("ratings", project, "--question", "Q99")
    assert ran.status == 1 and ran.err.count("How confident are you that this is the right") == 1


def test_the_same_command_gives_the_same_figures_and_says_its_seed(project: Path) -> None:
    first = coder("ratings", project, "--json").json
    assert coder("ratings", project, "--json").json == first
    other = coder("ratings", project, "--json", "--seed", 9).json
    assert other["interval"]["seed"] == 9
    assert [r["mean"] for r in other["ratings"]] == [r["mean"] for r in first["ratings"]]


def test_a_rating_beside_themes_as_text_json_and_csv(project: Path) -> None:
    args = ("ratings", project, "--question", "How much did", "--beside", "What was the most")
    out = coder(*args).out
    assert "rated 32 → answered 30 → reviewed 21" in out
    assert "10.00 (4)  8.94 (17)  +1.06 (all with it rated the same)" in out
    assert "95 % Welch intervals" in out
    assert "Welch" not in coder(*args, "--census").out
    (beside,) = coder(*args, "--json").json["beside"]
    (row,) = (t for t in beside["themes"] if t["theme"] == "Capstone project")
    assert (row["with"]["n"], row["low"], row["reason"]) == (4, None, "all with it rated the same")
    lines = list(table(coder(*args, "--csv").out))
    assert len(lines) == len(beside["themes"])
    assert {line["question"] for line in lines} == {"What was the most valuable thing you gained from the programme?"}
    assert len(coder("ratings", project, "--beside", "all", "--json").json["beside"]) == 8


@pytest.mark.parametrize(("name", "rows"), [("summary", 4), ("distribution", 6 + 6 + 5 + 4), ("change", 1)])
def test_each_table_is_there_as_csv(project: Path, name: str, rows: int) -> None:
    assert len(list(table(coder("ratings", project, "--csv", "--table", name).out))) == rows


def test_groups_stand_in_rows(project: Path) -> None:
    out = coder("ratings", project, "--question", "How much did", "--by", "site").out
    assert [line.split()[:3] for line in out.splitlines() if "Bristol" in line] == [["Bristol", "18", "9.11"]]
    assert [g["value"] for g in coder("ratings", project, "--by", "site", "--json").json["ratings"][0]["groups"]] == [
        "Bristol",
        "Utrecht",
    ]


def test_an_attribute_of_numbers_is_a_rating_within_the_scale_that_is_given(project: Path) -> None:
    out = coder("ratings", project, "--attribute", "years_experience", "--scale", "0-10").out
    assert "scale 0 to 10, as asked" in out
    assert "Left out: ‘12’ of 1 participants, outside the scale." in out
    refused = coder("ratings", project, "--attribute", "site")
    assert refused.status == 1
    assert "No value of the attribute 'site' is a number" in refused.err


@pytest.mark.parametrize(
    "args",
    [
        ("--json", "--csv"),
        ("--question", "x", "--attribute", "y"),
        ("--beside", "all", "--by", "site"),
        ("--coder", "Ana"),
        ("--scale", "high"),
        ("--scale", "7-1"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(project: Path, args: tuple[str, ...]) -> None:
    assert coder("ratings", project, *args).status == 2


def test_few_people_and_no_rating_are_told(tmp_path: Path) -> None:
    path = project_of(tmp_path, {"P1": "a", "P2": "b"})
    for command in ("ratings", "choices"):
        ran = coder(command, path)
        assert (ran.status, ran.out) == (0, "")
        assert "The project has no" in ran.err
    assert coder("choices", path, "--json").json["questions"] == []
    source = tmp_path / "few.csv"
    source.write_text("id,Fun,Why?\nA,3,x\nB,5,y\n")
    options = PlanOptions(id="id", open=["Why?"], rating=["Fun"])
    import_survey(source, tmp_path / "few.coder", SurveyRequest(options), coder_name="Ana")
    assert "fewer than 10 people are too narrow" in coder("ratings", tmp_path / "few.coder").out


def test_choices_as_text_json_and_csv(project: Path) -> None:
    out = coder("choices", project, "--question", "Which parts").out
    assert "answered by 31 of 33 participants; percent of those who answered, 95 % Wilson interval" in out
    assert "28 chose several, 3.4 options each on average: they add up to more than 100 %." in out
    lines = [line.split("  ")[1] for line in out.splitlines() if " of 31" in line]
    assert lines == [
        "Lectures",
        "Pair programming",
        "Teaching assistants",
        "Reading group",
        "Capstone week",
        "Evening talks",
    ]
    assert "Wilson" not in coder("choices", project, "--census").out
    assert len(list(table(coder("choices", project, "--csv").out))) == 5 + 6
    assert len(coder("choices", project, "--json").json["questions"]) == 2
    assert "8 of 18  44 %" in coder("choices", project, "--by", "site").out
    assert coder("choices", project, "--json", "--csv").status == 2


def test_what_single_people_wrote_is_folded_and_hostile_texts_are_inert(tmp_path: Path) -> None:
    source, path = tmp_path / "s.csv", tmp_path / "p.coder"
    with source.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "How?", "Way [Bus]", "Way [Other]", "Why?"])
        out.writerows(
            (i, "by \x1b[31mbus" if i < 3 else f"way {i}", "Yes", "" if i else "a \x1b[2J boat", "x") for i in range(9)
        )
    options = PlanOptions(id="id", open=["Why?"], choice=["How?"], multi=["Way [Bus]", "Way [Other]"])
    import_survey(source, path, SurveyRequest(options), coder_name="Ana")
    short, whole = coder("choices", path).out, coder("choices", path, "--all").out
    assert "And 6 answers that one person alone gave: --all shows them." in short
    assert "1 wrote something beside an option: --all shows it." in short
    assert "way 5" not in short
    assert "way 5" in whole
    assert "Other: ‘a ␛[2J boat’" in whole
    assert "\x1b" not in short + whole
    assert "by ␛[31mbus" in short


def test_a_narrow_terminal_has_no_line_that_is_too_long(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coder.cli.output.width", lambda: 80)
    monkeypatch.setattr("coder.cli.choices.width", lambda: 80)
    for args in (("ratings",), ("ratings", "--beside", "all"), ("choices",), ("choices", "--by", "site")):
        out = coder(args[0], project, *args[1:]).out
        titles = ("How ", "What ", "Which ", "  beside ")
        assert max(len(line) for line in out.splitlines() if not line.startswith(titles)) <= 80
