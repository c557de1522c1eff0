"""Libraries of other languages read in a process of their own: whatever becomes of it, we only hear that it ended."""

from pathlib import Path

import pytest

from coder.errors import InputError
from coder.formats import limits
from coder.formats.apart import kept, read_apart
from coder.formats.fields import Field
from coder.formats.sav import write_sav
from coder.formats.survey.detect import open_table


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.sav"
    write_sav(path, [Field("words", "What was good?")], [["the staff"], ["nothing"]], "study")
    return path


def test_a_process_that_ends_without_a_word_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: it is damaged") as caught:
        read_apart("spss", tmp_path / "none.sav")  # which was looked for long before
    assert "save it anew" in caught.value.hint


def test_one_process_reads_many_files_and_another_follows_one_that_ended(sound: Path, tmp_path: Path) -> None:
    with kept():
        for _ in range(2):
            assert read_apart("spss", sound)[1] == [["the staff"], ["nothing"]]
            with pytest.raises(InputError):
                read_apart("spss", tmp_path / "none.sav")


def test_a_refusal_comes_over_whole(tmp_path: Path) -> None:
    path = tmp_path / "some.sav"
    path.write_bytes(b"$FL2" + bytes(200))
    with pytest.raises(InputError, match=r"some.sav can't be read as an SPSS file") as caught:
        open_table(path)
    assert "save it" in caught.value.hint


def test_what_is_said_has_a_limit(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "APART_SAID", limits.Limit(10, "says {found} of {most}", "Less."))
    with pytest.raises(InputError, match="says"):
        read_apart("spss", sound)


def test_equal_cells_take_memory_once(tmp_path: Path) -> None:
    path = tmp_path / "same.sav"
    write_sav(path, [Field("words", "What was good?")], [["the staff"]] * 3, "study")
    cells = [row[0] for row in read_apart("spss", path)[1]]
    assert all(cell is cells[0] for cell in cells)
