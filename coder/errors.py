"""The one family of errors that coder explains to people; each front end shows them at one boundary."""

from collections.abc import Sequence

# What is wrong with a file may quote it, and a file may be made of nothing but mistakes.
_MOST_LINES = 200
_LONGEST_LINE = 1_000  # characters


class CoderError(Exception):
    """Something a person can act on: what happened, every problem found, and the next step.

    `problems` lists all that is wrong (with file, row and column), not the first thing alone.
    """

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[str] = ()) -> None:
        self.message, self.hint = _cut(message), _cut(hint)
        more = len(problems) - _MOST_LINES
        self.problems = (*map(_cut, problems[:_MOST_LINES]), *([f"and {more:,} more"] if more > 0 else ()))
        super().__init__(self.message)
        for line in (*self.problems, self.hint) if hint else self.problems:
            self.add_note(line)  # for those who meet it as a traceback: in a notebook


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


class InputError(CoderError):
    """A file from outside can't be taken as it is; the project is as it was."""


class ProjectError(CoderError):
    """A project file can't be opened, created or written."""


class NotFoundError(CoderError):
    """A participant, question, theme or response that was named does not exist, or not uniquely."""


class RefusedError(CoderError):
    """An action that would break something else was not done."""


class NotEnoughError(CoderError):
    """There is too little coded material for an honest answer."""
