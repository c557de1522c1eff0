"""Participants per theme, of everybody, by groups with their differences, and by waves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.tui.views import words
from coder.tui.views.parts import Parts, Row
from coder.tui.views.people import opened_themes
from coder.tui.views.view import Look, Shown, Spot, Table, View, Wanted, is_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coder.analysis.crosstab import Contrast, Crosstab
    from coder.analysis.tally import Column, Stopped, Tally
    from coder.charts import Spec
    from coder.domain.tally import Figure
    from coder.store.project import Project

_EVERYBODY = "everybody"


def _read(project: Project, wanted: Wanted, stopped: Stopped) -> Themes:
    from coder.analysis.crosstab import crosstab
    from coder.analysis.tally import QuestionTally, Tally, tally

    cut = wanted.cut
    if not cut.by:
        return Themes(tally(project, cut, stopped=stopped))
    found = crosstab(project, cut, test=wanted.test, stopped=stopped)
    asked = (
        QuestionTally(t.question, t.codebook, t.counted, {group.value: group.counted for group in t.groups})
        for t in found.tables
    )
    return Themes(Tally(cut, found.coders, tuple(asked)), found)


@dataclass(frozen=True)
class Themes:
    """Themes as rows; where there are groups or waves, these are bars below the theme and columns of the table.

    A group has the difference of its share from the others'.
    """

    tally: Tally
    crosstab: Crosstab | None = None

    def table(self) -> Table:
        from coder.analysis.crosstab import crosstab_rows
        from coder.analysis.tally import tally_rows

        return tally_rows(self.tally) if self.crosstab is None else crosstab_rows(self.crosstab)

    def pictures(self) -> Sequence[Spec]:
        from coder.picturing import group_bars, theme_bars, wave_bars

        cut, asked = self.tally.cut, [one for one in self.tally.questions if one.counted.themes]
        if cut.by:
            return [group_bars(one, cut) for one in asked]
        if len(asked) == 1:
            return [theme_bars(asked[0], cut.base)]
        return [spec for spec in (wave_bars(asked, cut),) if spec] if asked else []

    def shown(self, look: Look) -> Shown:
        from coder.analysis.tally import side_by_side

        cut = self.tally.cut
        found = side_by_side(self.tally, most_first=look.most_first)
        # The colours are those of the coding.
        paints = look.paints(next((asked.question.key for asked in self.tally.questions), ""))
        paths = words.paths_of(found.rows)
        labels = [_label(column, found.columns) for column in found.columns]
        contrasts = self._contrasts()

        def figure(row: int, column: int) -> Figure | None:
            return found.columns[column].figures.get(found.rows[row][1].id)

        def contrast(row: int, column: int) -> tuple[str, Contrast] | None:
            at = found.columns[column]
            return contrasts.get((at.question.id, at.value, found.rows[row][1].id))

        def spot(row: int, column: int) -> Spot | None:
            theme, at = found.rows[row][1], found.columns[column]
            counted = figure(row, column)
            if counted is None:
                return None
            compared = contrast(row, column)
            return Spot(
                f"{paths[row]} · {labels[column]}" if len(labels) > 1 else paths[row],
                wording.sentence(counted) + (f"; {_compared(*compared, counted.base)}" if compared else ""),
                (theme.id, at.question.id, at.value),
                opened_themes(cut, at.question.id, (theme.id,), at.value),
                theme.id,
            )

        def sign(row: int, column: int) -> str:
            compared = contrast(row, column)
            return words.direction(compared[1].interval) if compared else ""

        rows = [Row(theme.name, depth, paints.get(theme.id)) for depth, theme in found.rows]
        one = len({column.question.id for column in found.columns}) == 1
        more = {"codings": lambda row: f"{found.columns[0].figures[found.rows[row][1].id].assignments:,}"}
        parts = Parts(rows, labels, figure, spot, whole=one, sign=sign, more=more)
        what = [f"by {cut.by}"] if cut.by else []
        what += ["most mentioned first"] if look.most_first else []
        chains = [(asked.question, asked.counted.chain) for asked in self.tally.questions]
        return replace(
            parts.shown(),
            lines=[*words.chain_lines(chains), *words.cut_line(cut, self.tally.coders, " · ".join(what))],
            of=f"of {wording.of_whom(cut.base)}",
            remarks=(*self._about_differences(), *words.remarks(self.tally)),
        )

    def _contrasts(self) -> dict[tuple[int, str | None, int], tuple[str, Contrast]]:
        """By question, value and theme: with whom it is compared, and how it differs."""
        return {
            (table.question.id, group.value, theme): (group.against, contrast)
            for table in (self.crosstab.tables if self.crosstab else ())
            for group in table.groups
            for theme, contrast in group.contrasts.items()
        }

    def _about_differences(self) -> Sequence[str]:
        if not self._contrasts() or self.crosstab is None or self.crosstab.cut.census:
            return ()
        said = "▲ ▼ larger or smaller than the others: 95 % Newcombe interval without 0."
        if tests := sum(table.tests for table in self.crosstab.tables):
            said += f" p: Fisher's exact test, after Holm for {tests} tests."
        return (said,)


def _compared(against: str, contrast: Contrast, base: int) -> str:
    """How a share differs from others', with the test where there is one, or the reason why there is none."""
    from coder.analysis.crosstab import NOT_ASKED

    others = "others" if against.startswith("all ") else against
    if contrast.difference is None:
        return f"not compared with {others}: {contrast.reason}"
    least = min(base, contrast.other.base)
    other = f"{others} {contrast.other.participants} of {contrast.other.base}"
    said = f"{words.points(contrast.difference, contrast.interval, least)} against {other}"
    if contrast.p is not None:
        return f"{said}, {words.p_value(contrast.p)}"
    return said if contrast.reason in (NOT_ASKED, "") else f"{said} ({contrast.reason})"


def _label(column: Column, columns: Sequence[Column]) -> str:
    one = len({c.question.id for c in columns}) == 1
    wave = "" if one else column.question.wave
    value = _EVERYBODY if column.value is None and not wave else column.value or ""
    return " · ".join(filter(None, (wave, value)))


THEMES = View(
    "answers",
    ("themes", "themes"),
    is_open,
    _read,
    "counts",
    frozenset({"base", "groups", "whose", "census", "test", "table", "sort", "scale", "memo"}),
)
