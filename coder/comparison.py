"""What suggestions do to the coding: responses coded with them beside responses on which they were held back by lot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from coder.domain.codebook import PATH_SEPARATOR, Codebook
from coder.domain.corpus import Question, QuestionKind
from coder.errors import RefusedError
from coder.stats.intervals import newcombe, welch
from coder.store import codebook as store_codebook
from coder.store import corpus, counts, hold_back
from coder.store.hold_back import ComparedReview
from coder.store.project import Project

ENOUGH = 10
"""Reviewed responses on each side, below which nothing is compared."""


@dataclass(frozen=True)
class Difference:
    """A figure with suggestions, the same without, and the first less the second with its 95 % interval.

    `base` are the responses behind each; `interval` is None where they say nothing of the spread.
    """

    shown: float
    held_back: float
    base: tuple[int, int]
    interval: tuple[float, float] | None

    @property
    def difference(self) -> float:
        return self.shown - self.held_back

    @property
    def tells(self) -> bool:
        """Whether the interval leaves no difference out."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


@dataclass(frozen=True)
class ThemeDifference:
    """One theme, those below it included: the shares of responses that have it, from 0 to 1."""

    theme_id: int
    path: tuple[str, ...]
    share: Difference


@dataclass(frozen=True)
class Compared:
    """One coder's reviews since suggestions are held back; without figures where either side has too few."""

    coder: str
    shown: int
    held_back: int
    themes_per_response: Difference | None
    any_theme: Difference | None
    themes: tuple[ThemeDifference, ...]

    @property
    def enough(self) -> bool:
        return min(self.shown, self.held_back) >= ENOUGH


@dataclass(frozen=True)
class Comparison:
    percent: float
    coders: tuple[Compared, ...]


def read_percent(text: str) -> float:
    """A share as people write it, `20%` or `20` or `off`, in percent. Raises RefusedError for anything else."""
    cleaned = text.strip().removesuffix("%").strip()
    if cleaned.casefold() in ("off", "none"):
        return 0.0
    try:
        value = float(cleaned)
    except ValueError:
        value = -1.0
    if not 0 <= value < 100:
        raise RefusedError(
            f"{text!r} is no share of the responses.", hint="Write a share below 100 %, such as 20%, or off."
        )
    return value


def compare(project: Project, *, coder: str = "") -> Comparison:
    """Compare what each coder, or one, coded with suggestions and without."""
    with project.read() as connection:
        coders = counts.find_coders(connection, coder)
        book = store_codebook.read_codebook(connection)
        questions = {q.id: q for q in corpus.read_questions(connection, QuestionKind.OPEN)}
        found = [
            _compared(name, list(hold_back.read_compared(connection, coder_id)), book, questions)
            for name, coder_id in coders.items()
        ]
        return Comparison(hold_back.percent(connection), tuple(c for c in found if coder or c.shown or c.held_back))


def _compared(
    coder: str, reviews: Sequence[ComparedReview], book: Codebook, questions: Mapping[int, Question]
) -> Compared:
    sides = [r for r in reviews if not r.held_back], [r for r in reviews if r.held_back]
    shown, held_back = map(len, sides)
    if min(shown, held_back) < ENOUGH:
        return Compared(coder, shown, held_back, None, None, ())
    first, second = ([len(r.themes) for r in side] for side in sides)
    per_response = Difference(fmean(first), fmean(second), (shown, held_back), welch(first, second))
    with_any = _shares([[bool(r.themes) for r in side] for side in sides])
    assert with_any is not None
    themes = []
    for _, theme in book.walk():
        # Who was read before a theme existed, or under a question it does not serve, says nothing of it.
        below = set(book.below(theme.id))
        found = [
            [
                bool(below & r.themes)
                for r in side
                if r.revision >= theme.born_for(key := questions[r.question_id].key) and book.serves(theme.id, key)
            ]
            for side in sides
        ]
        share = _shares(found) if any(map(any, found)) else None
        if share is not None:
            themes.append(ThemeDifference(theme.id, book.path(theme.id), share))
    return Compared(coder, shown, held_back, per_response, with_any, tuple(themes))


def _shares(sides: Sequence[Sequence[bool]]) -> Difference | None:
    """The shares of the responses that have something; None where a side has too few of them."""
    (hits, base), (other_hits, other_base) = ((sum(side), len(side)) for side in sides)
    if min(base, other_base) < ENOUGH:
        return None
    interval = newcombe(hits, base, other_hits, other_base)
    return Difference(hits / base, other_hits / other_base, (base, other_base), interval)


def comparison_json(result: Comparison) -> dict[str, Any]:
    """The comparison as JSON: shares and their differences from -1 to 1, null where there is too little to tell."""
    return {
        "percent": result.percent,
        "coders": [
            {
                "coder": c.coder,
                "reviewed": {"shown": c.shown, "held_back": c.held_back},
                "enough": c.enough,
                "themes_per_response": _json(c.themes_per_response),
                "any_theme": _json(c.any_theme),
                "themes": [
                    {"theme": t.path[-1], "path": PATH_SEPARATOR.join(t.path), **(_json(t.share) or {})}
                    for t in c.themes
                ],
            }
            for c in result.coders
        ],
    }


def _json(found: Difference | None) -> dict[str, Any] | None:
    if found is None:
        return None
    low, high = found.interval or (None, None)
    return {
        "shown": found.shown,
        "held_back": found.held_back,
        "base": {"shown": found.base[0], "held_back": found.base[1]},
        "difference": found.difference,
        "low": low,
        "high": high,
    }
