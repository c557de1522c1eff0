"""coder suggest: themes for the responses that nobody has reviewed."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import progress, result_json, say

if TYPE_CHECKING:
    from coder.analysis import Suggested


@click.command()
@options.project
@click.option("--all-scores", is_flag=True, help="Every response and theme, not the suggested alone.")
@click.option("-o", "--output", type=options.PATH, metavar="FILE.csv", help="Write the CSV to a file (else to stdout).")
@options.coder
@options.as_json
def suggest(project: Path, all_scores: bool, output: Path | None, coder_name: str | None, as_json: bool) -> None:
    """Learn from the reviewed responses and suggest themes for all others; the coding screen then shows them.

    Writes a raw CSV: participant_id, question, theme, path, score (0 to 1), suggested (1 or 0), evidence.
    """
    from coder.analysis import SuggestionRun
    from coder.session import open_session

    session = open_session(project, coder_name)
    with session.project as opened, progress("Suggesting", "responses") as shown:
        run = SuggestionRun(opened, all_scores=all_scores, progress=shown)
        rows = _rows(run)
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
        result_json({"trained_on": run.trained_on, "responses": run.responses, "suggestions": found})
    say(
        f"Learnt from {run.trained_on} reviewed responses; {run.suggested} suggestions for {run.responses} others"
        + (f": {output}." if output is not None else ".")
    )
    for theme, reason in run.silent:
        say(f"Silent on ‘{theme}’: {reason}.")


_HEADER = ("participant_id", "question", "theme", "path", "score", "suggested", "evidence", "wave", "part")


def _rows(run: "Iterable[Suggested]") -> Iterator[tuple[str | int | float, ...]]:
    from coder.domain.codebook import PATH_SEPARATOR

    for s in run:
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
        )
