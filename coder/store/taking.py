"""Taking codings and reviews of other people or programs into the project, many at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

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


@dataclass(slots=True)
class CodingsTaken:
    codings: int = 0
    highlights: int = 0
    reviews: int = 0


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


def take_codings(
    recorder: Recorder,
    given: Sequence[GivenCoding],
    reviewed: Iterable[tuple[Place, int, int]],
    *,
    origin: Origin = Origin.IMPORT,
) -> CodingsTaken:
    """Add what is not there yet; `reviewed` are (response, coder, revision). Rows of one theme add highlights."""
    taken = CodingsTaken()
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
    taken.codings, taken.highlights = len(coding_rows), len(highlight_rows)
    taken.reviews = _take_reviews(recorder, reviewed)
    return taken


def revisions_read(connection: Connection, known: Mapping[int, Collection[int]]) -> dict[int, int]:
    """By question, the newest codebook revision whose reviews speak of no other themes than those `known` to a file.

    A theme that only gathers others is known by these.
    """
    whole = codebook.read_codebook(connection)
    now = codebook.revision(connection)
    keys = dict(connection.execute(select(schema.question.c.id, schema.question.c.key)).all())
    found = {}
    for question_id, themes in known.items():
        coded = read_coded_people(connection, question_id, None)[0].keys()
        book = whole.for_question(keys[question_id], coded)
        others = {t.id for t in book.themes} - set(themes) - (book.children.keys() - coded)
        found[question_id] = min((book.by_id[t].born - 1 for t in others), default=now)
    return found


def _take_reviews(recorder: Recorder, reviewed: Iterable[tuple[Place, int, int]]) -> int:
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
    rows = []
    renewed = 0
    for (place, coder_id), revision in newest.items():
        before = there.get((place.response_id, coder_id))
        if before is None:
            rows.append((place.response_id, coder_id, place.participant_id, place.question_id, revision))
        elif before < revision:
            key = {"response_id": place.response_id, "coder_id": coder_id}
            renewed += recorder.update(v, key, {"revision": revision})
    recorder.bulk(v, ("response_id", "coder_id", "participant_id", "question_id", "revision"), rows)
    return len(rows) + renewed


def count_placeholders(given: Iterable[GivenCoding]) -> int:
    """How many of the codings lie on a placeholder, and so never count."""
    return sum(row.place.status is Status.PLACEHOLDER and row.theme_id is not None for row in given)
