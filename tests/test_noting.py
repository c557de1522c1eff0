"""Stars, masks and memos: what they change in lists and outputs, and that undo takes each back exactly."""

import shutil
from pathlib import Path

import pytest

from coder.domain.coding import Span
from coder.domain.memo import Place, Subject
from coder.errors import RefusedError
from coder.exports import PSEUDONYMOUS, ExportKind, export
from coder.session import Session, forget_participant, open_session
from coder.store.project import open_project
from tests.cli.commands import coder, ok, rows_of
from tests.projects import QUESTION, project_of, session_of, small_project, survey_file, theme_id
from tests.test_session import state

TEXTS = {"P1": "Great people and great food", "P2": "The food was good", "P3": "n/a", "P4": ""}
FOOD = Span(23, 27)


def test_a_star_is_one_event_that_undo_and_redo_take_back_and_bring_again(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    first = session.queue()[0]
    before = state(session)
    assert session.star(first, FOOD).changed and not session.star(first, FOOD).changed
    session.star(first)
    assert session.view(first).stars == (Span(0, 27), FOOD)
    after = state(session)
    session.undo()
    assert session.view(first).stars == (FOOD,)
    session.undo()
    assert state(session) == before
    session.redo()
    session.redo()
    assert state(session) == after
    assert session.unstar(first, FOOD).changed and not session.unstar(first, FOOD).changed
    assert session.view(first).stars == (Span(0, 27),)


@pytest.mark.parametrize("act", ["star", "mask", "unstar", "unmask"])
def test_words_that_are_not_in_the_response_can_be_neither_starred_nor_masked(tmp_path: Path, act: str) -> None:
    session = session_of(tmp_path, TEXTS)
    with pytest.raises(RefusedError, match="does not lie inside"):
        getattr(session, act)(session.queue()[0], Span(0, 1000))


def test_starred_quotes_come_first_in_lists_and_in_the_export(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    one, two = session.queue()
    food = theme_id(session, "Food")
    session.assign(one, food, FOOD)
    session.assign(two, food)
    session.star(two)
    assert [(q.participant, q.starred) for q in session.quotes(food)] == [("P2", True), ("P1", False)]
    file = tmp_path / "quotes.csv"
    export(ExportKind.QUOTES, session.project, file)
    assert [(row["participant_id"], row["starred"]) for row in rows_of(file)] == [("P2", "1"), ("P1", "0")]
    session.unstar(two)
    session.star(one, FOOD)
    assert [q.participant for q in session.quotes(food) if q.starred] == ["P1"]


def test_masked_words_stay_in_the_project_and_are_blocks_where_they_leave_it(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    first, food = session.queue()[0], theme_id(session, "Food")
    session.assign(first, food, Span(17, 27))
    before = state(session)
    session.mask(first, FOOD)
    view = session.view(first)
    assert view.response.text == TEXTS["P1"]
    assert (view.quotable(), view.quotable(FOOD)) == ("Great people and great ▇▇▇▇", "▇▇▇▇")
    assert [q.text for q in session.quotes(food)] == ["great ▇▇▇▇"]
    session.undo()
    assert state(session) == before and session.view(first).quotable() == TEXTS["P1"]
    session.redo()
    assert session.unmask(first, FOOD).changed
    assert [q.text for q in session.quotes(food)] == ["great food"]


def test_masking_words_that_a_theme_bears_says_that_it_needs_another_name(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    first = session.queue()[0]
    session.in_vivo(first, Span(0, 12))
    assert "‘Great people’ bears them" in session.mask(first, Span(6, 12)).message
    assert "bears" not in session.mask(first, FOOD).message


def test_a_theme_made_of_masked_words_does_not_bear_them(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    first = session.queue()[0]
    session.mask(first, Span(6, 12))
    assert session.in_vivo(first, Span(0, 12)).message == "New theme ‘Great ▇▇▇▇▇▇’."


def test_codings_of_masked_words_come_back_by_their_offsets(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    first, food = session.queue()[0], theme_id(session, "Food")
    session.mask(first, FOOD)
    session.assign(first, food, FOOD)
    file = tmp_path / "codings.csv"
    export(ExportKind.CODINGS, session.project, file)
    assert rows_of(file)[0]["text"] == "▇▇▇▇"
    session.unassign(first, food)
    ok(coder("import", "codings", file, session.project.path))
    assert [m.span for m in session.view(first).marked] == [FOOD]


SECRET = "Xanthippopolis"


def leaky(folder: Path) -> Path:
    """The sample project, where one participant has said a name in every way that can come out, and it is masked."""
    path = small_project(folder / "leak.coder")
    more = folder / "more.csv"
    texts = [("Z1", f"I met {SECRET} there"), ("Z2", f"Thanks to {SECRET} and the talented, like-minded people I met")]
    prompt = open_session(path, "Ana").questions[0].prompt
    more.write_text("participant_id,question,text\n" + "".join(f'{who},"{prompt}","{text}"\n' for who, text in texts))
    ok(coder("import", "survey", more, path))
    session = open_session(path, "Ana")
    with session.project:
        ids = [i for i in session.queue() if session.view(i).participant.external_id in ("Z1", "Z2")]
        assert len(ids) == 2
        for response in ids:
            at = session.view(response).response.text.index(SECRET)
            span = Span(at, at + len(SECRET))
            theme = session.codebook.for_question(session.view(response).question.key).themes[0].id
            session.star(response, span)
            session.mask(response, span)
            if response == ids[0]:
                session.assign(response, theme, span)
                session.assign(response, theme)
                session.mark(response, span)
                session.review(response)
    return path


@pytest.fixture(scope="module")
def leaky_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return leaky(tmp_path_factory.mktemp("leak"))


COMMANDS = [
    *(["export", kind, "PROJECT", f"OUT.{end}"] for kind in ExportKind for end in ("csv", "xlsx")),
    ["export", "codebook", "PROJECT", "OUT.yaml"],
    *(["export", kind, "PROJECT", "OUT.csv", "--pseudonyms"] for kind in sorted(PSEUDONYMOUS)),
    *(["quotes", "PROJECT", "--most", "99", *form] for form in ([], ["--json"], ["--csv"])),
    *(["export", "project", "PROJECT", "OUT.qdpx", "--per", per] for per in ("response", "participant")),
    *(["report", "PROJECT", f"OUT.{end}", "--together"] for end in ("html", "docx", "md")),
    ["figures", "PROJECT", "OUT", "--format", "svg"],
    ["figures", "PROJECT"],
    ["suggest", "PROJECT"],
    ["suggest", "PROJECT", "--all-scores", "--nearest", "--json"],
    ["suggest", "PROJECT", "--all-scores", "-o", "OUT.csv"],
    ["tally", "PROJECT", "--json"],
    ["log", "PROJECT"],
    ["log", "PROJECT", "--json"],
    ["undo", "PROJECT", "--json"],
    ["evaluate", "PROJECT", "--json"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_output_holds_masked_words(leaky_project: Path, tmp_path: Path, command: list[str]) -> None:
    path = Path(shutil.copy(leaky_project, tmp_path / "leak.coder"))
    out = tmp_path / "OUT"
    given = {"PROJECT": str(path)}
    ran = coder(*(given.get(word, word.replace("OUT", str(out))) for word in command))
    assert ran.status == 0, ran.err
    written = [_content(file) for file in tmp_path.rglob("*") if "OUT" in str(file) and file.is_file()]
    assert ran.out or written
    for text in (ran.out, ran.err, *written):
        assert SECRET not in text and SECRET.casefold() not in text.casefold()


def _content(file: Path) -> str:
    if file.suffix not in (".xlsx", ".docx", ".qdpx"):
        return file.read_text(encoding="utf-8-sig")
    import zipfile

    with zipfile.ZipFile(file) as book:
        return "\n".join(book.read(name).decode(errors="replace") for name in book.namelist())


def test_without_the_mask_the_same_outputs_would_hold_the_words(leaky_project: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(leaky_project, tmp_path / "leak.coder"))
    session = open_session(path, "Ana")
    with session.project:
        for response in session.queue():
            for span in session.view(response).masks:
                session.unmask(response, span)
    for kind in (ExportKind.CODINGS, ExportKind.QUOTES):
        ok(coder("export", kind, path, tmp_path / f"{kind}.csv"))
        assert SECRET in (tmp_path / f"{kind}.csv").read_text(encoding="utf-8-sig")
    assert SECRET.casefold() in ok(coder("suggest", path, "--all-scores")).out.casefold()
    assert SECRET in ok(coder("quotes", path, "--most", "99")).out


@pytest.mark.parametrize("undone", [False, True])
def test_a_corrected_text_keeps_its_masks_wherever_the_words_stand_in_it(tmp_path: Path, undone: bool) -> None:
    session = session_of(tmp_path, {"P1": "I met Bo and Al", "P2": "Al"})
    one, two = session.queue()
    session.mask(one, Span(6, 8))
    session.mask(two, Span(0, 2))
    before = state(session)
    fresh = survey_file(tmp_path, {"P1": "Bo, I met Bo and Al.", "P2": "Somebody"})
    ran = ok(coder("import", "survey", fresh, session.project.path, "--coder", "Ana"))
    assert "masked" in ran.err + ran.out and "P2" in ran.err + ran.out
    session.changed()
    shown = {session.view(i).participant.external_id: session.view(i).quotable() for i in session.queue()}
    assert shown == {"P1": "▇▇, I met ▇▇ and Al.", "P2": "Somebody"}
    if undone:
        session.undo()
        after = state(session)
        assert after["mask"] == before["mask"] and after["response"] == before["response"]
        session.redo()
        assert "▇▇, I met ▇▇ and Al." in {session.view(i).quotable() for i in session.queue()}


def test_a_forgotten_person_leaves_no_star_and_no_mask(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    session = open_session(path, "Ana")
    with session.project:
        one, two = session.queue()
        for response in (one, two):
            session.star(response)
            session.mask(response, Span(0, 5))
    forget_participant(path, "P1")
    with open_project(path) as project, project.read() as connection:
        for table in ("star", "mask"):
            assert connection.exec_driver_sql(f"SELECT response_id FROM {table}").scalars().all() == [two]
    assert "P1" not in ok(coder("log", path)).out


# --- memos -----------------------------------------------------------------------------------------------

NOTES = {"P1": "Great people and great food", "P2": "The food was good"}


def noted_in(folder: Path) -> tuple[Session, dict[Subject, Place]]:
    """A project with one thing of each kind that a memo can be about, all of P1 where it is of a person."""
    session = session_of(folder, NOTES, ["Food", "Meals"])
    one, food = session.queue()[0], theme_id(session, "Food")
    session.assign(one, food, FOOD)
    view = session.view(one)
    ids = {
        Subject.PROJECT: 0,
        Subject.QUESTION: view.question.id,
        Subject.THEME: food,
        Subject.PARTICIPANT: view.participant.id,
        Subject.RESPONSE: one,
        Subject.CODING: view.codings[0].id,
        Subject.HIGHLIGHT: view.marked[0].highlight_id,
    }
    return session, {subject: Place(subject, number) for subject, number in ids.items()}


@pytest.mark.parametrize("subject", Subject)
def test_a_memo_on_anything_is_written_changed_deleted_and_all_of_it_undone(tmp_path: Path, subject: Subject) -> None:
    session, places = noted_in(tmp_path)
    place = places[subject]
    states = [state(session)]
    session.write_memo(place, "  first thoughts\nand more ")
    (memo,) = session.memos(place)
    assert (memo.text, memo.coder, memo.place) == ("first thoughts\nand more", "Ana", place)
    assert session.count_memos(places.values()) == {place: 1}
    states.append(state(session))
    assert session.edit_memo(memo.id, "second thoughts").changed
    assert not session.edit_memo(memo.id, "second thoughts").changed
    states.append(state(session))
    session.delete_memo(memo.id)
    assert session.memos(place) == []
    states.append(state(session))
    for before in reversed(states[:-1]):
        session.undo()
        assert state(session) == before
    for after in states[1:]:
        session.redo()
        assert state(session) == after


def test_a_memo_needs_words_a_subject_that_is_there_and_its_own_coder(tmp_path: Path) -> None:
    session, places = noted_in(tmp_path)
    with pytest.raises(RefusedError, match="needs words"):
        session.write_memo(places[Subject.THEME], " \n ")
    with pytest.raises(RefusedError, match="coding that the memo is about is gone"):
        session.write_memo(Place(Subject.CODING, 999), "x")
    session.write_memo(places[Subject.PROJECT], "mine")
    (memo,) = session.memos(places[Subject.PROJECT])
    ben = open_session(session.project.path, "Ben")
    for act in (lambda: ben.edit_memo(memo.id, "his"), lambda: ben.delete_memo(memo.id)):
        with pytest.raises(RefusedError, match="Ana's"):
            act()
    session.delete_memo(memo.id)
    with pytest.raises(RefusedError, match="gone"):
        session.delete_memo(memo.id)


def test_memos_go_with_a_coding_and_its_words_and_come_back_with_them(tmp_path: Path) -> None:
    session, places = noted_in(tmp_path)
    for subject in (Subject.CODING, Subject.HIGHLIGHT):
        session.write_memo(places[subject], f"on the {subject}")
    before = state(session)
    session.unassign(places[Subject.RESPONSE].id, places[Subject.THEME].id)
    assert session.noted() == []
    session.undo()
    assert state(session) == before and len(session.noted()) == 2
    session.redo()
    assert session.noted() == []


def test_an_act_on_which_another_coder_wrote_a_memo_is_not_undone(tmp_path: Path) -> None:
    session, places = noted_in(tmp_path)
    ben = open_session(session.project.path, "Ben")
    ben.write_memo(places[Subject.CODING], "why this?")
    with pytest.raises(RefusedError) as refused:
        session.undo()
    assert "1 memos" in refused.value.problems[0]
    ben.undo()
    assert session.undo().changed


def test_an_import_on_whose_participants_there_are_memos_is_not_undone(tmp_path: Path) -> None:
    path = project_of(tmp_path, NOTES)
    ana, ben = open_session(path, "Ana"), open_session(path, "Ben")
    person = ana.view(ana.queue()[0]).participant.id
    ben.write_memo(Place(Subject.PARTICIPANT, person), "met them in May")
    with pytest.raises(RefusedError) as refused:
        ana.undo()
    assert "memos" in refused.value.problems[0]


def test_a_merge_gives_the_memos_of_theme_and_codings_to_those_that_stay(tmp_path: Path) -> None:
    session, places = noted_in(tmp_path)
    one, food, meals = places[Subject.RESPONSE].id, places[Subject.THEME].id, theme_id(session, "Meals")
    session.assign(one, meals, FOOD)
    session.write_memo(places[Subject.THEME], "on the theme")
    session.write_memo(places[Subject.CODING], "on the coding")
    before = state(session)
    session.merge_themes(food, meals)
    (coding,) = session.view(one).codings
    assert [m.text for m in session.memos(Place(Subject.THEME, meals))] == ["on the theme"]
    assert [m.text for m in session.memos(Place(Subject.CODING, coding.id))] == ["on the coding"]
    session.undo()
    assert state(session) == before


def test_memos_are_listed_and_exported_with_what_they_are_about(tmp_path: Path) -> None:
    session, places = noted_in(tmp_path)
    session.mask(places[Subject.RESPONSE].id, Span(0, 5))
    for subject, place in places.items():
        session.write_memo(place, f"on the {subject}")
    noted = {n.memo.place.subject: n for n in session.noted()}
    assert list(noted) == list(Subject)
    assert noted[Subject.HIGHLIGHT].quote == "food"
    assert noted[Subject.CODING].about == noted[Subject.THEME].about == "Food"
    assert {n.response_id for s, n in noted.items() if n.participant} == {places[Subject.RESPONSE].id}
    file = tmp_path / "memos.csv"
    ok(coder("export", "memos", session.project.path, file))
    rows = {row["subject"]: row for row in rows_of(file)}
    assert rows["response"]["quote"] == "▇▇▇▇▇ people and great food" and rows["response"]["participant_id"] == "P1"
    assert [row["memo"] for row in rows_of(file)] == [f"on the {subject}" for subject in Subject]
    assert rows["project"]["coder"] == "Ana" and rows["question"]["about"] == QUESTION


def test_a_forgotten_person_leaves_no_memo_neither_in_the_tables_nor_in_the_log(tmp_path: Path) -> None:
    session, places = noted_in(tmp_path)
    path = session.project.path
    theirs = (Subject.PARTICIPANT, Subject.RESPONSE, Subject.CODING, Subject.HIGHLIGHT)
    for subject, place in places.items():
        session.write_memo(place, f"xylophone {subject}")
    (coding,) = session.memos(places[Subject.CODING])
    session.edit_memo(coding.id, "xylophone changed")
    session.unassign(places[Subject.RESPONSE].id, places[Subject.THEME].id)  # coding and highlight are gone already
    session.project.close()
    forget_participant(path, "P1")
    assert {n.memo.place.subject for n in open_session(path, "Ana").noted()} == set(Subject) - set(theirs)
    left = path.read_bytes()
    assert not any(f"xylophone {subject}".encode() in left for subject in theirs) and b"xylophone changed" not in left
    assert b"xylophone theme" in left
    said = ok(coder("log", path)).out
    assert said.count("of a participant who was erased") >= len(theirs)
