"""coder tally --estimate: the share of each theme among all who answered, from a random sample and suggestions."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli.output import columns, printable, progress, result, result_json, width
from coder.domain import wording

if TYPE_CHECKING:
    from coder.prevalence import Prevalence, QuestionShares


def show_prevalence(project: Path, *, question: str, coder: str, as_json: bool, as_csv: bool) -> None:
    """Estimate, with a progress bar, and print the result as tables, JSON or CSV."""
    from coder.prevalence import PrevalenceRun, prevalence_json, prevalence_rows
    from coder.store.project import open_project

    with open_project(project) as opened:
        run = PrevalenceRun(opened, question=question, coder=coder)
        with progress("Estimating", "responses", run.responses) as shown:
            found = run.estimate(shown)
    if as_json:
        result_json(prevalence_json(found))
    elif as_csv:
        from coder.formats.tables import to_csv_text

        click.echo(to_csv_text(*prevalence_rows(found)), nl=False)
    else:
        for line in _lines(found):
            result(line)


def _lines(found: "Prevalence") -> Iterator[str]:
    for asked in found.questions:
        yield from _question(asked)
    yield "Estimates, not counts: the shares of all who answered, from those who were coded at random. Suggestions by"
    yield "models that had not seen the participant support them; into the tally suggestions never enter."
    yield "Gain: so many times as many would have to be coded for as narrow an interval without suggestions."
    if len(found.coders) > 1:
        yield f"Codings of {', '.join(found.coders)} together; one alone with --coder."


def _question(asked: "QuestionShares") -> Iterator[str]:
    yield asked.question.key + (f" ({asked.question.wave})" if asked.question.wave else "")
    if asked.reason:
        yield f"  Not estimated: {asked.reason}."
        yield ""
        return
    yield f"answered {asked.answered} → coded at random {asked.coded}; percent of those who answered, 95 % interval"
    yield ""
    yield from _table(asked)
    yield ""


def _table(asked: "QuestionShares") -> Iterator[str]:
    from rich.cells import cell_len

    head = ("", "estimate", "of those coded", "these alone", "gain")
    rows: list[tuple[str, ...]] = []
    for t in asked.themes:
        name = "  " * t.depth + printable(asked.codebook.by_id[t.theme_id].name).replace("\n", " ")
        coded = f"{t.participants} of {t.coded}"
        if (e := t.estimate) is None:
            rows.append((name, "–", coded, "", t.reason))
        else:
            alone = _share(e.sample_share, e.sample_interval, t.coded)
            rows.append((name, _share(e.share, e.interval, t.coded), coded, alone, f"{e.gain:.1f} ×"))
    beside = list(columns([head[1:], *(r[1:] for r in rows)], indent=4))
    if max(cell_len(r[0]) for r in rows) + max(map(cell_len, beside)) <= width():
        yield from columns([head, *rows])
        return
    # A name that leaves no room for its figures stands whole on a line of its own.
    yield beside[0]
    for row, line in zip(rows, beside[1:], strict=True):
        yield "  " + row[0]
        yield line


def _share(share: float, interval: tuple[float, float], base: int) -> str:
    return f"{wording.percent_of(share, base):>6}  {wording.interval_of(interval, base)}"
