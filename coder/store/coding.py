"""Highlights, codings and rejections in the project."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, func, select
from sqlalchemy.engine import Connection

from coder.domain.coding import Coding, Highlight, Origin, Span
from coder.domain.corpus import Response
from coder.domain.gathering import OpenHighlight
from coder.domain.log import Kind
from coder.store import schema
from coder.store.codebook import IN_USE
from coder.store.corpus import ANSWERED, CURRENT, UNANSWERED, batches_of, earlier_texts
from coder.store.events import Recorder, next_id
from coder.store.stretches import masks_of, read_stretches, without_masked

_RECENT = 2_000  # codings


@dataclass(frozen=True, slots=True)
class CodedResponse:
    """All that one coder did to one response. `reviewed_at` is the codebook revision of the review, or None."""

    highlights: tuple[Highlight, ...]
    codings: tuple[Coding, ...]
    rejected: frozenset[int]
    reviewed_at: int | None


def _mine(table: Table) -> ColumnElement[bool]:
    """The rows of one coder on one response."""
    return (table.c.response_id == bindparam("response")) & (table.c.coder_id == bindparam("coder"))


_H, _C, _LINK = schema.highlight.c, schema.coding.c, schema.coding_highlight.c
_HIGHLIGHTS = select(_H.id, _H.start, _H.end).where(_mine(schema.highlight)).order_by(_H.start, _H.end)
_LINKS = (
    select(_LINK.coding_id, _LINK.highlight_id)
    .join_from(schema.coding_highlight, schema.coding)
    .where(_mine(schema.coding))
)
_CODINGS = select(_C.id, _C.theme_id, _C.origin).where(_mine(schema.coding)).order_by(_C.id)
_REJECTED = select(schema.rejection.c.theme_id).where(_mine(schema.rejection))
_REVIEWED_AT = select(schema.review.c.revision).where(_mine(schema.review))


def read_coded(connection: Connection, response_id: int, coder_id: int) -> CodedResponse:
    here = {"response": response_id, "coder": coder_id}
    highlights = tuple(
        Highlight(row.id, response_id, coder_id, Span(row.start, row.end))
        for row in connection.execute(_HIGHLIGHTS, here)
    )
    evidence: dict[int, list[int]] = {}
    if highlights:
        for row in connection.execute(_LINKS, here):
            evidence.setdefault(row.coding_id, []).append(row.highlight_id)
    codings = tuple(
        Coding(
            row.id,
            response_id,
            row.theme_id,
            coder_id,
            Origin(row.origin),
            tuple(sorted(evidence.get(row.id, ()))),
        )
        for row in connection.execute(_CODINGS, here)
    )
    rejected = frozenset(connection.scalars(_REJECTED, here))
    return CodedResponse(highlights, codings, rejected, connection.scalar(_REVIEWED_AT, here))


@dataclass(frozen=True, slots=True)
class EarlierWork:
    """What a coder did to an earlier text of a response, and to the one that it has now; and the stars of both."""

    old: Response
    done: CodedResponse
    now: CodedResponse
    stars: tuple[Span, ...]
    stars_now: tuple[Span, ...]


def earlier_work(connection: Connection, response: Response, coder_id: int) -> EarlierWork | None:
    """The newest earlier text of a response that the coder has worked on, else the newest of all, with their work."""
    found = [(old, read_coded(connection, old.id, coder_id)) for old in earlier_texts(connection, response)]
    if not found:
        return None
    worked_on = (f for f in found if f[1].codings or f[1].highlights or f[1].reviewed_at is not None)
    old, done = next(worked_on, found[0])
    stars, stars_now = (read_stretches(connection, i)[0] for i in (old.id, response.id))
    return EarlierWork(old, done, read_coded(connection, response.id, coder_id), stars, stars_now)


def read_highlight(connection: Connection, highlight_id: int) -> Highlight | None:
    h = schema.highlight.c
    row = connection.execute(select(schema.highlight).where(h.id == highlight_id)).mappings().one_or_none()
    if row is None:
        return None
    return Highlight(row["id"], row["response_id"], row["coder_id"], Span(row["start"], row["end"]))


def open_highlights(connection: Connection, coder_id: int, question_id: int) -> list[OpenHighlight]:
    """A coder's highlights in the answers to a question that are evidence for nothing, in their order; masked words
    as an output may show them."""
    h, r, p, at = schema.highlight.c, schema.response.c, schema.participant.c, schema.coding_highlight.c
    used = select(at.coding_id).where(at.highlight_id == h.id).exists()
    rows = connection.execute(
        select(h.id, r.id.label("response"), p.id.label("person"), p.external_id, r.text, h.start, h.end)
        .add_columns(masks_of(r.id).label("masks"))
        .join_from(schema.highlight, schema.response, r.id == h.response_id)
        .join(schema.participant, p.id == r.participant_id)
        .where(h.coder_id == coder_id, r.question_id == question_id, CURRENT, ~used)
        .order_by(r.id, h.start, h.end)
    )
    return [
        OpenHighlight(
            row.id,
            row.response,
            row.person,
            row.external_id,
            Span(row.start, row.end).of(without_masked(row.text, row.masks)),
        )
        for row in rows
    ]


def highlights_among(connection: Connection, highlight_ids: Iterable[int], coder_id: int) -> list[Highlight]:
    """Those of these highlights that are there and the coder's own."""
    h = schema.highlight.c
    query = select(h.id, h.response_id, h.start, h.end).where(h.coder_id == coder_id)
    return [
        Highlight(row.id, row.response_id, coder_id, Span(row.start, row.end))
        for some in batches_of(set(highlight_ids))
        for row in connection.execute(query.where(h.id.in_(some)))
    ]


Assigned = tuple[int, int]
"""A participant, and a theme that they have."""


_THEMES = select(_C.id, _C.participant_id, _C.theme_id).where(
    _C.response_id.in_(bindparam("responses", expanding=True)), _C.coder_id == bindparam("coder")
)


def themes_by_coding(connection: Connection, responses: Iterable[int], coder_id: int) -> dict[int, Assigned]:
    """Who has which theme by each of a coder's codings of these responses."""
    found: dict[int, Assigned] = {}
    for some in batches_of(responses):
        rows = connection.execute(_THEMES, {"responses": some, "coder": coder_id})
        found |= {row.id: (row.participant_id, row.theme_id) for row in rows}
    return found


def coded_themes(connection: Connection, question_id: int) -> frozenset[int]:
    """The themes that are coded on answers to a question: on texts that count."""
    c, r = schema.coding.c, schema.response.c
    of_question = select(r.id).where(r.question_id == question_id)
    replaced, no_answers = of_question.where(~CURRENT), of_question.where(CURRENT, UNANSWERED)
    coded = select(c.theme_id).distinct().where(c.question_id == question_id)
    counted = coded.where(c.response_id.not_in(replaced), c.response_id.not_in(no_answers))
    return frozenset(connection.scalars(counted))


@dataclass(frozen=True, slots=True)
class ThemeAt:
    """What a coder has done with one theme: its evidence where it is coded (none: the whole response), and where it is
    rejected."""

    evidence: Mapping[int, Sequence[Span]]
    rejected: frozenset[int]


def read_theme(connection: Connection, theme_id: int, coder_id: int, response_ids: Sequence[int]) -> ThemeAt:
    """One theme on some responses, as many as one statement may name."""
    c, h, at, x = schema.coding.c, schema.highlight.c, schema.coding_highlight.c, schema.rejection.c
    evidence: dict[int, list[Span]] = {}
    rows = connection.execute(
        select(c.response_id, h.start, h.end)
        .select_from(
            schema.coding.outerjoin(schema.coding_highlight, at.coding_id == c.id).outerjoin(
                schema.highlight, h.id == at.highlight_id
            )
        )
        .where(c.response_id.in_(response_ids), c.theme_id == theme_id, c.coder_id == coder_id)
    )
    for row in rows:
        spans = evidence.setdefault(row.response_id, [])
        if row.start is not None:
            spans.append(Span(row.start, row.end))
    rejected = select(x.response_id).where(
        x.response_id.in_(response_ids), x.theme_id == theme_id, x.coder_id == coder_id
    )
    return ThemeAt(evidence, frozenset(connection.scalars(rejected)))


@dataclass(frozen=True, slots=True)
class Judged:
    """A response that a coder has reviewed or coded, with the themes that they gave it."""

    response_id: int
    text: str
    themes: frozenset[int]


def read_judged(connection: Connection, question_id: int, coder_id: int) -> list[Judged]:
    """What a coder has reviewed or coded under a question, all its waves; by id."""
    r, c, v, q = schema.response.c, schema.coding.c, schema.review.c, schema.question.c
    key = select(q.key).where(q.id == question_id).scalar_subquery()
    waves = list(connection.scalars(select(q.id).where(q.key == key)))
    themes: dict[int, set[int]] = {}
    mine = c.question_id.in_(waves) & (c.coder_id == coder_id)
    coded = select(c.response_id, c.theme_id).where(mine, c.theme_id.in_(IN_USE))
    for response, theme in connection.execute(coded):
        themes.setdefault(response, set()).add(theme)
    reviewed = connection.scalars(select(v.response_id).where(v.question_id.in_(waves), v.coder_id == coder_id))
    found = []
    for some in batches_of(themes.keys() | set(reviewed)):
        rows = connection.execute(select(r.id, r.text).where(r.id.in_(some), ANSWERED).order_by(r.id))
        found += [Judged(i, text, frozenset(themes.get(i, ()))) for i, text in rows]
    return found


def remove_rejections(recorder: Recorder, theme_id: int, response_ids: Iterable[int]) -> None:
    """A theme that is coded is not rejected."""
    r = schema.rejection
    for some in batches_of(response_ids):
        mine = r.c.response_id.in_(some) & (r.c.theme_id == theme_id) & (r.c.coder_id == recorder.coder_id)
        recorder.delete(r, mine)


def add_highlight(recorder: Recorder, response_id: int, span: Span) -> int:
    """The coder's highlight of these words, made where it is not there yet. Returns its id."""
    h = schema.highlight.c
    found = recorder.connection.scalar(
        select(h.id).where(
            h.response_id == response_id,
            h.coder_id == recorder.coder_id,
            h.start == span.start,
            h.end == span.end,
        )
    )
    if found is not None:
        return int(found)
    row = recorder.insert(
        schema.highlight, response_id=response_id, coder_id=recorder.coder_id, start=span.start, end=span.end
    )
    return int(row["id"])


def add_coding(recorder: Recorder, response: Response, theme_id: int, origin: Origin) -> int:
    """The coder's coding of this theme on the response, made where it is not there yet. Returns its id."""
    c = schema.coding.c
    found = recorder.connection.scalar(
        select(c.id).where(c.response_id == response.id, c.theme_id == theme_id, c.coder_id == recorder.coder_id)
    )
    if found is not None:
        return int(found)
    row = recorder.insert(
        schema.coding,
        response_id=response.id,
        participant_id=response.participant_id,
        question_id=response.question_id,
        theme_id=theme_id,
        coder_id=recorder.coder_id,
        origin=origin.value,
    )
    return int(row["id"])


def link(recorder: Recorder, coding_id: int, highlight_id: int) -> None:
    """Make the highlight evidence for the coding."""
    key = {"coding_id": coding_id, "highlight_id": highlight_id}
    at = schema.coding_highlight.c
    there = select(func.count()).where(at.coding_id == coding_id, at.highlight_id == highlight_id)
    if not recorder.connection.scalar(there):
        recorder.insert(schema.coding_highlight, **key)


def remove_coding(recorder: Recorder, coding_id: int) -> None:
    """Take a coding away, with those of its highlights that are evidence for nothing else."""
    at = schema.coding_highlight
    links = recorder.delete(at, at.c.coding_id == coding_id)
    recorder.delete(schema.coding, schema.coding.c.id == coding_id)
    for row in links:
        _remove_if_unused(recorder, row["highlight_id"])


def remove_highlight(recorder: Recorder, highlight_id: int) -> list[int]:
    """Take a highlight away, and the codings that had no other evidence; returns the themes of these codings.

    A coding of the whole response that was given evidence later is of the whole response again.
    """
    at = schema.coding_highlight
    links = recorder.delete(at, at.c.highlight_id == highlight_id)
    recorder.delete(schema.highlight, schema.highlight.c.id == highlight_id)
    gone = []
    for row in links:
        left = select(func.count()).where(at.c.coding_id == row["coding_id"])
        if recorder.connection.scalar(left) or _was_whole(recorder.connection, row):
            continue
        coding = recorder.delete(schema.coding, schema.coding.c.id == row["coding_id"])[0]
        gone.append(int(coding["theme_id"]))
    return gone


def _was_whole(connection: Connection, link_row: Mapping[str, Any]) -> bool:
    """Whether the coding was made before it had any evidence."""
    e, c = schema.event.c, schema.coding.c
    made = connection.execute(
        select(e.seq, e.bulk, e.after)
        .join_from(schema.coding, schema.event, e.seq == c.event)
        .where(c.id == link_row["coding_id"])
    ).one_or_none()
    if made is None or made.seq == link_row["event"]:
        return False
    brought = json.loads(made.after or "[]")
    return bool(made.bulk) or not any(table == schema.coding_highlight.name for table, _ in brought)


def _remove_if_unused(recorder: Recorder, highlight_id: int) -> None:
    """Take a highlight away that came with a coding and serves none any more; one made before any theme stays."""
    at, h, e = schema.coding_highlight.c, schema.highlight, schema.event.c
    if not recorder.connection.scalar(select(func.count()).where(at.highlight_id == highlight_id)):
        marked = select(e.seq).where(e.kind == Kind.HIGHLIGHT.value)
        recorder.delete(h, (h.c.id == highlight_id) & h.c.event.not_in(marked))


def add_rejection(recorder: Recorder, response_id: int, theme_id: int) -> None:
    recorder.insert(schema.rejection, response_id=response_id, theme_id=theme_id, coder_id=recorder.coder_id)


def remove_rejection(recorder: Recorder, response_id: int, theme_id: int) -> None:
    r = schema.rejection
    mine = (r.c.response_id == response_id) & (r.c.theme_id == theme_id) & (r.c.coder_id == recorder.coder_id)
    recorder.delete(r, mine)


def recent_themes(connection: Connection, coder_id: int) -> list[int]:
    """The themes of the coder's last codings, if these are among the last of all; the last one first."""
    c = schema.coding.c
    since = next_id(connection, schema.coding) - _RECENT
    last = select(c.theme_id).where(c.id >= since, c.coder_id == coder_id).order_by(c.id.desc())
    return list(dict.fromkeys(connection.scalars(last)))


def count_codings(connection: Connection, theme_ids: Iterable[int]) -> int:
    """How many codings these themes have, of all coders."""
    c = schema.coding.c
    return int(connection.scalar(select(func.count()).where(c.theme_id.in_(list(theme_ids)))) or 0)


def remove_codings_of(recorder: Recorder, theme_ids: Sequence[int]) -> int:
    """Take away all codings of these themes, with evidence that serves nothing else; returns how many."""
    c, at = schema.coding.c, schema.coding_highlight
    of_themes = c.theme_id.in_(theme_ids)
    links = recorder.delete(at, at.c.coding_id.in_(select(c.id).where(of_themes)))
    gone = recorder.delete(schema.coding, of_themes)
    for row in links:
        _remove_if_unused(recorder, row["highlight_id"])
    return len(gone)
