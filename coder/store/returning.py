"""Participants of a survey file whom the project knows: what the file says of them, beside what is there."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from coder.domain.corpus import QuestionSpec, Response, Status, loosely
from coder.domain.log import Kind
from coder.domain.memo import Place, Subject
from coder.store import schema
from coder.store.corpus import batches_of
from coder.store.events import Recorder
from coder.store.memos import move_memos
from coder.store.stretches import carry_masks, texts_for_output

Where = tuple[str, str, str]
"""A participant, a question or an attribute of theirs, and the wave."""


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
    answers that the file has no place for any more, of participants whom it has. `near`: (participant of the project,
    new participant) whose ids differ in case, white space or leading zeros alone. `revised`: ratings, choices and
    attributes with another value, which replaces the old one; `withdrawn`: ratings, choices and options that are empty
    in the file, and so gone. `strangers`: nobody of this file was in the project, though others were.
    """

    changed: list[ChangedText] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    left_out: list[Where] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    revised: list[Where] = field(default_factory=list)
    withdrawn: list[Where] = field(default_factory=list)
    strangers: bool = False


@dataclass(frozen=True, slots=True)
class _Replaced:
    """A text (id, text) and what has taken its place. `masked`: as far as can be told, no word stands there that was
    masked before."""

    old: tuple[int, str]
    new: Response
    masked: bool


class Returning:
    """Compares what a file says of participants whom the project knows with what is there, and brings it up to date.

    A text that is there already, whatever its part, stays; one that the file does not have any more gives way to one
    that is new, and keeps its coding.
    """

    def __init__(self, recorder: Recorder, known: frozenset[int], new_id: Callable[[], int]) -> None:
        """`known`: the participants who were there before this import; `new_id` gives the ids of responses."""
        self.recorder = recorder
        self.connection = recorder.connection
        self.unchanged = self.restated = self.kept_values = 0
        self._known, self._new_id = known, new_id
        # What the file has not given yet: responses (id, text, status) by question and part, closed answers by question
        # and option.
        self.texts: dict[int, dict[int, dict[int, tuple[int, str, str]]]] = {}
        self._closed: dict[int, dict[int, dict[str, str]]] = {}
        self._came: list[tuple[tuple[int, int], int | None, str, str]] = []
        self._used: dict[tuple[int, int], set[int]] = {}
        self._replaced: list[_Replaced] = []
        self._less: set[tuple[int, int]] = set()  # closed questions with less in their row than before
        self._revised: dict[tuple[int, int], None] = {}
        self._corrected: dict[tuple[int, int], None] = {}
        self._withdrawn: list[tuple[int, int]] = []

    def meet(self, people: Iterable[int]) -> None:
        """Read what is there of those of these participants whom the project knows and who have not come before."""
        r, a = schema.response.c, schema.answer.c
        for some in batches_of((self._known & set(people)) - self.texts.keys()):
            self.texts.update((owner, {}) for owner in some)
            self._closed.update((owner, {}) for owner in some)
            query = select(r.participant_id, r.question_id, r.part, r.id, r.text, r.status).order_by(r.part)
            for row in self.connection.execute(query.where(r.participant_id.in_(some), r.superseded_by.is_(None))):
                place = self.texts[row.participant_id].setdefault(row.question_id, {})
                place[row.part] = (row.id, row.text, row.status)
            closed = select(a.participant_id, a.question_id, a.option, a.value).where(a.participant_id.in_(some))
            for owner, question, option, value in self.connection.execute(closed):
                self._closed[owner].setdefault(question, {})[option] = value

    # --- what a row says -----------------------------------------------------------------------------

    def take_text(self, owner: int, question: int, part: int | None, given: str, status: str) -> None:
        left = self.texts[owner].setdefault(question, {})
        same = next((n for n, old in left.items() if old[1] == given and part in (None, n)), None)
        if same is None:
            self._came.append(((owner, question), part, given, status))
            return
        response_id, _, old_status = left.pop(same)
        self.unchanged += 1
        if old_status != status:
            self.recorder.update(schema.response, {"id": response_id}, {"status": status})
            self.restated += 1

    def take_answer(self, owner: int, question: int, option: str, value: str) -> bool:
        """Bring a closed answer up to date; False where there is none yet."""
        old = self._closed[owner].get(question, {}).pop(option, None)
        if old is not None and old != value:
            key = {"participant_id": owner, "question_id": question, "option": option}
            self.recorder.update(schema.answer, key, {"value": value})
            self._revised[owner, question] = None
        return old is not None

    def take_row(self, owner: int, asked: Iterable[int]) -> None:
        """A row has said all that it says to these closed questions: what is left of them may be taken back."""
        left = self._closed[owner]
        self._less.update((owner, question) for question in asked if left.get(question))

    def take_value(self, owner: int, attribute: int, value: str) -> bool:
        """Bring an attribute up to date, unless the analyst has set it since; False where there is none yet."""
        v, e = schema.participant_attribute.c, schema.event.c
        query = select(v.value, e.kind).join_from(schema.participant_attribute, schema.event, e.seq == v.event)
        row = self.connection.execute(query.where(v.participant_id == owner, v.attribute_id == attribute)).one_or_none()
        if row is None:
            return False
        if row.value == value:
            return True
        if row.kind != Kind.IMPORT_SURVEY:
            self.kept_values += 1
        else:
            key = {"participant_id": owner, "attribute_id": attribute}
            self.recorder.update(schema.participant_attribute, key, {"value": value})
            self._corrected[owner, attribute] = None
        return True

    # --- when all rows have come ---------------------------------------------------------------------

    def finish(self) -> Iterator[tuple[int, int, int, int, str, int, str]]:
        """Put the texts that were not there in the places of those that the file no longer has; the rows of the others,
        which have places of their own. Take back what is empty now."""
        for (owner, question), part, given, status in self._came:
            left = self.texts[owner][question]
            at = min(left, default=None) if part is None else part if part in left else None
            if at is None:
                free = part or self._next_free(owner, question)
                self._used.setdefault((owner, question), set()).add(free)
                yield self._new_id(), owner, question, free, given, len(given), status
                continue
            old_id, old, _ = left.pop(at)
            new_id = self._supersede(old_id, (owner, question, at, given, len(given), status))
            move_memos(self.recorder, Place(Subject.RESPONSE, old_id), Place(Subject.RESPONSE, new_id))
            text = Response(new_id, owner, question, at, given, Status(status))
            masked = carry_masks(self.recorder, text) or text.status is not Status.ANSWERED
            self._replaced.append(_Replaced((old_id, old), text, masked))
        self._withdraw()

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
        new_id = self._new_id() if earlier is None else earlier
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
        for owner, question in sorted(self._less):
            options = self._closed[owner].pop(question)
            here = (a.c.participant_id == owner) & (a.c.question_id == question) & a.c.option.in_(options)
            if options:  # none where another row of theirs has it
                self.recorder.delete(a, here)
                self._withdrawn.append((owner, question))

    # --- what a person should know -------------------------------------------------------------------

    def differences(
        self, people: Mapping[int, str], questions: Mapping[int, QuestionSpec], attributes: Mapping[int, str]
    ) -> Differences:
        """Where the file differs from what was there, by the names of all who are there now, of the file's questions
        and of the attributes."""

        def where(places: Iterable[tuple[int, int]]) -> list[Where]:
            return [(people[owner], questions[q].key, questions[q].wave) for owner, q in places]

        newcomers = [who for owner, who in people.items() if owner not in self._known]
        return Differences(
            changed=self._changed(people, questions),
            absent=[people[owner] for owner in self._absent(list(questions))],
            left_out=where(place for place in self._left_out() if place[1] in questions),
            near=self._near([people[owner] for owner in self._known], newcomers),
            revised=where(self._revised) + [(people[owner], attributes[at], "") for owner, at in self._corrected],
            withdrawn=where(self._withdrawn),
            strangers=not self.texts and bool(newcomers),
        )

    def _changed(self, people: Mapping[int, str], questions: Mapping[int, QuestionSpec]) -> list[ChangedText]:
        old = texts_for_output(self.connection, dict(one.old for one in self._replaced))
        new = texts_for_output(self.connection, {one.new.id: one.new.text for one in self._replaced})
        worked_on = self._worked_on(old)
        changed = []
        for one in self._replaced:
            (old_id, _), text, spec = one.old, one.new, questions[one.new.question_id]
            place = people[text.participant_id], spec.key, spec.wave, text.part
            answered, coded = text.status is Status.ANSWERED, old_id in worked_on
            changed.append(ChangedText(*place, old[old_id], new[text.id], answered, coded, withheld=not one.masked))
        return changed

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
        missing = self._known - self.texts.keys()
        if not missing:
            return []
        brought_by: dict[int, int] = {}
        for c in (schema.response.c, schema.answer.c):
            earlier = c.question_id.in_(question_ids) & (c.event != self.recorder.seq)
            query = select(c.participant_id, func.min(c.event)).where(earlier).group_by(c.participant_id)
            for owner, seq in self.connection.execute(query):
                brought_by[owner] = min(seq, brought_by.get(owner, seq))
        again = {seq for owner, seq in brought_by.items() if owner in self.texts}
        return sorted(owner for owner in missing if brought_by.get(owner) in again)

    def _left_out(self) -> Iterator[tuple[int, int]]:
        for owner, questions in self.texts.items():
            yield from (
                (owner, q) for q, left in questions.items() if any(old[2] != Status.BLANK for old in left.values())
            )
            yield from ((owner, q) for q, options in self._closed[owner].items() if options)

    @staticmethod
    def _near(known: Iterable[str], newcomers: Sequence[str]) -> list[tuple[str, str]]:
        if not newcomers:
            return []
        loose: dict[str, list[str]] = {}
        for who in known:
            loose.setdefault(loosely(who), []).append(who)
        return [(other, who) for who in newcomers for other in loose.get(loosely(who), ())]
