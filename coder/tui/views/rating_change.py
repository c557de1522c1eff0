"""How ratings changed between waves, among those who rated in both: who went up, who down, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.corpus import Question
from coder.domain.tally import Figure
from coder.tui.views import words
from coder.tui.views.people import opened_set
from coder.tui.views.view import Look, Shown, Spot, Table, View, Wanted, is_rating
from coder.tui.widgets.bars import BarRow
from coder.tui.widgets.grid import Cells

if TYPE_CHECKING:
    from coder.analysis.ratings import Change, RatingCut
    from coder.analysis.tally import Stopped
    from coder.charts import Spec
    from coder.domain.people import People
    from coder.domain.rating import Bar
    from coder.store.project import Project

_HEADS = ("participants", "of", "percent")


def _fits(asked: Sequence[Question], survey: Sequence[Question]) -> bool:
    return is_rating(asked, survey) and len(asked) > 1


def _read(project: Project, wanted: Wanted, stopped: Stopped) -> RatingChanges:  # noqa: ARG001
    from coder.analysis.ratings import RatingCut, changes

    by = RatingCut(wanted.cut.questions, census=wanted.cut.census)
    return RatingChanges(by, changes(project, by))


@dataclass(frozen=True)
class _Line:
    """A row: how participants moved between two waves, or those of one wave alone (`share` is False), or a heading."""

    change: Change
    name: str
    depth: int
    people: People | None
    share: bool = True

    @property
    def figure(self) -> Figure | None:
        if self.people is None or not self.share:
            return None
        return Figure(len(self.people), self.change.paired, False, None)


@dataclass(frozen=True)
class RatingChanges:
    """Improved, same and worse as rows, with each size of change below."""

    cut: RatingCut
    changes: Sequence[Change]

    def table(self) -> Table:
        from coder.analysis.rating_tables import change_rows

        return change_rows(self.changes)

    @cached_property
    def _lines(self) -> Sequence[_Line]:
        found = []
        for change in self.changes:
            depth = len(self.changes) > 1
            if depth:
                found.append(_Line(change, f"{change.before.wave} → {change.after.wave}", 0, None))
            for name, people in (
                ("improved", change.improved),
                ("same", change.same),
                ("worse", change.worse),
            ):
                found.append(_Line(change, name, depth, people))
                steps = [bar for bar in change.bars if _is_part(bar, people) and name != "same"]
                found += [_Line(change, _signed(bar), depth + 1, bar.people) for bar in reversed(steps)]
            for wave, alone in ((change.before.wave, change.only_before), (change.after.wave, change.only_after)):
                found.append(_Line(change, f"rated in {wave} alone: {len(alone):,}", depth, alone, share=False))
        return found

    def pictures(self) -> Sequence[Spec]:
        from coder.picturing import rating_change

        return [rating_change(change) for change in self.changes if change.paired]

    def shown(self, look: Look) -> Shown:  # noqa: ARG002
        lines = self._lines

        def cell(row: int, column: int) -> tuple[str, bool]:
            figure = lines[row].figure
            if figure is None:
                return "", True
            texts = (f"{figure.participants:,}", f"{figure.base:,}", wording.percent(figure))
            return texts[column], not figure.participants

        return Shown(
            [*self._said(), self._about()],
            Cells([(line.depth, line.name) for line in lines], _HEADS, cell),
            lambda row, _column: _spot(lines[row]),
            [BarRow(line.name, line.depth, line.figure, heads=line.people is None) for line in lines],
            lambda row: _spot(lines[row]),
            head="change",
            of="of those in both",
            remarks=self._remarks(),
        )

    def _said(self) -> Sequence[tuple[str, str]]:
        """One pair of waves at length, several a line each."""
        found: list[str] = []
        for c in self.changes:
            paired = f"{wording.mean(c.paired_before.mean)} → {wording.mean(c.paired_after.mean)}"
            mean = f"{wording.change(c.change.mean)} {wording.changed(c.change.mean_interval)}".rstrip()
            median = f"{wording.change(c.change.median)} {wording.changed(c.change.median_interval)}".rstrip()
            reason = f" ({c.change.reason})" if c.change.reason else ""
            if len(self.changes) > 1:
                found.append(
                    f"{c.before.wave} → {c.after.wave}: {c.paired:,} in both, mean {paired}, change {mean}{reason}"
                )
                continue
            one, other = (f"{wording.mean(r.summary.mean)} ({r.summary.n:,})" for r in (c.before, c.after))
            found.append(f"rated in both: {c.paired:,} · mean {paired}, change {mean}{reason}")
            found.append(f"median change {median} · mean of all who rated {one} → {other}")
        return [(f"{line}\n", "bold") for line in found]

    def _about(self) -> str:
        better = "lower" if self.cut.low_is_good else "higher"
        interval = "" if self.cut.census else " · in brackets 95 % intervals by bootstrap"
        return f"improved: a {better} rating than before{interval}"

    def _remarks(self) -> Sequence[str]:
        if not self.changes:
            return (words.NO_QUESTION,)
        differ = any(change.scales_differ for change in self.changes)
        return ("The waves state different scales: their difference means little.",) if differ else ()


def _spot(line: _Line) -> Spot | None:
    people, change = line.people, line.change
    both = [r.question for r in (change.before, change.after) if r.question is not None]
    if people is None:
        return None
    said = wording.sentence(line.figure).rstrip() if line.figure else f"{len(people):,} participants"
    place = (line.name, *(question.id for question in both))
    title = f"change {line.name}" if line.name[0] in "+−" else line.name
    return Spot(title, said, place, opened_set(said, both, lambda _project: people))


def _is_part(bar: Bar, people: People) -> bool:
    return bool(bar.people) and bar.people <= people


def _signed(bar: Bar) -> str:
    return " to ".join(dict.fromkeys(f"{end:+g}".replace("-", "−") for end in (bar.low, bar.high)))


RATING_CHANGE = View(
    "change",
    ("change between waves", "change"),
    _fits,
    _read,
    "rating-change",
    frozenset({"census", "table", "scale"}),
)
