"""All responses and all participants of a project, row by row, as an output may show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.domain.corpus import Status
from coder.store import schema
from coder.store.corpus import CURRENT
from coder.store.stretches import masks_of, without_masked


@dataclass(frozen=True, slots=True)
class Listed:
    """A response with who gave it to which question, what is masked as `▇`; whether some coder has reviewed it."""

    response_id: int
    participant: str
    question: str
    wave: str
    part: int
    text: str
    status: Status
    reviewed: bool


def list_responses(connection: Connection, question_ids: Sequence[int]) -> Iterator[Listed]:
    """The responses to these questions, those that are no answers included, by question and participant.

    Texts that a later import replaced are left out.
    """
    r, p, q, v = schema.response.c, schema.participant.c, schema.question.c, schema.review.c
    reviewed = select(v.response_id).where(v.response_id == r.id).exists()
    query = (
        select(r.id, p.external_id, q.key, q.wave, r.part, r.text, r.status, masks_of(r.id), reviewed)
        .select_from(schema.response.join(schema.participant).join(schema.question))
        .where(CURRENT, r.question_id.in_(question_ids))
        .order_by(q.position, q.id, p.id, r.part)
    )
    for i, who, key, wave, part, text, status, masks, is_reviewed in connection.execute(query):
        yield Listed(i, who, key, wave, part, without_masked(text, masks), Status(status), bool(is_reviewed))


def list_attributes(connection: Connection) -> Mapping[str, Mapping[int, str]]:
    """What is known of the participants: by attribute, in the attributes' order, the value of each who has one."""
    a, v = schema.attribute.c, schema.participant_attribute.c
    keys = connection.execute(select(a.id, a.key).order_by(a.id)).all()
    values = select(v.participant_id, v.value)
    return {key: dict(connection.execute(values.where(v.attribute_id == at)).all()) for at, key in keys}
