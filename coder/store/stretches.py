"""Starred quotes and masked words: stretches of responses that belong to the project, whoever marked them."""

import json
import re
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, ScalarSelect, Table, bindparam, func, literal, select, union_all
from sqlalchemy.engine import Connection

from coder.domain.coding import Span, masked
from coder.domain.corpus import Response
from coder.store import schema
from coder.store.corpus import batches_of, earlier_texts
from coder.store.events import Recorder

_OF_RESPONSE = union_all(
    *(
        select(literal(table.name).label("kind"), table.c.start, table.c.end).where(
            table.c.response_id == bindparam("response")
        )
        for table in (schema.star, schema.mask)
    )
)


def read_stretches(connection: Connection, response_id: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The starred and the masked stretches of a response, in their order."""
    rows = connection.execute(_OF_RESPONSE, {"response": response_id}).all()
    stars, masks = (sorted(Span(r.start, r.end) for r in rows if r.kind == kind) for kind in ("star", "mask"))
    return tuple(stars), tuple(masks)


def put(recorder: Recorder, table: Table, response_id: int, span: Span) -> None:
    """Mark a stretch, where it is not marked yet."""
    if not recorder.connection.scalar(select(func.count()).where(_is_at(table, response_id, span))):
        recorder.insert(table, response_id=response_id, start=span.start, end=span.end)


def take(recorder: Recorder, table: Table, response_id: int, span: Span) -> None:
    """Take the mark off a stretch, if it has one."""
    recorder.delete(table, _is_at(table, response_id, span))


def _is_at(table: Table, response_id: int, span: Span) -> ColumnElement[bool]:
    return (table.c.response_id == response_id) & (table.c.start == span.start) & (table.c.end == span.end)


def carry_masks(recorder: Recorder, new: Response) -> bool:
    """Mask the words that were masked in the texts that this one replaces, wherever they stand in it.

    Whether each that was masked in the newest such text was found there.
    """
    newer: list[str] = []
    found_all: bool | None = None
    for old in earlier_texts(recorder.connection, new):
        _, masks = read_stretches(recorder.connection, old.id)
        words = {span.of(old.text) for span in masks}
        found = {one: list(re.finditer(re.escape(one), new.text)) for one in words}
        for one, matches in found.items():
            if any(one in text for text in newer):
                continue  # whether they are masked there was decided there
            for match in matches:
                put(recorder, schema.mask, new.id, Span(*match.span()))
        if words and found_all is None:
            found_all = all(found.values())
        newer.append(old.text)
    return found_all is not False


def masks_of(response_id: ColumnElement[int]) -> ScalarSelect[str]:
    """A column with the masks of each response of a query, for `without_masked`."""
    m = schema.mask.c
    stretch = func.json_array(m.start, m.end)
    return select(func.json_group_array(func.json(stretch))).where(m.response_id == response_id).scalar_subquery()


def without_masked(text: str, masks: str) -> str:
    """A response's text as an output may show it, by its column of `masks_of`."""
    return text if masks == "[]" else masked(text, (Span(*stretch) for stretch in json.loads(masks)))


def read_masks(connection: Connection, response_ids: Iterable[int]) -> dict[int, tuple[Span, ...]]:
    """The masked stretches of those of these responses that have some."""
    m = schema.mask.c
    found: dict[int, list[Span]] = {}
    for ids in batches_of(response_ids):
        for row in connection.execute(select(m.response_id, m.start, m.end).where(m.response_id.in_(ids))):
            found.setdefault(row.response_id, []).append(Span(row.start, row.end))
    return {response_id: tuple(sorted(spans)) for response_id, spans in found.items()}


def texts_for_output(connection: Connection, texts: Mapping[int, str]) -> dict[int, str]:
    """Texts by their responses' ids, as an output may show them."""
    masks = read_masks(connection, texts)
    return {i: masked(text, masks[i]) if i in masks else text for i, text in texts.items()}
