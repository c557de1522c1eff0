"""Change from one wave to another, among the same participants: who gained a theme, lost it, or kept it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.corpus import Question
from coder.domain.tally import Figure
from coder.tui.views import words
from coder.tui.views.people import Open, opened_set
from coder.tui.views.view import Look, Shown, Spot, Table, View, Wanted, is_open
from coder.tui.widgets.bars import BarRow
from coder.tui.widgets.grid import Cells

if TYPE_CHECKING:
    from coder.analysis.tally import Cut, Stopped
    from coder.analysis.waves import Change, ThemeChange
    from coder.charts import Spec
    from coder.domain.people import People
    from coder.store.project import Project

_HEADS = ("of", "before", "after", "points", "gained", "lost", "kept", "neither")
_POINTS = _HEADS.index("points")


def _fits(asked: Sequence[Question], survey: Sequence[Question]) -> bool:
    return is_open(asked, survey) and len(asked) > 1


def _read(project: Project, wanted: Wanted, stopped: Stopped) -> Changes:
    from coder.analysis.waves import compare

    return Changes(wanted.cut, compare(project, wanted.cut, stopped=stopped))


@dataclass(frozen=True)
class _Line:
    """A row: a theme in a pair of waves, or the heading over the themes of such a pair."""

    change: Change
    theme: ThemeChange | None
    name: str
    path: str
    depth: int


@dataclass(frozen=True)
class Changes:
    """Themes as rows, for each pair of waves; who moved how as columns."""

    cut: Cut
    changes: Sequence[Change]

    def table(self) -> Table:
        from coder.analysis.waves import change_rows

        return change_rows(self.changes)

    def pictures(self) -> Sequence[Spec]:
        from coder.picturing import theme_changes

        return [theme_changes(change) for change in self.changes if change.themes]

    def shown(self, look: Look) -> Shown:
        lines = list(self._lines())
        paints = {key: look.paints(key) for key in {change.before.key for change in self.changes}}
        bars: list[BarRow] = []
        places: list[tuple[_Line, int]] = []
        for line in lines:
            theme = line.theme
            paint = paints[line.change.before.key].get(theme.theme_id) if theme else None
            bars.append(BarRow(line.name, line.depth, None, paint, heads=True))
            places.append((line, _POINTS))
            if theme is not None:
                for after, wave in enumerate((line.change.before.wave, line.change.after.wave)):
                    bars.append(BarRow(f"· {wave}", line.depth + 1, self._share(theme, after=bool(after)), paint))
                    places.append((line, 1 + after))
        return Shown(
            [*self._chains(), *self._about()],
            Cells([(line.depth, line.name) for line in lines], self._heads(), partial(_cell, lines)),
            lambda row, column: self._spot(lines[row], column),
            bars,
            lambda row: self._spot(*places[row]),
            of="of those in both waves",
            remarks=tuple(self._remarks()),
        )

    def _lines(self) -> Sequence[_Line]:
        several = len(self.changes) > 1
        found = []
        for change in self.changes:
            if several:
                pair = f"{change.before.wave} → {change.after.wave}"
                found.append(_Line(change, None, pair, pair, 0))
            for theme in change.themes:
                path = words.path_of(change.codebook, theme.theme_id)
                name = change.codebook.by_id[theme.theme_id].name
                found.append(_Line(change, theme, name, path, theme.depth + several))
        return found

    def _heads(self) -> Sequence[str]:
        """The waves by their names, where there are two."""
        if len(self.changes) != 1:
            return _HEADS
        return ("of", self.changes[0].before.wave, self.changes[0].after.wave, *_HEADS[3:])

    def _share(self, theme: ThemeChange, *, after: bool) -> Figure:
        number, base = theme.pairs.after if after else theme.pairs.before, theme.pairs.base
        biased = theme.difference is None and base > 0
        return Figure(number, base, biased, None if biased else self.cut.interval(number, base))

    # --- what figures open to ------------------------------------------------------------------------

    def _spot(self, line: _Line, column: int) -> Spot | None:
        from coder.analysis.waves import Move

        theme = line.theme
        if theme is None:
            return None
        if column in (1, 2):
            return self._share_spot(line, after=column == 2)
        place = (theme.theme_id, line.change.before.id, line.change.after.id, column)
        if column in (0, _POINTS):
            return Spot(line.path, _difference(theme), place, self._base(line), theme.theme_id)
        move = (Move.GAINED, Move.LOST, Move.KEPT, Move.NEITHER)[column - 4]
        number = (theme.pairs.gained, theme.pairs.lost, theme.pairs.kept, theme.pairs.neither)[column - 4]
        said = f"{move.value} by {number:,} of {theme.pairs.base:,}"
        return Spot(
            line.path,
            f"{said}; {_difference(theme)}",
            place,
            self._people(line, said, lambda _project: line.change.behind(theme.theme_id, move).people),
            theme.theme_id,
        )

    def _share_spot(self, line: _Line, *, after: bool) -> Spot | None:
        from coder.analysis.waves import Move

        theme, change = line.theme, line.change
        if theme is None:
            return None
        wave = change.after.wave if after else change.before.wave
        said = f"{wording.sentence(self._share(theme, after=after))} in {wave}"

        def people(_project: Project) -> People:
            one, other = (Move.KEPT, Move.GAINED if after else Move.LOST)
            return change.behind(theme.theme_id, one).people | change.behind(theme.theme_id, other).people

        return Spot(
            line.path,
            f"{said}; {_difference(theme)}",
            (theme.theme_id, change.before.id, change.after.id, "after" if after else "before"),
            self._people(line, said, people),
            theme.theme_id,
        )

    def _base(self, line: _Line) -> Open:
        from coder.analysis.waves import Move

        theme = line.theme
        assert theme is not None
        said = "of whom it is known in both waves whether they mention it"
        return self._people(line, said, lambda _project: line.change.behind(theme.theme_id, Move.KEPT).base)

    def _people(self, line: _Line, said: str, people: Callable[[Project], People]) -> Open:
        both = (line.change.before, line.change.after)
        theme_id = line.theme.theme_id if line.theme else None
        return opened_set(said, both, people, theme_id=theme_id, coder=self.cut.coder)

    # --- words ---------------------------------------------------------------------------------------

    def _chains(self) -> Sequence[tuple[str, str]]:
        return [
            (
                f"{c.before.wave} → {c.after.wave}: in both waves asked {c.asked} → answered {c.answered} → reviewed "
                f"{c.reviewed}\n",
                "bold",
            )
            for c in self.changes
        ]

    def _about(self) -> Sequence[str]:
        coders = self.changes[0].coders if self.changes else ()
        intervals = "" if self.cut.census else ", 95 % intervals: Wilson, of differences Newcombe for pairs"
        return [f"of those reviewed in both{intervals} · codings of {words.whose(self.cut, coders)}"]

    def _remarks(self) -> Sequence[str]:
        said = []
        for c in self.changes:
            if c.before_alone or c.after_alone:
                said.append(
                    f"Reviewed in one wave alone, and in no figure here: {c.before_alone} in {c.before.wave}, "
                    f"{c.after_alone} in {c.after.wave}."
                )
        if not self.changes:
            said.append(words.NO_QUESTION)
        elif not any(change.themes for change in self.changes):
            said.append(words.NO_THEME)
        return said


def _cell(lines: Sequence[_Line], row: int, column: int) -> tuple[str, bool]:
    theme = lines[row].theme
    if theme is None:
        return "", True
    pairs = theme.pairs
    if column in (1, 2):
        number = pairs.after if column == 2 else pairs.before
        share = "–" if theme.difference is None else wording.percent_of(number / pairs.base, pairs.base)
        return f"{number:,} {share:>5}", not number
    if column == _POINTS:
        if theme.difference is None:
            return "–", True
        return f"{words.direction(theme.interval)}{wording.points(theme.difference, pairs.base)}", not theme.difference
    number = (pairs.base, 0, 0, 0, pairs.gained, pairs.lost, pairs.kept, pairs.neither)[column]
    return f"{number:,}", not number


def _difference(theme: ThemeChange) -> str:
    if theme.difference is None:
        return f"no change: {theme.reason}"
    said = words.points(theme.difference, theme.interval, theme.pairs.base)
    if theme.mid_p is None:
        return f"{said} ({theme.reason})"
    return f"{said}, McNemar's mid-{words.p_value(theme.mid_p)}"


CHANGE = View(
    "change",
    ("change between waves", "change"),
    _fits,
    _read,
    "change",
    frozenset({"whose", "census", "table", "scale", "memo"}),
)
