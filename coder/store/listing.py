"""All responses and all participants of a project, row by row, as an output may show them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal_column, select
from sqlalchemy.engine import Connection

from coder.domain.corpus import Status
from coder.store import schema
from coder.store.corpus import CURRENT
from coder.store.stretches import masks_of, without_masked


@dataclass(frozen=True, slots=True)
class Listed:
    """A response with who gave it to which question, what is masked as `▇`.

    `reviewed_by` are the coders who have read it; `revision` is the newest of the codebook that one of them knew.
    """

    response_id: int
    participant_id: int
    participant: str
    question_id: int
    question: str
    wave: str
    part: int
    text: str
    status: Status
    reviewed_by: tuple[str, ...]
    revision: int | None

    @property
    def reviewed(self) -> bool:
        return self.revision is not None


def list_responses(connection: Connection, question_ids: Sequence[int]) -> Iterator[Listed]:
    """The responses to these questions, those that are no answers included, by question and participant.

    Texts that a later import replaced are left out.
    """
    r, p, q, v, k = (t.c for t in (schema.response, schema.participant, schema.question, schema.review, schema.coder))
    of_response = schema.review.join(schema.coder)
    readers = select(func.json_group_array(k.name)).select_from(of_response).where(v.response_id == r.id)
    newest = select(func.max(v.revision)).where(v.response_id == r.id)
    query = (
        select(r.id, p.id, p.external_id, q.id, q.key, q.wave, r.part, r.text, r.status)
        .add_columns(masks_of(r.id), newest.scalar_subquery(), readers.scalar_subquery())
        .select_from(schema.response.join(schema.participant).join(schema.question))
        .where(CURRENT, r.question_id.in_(question_ids))
        .order_by(q.position, q.id, p.id, r.part)
    )
    for row in connection.execute(query):
        i, person, name, question, key, wave, part, text, status, masks, revision, read_by = row
        names = () if revision is None else tuple(json.loads(read_by))
        shown = without_masked(text, masks)
        yield Listed(i, person, name, question, key, wave, part, shown, Status(status), names, revision)


def list_answers(connection: Connection, question_ids: Sequence[int]) -> Iterator[tuple[str, int, str, str]]:
    """The answers to these questions that are no texts: participant, question, option ("" but for a multi question)
    and value, by question and participant."""
    a, p, q = schema.answer.c, schema.participant.c, schema.question.c
    query = (
        select(p.external_id, a.question_id, a.option, a.value)
        .select_from(schema.answer.join(schema.participant).join(schema.question))
        .where(a.question_id.in_(question_ids))
        .order_by(q.position, q.id, p.id, literal_column("answer.rowid"))
    )
    for row in connection.execute(query):
        yield row.external_id, row.question_id, row.option, row.value


def list_attributes(connection: Connection) -> Mapping[str, Mapping[int, str]]:
    """What is known of the participants: by attribute, in the attributes' order, the value of each who has one."""
    a, v = schema.attribute.c, schema.participant_attribute.c
    keys = connection.execute(select(a.id, a.key).order_by(a.id)).all()
    values = select(v.participant_id, v.value)
    return {key: dict(connection.execute(values.where(v.attribute_id == at)).all()) for at, key in keys}
