"""coder together: which themes the same participants have."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import closing, columns, named, print_one, prose, say, titled, width
from coder.domain import wording

if TYPE_CHECKING:
    from coder.analysis.together import CoOccurrence, Strength
    from coder.domain.tally import Base

_STRENGTHS = ("jaccard", "lift", "participants")


@click.command()
@options.project
@options.question
@click.option("--most", type=click.IntRange(1), default=10, show_default=True, help="So many pairs are listed.")
@click.option(
    "--sort", type=click.Choice(_STRENGTHS), default="jaccard", show_default=True, help="Which pairs come first."
)
@options.base
@options.whose
@options.census
@options.as_json
@options.as_csv
def together(
    project: Path,
    question: str,
    most: int,
    sort: str,
    base: str,
    coder_name: str,
    census: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show how many participants have both of two themes, and how closely these go together.

    Jaccard: of those with either theme, the share with both. Lift: how many times as many have both as if the themes
    had nothing to do with each other. A theme is not listed with one above it. --json and --csv have all pairs.
    """
    options.one_form(as_json, as_csv)
    from coder.analysis.tally import Cut
    from coder.analysis.together import Strength, pair_rows, together_json
    from coder.analysis.together import together as count
    from coder.domain.tally import Base
    from coder.store.project import open_project

    with open_project(project) as opened:
        found = count(opened, Cut(question, coder=coder_name, base=Base(base), census=census))
    if not (found or as_json or as_csv):
        say("The project has no open question yet: coder import survey FILE PROJECT")
        return
    print_one(
        as_json,
        as_csv,
        json=lambda: together_json(found),
        table=lambda: pair_rows(*found),
        lines=lambda: _lines(found, Base(base), Strength(sort), most),
    )


def _lines(found: "Sequence[CoOccurrence]", base: "Base", sort: "Strength", most: int) -> Iterator[str]:
    for one in found:
        yield titled(one.question)
        yield f"{wording.chain_line(one.chain)}; percent of {wording.of_whom(base)}"
        yield ""
        yield from _matrix(one)
        yield from _pairs(one, sort, most)
        yield ""
    yield from closing(found[0].coders, adding_up=False)


def _matrix(one: "CoOccurrence") -> Iterator[str]:
    """Everybody with both of two themes; on the diagonal, with the one. Nothing where it is too wide."""
    from rich.cells import cell_len

    if len(one.rows) < 2:
        return
    rows = [["", *(str(at) for at in range(1, len(one.rows) + 1)), ""]]
    for at, (depth, theme) in enumerate(one.rows, 1):
        numbers = [one.figure(theme.id, other.id).participants for _, other in one.rows[:at]]
        rows.append(["  " * depth + f"{at} {theme.name}", *(str(n) if n else "·" for n in numbers)])
        rows[-1] += [""] * (len(rows[0]) - len(rows[-1]))
    lines = list(columns(rows))
    if max(map(cell_len, lines)) <= min(width(), 160):
        yield from lines
        yield ""


def _pairs(one: "CoOccurrence", sort: "Strength", most: int) -> Iterator[str]:
    pairs = one.strongest(sort)
    if not pairs:
        yield "  Nobody has two themes of which neither is above the other."
        return
    rows = [["", "both", "", "Jaccard", "lift"]]
    for first, second in pairs[:most]:
        figure, a = one.figure(first.id, second.id), one.association(first.id, second.id)
        count = f"{figure.participants} of {figure.base}"
        rows.append(
            [
                f"{first.name} + {second.name}",
                count,
                f"{wording.percent(figure):>4} {wording.interval(figure)}".rstrip(),
                "–" if a.jaccard is None else f"{a.jaccard:.2f}",
                "–" if a.lift is None else f"{a.lift:.1f}",
            ]
        )
    yield from named(rows)
    if len(pairs) > most:
        yield f"  {len(pairs) - most} more pairs: --most {len(pairs)} shows them all."
    if any(one.association(first.id, second.id).reason for first, second in pairs[:most]):
        yield from prose(
            "– where one of the two came after some had been reviewed: of these only the finds are known.", 2
        )
