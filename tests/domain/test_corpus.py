"""What a text is, and how a question is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.domain.corpus import (
    DEFAULT_PLACEHOLDERS,
    Question,
    QuestionKind,
    Status,
    find_questions,
    fold_placeholders,
    normalise_text,
    status_of,
)
from coder.errors import NotFoundError


def question(number: int, key: str, wave: str = "") -> Question:
    return Question(number, key, wave, key, QuestionKind.OPEN, number)


QUESTIONS = [
    question(1, "[Q2] Why?"),
    question(2, "[Q20] Please tell us"),
    question(3, "Good?", "start"),
    question(4, "Good?", "end"),
]


@pytest.mark.parametrize(
    ("reference", "ids"),
    [("[Q20] Please tell us", [2]), ("Q20", [2]), ("Q2", [1]), ("good?", [3, 4]), ("q20 please", [2])],
)
def test_a_key_or_the_code_that_begins_it_names_a_question_in_all_its_waves(reference: str, ids: list[int]) -> None:
    assert [q.id for q in find_questions(reference, QUESTIONS)] == ids


def test_a_code_that_begins_no_or_several_questions_is_refused_with_the_list() -> None:
    with pytest.raises(NotFoundError):
        find_questions("Q3", QUESTIONS)
    with pytest.raises(NotFoundError) as several:
        find_questions("Q", [question(1, "Q one"), question(2, "Q two")])
    assert several.value.problems == ("Q one", "Q two")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", Status.BLANK),
        (" \n\t", Status.BLANK),
        ("n/a", Status.PLACEHOLDER),
        (" N/A ", Status.PLACEHOLDER),
        ("---", Status.PLACEHOLDER),
        ("NA", Status.ANSWERED),
        ("None", Status.ANSWERED),
        ("0", Status.ANSWERED),
        ("n/a, nothing", Status.ANSWERED),
    ],
)
def test_blank_placeholder_and_answered_are_told_apart(text: str, status: Status) -> None:
    assert status_of(text, fold_placeholders(DEFAULT_PLACEHOLDERS)) is status


@given(st.text(st.characters(exclude_characters="\r")))
def test_a_stored_text_differs_from_what_came_by_line_ends_and_a_leading_mark_alone(text: str) -> None:
    stored = normalise_text("\ufeff" + text.replace("\n", "\r\n"))
    assert stored == text
