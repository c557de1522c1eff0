"""Ratings beside themes: the mean of those who mention a theme, and of those who don't."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.corpus import Question
from coder.tui.views import words
from coder.tui.views.people import opened_set
from coder.tui.views.view import Look, Shown, Spot, Table, View, Wanted, is_open, is_rating
from coder.tui.widgets.grid import Cells

if TYPE_CHECKING:
    from coder.analysis.ratings import Beside, ThemeRating
    from coder.analysis.tally import Cut, Stopped
    from coder.charts import Spec
    from coder.domain.people import People
    from coder.store.project import Project
    from coder.tui.views.view import Reader

_HEADS = ("with it", "without", "difference")
_WIDEST = 26


def _of_open(asked: Sequence[Question], survey: Sequence[Question]) -> bool:
    return is_open(asked) and is_rating(survey)


def _of_rating(asked: Sequence[Question], survey: Sequence[Question]) -> bool:
    return is_rating(asked) and is_open(survey)


def _read_of_open(project: Project, wanted: Wanted, stopped: Stopped) -> Besides:
    """All ratings beside the themes of this question."""
    from coder.analysis.ratings import RatingCut, beside

    cut = wanted.cut
    found = beside(project, cut, RatingCut(census=cut.census), stopped=stopped)

    def heading(one: Beside) -> str:
        # The wave goes first: the end of a long wording is not to be seen in a narrow terminal.
        if len({other.rating.wave for other in found if other.rating.name == one.rating.name}) > 1:
            return f"{one.rating.wave}: {one.rating.name}"
        return words.in_wave(one.rating.question) if one.rating.question else one.rating.name

    return Besides(cut, found, heading)


def _read_of_rating(project: Project, wanted: Wanted, stopped: Stopped) -> Besides:
    """This rating beside the themes of all open questions."""
    from coder.analysis.ratings import RatingCut, beside

    cut = wanted.cut
    rated = RatingCut(cut.questions, census=cut.census)
    found = beside(project, replace(cut, questions=""), rated, stopped=stopped)
    waves = len({one.rating.wave for one in found}) > 1

    def heading(one: Beside) -> str:
        wave = f"{one.rating.wave}, beside: " if waves else ""
        return wave + words.in_wave(one.question)

    return Besides(cut, found, heading)


@dataclass(frozen=True)
class Besides:
    """Themes as rows, under a heading for each rating beside each question."""

    cut: Cut
    found: Sequence[Beside]
    heading: Callable[[Beside], str]

    def table(self) -> Table:
        from coder.analysis.rating_tables import beside_rows

        return beside_rows(self.found)

    def pictures(self) -> Sequence[Spec]:
        from coder.picturing import rating_beside_themes

        return [rating_beside_themes(one) for one in self.found if any(theme.having.n for theme in one.themes)]

    def shown(self, look: Look) -> Shown:  # noqa: ARG002
        rows: list[tuple[Beside, ThemeRating | None]] = []
        for one in self.found:
            rows += [(one, None), *((one, theme) for theme in one.themes)]

        def cell(row: int, column: int) -> tuple[str, bool]:
            theme = rows[row][1]
            if theme is None:
                return "", True
            if column < 2:
                side = theme.lacking if column else theme.having
                return f"{wording.mean(side.mean)} ({side.n:,})", not side.n
            sign = words.direction(theme.apart.interval)
            interval = wording.changed(theme.apart.interval)
            return f"{sign}{wording.change(theme.apart.difference)} {interval}".rstrip(), theme.apart.difference is None

        def spot(row: int, column: int) -> Spot | None:
            one, theme = rows[row]
            return None if theme is None else self._spot(one, theme, column)

        names = [(theme.depth + 1, _name(one, theme)) if theme else (0, self.heading(one)) for one, theme in rows]
        return Shown(
            [*self._chains(), self._about()],
            Cells(names, _HEADS, cell, _WIDEST),
            spot,
            head="theme",
            remarks=tuple(self._remarks()),
        )

    def _spot(self, one: Beside, theme: ThemeRating, column: int) -> Spot:
        place = (theme.theme_id, one.question.id, one.rating.name, one.rating.wave, column)
        path = words.path_of(one.codebook, theme.theme_id)
        apart = wording.change(theme.apart.difference)
        interval = wording.changed(theme.apart.interval) or f"({theme.apart.reason})"
        if column > 1:
            return Spot(path, f"difference of the means {apart} {interval}", place, None, theme.theme_id)
        having = not column
        side = theme.having if having else theme.lacking
        said = f"{'with' if having else 'without'} it rated by {side.n:,}, mean {wording.mean(side.mean)}"
        asked = [question for question in (one.rating.question, one.question) if question is not None]

        def people(_project: Project) -> People:
            return one.people(theme.theme_id, having=having)

        behind = opened_set(said, asked, people, theme_id=theme.theme_id, coder=self.cut.coder)
        return Spot(path, f"{said}; difference {apart} {interval}", place, behind, theme.theme_id)

    # --- words ---------------------------------------------------------------------------------------

    def _chains(self) -> Sequence[tuple[str, str]]:
        """Of one rating beside one question; of several the headings alone fit."""
        return [
            (f"rated {o.rating.summary.n:,} → answered {o.answered:,} → reviewed {o.reviewed:,}\n", "bold")
            for o in (self.found if len(self.found) == 1 else ())
        ]

    def _about(self) -> str:
        interval = "" if self.cut.census else " · 95 % Welch intervals of the differences"
        whose = f" · codings of {self.cut.coder} alone" if self.cut.coder else ""
        return f"mean rating of those with a theme and without it, and how many rated{interval}{whose}"

    def _remarks(self) -> Iterator[str]:
        if not self.found:
            yield words.NO_QUESTION
            return
        if left := sum(one.answered - one.reviewed for one in self.found):
            yield f"Answers of those who rated that are not reviewed yet, and are in neither mean: {left:,}."
        yield "That those with a theme rate higher does not say that it is the reason."


def _name(one: Beside, theme: ThemeRating) -> str:
    return one.codebook.by_id[theme.theme_id].name


def _view(fits: Callable[[Sequence[Question], Sequence[Question]], bool], read: Reader, title: tuple[str, str]) -> View:
    return View("beside", title, fits, read, "ratings-beside-themes", frozenset({"whose", "census", "memo"}))


BESIDE_RATINGS = _view(_of_open, _read_of_open, ("beside ratings", "ratings"))
BESIDE_THEMES = _view(_of_rating, _read_of_rating, ("beside themes", "themes"))
