"""Stars and masks: what they change in lists and outputs, and that undo takes each back exactly."""

import shutil
from pathlib import Path

import pytest

from coder.domain.coding import Span
from coder.errors import RefusedError
from coder.exports import ExportKind, export
from coder.session import forget_participant, open_session
from coder.store.project import open_project
from tests.cli.commands import coder, ok, rows_of
from tests.projects import project_of, session_of, small_project, theme_id
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
    written = [_content(file) for file in tmp_path.glob("OUT.*")]
    assert ran.out or written
    for text in (ran.out, ran.err, *written):
        assert SECRET not in text and SECRET.casefold() not in text.casefold()


def _content(file: Path) -> str:
    if file.suffix != ".xlsx":
        return file.read_text(encoding="utf-8-sig")
    import zipfile

    with zipfile.ZipFile(file) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


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
