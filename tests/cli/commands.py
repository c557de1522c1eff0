"""Running the program as a person or a script does."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def coder(*args: object) -> Ran:
    """Run a command in this process, through the same boundary as the installed program."""
    import contextlib
    import io
    from unittest import mock

    from coder.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["coder", *map(str, args)]),
        mock.patch.object(sys, "stdin", io.StringIO()),
    ):
        try:
            main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
    return Ran(status, out.getvalue(), err.getvalue())


def coder_process(*args: object, cwd: Path | None = None) -> Ran:
    """Run a command as a process of its own, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "coder", *map(str, args)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def table(path: Path, *rows: Sequence[object]) -> Path:
    """Write a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a CSV file back."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def ok(ran: Ran) -> Ran:
    assert ran.status == 0, ran.err
    return ran


def survey(folder: Path, answers: Iterable[tuple[str, str, str]], name: str = "survey.csv") -> Path:
    """A long survey file of (participant, question, text)."""
    return table(folder / name, ("participant_id", "question", "text"), *answers)
