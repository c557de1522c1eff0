"""tally, export, suggest, log, undo, forget, demo: what they print, write and answer."""

import csv
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder.cli.output import say
from coder.domain.coding import Span
from coder.session import open_session
from tests.cli.commands import coder, coder_process, ok, rows_of, survey
from tests.projects import small_project, theme_id

Q = "What was good?"
HOSTILE = ["[bold]x[/]", "\x1b[31mred\x1b]0;title\x07", "a\x00b", "=HYPERLINK(1)", "\u202eabc", "x" * 1_000_000]
BYTES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("sample") / "sample.coder")


def test_the_tally_of_the_sample_is_what_its_readme_states(sample: Path) -> None:
    first, second = ok(coder("tally", sample, "--json")).json["questions"]
    assert first["base"] == {"all": 33, "asked": 33, "answered": 30, "reviewed": 21, "with_theme": 19}
    assert second["base"] == {"all": 33, "asked": 33, "answered": 29, "reviewed": 20, "with_theme": 18}
    counts = {t["theme"]: (t["participants"], t["assignments"]) for q in (first, second) for t in q["themes"]}
    assert counts["Meeting talented and like-minded people"] == (13, 13)
    assert counts["Skills"] == (11, 13) and counts["People"] == (16, 21)


def test_the_json_has_every_theme_of_a_question_and_percentages_from_0_to_100(sample: Path) -> None:
    question = ok(coder("tally", sample, "--json", "--question", "What was particularly")).json["questions"][0]
    assert question["wave"] is None and question["prompt"] == question["question"]
    theme = next(t for t in question["themes"] if t["theme"] == "Access to top researchers")
    assert theme["path"] == ["People", "Access to top researchers"]
    assert (theme["participants"], theme["base"]) == (6, 20)
    assert theme["percent"] == pytest.approx(30) and 0 <= theme["low"] < 30 < theme["high"] <= 100


@pytest.mark.parametrize(("base", "expected"), [("reviewed", 21), ("answered", 30), ("asked", 33), ("all", 33)])
def test_every_percentage_is_of_the_base_that_was_asked_for(sample: Path, base: str, expected: int) -> None:
    theme = ok(coder("tally", sample, "--json", "--base", base)).json["questions"][0]["themes"][0]
    assert (theme["participants"], theme["base"]) == (13, expected)


def test_names_print_whole_and_the_base_is_said(sample: Path) -> None:
    out = ok(coder("tally", sample)).out
    assert "Immediate access to teaching assistants" in out and "13 of 21" in out
    assert "asked 33 → answered 30 → reviewed 21 → with a theme 19" in out
    assert out.count("do not add up to 100") == 1
    assert "site: Bristol" in ok(coder("tally", sample, "--by", "site")).out


def test_the_csv_has_a_row_for_each_theme(sample: Path) -> None:
    rows = list(csv.DictReader(ok(coder("tally", sample, "--csv")).out.splitlines()))
    assert len(rows) == 13 and rows[0]["participants"] == "13"


def test_an_unknown_question_attribute_or_coder_is_answered_with_those_that_there_are(sample: Path) -> None:
    for option, said in (("--question", "What was the most"), ("--by", "site"), ("--coder", "Ana")):
        refused = coder("tally", sample, option, "nothing of the kind")
        assert refused.status == 1 and said in refused.err and refused.out == ""


def test_suggestions_never_count(sample: Path, tmp_path: Path) -> None:
    before = ok(coder("tally", sample, "--json")).json
    ok(coder("suggest", sample, "-o", tmp_path / "s.csv"))
    assert ok(coder("tally", sample, "--json")).json == before


def test_suggest_writes_a_row_for_each_suggestion_or_for_every_response_and_theme(sample: Path, tmp_path: Path) -> None:
    ok(coder("suggest", sample, "-o", tmp_path / "some.csv"))
    ok(coder("suggest", sample, "--all-scores", "-o", tmp_path / "all.csv"))
    some, every = rows_of(tmp_path / "some.csv"), rows_of(tmp_path / "all.csv")
    assert list(every[0])[:7] == ["participant_id", "question", "theme", "path", "score", "suggested", "evidence"]
    assert len(every) == 9 * 6 + 9 * 7, "nine unread answers to each question, by the themes that serve it"
    assert [r for r in every if r["suggested"] == "1"] == some
    assert all(0 <= float(r["score"]) <= 1 for r in every)
    ok(coder("suggest", sample, "-o", tmp_path / "again.csv"))
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "some.csv").read_bytes()


def test_suggest_says_what_carried_each_suggestion_and_who_wrote_the_like(sample: Path, tmp_path: Path) -> None:
    ok(coder("suggest", sample, "--nearest", "-o", tmp_path / "s.csv"))
    coded = {(r["participant_id"], r["theme"]) for r in rows_of_export(sample, tmp_path)}
    rows = rows_of(tmp_path / "s.csv")
    assert rows
    for row in rows:
        shares = [float(share) for share in row["shares"].split(" | ")]
        assert len(shares) == len(row["evidence"].split(" | "))
        assert shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 1.001
        if row["ground"] == "coding":
            assert all((who, row["theme"]) in coded for who in row["nearest"].split(" | "))


def rows_of_export(project: Path, folder: Path) -> list[dict[str, str]]:
    ok(coder("export", "codings", project, folder / "codings.csv"))
    return rows_of(folder / "codings.csv")


def test_too_little_to_learn_from_is_said_not_guessed(tmp_path: Path) -> None:
    ok(coder("import", "survey", survey(tmp_path, [("P1", Q, "x"), ("P2", Q, "y")]), tmp_path / "p.coder"))
    refused = coder("suggest", tmp_path / "p.coder")
    assert refused.status == 1 and "no themes" in refused.err and refused.out == ""


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["tally", "codings", "matrix", "codebook", "quotes"])
def test_every_table_is_written_as_csv_and_xlsx(sample: Path, tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"{kind}.{suffix}"
    assert ok(coder("export", kind, sample, path, "--json")).json["rows"] > 0
    assert path.stat().st_mode & 0o777 == 0o600 and path.stat().st_size > 100


def test_the_matrix_tells_read_and_not_coded_from_not_known(sample: Path, tmp_path: Path) -> None:
    ok(coder("export", "matrix", sample, tmp_path / "m.csv"))
    rows = rows_of(tmp_path / "m.csv")
    assert len(rows) == 33
    column = "What was the most valuable thing you gained from the programme?: Skills > ML skills and knowledge"
    values = [row[column] for row in rows]
    assert (values.count("1"), values.count("0"), values.count("")) == (8, 13, 12)


def test_codings_exported_and_imported_elsewhere_give_the_same_tally_and_codings(sample: Path, tmp_path: Path) -> None:
    for raw in ((), ("--raw",)):
        out = tmp_path / f"codings{len(raw)}.csv"
        ok(coder("export", "codings", sample, out, *raw))
        ok(coder("export", "codebook", sample, tmp_path / "book.yaml"))
        other = tmp_path / f"other{len(raw)}.coder"
        ok(coder("import", "survey", Path("corpora/training_programme.csv"), other))
        ok(coder("import", "codebook", tmp_path / "book.yaml", other))
        ok(
            coder(
                "import",
                "codings",
                out,
                other,
                "--reviewed",
                Path("corpora/training_programme_reviewed.csv"),
                "--coder",
                "Ana",
            )
        )
        assert ok(coder("tally", other, "--json")).json == ok(coder("tally", sample, "--json")).json
        again = tmp_path / "again.csv"
        ok(coder("export", "codings", other, again, *raw))
        assert again.read_bytes() == out.read_bytes()


def test_hostile_texts_names_and_ids_are_printed_inert_and_exported_unchanged(tmp_path: Path) -> None:
    project = tmp_path / "p.coder"
    ok(coder("import", "survey", survey(tmp_path, [(f"={i}{t[:40]}", Q, t) for i, t in enumerate(HOSTILE)]), project))
    session = open_session(project, "\x1b[2JEve")
    for i, response in enumerate(session.queue()):
        name = f"{HOSTILE[i][:40]} {i}"
        session.create_theme(name)
        session.assign(response, theme_id(session, name))
        session.review(response)
    session.project.close()
    for command in ("tally", "log"):
        for extra in ((), ("--json",)):
            ran = ok(coder(command, project, *extra))
            assert not BYTES.search(ran.out + ran.err), command
    ok(coder("export", "codings", project, tmp_path / "out.csv", "--raw"))
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        csv.field_size_limit(2_000_000)
        assert sorted(r["text"] for r in csv.DictReader(file)) == sorted(HOSTILE)
    ok(coder("export", "quotes", project, tmp_path / "safe.csv"))
    with (tmp_path / "safe.csv").open(newline="", encoding="utf-8-sig") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [c for c in cells if c[:1] in ("=", "+", "@", "\t")]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), min_size=1, max_size=6))
def test_any_codings_survive_export_and_import(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("round")
    path = survey(folder, [(f"P{i}", Q, f"{text} end") for i, text in enumerate(texts)])
    for name in ("one", "two"):
        ok(coder("import", "survey", path, folder / f"{name}.coder"))
    session = open_session(folder / "one.coder", "Ana")
    theme = session.create_theme("T").theme_id or 0
    for i, response in enumerate(session.queue()):
        span = Span(0, len(session.view(response).response.text) - 1)
        session.assign(response, theme, span if i % 2 else None)
    session.project.close()
    for name, extra in (("one", ()), ("two", ())):
        if name == "two":
            ok(coder("import", "codings", folder / "one.csv", folder / "two.coder", "--create-themes"))
        ok(coder("export", "codings", folder / f"{name}.coder", folder / f"{name}.csv", *extra))
    assert (folder / "one.csv").read_bytes() == (folder / "two.csv").read_bytes()


def test_the_log_says_who_did_what_and_undo_and_redo_work_on_imports(sample: Path, tmp_path: Path) -> None:
    project = small_project(tmp_path / "p.coder")
    sentences = [e["sentence"] for e in ok(coder("log", project, "--json")).json]
    assert sentences[0].startswith("imported 66 responses of 33 participants")
    assert "imported 67 codings" in ok(coder("undo", project)).out
    assert ok(coder("tally", project, "--json")).json["questions"][0]["base"]["reviewed"] == 0
    ok(coder("redo", project))
    assert ok(coder("tally", project, "--json")).json == ok(coder("tally", sample, "--json")).json


def test_forget_says_that_it_cannot_be_undone(tmp_path: Path) -> None:
    project = small_project(tmp_path / "p.coder")
    unasked = coder("forget", project, "P07")
    assert unasked.status == 1 and "Nothing was erased" in unasked.err and "--yes" in unasked.err
    assert ok(coder("tally", project, "--json")).json["questions"][0]["base"]["all"] == 33
    assert "can't be undone" in ok(coder("forget", project, "P07", "--yes")).out
    assert ok(coder("tally", project, "--json")).json["questions"][0]["base"]["all"] == 32
    assert "already" in ok(coder("forget", project, "P07", "--yes")).out
    assert "P99" in coder("forget", project, "P99", "--yes").err
    assert "P07" not in ok(coder("log", project)).out


def test_the_demo_without_a_terminal_does_the_main_job_and_can_be_run_again(tmp_path: Path) -> None:
    for _ in range(2):
        ran = ok(coder_process("demo", "here", cwd=tmp_path))
        assert "13 of 21" in ran.out and "tally.csv" in ran.out and "Wrote the report" in ran.out
    for name in ("training_programme.coder", "report.html", "tally.csv", "codings.csv", "matrix.csv", "quotes.csv"):
        assert (tmp_path / "here" / name).exists()


def test_failures_are_1_wrong_usage_is_2_and_nothing_is_printed_as_a_result(tmp_path: Path) -> None:
    missing = coder_process("tally", tmp_path / "none.coder")
    assert (missing.status, missing.out) == (1, "") and "There is no project" in missing.err
    assert coder_process("tally").status == 2
    assert coder_process("nonsense").status == 2
    assert coder_process("tally", tmp_path / "none.coder", "--base", "x").status == 2
    no_terminal = coder_process("code", tmp_path / "none.coder")
    assert no_terminal.status == 2 and "terminal" in no_terminal.err


def test_a_name_that_no_file_can_have_is_said_to_be_one(sample: Path, tmp_path: Path) -> None:
    name = tmp_path / ("a" * 300)
    for command in (
        ("tally", name),
        ("import", "survey", name, tmp_path / "p"),
        ("import", "survey", tmp_path / "mine.csv", name),
        ("import", "project", name, tmp_path / "p"),
        ("export", "tally", sample, name.with_suffix(".csv")),
    ):
        refused = coder_process(*command)
        assert (refused.status, refused.out) == (1, "")
        assert "File name too long" in refused.err and "error of its own" not in refused.err, command


def test_help_and_version_load_no_heavy_library() -> None:
    heavy = "sklearn|spacy|pandas|numpy|matplotlib|scipy|jinja2|docx|textual|sqlalchemy|rich|yaml|calamine"
    program = (
        "import sys, json\nsys.argv = ['coder', '--help']\nfrom coder.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"import re\nprint(json.dumps([m for m in sys.modules if re.match(r'({heavy})(\\.|$)', m)]))"
    )
    import subprocess
    import sys

    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "Participants per theme" in out
    assert json.loads(out.splitlines()[-1]) == []


def test_a_path_that_is_longer_than_a_line_is_not_cut_in_two(monkeypatch, capsys):
    path = "/projects/" + "a-long-name/" * 8 + "survey.coder"
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    say(f"coder: there is no file {path} here.")
    say("These words are broken, as there are more of them than a line holds.")
    assert capsys.readouterr().err == (
        f"coder: there is no file {path} here.\nThese words are broken, as there are\nmore of them than a line holds.\n"
    )
