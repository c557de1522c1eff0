"""The log as people read it: which events there are, newest first, and what each says."""

import json
from array import array
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from coder.domain.log import Kind, LogEntry, describe
from coder.store import schema
from coder.store.corpus import batches_of

_ABOUT = func.json_extract(schema.event.c.facts, "$.response")
_OF_PERSON = (
    schema.event.join(schema.coder)
    .outerjoin(schema.response, schema.response.c.id == _ABOUT)
    .outerjoin(
        schema.participant,
        schema.participant.c.id
        == func.coalesce(schema.response.c.participant_id, func.json_extract(schema.event.c.facts, "$.participant")),
    )
)
"""Events with their coder and the person they were about, if there is one."""


def log_numbers(
    connection: Connection,
    *,
    coder: str = "",
    kind: Kind | None = None,
    words: Sequence[str] = (),
    limit: int | None = None,
) -> "array[int]":
    """The numbers of the events, the newest first; of one coder, of one kind, with all these words in their line."""
    e = schema.event.c
    query = select(e.seq).order_by(e.seq.desc()).limit(limit)
    if coder:
        query = query.where(
            e.coder_id == select(schema.coder.c.id).where(schema.coder.c.name == coder).scalar_subquery()
        )
    if kind is not None:
        query = query.where(e.kind == kind.value)
    if not words:
        return array("q", connection.scalars(query))
    wanted = [word.casefold() for word in words]
    said = query.add_columns(schema.coder.c.name, schema.participant.c.external_id, e.kind, e.facts)
    found = array("q")
    for seq, name, person, what, facts in connection.execute(said.select_from(_OF_PERSON)):
        line = f"{name} {person or ''} {describe(Kind(what), json.loads(facts))}".casefold()
        if all(word in line for word in wanted):
            found.append(seq)
    return found


def read_entries(connection: Connection, numbers: Sequence[int]) -> list[LogEntry]:
    """What these events say, in the order of their numbers as given."""
    e, r, p, q = schema.event.c, schema.response.c, schema.participant.c, schema.question.c
    undone, redone = schema.event.alias(), schema.event.alias()
    back = select(redone.c.seq).where(redone.c.undoes == undone.c.seq)
    gone = select(undone.c.seq).where(undone.c.undoes == e.seq, ~back.exists())
    query = (
        select(e.seq, e.at, schema.coder.c.name, e.kind, e.facts, e.bulk, p.external_id, q.key)
        .add_columns(gone.exists().label("undone"))
        .select_from(_OF_PERSON.outerjoin(schema.question, q.id == r.question_id))
    )
    found: dict[int, LogEntry] = {}
    for some in batches_of(numbers):
        for row in connection.execute(query.where(e.seq.in_(some))):
            found[row.seq] = LogEntry(
                seq=row.seq,
                at=row.at,
                coder=row.name,
                kind=Kind(row.kind),
                facts=json.loads(row.facts),
                bulk=bool(row.bulk),
                participant=row.external_id or "",
                question=row.key or "",
                undone=bool(row.undone),
            )
    return [found[number] for number in numbers if number in found]
