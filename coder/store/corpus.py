"""Participants, questions, responses and answers in the project: reading them, and taking a survey in."""

import hashlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from coder.domain.corpus import (
    Participant,
    Question,
    QuestionKind,
    QuestionSpec,
    Response,
    Status,
    SurveyRow,
    fold_placeholders,
    status_of,
)
from coder.store import schema
from coder.store.events import Recorder, next_id
from coder.store.project import setting

ANSWERED = (schema.response.c.status == Status.ANSWERED.value) & schema.response.c.superseded_by.is_(None)
CHUNK = 5_000


def read_questions(connection: Connection, kind: QuestionKind | None = None) -> list[Question]:
    query = select(schema.question).order_by(schema.question.c.position, schema.question.c.id)
    if kind is not None:
        query = query.where(schema.question.c.kind == kind.value)
    return [
        Question(r["id"], r["key"], r["wave"], r["prompt"], QuestionKind(r["kind"]), r["position"])
        for r in connection.execute(query).mappings()
    ]


def read_response(connection: Connection, response_id: int) -> Response:
    row = connection.execute(select(schema.response).where(schema.response.c.id == response_id)).mappings().one()
    return _response(row)


def _response(row: Mapping[str, object] | object) -> Response:
    r: Mapping = row  # type: ignore[type-arg,assignment]
    return Response(r["id"], r["participant_id"], r["question_id"], r["part"], r["text"], Status(r["status"]))


def read_participant(connection: Connection, participant_id: int) -> Participant:
    """A participant with all attributes, by the attributes' order."""
    p, a, v = schema.participant.c, schema.attribute.c, schema.participant_attribute.c
    external = connection.scalar(select(p.external_id).where(p.id == participant_id))
    values = connection.execute(
        select(a.label, v.value)
        .join_from(schema.participant_attribute, schema.attribute)
        .where(v.participant_id == participant_id)
        .order_by(a.id)
    )
    return Participant(participant_id, str(external), {row.label: row.value for row in values})


def find_participant(connection: Connection, external_id: str) -> int | None:
    p = schema.participant.c
    return connection.scalar(select(p.id).where(p.external_id == external_id))


def answered_ids(
    connection: Connection, question_id: int | None = None, among: Iterable[int] | None = None
) -> "array[int]":
    """The ids of the answered responses, question by question in the order of the file."""
    r = schema.response.c
    query = select(r.id).where(ANSWERED).order_by(r.question_id, r.id)
    if question_id is not None:
        query = query.where(r.question_id == question_id)
    ids = array("q", connection.scalars(query))
    if among is None:
        return ids
    wanted = frozenset(among)
    return array("q", (i for i in ids if i in wanted))


def count_answered(connection: Connection, question_id: int | None = None) -> int:
    query = select(func.count()).select_from(schema.response).where(ANSWERED)
    if question_id is not None:
        query = query.where(schema.response.c.question_id == question_id)
    return int(connection.scalar(query) or 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A response as a list shows it: its first characters alone."""

    response_id: int
    participant: str
    question_id: int
    excerpt: str
    reviewed: bool
    themes: int


def read_lines(connection: Connection, ids: Sequence[int], coder_id: int, width: int = 200) -> list[Line]:
    """The lines for these responses, in their order."""
    r, p, v, c = schema.response.c, schema.participant.c, schema.review.c, schema.coding.c
    reviewed = select(v.response_id).where(v.response_id == r.id, v.coder_id == coder_id).exists()
    themes = select(func.count()).where(c.response_id == r.id, c.coder_id == coder_id).scalar_subquery()
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


# --- taking a survey in ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Taken:
    """What an import of a survey did, for the person who asked for it."""

    rows: int = 0
    participants: int = 0
    responses: int = 0
    answers: int = 0
    unchanged: int = 0
    changed: list[str] = field(default_factory=list)
    restated: int = 0
    forgotten: int = 0
    statuses: dict[str, int] = field(default_factory=dict)


class SurveyImport:
    """Takes the rows of one survey into the project, within one recorded action.

    A response that is there already stays; one whose text differs is superseded by a new one and keeps its coding.
    """

    def __init__(self, recorder: Recorder, questions: Sequence[QuestionSpec], placeholders: Iterable[str]) -> None:
        self.recorder = recorder
        self.connection = recorder.connection
        self.taken = Taken()
        self._placeholders = fold_placeholders(placeholders)
        # The specs may grow while the rows are read: a long file names its questions as it goes.
        self._specs = questions
        self._questions: list[int] = []
        self._know_questions()
        self._attributes: dict[str, int] = dict(
            self.connection.execute(select(schema.attribute.c.key, schema.attribute.c.id)).all()
        )
        p = schema.participant.c
        self._participants: dict[str, int] = dict(self.connection.execute(select(p.external_id, p.id)).all())
        # What was there before this import; participants that it brings itself have no earlier rows to compare with.
        self._known = frozenset(self._participants.values())
        self._next_participant = next_id(self.connection, schema.participant)
        self._next_response = next_id(self.connection, schema.response)
        self._parts: dict[tuple[int, int], int] = {}
        self._salt = setting(self.connection, "salt")
        self._forgotten = frozenset(self.connection.scalars(select(schema.forgotten.c.digest)))
        self._attributes_set: dict[int, set[int]] = {}

    def _know_questions(self) -> None:
        for spec in self._specs[len(self._questions) :]:
            self._questions.append(self._question(spec))

    def _question(self, spec: QuestionSpec) -> int:
        q = schema.question.c
        found = self.connection.scalar(select(q.id).where(q.key == spec.key, q.wave == spec.wave))
        if found is not None:
            self.recorder.update(schema.question, {"id": found}, prompt=spec.prompt, kind=spec.kind.value)
            return int(found)
        last = self.connection.scalar(select(func.max(q.position)))
        row = self.recorder.insert(
            schema.question,
            key=spec.key,
            wave=spec.wave,
            prompt=spec.prompt,
            kind=spec.kind.value,
            position=0 if last is None else last + 1,
        )
        return int(row["id"])

    def take(self, rows: Iterable[SurveyRow]) -> Taken:
        """Take all rows in; the caller's transaction makes it all or nothing."""
        chunk: list[SurveyRow] = []
        for row in rows:
            chunk.append(row)
            if len(chunk) >= CHUNK:
                self._take_chunk(chunk)
                chunk.clear()
        self._take_chunk(chunk)
        return self.taken

    def _take_chunk(self, rows: Sequence[SurveyRow]) -> None:
        people: list[tuple[int, str]] = []
        owners: list[int | None] = []
        for row in rows:
            owner = self._participants.get(row.participant)
            if owner is None:
                if self._forgotten and forgotten_digest(self._salt, row.participant) in self._forgotten:
                    self.taken.forgotten += 1
                    owners.append(None)
                    continue
                owner = self._next_participant
                self._next_participant += 1
                self._participants[row.participant] = owner
                people.append((owner, row.participant))
            owners.append(owner)
        self._know_questions()
        self.recorder.bulk(schema.participant, ("id", "external_id"), people)
        self.taken.participants += len(people)
        self.taken.rows += len(rows)
        known = {o for o in owners if o is not None and o in self._known}
        responses = self._existing_responses(known)
        answers = self._existing_answers(known)
        new_responses: list[tuple[object, ...]] = []
        new_answers: list[tuple[object, ...]] = []
        for row, owner in zip(rows, owners, strict=True):
            if owner is None:
                continue
            self._take_attributes(row, owner)
            for index, part, text in row.responses:
                self._take_response(owner, (self._questions[index], part, text), responses, new_responses)
            for index, option, value in row.answers:
                self._take_answer((owner, self._questions[index], option), value, answers, new_answers)
        self.recorder.bulk(
            schema.response,
            ("id", "participant_id", "question_id", "part", "text", "length", "status"),
            new_responses,
        )
        self.recorder.bulk(schema.answer, ("participant_id", "question_id", "option", "value"), new_answers)
        self.taken.responses += len(new_responses)
        self.taken.answers += len(new_answers)

    def _take_response(
        self,
        owner: int,
        given: tuple[int, int | None, str],
        existing: Mapping[tuple[int, int, int], tuple[int, str, str]],
        new: list[tuple[object, ...]],
    ) -> None:
        question, part, text = given
        if part is None:
            part = self._parts[owner, question] = self._parts.get((owner, question), 0) + 1
        status = status_of(text, self._placeholders).value
        old = existing.get((owner, question, part))
        if old is not None and old[1] == text:
            self.taken.unchanged += 1
            if old[2] != status:
                self.recorder.update(schema.response, {"id": old[0]}, status=status)
                self.taken.restated += 1
            self._count(status)
            return
        response_id = self._next_response
        self._next_response += 1
        if old is not None:
            # The new text must be there before the old one can point at it, and the old one out of its place.
            self._supersede(old[0], response_id, (owner, question, part, text, len(text), status))
            self._count(status)
            return
        new.append((response_id, owner, question, part, text, len(text), status))
        self._count(status)

    def _count(self, status: str) -> None:
        self.taken.statuses[status] = self.taken.statuses.get(status, 0) + 1

    def _supersede(self, old_id: int, new_id: int, place: tuple[int, int, int, str, int, str]) -> None:
        owner, question, part, text, length, status = place
        # The pointer is checked at the end of the transaction, when both rows stand.
        self.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        self.recorder.update(schema.response, {"id": old_id}, superseded_by=new_id)
        self.recorder.insert(
            schema.response,
            id=new_id,
            participant_id=owner,
            question_id=question,
            part=part,
            text=text,
            length=length,
            status=status,
        )
        who = next(k for k, v in self._participants.items() if v == owner)
        self.taken.changed.append(who)

    def _existing_responses(self, known: set[int]) -> dict[tuple[int, int, int], tuple[int, str, str]]:
        r = schema.response.c
        found = {}
        for owners in _batches(known):
            for row in self.connection.execute(
                select(r.participant_id, r.question_id, r.part, r.id, r.text, r.status).where(
                    r.participant_id.in_(owners), r.superseded_by.is_(None)
                )
            ):
                found[row[0], row[1], row[2]] = (row[3], row[4], row[5])
        return found

    def _existing_answers(self, known: set[int]) -> dict[tuple[int, int, str], str]:
        a = schema.answer.c
        found = {}
        for owners in _batches(known):
            for row in self.connection.execute(
                select(a.participant_id, a.question_id, a.option, a.value).where(a.participant_id.in_(owners))
            ):
                found[row[0], row[1], row[2]] = row[3]
        return found

    def _take_answer(
        self,
        place: tuple[int, int, str],
        value: str,
        existing: Mapping[tuple[int, int, str], str],
        new: list[tuple[object, ...]],
    ) -> None:
        old = existing.get(place)
        if old is None:
            new.append((*place, value))
        elif old != value:
            key = dict(zip(("participant_id", "question_id", "option"), place, strict=True))
            self.recorder.update(schema.answer, key, value=value)

    def _take_attributes(self, row: SurveyRow, owner: int) -> None:
        known = owner in self._known
        given = self._attributes_set.setdefault(owner, set()) if row.attributes else set()
        new = []
        for key, value in row.attributes.items():
            attribute = self._attributes.get(key)
            if attribute is None:
                attribute = int(self.recorder.insert(schema.attribute, key=key, label=key)["id"])
                self._attributes[key] = attribute
            if not value or attribute in given:
                continue
            given.add(attribute)
            if known:
                set_attribute(self.recorder, owner, attribute, value)
            else:
                new.append((owner, attribute, value))
        self.recorder.bulk(schema.participant_attribute, ("participant_id", "attribute_id", "value"), new)


def set_attribute(recorder: Recorder, participant_id: int, attribute_id: int, value: str) -> bool:
    """Give a participant this value of an attribute; whether that is news."""
    v = schema.participant_attribute
    key = {"participant_id": participant_id, "attribute_id": attribute_id}
    there = select(func.count()).where(v.c.participant_id == participant_id, v.c.attribute_id == attribute_id)
    if recorder.connection.scalar(there):
        return recorder.update(v, key, value=value)
    recorder.insert(v, value=value, **key)
    return True


def add_attribute(recorder: Recorder, key: str) -> int:
    """The attribute of this name, made known where it is not there yet."""
    found = recorder.connection.scalar(select(schema.attribute.c.id).where(schema.attribute.c.key == key))
    return int(found if found is not None else recorder.insert(schema.attribute, key=key, label=key)["id"])


def forgotten_digest(salt: str, external_id: str) -> str:
    """What is kept of a participant who was erased, so that a re-import does not bring them back."""
    return hashlib.sha256(f"{salt}\x00{external_id}".encode()).hexdigest()


def _batches(ids: Iterable[int], size: int = 500) -> Iterable[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
