"""SPSS files that we write: read back by pyreadstat, labels, missing values and sets included."""

from pathlib import Path

import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.formats.fields import Field, FieldKind, cut_to, short_names
from coder.formats.sav import write_sav

WHO = Field("participant_id", "Who")


def indicator(header: str, group: str = "Q1") -> Field:
    return Field(header, f"{group}: {header}", FieldKind.INDICATOR, group, header)


def back(path: Path):  # type: ignore[no-untyped-def]
    return pyreadstat.read_sav(path, user_missing=True, output_format="dict")


def test_not_mentioned_and_not_known_are_two_things(tmp_path: Path) -> None:
    path = tmp_path / "matrix.sav"
    write_sav(path, [WHO, indicator("Staff")], [["P1", 1], ["P2", 0], ["P3", None]], "title")
    data, about = back(path)
    assert list(data["staff"]) == [1.0, 0.0, 9.0]
    assert about.missing_ranges == {"staff": [{"lo": 9.0, "hi": 9.0}]}
    assert about.variable_value_labels["staff"] == {
        0.0: "read, not mentioned",
        1.0: "mentioned",
        9.0: "not read for this theme, or no answer",
    }
    assert about.column_names_to_labels == {"participant_id": "Who", "staff": "Q1: Staff"}


def test_the_themes_of_a_question_are_a_multiple_response_set(tmp_path: Path) -> None:
    path = tmp_path / "matrix.sav"
    long = "A theme whose name is longer than eight bytes"
    fields = [
        WHO,
        indicator("Staff"),
        indicator(long),
        indicator("Price", "Q2"),
        indicator("Late", "Ünter Q2"),
        indicator("x", "Ünter Q2"),
    ]
    write_sav(path, fields, [["P1", 1, 0, 1, 0, 0]], "title")
    _, about = back(path)
    assert {s["label"]: s["variable_list"] for s in about.mr_sets.values()} == {
        "Q1": ["staff", "a_theme_whose_name_is_longer_than_eight_bytes"],
        "Ünter Q2": ["late", "x"],
    }
    assert all(s["counted_value"] == 1 and s["is_dichotomy"] for s in about.mr_sets.values())


def test_a_question_of_several_lines_keeps_its_set(tmp_path: Path) -> None:
    path = tmp_path / "matrix.sav"
    notices = write_sav(
        path, [indicator("A\nB", "Why?\r\nSay more:"), indicator("C", "Why?\r\nSay more:")], [[1, 0]], "t"
    )
    _, about = back(path)
    assert [(s["label"], s["variable_list"]) for s in about.mr_sets.values()] == [("Why? Say more:", ["a_b", "c"])]
    assert about.column_labels == ["Why? Say more:: A B", "Why? Say more:: C"]
    assert notices == []


def test_one_long_text_does_not_make_every_row_as_long(tmp_path: Path) -> None:
    path = tmp_path / "long.sav"
    write_sav(path, [Field("words", "w")], [["x" * 30_000], *([["short"]] * 200)], "t")
    assert path.stat().st_size < 200 * 30_000 / 5
    assert [len(text) for text in back(path)[0]["words"]] == [30_000, *([5] * 200)]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=80), min_size=1, max_size=12))
def test_short_names_are_names_that_spss_takes_and_no_two_are_alike(headers: list[str]) -> None:
    names = short_names([Field(header, header) for header in headers])
    assert len({name.casefold() for name in names}) == len(headers)
    for name in names:
        assert name[0].isalpha() and name.isascii() and len(name) <= 64 and not name.endswith(("_", "."))
        assert all(c.isalnum() or c == "_" for c in name)
        assert name.upper() not in ["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"]


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30).map(str.rstrip)


@given(
    st.lists(st.tuples(_TEXT, st.sampled_from([0, 1, None]), st.none() | st.integers(0, 10**9)), min_size=1, max_size=6)
)
@settings(max_examples=40, deadline=None)
def test_any_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int | None, int | None]]
) -> None:
    path = tmp_path_factory.mktemp("sav") / "any.sav"
    write_sav(path, [Field("words", "w"), indicator("has"), Field("n", "n", FieldKind.INTEGER)], rows, "t")
    data, _ = back(path)
    assert list(data["words"]) == [words for words, _, _ in rows]
    assert [None if v == 9 else int(v) for v in data["has"]] == [has for _, has, _ in rows]
    assert [None if v is None else int(v) for v in data["n"]] == [n for _, _, n in rows]


def test_a_text_that_spss_cannot_hold_is_cut_between_characters_and_said(tmp_path: Path) -> None:
    path = tmp_path / "long.sav"
    notices = write_sav(path, [Field("words", "w")], [["ü" * 20_000]], "t")
    assert "row 1 of words" in notices[0]
    assert back(path)[0]["words"][0] == "ü" * (32_767 // 2)


def test_a_long_label_is_cut_between_characters_and_said(tmp_path: Path) -> None:
    path = tmp_path / "long.sav"
    notices = write_sav(path, [Field("words", "é" * 200)], [["x"]], "t")
    assert "labels" in notices[0]
    assert back(path)[1].column_names_to_labels == {"words": "é" * 127}


def test_a_long_question_leaves_room_for_the_theme_in_its_label(tmp_path: Path) -> None:
    path = tmp_path / "long.sav"
    asked = "What " + "é" * 300
    fields = [indicator("Staff", asked), indicator("Price", asked), indicator("T" * 300, asked)]
    notices = write_sav(path, fields, [[1, 0, 1]], "t")
    labels = back(path)[1].column_labels
    assert [label[-9:] for label in labels] == ["é…: Staff", "é…: Price", "TTTTTTTTT"]
    assert all(250 < len(label.encode()) <= 255 for label in labels)
    assert all(label.startswith("What ééé") for label in labels)
    assert "3 labels" in notices[0]


def test_whole_numbers_are_shown_as_such(tmp_path: Path) -> None:
    path = tmp_path / "n.sav"
    kinds = [FieldKind.INTEGER, FieldKind.NUMBER]
    write_sav(path, [Field(kind.name, kind.name, kind) for kind in kinds], [[12_345, 1.5]], "t")
    assert back(path)[1].original_variable_types == {"integer": "F10.0", "number": "F8.2"}


def test_cut_to_never_splits_a_character() -> None:
    assert cut_to("a😀b", 3) == "a"
    assert cut_to("a😀b", 5) == "a😀"


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CoderError, match="no row"):
        write_sav(tmp_path / "empty.sav", [WHO], [], "t")
