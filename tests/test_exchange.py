"""Projects that go to other programs and come back: whom a review is taken to speak of, and what is taken twice."""

import random
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from coder.domain.coding import Span
from coder.errors import CoderError
from coder.exchange import export_project, import_project
from coder.session import Session, open_session
from coder.store.project import create_project
from tests.cli.commands import coder, ok, rows_of, table
from tests.projects import QUESTION, session_of, theme_id

TEXTS = {"P1": "kind staff", "P2": "good food", "P3": "late trains"}


def read_by_ana(folder: Path) -> Session:
    """A project with one theme, under which Ana has read every text."""
    session = session_of(folder, TEXTS, ["Staff"])
    file = table(folder / "m.csv", ("id", "Staff"), ("P1", 1), ("P2", 0), ("P3", 0))
    ok(coder("import", "codings", file, session.project.path, "--coder", "Ana"))
    return session


def bases(path: Path) -> dict[str, tuple[int, int]]:
    """Of each theme, how many mentioned it, and of how many that is known."""
    (question,) = ok(coder("tally", path, "--json")).json["questions"]
    return {theme["path"][-1]: (theme["participants"], theme["base"]) for theme in question["themes"]}


def test_a_file_that_went_out_before_a_theme_was_made_says_nothing_of_it(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    export_project(session.project, tmp_path / "out.qdpx")
    session.create_theme("Trains", question_key=QUESTION)
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (0, 0)}
    import_project(tmp_path / "out.qdpx", session.project.path, coder_name="Ana")
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (0, 0)}
    import_project(tmp_path / "out.qdpx", session.project.path, coder_name="Ben", all_reviewed=True)
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (0, 0)}


def test_a_theme_that_another_program_adds_was_not_looked_for_by_those_who_read_before(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    export_project(session.project, tmp_path / "out.qdpx")
    add_code(tmp_path / "out.qdpx", "Trains")
    for all_reviewed, known in ((False, 0), (True, 3)):
        for target in (tmp_path / f"new {known}.coder", session.project.path):
            import_project(tmp_path / "out.qdpx", target, coder_name="Ben", all_reviewed=all_reviewed)
            assert bases(target) == {"Staff": (1, 3), "Trains": (0, known)}


def add_code(path: Path, name: str) -> None:
    """Add a code as another program does."""
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    code = f'<Code guid="00000000-0000-4000-8000-000000000001" name="{name}" isCodable="true"/></Codes>'
    parts["project.qde"] = parts["project.qde"].replace(b"</Codes>", code.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


def test_a_matrix_of_some_themes_says_nothing_of_the_others(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Staff", "Trains"])
    file = table(tmp_path / "m.csv", ("id", "Staff"), ("P1", 1), ("P2", 0), ("P3", 0))
    ran = ok(coder("import", "codings", file, session.project.path, "--coder", "Ana"))
    assert bases(session.project.path)["Trains"] == (0, 0)
    assert "Trains" in ran.err
    file = table(tmp_path / "m.csv", ("id", "Trains", "Staff"), ("P1", 0, 1), ("P2", 0, 0), ("P3", 1, 0))
    ok(coder("import", "codings", file, session.project.path, "--coder", "Ana"))
    assert bases(session.project.path) == {"Staff": (1, 3), "Trains": (1, 3)}


def test_themes_gathered_under_a_new_one_are_still_reviewed_where_they_go(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    session.create_theme("People", question_key=QUESTION)
    session.move_theme(theme_id(session, "Staff"), theme_id(session, "People"))
    before = bases(session.project.path)
    assert before == {"People": (1, 3), "Staff": (1, 3)}
    export_project(session.project, tmp_path / "out.qdpx")
    import_project(tmp_path / "out.qdpx", tmp_path / "in.coder", coder_name="Ana")
    assert bases(tmp_path / "in.coder") == before


def test_a_project_with_a_question_less_takes_the_codings_of_those_it_has(tmp_path: Path) -> None:
    both = tmp_path / "both.coder"
    whole = table(tmp_path / "w.csv", ("id", "What was good about it?", "Rate it"), *ROWS)
    ok(coder("import", "survey", whole, both, "--open", "2", "--rating", "3"))
    ok(coder("import", "codings", table(tmp_path / "m.csv", ("id", "Staff"), ("R1", 1)), both, "--create-themes"))
    ok(coder("export", "project", both, tmp_path / "out.qdpx"))
    texts = table(tmp_path / "t.csv", ("id", "What was good about it?"), *(row[:2] for row in ROWS))
    one = tmp_path / "one.coder"
    ok(coder("import", "survey", texts, one, "--open", "2"))
    ok(coder("import", "project", tmp_path / "out.qdpx", one))
    assert bases(one)["Staff"][0] == 1


ROWS = [(f"R{n}", f"the staff were kind to me, number {n}", n) for n in range(1, 6)]


WORDS = {f"P{n}": f"line {n} 😀\n\ngood\tfood\u2028and <kind> staff{'' if n % 3 else ', n/a'}" for n in range(1, 9)} | {
    "p1": "n/a",
    "P1 (2)": "",
    "P10": "e\u0301te",
}


@pytest.mark.parametrize("seed", range(6))
def test_what_a_session_did_is_the_same_in_a_project_made_of_the_file(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = session_of(tmp_path, WORDS, ["Food", "Staff", "A › B", "x >y"]).project.path
    for coder_name in ("Ana", "Ben", "Ana"):
        act_at_random(open_session(path, coder_name), rng)
    options = rng.choice(
        [(), ("--per", "participant"), ("--for", "nvivo"), ("--for", "maxqda"), ("--for", "qualcoder")]
    )
    ok(coder("export", "project", path, tmp_path / "out.qdpx", *options))
    made = tmp_path / "made.coder"
    ok(coder("import", "project", tmp_path / "out.qdpx", made))
    assert told(made, tmp_path / "b") == told(path, tmp_path / "a")
    ok(coder("import", "project", tmp_path / "out.qdpx", path))
    assert told(path, tmp_path / "a") == told(made, tmp_path / "b")
    (tmp_path / "o").mkdir()
    other = session_of(tmp_path / "o", WORDS).project.path
    ok(coder("import", "project", tmp_path / "out.qdpx", other))
    after = told(other, tmp_path / "c")
    assert after == told(path, tmp_path / "a")
    again = open_session(other, "Ana")
    again.undo()
    assert again.codebook.themes == [] and not again.counts(again.questions[0].id)
    again.redo()
    assert told(other, tmp_path / "c") == after


def act_at_random(session: Session, rng: random.Random) -> None:
    ids = [i for i in session.queue() if session.view(i).response.text.strip()]
    for _ in range(25):
        themes = [t.id for t in session.codebook.themes]
        theme, response, above = rng.choice(themes), rng.choice(ids), rng.choice([*themes, None])
        text = session.view(response).response.text
        start = rng.randrange(len(text))
        span = Span(start, rng.randrange(start, len(text)) + 1)
        acts = [
            partial(session.assign, response, theme, rng.choice([None, span])),
            partial(session.mark, response, span),
            partial(session.review, response),
            partial(session.review, response),
            partial(session.unreview, response),
            partial(session.unassign, response, theme),
            partial(session.edit_theme, theme, definition=text, example='coder: {"key": 1}', key=rng.choice("ab")),
            partial(session.move_theme, theme, above),
            session.undo,
            session.redo,
        ]
        with suppress(CoderError):
            rng.choice(acts)()
    session.project.close()


def told(path: Path, folder: Path) -> list[object]:
    """What a project says of itself, by each of the ways out that name people and themes."""
    folder.mkdir(exist_ok=True)
    for what in ("codings", "responses", "matrix", "codebook"):
        ok(coder("export", what, path, folder / f"{what}.csv", "--raw"))
    questions = ok(coder("tally", path, "--json")).json["questions"]
    tables = [rows_of(folder / f"{what}.csv") for what in ("codings", "responses", "matrix", "codebook")]
    for row in tables[1]:
        row["reviewed_by"] = "; ".join(sorted(row["reviewed_by"].split("; ")))
    return [questions, *(sorted(tuple(row.items()) for row in rows) for rows in tables)]


def test_a_project_without_texts_yet_takes_all_of_a_file(tmp_path: Path) -> None:
    session = read_by_ana(tmp_path)
    export_project(session.project, tmp_path / "out.qdpx")
    empty = tmp_path / "empty.coder"
    create_project(empty).close()  # as a process leaves it that is killed before it has written anything
    import_project(tmp_path / "out.qdpx", empty, coder_name="Ana")
    assert bases(empty) == {"Staff": (1, 3)}
