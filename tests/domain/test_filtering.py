"""A filter says in words what it asks."""

from coder.domain.filtering import EVERYTHING, TICKS, Filter


def test_a_filter_that_asks_nothing_is_false_and_says_nothing() -> None:
    assert not EVERYTHING and EVERYTHING.sentence({}) == ""


def test_each_thing_that_is_asked_is_said() -> None:
    names = {1: "Food", 2: "People"}
    wanted = Filter(
        attributes=(("age", "30-39"), ("site", "")),
        with_theme=1,
        without_theme=2,
        unreviewed=True,
        suggested=True,
        suggested_theme=2,
        anywhere=True,
        wave="2024",
    )
    assert wanted.sentence(names) == (
        "all questions of 2024, with ‘Food’, without ‘People’, not reviewed, suggested ‘People’, age: 30-39, site: "
    )
    for name, words in TICKS.items():
        assert Filter(**{name: True}).sentence({}) == words


def test_a_theme_that_went_is_said_to_be_gone() -> None:
    assert Filter(with_theme=9).sentence({}) == "with a theme that is gone"


def test_anything_asked_makes_it_true() -> None:
    asked = [Filter(**{name: True}) for name in (*TICKS, "anywhere", "suggested")]
    asked += [Filter(attributes=(("a", "b"),)), Filter(with_theme=0), Filter(without_theme=0), Filter(wave="")]
    assert all(asked)


def test_what_was_reviewed_before_a_theme_is_to_be_read_again() -> None:
    wanted = Filter(without_theme=1, before_theme=1)
    assert wanted.sentence({1: "Food"}) == "without ‘Food’, reviewed before ‘Food’ existed"
    assert wanted.rereads and Filter(stale=True).rereads and not Filter(without_theme=1).rereads
