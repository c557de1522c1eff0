"""A newer export of a survey: what differs is said before and after, and nothing that people did is lost."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select

from coder.analysis.ratings import ratings
from coder.analysis.tally import Cut, tally
from coder.analysis.waves import compare
from coder.domain.coding import Span
from coder.domain.corpus import QuestionKind, loosely
from coder.domain.differences import Repeated, Restated
from coder.domain.filtering import Filter
from coder.domain.memo import Place, Subject
from coder.domain.rewording import Change
from coder.domain.rewording import compare as compare_texts
from coder.errors import InputError, RefusedError
from coder.formats.survey.plan import PlanOptions
from coder.imports import Imported, SurveyRequest, import_survey, rehearse_survey
from coder.session import Session, open_session
from coder.store import corpus, schema, surveys
from coder.store.forget import forget
from coder.store.listing import list_responses
from coder.store.project import open_project
from tests.cli.commands import coder, ok, table
from tests.projects import state

Q = "What was good?"
LONG = ("participant_id", "question", "text")
Rows = Sequence[Sequence[object]]


def source_of(folder: Path, rows: Rows, header: Sequence[str] = LONG, name: str = "survey.csv") -> Path:
    return table(folder / name, header, *rows)


def imported(folder: Path, rows: Rows, header: Sequence[str] = LONG, **options: Any) -> Imported:
    request = SurveyRequest(PlanOptions(**options))
    return import_survey(source_of(folder, rows, header), folder / "p.coder", request, coder_name="Ana")[1]


def answers(**texts: str) -> list[tuple[str, str, str]]:
    return [(who, Q, text) for who, text in texts.items()]


def session(folder: Path) -> Session:
    return open_session(folder / "p.coder", "Ana")


def texts(work: Session) -> list[str]:
    return [work.view(i).response.text for i in work.queue()]


# --- what differs ----------------------------------------------------------------------------------------


def test_a_text_that_differs_is_listed_with_what_was_done_to_the_old_one(tmp_path: Path) -> None:
    imported(tmp_path, answers(P1="the people", P2="the food", P3="the music"))
    with (work := session(tmp_path)).project:
        work.assign(work.queue()[0], work.create_theme("T").theme_id or 0)
        work.review(work.queue()[2])
    done = imported(tmp_path, answers(P1="the people!", P2="the good food", P3=""))
    changed = done.differences.changed
    assert [(c.participant, c.question, c.old, c.new, c.answered, c.coded) for c in changed] == [
        ("P1", Q, "the people", "the people!", True, True),
        ("P2", Q, "the food", "the good food", True, False),
        ("P3", Q, "the music", "", False, True),
    ]
    assert any("ot answered any more" in notice for notice in done.notices)


def test_texts_that_look_alike_are_told_and_those_that_were_coded_are_shown_first(tmp_path: Path) -> None:
    first = {f"P{i:02}": f"a text, number {i}, of café" for i in range(30)}
    imported(tmp_path, answers(**first))
    with (work := session(tmp_path)).project:
        work.assign(work.queue()[29], work.create_theme("T").theme_id or 0)
    newer = {who: text.replace("text", "TEXT") for who, text in first.items()}
    newer |= {"P01": first["P01"] + " \n", "P02": normalize("NFD", first["P02"])}
    source = source_of(tmp_path, answers(**newer))
    ran = ok(coder("import", "survey", source, tmp_path / "p.coder", "--dry-run"))
    shown = [line.split(",")[0].strip() for line in ran.out.split("\n") if line.startswith("  P")]
    assert shown[:3] == ["P29", "P00", "P01"] and "2 of these (P01, P02)" in ran.err
    found = ok(coder("import", "survey", source, tmp_path / "p.coder", "--dry-run", "--json")).json
    assert [one["participant"] for one in found["differences"]["changed"] if one["looks_alike"]] == ["P01", "P02"]


def test_a_rehearsal_says_what_the_import_then_does_and_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, answers(P1="one", P2="two", P3="three", P4="four"))
    newer = source_of(tmp_path, [*answers(P1="one", P2="2", P5="five"), ("P6", "And bad?", "six")], name="newer.csv")
    with (work := session(tmp_path)).project:
        before, log = state(work), work.project.last_event()
        _, told = rehearse_survey(newer, tmp_path / "p.coder", SurveyRequest(PlanOptions(placeholders=("one",))))
        assert (state(work), work.project.last_event()) == (before, log)
    _, done = import_survey(
        newer, tmp_path / "p.coder", SurveyRequest(PlanOptions(placeholders=("one",))), coder_name="Ana"
    )
    assert told == done and done.counts["changed"] == 1 and done.counts["absent"] == 2


def test_a_rehearsal_makes_no_project_and_no_coder(tmp_path: Path) -> None:
    source = source_of(tmp_path, answers(P1="one"))
    _, told = rehearse_survey(source, tmp_path / "p.coder", SurveyRequest())
    assert told.counts["participants"] == 1 and told.project == tmp_path / "p.coder"
    assert [path.name for path in tmp_path.iterdir()] == ["survey.csv"]


def test_a_rehearsal_refuses_what_the_import_refuses(tmp_path: Path) -> None:
    header = ("How was it for you, in your own words?", "site")
    rows = [(f"it was a long day with the number {i} on it", "North") for i in range(6)]
    imported(tmp_path, rows, header, id="-")
    source = source_of(tmp_path, rows[::-1], header)
    with pytest.raises(InputError, match="no column of ids"):
        rehearse_survey(source, tmp_path / "p.coder", SurveyRequest(PlanOptions(id="-")))


def test_masked_words_are_in_no_list_of_differences(tmp_path: Path) -> None:
    imported(tmp_path, answers(P1="Ask Ann Lee there", P2="Bob was kind"))
    with (work := session(tmp_path)).project:
        work.mask(work.queue()[0], Span(4, 11))
        work.mask(work.queue()[1], Span(0, 3))
    newer = source_of(tmp_path, answers(P1="Do ask Ann Lee there", P2="Bobby was kind"))
    ran = ok(coder("import", "survey", newer, tmp_path / "p.coder", "--dry-run"))
    as_json = ok(coder("import", "survey", newer, tmp_path / "p.coder", "--json"))
    for said in (ran.out, as_json.out):
        texts_alone = said[said.index("differ") :]
        assert "Ann" not in texts_alone and "Lee" not in texts_alone
    found = as_json.json["differences"]["changed"]
    assert "".join(text for change, text in found[0]["difference"] if change != "gone") == "Do ask ▇▇▇▇▇▇▇ there"
    # `Bob` stands in `Bobby`, so it is masked there, too
    assert "".join(text for change, text in found[1]["difference"] if change != "gone") == "▇▇▇by was kind"
    newest = source_of(tmp_path, answers(P1="Do ask Anne Lee there", P2="Bobby was kind"))
    ran = ok(coder("import", "survey", newest, tmp_path / "p.coder", "--dry-run"))
    assert "not shown" in ran.out and "Anne" not in ran.out[ran.out.index("differ") :]


def shown(folder: Path, who: str) -> str:
    """The text of a participant as an output may show it."""
    with open_project(folder / "p.coder") as project, project.read() as connection:
        question = corpus.read_questions(connection)[0].id
        return next(r.text for r in list_responses(connection, [question]) if r.participant == who)


def test_masked_words_are_masked_again_whatever_texts_came_in_between(tmp_path: Path) -> None:
    imported(tmp_path, answers(P1="Ask Ann Lee there", P2="Bob said so, and Kim"))
    with (work := session(tmp_path)).project:
        work.mask(work.queue()[0], Span(4, 11))
        work.mask(work.queue()[1], Span(0, 3))
    between = imported(tmp_path, answers(P1="", P2="Rob said so, and Kim"))
    assert [(c.participant, c.withheld) for c in between.differences.changed] == [("P1", False), ("P2", True)]
    with (work := session(tmp_path)).project:
        work.mask(work.queue()[0], Span(0, 3))
    last = imported(tmp_path, answers(P1="Do ask Ann Lee there", P2="Bob and Rob said so, and Kim"))
    assert [(c.new, c.withheld) for c in last.differences.changed] == [
        ("Do ask ▇▇▇▇▇▇▇ there", False),
        ("▇▇▇ and ▇▇▇ said so, and Kim", False),
    ]
    assert shown(tmp_path, "P1") == "Do ask ▇▇▇▇▇▇▇ there"
    imported(tmp_path, answers(P1="Ask them", P2="They said so"))
    gone = imported(tmp_path, answers(P1="Ask them, please", P2="They did"))
    assert all(c.withheld for c in gone.differences.changed), (
        "what was masked may be spelt otherwise: nobody has looked"
    )


def test_what_was_unmasked_in_a_newer_text_is_not_masked_again_for_an_older_one(tmp_path: Path) -> None:
    imported(tmp_path, answers(P1="Will said so"))
    with (work := session(tmp_path)).project:
        work.mask(work.queue()[0], Span(0, 4))
    imported(tmp_path, answers(P1="Will it be so?"))
    assert shown(tmp_path, "P1") == "▇▇▇▇ it be so?"
    with (work := session(tmp_path)).project:
        work.unmask(work.queue()[0], Span(0, 4))
    imported(tmp_path, answers(P1="Will it be so? No."))
    assert shown(tmp_path, "P1") == "Will it be so? No."


def test_the_command_shows_the_first_differences_inert_and_all_as_json(tmp_path: Path) -> None:
    hostile = "\x1b[31m[bold]old\u202e " + "so it was, " * 30
    before = {f"P{i}": f"{hostile}{i} and more" for i in range(30)}
    imported(tmp_path, answers(**before))
    newer = source_of(tmp_path, answers(**{who: text + " \x07yes" for who, text in before.items()}))
    ran = ok(coder("import", "survey", newer, tmp_path / "p.coder", "--dry-run"))
    assert ran.out.count("{+ ␇yes+}") == 20 and "and 10 more" in ran.out
    assert not any(c in ran.out + ran.err for c in "\x1b\x07\u202e")
    assert "so it was" in ran.out and len(ran.out) < 10_000, "what is the same is cut"
    found = ok(coder("import", "survey", newer, tmp_path / "p.coder", "--dry-run", "--json")).json
    assert found["dry_run"] and len(found["differences"]["changed"]) == 30
    pieces = found["differences"]["changed"][0]["difference"]
    assert pieces == [[p.change.value, p.text] for p in compare_texts(before["P0"], before["P0"] + " \x07yes")]
    assert pieces[-1] == [Change.NEW, " \x07yes"]


def test_a_memo_on_a_response_stays_on_it_whatever_text_it_has(tmp_path: Path) -> None:
    imported(tmp_path, answers(P1="the people", P2="the food"))
    with (work := session(tmp_path)).project:
        work.write_memo(Place(Subject.RESPONSE, work.queue()[0]), "ask her again")

        def noted() -> str:
            return next(work.view(i).response.text for i in work.queue() if work.memos(Place(Subject.RESPONSE, i)))

        for text in ("the people!", "the people"):
            imported(tmp_path, answers(P1=text, P2="the food"))
            assert noted() == text
        work.undo()
        assert noted() == "the people!"
        work.redo()
        assert noted() == "the people"


def test_an_answer_that_is_declared_a_placeholder_is_named_and_so_is_coding_that_counts_no_more(tmp_path: Path) -> None:
    imported(tmp_path, answers(P1="the people", P2="none", P3="None ", P4="nothing"))
    with (work := session(tmp_path)).project:
        work.assign(work.queue()[1], work.create_theme("T").theme_id or 0)
        done = imported(tmp_path, answers(P1="the people"), placeholders=("none",))
        assert done.differences.restated == [Restated("P2", Q, "", False, True), Restated("P3", Q, "", False, False)]
        (notice,) = (n for n in done.notices if n.startswith("Placeholders now"))
        assert "P2, What was good?, P3, What was good?; 2" in notice and "1 of them coded" in notice
        assert not imported(tmp_path, answers(P1="the people"), placeholders=("none",)).differences.restated


def test_no_undo_or_redo_takes_a_text_away_from_what_was_done_to_it_since(tmp_path: Path) -> None:
    for text in ("old", "new", "old"):
        imported(tmp_path, answers(P1=text, P2="as it was"))
    ana, ben = session(tmp_path), open_session(tmp_path / "p.coder", "Ben")
    with ana.project, ben.project:
        theme = ben.create_theme("T").theme_id or 0

        def on(text: str) -> int:
            return next(i for i in ben.queue() if ben.view(i).response.text == text)

        ben.assign(on("old"), theme)
        with pytest.raises(RefusedError, match="can't be taken back") as refused:
            ana.undo()
        assert "1 codings" in refused.value.problems[0]
        ben.undo()
        assert ana.undo().changed
        ben.review(on("new"))
        with pytest.raises(RefusedError):
            ana.redo()
        ben.undo()
        assert ana.redo().changed and on("old")


# --- who is missing, and who may be somebody else ---------------------------------------------------------


def test_who_is_not_in_the_newer_file_is_named_and_stays(tmp_path: Path) -> None:
    people = {f"P{i:02}": f"text {i}" for i in range(15)}
    imported(tmp_path, answers(**people))
    done = imported(tmp_path, answers(**{who: text for who, text in people.items() if who < "P03"}))
    assert done.differences.absent == [who for who in people if who >= "P03"]
    assert done.counts["absent"] == 12 and done.counts["responses"] == 0
    notice = next(n for n in done.notices if "not in this file" in n)
    assert notice.startswith("12 participants") and "P12 …" in notice and "P13" not in notice
    with (work := session(tmp_path)).project:
        assert len(work.queue()) == 15


def missed(work: Session) -> list[str]:
    """The texts that the filter finds no longer in the newest file."""
    return [work.view(i).response.text for i in work.queue(None, wanted=Filter(anywhere=True, absent=True))]


def test_what_the_newest_file_does_not_have_is_marked_until_one_has_it_again(tmp_path: Path) -> None:
    imported(tmp_path, [*answers(P1="one", P2="two", P3="three"), ("P1", "Bad?", "rain"), ("P2", "Bad?", "")])
    imported(tmp_path, [*answers(P1="one", P2="two"), ("P2", "Bad?", "")])
    with (work := session(tmp_path)).project:
        assert missed(work) == ["three", "rain"]
    imported(tmp_path, answers(S1="of another site"))
    assert not imported(tmp_path, answers(P1="one", P2="two")).changed
    with (work := session(tmp_path)).project:
        assert missed(work) == ["three", "rain"], "a file that does not speak of them changes nothing"
    imported(tmp_path, [*answers(P1="one", P3="three, changed"), ("P1", "Bad?", "rain")])
    with (work := session(tmp_path)).project:
        assert missed(work) == ["two"]
        work.undo()
        assert missed(work) == ["three", "rain"]
        work.redo()
        assert missed(work) == ["two"]
        forget(work.project, "P2", work.coder_id)
        assert missed(work) == []


def test_nobody_is_missed_in_a_file_of_other_people_or_of_other_questions(tmp_path: Path) -> None:
    imported(tmp_path, answers(N1="north", N2="north too"))
    assert imported(tmp_path, answers(S1="south", S2="south too")).differences.absent == []
    assert imported(tmp_path, [("N1", "And what was bad?", "nothing")]).differences.absent == []
    assert imported(tmp_path, answers(N1="at the end"), wave="end").differences.absent == []
    assert imported(tmp_path, answers(S2="south too")).differences.absent == ["S1"]
    # A text that a later import changed is still of the import that brought the person.
    imported(tmp_path, answers(N1="north", N2="changed"))
    assert imported(tmp_path, answers(N1="north")).differences.absent == ["N2"]


def test_an_answer_that_the_file_leaves_out_is_named(tmp_path: Path) -> None:
    rows = [("P1", Q, "one"), ("P1", Q, "two"), ("P2", Q, "three"), ("P2", "Bad?", "four"), ("P3", "Bad?", "")]
    imported(tmp_path, rows)
    done = imported(tmp_path, [("P1", Q, "two"), ("P2", Q, "three"), ("P3", "Bad?", "")])
    assert done.differences.left_out == [("P1", Q, ""), ("P2", "Bad?", "")]
    assert any("2 answers" in notice and "P2, Bad?" in notice for notice in done.notices)


def test_another_rating_choice_or_attribute_is_named_before_it_replaces_the_old_one(tmp_path: Path) -> None:
    header = ("participant_id", "site", "How good? (1-5)", Q)
    texts = "the people were kind and patient", "the food was good all week long"
    imported(tmp_path, [("P1", "north", 3, texts[0]), ("P2", "north", 4, texts[1])], header, open=(Q,))
    newer = [("P1", "south", 5, texts[0]), ("P2", "north", 4, texts[1])]
    source = source_of(tmp_path, newer, header)
    rehearsed = rehearse_survey(source, tmp_path / "p.coder", SurveyRequest())[1]
    assert rehearsed.differences.revised == [("P1", "How good? (1-5)", ""), ("P1", "site", "")]
    done = imported(tmp_path, newer, header)
    assert done.notices == rehearsed.notices and any("P1, How good? (1-5), P1, site; 2" in n for n in done.notices)
    with open_project(tmp_path / "p.coder") as project:
        assert ratings(project)[0].summary.mean == 4.5
    assert imported(tmp_path, newer, header).differences.revised == []


_BY_WAVE = ("participant_id", "wave", "Why did you come, in your own words?", "How good? (1-5)", "Which?")


def stacked(*rows: Sequence[object]) -> list[tuple[object, ...]]:
    """Rows of (participant, wave, rating, options), each with a text."""
    return [(who, wave, f"because of {who} at the {wave}", *closed) for who, wave, *closed in rows]


def by_wave(folder: Path, rows: Rows, header: Sequence[str] = _BY_WAVE) -> Imported:
    roles = ("id", "wave", "open", "rating", "multi")
    plan = "columns:\n" + "".join(
        f'- header: "{name}"\n  role: {role}\n' for name, role in zip(_BY_WAVE, roles, strict=True) if name in header
    )
    request = SurveyRequest(plan=plan)
    return import_survey(source_of(folder, rows, header), folder / "p.coder", request, coder_name="Ana")[1]


def closed(folder: Path) -> dict[tuple[str, str, str, str], str]:
    """The value of each closed answer, by participant, question, wave and option."""
    a, p, q = schema.answer.c, schema.participant.c, schema.question.c
    query = select(p.external_id, q.key, q.wave, a.option, a.value).select_from(
        schema.answer.join(schema.participant).join(schema.question)
    )
    with open_project(folder / "p.coder") as project, project.read() as connection:
        return {(who, *place): value for who, *place, value in connection.execute(query)}


def test_closed_answers_stay_where_the_rows_of_one_person_are_far_apart_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = stacked(*((f"P{i}", wave, i % 5 + 1, "A, B") for wave in ("start", "end") for i in range(7)))
    by_wave(tmp_path, rows)
    before = closed(tmp_path)
    for size in (1, 3, 7, 10, 14):
        monkeypatch.setattr(surveys, "_CHUNK", size)
        done = by_wave(tmp_path, rows)
        assert not done.changed and not done.notices and closed(tmp_path) == before
    newer = [(*row[:3], 5, row[4]) for row in rows]
    monkeypatch.setattr(surveys, "_CHUNK", 5)
    assert len(by_wave(tmp_path, newer).differences.revised) == len([row for row in rows if row[3] != 5])
    assert closed(tmp_path).keys() == before.keys()


def test_a_closed_answer_goes_where_its_row_says_nothing_now_and_stays_where_its_row_is_missing(tmp_path: Path) -> None:
    rows = stacked(("P1", "start", 3, "A, B"), ("P1", "end", 4, "A"), ("P2", "start", 2, "B"), ("P2", "end", 5, "B"))
    by_wave(tmp_path, rows)
    done = by_wave(tmp_path, stacked(("P1", "start", "", "B"), ("P2", "start", 2, "B"), ("P2", "end", 5, "")))
    rating, which = _BY_WAVE[3:]
    assert done.differences.withdrawn == [("P1", rating, "start"), ("P1", which, "start"), ("P2", which, "end")]
    assert any("P1, How good? (1-5) (start), P1, Which? (start), P2, Which? (end); 3" in n for n in done.notices)
    assert [left for left in done.differences.left_out if left[1] in (rating, which)] == [
        ("P1", rating, "end"),
        ("P1", which, "end"),
    ]
    assert closed(tmp_path) == {
        ("P1", which, "start", "B"): "1",
        ("P1", rating, "end", ""): "4",
        ("P1", which, "end", "A"): "1",
        ("P2", rating, "start", ""): "2",
        ("P2", which, "start", "B"): "1",
        ("P2", rating, "end", ""): "5",
    }
    with (work := session(tmp_path)).project:
        work.undo()
    assert len(closed(tmp_path)) == 9


def test_who_is_missing_from_a_file_of_closed_questions_alone_is_named(tmp_path: Path) -> None:
    rows = stacked(("P1", "start", 3, "A"), ("P2", "start", 2, "B"))
    by_wave(tmp_path, rows)
    header = ("participant_id", "wave", "How good? (1-5)")
    ratings_alone = [(who, "end", rating) for who, rating in (("P1", 3), ("P2", 4), ("P3", 5))]
    assert by_wave(tmp_path, ratings_alone, header).differences.absent == []
    assert by_wave(tmp_path, ratings_alone[:1], header).differences.absent == ["P2", "P3"]


def test_what_is_there_of_people_is_read_and_changed_many_at_a_time(tmp_path: Path) -> None:
    header = ("participant_id", "site", "age", "How good? (1-5)", Q)
    options: dict[str, Any] = {"open": (Q,), "attribute": ("site", "age"), "rating": ("How good",)}
    rows = [(f"P{i}", "north", 30, 3, f"the people were kind, all {i} of them") for i in range(150)]
    imported(tmp_path, rows, header, **options)
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        imported(tmp_path, rows, header, **options)
        newer = [(who, "south", 31, 4, text + "!") for who, _, _, _, text in rows]
        assert len(imported(tmp_path, newer, header, **options).differences.changed) == len(rows)
        assert len(imported(tmp_path, rows, header, **options).differences.revised) == 3 * len(rows)
        with (work := session(tmp_path)).project:
            work.undo()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) < 4 * len(rows), "what is done for each of many people takes minutes of a large survey"


def test_a_file_of_nobody_who_was_there_is_told(tmp_path: Path) -> None:
    header = ("number", Q)
    rows = [("R1", "the people were kind and patient"), ("R2", "the food was good all week long")]
    first = imported(tmp_path, rows, header, ignore=("number",), open=(Q,))
    assert not first.differences.strangers
    doubled = imported(tmp_path, rows, header, id="number", open=(Q,))
    assert doubled.differences.strangers and any("--id COLUMN" in n and "undo" in n for n in doubled.notices)
    again = imported(tmp_path, rows, header)
    assert not again.differences.strangers and not any("P0001" in n for n in again.notices)


def test_what_an_analyst_corrected_is_kept_and_named_and_what_another_program_brought_is_not_a_correction(
    tmp_path: Path,
) -> None:
    header = (*LONG, "site")
    imported(tmp_path, [("P1", Q, "one", "North"), ("P2", Q, "two", "North")], header)
    ok(coder("export", "project", tmp_path / "p.coder", tmp_path / "p.qdpx"))
    (tmp_path / "p.coder").unlink()
    ok(coder("import", "project", tmp_path / "p.qdpx", tmp_path / "p.coder", "--coder", "Ana"))
    facts = table(tmp_path / "facts.csv", ("participant_id", "site"), ("P1", "South"))
    ok(coder("import", "attributes", facts, tmp_path / "p.coder", "--coder", "Ana"))
    done = imported(tmp_path, [("P1", Q, "one", "East"), ("P2", Q, "two", "East")], header)
    assert done.differences.kept == [("P1", "site", "")] and done.differences.revised == [("P2", "site", "")]
    assert any("P1, site" in notice and "kept" in notice for notice in done.notices)


def test_the_same_answers_under_another_wave_or_question_are_told(tmp_path: Path) -> None:
    first = answers(P1="the people", P2="the food", P3="nothing", P4="n/a", P5="")
    imported(tmp_path, first, wave="start")
    newer = answers(P1="the people", P2="the good food", P3="nothing", P4="n/a", P5="", P6="new")
    forgotten = rehearse_survey(source_of(tmp_path, newer), tmp_path / "p.coder", SurveyRequest())[1]
    assert forgotten.differences.repeated == [Repeated(Q, "", Q, "start", same=2, answers=3)]
    assert any("2 of 3" in n and "--wave start" in n for n in forgotten.notices)
    found = ok(coder("import", "survey", source_of(tmp_path, newer), tmp_path / "p.coder", "--dry-run", "--json")).json
    assert found["differences"]["repeated"] == [asdict(forgotten.differences.repeated[0])]
    reworded = [(who, "What was so good?", text) for who, _, text in newer]
    done = imported(tmp_path, reworded, wave="start")
    assert done.differences.repeated == [Repeated("What was so good?", "start", Q, "start", same=2, answers=3)]
    assert any(f"‘{Q}’" in n and "--plan-only" in n for n in done.notices)


def test_other_answers_at_another_time_are_not_taken_for_the_same(tmp_path: Path) -> None:
    imported(tmp_path, answers(P1="people", P2="food", P3="nothing", P4="music"), wave="start")
    done = imported(tmp_path, answers(P1="the people", P2="food", P3="nothing", P4="all of it"), wave="end")
    assert done.differences.repeated == []
    assert imported(tmp_path, answers(P1="the people"), wave="later").differences.repeated == []
    both = [
        *answers(P1="people", P2="food"),
        *((who, "And else?", text) for who, text in (("P1", "people"), ("P2", "x"))),
    ]
    assert imported(tmp_path, both, wave="start").differences.repeated == []


def test_a_question_that_is_asked_in_other_words_is_named(tmp_path: Path) -> None:
    plan = 'columns:\n- {header: participant_id, role: id}\n- {header: Q5, role: open, prompt: "%s"}\n'
    source = source_of(tmp_path, [("P1", "the people"), ("P2", "the food")], ("participant_id", "Q5"))
    for prompt, reworded in (
        ("What was good?", []),
        ("What was good?", []),
        ("What was bad?", [("Q5", "", "What was good?", "What was bad?")]),
    ):
        request = SurveyRequest(plan=plan % prompt)
        done = import_survey(source, tmp_path / "p.coder", request, coder_name="Ana")[1]
        assert done.differences.reworded == reworded
    assert any("‘Q5’ was “What was good?”, now “What was bad?”" in notice for notice in done.notices)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("p01", "P01", True),
        ("1", "001", True),
        ("P 1", "P1", True),
        ("P1", "P001", True),
        ("7", "7.0", True),
        ("Ａ1", "a1", True),
        ("P1", "P10", False),
        ("P01", "P02", False),
        ("0", "00", True),
        ("10", "1", False),
        ("1.5", "1.50", False),
        ("a-1", "a1", False),
    ],
)
def test_ids_that_differ_by_accident(one: str, other: str, near: bool) -> None:
    assert (loosely(one) == loosely(other)) is near


# --- two files of two waves -------------------------------------------------------------------------------

_WHY = "What do you hope to take from these days?"
_START = ("Email code", "Site", _WHY, "Confidence (1-5)")
_END = ("Confidence (1-5)", "Would you come again, and why?", _WHY, "ID")
_START_ROWS = [
    ("P01", "North", "people I can talk to about all of it", 2),
    (" P 2 ", "South", "skills that I can use in my work", 3),
    ("007", "South", "a clear plan for the coming year", 1),
    ("p4", "North", "confidence to speak up in a meeting", 2),
]
_END_ROWS = [
    (4, "yes, as soon as I can do so", "I found people I can talk to", "P01"),
    (3, "no, it was too far for me", "skills, and then some more", "P 2"),
    (5, "yes, with all of my friends", "a plan, and it is a good one", "7"),
    (5, "maybe, if there is time left", "confidence, more than I had", "P4"),
]


def test_start_and_end_pair_by_the_exact_id_and_near_misses_are_named(tmp_path: Path) -> None:
    project = tmp_path / "p.coder"
    start, end = source_of(tmp_path, _START_ROWS, _START, "start.csv"), source_of(tmp_path, _END_ROWS, _END, "end.csv")
    common = ("--open", _WHY, "--rating", "Confidence (1-5)")
    ok(coder("import", "survey", start, project, "--wave", "start", "--id", "Email code", *common))
    done = ok(
        coder("import", "survey", end, project, "--wave", "end", "--id", "ID", *common, "--open", _END[1], "--json")
    ).json
    assert done["differences"]["near"] == [{"known": "007", "new": "7"}, {"known": "p4", "new": "P4"}]
    assert any("‘7’ beside ‘007’, ‘P4’ beside ‘p4’" in notice for notice in done["notices"])
    assert done["counts"]["participants"] == 2 and done["differences"]["absent"] == []

    rows = [("P01", "start", "People"), ("P01", "end", "People"), ("P 2", "end", "People"), ("007", "start", "Plan")]
    codings = table(
        tmp_path / "c.csv", ("participant_id", "wave", "theme", "question"), *((*row, _WHY) for row in rows)
    )
    reviewed = table(
        tmp_path / "r.csv",
        ("participant_id", "question", "wave"),
        *((who, _WHY, wave) for wave in ("start", "end") for who in ("P01", "P 2")),
    )
    ok(coder("import", "codings", codings, project, "--create-themes", "--reviewed", reviewed, "--coder", "Ana"))
    with open_project(project) as opened:
        (change,) = compare(opened, Cut())
        assert change.reviewed == 2, "P01 and ‘P 2’; who is ‘007’ and ‘7’ is not for the program to say"
        people = next(t for t in change.themes if change.codebook.by_id[t.theme_id].name == "People")
        assert (people.pairs.gained, people.pairs.lost, people.pairs.kept, people.pairs.neither) == (1, 0, 1, 0)
        found = {(r.question.key, r.question.wave): r for r in ratings(opened)}
        assert len(found) == 2
    compared = ok(coder("compare", project, "--json")).json
    assert compared
    assert ok(coder("ratings", project, "--json")).json


# --- nothing is lost --------------------------------------------------------------------------------------

_WORDS = st.sampled_from(["good", "food", "people", "the people", "n/a", "", "good food", "\n", "x" * 50])
_SURVEYS = st.dictionaries(st.sampled_from([f"P{i}" for i in range(6)]), st.lists(_WORDS, min_size=1, max_size=3))
_DONE = (schema.coding, schema.coding_highlight, schema.highlight, schema.review, schema.rejection, schema.star)


def _done(work: Session) -> dict[str, list[tuple[Any, ...]]]:
    """All that people did, with the text that each bears on."""
    with work.project.read() as connection:
        r = schema.response.c
        rows = {t.name: sorted(map(tuple, connection.execute(select(t)))) for t in _DONE}
        coded = select(schema.coding.c.id, r.text).join_from(schema.coding, schema.response, r.id == _CODED)
        return {**rows, "text": sorted(map(tuple, connection.execute(coded)))}


_CODED = schema.coding.c.response_id


@settings(max_examples=25, deadline=None)
@given(_SURVEYS.filter(bool), _SURVEYS.filter(bool), st.data())
def test_no_newer_file_loses_or_moves_what_was_done(
    first: dict[str, list[str]], second: dict[str, list[str]], data: st.DataObject
) -> None:
    def rows(of: dict[str, list[str]]) -> list[tuple[str, str, str]]:
        return [(who, Q, text) for who, given_texts in of.items() for text in given_texts]

    with TemporaryDirectory() as name:
        folder = Path(name)
        imported(folder, rows(first))
        with (work := session(folder)).project:
            theme = work.create_theme("T").theme_id or 0
            for response in work.queue():
                text = work.view(response).response.text
                act = data.draw(st.sampled_from(["none", "whole", "words", "review", "reject"]))
                if act in ("whole", "words"):
                    work.assign(response, theme, Span(0, len(text)) if act == "words" else None)
                elif act == "review":
                    work.review(response)
                elif act == "reject":
                    work.reject(response, theme)
            done, before = _done(work), state(work)
            newer = imported(folder, data.draw(st.permutations(rows(second))))
            assert _done(work) == done
            counts = newer.counts
            assert counts["unchanged"] + counts["changed"] + counts["responses"] == len(rows(second))
            kept = {who for who in first if who not in second} if first.keys() & second.keys() else set()
            assert set(newer.differences.absent) == kept
            if newer.changed:
                work.undo()
                assert state(work) == before
                work.redo()
                assert _done(work) == done
            # All that the first file has stands again once it is imported again, with its coding.
            imported(folder, rows(first))
            assert _done(work) == done
            current = sorted(texts(work))
            assert all(text in current for _, _, text in rows(first) if text.strip() and text != "n/a")


_GIVEN = st.tuples(
    st.sampled_from(["good", "Good", "food ", "the people", "the  people", "n/a", " n/a ", ""]),
    st.sampled_from(["", "1", "5"]),
    st.sampled_from(["", "A", "B", "A, B"]),
)
_EXPORTS = st.dictionaries(st.tuples(st.sampled_from("PQRS"), st.sampled_from(["start", "end"])), _GIVEN, min_size=1)
_TEXT, _RATING, _OPTIONS = _BY_WAVE[2:]
Export = dict[tuple[str, str], tuple[str, str, str]]


def _is_answer(text: str) -> bool:
    return text.strip() not in ("", "n/a")


def _closed_of(export: Export) -> dict[tuple[str, str, str, str], str]:
    ratings = {(who, _RATING, wave, ""): rating for (who, wave), (_, rating, _) in export.items() if rating}
    ticked = (((who, wave), options.split(", ")) for (who, wave), (_, _, options) in export.items() if options)
    return ratings | {(who, _OPTIONS, wave, option): "1" for (who, wave), some in ticked for option in some}


def _left_out(there: Export, newer: Export) -> list[tuple[str, str, str]]:
    """What is there of people whom the newer file has, in rows that it does not have though it is of their wave."""
    people, waves = {who for who, _ in newer}, {wave for _, wave in newer}
    gone = {place: row for place, row in there.items() if place not in newer and place[0] in people}
    return sorted(
        (who, question, wave)
        for (who, wave), row in gone.items()
        for question, given in zip((_TEXT, _RATING, _OPTIONS), row, strict=True)
        if wave in waves and given.strip()
    )


Worked = set[tuple[str, str, str, str]]
"""Who did it, to whose text in which wave."""


def _check(folder: Path, there: Export, coded: Worked, read: Worked) -> None:
    """The project has what the model has, and counts it so: what was done to a text is of that text alone."""
    assert closed(folder) == _closed_of(there)
    with (work := session(folder)).project, work.project.read() as connection:
        questions = corpus.read_questions(connection, QuestionKind.OPEN)
        listed = list_responses(connection, [q.id for q in questions])
        assert {(r.participant, r.wave): r.text for r in listed} == {place: row[0] for place, row in there.items()}
        for counted in tally(work.project).questions:
            here = [(who, wave, row[0]) for (who, wave), row in there.items() if wave == counted.question.wave]
            answered = {place for place in here if _is_answer(place[2])}
            seen = {place for place in answered if any((by, *place) in read for by in ("Ana", "Ben"))}
            having = {place for place in seen if any((by, *place) in coded for by in ("Ana", "Ben"))}
            chain = counted.counted.chain
            assert (chain.asked, chain.answered, chain.reviewed) == (len(here), len(answered), len(seen))
            assert [(t.participants, t.base) for t in counted.counted.themes] == [(len(having), len(seen))]


@settings(max_examples=8, deadline=None)
@given(st.lists(_EXPORTS, min_size=2, max_size=4), st.data())
def test_every_count_follows_the_texts_through_any_row_of_exports(exports: list[Export], data: st.DataObject) -> None:
    there: Export = {}
    coded: Worked = set()
    read: Worked = set()
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setattr(surveys, "_CHUNK", 2)
        for number, export in enumerate(exports):
            before, known = dict(there), {who for who, _ in there}
            there |= export
            given = [(*place, *row) for place, row in data.draw(st.permutations(list(export.items())))]
            done = by_wave(folder, given)
            changed = [place for place, row in export.items() if place in before and before[place][0] != row[0]]
            assert sorted((c.participant, c.wave) for c in done.differences.changed) == sorted(changed)
            assert sorted(done.differences.left_out) == _left_out(before, export)
            assert done.counts["participants"] == len({who for who, _ in there} - known)
            assert not by_wave(folder, given).changed
            if number == 0:
                with (work := session(folder)).project:
                    work.create_theme("T")
            _check(folder, there, coded, read)
            if number and done.changed:
                with (work := session(folder)).project:
                    work.undo()
                    _check(folder, before, coded, read)
                    work.redo()
                    _check(folder, there, coded, read)
            for coder_name in ("Ana", "Ben"):
                with (work := open_session(folder / "p.coder", coder_name)).project:
                    for response in work.queue():
                        view = work.view(response)
                        place = coder_name, view.participant.external_id, view.question.wave, view.response.text
                        act = data.draw(st.sampled_from(["none", "code", "read", "both"]))
                        if act in ("code", "both"):
                            work.assign(response, work.codebook.themes[0].id)
                            coded.add(place)
                        if act in ("read", "both"):
                            work.review(response)
                            read.add(place)
            _check(folder, there, coded, read)
