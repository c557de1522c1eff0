"""What was asked and what people gave: participants, questions, answers, responses."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from coder.errors import NotFoundError

DEFAULT_PLACEHOLDERS = ("n/a", "---")


class QuestionKind(StrEnum):
    OPEN = "open"
    RATING = "rating"
    CHOICE = "choice"
    MULTI = "multi"


class Status(StrEnum):
    """What a response is: a text, nothing, or something that stands for nothing."""

    ANSWERED = "answered"
    BLANK = "blank"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class Question:
    """One prompt in one wave; a key that occurs in two waves is a pair. `wave` is "" where there are none."""

    id: int
    key: str
    wave: str
    prompt: str
    kind: QuestionKind
    position: int


@dataclass(frozen=True, slots=True)
class Participant:
    """Who answered, as the survey names them, with what is known about them."""

    id: int
    external_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """One participant's text to one open question; offsets into `text` are code points."""

    id: int
    participant_id: int
    question_id: int
    part: int
    text: str
    status: Status


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """A question as a survey file has it, before the project knows it. `prompt` is the header, whole."""

    key: str
    prompt: str
    kind: QuestionKind
    wave: str = ""


class SurveyRow(NamedTuple):
    """What one row of a survey file says about one participant; a tuple, because a million of them are made.

    `responses`: (index into the survey's questions, part or None for "the next one", text as it came).
    `answers`: (index into the survey's questions, option, value); the option is "" unless the question is multi.
    `asked`: the closed questions that the row has cells for, whether they say anything or not.
    """

    row: int
    participant: str
    attributes: Mapping[str, str]
    responses: Sequence[tuple[int, int | None, str]]
    answers: Sequence[tuple[int, str, str]]
    asked: Sequence[int] = ()


def normalise_text(text: str) -> str:
    """A text as it is stored: line ends as LF and no BOM at the start, otherwise as it came."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.lstrip("\ufeff")


_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")


def loosely(participant: str) -> str:
    """A participant's id without what differs by accident: case, white space, leading zeros, `.0` of a spreadsheet.

    Two ids with one loose form are different people all the same; it is worth a look whether they are meant to be.
    """
    folded = "".join(unicodedata.normalize("NFKC", participant).casefold().split())
    whole = _WHOLE_NUMBER.fullmatch(folded)
    return _LEADING_ZEROS.sub("", whole[1] if whole else folded)


def status_of(text: str, placeholders: Iterable[str]) -> Status:
    """Blank, placeholder or answered; placeholders are compared whole, without case or outer white space.

    `placeholders` must be as `fold_placeholders` gives them.
    """
    stripped = text.strip()
    if not stripped:
        return Status.BLANK
    return Status.PLACEHOLDER if stripped.casefold() in placeholders else Status.ANSWERED


def fold_placeholders(placeholders: Iterable[str]) -> frozenset[str]:
    """Placeholders in the form that `status_of` compares with."""
    return frozenset(p.strip().casefold() for p in placeholders if p.strip())


def find_questions(reference: str, questions: Iterable[Question]) -> list[Question]:
    """The questions that a key, a prompt, or a code such as `Q20` for `[Q20] Please tell us` names.

    All waves of one key count as one question. Raises NotFoundError where none or several keys fit.
    """
    questions = list(questions)
    for match in (_same_text, _same_folded, _begins):
        keys = dict.fromkeys(q.key for q in questions if match(reference, q))
        if len(keys) > 1:
            raise NotFoundError(
                f"The question {reference!r} could be any of {len(keys)}.",
                problems=list(keys),
                hint="Write the whole key of the one you mean.",
            )
        if keys:
            return [q for q in questions if q.key in keys]
    raise NotFoundError(
        f"There is no question {reference!r}.",
        problems=list(dict.fromkeys(q.key for q in questions)),
        hint="These are the questions.",
    )


def _same_text(reference: str, question: Question) -> bool:
    return reference in (question.key, question.prompt)


def _same_folded(reference: str, question: Question) -> bool:
    folded = _fold(reference)
    return bool(folded) and folded in (_fold(question.key), _fold(question.prompt))


def _begins(reference: str, question: Question) -> bool:
    """`Q2` begins `[Q2] Why?` and `Q2. Why?`, but not `Q20`."""
    code = _fold(reference)
    for text in (_fold(question.key), _fold(question.prompt)):
        if code and text.startswith(code) and not text[len(code) : len(code) + 1].isalnum():
            return True
    return False


def _fold(text: str) -> str:
    return " ".join(text.replace("[", " ").replace("]", " ").casefold().split())
