"""Whether highlights teach more than the responses they are in: each as one more example of its themes.

It did not help measurably, so the suggester does not do it; this is how that was found.
"""

from collections.abc import Iterator
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from benchmarks.measure import Row
from benchmarks.suggester import protocol
from benchmarks.suggester.protocol import FLAKY
from coder.domain.codebook import Codebook, Theme
from coder.suggest.features import TextFeatures
from coder.suggest.ground import theme_texts
from coder.suggest.ridge import NO_PARTICIPANT, Training, fit_ridge

Floats = NDArray[np.float64]

WEIGHTS = (0.3, 1.0)
FEWEST = 3
"""Participants of a theme that is measured."""
DRAWS = 500


def as_examples() -> Iterator[Row]:
    """Mean average precision and top three without and with them, and the 95 % interval of the gain.

    Every score left out the response's participant, the highlights included; participants are drawn again.
    """
    data = _Flaky()
    plain = data.left_out(0)
    for weight in WEIGHTS:
        more = data.left_out(weight)
        draws = [np.subtract(data.figures(more, i), data.figures(plain, i)) for i in data.drawn()]
        low, high = np.quantile(draws, [0.025, 0.975], axis=0)
        everybody = np.arange(len(plain))
        for at, figure in enumerate(("mean average precision", "top three")):
            what = f"{FLAKY}, {data.parts} highlights as examples of weight {weight}: {figure}"
            without, found = data.figures(plain, everybody)[at], data.figures(more, everybody)[at]
            yield Row(what, found, "without", without, "", None, "")
            yield Row("… the gain's 95 % interval, low", low[at], "", 0, "above 0 would be a gain", None, "")
            yield Row("… high", high[at], "", 0, "", None, "")


class _Flaky:
    """The survey with its highlights: those that are parts of their responses teach something of their own."""

    def __init__(self) -> None:
        self._responses = protocol.read_responses(protocol.data(FLAKY, "responses.csv"))
        codes = protocol.rows(protocol.data(FLAKY, "codes.csv"))
        people: dict[str, set[str]] = {}
        for row in codes:
            people.setdefault(row["theme"], set()).add(row["participant_id"])
        themes = sorted(theme for theme, found in people.items() if len(found) >= FEWEST)
        place = {r.key: i for i, r in enumerate(self._responses)}
        self.given = np.zeros((len(self._responses), len(themes)))
        highlights: dict[tuple[int, str], set[int]] = {}
        for row in codes:
            if row["theme"] in themes:
                at, theme = place[row["participant_id"], row["question"]], themes.index(row["theme"])
                self.given[at, theme] = 1
                whole = self._responses[at].text
                part = whole[int(row["start"]) : int(row["end"])]
                if len(part) < 0.9 * len(whole):
                    highlights.setdefault((at, part), set()).add(theme)
        self._highlights = highlights
        self._own = theme_texts(Codebook([Theme(i, name) for i, name in enumerate(themes)]))
        self._features = TextFeatures.learn([r.text for r in self._responses])
        self._people = _numbers([r.participant for r in self._responses])
        self._questions = _numbers([r.question for r in self._responses])

    @property
    def parts(self) -> int:
        return len(self._highlights)

    def left_out(self, weight: float) -> Floats:
        """Each response's scores without its participant; highlights weigh so much, 0: they are not there."""
        marked = self._highlights if weight else {}
        at = np.array([at for at, _ in marked], dtype=np.int64)
        count = self.given.shape[1]
        texts = [*(r.text for r in self._responses), *(t.text for t in self._own), *(part for _, part in marked)]
        none = np.full(len(self._own), NO_PARTICIPANT)
        training = Training(
            self._features.rows(texts).matrix,
            np.concatenate([self._questions, none, self._questions[at]]),
            np.concatenate([np.ones(len(self.given)), [t.weight for t in self._own], np.full(len(at), weight)]),
            np.concatenate([self._people, none, self._people[at]]),
        )
        names = np.eye(count)[[t.theme_id for t in self._own]]
        themes = np.array([[t in found for t in range(count)] for found in marked.values()], dtype=float)
        target = np.vstack([self.given, names, themes.reshape(-1, count)])
        return fit_ridge(training, target, np.ones(target.shape, dtype=bool), 0).left_out[: len(self.given)]

    def drawn(self) -> Iterator[NDArray[np.int64]]:
        """The responses of as many participants, drawn with replacement."""
        rng = np.random.default_rng(0)
        of = [np.flatnonzero(self._people == p) for p in range(self._people.max() + 1)]
        for _ in range(DRAWS):
            yield np.concatenate([of[p] for p in rng.integers(0, len(of), len(of))])

    def figures(self, scores: Floats, rows: NDArray[np.int64]) -> tuple[float, float]:
        given, scores = self.given[rows], scores[rows]
        live = np.flatnonzero(given.any(axis=0))
        ranked = fmean(average_precision_score(given[:, t], scores[:, t]) for t in live)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :3]
        named = given.sum(axis=1)
        hits = np.take_along_axis(given, best, axis=1).sum(axis=1)[named > 0]
        return ranked, float(np.mean(hits / np.minimum(named[named > 0], 3)))


def _numbers(names: list[str]) -> NDArray[np.int64]:
    return np.unique(names, return_inverse=True)[1].astype(np.int64)
