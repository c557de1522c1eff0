"""The rows are scikit-learn's TF-IDF, and every number in them is tied to words of the text."""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from coder.suggest.features import LONGEST_TEXT, TextFeatures, fold, pieces_of, places_of, words_of

TEXTS = [
    "The mentors were kind, kind and patient.",
    "I didn't like the noise in the office",
    "Office space!",
    "",
    "🙂",
    "Naïve café, ÉCOLE",
]


def word_terms(text: str) -> list[str]:
    words = [fold(word) for word in words_of(text)]
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def letter_terms(text: str) -> list[str]:
    return [piece for word in words_of(text) for piece in pieces_of(fold(word))]


def test_rows_are_scikit_learns_tf_idf_divided_by_the_root_of_their_length() -> None:
    theirs = [TfidfVectorizer(analyzer=terms, sublinear_tf=True, norm=None) for terms in (word_terms, letter_terms)]
    blocks = []
    for vectorizer in theirs:
        block = vectorizer.fit_transform(TEXTS).toarray()
        length = np.linalg.norm(block, axis=1, keepdims=True)
        block /= np.sqrt(np.maximum(length, 1e-12))
        blocks.append(block / np.sqrt(np.mean(np.sum(block**2, axis=1))))
    expected = np.hstack(blocks)
    found = TextFeatures.learn(TEXTS).rows(TEXTS).matrix.toarray()
    assert found.shape == expected.shape
    np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=1e-12)
    np.testing.assert_allclose(np.sort(found, axis=1), np.sort(expected, axis=1), atol=1e-12)


def test_unknown_words_add_nothing() -> None:
    features = TextFeatures.learn(TEXTS)
    known, diluted, strange = features.rows(["kind mentors", "kind mentors xxqqzz", "xxqqzz"]).matrix.toarray()
    np.testing.assert_allclose(diluted, known)
    assert not strange.any()


def test_texts_in_batches_have_the_rows_that_they_have_alone() -> None:
    features = TextFeatures.learn(TEXTS)
    alone = [features.rows([text]).matrix.toarray() for text in TEXTS]
    assert (features.rows(TEXTS).matrix.toarray() == np.vstack(alone)).all()


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_the_places_of_a_text_add_up_to_its_row(text: str) -> None:
    features = TextFeatures.learn([*TEXTS, text[::2]])
    rows = features.rows(["kind", text])
    weights = np.cos(np.arange(features.size))
    places = rows.places(1)
    added = places.contributions(weights[places.feature])
    assert added.sum() == pytest.approx(float((rows.matrix[[1]] @ weights)[0]))
    assert len(added) <= len(words_of(text))


@given(st.text(st.characters(codec="ascii"), max_size=80))
def test_words_are_the_same_beside_a_sign_of_another_script(text: str) -> None:
    assert words_of(text + " é")[:-1] == words_of(text)


@given(st.text(max_size=80))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    assert [text[a:b] for a, b in places_of(text)] == words_of(text)


@pytest.mark.parametrize(
    "text, words",
    [
        ("don’t stop", ["don’t", "stop"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("İstanbul ﬁne", ["İstanbul", "ﬁne"]),
        ("a\tb\nc\x00d\u200be", ["a", "b", "c", "d", "e"]),
        ("cafe\u0301s", ["cafe\u0301s"]),
        ("--- !!! 👍🏽", []),
    ],
)
def test_words_are_whole_in_every_script(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_case_and_ligatures_do_not_matter() -> None:
    assert fold("ﬁne") == fold("FINE")


@pytest.mark.parametrize("piece", ["x", "word ", "e\u0301", "'", "x'", "🙂", "\x00"])
def test_a_megabyte_in_one_cell_takes_no_more_than_a_moment(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    features = TextFeatures.learn(TEXTS)
    start = time.process_time()
    features.rows([text])
    assert time.process_time() - start < 1.0
    assert all(end <= LONGEST_TEXT for _, end in places_of(text))
