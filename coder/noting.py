"""What a coder notes beside the coding: starred quotes, masked words, memos. Every act is one event."""

from collections.abc import Iterable, Mapping

from coder.domain.codebook import fold_name
from coder.domain.coding import Span
from coder.domain.corpus import Response, Status
from coder.domain.log import Kind
from coder.domain.memo import Memo, Noted, Place
from coder.errors import RefusedError
from coder.shaping import Done, Shaping
from coder.store import corpus, events, memos, schema, stretches
from coder.store.events import Recorder


class Noting(Shaping):
    """One coder's notes. Stars and masks are the project's: any coder may take them off again; memos are one's own."""

    # --- stars and masks -----------------------------------------------------------------------------

    def star(self, response_id: int, span: Span | None = None) -> Done:
        """Pick a quote: these words, or (None) the whole response. Lists and exports show it first."""
        return self._star(Kind.STAR, response_id, span)

    def unstar(self, response_id: int, span: Span | None = None) -> Done:
        """Take the star off these words, or off the whole response."""
        return self._star(Kind.UNSTAR, response_id, span)

    def _star(self, kind: Kind, response_id: int, span: Span | None) -> Done:
        text = self._codable(response_id, span).text
        whole = Span(0, len(text))
        span = span or whole
        quote = "the whole response" if span == whole else f"characters {span.start} to {span.end}"
        change = stretches.put if kind is Kind.STAR else stretches.take
        with events.acting(self.project, self.coder_id, kind, response=response_id, quote=quote) as recorder:
            corpus.require_current(recorder.connection, response_id)
            change(recorder, schema.star, response_id, span)
        what = "The whole response" if span == whole else "The quote"
        if kind is Kind.STAR:
            message = f"★ {what} is starred." if recorder.changed else f"{what} is starred already."
        else:
            message = f"{what} is not starred any more." if recorder.changed else f"{what} is not starred."
        return Done(message, recorder.changed, response_id)

    def mask(self, response_id: int, span: Span) -> Done:
        """Let no output show these words (a name, a place); in the project and on the coding screen they stay."""
        return self._mask(Kind.MASK, response_id, span)

    def unmask(self, response_id: int, span: Span) -> Done:
        """Let outputs show these words again; `span` is that of the mask."""
        return self._mask(Kind.UNMASK, response_id, span)

    def _mask(self, kind: Kind, response_id: int, span: Span) -> Done:
        words = span.of(self._codable(response_id, span).text)
        change = stretches.put if kind is Kind.MASK else stretches.take
        facts = {"response": response_id, "start": span.start, "end": span.end}
        with events.acting(self.project, self.coder_id, kind, **facts) as recorder:
            corpus.require_current(recorder.connection, response_id)
            change(recorder, schema.mask, response_id, span)
        if kind is Kind.MASK:
            message = "Masked: no output shows these words." if recorder.changed else "These words are masked already."
            message += self._borne(words)
        else:
            message = "Not masked any more." if recorder.changed else "These words are not masked."
        return Done(message, recorder.changed, response_id)

    def _borne(self, words: str) -> str:
        """A warning where themes bear the words in their names, which every output shows."""
        folded = fold_name(words)
        names = [theme.name for theme in self._codebook.themes if folded and folded in fold_name(theme.name)]
        return f" But the theme ‘{names[0]}’ bears them: rename it." if names else ""

    # --- memos ---------------------------------------------------------------------------------------

    def memos(self, place: Place) -> list[Memo]:
        """The memos about one thing, the oldest first; of all coders."""
        with self.project.read() as connection:
            return memos.read_memos(connection, place)

    def count_memos(self, places: Iterable[Place]) -> Mapping[Place, int]:
        """How many memos there are about each of these, where there are any."""
        with self.project.read() as connection:
            return memos.count_memos(connection, places)

    def noted(self) -> list[Noted]:
        """All memos, with what they are about in words."""
        with self.project.read() as connection:
            return memos.read_noted(connection)

    def noted_themes(self) -> frozenset[int]:
        """The themes that have a memo."""
        with self.project.read() as connection:
            return memos.noted_themes(connection)

    def name_of(self, place: Place) -> str:
        """What a memo there is about, in words. Raises RefusedError where it is gone."""
        with self.project.read() as connection:
            return memos.name_of(connection, place)[0]

    def write_memo(self, place: Place, text: str) -> Done:
        """Note something about the project, a question, theme, participant, response, coding or highlight."""
        text = _worded(text)
        with events.acting(self.project, self.coder_id, Kind.WRITE_MEMO) as recorder:
            name, facts = memos.name_of(recorder.connection, place)
            recorder.facts |= {"about": name, **facts}
            memos.add_memo(recorder, place, text)
        return Done(f"Memo on {name} saved.", True, facts.get("response"))

    def edit_memo(self, memo_id: int, text: str) -> Done:
        """Give one of this coder's own memos another text."""
        text = _worded(text)
        with events.acting(self.project, self.coder_id, Kind.EDIT_MEMO) as recorder:
            name, facts = self._own_memo(recorder, memo_id)
            memos.change_memo(recorder, memo_id, text)
        message = f"Memo on {name} changed." if recorder.changed else "The memo is as it was."
        return Done(message, recorder.changed, facts.get("response"))

    def delete_memo(self, memo_id: int) -> Done:
        """Take one of this coder's own memos away."""
        with events.acting(self.project, self.coder_id, Kind.DELETE_MEMO) as recorder:
            name, facts = self._own_memo(recorder, memo_id)
            memos.remove_memo(recorder, memo_id)
        return Done(f"Memo on {name} deleted.", recorder.changed, facts.get("response"))

    def _own_memo(self, recorder: Recorder, memo_id: int) -> tuple[str, dict[str, int]]:
        memo = memos.read_memo(recorder.connection, memo_id)
        if memo is None:
            raise RefusedError("This memo is gone; it was deleted.")
        if memo.coder != self.coder_name:
            raise RefusedError(f"This memo is {memo.coder}'s.", hint="Write one of your own on the same.")
        name, facts = memos.name_of(recorder.connection, memo.place)
        recorder.facts |= {"about": name, **facts}
        return name, facts

    def _response(self, response_id: int) -> Response:
        with self.project.read() as connection:
            return corpus.read_response(connection, response_id)

    def _codable(self, response_id: int, span: Span | None) -> Response:
        response = self._response(response_id)
        if response.status is Status.BLANK:
            raise RefusedError("There is no text to code.")
        if span is not None:
            span.check(response.text)
        return response


def _worded(text: str) -> str:
    if not text.strip():
        raise RefusedError("A memo needs words.")
    return text.strip()
