"""Coding every hit of a search that a coder has looked at and ticked: many codings, one event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.domain.coding import Origin, Span
from coder.domain.hits import Hit, State
from coder.domain.log import Kind
from coder.shaping import Done, Shaping
from coder.store import codebook as store_codebook
from coder.store import coding as store_coding
from coder.store import corpus, events, search, taking

_AT_ONCE = 500  # responses


@dataclass(frozen=True, slots=True)
class HitLine:
    """A hit as a list shows it: whose response it is in, and the characters around it."""

    participant: str
    before: str
    words: str
    after: str


class Sweeping(Shaping):
    """One coder's coding by search."""

    def find_hits(
        self, response_ids: Sequence[int], search_for: str, theme_id: int
    ) -> Iterator[tuple[int, Sequence[Hit]]]:
        """(responses read so far, the hits in the last of them), a few hundred responses at a time.

        In the order of the ids; responses to questions that the theme does not serve have none.
        """
        serving = {q.id for q in self._questions if self._codebook.serves(theme_id, q.key)}
        for start in range(0, len(response_ids), _AT_ONCE):
            ids = response_ids[start : start + _AT_ONCE]
            with self.project.read() as connection:
                texts = corpus.read_texts(connection, ids, serving)
                done = store_coding.read_theme(connection, theme_id, self.coder_id, list(texts))
            found = zip(texts, search.hits(list(texts.values()), search_for), strict=True)
            yield (
                start + len(ids),
                [Hit(response, span, _state(done, response, span)) for response, spans in found for span in spans],
            )

    def hit_lines(self, hits: Sequence[Hit], around: int = 120) -> list[HitLine]:
        """The lines that a list shows for these hits."""
        with self.project.read() as connection:
            texts = corpus.read_texts(connection, [hit.response_id for hit in hits])
            people = corpus.read_owners(connection, list(texts))
        lines = []
        for hit in hits:
            text, (start, end) = texts.get(hit.response_id, ""), (hit.span.start, hit.span.end)
            before, after = text[max(0, start - around) : start], text[end : end + around]
            lines.append(HitLine(people.get(hit.response_id, ""), before, hit.span.of(text), after))
        return lines

    def code_hits(self, hits: Sequence[Hit], theme_id: int, search_for: str) -> Done:
        """Code the words of these hits, and no others, with a theme: one event, which one undo takes back whole.

        A response has the theme once, each hit as a highlight of its own. A rejection of it there is taken back.
        """
        self.changed()
        theme = self._theme(theme_id)
        with events.acting(self.project, self.coder_id, Kind.CODE_HITS, theme=theme.name, words=search_for) as recorder:
            connection = recorder.connection
            store_codebook.require(connection, theme_id)
            ids = {hit.response_id for hit in hits}
            places = taking.read_places_of(connection, ids)
            given = [
                taking.GivenCoding(places[hit.response_id], theme_id, self.coder_id, hit.span)
                for hit in hits
                if hit.response_id in places
            ]
            taken = taking.take_codings(recorder, given, origin=Origin.SEARCH)
            store_coding.remove_rejections(recorder, theme_id, places)
            recorder.facts |= {"codings": taken.codings, "highlights": taken.highlights}
        gone = len(ids) - len(places)
        left = f" {gone:,} responses are not in the survey any more." if gone else ""
        if not recorder.changed:
            return Done(f"There was nothing to code: ‘{theme.name}’ is there already.{left}", False, None, theme_id)
        message = f"Coded ‘{theme.name}’ on {taken.codings:,} more responses, by {taken.highlights:,} new highlights."
        return Done(message + left, True, None, theme_id)


def _state(done: store_coding.ThemeAt, response_id: int, span: Span) -> State:
    if any(span.overlaps(evidence) for evidence in done.evidence.get(response_id, ())):
        return State.CODED
    if response_id in done.evidence:
        return State.THEME
    return State.REJECTED if response_id in done.rejected else State.NEW
