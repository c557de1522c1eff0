"""SPSS files (.sav, .zsav): questions from variable labels, values as their labels, sets of ticks as one question."""

import math
import re
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from coder.domain.corpus import normalise_text
from coder.errors import InputError
from coder.formats import limits
from coder.formats.apart import read_apart
from coder.formats.survey.headers import HeaderColumn, distinct
from coder.formats.survey.workbook import cell_text

SPSS = (b"$FL2", b"$FL3")
_HINT = "Open it in SPSS or PSPP and save it as a new .sav, or as CSV."
_MOST_OPTIONS = 200
_LETTERS = "Say how its letters are written: --encoding cp1252 for most of Western Europe."

_FIRST = datetime(1582, 10, 14)
"""The moment from which SPSS counts seconds."""
_MOMENTS = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "MOYR", "QYR", "WKYR"), False),
    **dict.fromkeys(("DATETIME", "YMDHMS"), True),
}
"""Formats of moments: whether they have a time of day."""
_DURATIONS = frozenset(("TIME", "DTIME", "MTIME"))
_FORMAT = re.compile("[A-Z]+")


@dataclass(frozen=True)
class SpssData:
    """A file as columns and rows of text, and what its reader should know."""

    columns: Sequence[HeaderColumn]
    rows: Sequence[list[str]]
    notes: tuple[str, ...]


def open_spss(path: Path, encoding: str | None = None) -> SpssData:
    """The file's cases. Raises InputError where it can't be read, or holds more than a computer's memory would.

    A value is written as its label where every value that occurs has one of its own, and a scale as its numbers.
    What is declared as missing is empty.
    """
    # The library is known to crash on damaged files.
    head, rows = read_apart("spss", path, encoding)
    return SpssData([HeaderColumn(*column) for column in head["columns"]], rows, tuple(head["notes"]))


def read_spss(path: Path, encoding: str | None) -> Iterator[Any]:
    """The columns and notes, then the cases: what `read_apart` asks for."""
    import pyreadstat

    def read(**how: Any) -> tuple[Any, Any]:
        # Moments stay numbers: the library refuses a file for a day that no calendar has, and cuts durations to a day.
        how |= {"user_missing": True, "disable_datetime_conversion": True, "output_format": "dict"}
        try:
            with warnings.catch_warnings(action="ignore"):
                return pyreadstat.read_sav(path, encoding=encoding, **how)
        except Exception as error:  # of the library's own, any: damaged files bring out many
            is_of_letters = encoding is None and any(word in str(error) for word in ("codec", "encoding"))
            raise InputError(
                f"{path.name} can't be read as an SPSS file: {error}.", hint=_LETTERS if is_of_letters else _HINT
            ) from error

    _, about = read(metadataonly=True)
    limits.COLUMNS.check(len(about.column_names), path.name)
    limits.CELLS.check(len(about.column_names) * max(0, about.number_rows or 0), path.name)
    data, about = read()
    # A damaged file may have variables without a name, and two of one name, of which the library keeps one's values.
    names = [name or "" for name in about.column_names]
    if len(data) != len(names) or len({len(values) for values in data.values()}) > 1:
        raise InputError(f"{path.name} can't be read as an SPSS file: its variables are damaged.", hint=_HINT)
    labels = {n: " ".join((about.column_names_to_labels.get(n) or "").split()) for n in about.column_names}
    variables = {}
    missing = 0
    for name, header, values in zip(about.column_names, distinct(names), map(list, data.values()), strict=True):
        ranges = about.missing_ranges.get(name, ())
        known = [None if _empty(v) or _is_missing(v, ranges) else v for v in values]
        missing += sum(k is None and not _empty(v) for k, v in zip(known, values, strict=True))
        form = _FORMAT.match(about.original_variable_types.get(name) or "")
        is_scale = about.variable_measure.get(name) == "scale"
        words = {} if is_scale else about.variable_value_labels.get(name, {})
        variables[name] = _Variable(header, labels[name] or header, known, words, form[0] if form else "")
    columns = _columns(variables, about.mr_sets or {}, labels)
    notes = [f"Values that are declared as missing, and empty here: {missing:,}."] if missing else []
    if _is_weighted(path):
        notes.append("Its cases have weights in SPSS. People are counted here, each as one.")
    yield {"columns": [astuple(column) for column, _ in columns], "notes": notes}
    yield from zip(*(cells for _, cells in columns), strict=True)


@dataclass(frozen=True)
class _Variable:
    """A variable: what it is called, its values (None for none), the words that stand for some, and its format."""

    header: str
    prompt: str
    known: Sequence[Any]
    words: Mapping[Any, str]
    form: str

    def column(self) -> "_Column":
        said = _said(set(self.known) - {None}, self.words, self.form)
        return HeaderColumn(self.header, self.prompt), ["" if v is None else said[v] for v in self.known]


_Column = tuple[HeaderColumn, Sequence[str]]


def _columns(variables: Mapping[str, _Variable], sets: Mapping[str, Any], labels: Mapping[str, str]) -> list[_Column]:
    """The variables as columns, those of a set as the options of one question, where its first one stands.

    A variable of several sets is of the last. Where ticks are letters, the library does not say which, and the
    variables stay what they are.
    """
    set_of: dict[str, str] = {}
    for name, one in sets.items():
        among = [m for m in one["variable_list"] if m in variables]
        if len(among) > 1 and not (one["is_dichotomy"] and one["counted_value"] is None):
            set_of |= dict.fromkeys(among, name)
    members: dict[str, list[str]] = {}
    for member in variables:
        members.setdefault(set_of.get(member, ""), []).append(member)
    columns: list[_Column] = []
    for member, variable in variables.items():
        name = set_of.get(member, "")
        one = sets.get(name, {})
        question = one.get("label") or name
        if not name:
            columns.append(variable.column())
        elif one["is_dichotomy"]:
            columns.append(_tick(variable, question, labels[member], float(one["counted_value"])))
        elif member == members[name][0]:
            columns += _choices(question, [variables[m] for m in members[name]])
    names = distinct([column.name for column, _ in columns])
    return [(replace(column, name=name), cells) for name, (column, cells) in zip(names, columns, strict=True)]


def _tick(variable: _Variable, question: str, label: str, counted: float) -> _Column:
    """A variable that ticks one option of a question by a value."""
    option = label.removeprefix(question).strip(" -–:") or label or variable.header
    cells = ["" if v is None else "01"[v == counted] for v in variable.known]
    return HeaderColumn(variable.header, variable.prompt, question, option), cells


def _choices(question: str, members: Sequence[_Variable]) -> list[_Column]:
    """Variables that each hold one of the options that were chosen: a column of ticks for each option that was."""
    rows = [set(row) - {None} for row in zip(*(m.known for m in members), strict=True)]
    words = {value: word for m in members for value, word in m.words.items()}
    options = _said(set().union(*rows), words, members[0].form)
    if len(options) > _MOST_OPTIONS:
        return [m.column() for m in members]
    columns: list[_Column] = []
    for value, option in sorted(options.items(), key=lambda one: (isinstance(one[0], str), one[0])):
        cells = ["01"[value in chosen] if chosen else "" for chosen in rows]
        columns.append((HeaderColumn(f"{question} [{option}]", option, question, option), cells))
    return columns


def _is_missing(value: Any, ranges: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a value lies in a range that is declared as missing; a range is of texts or of numbers."""
    return any(type(value) is type(r["lo"]) and r["lo"] <= value <= r["hi"] for r in ranges)


def _empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _said(values: Set[Any], words: Mapping[Any, str], form: str) -> Mapping[Any, str]:
    """Each value as text: by its word, if all have one and no two the same."""
    told = {value: words.get(value, "") for value in values}
    is_each_told = all(told.values()) and len(set(told.values())) == len(told)
    return told if is_each_told else {value: _text(value, form) for value in values}


def _text(value: Any, form: str) -> str:
    if isinstance(value, str):
        return normalise_text(value)
    try:
        if form in _DURATIONS:
            return cell_text(timedelta(seconds=value))
        if form in _MOMENTS:
            moment = _FIRST + timedelta(seconds=value)
            return cell_text(moment if _MOMENTS[form] else moment.date())
    except OverflowError:
        pass
    return cell_text(value)


def _is_weighted(path: Path) -> bool:
    """Whether the file's header names a variable of weights."""
    with path.open("rb") as file:
        head = file.read(80)
    order = "<" if head[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"
    return len(head) == 80 and struct.unpack_from(f"{order}i", head, 76)[0] > 0
