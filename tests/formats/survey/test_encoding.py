"""In which encoding a text file is, and what a person is shown who has to say it."""

from pathlib import Path

import pytest

from coder.errors import InputError
from coder.formats.survey.encoding import EncodingError, check_encoding, readings


def written(folder: Path, data: bytes) -> Path:
    path = folder / "mine.csv"
    path.write_bytes(data)
    return path


def test_what_is_not_utf_8_is_shown_in_each_likely_encoding_that_can_read_it(tmp_path: Path) -> None:
    path = written(tmp_path, "id,text\n1,plain\n2,it’s café\n3,Süd\n".encode("cp1252"))
    with pytest.raises(EncodingError):
        check_encoding(path, None)
    found = readings(path)
    assert found["cp1252"] == ["line 3: 2,it’s café", "line 4: 3,Süd"]
    assert found["mac_roman"][0] == "line 3: 2,itís cafÈ"
    assert next(iter(found)) == "cp1252" and "cp949" not in found, "é before a line end is half a character there"


def test_lines_are_shown_around_the_character_in_question(tmp_path: Path) -> None:
    path = written(tmp_path, ("a" * 5_000 + "é" + "b" * 5_000).encode("cp1252"))
    assert readings(path)["cp1252"] == ["line 1: " + "a" * 40 + "é" + "b" * 39]


def test_an_encoding_that_does_not_fit_is_refused_with_the_lines_where_it_does_not(tmp_path: Path) -> None:
    path = written(tmp_path, "id,text\n1,plain\n2,café\n".encode())
    with pytest.raises(InputError) as caught:
        check_encoding(path, "ascii")
    assert caught.value.message == "mine.csv is not all ascii."
    assert caught.value.problems == ("line 3: 2,caf\ufffd\ufffd",)


def test_what_is_no_text_at_all_is_not_offered_as_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no text") as caught:
        check_encoding(written(tmp_path, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), None)
    assert not isinstance(caught.value, EncodingError)
