"""Holding suggestions back on some responses, by lot, and what was coded with and without them."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from coder.store import schema
from coder.store.corpus import ANSWERED
from coder.store.events import Recorder
from coder.store.project import setting

_PERCENT, _SEED = "hold-back percent", "hold-back seed"


def percent(connection: Connection) -> float:
    """On how many of a hundred responses suggestions are held back."""
    return float(setting(connection, _PERCENT, "0"))


def change(recorder: Recorder, new: float) -> None:
    """Hold suggestions back on so many of a hundred responses; which they are, is drawn when it is first done."""
    if new and not setting(recorder.connection, _SEED):
        recorder.change_setting(_SEED, str(secrets.randbits(63)))
    if new != percent(recorder.connection):
        recorder.change_setting(_PERCENT, f"{new:g}")


def is_held_back(connection: Connection, response_id: int) -> bool:
    """Whether the coder is to see no suggestions for this response."""
    share = percent(connection) / 100
    if not share:
        return False
    from coder.stats.sampling import drawn  # numpy takes its time to load

    return drawn(response_id, int(setting(connection, _SEED)), share)


def not_held_back(connection: Connection, response_ids: Sequence[int]) -> Sequence[int]:
    """Those of the responses for which the coder sees suggestions."""
    share = percent(connection) / 100
    if not share:
        return response_ids
    from coder.stats.sampling import drawn_among

    held = drawn_among(response_ids, int(setting(connection, _SEED)), share)
    return [i for i, kept in zip(response_ids, held, strict=True) if not kept]


def is_compared(connection: Connection, response_id: int) -> bool:
    """Whether a review of this response tells something of the suggestions.

    They are held back on some responses, there is a model that makes them, and, as it makes them for what nobody has
    reviewed, nobody has reviewed this one.
    """
    reviewed = select(schema.review.c.coder_id).where(schema.review.c.response_id == response_id)
    model = select(schema.model.c.id)
    return (
        bool(percent(connection))
        and connection.scalar(model.limit(1)) is not None
        and connection.scalar(reviewed.limit(1)) is None
    )


@dataclass(frozen=True, slots=True)
class ComparedReview:
    """A response that was reviewed while suggestions were held back on some, perhaps on this one; its themes."""

    question_id: int
    revision: int
    held_back: bool
    themes: frozenset[int]


def read_compared(connection: Connection, coder_id: int) -> Iterator[ComparedReview]:
    """The reviews of one coder that tell something of the suggestions, by response."""
    r, v, e, c = schema.response.c, schema.review.c, schema.event.c, schema.coding.c
    held = func.json_extract(e.facts, "$.held_back")
    rows = connection.execute(
        select(r.id, v.question_id, v.revision, held)
        .join_from(schema.review, schema.event, e.seq == v.event)
        .join(schema.response, r.id == v.response_id)
        .where(v.coder_id == coder_id, held.is_not(None), ANSWERED)
        .order_by(r.id)
    ).all()
    themes: dict[int, set[int]] = {}
    for response_id, theme_id in connection.execute(select(c.response_id, c.theme_id).where(c.coder_id == coder_id)):
        themes.setdefault(response_id, set()).add(theme_id)
    for response_id, question_id, revision, held_back in rows:
        yield ComparedReview(question_id, revision, bool(held_back), frozenset(themes.get(response_id, ())))
