"""Where a newer survey file differs from what a project has: what a person should know of it."""

from dataclasses import dataclass, field

Where = tuple[str, str, str]
"""A participant, a question or an attribute of theirs, and the wave."""


@dataclass(frozen=True, slots=True)
class ChangedText:
    """A response that has another text than before, each text as an output may show it.

    `coded`: somebody has coded, highlighted or reviewed the old one. `withheld`: words that were masked in the old text
    are not in the new one, which may spell them otherwise; it is not to be shown before a person has looked.
    """

    participant: str
    question: str
    wave: str
    part: int
    old: str
    new: str
    answered: bool
    coded: bool
    withheld: bool


@dataclass(frozen=True, slots=True)
class Repeated:
    """A question that the project did not have: `same` of the `answers` that people who were there give to it are, word
    for word, theirs to a question that it had."""

    question: str
    wave: str
    known_question: str
    known_wave: str
    same: int
    answers: int


@dataclass(frozen=True, slots=True)
class Restated:
    """A response whose text is the same, but counts as an answer now, or counts as one no more."""

    participant: str
    question: str
    wave: str
    answered: bool
    coded: bool


@dataclass(slots=True)
class Differences:
    """Where a file differs from what an earlier one brought; of its own questions alone.

    `absent`: participants of an earlier import who are not in the file, though others of that import are. `left_out`:
    answers that the file has no place for any more, of participants whom it has. `near`: (participant of the project,
    new participant) whose ids differ in case, white space or leading zeros alone. `revised`: ratings, choices and
    attributes with another value, which replaces the old one; `kept`: attributes with another one than an analyst has
    given them, which stays; `withdrawn`: ratings, choices and options that are empty in the file, and so gone.
    `repeated`: questions that may be known under another name or wave. `reworded`: (question, wave, its words before,
    its words now). `strangers`: nobody of this file was in the project, though others were.
    """

    changed: list[ChangedText] = field(default_factory=list)
    restated: list[Restated] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    left_out: list[Where] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    revised: list[Where] = field(default_factory=list)
    kept: list[Where] = field(default_factory=list)
    withdrawn: list[Where] = field(default_factory=list)
    repeated: list[Repeated] = field(default_factory=list)
    reworded: list[tuple[str, str, str, str]] = field(default_factory=list)
    strangers: bool = False
