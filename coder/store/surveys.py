"""Taking a survey into the project: questions, people, what they gave, facts about them."""

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice

from sqlalchemy import func, select

from coder.domain.corpus import (
    DEFAULT_PLACEHOLDERS,
    QuestionSpec,
    Status,
    SurveyRow,
    fold_placeholders,
    status_of,
)
from coder.domain.differences import Differences
from coder.errors import InputError
from coder.store import schema
from coder.store.events import Recorder, next_id
from coder.store.project import setting
from coder.store.returning import RESPONSE, Returning, Row, row_of

_CHUNK = 5_000
_LONGEST_RESTATED = 1_000  # characters; no placeholder is longer, white space around it included


@dataclass(slots=True)
class Taken:
    """What an import of a survey did, in numbers. `known`: participants of the file who were there before."""

    rows: int = 0
    known: int = 0
    participants: int = 0
    responses: int = 0
    answers: int = 0
    unchanged: int = 0
    differences: Differences = field(default_factory=Differences)
    forgotten: int = 0
    statuses: Counter[Status] = field(default_factory=Counter)


class SurveyImport:
    """Takes the rows of one survey into the project, within one recorded action.

    A response that is there already stays; one whose text differs is superseded by a new one and keeps its coding.
    """

    def __init__(self, recorder: Recorder, questions: Sequence[QuestionSpec], placeholders: Iterable[str]) -> None:
        """`placeholders`: those that the survey declares, beside those that the project knows."""
        self.recorder = recorder
        self.connection = recorder.connection
        self.taken = Taken()
        joined, restated = _join_placeholders(recorder, placeholders)
        self._placeholders = fold_placeholders(joined)
        self._longest_placeholder = max(map(len, self._placeholders), default=0)
        # The specs may grow while the rows are read: a long file names its questions as it goes.
        self._specs = questions
        self._questions: list[int] = []
        self._reworded: list[tuple[str, str, str, str]] = []
        self._attributes: dict[str, int] = dict(
            self.connection.execute(select(schema.attribute.c.key, schema.attribute.c.id)).all()
        )
        p = schema.participant.c
        self._participants: dict[str, int] = dict(self.connection.execute(select(p.external_id, p.id)).all())
        # What was there before this import; participants that it brings itself have no earlier rows to compare with.
        self._known = frozenset(self._participants.values())
        self._before_participants = next_id(self.connection, schema.participant) - len(self._participants)
        self._response_ids = count(next_id(self.connection, schema.response))
        self._returning = Returning(recorder, self._known, self._response_ids.__next__)
        self._returning.restated += restated
        self._know_questions()
        self._firsts: dict[int, int] = {}
        self._places: set[tuple[int, int, int]] = set()
        self._doubled: list[str] = []
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
        query = select(q.id, q.kind, q.prompt).where(q.key == spec.key, q.wave == spec.wave)
        row = self.connection.execute(query).one_or_none()
        if row is not None:
            if row.kind != spec.kind:
                raise InputError(
                    f"‘{spec.key}’ is of the kind {row.kind} in the project, and {spec.kind} in this file.",
                    hint=f"Say what the column is (--{row.kind} COLUMN), or give it another key (--plan-only).",
                )
            if self.recorder.update(schema.question, {"id": row.id}, {"prompt": spec.prompt}):
                self._reworded.append((spec.key, spec.wave, row.prompt, spec.prompt))
            return int(row.id)
        last = self.connection.scalar(select(func.max(q.position)))
        new = self.recorder.insert(
            schema.question,
            key=spec.key,
            wave=spec.wave,
            prompt=spec.prompt,
            kind=spec.kind.value,
            position=0 if last is None else last + 1,
        )
        self._returning.new_questions.add(new["id"])
        return int(new["id"])

    def take(self, rows: Iterable[SurveyRow], progress: Callable[[int], None] | None = None) -> Taken:
        """Take all rows in; the caller's transaction makes it all or nothing."""
        source = iter(rows)
        with _collector_off():
            while chunk := list(islice(source, _CHUNK)):
                self._take_chunk(chunk)
                if progress is not None:
                    progress(self.taken.rows)
            self._finish()
        every = self.taken.responses + self.taken.unchanged + len(self.taken.differences.changed)
        self.taken.statuses[Status.ANSWERED] = every - self.taken.statuses.total()
        return self.taken

    def _take_chunk(self, rows: Sequence[SurveyRow]) -> None:
        self._know_questions()
        self._returning.meet(o for o in map(self._participants.get, {r.participant for r in rows}) if o is not None)
        people: list[tuple[int, str]] = []
        new_responses: list[Row] = []
        new_answers: list[tuple[object, ...]] = []
        # A million rows pass here: what they need is at hand, and most take the shortest way.
        participants, questions, firsts, ids = self._participants, self._questions, self._firsts, self._response_ids
        longest, answered = self._longest_placeholder, Status.ANSWERED.value
        returning, met = self._returning, self._returning.texts
        for number, who, attributes, given, closed, asked in rows:
            owner = participants.get(who)
            if owner is None:
                if self._is_forgotten(who):
                    continue
                owner = participants[who] = len(participants) + self._before_participants
                people.append((owner, who))
            if attributes:
                self._take_attributes(attributes, owner)
            for index, part, words in given:
                # One that is too long for a placeholder, without white space around it, needs no closer look.
                is_answer = len(words) > longest and not (words[0].isspace() or words[-1].isspace())
                status = answered if is_answer else self._status(words)
                if part is not None and self._stands_twice((owner, questions[index], part), number):
                    continue
                if owner in met:
                    returning.take_text(owner, questions[index], part, words, status)
                    continue
                if part is None:
                    # Nearly every participant answers a question once: a bit says that they have.
                    bits, bit = firsts.get(owner, 0), 1 << index
                    part = self._next_part(owner, index) if bits & bit else 1  # noqa: PLW2901
                    firsts[owner] = bits | bit
                new_responses.append((next(ids), owner, questions[index], part, words, len(words), status))
            for index, option, value in closed:
                question = questions[index]
                if owner not in met or not returning.take_answer(owner, question, option, value):
                    new_answers.append((owner, question, option, value))
            if asked and owner in met:
                returning.take_row(owner, map(questions.__getitem__, asked))
        self._flush(people, new_responses, new_answers)
        self.taken.rows += len(rows)

    def _flush(
        self,
        people: list[tuple[int, str]],
        responses: list[Row],
        answers: list[tuple[object, ...]],
    ) -> None:
        self.recorder.bulk(schema.participant, ("id", "external_id"), people)
        self.recorder.bulk(schema.response, RESPONSE, responses)
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

    def _stands_twice(self, place: tuple[int, int, int], number: int) -> bool:
        """Whether an earlier row of the file named the same part; that is remembered for the refusal."""
        twice = place in self._places
        if twice:
            self._doubled.append(f"row {number}: part {place[2]} of this participant and question came before")
        self._places.add(place)
        return twice

    def _finish(self) -> None:
        if self._doubled:
            raise InputError("Some responses stand twice.", problems=self._doubled, hint="A part is given once.")
        taken, returning = self.taken, self._returning
        self._flush([], [row_of(response) for response in returning.finish(self._questions)], [])
        taken.known, taken.unchanged = len(returning.texts), returning.unchanged
        if self._known:
            people = {owner: who for who, owner in self._participants.items()}
            attributes = {at: key for key, at in self._attributes.items()}
            specs = dict(zip(self._questions, self._specs, strict=True))
            taken.differences = returning.differences(people, specs, attributes)
            taken.differences.reworded += self._reworded

    def _take_attributes(self, attributes: Mapping[str, str], owner: int) -> None:
        given = self._given_attributes.setdefault(owner, set())
        for key, value in attributes.items():
            attribute = self._attributes.get(key)
            if attribute is None:
                attribute = int(self.recorder.insert(schema.attribute, key=key, label=key)["id"])
                self._attributes[key] = attribute
            if not value or attribute in given:
                continue
            given.add(attribute)
            if owner not in self._returning.texts or not self._returning.take_value(owner, attribute, value):
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
        before = recorder.connection.scalar(
            select(v.c.value).where(v.c.participant_id == participant_id, v.c.attribute_id == attribute_id)
        )
        # The value is from this event now: a survey that is imported again does not take it back.
        return before != value and recorder.update(v, key, {"value": value, "event": recorder.seq})
    recorder.insert(v, value=value, **key)
    return True


def _join_placeholders(recorder: Recorder, given: Iterable[str]) -> tuple[list[str], list[int]]:
    """The project's placeholders (what was ever declared one stays one), and the responses that they tell anew."""
    before = setting(recorder.connection, "placeholders").split("\n")
    joined = list(dict.fromkeys(p for p in (*DEFAULT_PLACEHOLDERS, *before, *given) if p.strip()))
    if not recorder.change_setting("placeholders", "\n".join(joined)):
        return joined, []
    r, folded = schema.response.c, fold_placeholders(joined)
    told = recorder.connection.execute(select(r.id, r.text, r.status).where(r.length < _LONGEST_RESTATED))
    changed = {i: now for i, words, was in told if (now := status_of(words, folded).value) != was}
    recorder.update_each(schema.response, [({"id": i}, {"status": now}) for i, now in changed.items()])
    return joined, list(changed)


def add_attribute(recorder: Recorder, key: str) -> int:
    """The attribute of this name, made known where it is not there yet."""
    found = recorder.connection.scalar(select(schema.attribute.c.id).where(schema.attribute.c.key == key))
    return int(found if found is not None else recorder.insert(schema.attribute, key=key, label=key)["id"])


def forgotten_digest(salt: str, external_id: str) -> str:
    """What is kept of a participant who was erased, so that a re-import does not bring them back."""
    return hashlib.sha256(f"{salt}\x00{external_id}".encode()).hexdigest()
