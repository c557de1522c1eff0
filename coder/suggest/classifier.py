"""The theme suggester: learns from reviewed responses, suggests themes for others, and says where it is silent."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coder.domain.codebook import Codebook
from coder.domain.coding import Suggestion
from coder.errors import NotEnoughError
from coder.suggest.decision import FEW, Decision, decide
from coder.suggest.evidence import carrying_spans
from coder.suggest.features import LONGEST_TEXT, TextFeatures, words_of
from coder.suggest.ridge import Linear, fit_ridge

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST_EXAMPLES = 10
"""Reviewed responses with a text, below which nothing is learnt."""
_BATCH = 512
_BATCH_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Example:
    """A response that a coder has reviewed, with the themes it was given.

    `question` is the question's key. `known` are the themes of which an absence means something: they serve the
    question, and were in the codebook when the response was reviewed. All others are unknown here, not absent.
    """

    response_id: int
    participant_id: int
    question: str
    text: str
    themes: frozenset[int]
    known: frozenset[int]


@dataclass(frozen=True, slots=True)
class Target:
    """A response that nobody has reviewed; `question` is the question's key."""

    response_id: int
    participant_id: int
    question: str
    text: str


_Text = TypeVar("_Text", Example, Target)


@dataclass(frozen=True, slots=True)
class Silence:
    """A theme that is never suggested, how many participants it has been coded for, and why."""

    theme_id: int
    participants: int
    reason: str


@dataclass(frozen=True)
class LeftOut:
    """Raw scores of the examples by a model that saw no response of the same participant: rows x themes.

    `scores` is NaN where a theme is unknown for a response; `positive` says which themes the coder gave.
    """

    response_ids: Sequence[int]
    theme_ids: Sequence[int]
    scores: Floats
    positive: Bools


@dataclass(frozen=True)
class Suggester:
    """Made by `fit`; the same examples, codebook and seed give the same suggestions, whatever their order.

    `silences` are the themes that are never suggested, in the codebook's order; `left_out` is what the examples
    themselves would have been given, for thresholds and for `coder evaluate`.
    """

    codebook: Codebook
    features: TextFeatures
    linear: Linear
    decision: Decision
    left_out: LeftOut
    silences: tuple[Silence, ...]
    _serving: dict[str, "_Serving"] = field(default_factory=dict, repr=False)

    @classmethod
    def fit(cls, examples: Iterable[Example], codebook: Codebook, *, seed: int = 0) -> "Suggester":
        """Learn from reviewed responses. Raises NotEnoughError where that would be guessing.

        A theme is learnt when reviewed responses have it and others, for which it is known, have not; one that was
        coded for fewer than three participants is suggested only where themes with as little were mostly right.
        """
        rows = sorted((e for e in examples if e.text.strip()), key=lambda e: e.response_id)
        if len(rows) < FEWEST_EXAMPLES:
            raise _too_few(len(rows))
        if not any(words_of(e.text) for e in rows):
            raise NotEnoughError("The reviewed responses have no words to learn from.", hint="Review others.")
        positive, known = _matrices(rows, codebook)
        participants = np.array([e.participant_id for e in rows], dtype=np.int64)
        people = np.array([len(np.unique(participants[column])) for column in positive.T], dtype=np.int64)
        learnt = np.flatnonzero(positive.any(axis=0) & (known & ~positive).any(axis=0))
        if not len(learnt):
            raise _no_theme(people, len(rows))
        features = TextFeatures.learn([e.text for e in rows])
        matrix = _matrix(features, rows)
        given = positive[:, learnt]
        linear = fit_ridge(matrix, given, known[:, learnt], participants, seed)
        decision = decide(linear.left_out, given, people[learnt])
        speaks = np.zeros(len(people), dtype=bool)
        speaks[learnt] = np.isfinite(decision.threshold)
        if not speaks.any():
            raise _no_theme(people, len(rows))
        ids = [t.id for t in codebook.themes]
        left_out = LeftOut([e.response_id for e in rows], [ids[t] for t in learnt], linear.left_out, given)
        silences = tuple(_silence(ids[t], int(people[t])) for t in np.flatnonzero(~speaks).tolist())
        return cls(codebook, features, linear, decision, left_out, silences)

    @property
    def trained_on(self) -> int:
        """The number of reviewed responses that were learnt from."""
        return len(self.left_out.response_ids)

    def suggest(self, targets: Iterable[Target], *, all_scores: bool = False) -> Iterator[Suggestion]:
        """Suggestions, response by response in the order given, the highest score first; blank texts have none.

        With `all_scores` every theme that serves the response's question is there, those not suggested without
        evidence. A theme that could not be learnt has score 0; a text without one word that was seen is suggested
        nothing. Targets are taken in batches, so memory does not grow with their number.
        """
        source = (t for t in targets if t.text.strip())
        for batch in _batches(source):
            for scored in self._scored(batch):
                found = self._suggested(scored)
                if all_scores:
                    found += self._others(scored)
                yield from sorted(found, key=lambda s: (not s.suggested, -s.score, s.theme_id))

    def _scored(self, batch: Sequence[Target]) -> Iterator["_Scored"]:
        rows = self.features.rows([t.text for t in batch])
        raw = np.asarray(rows.matrix @ self.linear.weights) + self.linear.intercept
        scores = np.round(self.decision.probabilities(raw), 6)
        speaks = (raw >= self.decision.threshold) & (np.diff(rows.ends) > 0)[:, None]
        for i, target in enumerate(batch):
            yield _Scored(target, partial(rows.word_contributions, i), scores[i], speaks[i])

    def _suggested(self, scored: "_Scored") -> list[Suggestion]:
        target = scored.target
        columns = self._serving_themes(target.question).columns
        found = []
        for column in columns[scored.speaks[columns]].tolist():
            evidence = carrying_spans(target.text, scored.contributions(self.linear.weights[:, column]))
            theme_id, score = self.left_out.theme_ids[column], float(scored.scores[column])
            found.append(Suggestion(target.response_id, theme_id, score, True, evidence))
        return found

    def _others(self, scored: "_Scored") -> list[Suggestion]:
        serving = self._serving_themes(scored.target.question)
        columns = serving.columns[~scored.speaks[serving.columns]].tolist()
        silent = [(self.left_out.theme_ids[column], float(scored.scores[column])) for column in columns]
        silent += [(theme_id, 0.0) for theme_id in serving.not_learnt]
        return [Suggestion(scored.target.response_id, theme_id, score, False) for theme_id, score in silent]

    def _serving_themes(self, question: str) -> "_Serving":
        if question not in self._serving:
            ids = self.left_out.theme_ids
            columns = [i for i, theme_id in enumerate(ids) if self.codebook.serves(theme_id, question)]
            others = [t.id for t in self.codebook.themes if t.id not in ids and self.codebook.serves(t.id, question)]
            self._serving[question] = _Serving(np.array(columns, dtype=np.int64), others)
        return self._serving[question]


@dataclass(frozen=True, slots=True)
class _Scored:
    """A target, what its words add under given weights, and per learnt theme its score and whether it is shown."""

    target: Target
    contributions: Callable[[Floats], Floats]
    scores: Floats
    speaks: Bools


@dataclass(frozen=True, slots=True)
class _Serving:
    """The themes that serve a question: the columns of those that were learnt, the ids of the others."""

    columns: Ints
    not_learnt: Sequence[int]


def _batches(items: Iterable[_Text]) -> Iterator[list[_Text]]:
    """The items in lists of so many, or of so many characters, that the work on one stays small."""
    batch: list[_Text] = []
    size = 0
    for item in items:
        batch.append(item)
        size += min(len(item.text), LONGEST_TEXT)
        if len(batch) == _BATCH or size > _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _matrix(features: TextFeatures, examples: Sequence[Example]) -> sparse.csr_array:
    """One row an example; in batches, so that only the matrix itself grows with their number."""
    parts = [features.rows([e.text for e in batch]).matrix for batch in _batches(examples)]
    return sparse.csr_array(sparse.vstack(parts, format="csr"))


def _matrices(rows: Sequence[Example], codebook: Codebook) -> tuple[Bools, Bools]:
    """Which themes each example has, and which are known for it: examples x themes.

    A theme above one that was given is neither there nor absent: whoever has the part has the whole.
    """
    column = {t.id: i for i, t in enumerate(codebook.themes)}
    positive = np.zeros((len(rows), len(column)), dtype=bool)
    known = np.zeros_like(positive)
    for i, example in enumerate(rows):
        given = sorted(example.themes & column.keys())
        above = {a for t in given for a in codebook.ancestors(t)}
        positive[i, [column[t] for t in given]] = True
        known[i, [column[t] for t in sorted((example.known & column.keys()) - above)]] = True
    return positive, known | positive


def _silence(theme_id: int, participants: int) -> Silence:
    """Why a theme is never suggested."""
    if not participants:
        reason = "it has not been coded in a reviewed response"
    elif participants < FEW:
        reason = f"it has been coded for too few participants ({participants} of {FEW})"
    else:
        reason = "no reviewed response is without it"
    return Silence(theme_id, participants, reason)


def _too_few(count: int) -> NotEnoughError:
    return NotEnoughError(
        f"{count} responses with a text have been reviewed; suggestions need at least {FEWEST_EXAMPLES}.",
        hint=f"Review {FEWEST_EXAMPLES - count} more, those without any theme too.",
    )


def _no_theme(people: Ints, reviewed: int) -> NotEnoughError:
    """Why no theme can be suggested, and what would change that."""
    most = int(people.max(initial=0))
    if most >= FEW:
        return NotEnoughError(
            f"In {reviewed} reviewed responses no theme is there for some and absent for others.",
            hint="Review responses in which a theme is absent as well: absence is learnt from them.",
        )
    return NotEnoughError(
        f"No theme has been coded for {FEW} participants in {reviewed} reviewed responses"
        f" ({most} at most); suggestions would be guessing.",
        hint=f"Code more responses, until a theme has {FEW} participants.",
    )
