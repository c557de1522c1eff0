"""Reviews: who has read which response, under which codebook, and what is left to read."""

import json
from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from coder.domain.corpus import Response, Status
from coder.domain.log import Kind
from coder.store import schema
from coder.store.corpus import CURRENT, UNANSWERED, read_ids
from coder.store.events import Recorder


def reviewed_ids(connection: Connection, coder_id: int) -> frozenset[int]:
    """The responses that a coder has reviewed."""
    v = schema.review.c
    return frozenset(read_ids(connection, v.response_id, v.coder_id == coder_id))


def first_unreviewed(connection: Connection, question_id: int, coder_id: int) -> int | None:
    """The answered response to a question with the lowest id that a coder has not reviewed, found in indexes alone.

    Who reads in the order of the file has reviewed all up to a place, which is known by counting; else each response
    is looked up.
    """
    r, v, other = schema.response.c, schema.review.c, schema.response.alias("other").c
    unanswered = select(other.id).where(
        other.question_id == question_id, other.superseded_by.is_(None), other.status != Status.ANSWERED.value
    )
    here = (r.question_id == question_id) & CURRENT & r.id.not_in(unanswered)
    of_coder = (v.question_id == question_id) & (v.coder_id == coder_id)
    last = int(connection.scalar(select(func.max(v.response_id)).where(of_coder)) or 0)
    up_to_there = connection.scalar(select(func.count()).select_from(schema.response).where(here, r.id <= last))
    if up_to_there == count_reviewed(connection, coder_id, question_id):
        beyond = r.id > last
    else:
        beyond = ~select(v.response_id).where(v.response_id == r.id, v.coder_id == coder_id).exists()
    first = connection.scalar(select(func.min(r.id)).where(here, beyond))
    return None if first is None else int(first)


_NOT_REVIEWED = text(
    "SELECT key FROM json_each(:ids) WHERE NOT EXISTS "
    "(SELECT 1 FROM review WHERE response_id = value AND coder_id = :coder) LIMIT 1"
)


def next_unreviewed(connection: Connection, queue: Sequence[int], places: range, coder_id: int) -> int | None:
    """The first of these places of a queue whose response this coder has not reviewed.

    A few are looked up, mostly that is enough; then ever more at a time.
    """
    at, size = places.start, 16
    while at < places.stop:
        ids = list(queue[at : min(at + size, places.stop)])
        found = connection.scalar(_NOT_REVIEWED, {"ids": json.dumps(ids), "coder": coder_id})
        if found is not None:
            return at + int(found)
        at, size = at + len(ids), size * 8
    return None


def count_reviewed(connection: Connection, coder_id: int, question_id: int | None = None) -> int:
    """How many answered responses a coder has reviewed, of one question or of all.

    Counted in an index: all, less those of the few responses that do not count.
    """
    v, r = schema.review.c, schema.response.c
    every = select(func.count()).select_from(schema.review).where(v.coder_id == coder_id)
    reviewed = select(v.response_id).where(v.response_id == r.id, v.coder_id == coder_id).exists()
    out = select(func.count()).select_from(schema.response).where(reviewed)
    if question_id is not None:
        every, out = every.where(v.question_id == question_id), out.where(r.question_id == question_id)
    all_of_them, *others = (
        int(connection.scalar(query) or 0) for query in (every, out.where(CURRENT, UNANSWERED), out.where(~CURRENT))
    )
    return all_of_them - sum(others)


def reading_order(connection: Connection, question_id: int, coder_ids: Sequence[int] | None = None) -> list[int]:
    """The answered responses to a question that these coders (None: any) have reviewed, in the order of that.

    Of several reviews the first counts; those that came in one import stand in the order of the survey.
    """
    v, r = schema.review.c, schema.response.c
    query = (
        select(v.response_id)
        .join_from(schema.review, schema.response, r.id == v.response_id)
        .where(v.question_id == question_id, r.status == Status.ANSWERED.value, CURRENT)
        .group_by(v.response_id)
        .order_by(func.min(v.event), v.response_id)
    )
    return list(connection.scalars(query if coder_ids is None else query.where(v.coder_id.in_(coder_ids))))


def count_imported(connection: Connection, question_id: int, coder_ids: Sequence[int] | None = None) -> int:
    """How many of these responses have a review that came from a file, all at once."""
    v, r, e = schema.review.c, schema.response.c, schema.event.c
    query = (
        select(func.count(v.response_id.distinct()))
        .select_from(schema.review.join(schema.response, r.id == v.response_id).join(schema.event, e.seq == v.event))
        .where(v.question_id == question_id, r.status == Status.ANSWERED.value, CURRENT)
        .where(e.kind == Kind.IMPORT_CODINGS.value)
    )
    return int(connection.scalar(query if coder_ids is None else query.where(v.coder_id.in_(coder_ids))) or 0)


def add_review(recorder: Recorder, response: Response, revision: int) -> bool:
    """Say that the coder has read the response under this codebook revision; whether that is news."""
    v = schema.review
    key = {"response_id": response.id, "coder_id": recorder.coder_id}
    if recorder.connection.scalar(
        select(func.count()).where(v.c.response_id == response.id, v.c.coder_id == recorder.coder_id)
    ):
        return recorder.update(v, key, {"revision": revision})
    recorder.insert(
        v, participant_id=response.participant_id, question_id=response.question_id, revision=revision, **key
    )
    return True


def remove_review(recorder: Recorder, response_id: int) -> bool:
    v = schema.review
    return bool(recorder.delete(v, (v.c.response_id == response_id) & (v.c.coder_id == recorder.coder_id)))
