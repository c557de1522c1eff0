"""Themes suggested for a project's responses: learnt anew from what is reviewed, and kept for the coding screen."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coder.domain.coding import Span, Suggestion
from coder.domain.corpus import Question, QuestionKind
from coder.domain.log import Kind
from coder.embeddings import ProjectEncoder, encoder_of
from coder.examples import examples_of
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, events, stretches, suggestions
from coder.store.project import Project
from coder.store.suggestions import Unreviewed

if TYPE_CHECKING:
    from concurrent.futures import Future

    from coder.suggest.classifier import Reading, Suggester
    from coder.suggest.encoder import Encoder, KnownTexts
    from coder.suggest.memory import TextMemory

MOST_READ = 20_000
"""Texts that the words and their weights are learnt from, at even distances over the project."""
_PAGE = 2_000
_FEW = 256
_MOST_LACKING = 100
_MOST_WORDS = 3
_FEW_ENCODED = 32  # perhaps by a sentence model, which takes a hundred times as long

Page = tuple[Sequence[Unreviewed], Sequence["Reading"]]
"""Responses, and what the suggester makes of them."""


@dataclass(frozen=True)
class Learnt:
    """A suggester, and the state of the project that it was learnt from; `event` was the last one then.

    `model_id` is that of the stored model, where it is one; `notice` says why a stored one was of no use.
    """

    suggester: "Suggester"
    event: int
    questions: Mapping[int, Question]
    model_id: int | None = None
    notice: str = ""

    def read(
        self, responses: Iterable[Unreviewed], *, all_scores: bool = False, encoder: "Encoder | None" = None
    ) -> Iterator["Reading"]:
        """What the suggester makes of responses; `encoder` may take the place of its own."""
        from coder.suggest.classifier import Target

        keys = {q.id: q.key for q in self.questions.values()}
        targets = (Target(r.response_id, r.participant_id, keys[r.question_id], r.text) for r in responses)
        return self.suggester.read(targets, all_scores=all_scores, encoder=encoder)


class Learner:
    """Learns from a project again and again: the texts are read once, and each refit reads only what is new."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._memory: TextMemory | None = None
        self._encoder: ProjectEncoder | None = None
        self._extent = (0, 0)

    def learn(self) -> Learnt:
        """Learn from all that is reviewed, or take the stored model where nothing has changed since.

        Raises NotEnoughError where nothing can be suggested.
        """
        from coder.suggest.classifier import Suggester
        from coder.suggest.model_file import ModelError, from_bytes

        with self._project.read() as connection:
            event = events.last_seq(connection)
            codebook = store_codebook.read_codebook(connection)
            questions = {q.id: q for q in corpus.read_questions(connection, QuestionKind.OPEN)}
            stored = suggestions.stored_model(connection)
        encoder = self._current_encoder()
        notice = ""
        if stored is not None:
            try:
                return Learnt(from_bytes(stored.arrays, codebook, encoder), event, questions, stored.id)
            except ModelError as error:
                notice = error.message
        with self._project.read() as connection:
            reviewed = suggestions.read_reviewed(connection)
        suggester = Suggester.fit(examples_of(reviewed, codebook, questions), codebook, memory=self.memory())
        return Learnt(suggester, event, questions, notice=notice)

    def _current_encoder(self) -> ProjectEncoder | None:
        """The project's encoder, the same as long as its model is."""
        encoder = encoder_of(self._project)
        if encoder is None or self._encoder is None or encoder.choice != self._encoder.choice:
            self._encoder = encoder
        return self._encoder

    def memory(self) -> "TextMemory":
        """The memory of the project's texts, made anew after an import and with another encoder."""
        from coder.suggest.features import TextFeatures
        from coder.suggest.memory import TextMemory

        encoder = self._current_encoder()
        with self._project.read() as connection:
            extent = suggestions.extent(connection)
            if self._memory is None or self._extent != extent:
                texts = corpus.sample_texts(connection, None, MOST_READ)
                self._memory, self._extent = TextMemory(TextFeatures.learn(texts), encoder), extent
            elif self._memory.encoder is not encoder:
                self._memory = TextMemory(self._memory.features, encoder)
        return self._memory


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion with the response it is for, in the words of the survey.

    `nearest` are the participants of the most alike responses that were coded with the theme, where asked for.
    """

    suggestion: Suggestion
    participant: str
    question: Question
    part: int
    theme: str
    path: tuple[str, ...]
    evidence: tuple[str, ...]
    nearest: tuple[str, ...] = ()


class SuggestionRun:
    """One training and its suggestions for the responses that nobody reviewed, which it keeps in the project.

    Raises NotEnoughError, before anything is changed, where nothing can be suggested. `suggested` counts what it
    has kept so far.
    """

    def __init__(self, project: Project, learner: Learner | None = None) -> None:
        self._project = project
        self._learnt = (learner or Learner(project)).learn()
        self.trained_on = self._learnt.suggester.trained_on
        self.notice = self._learnt.notice
        self.suggested = 0
        self._model_id = self._learnt.model_id

    @property
    def silent(self) -> list[tuple[str, str]]:
        """The themes that are never suggested, and why."""
        suggester = self._learnt.suggester
        return [(suggester.codebook.by_id[s.theme_id].name, s.reason) for s in suggester.silences]

    def unreviewed(self) -> int:
        """How many responses there are to suggest themes for."""
        with self._project.read() as connection:
            return suggestions.count_unreviewed(connection)

    def suggest(self, response_ids: Sequence[int]) -> int:
        """Suggest themes for those of these responses that nobody reviewed; returns how many."""
        with self._project.read() as connection:
            responses = suggestions.unreviewed_among(connection, response_ids)
        return self._keep(responses, list(self._learnt.read(responses)))

    def suggest_all(self, *, all_scores: bool = False, jobs: int = 1) -> Iterator[Page]:
        """Suggest themes for all responses that nobody reviewed, in the order of their ids, a page at a time.

        With `all_scores` the readings have every theme that serves the question; the suggested ones alone are kept.
        With several `jobs` so many processes read the pages. At the end the model itself is kept, and what earlier
        models suggested is deleted.
        """
        with _readers(self._learnt, all_scores, jobs) as read:
            for responses, readings in read(self._pages(_PAGE)):
                self._keep(responses, readings)
                yield responses, readings
        self._finish(store=True)

    def suggest_rest(self) -> Iterator[int]:
        """The same for the responses that this model has not read yet, a few at a time, so that nobody waits long.

        Yields how many they were.
        The model is not kept: the next review makes another.
        """
        few = _FEW if self._learnt.suggester.encoder is None else _FEW_ENCODED
        for responses in self._pages(few, only_unread=True):
            self._keep(responses, list(self._learnt.read(responses)))
            yield len(responses)
        self._finish(store=False)

    def _pages(self, size: int, *, only_unread: bool = False) -> Iterator[list[Unreviewed]]:
        last = 0
        while True:
            with self._project.read() as connection:
                page = suggestions.read_unreviewed(connection, last, size, self._model_id if only_unread else None)
            if not page:
                return
            yield page
            last = page[-1].response_id

    def _finish(self, *, store: bool) -> None:
        if self._model_id is None:  # there was nothing to suggest for
            return
        from coder.suggest.model_file import to_bytes

        arrays = to_bytes(self._learnt.suggester) if store else None
        with self._project.write() as connection:
            if arrays is not None:
                suggestions.store_model(connection, self._model_id, arrays)
            suggestions.drop_older(connection, self._model_id)

    def words(self, page: Page, *, nearest: bool = False) -> Iterator[Suggested]:
        """The suggestions of a page in the words of the survey; with `nearest` it takes its time."""
        responses, readings = page
        by_id = {r.response_id: r for r in responses}
        with self._project.read() as connection:
            people = counts.participant_names(connection, {r.participant_id for r in responses})
            texts = stretches.texts_for_output(connection, {r.response_id: r.text for r in responses})
        for suggestion in (s for reading in readings for s in reading.suggestions):
            response = by_id[suggestion.response_id]
            path = self._learnt.suggester.codebook.path(suggestion.theme_id)
            yield Suggested(
                suggestion,
                people[response.participant_id],
                self._learnt.questions[response.question_id],
                response.part,
                path[-1],
                path,
                tuple(e.span.of(texts[response.response_id]) for e in suggestion.evidence),
                self._alike(suggestion) if nearest and suggestion.suggested else (),
            )

    def _alike(self, suggestion: Suggestion) -> tuple[str, ...]:
        found = self.nearest(suggestion.response_id, suggestion.theme_id)
        with self._project.read() as connection:
            people = [corpus.read_response(connection, response_id).participant_id for response_id, _ in found]
            names = counts.participant_names(connection, people)
        return tuple(names[person] for person in people)

    def nearest(self, response_id: int, theme_id: int) -> list[tuple[int, float]]:
        """The reviewed responses with the theme that are most like the response: (id, cosine), best first."""
        from coder.suggest.classifier import Target

        with self._project.read() as connection:
            r = corpus.read_response(connection, response_id)
        target = Target(r.id, r.participant_id, self._learnt.questions[r.question_id].key, r.text)
        return self._learnt.suggester.nearest(target, theme_id)

    def lacking(self, theme_id: int, question_id: int | None = None) -> list[tuple[int, float, list[Span]]]:
        """The reviewed responses without the theme that look most as if they had it: (id, probability, its words)."""
        from coder.suggest.classifier import Target

        suggester, questions = self._learnt.suggester, self._learnt.questions
        key = questions[question_id].key if question_id is not None else ""
        found = []
        with self._project.read() as connection:
            for response_id, chance in suggester.lacking(theme_id, _MOST_LACKING, key):
                r = corpus.read_response(connection, response_id)
                target = Target(r.id, r.participant_id, questions[r.question_id].key, r.text)
                found.append((r.id, chance, [e.span for e in suggester.words_for(target, theme_id)[:_MOST_WORDS]]))
        return found

    def why_silent(self, theme_id: int) -> str:
        """Why the theme is never suggested; empty where it is."""
        return next((s.reason for s in self._learnt.suggester.silences if s.theme_id == theme_id), "")

    @property
    def event(self) -> int:
        """The last event of the project that it knew of."""
        return self._learnt.event

    def log(self, coder_id: int) -> None:
        """Say in the project's log that these suggestions were made."""
        facts = {"trained_on": self.trained_on, "suggested": self.suggested}
        events.note(self._project, coder_id, Kind.SUGGEST, facts)

    def _keep(self, responses: Sequence[Unreviewed], readings: Sequence["Reading"]) -> int:
        """Put the suggestions in the place of earlier ones; returns how many, none after a newer model."""
        shown = [s for reading in readings for s in reading.suggestions if s.suggested]
        with self._project.write() as connection:
            if self._model_id is None:  # with its first suggestions: what is on the screen never goes without
                self._model_id = suggestions.add_model(connection, self._learnt.event, {"trained_on": self.trained_on})
            if not suggestions.put_suggestions(connection, self._model_id, [r.response_id for r in responses], shown):
                return 0
            outlooks = [(r.response_id, r.useful, r.certain) for r in readings]
            suggestions.add_outlook(connection, self._model_id, outlooks)
        self.suggested += len(shown)
        return len(shown)


@contextmanager
def _readers(
    learnt: Learnt, all_scores: bool, jobs: int
) -> Iterator[Callable[[Iterable[list[Unreviewed]]], Iterator[Page]]]:
    """Something that reads pages, in their order; by so many processes, with a few pages under way at a time.

    The vectors of their texts go to these with the pages, so that none of them needs a sentence model.
    """
    if jobs == 1:
        yield lambda pages: ((page, list(learnt.read(page, all_scores=all_scores))) for page in pages)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    given = replace(learnt, suggester=replace(learnt.suggester, encoder=None))
    with ProcessPoolExecutor(jobs, get_context("spawn"), _begin_reading, (given, all_scores)) as pool:

        def read(pages: Iterable[list[Unreviewed]]) -> Iterator[Page]:
            waiting: deque[tuple[list[Unreviewed], Future[list[Reading]]]] = deque()
            for page in pages:
                waiting.append((page, pool.submit(_read_page, page, _known(learnt, page))))
                if len(waiting) > 2 * jobs:
                    first, reading = waiting.popleft()
                    yield first, reading.result()
            for first, reading in waiting:
                yield first, reading.result()

        yield read


_given: list[tuple[Learnt, bool]] = []  # in a process that reads pages: what it reads them with


def _begin_reading(learnt: Learnt, all_scores: bool) -> None:
    _given.append((learnt, all_scores))


def _read_page(page: list[Unreviewed], known: "KnownTexts | None") -> list["Reading"]:
    ((learnt, all_scores),) = _given
    return list(learnt.read(page, all_scores=all_scores, encoder=known))


def _known(learnt: Learnt, page: Sequence[Unreviewed]) -> "KnownTexts | None":
    """The vectors of a page's texts, where the suggester goes by such."""
    from coder.suggest.encoder import KnownTexts

    encoder = learnt.suggester.encoder
    if encoder is None:
        return None
    texts = list({r.text for r in page})
    return KnownTexts(encoder.name, encoder.size, dict(zip(texts, encoder.encode(texts), strict=True)))
