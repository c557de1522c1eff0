"""What a coder notes beside the coding: starred quotes, masked words. Every act is one event."""

from coder.domain.coding import Span
from coder.domain.corpus import Response, Status
from coder.domain.log import Kind
from coder.errors import RefusedError
from coder.shaping import Done, Shaping
from coder.store import corpus, events, schema, stretches


class Noting(Shaping):
    """One coder's stars and masks; they are the project's, so any coder may take them off again."""

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
        self._codable(response_id, span)
        change = stretches.put if kind is Kind.MASK else stretches.take
        facts = {"response": response_id, "start": span.start, "end": span.end}
        with events.acting(self.project, self.coder_id, kind, **facts) as recorder:
            corpus.require_current(recorder.connection, response_id)
            change(recorder, schema.mask, response_id, span)
        if kind is Kind.MASK:
            message = "Masked: no output shows these words." if recorder.changed else "These words are masked already."
        else:
            message = "Not masked any more." if recorder.changed else "These words are not masked."
        return Done(message, recorder.changed, response_id)

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
