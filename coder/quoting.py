"""Which of the words behind a theme are quoted, chosen by a rule that is stated, and how they are printed."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import pairwise
from operator import or_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coder.analysis.tally import Cut, asked_in, known_of
from coder.domain.codebook import PATH_SEPARATOR, Codebook
from coder.domain.coding import MASK, Span, cut_points, masked
from coder.domain.corpus import Question, QuestionKind
from coder.domain.people import People
from coder.domain.pseudonyms import Pseudonyms
from coder.domain.tally import Base, Counting
from coder.errors import NotFoundError, ProjectError, RefusedError
from coder.formats.codings import attribute_heads
from coder.language.excerpts import LEAST_ROOM, Excerpt, excerpt
from coder.stats.sampling import lots
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, quotable
from coder.store import people as store_people
from coder.store.project import Project
from coder.store.quotable import Quotable

SEED = 1
_PAGE = 100  # participants whose words are read at a time
_LOOKED_AT = 1_000  # participants of a theme whose words are read at most, beside those with a starred quote


@dataclass(frozen=True, slots=True)
class Choice:
    """How quotes are chosen and printed.

    At most so many of a theme; the seed of the lot; lengths in characters within which a quote should be; which
    attributes are shown, and whether the survey's own ids are; whose codings (none: everybody's) on which base.
    Raises RefusedError where the lengths leave no room.
    """

    most: int = 3
    seed: int = SEED
    shortest: int = 40
    longest: int = 300
    attributes: tuple[str, ...] = ()
    own_ids: bool = False
    coder: str = ""
    base: Base = Base.REVIEWED

    def __post_init__(self) -> None:
        if self.longest < LEAST_ROOM or self.shortest > self.longest:
            raise RefusedError(
                f"No quote can be from {self.shortest} to {self.longest} characters long.",
                hint=f"The longest is {LEAST_ROOM} characters at least, and not below the shortest.",
            )


@dataclass(frozen=True, slots=True)
class Chosen:
    """A quote as it is printed: a whole response, or an excerpt with `[…]` in place of what it leaves out.

    `text` has `▇` for what is masked; `spans` are the highlighted words in it, none where the whole response was
    coded. `who` is a pseudonym, or the survey's own id where that was asked for; `attributes` are (name, value).
    `theme_ids` are the themes it is coded with: the one it is quoted for, or those below it.
    """

    participant_id: int
    own_id: str
    who: str
    response_id: int
    part: int
    theme_ids: tuple[int, ...]
    text: str
    spans: tuple[Span, ...]
    is_whole: bool
    starred: bool
    attributes: tuple[tuple[str, str], ...] = ()

    def stretches(self) -> Iterator[tuple[str, bool]]:
        """The text from end to end, in stretches that are highlighted or not."""
        for start, end in pairwise(cut_points(len(self.text), self.spans)):
            yield self.text[start:end], any(span.start <= start < span.end for span in self.spans)


@dataclass(frozen=True, slots=True)
class ThemeQuotes:
    """What is quoted for a theme, of so many participants; `starred_left` quotes with a star found no room."""

    theme_id: int
    participants: int
    quotes: tuple[Chosen, ...]
    starred_left: int


@dataclass(frozen=True)
class Quoted:
    """What is quoted of one question in one wave, theme by theme in the codebook's order."""

    question: Question
    codebook: Codebook
    themes: Mapping[int, ThemeQuotes]

    def all(self) -> Iterator[Chosen]:
        for theme in self.themes.values():
            yield from theme.quotes


def rule(choice: Choice = Choice()) -> str:
    """The rule in words, for a reader of the quotes."""
    quotes = f"{choice.most} quote{'s' * (choice.most != 1)}"
    return (
        f"At most {quotes} of a theme, from participants whom its count includes. Quotes that the analysts "
        "starred come first. Then no participant is quoted twice for a theme before all are once; preferred are quotes "
        f"of {choice.shortest} to {choice.longest} characters, and participants who are not quoted for another theme "
        f"of the question yet; the rest is by lot (seed {choice.seed}). A longer answer is quoted as an excerpt: whole "
        f"sentences around the highlighted words as far as they fit, with […] for what is left out. Nothing else is "
        "altered; ▇ stands for each character that the analysts masked."
    )


def representative(project: Project, question_id: int, theme_id: int, choice: Choice = Choice()) -> tuple[Chosen, ...]:
    """The quotes of one theme and those below it, as `choose` has them.

    Raises NotFoundError where the theme does not serve the question.
    """
    chosen = choose(project, question_id, choice, up_to=theme_id).themes
    if theme_id not in chosen:
        raise NotFoundError("The theme is not in the codebook of this question.")
    return chosen[theme_id].quotes


def choose_all(
    project: Project, choice: Choice = Choice(), *, question: str = "", theme: str = ""
) -> tuple[Quoted, ...]:
    """The quotes of every open question, or of the one named, in all its waves; of one theme alone, if one is named.

    Raises NotFoundError where there is no such question or theme, or the theme serves none of the questions.
    """
    with project.read() as connection:
        questions = asked_in(Cut(question), corpus.read_questions(connection, QuestionKind.OPEN))
        wanted = store_codebook.read_codebook(connection).find(theme).id if theme else None
    found = [choose(project, asked.id, choice, up_to=wanted) for asked in questions]
    if wanted is None:
        return tuple(found)
    if not (there := [q for q in found if wanted in q.themes]):
        raise NotFoundError(f"The theme {theme!r} serves none of these questions.", hint="coder quotes without --theme")
    return tuple(replace(q, themes={wanted: q.themes[wanted]}) for q in there)


def choose(project: Project, question_id: int, choice: Choice = Choice(), *, up_to: int | None = None) -> Quoted:
    """The quotes of every theme of a question (`up_to` one: of it and those before it), by the one rule.

    Quoted are the participants whom the theme's count includes, with what they said under it or a theme below it.
    A participant's response is one quote, whatever number of codings it has. Quotes with a star come first. Then,
    in this order: nobody a second time before all were once; a length within the bounds, `[…]` included; those who
    are quoted the least for the themes before; the lot. A response above the bounds is quoted as an excerpt, but what
    has a star is quoted whole; one whose words for the theme are all masked is not quoted. Of a large theme the
    first thousand by lot are looked at. The same project and choice give the same quotes.
    Raises NotFoundError where the question, coder or an attribute does not exist, and ProjectError where a quote is
    not to be found word for word in its response.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=choice.coder)
        question = corpus.read_question(connection, question_id)
        attributes = store_people.find_attributes(connection, choice.attributes)
        pseudonyms = Pseudonyms(keep_own=choice.own_ids or store_people.are_numbered(connection))
        sets = counts.gather(connection, question_id, scope.coder_ids)
        known = known_of(store_codebook.read_codebook(connection), question, sets)
        counting = Counting(known, everyone=scope.everyone, base=choice.base)
        starred = quotable.read_starred(connection, question_id, scope.coder_ids)
        themes: dict[int, ThemeQuotes] = {}
        times: Counter[int] = Counter()
        for _, theme in known.codebook.walk():
            below = known.codebook.below(theme.id)
            people = counting.behind(theme.id).people
            stars = people & reduce(or_, (starred[t] for t in below if t in starred), People())
            read = partial(quotable.read_quotable, connection, question_id, below, coder_ids=scope.coder_ids)
            found = _Theme(choice, theme.id, times, read)
            picked, left = found.pick(stars, people - stars)
            facts = store_people.read_facts(connection, attributes, {c.source.participant_id for c in picked})
            quotes = tuple(_chosen(c, pseudonyms, facts.get(c.source.participant_id, ())) for c in picked)
            themes[theme.id] = ThemeQuotes(theme.id, len(people), quotes, left)
            times.update({quote.participant_id for quote in quotes})
            if theme.id == up_to:
                break
    return Quoted(question, known.codebook, themes)


@dataclass(frozen=True, slots=True)
class _Candidate:
    source: Quotable
    printed: Excerpt
    starred: bool
    fits: bool
    lot: int


class _Theme:
    """Chooses the quotes of one theme."""

    def __init__(
        self,
        choice: Choice,
        theme_id: int,
        times: Mapping[int, int],
        read: Callable[[Sequence[int]], list[Quotable]],
    ) -> None:
        self._choice, self._times, self._read = choice, times, read
        # A lot of its own for each theme: else the same few people would speak first everywhere.
        self._seed = int(lots([theme_id], choice.seed)[0])

    def pick(self, starred: People, others: People) -> tuple[list[_Candidate], int]:
        """The best of a theme, best first; and how many with a star are not among them."""
        found = list(self._candidates(self._in_order(starred, len(starred))))
        most = self._choice.most
        looked_at = self._in_order(others, max(_LOOKED_AT, 4 * most))
        for at in range(0, len(looked_at), _PAGE):
            if self._settled(found) >= most:
                break
            found += self._candidates(looked_at[at : at + _PAGE])
        picked = self._ranked(found)[:most]
        return picked, sum(c.starred for c in found) - sum(c.starred for c in picked)

    def _in_order(self, people: People, most: int) -> list[int]:
        """The first of these people by lot."""
        ids: NDArray[np.int64] = np.flatnonzero(np.frombuffer(people.marks(), dtype=np.uint8))
        drawn = lots(ids, self._seed)
        if most < len(ids):
            first = np.argpartition(drawn, most)[:most]
            ids, drawn = ids[first], drawn[first]
        return [int(i) for i in ids[np.argsort(drawn)]]

    def _settled(self, found: Sequence[_Candidate]) -> int:
        """How many have a place before which nobody who is drawn later can come."""
        starred = [c.source.participant_id for c in found if c.starred]
        fitting = {c.source.participant_id for c in found if c.fits and not self._times.get(c.source.participant_id)}
        return len(starred) + len(fitting.difference(starred))

    def _ranked(self, found: Iterable[_Candidate]) -> list[_Candidate]:
        said: Counter[int] = Counter()
        ranks = []
        for c in sorted(found, key=lambda c: (not c.starred, not c.fits, c.source.part, c.source.response_id)):
            person = c.source.participant_id
            ranks.append(((not c.starred, said[person], not c.fits, self._times.get(person, 0), c.lot), c))
            said[person] += 1
        return [c for _, c in sorted(ranks, key=lambda ranked: ranked[0])]

    def _candidates(self, participant_ids: Sequence[int]) -> Iterator[_Candidate]:
        for at in range(0, len(participant_ids), _PAGE):
            some = participant_ids[at : at + _PAGE]
            drawn = dict(zip(some, lots(some, self._seed).tolist(), strict=True))
            for source in self._read(some):
                if (found := self._candidate(source, drawn[source.participant_id])) is not None:
                    yield found

    def _candidate(self, source: Quotable, lot: int) -> _Candidate | None:
        for span in source.highlights:
            if span.end > len(source.text):
                raise _inexact(source)
        text = masked(source.text, source.masks)
        shown = [span for span in source.highlights if _shows(span.of(text))]
        if (source.highlights and not shown) or not _shows(text):
            return None
        choice = self._choice
        needed = [span for span in source.starred if _shows(span.of(text))]
        printed = excerpt(text, shown, shortest=choice.shortest, longest=choice.longest, needed=needed)
        _check(source, printed)
        fits = choice.shortest <= len(printed.text) <= choice.longest
        return _Candidate(source, printed, bool(needed), fits, lot)


def _shows(words: str) -> bool:
    """Whether something is left to read where words are masked: a letter, a digit, or a sign such as an emoji."""
    return MASK not in words or any(not (c == MASK or c.isspace() or _is_punctuation(c)) for c in words)


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PC"


def _check(source: Quotable, printed: Excerpt) -> None:
    """Raises ProjectError unless each piece of a quote is its response's text, character for character, but for
    those that are masked."""
    for at, piece in printed.pieces:
        given, shown = piece.of(source.text), printed.text[at : at + piece.end - piece.start]
        for mask in source.masks:
            hidden = Span(max(mask.start, piece.start) - piece.start, min(mask.end, piece.end) - piece.start)
            if hidden.start < hidden.end:
                given = given[: hidden.start] + MASK * (hidden.end - hidden.start) + given[hidden.end :]
        if shown != given:
            raise _inexact(source)


def _inexact(source: Quotable) -> ProjectError:
    return ProjectError(
        f"A quote of {source.own_id!r} is not the exact text of the response: nothing is quoted.",
        hint="The project is damaged; take the newest copy you have.",
    )


def _chosen(candidate: _Candidate, pseudonyms: Pseudonyms, attributes: tuple[tuple[str, str], ...]) -> Chosen:
    source, printed = candidate.source, candidate.printed
    return Chosen(
        source.participant_id,
        source.own_id,
        pseudonyms.of(source.participant_id, source.own_id),
        source.response_id,
        source.part,
        source.theme_ids,
        printed.text,
        printed.spans,
        printed.is_whole,
        candidate.starred,
        attributes,
    )


# --- on their way out ----------------------------------------------------------------------------------------


def quoted_json(quoted: Iterable[Quoted], choice: Choice) -> dict[str, Any]:
    """The quotes as the JSON that docs/exports.md describes; spans are [start, end) in code points of the text."""
    return {
        "rule": rule(choice),
        "seed": choice.seed,
        "questions": [
            {
                "question": q.question.key,
                "prompt": q.question.prompt,
                "wave": q.question.wave or None,
                "themes": [
                    {
                        "theme": q.codebook.by_id[theme.theme_id].name,
                        "path": list(q.codebook.path(theme.theme_id)),
                        "participants": theme.participants,
                        "starred_left": theme.starred_left,
                        "quotes": [_quote_json(q, quote) for quote in theme.quotes],
                    }
                    for theme in q.themes.values()
                ],
            }
            for q in quoted
        ],
    }


def _quote_json(quoted: Quoted, quote: Chosen) -> dict[str, Any]:
    return {
        "participant": quote.who,
        "part": quote.part,
        "coded": [list(quoted.codebook.path(theme_id)) for theme_id in quote.theme_ids],
        "text": quote.text,
        "spans": [[span.start, span.end] for span in quote.spans],
        "excerpt": not quote.is_whole,
        "starred": quote.starred,
        "attributes": dict(quote.attributes),
    }


def quoted_rows(quoted: Iterable[Quoted], choice: Choice) -> tuple[list[str], Iterator[list[str | int]]]:
    """The quotes as a table: a row per quote, a column for each attribute that is shown."""
    header = ["question", "wave", "theme", "path", "participant_id", "part", "quote", "spans", "excerpt", "starred"]

    def rows() -> Iterator[list[str | int]]:
        for q in quoted:
            for theme in q.themes.values():
                path = q.codebook.path(theme.theme_id)
                where = [q.question.key, q.question.wave, path[-1], PATH_SEPARATOR.join(path)]
                for quote in theme.quotes:
                    spans = " ".join(f"{span.start}-{span.end}" for span in quote.spans)
                    flags = [int(not quote.is_whole), int(quote.starred)]
                    known = dict(quote.attributes)
                    facts = [known.get(name, "") for name in choice.attributes]
                    yield [*where, quote.who, quote.part, quote.text, spans, *flags, *facts]

    return header + attribute_heads(choice.attributes, header), rows()
