"""Importing again: what is there stays, what was corrected stays corrected, and no coding leaves the count unseen."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from coder.analysis.tally import Cut, tally
from coder.errors import InputError, RefusedError
from coder.formats.survey.plan import PlanOptions, dump_plan
from coder.imports import Imported, SurveyRequest, import_attributes, import_codings, import_survey, plan_survey
from coder.session import Session, open_session
from coder.store.people import find_attributes
from coder.store.project import open_project
from tests.cli.commands import table

Q = "What was good?"
LONG = ("participant_id", "question", "text")


def imported(
    folder: Path, rows: Sequence[Sequence[object]], header: Sequence[str] = LONG, **options: object
) -> Imported:
    """Import these rows into the one project of the folder."""
    source = table(folder / "survey.csv", header, *rows)
    request = SurveyRequest(PlanOptions(**options))  # type: ignore[arg-type]
    return import_survey(source, folder / "p.coder", request, coder_name="Ana")[1]


def coded(folder: Path, *rows: Sequence[object]) -> None:
    source = table(folder / "codings.csv", ("participant_id", "question", "theme", "part"), *rows)
    import_codings(source, folder / "p.coder", coder_name="Ana", create_themes=True)


def session(folder: Path) -> Session:
    return open_session(folder / "p.coder", "Ana")


def counts(folder: Path) -> tuple[int, int]:
    """(reviewed, participants with the first theme)"""
    with open_project(folder / "p.coder") as project:
        first = tally(project).questions[0].counted
    return first.chain.reviewed, first.themes[0].participants


def test_a_persons_texts_keep_their_coding_in_whatever_order_they_come_again(tmp_path: Path) -> None:
    imported(tmp_path, [("P1", Q, "one"), ("P1", Q, "two"), ("P2", Q, "three")])
    coded(tmp_path, ("P1", Q, "T", 1), ("P1", Q, "T", 2), ("P2", Q, "T", 1))
    done = imported(tmp_path, [("P1", Q, "zero"), ("P2", Q, "three"), ("P1", Q, "two"), ("P1", Q, "one")])
    assert (done.counts["unchanged"], done.counts["changed"], done.counts["responses"]) == (3, 0, 1)
    assert counts(tmp_path) == (1, 1), "P1 has a new text to be read; P2 is as before"
    rows = [("P1", Q, "one"), ("P1", Q, "two"), ("P1", Q, "zero"), ("P2", Q, "three")]
    assert not imported(tmp_path, rows).changed


def test_a_text_that_comes_back_brings_its_coding_back(tmp_path: Path) -> None:
    imported(tmp_path, [("P1", Q, "the right text")])
    coded(tmp_path, ("P1", Q, "T", 1))
    imported(tmp_path, [("P1", Q, "a wrong text")])
    assert counts(tmp_path) == (0, 0)
    imported(tmp_path, [("P1", Q, "the right text")])
    assert counts(tmp_path) == (1, 1)
    work = session(tmp_path)
    for expected in ((0, 0), (1, 1)):
        work.undo()
        assert counts(tmp_path) == expected
    for expected in ((0, 0), (1, 1)):
        work.redo()
        assert counts(tmp_path) == expected


def test_an_import_that_changed_a_text_can_be_undone_and_redone(tmp_path: Path) -> None:
    imported(tmp_path, [("P1", Q, "old"), ("P2", Q, "same")])
    imported(tmp_path, [("P1", Q, "new"), ("P2", Q, "same"), ("P3", Q, "more")])
    work = session(tmp_path)
    assert work.undo().changed and len(work.queue()) == 2
    assert work.redo().changed and len(work.queue()) == 3


def test_a_correction_by_the_analyst_outlives_the_survey_it_corrects(tmp_path: Path) -> None:
    header, rows = (*LONG, "site"), [("P1", Q, "text", "North"), ("P2", Q, "text", "North")]
    imported(tmp_path, rows, header)
    facts = table(tmp_path / "facts.csv", ("participant_id", "site"), ("P1", "South"))
    import_attributes(facts, tmp_path / "p.coder", coder_name="Ana")
    done = imported(tmp_path, rows, header)
    assert not done.changed and any("correction is kept" in notice for notice in done.notices)
    imported(tmp_path, [("P1", Q, "text", "North"), ("P2", Q, "text", "East")], header)
    with open_project(tmp_path / "p.coder") as project:
        groups = tally(project, Cut(by="site")).questions[0].groups
    assert {site: group.chain.all for site, group in groups.items()} == {"East": 1, "South": 1}


def wide(n: int, **columns: object) -> list[tuple[object, ...]]:
    """Rows of an id, a long text and a short note."""
    return [(f"P{i}", f"a long enough answer number {i} to be open", columns.get("note", "x")) for i in range(n)]


WIDE = ("participant_id", "What did you think of it all?", "Site notes")


def test_a_file_with_more_rows_is_read_by_the_plan_that_was_used_before(tmp_path: Path) -> None:
    imported(tmp_path, wide(8), WIDE, open=("Site notes",))
    done = imported(tmp_path, wide(10), WIDE)
    assert done.counts["responses"] == 4, "both open questions of the two new participants"
    assert imported(tmp_path, wide(11), WIDE, placeholders=("y",)).counts["responses"] == 2


_ASKED = ("Serial", "Team", "Nick", "What did you think of it all (before)?", "How did it go?")


def export(n: int, *more: str) -> list[tuple[object, ...]]:
    texts = "a long enough answer number {} to be open", "another one, of {}, which is as long"
    return [(900 + i, "NS"[i % 2], f"nick{i}", *(t.format(i) for t in texts), *more) for i in range(n)]


def test_the_columns_of_a_newer_export_are_what_they_were_also_where_others_came_or_went(tmp_path: Path) -> None:
    imported(tmp_path, export(8), _ASKED, id="Serial", ignore=("Nick",), choice=("Team",))
    newer = [(*row, f"nothing that I, {row[0]}, would have liked so far") for row in export(9)]
    header = (*_ASKED, "What did you think of it all (after)?")
    order = [5, 3, 0, 4, 2, 1]
    source = table(tmp_path / "b.csv", [header[i] for i in order], *([row[i] for i in order] for row in newer))
    plan, done = import_survey(source, tmp_path / "p.coder", SurveyRequest(), coder_name="Ana")
    roles = {column.header: column.role.value for column in plan.columns}
    assert [roles[name] for name in _ASKED] == ["id", "choice", "ignore", "open", "open"]
    assert (done.counts["unchanged"], done.counts["participants"], done.counts["responses"]) == (16, 1, 2 + 9)
    assert any("(after)" in note and "new" in note for note in plan.notes)
    fewer = [row[:4] for row in export(9)]
    done = imported(tmp_path, fewer, _ASKED[:4])
    assert not done.changed and done.counts["unchanged"] == 9


@pytest.mark.parametrize("by_plan", [False, True])
def test_a_column_that_held_nothing_at_first_is_looked_at_anew(tmp_path: Path, by_plan: bool) -> None:
    header = ("participant_id", "Why?", "And then?", "Notes")
    rows = [(f"P{i}", f"a long enough answer number {i} to be open", "", "x") for i in range(8)]
    project, source = tmp_path / "p.coder", table(tmp_path / "a.csv", header, *rows)
    given = dump_plan(plan_survey(source, SurveyRequest(PlanOptions(ignore=("Notes",))))[1]) if by_plan else ""
    request = SurveyRequest(plan=given) if by_plan else SurveyRequest(PlanOptions(ignore=("Notes",)))
    import_survey(source, project, request, coder_name="Ana")
    assert not import_survey(source, project, SurveyRequest(), coder_name="Ana")[1].changed
    newer = [(who, why, f"then it was {why[-12:]}, and not before", note) for who, why, _, note in rows]
    newer_file = table(tmp_path / "b.csv", header, *newer)
    plan, done = import_survey(newer_file, project, SurveyRequest(), coder_name="Ana")
    assert [column.role.value for column in plan.columns] == ["id", "open", "open", "ignore"]
    assert (done.counts["unchanged"], done.counts["responses"]) == (8, 8)
    assert any("And then?" in note and "new" in note for note in plan.notes)


def test_a_wave_that_is_named_again_has_its_columns_as_they_were(tmp_path: Path) -> None:
    imported(tmp_path, export(8), _ASKED, id="Serial", ignore=("Nick",), wave="start")
    done = imported(tmp_path, export(9), _ASKED, wave="start")
    assert (done.counts["unchanged"], done.counts["participants"]) == (16, 1)
    with open_project(tmp_path / "p.coder") as project, project.read() as connection:
        assert "Nick" not in find_attributes(connection)


def test_a_file_of_other_columns_is_guessed_whatever_came_before(tmp_path: Path) -> None:
    imported(tmp_path, export(8), _ASKED, id="Serial", open=("Team",))
    header = ("participant_id", "Team", "What will you do now, and with whom?")
    rows = [(f"P{i}", "NS"[i % 2], f"this and that, {i} times, with all of them") for i in range(8)]
    source = table(tmp_path / "b.csv", header, *rows)
    plan, _ = import_survey(source, tmp_path / "p.coder", SurveyRequest(), coder_name="Ana")
    assert [column.role.value for column in plan.columns] == ["id", "attribute", "open"]


def test_other_ids_than_before_can_be_named_for_a_file_of_the_same_columns(tmp_path: Path) -> None:
    imported(tmp_path, export(8), _ASKED, id="Serial", ignore=("Nick",))
    plan, done = import_survey(
        table(tmp_path / "b.csv", _ASKED, *export(8)),
        tmp_path / "p.coder",
        SurveyRequest(PlanOptions(id="Nick")),
        coder_name="Ana",
    )
    assert [c.header for c in plan.columns if c.role.value == "id"] == ["Nick"] and done.differences.strangers


def test_an_open_question_does_not_silently_become_a_choice(tmp_path: Path) -> None:
    imported(tmp_path, wide(8), WIDE)
    with pytest.raises(InputError) as refused:
        imported(tmp_path, wide(8), WIDE, choice=(WIDE[1],), open=("Site notes",))
    assert "open in the project" in refused.value.message and "--open" in refused.value.hint


def test_a_placeholder_counts_for_everything_that_is_there_and_goes_with_its_undo(tmp_path: Path) -> None:
    imported(tmp_path, [("P1", Q, "Did not answer"), ("P2", Q, "text")])
    imported(tmp_path, [("P3", Q, "text")], placeholders=("Did not answer",))
    work = session(tmp_path)
    assert len(work.queue()) == 2
    work.undo()
    assert len(work.queue()) == 2 and work.view(work.queue()[0]).response.text == "Did not answer"
    imported(tmp_path, [("P4", Q, "Did not answer")])
    assert len(work.queue()) == 3, "the undone placeholder is none any more"


def test_a_placeholder_with_white_space_around_it_is_no_answer(tmp_path: Path) -> None:
    around = ("n/a ", " --- ", "\tN/A\n", "n/a" + " " * 40, "\u00a0Did not answer   ")
    rows = [(f"P{i}", Q, text) for i, text in enumerate((*around, "n/a, I was away", " an answer "))]
    assert imported(tmp_path, rows, placeholders=("Did not answer",)).counts["placeholder"] == len(around)
    again = imported(tmp_path, [*rows, ("P9", Q, "nil"), ("P10", Q, "  nil" + " " * 40)], placeholders=("nil",))
    assert again.counts["placeholder"] == len(around) + 2
    assert len(session(tmp_path).queue()) == 2


def test_a_part_that_stands_twice_in_a_file_is_refused_with_its_row(tmp_path: Path) -> None:
    header = (*LONG, "part")
    for _ in ("made anew", "there already"):
        with pytest.raises(InputError) as refused:
            imported(tmp_path, [("P1", Q, "a", 1), ("P1", Q, "b", 1)], header)
        assert "row 3" in refused.value.problems[0]
        imported(tmp_path, [("P1", Q, "a", 1)], header)


def test_an_option_that_is_not_ticked_any_more_is_taken_back(tmp_path: Path) -> None:
    header = ("participant_id", "What did you think of it all?", "Which ones?")
    rows = [(f"P{i}", f"a long enough answer number {i} to be open", "A; B") for i in range(8)]
    imported(tmp_path, rows, header, multi=("Which ones?",))
    done = imported(tmp_path, [(*rows[0][:2], "A"), *rows[1:]], header, multi=("Which ones?",))
    assert done.changed
    with open_project(tmp_path / "p.coder") as project, project.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM answer WHERE option = 'B'").scalar_one() == 7
    assert not imported(tmp_path, [(*rows[0][:2], "A"), *rows[1:]], header, multi=("Which ones?",)).changed


def test_a_text_that_was_replaced_meanwhile_cannot_be_coded_unseen(tmp_path: Path) -> None:
    imported(tmp_path, [("P1", Q, "old")])
    work = session(tmp_path)
    theme, old = work.create_theme("T").theme_id or 0, work.queue()[0]
    imported(tmp_path, [("P1", Q, "new")])
    for act in (lambda: work.assign(old, theme), lambda: work.review(old)):
        with pytest.raises(RefusedError):
            act()


def test_what_is_wrong_with_the_rows_of_a_long_file_is_said_before_the_project_is_asked_whether_they_fit(
    tmp_path: Path,
) -> None:
    header = ("participant_id", "Why?", "Rating")
    rows = [("P0", "because", 4), ("P0", "and because", 5), *((f"P{i}", "so", 3) for i in range(1, 6_000))]
    with pytest.raises(InputError, match="participants with several rows: 1") as refused:
        imported(tmp_path, rows, header, open=["Why?"], rating=["Rating"])
    assert refused.value.problems == ("P0: rows 2, 3",)
    assert not (tmp_path / "p.coder").exists()


@pytest.mark.parametrize("reading", [import_codings, import_attributes])
def test_a_refused_import_leaves_the_project_byte_for_byte_the_name_of_a_new_coder_included(
    tmp_path: Path, reading: Callable[..., Imported]
) -> None:
    imported(tmp_path, [("P1", Q, "the staff")])
    before = (tmp_path / "p.coder").read_bytes()
    source = table(tmp_path / "in.csv", ("participant_id", "question", "theme"), ("P2", Q, "Staff"))
    with pytest.raises(InputError):
        reading(source, tmp_path / "p.coder", coder_name="Somebody new")
    assert (tmp_path / "p.coder").read_bytes() == before


def test_a_file_of_ratings_alone_joins_a_project_that_is_there_and_makes_no_new_one(tmp_path: Path) -> None:
    project = tmp_path / "p.coder"
    ratings = table(tmp_path / "start.csv", ("id", "How confident are you now?"), ("P1", 7), ("P2", 8))
    request = SurveyRequest(PlanOptions(rating=["How confident"], id="id"))
    with pytest.raises(InputError, match="No open question"):
        import_survey(ratings, project, request, coder_name="Ana")
    assert not project.exists()
    answers = table(
        tmp_path / "end.csv",
        ("id", "What did you gain?"),
        ("P1", "a lot of new friends"),
        ("P2", "some skills and friends"),
    )
    import_survey(answers, project, SurveyRequest(PlanOptions(id="id", open=["What"])), coder_name="Ana")
    _, done = import_survey(ratings, project, request, coder_name="Ana")
    assert (done.counts["participants"], done.counts["answers"]) == (0, 2)
