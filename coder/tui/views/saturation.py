"""Saturation: how themes came up, response by response as they were read, and when new ones stopped coming."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coder.tui.views import words
from coder.tui.views.people import opened_set
from coder.tui.views.view import Look, Shown, Spot, Table, View, Wanted, is_open
from coder.tui.widgets.curve import drawn_curve
from coder.tui.widgets.grid import Cells

if TYPE_CHECKING:
    from coder.analysis.saturation import Arrival, Saturation
    from coder.analysis.tally import Cut, Stopped
    from coder.charts import Spec
    from coder.domain.people import People
    from coder.store.project import Project

_HEADS = ("response", "themes by then")


def _read(project: Project, wanted: Wanted, stopped: Stopped) -> Saturations:  # noqa: ARG001
    from coder.analysis.saturation import saturations
    from coder.stats.saturation import Rule

    found = saturations(project, wanted.cut, Rule())
    return Saturations(wanted.cut, found, {one.question.id: one.curve for one in found})


@dataclass(frozen=True)
class Saturations:
    """Themes in the order in which they came up, below the curve of the wave that the cursor is in."""

    cut: Cut
    found: Sequence[Saturation]
    curves: Mapping[int, Sequence[int]]  # how many themes had come up after each response, by question

    def table(self) -> Table:
        from coder.analysis.saturation import saturation_rows

        return saturation_rows(self.found)

    @cached_property
    def _rows(self) -> Sequence[tuple[Saturation, Arrival | None]]:
        """Of several waves each with a heading."""
        rows: list[tuple[Saturation, Arrival | None]] = []
        for one in self.found:
            rows += [(one, None)] if len(self.found) > 1 else []
            rows += [(one, arrival) for arrival in one.arrivals]
        return rows

    def pictures(self) -> Sequence[Spec]:
        return ()

    def shown(self, look: Look) -> Shown:  # noqa: ARG002
        rows = self._rows

        def name(one: Saturation, arrival: Arrival | None) -> str:
            return one.codebook.by_id[arrival.theme_id].name if arrival else one.question.wave

        def cell(row: int, column: int) -> tuple[str, bool]:
            one, arrival = rows[row]
            if arrival is None:
                return "", True
            return f"{self.curves[one.question.id][arrival.place] if column else arrival.place:,}", False

        def spot(row: int, _column: int) -> Spot | None:
            one, arrival = rows[row]
            return None if arrival is None else self._spot(one, arrival)

        return Shown(
            [*self._chains(), *self._about()],
            Cells([(0, name(one, arrival)) for one, arrival in rows], _HEADS, cell),
            spot,
            head="theme, as it came up",
            remarks=tuple(self._remarks()),
            plot=self._plot,
        )

    def _spot(self, one: Saturation, arrival: Arrival) -> Spot:
        said = f"came up first in response {arrival.place:,} of {one.read:,} read"

        def people(project: Project) -> People:
            from coder.behind import person_of_response

            return person_of_response(project, arrival.response_id)

        return Spot(
            words.path_of(one.codebook, arrival.theme_id),
            said,
            (arrival.theme_id, one.question.id),
            opened_set(said, [one.question], people, theme_id=arrival.theme_id, coder=self.cut.coder),
            arrival.theme_id,
        )

    def _plot(self, row: int, width: int, height: int) -> Sequence[str]:
        if not self._rows:
            return ()
        one, arrival = self._rows[min(row, len(self._rows) - 1)]
        here = arrival.place if arrival else None
        return drawn_curve(
            self.curves[one.question.id], width, height, marks={"┊": one.found.after, "▲": here}, of="responses read"
        )

    # --- words ---------------------------------------------------------------------------------------

    def _chains(self) -> Iterator[tuple[str, str]]:
        several = len(self.found) > 1
        for one in self.found:
            wave = f"{one.question.wave}: " if several else ""
            yield f"{wave}answered {one.answered:,} → reviewed {one.read:,} responses → {_verdict(one)}\n", "bold"

    def _about(self) -> Sequence[str]:
        coders = self.found[0].coders if self.found else ()
        rule = self.found[0].rule if self.found else None
        if rule is None:
            return []
        most = f"at most {100 * rule.threshold:g} % new themes"
        whose = words.whose(self.cut, coders)
        return [f"base {rule.base} responses, runs of {rule.run}, {most} · codings of {whose}"]

    def _remarks(self) -> Iterator[str]:
        if not self.found:
            yield words.NO_QUESTION
            return
        if imported := sum(one.imported for one in self.found):
            yield f"Reviews from a file, in the order of the survey: {imported:,}."
        if later := sum(one.later or 0 for one in self.found):
            yield f"Themes that came up after saturation all the same: {later:,}."
        yield "Adapted to short answers from Guest, Namey & Chen (2020). How soon depends on the order of reading."


def _verdict(one: Saturation) -> str:
    themes = f"{len(one.arrivals):,} themes"
    if one.found.after is None:
        return f"{themes}, not saturated: {one.found.reason}"
    return f"{themes}, saturated after {one.found.after:,}"


SATURATION = View(
    "saturation", ("saturation", "saturation"), is_open, _read, "saturation", frozenset({"whose", "memo"})
)
