"""Who did what, when."""

from array import array
from collections.abc import Sequence

from coder.domain.log import Kind, LogEntry
from coder.store import counts, log
from coder.store.project import Project


def who_coded(project: Project) -> list[str]:
    """The names of those who coded or reviewed anything."""
    with project.read() as connection:
        return list(counts.coders(connection))


def history(project: Project, *, coder: str = "", limit: int | None = None) -> list[LogEntry]:
    """Who changed what, when; the newest last."""
    with project.read() as connection:
        return log.read_entries(connection, log.log_numbers(connection, coder=coder, limit=limit)[::-1])


def find_events(project: Project, *, coder: str = "", kind: Kind | None = None, words: str = "") -> "array[int]":
    """The numbers of the events of this coder and kind whose line has all these words; the newest first."""
    with project.read() as connection:
        return log.log_numbers(connection, coder=coder, kind=kind, words=words.split())


def entries(project: Project, numbers: Sequence[int]) -> list[LogEntry]:
    """What these events say, in this order."""
    with project.read() as connection:
        return log.read_entries(connection, numbers)
