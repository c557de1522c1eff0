"""What a coder did to a text that an import has replaced: shown beside the new text, and taken over once asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from coder.domain.coding import Coding, Origin, Span
from coder.domain.corpus import Response
from coder.domain.log import Kind
from coder.domain.rewording import Piece, compare, places_in
from coder.domain.wording import counted
from coder.shaping import Done, Shaping
from coder.store import codebook as store_codebook
from coder.store import coding as store_coding
from coder.store import corpus, events
from coder.store.coding import CodedResponse
from coder.store.events import Recorder

OPEN = 0
"""Stands for the theme where highlights have none."""


class Obstacle(StrEnum):
    """Why something can't be taken over."""

    NONE = ""
    CODED = "coded here already"
    REJECTED = "refused here"
    NOT_SERVING = "archived, or not for this question any more"
    GONE = "the words are gone"


@dataclass(frozen=True, slots=True)
class Carried:
    """A theme of the earlier text with its evidence there (none: the whole response), or all highlights without a theme
    (`OPEN`). `places`: where the words of each piece of evidence stand in the new text, None where that is not certain.
    """

    theme_id: int
    name: str
    evidence: tuple[Span, ...]
    places: tuple[Span | None, ...]
    origin: Origin
    obstacle: Obstacle

    @property
    def stands(self) -> int:
        """How many pieces of its evidence stand in the new text."""
        return sum(place is not None for place in self.places)

    @property
    def is_plain(self) -> bool:
        """Whether it means the same on the new text as on the old: some of its words are there, or it had none."""
        return not self.obstacle and (self.stands > 0 or not self.evidence)

    @property
    def says(self) -> str:
        """What becomes of it when it is taken over, in words."""
        if self.obstacle:
            return self.obstacle.value
        if not self.evidence:
            return "the whole response"
        if not self.stands:
            return "its words are gone; if ticked, the whole response"
        if self.stands == len(self.evidence):
            return "its words are in the new text"
        return f"{self.stands} of its {len(self.evidence)} highlights are in the new text"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The newest of a response's earlier texts that this coder has worked on, else the newest of all, and the
    difference of the text that it has now."""

    text: str
    difference: tuple[Piece, ...]
    reviewed: bool
    carried: tuple[Carried, ...]

    @property
    def plain(self) -> list[int]:
        """The themes that mean the same on the new text as on the old: what is taken over unless more is asked for."""
        return [one.theme_id for one in self.carried if one.is_plain]


class Carrying(Shaping):
    """One coder's work on texts that were replaced. It stays with the old text, whatever is taken over."""

    def earlier(self, response_id: int) -> Earlier | None:
        """What this response was before an import changed it; None where it was never another one."""
        with self.project.read() as connection:
            response = corpus.read_response(connection, response_id)
            found = store_coding.earlier_work(connection, response, self.coder_id)
            now = store_coding.read_coded(connection, response_id, self.coder_id)
        if found is None:
            return None
        old, done = found
        difference, carried = compare(old.text, response.text), self._carried(old, done, response, now)
        return Earlier(old.text, difference, done.reviewed_at is not None, carried)

    def take_over(self, response_id: int, theme_ids: Collection[int]) -> Done:
        """Code the new text with these themes of the earlier one: one event.

        Evidence goes along where its words stand in the new text for certain; a theme of which none does is coded on
        the whole response. `OPEN` takes the highlights that have no theme.
        """
        self.changed()
        with events.acting(self.project, self.coder_id, Kind.TAKE_OVER, response=response_id) as recorder:
            corpus.require_current(recorder.connection, response_id)
            response = corpus.read_response(recorder.connection, response_id)
            found = store_coding.earlier_work(recorder.connection, response, self.coder_id)
            now = store_coding.read_coded(recorder.connection, response_id, self.coder_id)
            carried = self._carried(*found, response, now) if found else ()
            taken = [c for c in carried if c.theme_id in theme_ids and not c.obstacle]
            for one in taken:
                self._take(recorder, response, one)
            codings = sum(one.theme_id != OPEN for one in taken)
            highlights = len({place for one in taken for place in one.places if place is not None})
            recorder.facts |= {"codings": codings, "highlights": highlights}
        if not recorder.changed:
            return Done("There was nothing to take over.", False, response_id)
        whole = sum(one.theme_id != OPEN and not one.stands for one in taken)
        more = f", {whole} of them on the whole response" if whole else ""
        what = f"{counted(codings, 'theme')}{more}, and {counted(highlights, 'highlight')}"
        return Done(f"Taken over from the earlier text: {what}.", True, response_id)

    @staticmethod
    def _take(recorder: Recorder, response: Response, one: Carried) -> None:
        coding_id = None
        if one.theme_id != OPEN:
            store_codebook.require(recorder.connection, one.theme_id)
            coding_id = store_coding.add_coding(recorder, response, one.theme_id, one.origin)
        for place in one.places:
            if place is not None:
                highlight_id = store_coding.add_highlight(recorder, response.id, place)
                if coding_id is not None:
                    store_coding.link(recorder, coding_id, highlight_id)

    def _carried(self, old: Response, done: CodedResponse, new: Response, now: CodedResponse) -> tuple[Carried, ...]:
        """In the order of the codebook; highlights without a theme last."""
        spans = {h.id: h.span for h in done.highlights}
        places = dict(zip(spans, places_in(old.text, new.text, list(spans.values())), strict=True))
        order = {theme.id: at for at, (_, theme) in enumerate(self._codebook.walk())}
        carried = []
        for coding in sorted(done.codings, key=lambda c: order.get(c.theme_id, len(order))):
            evidence = [h for h in coding.highlight_ids if h in spans]
            theme = self._codebook.by_id.get(coding.theme_id)
            carried.append(
                Carried(
                    coding.theme_id,
                    theme.name if theme else "an archived theme",
                    tuple(spans[h] for h in evidence),
                    tuple(places[h] for h in evidence),
                    coding.origin,
                    self._obstacle(coding, new, now),
                )
            )
        used = {h for coding in done.codings for h in coding.highlight_ids}
        if left := [h for h in spans if h not in used]:
            stand = tuple(places[h] for h in left)
            there = {h.span for h in now.highlights}
            obstacle = Obstacle.GONE if not any(stand) else Obstacle.NONE
            if stand and all(place in there for place in stand if place) and not obstacle:
                obstacle = Obstacle.CODED
            words = tuple(spans[h] for h in left)
            carried.append(Carried(OPEN, "highlighted, no theme yet", words, stand, Origin.MANUAL, obstacle))
        return tuple(carried)

    def _obstacle(self, coding: Coding, new: Response, now: CodedResponse) -> Obstacle:
        if any(c.theme_id == coding.theme_id for c in now.codings):
            return Obstacle.CODED
        if coding.theme_id in now.rejected:
            return Obstacle.REJECTED
        question = next(q for q in self._questions if q.id == new.question_id)
        serves = coding.theme_id in self._codebook.by_id and self._codebook.serves(coding.theme_id, question.key)
        return Obstacle.NONE if serves else Obstacle.NOT_SERVING
