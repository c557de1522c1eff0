"""Memos in the project: reading them by what they are about, and what becomes of them with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import Connection

from coder.domain.codebook import PATH_SEPARATOR
from coder.domain.coding import Span
from coder.domain.memo import Memo, Noted, Place, Subject
from coder.errors import RefusedError
from coder.store import schema
from coder.store.codebook import read_codebook
from coder.store.corpus import batches_of, read_questions
from coder.store.events import Recorder, about
from coder.store.stretches import masks_of, without_masked


def read_memos(connection: Connection, place: Place) -> list[Memo]:
    """The memos about one thing, the oldest first."""
    m = schema.memo.c
    query = _memos().where(m.subject == place.subject.value, m.subject_id == place.id).order_by(m.id)
    return [_memo(row) for row in connection.execute(query)]


def read_memo(connection: Connection, memo_id: int) -> Memo | None:
    """One memo, if it is still there."""
    row = connection.execute(_memos().where(schema.memo.c.id == memo_id)).one_or_none()
    return None if row is None else _memo(row)


def _memos() -> Select[Any]:
    m, e, k = schema.memo.c, schema.event.c, schema.coder.c
    return (
        select(m.id, m.subject, m.subject_id, k.name, e.at, m.text)
        .join_from(schema.memo, schema.coder, k.id == m.coder_id)
        .outerjoin(schema.event, e.seq == m.event)
    )


def _memo(row: Any) -> Memo:
    return Memo(row.id, Place(Subject(row.subject), row.subject_id), row.name, row.at or "", row.text)


def count_memos(connection: Connection, places: Iterable[Place]) -> dict[Place, int]:
    """How many memos there are about each of these, where there are any."""
    m = schema.memo.c
    wanted: dict[Subject, list[int]] = {}
    for place in places:
        wanted.setdefault(place.subject, []).append(place.id)
    found: dict[Place, int] = {}
    for subject, ids in wanted.items():
        for some in batches_of(ids):
            here = and_(m.subject == subject.value, m.subject_id.in_(some))
            for row in connection.execute(select(m.subject_id, func.count()).where(here).group_by(m.subject_id)):
                found[Place(subject, row[0])] = row[1]
    return found


def places_at(connection: Connection, response_id: int, participant_id: int) -> frozenset[Place]:
    """What has a memo of all that belongs to one response: itself, its participant, its codings and highlights."""
    m, c, h = schema.memo.c, schema.coding.c, schema.highlight.c
    codings = select(c.id).where(c.response_id == response_id)
    highlights = select(h.id).where(h.response_id == response_id)
    rows = connection.execute(
        select(m.subject, m.subject_id).where(
            or_(
                about(schema.response, m.subject_id == response_id),
                about(schema.participant, m.subject_id == participant_id),
                about(schema.coding, m.subject_id.in_(codings)),
                about(schema.highlight, m.subject_id.in_(highlights)),
            )
        )
    )
    return frozenset(Place(Subject(row.subject), row.subject_id) for row in rows)


def noted_themes(connection: Connection) -> frozenset[int]:
    """The themes that have a memo."""
    m = schema.memo.c
    return frozenset(connection.scalars(select(m.subject_id).where(m.subject == Subject.THEME.value)))


def add_memo(recorder: Recorder, place: Place, text: str) -> int:
    """A new memo of the recorder's coder. Returns its id."""
    key = {"subject": place.subject.value, "subject_id": place.id}
    return int(recorder.insert(schema.memo, coder_id=recorder.coder_id, text=text, **key)["id"])


def change_memo(recorder: Recorder, memo_id: int, text: str) -> None:
    recorder.update(schema.memo, {"id": memo_id}, {"text": text})


def remove_memo(recorder: Recorder, memo_id: int) -> None:
    recorder.delete(schema.memo, schema.memo.c.id == memo_id)


def move_memos(recorder: Recorder, source: Place, target: Place) -> None:
    """Give the memos about one thing to another that takes its place."""
    m = schema.memo
    here = (m.c.subject == source.subject.value) & (m.c.subject_id == source.id)
    recorder.update_all(m, here, subject_id=target.id)


# --- in the words of the survey --------------------------------------------------------------------------


def name_of(connection: Connection, place: Place) -> tuple[str, dict[str, int]]:
    """What a memo there is about, in words, and the response or participant that it belongs to: facts for the log.

    Raises RefusedError where it is gone.
    """
    if place.subject is Subject.PROJECT:
        return "the project", {}
    t = schema.theme.c
    table = schema.metadata.tables[place.subject.value]
    row = connection.execute(select(table).where(table.c.id == place.id)).mappings().one_or_none()
    if row is None:
        raise RefusedError(f"The {place.subject} that the memo is about is gone.")
    match place.subject:
        case Subject.QUESTION:
            return f"the question ‘{row['key']}’", {}
        case Subject.THEME:
            return f"the theme ‘{row['name']}’", {}
        case Subject.CODING:
            theme = connection.scalar(select(t.name).where(t.id == row["theme_id"]))
            return f"the coding ‘{theme}’", {"response": row["response_id"]}
        case Subject.HIGHLIGHT:
            return "a highlight", {"response": row["response_id"]}
        case _:
            return f"the {place.subject}", {place.subject.value: place.id}


def read_noted(connection: Connection) -> list[Noted]:
    """All memos with what they are about: the project's first, then by questions, themes, and responses."""
    memos = [_memo(row) for row in connection.execute(_memos().order_by(schema.memo.c.id))]
    places = {memo.place for memo in memos}
    ids = {subject: {p.id for p in places if p.subject is subject} for subject in Subject}
    book = read_codebook(connection)
    questions = {q.id: q.key for q in read_questions(connection)}
    themes = {row.id: row.name for row in connection.execute(select(schema.theme.c.id, schema.theme.c.name))}
    people = _people(connection, ids[Subject.PARTICIPANT])
    texts = {
        Subject.RESPONSE: _said(connection, Subject.RESPONSE, ids[Subject.RESPONSE]),
        Subject.CODING: _said(connection, Subject.CODING, ids[Subject.CODING]),
        Subject.HIGHLIGHT: _said(connection, Subject.HIGHLIGHT, ids[Subject.HIGHLIGHT]),
    }
    found = []
    for memo in memos:
        place = memo.place
        if place.subject is Subject.PROJECT:
            found.append(Noted(memo, ""))
        elif place.subject is Subject.QUESTION:
            found.append(Noted(memo, questions.get(place.id, ""), question=questions.get(place.id, "")))
        elif place.subject is Subject.THEME:
            there = place.id in book.by_id
            name = PATH_SEPARATOR.join(book.path(place.id)) if there else f"{themes.get(place.id, '')} (archived)"
            found.append(Noted(memo, name))
        elif place.subject is Subject.PARTICIPANT:
            who, response = people.get(place.id, ("", None))
            found.append(Noted(memo, "", participant=who, response_id=response))
        elif (row := texts[place.subject].get(place.id)) is not None:
            found.append(_noted(memo, row))
    order = list(Subject)
    return sorted(found, key=lambda n: (order.index(n.memo.place.subject), n.about, n.memo.id))


def _people(connection: Connection, ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """Participants by their ids: what they are called, and the first of their responses."""
    p, r = schema.participant.c, schema.response.c
    first = select(func.min(r.id)).where(r.participant_id == p.id, r.superseded_by.is_(None)).scalar_subquery()
    return {
        row[0]: (row[1], row[2])
        for some in batches_of(ids)
        for row in connection.execute(select(p.id, p.external_id, first).where(p.id.in_(some)))
    }


def _said(connection: Connection, subject: Subject, ids: Collection[int]) -> Mapping[int, Any]:
    """The responses to which these responses, codings or highlights belong, with the theme and the span."""
    r, p, q, c, h, t = (
        table.c
        for table in (
            schema.response,
            schema.participant,
            schema.question,
            schema.coding,
            schema.highlight,
            schema.theme,
        )
    )
    places = schema.response.join(schema.participant, p.id == r.participant_id).join(
        schema.question, q.id == r.question_id
    )
    columns: Sequence[Any] = (r.id.label("response"), p.external_id, q.key, r.text, masks_of(r.id).label("masks"))
    if subject is Subject.CODING:
        key = c.id
        query = select(c.id.label("key_id"), *columns, t.name.label("theme")).select_from(
            places.join(schema.coding, c.response_id == r.id).join(schema.theme, t.id == c.theme_id)
        )
    elif subject is Subject.HIGHLIGHT:
        key = h.id
        query = select(h.id.label("key_id"), *columns, h.start, h.end).select_from(
            places.join(schema.highlight, h.response_id == r.id)
        )
    else:
        key = r.id
        query = select(r.id.label("key_id"), *columns).select_from(places)
    return {row.key_id: row for some in batches_of(ids) for row in connection.execute(query.where(key.in_(some)))}


def _noted(memo: Memo, row: Any) -> Noted:
    text = without_masked(row.text, row.masks)
    about, quote = "", text
    if memo.place.subject is Subject.CODING:
        about = row.theme
    elif memo.place.subject is Subject.HIGHLIGHT:
        quote = Span(row.start, row.end).of(text)
    return Noted(memo, about, row.external_id, row.key, row.response, quote)
