"""Models and their suggestions in the project; and what a model learns from."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from coder.domain.coding import Evidence, Ground, Span, Suggestion
from coder.domain.log import Kind
from coder.store import schema
from coder.store.codebook import IN_USE
from coder.store.corpus import ANSWERED
from coder.store.events import next_id
from coder.store.project import now

_NEWEST = select(func.max(schema.model.c.id))
_REVIEWED = select(schema.review.c.response_id).where(schema.review.c.response_id == schema.response.c.id).exists()
_UNREVIEWED = (
    select(*(schema.response.c[name] for name in ("id", "participant_id", "question_id", "part", "text")))
    .where(ANSWERED, ~_REVIEWED)
    .order_by(schema.response.c.id)
)


@dataclass(frozen=True, slots=True)
class ReviewedText:
    """A reviewed response: what was found in it, what was refused, and under which codebook revision it was read."""

    response_id: int
    participant_id: int
    question_id: int
    text: str
    themes: frozenset[int]
    rejected: frozenset[int]
    revision: int


def read_reviewed(connection: Connection) -> list[ReviewedText]:
    """Every answered response that some coder reviewed; several coders' themes are joined."""
    r, v, c, x = schema.response.c, schema.review.c, schema.coding.c, schema.rejection.c
    themes: dict[int, set[int]] = {}
    for response_id, theme_id in connection.execute(select(c.response_id, c.theme_id).where(c.theme_id.in_(IN_USE))):
        themes.setdefault(response_id, set()).add(theme_id)
    rejected: dict[int, set[int]] = {}
    for response_id, theme_id in connection.execute(select(x.response_id, x.theme_id).where(x.theme_id.in_(IN_USE))):
        rejected.setdefault(response_id, set()).add(theme_id)
    rows = connection.execute(
        select(r.id, r.participant_id, r.question_id, r.text, func.max(v.revision))
        .join_from(schema.response, schema.review, v.response_id == r.id)
        .where(ANSWERED)
        .group_by(r.id)
        .order_by(r.id)
    )
    return [
        ReviewedText(
            response_id,
            participant,
            question,
            text,
            frozenset(themes.get(response_id, ())),
            frozenset(rejected.get(response_id, ())),
            revision,
        )
        for response_id, participant, question, text, revision in rows
    ]


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """A response with a text that nobody has reviewed."""

    response_id: int
    participant_id: int
    question_id: int
    part: int
    text: str


def read_unreviewed(connection: Connection, after: int, limit: int, unread_by: int | None = None) -> list[Unreviewed]:
    """A page of the answered responses that nobody reviewed, by id; of those alone that a model has not read yet."""
    r, o = schema.response.c, schema.outlook.c
    query = _UNREVIEWED.where(r.id > after).limit(limit)
    if unread_by is not None:
        query = query.where(~select(o.response_id).where(o.response_id == r.id, o.model_id == unread_by).exists())
    return [Unreviewed(*row) for row in connection.execute(query)]


def unreviewed_among(connection: Connection, response_ids: Sequence[int]) -> list[Unreviewed]:
    """Those of these responses that nobody reviewed, if they have a text; by id."""
    query = _UNREVIEWED.where(schema.response.c.id.in_(response_ids))
    return [Unreviewed(*row) for row in connection.execute(query)]


def count_unreviewed(connection: Connection) -> int:
    return int(connection.scalar(select(func.count()).select_from(_UNREVIEWED.order_by(None).subquery())) or 0)


def extent(connection: Connection) -> tuple[int, int]:
    """How many responses there are and the highest id ever given: as long as it stays, the texts are the same."""
    r = schema.response
    return int(connection.scalar(select(func.count()).select_from(r)) or 0), next_id(connection, r)


def add_model(connection: Connection, trained_on: int, recipe: Mapping[str, Any]) -> int:
    """A new model; from now on the suggestions of all earlier ones are out of date, and are not shown."""
    row = connection.execute(
        insert(schema.model)
        .values(at=now(), trained_on=trained_on, recipe=json.dumps(recipe))
        .returning(schema.model.c.id)
    )
    return int(row.scalar_one())


def put_suggestions(
    connection: Connection, model_id: int, response_ids: Sequence[int], suggestions: Iterable[Suggestion]
) -> bool:
    """Keep a model's suggestions for these responses, in the place of earlier ones'; False after a newer model."""
    if model_id != newest_model(connection):
        return False
    if response_ids:
        connection.exec_driver_sql("DELETE FROM suggestion WHERE response_id = ?", [(i,) for i in response_ids])
    rows = [
        (
            s.response_id,
            s.theme_id,
            model_id,
            s.score,
            int(s.suggested),
            json.dumps([[e.span.start, e.span.end, e.share] for e in s.evidence]),
            s.ground.value,
            s.response_id,
            s.theme_id,
        )
        for s in suggestions
    ]
    if rows:
        # A theme or response may have gone, or a theme been archived, since the model was trained.
        connection.exec_driver_sql(
            "INSERT INTO suggestion (response_id, theme_id, model_id, score, suggested, evidence, ground) "
            "SELECT ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM response WHERE id = ?) "
            "AND EXISTS (SELECT 1 FROM theme WHERE id = ? AND archived = 0)",
            rows,
        )
    return True


def store_model(connection: Connection, model_id: int, arrays: bytes) -> None:
    """Keep a model itself, to be used again while nothing changes."""
    connection.execute(update(schema.model).where(schema.model.c.id == model_id).values(arrays=arrays))


def drop_older(connection: Connection, model_id: int) -> None:
    """Delete what earlier models were, suggested and made of responses."""
    m = schema.model
    connection.execute(update(m).where(m.c.id < model_id, m.c.arrays.is_not(None)).values(arrays=None))
    connection.execute(delete(schema.suggestion).where(schema.suggestion.c.model_id < model_id))
    connection.execute(delete(schema.outlook).where(schema.outlook.c.model_id < model_id))


@dataclass(frozen=True, slots=True)
class StoredModel:
    id: int
    arrays: bytes


def stored_model(connection: Connection) -> StoredModel | None:
    """The newest model, if it was kept and nothing that it could learn from has changed since."""
    m, e = schema.model.c, schema.event.c
    changed = select(e.seq).where(e.seq > m.trained_on, e.kind != Kind.SUGGEST).exists()
    row = connection.execute(
        select(m.id, m.arrays).where(m.id == _NEWEST.scalar_subquery(), m.arrays.is_not(None), ~changed)
    ).one_or_none()
    return None if row is None else StoredModel(row.id, row.arrays)


def add_outlook(connection: Connection, model_id: int, rows: Iterable[tuple[int, float, float]]) -> None:
    """Keep what the model makes of responses: (response, how useful its review is, how certain its suggestions are).

    It takes the place of what an earlier model made of them; the queues are sorted by it.
    """
    values = [(response_id, model_id, useful, certain, response_id) for response_id, useful, certain in rows]
    if values:
        # A response may have gone since the model was trained.
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO outlook (response_id, model_id, useful, certain) "
            "SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM response WHERE id = ?)",
            values,
        )


def _answered(table: Table) -> ColumnElement[bool]:
    """Whether the coder has a row in this table for what is suggested."""
    t, s = table.c, schema.suggestion.c
    there = select(t.theme_id).where(t.response_id == s.response_id, t.theme_id == s.theme_id)
    return there.where(t.coder_id == bindparam("coder")).exists()


_S = schema.suggestion.c
_OPEN = (
    select(_S.theme_id, _S.score, _S.evidence, _S.ground)
    .where(_S.response_id == bindparam("response"), _S.model_id == _NEWEST.scalar_subquery(), _S.suggested == 1)
    .where(~_answered(schema.coding), ~_answered(schema.rejection))
    .order_by(_S.score.desc(), _S.theme_id)
)


def open_suggestions(connection: Connection, response_id: int, coder_id: int) -> list[Suggestion]:
    """What the newest model suggests and this coder has neither coded nor rejected on the response; the best first."""
    rows = connection.execute(_OPEN, {"response": response_id, "coder": coder_id})
    return [
        Suggestion(
            response_id,
            row.theme_id,
            row.score,
            True,
            tuple(Evidence(Span(start, end), share) for start, end, share in json.loads(row.evidence)),
            Ground(row.ground),
        )
        for row in rows
    ]


_READ = select(schema.outlook.c.response_id).where(
    schema.outlook.c.response_id == bindparam("response"), schema.outlook.c.model_id == bindparam("model")
)


def is_read(connection: Connection, response_id: int) -> bool:
    """Whether the newest model has read the response, or there is none."""
    newest = newest_model(connection)
    return not newest or connection.scalar(_READ, {"response": response_id, "model": newest}) is not None


def source_of(connection: Connection, response_id: int, theme_id: int) -> dict[str, Any]:
    """Where a suggestion comes from, for the log: the `model`, its `score`, and the `ground` it was learnt from.

    Empty where the theme is not suggested for the response.
    """
    s = schema.suggestion.c
    row = connection.execute(
        select(s.model_id.label("model"), s.score, s.ground).where(
            s.response_id == response_id, s.theme_id == theme_id, s.suggested == 1
        )
    ).one_or_none()
    return {} if row is None else dict(row._mapping)


def newest_model(connection: Connection) -> int:
    """The number of the current model; 0 where there is none."""
    return int(connection.scalar(_NEWEST) or 0)
