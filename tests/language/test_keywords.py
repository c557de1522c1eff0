"""Key terms are what several people say about the question, in places that slice exactly."""

import time
from collections import Counter
from itertools import pairwise

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from coder.language.keywords import LONGEST_PHRASE, MOST_TERMS, KeyTerms
from coder.language.pipeline import Pipeline

RESPONSES = [
    "The mentors were kind and I learned machine learning.",
    "Machine learning skills, and my mentor.",
    "Meeting mentors and other participants in the office",
    "A capstone project that I could finish",
    "The project and the people",
    "n/a",
    "",
]
PROMPT = "What was the most valuable thing about being in the office?"


@pytest.fixture(scope="module")
def terms() -> KeyTerms:
    return KeyTerms.learn(RESPONSES, prompt=PROMPT)


def words(terms: KeyTerms, text: str) -> list[str]:
    return [span.of(text) for span in terms.spans(text)]


def test_shared_terms_are_marked_and_neighbours_are_a_phrase(terms: KeyTerms) -> None:
    text = (
        "I think that the Mentors said a lot about machine learning, about ladders, my kayak and its hull on the sea."
    )
    found = words(terms, text)
    assert any(term.startswith("Mentors") for term in found)
    assert "machine learning" in found
    assert "hull" not in found and "sea" not in found


def test_vague_words_are_no_terms(terms: KeyTerms) -> None:
    assert words(terms, "I think things look like a lot") == []


def test_stop_words_numbers_and_marks_are_no_terms(terms: KeyTerms) -> None:
    assert words(terms, "It was the 3 of us, and... 2024 - 🙂 was very much so!") == []


def test_words_of_the_prompt_are_no_terms(terms: KeyTerms) -> None:
    assert words(terms, "The most valuable thing in the office: mentors") == ["mentors"]


def test_a_short_answer_is_marked_even_if_nobody_shares_it(terms: KeyTerms) -> None:
    assert words(terms, "Kayaking") == ["Kayaking"]


def test_forms_of_one_word_are_counted_together(terms: KeyTerms) -> None:
    assert terms.shared["mentor"] == 3
    assert terms.responses == 6


def test_what_several_say_is_stronger_than_what_one_says_or_everybody() -> None:
    terms = KeyTerms.learn(["food good"] * 3 + ["good"] * 40 + ["kayak good"])
    assert terms.strength("food") > terms.strength("kayak")
    assert terms.strength("food") > terms.strength("good")


def test_terms_do_not_reach_across_sentences_or_commas(terms: KeyTerms) -> None:
    assert words(terms, "Kind mentors. Projects, and") == ["Kind mentors", "Projects"]
    assert words(terms, "Mentors, projects. People") == ["Mentors", "projects", "People"]


def test_a_long_response_is_not_covered_with_marks(terms: KeyTerms) -> None:
    text = " and ".join(f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(200))
    assert len(terms.spans(text)) <= MOST_TERMS


def test_with_a_trained_model_only_nouns_verbs_and_adjectives_are_terms() -> None:
    nlp = spacy.blank("en")

    @Language.component("tests_tagger")
    def tag(doc: Doc) -> Doc:
        for token in doc:
            token.pos_ = "ADV" if token.text.endswith("ly") else "NOUN"
        return doc

    nlp.add_pipe("tests_tagger", name="tagger")
    terms = KeyTerms(Pipeline("en", "a model", nlp, {}), Counter(), 0, frozenset())
    assert words(terms, "mentors patiently helped") == ["mentors", "helped"]


def test_nothing_learned_is_no_obstacle() -> None:
    assert words(KeyTerms.learn([]), "kind mentors") == ["kind mentors"]


@given(
    st.text(max_size=100),
    st.sampled_from(["mentor👍🏽s\tproject", "\r\n\x00people\u200b", "İstanbul ﬁne", "مرحبا mentor"]),
)
@settings(max_examples=200, deadline=None)
def test_spans_are_ordered_apart_and_inside_any_text(terms: KeyTerms, text: str, seed: str) -> None:
    text = text + seed + text
    found = terms.spans(text)
    for span in found:
        assert span.check(text).of(text).strip() == span.of(text)
        assert len(span.of(text).split()) <= LONGEST_PHRASE
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("piece", ["mentors ", "x", "🙂", "!", "\u0301", "\x00", "a.b", "(x", "'s"])
def test_a_megabyte_takes_no_more_than_a_second(terms: KeyTerms, piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    terms.spans(text)
    assert time.process_time() - start < 1.0


def test_many_responses_are_learned_from_at_even_distances() -> None:
    terms = KeyTerms.learn(f"word{'a' if i < 10_000 else 'b'}" for i in range(20_000))
    assert terms.responses == 5_000
    assert terms.shared["worda"] == terms.shared["wordb"] == 2_500
