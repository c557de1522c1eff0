"""How a coder finds what to read: filters, searches and their hits, participants."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from coder.domain.coding import Span
from coder.domain.corpus import Participant, Question
from coder.domain.filtering import Filter
from coder.shaping import Shaping
from coder.store import corpus, counts, filters, people, search
from coder.store.filters import Reader


@dataclass(frozen=True, slots=True)
class Person:
    """A participant with all that they gave: their open answers, by id, and (question, what was chosen)."""

    participant: Participant
    responses: tuple[int, ...]
    closed: tuple[tuple[Question, str], ...]


class Finding(Shaping):
    """One coder's ways to responses. Nothing here changes the project."""

    def _reader(self) -> Reader:
        return Reader(self.coder_id, self._codebook, self._questions)

    # --- filters -------------------------------------------------------------------------------------

    def fitting(self, wanted: Filter, question_id: int | None = None) -> "array[int]":
        """The answered responses that a filter leaves, of the question unless it is of all, in the file's order."""
        with self.project.read() as connection:
            return filters.filtered(connection, wanted, self._reader(), question_id)

    def fits(self, wanted: Filter, response_id: int, question_id: int) -> bool:
        """Whether a response to this question still is one that the filter leaves."""
        question = next(q for q in self._questions if q.id == question_id)
        with self.project.read() as connection:
            return filters.fits(connection, wanted, self._reader(), question, response_id)

    def sentence(self, wanted: Filter) -> str:
        """A filter in words."""
        return wanted.sentence({t.id: t.name for t in self._codebook.themes})

    def waves(self) -> list[str]:
        """The waves of the open questions, where there are several."""
        found = list(dict.fromkeys(q.wave for q in self._questions))
        return found if len(found) > 1 else []

    def attributes(self) -> list[str]:
        """The names of what is known about participants."""
        with self.project.read() as connection:
            return filters.attributes(connection)

    def groupings(self) -> list[str]:
        """What participants can be grouped by: their attributes, and choice questions."""
        with self.project.read() as connection:
            return counts.group_keys(connection)

    def values(self, attribute: str, typed: str = "", most: int = 200) -> list[tuple[str, int]]:
        """(value, participants) of an attribute, the most frequent first, of those that hold what was typed."""
        with self.project.read() as connection:
            return filters.values(connection, attribute, typed, most)

    def people(self, response_ids: Sequence[int]) -> int:
        """How many participants gave these responses."""
        with self.project.read() as connection:
            return filters.count_people(connection, response_ids)

    # --- searches ------------------------------------------------------------------------------------

    @staticmethod
    def hits_in(text: str, search_for: str) -> Sequence[Span]:
        """What a search finds in a text, in their order."""
        return search.hits([text], search_for)[0] if search_for else ()

    # --- questions -----------------------------------------------------------------------------------

    def every_question(self) -> list[Question]:
        """All questions, those that are rated or chosen too, in the order of the survey."""
        with self.project.read() as connection:
            return corpus.read_questions(connection)

    # --- participants --------------------------------------------------------------------------------

    def participants(self, typed: str = "", most: int = 50) -> list[tuple[int, str, int]]:
        """(id, name in the survey, open answers) of the participants whose names begin so; else, that hold it."""
        with self.project.read() as connection:
            return people.find(connection, typed, most)

    def next_participant(self, participant_id: int, by: int) -> int | None:
        """The participant after (or, with -1, before) this one, as the survey has them; None at the end."""
        with self.project.read() as connection:
            return people.beside(connection, participant_id, by)

    def responses_of(self, participant_id: int) -> list[tuple[int, int]]:
        """(response, question) of a participant's open answers, in the order of the questions."""
        with self.project.read() as connection:
            return people.responses(connection, participant_id)

    def person(self, participant_id: int) -> Person:
        """All that a participant gave."""
        with self.project.read() as connection:
            participant = corpus.read_participant(connection, participant_id)
            responses = tuple(response for response, _ in people.responses(connection, participant_id))
            return Person(participant, responses, tuple(people.closed_answers(connection, participant_id)))
