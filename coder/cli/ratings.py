"""coder ratings: what participants rated, how that changed, and ratings beside themes."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import columns, named, print_one, prose, say, titled
from coder.domain import wording
from coder.domain.rating import Bar

if TYPE_CHECKING:
    from coder.analysis.ratings import Beside, Change, Rating, RatingCut
    from coder.stats.ratings import Summary

_BAR = 30
_FEW = 10
_SCALE = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(?:-|–|to|\.\.)\s*([+-]?\d+(?:\.\d+)?)\s*")


def _ends(_: click.Context, __: click.Parameter, value: str | None) -> tuple[float, float] | None:
    if value is None:
        return None
    match = _SCALE.fullmatch(value)
    if match is None or not float(match[1]) < float(match[2]):
        raise click.BadParameter(f"{value!r} is no scale; write its ends, such as 1-7.")
    return float(match[1]), float(match[2])


@click.command()
@options.project
@options.question
@click.option("--attribute", metavar="A", default="", help="An attribute whose values are numbers, instead.")
@click.option(
    "--scale", callback=_ends, metavar="LOW-HIGH", help="The ends of the scale; values beyond them are no ratings."
)
@click.option("--by", metavar="ATTRIBUTE", default="", help="A mean for each value of an attribute.")
@click.option("--beside", metavar="Q", default="", help="Beside the themes of this open question, or of all.")
@options.whose
@click.option("--low-is-good", is_flag=True, help="A change downwards is an improvement.")
@options.census
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The seed of the bootstrap.")
@options.as_json
@options.as_csv
@click.option(
    "--table",
    type=click.Choice(("summary", "distribution", "change")),
    default="summary",
    show_default=True,
    help="What --csv prints.",
)
def ratings(
    project: Path,
    question: str,
    attribute: str,
    scale: tuple[float, float] | None,
    by: str,
    beside: str,
    coder_name: str,
    low_is_good: bool,
    census: bool,
    seed: int,
    as_json: bool,
    as_csv: bool,
    table: str,
) -> None:
    """Show what participants rated: mean, median, distribution, and the change of those who rated in two waves.

    With --beside, the mean of those who mention each theme and of those who don't; only participants count whose
    answers are reviewed. What is no number, or lies outside --scale, is left out, named and counted.
    """
    options.one_form(as_json, as_csv)
    if question and attribute:
        raise click.UsageError("--question or --attribute, not both.")
    if beside and (by or table != "summary"):
        raise click.UsageError("--beside compares by themes: not with --by or --table.")
    if coder_name and not beside:
        raise click.UsageError("--coder goes with --beside: ratings have no coder.")
    from coder.analysis.ratings import RatingCut
    from coder.store.project import open_project

    cut = RatingCut(question, attribute, scale, by, census, low_is_good, seed)
    with open_project(project) as opened:
        if beside:
            from coder.analysis.ratings import beside as compare
            from coder.analysis.tally import Cut

            compared = compare(opened, Cut("" if beside == "all" else beside, coder=coder_name), cut)
            _print_beside(compared, census, as_json, as_csv)
            return
        from coder.analysis import ratings as analysis

        found = analysis.ratings(opened, cut)
        moved = analysis.changes_of(found, cut)
    if not (found or as_json or as_csv):
        say("The project has no rating question. A column of numbers is one: coder import survey FILE --rating COLUMN")
        return
    from coder.analysis import rating_tables as tables

    made = {
        "summary": lambda: tables.rating_rows(found, cut),
        "distribution": lambda: tables.distribution_rows(found),
        "change": lambda: tables.change_rows(moved),
    }
    print_one(
        as_json,
        as_csv,
        json=lambda: tables.ratings_json(found, moved, cut),
        table=made[table],
        lines=lambda: _lines(found, moved, cut),
    )


def _lines(found: Sequence["Rating"], moved: Sequence["Change"], cut: "RatingCut") -> Iterator[str]:
    for rating in found:
        yield from _rating(rating, cut.by)
    for change in moved:
        yield from _change(change)
    yield from _method(found, cut)


def _method(found: Sequence["Rating"], cut: "RatingCut") -> Iterator[str]:
    from coder.stats.ratings import DRAWS

    if cut.census:
        return
    yield from prose(
        f"In brackets: 95 % intervals of mean and median, by bootstrap ({DRAWS:,} draws of the participants, seed "
        f"{cut.seed})."
    )
    if any(0 < s.n < _FEW for r in found for s in (r.summary, *r.groups.values())):
        yield f"Those of fewer than {_FEW} people are too narrow to be relied on."


def _title(rating: "Rating") -> str:
    return rating.name if rating.question is None else titled(rating.question)


def _rating(rating: "Rating", by: str) -> Iterator[str]:
    yield _title(rating)
    said = f"rated by {rating.summary.n} of {rating.everyone} participants"
    yield from prose(said + (f"; {wording.scale(rating.scale)}" if rating.scale else ""))
    yield ""
    if by:
        yield from _groups(rating, by)
    elif rating.bars:
        yield from _bars(rating.bars, rating.summary)
    yield from ("", f"  {_middle(rating.summary)}")
    for out in rating.left_out:
        yield from prose(f"Left out: ‘{out.value}’ of {len(out.people)} participants, {out.reason}.", 2)
    yield ""


def _middle(summary: "Summary") -> str:
    if summary.mean is None:
        return f"no mean: {summary.reason}"
    parts = [f"mean {wording.mean(summary.mean)} {wording.rated(summary.mean_interval)}".rstrip()]
    parts.append(f"median {wording.mean(summary.median)} {wording.rated(summary.median_interval)}".rstrip())
    parts.append(f"SD {wording.mean(summary.sd)}")
    return "   ".join(parts) + (f"   ({summary.reason})" if summary.reason else "")


def _bars(bars: Sequence[Bar], summary: "Summary") -> Iterator[str]:
    """A distribution as bars, the mean shown at the value, or in the range, that is nearest to it."""
    from rich.cells import cell_len

    mean = summary.mean or 0.0
    nearest = min(range(len(bars)), key=lambda i: max(bars[i].low - mean, mean - bars[i].high, 0.0))
    if bars[nearest].low != bars[nearest].high:
        # On the edge of two ranges it is in the upper one.
        nearest = max(i for i, bar in enumerate(bars) if bar.low <= mean or i == 0)
    wide = max(cell_len(bar.label) for bar in bars)
    digits = len(str(max(bar.participants for bar in bars)))
    rows = []
    for i, bar in enumerate(bars):
        share = bar.participants / summary.n
        drawn = wording.bar(share, _BAR) + (f"  ◂ mean {wording.mean(mean)}" if i == nearest else "")
        percent = wording.percent_of(share, summary.n)
        rows.append((f"{bar.label:>{wide}}", f"{bar.participants:>{digits}}", f"{percent:>6}", drawn))
    yield from columns(rows)


def _groups(rating: "Rating", by: str) -> Iterator[str]:
    rows = [(by, "n", "mean", "", "median", "SD", "")]
    for value, s in rating.groups.items():
        mean, median, sd = (wording.mean(number) for number in (s.mean, s.median, s.sd))
        rows.append((value, str(s.n), mean, wording.rated(s.mean_interval), median, sd, s.reason))
    yield from named(rows)


def _change(change: "Change") -> Iterator[str]:
    from coder.stats.ratings import Summary

    before, after, by = change.before, change.after, change.change
    yield f"{before.name} ({before.wave} → {after.wave})"
    yield from prose(
        f"rated in both: {change.paired}; {before.wave} alone {len(change.only_before)}, {after.wave} alone "
        f"{len(change.only_after)}"
    )
    yield ""

    def of(summary: Summary) -> str:
        return f"{wording.mean(summary.mean)} (n {summary.n})"

    rows = [("mean of", before.wave, after.wave, "change of each participant")]
    rows.append(("all who rated", of(before.summary), of(after.summary), ""))
    mean = f"{wording.change(by.mean)} {wording.changed(by.mean_interval)}".rstrip()
    rows.append(("those in both", of(change.paired_before), of(change.paired_after), mean))
    median = f"median {wording.change(by.median)} {wording.changed(by.median_interval)}".rstrip()
    yield from named([*rows, ("", "", "", median)])
    yield ""
    if by.n:
        counted = (("improved", change.improved), ("same", change.same), ("worse", change.worse))
        digits = len(str(by.n))
        yield from columns(
            [
                (
                    word,
                    f"{len(people):>{digits}}",
                    f"{wording.percent_of(len(people) / by.n, by.n):>6}",
                    wording.bar(len(people) / by.n, _BAR),
                )
                for word, people in counted
            ]
        )
        yield ""
    if by.reason:
        yield f"  No interval of the change: {by.reason}."
    yield f"  Improved: a {'lower' if change.low_is_good else 'higher'} rating in {after.wave} than in {before.wave}."
    if change.scales_differ:
        yield "  The two waves state different scales: their difference means little."
    yield ""


def _print_beside(found: Sequence["Beside"], census: bool, as_json: bool, as_csv: bool) -> None:
    if not (found or as_json or as_csv):
        say("There is no rating to set beside a theme. A column of numbers is one: coder import survey --rating COLUMN")
        return
    from coder.analysis.rating_tables import beside_json, beside_rows

    print_one(
        as_json,
        as_csv,
        json=lambda: beside_json(found, census=census),
        table=lambda: beside_rows(found),
        lines=lambda: _beside_lines(found, census),
    )


def _beside_lines(found: Sequence["Beside"], census: bool) -> Iterator[str]:
    for one in found:
        yield from _beside(one)
    if not census:
        yield from prose(
            "In brackets: 95 % Welch intervals of the differences of means. Of twenty such intervals about one misses "
            "by chance; and that those with a theme rate higher does not say that it is the reason."
        )


def _beside(one: "Beside") -> Iterator[str]:
    yield _title(one.rating)
    yield f"  beside {titled(one.question)}"
    yield from prose(
        f"rated {one.rating.summary.n} → answered {one.answered} → reviewed {one.reviewed}; means, and in brackets how "
        "many rated"
    )
    yield ""
    if not one.themes:
        yield from ("  No theme serves this question yet.", "")
        return
    rows: list[tuple[str, ...]] = [("theme", "with it", "without", "difference")]
    for t in one.themes:
        name = "  " * t.depth + one.codebook.by_id[t.theme_id].name
        sides = (f"{wording.mean(s.mean)} ({s.n})" for s in (t.having, t.lacking))
        interval = wording.changed(t.apart.interval) or f"({t.apart.reason})"
        rows.append((name, *sides, f"{wording.change(t.apart.difference)} {interval}"))
    yield from named(rows)
    yield ""
    for out in one.rating.left_out:
        yield from prose(f"Left out: ‘{out.value}’ of {len(out.people)} participants, {out.reason}.", 2)
    if left := one.answered - one.reviewed:
        yield f"  {left} who answered and rated are not reviewed yet: they are in neither mean."
    yield ""
