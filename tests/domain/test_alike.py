"""Names that may mean the same are found, and names that a codebook has likely meant are left in peace."""

import pytest

from coder.domain.alike import alike_names, alike_to
from coder.domain.codebook import Codebook, Theme


def book(*names: str, parent: int | None = None) -> Codebook:
    return Codebook([Theme(i, name, parent, position=i) for i, name in enumerate(names, 1)])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Team work", "Team-Work"),
        ("Skill", "Skills"),
        ("Opportunity", "Opportunities"),
        ("Access to researchers", "Researchers: access"),
        ("Career and growth", "Growth & careers"),
        ("Café", "Cafe"),
        ("Communication", "Comunication"),
        ("Accommodation costs", "Acommodation cost"),
        ("Time management", "Time mangaement"),
        ("Teacher's help", "Teacher help"),
    ],
)
def test_the_same_words_and_slips_are_alike(a: str, b: str) -> None:
    assert [(p.first, p.second) for p in alike_names(book(a, b))] == [(1, 2)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Skills", "Data skills for teachers"),
        ("Data", "Data skills for teachers"),
        ("Formal", "Informal"),
        ("Satisfied", "Dissatisfied"),
        ("Year 1", "Year 2"),
        ("Wave 10", "Wave 11"),
        ("Cost", "Coat"),
        ("Travel to work", "Travel from work"),
        ("More time", "More staff"),
        ("Learning", "Earning"),
        ("Positive feedback", "Negative feedback"),
        ("The", "Of"),
    ],
)
def test_other_words_other_beginnings_and_figures_are_not(a: str, b: str) -> None:
    assert alike_names(book(a, b)) == []


def test_the_same_name_below_two_themes_or_below_itself_is_meant() -> None:
    themes = [Theme(1, "Good"), Theme(2, "Bad"), Theme(3, "Staff", 1), Theme(4, "Staff", 2)]
    assert alike_names(Codebook(themes)) == []
    assert alike_names(Codebook([Theme(1, "Skills"), Theme(2, "Skills", 1)])) == []
    top_too = [*themes, Theme(5, "Staff")]
    assert [(p.first, p.second) for p in alike_names(Codebook(top_too))] == [(3, 5), (4, 5)]


def test_themes_of_different_questions_are_not_alike() -> None:
    a, b = Theme(1, "Skill", questions=frozenset("q")), Theme(2, "Skills", questions=frozenset("r"))
    assert alike_names(Codebook([a, b])) == []
    assert alike_names(Codebook([a, Theme(2, "Skills")])), "one that serves all questions serves this one, too"


def test_a_new_name_is_held_against_those_that_are_there() -> None:
    codebook = book("Skills", "People")
    assert [t.name for t in alike_to(codebook, "skill", None)] == ["Skills"]
    assert alike_to(codebook, "Skill", None, but=1) == [], "its own old name is no other theme"
    assert alike_to(codebook, "Food", None) == []


def test_it_says_how_they_are_alike() -> None:
    assert [p.how for p in alike_names(book("Skill set", "Set skills"))] == ["the same words"]
    assert [p.how for p in alike_names(book("Motivation", "Motivatoin"))] == ["but for a slip"]


def test_large_codebooks_are_compared_in_no_time() -> None:
    import time

    names = [f"theme number {chr(97 + i % 26)}{'xyzwvut'[i % 7] * 5} {i}" for i in range(2_000)]
    start = time.process_time()
    alike_names(book(*names))
    assert time.process_time() - start < 2
