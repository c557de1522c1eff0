"""What a coder did to a text that an import has replaced: shown beside the new text, and taken over once asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from coder.domain.coding import Coding, Origin, Span
from coder.domain.corpus import Response, Status
from coder.domain.log import Kind
from coder.domain.rewording import Piece, compare, places_in
from coder.domain.wording import counted
from coder.errors import RefusedError
from coder.shaping import Done, Shaping
from coder.store import codebook as store_codebook
from coder.store import coding as store_coding
from coder.store import corpus, events, schema, stretches
from coder.store.coding import CodedResponse, EarlierWork
from coder.store.events import Recorder

OPEN = 0
"""Stands for the theme where highlights have none."""
STARS = -1
"""Stands for the theme where words are starred, whoever starred them."""


class Obstacle(StrEnum):
    """Why something can't be taken over."""

    NONE = ""
    CODED = "coded here already"
    STARRED = "starred here already"
    REJECTED = "refused here"
    NOT_SERVING = "archived, or not for this question any more"
    GONE = "the words are gone"


@dataclass(frozen=True, slots=True)
class Carried:
    """A theme of the earlier text with its evidence there (none: the whole response), all highlights without a theme
    (`OPEN`), or all stars (`STARS`). `places`: where the words of each piece of evidence stand in the new text, None
    where that is not certain.
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
        if found is None:
            return None
        difference = compare(found.old.text, response.text)
        return Earlier(found.old.text, difference, found.done.reviewed_at is not None, self._carried(found, response))

    def take_over(self, response_id: int, theme_ids: Collection[int]) -> Done:
        """Code the new text with these themes of the earlier one: one event.

        Evidence goes along where its words stand in the new text for certain; a theme of which none does is coded on
        the whole response. `OPEN` takes the highlights that have no theme, `STARS` the stars.
        """
        self.changed()
        with events.acting(self.project, self.coder_id, Kind.TAKE_OVER, response=response_id) as recorder:
            corpus.require_current(recorder.connection, response_id)
            response = corpus.read_response(recorder.connection, response_id)
            if response.status is Status.BLANK:
                raise RefusedError("There is no text to code.")
            found = store_coding.earlier_work(recorder.connection, response, self.coder_id)
            carried = self._carried(found, response) if found else ()
            taken = [c for c in carried if c.theme_id in theme_ids and not c.obstacle]
            for one in taken:
                self._take(recorder, response, one)
            themes = [one for one in taken if one.theme_id > OPEN]
            stars = sum(one.stands for one in taken if one.theme_id == STARS)
            marked = {place for one in taken if one.theme_id != STARS for place in one.places if place is not None}
            recorder.facts |= {"codings": len(themes), "highlights": len(marked), "stars": stars}
        if not recorder.changed:
            return Done("There was nothing to take over.", False, response_id)
        whole = sum(not one.stands for one in themes)
        more = f" ({whole} of them on the whole response)" if whole else ""
        what = (counted(len(themes), "theme") + more, counted(len(marked), "highlight"), counted(stars, "star"))
        said = [words for words, number in zip(what, (len(themes), len(marked), stars), strict=True) if number]
        return Done(f"Taken over from the earlier text: {', '.join(said)}.", True, response_id)

    @staticmethod
    def _take(recorder: Recorder, response: Response, one: Carried) -> None:
        coding_id = None
        if one.theme_id > OPEN:
            store_codebook.require(recorder.connection, one.theme_id)
            coding_id = store_coding.add_coding(recorder, response, one.theme_id, one.origin)
        for place in filter(None, one.places):
            if one.theme_id == STARS:
                stretches.put(recorder, schema.star, response.id, place)
                continue
            highlight_id = store_coding.add_highlight(recorder, response.id, place)
            if coding_id is not None:
                store_coding.link(recorder, coding_id, highlight_id)

    def _carried(self, found: EarlierWork, new: Response) -> tuple[Carried, ...]:
        """In the order of the codebook; highlights without a theme and stars last."""
        old, done, now = found.old, found.done, found.now
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
        if found.stars:
            carried.append(self._starred(found, new))
        return tuple(carried)

    @staticmethod
    def _starred(found: EarlierWork, new: Response) -> Carried:
        old, stars = found.old, found.stars
        whole, now = Span(0, len(old.text)), Span(0, len(new.text))
        stand = zip(stars, places_in(old.text, new.text, stars), strict=True)
        places = tuple(now if star == whole else place for star, place in stand)
        obstacle = Obstacle.NONE if any(places) else Obstacle.GONE
        if any(places) and all(place in found.stars_now for place in places if place):
            obstacle = Obstacle.STARRED
        return Carried(STARS, "★ starred", stars, places, Origin.MANUAL, obstacle)

    def _obstacle(self, coding: Coding, new: Response, now: CodedResponse) -> Obstacle:
        if any(c.theme_id == coding.theme_id for c in now.codings):
            return Obstacle.CODED
        if coding.theme_id in now.rejected:
            return Obstacle.REJECTED
        question = next(q for q in self._questions if q.id == new.question_id)
        serves = coding.theme_id in self._codebook.by_id and self._codebook.serves(coding.theme_id, question.key)
        return Obstacle.NONE if serves else Obstacle.NOT_SERVING
