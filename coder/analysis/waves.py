"""What changed from one wave to another among the same participants: who came to mention a theme, and who no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from coder.analysis.crosstab import points_of
from coder.analysis.tally import Cut, Stopped, asked_in, go_on, never, path_of
from coder.domain.codebook import Codebook
from coder.domain.corpus import Question, QuestionKind
from coder.domain.people import People
from coder.domain.tally import Behind, Known
from coder.domain.wording import BIASED, CENSUS
from coder.stats.paired import Pairs
from coder.store import codebook as store_codebook
from coder.store import corpus, counts
from coder.store.project import Project

NOBODY = "nobody is reviewed in both waves"
NO_CHANGE = "nobody gained or lost it"


class Move(StrEnum):
    """What became of a theme with a participant who is known in both waves."""

    KEPT = "kept"
    GAINED = "gained"
    LOST = "lost"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class ThemeChange:
    """A theme among those of whom it is known in both waves whether they mention it, or one below it.

    `difference` is the share after less the share before, from -1 to 1; `exact_p` and `mid_p` are McNemar's. What is
    not there is None, and `reason` says why.
    """

    theme_id: int
    depth: int
    pairs: Pairs
    difference: float | None
    interval: tuple[float, float] | None
    exact_p: float | None
    mid_p: float | None
    reason: str


@dataclass(frozen=True)
class Change:
    """One question in two waves. `asked`, `answered` and `reviewed` are those who were so in both, `before_alone` and
    `after_alone` those who are reviewed in one wave alone, and are in no figure here."""

    before: Question
    after: Question
    coders: tuple[str, ...]
    asked: int
    answered: int
    reviewed: int
    before_alone: int
    after_alone: int
    themes: tuple[ThemeChange, ...]
    known_before: Known
    known_after: Known

    @property
    def codebook(self) -> Codebook:
        return self.known_before.codebook

    def behind(self, theme_id: int, move: Move) -> Behind:
        """Who moved so, and the base: the very sets that the numbers are of."""
        base, before, after = self.paired(theme_id)
        people = {
            Move.KEPT: before & after,
            Move.GAINED: after - before,
            Move.LOST: before - after,
            Move.NEITHER: base - before - after,
        }[move]
        return Behind(people, base, People())

    def alone(self, *, after: bool) -> People:
        """Those who are reviewed in one of the waves alone."""
        one, other = self.known_before.reviewed, self.known_after.reviewed
        return other - one if after else one - other

    def paired(self, theme_id: int) -> tuple[People, People, People]:
        """Those of whom it is known both times, and of these who mentions the theme before, and who after."""
        base = self.known_before.of(theme_id) & self.known_after.of(theme_id)
        return base, self.known_before.coded[theme_id] & base, self.known_after.coded[theme_id] & base


def compare(project: Project, cut: Cut, *, stopped: Stopped = never) -> tuple[Change, ...]:
    """The change of each open question that was asked in several waves: from each wave to the next in the survey's
    order, and of three or more from the first to the last.

    The base is always those reviewed: who was not read in a wave is not known to lack a theme there.
    """
    with project.read() as connection:
        scope = counts.read_scope(connection, coder=cut.coder)
        codebook = store_codebook.read_codebook(connection)
        waves: dict[str, list[Question]] = {}
        for question in asked_in(cut, corpus.read_questions(connection, QuestionKind.OPEN)):
            waves.setdefault(question.key, []).append(question)
        found = []
        for key, asked in waves.items():
            if len(asked) < 2:
                continue
            gathered = [counts.gather(connection, question.id, scope.coder_ids) for question in asked]
            coded = {theme_id for sets in gathered for theme_id in sets.coded}
            serving = codebook.for_question(key, coded)
            known = []
            for sets in gathered:
                go_on(stopped)
                known.append(Known(serving, sets))
            for before, after in pairs_of(range(len(asked))):
                go_on(stopped)
                found.append(
                    _change(
                        (asked[before], asked[after]), (known[before], known[after]), tuple(scope.coders), cut.census
                    )
                )
    return tuple(found)


def pairs_of(waves: Sequence[int]) -> list[tuple[int, int]]:
    """Each wave with the next and, of three or more, the first with the last."""
    return [*pairwise(waves), *([(waves[0], waves[-1])] if len(waves) > 2 else [])]


def _change(
    asked: tuple[Question, Question], known: tuple[Known, Known], coders: tuple[str, ...], census: bool
) -> Change:
    before, after = known
    both = before.reviewed & after.reviewed
    change = Change(
        before=asked[0],
        after=asked[1],
        coders=coders,
        asked=len(before.sets.asked & after.sets.asked),
        answered=len(before.sets.answered & after.sets.answered),
        reviewed=len(both),
        before_alone=len(before.reviewed) - len(both),
        after_alone=len(after.reviewed) - len(both),
        themes=(),
        known_before=before,
        known_after=after,
    )
    themes = tuple(_theme(change, theme.id, depth, census) for depth, theme in change.codebook.walk())
    return replace(change, themes=themes)


def _theme(change: Change, theme_id: int, depth: int, census: bool) -> ThemeChange:
    base, before, after = change.paired(theme_id)
    kept = len(before & after)
    gained, lost = len(after) - kept, len(before) - kept
    pairs = Pairs(kept, gained, lost, len(base) - kept - gained - lost)
    biased = change.known_before.is_biased(theme_id) or change.known_after.is_biased(theme_id)
    if biased or not pairs.base:
        return ThemeChange(theme_id, depth, pairs, None, None, None, None, BIASED if biased else NOBODY)
    if census:
        return ThemeChange(theme_id, depth, pairs, pairs.difference, None, None, None, CENSUS)
    exact, mid = pairs.exact_p(), pairs.mid_p()
    reason = NO_CHANGE if exact is None else ""
    return ThemeChange(theme_id, depth, pairs, pairs.difference, pairs.interval(), exact, mid, reason)


def changes_json(changes: Sequence[Change]) -> dict[str, Any]:
    """The changes as the JSON that docs/counts.md documents: percentages, and differences from -100 to 100."""
    return {
        "coders": list(changes[0].coders) if changes else [],
        "changes": [
            {
                "question": change.before.key,
                "prompt": change.before.prompt,
                "before": change.before.wave or None,
                "after": change.after.wave or None,
                "asked": change.asked,
                "answered": change.answered,
                "reviewed": change.reviewed,
                "before_alone": change.before_alone,
                "after_alone": change.after_alone,
                "themes": [_theme_json(change.codebook, theme) for theme in change.themes],
            }
            for change in changes
        ],
    }


def _theme_json(codebook: Codebook, theme: ThemeChange) -> dict[str, Any]:
    points, low, high = points_of(theme.difference, theme.interval)
    pairs = theme.pairs
    before, after = (
        None if theme.difference is None else 100 * number / pairs.base for number in (pairs.before, pairs.after)
    )
    return {
        "theme": codebook.by_id[theme.theme_id].name,
        "path": list(codebook.path(theme.theme_id)),
        "base": pairs.base,
        "kept": pairs.kept,
        "gained": pairs.gained,
        "lost": pairs.lost,
        "neither": pairs.neither,
        "before_percent": before,
        "after_percent": after,
        "points": points,
        "low": low,
        "high": high,
        "exact_p": theme.exact_p,
        "mid_p": theme.mid_p,
        "reason": theme.reason or None,
    }


def change_rows(changes: Sequence[Change]) -> tuple[list[str], Iterator[list[str | int | float | None]]]:
    """The changes as a table: a row per question, pair of waves and theme."""
    figures = ["base", "kept", "gained", "lost", "neither", "before_percent", "after_percent"]
    figures += ["points", "low", "high", "exact_p", "mid_p", "reason"]

    def rows() -> Iterator[list[str | int | float | None]]:
        for change in changes:
            for theme in change.themes:
                row = _theme_json(change.codebook, theme)
                where = [change.before.key, change.before.wave, change.after.wave]
                yield [*where, row["theme"], path_of(change.codebook, theme.theme_id), *(row[f] for f in figures)]

    return ["question", "before", "after", "theme", "path", *figures], rows()
