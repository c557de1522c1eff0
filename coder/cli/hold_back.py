"""coder hold-back: code some responses without suggestions, and see whether that makes a difference."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import columns, result, result_json, say
from coder.domain.wording import percent_of, points, points_interval

if TYPE_CHECKING:
    from coder.comparison import Compared, Comparison, Difference


@click.command("hold-back")
@options.project
@click.argument("share", required=False)
@options.coder
@options.as_json
def hold_back(project: Path, share: str | None, coder_name: str | None, as_json: bool) -> None:
    """Show no suggestions on a random SHARE of the responses (20%, or off); without SHARE, compare the coding.

    Nothing on the screen says which responses these are: who codes should not know. The comparison is of what each
    coder (or --coder NAME) reviewed since then, with suggestions and without.
    """
    from coder.comparison import compare, comparison_json, read_percent
    from coder.session import open_session
    from coder.store.project import open_project

    if share is not None:
        percent = read_percent(share)
        session = open_session(project, coder_name)
        with session.project:
            done = session.hold_back(percent)
        if as_json:
            result_json({"percent": percent, "changed": done.changed})
        else:
            result(done.message)
        return
    with open_project(project) as opened:
        found = compare(opened, coder=coder_name or "")
    if as_json:
        result_json(comparison_json(found))
        return
    for line in _report(found):
        result(line)
    if not found.percent:
        say("Hold suggestions back on a share of the responses: coder hold-back PROJECT 20%")


def _report(found: "Comparison") -> Iterator[str]:
    on = f"on {found.percent:g} % of the responses" if found.percent else "on no response"
    yield f"Suggestions are held back {on}."
    if not found.coders:
        yield "Nothing was reviewed yet while some were held back: there is nothing to compare."
    for coder in found.coders:
        yield ""
        yield (
            f"{coder.coder}: {coder.shown} responses reviewed with suggestions, {coder.held_back} with these held back"
        )
        yield from _figures(coder)


def _figures(coder: "Compared") -> Iterator[str]:
    from coder.comparison import ENOUGH
    from coder.domain.codebook import PATH_SEPARATOR

    if coder.themes_per_response is None or coder.any_theme is None:
        yield f"  Too little to tell: it takes at least {ENOUGH} of each."
        return
    rows = [
        ("", "with", "without", "difference, 95 % interval"),
        ("themes per response", *_numbers(coder.themes_per_response)),
        ("responses with any theme", *_percent(coder.any_theme)),
        *((PATH_SEPARATOR.join(t.path), *_percent(t.share)) for t in coder.themes),
    ]
    yield from columns(rows)
    compared = [coder.themes_per_response, coder.any_theme, *(t.share for t in coder.themes)]
    telling = sum(d.tells for d in compared)
    yield ""
    if telling:
        yield (
            f"  {telling} of {len(compared)} intervals (*) leave 0 out; by chance alone one in twenty does, so take a "
            "single one as a hint."
        )
    else:
        yield "  Every interval holds 0: no difference is shown. One within the intervals may still be there."


def _numbers(found: "Difference") -> tuple[str, str, str]:
    interval = found.interval and f"[{found.interval[0]:+.2f} to {found.interval[1]:+.2f}]"
    return f"{found.shown:.2f}", f"{found.held_back:.2f}", _difference(found, f"{found.difference:+.2f}", interval)


def _percent(found: "Difference") -> tuple[str, str, str]:
    smaller = min(found.base)
    difference, interval = points(found.difference, smaller), points_interval(found.interval, smaller)
    shown, held_back = (percent_of(*one) for one in zip((found.shown, found.held_back), found.base, strict=True))
    return shown, held_back, _difference(found, difference, interval)


def _difference(found: "Difference", difference: str, interval: str | None) -> str:
    return f"{difference}  {interval or '(no spread to judge it by)'}{' *' if found.tells else ''}"
