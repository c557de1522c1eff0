"""SPSS files: labels as texts, what is missing as nothing, sets of ticks as one question."""

import struct
from pathlib import Path

import pyreadstat
import pytest

from coder.errors import InputError
from coder.formats.survey.detect import open_table
from coder.formats.survey.guess import guess_plan
from coder.formats.survey.plan import PlanOptions, Role
from coder.formats.survey.read import read_survey
from coder.formats.survey.rows import RowKind


def written(folder: Path, columns, **how) -> Path:
    import pandas as pd

    path = folder / "some.sav"
    pyreadstat.write_sav(pd.DataFrame(columns), path, **how)
    return path


def rows_of(path: Path) -> list[list[str]]:
    return [cells for _, cells in open_table(path).rows()]


def test_values_are_their_labels_where_all_have_one(tmp_path):
    path = written(tmp_path, {"q1": [1.0, 2.0]}, variable_value_labels={"q1": {1: "Very", 2: "Not"}})
    assert rows_of(path) == [["Very"], ["Not"]]


def test_a_rating_with_labels_at_its_ends_alone_keeps_its_numbers(tmp_path):
    path = written(tmp_path, {"q1": [1.0, 4.0, 7.0]}, variable_value_labels={"q1": {1: "Not at all", 7: "Very"}})
    assert rows_of(path) == [["1"], ["4"], ["7"]]


def test_a_scale_keeps_its_numbers_though_all_are_labelled(tmp_path):
    labels = {"q1": {1: "Bad", 2: "Good"}}
    path = written(tmp_path, {"q1": [1.0, 2.0]}, variable_value_labels=labels, variable_measure={"q1": "scale"})
    assert rows_of(path) == [["1"], ["2"]]


def test_what_is_declared_as_missing_is_empty_and_said(tmp_path):
    path = written(tmp_path, {"q1": [1.0, 9.0], "q2": ["a", "b"]}, missing_ranges={"q1": [9]})
    table = open_table(path)
    assert [cells for _, cells in table.rows()] == [["1", "a"], ["", "b"]]
    assert any("declared as missing" in note for note in table.notes)


def test_the_label_of_a_variable_is_the_question(tmp_path):
    path = written(tmp_path, {"q3": ["so kind"]}, column_labels=["What could we improve?"])
    assert [(c.name, c.prompt) for c in open_table(path).columns] == [("q3", "What could we improve?")]


def test_a_set_of_ticks_is_one_question(shared):
    plan = guess_plan(open_table(shared / "data/survey_files/synthetic/spss.sav"))
    ticks = [c for _, c in plan.of(Role.MULTI)]
    assert [(c.key, c.option) for c in ticks] == [("Which services?", "Shop"), ("Which services?", "Web")]
    assert [c.header for _, c in plan.of(Role.ID)] == ["respid"]


def test_a_platforms_spss_export_tells_its_previews_and_its_own_columns(tmp_path):
    columns = {
        "ResponseId": ["R_1", "R_2"],
        "Status": [0.0, 1.0],
        "Finished": [1.0, 1.0],
        "Q_RecaptchaScore": [1.0, 0.9],
        "Q1": ["so kind they were", "only a test of ours"],
    }
    labels = {"Status": {0: "IP Address", 1: "Survey Preview"}}
    table = open_table(written(tmp_path, columns, variable_value_labels=labels))
    plan = guess_plan(table, PlanOptions(open=["Q1"]))
    assert (table.platform, plan.leave_out) == ("Qualtrics", (RowKind.PREVIEWS,))
    assert [c.role for c in plan.columns if c.header == "Q_RecaptchaScore"] == [Role.IGNORE]
    assert [r.participant for r in read_survey(table, plan).rows()] == ["R_1"]


def with_set(path: Path, record: bytes) -> Path:
    """The file with a record of multiple-response sets in it, as SPSS writes one."""
    data = path.read_bytes()
    end = data.index(struct.pack("<2i", 999, 0))
    path.write_bytes(data[:end] + struct.pack("<4i", 7, 7, 1, len(record)) + record + data[end:])
    return path


def test_a_set_of_choices_is_one_question(tmp_path):
    drinks = {1: "Tea", 2: "Coffee", 3: "Milk", 99: "None"}
    columns = {"c1": [1.0, 2.0, None, 99.0], "c2": [3.0, None, None, 1.0], "q": ["a", "b", "c", "d"]}
    labels = {"c1": drinks, "c2": drinks}
    path = written(tmp_path, columns, variable_value_labels=labels, missing_ranges={"c1": [99], "c2": [99]})
    table = open_table(with_set(path, b"$drinks=C 6 Drinks c1 c2\n"))
    assert [(c.name, c.stem, c.option) for c in table.columns] == [
        ("Drinks [Tea]", "Drinks", "Tea"),
        ("Drinks [Coffee]", "Drinks", "Coffee"),
        ("Drinks [Milk]", "Drinks", "Milk"),
        ("q", "", ""),
    ]
    assert [cells for _, cells in table.rows()] == [
        ["1", "0", "1", "a"],
        ["0", "1", "0", "b"],
        ["", "", "", "c"],
        ["1", "0", "0", "d"],
    ]


def test_one_option_is_the_same_in_every_variable_of_a_set(tmp_path):
    """Also where a value of one of them has no label."""
    columns = {"c1": [1.0, 2.0], "c2": [7.0, 1.0]}
    path = written(tmp_path, columns, variable_value_labels={"c1": {1: "Tea", 2: "Milk"}, "c2": {1: "Tea"}})
    table = open_table(with_set(path, b"$drinks=C 6 Drinks c1 c2\n"))
    assert [c.option for c in table.columns] == ["1", "2", "7"]
    assert [cells for _, cells in table.rows()] == [["1", "0", "1"], ["1", "1", "0"]]


def test_a_set_of_ticks_in_letters_leaves_its_variables_as_they_are(tmp_path):
    """The library does not tell which letter is a tick."""
    path = written(tmp_path, {"y1": ["Y", "N"], "y2": ["N", "Y"]})
    table = open_table(with_set(path, b"$letters=D1 Y 7 Letters y1 y2\n"))
    assert table.header == ["y1", "y2"] and [cells for _, cells in table.rows()] == [["Y", "N"], ["N", "Y"]]


def test_letters_are_their_labels_too(tmp_path):
    path = written(tmp_path, {"sex": ["F", "M"]}, variable_value_labels={"sex": {"F": "Female", "M": "Male"}})
    assert rows_of(path) == [["Female"], ["Male"]]


def test_moments_are_iso_8601_and_durations_are_whole(tmp_path):
    columns = {"day": [13983580800.0, -5.0], "at": [13983580800.5, 1e300], "took": [91_800.0, 12.0]}
    formats = {"day": "DATE11", "at": "DATETIME20", "took": "TIME8"}
    path = written(tmp_path, columns, variable_format=formats, missing_ranges={"day": [-5]})
    # What no calendar has stays a number.
    assert rows_of(path) == [["2025-11-27", "2025-11-27 00:00:00.500000", "25:30:00"], ["", "1e+300", "00:00:12"]]


def test_a_file_with_weights_says_that_people_are_counted(tmp_path):
    path = written(tmp_path, {"q": ["kind"], "w": [1.5]})
    assert not any("weight" in note for note in open_table(path).notes)
    data = bytearray(path.read_bytes())
    data[76:80] = struct.pack("<i", 2)
    path.write_bytes(data)
    assert any("weight" in note for note in open_table(path).notes)


def test_letters_that_do_not_fit_lead_to_the_option(tmp_path):
    path = written(tmp_path, {"q": ["wie nett"]})
    path.write_bytes(path.read_bytes().replace(b"wie nett", b"wie n\xe4tt"))
    with pytest.raises(InputError, match="can't be read") as caught:
        open_table(path)
    assert "--encoding" in caught.value.hint
    assert [cells for _, cells in open_table(path, encoding="cp1252").rows()] == [["wie nätt"]]


def test_a_damaged_file_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "some.sav"
    path.write_bytes(b"$FL2" + b"\xff" * 500)
    with pytest.raises(InputError, match="can't be read as an SPSS file") as caught:
        open_table(path)
    assert "save it" in caught.value.hint


def test_two_values_with_one_label_stay_two(tmp_path):
    path = written(tmp_path, {"q1": [1.0, 2.0]}, variable_value_labels={"q1": {1: "Other", 2: "Other"}})
    assert rows_of(path) == [["1"], ["2"]]


@pytest.mark.parametrize(
    ("stored", "header"),
    [(b"        ", ["(column 1)", "other"]), (b"OTHER   ", ["other", "OTHER"])],
    ids=["blank", "another's"],
)
def test_a_variable_whose_name_is_damaged_keeps_its_place_and_values(tmp_path, stored, header):
    path = written(tmp_path, {"abc": ["so kind"], "other": ["x"]})
    data = path.read_bytes()
    assert data.count(b"ABC     ") == 1
    path.write_bytes(data.replace(b"ABC     ", stored))
    assert open_table(path).header == header and rows_of(path) == [["so kind", "x"]]


@pytest.mark.parametrize("stored", [b"ABC=\0\0\0", b"ABC=\xff\xfe\xfd"], ids=["none", "no text"])
def test_a_variable_whose_long_name_is_damaged_is_refused(tmp_path, stored):
    path = written(tmp_path, {"abc": ["so kind"], "other": ["x"]})
    data = path.read_bytes()
    assert data.count(b"ABC=abc") == 1
    path.write_bytes(data.replace(b"ABC=abc", stored))
    with pytest.raises(InputError, match="can't be read as an SPSS file"):
        open_table(path)
