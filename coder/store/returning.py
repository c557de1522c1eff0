"""Participants of a survey file whom the project knows: what the file says of them, beside what is there."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table, func, select

from coder.domain.corpus import QuestionSpec, Response, Status, loosely
from coder.domain.differences import ChangedText, Differences, Repeated, Restated, Where
from coder.domain.log import Kind
from coder.domain.memo import Place, Subject
from coder.store import schema
from coder.store.corpus import CURRENT, batches_of, read_given, read_questions
from coder.store.events import Recorder
from coder.store.memos import count_memos, move_memos
from coder.store.stretches import carry_masks, texts_for_output

RESPONSE = ("id", "participant_id", "question_id", "part", "text", "length", "status")
Row = tuple[int, int, int, int, str, int, str]
"""A response by these columns."""
_Standing = tuple[int, int, int, str]
"""A text where it stands: participant, question, part, text."""


@dataclass(frozen=True, slots=True)
class _Replaced:
    """A text and what has taken its place. `masked`: as far as can be told, no word stands there that was masked
    before."""

    old: Response
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
        self.unchanged = 0
        self.new_questions: set[int] = set()
        self.restated: list[int] = []  # responses that a placeholder was declared for, or was none
        self._known, self._new_id = known, new_id
        # What the file has not given yet: responses by question and part, closed answers by question and option,
        # attributes with the kind of event that set them.
        self.texts: dict[int, dict[int, dict[int, Response]]] = {}
        self._closed: dict[int, dict[int, dict[str, str]]] = {}
        self._values: dict[int, dict[int, tuple[str, str]]] = {}
        self._last: dict[tuple[int, int], int] = {}  # the last part in each place
        self._came: list[tuple[tuple[int, int], int | None, str, str]] = []
        self._replaced: list[_Replaced] = []
        self._less: set[tuple[int, int]] = set()  # closed questions with less in their row than before
        self._updates: dict[Table, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = defaultdict(list)
        self._revised: dict[tuple[int, int], None] = {}
        self._corrected: list[tuple[int, int]] = []
        self._kept: list[tuple[int, int]] = []
        self._withdrawn: list[tuple[int, int]] = []
        self._absent: list[int] = []
        self._answered_anew: Counter[int] = Counter()
        self._said_before: Counter[tuple[int, int]] = Counter()  # a new question, and a known one with the same answer

    def meet(self, people: Iterable[int]) -> None:
        """Read what is there of those of these participants whom the project knows and who have not come before."""
        a, v, e = (t.c for t in (schema.answer, schema.participant_attribute, schema.event))
        closed = select(a.participant_id, a.question_id, a.option, a.value)
        values = select(v.participant_id, v.attribute_id, v.value, e.kind).join_from(
            schema.participant_attribute, schema.event, e.seq == v.event
        )
        for some in batches_of((self._known & set(people)) - self.texts.keys()):
            for found in (self.texts, self._closed, self._values):
                found.update((owner, {}) for owner in some)
            for there in read_given(self.connection, some):
                self.texts[there.participant_id].setdefault(there.question_id, {})[there.part] = there
                self._last[there.participant_id, there.question_id] = there.part
            for owner, question, option, value in self.connection.execute(closed.where(a.participant_id.in_(some))):
                self._closed[owner].setdefault(question, {})[option] = value
            for owner, attribute, value, kind in self.connection.execute(values.where(v.participant_id.in_(some))):
                self._values[owner][attribute] = value, kind

    # --- what a row says -----------------------------------------------------------------------------

    def take_text(self, owner: int, question: int, part: int | None, given: str, status: str) -> None:
        """A text of theirs, in this part or (None) in any."""
        left = self.texts[owner].setdefault(question, {})
        same = next((n for n, old in left.items() if old.text == given and part in (None, n)), None)
        if same is None:
            self._came.append(((owner, question), part, given, status))
            if question in self.new_questions and status == Status.ANSWERED:
                self._look_elsewhere(owner, question, given)
            return
        old = left.pop(same)
        self.unchanged += 1
        if old.status != status:
            self._updates[schema.response].append(({"id": old.id}, {"status": status}))
            self.restated.append(old.id)

    def _look_elsewhere(self, owner: int, question: int, given: str) -> None:
        self._answered_anew[question] += 1
        for other, texts in self.texts[owner].items():
            self._said_before[question, other] += any(text.text == given for text in texts.values())

    def take_answer(self, owner: int, question: int, option: str, value: str) -> bool:
        """A closed answer of theirs; False where there is none yet."""
        old = self._closed[owner].get(question, {}).pop(option, None)
        if old is not None and old != value:
            key = {"participant_id": owner, "question_id": question, "option": option}
            self._updates[schema.answer].append((key, {"value": value}))
            self._revised[owner, question] = None
        return old is not None

    def take_row(self, owner: int, asked: Iterable[int]) -> None:
        """A row has said all that it says to these closed questions: what is left of them may be taken back."""
        left = self._closed[owner]
        self._less.update((owner, question) for question in asked if left.get(question))

    def take_value(self, owner: int, attribute: int, value: str) -> bool:
        """An attribute of theirs; one that an analyst has corrected stays. False where there is none yet."""
        old, kind = self._values[owner].pop(attribute, (None, ""))
        if old is not None and old != value and kind == Kind.IMPORT_ATTRIBUTES:
            self._kept.append((owner, attribute))
        elif old is not None and old != value:
            key = {"participant_id": owner, "attribute_id": attribute}
            self._updates[schema.participant_attribute].append((key, {"value": value}))
            self._corrected.append((owner, attribute))
        return old is not None

    # --- when all rows have come ---------------------------------------------------------------------

    def finish(self, question_ids: Collection[int]) -> list[Response]:
        """Bring everything up to date; the file is of these questions.

        Returns the texts for which no other one has made room, in places of their own: they are still to be put there.
        """
        beside: list[Response] = []
        pairs: list[tuple[Response, Response]] = []
        for place, part, given, status in self._came:
            left = self.texts[place[0]][place[1]]
            at = min(left, default=None) if part is None else part if part in left else None
            if at is None:
                last = self._last.get(place, 0)
                at = part or last + 1
                self._last[place] = max(last, at)
                beside.append(Response(self._new_id(), *place, at, given, Status(status)))
            else:
                pairs.append((left.pop(at), Response(0, *place, at, given, Status(status))))
        for table, rows in self._updates.items():
            self.recorder.update_each(table, rows)
        if pairs:
            self._replace(pairs)
        self._withdraw()
        self._absent = self._find_absent(question_ids)
        self._mark_absent(question_ids)
        return beside

    def _replace(self, pairs: Sequence[tuple[Response, Response]]) -> None:
        """Let each first text give way to the second; one that stood in its place before comes back with its coding."""
        again = self._stood_before({_standing(new) for _, new in pairs})
        pairs = [(old, replace(new, id=again.get(_standing(new)) or self._new_id())) for old, new in pairs]
        back = frozenset(again.values())
        # The pointers are checked at the end of the transaction, when all rows stand.
        self.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        gone = [({"id": old.id}, {"superseded_by": new.id}) for old, new in pairs]
        here = [
            ({"id": new.id}, {"superseded_by": None, "status": new.status.value}) for _, new in pairs if new.id in back
        ]
        self.recorder.update_each(schema.response, gone)
        self.recorder.update_each(schema.response, here)
        self.recorder.bulk(schema.response, RESPONSE, [row_of(new) for _, new in pairs if new.id not in back])
        self._move_memos({old.id: new.id for old, new in pairs})
        masked = self._with_masks(new.participant_id for _, new in pairs)
        for old, new in pairs:
            sure = new.participant_id not in masked or carry_masks(self.recorder, new)
            self._replaced.append(_Replaced(old, new, sure or new.status is not Status.ANSWERED))

    def _stood_before(self, wanted: Collection[_Standing]) -> dict[_Standing, int]:
        """Those of these texts that stood in their very places before and gave way, with their newest responses."""
        r = schema.response.c
        query = select(r.participant_id, r.question_id, r.part, r.text, r.id).order_by(r.id + 0)  # not along all ids
        found: dict[_Standing, int] = {}
        for some in batches_of({place[0] for place in wanted}):
            for *place, i in self.connection.execute(query.where(r.participant_id.in_(some), ~CURRENT)):
                if (standing := tuple(place)) in wanted:
                    found[standing] = i
        return found

    def _move_memos(self, now: Mapping[int, int]) -> None:
        """What was noted on a response is of the one that stands there now."""
        for place in count_memos(self.connection, [Place(Subject.RESPONSE, old) for old in now]):
            move_memos(self.recorder, place, Place(Subject.RESPONSE, now[place.id]))

    def _with_masks(self, people: Iterable[int]) -> frozenset[int]:
        """Those of these participants who have a text in which something is masked."""
        r, m = schema.response.c, schema.mask.c
        masked = select(r.participant_id).join_from(schema.mask, schema.response, m.response_id == r.id)
        found: set[int] = set()
        for some in batches_of(set(people)):
            found.update(self.connection.scalars(masked.where(r.participant_id.in_(some))))
        return frozenset(found)

    def _withdraw(self) -> None:
        """Take back what is empty now in its row: an option unticked, a rating deleted."""
        a = schema.answer
        for owner, question in sorted(self._less):
            options = self._closed[owner].pop(question)
            here = (a.c.participant_id == owner) & (a.c.question_id == question) & a.c.option.in_(options)
            if options:  # none where another row of theirs has it
                self.recorder.delete(a, here)
                self._withdrawn.append((owner, question))

    def _mark_absent(self, question_ids: Collection[int]) -> None:
        """Mark the texts that the file should have and has no more, and take the mark off those that it has again."""
        r, mark = schema.response.c, schema.absence.c
        gone = {text.id for text in self._left_texts(question_ids)}
        here = select(r.id).where(CURRENT, r.question_id.in_(question_ids), r.status != Status.BLANK.value)
        for some in batches_of(self._absent):
            gone.update(self.connection.scalars(here.where(r.participant_id.in_(some))))
        marked = select(mark.response_id, r.participant_id).join_from(schema.absence, schema.response)
        before = dict(self.connection.execute(marked.where(r.question_id.in_(question_ids))).all())
        back = {i for i, owner in before.items() if owner in self.texts} - gone
        for some in batches_of(back):
            self.recorder.delete(schema.absence, mark.response_id.in_(some))
        self.recorder.bulk(schema.absence, ("response_id",), [(i,) for i in sorted(gone - before.keys())])

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
            restated=self._restated(),
            absent=[people[owner] for owner in self._absent],
            left_out=where(self._left_out(questions.keys())),
            near=self._near([people[owner] for owner in self._known], newcomers),
            revised=where(self._revised) + [(people[owner], attributes[at], "") for owner, at in self._corrected],
            kept=[(people[owner], attributes[at], "") for owner, at in self._kept],
            withdrawn=where(self._withdrawn),
            repeated=list(self._repeated(questions)),
            strangers=not self.texts and bool(newcomers),
        )

    def _changed(self, people: Mapping[int, str], questions: Mapping[int, QuestionSpec]) -> list[ChangedText]:
        texts = {text.id: text.text for one in self._replaced for text in (one.old, one.new)}
        shown = texts_for_output(self.connection, texts)
        worked_on = self._worked_on(one.old.id for one in self._replaced)
        changed = []
        for one in self._replaced:
            old, new, spec = one.old, one.new, questions[one.new.question_id]
            place = people[new.participant_id], spec.key, spec.wave, new.part
            answered, coded = new.status is Status.ANSWERED, old.id in worked_on
            changed.append(ChangedText(*place, shown[old.id], shown[new.id], answered, coded, withheld=not one.masked))
        return changed

    def _restated(self) -> list[Restated]:
        r, p, q = schema.response.c, schema.participant.c, schema.question.c
        query = (
            select(r.id, p.external_id, q.key, q.wave, r.status)
            .select_from(schema.response.join(schema.participant).join(schema.question))
            .order_by(r.id)
        )
        worked_on = self._worked_on(self.restated)
        return [
            Restated(who, question, wave, status == Status.ANSWERED, i in worked_on)
            for some in batches_of(set(self.restated))
            for i, who, question, wave, status in self.connection.execute(query.where(r.id.in_(some), CURRENT))
        ]

    def _worked_on(self, response_ids: Iterable[int]) -> frozenset[int]:
        """Those of these responses that somebody has coded, highlighted or reviewed."""
        tables = (schema.coding, schema.highlight, schema.review)
        return frozenset(
            i
            for some in batches_of(response_ids)
            for table in tables
            for i in self.connection.scalars(select(table.c.response_id).where(table.c.response_id.in_(some)))
        )

    def _find_absent(self, question_ids: Collection[int]) -> list[int]:
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

    def _left_texts(self, question_ids: Collection[int]) -> Iterator[Response]:
        """What the file has no more of the texts of those whom it has."""
        for there in self.texts.values():
            for question, texts in there.items():
                if question in question_ids:
                    yield from (text for text in texts.values() if text.status is not Status.BLANK)

    def _left_out(self, question_ids: Collection[int]) -> Iterator[tuple[int, int]]:
        yield from dict.fromkeys((text.participant_id, text.question_id) for text in self._left_texts(question_ids))
        for owner, closed in self._closed.items():
            yield from ((owner, question) for question, left in closed.items() if left and question in question_ids)

    def _repeated(self, questions: Mapping[int, QuestionSpec]) -> Iterator[Repeated]:
        """The new questions most of whose answers stand under another one, too; a single answer says little."""
        known = {q.id: q for q in read_questions(self.connection)}
        for (question, other), same in self._said_before.most_common():
            answers, new, old = self._answered_anew[question], questions[question], known[other]
            if same > 1 and 2 * same > answers:
                yield Repeated(new.key, new.wave, old.key, old.wave, same, answers)

    @staticmethod
    def _near(known: Iterable[str], newcomers: Sequence[str]) -> list[tuple[str, str]]:
        if not newcomers:
            return []
        loose: dict[str, list[str]] = {}
        for who in known:
            loose.setdefault(loosely(who), []).append(who)
        return [(other, who) for who in newcomers for other in loose.get(loosely(who), ())]


def row_of(response: Response) -> Row:
    """A response by the columns of `RESPONSE`."""
    return response.id, *_standing(response), len(response.text), response.status.value


def _standing(response: Response) -> _Standing:
    return response.participant_id, response.question_id, response.part, response.text
