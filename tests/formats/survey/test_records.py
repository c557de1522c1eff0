"""Parquet and JSON Lines: the same rows as any table."""

import json

import pytest

from coder.errors import InputError
from coder.formats.survey.detect import open_table


def rows_of(path):
    table = open_table(path)
    return table.header, [cells for _, cells in table.rows()]


def test_json_lines_are_rows_whatever_names_a_line_has(tmp_path):
    path = tmp_path / "some.jsonl"
    lines = [{"id": "007", "q": "None"}, {"id": 8, "more": ["a", "b"], "q": None}, {"q": "two\r\nlines", "id": 9.5}]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    assert rows_of(path) == (["id", "q", "more"], [["007", "None", ""], ["8", "", "a;b"], ["9.5", "two\nlines", ""]])


def test_every_line_that_is_no_object_of_plain_values_is_named(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text('{"a": 1}\n[1]\n{"a": {"b": 1}}\nnot json\n')
    with pytest.raises(InputError) as caught:
        open_table(path)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [f"some.jsonl, line {n}" for n in (2, 3, 4)]


def test_half_of_a_surrogate_pair_is_no_text(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text('{"a": "\\ud83d\\ude00"}\n{"a": "\\ud83d"}\n')
    with pytest.raises(InputError, match="JSON Lines") as caught:
        open_table(path)
    assert caught.value.problems == ("some.jsonl, line 2: it holds half of a surrogate pair",)


def test_deep_json_is_refused(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}\n")
    with pytest.raises(InputError, match="JSON Lines"):
        open_table(path)


def test_parquet_is_rows_and_texts_stay_what_they_are(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "some.parquet"
    columns = {"id": [1, 2], "q": ["N/A", "=1+1\n😀"], "rating": [7.0, None], "fit": [True, None]}
    parquet.write_table(arrow.table(columns), path)
    assert rows_of(path) == (["id", "q", "rating", "fit"], [["1", "N/A", "7", "TRUE"], ["2", "=1+1\n😀", "", ""]])


def test_a_number_of_few_digits_is_the_one_that_was_meant(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "some.parquet"
    columns = {"single": arrow.array([4.1, 7.0, None], arrow.float32()), "double": [4.1, 7.0, 0.3]}
    parquet.write_table(arrow.table(columns), path)
    assert rows_of(path)[1] == [["4.1", "4.1"], ["7", "7"], ["", "0.3"]]


@pytest.mark.parametrize("value", [{"b": 1}, [["b"]], [{"b": 1}]])
def test_a_parquet_column_that_holds_more_than_plain_values_is_named(tmp_path, value):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "some.parquet"
    parquet.write_table(arrow.table({"id": ["a"], "where": [value]}), path)
    with pytest.raises(InputError, match="more than plain values") as caught:
        open_table(path)
    assert caught.value.problems == ("'where' holds more than plain values",)


def test_a_choice_that_is_no_value_is_no_choice(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text('{"id": 1, "a": ["x", null, "y", ""]}\n{"id": 2, "a": []}\n{"id": 3, "a": [null]}\n')
    assert rows_of(path)[1] == [["1", "x;y"], ["2", ""], ["3", ""]]


def test_a_damaged_parquet_file_is_refused(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "some.parquet"
    path.write_bytes(b"PAR1" + b"x" * 200 + b"PAR1")
    with pytest.raises(InputError, match="Parquet"):
        open_table(path)
