"""A rating: how many gave each value, in each wave, with mean and median; or these alone, by groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.tally import Figure
from coder.tui.views import words
from coder.tui.views.parts import Parts, Row
from coder.tui.views.people import opened_set
from coder.tui.views.view import Look, Shown, Spot, Table, View, Wanted, is_rating
from coder.tui.widgets.grid import Cells

if TYPE_CHECKING:
    from coder.analysis.ratings import Rating, RatingCut
    from coder.analysis.tally import Stopped
    from coder.charts import Spec
    from coder.domain.people import People
    from coder.stats.ratings import Summary
    from coder.store.project import Project

_HEADS = ("rated", "mean", "95 % interval", "median", "95 % interval", "SD")
_FEW = 10  # ratings, below which a bootstrap is too sure


def _read(project: Project, wanted: Wanted, stopped: Stopped) -> Rated:  # noqa: ARG001
    from coder.analysis.ratings import RatingCut, ratings

    cut = wanted.cut
    by = RatingCut(cut.questions, by=cut.by, census=cut.census)
    return Rated(by, ratings(project, by))


@dataclass(frozen=True)
class Rated:
    """The values of the scale as rows, the waves as parts of each; by groups, a table of their means."""

    cut: RatingCut
    ratings: Sequence[Rating]

    def table(self) -> Table:
        from coder.analysis.rating_tables import distribution_rows, rating_rows

        return rating_rows(self.ratings, self.cut) if self.cut.by else distribution_rows(self.ratings)

    def pictures(self) -> Sequence[Spec]:
        from coder.picturing import rating_distribution

        return [rating_distribution(rating) for rating in self.ratings if rating.bars]

    def shown(self, look: Look) -> Shown:  # noqa: ARG002
        found = self._groups() if self.cut.by else self._distribution()
        return replace(
            found,
            lines=[*self._lines(), self._about()],
            head="rating" if not self.cut.by else self.cut.by,
            of="of those who rated",
            remarks=tuple(self._remarks()),
        )

    # --- the distribution ----------------------------------------------------------------------------

    @cached_property
    def _values(self) -> Sequence[tuple[str, Sequence[People | None]]]:
        """Each value, with those who gave it in each wave."""
        waves = [{(bar.low, bar.high, bar.label): bar.people for bar in rating.bars} for rating in self.ratings]
        return [(value[2], [given.get(value) for given in waves]) for value in sorted({v for w in waves for v in w})]

    def _distribution(self) -> Shown:
        values = self._values
        left_out = {(out.value, out.reason) for rating in self.ratings for out in rating.left_out}
        names = [label for label, _ in values]
        if len(self.ratings) == 1:
            names = [f"{label}{self._mark(at)}" for at, label in enumerate(names)]
        rows = [Row(name) for name in names]
        rows += [Row(f"left out, {reason}: ‘{value}’") for value, reason in sorted(left_out)]

        def people(row: int, column: int) -> People | None:
            if row < len(values):
                return values[row][1][column]
            out = sorted(left_out)[row - len(values)]
            return next((o.people for o in self.ratings[column].left_out if (o.value, o.reason) == out), None)

        def figure(row: int, column: int) -> Figure | None:
            given = people(row, column)
            if given is None or row >= len(values):
                return None
            return Figure(len(given), self.ratings[column].summary.n, False, None)

        def spot(row: int, column: int) -> Spot | None:
            given, rating = people(row, column), self.ratings[column]
            if given is None or rating.question is None:
                return None
            counted = figure(row, column)
            name = values[row][0] if row < len(values) else rows[row].name
            title = f"{name} · {rating.wave}" if len(self.ratings) > 1 else name
            said = wording.sentence(counted).rstrip() if counted else f"{len(given):,} participants"
            behind = opened_set(said, [rating.question], lambda _project: given)
            return Spot(title, said, (row, rating.question.id), behind)

        labels = [rating.wave or rating.name for rating in self.ratings]
        return Parts(rows, labels, figure, spot, whole=False).shown() if rows else Shown()

    def _mark(self, at: int) -> str:
        """A sign at the value, or in the range, that is nearest to the mean."""
        rating = self.ratings[0]
        mean, bars = rating.summary.mean, rating.bars
        if mean is None:
            return ""
        nearest = min(range(len(bars)), key=lambda i: (max(bars[i].low - mean, mean - bars[i].high, 0.0), -i))
        return f"  ◂ mean {wording.mean(mean)}" if at == nearest else ""

    # --- groups --------------------------------------------------------------------------------------

    def _groups(self) -> Shown:
        several = len(self.ratings) > 1
        rows: list[tuple[Rating, str | None, Summary | None]] = []
        for rating in self.ratings:
            rows += [(rating, None, rating.summary)]
            rows += [(rating, value, summary) for value, summary in rating.groups.items()]

        def name(rating: Rating, value: str | None) -> str:
            return (value if value is not None else "everybody") + (f" · {rating.wave}" if several else "")

        def cell(row: int, column: int) -> tuple[str, bool]:
            summary = rows[row][2]
            if summary is None:
                return "", True
            texts = (
                f"{summary.n:,}",
                wording.mean(summary.mean),
                wording.rated(summary.mean_interval),
                wording.mean(summary.median),
                wording.rated(summary.median_interval),
                wording.mean(summary.sd),
            )
            return texts[column], not summary.n

        def spot(row: int, _column: int) -> Spot | None:
            rating, value, summary = rows[row]
            if rating.question is None or summary is None:
                return None
            said = f"rated by {summary.n:,}, {words.middle(summary)}"
            group = None if value is None else (self.cut.by, value)
            behind = opened_set(said, [rating.question], lambda _project: rating.people, group=group)
            return Spot(name(rating, value), said, (row, rating.question.id), behind)

        names = [(0 if value is None else 1, name(rating, value)) for rating, value, _ in rows]
        return Shown(cells=Cells(names, _HEADS, cell), cell_spot=spot)

    # --- words ---------------------------------------------------------------------------------------

    def _lines(self) -> Sequence[tuple[str, str]]:
        waves = [f"{rating.wave}: " if len(self.ratings) > 1 else "rated by " for rating in self.ratings]
        return [
            (f"{wave}{r.summary.n:,} of {r.everyone:,} · {words.middle(r.summary)}\n", "bold")
            for wave, r in zip(waves, self.ratings, strict=True)
        ]

    def _about(self) -> str:
        said = [f"by {self.cut.by}"] if self.cut.by else []
        said += [] if self.cut.census else ["in brackets 95 % intervals by bootstrap"]
        return " · ".join([*dict.fromkeys(wording.scale(r.scale) for r in self.ratings if r.scale), *said])

    def _remarks(self) -> Sequence[str]:
        if not self.ratings:
            return [words.NO_QUESTION]
        said = [
            f"Left out, {out.reason}: ‘{words.cut_short(out.value)}’ of {len(out.people):,}."
            for rating in self.ratings
            for out in rating.left_out
        ]
        summaries = [s for r in self.ratings for s in (r.summary, *r.groups.values())]
        if not self.cut.census and any(0 < s.n < _FEW for s in summaries):
            said.append(f"Intervals of fewer than {_FEW} people are too narrow to be relied on.")
        return said


RATED = View(
    "answers", ("ratings", "ratings"), is_rating, _read, "ratings", frozenset({"groups", "census", "table", "scale"})
)
