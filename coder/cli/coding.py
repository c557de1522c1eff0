"""coder code: the coding screen."""

import os
import sys
from pathlib import Path

import click

from coder.cli import options
from coder.domain.queue import Queue


@click.command()
@options.project
@click.option(
    "--queue",
    type=click.Choice([queue.value for queue in Queue]),
    help="Read in this order, from now on: as in the file, at random, most useful or most certain first.",
)
@options.coder
def code(project: Path, queue: str | None, coder_name: str | None) -> None:
    """Open the coding screen on a project."""
    open_screen(project, coder_name, Queue(queue) if queue else None)


class NoTerminal(click.ClickException):
    """The screen was asked for where there is none."""

    exit_code = 2


def open_screen(path: Path | None, coder_name: str | None = None, queue: Queue | None = None) -> None:
    """Run the screen on a project, or the start screen, in this terminal; end with its status.

    Raises NoTerminal where there is none for it, CoderError where the project can't be opened.
    """
    from coder.cli.output import unfit
    from coder.config import read_config

    if reason := unfit():
        hint = "Without one: coder tally PROJECT, coder suggest PROJECT, coder import codings FILE PROJECT"
        raise NoTerminal(f"{reason}\n{hint}")
    config = read_config()
    if config.frames:  # Textual reads it when it is imported
        os.environ.setdefault("TEXTUAL_FPS", str(config.frames))
    from coder.tui.app import run

    status = run(path, coder_name, queue)
    if status:
        sys.exit(status)
