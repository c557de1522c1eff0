"""Taguette's projects: what is highlighted there is highlighted here."""

import csv
import shutil
import sqlite3
from pathlib import Path

import pytest

from coder.errors import InputError
from coder.formats.refi.as_survey import as_survey
from coder.formats.taguette import _Document, read_taguette


def test_every_coded_text_equals_taguettes_own_export(shared: Path) -> None:
    folder = shared / "data/qda_files"
    with (folder / "taguette-1.5.2-highlights.csv").open(encoding="utf-8", newline="") as file:
        truth = sorted((row["document"], row["tag"], row["content"]) for row in csv.DictReader(file))
    survey = as_survey(read_taguette(folder / "taguette-1.5.2-project.sqlite3"))
    found = sorted(
        (r.participant, ".".join(survey.themes[one.theme].path), span.of(r.text))
        for r in survey.responses
        for one in r.themes
        for span in one.spans
    )
    assert found == truth


@pytest.mark.parametrize(
    ("html", "start", "end", "text", "words"),
    [
        ("<p>Très bien 😀 ok</p><p>late</p>", 16, 18, "Très bien 😀 ok\nlate", "ok"),
        ("<p>Très bien 😀 ok</p><p>late</p>", 18, 22, "Très bien 😀 ok\nlate", "late"),
        ("<p>one</p><p>two</p>", 0, 6, "one\ntwo", "one\ntwo"),
        ("a &amp; b<br>c <b>d</b>", 2, 3, "a & b\nc d", "&"),
        ("<ul><li>one</li><li>two</li></ul>", 3, 6, "one\ntwo", "two"),
        ("<p>&lt;script&gt;x</p>", 0, 8, "<script>x", "<script>"),
    ],
)
def test_highlights_count_the_bytes_of_the_text_alone(html: str, start: int, end: int, text: str, words: str) -> None:
    document = _Document(html)
    span = document.span(start, end)
    assert document.text == text
    assert span is not None and span.of(text) == words


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-1, 2), (2, 1), (0, 99)])
def test_a_highlight_that_is_none_is_left_out(start: int, end: int) -> None:
    assert _Document("<p>one</p>").span(start, end) is None


def test_a_view_in_the_place_of_a_table_is_not_read(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "hostile.sqlite3"
    shutil.copy(shared / "data/qda_files/taguette-1.5.2-project.sqlite3", path)
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE documents RENAME TO real")
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, '' AS name FROM n"
        connection.execute(f"CREATE VIEW documents AS {endless}")
    with pytest.raises(InputError, match="none of Taguette's"):
        read_taguette(path)


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4_000)
    with pytest.raises(InputError, match="can't be read as a database"):
        read_taguette(path)


@pytest.mark.parametrize("piece", ["<a ", "<a x=", "<!--", "&", "</", "<p"])
def test_a_document_of_broken_tags_alone_takes_no_time(piece: str) -> None:
    # A parser of all of HTML takes the square of its length: here it would not come back.
    assert _Document(piece * 100_000).text.startswith(piece.strip()[:2])


def test_a_database_of_which_even_the_error_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite3"
    connection = sqlite3.connect(path)
    for table in ("projects", "documents", "tags", "highlights", "highlight_tags"):
        connection.execute(f"CREATE TABLE {table} (id, name)")
    connection.close()
    path.write_bytes(path.read_bytes().replace(b"tags (id, name)", b"tags (a NOT \xff\xff)"))
    with pytest.raises(InputError, match="can't be read as a database"):
        read_taguette(path)
