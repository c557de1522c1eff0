"""The theme suggester: learns from codebook and reviewed responses, suggests themes, says where it is silent."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coder.domain.codebook import Codebook
from coder.domain.coding import Evidence, Ground, Suggestion
from coder.errors import NotEnoughError
from coder.suggest.decision import Decision, decide
from coder.suggest.encoder import Encoder, meaning_of, with_meaning
from coder.suggest.evidence import carrying_spans
from coder.suggest.features import Places, TextFeatures, batches, places_of
from coder.suggest.ground import ThemeText, theme_texts
from coder.suggest.memory import TextMemory
from coder.suggest.ridge import CONTEXT, NO_PARTICIPANT, Linear, Training, fit_ridge, with_context

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEW = 3
"""Participants from which on a theme has ground of its own to be suggested; below it the codebook's words must do."""
_NO_QUESTION = -1


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What the suggester makes of a response: its suggestions, the highest score first, and its place in the queues.

    `certain` is the probability that the suggestions are just the themes that a coder would give, 0 where nothing is
    suggested. `useful` is how much its review would teach: the doubt about that, theme by theme (the logarithm of the
    probability of having it right), weighed by the theme's rarity. Measured from 30 to 100 coded: mean average
    precision .347 (nhs_fft) and .581 (anes2008_mip) reading at random, .371 and .612 reading the most useful first.
    """

    response_id: int
    suggestions: tuple[Suggestion, ...]
    useful: float
    certain: float


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
    """Made by `fit`; the same examples, codebook, features and seed give the same suggestions, whatever their order.

    `silences` are the themes that are never suggested, in the codebook's order; `left_out` is what the examples
    themselves would have been given, for thresholds and for estimates. With an `encoder` it goes by the meaning of
    a text as well as by its words.
    """

    codebook: Codebook
    features: TextFeatures
    encoder: Encoder | None
    columns: "Columns"
    training: Training
    linear: Linear
    decision: Decision
    grounds: Sequence[Ground]
    questions: Mapping[str, int]
    left_out: LeftOut
    silences: tuple[Silence, ...]
    _serving: dict[str, "_Serving"] = field(default_factory=dict, repr=False)

    @classmethod
    def fit(
        cls, examples: Iterable[Example], codebook: Codebook, *, memory: TextMemory | None = None, seed: int = 0
    ) -> "Suggester":
        """Learn from the codebook and reviewed responses; none need be there. Raises NotEnoughError where it can't.

        `memory` holds the features, learnt from all texts of the project; without it the examples' own must do. A
        theme is learnt when the codebook's words for it occur in the texts, or when reviewed responses have it and
        others, for which it is known, have not; one coded for fewer than three participants needs the former, even
        with an encoder: by the meaning of its name alone, one named `Qx1` would be suggested here and there.
        """
        rows = sorted((e for e in examples if e.text.strip()), key=lambda e: e.response_id)
        own = theme_texts(codebook)
        texts = [*(e.text for e in rows), *(t.text for t in own)]
        memory = TextMemory(TextFeatures.learn(texts)) if memory is None else memory
        found = memory.rows(texts)
        columns = Columns.of(np.unique(found.indices).astype(np.int64), memory.size)
        questions = {key: i for i, key in enumerate(sorted({e.question for e in rows}))}
        training = Training(
            columns.of_rows(found),
            np.array([*(questions[e.question] for e in rows), *(_NO_QUESTION for _ in own)], dtype=np.int64),
            np.array([*(1.0 for _ in rows), *(t.weight for t in own)]),
            np.array([*(e.participant_id for e in rows), *(NO_PARTICIPANT for _ in own)], dtype=np.int64),
        )
        positive, known = _matrices(rows, own, codebook)
        people = np.array([len(np.unique(training.participant[: len(rows)][c])) for c in positive[: len(rows)].T])
        there = found[:, : memory.features.size] @ memory.features.telling > 0
        spoken = (positive & there[:, None])[len(rows) :].any(axis=0)
        parted = positive.any(axis=0) & (known & ~positive).any(axis=0)
        learnt = np.flatnonzero(parted & (spoken | (people >= FEW)))
        if not len(learnt):
            raise _nothing_learnt(len(rows), codebook)
        target = positive[:, learnt]
        linear = fit_ridge(training, target.astype(np.float64), known[:, learnt], seed, lambda: memory.likeness(texts))
        ids = [t.id for t in codebook.themes]
        left_out = LeftOut(
            [e.response_id for e in rows],
            [ids[t] for t in learnt],
            linear.left_out[: len(rows)],
            target[: len(rows)],
        )
        return cls(
            codebook,
            memory.features,
            memory.encoder,
            columns,
            training,
            linear,
            decide(left_out.scores, left_out.positive),
            [Ground.CODING if people[t] >= FEW else Ground.CODEBOOK for t in learnt],
            questions,
            left_out,
            tuple(_silence(ids[t], int(people[t])) for t in np.setdiff1d(np.arange(len(ids)), learnt)),
        )

    @property
    def trained_on(self) -> int:
        """The number of reviewed responses that were learnt from."""
        return len(self.left_out.response_ids)

    def suggest(self, targets: Iterable[Target], *, all_scores: bool = False) -> Iterator[Suggestion]:
        """Suggestions, response by response in the order given, the highest score first; blank texts have none.

        With `all_scores` every theme that serves the response's question is there, those not suggested without
        evidence. A theme that could not be learnt has score 0.
        """
        for reading in self.read(targets, all_scores=all_scores):
            yield from reading.suggestions

    def read(
        self, targets: Iterable[Target], *, all_scores: bool = False, encoder: Encoder | None = None
    ) -> Iterator[Reading]:
        """What there is to say of each response that has a text, in the order given.

        A theme for which neither a word nor the meaning of the whole speaks is not suggested. Targets are taken in
        batches, so memory does not grow with their number. `encoder` may take the place of the suggester's own.
        """
        source = (t for t in targets if t.text.strip())
        for batch in batches(source, lambda t: t.text):
            yield from self._read(batch, all_scores, encoder or self.encoder)

    def _read(self, batch: Sequence[Target], all_scores: bool, encoder: Encoder | None) -> Iterator[Reading]:
        texts = [t.text for t in batch]
        rows, meaning = self.features.rows(texts), meaning_of(texts, encoder)
        matrix = self.columns.of_rows(with_meaning(rows.matrix, meaning))
        serving = [self._serving_themes(t.question) for t in batch]
        raw = np.empty((len(batch), len(self.grounds)))
        for one in {id(s): s for s in serving}.values():
            here = np.array([s is one for s in serving])
            raw[here] = matrix[here] @ one.weights + self.linear.intercept
        serves = np.stack([s.serves for s in serving])
        chances = self.decision.probabilities(raw)
        speaks = serves & (raw >= self.decision.threshold)
        right = np.log(np.maximum(np.where(serves, np.where(speaks, chances, 1 - chances), 1), 1e-9))
        useful, certain = -(right * self._rarity()).sum(axis=1), np.exp(right.sum(axis=1))
        scores = np.round(chances, 6)
        for i, target in enumerate(batch):
            found = []
            if speaks[i].any():
                found = self._suggested(target, rows.places(i), meaning[i], scores[i], np.flatnonzero(speaks[i]))
            if all_scores:
                found += self._others(target, scores[i], {s.theme_id for s in found})
            found.sort(key=lambda s: (not s.suggested, -s.score, s.theme_id))
            sure = float(certain[i]) if found and found[0].suggested else 0.0
            yield Reading(target.response_id, tuple(found), float(useful[i]), sure)

    def _suggested(
        self, target: Target, places: Places, meaning: Floats, scores: Floats, themes: Ints
    ) -> list[Suggestion]:
        found = []
        for theme, (evidence, of_whole) in self._carried(target, places, meaning, themes).items():
            if evidence or of_whole > 0:
                theme_id, ground = self.left_out.theme_ids[theme], self.grounds[theme]
                found.append(Suggestion(target.response_id, theme_id, float(scores[theme]), True, evidence, ground))
        return found

    def _carried(
        self, target: Target, places: Places, meaning: Floats, themes: Ints
    ) -> dict[int, tuple[tuple[Evidence, ...], float]]:
        """For each of these themes the words that speak for it, and how much the text as a whole does."""
        all_weights = self._serving_themes(target.question).weights
        at, words = self.columns.number[places.feature], places_of(target.text)
        of_whole = meaning @ all_weights[self.columns.number[self.features.size :]]
        return {
            theme: (
                carrying_spans(
                    target.text, words, places.contributions(all_weights[at, theme]), float(of_whole[theme])
                ),
                float(of_whole[theme]),
            )
            for theme in themes.tolist()
        }

    def _others(self, target: Target, scores: Floats, suggested: Container[int]) -> list[Suggestion]:
        serving = self._serving_themes(target.question)
        ids = self.left_out.theme_ids
        rest = [(ids[t], float(scores[t]), self.grounds[t]) for t in np.flatnonzero(serving.serves).tolist()]
        rest += [(theme_id, 0.0, Ground.CODEBOOK) for theme_id in serving.not_learnt]
        return [
            Suggestion(target.response_id, theme_id, score, False, (), ground)
            for theme_id, score, ground in rest
            if theme_id not in suggested
        ]

    def _rarity(self) -> Floats:
        """How much a doubt about each theme weighs: the rarer it has been coded, the more."""
        coded = self.left_out.positive.sum(axis=0)
        return np.asarray(np.log((self.trained_on + 2) / (coded + 1)))

    def nearest(self, target: Target, theme_id: int, count: int = 3) -> list[tuple[int, float]]:
        """The reviewed responses with the theme that are most like the response: (response id, cosine), best first."""
        if theme_id not in self.left_out.theme_ids:
            return []
        having = np.flatnonzero(self.left_out.positive[:, list(self.left_out.theme_ids).index(theme_id)])
        rows = self.training.rows[having]
        meaning = meaning_of([target.text], self.encoder)
        row = self.columns.of_rows(with_meaning(self.features.rows([target.text]).matrix, meaning))
        likeness = (rows @ row.T).toarray()
        question = np.array([self.questions.get(target.question, _NO_QUESTION)])
        with_context(likeness, self.training.question[having], question)
        squares = rows.multiply(rows).sum(axis=1) * row.multiply(row).sum()
        cosine = likeness[:, 0] / np.maximum((1 + CONTEXT) * np.sqrt(squares), 1e-12)
        best = np.argsort(-cosine, kind="stable")[:count]
        return [(self.left_out.response_ids[having[i]], float(cosine[i])) for i in best.tolist() if cosine[i] > 0]

    def lacking(self, theme_id: int, most: int, question: str = "") -> list[tuple[int, float]]:
        """Negative cases: the reviewed responses that have neither the theme nor any below it and look as if they had.

        (response id, probability), the likeliest first, by a model that saw no response of the same participant; of
        one question, or of all. Responses for which the theme is unknown are none, nor are those that look less like
        it than the average response.
        """
        below = set(self.codebook.below(theme_id)) if theme_id in self.codebook.by_id else set()
        columns = [at for at, learnt in enumerate(self.left_out.theme_ids) if learnt in below]
        chances = self.decision.probabilities(self.left_out.scores)[:, columns]
        positive: Bools = np.any(self.left_out.positive[:, columns], axis=1)
        open_ones = ~np.isnan(chances).all(axis=1) & ~positive if columns else positive
        if question:
            open_ones &= self.training.question[: self.trained_on] == self.questions.get(question, _NO_QUESTION)
        rows = np.flatnonzero(open_ones)
        best = np.nanmax(chances[rows], axis=1, initial=0.0)
        usual = (positive.sum() + 1) / (self.trained_on + 2)
        order = np.argsort(-best, kind="stable")[:most]
        return [(self.left_out.response_ids[rows[i]], float(best[i])) for i in order.tolist() if best[i] > usual]

    def words_for(self, target: Target, theme_id: int) -> tuple[Evidence, ...]:
        """The words of a response that speak for a theme or one below it, the strongest first."""
        below = set(self.codebook.below(theme_id))
        themes = np.array([at for at, learnt in enumerate(self.left_out.theme_ids) if learnt in below], dtype=np.int64)
        found = self._carried(
            target, self.features.rows([target.text]).places(0), meaning_of([target.text], self.encoder)[0], themes
        )
        evidence = [e for spans, _ in found.values() for e in spans]
        return tuple(sorted(evidence, key=lambda e: -e.share))

    def _serving_themes(self, question: str) -> "_Serving":
        if question not in self._serving:
            ids = self.left_out.theme_ids
            serves = np.array([self.codebook.serves(theme_id, question) for theme_id in ids])
            others = [t.id for t in self.codebook.themes if t.id not in ids and self.codebook.serves(t.id, question)]
            weights = self.linear.weights(self.training, self.questions.get(question, _NO_QUESTION))
            self._serving[question] = _Serving(serves, others, weights)
        return self._serving[question]


@dataclass(frozen=True, slots=True)
class _Serving:
    """The themes that serve a question: which of the learnt ones, the ids of the others, and weights x themes."""

    serves: Bools
    not_learnt: Sequence[int]
    weights: Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """The features that occur in what was learnt from, numbered without gaps; all others share the last, empty one."""

    features: Ints
    number: Ints
    count: int

    @classmethod
    def of(cls, features: Ints, size: int) -> "Columns":
        """Columns for these of so many features."""
        number = np.full(size, len(features), dtype=np.int64)
        number[features] = np.arange(len(features))
        return cls(features, number, len(features) + 1)

    def of_rows(self, rows: sparse.csr_array) -> sparse.csr_array:
        """The same rows with these columns."""
        return sparse.csr_array((rows.data, self.number[rows.indices], rows.indptr), shape=(rows.shape[0], self.count))


def _matrices(rows: Sequence[Example], own: Sequence[ThemeText], codebook: Codebook) -> tuple[Bools, Bools]:
    """Which themes each row has, the examples' and then the codebook's, and which are known for it: rows x themes.

    A text of the codebook says nothing of the themes above and below its own: whoever has the part has the whole. Nor
    does it of those that never meet it under one question.
    """
    column = {t.id: i for i, t in enumerate(codebook.themes)}
    positive = np.zeros((len(rows) + len(own), len(column)), dtype=bool)
    known = np.zeros_like(positive)
    for i, example in enumerate(rows):
        positive[i, [column[t] for t in example.themes & column.keys()]] = True
        known[i, [column[t] for t in example.known & column.keys()]] = True
    strangers = {t.id: [column[o] for o in _strangers(t.id, codebook)] for t in codebook.themes}
    for i, text in enumerate(own, len(rows)):
        positive[i, column[text.theme_id]] = True
        known[i] = True
        known[i, strangers[text.theme_id]] = False
    return positive, known | positive


def _strangers(theme_id: int, codebook: Codebook) -> Iterator[int]:
    """The themes of which another theme's words say nothing."""
    kin = {*codebook.ancestors(theme_id), *codebook.below(theme_id)} - {theme_id}
    mine = codebook.by_id[theme_id].questions
    for other in codebook.themes:
        if other.id in kin or (mine and other.questions and not mine & other.questions):
            yield other.id


def _silence(theme_id: int, participants: int) -> Silence:
    """Why a theme is never suggested."""
    if participants >= FEW:
        reason = "no reviewed response is without it"
    else:
        reason = f"its words in the codebook occur in no response, and it has been coded for {participants} of {FEW}"
        reason += " participants"
    return Silence(theme_id, participants, reason)


def _nothing_learnt(reviewed: int, codebook: Codebook) -> NotEnoughError:
    """Why no theme can be suggested, and what would change that."""
    if not codebook.themes:
        return NotEnoughError("There are no themes to suggest.", hint="Make some, or import a codebook.")
    return NotEnoughError(
        f"Nothing can be suggested yet: the codebook's words occur in no response, and in {reviewed} reviewed responses"
        f" no theme has been coded for {FEW} participants and is absent for others.",
        hint="Define the themes in words that participants use, or review more responses, those without any theme too.",
    )
