"""Likely key terms of a response: what an analyst may want to look at first, never what counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from coder.domain.coding import Span
from coder.language.pipeline import Pipeline, Token, pipeline

MOST_LEARNED = 5_000
"""Responses that frequencies are taken from; of more, these many are taken at even distances."""
MOST_TERMS = 12
FEWEST_TERMS = 3
WORDS_PER_TERM = 4
"""One word in so many is marked, but between FEWEST_TERMS and MOST_TERMS of them."""
LONGEST_PHRASE = 4
# fmt: off
_VAGUE = {
    "en": frozenset({
        "thing", "lot", "way", "bit", "like", "get", "go", "make", "do", "see", "look", "want",
        "think", "know", "say", "come", "take", "give", "try", "use", "yes", "ok", "okay", "well",
        "etc", "actually", "especially", "definitely", "particularly",
    }),
}
# fmt: on
"""Per language, lemmas that are content words by grammar and say nothing by themselves."""
_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ"})


@dataclass(frozen=True)
class KeyTerms:
    """Finds key terms with what was learnt from the responses to one question.

    `shared` is the number of responses that use a lemma, `responses` the number of all that were learnt from,
    `asked` the lemmas of the prompt, which people repeat whatever they have to say.
    """

    language: Pipeline
    shared: Counter[str]
    responses: int
    asked: frozenset[str]

    @classmethod
    def learn(cls, responses: Iterable[str], language: str = "en", *, prompt: str = "") -> "KeyTerms":
        """Count in how many responses each content word occurs. Raises CoderError for an unknown language."""
        reader = pipeline(language)
        shared: Counter[str] = Counter()
        texts = _spread([text for text in responses if text.strip()])
        for text in texts:
            shared.update({token.lemma for token in _content(reader, text)})
        asked = frozenset(token.lemma for token in _content(reader, prompt))
        return cls(reader, shared, len(texts), asked)

    def spans(self, text: str) -> tuple[Span, ...]:
        """The key terms of any text, in order and apart from each other; neighbours are one term.

        Terms are content words (neither stop words nor vague ones such as "thing"; nouns, verbs and adjectives
        where a trained model knows them) that the prompt does not have, the strongest first until one word in four
        is marked. Only the first 20,000 characters are looked at.
        """
        tokens = self.language.tokens(text)
        content = [i for i, t in enumerate(tokens) if _is_content(t, self.language) and t.lemma not in self.asked]
        words = sum(token.is_word for token in tokens)
        most = min(max(FEWEST_TERMS, words // WORDS_PER_TERM), MOST_TERMS)
        lemmas = dict.fromkeys(tokens[i].lemma for i in content)
        strongest = set(sorted(lemmas, key=lambda lemma: -self.strength(lemma))[:most])
        return tuple(_phrases(text, tokens, [i for i in content if tokens[i].lemma in strongest]))

    def strength(self, lemma: str) -> float:
        """How likely a lemma is to be a key term: ln(1 + df) ln(1 + n / df), with df of n responses using it.

        The first factor is for what several people say, the second against what nearly everybody says.
        """
        used = max(self.shared[lemma], 1)
        return log(1 + used) * log(1 + max(self.responses, used) / used)


def _is_content(token: Token, language: Pipeline) -> bool:
    if not token.is_word or token.is_stop or token.lemma in _VAGUE.get(language.language, ()):
        return False
    if token.end - token.start < 2 and token.lemma.isascii():
        return False
    return not language.has_parts_of_speech or token.part_of_speech in _CONTENT


def _content(language: Pipeline, text: str) -> list[Token]:
    return [token for token in language.tokens(text) if _is_content(token, language)]


def content_lemmas(text: str, language: str = "en") -> list[str]:
    """The lemmas of a text's content words, each once. Raises CoderError for an unknown language."""
    return list(dict.fromkeys(token.lemma for token in _content(pipeline(language), text)))


def _spread(texts: Sequence[str]) -> Sequence[str]:
    """At most MOST_LEARNED of the texts, at even distances."""
    if len(texts) <= MOST_LEARNED:
        return texts
    return [texts[i * len(texts) // MOST_LEARNED] for i in range(MOST_LEARNED)]


def _phrases(text: str, tokens: Sequence[Token], kept: Sequence[int]) -> list[Span]:
    """The kept tokens as spans, those side by side in a sentence joined, LONGEST_PHRASE at most."""
    found: list[Span] = []
    before, length = -2, 0
    for i in kept:
        token = tokens[i]
        beside = i == before + 1 and not token.starts_sentence and text[tokens[before].end : token.start] in ("", " ")
        if beside and length < LONGEST_PHRASE:
            found[-1] = Span(found[-1].start, token.end)
            length += 1
        else:
            found.append(Span(token.start, token.end))
            length = 1
        before = i
    return found
