"""Coded responses with all that a quote of them needs: the text, what is masked, highlighted and starred in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.domain.coding import Span
from coder.domain.people import People
from coder.store import schema
from coder.store.corpus import ANSWERED
from coder.store.quotes import QUOTED, STARRED
from coder.store.stretches import read_masks


@dataclass(frozen=True, slots=True)
class Quotable:
    """A response that was coded with some themes. `text` is as it was given; `masks` say what no output may show.

    `highlights` are the evidence of its codings, none where the whole response was coded; `starred` are those with a
    star, or the whole response where that has one and was coded as such.
    """

    response_id: int
    participant_id: int
    own_id: str
    part: int
    text: str
    masks: tuple[Span, ...]
    highlights: tuple[Span, ...]
    starred: tuple[Span, ...]
    theme_ids: tuple[int, ...]


def read_quotable(
    connection: Connection,
    question_id: int,
    theme_ids: Collection[int],
    participant_ids: Sequence[int],
    coder_ids: Sequence[int] | None = None,
) -> list[Quotable]:
    """The answered responses of some participants (as many as a statement may name) to a question that these coders
    (None: any) coded with these themes, by participant and part."""
    c, r, p, h = schema.coding.c, schema.response.c, schema.participant.c, schema.highlight.c
    texts = connection.execute(
        select(r.id, r.participant_id, p.external_id, r.part, r.text)
        .join_from(schema.response, schema.participant)
        .where(r.participant_id.in_(participant_ids), r.question_id == question_id, ANSWERED)
        .order_by(r.participant_id, r.part, r.id)
    ).all()
    # By responses: the index by theme would read all of a large theme.
    coded = select(r.id, r.length, c.theme_id, h.start, h.end, STARRED.label("starred")).select_from(QUOTED)
    coded = coded.where(c.response_id.in_([row.id for row in texts]), c.theme_id.in_(theme_ids))
    if coder_ids is not None:
        coded = coded.where(c.coder_id.in_(coder_ids))
    found: dict[int, _Marked] = {}
    for row in connection.execute(coded):
        marked = found.setdefault(row.id, _Marked())
        marked.theme_ids.add(row.theme_id)
        if row.start is not None:
            marked.highlights.add(Span(row.start, row.end))
        if row.starred:
            marked.starred.add(Span(0, row.length) if row.start is None else Span(row.start, row.end))
    masks = read_masks(connection, found)
    return [
        Quotable(
            row.id,
            row.participant_id,
            row.external_id,
            row.part,
            row.text,
            masks.get(row.id, ()),
            highlights=tuple(sorted(found[row.id].highlights)),
            starred=tuple(sorted(found[row.id].starred)),
            theme_ids=tuple(sorted(found[row.id].theme_ids)),
        )
        for row in texts
        if row.id in found
    ]


@dataclass(slots=True)
class _Marked:
    """What the codings of one response mark in it."""

    highlights: set[Span] = field(default_factory=set)
    starred: set[Span] = field(default_factory=set)
    theme_ids: set[int] = field(default_factory=set)


def read_starred(connection: Connection, question_id: int, coder_ids: Sequence[int] | None = None) -> dict[int, People]:
    """The participants with a starred quote under each theme of a question."""
    c, r = schema.coding.c, schema.response.c
    starred = select(schema.star.c.response_id)
    query = (
        select(c.theme_id, c.participant_id)
        .select_from(QUOTED)
        .where(r.id.in_(starred), r.question_id == question_id, ANSWERED, STARRED)
        .distinct()
    )
    if coder_ids is not None:
        query = query.where(c.coder_id.in_(coder_ids))
    people: dict[int, list[int]] = {}
    for theme_id, participant_id in connection.execute(query):
        people.setdefault(theme_id, []).append(participant_id)
    return {theme_id: People(ids) for theme_id, ids in people.items()}
