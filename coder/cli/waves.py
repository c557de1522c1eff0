"""coder compare: what changed between waves, among the same participants."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import closing, columns, named, print_one, prose, say, width
from coder.domain import wording

if TYPE_CHECKING:
    from coder.analysis.waves import Change, ThemeChange


@click.command()
@options.project
@options.question
@options.whose
@options.census
@options.as_json
@options.as_csv
def compare(project: Path, question: str, coder_name: str, census: bool, as_json: bool, as_csv: bool) -> None:
    """Show which themes the same participants gained or lost from one wave of a question to the next.

    Only those count whose answers are reviewed in both waves. Of three waves or more the first and the last are
    compared, too. Ratings have their own changes: coder ratings.
    """
    options.one_form(as_json, as_csv)
    from coder.analysis.tally import Cut
    from coder.analysis.waves import change_rows, changes_json
    from coder.analysis.waves import compare as count
    from coder.store.project import open_project

    with open_project(project) as opened:
        found = count(opened, Cut(question, coder=coder_name, census=census))
    if not (found or as_json or as_csv):
        what = "This question" if question else "Every open question"
        say(f"{what} was asked in one wave alone: there is nothing to compare.")
        say("How ratings changed between waves: coder ratings PROJECT")
        return
    print_one(
        as_json,
        as_csv,
        json=lambda: changes_json(found),
        table=lambda: change_rows(found),
        lines=lambda: _lines(found, census),
    )


def _lines(found: "Sequence[Change]", census: bool) -> Iterator[str]:
    for change in found:
        yield from _change(change, census)
        yield ""
    if not census:
        yield from prose(
            "Change in percentage points of the same participants, with the 95 % interval after Newcombe (paired); p: "
            "McNemar's test, mid-p; the exact p is in --json and --csv."
        )
    yield from closing(found[0].coders)


def _change(change: "Change", census: bool) -> Iterator[str]:
    before, after = (q.wave or "no wave" for q in (change.before, change.after))
    yield f"{change.before.key} ({before} → {after})"
    chain = f"asked {change.asked} → answered {change.answered} → reviewed {change.reviewed}"
    yield f"in both waves: {chain}; percent of those"
    yield ""
    if change.themes:
        yield from _table(change, before, after, census)
    else:
        yield "  No theme serves this question yet."
    alone = [
        f"{number} in {wave} alone"
        for number, wave in ((change.before_alone, before), (change.after_alone, after))
        if number
    ]
    remarks = [f"Reviewed in one wave alone, and in no figure here: {', '.join(alone)}."] if alone else []
    from coder.domain.wording import BIASED

    if any(theme.pairs.base < change.reviewed for theme in change.themes):
        remarks.append("Themes with a smaller base came after some answers had been reviewed: these need another look.")
    if any(theme.reason == BIASED for theme in change.themes):
        remarks.append("No percentage where a theme was found in answers reviewed before it came: review these again.")
    if remarks:
        yield ""
    for remark in remarks:
        yield from prose(remark, 2)


def _table(change: "Change", before: str, after: str, census: bool) -> Iterator[str]:
    from rich.cells import cell_len

    heads = ("", "of", before, after, "gained", "lost", "kept", "neither", "change", *([] if census else ["p"]))
    rows = [_row(change, theme, census) for theme in change.themes]
    whole = list(columns([heads, *rows]))
    if max(map(cell_len, whole)) <= width():
        yield from whole
        return
    yield from named([heads, *rows])


def _row(change: "Change", theme: "ThemeChange", census: bool) -> list[str]:
    pairs = theme.pairs
    shares = [
        "–" if theme.difference is None else wording.percent_of(number / pairs.base, pairs.base)
        for number in (pairs.before, pairs.after)
    ]
    moves = [str(number) for number in (pairs.gained, pairs.lost, pairs.kept, pairs.neither)]
    points = wording.points(theme.difference, pairs.base)
    interval = wording.points_interval(theme.interval, pairs.base)
    row = ["  " * theme.depth + change.codebook.by_id[theme.theme_id].name, str(pairs.base), *shares, *moves]
    return [*row, f"{points:>4} {interval}".rstrip(), *([] if census else [wording.p_value(theme.mid_p)])]
