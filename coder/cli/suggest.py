"""coder suggest: themes for the responses that nobody has reviewed."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import progress, result_json, say

if TYPE_CHECKING:
    from coder.suggesting import SuggestionRun


@click.command()
@options.project
@click.option("--all-scores", is_flag=True, help="Every response and theme, not the suggested alone.")
@click.option("--jobs", type=click.IntRange(min=0), default=1, help="So many processes at work; 0: one for each core.")
@click.option("-o", "--output", type=options.PATH, metavar="FILE.csv", help="Write the CSV to a file (else to stdout).")
@options.coder
@options.as_json
def suggest(
    project: Path, all_scores: bool, jobs: int, output: Path | None, coder_name: str | None, as_json: bool
) -> None:
    """Learn from the codebook and the reviewed responses, and suggest themes for all others.

    The coding screen then shows them. Writes a raw CSV: participant_id, question, theme, path, score (0 to 1),
    suggested (1 or 0), evidence, wave, part, ground (coding: learnt from codings; codebook: from its words alone).
    """
    from coder.session import open_session
    from coder.suggesting import SuggestionRun

    session = open_session(project, coder_name)
    with session.project as opened:
        run = SuggestionRun(opened)
        responses = run.unreviewed()
        with progress("Suggesting", "responses", responses) as shown:
            rows = _rows(run, shown, all_scores=all_scores, jobs=jobs or os.cpu_count() or 1)
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


_HEADER = ("participant_id", "question", "theme", "path", "score", "suggested", "evidence", "wave", "part", "ground")


def _rows(
    run: "SuggestionRun", shown: Callable[[int], None], *, all_scores: bool, jobs: int
) -> Iterator[tuple[str | int | float, ...]]:
    from coder.domain.codebook import PATH_SEPARATOR

    done = 0
    for page in run.suggest_all(all_scores=all_scores, jobs=jobs):
        for s in run.words(page):
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
            )
        done += len(page[0])
        shown(done)
