"""The quotes of a theme as a list of any length needs them: the keys of all, the words of those in view."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection

from coder.domain.coding import Span
from coder.store import schema
from coder.store.corpus import ANSWERED, batches_of
from coder.store.quotes import QUOTED, STARRED
from coder.store.regrouping import QuoteKey
from coder.store.stretches import masks_of, without_masked


class QuoteKeys(Sequence[QuoteKey]):
    """The keys of quotes in their order: two numbers each, so that a hundred thousand are small."""

    def __init__(self, keys: Iterable[QuoteKey] = ()) -> None:
        self._numbers = array("q")
        for coding_id, highlight_id in keys:
            self._numbers.extend((coding_id, highlight_id))

    def __len__(self) -> int:
        return len(self._numbers) // 2

    @overload
    def __getitem__(self, at: int) -> QuoteKey: ...
    @overload
    def __getitem__(self, at: slice) -> list[QuoteKey]: ...
    def __getitem__(self, at: int | slice) -> QuoteKey | list[QuoteKey]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        return self._numbers[2 * at], self._numbers[2 * at + 1]


@dataclass(frozen=True, slots=True)
class QuoteIndex:
    """Which quotes a theme has, and how many participants said them."""

    keys: QuoteKeys
    participants: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a response where they stand, what is masked as `▇`; without any span the whole response is meant.

    `key` is that of the quote, `theme_id` and `coder` those of its coding; where a whole response is listed, and no
    quote, they are empty. `facts` are what is known about the participant, where asked for: (label, value).
    """

    key: QuoteKey
    response_id: int
    theme_id: int
    participant: str
    question_id: int
    part: int
    coder: str
    text: str
    spans: tuple[Span, ...]
    starred: bool
    facts: tuple[tuple[str, str], ...] = ()


def read_index(
    connection: Connection, theme_ids: Sequence[int], question_id: int | None = None, words: str = ""
) -> QuoteIndex:
    """The quotes of these themes, or those alone that have all these words: the starred first, then by participant.

    Words are compared without case, and may be parts of words. `site:Utrecht` asks for what is known about the
    person, `wave:2024` for the wave.
    """
    c, r, h = schema.coding.c, schema.response.c, schema.highlight.c
    query = _KEYS.add_columns(c.participant_id).where(ANSWERED, c.theme_id.in_(theme_ids))
    if question_id is not None:
        query = query.where(c.question_id == question_id)
    wanted = words.casefold().split()
    for word in list(wanted):
        if (asked := _of_person(connection, word)) is not None:
            query = query.where(asked)
            wanted.remove(word)
    if wanted:
        query = query.add_columns(r.text, h.start, h.end, masks_of(r.id).label("masks"))
    people: set[int] = set()

    def found() -> Iterator[QuoteKey]:
        for row in connection.execute(query.order_by(*_ORDER)):
            if wanted:
                text = without_masked(row.text, row.masks)
                text = (text if row.start is None else text[row.start : row.end]).casefold()
                if not all(word in text for word in wanted):
                    continue
            people.add(row.participant_id)
            yield row.id, row.highlight

    keys = QuoteKeys(found())
    return QuoteIndex(keys, len(people))


def _of_person(connection: Connection, word: str) -> ColumnElement[bool] | None:
    """What `name:value` asks of a coding's person or wave; nothing where there is no such name."""
    c, a, v, q = schema.coding.c, schema.attribute.c, schema.participant_attribute.c, schema.question.c
    name, colon, value = word.partition(":")
    if not (name and colon and value):
        return None
    if name == "wave":
        return c.question_id.in_(
            [i for i, wave in connection.execute(select(q.id, q.wave)) if wave.casefold() == value]
        )
    for attribute in connection.execute(select(a.id, a.key, a.label)):
        if name in (attribute.key.casefold(), attribute.label.casefold()):
            known = connection.scalars(select(v.value).where(v.attribute_id == attribute.id).distinct())
            values = [one for one in known if one.casefold() == value]
            people = select(v.participant_id).where(v.attribute_id == attribute.id, v.value.in_(values))
            return c.participant_id.in_(people)
    return None


def read_passages(connection: Connection, keys: Sequence[QuoteKey], *, facts: bool = False) -> list[Passage]:
    """These quotes in their order, those that are gone left out; with `facts` what is known about each person."""
    c, r, p, k, h = schema.coding.c, schema.response.c, schema.participant.c, schema.coder.c, schema.highlight.c
    query = _KEYS.add_columns(
        c.theme_id, c.participant_id, r.id.label("response"), r.question_id, r.part, r.text, h.start, h.end
    ).add_columns(p.external_id, k.name, masks_of(r.id).label("masks"), STARRED.label("starred"))
    query = query.join(schema.participant, p.id == c.participant_id).join(schema.coder, k.id == c.coder_id)
    rows = {}
    for some in batches_of({coding_id for coding_id, _ in keys}):
        for row in connection.execute(query.where(c.id.in_(some))):
            rows[(row.id, row.highlight)] = row
    known = _facts(connection, {row.participant_id for row in rows.values()}) if facts else {}
    return [
        Passage(
            key,
            row.response,
            row.theme_id,
            row.external_id,
            row.question_id,
            row.part,
            row.name,
            without_masked(row.text, row.masks),
            () if row.start is None else (Span(row.start, row.end),),
            bool(row.starred),
            tuple(known.get(row.participant_id, ())),
        )
        for key, row in ((key, rows[key]) for key in keys if key in rows)
    ]


def read_responses(connection: Connection, ids: Sequence[int], *, facts: bool = False) -> list[Passage]:
    """These responses as passages without a quote, in their order."""
    r, p, star = schema.response.c, schema.participant.c, schema.star.c
    starred = select(star.start).where(star.response_id == r.id, star.start == 0, star.end == r.length).exists()
    query = select(r.id, r.participant_id, r.question_id, r.part, r.text, p.external_id).add_columns(
        masks_of(r.id).label("masks"), starred.label("starred")
    )
    query = query.join_from(schema.response, schema.participant)
    rows = {}
    for some in batches_of(ids):
        rows.update({row.id: row for row in connection.execute(query.where(r.id.in_(some)))})
    known = _facts(connection, {row.participant_id for row in rows.values()}) if facts else {}
    return [
        Passage(
            (0, row.id),
            row.id,
            0,
            row.external_id,
            row.question_id,
            row.part,
            "",
            without_masked(row.text, row.masks),
            (),
            bool(row.starred),
            tuple(known.get(row.participant_id, ())),
        )
        for row in (rows[i] for i in ids if i in rows)
    ]


def rejected_among(
    connection: Connection, ids: Sequence[int], theme_ids: Collection[int], coder_id: int
) -> frozenset[int]:
    """Those of these responses on which the coder refused one of the themes."""
    x = schema.rejection.c
    refused = (x.theme_id.in_(theme_ids)) & (x.coder_id == coder_id)
    return frozenset(
        i
        for some in batches_of(ids)
        for i in connection.scalars(select(x.response_id).where(x.response_id.in_(some), refused))
    )


def _facts(connection: Connection, people: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    a, v = schema.attribute.c, schema.participant_attribute.c
    found: dict[int, list[tuple[str, str]]] = {}
    for some in batches_of(people):
        rows = connection.execute(
            select(v.participant_id, a.label, v.value)
            .join_from(schema.participant_attribute, schema.attribute)
            .where(v.participant_id.in_(some))
            .order_by(a.id)
        )
        for person, label, value in rows:
            found.setdefault(person, []).append((label, value))
    return found


_KEYS = select(schema.coding.c.id, func.coalesce(schema.highlight.c.id, 0).label("highlight")).select_from(QUOTED)
_ORDER = (
    STARRED.desc(),
    schema.response.c.question_id,
    schema.response.c.participant_id,
    schema.response.c.part,
    schema.coding.c.theme_id,
    schema.coding.c.coder_id,
    schema.highlight.c.start,
    schema.highlight.c.end,
)
