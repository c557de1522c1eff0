"""Tables on their way out: inert in spreadsheets, exact for programs, whole or not at all."""

import csv
import io
import os
import random
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from coder.errors import CoderError
from coder.formats.fields import Field
from coder.formats.parquet import write_parquet
from coder.formats.sav import write_sav
from coder.formats.tables import make_inert, stream_csv, strip_inert, to_csv_text, to_tsv_text, write_table, write_text

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
formula_like = st.text("'=+-@\t\r\n\0,.1e \"x", max_size=8)
tables = st.lists(st.lists(any_text | formula_like, min_size=2, max_size=2), max_size=8)

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-bullet",
    "+x",
    "\tx",
    "\rx",
    "'=x",
    "https://example.org",
    "[bold]x[/]",
    "\x1b[31m",
    "nul\0 inside",
    "<r>a & <b</r>",
    "<r><t>x</t></r>",
    "_x0041_",
    "a\nb\r\nc\rd",
    "\u202eright to left",
    "😀 e\u0301",
    " both ends ",
    "007",
    "TRUE",
]


def read_csv(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def read_sheet(path: Path) -> list[list[object]]:
    return load_workbook(str(path)).get_sheet_by_index(0).to_python()


@given(any_text | formula_like)
def test_restoring_a_protected_cell_gives_the_cell(cell: str) -> None:
    assert strip_inert(make_inert(cell)) == cell


@given(any_text | formula_like)
def test_a_protected_cell_is_no_formula_unless_it_is_a_number(cell: str) -> None:
    inert = make_inert(cell)
    if inert[:1] in tuple("=+-@\t\r\n"):
        float(inert.replace(",", "."))


@pytest.mark.parametrize("number", ["-5", "+3.5", "-1e-9", "-1,5", "12"])
def test_numbers_are_left_alone(number: str) -> None:
    assert make_inert(number) == number


@pytest.mark.parametrize("formula", ["-1+1", "=1", "-5x", "- a point", "+٣"])
def test_what_only_begins_like_a_number_is_made_inert(formula: str) -> None:
    assert make_inert(formula) == "'" + formula


@given(tables)
def test_raw_csv_holds_every_cell_as_it_is(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("raw") / "t.csv"
    write_table(path, ["a", "=b"], rows, raw=True)
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(path) == [["a", "=b"], *rows]


@given(tables)
def test_spreadsheet_csv_gives_every_cell_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("safe") / "t.csv"
    write_table(path, ["a", "=b"], rows)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    found = read_csv(path, "utf-8-sig")
    assert found[0] == ["a", "'=b"]
    assert [[strip_inert(cell) for cell in row] for row in found[1:]] == rows


@given(tables)
def test_csv_text_reads_back(rows: list[list[str]]) -> None:
    assert list(csv.reader(io.StringIO(to_csv_text(["a", "b"], rows), newline=""))) == [["a", "b"], *rows]


def test_csv_text_has_unix_line_ends_and_unaltered_cells() -> None:
    assert to_csv_text(["name", "n"], [["=x", 1], ["y", None], ["z", 0.5]]) == "name,n\n=x,1\ny,\nz,0.5\n"


def test_streamed_csv_is_written_row_by_row() -> None:
    out = io.StringIO()

    def rows() -> Iterator[list[str]]:
        yield ["x"]
        assert out.getvalue() == "a\nx\n"
        yield ["=y"]

    stream_csv(out, ["a"], rows())
    assert out.getvalue() == "a\nx\n=y\n"


def test_a_text_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yaml"
    write_text(path, "themes:\n- name: é\r\n")
    assert path.read_bytes() == "themes:\n- name: é\r\n".encode()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_sheet_holds_hostile_texts_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    notices = write_table(path, ["=1+1", "\x1b[31m"], [[text, text] for text in HOSTILE], sheet_name="a[b]:*?/\\c")
    assert notices == []
    assert read_sheet(path) == [["=1+1", "\x1b[31m"], *([text, text] for text in HOSTILE)]
    assert load_workbook(str(path)).sheet_names == ["a_b______c"]


@given(tables)
@settings(max_examples=60, deadline=None)
def test_a_sheet_gives_every_text_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("sheet") / "t.xlsx"
    write_table(path, ["one", "two"], rows)
    # A row without any text is no row of the sheet where nothing stands behind it.
    found = [*read_sheet(path), *([["", ""]] * len(rows))]
    assert found[1 : len(rows) + 1] == rows


def test_a_sheet_holds_numbers_as_numbers_and_nothing_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_table(path, ["a", "b", "c", "d"], [[1, 0.25, None, "1"], [2**60, float("nan"), "", "x"]])
    assert read_sheet(path)[1:] == [[1.0, 0.25, "", "1"], [str(2**60), "nan", "", "x"]]


def test_a_sheet_has_no_formula_and_no_link(tmp_path: Path) -> None:
    from zipfile import ZipFile

    path = tmp_path / "t.xlsx"
    write_table(path, ["a"], [[text] for text in HOSTILE])
    with ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_a_cell_too_long_for_a_sheet_is_cut_and_named(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    notices = write_table(path, ["id", "text"], [["P1", "x" * 32_767], ["P2", "y" * 1_000_000], ["P3", "😀" * 20_000]])
    cells = [row[1] for row in read_sheet(path)[1:]]
    assert cells == ["x" * 32_767, "y" * 32_767, "😀" * 16_383]
    assert len(notices) == 1
    assert "row 3, column 'text' (1,000,000); row 4, column 'text' (20,000)" in notices[0]


@pytest.mark.parametrize(
    ("name", "legal"), [("x" * 40, "x" * 31), ("'quoted'", "quoted"), ("", "Sheet1"), ("History", "Sheet1")]
)
def test_sheet_names_are_made_legal(tmp_path: Path, name: str, legal: str) -> None:
    path = tmp_path / "t.xlsx"
    write_table(path, ["a"], [], sheet_name=name)
    assert load_workbook(str(path)).sheet_names == [legal]


def failing_rows() -> Iterator[list[str]]:
    yield ["fine"]
    raise CoderError("the project went away")


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"the old one")
    with pytest.raises(CoderError, match="went away"):
        write_table(path, ["a"], failing_rows())
    assert path.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_a_new_file_is_its_owners_alone_and_an_old_one_keeps_its_mode(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_table(path, ["a"], [["x"]])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    write_table(path, ["a"], [["y"]])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_another_suffix_is_refused_with_the_two_that_serve(tmp_path: Path) -> None:
    with pytest.raises(CoderError) as caught:
        write_table(tmp_path / "t.ods", ["a"], [])
    assert ".csv or .xlsx" in caught.value.hint


def test_a_missing_folder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CoderError, match="can't be written"):
        write_table(tmp_path / "nowhere" / "t.csv", ["a"], [])


def test_too_many_columns_for_a_sheet_are_refused_before_a_file_is_made(tmp_path: Path) -> None:
    with pytest.raises(CoderError, match="16,384 columns"):
        write_table(tmp_path / "t.xlsx", [str(i) for i in range(16_385)], [])
    assert list(tmp_path.iterdir()) == []


def test_a_table_to_paste_has_one_line_a_row_and_nothing_that_runs() -> None:
    rows = [["=cmd()", 1, None], ["two\nlines\tand a tab", 0.5, "a\0b"]]
    assert to_tsv_text(["theme", "n", "x"], rows) == "theme\tn\tx\n'=cmd()\t1\t\ntwo lines and a tab\t0.5\ta b\n"


# --- whole or not at all


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can be longer, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".sav"])
def test_where_there_is_no_room_the_file_stays_as_it_was_and_the_reason_is_said(tmp_path: Path, suffix: str) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"out{suffix}"
    path.write_text("before")
    rows = [[f"P{n}", random.Random(n).randbytes(40).hex()] for n in range(500)]
    fields = [Field("id", "Who"), Field("text", "What")]
    with room_for(4_000), pytest.raises(CoderError) as caught:
        if suffix == ".sav":
            write_sav(path, fields, rows, "title")
        elif suffix == ".parquet":
            write_parquet(path, fields, rows)
        else:
            write_table(path, ["id", "text"], rows)
    assert "can't be written" in caught.value.message and "Errno" not in caught.value.message
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


def test_what_a_killed_program_left_is_taken_away_by_the_next_one_that_writes(tmp_path: Path) -> None:
    left, new, other = (tmp_path / name for name in (".coder-unfinished-a", ".coder-unfinished-b", ".coder-projects"))
    for folder in (left, new, other):
        folder.mkdir()
        (folder / "out.csv").write_text("somebody's words")
    for path in (left, left / "out.csv", other, other / "out.csv"):
        os.utime(path, (1, 1))
    write_text(tmp_path / "out.csv", "x")
    assert {path.name for path in tmp_path.iterdir()} == {"out.csv", new.name, other.name}
