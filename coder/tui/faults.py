"""Errors that nobody foresaw: what is told of them, and what is kept in the log, without participants' words."""

from __future__ import annotations

import os
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from textual.worker import WorkerFailed

import coder
from coder.state import state_folder

_LOG_LIMIT = 1_000_000  # bytes; then the log begins anew, and one old one is kept


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of ours. `where` has code alone; `said` is the error's own message, which may quote a text."""

    kind: str
    where: str
    said: str

    @property
    def details(self) -> str:
        """For a report: no word of a participant is in it."""
        return f"coder {coder.__version__}\n{self.where}\n{self.kind} (its message is left out)\n"

    @property
    def details_with_words(self) -> str:
        """The message as well."""
        return f"coder {coder.__version__}\n{self.where}\n{self.kind}: {self.said}\n"


def fault_of(error: BaseException) -> Fault:
    """What there is to know of an error, and of those that led to it."""
    if isinstance(error, WorkerFailed):
        error = error.error
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    lines = []
    for link in reversed(chain):
        lines += [f"{type(link).__name__} at:", *_places(link)]
    return Fault(type(error).__name__, "\n".join(lines), str(error))


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}: {frame.line}" for frame in frames]


def _short(filename: str) -> str:
    """A file's place inside its package: where this machine keeps it is nobody's business."""
    parts = Path(filename).parts
    for root in ("coder", "textual", "site-packages"):
        if root in parts[:-1]:
            last = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[last:])
    return parts[-1]


def log_fault(fault: Fault) -> Path | None:
    """Add it to the log, which its owner alone can read; None where that can't be."""
    path = state_folder() / "faults.log"
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > _LOG_LIMIT:
            path.replace(path.with_suffix(".old.log"))
        with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {fault.details}\n")
        return path
    return None
