"""The people behind each number, with their words: what a count opens to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from coder.analysis.tally import known_of
from coder.disclosure import Shown
from coder.domain.corpus import Question
from coder.domain.people import People
from coder.domain.pseudonyms import Pseudonyms
from coder.domain.tally import Base, Counting
from coder.report.contents import Behind, Named, Piece, Quote, Said, Words
from coder.store import codebook as store_codebook
from coder.store import counts, quotes
from coder.store import people as store_people
from coder.store.corpus import batches_of
from coder.store.project import Project

MOST = 100
"""How many people a number opens to; of more the rest are in the codings file."""


@dataclass(frozen=True)
class Count:
    """A number, the people whom it counts, and the themes that their words are shown for (one, and those below it)."""

    anchor: str
    label: Words
    people: People
    themes: frozenset[int]


class Voices:
    """Reads whom the numbers of a project count, and what they said; of these coders, or of all. `shown` is what has
    been read so far, as others see it."""

    def __init__(self, project: Project, *, base: Base, coder: str, own_ids: bool) -> None:
        self._project, self._base, self._coder, self._own_ids = project, base, coder, own_ids
        self.shown: dict[Shown, None] = {}

    def counts(self, question: Question, by: str = "") -> "Counts":
        """Whom each figure of the question counts: the very sets that the tally takes its numbers of."""
        with self._project.read() as connection:
            scope = counts.read_scope(connection, by=by, coder=self._coder)
            sets = counts.gather(connection, question.id, scope.coder_ids)
            known = known_of(store_codebook.read_codebook(connection), question, sets)
        parts = {
            value: Counting(known, everyone=scope.everyone, base=self._base, within=within)
            for value, within in (("", None), *scope.groups.items())
        }
        return Counts({t.id: known.codebook.below(t.id) for t in known.codebook.themes}, parts)

    def read(self, question: Question, asked: Iterable[Count]) -> dict[str, Behind]:
        """Each count that is not 0, by its anchor, with what its people said to the question; of many the first who
        came."""
        found = [(count, list(islice(count.people, MOST))) for count in asked if count.people]
        wanted = {person for _, people in found for person in people}
        with self._project.read() as connection:
            coder_ids = counts.read_scope(connection, coder=self._coder).coder_ids
            pseudonyms = Pseudonyms(keep_own=self._own_ids or store_people.are_numbered(connection))
            names: dict[int, str] = {}
            said: dict[str, list[quotes.Quote]] = {}
            for some in batches_of(wanted):
                names |= counts.participant_names(connection, some)
                for quote in quotes.read_quotes(
                    connection, None, question.id, participant_ids=some, coder_ids=coder_ids
                ):
                    said.setdefault(quote.participant, []).append(quote)
        behind = {}
        for count, people in found:
            voices = []
            for person in people:
                who, words = pseudonyms.of(person, names[person]), words_of(said.get(names[person], ()), count.themes)
                self.shown |= dict.fromkeys(
                    Shown(question.id, person, names[person], who, quote.text, ()) for quote in words
                )
                voices.append(Said(who, words))
            more = len(count.people) - len(people)
            behind[count.anchor] = Behind(count.anchor, count.label, tuple(voices), more=more)
        return behind


@dataclass(frozen=True)
class Counts:
    """The figures of a question: `below` a theme are it and its sub-themes; `parts` count everybody ("") and each
    group."""

    below: Mapping[int, Sequence[int]]
    parts: Mapping[str, Counting]

    def of(self, theme_id: int, anchor: str, name: str, value: str = "") -> Count:
        """Those with a theme, or of these the ones with a value."""
        people = self.parts[value].behind(theme_id).people
        return Count(anchor, label(len(people), name, value), people, frozenset(self.below[theme_id]))


def label(number: int, name: str, value: str = "") -> Words:
    """What opens to the people behind a number."""
    some = f"All {number:,} who mention ‘" if number > 1 else "The one who mentions ‘"
    return (some, Named(name), "’", *((" (", Named(value), ")") if value else ()), ", in their words")


def words_of(said: Iterable[quotes.Quote], themes: frozenset[int]) -> tuple[Quote, ...]:
    """One person's words for some themes, each stretch once, in the order of their texts."""
    stretches: dict[tuple[int, int, int], Quote] = {}
    for quote in said:
        if quote.theme_id in themes:
            start, end = (-1, -1) if quote.span is None else (quote.span.start, quote.span.end)
            stretches.setdefault(
                (quote.response_id, start, end), Quote((Piece(quote.text),), "", starred=quote.starred)
            )
    return tuple(stretches[key] for key in sorted(stretches))
