"""Codings that go from one theme to another: all of them when themes are merged, chosen quotes when one is split."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.domain.memo import Place, Subject
from coder.store import schema
from coder.store.codebook import IN_USE
from coder.store.coding import link
from coder.store.corpus import batches_of
from coder.store.events import Recorder
from coder.store.memos import move_memos

QuoteKey = tuple[int, int]
"""A quote by its coding and its highlight; 0 where the coding is of the whole response."""


def move_codings(recorder: Recorder, source_id: int, target_id: int) -> int:
    """Give every coding of one theme to another; where a coder has both, their evidence is joined. Returns how many."""
    c, r = schema.coding, schema.rejection
    ids = list(recorder.connection.scalars(select(c.c.id).where(c.c.theme_id == source_id)))
    both = {i: target for some in batches_of(ids) for i, target in _counterparts(recorder, some, target_id).items()}
    for coding_id, target in both.items():
        _join_evidence(recorder, coding_id, target)
    moved = len(both) + recorder.update_all(c, c.c.theme_id == source_id, theme_id=target_id)
    recorder.delete(r, r.c.theme_id == source_id)
    _settle_rejections(recorder, target_id)
    return moved


def themes_of(connection: Connection, quotes: Iterable[QuoteKey]) -> list[int]:
    """The themes that these quotes stand for; archived ones have none to give."""
    c = schema.coding.c
    found: set[int] = set()
    for some in batches_of({coding_id for coding_id, _ in quotes}):
        found.update(connection.scalars(select(c.theme_id).distinct().where(c.id.in_(some), c.theme_id.in_(IN_USE))))
    return sorted(found)


def questions_of(connection: Connection, quotes: Iterable[QuoteKey]) -> frozenset[str]:
    """The keys of the questions that these quotes answer."""
    c, q = schema.coding.c, schema.question.c
    found: set[str] = set()
    for some in batches_of({coding_id for coding_id, _ in quotes}):
        asked = select(c.question_id).where(c.id.in_(some))
        found.update(connection.scalars(select(q.key).where(q.id.in_(asked))))
    return frozenset(found)


def give_quotes(recorder: Recorder, quotes: Iterable[QuoteKey], target_id: int, *, copy: bool = False) -> int:
    """Give these quotes to a theme, each coding to the same coder's; a `copy` leaves them where they are as well.

    A coding all of whose evidence goes, goes itself; one that keeps some stays, and the theme gets one of its own.
    Quotes that are gone, or the theme's already, are left out. Returns how many were given.
    """
    chosen: dict[int, set[int]] = defaultdict(set)
    for coding_id, highlight_id in quotes:
        chosen[coding_id].add(highlight_id)
    given = 0
    for some in batches_of(chosen):
        given += _give(recorder, {i: chosen[i] for i in some}, target_id, copy)
    if given:
        _settle_rejections(recorder, target_id)
    return given


def _give(recorder: Recorder, chosen: Mapping[int, Collection[int]], target_id: int, copy: bool) -> int:
    c, at = schema.coding, schema.coding_highlight
    of_these = c.c.id.in_(list(chosen)) & (c.c.theme_id != target_id) & c.c.theme_id.in_(IN_USE)
    codings = [dict(row) for row in recorder.connection.execute(select(c).where(of_these)).mappings()]
    evidence = _evidence(recorder, list(chosen))
    counterparts = _counterparts(recorder, list(chosen), target_id)
    # A coder has one coding of the theme on a response: the one that is there, or comes first.
    theirs = {_place(coding): counterparts[coding["id"]] for coding in codings if coding["id"] in counterparts}
    whole: list[int] = []
    new: dict[_Place, dict[str, Any]] = {}
    joined: list[tuple[int, _Place]] = []
    linked: dict[_Place, set[int]] = defaultdict(set)
    given = 0
    for coding in codings:
        place, has = _place(coding), evidence[coding["id"]] or {0}
        goes = has & set(chosen[coding["id"]])
        given += len(goes)
        if not goes:
            continue
        if copy or goes != has:
            if place not in theirs:
                new.setdefault(place, coding)
            linked[place] |= goes - {0}
            if not copy:
                recorder.delete(at, (at.c.coding_id == coding["id"]) & at.c.highlight_id.in_(goes))
        elif place in theirs or place in new:
            joined.append((coding["id"], place))
        else:
            whole.append(coding["id"])
            theirs[place] = coding["id"]
    if whole:
        recorder.update_all(c, c.c.id.in_(whole), theme_id=target_id)
    for row in recorder.insert_all(c, [_another(coding, target_id) for coding in new.values()]):
        theirs[_place(row)] = row["id"]
    for coding_id, place in joined:
        _join_evidence(recorder, coding_id, theirs[place])
    there = _evidence(recorder, [theirs[place] for place in linked])
    links = [(theirs[place], highlight) for place, goes in linked.items() for highlight in goes - there[theirs[place]]]
    recorder.insert_all(at, [{"coding_id": coding, "highlight_id": highlight} for coding, highlight in links])
    return given


_Place = tuple[int, int]
"""A response and a coder."""


def _place(coding: Mapping[str, Any]) -> _Place:
    return coding["response_id"], coding["coder_id"]


def _another(coding: Mapping[str, Any], theme_id: int) -> dict[str, Any]:
    """The same coder's coding of the same response with another theme; where it came from is kept."""
    same = {k: coding[k] for k in ("response_id", "participant_id", "question_id", "coder_id", "origin")}
    return {**same, "theme_id": theme_id}


def _evidence(recorder: Recorder, coding_ids: Sequence[int]) -> dict[int, set[int]]:
    """The highlights of each of these codings."""
    at = schema.coding_highlight.c
    found: dict[int, set[int]] = defaultdict(set)
    for some in batches_of(coding_ids):
        query = select(at.coding_id, at.highlight_id).where(at.coding_id.in_(some))
        for coding_id, highlight_id in recorder.connection.execute(query):
            found[coding_id].add(highlight_id)
    return found


def _counterparts(recorder: Recorder, coding_ids: Sequence[int], target_id: int) -> dict[int, int]:
    """For each of these codings whose coder has the target theme on the same response, too: that coding."""
    c, other = schema.coding.c, schema.coding.alias().c
    rows = recorder.connection.execute(
        select(c.id, other.id)
        .where(c.id.in_(coding_ids), other.id != c.id, other.theme_id == target_id)
        .where(other.response_id == c.response_id, other.coder_id == c.coder_id)
    )
    return {row[0]: row[1] for row in rows}


def _join_evidence(recorder: Recorder, source: int, target: int) -> None:
    """The target coding keeps the evidence and the memos of both."""
    at = schema.coding_highlight
    highlights = [row["highlight_id"] for row in recorder.delete(at, at.c.coding_id == source)]
    move_memos(recorder, Place(Subject.CODING, source), Place(Subject.CODING, target))
    recorder.delete(schema.coding, schema.coding.c.id == source)
    for highlight_id in highlights:
        link(recorder, target, highlight_id)


def _settle_rejections(recorder: Recorder, theme_id: int) -> None:
    """A theme that is coded is not rejected."""
    c, r = schema.coding.c, schema.rejection
    coded = select(c.id).where(c.response_id == r.c.response_id, c.coder_id == r.c.coder_id, c.theme_id == theme_id)
    recorder.delete(r, (r.c.theme_id == theme_id) & coded.exists())
