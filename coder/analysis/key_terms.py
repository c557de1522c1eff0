"""Which words of a response are likely key terms."""

from typing import TYPE_CHECKING

from coder.domain.coding import Span
from coder.domain.corpus import QuestionKind
from coder.store import corpus
from coder.store.project import Project, setting

if TYPE_CHECKING:
    from coder.language.keywords import KeyTerms


class KeyTermFinder:
    """The likely key terms of responses, learnt question by question; spaCy is loaded at the first one."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._learnt: dict[int, KeyTerms] = {}

    def find(self, response_id: int) -> tuple[Span, ...]:
        """Where the key terms of a response stand."""
        from coder.language.keywords import MOST_LEARNED, KeyTerms

        with self._project.read() as connection:
            response = corpus.read_response(connection, response_id)
            if response.question_id not in self._learnt:
                questions = {q.id: q for q in corpus.read_questions(connection, QuestionKind.OPEN)}
                texts = corpus.sample_texts(connection, response.question_id, MOST_LEARNED)
                language = setting(connection, "language", "en")
                prompt = questions[response.question_id].prompt
                self._learnt[response.question_id] = KeyTerms.learn(texts, language, prompt=prompt)
        return self._learnt[response.question_id].spans(response.text)
