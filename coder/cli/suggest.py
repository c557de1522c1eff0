"""coder suggest: themes for the responses that nobody has reviewed."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import progress, result_json, say

if TYPE_CHECKING:
    from coder.suggesting import Page, SuggestionRun


@click.command()
@options.project
@click.option("--all-scores", is_flag=True, help="Every response and theme, not the suggested alone.")
@click.option("--nearest", is_flag=True, help="Also who wrote the most alike responses coded with the theme (slower).")
@click.option("--jobs", type=click.IntRange(min=0), default=1, help="So many processes at work; 0: one for each core.")
@click.option("-o", "--output", type=options.PATH, metavar="FILE.csv", help="Write the CSV to a file (else to stdout).")
@options.coder
@options.as_json
def suggest(
    project: Path,
    all_scores: bool,
    nearest: bool,
    jobs: int,
    output: Path | None,
    coder_name: str | None,
    as_json: bool,
) -> None:
    """Learn from the codebook and the reviewed responses, and suggest themes for all others.

    The coding screen then shows them. Writes a raw CSV: participant_id, question, theme, path, score (0 to 1),
    suggested (1 or 0), evidence, wave, part, ground (coding: learnt from codings; codebook: from its words alone),
    shares (of the evidence, of all that spoke for the theme: 0 to 1), nearest (participant ids, with --nearest).
    """
    from coder.session import open_session
    from coder.suggesting import SuggestionRun

    session = open_session(project, coder_name)
    with session.project as opened:
        run = SuggestionRun(opened)
        responses = run.unreviewed()
        with progress("Suggesting", "responses", responses) as shown:
            pages = run.suggest_all(all_scores=all_scores, jobs=jobs or os.cpu_count() or 1)
            rows = _rows(run, pages, shown, nearest=nearest)
            if as_json:
                found = [dict(zip(_HEADER, row, strict=True)) for row in rows]
            elif output is not None:
                from coder.formats.tables import write_table

                write_table(output, _HEADER, rows, raw=True)
            else:
                from coder.formats.tables import stream_csv

                stream_csv(sys.stdout, _HEADER, rows)
        run.log(session.coder_id)
    if as_json:
        result_json({"trained_on": run.trained_on, "responses": responses, "suggestions": found})
    if run.notice:
        say(f"{run.notice} A new one was trained.")
    say(
        f"Learnt from {run.trained_on} reviewed responses; {run.suggested} suggestions for {responses} others"
        + (f": {output}." if output is not None else ".")
    )
    for theme, reason in run.silent:
        say(f"Silent on ‘{theme}’: {reason}.")


_HEADER = (
    *("participant_id", "question", "theme", "path", "score", "suggested", "evidence"),
    *("wave", "part", "ground", "shares", "nearest"),
)


def _rows(
    run: "SuggestionRun", pages: "Iterable[Page]", shown: Callable[[int], None], *, nearest: bool
) -> Iterator[tuple[str | int | float, ...]]:
    from coder.domain.codebook import PATH_SEPARATOR

    done = 0
    for page in pages:
        for s in run.words(page, nearest=nearest):
            yield (
                s.participant,
                s.question.key,
                s.theme,
                PATH_SEPARATOR.join(s.path),
                round(s.suggestion.score, 6),
                int(s.suggestion.suggested),
                " | ".join(s.evidence),
                s.question.wave,
                s.part,
                s.suggestion.ground.value,
                " | ".join(f"{e.share:.3f}" for e in s.suggestion.evidence),
                " | ".join(s.nearest),
            )
        done += len(page[0])
        shown(done)
