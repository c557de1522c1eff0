"""spaCy's view of a language: tokens, sentences, and lemmas where something installed knows them."""

import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from coder.errors import CoderError

LONGEST_TEXT = 20_000
"""Characters of a text that are analysed; a longer one is a file in a cell, and its rest is left aside."""
_SMALL_FIRST = ("sm", "md", "lg", "trf")
_NOT_NEEDED = ["ner", "entity_linker", "entity_ruler", "textcat", "textcat_multilabel", "spancat", "parser"]
# spaCy's time grows with the square of a run of emoji or marks: one character in so many is read as a blank.
_LONGEST_RUN = 300
_BREAK = re.compile(rf"(\S{{{_LONGEST_RUN}}})\S")
_LONE_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text, [start, end) in code points.

    `lemma` is without case; `part_of_speech` is a Universal Dependencies tag, "" where nothing knows it.
    """

    start: int
    end: int
    lemma: str
    part_of_speech: str
    is_word: bool
    is_stop: bool
    starts_sentence: bool


@dataclass(frozen=True)
class Pipeline:
    """What reads texts of one language; `model` is the installed model that it uses, "" for rules and tables alone."""

    language: str
    model: str
    _nlp: Any
    _lemmas: Mapping[str, str]

    @property
    def has_lemmas(self) -> bool:
        """Whether "mentors" is known to be a "mentor"; where not, a word's lemma is the word itself."""
        return bool(self._lemmas) or "lemmatizer" in self._nlp.pipe_names

    @property
    def has_parts_of_speech(self) -> bool:
        """Whether tokens say what part of speech they are, which takes a trained model."""
        return bool({"tagger", "morphologizer"} & set(self._nlp.pipe_names))

    def tokens(self, text: str) -> list[Token]:
        """The tokens of any text, white space left out; what follows LONGEST_TEXT characters is not read.

        Where more than 300 characters follow each other without a blank, every 301st counts as one.
        """
        read = _BREAK.sub(r"\1 ", text[:LONGEST_TEXT].translate(_LONE_SURROGATES))
        found = [self._token(token) for token in self._nlp(read) if not token.is_space]
        return found[:-1] if len(read) < len(text) else found  # the last may have been cut in two

    def _token(self, token: Any) -> Token:
        return Token(
            start=token.idx,
            end=token.idx + len(token),
            lemma=self._lemma(token),
            part_of_speech=token.pos_,
            is_word=any(c.isalpha() for c in token.text) and not (token.like_url or token.like_email),
            is_stop=token.is_stop,
            starts_sentence=bool(token.is_sent_start),
        )

    def _lemma(self, token: Any) -> str:
        word: str = token.text
        lemma = token.lemma_ or self._lemmas.get(word) or self._lemmas.get(word.lower()) or word
        return lemma.casefold()


@cache
def pipeline(language: str = "en") -> Pipeline:
    """The pipeline of a language code: an installed model of spaCy, else its rules with offline lemma tables.

    Nothing is ever downloaded. Raises CoderError for a code that is not known, naming those that are, and for a
    language whose tokenizer needs a library that is not installed.
    """
    import spacy
    from spacy.lookups import load_lookups

    rules = _rules(language)
    for model in _installed(rules.lang):
        try:
            trained = spacy.load(model, exclude=_NOT_NEEDED)
        except (OSError, ValueError, ImportError):
            continue  # made for another version of spaCy: the next, or the rules, will do
        return Pipeline(rules.lang, model, _with_sentences(trained), {})
    tables = load_lookups(rules.lang, ["lemma_lookup"], strict=False)
    lemmas = tables.get_table("lemma_lookup") if tables.has_table("lemma_lookup") else {}
    return Pipeline(rules.lang, "", _with_sentences(rules), lemmas)


def check_language(language: str) -> None:
    """Raises CoderError for a language whose texts could not be read, as `pipeline` does."""
    _rules(language)


def known_languages() -> list[str]:
    """The codes of all languages that spaCy has rules for."""
    import spacy.lang

    return sorted(found.name for found in pkgutil.iter_modules(spacy.lang.__path__) if found.ispkg)


def _rules(language: str) -> Any:
    import spacy

    try:
        return spacy.blank(language)
    except (ImportError, ValueError) as error:
        if language in (known := known_languages()):
            raise CoderError(
                f"The language {language!r} needs a library that is not installed.",
                problems=[" ".join(str(error).split())],
                hint="Install it, or use the language xx, which splits words at blanks.",
            ) from error
        raise CoderError(
            f"The language {language!r} is not known.", hint=f"Known languages: {', '.join(known)}."
        ) from error


def _installed(language: str) -> Iterator[str]:
    """The installed trained models of a language, small ones first."""
    import spacy.util

    def place(model: str) -> tuple[int, str]:
        size = model.rsplit("_", 1)[-1]
        return (_SMALL_FIRST.index(size) if size in _SMALL_FIRST else len(_SMALL_FIRST)), model

    yield from sorted((m for m in spacy.util.get_installed_models() if m.split("_")[0] == language), key=place)


def _with_sentences(nlp: Any) -> Any:
    if "senter" in nlp.disabled:
        nlp.enable_pipe("senter")
    elif "senter" not in nlp.pipe_names:
        nlp.add_pipe("sentencizer")
    return nlp
