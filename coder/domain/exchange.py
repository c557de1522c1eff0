"""A coded survey as a whole, as it goes from program to program: who was asked, what they said, how it is coded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coder.domain.codebook import ThemeSpec
from coder.domain.coding import Span
from coder.domain.corpus import DEFAULT_PLACEHOLDERS, QuestionSpec


@dataclass(frozen=True, slots=True)
class GivenTheme:
    """A theme that a coder gave to a response, with the spans that are its evidence; none: the whole response.

    `theme` is an index into the survey's themes; `created` a moment in ISO 8601, or empty.
    """

    theme: int
    coder: str
    spans: tuple[Span, ...] = ()
    created: str = ""


@dataclass(frozen=True, slots=True)
class CodedResponse:
    """One response, an empty one included. `question` is an index into the survey's questions.

    `highlights` are all that a coder marked, with a theme or without; `reviewed` names those who read it to the end,
    each with the revision of the codebook at which they did. Where it is not `complete`, codings of it could not be
    read, so that nobody can say which themes it lacks.
    """

    participant: str
    question: int
    text: str
    part: int = 1
    highlights: tuple[tuple[str, Span], ...] = ()
    themes: tuple[GivenTheme, ...] = ()
    reviewed: tuple[tuple[str, int], ...] = ()
    complete: bool = True


@dataclass(frozen=True)
class CodedSurvey:
    """`participants` have their attributes; `answers` to closed questions are (participant, question, option, value).

    `themes` stand after those above them; their questions are keys. `notes` say what could not be read, or not be
    kept. `born` has, of themes that came after something had been read, the revision that brought each to each of the
    questions: reviews of an earlier one say nothing of it. Revisions are counted from 0.
    """

    name: str
    participants: Mapping[str, Mapping[str, str]]
    questions: Sequence[QuestionSpec]
    responses: Sequence[CodedResponse]
    themes: Sequence[ThemeSpec] = ()
    answers: Sequence[tuple[str, int, str, str]] = ()
    coders: Sequence[str] = ()
    placeholders: Sequence[str] = DEFAULT_PLACEHOLDERS
    language: str = ""
    created: str = ""
    identity: str = ""
    """What stays the same for a project, so that parts written twice have the same ids."""
    notes: Sequence[str] = field(default=(), compare=False)
    born: Mapping[int, Sequence[int]] = field(default_factory=dict)

    @property
    def revision(self) -> int:
        """The newest revision: a review of this one speaks of every theme."""
        return max((revision for of in self.born.values() for revision in of), default=0)

    def read_from(self) -> list[int]:
        """By question, the revision from which on a review speaks of all its themes; one that only gathers others is as
        old as these."""
        coded: list[set[int]] = [set() for _ in self.questions]
        for response in self.responses:
            coded[response.question].update(given.theme for given in response.themes)
        found = []
        for at, question in enumerate(self.questions):
            serving = {
                t for t, theme in enumerate(self.themes) if not theme.questions or question.key in theme.questions
            }
            gathering = {self.themes[t].path[:-1] for t in serving | coded[at]}
            own = coded[at] | {t for t in serving if self.themes[t].path not in gathering}
            found.append(max((self.born[t][at] for t in own if t in self.born), default=0))
        return found
