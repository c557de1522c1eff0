"""Participants, questions, responses and answers in the project: reading them, and taking a survey in."""

import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, TextClause, bindparam, func, select, text
from sqlalchemy.engine import Connection

from coder.domain.coding import Span
from coder.domain.corpus import (
    Participant,
    Question,
    QuestionKind,
    Response,
    Status,
)
from coder.errors import NotFoundError, RefusedError
from coder.store import schema
from coder.store.codebook import IN_USE

Key = TypeVar("Key", int, bytes)

CURRENT = schema.response.c.superseded_by.is_(None)
ANSWERED = (schema.response.c.status == Status.ANSWERED.value) & CURRENT
UNANSWERED = text("response.status <> 'answered'")  # in these very words, so that its index serves


def read_questions(connection: Connection, kind: QuestionKind | None = None) -> list[Question]:
    query = select(schema.question).order_by(schema.question.c.position, schema.question.c.id)
    if kind is not None:
        query = query.where(schema.question.c.kind == kind.value)
    return [
        Question(r["id"], r["key"], r["wave"], r["prompt"], QuestionKind(r["kind"]), r["position"])
        for r in connection.execute(query).mappings()
    ]


def read_question(connection: Connection, question_id: int) -> Question:
    """One question. Raises NotFoundError where an import that brought it was undone."""
    for question in read_questions(connection):
        if question.id == question_id:
            return question
    raise NotFoundError("This question is not in the survey any more.", hint="Choose another one.")


# Made once: with every key they are asked, and SQLAlchemy takes longer to make them than SQLite to answer.
_RESPONSE = select(schema.response).where(schema.response.c.id == bindparam("response"))
_PARTICIPANT = select(schema.participant.c.external_id).where(schema.participant.c.id == bindparam("participant"))
_ATTRIBUTES = (
    select(schema.attribute.c.label, schema.participant_attribute.c.value)
    .join_from(schema.participant_attribute, schema.attribute)
    .where(schema.participant_attribute.c.participant_id == bindparam("participant"))
    .order_by(schema.attribute.c.id)
)


def read_response(connection: Connection, response_id: int) -> Response:
    """One response. Raises NotFoundError where the import that brought it was undone, or its participant erased."""
    row = connection.execute(_RESPONSE, {"response": response_id}).mappings().one_or_none()
    if row is None:
        raise NotFoundError("This response is not in the survey any more.", hint="Go on with another one.")
    return _response(row)


def _response(row: Mapping[str, object] | object) -> Response:
    r: Mapping = row  # type: ignore[type-arg,assignment]
    return Response(r["id"], r["participant_id"], r["question_id"], r["part"], r["text"], Status(r["status"]))


def read_given(connection: Connection, participant_ids: Sequence[int]) -> list[Response]:
    """All that some participants, as many as one statement may name, have given to open questions, part by part."""
    query = select(schema.response).where(schema.response.c.participant_id.in_(participant_ids), CURRENT)
    return [_response(row) for row in connection.execute(query.order_by(schema.response.c.part)).mappings()]


_REPLACED = select(schema.response).where(
    schema.response.c.participant_id == bindparam("participant"),
    schema.response.c.question_id + 0 == bindparam("question"),  # by the participant: the other index is of all people
    schema.response.c.superseded_by.is_not(None),
)


def earlier_texts(connection: Connection, response: Response) -> list[Response]:
    """The texts that imports have replaced, one after the other, by this one: the newest first."""
    here = {"participant": response.participant_id, "question": response.question_id}
    rows = connection.execute(_REPLACED, here).mappings().all()
    found: list[Response] = []
    after = [response.id]
    for replaced_by in after:
        came = sorted((row for row in rows if row["superseded_by"] == replaced_by), key=lambda row: -row["id"])
        found += map(_response, came)
        after += [row["id"] for row in came]
    return found


def standing(connection: Connection, response_id: int) -> int:
    """The response that stands where this one stood, whatever texts imports have put there since.

    Raises NotFoundError where it was taken away altogether.
    """
    r = schema.response.c
    while (newer := connection.scalar(select(r.superseded_by).where(r.id == response_id))) is not None:
        response_id = newer
    return read_response(connection, response_id).id


def require_current(connection: Connection, response_id: int) -> None:
    """Raises RefusedError where an import has put another text in the place of this response, or took it away."""
    row = connection.execute(_RESPONSE, {"response": response_id}).one_or_none()
    if row is None or row.superseded_by is not None:
        raise RefusedError(
            "This response is not in the survey any more: an import has replaced or removed its text.",
            hint="Go to another response and back, to see the new text.",
        )


def read_participant(connection: Connection, participant_id: int) -> Participant:
    """A participant with all attributes, by the attributes' order. Raises NotFoundError where they were erased."""
    external = connection.scalar(_PARTICIPANT, {"participant": participant_id})
    if external is None:
        raise NotFoundError("This participant is not in the project any more.", hint="Go on with another one.")
    values = connection.execute(_ATTRIBUTES, {"participant": participant_id})
    return Participant(participant_id, external, {row.label: row.value for row in values})


def find_participant(connection: Connection, external_id: str) -> int | None:
    p = schema.participant.c
    return connection.scalar(select(p.id).where(p.external_id == external_id))


def answered_ids(
    connection: Connection, question_id: int | None = None, among: Iterable[int] | None = None
) -> "array[int]":
    """The ids of the answered responses, question by question in the order of the file."""
    r = schema.response.c
    questions = [question_id] if question_id is not None else [q.id for q in read_questions(connection)]
    wanted = None if among is None else frozenset(among)
    ids: array[int] = array("q")
    for question in questions:
        here = (r.question_id == question) & CURRENT
        unanswered = frozenset(read_ids(connection, r.id, here, UNANSWERED))
        found = sorted(read_ids(connection, r.id, here))
        if wanted is None and not unanswered:
            ids.extend(found)
        else:
            ids.extend(i for i in found if i not in unanswered and (wanted is None or i in wanted))
    return ids


def answered_by(connection: Connection, question_id: int, participant_ids: Sequence[int]) -> dict[int, int]:
    """The first answered response to a question of each of these participants who has one."""
    r = schema.response.c
    query = select(r.participant_id, r.id).where(
        ANSWERED, r.question_id == question_id, r.participant_id.in_(participant_ids)
    )
    return dict(connection.execute(query.order_by(r.part.desc())).all())


def last_response(connection: Connection) -> int:
    """The highest id of a response: about how many there are, known at once."""
    return int(connection.scalar(select(func.max(schema.response.c.id))) or 0)


def answered_around(connection: Connection, response_id: int, most: int = 1_000) -> "array[int]":
    """The ids of the answered responses to the same question that stand next to a response in the file."""
    r = schema.response.c
    question = select(r.question_id).where(r.id == response_id).scalar_subquery()
    near = r.id.between(response_id - most, response_id + most)
    # Not by the question's own index, which has them in another order.
    return array("q", sorted(read_ids(connection, r.id, near, r.question_id + 0 == question, ANSWERED)))


_ANSWERED_OF = select(schema.response.c.id).where(
    schema.response.c.participant_id.in_(bindparam("people", expanding=True)),
    schema.response.c.question_id == bindparam("question"),
    ANSWERED,
)


def answered_ids_of(connection: Connection, participants: Iterable[int], question_id: int) -> frozenset[int]:
    """The answered responses of some participants to one question."""
    found: set[int] = set()
    for some in batches_of(participants):
        found.update(connection.scalars(_ANSWERED_OF, {"people": some, "question": question_id}))
    return frozenset(found)


def read_ids(connection: Connection, column: ColumnElement[int], *where: ColumnElement[bool] | TextClause) -> list[int]:
    """The ids in a column, as one JSON array: a million come as such in a fifth of the time, and nobody waits for
    the interpreter meanwhile.
    """
    found = connection.scalar(select(func.json_group_array(column)).where(*where))
    return list(json.loads(found or "[]"))


def count_answered(connection: Connection, question_id: int | None = None) -> int:
    """How many responses are answered, counted in the two indexes: all, less those that are not."""
    every = select(func.count()).select_from(schema.response).where(CURRENT)
    if question_id is not None:
        every = every.where(schema.response.c.question_id == question_id)
    return int(connection.scalar(every) or 0) - int(connection.scalar(every.where(UNANSWERED)) or 0)


def read_answered(connection: Connection, after: int, limit: int = 5_000) -> list[Response]:
    """A page of the answered responses, by id."""
    query = select(schema.response).where(ANSWERED, schema.response.c.id > after)
    rows = connection.execute(query.order_by(schema.response.c.id).limit(limit))
    return [_response(row) for row in rows.mappings()]


def sample_texts(connection: Connection, question_id: int | None, most: int) -> list[str]:
    """Texts of answered responses, to one question or to all, at most so many, at even distances."""
    ids = answered_ids(connection, question_id)
    step = max(1, -(-len(ids) // most))
    r = schema.response.c
    texts: list[str] = []
    for some in batches_of(ids[::step]):
        texts += connection.scalars(select(r.text).where(r.id.in_(some)).order_by(r.id))
    return texts


def read_texts(connection: Connection, ids: Sequence[int], questions: Collection[int] | None = None) -> dict[int, str]:
    """The texts of these responses, in their order; of those alone that answer these questions."""
    r = schema.response.c
    found: dict[int, str] = {}
    for some in batches_of(dict.fromkeys(ids)):
        query = select(r.id, r.text).where(r.id.in_(some))
        found |= dict(
            connection.execute(query if questions is None else query.where(r.question_id.in_(questions))).all()
        )
    return {i: found[i] for i in ids if i in found}


def read_owners(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Who gave these responses, as the survey names them."""
    r, p = schema.response.c, schema.participant.c
    found: dict[int, str] = {}
    for some in batches_of(ids):
        query = select(r.id, p.external_id).join_from(schema.response, schema.participant).where(r.id.in_(some))
        found |= dict(connection.execute(query).all())
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A response as a list shows it: its first characters alone, or those around the `hit` of a search."""

    response_id: int
    participant: str
    question_id: int
    excerpt: str
    reviewed: bool
    themes: int
    hit: Span | None = None


def read_lines(connection: Connection, ids: Sequence[int], coder_id: int, width: int = 200) -> list[Line]:
    """The lines for these responses, in their order."""
    r, p, v, c = schema.response.c, schema.participant.c, schema.review.c, schema.coding.c
    reviewed = select(v.response_id).where(v.response_id == r.id, v.coder_id == coder_id).exists()
    in_use = c.theme_id.in_(IN_USE)
    themes = select(func.count()).where(c.response_id == r.id, c.coder_id == coder_id, in_use).scalar_subquery()
    found: dict[int, Line] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(
            select(
                r.id,
                p.external_id,
                r.question_id,
                func.substr(r.text, 1, width).label("excerpt"),
                reviewed.label("reviewed"),
                themes.label("themes"),
            )
            .join_from(schema.response, schema.participant)
            .where(r.id.in_(list(ids[start : start + 500])))
        )
        for row in rows:
            found[row.id] = Line(row.id, row.external_id, row.question_id, row.excerpt, bool(row.reviewed), row.themes)
    return [found[i] for i in ids if i in found]


def batches_of(keys: Iterable[Key], size: int = 500) -> Iterator[list[Key]]:
    """The keys in order, so many at a time as a statement may name."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
