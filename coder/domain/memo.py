"""Memos: what coders note about anything in a project."""

from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What a memo can be about; a project's table has the same name."""

    PROJECT = "project"
    QUESTION = "question"
    THEME = "theme"
    PARTICIPANT = "participant"
    RESPONSE = "response"
    CODING = "coding"
    HIGHLIGHT = "highlight"


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that memos are about; the project itself has the number 0."""

    subject: Subject
    id: int = 0


PROJECT = Place(Subject.PROJECT)


@dataclass(frozen=True, slots=True)
class Memo:
    """A note by a coder. `at`: when it was written; an edit later on has an event of its own."""

    id: int
    place: Place
    coder: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A memo with what it is about in words, for lists and files.

    `about` names it (a theme by its path); participant, question and response are those it belongs to, if there are
    any; `quote` are the words that it is about, what is masked as `▇`.
    """

    memo: Memo
    about: str
    participant: str = ""
    question: str = ""
    response_id: int | None = None
    quote: str = ""
