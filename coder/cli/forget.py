"""coder forget: erase a participant who withdrew consent."""

import sys
from pathlib import Path

import click

from coder.cli import options
from coder.cli.output import result, result_json, say


@click.command()
@options.project
@click.argument("participant")
@click.option("--yes", is_flag=True, help="Don't ask; needed where there is no terminal to ask in.")
@options.coder
@options.as_json
def forget(project: Path, participant: str, yes: bool, coder_name: str | None, as_json: bool) -> None:
    """Erase a participant: answers, responses, codings, log entries, search index and coder's own backups.

    This is the one thing that can't be undone. A tombstone stays, so that importing the survey again does not
    bring the person back. Files that you exported or copied yourself are yours to clean.
    """
    from coder.errors import InputError
    from coder.session import forget_participant

    if not yes and not sys.stdin.isatty():
        raise InputError(
            f"Nothing was erased: without a terminal nobody can be asked whether {participant} is to go for good.",
            hint="Say --yes if so.",
        )
    if not yes:
        say(f"Everything of {participant} in {project} and its backups goes for good. This can't be undone.")
        if not click.confirm("Erase?", err=True):
            say("Nothing was erased.")
            return
    done = forget_participant(project, participant, coder_name)
    if as_json:
        result_json(
            {
                "responses": done.responses,
                "backups": list(done.backups),
                "notices": list(done.notices),
                "again": done.again,
            }
        )
        return
    if done.again:
        result(f"{participant} was erased already; the log and the files were cleaned again.")
    else:
        result(f"Erased for good: {done.responses} responses and all that was made of them. This can't be undone.")
    for line in done.backups:
        result(f"Backup {line}.")
    for notice in done.notices:
        result(f"{notice}.")
