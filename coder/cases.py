"""What stands behind a theme: its quotes, and the responses that were reviewed before it existed."""

from array import array
from collections.abc import Sequence

from coder.domain.codebook import Codebook
from coder.domain.corpus import QuestionKind
from coder.domain.tally import births
from coder.store import codebook as store_codebook
from coder.store import coding, corpus, passages
from coder.store.passages import Passage, QuoteIndex
from coder.store.project import Project
from coder.store.regrouping import QuoteKey

__all__ = ["Passage", "QuoteIndex", "QuoteKey", "quotes_of", "read_passages", "reviewed_before"]


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


def reviewed_before(project: Project, coder_id: int, theme_id: int, question_id: int | None = None) -> "array[int]":
    """The responses that a coder reviewed before a theme existed, and so may lack it: those that have it aside."""
    found: array[int] = array("q")
    with project.read() as connection:
        codebook = store_codebook.read_codebook(connection)
        if theme_id not in codebook.by_id:
            return found
        born = births(codebook, coding.coded_themes(connection))[theme_id]
        below = codebook.below(theme_id)
        for question in corpus.read_questions(connection, QuestionKind.OPEN):
            if question_id in (None, question.id) and codebook.serves(theme_id, question.key):
                found.extend(coding.reviewed_before(connection, coder_id, question.id, born, below))
    return found
