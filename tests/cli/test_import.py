"""coder import: what comes in, what is refused, and that a refusal changes nothing."""

from pathlib import Path

import pytest

from tests.cli.commands import coder, ok, rows_of, survey, table
from tests.projects import small_project

Q = "What was good?"
ANSWERS = [("P1", Q, "the people"), ("P2", Q, "n/a"), ("P3", Q, ""), ("P4", Q, "None")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    ok(coder("import", "survey", survey(tmp_path, ANSWERS), tmp_path / "p.coder"))
    return tmp_path / "p.coder"


def codebook(folder: Path, *rows: tuple[str, ...]) -> Path:
    return table(folder / "codebook.csv", ("parent", "theme", "question"), *rows)


def test_blank_placeholder_and_answered_are_told_apart(tmp_path: Path) -> None:
    counts = ok(coder("import", "survey", survey(tmp_path, ANSWERS), tmp_path / "p", "--json")).json["counts"]
    assert (counts["answered"], counts["blank"], counts["placeholder"]) == (2, 1, 1)
    assert (tmp_path / "p.coder").exists()


def test_importing_the_same_file_again_changes_nothing(project: Path) -> None:
    before = ok(coder("log", project, "--json")).json
    again = ok(coder("import", "survey", project.parent / "survey.csv", project, "--json")).json
    assert not again["changed"]
    assert ok(coder("log", project, "--json")).json == before


def test_more_rows_are_added_and_all_coding_is_kept(project: Path, tmp_path: Path) -> None:
    ok(
        coder(
            "import",
            "codings",
            table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("P1", Q, "People")),
            project,
            "--create-themes",
        )
    )
    more = survey(tmp_path, [*ANSWERS, ("P5", Q, "the food")], "more.csv")
    counts = ok(coder("import", "survey", more, project, "--json")).json["counts"]
    assert (counts["participants"], counts["responses"], counts["unchanged"]) == (1, 1, 4)
    theme = ok(coder("tally", project, "--json")).json["questions"][0]["themes"][0]
    assert theme["participants"] == 1


def test_a_changed_text_keeps_the_old_coding_with_the_old_text_and_needs_a_look(project: Path, tmp_path: Path) -> None:
    ok(
        coder(
            "import",
            "codings",
            table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("P1", Q, "People")),
            project,
            "--create-themes",
        )
    )
    changed = survey(tmp_path, [("P1", Q, "the people, mostly")], "changed.csv")
    done = ok(coder("import", "survey", changed, project))
    assert "P1" in done.err and "needs a look" in done.err
    base = ok(coder("tally", project, "--json")).json["questions"][0]
    assert (base["base"]["answered"], base["base"]["reviewed"], base["themes"][0]["participants"]) == (2, 0, 0)
    ok(coder("undo", project))
    base = ok(coder("tally", project, "--json")).json["questions"][0]
    assert (base["base"]["reviewed"], base["themes"][0]["participants"]) == (1, 1)


def test_a_refused_file_leaves_no_project_behind(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes("participant_id,question,text\nP1,Q,caf\u00e9\n".encode("cp1252"))
    refused = coder("import", "survey", bad, tmp_path / "p.coder")
    assert refused.status == 1 and "--encoding cp1252" in refused.err
    assert not (tmp_path / "p.coder").exists()
    ok(coder("import", "survey", bad, tmp_path / "p.coder", "--encoding", "cp1252"))


def test_what_columns_are_is_shown_in_80_columns_and_tells_options_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coder.cli.importing.width", lambda: 80)
    question = "Which of all the services of the house did you use in the last year?"
    heads = ("Record ID", *(f"{question} (choice={option})" for option in ("Shop", "Web")), "Complete?", "Why so?")
    rows = [(i, ("Checked", "Unchecked")[i % 2], "Checked", "Complete", f"for this reason {i}") for i in range(9)]
    ran = ok(coder("import", "survey", table(tmp_path / "s.csv", heads, *rows), tmp_path / "p.coder", "--dry-run"))
    shown = ran.out.split("\n\n")[0].splitlines()
    assert max(map(len, shown)) <= 80
    assert ["multi (Shop)" in shown[2], "multi (Web)" in shown[3]] == [True, True]


def test_the_plan_is_written_edited_and_used(tmp_path: Path) -> None:
    wide = table(
        tmp_path / "wide.csv",
        ("who", "Q1. Why did you come?", "score"),
        *((f"u{i}", f"I came because of reason {i}", i % 5) for i in range(12)),
    )
    plan = tmp_path / "plan.yaml"
    ok(coder("import", "survey", wide, "--plan", plan, "--plan-only"))
    text = plan.read_text()
    assert "role: open" in text
    assert ok(coder("import", "survey", wide, "--plan-only")).out.strip() == text.strip()
    plan.write_text(text.replace("role: open", 'role: open\n  key: "why"'))
    done = ok(coder("import", "survey", wide, tmp_path / "p.coder", "--plan", plan, "--json")).json
    assert [c["key"] for c in done["columns"] if c["role"] == "open"] == ["why"]
    again = ok(coder("import", "survey", wide, tmp_path / "p.coder", "--json")).json
    assert not again["changed"], "the project keeps the plan of a file"


def test_one_key_in_two_waves_is_a_pair(tmp_path: Path) -> None:
    for wave in ("start", "end"):
        path = survey(tmp_path, [("P1", Q, f"{wave} text")], f"{wave}.csv")
        ok(coder("import", "survey", path, tmp_path / "p.coder", "--wave", wave))
    questions = ok(coder("tally", tmp_path / "p.coder", "--json")).json["questions"]
    assert [(q["question"], q["wave"]) for q in questions] == [(Q, "start"), (Q, "end")]
    codings = table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("P1", Q, "T"))
    refused = coder("import", "codings", codings, tmp_path / "p.coder", "--create-themes")
    assert refused.status == 1 and "start, end" in refused.err
    codings = table(tmp_path / "c.csv", ("participant_id", "question", "wave", "theme"), ("P1", Q, "End", "T"))
    ok(coder("import", "codings", codings, tmp_path / "p.coder", "--create-themes"))
    counts = [
        q["themes"][0]["participants"] for q in ok(coder("tally", tmp_path / "p.coder", "--json")).json["questions"]
    ]
    assert counts == [0, 1]


def test_several_responses_of_one_participant_are_told_apart_by_part(tmp_path: Path) -> None:
    project = tmp_path / "p.coder"
    ok(coder("import", "survey", survey(tmp_path, [("P1", Q, "one"), ("P1", Q, "two"), ("P2", Q, "three")]), project))
    named = ("participant_id", "question", "theme")
    refused = coder("import", "codings", table(tmp_path / "c.csv", named, ("P1", Q, "T")), project, "--create-themes")
    assert refused.status == 1 and "`part`" in refused.err
    rows = table(tmp_path / "c.csv", (*named, "part"), ("P1", Q, "T", "2"), ("P2", Q, "T", ""))
    ok(coder("import", "codings", rows, project, "--create-themes"))
    tally = ok(coder("tally", project, "--json")).json["questions"][0]
    assert tally["base"]["reviewed"] == 1, "who gave two responses is read when both are"
    ok(coder("export", "codings", project, tmp_path / "out.csv"))
    assert [r["part"] for r in rows_of(tmp_path / "out.csv")] == ["2", "1"]


def test_a_codebook_that_names_unknown_questions_is_refused_with_all_of_them(project: Path, tmp_path: Path) -> None:
    book = codebook(tmp_path, ("", "A", Q), ("", "B", "Why?"), ("", "C", "Where?"))
    refused = coder("import", "codebook", book, project)
    assert refused.status == 1 and "'Why?'" in refused.err and "'Where?'" in refused.err
    assert ok(coder("tally", project, "--json")).json["questions"][0]["themes"] == []


def test_a_codebook_imported_again_changes_only_what_differs(project: Path, tmp_path: Path) -> None:
    book = codebook(tmp_path, ("", "A", Q), ("A", "B", Q))
    ok(coder("import", "codebook", book, project))
    assert not ok(coder("import", "codebook", book, project, "--json")).json["changed"]
    defined = table(tmp_path / "d.csv", ("theme", "definition", "mood"), ("A", "what it means", "x"))
    done = ok(coder("import", "codebook", defined, project, "--json")).json
    assert done["counts"] == {"themes": 0, "changed": 1} and "mood" in done["notices"][0]


def test_every_row_that_does_not_fit_is_named_and_nothing_is_imported(project: Path, tmp_path: Path) -> None:
    ok(coder("import", "codebook", codebook(tmp_path, ("X", "Same", Q), ("Y", "Same", Q), ("", "Good", Q)), project))
    header = ("participant_id", "question", "theme", "start", "end")
    rows = [
        ("P1", Q, "Good", 0, 3),
        ("P9", Q, "Good", "", ""),
        ("P1", "Nonsense", "Good", "", ""),
        ("P3", Q, "Good", "", ""),
        ("P1", Q, "Unknown", "", ""),
        ("P1", Q, "Same", "", ""),
        ("P1", Q, "Good", 2, 99),
    ]
    refused = coder("import", "codings", table(tmp_path / "c.csv", header, *rows), project)
    assert refused.status == 1
    for said in (
        "row 3: there is no participant",
        "row 4",
        "row 5: 'P3' gave no answer",
        "row 6",
        "X > Same or Y > Same",
        "row 8: end 99",
    ):
        assert said in refused.err, said
    assert ok(coder("tally", project, "--json")).json["questions"][0]["base"]["reviewed"] == 0


def test_what_is_wrong_in_many_rows_is_said_once_so_that_all_that_is_wrong_can_be_read(
    project: Path, tmp_path: Path
) -> None:
    rows = [("P1", Q, "Unknown")] * 30 + [("P1", Q, "Another"), ("P9", Q, "Another")]
    codings = table(tmp_path / "c.csv", ("participant_id", "question", "theme"), *rows)
    refused = coder("import", "codings", codings, project)
    assert [line.strip(" -") for line in refused.err.splitlines()[1:4]] == [
        "c.csv, rows 2, 3, 4, 5, 6 and 25 more: there is no theme 'Unknown'",
        "c.csv, rows 32, 33: there is no theme 'Another'",
        "c.csv, row 33: there is no participant 'P9'",
    ]


def test_a_language_that_nothing_here_can_read_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    refused = coder("import", "survey", survey(tmp_path, ANSWERS), tmp_path / "p", "--language", "klingon")
    assert refused.status == 1 and "'klingon' is not known" in refused.err
    assert not (tmp_path / "p.coder").exists()


def test_a_file_of_one_column_is_told_of_because_another_sign_may_divide_it(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("id~What was good?\nP1~the people there\nP2~the food at times\n")
    told = ok(coder("import", "survey", tmp_path / "s.csv", tmp_path / "p", "--open", "1", "--json")).json["notices"]
    assert any("one column" in notice for notice in told)


def test_what_another_command_takes_is_led_there(project: Path, tmp_path: Path) -> None:
    swapped = coder("import", "survey", project, tmp_path / "survey.csv")
    assert swapped.status == 1 and "FILE PROJECT" in swapped.err
    ok(coder("export", "project", project, tmp_path / "out.qdpx"))
    for kind in ("survey", "codebook", "codings"):
        refused = coder("import", kind, tmp_path / "out.qdpx", project)
        assert refused.status == 1 and "coder import project" in refused.err, kind


def test_codings_are_not_taken_for_a_codebook(project: Path, tmp_path: Path) -> None:
    codings = table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("P1", Q, "T"))
    refused = coder("import", "codebook", codings, project)
    assert refused.status == 1 and "coder import codings" in refused.err
    assert ok(coder("tally", project, "--json")).json["questions"][0]["themes"] == []


def test_highlights_that_are_other_words_than_their_file_says_are_told_of(project: Path, tmp_path: Path) -> None:
    header = ("participant_id", "question", "theme", "start", "end", "text")
    right = table(tmp_path / "r.csv", header, ("P1", Q, "A", 4, 10, "people"), ("P1", Q, "B", "", "", "the people"))
    assert not ok(coder("import", "codings", right, project, "--create-themes", "--json")).json["notices"]
    whole = table(tmp_path / "w.csv", header, ("P1", Q, "C", 4, 10, "the  people"), ("P1", Q, "C", 0, 3, "▇▇▇"))
    assert not ok(coder("import", "codings", whole, project, "--create-themes", "--json")).json["notices"]
    shifted = table(tmp_path / "s.csv", header, ("P1", Q, "D", 5, 10, "peopl"), ("P1", Q, "D", 0, 3, "the"))
    (told,) = ok(coder("import", "codings", shifted, project, "--create-themes", "--json")).json["notices"]
    assert told.startswith("1 highlight with other words here") and "row 2: ‘peopl’ there, ‘eople’ here" in told


def test_reviewed_lists_what_was_read_without_a_theme(project: Path, tmp_path: Path) -> None:
    codings = table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("P1", Q, "T"))
    reviewed = table(tmp_path / "r.csv", ("participant_id", "question"), ("P4", Q))
    ok(coder("import", "codings", codings, project, "--create-themes", "--reviewed", reviewed, "--coder", "Ben"))
    tally = ok(coder("tally", project, "--json")).json
    base = tally["questions"][0]["base"]
    assert (base["answered"], base["reviewed"], base["with_theme"]) == (2, 2, 1)
    assert tally["coders"] == ["Ben"]


def test_an_export_of_responses_says_who_has_read_which_of_them(tmp_path: Path) -> None:
    made = small_project(tmp_path / "made.coder")
    codings, responses, book = (tmp_path / name for name in ("codings.csv", "responses.csv", "book.yaml"))
    for kind, file in (("codings", codings), ("responses", responses), ("codebook", book)):
        ok(coder("export", kind, made, file))
    other = tmp_path / "other.coder"
    ok(coder("import", "survey", responses, other))
    ok(coder("import", "codebook", book, other))
    ok(coder("import", "codings", codings, other, "--reviewed", responses, "--coder", "Nobody"))
    counted, again = (ok(coder("tally", project, "--json")).json for project in (made, other))
    assert counted == again
    assert 0 < again["questions"][0]["base"]["reviewed"] < again["questions"][0]["base"]["answered"]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".sav"])
def test_an_export_of_responses_made_for_spreadsheets_comes_in_as_the_survey_that_it_was(
    tmp_path: Path, suffix: str
) -> None:
    answers = [("=P1", Q, "=1+1 is good"), ("P2", Q, "'=quoted before"), ("'@P3", Q, "-no\tway\nat all"), ("P4", Q, "")]
    ok(coder("import", "survey", survey(tmp_path, answers), tmp_path / "a.coder"))
    out = tmp_path / f"out{suffix}"
    ok(coder("export", "responses", tmp_path / "a.coder", out))
    done = ok(coder("import", "survey", out, tmp_path / "b.coder", "--json")).json
    assert {c["header"]: c["role"] for c in done["columns"]}["reviewed_by"] == "ignore"
    for project in ("a", "b"):
        ok(coder("export", "responses", tmp_path / f"{project}.coder", tmp_path / f"{project}.csv", "--raw"))
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()
    coded = table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("'@P3", Q, "T"))
    ok(coder("import", "codings", coded, tmp_path / "b.coder", "--create-themes", "--reviewed", out))


def test_a_response_that_an_export_calls_unread_is_unread_though_it_has_codings(project: Path, tmp_path: Path) -> None:
    codings = table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("P1", Q, "T"), ("P4", Q, "T"))
    reviewed = table(
        tmp_path / "r.csv", ("participant_id", "question", "reviewed_by"), ("P1", Q, ""), ("P4", Q, "Ana; Ben")
    )
    done = ok(coder("import", "codings", codings, project, "--create-themes", "--reviewed", reviewed, "--json")).json
    assert done["counts"]["reviewed"] == 2
    tally = ok(coder("tally", project, "--json")).json
    assert tally["questions"][0]["base"]["reviewed"] == 1 and set(tally["coders"]) >= {"Ana", "Ben"}


def test_a_response_read_before_a_theme_was_made_is_not_counted_as_without_it(project: Path, tmp_path: Path) -> None:
    ok(coder("import", "codebook", codebook(tmp_path, ("", "Early", Q)), project))
    ok(coder("import", "codebook", codebook(tmp_path, ("", "Late", Q)), project))
    codings = table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("P1", Q, "Early"))
    header = ("participant_id", "question", "reviewed_by", "unknown_themes")
    reviewed = table(tmp_path / "r.csv", header, ("P1", Q, "Ana", '["Late"]'), ("P4", Q, "Ana", ""))
    done = ok(coder("import", "codings", codings, project, "--reviewed", reviewed, "--json")).json
    assert "1 response read before some themes were made" in " ".join(done["notices"])
    themes = ok(coder("tally", project, "--json")).json["questions"][0]["themes"]
    assert {t["theme"]: (t["participants"], t["base"]) for t in themes} == {"Early": (1, 2), "Late": (0, 1)}


def test_attributes_join_by_id_and_can_be_corrected(project: Path, tmp_path: Path) -> None:
    facts = table(tmp_path / "a.csv", ("participant_id", "site"), ("P1", "North"), ("P4", "South"))
    ok(coder("import", "attributes", facts, project))
    corrected = table(tmp_path / "a.csv", ("participant_id", "site"), ("P1", "South"), ("P7", "East"))
    refused = coder("import", "attributes", corrected, project)
    assert refused.status == 1 and "'P7'" in refused.err
    ok(coder("import", "attributes", corrected, project, "--known-only"))
    codings = table(tmp_path / "c.csv", ("participant_id", "question", "theme"), ("P1", Q, "T"), ("P4", Q, "T"))
    ok(coder("import", "codings", codings, project, "--create-themes"))
    groups = ok(coder("tally", project, "--by", "site", "--json")).json["questions"][0]["groups"]
    assert [(g["value"], g["themes"][0]["participants"]) for g in groups] == [("South", 2), ("(not known)", 0)]


def test_a_value_called_not_known_keeps_its_people_beside_those_without_a_value(project: Path, tmp_path: Path) -> None:
    facts = table(tmp_path / "a.csv", ("participant_id", "site"), ("P1", "North"), ("P2", "(not known)"))
    ok(coder("import", "attributes", facts, project))
    groups = ok(coder("tally", project, "--by", "site", "--json")).json["questions"][0]["groups"]
    assert [(g["value"], g["base"]["all"]) for g in groups] == [("North", 1), ("(not known)", 3)]


def test_a_folder_called_like_the_project_is_not_in_its_way(project: Path, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    assert ok(coder("tally", tmp_path / "p", "--json")).json["questions"]
    ok(coder("import", "survey", tmp_path / "survey.csv", tmp_path / "p"))


@pytest.mark.parametrize("folder", [".", "..", "/"])
def test_a_folder_alone_is_no_project(folder: str) -> None:
    refused = coder("tally", folder)
    assert refused.status == 1 and "is a folder" in refused.err
