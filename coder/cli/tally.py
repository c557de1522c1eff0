"""coder tally: participants per theme, with base and interval."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import closing, columns, result, result_json, say, titled, width
from coder.domain import wording

if TYPE_CHECKING:
    from coder.analysis.tally import QuestionTally, Tally

_BAR = 20


@click.command()
@options.project
@options.question
@click.option("--by", metavar="ATTRIBUTE", default="", help="A count for each value of it, or of a choice question.")
@options.whose
@options.base
@options.census
@click.option("--estimate", is_flag=True, help="Shares of all who answered, from those who were coded at random.")
@options.as_json
@options.as_csv
def tally(
    project: Path,
    question: str,
    by: str,
    coder_name: str,
    base: str,
    census: bool,
    estimate: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Count the participants who mention each theme: each once, however often they say it.

    A parent theme's count is the union of its sub-themes'. Suggestions never count. With --estimate nothing is
    counted: the share of each theme among all who answered is estimated, suggestions supporting the random sample.
    """
    options.one_form(as_json, as_csv)
    if estimate:
        if by or base != "reviewed" or census:
            raise click.UsageError("--estimate is of all who answered: not with --by, --base or --census.")
        from coder.cli.prevalence import show_prevalence

        show_prevalence(project, question=question, coder=coder_name, as_json=as_json, as_csv=as_csv)
        return
    from coder.analysis.tally import Cut, tally_json, tally_rows
    from coder.analysis.tally import tally as count
    from coder.domain.tally import Base
    from coder.store.project import open_project

    with open_project(project) as opened:
        counted = count(opened, Cut(question, by, coder_name, Base(base), census))
    if as_json:
        result_json(tally_json(counted))
    elif as_csv:
        from coder.formats.tables import to_csv_text

        click.echo(to_csv_text(*tally_rows(counted)), nl=False)
    else:
        show_tally(counted)


def show_tally(counted: "Tally") -> None:
    """Print a tally as tables with bars."""
    if not counted.questions:
        say("The project has no open question yet: coder import survey FILE PROJECT")
        return
    for asked in counted.questions:
        for line in _question(asked, counted):
            result(line)
    for line in closing(counted.coders):
        result(line)


def _question(asked: "QuestionTally", counted: "Tally") -> Iterator[str]:
    yield titled(asked.question)
    cut = counted.cut
    yield f"{wording.chain_line(asked.counted.chain)}; {wording.interval_kind(cut.base, census=cut.census)}"
    yield ""
    if not asked.counted.themes:
        yield "  No theme serves this question yet."
    elif counted.cut.by:
        yield from _by_group(asked, counted.cut.by)
    else:
        yield from _bars(asked)
    yield ""
    if said := [f"  {remark}" for remark in wording.remarks(asked.counted, counted.cut.base)]:
        yield from (*said, "")


def _bars(asked: "QuestionTally") -> Iterator[str]:
    from coder.charts.characters import bar_lines
    from coder.picturing import theme_bars

    return bar_lines(theme_bars(asked, most_first=False).bars, width(), longest=_BAR)


def _by_group(asked: "QuestionTally", by: str) -> Iterator[str]:
    from rich.cells import cell_len

    groups = asked.groups
    names = ["  " * t.depth + asked.codebook.by_id[t.theme_id].name for t in asked.counted.themes]
    heads = [f"{by}: {value}" if not i else value for i, value in enumerate(groups)]
    rows = [("", *heads, "")]
    for i, name in enumerate(names):
        parts = [group.themes[i] for group in groups.values()]
        rows.append((name, *(f"{t.participants} of {t.base}  {wording.percent(t)}" for t in parts), ""))
    if sum(max(map(cell_len, column)) + 2 for column in zip(*rows, strict=True)) <= width():
        yield from columns(rows)
        return
    for value, group in groups.items():
        yield f"  {by}: {value}"
        lines = [
            (name, f"{t.participants} of {t.base}", wording.percent(t))
            for name, t in zip(names, group.themes, strict=True)
        ]
        yield from columns(lines, indent=4)
