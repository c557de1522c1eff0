"""Participants: found by their names, and what one of them gave."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.engine import Connection

from coder.domain.corpus import Question, QuestionKind, Status
from coder.domain.people import People
from coder.errors import NotFoundError
from coder.store import schema
from coder.store.corpus import ANSWERED, batches_of, read_ids
from coder.store.stretches import texts_for_output

_LAST = "\U0010ffff"


def find(connection: Connection, typed: str, most: int) -> list[tuple[int, str, int]]:
    """(id, name, open answers) of participants whose names begin with what was typed, in whatever case it may be.

    They are read from the index, so a million are not. Where no name begins so: those that hold it.
    """
    p, r = schema.participant.c, schema.response.c
    answers = select(func.count()).where(
        r.participant_id == p.id, r.superseded_by.is_(None), r.status != Status.BLANK.value
    )
    query = select(p.id, p.external_id, answers.scalar_subquery()).order_by(p.external_id).limit(most)
    cases = dict.fromkeys((typed, typed.upper(), typed.lower(), typed.capitalize()))
    begins = query.where(or_(*(p.external_id.between(case, case + _LAST) for case in cases)))
    found = connection.execute(begins if typed else query).all()
    if not found:
        found = connection.execute(query.where(func.instr(func.lower(p.external_id), typed.lower()) > 0)).all()
    return [(i, name, number) for i, name, number in found]


def find_attributes(connection: Connection, names: Collection[str] | None = None) -> dict[str, int]:
    """The attributes of these names (None: all), with our ids, in the order of the names.

    Raises NotFoundError with all that are not known.
    """
    a = schema.attribute.c
    known = dict(connection.execute(select(a.key, a.id).order_by(a.id)).all())
    if names is None:
        return known
    if missing := [name for name in dict.fromkeys(names) if name not in known]:
        raise NotFoundError(
            f"Participants have no attribute {', '.join(map(repr, missing))}.",
            problems=list(known),
            hint="These are the attributes." if known else "Join some: coder import attributes FILE PROJECT",
        )
    return {name: known[name] for name in dict.fromkeys(names)}


def read_facts(
    connection: Connection, attributes: Mapping[str, int], participant_ids: Iterable[int]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """What is known of some participants: (name, value) of each of these attributes that they have, in its order."""
    v = schema.participant_attribute.c
    found: dict[int, dict[int, str]] = {}
    for some in batches_of(participant_ids if attributes else ()):
        query = select(v.participant_id, v.attribute_id, v.value).where(
            v.participant_id.in_(some), v.attribute_id.in_(list(attributes.values()))
        )
        for person, attribute, value in connection.execute(query):
            found.setdefault(person, {})[attribute] = value
    return {
        person: tuple((name, values[i]) for name, i in attributes.items() if i in values)
        for person, values in found.items()
    }


def having(connection: Connection, attribute: str, value: str) -> People:
    """The participants with this value of an attribute."""
    a, v = schema.attribute.c, schema.participant_attribute.c
    of = select(a.id).where(a.key == attribute).scalar_subquery()
    return People(read_ids(connection, v.participant_id, v.attribute_id == of, v.value == value))


def are_numbered(connection: Connection) -> bool:
    """Whether every participant's own id is a P and digits."""
    own = schema.participant.c.external_id
    other = or_(own.bool_op("NOT GLOB")("P[0-9]*"), own.bool_op("GLOB")("P*[^0-9]*"))
    return connection.scalar(select(own).where(other).limit(1)) is None


def beside(connection: Connection, participant_id: int, by: int) -> int | None:
    """The participant after (1) or before (-1) another one, in the order in which they came."""
    p = schema.participant.c
    after = select(p.id).where(p.id > participant_id).order_by(p.id)
    before = select(p.id).where(p.id < participant_id).order_by(p.id.desc())
    return connection.scalar((after if by > 0 else before).limit(1))


def responses(connection: Connection, participant_id: int) -> list[tuple[int, int]]:
    """(response, question) of what a participant wrote, in the order of the questions."""
    r, q = schema.response.c, schema.question.c
    rows = connection.execute(
        select(r.id, r.question_id)
        .join_from(schema.response, schema.question)
        .where(r.participant_id == participant_id, r.superseded_by.is_(None), r.status != Status.BLANK.value)
        .order_by(q.position, q.id, r.part)
    )
    return [(response, question) for response, question in rows]


def closed_answers(connection: Connection, participant_id: int) -> Iterator[tuple[Question, str]]:
    """What a participant chose or rated, by question; of a question with several options those that were ticked."""
    a, q = schema.answer.c, schema.question.c
    rows = connection.execute(
        select(q.id, q.key, q.wave, q.prompt, q.kind, q.position, a.option, a.value)
        .join_from(schema.answer, schema.question)
        .where(a.participant_id == participant_id)
        .order_by(q.position, q.id, a.option)
    ).all()
    for question, given in groupby(rows, key=lambda row: row[:6]):
        i, key, wave, prompt, kind, position = question
        what = ", ".join(_said(row.option, row.value) for row in given)
        yield Question(i, key, wave, prompt, QuestionKind(kind), position), what


def read_given(
    connection: Connection, question_ids: Sequence[int], participant_ids: Sequence[int]
) -> dict[tuple[int, int], str]:
    """What some participants gave to some questions, by (participant, question): what they chose or rated, and of an
    open question their answers, what is masked as `▇`."""
    a, r = schema.answer.c, schema.response.c
    chosen = connection.execute(
        select(a.participant_id, a.question_id, a.option, a.value)
        .where(a.participant_id.in_(participant_ids), a.question_id.in_(question_ids))
        .order_by(a.participant_id, a.question_id, text("answer.rowid"))
    )
    found = {who: ", ".join(_said(row.option, row.value) for row in rows) for who, rows in groupby(chosen, key=_whose)}
    written = connection.execute(
        select(r.participant_id, r.question_id, r.id, r.text)
        .where(r.participant_id.in_(participant_ids), r.question_id.in_(question_ids), ANSWERED)
        .order_by(r.participant_id, r.question_id, r.part)
    ).all()
    shown = texts_for_output(connection, {row.id: row.text for row in written})
    found |= {who: " · ".join(shown[row.id] for row in rows) for who, rows in groupby(written, key=_whose)}
    return found


def _whose(row: Sequence[Any]) -> tuple[int, int]:
    participant, question, *_ = row
    return participant, question


def _said(option: str, value: str) -> str:
    """One answer in words: an option that was ticked is kept as 1."""
    if not option or value != "1":
        return f"{option}: {value}" if option else value
    return option
