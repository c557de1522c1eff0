"""Taking a survey into the project: new people and responses, texts that changed, facts about participants."""

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice

from sqlalchemy import func, select

from coder.domain.corpus import (
    QuestionSpec,
    Response,
    Status,
    SurveyRow,
    fold_placeholders,
    loosely,
    status_of,
)
from coder.domain.log import Kind
from coder.domain.memo import Place, Subject
from coder.errors import InputError
from coder.store import schema
from coder.store.corpus import batches_of
from coder.store.events import Recorder, next_id
from coder.store.memos import move_memos
from coder.store.project import setting
from coder.store.stretches import carry_masks, texts_for_output

_CHUNK = 5_000
_LONGEST_RESTATED = 1_000  # characters; no placeholder is longer, white space around it included


@dataclass(frozen=True, slots=True)
class ChangedText:
    """A response that has another text than before, each text as an output may show it.

    `coded`: somebody has coded, highlighted or reviewed the old one. `withheld`: words that were masked in the old text
    are not in the new one, which may spell them otherwise; it is not to be shown before a person has looked.
    """

    participant: str
    question: str
    wave: str
    part: int
    old: str
    new: str
    answered: bool
    coded: bool
    withheld: bool


@dataclass(slots=True)
class Differences:
    """Where a file differs from what an earlier one brought; of its own questions alone.

    `absent`: participants of an earlier import who are not in the file, though others of that import are. `left_out`:
    (participant, question, wave) of answers that the file has no place for any more, of participants whom it has.
    `near`: (participant of the project, new participant) whose ids differ in case, white space or leading zeros alone.
    `revised`: (participant, question or attribute, wave) of ratings, choices and attributes with another value, which
    replaces the old one; `withdrawn`: of ratings, choices and options that are empty in the file, and so gone.
    `strangers`: nobody of this file was in the project, though others were.
    """

    changed: list[ChangedText] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str, str]] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    revised: list[tuple[str, str, str]] = field(default_factory=list)
    withdrawn: list[tuple[str, str, str]] = field(default_factory=list)
    strangers: bool = False


@dataclass(slots=True)
class Taken:
    """What an import of a survey did, for the person who asked for it."""

    rows: int = 0
    participants: int = 0
    responses: int = 0
    answers: int = 0
    unchanged: int = 0
    differences: Differences = field(default_factory=Differences)
    restated: int = 0
    kept_values: int = 0
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
        self._places: set[tuple[int, int, int]] = set()
        self._doubled: list[str] = []
        # Of participants that the project knows and the file has: what it has not given yet, of their responses by
        # question and part, of their closed answers by question and option.
        self._texts_left: dict[int, dict[int, dict[int, tuple[int, str, str]]]] = {}
        self._closed_left: dict[int, dict[int, dict[str, str]]] = {}
        self._said_empty: set[tuple[int, int]] = set()  # closed questions with less in their row than before
        self._changed: list[tuple[tuple[int, int], int | None, str, str]] = []
        self._used: dict[tuple[int, int], set[int]] = {}
        self._parts: dict[tuple[int, int], int] = {}
        self._salt = setting(self.connection, "salt")
        self._forgotten = frozenset(self.connection.scalars(select(schema.forgotten.c.digest)))
        self._given_attributes: dict[int, set[int]] = {}
        self._new_values: list[tuple[int, int, str]] = []
        self._revised: dict[tuple[int, int], None] = {}
        self._withdrawn: list[tuple[int, int]] = []
        self._corrected: dict[tuple[int, int], None] = {}

    def _know_questions(self) -> None:
        for spec in self._specs[len(self._questions) :]:
            self._questions.append(self._question(spec))

    def _question(self, spec: QuestionSpec) -> int:
        q = schema.question.c
        row = self.connection.execute(select(q.id, q.kind).where(q.key == spec.key, q.wave == spec.wave)).one_or_none()
        if row is not None:
            if row.kind != spec.kind:
                raise InputError(
                    f"‘{spec.key}’ is of the kind {row.kind} in the project, and {spec.kind} in this file.",
                    hint=f"Say what the column is (--{row.kind} COLUMN), or give it another key (--plan-only).",
                )
            self.recorder.update(schema.question, {"id": row.id}, {"prompt": spec.prompt})
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
        known = {o for o in map(self._participants.get, {r.participant for r in rows}) if o in self._known}
        self._read_before(known - self._texts_left.keys())
        people: list[tuple[int, str]] = []
        new_responses: list[tuple[object, ...]] = []
        new_answers: list[tuple[object, ...]] = []
        # A million rows pass here: what they need is at hand, and most take the shortest way.
        participants, questions, firsts, ids = self._participants, self._questions, self._firsts, self._response_ids
        longest, answered = self._longest_placeholder, Status.ANSWERED.value
        met = self._texts_left
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
                    self._compare((owner, questions[index]), part, words, status)
                    continue
                if part is None:
                    # Nearly every participant answers a question once: a bit says that they have.
                    bits, bit = firsts.get(owner, 0), 1 << index
                    part = self._next_part(owner, index) if bits & bit else 1  # noqa: PLW2901
                    firsts[owner] = bits | bit
                new_responses.append((next(ids), owner, questions[index], part, words, len(words), status))
            for index, option, value in closed:
                self._take_answer((owner, questions[index], option), value, new_answers)
            if asked and owner in met:
                unsaid = self._closed_left[owner]
                self._said_empty.update((owner, q) for q in map(questions.__getitem__, asked) if unsaid.get(q))
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

    def _stands_twice(self, place: tuple[int, int, int], number: int) -> bool:
        """Whether an earlier row of the file named the same part; that is remembered for the refusal."""
        twice = place in self._places
        if twice:
            self._doubled.append(f"row {number}: part {place[2]} of this participant and question came before")
        self._places.add(place)
        return twice

    # A participant whom the project knows: their responses are compared with those that are there. A text that is
    # there already, whatever its part, stays; only a part that the file leaves without its text has changed.

    def _read_before(self, owners: Iterable[int]) -> None:
        r, a = schema.response.c, schema.answer.c
        for some in batches_of(owners):
            self._texts_left.update((owner, {}) for owner in some)
            self._closed_left.update((owner, {}) for owner in some)
            query = select(r.participant_id, r.question_id, r.part, r.id, r.text, r.status)
            for row in self.connection.execute(query.where(r.participant_id.in_(some), r.superseded_by.is_(None))):
                place = self._texts_left[row.participant_id].setdefault(row.question_id, {})
                place[row.part] = (row.id, row.text, row.status)
            closed = select(a.participant_id, a.question_id, a.option, a.value).where(a.participant_id.in_(some))
            for owner, question, option, value in self.connection.execute(closed):
                self._closed_left[owner].setdefault(question, {})[option] = value

    def _compare(self, place: tuple[int, int], part: int | None, given: str, status: str) -> None:
        left = self._texts_left[place[0]].setdefault(place[1], {})
        same = next((n for n, old in left.items() if old[1] == given and part in (None, n)), None)
        if same is None:
            self._changed.append((place, part, given, status))
            return
        response_id, _, old_status = left.pop(same)
        self.taken.unchanged += 1
        if old_status != status:
            self.recorder.update(schema.response, {"id": response_id}, {"status": status})
            self.taken.restated += 1

    def _finish(self) -> None:
        """Put the texts that were not there in the places of those that the file no longer has, or in new ones."""
        if self._doubled:
            raise InputError("Some responses stand twice.", problems=self._doubled, hint="A part is given once.")
        new = []
        replaced: list[_Replaced] = []
        for (owner, question), part, given, status in self._changed:
            left = self._texts_left[owner][question]
            at = min(left, default=None) if part is None else part if part in left else None
            if at is None:
                new.append((owner, question, part or self._next_free(owner, question), given, len(given), status))
                self._used.setdefault((owner, question), set()).add(new[-1][2])
                continue
            old_id, old, _ = left.pop(at)
            new_id = self._supersede(old_id, (owner, question, at, given, len(given), status))
            move_memos(self.recorder, Place(Subject.RESPONSE, old_id), Place(Subject.RESPONSE, new_id))
            text = Response(new_id, owner, question, at, given, Status(status))
            masked = carry_masks(self.recorder, text) or text.status is not Status.ANSWERED
            replaced.append(_Replaced((old_id, old), text, masked))
        rows: list[tuple[object, ...]] = [(next(self._response_ids), *row) for row in new]
        self._flush([], rows, [])
        self._withdraw()
        if self._known:
            self._tell_apart(replaced)

    def _tell_apart(self, replaced: Sequence["_Replaced"]) -> None:
        """Say where the file differs from what was there."""
        names = {owner: who for who, owner in self._participants.items()}
        specs = dict(zip(self._questions, self._specs, strict=True))
        found = self.taken.differences
        old = texts_for_output(self.connection, dict(one.old for one in replaced))
        new = texts_for_output(self.connection, {one.new.id: one.new.text for one in replaced})
        worked_on = self._worked_on(old)
        for one in replaced:
            (old_id, _), text, spec = one.old, one.new, specs[one.new.question_id]
            place = names[text.participant_id], spec.key, spec.wave, text.part
            answered, coded = text.status is Status.ANSWERED, old_id in worked_on
            found.changed.append(
                ChangedText(*place, old[old_id], new[text.id], answered, coded, withheld=not one.masked)
            )
        for owner, questions in self._texts_left.items():
            left = [q for q, texts in questions.items() if any(text[2] != Status.BLANK for text in texts.values())]
            left += [q for q, options in self._closed_left[owner].items() if options]
            found.left_out += [(names[owner], specs[q].key, specs[q].wave) for q in left if q in specs]
        found.absent += [names[owner] for owner in self._absent(list(specs))]
        found.revised += [(names[owner], specs[q].key, specs[q].wave) for owner, q in self._revised]
        attributes = {of: key for key, of in self._attributes.items()}
        found.revised += [(names[owner], attributes[of], "") for owner, of in self._corrected]
        found.withdrawn += [(names[owner], specs[q].key, specs[q].wave) for owner, q in self._withdrawn]
        found.strangers = not self._texts_left and self.taken.participants > 0
        fresh = [who for who, owner in self._participants.items() if owner not in self._known]
        if fresh:
            known: dict[str, list[str]] = {}
            for owner in self._known:
                known.setdefault(loosely(names[owner]), []).append(names[owner])
            found.near += [(other, who) for who in fresh for other in known.get(loosely(who), ())]

    def _worked_on(self, response_ids: Iterable[int]) -> frozenset[int]:
        """Those of these responses that somebody has coded, highlighted or reviewed."""
        tables = (schema.coding, schema.highlight, schema.review)
        return frozenset(
            i
            for some in batches_of(response_ids)
            for table in tables
            for i in self.connection.scalars(select(table.c.response_id).where(table.c.response_id.in_(some)))
        )

    def _absent(self, question_ids: Sequence[int]) -> list[int]:
        """Participants whom the file does not have, of earlier imports of these questions that it has others of.

        So nobody is missed in a file of other people, such as those of a second site.
        """
        missing = self._known - self._texts_left.keys()
        if not missing:
            return []
        brought_by: dict[int, int] = {}
        for c in (schema.response.c, schema.answer.c):
            earlier = c.question_id.in_(question_ids) & (c.event != self.recorder.seq)
            query = select(c.participant_id, func.min(c.event)).where(earlier).group_by(c.participant_id)
            for owner, seq in self.connection.execute(query):
                brought_by[owner] = min(seq, brought_by.get(owner, seq))
        again = {seq for owner, seq in brought_by.items() if owner in self._texts_left}
        return sorted(owner for owner in missing if brought_by.get(owner) in again)

    def _next_free(self, owner: int, question: int) -> int:
        r = schema.response.c
        last = select(func.max(r.part)).where(
            r.participant_id == owner, r.question_id == question, r.superseded_by.is_(None)
        )
        return 1 + max(int(self.connection.scalar(last) or 0), *self._used.get((owner, question), ()), 0)

    def _supersede(self, old_id: int, new: tuple[int, int, int, str, int, str]) -> int:
        """The new text takes the old one's place; if it stood there before, it comes back with its coding.

        Returns the id of its response.
        """
        owner, question, part, text, length, status = new
        r = schema.response.c
        # The pointer is checked at the end of the transaction, when both rows stand.
        self.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        earlier = self.connection.scalar(
            select(func.max(r.id + 0)).where(  # else SQLite walks all ids from the last one
                r.participant_id == owner,
                r.question_id + 0 == question,  # by the participant: the index of replaced texts is of all people
                r.part == part,
                r.text == text,
                r.superseded_by.is_not(None),
            )
        )
        new_id = next(self._response_ids) if earlier is None else earlier
        self.recorder.update(schema.response, {"id": old_id}, {"superseded_by": new_id})
        if earlier is not None:
            self.recorder.update(schema.response, {"id": earlier}, {"superseded_by": None, "status": status})
            return int(earlier)
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
        return new_id

    def _withdraw(self) -> None:
        """Take back what is empty now in its row: an option unticked, a rating deleted."""
        a = schema.answer
        for owner, question in sorted(self._said_empty):
            options = self._closed_left[owner].pop(question)
            here = (a.c.participant_id == owner) & (a.c.question_id == question) & a.c.option.in_(options)
            if options:  # none where another row of theirs has it
                self.recorder.delete(a, here)
                self._withdrawn.append((owner, question))

    def _take_answer(self, place: tuple[int, int, str], value: str, new: list[tuple[object, ...]]) -> None:
        owner, question, option = place
        old = self._closed_left.get(owner, {}).get(question, {}).pop(option, None)
        if old is None:
            new.append((*place, value))
        elif old != value:
            key = {"participant_id": owner, "question_id": question, "option": option}
            self.recorder.update(schema.answer, key, {"value": value})
            self._revised[owner, question] = None

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
                self._correct(owner, attribute, value)
            else:
                self._new_values.append((owner, attribute, value))

    def _correct(self, owner: int, attribute: int, value: str) -> None:
        """Another value than before; one that the analyst has set since stays as it is."""
        v, e = schema.participant_attribute.c, schema.event.c
        query = select(v.value, e.kind).join_from(schema.participant_attribute, schema.event, e.seq == v.event)
        row = self.connection.execute(query.where(v.participant_id == owner, v.attribute_id == attribute)).one_or_none()
        if row is not None and row.kind != Kind.IMPORT_SURVEY and row.value != value:
            self.taken.kept_values += 1
        elif row is None:
            self._new_values.append((owner, attribute, value))
        else:
            if row.value != value:
                self._corrected[owner, attribute] = None
            key = {"participant_id": owner, "attribute_id": attribute}
            self.recorder.update(schema.participant_attribute, key, {"value": value})


@dataclass(frozen=True, slots=True)
class _Replaced:
    """A text (id, text) and what has taken its place. `masked`: as far as can be told, no word stands there that was
    masked before."""

    old: tuple[int, str]
    new: Response
    masked: bool


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


def restate(recorder: Recorder, placeholders: Iterable[str]) -> int:
    """Tell all stored texts apart anew after a placeholder was declared; returns how many changed."""
    r, folded = schema.response.c, fold_placeholders(placeholders)
    changed = 0
    for row in recorder.connection.execute(select(r.id, r.text, r.status).where(r.length < _LONGEST_RESTATED)).all():
        status = status_of(row.text, folded).value
        changed += status != row.status and recorder.update(schema.response, {"id": row.id}, {"status": status})
    return changed


def add_attribute(recorder: Recorder, key: str) -> int:
    """The attribute of this name, made known where it is not there yet."""
    found = recorder.connection.scalar(select(schema.attribute.c.id).where(schema.attribute.c.key == key))
    return int(found if found is not None else recorder.insert(schema.attribute, key=key, label=key)["id"])


def forgotten_digest(salt: str, external_id: str) -> str:
    """What is kept of a participant who was erased, so that a re-import does not bring them back."""
    return hashlib.sha256(f"{salt}\x00{external_id}".encode()).hexdigest()
