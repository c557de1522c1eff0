"""The words behind themes: each coding's highlights, or the whole response where nothing is highlighted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from coder.domain.coding import Span
from coder.store import schema
from coder.store.codebook import IN_USE
from coder.store.corpus import ANSWERED
from coder.store.stretches import masks_of, without_masked

QUOTED = (
    schema.coding.join(schema.response, schema.response.c.id == schema.coding.c.response_id)
    .outerjoin(schema.coding_highlight, schema.coding_highlight.c.coding_id == schema.coding.c.id)
    .outerjoin(schema.highlight, schema.highlight.c.id == schema.coding_highlight.c.highlight_id)
)
"""Codings with their response and each of their highlights; one row without any where it is the whole response."""

STARRED = (
    select(schema.star.c.start)
    .where(
        schema.star.c.response_id == schema.response.c.id,
        schema.star.c.start == func.coalesce(schema.highlight.c.start, 0),
        schema.star.c.end == func.coalesce(schema.highlight.c.end, schema.response.c.length),
    )
    .exists()
)
"""Whether the quote of a row of `QUOTED` has a star."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of one coding, what is masked as `▇`; without a span the whole response is meant."""

    response_id: int
    participant_id: int
    participant: str
    question_id: int
    question: str
    wave: str
    part: int
    theme_id: int
    coder: str
    span: Span | None
    text: str
    starred: bool = False

    @property
    def whole(self) -> bool:
        return self.span is None


def read_quotes(
    connection: Connection,
    theme_ids: Iterable[int] | None = None,
    question_id: int | None = None,
    *,
    participant_ids: Iterable[int] | None = None,
    coder_ids: Iterable[int] | None = None,
    counted: bool = True,
) -> Iterator[Quote]:
    """Every quote of these themes, of this question, these people and these coders (None: of all), by question,
    participant and place.

    `counted` leaves out codings of placeholders, which are in no tally. Superseded responses and archived themes
    are left out always.
    """
    c, r, p, q, k, h = (
        schema.coding.c,
        schema.response.c,
        schema.participant.c,
        schema.question.c,
        schema.coder.c,
        schema.highlight.c,
    )
    query = (
        select(r.id, r.participant_id, p.external_id, r.question_id, q.key, q.wave, r.part, r.text, c.theme_id, k.name)
        .add_columns(h.start, h.end, masks_of(r.id).label("masks"), STARRED.label("starred"))
        .select_from(
            QUOTED.join(schema.participant, p.id == c.participant_id)
            .join(schema.question, q.id == c.question_id)
            .join(schema.coder, k.id == c.coder_id)
        )
        .where(ANSWERED if counted else r.superseded_by.is_(None), c.theme_id.in_(IN_USE))
        .order_by(q.position, q.id, p.id, r.part, c.theme_id, k.id, h.start, h.end)
    )
    if theme_ids is not None:
        query = query.where(c.theme_id.in_(list(theme_ids)))
    if question_id is not None:
        # Of some people, by their few responses; else by the codings of the question.
        query = query.where((c if participant_ids is None else r).question_id == question_id)
    if participant_ids is not None:
        query = query.where(r.participant_id.in_(list(participant_ids)))
    if coder_ids is not None:
        query = query.where(c.coder_id.in_(list(coder_ids)))
    for row in connection.execute(query):
        span = None if row.start is None else Span(row.start, row.end)
        text = without_masked(row.text, row.masks)
        yield Quote(
            row.id,
            row.participant_id,
            row.external_id,
            row.question_id,
            row.key,
            row.wave,
            row.part,
            row.theme_id,
            row.name,
            span,
            text if span is None else span.of(text),
            bool(row.starred),
        )


def has_waves(connection: Connection) -> bool:
    """Whether some question was asked in a named wave."""
    return connection.scalar(select(schema.question.c.id).where(schema.question.c.wave != "").limit(1)) is not None


def has_parts(connection: Connection) -> bool:
    """Whether some participant gave several responses to one question."""
    return int(connection.scalar(select(func.max(schema.response.c.part))) or 1) > 1


def left_out(connection: Connection) -> list[str]:
    """What no export of codings holds, in words."""
    counts = {
        "on texts that a later import replaced": count_superseded(connection),
        "of archived themes": count_archived(connection),
    }
    return [f"Codings {what} stay in the project alone: {number:,}." for what, number in counts.items() if number]


def count_archived(connection: Connection) -> int:
    """How many codings are of archived themes."""
    c = schema.coding.c
    return int(connection.scalar(select(func.count()).where(c.theme_id.not_in(IN_USE))) or 0)


def count_superseded(connection: Connection) -> int:
    """How many codings lie on texts that a later import replaced."""
    c, r = schema.coding.c, schema.response.c
    gone = select(r.id).where(r.superseded_by.is_not(None))
    return int(connection.scalar(select(func.count()).where(c.response_id.in_(gone))) or 0)
