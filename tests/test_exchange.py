"""Projects that go to other programs and come back: whom a review is taken to speak of, and what is taken twice."""

import zipfile
from pathlib import Path

from coder.exchange import export_project, import_project
from coder.session import Session
from tests.cli.commands import coder, ok, table
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
