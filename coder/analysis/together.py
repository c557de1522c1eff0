"""How many participants have both of two themes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Any

from coder.analysis.tally import Cut, Stopped, asked_in, chain_json, go_on, known_of, never, numbers_of, path_of
from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question, QuestionKind
from coder.domain.tally import Chain, Counting, Figure, Known
from coder.errors import NotFoundError
from coder.stats.association import jaccard, lift
from coder.store import codebook as store_codebook
from coder.store import corpus, counts
from coder.store.project import Project


class Strength(StrEnum):
    """By what the pairs of themes that go together most come first."""

    JACCARD = "jaccard"
    LIFT = "lift"
    PARTICIPANTS = "participants"


BIASED = "one of them came after some had been reviewed"
NOBODY = "nobody has either"
ONE_EMPTY = "nobody has one of them"


@dataclass(frozen=True, slots=True)
class Association:
    """How closely two themes go together, among those of whom both are known.

    `first` and `second` have the one or the other, in the codebook's order. `jaccard`: of those with either, the share
    with both; `lift`: how many times as many have both as if the themes had nothing to do with each other. What is not
    there is None, and `reason` says why.
    """

    first: int
    second: int
    jaccard: float | None
    lift: float | None
    reason: str


@dataclass(frozen=True)
class CoOccurrence:
    """How many participants have both of two themes, for every two; and for each theme, how many have it."""

    question: Question
    coders: tuple[str, ...]
    chain: Chain
    rows: tuple[tuple[int, Theme], ...]
    pairs: Mapping[frozenset[int], Figure]
    associations: Mapping[frozenset[int], Association]

    def figure(self, theme_id: int, other_id: int) -> Figure:
        return self.pairs[frozenset((theme_id, other_id))]

    def association(self, theme_id: int, other_id: int) -> Association:
        return self.associations[frozenset((theme_id, other_id))]

    def strongest(self, by: Strength = Strength.JACCARD) -> list[tuple[Theme, Theme]]:
        """The pairs that somebody has both of, the most closely associated first.

        Not a theme with one above it: whoever has the lower one has both. Pairs without a measure come last.
        """
        codebook = Codebook([theme for _, theme in self.rows])
        pairs = [
            (one, other)
            for one, other in combinations((theme for _, theme in self.rows), 2)
            if one.id not in codebook.ancestors(other.id) and self.figure(one.id, other.id).participants
        ]

        def strength(pair: tuple[Theme, Theme]) -> tuple[float, int]:
            ids = pair[0].id, pair[1].id
            both, found = self.figure(*ids).participants, self.association(*ids)
            measure = {Strength.JACCARD: found.jaccard, Strength.LIFT: found.lift, Strength.PARTICIPANTS: both}[by]
            return -1.0 if measure is None else measure, both

        return sorted(pairs, key=strength, reverse=True)


def together(project: Project, cut: Cut, *, stopped: Stopped = never) -> tuple[CoOccurrence, ...]:
    """Each open question of the cut in each wave: the participants with both of two themes.

    The base of a pair are those who are in the base of each.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=cut.coder)
        codebook = store_codebook.read_codebook(connection)
        asked = asked_in(cut, corpus.read_questions(connection, QuestionKind.OPEN))
        known = [known_of(codebook, q, counts.gather(connection, q.id, scope.coder_ids)) for q in asked]
    return tuple(_together(q, k, scope, cut, stopped) for q, k in zip(asked, known, strict=True))


def co_occurrence(project: Project, cut: Cut, question_id: int, *, stopped: Stopped = never) -> CoOccurrence:
    """The same of one question. Raises NotFoundError where it is not there any more."""
    found = together(project, replace(cut, questions=(question_id,)), stopped=stopped)
    if not found:
        raise NotFoundError("This question is not in the survey any more.", hint="Choose another one.")
    return found[0]


def _together(question: Question, known: Known, scope: counts.Scope, cut: Cut, stopped: Stopped) -> CoOccurrence:
    counting = Counting(known, everyone=scope.everyone, base=cut.base)
    rows = tuple(known.codebook.walk())
    alone = {theme.id: counting.behind(theme.id).people for _, theme in rows}
    pairs, associations = {}, {}
    for at, (_, theme) in enumerate(rows):
        go_on(stopped)
        for _, other in rows[at:]:
            pair = frozenset((theme.id, other.id))
            pairs[pair], behind = counting.counted(*pair, interval=cut.interval)
            if len(pair) == 2:
                first, second = (len(alone[one.id] & behind.base) for one in (theme, other))
                associations[pair] = _association(pairs[pair], first, second)
    chain = counting.count(cut.interval).chain
    return CoOccurrence(question, tuple(scope.coders), chain, rows, pairs, associations)


def _association(both: Figure, first: int, second: int) -> Association:
    if both.biased:
        return Association(first, second, None, None, BIASED)
    together, times = jaccard(both.participants, first, second), lift(both.participants, first, second, both.base)
    return Association(
        first, second, together, times, NOBODY if together is None else ONE_EMPTY if times is None else ""
    )


def together_json(found: Sequence[CoOccurrence]) -> dict[str, Any]:
    """Themes together as the JSON that docs/counts.md documents: every two that somebody could have both of."""
    return {
        "coders": list(found[0].coders) if found else [],
        "questions": [
            {
                "question": one.question.key,
                "prompt": one.question.prompt,
                "wave": one.question.wave or None,
                "base": chain_json(one.chain),
                "pairs": [dict(zip(_HEADER[2:], row[2:], strict=True)) for row in _rows(one)],
            }
            for one in found
        ],
    }


_HEADER = ["question", "wave", "theme", "path", "other_theme", "other_path", "participants", "base", "percent", "low"]
_HEADER += ["high", "with_theme", "with_other", "jaccard", "lift", "reason"]


def pair_rows(*found: CoOccurrence) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """Themes together as a table: a row for every two that somebody could have both of."""
    return _HEADER, (row for one in found for row in _rows(one))


def _rows(found: CoOccurrence) -> Iterator[list[str | int | float | None]]:
    themes = Codebook([theme for _, theme in found.rows])
    for (_, theme), (_, other) in combinations(found.rows, 2):
        named = (t for i in (theme.id, other.id) for t in (themes.by_id[i].name, path_of(themes, i)))
        a = found.association(theme.id, other.id)
        figure = numbers_of(found.figure(theme.id, other.id))
        measures = (a.first, a.second, a.jaccard, a.lift, a.reason or None)
        yield [found.question.key, found.question.wave, *named, *figure, *measures]
