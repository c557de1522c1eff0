"""What share of all who answered has each theme, from those who were coded at random and suggestions for everybody."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coder.domain.codebook import PATH_SEPARATOR, Codebook, Theme
from coder.domain.corpus import Question, QuestionKind, find_questions
from coder.domain.people import People
from coder.domain.tally import Known
from coder.errors import NotEnoughError, NotFoundError
from coder.examples import examples_of
from coder.stats.prevalence import Estimate, estimate, folds
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, queues, suggestions
from coder.store.project import Project
from coder.suggesting import Learner

if TYPE_CHECKING:
    from coder.suggest.classifier import Example, Suggester, Target
    from coder.suggest.memory import TextMemory

Scores = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEWEST = 30
"""Participants who must have been coded at random before anything is estimated from them."""
FOLDS = 5
"""Parts of the participants, each scored by a model of all others."""


@dataclass(frozen=True, slots=True)
class ThemeShare:
    """A theme's share of all who answered; `participants` of the `coded`, who are the random sample, have it.

    `estimate` is None where nothing can be said, and then `reason` says why.
    """

    theme_id: int
    depth: int
    participants: int
    coded: int
    estimate: Estimate | None
    reason: str


@dataclass(frozen=True)
class QuestionShares:
    """One question in one wave: how many answered, how many of them were coded at random, and the themes' shares.

    Where nothing can be estimated there are no themes, and `reason` says why.
    """

    question: Question
    codebook: Codebook
    answered: int
    coded: int
    themes: tuple[ThemeShare, ...]
    reason: str


@dataclass(frozen=True)
class Prevalence:
    """The shares, question by question; `coders` are those whose codings were joined."""

    coders: tuple[str, ...]
    questions: tuple[QuestionShares, ...]


class PrevalenceRun:
    """One estimate for a project: of one question, or of all that have a random sample; of one coder, or of any.

    Raises NotEnoughError, with the reason for each question, where nothing can be estimated.
    """

    def __init__(self, project: Project, *, question: str = "", coder: str = "") -> None:
        self._project = project
        with project.read() as connection:
            every = corpus.read_questions(connection, QuestionKind.OPEN)
            self._codebook = store_codebook.read_codebook(connection)
            coders = counts.find_coders(connection, coder)
            coder_ids = list(coders.values()) if coder else None
            self._asked = []
            for asked in find_questions(question, every) if question else every:
                sample = queues.random_sample(connection, asked.id, coder_ids)
                sets = counts.gather(connection, asked.id, coder_ids)
                self._asked.append(_Asked(asked, self._codebook.for_question(asked.key, sets.coded), sets, sample))
            reviewed = suggestions.read_reviewed(connection)
            people: Ints = np.array(list(counts.all_participants(connection)), dtype=np.int64)
            self.responses = sum(corpus.count_answered(connection, a.question.id) for a in self._ready())
        self._coders = tuple(coders)
        if not any(self._ready()):
            raise _nothing_to_estimate(self._asked)
        self._examples = examples_of(reviewed, self._codebook, {q.id: q for q in every})
        samples = [np.isin(people, a.sample.participants) for a in self._ready()]
        self._fold = dict(zip(people.tolist(), folds(people, samples, FOLDS).tolist(), strict=True))

    def _ready(self) -> "Iterator[_Asked]":
        return (a for a in self._asked if not a.reason)

    def estimate(self, progress: Callable[[int], None] | None = None) -> Prevalence:
        """Score every participant by a model that never saw them, and estimate; `progress` hears of the responses.

        The participants are in five folds, and each fold is scored by a model of the other four: the sample and the
        rest in the same way (T. Zrnic and E. J. Candès 2024, "Cross-prediction-powered inference", PNAS 121 (15)).
        The left-out scores of one model would not do: its calibration has seen what they are compared with.
        """
        done = 0
        memory = Learner(self._project).memory()
        for fold in range(FOLDS):
            model = learn([e for e in self._examples if self._fold[e.participant_id] != fold], self._codebook, memory)
            for scored in self._score(model, fold):
                done += scored
                if progress is not None:
                    progress(done)
        return Prevalence(self._coders, tuple(asked.shares() for asked in self._asked))

    def _score(self, model: "Suggester | None", fold: int) -> Iterator[int]:
        """Keep the scores of a fold's participants; how many responses were scored, page by page."""
        from coder.suggest.classifier import Target

        ready = {a.question.id: a for a in self._ready()}
        last = 0
        while True:
            with self._project.read() as connection:
                page = corpus.read_answered(connection, last)
            if not page:
                return
            last = page[-1].id
            targets: dict[int, list[Target]] = {question: [] for question in ready}
            for r in page:
                if r.question_id in ready and self._fold.get(r.participant_id) == fold:
                    key = ready[r.question_id].question.key
                    targets[r.question_id].append(Target(r.id, r.participant_id, key, r.text))
            if model is not None:
                for question, some in targets.items():
                    ready[question].take(model, some)
            yield sum(map(len, targets.values()))


class _Asked:
    """A question with its random sample, and for everybody who answered it how sure it is that they lack a theme."""

    def __init__(
        self, question: Question, codebook: Codebook, sets: counts.Gathered, sample: queues.RandomSample
    ) -> None:
        self.question = question
        self.sample = sample
        self.reason = _why_not(codebook, sample)
        self._codebook = codebook
        self._known = Known(codebook, sets)
        self._people: Ints = np.array(list(sets.answered), dtype=np.int64)  # in the order of their ids
        self._column = {t.id: i for i, t in enumerate(codebook.themes)}
        size = 0 if self.reason else len(self._people), len(self._column)
        self._lack: Scores = np.ones(size, dtype=np.float32)

    def take(self, model: "Suggester", targets: "Sequence[Target]") -> None:
        """Score the responses; who gave several lacks a theme when none of them has it."""
        people = np.array([t.participant_id for t in targets], dtype=np.int64)
        here = np.isin(people, self._people)  # an import may have brought others meanwhile
        rows = np.searchsorted(self._people, people[here])
        np.multiply.at(self._lack, rows, 1 - scores_of(model, targets, self._column)[here])

    def shares(self) -> QuestionShares:
        walk = () if self.reason else self._codebook.walk()
        themes = tuple(self._share(depth, theme) for depth, theme in walk)
        coded = len(self.sample.participants) if self.sample.is_random else 0
        return QuestionShares(self.question, self._codebook, len(self._people), coded, themes, self.reason)

    def _share(self, depth: int, theme: Theme) -> ThemeShare:
        known, has = self._rows(self._known.of(theme.id)), self._rows(self._known.coded[theme.id])
        sample = self._known_tail(known)
        coded, found = len(sample), int(has[sample].sum())
        if reason := self._why_no_share(theme.id, coded):
            return ThemeShare(theme.id, depth, found, coded, None, reason)
        others = np.ones(len(self._people), dtype=bool)
        others[sample] = False
        score = 1 - self._lack[:, [self._column[t] for t in self._codebook.below(theme.id)]].prod(axis=1)
        others_known = int((others & known & has).sum()), int((others & known & ~has).sum())
        share = estimate(has[sample], score[sample], score[others], others_known=others_known)
        return ThemeShare(theme.id, depth, found, coded, share, "")

    def _rows(self, people: People) -> Bools:
        return np.isin(self._people, np.array(list(people), dtype=np.int64))

    def _known_tail(self, known: Bools) -> Ints:
        """The rows of those who were drawn after the last one of whom the theme is not known.

        They are a random sample like the whole; those of whom it is known were perhaps read again for what they wrote.
        """
        sample = np.searchsorted(self._people, np.array(self.sample.participants, dtype=np.int64))
        unknown = np.flatnonzero(~known[sample])
        return sample[unknown[-1] + 1 :] if len(unknown) else sample

    def _why_no_share(self, theme_id: int, coded: int) -> str:
        if self._known.is_biased(theme_id):
            return "found in answers that were reviewed before it came: review these again"
        if coded < FEWEST and coded < len(self._people):
            return f"known of too few of the sample ({coded} of {FEWEST}) since it came: review the others again"
        return ""


def scores_of(model: "Suggester", targets: "Sequence[Target]", column: Mapping[int, int]) -> Scores:
    """The probability that each target has each theme, targets x themes; 0 where the model says nothing."""
    found: Scores = np.zeros((len(targets), len(column)), dtype=np.float32)
    row = {t.response_id: i for i, t in enumerate(targets)}
    for s in model.suggest(targets, all_scores=True):
        if s.theme_id in column:
            found[row[s.response_id], column[s.theme_id]] = s.score
    return found


def learn(examples: "Sequence[Example]", codebook: Codebook, memory: "TextMemory") -> "Suggester | None":
    """A model of these examples; None where nothing can be learnt, and then the plain sample has to do."""
    from coder.suggest.classifier import Suggester

    try:
        return Suggester.fit(examples, codebook, memory=memory)
    except NotEnoughError:
        return None


def _why_not(codebook: Codebook, sample: queues.RandomSample) -> str:
    coded = len(sample.participants)
    if not codebook.themes:
        return "no theme serves it yet"
    if sample.is_random and (coded >= FEWEST or coded == sample.answered):
        return ""
    if not sample.is_random:
        reason = "nobody has been reviewed at random"
    else:
        reason = f"{coded} participants have been reviewed at random, and {FEWEST} are the fewest"
    if sample.beyond:
        reason += f"; {sample.beyond} more reviews will count when the responses that were skipped before them are done"
    return reason


def _nothing_to_estimate(asked: "Iterable[_Asked]") -> NotEnoughError | NotFoundError:
    if not (reasons := [f"{_named(a.question)}: {a.reason}" for a in asked]):
        return NotFoundError("The project has no open question yet.", hint="coder import survey FILE PROJECT")
    return NotEnoughError(
        "No question has a random sample, and any other would estimate what was looked for.",
        problems=reasons,
        hint=f"Review in the random order (coder code --queue random), nobody left out, {FEWEST} participants or more.",
    )


def _named(question: Question) -> str:
    return question.key + (f" ({question.wave})" if question.wave else "")


# --- for programs ----------------------------------------------------------------------------------------


def prevalence_json(result: Prevalence) -> dict[str, Any]:
    """The estimates as the JSON that docs/suggestions.md documents: percentages, or null with a reason."""
    questions = [
        {
            "question": q.question.key,
            "prompt": q.question.prompt,
            "wave": q.question.wave or None,
            "answered": q.answered,
            "coded": q.coded,
            "reason": q.reason or None,
            "themes": [_theme(q.codebook, t) for t in q.themes],
        }
        for q in result.questions
    ]
    return {"base": "answered", "coders": list(result.coders), "questions": questions}


def prevalence_rows(result: Prevalence) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """The estimates as a table: a row per question and theme."""
    figures = ["percent", "low", "high", "participants", "coded", "sample_percent", "sample_low", "sample_high"]
    figures += ["gain", "weight", "reason"]

    def rows() -> Iterator[list[str | int | float | None]]:
        for q in result.questions:
            for t in q.themes:
                row = _theme(q.codebook, t)
                path = PATH_SEPARATOR.join(row["path"])
                yield [q.question.key, q.question.wave, row["theme"], path, q.answered, *(row[k] for k in figures)]

    return ["question", "wave", "theme", "path", "answered", *figures], rows()


def _theme(codebook: Codebook, theme: ThemeShare) -> dict[str, Any]:
    e = theme.estimate
    shares = (None,) * 6 if e is None else (e.share, *e.interval, e.sample_share, *e.sample_interval)
    percent, low, high, *sample = (None if share is None else 100 * share for share in shares)
    return {
        "theme": codebook.by_id[theme.theme_id].name,
        "path": list(codebook.path(theme.theme_id)),
        "percent": percent,
        "low": low,
        "high": high,
        "participants": theme.participants,
        "coded": theme.coded,
        "sample_percent": sample[0],
        "sample_low": sample[1],
        "sample_high": sample[2],
        "gain": None if e is None else e.gain,
        "weight": None if e is None else e.weight,
        "reason": theme.reason or None,
    }
