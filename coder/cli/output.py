"""What the commands say: results to stdout, talk to stderr, every text from outside inert."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from coder.domain.display import safe_lines as printable

if TYPE_CHECKING:
    from coder.domain.corpus import Question

__all__ = [
    "closing",
    "columns",
    "complain",
    "fitting",
    "named",
    "print_one",
    "printable",
    "progress",
    "prose",
    "result",
    "result_json",
    "say",
    "titled",
    "unfit",
    "width",
    "wrapped",
]


def result(text: str = "") -> None:
    """Print a line of the result."""
    click.echo(printable(text))


def say(text: str = "") -> None:
    """Tell the person something that is not the result, on lines that break between words where it is a terminal."""
    room = shutil.get_terminal_size().columns
    for line in printable(text).split("\n"):
        indent = len(line) - len(line.lstrip(" -"))
        longest = max(map(len, line.split()), default=0)  # a path that is cut in two can't be copied
        if len(line) <= room or not sys.stderr.isatty() or indent + longest > room:
            click.echo(line, err=True)
            continue
        first, *rest = wrapped(line[indent:], room - indent)
        click.echo("\n".join([line[:indent] + first, *(" " * indent + more for more in rest)]), err=True)


def complain(message: str, problems: Sequence[str] = (), hint: str = "") -> None:
    """An error: what is wrong, everything that is wrong, and what to do."""
    say(f"coder: {message}")
    for problem in problems:
        say(f"  - {problem}")
    if hint:
        say(hint)


def result_json(value: Any) -> None:
    """Print a result for programs: ASCII alone, so that no text in it can act on a terminal."""
    click.echo(json.dumps(value, indent=2))


def width() -> int:
    """How many columns a table may take; without a terminal as many as it needs."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 1_000


# Loaded when something is printed in columns, so that `coder --help` is there at once.


def columns(rows: Sequence[Sequence[str]], *, indent: int = 2) -> Iterator[str]:
    """Rows of cells as aligned lines; the last cell of a row is not padded. Cells must be on one line each."""
    from coder.charts import cells

    return cells.columns(rows, indent=indent)


def fitting(text: str, room: int) -> str:
    """A text on one line of at most so many cells."""
    from coder.charts import cells

    return cells.fitting(text, room)


def wrapped(text: str, room: int) -> list[str]:
    """A text as lines of at most so many cells, broken between words where that is possible."""
    from coder.charts import cells

    return cells.wrapped(text, room)


def named(rows: Sequence[Sequence[str]], *, indent: int = 2) -> Iterator[str]:
    """Rows as `columns` gives them; where they are too wide, each name stands whole on a line above its figures."""
    lines = list(columns(rows, indent=indent))
    from rich.cells import cell_len

    if max(map(cell_len, lines), default=0) <= width():
        yield from lines
        return
    for row, line in zip(rows, columns([r[1:] for r in rows], indent=indent + 2), strict=True):
        if row[0]:
            yield " " * indent + printable(row[0]).replace("\n", " ")
        yield line


def prose(text: str, indent: int = 0) -> Iterator[str]:
    """Sentences as lines that fit."""
    return (" " * indent + line for line in wrapped(text, min(width(), 120) - indent))


def titled(question: "Question") -> str:
    """What stands over a question's figures."""
    return question.key + (f" ({question.wave})" if question.wave else "")


def closing(coders: Sequence[str], *, adding_up: bool = True) -> Iterator[str]:
    """What a reader must know of all figures of themes."""
    if adding_up:
        from coder.domain import wording

        yield from prose(wording.ADDING_UP)
    if len(coders) > 1:
        yield from prose(f"Codings of {', '.join(coders)} together; one alone with --coder.")


Row = list[str | int | float | None]


def print_one(
    as_json: bool,
    as_csv: bool,
    *,
    json: Callable[[], Any],
    table: Callable[[], tuple[list[str], Iterator[Row]]],
    lines: Callable[[], Iterable[str]],
) -> None:
    """Print a result in the form that was asked for: JSON, CSV, or lines for people."""
    if as_json:
        result_json(json())
    elif as_csv:
        from coder.formats.tables import to_csv_text

        click.echo(to_csv_text(*table()), nl=False)
    else:
        for line in lines():
            result(line)


def unfit() -> str:
    """Why no screen can be shown here; empty where one can."""
    # Textual draws on stderr; with that or stdin elsewhere the screen would hang.
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return "The screen needs a terminal."
    if os.environ.get("TERM") in ("dumb", "unknown"):
        return f"This terminal (TERM={os.environ['TERM']}) can't place a cursor; the screen needs one that can."
    return ""


def _unseen(_done: int) -> None:
    """Progress that nobody watches."""


@contextmanager
def progress(what: str, unit: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr with a rate and the time left; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield _unseen
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{task.completed:,.0f} {unit}" + (f", {speed:,.0f}/s" if speed else ""))

    shown = Progress(
        TextColumn("{task.description}"), BarColumn(), Rate(), TimeRemainingColumn(), console=Console(stderr=True)
    )
    with shown:
        task = shown.add_task(what, total=total)
        yield lambda done: shown.update(task, completed=done)
