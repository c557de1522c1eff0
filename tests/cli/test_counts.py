"""The commands that count: what they print, in every form and width, and the page that says what it means."""

import csv
import io
import re
import shlex
import sys
from pathlib import Path

import pexpect
import pytest
from rich.cells import cell_len

from coder.session import open_session
from tests.analysis.surveys import QUESTION, by_site, coded_survey, two_waves
from tests.cli.commands import Ran, coder, ok, survey
from tests.conftest import ROOT
from tests.projects import small_project, theme_id

HOSTILE = "[bold]Mentors[/] \x1b[31m=HYPERLINK(1) \u202eabc"
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")
COMMANDS = ("crosstab", "compare", "together", "saturation")
CLOSED = ("ratings", "choices")  # what they count are no themes


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("sample") / "training_programme.coder")


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_waves(tmp_path_factory.mktemp("waves"))


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return by_site(tmp_path_factory.mktemp("sites"))


def arguments(command: str, project: Path, *more: str) -> list[object]:
    return [command, project, *(["site"] if command == "crosstab" else []), *more]


# --- the page --------------------------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "counts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ coder ([^\n]+)\n(.*?)\n```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("command", "printed"), EXAMPLES, ids=[command.split()[0] for command, _ in EXAMPLES])
def test_the_page_shows_what_the_commands_print(sample: Path, waves: Path, command: str, printed: str) -> None:
    projects = {"demo/training_programme": str(sample), "mine": str(waves)}
    ran = ok(coder(*(projects.get(word, word) for word in shlex.split(command))))
    assert ran.out.rstrip() == printed


def test_the_page_has_an_example_of_every_command() -> None:
    assert {command.split()[0] for command, _ in EXAMPLES} == {"tally", *COMMANDS, *CLOSED}


def keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("command", ["tally", *COMMANDS])
def test_the_page_names_every_key_of_the_json(sites: Path, waves: Path, command: str) -> None:
    ran = ok(coder(*arguments(command, waves if command == "compare" else sites, "--json")))
    section = PAGE.split(f"## `coder {command}`")[1].split("\n## ")[0]
    tally = PAGE.split("## `coder tally`")[1].split("\n## ")[0]  # what it says of bases holds for all
    assert {key for key in keys(ran.json) if f"`{key}`" not in section + tally} == set()


@pytest.mark.parametrize(
    "command", [("ratings",), ("ratings", "--by", "site"), ("ratings", "--beside", "all"), ("choices", "--by", "site")]
)
def test_the_page_names_every_key_of_what_closed_questions_give(sample: Path, command: tuple[str, ...]) -> None:
    ran = ok(coder(command[0], sample, *command[1:], "--json"))
    section = PAGE.split(f"## `coder {command[0]}`")[1].split("\n## ")[0]
    assert {key for key in keys(ran.json) if f"`{key}`" not in section} == set()


# --- what is printed -------------------------------------------------------------------------------------


def test_a_crosstab_has_columns_differences_and_p_values(sites: Path) -> None:
    out = ok(coder("crosstab", sites, "site", "--test")).out
    (kind,) = [line for line in out.splitlines() if line.startswith("  Kind")]
    assert kind.split()[1:8] == ["12", "of", "20", "60", "%", "+31", "[+2"]
    assert "by site" in out and "− all others" in out and "(not known)" in out
    assert "adjusted after Holm for the 4 tests" in out and "a base is below 10: 2 differences" in out


def test_without_test_there_is_no_p_value_and_with_census_no_interval(sites: Path) -> None:
    assert "p:" not in ok(coder("crosstab", sites, "site")).out
    out = ok(coder("crosstab", sites, "site", "--census")).out
    assert "[" not in out and "Newcombe" not in out and "+31" in out


def test_a_census_has_no_intervals_in_the_tally_either(sites: Path) -> None:
    ran = ok(coder("tally", sites, "--census"))
    assert "[" not in ran.out and "Wilson" not in ran.out
    kind = ok(coder("tally", sites, "--census", "--json")).json["questions"][0]["themes"][0]
    assert (kind["participants"], kind["low"], kind["high"]) == (25, None, None) and kind["percent"] == 50
    assert ok(coder("tally", sites, "--json")).json["questions"][0]["themes"][0]["low"] == pytest.approx(
        36.64, abs=0.01
    )


def test_a_comparison_says_who_moved(waves: Path) -> None:
    out = ok(coder("compare", waves)).out
    (kind,) = [line for line in out.splitlines() if line.startswith("  Kind")]
    assert kind.split() == [
        "Kind",
        "33",
        "27",
        "%",
        "48",
        "%",
        "9",
        "2",
        "7",
        "15",
        "+21",
        "[+2",
        "to",
        "+38]",
        "0.039",
    ]
    assert "2 in start alone, 1 in end alone" in out


def test_together_lists_the_closest_pairs_and_says_how_many_more_there_are(sample: Path) -> None:
    out = ok(coder("together", sample, "--question", "What was particularly", "--most", "2")).out
    assert "People + Support" in out and "12 more pairs: --most 14 shows them all." in out
    most = ok(coder("together", sample, "--question", "What was particularly", "--sort", "participants", "--most", "1"))
    assert "People + Support" in most.out


def test_saturation_draws_a_curve_and_says_what_it_is(sample: Path) -> None:
    out = ok(coder("saturation", sample, "--question", "What was particularly")).out
    assert "●" in out and "Saturated after 6 responses" in out and "adaptation for short answers" in out
    assert "All reviews came from a file" in out
    strict = ok(coder("saturation", sample, "--base-size", "15", "--run", "9")).out
    assert "Not saturated: fewer texts than the base and one run." in strict
    still = ok(coder("saturation", sample, "--base-size", "1", "--run", "18")).out
    assert re.search(r"Not saturated: .*: \d+ new themes? beside \d+ \(at most 5 %\)\.", still)


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out)))


def test_csv_has_the_numbers_of_the_json(sites: Path, waves: Path) -> None:
    counted = rows(ok(coder("crosstab", sites, "site", "--test", "--csv")))
    groups = ok(coder("crosstab", sites, "site", "--test", "--json")).json["questions"][0]["groups"]
    assert float(counted[0]["points"]) == pytest.approx(groups[0]["themes"][0]["difference"]["points"])
    assert counted[-1]["against"] == "" and counted[4]["reason"] == "not tested: a base below 10"
    moved = rows(ok(coder("compare", waves, "--csv")))
    assert (moved[0]["gained"], moved[0]["lost"]) == ("9", "2") and float(moved[0]["exact_p"]) == pytest.approx(
        0.0654, abs=1e-4
    )
    assert len(rows(ok(coder("together", sites, "--csv")))) == 1
    assert [row["themes"] for row in rows(ok(coder("saturation", sites, "--csv")))] == ["2", "2"]


# --- whatever the project --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_both_forms_at_once_are_wrong_usage(sites: Path, command: str) -> None:
    ran = coder(*arguments(command, sites, "--json", "--csv"))
    assert ran.status == 2 and "--json or --csv" in ran.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_question_that_is_not_there_is_named_with_those_that_are(sites: Path, command: str) -> None:
    ran = coder(*arguments(command, sites, "--question", "Why?"))
    assert ran.status == 1 and "There is no question 'Why?'" in ran.err and QUESTION in ran.err


def test_an_attribute_that_is_not_there_is_named_with_those_that_are(sites: Path) -> None:
    ran = coder("crosstab", sites, "Town")
    assert ran.status == 1 and "no attribute 'Town'" in ran.err and "- Role" in ran.err


def test_tests_of_a_census_are_wrong_usage(sites: Path) -> None:
    assert coder("crosstab", sites, "site", "--test", "--census").status == 2
    assert coder("tally", sites, "--estimate", "--census").status == 2


def test_one_wave_alone_has_nothing_to_compare(sites: Path) -> None:
    ran = ok(coder("compare", sites))
    assert ran.out == "" and "one wave alone" in ran.err and "coder ratings PROJECT" in ran.err
    assert ok(coder("compare", sites, "--json")).json == {"coders": [], "changes": []}


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_a_survey_that_nobody_coded_is_no_error(tmp_path: Path, command: str) -> None:
    ok(coder("import", "survey", survey(tmp_path, [("P1", QUESTION, "words"), ("P2", QUESTION, "")]), tmp_path / "p"))
    ok(coder(command, tmp_path / "p"))
    ok(coder(command, tmp_path / "p", "--json"))
    ok(coder(command, tmp_path / "p", "--csv"))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("columns", [80, 160])
def test_nothing_in_names_acts_and_lines_fit_the_terminal(tmp_path: Path, command: str, columns: int) -> None:
    header = ("participant_id", "question", "wave", "text", "site")
    rows = [(f"P{i}", QUESTION, w, f"words {i}", HOSTILE if i % 2 else "South") for i in range(6) for w in ("a", "b")]
    codes = [(f"P{i}", "a", "Kind") for i in range(3)] + [("P4", "b", "Calm"), ("P1", "a", "Calm")]
    path = coded_survey(tmp_path, header, rows, codes, [(f"P{i}", w) for i in range(6) for w in ("a", "b")])
    session = open_session(path, "Ana")
    session.edit_theme(theme_id(session, "Kind"), name=HOSTILE)
    session.project.close()
    program = ["-m", "coder", *map(str, arguments(command, path))]
    child = pexpect.spawn(sys.executable, program, dimensions=(300, columns), encoding="utf-8", timeout=60, cwd=ROOT)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    out = child.before.replace("\r\n", "\n")
    assert "[bold]Mentors[/]" in out and not ACTING.search(out)
    assert max(map(cell_len, out.splitlines())) <= columns
