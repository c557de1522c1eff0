"""The themes of a question by the values of an attribute, as tables."""

from collections.abc import Iterator

from coder.analysis.crosstab import ALL_OTHERS, Contrast, Group, Table
from coder.domain import wording
from coder.domain.tally import ThemeCount
from coder.report import contents
from coder.report.contents import Cell, Column, Named, Row, Strong, Words, joined
from coder.report.numbering import Numbering
from coder.report.themes import Asked

MOST = 12
"""How many values a table has columns for."""


def too_many(by: str, number: int) -> Words:
    """That a table would not fit on a page."""
    return (Named(by), f" has {number:,} values, too many for a table; coder crosstab --csv writes them all.")


def anchor_of(asked: Asked, theme_id: int, group: int) -> str:
    return f"{asked.anchor(theme_id)}-group-{group}"


def tables_of(
    asked: Asked, table: Table, by: str, numbering: Numbering, opens: frozenset[str]
) -> Iterator[contents.Table]:
    """The participants per theme and value; and how much each value's share differs, beside it where there are two."""
    compared = [group for group in table.groups if group.against]
    pair = len(compared) == 1 and compared[0].against != ALL_OTHERS
    yield _counts(asked, table, by, numbering, opens, compared[0] if pair else None)
    if len(compared) > 1:
        yield _differences(asked, compared, numbering)


def _counts(
    asked: Asked, table: Table, by: str, numbering: Numbering, opens: frozenset[str], pair: Group | None
) -> contents.Table:
    columns = [Column(("Theme",), share=3)]
    figures = []
    # Their places are those of all groups, as their anchors are.
    shown = [(at, group) for at, group in enumerate(table.groups) if not group.is_empty] or list(
        enumerate(table.groups)
    )
    for at, group in shown:
        size = group.counted.chain.size(asked.base)
        columns.append(Column((Named(group.value), f" (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{size:,})"), True))
        figures.append((at, size, {t.theme_id: t for t in group.counted.themes}))
    if pair is not None:
        columns.append(Column(("Difference",), True))
    rows = []
    for t in asked.order:
        cells = [Cell((Named(asked.name(t.theme_id)),))]
        for at, size, counted in figures:
            anchor = anchor_of(asked, t.theme_id, at)
            cells.append(Cell(_count(counted[t.theme_id], size), anchor if anchor in opens else ""))
        if pair is not None:
            cells.append(Cell((_difference(pair, t.theme_id),)))
        rows.append(Row(tuple(cells), t.depth))
    notes: list[Words] = [("n: ", f"how many with the value are {_whom(asked)}.")]
    if len(shown) < len(table.groups):
        values = joined([(Named(group.value),) for group in table.groups if group.is_empty], ", ")
        notes.append(("Values of ", Named(by), " with nobody in this base, not shown: ", *values, "."))
    if pair is not None:
        first, second = Named(pair.value), Named(pair.against)
        interval = " In brackets: 95 % Newcombe intervals." if _has_interval([pair]) else ""
        notes.append(
            ("Difference: the share of ", first, " less that of ", second, f", in percentage points.{interval}")
        )
    return numbering.table(
        ("Participants who mention each theme, by ", Named(by)),
        tuple(columns),
        tuple(rows),
        anchor=f"{asked.anchor()}-groups",
        notes=tuple(notes),
    )


def _differences(asked: Asked, compared: list[Group], numbering: Numbering) -> contents.Table:
    columns = (Column(("Theme",), share=3), *(Column((Named(group.value),), True) for group in compared))
    rows = []
    for t in asked.order:
        cells = (Cell((_difference(group, t.theme_id),)) for group in compared)
        rows.append(Row((Cell((Named(asked.name(t.theme_id)),)), *cells), t.depth))
    interval = ("In brackets: 95 % Newcombe intervals. With many values some differences are large by chance alone.",)
    return numbering.table(
        ("How much the share of each value differs from that of all others, in percentage points",),
        columns,
        tuple(rows),
        anchor=f"{asked.anchor()}-differences",
        notes=(interval,) if _has_interval(compared) else (),
    )


def _count(t: ThemeCount, size: int) -> Words:
    of = "" if t.base == size else f" of {t.base:,}"
    return Strong(f"{t.participants:,}"), f"{of} ({wording.percent(t)})"


def _difference(group: Group, theme_id: int) -> str:
    contrast: Contrast = group.contrasts[theme_id]
    mine = next(t for t in group.counted.themes if t.theme_id == theme_id)
    base = min(mine.base, contrast.other.base)
    interval = wording.points_interval(contrast.interval, base)
    return f"{wording.points(contrast.difference, base)} {interval}".strip()


def _has_interval(groups: list[Group]) -> bool:
    return any(c.interval is not None for group in groups for c in group.contrasts.values())


def _whom(asked: Asked) -> str:
    return {"reviewed": "reviewed", "answered": "among those who answered", "asked": "among those asked"}.get(
        asked.base.value, "in the project"
    )
