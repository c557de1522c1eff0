"""The words behind themes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.store import schema
from coder.store.corpus import ANSWERED


@dataclass(frozen=True, slots=True)
class Quote:
    """The highlighted words of one coding, or the whole response where nothing is highlighted (`whole`)."""

    response_id: int
    participant: str
    question: str
    text: str
    coder: str
    whole: bool
    theme_id: int


def read_quotes(connection: Connection, theme_ids: Iterable[int], question_id: int | None = None) -> list[Quote]:
    """Every quote of these themes, by question and participant; words that serve two of the themes stand once."""
    c, r, p, q, k, h, at = (
        schema.coding.c,
        schema.response.c,
        schema.participant.c,
        schema.question.c,
        schema.coder.c,
        schema.highlight.c,
        schema.coding_highlight.c,
    )
    query = (
        select(r.id, p.external_id, q.key, r.text, k.name, h.start, h.end, c.theme_id)
        .select_from(
            schema.coding.join(schema.response, r.id == c.response_id)
            .join(schema.participant, p.id == c.participant_id)
            .join(schema.question, q.id == c.question_id)
            .join(schema.coder, k.id == c.coder_id)
            .outerjoin(schema.coding_highlight, at.coding_id == c.id)
            .outerjoin(schema.highlight, h.id == at.highlight_id)
        )
        .where(c.theme_id.in_(list(theme_ids)), ANSWERED)
        .order_by(q.position, p.id, r.id, h.start, h.end, c.id)
    )
    if question_id is not None:
        query = query.where(c.question_id == question_id)
    found: dict[tuple[int, str, int | None, int | None], Quote] = {}
    for row in connection.execute(query):
        whole = row.start is None
        text = row.text if whole else row.text[row.start : row.end]
        place = (row.id, row.name, row.start, row.end)
        found.setdefault(place, Quote(row.id, row.external_id, row.key, text, row.name, whole, row.theme_id))
    return list(found.values())
