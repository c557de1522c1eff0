"""Participants, questions, responses and answers in the project: reading them, and taking a survey in."""

import gc
import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice

from sqlalchemy import func, select, text
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

CURRENT = schema.response.c.superseded_by.is_(None)
ANSWERED = (schema.response.c.status == Status.ANSWERED.value) & CURRENT
UNANSWERED = text("response.status <> 'answered'")  # in these very words, so that its index serves
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
    questions = [question_id] if question_id is not None else [q.id for q in read_questions(connection)]
    wanted = None if among is None else frozenset(among)
    ids: array[int] = array("q")
    for question in questions:
        here = (r.question_id == question) & CURRENT
        unanswered = frozenset(connection.scalars(select(r.id).where(here, UNANSWERED)))
        found = sorted(connection.scalars(select(r.id).where(here)))
        ids.extend(i for i in found if i not in unanswered and (wanted is None or i in wanted))
    return ids


def count_answered(connection: Connection, question_id: int | None = None) -> int:
    """How many responses are answered, counted in the two indexes: all, less those that are not."""
    every = select(func.count()).select_from(schema.response).where(CURRENT)
    if question_id is not None:
        every = every.where(schema.response.c.question_id == question_id)
    return int(connection.scalar(every) or 0) - int(connection.scalar(every.where(UNANSWERED)) or 0)


def sample_texts(connection: Connection, question_id: int, most: int) -> list[str]:
    """Texts of the question's answered responses, at most so many, at even distances."""
    ids = answered_ids(connection, question_id)
    step = max(1, -(-len(ids) // most))
    r = schema.response.c
    texts: list[str] = []
    for some in _batches(ids[::step]):
        texts += connection.scalars(select(r.text).where(r.id.in_(some)).order_by(r.id))
    return texts


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
    statuses: Counter[Status] = field(default_factory=Counter)


class SurveyImport:
    """Takes the rows of one survey into the project, within one recorded action.

    A response that is there already stays; one whose text differs is superseded by a new one and keeps its coding.
    """

    def __init__(self, recorder: Recorder, questions: Sequence[QuestionSpec], placeholders: Iterable[str]) -> None:
        self.recorder = recorder
        self.connection = recorder.connection
        self.taken = Taken()
        self._placeholders = fold_placeholders(placeholders)
        self._longest_placeholder = max(map(len, self._placeholders), default=0)
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
        self._before_participants = next_id(self.connection, schema.participant) - len(self._participants)
        self._response_ids = count(next_id(self.connection, schema.response))
        self._firsts: dict[int, int] = {}
        self._parts: dict[tuple[int, int], int] = {}
        self._salt = setting(self.connection, "salt")
        self._forgotten = frozenset(self.connection.scalars(select(schema.forgotten.c.digest)))
        self._given_attributes: dict[int, set[int]] = {}
        self._new_values: list[tuple[int, int, str]] = []

    def _know_questions(self) -> None:
        for spec in self._specs[len(self._questions) :]:
            self._questions.append(self._question(spec))

    def _question(self, spec: QuestionSpec) -> int:
        q = schema.question.c
        found = self.connection.scalar(select(q.id).where(q.key == spec.key, q.wave == spec.wave))
        if found is not None:
            self.recorder.update(schema.question, {"id": found}, {"prompt": spec.prompt, "kind": spec.kind.value})
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

    def take(self, rows: Iterable[SurveyRow], progress: Callable[[int], None] | None = None) -> Taken:
        """Take all rows in; the caller's transaction makes it all or nothing."""
        source = iter(rows)
        with _collector_off():
            while chunk := list(islice(source, CHUNK)):
                self._take_chunk(chunk)
                if progress is not None:
                    progress(self.taken.rows)
        every = self.taken.responses + self.taken.unchanged + len(self.taken.changed)
        self.taken.statuses[Status.ANSWERED] = every - self.taken.statuses.total()
        return self.taken

    def _take_chunk(self, rows: Sequence[SurveyRow]) -> None:
        self._know_questions()
        known = {o for o in map(self._participants.get, {r.participant for r in rows}) if o in self._known}
        responses = self._existing_responses(known) if known else {}
        answers = self._existing_answers(known) if known else {}
        people: list[tuple[int, str]] = []
        new_responses: list[tuple[object, ...]] = []
        new_answers: list[tuple[object, ...]] = []
        # A million rows pass here: what they need is at hand, and most take the shortest way.
        participants, questions, firsts, ids = self._participants, self._questions, self._firsts, self._response_ids
        longest, answered = self._longest_placeholder, Status.ANSWERED.value
        for _, who, attributes, given, closed in rows:
            owner = participants.get(who)
            if owner is None:
                if self._is_forgotten(who):
                    continue
                owner = participants[who] = len(participants) + self._before_participants
                people.append((owner, who))
            if attributes:
                self._take_attributes(attributes, owner)
            for index, part, words in given:
                # One that is too long for a placeholder needs no closer look.
                is_answer = len(words) > longest and not words.isspace()
                status = answered if is_answer else self._status(words)
                if part is None:
                    # Nearly every participant answers a question once: a bit says that they have.
                    bits, bit = firsts.get(owner, 0), 1 << index
                    place = (owner, questions[index], self._next_part(owner, index) if bits & bit else 1)
                    firsts[owner] = bits | bit
                else:
                    place = (owner, questions[index], part)
                if place in responses:
                    self._take_known(place, responses[place], words, status)
                else:
                    new_responses.append((next(ids), *place, words, len(words), status))
            for index, option, value in closed:
                self._take_answer((owner, questions[index], option), value, answers, new_answers)
        self._flush(people, new_responses, new_answers)
        self.taken.rows += len(rows)

    def _flush(
        self,
        people: list[tuple[int, str]],
        responses: list[tuple[object, ...]],
        answers: list[tuple[object, ...]],
    ) -> None:
        columns = ("id", "participant_id", "question_id", "part", "text", "length", "status")
        self.recorder.bulk(schema.participant, ("id", "external_id"), people)
        self.recorder.bulk(schema.response, columns, responses)
        self.recorder.bulk(schema.answer, ("participant_id", "question_id", "option", "value"), answers)
        self.recorder.bulk(schema.participant_attribute, ("participant_id", "attribute_id", "value"), self._new_values)
        self._new_values.clear()
        self.taken.participants += len(people)
        self.taken.responses += len(responses)
        self.taken.answers += len(answers)

    def _is_forgotten(self, who: str) -> bool:
        found = bool(self._forgotten) and forgotten_digest(self._salt, who) in self._forgotten
        self.taken.forgotten += found
        return found

    def _status(self, words: str) -> str:
        status = status_of(words, self._placeholders)
        if status is not Status.ANSWERED:
            self.taken.statuses[status] += 1
        return status.value

    def _next_part(self, owner: int, index: int) -> int:
        part = self._parts[owner, index] = self._parts.get((owner, index), 1) + 1
        return part

    def _take_known(self, place: tuple[int, int, int], old: tuple[int, str, str], given: str, status: str) -> None:
        """A response that the project has: it stays, is told apart anew, or gives way to its new text."""
        response_id, old_text, old_status = old
        if old_text != given:
            self._supersede(response_id, (*place, given, len(given), status))
            return
        self.taken.unchanged += 1
        if old_status != status:
            self.recorder.update(schema.response, {"id": response_id}, {"status": status})
            self.taken.restated += 1

    def _supersede(self, old_id: int, new: tuple[int, int, int, str, int, str]) -> None:
        owner, question, part, text, length, status = new
        new_id = next(self._response_ids)
        # The pointer is checked at the end of the transaction, when both rows stand.
        self.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        self.recorder.update(schema.response, {"id": old_id}, {"superseded_by": new_id})
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
            self.recorder.update(schema.answer, key, {"value": value})

    def _take_attributes(self, attributes: Mapping[str, str], owner: int) -> None:
        known = owner in self._known
        given = self._given_attributes.setdefault(owner, set())
        for key, value in attributes.items():
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
                self._new_values.append((owner, attribute, value))


@contextmanager
def _collector_off() -> Iterator[None]:
    """Without the collector of cyclic garbage: rows form no cycles, and its walks take a third of an import's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def set_attribute(recorder: Recorder, participant_id: int, attribute_id: int, value: str) -> bool:
    """Give a participant this value of an attribute; whether that is news."""
    v = schema.participant_attribute
    key = {"participant_id": participant_id, "attribute_id": attribute_id}
    there = select(func.count()).where(v.c.participant_id == participant_id, v.c.attribute_id == attribute_id)
    if recorder.connection.scalar(there):
        return recorder.update(v, key, {"value": value})
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
