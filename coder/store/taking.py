"""Taking codings and reviews of other people or programs into the project, many at a time."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from math import inf

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.domain.codebook import Codebook
from coder.domain.coding import Origin, Span
from coder.domain.corpus import Status
from coder.store import codebook, schema
from coder.store.corpus import batches_of
from coder.store.counts import read_coded_people
from coder.store.events import Recorder, next_id


@dataclass(frozen=True, slots=True)
class Place:
    """Where a response stands, without its text."""

    response_id: int
    participant_id: int
    question_id: int
    length: int
    status: Status


@dataclass(frozen=True, slots=True)
class GivenCoding:
    """One row of a file of codings, with everything in it found; without a span the whole response is meant.

    Without a theme it is a highlight alone.
    """

    place: Place
    theme_id: int | None
    coder_id: int
    span: Span | None


@dataclass(frozen=True, slots=True)
class CodingsTaken:
    codings: int
    highlights: int


def read_places(connection: Connection) -> dict[tuple[str, int, int], Place]:
    """Every current response by (participant's external id, question, part)."""
    r, p = schema.response.c, schema.participant.c
    rows = connection.execute(
        select(p.external_id, r.question_id, r.part, r.id, r.participant_id, r.length, r.status)
        .join_from(schema.response, schema.participant)
        .where(r.superseded_by.is_(None))
    )
    return {
        (external, question, part): Place(response, participant, question, length, Status(status))
        for external, question, part, response, participant, length, status in rows
    }


def read_places_of(connection: Connection, response_ids: Iterable[int]) -> dict[int, Place]:
    """Where these responses stand, without those that an import has replaced or taken away."""
    r = schema.response.c
    query = select(r.id, r.participant_id, r.question_id, r.length, r.status).where(r.superseded_by.is_(None))
    return {
        row.id: Place(row.id, row.participant_id, row.question_id, row.length, Status(row.status))
        for some in batches_of(response_ids)
        for row in connection.execute(query.where(r.id.in_(some)))
    }


def take_codings(recorder: Recorder, given: Sequence[GivenCoding], *, origin: Origin = Origin.IMPORT) -> CodingsTaken:
    """Add what is not there yet. Rows of one theme add highlights."""
    c, h, at = schema.coding, schema.highlight, schema.coding_highlight
    connection = recorder.connection
    codings: dict[tuple[int, int, int], int] = {}
    highlights: dict[tuple[int, int, int, int], int] = {}
    links: set[tuple[int, int]] = set()
    for some in batches_of({row.place.response_id for row in given}):
        there = select(c.c.response_id, c.c.theme_id, c.c.coder_id, c.c.id).where(c.c.response_id.in_(some))
        codings |= {(response, theme, coder): i for response, theme, coder, i in connection.execute(there)}
        marked = select(h.c.response_id, h.c.coder_id, h.c.start, h.c.end, h.c.id).where(h.c.response_id.in_(some))
        highlights |= {tuple(mark): i for *mark, i in connection.execute(marked)}
        linked = select(at.c.coding_id, at.c.highlight_id).join_from(at, c).where(c.c.response_id.in_(some))
        links.update(map(tuple, connection.execute(linked)))
    coding_rows, highlight_rows, link_rows = [], [], []
    next_coding, next_highlight = next_id(connection, c), next_id(connection, h)
    for row in given:
        place = row.place
        key = None if row.theme_id is None else (place.response_id, row.theme_id, row.coder_id)
        if key is not None and key not in codings:
            codings[key] = next_coding
            coding_rows.append(
                (
                    next_coding,
                    place.response_id,
                    place.participant_id,
                    place.question_id,
                    *key[1:],
                    origin.value,
                )
            )
            next_coding += 1
        if row.span is None:
            continue
        mark = (place.response_id, row.coder_id, row.span.start, row.span.end)
        if mark not in highlights:
            highlights[mark] = next_highlight
            highlight_rows.append((next_highlight, *mark))
            next_highlight += 1
        link = None if key is None else (codings[key], highlights[mark])
        if link is not None and link not in links:
            links.add(link)
            link_rows.append(link)
    recorder.bulk(
        c, ("id", "response_id", "participant_id", "question_id", "theme_id", "coder_id", "origin"), coding_rows
    )
    recorder.bulk(h, ("id", "response_id", "coder_id", "start", "end"), highlight_rows)
    recorder.bulk(at, ("coding_id", "highlight_id"), link_rows)
    return CodingsTaken(len(coding_rows), len(highlight_rows))


def revisions_read(connection: Connection, known: Mapping[int, Mapping[int, int]]) -> dict[int, Callable[[int], int]]:
    """By question, from a file's revisions of the codebook to ours: the newest whose reviews speak of no other themes
    than those that were `known` to the file by then, each from a revision on.

    A theme that the file does not know and that only gathers others is known by these; so what a file codes is taken
    before.
    """
    now = codebook.revision(connection)
    found: dict[int, Callable[[int], int]] = {}
    for question_id, (book, coded) in _books_of(connection, known).items():
        since = known[question_id]
        themes = (t for t in book.themes if t.id in since or t.id in coded or t.id not in book.children)
        told = sorted((since.get(theme.id, inf), theme.born - 1) for theme in themes)
        # Behind each place, how new a review may be that speaks of none of the themes that stand there.
        newest = [*accumulate((before for _, before in reversed(told)), min, initial=now)][::-1]
        found[question_id] = partial(_revision_read, [revision for revision, _ in told], newest)
    return found


def _revision_read(since: Sequence[float], newest: Sequence[int], revision: int) -> int:
    return newest[bisect_right(since, revision)]


def _books_of(connection: Connection, question_ids: Iterable[int]) -> dict[int, tuple[Codebook, Collection[int]]]:
    """The codebook of each question, and the themes that are coded there."""
    whole = codebook.read_codebook(connection)
    keys = dict(connection.execute(select(schema.question.c.id, schema.question.c.key)).all())
    found: dict[int, tuple[Codebook, Collection[int]]] = {}
    for question_id in question_ids:
        coded = read_coded_people(connection, question_id, None)[0].keys()
        found[question_id] = whole.for_question(keys[question_id], coded), coded
    return found


def take_reviews(recorder: Recorder, reviewed: Iterable[tuple[Place, int, int]]) -> int:
    """Add reviews (response, coder, revision) that are not there yet, and renew those that speak of more themes than
    the one that is there; how many that were."""
    v = schema.review
    newest: dict[tuple[Place, int], int] = {}
    for place, coder_id, revision in reviewed:
        newest[place, coder_id] = max(revision, newest.get((place, coder_id), 0))
    if not newest:
        return 0
    there: Mapping[tuple[int, int], int] = {
        (row.response_id, row.coder_id): row.revision
        for row in recorder.connection.execute(select(v.c.response_id, v.c.coder_id, v.c.revision))
    }
    asked = {place.question_id for place, _ in newest}
    born = {q: sorted(t.born for t in book.themes) for q, (book, _) in _books_of(recorder.connection, asked).items()}
    rows = []
    renewed = 0
    for (place, coder_id), revision in newest.items():
        before = there.get((place.response_id, coder_id))
        if before is None:
            rows.append((place.response_id, coder_id, place.participant_id, place.question_id, revision))
        elif bisect_right(born[place.question_id], before) < bisect_right(born[place.question_id], revision):
            key = {"response_id": place.response_id, "coder_id": coder_id}
            renewed += recorder.update(v, key, {"revision": revision})
    recorder.bulk(v, ("response_id", "coder_id", "participant_id", "question_id", "revision"), rows)
    return len(rows) + renewed


def count_placeholders(given: Iterable[GivenCoding]) -> int:
    """How many of the codings lie on a placeholder, and so never count."""
    return sum(row.place.status is Status.PLACEHOLDER and row.theme_id is not None for row in given)
