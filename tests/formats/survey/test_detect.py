"""What a file is: kinds, encodings, delimiters, header rows, and what is refused with which advice."""

import io
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import InputError
from coder.formats.survey import workbook
from coder.formats.survey.detect import open_table
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.workbook import cell_text
from coder.formats.xml import parse_xml
from tests.formats.survey.files import csv_text, table_of

cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def written(folder: Path, data: bytes | str, name: str = "survey.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def workbook_bytes(sheets: dict[str, list[list[object]]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    book.close()
    return out.getvalue()


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_in_a_cell_comes_out_exactly(rows, delimiter, encoding, tmp_path_factory):
    rows = [(f"x{a}", b, c) for a, b, c in rows]
    path = tmp_path_factory.mktemp("any") / "survey.csv"
    path.write_bytes(csv_text([["one", "two", "three"], *rows], delimiter).encode(encoding))
    assert [tuple(cells) for _, cells in open_table(path).rows()] == rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_equal_records_and_not_equal_lines(delimiter, tmp_path):
    rows = [["id", "q; or not, maybe"], ["1", "a, b;\nc | d"], ["2", "x\ty"]]
    table = open_table(written(tmp_path, csv_text(rows, delimiter)))
    assert table.delimiter == delimiter
    assert [cells for _, cells in table.rows()] == rows[1:]


def test_a_tab_file_without_quoting_keeps_its_quotes(tmp_path):
    table = open_table(written(tmp_path, 'id\ttext\n1\t"so" he said\n2\t"never closed\n3\tlast\n'))
    assert [c[1] for _, c in table.rows()] == ['"so" he said', '"never closed', "last"]


def test_row_numbers_are_those_of_a_spreadsheet_and_empty_rows_are_left_out(tmp_path):
    table = open_table(written(tmp_path, 'id,text\r\n1,"two\nlines"\r\n\r\n,\r\n2,end\r\n'))
    assert [(n, c[0]) for n, c in table.rows()] == [(2, "1"), (5, "2")]
    assert list(table.rows()) == list(table.rows())


def test_short_rows_are_filled_and_empty_cells_beyond_the_header_dropped(tmp_path):
    table = open_table(written(tmp_path, "id,a,b\n1,x\n2,y,z,,\n"))
    assert [c for _, c in table.rows()] == [["1", "x", ""], ["2", "y", "z"]]


def test_all_rows_with_more_cells_than_the_header_are_listed(tmp_path):
    bad = "".join(f"{i},text, with a comma\n" for i in range(30))
    table = open_table(written(tmp_path, "id,text\n" + "0,fine\n" * 60 + bad))
    with pytest.raises(InputError) as caught:
        list(table.rows())
    assert caught.value.problems[0].endswith("row 62: 3 cells")
    assert caught.value.problems[-1] == "and 10 more"


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_quote_that_is_never_closed_names_the_row_where_it_began(end, tmp_path):
    table_path = written(tmp_path, 'id,text\n1,fine\n2,"open\n3,swallowed\n4,swallowed' + end)
    with pytest.raises(InputError, match="row 3 and never closed") as caught:
        list(open_table(table_path).rows())
    assert "Close the quote" in caught.value.hint


def test_a_closed_quote_at_the_very_end_is_fine(tmp_path):
    assert [c[1] for _, c in open_table(written(tmp_path, 'id,text\n1,"a ""b"""')).rows()] == ['a "b"']


def test_a_cell_of_a_megabyte_and_control_characters_pass(tmp_path):
    text = "x" * 1_200_000 + "\x00\x1b[31m[bold]"
    assert [c[1] for _, c in table_of(tmp_path, [["id", "text"], ["1", text]]).rows()] == [text]


def test_utf16_without_a_mark_is_seen_by_its_zeros(tmp_path):
    table = open_table(written(tmp_path, "id\ttext\r\n1\tna\u00efve\r\n".encode("utf-16-le")))
    assert (table.encoding, [c for _, c in table.rows()]) == ("utf-16-le", [["1", "na\u00efve"]])


def test_another_encoding_is_refused_with_a_preview_and_read_when_named(tmp_path):
    path = written(tmp_path, "id,text\n1,plain\n2,it\u2019s caf\u00e9\n".encode("cp1252"))
    with pytest.raises(InputError) as caught:
        open_table(path)
    assert caught.value.problems == ("line 3: 2,it\u2019s caf\u00e9",)
    assert "--encoding cp1252" in caught.value.hint
    assert [c[1] for _, c in open_table(path, encoding="cp1252").rows()] == ["plain", "it\u2019s caf\u00e9"]


def test_a_preview_shows_escapes_inert(tmp_path):
    with pytest.raises(InputError) as caught:
        open_table(written(tmp_path, b"id,text\n1,\x1b[31m\x92\n"))
    assert "\x1b" not in caught.value.problems[0]


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", ""])
def test_an_encoding_that_is_none_is_refused(name, tmp_path):
    path = written(tmp_path, "id,text\n1,a\n")
    if name:
        with pytest.raises(InputError, match="no encoding"):
            open_table(path, encoding=name)
    else:
        assert open_table(path, encoding=name).encoding == "utf-8"


def test_a_named_encoding_that_does_not_fit_is_refused(tmp_path):
    with pytest.raises(InputError, match="not all ascii"):
        open_table(written(tmp_path, "id,text\n1,\u00e9\n"), encoding="ascii")


@pytest.mark.parametrize(
    ("data", "message", "advice"),
    [
        (b"", "empty", ""),
        (b"\n\n", "no header", "name the columns"),
        (b"$FL2@(#) SPSS DATA FILE", "SPSS", "as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook", "XLSX"),
        (b"\x1f\x8b\x08", "compressed", "Unpack"),
        (b"%PDF-1.7", "PDF", "CSV"),
        (b"PK\x03\x04 and no more", "damaged", "save it"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(data, message, advice, tmp_path):
    with pytest.raises(InputError, match=message) as caught:
        open_table(written(tmp_path, data))
    assert advice in caught.value.hint


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="can't be read"):
        open_table(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="folder"):
        open_table(tmp_path)


def test_empty_and_repeated_headers_are_told_apart(tmp_path):
    table = table_of(tmp_path, [["id", "Other", "Other", "", "Other (2)", ""], ["1", "a", "b", "c", "d", ""]])
    assert table.header == ["id", "Other", "Other (3)", "(column 4)", "Other (2)", "(column 6)"]


def test_qualtrics_has_three_header_rows_of_which_none_is_a_participant(tmp_path):
    table = table_of(
        tmp_path,
        [
            ["ResponseId", "Q1", "Q2_1", "Q2_2"],
            ["Response ID", "How,\nwas it?", "Which? - Selected Choice - Shop", "Which? - Selected Choice - Web"],
            ['{"ImportId":"_recordId"}', '{"ImportId":"QID1_TEXT"}']
            + [f'{{"ImportId":"QID2","choiceId":"{i}"}}' for i in (1, 2)],
            ["R_1", "Fine", "Shop", ""],
        ],
    )
    assert [n for n, _ in table.rows()] == [4]
    assert table.header == ["ResponseId", "Q1", "Q2_1", "Q2_2"]
    assert table.columns[1].prompt == "How,\nwas it?"
    assert [(c.stem, c.option) for c in table.columns[2:]] == [("Q2", "Shop"), ("Q2", "Web")]


def test_surveymonkey_has_two_header_rows_and_blanks_are_filled_from_the_left(tmp_path):
    table = table_of(
        tmp_path,
        [
            ["Respondent ID", "Which?", "", "Why?", "How was it?"],
            ["", "Shop", "Web", "Open-Ended Response", "Response"],
            ["11", "Shop", "", "Because", "Good"],
        ],
    )
    assert table.header == ["Respondent ID", "Which? [Shop]", "Which? [Web]", "Why?", "How was it?"]
    assert len(list(table.rows())) == 1


def test_a_workbook_gives_its_cells_as_a_spreadsheet_shows_them(tmp_path):
    rows = [["id", "n", "when", "yes"], [7, 0.1 + 0.2, datetime(2026, 1, 31, 10), True], ["007", 1e3, "", False]]
    table = open_table(written(tmp_path, workbook_bytes({"Data": rows}), "s.xlsx"))
    assert [c for _, c in table.rows()] == [
        ["7", "0.3", "2026-01-31 10:00:00", "TRUE"],
        ["007", "1000", "", "FALSE"],
    ]


def test_cells_that_a_spreadsheet_made_errors_of_are_counted(tmp_path):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "Why?"])
    for row in range(1, 30_001):  # more than is looked at in one go
        sheet.write_row(row, 0, [f"P{row}", "so kind"])
        if row % 100 == 0:
            sheet.write_formula(row, 1, "=-more staff", None, "#NAME?")
    book.close()
    table = open_table(written(tmp_path, out.getvalue(), "s.xlsx"))
    assert [cells for _, cells in table.rows()][99] == ["P100", ""]
    assert any("#NAME?, and empty here: 300." in note for note in table.notes)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7.0, "7"),
        (-0.5, "-0.5"),
        (None, ""),
        (date(2026, 1, 2), "2026-01-02"),
        ("a\r\nb", "a\nb"),
        (True, "TRUE"),
        (1234567890123457.0, "1234567890123457"),  # ids of 16 digits differ in the last
        (12345678901234568.0, "12345678901234568"),
        (1e300, "1e+300"),
        (Decimal("7.00"), "7"),
        (Decimal("1.50"), "1.5"),
        (timedelta(hours=26, minutes=3, seconds=4), "26:03:04"),
        (timedelta(seconds=-1.5), "-00:00:01.500000"),
    ],
)
def test_values_become_text(value, text):
    assert cell_text(value) == text


def test_the_first_sheet_that_is_not_empty_is_read_unless_one_is_named(tmp_path):
    path = written(tmp_path, workbook_bytes({"Cover": [], "One": [["a"], ["1"]], "Two": [["b"], ["2"]]}), "s.xlsx")
    table = open_table(path)
    assert (table.sheet, table.header) == ("One", ["a"])
    assert "Two" in table.notes[0]
    assert open_table(path, sheet="Two").header == ["b"]
    for sheet, message in (("Nope", "no sheet"), ("Cover", "is empty")):
        with pytest.raises(InputError, match=message) as caught:
            open_table(path, sheet=sheet)
        assert caught.value.problems == ("Cover", "One", "Two")


def test_a_sheet_for_a_text_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no sheets"):
        open_table(written(tmp_path, "a,b\n1,2\n"), sheet="One")


def test_a_packed_bomb_is_refused_before_it_is_opened(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * 5_000_000)
    with pytest.raises(InputError, match="would unpack"):
        open_table(written(tmp_path, out.getvalue(), "bomb.xlsx"))


@pytest.mark.parametrize("far_cell", ["XFD1048576", "P1048576"])
def test_two_cells_at_the_far_ends_of_a_sheet_do_not_fill_the_memory(tmp_path, far_cell):
    rows: list[list[object]] = [["a"]]
    data = workbook_bytes({"Data": rows})
    far = zipfile.ZipFile(io.BytesIO(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for part in far.namelist():
            added = f'</row><row r="1048576"><c r="{far_cell}"><v>1</v></c></row>'.encode()
            text = far.read(part).replace(b"</row>", added, 1)
            packed.writestr(part, text)
    with pytest.raises(InputError, match="spreads its cells"):
        open_table(written(tmp_path, out.getvalue(), "far.xlsx"))


@pytest.mark.parametrize(
    ("rows", "columns", "cell", "extent"),
    [
        (3, 4, "><p/></t:table-cell>", (4, 3)),
        (900_000, 16_000, " t:value='1'/>", (16_000, 900_000)),
        (9, 9, "/>", (0, 0)),
    ],
)
def test_repeated_cells_of_an_ods_count_unless_they_are_empty(rows, columns, cell, extent):
    row = f"<t:table-row t:number-rows-repeated='{rows}'><t:table-cell t:number-columns-repeated='{columns}'{cell}"
    root = parse_xml(f"<a xmlns:t='x'><t:table>{row}</t:table-row></t:table></a>".encode(), "x")
    assert workbook._ods_extent(root) == extent


def test_a_damaged_workbook_is_refused_wherever_it_is_damaged(tmp_path):
    data = workbook_bytes({"Data": [["id", "text"], ["1", "some words here"]]})
    for place in range(30, len(data) - 30, 97):
        broken = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            rows = [c for _, c in open_table(written(tmp_path, broken, "broken.xlsx")).rows()]
        except InputError:
            continue
        assert rows == [["1", "some words here"]]


@pytest.mark.parametrize("mark", ["_", " ", "[", "(start", "a["])
def test_a_header_of_nothing_but_marks_takes_no_time(tmp_path, mark):
    # Long enough that a pattern which takes the cube of its length would never come back.
    table = open_table(written(tmp_path, f"id,Why {mark * 20_000}x?\n" + "".join(f"{n},words {n}\n" for n in range(9))))
    assert len(guess_plan(table).columns) == 2
