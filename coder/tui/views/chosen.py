"""How many chose each option of a question, in each wave or by groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.corpus import Question, QuestionKind
from coder.domain.tally import Figure
from coder.tui.views import words
from coder.tui.views.parts import Parts, Row
from coder.tui.views.people import opened_set
from coder.tui.views.view import Look, Shown, Spot, Table, View, Wanted

if TYPE_CHECKING:
    from coder.analysis.choices import ChoiceCut, Choices, Option
    from coder.analysis.tally import Stopped
    from coder.charts import Spec
    from coder.store.project import Project


def _fits(asked: Sequence[Question], survey: Sequence[Question]) -> bool:  # noqa: ARG001
    return any(q.kind in (QuestionKind.CHOICE, QuestionKind.MULTI) for q in asked)


def _read(project: Project, wanted: Wanted, stopped: Stopped) -> Chosen:  # noqa: ARG001
    from coder.analysis.choices import ChoiceCut, choices

    cut = wanted.cut
    by = ChoiceCut(cut.questions, by=cut.by, census=cut.census)
    return Chosen(by, choices(project, by))


@dataclass(frozen=True)
class Chosen:
    """Options as rows; waves and groups as parts of each."""

    cut: ChoiceCut
    asked: Sequence[Choices]

    def table(self) -> Table:
        from coder.analysis.choices import choice_rows

        return choice_rows(self.asked, self.cut)

    def pictures(self) -> Sequence[Spec]:
        from coder.picturing import choice_bars, choices_by_group

        by = self.cut.by
        return [choices_by_group(one, by) if by else choice_bars(one) for one in self.asked if one.options]

    def shown(self, look: Look) -> Shown:
        options = self._options(look)
        waves = len(self.asked) > 1
        columns = [(at, value) for at, one in enumerate(self.asked) for value in (None, *one.groups)]

        def option(row: int, column: int) -> Option | None:
            return options[row][columns[column][0]]

        def figure(row: int, column: int) -> Figure | None:
            value, chosen = columns[column][1], option(row, column)
            if chosen is None:
                return None
            return chosen.figure if value is None else chosen.groups[value]

        def spot(row: int, column: int) -> Spot | None:
            (at, value), chosen, counted = columns[column], option(row, column), figure(row, column)
            if chosen is None or counted is None:
                return None
            question = self.asked[at].question
            title = f"{chosen.name} · {labels[column]}" if len(columns) > 1 else chosen.name
            said = wording.sentence(counted)
            group = None if value is None else (self.cut.by, value)
            behind = opened_set(said, [question], lambda _project: chosen.people, group=group)
            return Spot(title, said, (chosen.name, question.id, value), behind)

        labels = [
            " · ".join(filter(None, (self.asked[at].question.wave if waves else "", value or self._everybody(waves))))
            for at, value in columns
        ]
        rows = [Row(next(o.name for o in found if o)) for found in options]
        parts = Parts(rows, labels, figure, spot, whole=not waves)
        return replace(
            parts.shown() if rows else Shown(),
            lines=[*self._lines(), self._about(look)],
            head="answer",
            of="of those who chose",
            remarks=self._remarks(),
        )

    @staticmethod
    def _everybody(waves: bool) -> str:
        return "" if waves else "everybody"

    def _options(self, look: Look) -> Sequence[Sequence[Option | None]]:
        """Each option in each wave, None in one where nobody chose it."""
        names = dict.fromkeys(option.name for one in self.asked for option in one.options)
        by_name = [{option.name: option for option in one.options} for one in self.asked]
        found = [[options.get(name) for options in by_name] for name in names]
        if look.most_first:
            found.sort(key=lambda row: -sum(option.figure.participants for option in row if option))
        return found

    # --- words ---------------------------------------------------------------------------------------

    def _lines(self) -> Sequence[tuple[str, str]]:
        found = []
        for one in self.asked:
            wave = f"{one.question.wave}: " if len(self.asked) > 1 else ""
            several = f" → several options {len(one.several):,}" if one.question.kind is QuestionKind.MULTI else ""
            found.append((f"{wave}everybody {one.everyone:,} → chose {one.base:,}{several}\n", "bold"))
        return found

    def _about(self, look: Look) -> str:
        interval = "" if self.cut.census else ", 95 % Wilson interval"
        by = f"by {self.cut.by}" if self.cut.by else ""
        order = "most chosen first" if look.most_first else ""
        return " · ".join(filter(None, (f"percent of those who chose{interval}", by, order)))

    def _remarks(self) -> Sequence[str]:
        if not self.asked:
            return (words.NO_QUESTION,)
        said = ["Who else was asked, and options that nobody chose, are not in the survey's file."]
        if any(one.question.kind is QuestionKind.MULTI for one in self.asked):
            said.append("Several options can be chosen, so the percentages do not add up to 100.")
        return tuple(said)


CHOSEN = View(
    "answers",
    ("answers", "answers"),
    _fits,
    _read,
    "choices",
    frozenset({"groups", "census", "table", "sort", "scale"}),
)
