"""Highlights for other programs: each slices its text by its own unit to the very words, and learns nothing that nobody
has looked for."""

import json
from pathlib import Path

import pytest

from coder.domain.codebook import ThemeSpec
from coder.domain.coding import Span
from coder.domain.corpus import QuestionKind, QuestionSpec
from coder.domain.exchange import CodedResponse, CodedSurvey, GivenTheme
from coder.exports import export_annotations
from coder.formats.annotations import Reader, annotated, annotation_file
from tests.projects import QUESTION, session_of, theme_id

TEXT = "😀 so kind, and 👩‍👩‍👧 late"
KIND, LATE = Span(5, 9), Span(TEXT.index("late"), len(TEXT))
THEMES = [ThemeSpec(("Staff",)), ThemeSpec(("Staff", "Late")), ThemeSpec(("Food",)), ThemeSpec(("Rooms",), ("Q2",))]
GIVEN = (GivenTheme(0, "Ana", (KIND,)), GivenTheme(0, "Bea", (KIND,)), GivenTheme(1, "Ana", (LATE, KIND)))


def written(reader: Reader, *responses: CodedResponse) -> str:
    questions = [QuestionSpec(key, "Why?", QuestionKind.OPEN) for key in ("Q1", "Q2")]
    return annotation_file(annotated(CodedSurvey("s", {}, questions, responses, THEMES)), reader)


def one(reader: Reader, *themes: GivenTheme, read: bool = True, text: str = TEXT):  # type: ignore[no-untyped-def]
    """What is written of one response."""
    file = written(reader, CodedResponse("P1", 0, text, themes=themes, reviewed=(("Ana", 0),) if read else ()))
    return json.loads(file)[0] if reader is Reader.LABEL_STUDIO else json.loads(file)


WANTED = [("Staff", "kind"), ("Staff > Late", "kind"), ("Staff > Late", "late")]


def test_spacy_takes_overlapping_spans_and_categories() -> None:
    row = one(Reader.SPACY, *GIVEN)
    found = [(s["label"], row["text"][s["start"] : s["end"]]) for s in row["spans"]["sc"]]
    assert sorted(found) == WANTED
    assert row["cats"] == {"Staff": 1.0, "Staff > Late": 1.0, "Food": 0.0}


def test_spacy_finds_the_words_at_these_places() -> None:
    spacy = pytest.importorskip("spacy")
    row = one(Reader.SPACY, *GIVEN)
    doc = spacy.blank("xx").make_doc(row["text"])
    spans = [doc.char_span(s["start"], s["end"], label=s["label"]) for s in row["spans"]["sc"]]
    assert sorted((span.label_, span.text) for span in spans) == WANTED


def test_prodigy_takes_spans_and_accepted_options() -> None:
    row = one(Reader.PRODIGY, *GIVEN)
    assert sorted((s["label"], row["text"][s["start"] : s["end"]]) for s in row["spans"]) == WANTED
    assert [option["id"] for option in row["options"]] == ["Staff", "Staff > Late", "Food"]
    assert (row["accept"], row["answer"]) == (["Staff", "Staff > Late"], "accept")
    assert row["meta"] == {"participant": "P1", "question": "Q1", "part": 1, "complete": True}


def test_doccano_counts_utf_16_units() -> None:
    row = one(Reader.DOCCANO, *GIVEN)
    wide = row["text"].encode("utf-16-le")
    found = [(label, wide[2 * start : 2 * end].decode("utf-16-le")) for start, end, label in row["label"]]
    assert sorted(found) == WANTED
    assert row["cats"] == ["Staff", "Staff > Late"]


def test_doccano_has_no_encoding_to_guess() -> None:
    assert written(Reader.DOCCANO, CodedResponse("Zoë", 0, TEXT)).isascii()


def test_label_studio_takes_one_list_of_tasks_with_the_words_besides() -> None:
    results = one(Reader.LABEL_STUDIO, *GIVEN)["annotations"][0]["result"]
    spans = [r["value"] for r in results if r["type"] == "labels"]
    assert all(TEXT[s["start"] : s["end"]] == s["text"] for s in spans)
    assert sorted((s["labels"][0], s["text"]) for s in spans) == WANTED
    assert results[-1]["value"] == {"choices": ["Staff", "Staff > Late"]}
    assert len({r["id"] for r in results}) == len(results)


def test_who_has_a_theme_has_the_one_above_it() -> None:
    late = GivenTheme(1, "Ana", (LATE,))
    assert one(Reader.SPACY, late)["cats"] == {"Staff": 1.0, "Staff > Late": 1.0, "Food": 0.0}
    assert one(Reader.PRODIGY, late)["accept"] == ["Staff", "Staff > Late"]
    assert [s["label"] for s in one(Reader.SPACY, late)["spans"]["sc"]] == ["Staff > Late"]


def test_a_theme_of_another_question_was_not_looked_for() -> None:
    assert "Rooms" not in one(Reader.SPACY)["cats"]
    assert one(Reader.SPACY, GivenTheme(3, "Ana"))["cats"]["Rooms"] == 1.0


@pytest.mark.parametrize("themes", [(), GIVEN])
def test_what_nobody_read_to_the_end_is_no_example_of_what_is_not_in_it(themes: tuple[GivenTheme, ...]) -> None:
    assert one(Reader.SPACY, *themes, read=False)["cats"] == ({"Staff": 1.0, "Staff > Late": 1.0} if themes else {})
    assert one(Reader.PRODIGY, *themes, read=False)["answer"] == "ignore"
    assert one(Reader.DOCCANO, *themes, read=False)["meta"]["complete"] is False
    task = one(Reader.LABEL_STUDIO, *themes, read=False)
    assert "annotations" not in task and ("predictions" in task) is bool(themes)


def test_what_was_read_before_a_theme_came_is_no_example_of_what_is_not_in_it(tmp_path: Path) -> None:
    session = session_of(tmp_path, {"P1": "kind staff", "P2": "late"}, ["Staff"])
    for response_id in session.queue():
        session.review(response_id)
    session.create_theme("Food", question_key=QUESTION)
    session.review(session.queue()[1])
    session.create_theme("Rooms", question_key="another question")
    session.create_theme("All", question_key=QUESTION)
    session.move_theme(theme_id(session, "Staff"), theme_id(session, "All"))  # it only gathers
    out = tmp_path / "out.jsonl"
    export_annotations(session.project, out, Reader.SPACY)
    assert [json.loads(line)["meta"]["complete"] for line in out.read_text().splitlines()] == [False, True]


def test_what_was_read_and_has_nothing_is_done_for_label_studio() -> None:
    assert one(Reader.LABEL_STUDIO)["annotations"] == [{"result": []}]


@pytest.mark.parametrize("reader", Reader)
def test_a_response_without_text_is_left_out(reader: Reader) -> None:
    file = written(reader, CodedResponse("P1", 0, ""), CodedResponse("P2", 0, "n/a"))
    assert file.count("P2") == 1 and "P1" not in file
