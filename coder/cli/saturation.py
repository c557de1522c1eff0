"""coder saturation: when new themes stopped coming up."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import closing, columns, print_one, printable, prose, say, titled, width
from coder.cli.plot import Plot
from coder.domain.wording import counted, percent_of

if TYPE_CHECKING:
    from coder.analysis.saturation import Saturation


@click.command()
@options.project
@options.question
@click.option(
    "--base-size", type=click.IntRange(1), default=4, show_default=True, help="So many responses are the base."
)
@click.option("--run", type=click.IntRange(1), default=2, show_default=True, help="So many in a row are a run.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    default=5,
    show_default=True,
    help="At most this percentage of the base's themes may a run bring anew; 0: none.",
)
@options.whose
@options.as_json
@options.as_csv
def saturation(
    project: Path,
    question: str,
    base_size: int,
    run: int,
    threshold: float,
    coder_name: str,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show how themes came up, response by response in the order of reviewing, and when new ones stopped.

    After Guest, Namey & Chen (2020), adapted to short answers: the themes of the first responses are the base, and
    saturation is reached before the first run that brings at most the threshold of new ones.
    """
    options.one_form(as_json, as_csv)
    from coder.analysis.saturation import saturation_rows, saturations, saturations_json
    from coder.analysis.tally import Cut
    from coder.stats.saturation import Rule
    from coder.store.project import open_project

    with open_project(project) as opened:
        found = saturations(opened, Cut(question, coder=coder_name), Rule(base_size, run, threshold / 100))
    if not (found or as_json or as_csv):
        say("The project has no open question yet: coder import survey FILE PROJECT")
        return
    print_one(
        as_json,
        as_csv,
        json=lambda: saturations_json(found),
        table=lambda: saturation_rows(found),
        lines=lambda: _lines(found),
    )


def _lines(found: "Sequence[Saturation]") -> Iterator[str]:
    from coder.analysis.saturation import METHOD

    for one in found:
        yield titled(one.question)
        yield f"answered {one.answered} → reviewed {one.read} responses; {len(one.arrivals)} themes came up"
        yield ""
        if one.arrivals:
            yield from _curve(one)
            yield ""
            yield from _arrivals(one)
            yield ""
        yield from prose(_verdict(one), 2)
        if one.imported:
            number = "All" if one.imported == one.read else f"{one.imported} of the {one.read}"
            yield from prose(f"{number} reviews came from a file: their order is that of the survey.", 2)
        yield ""
    yield from prose(METHOD)
    yield from closing(found[0].coders, adding_up=False)


def _verdict(one: "Saturation") -> str:
    found, rule = one.found, one.rule
    run = f"next {rule.run}" if rule.run > 1 else "next one"
    most = f"{100 * rule.threshold:g} %"
    if found.after is None:
        last = ""
        if found.share is not None and found.new is not None:
            last = f": {counted(found.new, 'new theme')} beside {found.base_themes} (at most {most})"
        return f"Not saturated: {found.reason}{last}."
    assert found.share is not None and found.new is not None
    more = f" Yet {one.later} of the {len(one.arrivals)} themes came up later." if one.later else ""
    share = percent_of(found.share, found.base_themes)
    return (
        f"Saturated after {counted(found.after, 'response')}: the {run} brought {counted(found.new, 'new theme')}, "
        f"{share} of the {found.base_themes} of the first {rule.base} (at most {most}).{more}"
    )


def _curve(one: "Saturation") -> Iterator[str]:
    curve = one.curve
    plot = Plot((0, one.read), (0, len(one.arrivals)), columns=max(20, min(61, width() - 12)), whole=True)
    plot.draw_dots(iter((float(x), float(y)) for x, y in enumerate(curve)))
    if one.found.after is not None:
        plot.put(one.found.after, curve[one.found.after], "●")
    yield from plot.lines(x_name="responses read", y_name="themes" + (", ● saturation" if one.found.after else ""))


def _arrivals(one: "Saturation") -> Iterator[str]:
    """Which themes came up in which response."""
    came: dict[int, list[str]] = {}
    for arrival in one.arrivals:
        came.setdefault(arrival.place, []).append(printable(one.codebook.by_id[arrival.theme_id].name))
    curve = one.curve
    rows = [("response", "themes", "new")]
    rows += [(f"{place:>8}", f"{curve[place]:>6}", " · ".join(names)) for place, names in came.items()]
    for line in columns(rows):
        if len(line) <= width():
            yield line
            continue
        head, rest = line[:20], line[20:]
        for at, part in enumerate(prose(rest, 20)):
            yield head + part[20:] if not at else part
