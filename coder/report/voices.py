"""The people behind each number, with their words: what a count opens to."""

from collections.abc import Iterable, Mapping
from itertools import islice

from coder.analysis.tally import QuestionTally, known_of
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


def behind(
    project: Project, asked: QuestionTally, anchors: Mapping[int, str], *, base: Base, coder: str, own_ids: bool
) -> dict[int, Behind]:
    """For each theme of a question that anybody mentions, the people whom its number counts, with their words.

    They are the very sets that the tally takes its numbers of; of many the first who came. `anchors`: by theme.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=coder)
        sets = counts.gather(connection, asked.question.id, scope.coder_ids)
        known = known_of(store_codebook.read_codebook(connection), asked.question, sets)
        counting = Counting(known, everyone=scope.everyone, base=base)
        shown = {theme: list(islice(people, MOST)) for theme, people in _counted(counting, anchors)}
        wanted = {person for some in shown.values() for person in some}
        pseudonyms = Pseudonyms(keep_own=own_ids or store_people.are_numbered(connection))
        names = {p: n for some in batches_of(wanted) for p, n in counts.participant_names(connection, some).items()}
        said: dict[str, list[quotes.Quote]] = {}
        for some in batches_of(wanted):
            for quote in quotes.read_quotes(
                connection, None, asked.question.id, participant_ids=some, coder_ids=scope.coder_ids
            ):
                said.setdefault(quote.participant, []).append(quote)
    numbers = {t.theme_id: t.participants for t in asked.counted.themes}
    found = {}
    for theme, people in shown.items():
        if not people:
            continue
        below = frozenset(known.codebook.below(theme))
        found[theme] = Behind(
            anchors[theme],
            (*_all(numbers[theme]), Named(known.codebook.by_id[theme].name), "’, in their words"),
            tuple(Said(pseudonyms.of(p, names[p]), words_of(said.get(names[p], ()), below)) for p in people),
            more=numbers[theme] - len(people),
        )
    return found


def _counted(counting: Counting, themes: Iterable[int]) -> Iterable[tuple[int, People]]:
    return ((theme, counting.behind(theme).people) for theme in themes)


def _all(number: int) -> Words:
    return (f"All {number:,} who mention ‘" if number > 1 else "The one who mentions ‘",)


def words_of(said: Iterable[quotes.Quote], themes: frozenset[int]) -> tuple[Quote, ...]:
    """One person's words for some themes, each stretch once, in the order of their texts."""
    stretches: dict[tuple[int, int, int], Quote] = {}
    for quote in said:
        if quote.theme_id in themes:
            start, end = (-1, -1) if quote.span is None else (quote.span.start, quote.span.end)
            key = quote.response_id, start, end
            stretches.setdefault(key, Quote((Piece(quote.text),), "", starred=quote.starred))
    return tuple(stretches[key] for key in sorted(stretches))
