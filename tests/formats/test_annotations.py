"""Highlights for other programs: each slices its text by its own unit to the very words."""

import json

import pytest

from coder.domain.codebook import ThemeSpec
from coder.domain.coding import Span
from coder.domain.corpus import QuestionKind, QuestionSpec
from coder.domain.exchange import CodedResponse, CodedSurvey, GivenTheme
from coder.formats.annotations import Reader, annotation_lines

TEXT = "😀 so kind, and 👩‍👩‍👧 late"
KIND, LATE = Span(5, 9), Span(TEXT.index("late"), len(TEXT))
THEMES = [ThemeSpec(("Staff",)), ThemeSpec(("Staff", "Late"))]


def lines(reader: Reader) -> list[dict]:  # type: ignore[type-arg]
    given = (GivenTheme(0, "Ana", (KIND,)), GivenTheme(0, "Bea", (KIND,)), GivenTheme(1, "Ana", (LATE, KIND)))
    responses = [CodedResponse("P1", 0, TEXT, themes=given), CodedResponse("P2", 0, ""), CodedResponse("P3", 0, "n/a")]
    responses.append(CodedResponse("P4", 0, "no", reviewed=("Ana",)))
    survey = CodedSurvey("s", {}, [QuestionSpec("Q1", "Why?", QuestionKind.OPEN)], responses, THEMES)
    return [json.loads(line) for line in annotation_lines(survey, reader)]


WANTED = [("Staff", "kind"), ("Staff > Late", "kind"), ("Staff > Late", "late")]


def test_spacy_takes_overlapping_spans_and_categories() -> None:
    first, unread, read = lines(Reader.SPACY)
    found = [(s["label"], first["text"][s["start"] : s["end"]]) for s in first["spans"]["sc"]]
    assert sorted(found) == WANTED
    assert first["cats"] == {"Staff": 1.0, "Staff > Late": 1.0}
    assert unread["cats"] == {}
    assert read["cats"] == {"Staff": 0.0, "Staff > Late": 0.0}


def test_prodigy_takes_spans_and_accepted_options() -> None:
    first, unread, read = lines(Reader.PRODIGY)
    assert [one["answer"] for one in (first, unread, read)] == ["accept", "ignore", "accept"]
    assert sorted((s["label"], first["text"][s["start"] : s["end"]]) for s in first["spans"]) == WANTED
    assert first["accept"] == ["Staff", "Staff > Late"]
    assert first["meta"] == {"participant": "P1", "question": "Q1", "part": 1}


def test_doccano_counts_utf_16_units() -> None:
    first = lines(Reader.DOCCANO)[0]
    wide = first["text"].encode("utf-16-le")
    found = [(label, wide[2 * start : 2 * end].decode("utf-16-le")) for start, end, label in first["label"]]
    assert sorted(found) == WANTED


def test_label_studio_says_the_words_besides() -> None:
    results = lines(Reader.LABEL_STUDIO)[0]["annotations"][0]["result"]
    spans = [r["value"] for r in results if r["type"] == "labels"]
    assert all(TEXT[s["start"] : s["end"]] == s["text"] for s in spans)
    assert sorted((s["labels"][0], s["text"]) for s in spans) == WANTED
    assert results[-1]["value"] == {"choices": ["Staff", "Staff > Late"]}


@pytest.mark.parametrize("reader", Reader)
def test_a_response_without_text_has_no_line(reader: Reader) -> None:
    assert len(lines(reader)) == 3
