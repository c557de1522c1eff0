"""What stands behind a theme: its quotes, and the responses that may speak against it or lack it unseen."""

from collections.abc import Sequence

from coder.domain.codebook import Codebook
from coder.domain.filtering import Filter
from coder.store import passages
from coder.store.passages import Passage, QuoteIndex
from coder.store.project import Project
from coder.store.regrouping import QuoteKey

__all__ = [
    "Passage",
    "QuoteIndex",
    "QuoteKey",
    "quotes_of",
    "read_passages",
    "read_responses",
    "refused_among",
    "reviewed_before",
]


def quotes_of(
    project: Project, codebook: Codebook, theme_id: int, question_id: int | None = None, words: str = ""
) -> QuoteIndex:
    """The quotes of a theme and the themes below it, or those alone that have all these words."""
    with project.read() as connection:
        return passages.read_index(connection, codebook.below(theme_id), question_id, words)


def read_passages(project: Project, keys: Sequence[QuoteKey], *, facts: bool = False) -> list[Passage]:
    """The words of some quotes; with `facts` what is known about each person."""
    with project.read() as connection:
        return passages.read_passages(connection, keys, facts=facts)


def read_responses(project: Project, ids: Sequence[int], *, facts: bool = False) -> list[Passage]:
    """Whole responses in the same form."""
    with project.read() as connection:
        return passages.read_responses(connection, ids, facts=facts)


def refused_among(project: Project, coder_id: int, codebook: Codebook, theme_id: int, ids: Sequence[int]) -> set[int]:
    """Those of these responses on which the coder refused the theme, or one below it, when it was suggested."""
    with project.read() as connection:
        return set(passages.rejected_among(connection, ids, codebook.below(theme_id), coder_id))


def reviewed_before(theme_id: int, *, anywhere: bool) -> Filter:
    """The responses that were reviewed before a theme existed and so may lack it: not those that have it."""
    return Filter(anywhere=anywhere, without_theme=theme_id, before_theme=theme_id)
