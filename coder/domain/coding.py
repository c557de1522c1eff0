"""What coders do to responses: highlights, codings, reviews; and what the program proposes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coder.errors import RefusedError

MASK = "▇"


class Origin(StrEnum):
    """Where a coding came from."""

    MANUAL = "manual"
    SUGGESTION = "suggestion"
    IMPORT = "import"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch [start, end) of a response, in Unicode code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of the text that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def check(self, text: str) -> "Span":
        """The span itself, if it is not empty and lies inside the text. Raises RefusedError otherwise."""
        if not 0 <= self.start < self.end <= len(text):
            raise RefusedError(
                f"A highlight from {self.start} to {self.end} does not lie inside a response of {len(text)} characters."
            )
        return self


@dataclass(frozen=True, slots=True)
class Highlight:
    """Keywords that a coder marked in a response; it may be evidence for several themes, or for none yet."""

    id: int
    response_id: int
    coder_id: int
    span: Span


@dataclass(frozen=True, slots=True)
class Coding:
    """One theme on one response by one coder, with the highlights that are its evidence (none: the whole response)."""

    id: int
    response_id: int
    theme_id: int
    coder_id: int
    origin: Origin
    highlight_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a response and its share of a suggestion's score."""

    span: Span
    share: float


class Ground(StrEnum):
    """What a suggestion was learnt from: codings of the theme, or the codebook's words for it alone."""

    CODING = "coding"
    CODEBOOK = "codebook"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A theme that the program proposes for a response: a score from 0 to 1 and the words that carried it."""

    response_id: int
    theme_id: int
    score: float
    suggested: bool = True
    evidence: tuple[Evidence, ...] = ()
    ground: Ground = Ground.CODING


def masked(text: str, masks: Iterable[Span]) -> str:
    """The text as an output may show it: each character of the masked words is `▇`, so that offsets stay exact."""
    for span in masks:
        text = text[: span.start] + MASK * len(span.of(text)) + text[span.end :]
    return text


def cut_points(length: int, spans: Iterable[Span]) -> Sequence[int]:
    """Where a text of this length is cut so that every piece lies wholly inside or outside every span."""
    cuts = {0, length}
    for span in spans:
        cuts.update((min(span.start, length), min(span.end, length)))
    return sorted(cuts)
