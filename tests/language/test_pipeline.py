"""A language is read offline, with a trained model where there is one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy
import spacy.util
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.language.pipeline import LONGEST_TEXT, pipeline


@pytest.fixture
def fresh() -> Iterator[None]:
    pipeline.cache_clear()
    yield
    pipeline.cache_clear()


def lemmas(text: str, language: str = "en") -> list[str]:
    return [t.lemma for t in pipeline(language).tokens(text) if t.is_word]


def test_lemmas_come_from_tables_and_ignore_case() -> None:
    assert pipeline("en").has_lemmas
    assert lemmas("Mentors HELPING meetings") == ["mentor", "help", "meeting"]
    assert lemmas("Häuser", "de") == ["haus"]


def test_a_language_without_tables_says_so_and_keeps_its_words() -> None:
    assert not pipeline("xx").has_lemmas
    assert lemmas("Mentors HELPING", "xx") == ["mentors", "helping"]


def test_sentences_are_found_by_rule() -> None:
    tokens = pipeline("en").tokens("I met people. They were kind!")
    assert [t.start for t in tokens if t.starts_sentence] == [0, 14]


def test_an_unknown_language_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(CoderError, match="'klingon' is not known") as caught:
        pipeline("klingon")
    assert " de, " in caught.value.hint and " en, " in caught.value.hint


@given(st.text(max_size=80))
@settings(deadline=None)
def test_tokens_slice_the_text_and_leave_out_nothing_but_blanks(text: str) -> None:
    tokens = pipeline("en").tokens(text)
    at = 0
    for token in tokens:
        assert not text[at : token.start].strip()
        assert at <= token.start < token.end <= len(text)
        at = token.end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    ("piece", "times"), [("a\ud800b words", 1), ("\x00\x00 w", 1), ("w", 2_000_000), ("word ", 400_000)]
)
def test_no_text_is_too_strange_or_too_long(piece: str, times: int) -> None:
    tokens = pipeline("en").tokens(piece * times)
    assert all(token.end <= LONGEST_TEXT for token in tokens)


def test_an_installed_model_is_used_and_the_smallest_first(
    fresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []
    load = spacy.load

    def from_disk(name: str, **options: Any) -> Any:
        asked.append(name)
        return load(tmp_path, **options)

    spacy.blank("en").to_disk(tmp_path)
    monkeypatch.setattr(
        spacy.util, "get_installed_models", lambda: ["de_core_news_sm", "en_core_web_lg", "en_core_web_sm"]
    )
    monkeypatch.setattr(spacy, "load", from_disk)
    assert pipeline("en").model == "en_core_web_sm"
    assert asked == ["en_core_web_sm"]
    assert pipeline("en").tokens("One. Two.")[2].starts_sentence


def test_a_model_that_does_not_load_is_passed_over(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, **options: Any) -> Any:
        raise OSError(name)

    monkeypatch.setattr(spacy.util, "get_installed_models", lambda: ["en_core_web_sm"])
    monkeypatch.setattr(spacy, "load", refuse)
    assert pipeline("en").model == ""
    assert pipeline("en").has_lemmas


def test_importing_the_package_does_not_load_spacy() -> None:
    code = "import sys, coder.language.keywords; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
