"""What counts as the same answer, what as nearly the same, and that such pairs are found."""

import random
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.language.likeness import THRESHOLD, likeness, near, normalised, sequences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The food.", "the  FOOD!"),
        ("Café", "cafe\u0301"),
        ("nothing", "Nothing\n"),
        ("STRASSE", "Straße"),
        ("don't know", "Don’t know"),
    ],
)
def test_the_same_apart_from_case_accents_punctuation_and_space(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), [("👍", "👎"), ("good", "food"), ("1", "2"), ("no", "none")])
def test_not_the_same(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def alike(one: str, other: str) -> bool:
    return bool(list(near([normalised(one), normalised(other)])))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The people were kind and the food was great.", "The people were kind and the food was realy great"),
        ("I met so many people that I still write to", "I've met so many people that I still write to!"),
        ("More time for the capstone project please", "more time for the capstone projects, please"),
        ("It was well organised and everybody helped", "It was well organized and everybody helped"),
    ],
)
def test_a_slip_or_a_word_more_is_nearly_the_same(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("good food", "good mood"),
        ("The food was great", "The staff was great"),
        ("I liked the people", "I liked the lectures"),
        ("More time", "More help"),
        ("The mentors were always there when I was stuck", "The lectures were clear and the exercises well chosen"),
    ],
)
def test_other_words_are_another_answer(one: str, other: str) -> None:
    assert not alike(one, other)


def all_pairs(texts: list[str]) -> set[tuple[int, int]]:
    """By comparing each with each."""
    of_each = [sequences(text) for text in texts]
    return {(a, b) for a, b in combinations(range(len(texts)), 2) if likeness(of_each[a], of_each[b]) >= THRESHOLD}


def made_up(seed: int) -> list[str]:
    """Answers of invented words, and copies of some with a slip."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefghijklmnoprstuvw", k=rng.randint(3, 9))) for _ in range(400)]
    texts = [" ".join(rng.choices(words, k=rng.randint(4, 20))) for _ in range(250)]
    copies = []
    for text in texts[:100]:
        at = rng.randrange(len(text))
        copies.append(normalised(text[:at] + rng.choice("xyz") + text[at + rng.randint(0, 1) :]))
    return texts + copies


def test_every_pair_is_found_that_comparing_each_with_each_finds() -> None:
    found, there = 0, 0
    for seed in range(4):
        texts = made_up(seed)
        pairs, wanted = {(a, b) for a, b, _ in near(texts)}, all_pairs(texts)
        assert pairs <= wanted
        found, there = found + len(pairs), there + len(wanted)
    assert there > 150 and found >= 0.99 * there


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_writing_can_be_compared(texts: list[str]) -> None:
    texts = [normalised(text) for text in texts]
    assert {(a, b) for a, b, _ in near(texts)} <= all_pairs(texts)


def test_one_turn_of_phrase_that_many_share_is_no_trouble() -> None:
    texts = [f"i have nothing to add to what i said before number {i}" for i in range(2_000)]
    began = time.process_time()
    assert list(near(texts))
    assert time.process_time() - began < 20
