"""Rows of a survey export that are no full answers: previews by the survey's authors, unfinished ones, and spam."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from coder.formats.survey.detect import Table
from coder.formats.survey.platforms import term_of

Test = Callable[[list[str]], bool]


class RowKind(StrEnum):
    PREVIEWS = "previews"
    UNFINISHED = "unfinished"
    SPAM = "spam"


_WORDS = {
    RowKind.PREVIEWS: "previews or tests by the survey's authors",
    RowKind.UNFINISHED: "not finished by those who answered",
    RowKind.SPAM: "taken for spam by the survey platform",
}

# By platform: the columns that tell, as patterns of terms, and what they say of such a row.
_SIGNS: Mapping[str, Mapping[RowKind, Mapping[str, frozenset[str]]]] = {
    "Qualtrics": {
        RowKind.PREVIEWS: {
            "status|response type": frozenset(("survey preview", "survey test", "1", "2", "9", "17")),
            "distribution ?channel": frozenset(("preview",)),  # in this word whatever the language
        },
        RowKind.UNFINISHED: {"finished": frozenset(("false", "0", "falsch", "faux", "falso", "onwaar"))},
        RowKind.SPAM: {"status|response type": frozenset(("spam", "8", "9", "12", "40"))},
    },
    "LimeSurvey": {RowKind.UNFINISHED: {r"submitdate(\. .+)?|date submitted": frozenset(("", "1980-01-01 00:00:00"))}},
    "SurveyGizmo": {
        RowKind.PREVIEWS: {"status": frozenset(("test", "test data"))},
        RowKind.UNFINISHED: {"status": frozenset(("partial", "disqualified"))},
    },
    "Typeform": {RowKind.UNFINISHED: {"response type": frozenset(("partial", "started"))}},
}


def row_tests(table: Table) -> dict[RowKind, Test]:
    """How the rows of each kind are told, where the platform says it of its rows."""
    called = [(c.term, term_of(c.name), term_of(c.prompt)) for c in table.columns]
    found: dict[RowKind, Test] = {}
    for kind, columns in _SIGNS.get(table.platform, {}).items():
        places = [
            (next((at for at, names in enumerate(called) if any(re.fullmatch(head, n) for n in names)), None), signs)
            for head, signs in columns.items()
        ]
        told = [(at, signs) for at, signs in places if at is not None]
        if told:
            found[kind] = _test(told)
    return found


def _test(told: Sequence[tuple[int, frozenset[str]]]) -> Test:
    return lambda cells: any(cells[at].strip().casefold() in signs for at, signs in told)


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
