"""What is asked of a report."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from coder.domain.tally import Base

QUOTES = 3
"""How many quotes stand under a theme unless another number is asked for."""

_FLAGS = ("attributes", "ids", "census", "together", "beside")


@dataclass(frozen=True, slots=True)
class Request:
    """What a report is to say: of which questions (none: of all), whose codings (none: everybody's), with figures on
    which base, by the values of which attribute.

    `quotes` stand under each theme (0: none at all, nor behind the numbers). With `attributes` a quote says what is
    known of its speaker, with `ids` their id instead of a pseudonym. A `census` has no intervals. `together`: also who
    mentions both of two themes; `beside`: the ratings of those who mention a theme, and of the others.
    """

    title: str = ""
    questions: tuple[str, ...] = ()
    by: str = ""
    coder: str = ""
    base: Base = Base.REVIEWED
    quotes: int = QUOTES
    attributes: bool = False
    ids: bool = False
    census: bool = False
    together: bool = False
    beside: bool = False

    def command(self, project: str, out: str) -> str:
        """The command line that makes this report of a project file, for a POSIX shell."""
        return " ".join(["coder report", shlex.quote(project), shlex.quote(out), *self._options()])

    def _options(self) -> Iterator[str]:
        for option, value in (("--title", self.title), ("--by", self.by), ("--coder", self.coder)):
            if value:
                yield f"{option} {shlex.quote(value)}"
        yield from (f"--question {shlex.quote(question)}" for question in self.questions)
        if self.base is not Base.REVIEWED:
            yield f"--base {self.base.value}"
        if not self.quotes:
            yield "--no-quotes"
        elif self.quotes != QUOTES:
            yield f"--quotes {self.quotes}"
        yield from (f"--{flag}" for flag in _FLAGS if getattr(self, flag))
