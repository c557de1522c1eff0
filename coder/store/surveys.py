"""Taking a survey into the project: new people and responses, texts that changed, facts about participants."""

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice

from sqlalchemy import func, select

from coder.domain.corpus import QuestionSpec, Status, SurveyRow, fold_placeholders, status_of
from coder.store import schema
from coder.store.corpus import batches_of
from coder.store.events import Recorder, next_id
from coder.store.project import setting

_CHUNK = 5_000


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
            while chunk := list(islice(source, _CHUNK)):
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
        for owners in batches_of(known):
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
        for owners in batches_of(known):
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
