"""coder crosstab: participants per theme by the values of an attribute, and how each differs from the others."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import closing, columns, named, print_one, prose, say, titled, width
from coder.domain import wording

if TYPE_CHECKING:
    from coder.analysis.crosstab import Crosstab, Group, Table
    from coder.domain.tally import Figure


@click.command()
@options.project
@click.argument("attribute")
@options.question
@click.option("--test", is_flag=True, help="P values: Fisher's exact test, Holm-adjusted over the table.")
@options.base
@options.whose
@options.census
@options.as_json
@options.as_csv
def crosstab(
    project: Path,
    attribute: str,
    question: str,
    test: bool,
    base: str,
    coder_name: str,
    census: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show themes by the values of ATTRIBUTE, and how each value differs from all others together.

    ATTRIBUTE may also be a choice question. Two values are compared with each other. Whose value is not known is
    counted, but neither compared nor compared with. Nothing is tested where a base is below 10.
    """
    options.one_form(as_json, as_csv)
    if test and census:
        raise click.UsageError("--test is for samples: in a census nobody was drawn, so not with --census.")
    from coder.analysis.crosstab import crosstab as count
    from coder.analysis.crosstab import crosstab_json, crosstab_rows
    from coder.analysis.tally import Cut
    from coder.domain.tally import Base
    from coder.store.project import open_project

    with open_project(project) as opened:
        found = count(opened, Cut(question, attribute, coder_name, Base(base), census), test=test)
    if not (found.tables or as_json or as_csv):
        say("The project has no open question yet: coder import survey FILE PROJECT")
        return
    print_one(
        as_json,
        as_csv,
        json=lambda: crosstab_json(found),
        table=lambda: crosstab_rows(found),
        lines=lambda: _lines(found, test),
    )


def _lines(found: "Crosstab", test: bool) -> Iterator[str]:
    for table in found.tables:
        yield titled(table.question)
        yield from prose(f"by {found.cut.by}")
        yield f"{wording.chain_line(table.counted.chain)}; percent of {wording.of_whom(found.cut.base)}"
        yield ""
        if not table.counted.themes:
            yield "  No theme serves this question yet."
        else:
            yield from _table(table, found.cut.by, test)
        yield ""
        remarks = [*wording.remarks(table.counted, found.cut.base)]
        if test:
            remarks += _of_tests(table)
        for remark in remarks:
            yield from prose(remark, 2)
        if remarks:
            yield ""
    if any(group.against for table in found.tables for group in table.groups):
        intervals = "" if found.cut.census else " with their 95 % Newcombe intervals"
        yield from prose(f"Differences are in percentage points{intervals}.")
    yield from closing(found.coders)


def _of_tests(table: "Table") -> Iterator[str]:
    from coder.analysis.crosstab import TOO_FEW

    if table.tests:
        yield (
            f"p: Fisher's exact test, adjusted after Holm for the {table.tests} tests of this table."
            if table.tests > 1
            else "p: Fisher's exact test."
        )
    left_out = sum(c.reason == TOO_FEW for group in table.groups for c in group.contrasts.values())
    if left_out:
        from coder.analysis.crosstab import LEAST

        yield f"Not tested, as a base is below {LEAST}: {left_out} differences (–)."


def _table(table: "Table", by: str, test: bool) -> Iterator[str]:
    """One table, if it fits; else one below the other for each value."""
    from rich.cells import cell_len

    from coder.analysis.crosstab import ALL_OTHERS

    groups = [group for group in table.groups if not group.is_empty]
    if groups:
        heads, cells = [""], [_names(table)]
        late: tuple[list[str], list[list[str]]] = ([], [])  # of two values the difference stands behind both
        for at, group in enumerate(groups):
            heads.append(group.value)
            cells.append(_counts(group.counted.themes))
            found = [_difference(group), *(["p"] if test else [])], _differences(group, test)
            if group.against == ALL_OTHERS:
                heads += found[0]
                cells += found[1]
            elif group.against:
                late = found
            if at == 1:
                heads += late[0]
                cells += late[1]
        whole = list(columns([[*heads, ""], *([*row, ""] for row in zip(*cells, strict=True))]))
        if max(map(cell_len, whole)) <= width():
            yield from whole
        else:
            yield from _blocks(table, groups, test)
    if empty := [group.value for group in table.groups if group.is_empty]:
        yield from prose(wording.nobody_with(by, empty), 2)


def _blocks(table: "Table", groups: "Sequence[Group]", test: bool) -> Iterator[str]:
    told: set[str] = set()  # beside another
    for at, group in enumerate(groups):
        if group.value in told:
            continue
        if at:
            yield ""
        yield from prose(group.value + (f" against {group.against}" if group.against else ""), 2)
        heads, cells = ["", "these"], [_names(table), _counts(group.counted.themes)]
        if group.against:
            told.add(group.against)
            heads += ["those", "difference", *(["p"] if test else [])]
            cells.append(_counts([group.contrasts[t.theme_id].other for t in group.counted.themes]))
            cells += _differences(group, test)
        yield from named([[*heads, ""], *([*row, ""] for row in zip(*cells, strict=True))])


def _difference(group: "Group") -> str:
    from coder.analysis.crosstab import ALL_OTHERS

    return f"− {group.against}" if group.against == ALL_OTHERS else f"{group.value} − {group.against}"


def _names(table: "Table") -> list[str]:
    return ["  " * t.depth + table.codebook.by_id[t.theme_id].name for t in table.counted.themes]


def _counts(figures: "Sequence[Figure]") -> list[str]:
    """Numbers, bases and percentages below each other."""
    numbers = [f"{figure.participants} of {figure.base}" for figure in figures]
    shares = [wording.percent(figure) for figure in figures]
    room, wide = max(map(len, numbers)), max(map(len, shares))
    return [f"{number:>{room}}  {share:>{wide}}" for number, share in zip(numbers, shares, strict=True)]


def _differences(group: "Group", test: bool) -> list[list[str]]:
    """The differences with their intervals below each other, and their p values, if these are wanted."""
    found = []
    for mine in group.counted.themes if group.against else ():
        contrast = group.contrasts[mine.theme_id]
        base = min(mine.base, contrast.other.base)
        interval = wording.points_interval(contrast.interval, base)
        found.append((wording.points(contrast.difference, base), interval, wording.p_value(contrast.p)))
    room = max((len(points) for points, *_ in found), default=0)
    points = [f"{number:>{room}} {interval}".rstrip() for number, interval, _ in found]
    return [points, *([[p for *_, p in found]] if test else [])]
