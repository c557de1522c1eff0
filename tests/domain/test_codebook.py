"""How names find themes, and what may stand where."""

import pytest

from coder.domain.codebook import Codebook, Theme
from coder.errors import NotFoundError, RefusedError

BOOK = Codebook(
    [
        Theme(1, "Documentation"),
        Theme(2, "documentation", parent_id=1),
        Theme(3, "Sharing"),
        Theme(4, "Data", parent_id=3),
        Theme(5, "Costs"),
        Theme(6, "Data", parent_id=5),
        Theme(7, "Only Q1", questions=frozenset({"Q1"})),
        Theme(8, "Below", parent_id=7, questions=frozenset({"Q2"})),
    ]
)


def test_a_sub_theme_called_like_its_category_is_meant_by_the_bare_name() -> None:
    assert BOOK.find("Documentation").id == 2


def test_a_name_in_two_places_is_refused_with_its_paths_and_found_by_path() -> None:
    with pytest.raises(NotFoundError) as refused:
        BOOK.find("data")
    assert refused.value.problems == ("Sharing > Data", "Costs > Data")
    assert BOOK.find("Costs > Data").id == 6


def test_a_theme_serves_the_questions_it_names_and_those_of_the_themes_below_it() -> None:
    assert [t.id for t in BOOK.for_question("Q2").themes] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [t.id for t in BOOK.for_question("Q1").themes] == [1, 2, 3, 4, 5, 6, 7]
    assert not BOOK.serves(8, "Q1")


def test_siblings_differ_by_more_than_case_and_white_space() -> None:
    with pytest.raises(RefusedError):
        BOOK.check_name(" sharing ", None)
    assert BOOK.check_name(" Data ", None) == "Data"
    assert BOOK.check_name("SHARING", None, but=3) == "SHARING"


def test_a_theme_cannot_be_put_below_itself() -> None:
    with pytest.raises(RefusedError):
        BOOK.check_move(1, 2)
    with pytest.raises(RefusedError):
        BOOK.check_move(6, 3)
