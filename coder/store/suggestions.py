"""Models and their suggestions in the project; and what a model learns from."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from coder.domain.coding import Evidence, Span, Suggestion
from coder.store import schema
from coder.store.corpus import ANSWERED
from coder.store.project import now


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
    for response_id, theme_id in connection.execute(select(c.response_id, c.theme_id)):
        themes.setdefault(response_id, set()).add(theme_id)
    rejected: dict[int, set[int]] = {}
    for response_id, theme_id in connection.execute(select(x.response_id, x.theme_id)):
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


def read_unreviewed(connection: Connection, after: int, limit: int = 5_000) -> list[Unreviewed]:
    """A page of the answered responses that nobody reviewed, by id."""
    r, v = schema.response.c, schema.review.c
    reviewed = select(v.response_id).where(v.response_id == r.id).exists()
    rows = connection.execute(
        select(r.id, r.participant_id, r.question_id, r.part, r.text)
        .where(ANSWERED, ~reviewed, r.id > after)
        .order_by(r.id)
        .limit(limit)
    )
    return [Unreviewed(*row) for row in rows]


def count_unreviewed(connection: Connection) -> int:
    r, v = schema.response.c, schema.review.c
    reviewed = select(v.response_id).where(v.response_id == r.id).exists()
    return int(connection.scalar(select(func.count()).select_from(schema.response).where(ANSWERED, ~reviewed)) or 0)


def add_model(connection: Connection, trained_on: int, recipe: Mapping[str, Any]) -> int:
    """A new model; the suggestions of all earlier ones are dropped."""
    connection.execute(delete(schema.suggestion))
    row = connection.execute(
        insert(schema.model)
        .values(at=now(), trained_on=trained_on, recipe=json.dumps(recipe))
        .returning(schema.model.c.id)
    )
    return int(row.scalar_one())


def add_suggestions(connection: Connection, model_id: int, suggestions: Iterable[Suggestion]) -> int:
    """Keep suggestions; returns how many."""
    rows = [
        (
            s.response_id,
            s.theme_id,
            model_id,
            s.score,
            int(s.suggested),
            json.dumps([[e.span.start, e.span.end, e.share] for e in s.evidence]),
            s.response_id,
            s.theme_id,
        )
        for s in suggestions
    ]
    if rows:
        # A theme or response may have gone since the model was trained, and another training may run beside this one.
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO suggestion (response_id, theme_id, model_id, score, suggested, evidence) "
            "SELECT ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM response WHERE id = ?) "
            "AND EXISTS (SELECT 1 FROM theme WHERE id = ?)",
            rows,
        )
    return len(rows)


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


def open_suggestions(connection: Connection, response_id: int, coder_id: int) -> list[Suggestion]:
    """What is still open for this coder on the response: neither coded nor rejected; the best first."""
    s, c, x = schema.suggestion.c, schema.coding.c, schema.rejection.c
    coded = select(c.id).where(c.response_id == s.response_id, c.theme_id == s.theme_id, c.coder_id == coder_id)
    rejected = select(x.theme_id).where(
        x.response_id == s.response_id, x.theme_id == s.theme_id, x.coder_id == coder_id
    )
    rows = connection.execute(
        select(s.theme_id, s.score, s.evidence)
        .where(s.response_id == response_id, s.suggested == 1, ~coded.exists(), ~rejected.exists())
        .order_by(s.score.desc(), s.theme_id)
    )
    return [
        Suggestion(
            response_id,
            row.theme_id,
            row.score,
            True,
            tuple(Evidence(Span(start, end), share) for start, end, share in json.loads(row.evidence)),
        )
        for row in rows
    ]


def trained_on(connection: Connection) -> int | None:
    """The number of the last event that the current model knew; None where there is no model."""
    found = connection.scalar(select(func.max(schema.model.c.trained_on)))
    return None if found is None else int(found)
