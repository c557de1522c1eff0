"""The first guess of a column plan, made so that a careful analyst has little to change; `judge` has the rules."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from coder.domain.corpus import DEFAULT_PLACEHOLDERS, fold_placeholders
from coder.domain.display import one_line
from coder.errors import InputError
from coder.formats.survey.detect import Table
from coder.formats.survey.headers import HeaderColumn, blocks, box_of, distinct
from coder.formats.survey.judge import RANKING, Seen, Verdict, aside, by_content, closed, is_about_person
from coder.formats.survey.multi import is_other, is_tick_column, says_yes_or_no
from coder.formats.survey.plan import (
    EMPTY,
    NUMBERED,
    QUESTION_ROLES,
    Column,
    ColumnPlan,
    Layout,
    PlanOptions,
    Role,
    find_columns,
)
from coder.formats.survey.platforms import platform_called
from coder.formats.survey.rows import RowKind, row_notes, row_tests
from coder.formats.survey.waves import pair_waves, without_mark

SAMPLE = 5_000

_LONG_NAMES = {
    Role.ID: {"participant_id", "participant", "respondent_id", "respondent", "response_id", "case_id", "id"},
    Role.QUESTION: {"question", "question_key", "prompt"},
    Role.TEXT: {"text", "response", "response_text", "answer", "answer_text", "verbatim"},
    Role.PART: {"part"},
    Role.WAVE: {"wave"},
}
_ID_NAMES = re.split(
    r"\s+",
    "participant_id participant participantid respid responseid response_id respondent_id respondentid record_id "
    "recordid uniqueid unique_id # id token uuid guid caseid case_id subject_id pid pseudonym code respondent",
)
_SHORT = 40  # characters
_OFTEN = 10  # times, and in one of twenty answers
_ID_LIKE = re.compile(r"^(?=[^ ]*\d)[A-Za-z]{0,8}[-_]?[0-9A-Fa-f][0-9A-Za-z_-]*$")
_ID_WORD = re.compile(r"(^|[ _.-])(id|code|token|key|uuid|guid|hash|pseudonym|number|no)($|[ _.-])")


def guess_plan(table: Table, options: PlanOptions | None = None) -> ColumnPlan:
    """The plan that a file suggests, changed by the options; from its first 5,000 rows.

    A header of participant, question and text is long whatever the texts look like; its other columns are
    attributes where every participant has one value throughout, which takes a pass over the whole file.
    Raises InputError for options that name no column, or several, or one column twice.
    """
    options = options or PlanOptions()
    seen_only = ("-99",) if table.platform == "Qualtrics" else ()
    placeholders = tuple(dict.fromkeys((*DEFAULT_PLACEHOLDERS, *seen_only, *options.placeholders)))
    asked = _asked(table, options)
    long = _long_columns(table)
    if long and not any(role in (Role.RATING, Role.CHOICE, Role.MULTI) for role in asked.values()):
        columns, notes = _guess_long(table, long, asked, placeholders)
        if options.wave:
            columns = [replace(c, wave=options.wave) if c.role is Role.TEXT else c for c in columns]
        layout = Layout.LONG
    else:
        columns, notes = _guess_wide(table, options, asked, placeholders)
        layout = Layout.WIDE
    personal = [c.header for c in columns if c.role is Role.IGNORE and c.why.startswith("personal")]
    if personal:
        names = ", ".join(one_line(h, 40) for h in personal)
        notes.append(f"Left out because they identify people: {names} (--attribute COLUMN keeps one).")
    suggested = [kind for kind in row_tests(table) if kind is RowKind.PREVIEWS]
    leave_out = tuple(suggested if options.leave_out is None else options.leave_out)
    notes += row_notes(table, leave_out)
    form = (table.encoding, table.sheet)
    return ColumnPlan(layout, tuple(columns), placeholders, *form, leave_out, (*table.notes, *notes), table.platform)


def _asked(table: Table, options: PlanOptions) -> dict[int, Role]:
    """The roles that the options give to columns. Raises InputError with all that is wrong in them."""
    asked: dict[int, Role] = {}
    problems: list[str] = []
    for role, reference in options.by_role():
        try:
            found = find_columns(reference, table)
        except InputError as error:
            problems += [f"--{role} {reference!r}: {error.message}", *(f"   {p}" for p in error.problems)]
            continue
        for index in found:
            if asked.setdefault(index, role) is not role:
                problems.append(f"--{role} {reference!r}: this column is --{asked[index]} already")
    if problems:
        raise InputError(
            "The options don't fit the columns of the file.",
            problems=problems,
            hint="Name a column by its header, the code it begins with, its letter or its number.",
        )
    return asked


# Long files.


def _long_columns(table: Table) -> dict[int, Role]:
    """The columns of a long file by their names; nothing where one of the three is missing."""
    names = ["_".join(h.casefold().split()) for h in table.header]
    found: dict[int, Role] = {}
    for role, known in _LONG_NAMES.items():
        places = [i for i, name in enumerate(names) if name in known]
        if len(places) > 1:
            exact = {Role.ID: "participant_id", Role.QUESTION: "question", Role.TEXT: "text"}.get(role, "")
            places = [i for i in places if names[i] == exact]
        if len(places) == 1:
            found[places[0]] = role
    needed = {Role.ID, Role.QUESTION, Role.TEXT}
    return found if needed <= set(found.values()) else {}


def _guess_long(
    table: Table, known: dict[int, Role], asked: dict[int, Role], placeholders: Sequence[str]
) -> tuple[list[Column], list[str]]:
    roles = dict(known)
    for index, role in asked.items():
        single = {Role.ID: Role.ID, Role.OPEN: Role.TEXT}.get(role)
        if single:
            roles = {i: r for i, r in roles.items() if r is not single}
        roles[index] = single or role
    rest = [i for i in range(len(table.header)) if i not in roles]
    whose = next(i for i, r in roles.items() if r is Role.ID)
    constant = _constant(table, whose, rest) if rest else set()
    notes: list[str] = []
    columns: list[Column] = []
    sample = _sample(table, frozenset())
    for i, name in enumerate(table.header):
        why = "named in the header" if i in known else "as asked" if i in asked else ""
        role = roles.get(i, Role.IGNORE)
        own = table.columns[i].own
        if i in rest and own is not None:
            why = own.value
        elif i in rest and not sample[i].values:
            why = EMPTY
        elif i in rest and i in constant:
            role, why = Role.ATTRIBUTE, "the same throughout for each participant"
        elif i in rest:
            why = "differs within a participant"
            notes.append(f"Ignored because it differs within a participant: {one_line(name, 60)}.")
        key = name if role is Role.ATTRIBUTE else ""
        columns.append(Column(name, role, key, why=why, examples=sample[i].examples()))
    notes += _said_often([sample[i] for i, c in enumerate(columns) if c.role is Role.TEXT], placeholders)
    return columns, notes


def _constant(table: Table, whose: int, columns: Sequence[int]) -> set[int]:
    """Which columns have at most one value for each participant, blanks aside; a pass over the whole file."""
    first: dict[int, dict[str, str]] = {i: {} for i in columns}
    for _, cells in table.rows():
        who = cells[whose].strip()
        differing = []
        for i, values in first.items():
            value, known = cells[i], values.get(who)
            if not known:
                values[who] = value
            elif value != known and value.strip() and value.strip() != known.strip():
                differing.append(i)
        for i in differing:
            del first[i]
        if not first:
            break
    return set(first)


# Wide files.


def _sample(table: Table, placeholders: frozenset[str]) -> list[Seen]:
    rows = [[c.strip() for c in cells] for _, cells in islice(table.rows(), SAMPLE)]
    seen = [
        Seen(tuple([r[i] for r in rows if r[i] and r[i].casefold() not in placeholders]), len(rows))
        for i in range(len(table.header))
    ]
    empty = [i for i, s in enumerate(seen) if not s.values]
    if empty and len(rows) == SAMPLE:
        for _, cells in table.rows():
            for i in [i for i in empty if cells[i].strip() and cells[i].strip().casefold() not in placeholders]:
                seen[i] = Seen((cells[i].strip(),), len(rows))
                empty.remove(i)
            if not empty:
                break
    return seen


def _guess_wide(
    table: Table, options: PlanOptions, asked: dict[int, Role], placeholders: Sequence[str]
) -> tuple[list[Column], list[str]]:
    seen = _sample(table, fold_placeholders(placeholders))
    notes: list[str] = []
    verdicts: dict[int, Verdict] = {}
    whose = None
    if options.id is None:
        whose = _find_id(table, seen, notes, asked)
        if whose is not None:
            verdicts[whose] = Verdict(Role.ID, "has a value of its own for each participant")
    if whose is None and Role.ID not in asked.values():
        notes.append(NUMBERED)
    _judge(table, seen, verdicts)
    for index, role in asked.items():
        verdicts[index] = _as_asked(table.columns[index], seen[index], role, verdicts[index])
    columns = [_column(table.columns[i], seen[i], verdicts[i]) for i in range(len(table.columns))]
    if table.platform == "Qualtrics" and any("-99" in cells for _, cells in islice(table.rows(), SAMPLE)):
        notes.append("-99 occurs: Qualtrics writes it for ‘seen, not answered’; it counts as no answer.")
    notes += _about_columns(table, seen, columns)
    notes += _said_often([seen[i] for i, c in enumerate(columns) if c.role is Role.OPEN], placeholders)
    if any(v.role is Role.PART for v in verdicts.values()):
        notes.append("Rows repeat a form: each is another response; of closed answers the first counts.")
    return _with_waves(columns, table, options), notes


def _about_columns(table: Table, seen: Sequence[Seen], columns: Sequence[Column]) -> list[str]:
    """What a person should know of questions that may be another thing than they were taken for."""
    notes = []
    ranked = [one_line(c.header, 40) for c in columns if c.why == RANKING]
    if ranked:
        notes.append(f"Left out because they rank options: {', '.join(ranked)} (--multi COLUMN drops the order).")
    for run in blocks(table.columns) if table.platform == "LimeSurvey" else ():
        if all(columns[i].role is Role.CHOICE and says_yes_or_no(seen[i].values) for i in run):
            stem = one_line(table.columns[run[0]].stem, 40)
            notes.append(f"{stem}: yes and no are counted for each option apart; if they were ticks: --multi {stem!r}.")
    return notes


def _said_often(texts: Sequence[Seen], placeholders: Sequence[str]) -> list[str]:
    """Answers in the same few words, again and again: they may stand for none, and would be in every base."""
    folded = fold_placeholders(placeholders)
    short = Counter(value for seen in texts for value in seen.values if len(value) <= _SHORT)
    least = max(_OFTEN, 0.05 * sum(len(seen.values) for seen in texts))
    often = [(value, n) for value, n in short.most_common(3) if n >= least and value.casefold() not in folded]
    if not often:
        return []
    named = ", ".join(f"‘{one_line(value, _SHORT)}’ ({n:,} times)" for value, n in often)
    where = f" in the first {SAMPLE:,} rows" if texts[0].rows == SAMPLE else ""
    return [f"Said again and again{where}: {named}. What stands for no answer is declared by --placeholder TEXT."]


def _find_id(table: Table, seen: Sequence[Seen], notes: list[str], asked: dict[int, Role]) -> int | None:
    """A column that is named like an id and filled, else one that looks like ids; unique, the named ones nearly."""
    names = ["_".join(c.name.casefold().split()) for c in table.columns]
    called = [("_".join(c.prompt.casefold().split()), c.term) for c in table.columns]
    for known in _ID_NAMES:
        for i, name in enumerate(names):
            if i in asked or known not in (name, *called[i]) or not seen[i].values:
                continue
            filled = len(seen[i].values) / seen[i].rows
            if filled == 1 and seen[i].variety == 1:
                return i
            if filled >= 0.9 and name not in ("id", "code", "#", "respondent"):
                return i
            notes.append(f"{one_line(table.header[i], 40)} does not name every row, so it is no id.")
    for i, column in enumerate(table.columns):
        unique = len(seen[i].values) == seen[i].rows and seen[i].variety == 1
        looks = seen[i].share(_ID_LIKE) == 1 and bool(_ID_WORD.search(column.name.casefold()))
        if unique and looks and i not in asked and seen[i].rows > 1:
            return i
    return None


def _judge(table: Table, seen: Sequence[Seen], verdicts: dict[int, Verdict]) -> None:
    """The role of every column that has none yet: nobody's answers, ticks, by content, and what is left."""
    for i, column in enumerate(table.columns):
        if i not in verdicts and (verdict := aside(column, seen[i])):
            verdicts[i] = verdict
    verdicts.update(_ticks(table, seen, verdicts))
    waiting = [i for i in range(len(table.columns)) if i not in verdicts]
    joins = platform_called(table.platform).joins
    verdicts.update({i: v for i in waiting if (v := by_content(table.columns[i], seen[i], joins))})
    open_boxes = {box_of(table.header[i]) for i in waiting if i in verdicts and verdicts[i].role is Role.OPEN} - {None}
    scales = _scales({i: seen[i] for i in waiting if i not in verdicts})
    asking = (Role.OPEN, Role.RATING, Role.MULTI)
    first = min([i for i, v in verdicts.items() if v.role in asking] + sorted(scales), default=0)
    for i in waiting:
        if box_of(table.header[i]) in open_boxes:
            verdicts[i] = Verdict(Role.OPEN, "a box of an open question")
        elif i in scales and not is_about_person(table.columns[i]):
            verdicts[i] = Verdict(Role.CHOICE, "a scale that other columns share")
        elif i not in verdicts:
            verdicts[i] = closed(table.columns[i], seen[i], before=i < first)


def _ticks(table: Table, seen: Sequence[Seen], known: Mapping[int, Verdict]) -> dict[int, Verdict]:
    """The options of multi questions: columns of one question that tick it, or neighbours that say their own names."""
    found: dict[int, Verdict] = {}
    runs = [(run, options) for run in blocks(table.columns) if (options := _options_of(run, table, seen))]
    for (run, options), key in zip(runs, distinct([table.columns[run[0]].stem for run, _ in runs]), strict=True):
        for i in run:
            if i in options:
                found[i] = Verdict(Role.MULTI, "ticks one option", key, options[i])
            elif is_other(table.columns[i].option):
                found[i] = Verdict(Role.MULTI, "what else was chosen, in words", key, table.columns[i].option)
    named = [i for i, c in enumerate(table.columns) if set(seen[i].values) == {c.name.strip()}]
    for run in _neighbours([i for i in named if i not in known and i not in found]):
        key = " / ".join(table.header[i] for i in run)
        for i in run:
            found[i] = Verdict(Role.MULTI, "ticks the option it is named after", key, table.header[i])
        behind = run[-1] + 1
        if len(run) > 1 and behind < len(seen) and seen[behind].values and is_other(table.header[behind]):
            found[behind] = Verdict(Role.MULTI, "what else was chosen, in words", key, table.header[behind])
    return found


def _options_of(run: Sequence[int], table: Table, seen: Sequence[Seen]) -> dict[int, str]:
    """The options that columns of one question tick, by column; nothing where they answer something else.

    They are ticked by the usual words; by yes and no, where other columns have words about it; or by one value each,
    which is the option's number, or its text where the header has but its number.
    """
    options = {i: table.columns[i].option for i in run}
    filled = [i for i in run if seen[i].values]
    ticks = [i for i in filled if is_tick_column(seen[i].values, options[i])]
    asked = [i for i in filled if i in ticks or not is_other(options[i])]
    if len(ticks) < 2 or len(ticks) <= len(filled) - len(ticks):
        if len(asked) < 2:
            return {}
        stem, around = table.columns[run[0]].stem, table.columns[run[0] : run[-1] + 2]
        worded = len(asked) < len(filled) or any(c.stem == stem and not c.option for c in around)
        if not worded or not all(i in ticks or says_yes_or_no(seen[i].values) for i in asked):
            if (own := _own_values(run, asked, options, seen)) is None:
                return {}
            options |= own
        ticks = asked
    return {i: option for i, option in options.items() if i in ticks or i not in filled}


def _own_values(
    run: Sequence[int], asked: Sequence[int], options: Mapping[int, str], seen: Sequence[Seen]
) -> dict[int, str] | None:
    """The options by their columns' values, where each column has one, which no other has; else None."""
    own = {i: seen[i].values[0] for i in asked if len(set(seen[i].values)) == 1}
    counts = [len(seen[i].values) for i in asked]
    if len(set(own.values())) < len(asked) or max(counts) < 2 or min(counts) == seen[asked[0]].rows:
        return None  # a grid, which everybody answers, or too few answers to tell
    if all(value.isdecimal() for value in own.values()):
        numbers = {i: str(number) for number, i in enumerate(run, 1)}
        return {i: options[i] for i in asked} if all(own[i] in (numbers[i], options[i]) for i in asked) else None
    return own if all(options[i].isdecimal() for i in asked) else None


def _neighbours(indices: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for i in indices:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _scales(closed: Mapping[int, Seen]) -> set[int]:
    """Columns of three values and more, most of which occur in two other columns too."""
    places = Counter(value for seen in closed.values() for value in set(seen.values))
    found = set()
    for i, seen in closed.items():
        values = set(seen.values)
        if 3 <= len(values) <= 12 and sum(places[v] > 2 for v in values) > 0.6 * len(values):
            found.add(i)
    return found


def _as_asked(column: HeaderColumn, seen: Seen, role: Role, guessed: Verdict) -> Verdict:
    if role is not Role.MULTI:
        return Verdict(role, "as asked")
    if guessed.role is Role.MULTI:
        return guessed._replace(why="as asked")
    if column.option:
        return Verdict(role, "as asked", column.stem, column.option)
    separator = ";" if any(";" in v for v in seen.values) else ", "
    return Verdict(role, "as asked", separator=separator)


def _column(column: HeaderColumn, seen: Seen, verdict: Verdict) -> Column:
    question = verdict.role in QUESTION_ROLES
    key = verdict.key or (column.name if question or verdict.role is Role.ATTRIBUTE else "")
    prompt = "" if not question else verdict.key or column.prompt
    if verdict.option and column.prompt.endswith(f" - {verdict.option}"):
        prompt = column.prompt.removesuffix(f" - {verdict.option}").removesuffix(" - Selected Choice")
    examples = () if verdict.why.startswith("personal") else seen.examples()
    return Column(column.name, verdict.role, key, prompt, "", *verdict[3:], why=verdict.why, examples=examples)


def _with_waves(columns: list[Column], table: Table, options: PlanOptions) -> list[Column]:
    """The wave of the file, or the pairs that trailing marks make; then what was asked of single columns."""
    if options.wave:
        columns = [replace(c, wave=options.wave) if c.role in QUESTION_ROLES else c for c in columns]
    elif not any(c.role is Role.WAVE for c in columns):
        columns = pair_waves(columns)
    for reference, wave in options.waves.items():
        for i in find_columns(reference, table):
            columns[i] = replace(columns[i], key=without_mark(columns[i].key, wave), wave=wave)
    return columns
