"""Highlight first, theme later: the highlights that have no theme yet, and giving many of them a theme at once."""

from collections.abc import Callable, Iterable, Sequence

from coder.domain.coding import Origin
from coder.domain.corpus import QuestionKind
from coder.domain.gathering import Group, OpenHighlight, gather
from coder.domain.log import Kind
from coder.errors import RefusedError
from coder.shaping import Done, Shaping
from coder.store import codebook as store_codebook
from coder.store import coding as store_coding
from coder.store import corpus, events, taking
from coder.store.project import Project, setting


class Gathering(Shaping):
    """One coder's highlights without a theme."""

    def open_highlights(self, question_id: int) -> list[OpenHighlight]:
        """This coder's highlights in the answers to a question that are evidence for nothing yet."""
        with self.project.read() as connection:
            return store_coding.open_highlights(connection, self.coder_id, question_id)

    def assign_many(self, highlight_ids: Sequence[int], theme: int | str) -> Done:
        """Give all these highlights a theme, or a new one of this name: one event, which one undo takes back whole.

        Each highlight becomes evidence, and each response is coded once. A rejection of the theme is taken back.
        """
        self.changed()
        name = self._codebook.check_name(theme, None) if isinstance(theme, str) else self._theme(theme).name
        with events.acting(self.project, self.coder_id, Kind.CODE_HIGHLIGHTS, theme=name) as recorder:
            connection = recorder.connection
            marked = store_coding.highlights_among(connection, highlight_ids, self.coder_id)
            places = taking.read_places_of(connection, {h.response_id for h in marked})
            marked = [h for h in marked if h.response_id in places]
            if not marked:
                raise RefusedError("These highlights are gone.")
            asked = {places[h.response_id].question_id for h in marked}
            keys = {q.key for q in self._questions if q.id in asked}
            if isinstance(theme, str):
                theme_id = store_codebook.add_theme(recorder, name, questions=sorted(keys))
            else:
                theme_id = theme
                store_codebook.require(connection, theme_id)
                if not all(self._codebook.serves(theme_id, key) for key in keys):
                    raise RefusedError(f"‘{name}’ does not serve this question.")
            given = [taking.GivenCoding(places[h.response_id], theme_id, self.coder_id, h.span) for h in marked]
            taken = taking.take_codings(recorder, given, origin=Origin.MANUAL)
            store_coding.remove_rejections(recorder, theme_id, places)
            recorder.facts |= {"highlights": len(marked), "codings": taken.codings}
        self._refresh()
        if not recorder.changed:
            return Done(f"These are evidence for ‘{name}’ already.", False, None, theme_id)
        made = "New theme" if isinstance(theme, str) else "Coded"
        people = len({places[h.response_id].participant_id for h in marked})
        message = f"{made} ‘{name}’: highlights {len(marked):,}, participants {people:,}, each counted once."
        return Done(message, True, None, theme_id)


def gather_by_lemma(project: Project, coder_id: int, question_id: int) -> list[Group]:
    """A coder's highlights without a theme, gathered by the lemmas they share; what the question asks says nothing."""
    from coder.language.keywords import content_lemmas

    with project.read() as connection:
        highlights = store_coding.open_highlights(connection, coder_id, question_id)
        language = setting(connection, "language", "en")
        questions = {q.id: q for q in corpus.read_questions(connection, QuestionKind.OPEN)}
    asked = set(content_lemmas(questions[question_id].prompt, language))
    lemmas: Callable[[str], Iterable[str]] = lambda text: (w for w in content_lemmas(text, language) if w not in asked)  # noqa: E731
    return gather(highlights, lemmas)
