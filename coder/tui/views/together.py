"""Participants with both of two themes; on the diagonal, with the one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.tui.views import words
from coder.tui.views.people import opened_themes
from coder.tui.views.view import Look, Shown, Spot, Table, View, Wanted, is_open
from coder.tui.widgets.grid import Cells

if TYPE_CHECKING:
    from coder.analysis.tally import Stopped, Tally
    from coder.analysis.together import Association, CoOccurrence
    from coder.charts import Spec
    from coder.store.project import Project

_PAIR = 9  # cells at most of a column that is a theme
_MEASURED = "Jaccard: of those with either theme, the share with both. Lift: how many times as many as by chance."


def _read(project: Project, wanted: Wanted, stopped: Stopped) -> Together:
    from coder.analysis.tally import tally
    from coder.analysis.together import co_occurrence

    counted = tally(project, replace(wanted.cut, by=""), stopped=stopped)
    if not counted.questions:
        return Together(counted, None)
    first = counted.questions[0].question.id
    return Together(counted, co_occurrence(project, wanted.cut, first, stopped=stopped))


@dataclass(frozen=True)
class Together:
    """Themes as rows and as columns, of one question in one wave: of several waves the first."""

    tally: Tally
    pairs: CoOccurrence | None

    def table(self) -> Table:
        from coder.analysis.together import pair_rows

        return pair_rows(*filter(None, [self.pairs]))

    def pictures(self) -> Sequence[Spec]:
        from coder.picturing import themes_together

        drawn = themes_together(self.pairs, self.tally.cut) if self.pairs else None
        return [drawn] if drawn else []

    def shown(self, look: Look) -> Shown:  # noqa: ARG002
        found, cut = self.pairs, self.tally.cut
        if found is None:
            return Shown(remarks=(words.NO_QUESTION,))
        paths = words.paths_of(found.rows)
        themes = [theme for _, theme in found.rows]

        def spot(row: int, column: int) -> Spot:
            one, other = themes[row].id, themes[column].id
            both = tuple(dict.fromkeys((one, other)))
            title, said = paths[row], wording.sentence(found.figure(one, other))
            if one != other:
                title, said = f"{paths[row]} + {paths[column]}", f"{said}; {_measures(found.association(one, other))}"
            return Spot(title, said, (both, found.question.id), opened_themes(cut, found.question.id, both), one)

        def cell(row: int, column: int) -> tuple[str, bool]:
            number = found.figure(themes[row].id, themes[column].id).participants
            return f"{number:,}" if number else "·", row == column or not number

        # Numbers say which column is which theme where its name is cut.
        names = [(depth, f"{at} {theme.name}") for at, (depth, theme) in enumerate(found.rows, 1)]
        heads = [f"{at} {theme.name}" for at, theme in enumerate(themes, 1)]
        only = [asked for asked in self.tally.questions if asked.question.id == found.question.id]
        what = "participants with both of two themes"
        if len(self.tally.questions) > 1:
            what += f" in {found.question.wave}"
        return Shown(
            [*words.chain_lines([(found.question, found.chain)]), *words.cut_line(cut, found.coders, what)],
            Cells(names, heads, cell, _PAIR),
            spot,
            remarks=(_MEASURED, *words.remarks(replace(self.tally, questions=tuple(only)))),
        )


def _measures(found: Association) -> str:
    """How closely two themes go together."""
    if found.jaccard is None:
        return f"Jaccard –: {found.reason}"
    lift = f"lift – ({found.reason})" if found.lift is None else f"lift {found.lift:.2f}"
    return f"Jaccard {found.jaccard:.2f}, {lift} (the one {found.first:,}, the other {found.second:,})"


TOGETHER = View(
    "together", ("together", "together"), is_open, _read, "together", frozenset({"base", "whose", "census", "memo"})
)
