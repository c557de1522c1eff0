"""coder choices: participants per option of choice and multi questions."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import columns, named, print_one, prose, say, titled, width
from coder.domain import wording

if TYPE_CHECKING:
    from coder.analysis.choices import Choices, Option

_BAR = 20
_ALONE = 5  # so many options of one person each are folded into a line


@click.command()
@options.project
@options.question
@click.option("--by", metavar="ATTRIBUTE", default="", help="A count for each value of an attribute.")
@click.option("--most-first", is_flag=True, help="The options that most chose first, not the survey's order.")
@click.option("--all", "everything", is_flag=True, help="Options that one person alone gave, and what people wrote.")
@options.census
@options.as_json
@options.as_csv
def choices(
    project: Path,
    question: str,
    by: str,
    most_first: bool,
    everything: bool,
    census: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Count the participants who chose each option, of those who chose any."""
    options.one_form(as_json, as_csv)
    from coder.analysis.choices import ChoiceCut, choice_rows, choices_json
    from coder.analysis.choices import choices as count
    from coder.store.project import open_project

    cut = ChoiceCut(question, by, census, most_first)
    with open_project(project) as opened:
        found = count(opened, cut)
    if not (found or as_json or as_csv):
        say("The project has no choice or multi question. Say which column is one: coder import survey --choice COLUMN")
        return
    print_one(
        as_json,
        as_csv,
        json=lambda: choices_json(found, cut),
        table=lambda: choice_rows(found, cut),
        lines=lambda: (line for one in found for line in _choices(one, by, everything)),
    )


def _choices(one: "Choices", by: str, everything: bool) -> Iterator[str]:
    yield titled(one.question)
    intervals = any(option.figure.interval for option in one.options)
    said = f"answered by {one.base} of {one.everyone} participants; percent of those who answered"
    yield from prose(said + (", 95 % Wilson interval" if intervals else ""))
    yield ""
    alone = [option for option in one.options if option.figure.participants == 1]
    folded = len(alone) if len(alone) >= _ALONE and not everything else 0
    shown = [option for option in one.options if not folded or option.figure.participants > 1]
    yield from _by_group(one, shown, by) if by else _bars(shown)
    yield ""
    if remarks := list(_remarks(one, folded, everything)):
        yield from (*remarks, "")


def _remarks(one: "Choices", folded: int, everything: bool) -> Iterator[str]:
    if folded:
        yield f"  And {folded} answers that one person alone gave: --all shows them."
    if one.several:
        each = one.chosen / one.base
        said = f"{len(one.several)} chose several, {each:.1f} options each on average"
        yield from prose(f"{said}: they add up to more than 100 %.", 2)
    written = sum(len(option.written) for option in one.options)
    if written and not everything:
        yield f"  {written} wrote something beside an option: --all shows it."
    for option in one.options if everything else ():
        for words in option.written.values():
            yield f"  {' '.join(option.name.split())}: ‘{' '.join(words.split())}’"


def _bars(shown: "list[Option]") -> Iterator[str]:
    digits = len(str(max((option.figure.participants for option in shown), default=0)))
    rows = []
    for option in shown:
        figure = option.figure
        count = f"{figure.participants:>{digits}} of {figure.base}"
        drawn = wording.bar(figure.share or 0, _BAR)
        rows.append((option.name, count, f"{wording.percent(figure):>6}", wording.interval(figure), drawn))
    yield from named(rows)


def _by_group(one: "Choices", shown: "list[Option]", by: str) -> Iterator[str]:
    from rich.cells import cell_len

    rows = [("", *(f"{by}: {value}" if not i else value for i, value in enumerate(one.groups)), "")]
    for option in shown:
        parts = (f"{f.participants} of {f.base}  {wording.percent(f)}" for f in option.groups.values())
        rows.append((option.name, *parts, ""))
    if max(map(cell_len, lines := list(columns(rows)))) <= width():
        yield from lines
        return
    for value in one.groups:
        yield f"  {by}: {value}"
        figures = [(option.name, option.groups[value]) for option in shown]
        yield from columns(
            [(name, f"{f.participants} of {f.base}", wording.percent(f)) for name, f in figures], indent=4
        )
