"""The column plan: what each column of a survey file is. It is guessed, shown, changed by people, and kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from textwrap import wrap
from typing import Any

from coder.domain.corpus import DEFAULT_PLACEHOLDERS
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats.survey.detect import Table, first_of
from coder.formats.survey.rows import RowKind
from coder.formats.survey.workbook import column_number
from coder.formats.yaml_tree import Node, read_tree


class Layout(StrEnum):
    """One row per participant, or one row per response."""

    WIDE = "wide"
    LONG = "long"


class Role(StrEnum):
    """What a column is. `question` and `text` occur in long files alone, the kinds of question in wide ones."""

    ID = "id"
    OPEN = "open"
    RATING = "rating"
    CHOICE = "choice"
    MULTI = "multi"
    ATTRIBUTE = "attribute"
    IGNORE = "ignore"
    WAVE = "wave"
    QUESTION = "question"
    TEXT = "text"
    PART = "part"


QUESTION_ROLES = (Role.OPEN, Role.RATING, Role.CHOICE, Role.MULTI)
_OF_ANSWERS = (Role.QUESTION, Role.TEXT, Role.PART, Role.WAVE)
LONG_ROLES = (Role.ID, Role.QUESTION, Role.TEXT, Role.PART, Role.WAVE, Role.ATTRIBUTE, Role.IGNORE)
WIDE_ROLES = (Role.ID, *QUESTION_ROLES, Role.ATTRIBUTE, Role.WAVE, Role.PART, Role.IGNORE)
NUMBERED = "No column names the participants: they are numbered P0001, P0002, ... by row (--id COLUMN)."
"""The note of a plan without ids."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` names its question or attribute; columns with one key and wave belong together: several
    text boxes of an open question (they become its parts), or the options of a multi question.

    A multi question is either split (`option` is what this column ticks) or joined (cells are split at
    `separator`, except inside `options`, which are those that contain it).
    """

    header: str
    role: Role
    key: str = ""
    prompt: str = ""
    wave: str = ""
    option: str = ""
    separator: str = ""
    options: tuple[str, ...] = ()
    why: str = field(default="", compare=False)
    examples: tuple[str, ...] = field(default=(), compare=False)

    @property
    def asked(self) -> str:
        """The header, and behind it the question as asked where the header is only its code."""
        if _fold(self.prompt) in _fold(self.header):
            return self.header
        return f"{self.header}: {self.prompt}" + (f" [{self.option}]" if self.option else "")


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What every column of a file is, in the order of the file, and which rows are left out.

    `notes` is what a person should know of the guess, `platform` whose export the file is, "" where that is not known.
    """

    layout: Layout
    columns: tuple[Column, ...]
    placeholders: tuple[str, ...] = DEFAULT_PLACEHOLDERS
    encoding: str = ""
    sheet: str = ""
    leave_out: tuple[RowKind, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)
    platform: str = field(default="", compare=False)

    def of(self, *roles: Role) -> list[tuple[int, Column]]:
        """The columns with one of these roles, with their index."""
        return [(i, c) for i, c in enumerate(self.columns) if c.role in roles]


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What the command line says of the plan; columns are named as `find_columns` reads them.

    `id` "-" numbers the rows. `wave` is for all questions of the file, `waves` for one column (by reference).
    """

    id: str | None = None
    open: Sequence[str] = ()
    rating: Sequence[str] = ()
    choice: Sequence[str] = ()
    multi: Sequence[str] = ()
    attribute: Sequence[str] = ()
    ignore: Sequence[str] = ()
    placeholders: Sequence[str] = ()
    leave_out: Sequence[RowKind] | None = None  # None: what the platform suggests
    wave: str = ""
    waves: Mapping[str, str] = field(default_factory=dict)

    def by_role(self) -> Iterable[tuple[Role, str]]:
        """Every (role, reference) that was asked for."""
        if self.id is not None and self.id != "-":
            yield Role.ID, self.id
        for role in (*QUESTION_ROLES, Role.ATTRIBUTE, Role.IGNORE):
            for reference in getattr(self, role.value):
                yield role, reference


def find_columns(reference: str, table: Table) -> list[int]:
    """The column that a reference names, by index, or all the options of the question that it names.

    A header, whole or in other case and spacing; a code that begins one header (`Q20` for `[Q20] Please tell us`);
    a number from 1; a spreadsheet letter. Raises InputError with the candidates where none or several fit.
    """
    header = table.header
    if reference in header:
        return [header.index(reference)]
    wanted = _fold(reference)
    same = [i for i, c in enumerate(table.columns) if wanted and wanted in (_fold(c.name), _fold(c.prompt))]
    stems = [i for i, c in enumerate(table.columns) if wanted and c.option and _fold(c.stem) == wanted]
    begun = [i for i, c in enumerate(table.columns) if _begins(wanted, _fold(c.name))]
    for found in (same, stems, begun):
        if len(found) == 1 or (found and _one_question(found, table)):
            return found
        if found:
            raise InputError(
                f"The column {reference!r} could be any of {len(found)}.",
                problems=first_of([_place(i, header[i]) for i in found]),
                hint="Write the whole header, or the column's letter or number.",
            )
    number = int(reference) if reference.isdecimal() else 0
    if not number and reference.isascii() and reference.isalpha() and len(reference) <= 3:
        number = column_number(reference)
    if 1 <= number <= len(header):
        return [number - 1]
    raise InputError(
        f"There is no column {reference!r}.",
        problems=first_of([_place(i, name) for i, name in enumerate(header)]),
        hint="These are the columns.",
    )


def _one_question(found: Sequence[int], table: Table) -> bool:
    stems = {table.columns[i].stem for i in found}
    return len(stems) == 1 and stems != {""}


def _begins(code: str, name: str) -> bool:
    return bool(code) and name.startswith(code) and not name[len(code) : len(code) + 1].isalnum()


def _fold(text: str) -> str:
    return " ".join(text.replace("[", " ").replace("]", " ").casefold().split())


def _place(index: int, name: str) -> str:
    return f"{index + 1} ({column_letters(index)}): {one_line(name, 90)}"


def column_letters(index: int) -> str:
    """The letters of a spreadsheet column: A for 0, AA for 26."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


EMPTY = "empty"
"""Why a column is ignored that holds nothing: in a newer file it is looked at anew."""

# YAML both ways. Everything is a text there, so that an option called Yes or a wave called 1 stays one.

_LINE = 80  # characters of a comment
_NOT_IN_PLAN = "not in the plan"
_PLAN_KEYS = ("layout", "encoding", "sheet", "placeholders", "leave_out", "empty", "columns")
_COLUMN_KEYS = ("header", "role", "key", "prompt", "wave", "option", "separator", "options")


def dump_plan(plan: ColumnPlan, *, examples: bool = True) -> str:
    """The plan as YAML that a person can edit.

    Without `examples` it holds no word of any participant: so a project keeps it.
    """
    roles = LONG_ROLES if plan.layout is Layout.LONG else WIDE_ROLES
    said = [
        "What each column of the survey file is. Change a role, key, prompt or wave; then import with --plan.",
        f"Roles: {', '.join(roles)}.",
        "Columns with the same key and wave belong together. Lines that begin with # are for you alone.",
        *([f"The file looks like an export of {plan.platform}."] if plan.platform else []),
        *(one_line(note, 1_000) for note in plan.notes),
    ]
    lines = [f"# {line}" for text in said for line in wrap(text, _LINE - 2)]
    lines.append(f"layout: {plan.layout.value}")
    lines += [f"{name}: {_quoted(value)}" for name in ("encoding", "sheet") if (value := getattr(plan, name))]
    lines.append(f"placeholders: {_list(plan.placeholders)}")
    lines.append(f"leave_out: {_list(kind.value for kind in plan.leave_out)}  # rows that are {', '.join(RowKind)}")
    if empty := [c.header for c in plan.columns if c.role is Role.IGNORE and c.why == EMPTY]:
        lines.append(f"empty: {_list(empty)}  # columns that are looked at anew in a newer file")
    lines.append("columns:")
    for column in plan.columns:
        lines.append(f"- header: {_quoted(column.header)}")
        lines.append(f"  role: {column.role.value}" + (f"  # {one_line(column.why, 120)}" if column.why else ""))
        for name in ("key", "prompt", "wave", "option", "separator"):
            value = getattr(column, name)
            if value and not (name in ("key", "prompt") and value == column.header):
                lines.append(f"  {name}: {_quoted(value)}")
        if column.options:
            lines.append(f"  options: {_list(column.options)}")
        if examples and column.examples:
            start = "  # for example: "
            lines.append(start + one_line(" | ".join(one_line(e, 60) for e in column.examples), _LINE - len(start)))
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    import yaml

    line: str = yaml.dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return line.rstrip("\n")


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def plan_form(text: str) -> tuple[str | None, str | None]:
    """The encoding and the sheet that a plan names for its file, which must be known before the file is opened."""
    tree = _parsed(text)
    encoding, sheet = tree.get("encoding"), tree.get("sheet")
    return (
        encoding if isinstance(encoding, str) and encoding else None,
        sheet if isinstance(sheet, str) and sheet else None,
    )


def recalled(text: str, table: Table) -> ColumnPlan | None:
    """What the plan of an earlier file says of this one's columns; None where it is a file of other columns.

    Most of all columns must be in both, and those among them that say whose or what an answer is. What the plan does
    not know of is ignored (`overlaid` has it guessed).
    """
    roles = {str(entry.get("header", "")): entry.get("role") for entry in _entries(text)}
    both, either = roles.keys() & set(table.header), roles.keys() | set(table.header)
    needed = {header for header, role in roles.items() if role in (Role.ID, *_OF_ANSWERS)}
    if 2 * len(both) <= len(either) or not needed <= both:
        return None
    return load_plan(text, table, known_alone=True)


def is_plan_of(text: str, table: Table) -> bool:
    """Whether this plan is of a file with these very columns."""
    return [entry.get("header") for entry in _entries(text)] == table.header


def _entries(text: str) -> list[dict[str, Any]]:
    entries = _parsed(text).get("columns")
    return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []


def overlaid(kept: ColumnPlan, guessed: ColumnPlan, options: PlanOptions, table: Table) -> ColumnPlan:
    """A plan that was used before, with the columns that the options name as they say, and as guessed those that it
    does not know; what they hold is the file's."""
    named = {i for _, reference in options.by_role() for i in find_columns(reference, table)}
    named |= {i for i, column in kept.of(Role.ID) if options.id is not None}
    new = {i for i, column in enumerate(kept.columns) if column.why in (EMPTY, _NOT_IN_PLAN)} - named
    columns = tuple(
        guess if i in named | new else replace(column, examples=guess.examples)
        for i, (column, guess) in enumerate(zip(kept.columns, guessed.columns, strict=True))
    )
    placeholders = tuple(dict.fromkeys((*kept.placeholders, *guessed.placeholders)))
    leave_out = kept.leave_out if options.leave_out is None else guessed.leave_out
    has_ids = any(column.role is Role.ID for column in columns)
    notes = [note for note in guessed.notes if note != NUMBERED or not has_ids]
    if asking := [one_line(table.header[i], 40) for i in sorted(new) if columns[i].role is not Role.IGNORE]:
        names = ", ".join(asking)
        notes.append(f"The columns are what they were in an earlier file; these are new, and guessed: {names}.")
    return ColumnPlan(kept.layout, columns, placeholders, guessed.encoding, guessed.sheet, leave_out, tuple(notes))


def load_plan(text: str, table: Table, *, known_alone: bool = False) -> ColumnPlan:
    """A plan from YAML for this file. Columns of the file that it leaves out are ignored, and it says so.

    Raises InputError with everything that is wrong in it; columns that the file does not have are passed over where
    it is asked for what is known alone.
    """
    tree = _parsed(text)
    problems = [f"unknown entry {key!r}; there are {', '.join(_PLAN_KEYS)}" for key in tree if key not in _PLAN_KEYS]
    layout = tree.get("layout", Layout.WIDE.value)
    if layout not in list(Layout):
        problems.append(f"layout is {layout!r}; it may be wide or long")
        layout = Layout.WIDE.value
    allowed = LONG_ROLES if layout == Layout.LONG else WIDE_ROLES
    entries = tree.get("columns", [])
    if not isinstance(entries, list):
        problems.append("columns must be a list, one entry for each column")
        entries = []
    if known_alone:
        entries = [entry for entry in entries if entry.get("header") in table.header]
    found: dict[int, Column] = {}
    for number, entry in enumerate(entries, 1):
        try:
            index, column = _column(entry, table, allowed)
        except InputError as error:
            problems += [f"column {number}: {p}" for p in (error.problems or (error.message,))]
            continue
        if index in found:
            problems.append(f"column {number}: {one_line(column.header)!r} stands here a second time")
        found[index] = column
    placeholders = tree.get("placeholders", list(DEFAULT_PLACEHOLDERS))
    if not _texts(placeholders):
        problems.append("placeholders must be a list of texts")
    leave_out = tree.get("leave_out", [])
    if not _texts(leave_out) or not set(leave_out) <= set(RowKind):
        problems.append(f"leave_out must be a list of these: {', '.join(RowKind)}")
    empty = tree.get("empty", [])
    if not _texts(empty):
        problems.append("empty must be a list of texts")
    if problems:
        raise InputError("The column plan can't be used.", problems=problems, hint="Mend the plan and import again.")
    left = [name for i, name in enumerate(table.header) if i not in found]
    columns = tuple(found.get(i, Column(name, Role.IGNORE, why=_NOT_IN_PLAN)) for i, name in enumerate(table.header))
    columns = tuple(replace(c, why=EMPTY) if c.header in empty and c.role is Role.IGNORE else c for c in columns)
    notes = (f"Not in the plan, and ignored: {', '.join(one_line(n, 40) for n in left)}.",) if left else ()
    encoding, sheet = plan_form(text)
    kinds = tuple(map(RowKind, leave_out))
    return ColumnPlan(
        Layout(layout), columns, tuple(placeholders), encoding or "", sheet or "", kinds, notes, table.platform
    )


def _parsed(text: str) -> dict[str, Any]:
    tree = _plain(read_tree(text, "The column plan"))
    if not isinstance(tree, dict):
        raise InputError(
            "The column plan is empty or no list of columns.", hint="--plan-only writes one to begin with."
        )
    return tree


def _plain(node: Node) -> Any:
    """Texts, lists and dicts; read_tree has seen to it that they are not deep."""
    if isinstance(node.value, dict):
        return {key: _plain(value) for key, value in node.value.items()}
    return node.value if isinstance(node.value, str) else [_plain(item) for item in node.value]


def _column(entry: object, table: Table, allowed: Sequence[Role]) -> tuple[int, Column]:
    """One entry of a plan. Raises InputError with all that is wrong with it."""
    if not isinstance(entry, dict):
        raise InputError("it must have a header and a role")
    problems = [f"unknown entry {k!r}; there are {', '.join(_COLUMN_KEYS)}" for k in entry if k not in _COLUMN_KEYS]
    problems += [f"{k} must be a text" for k in _COLUMN_KEYS[:-1] if not isinstance(entry.get(k, ""), str)]
    options = entry.get("options", [])
    if not _texts(options):
        problems.append("options must be a list of texts")
    indices: list[int] = []
    if not problems:
        try:
            indices = find_columns(entry.get("header", ""), table)
        except InputError as error:
            problems.append(f"{error.message} The file has: {', '.join(one_line(h, 30) for h in table.header[:20])}")
        if len(indices) > 1:
            problems.append(f"{entry['header']!r} names {len(indices)} columns; write one header whole")
    role = "id" if entry.get("role") == "participant" else entry.get("role", "")
    if role not in allowed:
        problems.append(f"unknown role {role!r}; there are {', '.join(allowed)}")
    if problems:
        raise InputError("", problems=problems)
    known = table.columns[indices[0]]
    texts = {name: entry.get(name, "") for name in ("key", "prompt", "wave", "option", "separator")}
    if role in (*QUESTION_ROLES, Role.ATTRIBUTE):
        texts["key"] = texts["key"] or known.name
    if role in QUESTION_ROLES:
        texts["prompt"] = texts["prompt"] or known.name
    return indices[0], Column(known.name, Role(role), options=tuple(options), **texts)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)
