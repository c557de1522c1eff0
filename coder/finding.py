"""How a coder finds what to read: filters, searches and their hits, participants."""

from array import array
from collections.abc import Sequence

from coder.domain.coding import Span
from coder.domain.filtering import Filter
from coder.shaping import Shaping
from coder.store import filters, search
from coder.store.filters import Reader


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
