"""What a search finds, and that what is marked in a text is what was found."""

import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.domain.coding import Span
from coder.store import schema
from coder.store.driver import sqlite
from coder.store.search import hits, query_of
from tests.projects import session_of

TEXTS = {
    "P1": "Great food, and great people.",
    "P2": "The people; foodstuff. Cafe\u0301 Übung STRASSE",
    "P3": "food\x00people",
    "P4": "people great",
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("food", ["P1", "P2", "P3"]),
        ('"food"', ["P1", "P3"]),
        ("fo* people", ["P1", "P2", "P3"]),
        ("fo people", []),
        ("people fo", ["P1", "P2", "P3"]),
        ('"great people"', ["P1"]),
        ("“great people”", ["P1"]),
        ('"great peo"', []),
        ('"great peo"*', ["P1"]),
        ('"great peo', ["P1"]),
        ("CAFÉ ubung strasse", ["P2"]),
        ("café", ["P2"]),
        ("people -food", ["P1", "P2", "P3"]),
        ("food OR nothing", []),
        ('""', []),
        ("—", []),
        ("food —", ["P1", "P3"]),
        ("*", []),
    ],
)
def test_words_are_found_whole_as_phrases_or_as_beginnings(tmp_path: Path, words: str, found: list[str]) -> None:
    session = session_of(tmp_path, TEXTS)
    assert [line.participant for line in session.entries(session.queue(search_for=words))] == found


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Great food, foodstuff", "food", ["food", "foodstuff"]),
        ("Great food, foodstuff", '"food"', ["food"]),
        ("great food great food", '"great food"', ["great food", "great food"]),
        ("Cafe\u0301 café CAFÉ", "cafe", ["Cafe\u0301", "café", "CAFÉ"]),
        ("a\x00food\x00\x00food", "food", ["food", "food"]),
        ("don't", "don't", ["don't"]),
        ("\U000f0000 food \U000f0001", '"food"', ["food"]),
        ("food", "people", []),
        ("食べ物 food", "food", ["food"]),
    ],
)
def test_the_words_that_were_found_are_marked(text: str, words: str, marked: list[str]) -> None:
    assert [span.of(text) for span in hits([text], words)[0]] == marked


def test_many_texts_are_marked_at_once() -> None:
    assert hits(["no", "food", "a food"], "food") == [(), (Span(0, 4),), (Span(2, 6),)]
    assert hits(["food"], "") == [()]


def test_a_line_of_a_list_shows_the_place_of_the_first_hit(tmp_path: Path) -> None:
    session = session_of(tmp_path, {"P1": "x" * 300 + " food " + "y" * 300, "P2": "food"})
    lines = session.entries(session.queue(), "food")
    assert [line.hit and line.hit.of(line.excerpt) for line in lines] == ["food", "food"]
    assert all(len(line.excerpt) < 300 for line in lines)
    assert [line.hit for line in session.entries(session.queue(), "nothing")] == [None, None]


LETTERS = st.sampled_from("aAbé\u0301ßİıﬁ \n\x00\x01\"'*-—食べ\U000f0000\U000f0001\U0001f469\u200d\ufffe\u200b٣_")
ANY = st.characters(exclude_categories=["Cs"])


@settings(max_examples=300, deadline=None)
@given(st.text(LETTERS | ANY, max_size=40), st.text(LETTERS | ANY, max_size=8))
def test_what_is_marked_is_what_the_index_finds(text: str, words: str) -> None:
    """In the project's own index, for any writing: found where marked, each marked stretch as it stands."""
    driver = sqlite()
    connection: sqlite3.Connection = driver.connect(":memory:")
    try:
        connection.execute("CREATE TABLE response (id INTEGER PRIMARY KEY, text TEXT)")
        connection.execute(schema.SEARCH_INDEX)
        connection.execute("INSERT INTO response VALUES (1, ?)", (text,))
        connection.execute("INSERT INTO response_search(rowid, text) SELECT id, text FROM response")

        def finds(query: str) -> bool:
            if not query:
                return False
            found = connection.execute("SELECT rowid FROM response_search WHERE response_search MATCH ?", (query,))
            return bool(found.fetchall())

        marked = hits([text], words)[0]
        assert bool(marked) == finds(query_of(words))
        for span in marked:
            assert 0 <= span.start < span.end <= len(text)
            assert finds(query_of(f'"{span.of(text)}"'))
        assert all(a.end <= b.start for a, b in pairwise(marked))
    finally:
        connection.close()
