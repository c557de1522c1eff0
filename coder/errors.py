"""The one family of errors that coder explains to people; each front end shows them at one boundary."""

from collections.abc import Sequence


class CoderError(Exception):
    """Something a person can act on: what happened, every problem found, and the next step.

    `problems` lists all that is wrong (with file, row and column), not the first thing alone.
    """

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)
        for line in (*problems, hint) if hint else problems:
            self.add_note(line)  # for those who meet it as a traceback: in a notebook


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
