"""SPSS files (.sav, .zsav): questions from variable labels, values as their labels, sets of ticks as one question."""

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
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
        try:
            with warnings.catch_warnings(action="ignore"):
                return pyreadstat.read_sav(path, user_missing=True, encoding=encoding, output_format="dict", **how)
        except Exception as error:  # of the library's own, any: damaged files bring out many
            raise InputError(f"{path.name} can't be read as an SPSS file: {error}.", hint=_HINT) from error

    _, about = read(metadataonly=True)
    limits.COLUMNS.check(len(about.column_names), path.name)
    limits.CELLS.check(len(about.column_names) * max(0, about.number_rows or 0), path.name)
    data, about = read()
    # A damaged file may have variables without a name, and two of one name, of which the library keeps one's values.
    names = [name or "" for name in about.column_names]
    if len(data) != len(names) or len({len(values) for values in data.values()}) > 1:
        raise InputError(f"{path.name} can't be read as an SPSS file: its variables are damaged.", hint=_HINT)
    headers = distinct(names)
    labels = {n: " ".join((about.column_names_to_labels.get(n) or "").split()) for n in about.column_names}
    sets = _sets(about.mr_sets or {}, labels)
    columns, cells = [], []
    missing = 0
    for name, header, values in zip(about.column_names, headers, map(list, data.values()), strict=True):
        gone = _missing(values, about.missing_ranges.get(name, ()))
        missing += sum(gone)
        prompt = labels[name] or header
        if name in sets:
            stem, option, counted = sets[name]
            columns.append(HeaderColumn(header, prompt, stem, option))
            cells.append(["" if out or _empty(v) else "01"[v == counted] for v, out in zip(values, gone, strict=True)])
            continue
        is_text = about.readstat_variable_types.get(name) == "string"
        columns.append(HeaderColumn(header, prompt, free_text=None))
        words = {} if is_text else _words(values, gone, about.variable_value_labels.get(name, {}), about, name)
        # Few values occur, often: each is made into a text once.
        said = {v: words.get(v) or _text(v) for v in set(values) if not _empty(v)}
        cells.append(["" if out or _empty(v) else said[v] for v, out in zip(values, gone, strict=True)])
    notes = [f"Values that are declared as missing, and empty here: {missing:,}."] if missing else []
    yield {"columns": [astuple(column) for column in columns], "notes": notes}
    yield from zip(*cells, strict=True)


def _sets(declared: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, tuple[str, str, float]]:
    """By variable: the question of its set of ticks, its option, and the value that ticks it."""
    found = {}
    for name, one in declared.items():
        members = [m for m in one["variable_list"] if m in labels]
        if not one["is_dichotomy"] or len(members) < 2:
            continue
        question = one["label"] or name
        for member in members:
            option = labels[member].removeprefix(question).strip(" -–:") or labels[member] or member
            found[member] = (question, option, float(one["counted_value"]))
    return found


def _missing(values: Sequence[Any], ranges: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Which values lie in a range that is declared as missing; a range is of texts or of numbers."""

    def is_missing(value: Any) -> bool:
        return any(type(value) is type(r["lo"]) and r["lo"] <= value <= r["hi"] for r in ranges)

    return [not _empty(value) and is_missing(value) for value in values]


def _empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _words(
    values: Sequence[Any], gone: Sequence[bool], labels: Mapping[Any, str], about: Any, name: str
) -> Mapping[Any, str]:
    """The labels of a variable, if they say what every value means that occurs, and no two the same."""
    if about.variable_measure.get(name) == "scale":
        return {}
    occur = {v for v, out in zip(values, gone, strict=True) if not out and not _empty(v)}
    is_each_told = occur <= labels.keys() and len({labels[v] for v in occur}) == len(occur)
    return labels if is_each_told else {}


def _text(value: Any) -> str:
    return normalise_text(value) if isinstance(value, str) else cell_text(value)
