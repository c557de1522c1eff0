"""Who has which theme: the indicator matrix, one column per question and theme."""

from collections.abc import Mapping
from dataclasses import dataclass

from coder.analysis.tally import Cut, asked_in, known_of
from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question, QuestionKind
from coder.domain.people import People
from coder.domain.tally import unread_with_theme
from coder.store import codebook as store_codebook
from coder.store import corpus, counts
from coder.store.project import Project


@dataclass(frozen=True)
class Indicator:
    """A theme under a question: who has it or one below it, among those of whom it is known either way."""

    question: Question
    theme: Theme
    having: People
    known: People


@dataclass(frozen=True)
class Matrix:
    """Every indicator, question by question in the codebook's order, with the participants' own ids by ours.

    `unread` answers have codings and are not marked as reviewed: they are not known.
    """

    codebook: Codebook
    participants: Mapping[int, str]
    indicators: tuple[Indicator, ...]
    unread: int


def matrix(project: Project, cut: Cut) -> Matrix:
    """Whom the tally on the base `reviewed` counts, theme by theme; what it does not know is unknown here too.

    Of the cut, the questions and the coder count.
    """
    with project.read() as connection:
        names = counts.participant_names(connection)
        book = store_codebook.read_codebook(connection)
        coder_ids = list(counts.find_coders(connection, cut.coder).values()) if cut.coder else None
        indicators: list[Indicator] = []
        unread = 0
        for question in asked_in(cut, corpus.read_questions(connection, QuestionKind.OPEN)):
            known = known_of(book, question, counts.gather(connection, question.id, coder_ids))
            for _, theme in known.codebook.walk():
                knowing = known.of(theme.id)
                indicators.append(Indicator(question, theme, known.coded[theme.id] & knowing, knowing))
            unread += unread_with_theme(known.sets, known)
    return Matrix(book, names, tuple(indicators), unread)
