"""coder report, as it is typed."""

from pathlib import Path

import pytest

from tests.cli.commands import coder
from tests.projects import project_of, small_project


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    return small_project(tmp_path_factory.mktemp("cli") / "sample_survey.coder")


def test_it_writes_a_page_and_says_so(sample, tmp_path):
    out = tmp_path / "out.html"
    ran = coder("report", sample, out)
    assert (ran.status, ran.out, ran.err) == (0, f"{out}: Sample survey.\n", "")
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert out.stat().st_mode & 0o777 == 0o600


def test_it_replaces_its_own_file_with_the_same_bytes(sample, tmp_path):
    out = tmp_path / "out.html"
    first = coder("report", sample, out, "--title", "A title", "--json")
    made = out.read_bytes()
    assert first.json == {"file": str(out), "title": "A title", "risks": []}
    assert coder("report", sample, out, "--title", "A title").status == 0
    assert out.read_bytes() == made


@pytest.mark.parametrize("name", ["out", "out.pdf", "sample.coder"])
def test_another_format_is_refused_before_anything_is_read(tmp_path, name):
    ran = coder("report", tmp_path / "absent.coder", tmp_path / name)
    assert ran.status == 1
    assert "written as HTML, Markdown or DOCX" in ran.err
    assert "end in .html, .md or .docx" in ran.err


def test_what_is_not_there_is_named(sample, tmp_path):
    out = tmp_path / "out.html"
    for option, name, said in (
        ("--question", "Why?", "There is no question 'Why?'"),
        ("--coder", "Zoe", "There is no coder 'Zoe'"),
        ("--by", "shoe size", "Participants have no attribute 'shoe size'"),
    ):
        ran = coder("report", sample, out, option, name)
        assert (ran.status, said in ran.err) == (1, True), ran.err
    assert not out.exists()


def test_a_folder_that_is_not_there(sample, tmp_path):
    ran = coder("report", sample, tmp_path / "absent" / "out.html")
    assert ran.status == 1
    assert "can't be written" in ran.err


def test_a_project_in_which_nothing_is_coded(tmp_path):
    path = project_of(tmp_path, {"Ann": "good", "Ben": "bad"})
    for name in ("out.html", "out.docx"):
        assert coder("report", path, tmp_path / name).status == 0


def test_no_quotes_and_quotes_are_two_things(sample, tmp_path):
    out = tmp_path / "out.html"
    assert coder("report", sample, out, "--no-quotes").status == 0
    assert "start a company with" not in out.read_text(encoding="utf-8")
    assert coder("report", sample, out, "--quotes", "0").status == 2


def test_what_could_tell_who_spoke_is_said_beside_the_report(sample, tmp_path):
    ran = coder("report", sample, tmp_path / "out.html", "--attributes")
    assert ran.status == 0
    assert "attributes that fewer than 5 of those who answered" in ran.err
    assert "fewer than 5 of those who answered" not in (tmp_path / "out.html").read_text(encoding="utf-8")
