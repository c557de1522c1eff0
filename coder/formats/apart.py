"""Files that libraries of C, C++ and Rust read, in a process of its own: what breaks it, hangs it or fills its memory
breaks nothing else.

The process runs this module. It is told on its standard input what to read, and answers in lines of JSON: what the
file is, its rows by the hundred, and that it is done; or why it can't be read.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, Any

from coder.errors import CoderError, InputError
from coder.formats import limits
from coder.processes import command, environment

READERS = {
    "spss": "coder.formats.survey.spss",
    "sheet": "coder.formats.survey.workbook",
    "parquet": "coder.formats.survey.records",
}
"""Where the function `read_NAME(path, argument)` stands; it yields what the file is, and then its rows."""

_AT_ONCE = 200  # rows in a line
_Head = dict[str, Any]


class _Helper:
    """A process that reads one file after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            command("coder.formats.apart"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )

    @property
    def works(self) -> bool:
        return self._process.poll() is None

    def read(self, reader: str, path: Path, argument: str | None) -> Iterator[Any]:
        """What the file is, then its rows."""
        out, answers = self._process.stdin, self._process.stdout
        assert out is not None
        assert answers is not None
        with suppress(BrokenPipeError):
            out.write(json.dumps([reader, str(path.resolve()), argument]).encode() + b"\n")
            out.flush()
        said = 0
        while line := answers.readline():
            said += len(line)
            limits.APART_SAID.check(said, path.name)
            answer = json.loads(line) if line.endswith(b"\n") else None
            if answer == "done":
                return
            if isinstance(answer, dict) and (refused := answer.get("refused")):
                raise InputError(refused["message"], hint=refused["hint"], problems=refused["problems"])
            if answer is not None:
                yield from answer if isinstance(answer, list) else (answer,)
        self.close()
        raise InputError(
            f"{path.name} can't be read: it is damaged, or made so that it would take all memory or time.",
            hint="Open it in the program that made it and save it anew, or as CSV.",
        )

    def close(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()


_kept: ContextVar["list[_Helper] | None"] = ContextVar("_kept", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """One process for all files that are read inside, unless one of them breaks it: for those who read many."""
    helpers: list[_Helper] = []
    token = _kept.set(helpers)
    try:
        yield
    finally:
        _kept.reset(token)
        for helper in helpers:
            helper.close()


def read_apart(reader: str, path: Path, argument: str | None = None) -> tuple[_Head, list[list[str]]]:
    """What a file is, as its reader says it, and its rows; equal cells are one object.

    Raises InputError where the reader does, and where it ended without a word.
    """
    helpers = _kept.get()
    helper = helpers.pop() if helpers else _Helper()
    whole = False
    try:
        if not helper.works:
            helper.close()
            helper = _Helper()
        answers = helper.read(reader, path, argument)
        head: _Head = next(answers)
        known: dict[str, str] = {}
        rows = [[known.setdefault(cell, cell) for cell in row] for row in answers]
        whole = True
        return head, rows
    except InputError:
        whole = helper.works
        raise
    finally:
        if whole and helpers is not None:
            helpers.append(helper)
        else:
            helper.close()


# --- in the process -----------------------------------------------------------------------------------------


def _main() -> None:
    # What a library prints must not come between the answers.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        reader, path, argument = json.loads(line)
        read: Callable[[Path, str | None], Iterator[Any]] = getattr(import_module(READERS[reader]), f"read_{reader}")
        _limit(Path(path))
        try:
            _answer(out, read(Path(path), argument))
        except CoderError as error:
            refused = {"message": error.message, "hint": error.hint, "problems": error.problems}
            _write(out, {"refused": refused})
        except MemoryError:
            os._exit(3)


def _answer(out: IO[bytes], parts: Iterator[Any]) -> None:
    _write(out, next(parts))
    while rows := list(islice(parts, _AT_ONCE)):
        _write(out, rows)
    _write(out, "done")


def _write(out: IO[bytes], answer: object) -> None:
    out.write(json.dumps(answer).encode() + b"\n")
    out.flush()


def _limit(path: Path) -> None:
    """Bind this process to the memory and time that a file of this size may take, where the system can."""
    try:
        import resource
    except ImportError:
        return
    size = path.stat().st_size
    seconds = limits.APART_SECONDS + limits.APART_SECONDS_PER_MB * size // 1_000_000
    used = resource.getrusage(resource.RUSAGE_SELF)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        spent = int(used.ru_utime + used.ru_stime) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    with suppress(OSError, ValueError):
        taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        memory = taken + limits.APART_BYTES + limits.APART_BYTES_PER_BYTE * size
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    _main()
