"""Files that were made to do harm: refused with what is wrong, and nothing is changed or left behind."""

import re
from pathlib import Path

import pytest

from benchmarks.bombs import BOMBS, Bomb, survey
from coder.errors import InputError
from coder.imports import import_codings


@pytest.fixture
def project(tmp_path: Path) -> Path:
    first = tmp_path / "first.csv"
    first.write_text("participant_id,question,text\nP1,q,staff\n", encoding="utf-8")
    (tmp_path / "place").mkdir()
    survey(first, tmp_path / "place" / "a.coder")
    return tmp_path / "place" / "a.coder"


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name)
def test_a_bomb_is_refused_and_leaves_nothing(bomb: Bomb, project: Path, tmp_path: Path) -> None:
    before = project.read_bytes()
    file = tmp_path / bomb.file
    bomb.make(file)
    with pytest.raises(InputError) as caught:
        bomb.take(file, project)
    said = "\n".join((caught.value.message, *caught.value.problems))
    assert re.search(bomb.says, said), said
    assert caught.value.hint
    assert {path.name: path.read_bytes() for path in project.parent.iterdir()} == {project.name: before}


def test_codings_whose_themes_stand_thousands_deep_are_refused(project: Path, tmp_path: Path) -> None:
    before = project.read_bytes()
    file = tmp_path / "codings.csv"
    path = " > ".join(f"T{n}" for n in range(5_000))
    file.write_text(f"participant_id,question,theme\nP1,q,{path}\n", encoding="utf-8")
    with pytest.raises(InputError, match="levels deep"):
        import_codings(file, project, coder_name="Ana", create_themes=True)
    assert project.read_bytes() == before
