"""What a coder does in a project: read, highlight, code, review, shape the themes, undo. Every act is one event."""

import getpass
import re
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder import live
from coder.carrying import Carried, Carrying, Earlier
from coder.domain import tally
from coder.domain.codebook import PATH_SEPARATOR
from coder.domain.coding import Coding, Origin, Span, Suggestion, masked
from coder.domain.corpus import Participant, Question, Response
from coder.domain.filtering import EVERYTHING, Filter
from coder.domain.log import Kind
from coder.domain.memo import Place
from coder.domain.queue import Queue, Route
from coder.errors import RefusedError
from coder.finding import Finding
from coder.gathering import Gathering
from coder.live import Figures, Progress
from coder.noting import Noting
from coder.shaping import Done
from coder.store import codebook as store_codebook
from coder.store import coding as store_coding
from coder.store import (
    corpus,
    counts,
    events,
    hold_back,
    memos,
    queues,
    quotes,
    reviews,
    search,
    stretches,
    suggestions,
)
from coder.store import undo as store_undo
from coder.store.corpus import Line as Entry
from coder.store.forget import Forgotten, forget
from coder.store.project import Project, open_project
from coder.store.quotes import Quote
from coder.sweeping import Sweeping

__all__ = [
    "Carried",
    "Done",
    "Earlier",
    "Entry",
    "Figures",
    "Marked",
    "Progress",
    "Quote",
    "ResponseView",
    "Session",
    "open_session",
]

_LONGEST_IN_VIVO = 80

NextStep = tuple[str, bool]
"""What would be undone or done again, in words, and whether that is a bulk action such as an import."""
_LARGE = 20_000  # responses


@dataclass(frozen=True, slots=True)
class Marked:
    """A highlight with the themes it is evidence for; none yet, where it was highlighted first."""

    highlight_id: int
    span: Span
    theme_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ResponseView:
    """One response as a coder sees it: their own work on it, and the suggestions that are still open, best first.

    `stale` says that it was reviewed before one of its question's themes existed; `unread` that the newest model has
    not come to it yet; `replaced` that an import has put this text in the place of another one.
    """

    response: Response
    participant: Participant
    question: Question
    marked: tuple[Marked, ...]
    codings: tuple[Coding, ...]
    reviewed: bool
    stale: bool
    suggestions: tuple[Suggestion, ...]
    unread: bool = False
    stars: tuple[Span, ...] = ()
    masks: tuple[Span, ...] = ()
    noted: frozenset[Place] = frozenset()
    replaced: bool = False

    def quotable(self, span: Span | None = None) -> str:
        """These words, or the whole text, as they may leave the project: what is masked is `▇`."""
        text = masked(self.response.text, self.masks)
        return text if span is None else span.of(text)


class Session(Finding, Sweeping, Gathering, Noting, Carrying):
    """One coder at work in one project. Reads are snapshots; acts are committed before they return."""

    # --- what there is -------------------------------------------------------------------------------

    def queue(
        self,
        question_id: int | None = None,
        search_for: str = "",
        order: Queue = Queue.FILE,
        wanted: Filter = EVERYTHING,
    ) -> "array[int]":
        """The ids of the answered responses in this order, of one question or of all, with the words searched for.

        A filter leaves those that fit; it says itself whether it is of the question or of all.
        """
        found: Collection[int] | None = None
        if search_for.strip():
            with self.project.read() as connection:
                current = search.is_current(connection)
            if not current:
                search.update_index(self.project)
            with self.project.read() as connection:
                found = search.search(connection, search_for)
        if wanted:
            among = self.fitting(wanted, question_id)
            found = among if found is None else frozenset(found).intersection(among)
            question_id = None if wanted.anywhere else question_id
        if order is Queue.RANDOM:
            queues.draw_seed(self.project, self.coder_id)
        with self.project.read() as connection:
            return queues.read_queue(connection, order, self.coder_id, question_id, found)

    @property
    def is_large(self) -> bool:
        """Whether there is so much that what reads all of it is better done aside."""
        with self.project.read() as connection:
            return corpus.last_response(connection) > _LARGE

    def first_unreviewed(self, question_id: int) -> int | None:
        """The first answered response to a question, in the order of the file, that this coder has not reviewed."""
        with self.project.read() as connection:
            return reviews.first_unreviewed(connection, question_id, self.coder_id)

    def around(self, response_id: int) -> "array[int]":
        """A stretch of the queue in the order of the file: a response, and those before and after it."""
        with self.project.read() as connection:
            return corpus.answered_around(connection, response_id)

    def chosen_queue(self) -> Queue:
        """The order in which this coder reads this project."""
        with self.project.read() as connection:
            return queues.chosen(connection, self.coder_id)

    def choose_queue(self, queue: Queue) -> None:
        """Read in this order from now on, also when the project is opened again: a habit, so no event."""
        queues.choose(self.project, self.coder_id, queue)

    def newest_model(self) -> int:
        """The number of the newest model, 0 where there is none: another one sorts the queues anew."""
        with self.project.read() as connection:
            return suggestions.newest_model(connection)

    def entries(self, ids: Sequence[int], search_for: str = "") -> list[Entry]:
        """The lines that a list of responses shows, in the order of the ids; of a search, around the first hit."""
        with self.project.read() as connection:
            lines = corpus.read_lines(connection, ids, self.coder_id)
            return search.at_hits(connection, lines, search_for) if search_for else lines

    def next_unreviewed(self, queue: Sequence[int], after: int) -> int | None:
        """The index of the next response in the queue that this coder has not reviewed, from the start if need be."""
        start = min(after + 1, len(queue))
        with self.project.read() as connection:
            for places in (range(start, len(queue)), range(start)):
                at = reviews.next_unreviewed(connection, queue, places, self.coder_id)
                if at is not None:
                    return at
        return None

    def view(self, response_id: int) -> ResponseView:
        """Everything about one response."""
        with self.project.read() as connection:
            response = corpus.read_response(connection, response_id)
            participant = corpus.read_participant(connection, response.participant_id)
            coded = store_coding.read_coded(connection, response_id, self.coder_id)
            held_back = hold_back.is_held_back(connection, response_id)
            proposed = [] if held_back else suggestions.open_suggestions(connection, response_id, self.coder_id)
            read = held_back or suggestions.is_read(connection, response_id)
            stars, masks = stretches.read_stretches(connection, response_id)
            noted = memos.places_at(connection, response_id, participant.id)
            replaced = bool(corpus.earlier_texts(connection, response))
        archived = self._archived(coded.codings)
        codings = tuple(c for c in coded.codings if c.theme_id not in archived)
        themes: dict[int, list[int]] = {h.id: [] for h in coded.highlights}
        for coding in codings:
            for highlight_id in coding.highlight_ids:
                themes[highlight_id].append(coding.theme_id)
        set_aside = {h for c in coded.codings if c.theme_id in archived for h in c.highlight_ids if not themes[h]}
        question = next(q for q in self._questions if q.id == response.question_id)
        born = max((t.born for t in self._codebook.for_question(question.key).themes), default=0)
        return ResponseView(
            response=response,
            participant=participant,
            question=question,
            marked=tuple(Marked(h.id, h.span, tuple(themes[h.id])) for h in coded.highlights if h.id not in set_aside),
            codings=codings,
            reviewed=coded.reviewed_at is not None,
            stale=coded.reviewed_at is not None and coded.reviewed_at < born,
            suggestions=tuple(proposed),
            unread=not read,
            stars=stars,
            masks=masks,
            noted=noted,
            replaced=replaced,
        )

    def standing(self, response_id: int) -> int:
        """The response that stands where this one stood, whatever texts imports have put there since."""
        with self.project.read() as connection:
            return corpus.standing(connection, response_id)

    def _archived(self, codings: Iterable[Coding]) -> frozenset[int]:
        """The archived themes among those of these codings: they are there again when the theme is brought back."""
        unknown = frozenset(c.theme_id for c in codings) - self._codebook.by_id.keys()
        if not unknown:
            return unknown
        with self.project.read() as connection:
            return unknown & {t for a in store_codebook.read_archive(connection) for t in (a.theme_id, *a.below)}

    def counts(self, question_id: int) -> Mapping[int, int]:
        """Participants per theme among the question's answers, parents by union: this coder's, reviewed or not yet."""
        key = next(q.key for q in self._questions if q.id == question_id)
        with self.project.read() as connection:
            coded, _ = counts.read_coded_people(connection, question_id, [self.coder_id])
        rolled = tally.roll_up(self._codebook.for_question(key, coded), coded)
        return {theme: len(people) for theme, people in rolled.items()}

    def recent_themes(self) -> list[int]:
        """The themes that this coder assigned last, the last one first."""
        with self.project.read() as connection:
            return store_coding.recent_themes(connection, self.coder_id)

    def coders(self) -> list[str]:
        """Who has worked in this project, by name."""
        with self.project.read() as connection:
            return events.coder_names(connection)

    def progress(self, question_id: int | None = None) -> Progress:
        """How many answered responses there are, and how many of them this coder has reviewed."""
        with self.project.read() as connection:
            return Progress(
                corpus.count_answered(connection, question_id),
                reviews.count_reviewed(connection, self.coder_id, question_id),
            )

    def figures(self, question_id: int) -> Figures:
        """Progress and participants per theme for the coding screen, counted from all rows: call it aside."""
        return live.count(self.project, question_id, self.coder_id)

    def figures_since(self, known: Figures) -> Figures | None:
        """The figures as they are now, at once; None where they must be counted anew."""
        now = live.follow(self.project, known)
        if now is not None and now.book is known.book and self._seen >= known.event:
            self._seen = now.event  # no theme or question is another one, so there is nothing to read again
        return now

    def quotes(self, theme_id: int, question_id: int | None = None) -> list[Quote]:
        """The words behind a theme and the themes below it: the starred first, then by participant."""
        with self.project.read() as connection:
            found = quotes.read_quotes(connection, self._codebook.below(theme_id), question_id)
            return sorted(found, key=lambda quote: not quote.starred)

    # --- coding --------------------------------------------------------------------------------------

    def assign(
        self, response_id: int, theme_id: int, span: Span | None = None, *, origin: Origin = Origin.MANUAL
    ) -> Done:
        """Code the response with a theme; the selected words become evidence, without any the whole response is meant.

        A theme that is there already is kept once; a further highlight becomes further evidence for it.
        """
        response = self._codable(response_id, span)
        theme = self._serving(theme_id, response)
        kind = Kind.ACCEPT if origin is Origin.SUGGESTION else Kind.CODE
        with events.acting(self.project, self.coder_id, kind, response=response_id, theme=theme) as recorder:
            corpus.require_current(recorder.connection, response_id)
            store_codebook.require(recorder.connection, theme_id)
            coding_id = store_coding.add_coding(recorder, response, theme_id, origin)
            if span is not None:
                store_coding.link(recorder, coding_id, store_coding.add_highlight(recorder, response_id, span))
            store_coding.remove_rejection(recorder, response_id, theme_id)
            if origin is Origin.SUGGESTION:
                recorder.facts |= suggestions.source_of(recorder.connection, response_id, theme_id)
        if not recorder.changed:
            return Done(f"‘{theme}’ is there already.", False, response_id, theme_id)
        added = any(table == "coding" for table, _, _ in recorder.changes)
        message = f"Coded ‘{theme}’." if added else f"More evidence for ‘{theme}’; it counts once."
        return Done(message, True, response_id, theme_id)

    def mark(self, response_id: int, span: Span) -> Done:
        """Highlight words without a theme yet."""
        self._codable(response_id, span)
        facts = {"response": response_id, "start": span.start, "end": span.end}
        with events.acting(self.project, self.coder_id, Kind.HIGHLIGHT, **facts) as recorder:
            corpus.require_current(recorder.connection, response_id)
            store_coding.add_highlight(recorder, response_id, span)
        message = "Highlighted." if recorder.changed else "These words are highlighted already."
        return Done(message, recorder.changed, response_id)

    def unassign(self, response_id: int, theme_id: int) -> Done:
        """Take a theme off a response, with its evidence."""
        theme = self._theme(theme_id).name
        with events.acting(self.project, self.coder_id, Kind.UNCODE, response=response_id, theme=theme) as recorder:
            coded = store_coding.read_coded(recorder.connection, response_id, self.coder_id)
            for coding in coded.codings:
                if coding.theme_id == theme_id:
                    store_coding.remove_coding(recorder, coding.id)
        message = f"Removed ‘{theme}’." if recorder.changed else f"‘{theme}’ is not on this response."
        return Done(message, recorder.changed, response_id, theme_id)

    def remove_highlight(self, highlight_id: int) -> Done:
        """Take a highlight away, and with it the codings that have no other evidence."""
        with self.project.read() as connection:
            highlight = store_coding.read_highlight(connection, highlight_id)
        if highlight is None or highlight.coder_id != self.coder_id:
            return Done("This highlight is gone already.", False)
        facts = {"response": highlight.response_id, "start": highlight.span.start, "end": highlight.span.end}
        with events.acting(self.project, self.coder_id, Kind.REMOVE_HIGHLIGHT, **facts) as recorder:
            gone = store_coding.remove_highlight(recorder, highlight_id)
        names = [self._codebook.by_id[t].name for t in gone if t in self._codebook.by_id]
        message = "Removed the highlight" + (f" and ‘{'’, ‘'.join(names)}’." if names else ".")
        return Done(message, True, highlight.response_id)

    def in_vivo(self, response_id: int, span: Span, name: str = "") -> Done:
        """Make the selected words a theme of this question, and this response its first coding: one event."""
        response = self._codable(response_id, span)
        self.changed()
        name = self._codebook.check_name(name or self.in_vivo_name(self._quotable(response), span), None)
        question = next(q for q in self._questions if q.id == response.question_id)
        with events.acting(self.project, self.coder_id, Kind.IN_VIVO, response=response_id, theme=name) as recorder:
            corpus.require_current(recorder.connection, response_id)
            theme_id = store_codebook.add_theme(recorder, name, questions=[question.key])
            coding_id = store_coding.add_coding(recorder, response, theme_id, Origin.MANUAL)
            store_coding.link(recorder, coding_id, store_coding.add_highlight(recorder, response_id, span))
        self._refresh()
        return Done(f"New theme ‘{name}’.", True, response_id, theme_id)

    def _quotable(self, response: Response) -> str:
        with self.project.read() as connection:
            return masked(response.text, stretches.read_stretches(connection, response.id)[1])

    @staticmethod
    def in_vivo_name(text: str, span: Span) -> str:
        """The selected words as a theme's name: on one line, not too long."""
        words = re.sub(r"\s+", " ", span.of(text)).strip()[:_LONGEST_IN_VIVO].rstrip()
        return words.replace(PATH_SEPARATOR, " - ").strip("> ")

    def review(self, response_id: int, queue: Route = Queue.FILE) -> Done:
        """Say that this response has been read under the present codebook, with or without a theme.

        The log keeps the `queue`, or whatever else led to the response, and whether suggestions were held back on it.
        """
        response = self._response(response_id)
        facts = {"response": response_id, "queue": queue.value}
        with events.acting(self.project, self.coder_id, Kind.REVIEW, **facts) as recorder:
            corpus.require_current(recorder.connection, response_id)
            if hold_back.is_compared(recorder.connection, response_id):
                recorder.facts["held_back"] = hold_back.is_held_back(recorder.connection, response_id)
            now = store_codebook.revision(recorder.connection)
            reviews.add_review(recorder, response, now)
        return Done("Reviewed." if recorder.changed else "Reviewed already.", recorder.changed, response_id)

    def unreview(self, response_id: int) -> Done:
        """Say that this response is to be read again."""
        with events.acting(self.project, self.coder_id, Kind.UNREVIEW, response=response_id) as recorder:
            reviews.remove_review(recorder, response_id)
        message = "Marked as not reviewed." if recorder.changed else "It is not reviewed yet."
        return Done(message, recorder.changed, response_id)

    def accept(self, response_id: int, theme_id: int, span: Span | None = None) -> Done:
        """Make a suggestion a coding; its origin is kept, and in the log which model made it on what ground."""
        return self.assign(response_id, theme_id, span, origin=Origin.SUGGESTION)

    def reject(self, response_id: int, theme_id: int) -> Done:
        """Refuse a suggestion, for good: no later model brings it back to this coder, and each learns from it."""
        theme = self._theme(theme_id).name
        with events.acting(self.project, self.coder_id, Kind.REJECT, response=response_id, theme=theme) as recorder:
            coded = store_coding.read_coded(recorder.connection, response_id, self.coder_id)
            if any(c.theme_id == theme_id for c in coded.codings):
                raise RefusedError(f"‘{theme}’ is coded here; remove the coding instead.")
            if theme_id not in coded.rejected:
                store_coding.add_rejection(recorder, response_id, theme_id)
                recorder.facts |= suggestions.source_of(recorder.connection, response_id, theme_id)
        message = f"Rejected ‘{theme}’." if recorder.changed else f"‘{theme}’ is rejected already."
        return Done(message, recorder.changed, response_id, theme_id)

    def held_back(self) -> float:
        """On how many of a hundred responses suggestions are held back."""
        with self.project.read() as connection:
            return hold_back.percent(connection)

    def hold_back(self, percent: float) -> Done:
        """Show no suggestions on a random share of the responses (0 to 100), so that coding without can be compared.

        Which they are stays, and those that are held back stay so when the share grows.
        """
        with events.acting(self.project, self.coder_id, Kind.HOLD_BACK, percent=percent) as recorder:
            hold_back.change(recorder, percent)
        where = f"held back on {percent:g} % of the responses" if percent else "shown on every response"
        return Done(f"Suggestions are {where}.", recorder.changed)

    def _serving(self, theme_id: int, response: Response) -> str:
        theme = self._theme(theme_id)
        question = next(q for q in self._questions if q.id == response.question_id)
        if not self._codebook.serves(theme_id, question.key):
            raise RefusedError(f"‘{theme.name}’ does not serve this question.")
        return theme.name

    # --- undo ----------------------------------------------------------------------------------------

    def next_undo(self) -> NextStep | None:
        """What undo would take back."""
        return self._next(store_undo.next_undo)[0]

    def next_redo(self) -> NextStep | None:
        """What redo would do again."""
        return self._next(store_undo.next_redo)[0]

    def next_steps(self) -> Sequence[NextStep | None]:
        """What undo would take back, and what redo would do again."""
        return self._next(store_undo.next_undo, store_undo.next_redo)

    def _next(self, *finds: Callable[..., store_undo.Step | None]) -> Sequence[NextStep | None]:
        with self.project.read() as connection:
            steps = [find(connection, self.coder_id) for find in finds]
        return [None if step is None else (step.sentence, step.bulk) for step in steps]

    def undo(self) -> Done:
        """Take back this coder's last action, also one of an earlier day. Raises RefusedError with the reason."""
        return self._again(store_undo.undo, "Undone", "There is nothing to undo.")

    def redo(self) -> Done:
        """Do again what was last undone. Raises RefusedError with the reason."""
        return self._again(store_undo.redo, "Done again", "There is nothing to do again.")

    def _again(self, act: Callable[..., store_undo.Step | None], done: str, nothing: str) -> Done:
        step = act(self.project, self.coder_id)
        if step is None:
            return Done(nothing, False)
        if step.reshapes:
            self._refresh()
        return Done(f"{done}: {step.sentence}.", True, step.facts.get("response"))


def open_session(path: Path, coder_name: str | None = None) -> Session:
    """A session in an existing project; without a name, of the last coder here, else of the login name."""
    project = open_project(path)
    try:
        return Session(project, coder_name or last_coder(project))
    except BaseException:
        project.close()
        raise


def forget_participant(path: Path, participant: str, coder_name: str | None = None) -> Forgotten:
    """Erase a participant for good, from the project and its backups. It can't be undone."""
    session = open_session(path, coder_name)
    with session.project as project:
        return forget(project, participant, session.coder_id)


def last_coder(project: Project) -> str:
    """Who acted last in the project, else the login name."""
    with project.read() as connection:
        found = events.last_coder(connection)
    return found or login_name()


def login_name() -> str:
    """The name that the machine knows its user by."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "coder"
