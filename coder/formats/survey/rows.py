"""Rows of a survey export that are no full answers: previews by the survey's authors, and unfinished ones."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from coder.formats.survey.detect import Table

Test = Callable[[list[str]], bool]


class RowKind(StrEnum):
    PREVIEWS = "previews"
    UNFINISHED = "unfinished"


_WORDS = {
    RowKind.PREVIEWS: "previews or tests by the survey's authors",
    RowKind.UNFINISHED: "not finished by those who answered",
}

# By platform: the column that tells, by its names, and what it says of such a row.
_SIGNS: Mapping[str, Mapping[RowKind, tuple[str, frozenset[str]]]] = {
    "Qualtrics": {
        RowKind.PREVIEWS: ("status", frozenset(("survey preview", "survey test", "1", "2"))),
        RowKind.UNFINISHED: ("finished", frozenset(("false", "0"))),
    },
    "LimeSurvey": {RowKind.UNFINISHED: ("submitdate|date submitted", frozenset(("", "1980-01-01 00:00:00")))},
    "SurveyGizmo": {
        RowKind.PREVIEWS: ("status", frozenset(("test", "test data"))),
        RowKind.UNFINISHED: ("status", frozenset(("partial",))),
    },
    "Typeform": {RowKind.UNFINISHED: ("response type", frozenset(("partial", "started")))},
}


def row_tests(table: Table) -> dict[RowKind, Test]:
    """How the rows of each kind are told, where the platform says it of its rows."""
    found: dict[RowKind, Test] = {}
    heads = {name.strip().casefold(): at for at, c in enumerate(table.columns) for name in (c.prompt, c.name)}
    for kind, (head, signs) in _SIGNS.get(table.platform, {}).items():
        for name in head.split("|"):
            if (at := heads.get(name)) is not None:
                found[kind] = _test(at, signs)
    return found


def _test(at: int, signs: frozenset[str]) -> Test:
    return lambda cells: cells[at].strip().casefold() in signs


def row_notes(table: Table, left_out: tuple[RowKind, ...]) -> list[str]:
    """What a person should know of such rows: how many there are, and whether they are left out; one pass."""
    tests = row_tests(table)
    counts = dict.fromkeys(tests, 0)
    if tests:
        for _, cells in table.rows():
            for kind, test in tests.items():
                counts[kind] += test(cells)
    notes = []
    for kind, number in counts.items():
        if number:
            out = kind in left_out
            what = "left out (--leave-out nothing keeps them)" if out else f"kept (--leave-out {kind} leaves them out)"
            notes.append(f"Rows that are {_WORDS[kind]}: {number:,}, {what}.")
    return notes
