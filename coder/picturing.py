"""From what was asked of a project to the figures that show it."""

from coder.analysis.tally import Cut, QuestionTally, Tally, side_by_side
from coder.charts.spec import Bar, Bars
from coder.domain import wording
from coder.domain.corpus import Question
from coder.domain.tally import Base, Counted

_INTERVALS = "95 % Wilson intervals"


def theme_bars(asked: QuestionTally, base: Base = Base.REVIEWED, *, most_first: bool = True) -> Bars:
    """The themes of one question: among those of one parent the most mentioned first, or in the codebook's order."""
    counted = {theme.theme_id: theme for theme in asked.counted.themes}
    rows = side_by_side(Tally(Cut(base=base), (), (asked,)), most_first=most_first).rows
    return Bars(
        title=_title(asked.question),
        subtitle=wording.chain_line(asked.counted.chain),
        axis=_axis(asked.counted, base),
        notes=(wording.ADDING_UP, *wording.remarks(asked.counted, base)),
        bars=tuple(Bar(theme.name, counted[theme.id], depth) for depth, theme in rows),
    )


def _title(question: Question) -> str:
    return question.prompt + (f" ({question.wave})" if question.wave else "")


def _axis(counted: Counted, base: Base) -> str:
    lines = f"; lines: {_INTERVALS}" if any(theme.interval for theme in counted.themes) else ""
    return f"Percent of {wording.of_whom(base)}{lines}"
