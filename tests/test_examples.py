"""Which absences a reviewed response speaks of, when it is learnt from or measured by."""

from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question, QuestionKind
from coder.examples import examples_of
from coder.store.suggestions import ReviewedText

PEOPLE, MENTORS, FOOD, LATE, ELSEWHERE = 1, 2, 3, 4, 5
BOOK = Codebook(
    [
        Theme(PEOPLE, "People"),
        Theme(MENTORS, "Mentors", parent_id=PEOPLE),
        Theme(FOOD, "Food"),
        Theme(LATE, "Came later", born=7),
        Theme(ELSEWHERE, "Of another question", questions=frozenset({"worst"})),
    ]
)
QUESTIONS = {9: Question(9, "best", "", "What was best?", QuestionKind.OPEN, 1)}


def known(*, themes: set[int] = frozenset(), rejected: set[int] = frozenset(), revision: int = 6) -> set[int]:
    reviewed = ReviewedText(1, 2, 9, "a text", frozenset(themes), frozenset(rejected), revision)
    (example,) = examples_of([reviewed], BOOK, QUESTIONS)
    assert (example.response_id, example.participant_id, example.question, example.text) == (1, 2, "best", "a text")
    assert example.themes == themes
    return set(example.known)


def test_themes_of_the_question_that_were_there_at_the_review_are_known() -> None:
    assert known() == {PEOPLE, MENTORS, FOOD}
    assert known(revision=7) == {PEOPLE, MENTORS, FOOD, LATE}


def test_a_refusal_by_name_makes_a_later_theme_known() -> None:
    assert known(rejected={LATE}) == {PEOPLE, MENTORS, FOOD, LATE}


def test_a_later_theme_that_was_given_is_not_known_for_its_absence_would_not_have_been() -> None:
    assert known(themes={LATE, FOOD}) == {PEOPLE, MENTORS, FOOD}


def test_a_theme_above_a_given_one_is_neither_there_nor_absent() -> None:
    assert known(themes={MENTORS}) == {MENTORS, FOOD}
