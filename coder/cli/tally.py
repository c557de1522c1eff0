"""coder tally: participants per theme, with base and interval."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import columns, printable, result, result_json, say, width

if TYPE_CHECKING:
    from coder.analysis import QuestionTally, Tally
    from coder.domain.tally import Counted, ThemeCount

_BAR = 20
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_BASES = ("reviewed", "answered", "asked", "all")


@click.command()
@options.project
@click.option("--question", metavar="Q", default="", help="One question alone: its key, or the code that begins it.")
@click.option("--by", metavar="ATTRIBUTE", default="", help="A count for each value of an attribute.")
@click.option("--coder", "coder_name", metavar="NAME", default="", help="The codings of one coder alone.")
@click.option(
    "--base", type=click.Choice(_BASES), default="reviewed", show_default=True, help="Whom percentages are of."
)
@click.option("--estimate", is_flag=True, help="Shares of all who answered, from those who were coded at random.")
@options.as_json
@click.option("--csv", "as_csv", is_flag=True, help="Print the result as CSV.")
def tally(
    project: Path, question: str, by: str, coder_name: str, base: str, estimate: bool, as_json: bool, as_csv: bool
) -> None:
    """Count the participants who mention each theme: each once, however often they say it.

    A parent theme's count is the union of its sub-themes'. Suggestions never count. With --estimate nothing is
    counted: the share of each theme among all who answered is estimated, suggestions supporting the random sample.
    """
    if as_json and as_csv:
        raise click.UsageError("--json or --csv, not both.")
    if estimate:
        if by or base != "reviewed":
            raise click.UsageError("--estimate is of all who answered: not with --by or --base.")
        from coder.cli.prevalence import show_prevalence

        show_prevalence(project, question=question, coder=coder_name, as_json=as_json, as_csv=as_csv)
        return
    from coder.analysis import tally as count
    from coder.analysis import tally_json, tally_rows
    from coder.domain.tally import Base
    from coder.store.project import open_project

    with open_project(project) as opened:
        counted = count(opened, question=question, by=by, coder=coder_name, base=Base(base))
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
    result("A participant can mention several themes, so the percentages do not add up to 100.")
    if len(counted.coders) > 1:
        result(f"Codings of {', '.join(counted.coders)} together; one alone with --coder.")


def _question(asked: "QuestionTally", counted: "Tally") -> Iterator[str]:
    chain = asked.counted.chain
    yield asked.question.key + (f" ({asked.question.wave})" if asked.question.wave else "")
    yield (
        f"asked {chain.asked} → answered {chain.answered} → reviewed {chain.reviewed} "
        f"→ with a theme {chain.with_theme}; percent of {_of(counted.base.value)}, 95 % Wilson interval"
    )
    yield ""
    if not asked.counted.themes:
        yield "  No theme serves this question yet."
    elif counted.by:
        yield from _by_group(asked, counted.by)
    else:
        yield from _bars(asked)
    yield ""
    yield from _remarks(asked, counted)


def _of(base: str) -> str:
    return {"reviewed": "those reviewed", "answered": "those who answered", "asked": "those asked", "all": "everybody"}[
        base
    ]


def _bars(asked: "QuestionTally") -> Iterator[str]:
    from rich.cells import cell_len

    rows = []
    digits = len(str(max(t.participants for t in asked.counted.themes)))
    for t in asked.counted.themes:
        name = "  " * t.depth + printable(asked.codebook.by_id[t.theme_id].name).replace("\n", " ")
        count = f"{t.participants:>{digits}} of {t.base}"
        rows.append((name, count, f"{_percent(t):>6}", _interval(t), _bar(t)))
    room = width() - _BAR - 32
    if max(cell_len(row[0]) for row in rows) <= room:
        yield from columns(rows)
        return
    # A name that leaves no room for its figures stands whole on a line of its own.
    for row, figures in zip(rows, columns([r[1:] for r in rows], indent=4), strict=True):
        yield "  " + row[0]
        yield figures


def _by_group(asked: "QuestionTally", by: str) -> Iterator[str]:
    from rich.cells import cell_len

    groups = asked.groups
    heads = [f"{by}: {value}" if not i else value for i, value in enumerate(groups)]
    rows = [("", *heads, "")]
    for i, t in enumerate(asked.counted.themes):
        name = "  " * t.depth + asked.codebook.by_id[t.theme_id].name
        cells = [f"{g.themes[i].participants} of {g.themes[i].base}  {_percent(g.themes[i])}" for g in groups.values()]
        rows.append((name, *cells, ""))
    if sum(max(map(cell_len, column)) + 2 for column in zip(*rows, strict=True)) <= width():
        yield from columns(rows)
        return
    for value, group in groups.items():
        yield f"  {by}: {value}"
        yield from columns(
            [
                ("  " * t.depth + asked.codebook.by_id[t.theme_id].name, f"{t.participants} of {t.base}", _percent(t))
                for t in group.themes
            ],
            indent=4,
        )


def _remarks(asked: "QuestionTally", counted: "Tally") -> Iterator[str]:
    c: Counted = asked.counted
    said = False
    if left := c.chain.answered - c.chain.reviewed:
        outside = "outside this base" if counted.base.value == "reviewed" else "part of the base, and no zeros"
        yield f"  {left} of {c.chain.answered} who answered are not reviewed yet: {outside}."
        said = True
    if c.unread_with_theme and counted.base.value == "reviewed":
        yield f"  {c.unread_with_theme} of these have codings already; they count once their answers are reviewed."
        said = True
    if any(t.base < c.chain.reviewed for t in c.themes) and counted.base.value == "reviewed":
        yield "  Themes with a smaller base came after some answers had been reviewed: these need another look."
        said = True
    if any(t.biased for t in c.themes):
        yield "  No percentage where a theme was found in answers reviewed before it came: review these again."
        said = True
    if said:
        yield ""


def _percent(t: "ThemeCount") -> str:
    if t.share is None:
        return "–"
    return f"{100 * t.share:.0f} %" if t.base < 100 else f"{100 * t.share:.1f} %"


def _interval(t: "ThemeCount") -> str:
    if t.interval is None:
        return ""
    digits = 0 if t.base < 100 else 1
    return f"[{100 * t.interval[0]:.{digits}f}–{100 * t.interval[1]:.{digits}f}]"


def _bar(t: "ThemeCount") -> str:
    eighths = round((t.share or 0) * _BAR * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")
