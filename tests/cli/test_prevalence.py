"""coder tally --estimate: what it prints, what it answers, and that it counts nothing."""

import csv
import re
from pathlib import Path

import pytest

from coder.domain.queue import Queue
from coder.session import open_session
from tests.cli.commands import coder, ok, survey
from tests.projects import seed_queue, small_project

GOOD, BAD = "What was good?", "What was bad?"
BYTES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")
HOSTILE = "[bold]Mentors[/] \x1b[31m=HYPERLINK(1)"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty participants; for the first question forty were coded at random, for the second nobody."""
    folder = tmp_path_factory.mktemp("estimate")
    texts = {f"P{i}": "a kind mentor" if i % 4 == 0 else f"a quiet desk {i}" for i in range(80)}
    rows = [(who, question, text) for who, text in texts.items() for question in (GOOD, BAD)]
    ok(coder("import", "survey", survey(folder, rows), folder / "p.coder"))
    session = open_session(folder / "p.coder", "Ana")
    seed_queue(session, 1)
    theme = session.create_theme(HOSTILE).theme_id
    assert theme is not None
    for response_id in session.queue(session.questions[0].id, order=Queue.RANDOM)[:40]:
        if "mentor" in session.view(response_id).response.text:
            session.assign(response_id, theme)
        session.review(response_id, Queue.RANDOM)
    session.project.close()
    return folder / "p.coder"


def test_the_table_has_the_estimate_beside_the_sample_alone_and_says_what_it_is(project: Path) -> None:
    out = ok(coder("tally", project, "--estimate")).out
    assert "answered 80 → coded at random 40; percent of those who answered, 95 % interval" in out
    row = next(line for line in out.splitlines() if "Mentors" in line)
    assert re.search(r" \d+ %  \[\d+–\d+\]  +\d+ of 40  +\d+ %  \[\d+–\d+\]  \d+\.\d ×$", row), row
    assert "Estimates, not counts" in out and "into the tally suggestions never enter" in out
    assert f"{BAD}\n  Not estimated: nobody has been reviewed at random.\n" in out


def test_names_from_outside_stay_inert_in_table_json_and_csv(project: Path) -> None:
    for option in ((), ("--json",), ("--csv",)):
        assert not BYTES.search(ok(coder("tally", project, "--estimate", *option)).out)
    assert "[bold]Mentors[/]" in ok(coder("tally", project, "--estimate")).out


def test_the_json_has_percentages_from_0_to_100_and_a_reason_where_there_are_none(project: Path) -> None:
    first, second = ok(coder("tally", project, "--estimate", "--json")).json["questions"]
    assert (first["answered"], first["coded"], first["reason"]) == (80, 40, None)
    (theme,) = first["themes"]
    assert 0 <= theme["low"] <= theme["percent"] <= theme["high"] <= 100
    assert theme["low"] <= 25 <= theme["high"], "a quarter speak of mentors"
    assert theme["sample_percent"] == pytest.approx(100 * theme["participants"] / theme["coded"])
    assert theme["gain"] >= 1 >= theme["weight"] >= 0 and theme["reason"] is None
    assert (second["coded"], second["themes"]) == (0, []) and second["reason"]


def test_the_csv_has_a_row_for_each_theme(project: Path) -> None:
    (row,) = csv.DictReader(ok(coder("tally", project, "--estimate", "--csv")).out.splitlines())
    theme = ok(coder("tally", project, "--estimate", "--json")).json["questions"][0]["themes"][0]
    assert float(row["percent"]) == pytest.approx(theme["percent"]) and row["answered"] == "80"


def test_it_counts_nothing_and_changes_nothing(project: Path) -> None:
    before = ok(coder("tally", project, "--json")).json, ok(coder("log", project)).out
    ok(coder("tally", project, "--estimate"))
    assert (ok(coder("tally", project, "--json")).json, ok(coder("log", project)).out) == before


def test_a_sample_that_was_not_drawn_is_refused_with_what_to_do(tmp_path: Path) -> None:
    refused = coder("tally", small_project(tmp_path / "sample.coder"), "--estimate")
    assert refused.status == 1 and refused.out == ""
    assert refused.err.count("nobody has been reviewed at random") == 2
    assert "coder code --queue random" in refused.err


@pytest.mark.parametrize("option", [("--by", "site"), ("--base", "asked")])
def test_other_bases_and_groups_are_wrong_usage(project: Path, option: tuple[str, str]) -> None:
    refused = coder("tally", project, "--estimate", *option)
    assert refused.status == 2 and "--estimate is of all who answered" in refused.err
