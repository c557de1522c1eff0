"""A look at a project from outside: how much of it is reviewed, without changing anything in it."""

from pathlib import Path

from coder.live import Progress
from coder.store import corpus, counts, events, reviews
from coder.store.migrations import SCHEMA_VERSION
from coder.store.project import check_file, open_project


def glance(path: Path) -> Progress | None:
    """How far its last coder has come; None for a project of an older coder, which opening would bring up to date.

    Raises ProjectError with the reason for a file that can't be opened.
    """
    if check_file(path) < SCHEMA_VERSION:
        return None
    with open_project(path) as project, project.read() as connection:
        name = events.last_coder(connection)
        coder_id = counts.coders(connection, [name]).get(name) if name else None
        reviewed = 0 if coder_id is None else reviews.count_reviewed(connection, coder_id)
        return Progress(corpus.count_answered(connection), reviewed)
