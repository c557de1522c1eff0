"""Participants per theme by the values of an attribute, and how each value differs from all others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from coder.analysis.tally import Cut, QuestionTally, Stopped, chain_json, never, numbers_of, path_of, tally, theme_json
from coder.domain.codebook import Codebook
from coder.domain.corpus import Question
from coder.domain.tally import Counted, ThemeCount
from coder.domain.wording import BIASED, CENSUS
from coder.errors import CoderError
from coder.stats.association import fisher, holm
from coder.stats.intervals import newcombe
from coder.store.counts import NO_VALUE
from coder.store.project import Project

LEAST = 10  # participants in a base, below which nothing is tested

NOBODY = "nobody is in one of the bases"
TOO_FEW = f"not tested: a base below {LEAST}"
NOT_ASKED = "not asked for"


@dataclass(frozen=True, slots=True)
class Contrast:
    """How much larger a theme's share is in a column than in what it is compared with (`other`), from -1 to 1.

    `p` is of Fisher's exact test, adjusted after Holm over the tests of the table; `raw_p` is the test's own. What is
    not there is None, and `reason` says why: of the difference where there is none, else of the p value.
    """

    other: ThemeCount
    difference: float | None
    interval: tuple[float, float] | None
    p: float | None
    raw_p: float | None
    reason: str


@dataclass(frozen=True)
class Group:
    """Those with one value; `against` says what they are compared with, and is empty where they are not: those whose
    value is not known, the second of two (the first says it), a single value, one that nobody in the base has.
    `contrasts` are by theme."""

    value: str
    counted: Counted
    against: str
    contrasts: Mapping[int, Contrast]

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in any theme's base: the question was not put to them, or is not reviewed yet."""
        return not any(theme.base for theme in self.counted.themes)


@dataclass(frozen=True)
class Table:
    """One open question in one wave: everybody, and a column per value; `tests` is how many p values it has."""

    question: Question
    codebook: Codebook
    counted: Counted
    groups: tuple[Group, ...]
    tests: int


@dataclass(frozen=True)
class Crosstab:
    cut: Cut
    coders: tuple[str, ...]
    tables: tuple[Table, ...]


ALL_OTHERS = "all others"


def crosstab(project: Project, cut: Cut, *, test: bool = False, stopped: Stopped = never) -> Crosstab:
    """Each open question by `cut.by`, with the difference of each value from all others together (of two: from each
    other), and on request Fisher's exact test of it.

    Those whose value is not known are counted, but neither compared nor compared with. Raises CoderError where no
    attribute is named, and as `tally` does.
    """
    if not cut.by:
        raise CoderError("A crosstab needs an attribute.", hint="coder crosstab PROJECT ATTRIBUTE")
    counted = tally(project, cut, stopped=stopped)
    return Crosstab(cut, counted.coders, tuple(_table(asked, cut, test) for asked in counted.questions))


def _table(asked: QuestionTally, cut: Cut, test: bool) -> Table:
    known = [v for v, counted in asked.groups.items() if v != NO_VALUE and any(t.base for t in counted.themes)]
    pair = len(known) == 2
    groups = []
    for value, counted in asked.groups.items():
        compared = value in known[: 1 if pair else None] and len(known) > 1
        others = [asked.groups[other] for other in known if other != value]
        contrasts = _contrasts(counted, others, cut, test) if compared else {}
        against = (known[1] if pair else ALL_OTHERS) if compared else ""
        groups.append(Group(value, counted, against, contrasts))
    tested = [
        (g, t, c.raw_p) for g, group in enumerate(groups) for t, c in group.contrasts.items() if c.raw_p is not None
    ]
    adjusted = {(g, t): p for (g, t, _), p in zip(tested, holm([p for *_, p in tested]), strict=True)}
    whole = (
        replace(group, contrasts={t: replace(c, p=adjusted.get((g, t))) for t, c in group.contrasts.items()})
        for g, group in enumerate(groups)
    )
    return Table(asked.question, asked.codebook, asked.counted, tuple(whole), len(tested))


def _contrasts(counted: Counted, others: Sequence[Counted], cut: Cut, test: bool) -> dict[int, Contrast]:
    """Nobody is in two columns, so all others together are the sums of theirs."""
    found = {}
    for at, mine in enumerate(counted.themes):
        theirs = [other.themes[at] for other in others]
        participants, base = sum(t.participants for t in theirs), sum(t.base for t in theirs)
        other = replace(
            mine,
            participants=participants,
            base=base,
            interval=None if mine.biased else cut.interval(participants, base),
            assignments=sum(t.assignments for t in theirs),
            outside=sum(t.outside for t in theirs),
        )
        found[mine.theme_id] = _contrast(mine, other, cut.census, test)
    return found


def _contrast(mine: ThemeCount, other: ThemeCount, census: bool, test: bool) -> Contrast:
    if mine.share is None or other.share is None:
        return Contrast(other, None, None, None, None, BIASED if mine.biased else NOBODY)
    numbers = mine.participants, mine.base, other.participants, other.base
    difference = mine.share - other.share
    if census:
        return Contrast(other, difference, None, None, None, CENSUS)
    reason = NOT_ASKED if not test else TOO_FEW if min(mine.base, other.base) < LEAST else ""
    return Contrast(other, difference, newcombe(*numbers), None, None if reason else fisher(*numbers), reason)


def crosstab_json(result: Crosstab) -> dict[str, Any]:
    """The crosstab as the JSON that docs/counts.md documents: percentages and their differences from -100 to 100."""
    cut = result.cut
    tables = []
    for table in result.tables:
        groups = []
        for group in table.groups:
            themes = []
            for counted in group.counted.themes:
                entry = theme_json(table.codebook, counted)
                if group.against:
                    entry["difference"] = _contrast_json(group.contrasts[counted.theme_id])
                themes.append(entry)
            base = chain_json(group.counted.chain)
            groups.append({"value": group.value, "against": group.against or None, "base": base, "themes": themes})
        tables.append(
            {
                "question": table.question.key,
                "prompt": table.question.prompt,
                "wave": table.question.wave or None,
                "base": chain_json(table.counted.chain),
                "themes": [theme_json(table.codebook, t) for t in table.counted.themes],
                "groups": groups,
                "tests": table.tests,
            }
        )
    return {"base": cut.base.value, "by": cut.by, "coders": list(result.coders), "questions": tables}


def _contrast_json(contrast: Contrast) -> dict[str, Any]:
    participants, base, percent, *_ = numbers_of(contrast.other)
    points, low, high = points_of(contrast.difference, contrast.interval)
    return {
        "other_participants": participants,
        "other_base": base,
        "other_percent": percent,
        "points": points,
        "low": low,
        "high": high,
        "p": contrast.p,
        "raw_p": contrast.raw_p,
        "reason": contrast.reason or None,
    }


def points_of(
    difference: float | None, interval: tuple[float, float] | None
) -> tuple[float | None, float | None, float | None]:
    """A difference and its interval in percentage points, from -100 to 100."""
    low, high = interval if interval is not None else (None, None)
    return tuple(None if v is None else 100 * v for v in (difference, low, high))  # type: ignore[return-value]


def crosstab_rows(result: Crosstab) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """The crosstab as a table: a row per question, value and theme."""
    header = ["question", "wave", "value", "theme", "path", "participants", "base", "percent", "low", "high"]
    header += ["against", "other_participants", "other_base", "other_percent"]
    header += ["points", "points_low", "points_high", "p", "raw_p", "reason"]

    def rows() -> Iterator[list[str | int | float | None]]:
        for table in result.tables:
            for group in table.groups:
                for counted in group.counted.themes:
                    contrast = group.contrasts.get(counted.theme_id)
                    compared: list[str | int | float | None] = [None] * 10
                    if contrast is not None:
                        c = _contrast_json(contrast)
                        compared = [group.against, *c.values()]
                    yield [
                        table.question.key,
                        table.question.wave,
                        group.value,
                        table.codebook.by_id[counted.theme_id].name,
                        path_of(table.codebook, counted.theme_id),
                        *numbers_of(counted),
                        *compared,
                    ]

    return header, rows()
