"""The rows of a survey file under a column plan: questions, participants, what each gave."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coder.domain.corpus import QuestionKind, QuestionSpec, SurveyRow, fold_placeholders, normalise_text
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats.survey.detect import Table, first_of
from coder.formats.survey.multi import split_options, ticked
from coder.formats.survey.plan import QUESTION_ROLES, Column, ColumnPlan, Layout, Role
from coder.formats.survey.platforms import Own
from coder.formats.survey.rows import row_tests

_PLAIN = re.compile(r"[\w ?.,:;()-]{1,40}")  # nothing in it means anything to a shell, between quotes
_NUMBER = re.compile(r"^([+-]?\d+(?:[.,]\d+)?)(?: ?/ ?\d+)?$")


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A survey file as it enters a project.

    Of a wide file `questions` is whole at once. Of a long one it grows while `rows()` is read: the questions of
    a row are in it when the row comes. `attributes` are the names that the rows' attributes may have.
    `rows()` streams and can be called again; it raises InputError at the end, with every problem of the file,
    so what it gave must be undone then (one transaction).
    """

    questions: list[QuestionSpec]
    attributes: list[str]
    rows: Callable[[], Iterator[SurveyRow]]


def read_survey(table: Table, plan: ColumnPlan, *, closed_alone: bool = False) -> Survey:
    """The survey that a file holds under a plan. Raises InputError where the plan can't be carried out.

    A participant in several rows of a wide file is an error, unless a wave column tells the rows apart. A file
    without an open question is one, too, unless `closed_alone`.
    Texts keep everything but CR and a leading BOM; closed answers, ids and attributes lose outer white space.
    """
    if len(plan.columns) != len(table.columns):
        raise InputError(f"The plan has {len(plan.columns)} columns, {table.name} has {len(table.columns)}.")
    if next(table.rows(), None) is None:
        raise InputError(f"{table.name} has a header and no rows.", hint="Export the survey with its answers.")
    _check_roles(table, plan, closed_alone=closed_alone)
    return _long(table, plan) if plan.layout is Layout.LONG else _wide(table, plan)


def _check_roles(table: Table, plan: ColumnPlan, *, closed_alone: bool) -> None:
    seen = [f"{one_line(c.header, 60)}: {c.role}" + (f" ({c.why})" if c.why else "") for c in plan.columns]
    if plan.layout is Layout.LONG:
        needed = [role for role in (Role.ID, Role.QUESTION, Role.TEXT) if len(plan.of(role)) != 1]
        if needed:
            raise InputError(
                f"A long file needs exactly one column each for id, question and text; see {', '.join(needed)}.",
                problems=seen,
                hint="Change the roles in the plan.",
            )
        return
    if not plan.of(Role.OPEN) and not (closed_alone and plan.of(*QUESTION_ROLES, Role.ATTRIBUTE)):
        raise InputError(
            f"No open question was found in {table.name}.",
            problems=seen,
            hint="Name one by --open COLUMN (its header, the code it begins with, its letter or its number)"
            + _wordiest(plan),
        )
    single = [role for role in (Role.ID, Role.WAVE) if len(plan.of(role)) > 1]
    if single:
        raise InputError(f"Several columns are {' and '.join(single)}; there can be one.", problems=seen)


def _wordiest(plan: ColumnPlan) -> str:
    """The closed question that holds the longest answers, as an example of how to name one."""
    closed = [(i, c) for i, c in plan.of(Role.CHOICE) if c.examples]
    if not closed:
        return "."
    at, column = max(closed, key=lambda one: max(map(len, one[1].examples)))
    name = f'"{column.header}"' if _PLAIN.fullmatch(column.header) else str(at + 1)
    return f", such as --open {name}."


def _check_pairs(plan: ColumnPlan) -> None:
    """One (key, wave) is one question of one kind; several columns of it are boxes of a text, or options."""
    problems = []
    first: dict[tuple[str, str], Column] = {}
    for _, column in plan.of(*QUESTION_ROLES):
        known = first.setdefault((column.key, column.wave), column)
        if known is column:
            continue
        name = f"{one_line(known.header, 60)} and {one_line(column.header, 60)}"
        if known.role is not column.role:
            problems.append(f"{name} are one question, but {known.role} and {column.role}")
        elif known.role in (Role.RATING, Role.CHOICE):
            problems.append(f"{name} are one {known.role} question in one wave")
    names = [c.key for _, c in plan.of(Role.ATTRIBUTE)]
    problems += [
        f"two attributes are called {one_line(n, 60)}"
        for n in sorted(n for n, times in Counter(names).items() if times > 1)
    ]
    if problems:
        raise InputError(
            "The plan makes one question of columns that don't fit together.",
            problems=problems,
            hint="Give them different keys or waves.",
        )


def _wide(table: Table, plan: ColumnPlan) -> Survey:
    _check_pairs(plan)
    wave_at = next((i for i, _ in plan.of(Role.WAVE)), None)
    tests = row_tests(table)
    out = [tests[kind] for kind in plan.leave_out if kind in tests]
    counted = (cells for _, cells in table.rows() if not any(test(cells) for test in out))
    waves = list(dict.fromkeys(cells[wave_at].strip() for cells in counted)) if wave_at is not None else [""]
    place: dict[tuple[str, str], int] = {}
    questions: list[QuestionSpec] = []
    for wave in waves:
        for _, column in plan.of(*QUESTION_ROLES):
            named = (column.key, _wave(column, wave))
            if named not in place:
                place[named] = len(questions)
                questions.append(
                    QuestionSpec(column.key, column.prompt or column.header, QuestionKind(column.role.value), named[1])
                )
    attributes = [c.key for _, c in plan.of(Role.ATTRIBUTE)]

    def rows() -> Iterator[SurveyRow]:
        return _WideRows(table, plan, place, wave_at).rows()

    return Survey(questions, attributes, rows)


def _wave(column: Column, row_wave: str) -> str:
    return " ".join(w for w in (row_wave, column.wave) if w)


class _WideRows:
    """One reading of a wide file, with the problems it has met."""

    def __init__(self, table: Table, plan: ColumnPlan, place: dict[tuple[str, str], int], wave_at: int | None) -> None:
        self._table, self._place, self._wave_at = table, place, wave_at
        self._id_at = next((i for i, _ in plan.of(Role.ID)), None)
        self._questions = plan.of(*QUESTION_ROLES)
        self._attributes = [(i, c.key) for i, c in plan.of(Role.ATTRIBUTE)]
        self._placeholders = fold_placeholders(plan.placeholders)
        tests = row_tests(table)
        self._left_out = [tests[kind] for kind in plan.leave_out if kind in tests]
        self._part_at = next((i for i, _ in plan.of(Role.PART)), None)
        self._form_at = _form_at(table)
        self._repeated = _repeated(table, self._wave_at, self._form_at, self._part_at)
        self._boxes = Counter((c.key, c.wave) for _, c in self._questions)
        self._given: set[tuple[str, int, str]] = set()  # closed answers, where rows repeat a form
        self._no_instances: list[str] = []
        self._rows_of: dict[tuple[str, str, str, str], list[int]] = {}
        self._nameless: list[str] = []
        self._no_numbers: list[str] = []

    def rows(self) -> Iterator[SurveyRow]:
        for order, (number, cells) in enumerate(self._table.rows(), 1):
            if any(test(cells) for test in self._left_out):
                continue
            wave = cells[self._wave_at].strip() if self._wave_at is not None else ""
            participant = f"P{order:04}" if self._id_at is None else normalise_text(cells[self._id_at]).strip()
            if not participant:
                if any(cells[i].strip() for i, _ in self._questions):
                    self._nameless.append(f"{self._table.name}, row {number}: no participant id")
                continue
            instance = cells[self._part_at].strip() if self._part_at is not None else ""
            form = cells[self._form_at].strip() if self._form_at is not None and instance else ""
            numbers = self._rows_of.setdefault((participant, wave, form, instance), [])
            numbers.append(number)
            if len(numbers) == 1:  # of the others it is said in the end what is wrong
                yield self._row(number, participant, (wave, form, instance), cells)
        self._raise_problems()

    def _row(self, number: int, participant: str, place: tuple[str, str, str], cells: list[str]) -> SurveyRow:
        wave, form, instance = place
        time = _part(instance) or 1
        if instance and not _part(instance):
            self._no_instances.append(f"{self._table.name}, row {number}: the instance {one_line(instance, 20)!r}")
        responses: list[tuple[int, int | None, str]] = []
        answers: list[tuple[int, str, str]] = []
        asked: list[int] = []
        parts: dict[int, int] = {}
        for i, column in self._questions:
            here = self._repeated.get((wave, form if instance else None), ())
            if self._part_at is not None and (i in here) is not bool(instance) and not cells[i].strip():
                continue  # the row is of another form
            question = self._place[column.key, _wave(column, wave)]
            if column.role is Role.OPEN:
                parts[question] = parts.get(question, (time - 1) * self._boxes[column.key, column.wave]) + 1
                responses.append((question, parts[question], normalise_text(cells[i])))
                continue
            asked.append(question)
            text = normalise_text(cells[i]).strip()
            if not text or text.casefold() in self._placeholders:
                continue
            if column.role is Role.CHOICE:
                answers.append((question, "", text))
            elif column.role is Role.RATING:
                if match := _NUMBER.match(text):
                    answers.append((question, "", match[1].replace(",", ".")))
                else:
                    where = f"{self._table.name}, row {number}, {one_line(column.header, 40)}"
                    self._no_numbers.append(f"{where}: {one_line(text, 40)!r} is no number")
            elif column.option:
                if value := ticked(text, column.option):
                    answers.append((question, column.option, value))
            else:
                chosen = split_options(text, column.separator or ", ", column.options)
                answers.extend((question, option, "1") for option in chosen)
        attributes = {key: value for i, key in self._attributes if (value := normalise_text(cells[i]).strip())}
        if self._part_at is not None:
            answers = [a for a in answers if (participant, *a[:2]) not in self._given]
            self._given.update((participant, *a[:2]) for a in answers)
        return SurveyRow(number, participant, attributes, responses, answers, asked)

    def _raise_problems(self) -> None:
        repeated = [
            f"{one_line(participant, 60)}" + (f" ({one_line(wave, 30)})" if wave else "") + f": rows {_listed(rows)}"
            for (participant, wave, *_), rows in self._rows_of.items()
            if len(rows) > 1
        ]
        messages, hints = [], []
        if repeated:
            messages.append(f"participants with several rows: {len(repeated):,}")
        if self._nameless:
            messages.append(f"rows with answers that name no participant: {len(self._nameless):,}")
        if repeated or self._nameless:
            hints.append("Name another column by --id COLUMN, or number the rows by --id - (each row one participant).")
        if repeated:
            hints.append(
                "If a column says when somebody answered (a wave), write the plan by --plan-only and make it so."
            )
        if self._no_numbers:
            messages.append(f"ratings that are no numbers: {len(self._no_numbers):,}")
            hints.append("Declare such a value by --placeholder TEXT, or take the column as --choice COLUMN.")
        if self._no_instances:
            messages.append(f"instances that are no numbers from 1: {len(self._no_instances):,}")
        if messages:
            problems = [
                p for kind in (repeated, self._nameless, self._no_numbers, self._no_instances) for p in first_of(kind)
            ]
            raise InputError(f"{self._table.name}: {'; '.join(messages)}.", problems=problems, hint=" ".join(hints))


def _form_at(table: Table) -> int | None:
    """The column that says which form a row repeats."""
    return next((i for i, c in enumerate(table.columns) if c.own is Own.FORM), None)


def _repeated(
    table: Table, wave_at: int | None, form_at: int | None, part_at: int | None
) -> dict[tuple[str, str | None], set[int]]:
    """By wave and form, and by wave alone, the columns of forms that are filled in several times: those with a value in
    a row that says which time."""
    found: dict[tuple[str, str | None], set[int]] = defaultdict(set)
    for _, cells in table.rows() if part_at is not None else ():
        if part_at is not None and cells[part_at].strip():
            filled = {at for at, cell in enumerate(cells) if cell.strip()}
            wave = cells[wave_at].strip() if wave_at is not None else ""
            form = cells[form_at].strip() if form_at is not None else ""
            for key in ((wave, form), (wave, None)):
                found[key] |= filled
    return dict(found)


def _listed(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")


def _long(table: Table, plan: ColumnPlan) -> Survey:
    reader = _LongRows(table, plan)
    return Survey(reader.questions, [c.key for _, c in plan.of(Role.ATTRIBUTE)], reader.rows)


class _LongRows:
    """The rows of a long file; its questions become known as they come."""

    def __init__(self, table: Table, plan: ColumnPlan) -> None:
        self.questions: list[QuestionSpec] = []
        self._table = table
        self._place: dict[tuple[str, str], int] = {}
        self._attributes = [(i, c.key) for i, c in plan.of(Role.ATTRIBUTE)]
        self._at = tuple(plan.of(role)[0][0] for role in (Role.ID, Role.QUESTION, Role.TEXT))
        self._part_at = next((i for i, _ in plan.of(Role.PART)), None)
        self._wave_at = next((i for i, _ in plan.of(Role.WAVE)), None)
        self._file_wave = plan.columns[self._at[2]].wave

    def rows(self) -> Iterator[SurveyRow]:
        # The one loop that a million rows pass through: what can be looked up beforehand is.
        id_at, question_at, text_at = self._at
        wave_at, part_at, has_attributes = self._wave_at, self._part_at, bool(self._attributes)
        known: dict[str, int] = {}
        part: int | None = None
        facts: dict[str, str] = {}
        problems: list[str] = []
        for number, cells in self._table.rows():
            participant, key, text = cells[id_at].strip(), cells[question_at], cells[text_at]
            index = known.get(key) if wave_at is None else self._index(key, cells[wave_at])
            if index is None and (index := self._index(key, "")) is not None:
                known[key] = index
            if index is None or not participant:
                what = "participant" if index is not None else "question"
                problems.append(f"{self._table.name}, row {number}: no {what}")
                continue
            if part_at is not None and (part := _part(cells[part_at])) == 0:
                where = f"{self._table.name}, row {number}"
                problems.append(f"{where}: part {one_line(cells[part_at], 20)!r} is no number from 1")
                continue
            if has_attributes:
                facts = {name: value for i, name in self._attributes if (value := normalise_text(cells[i]).strip())}
            if "\r" in text or "\ufeff" in text:
                text = normalise_text(text)
            yield SurveyRow(number, participant, facts, ((index, part, text),), ())
        if problems:
            raise InputError(
                f"{self._table.name}: {len(problems):,} rows can't be placed.",
                problems=first_of(problems),
                hint="Every row needs a participant and a question; a part, where there is one, is a number from 1.",
            )

    def _index(self, key: str, wave: str) -> int | None:
        """The place of a question in `questions`, at its end if it is new; None for no question."""
        if not key.strip():
            return None
        named = normalise_text(key), normalise_text(wave).strip() or self._file_wave
        if named not in self._place:
            self._place[named] = len(self.questions)
            self.questions.append(QuestionSpec(named[0], named[0], QuestionKind.OPEN, named[1]))
        return self._place[named]


def _part(cell: str) -> int | None:
    """The number of a part, None where it is left open, 0 where it is none."""
    cell = cell.strip()
    if not cell:
        return None
    return int(cell) if cell.isdecimal() and cell.isascii() and len(cell) <= 6 else 0
