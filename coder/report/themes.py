"""The part of a report on an open question: its bases, the themes as a figure and a table, and people's words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coder.analysis.tally import QuestionTally, Tally, side_by_side
from coder.charts.spec import Bars
from coder.domain import wording
from coder.domain.corpus import Question
from coder.domain.tally import Base, Counted, ThemeCount
from coder.domain.wording import counted
from coder.picturing import theme_bars
from coder.report.contents import (
    Block,
    Cell,
    Column,
    Named,
    Paragraph,
    Row,
    Step,
    Steps,
    Strong,
    Table,
    Voice,
    Words,
    joined,
)
from coder.report.numbering import Numbering
from coder.report.prompts import shortened

MOST_SAID = 3
"""How many themes a summary names, if no others are as often mentioned as the last of these."""


@dataclass(frozen=True)
class Asked:
    """A question in one wave with its count; `order`: its themes, the most mentioned of each parent first."""

    tally: QuestionTally
    order: tuple[ThemeCount, ...]
    base: Base

    @property
    def question(self) -> Question:
        return self.tally.question

    @property
    def counted(self) -> Counted:
        return self.tally.counted

    def name(self, theme_id: int) -> str:
        return self.tally.codebook.by_id[theme_id].name

    def below(self, theme_id: int | None) -> list[ThemeCount]:
        """The themes right below one (None: the outermost), the most mentioned first."""
        children = {theme.id for theme in self.tally.codebook.children.get(theme_id, ())}
        return [t for t in self.order if t.theme_id in children]

    def anchor(self, theme_id: int | None = None) -> str:
        here = f"question-{self.question.id}"
        return here if theme_id is None else f"{here}-theme-{theme_id}"


def asked_of(counted_all: Tally) -> dict[str, list[Asked]]:
    """The questions by their keys, each with its waves; the themes of all waves of a key in the same order."""
    found: dict[str, list[Asked]] = {}
    for key in dict.fromkeys(q.question.key for q in counted_all.questions):
        waves = tuple(q for q in counted_all.questions if q.question.key == key)
        rows = side_by_side(Tally(counted_all.cut, counted_all.coders, waves), most_first=True).rows
        for wave in waves:
            figures = {t.theme_id: t for t in wave.counted.themes}
            order = tuple(figures[theme.id] for _, theme in rows if theme.id in figures)
            found.setdefault(key, []).append(Asked(wave, order, counted_all.cut.base))
    return found


def finding(asked: Asked) -> Words:
    """The most mentioned themes of a question in one sentence."""
    chain, base = asked.counted.chain, asked.base
    outermost = [t for t in asked.order if t.depth == 0 and t.participants]
    if not chain.reviewed:
        return (f"None of the {counted(chain.answered, 'participant')} who answered has been reviewed yet.",)
    if not outermost:
        return (f"No theme was found in the answers of {counted(chain.reviewed, 'participant')}.",)
    size = chain.size(base)
    cut = outermost[min(MOST_SAID, len(outermost)) - 1].participants
    named = [t for t in outermost if t.participants >= cut][: MOST_SAID + 2]
    parts = [
        (
            Strong(f"{t.participants:,}"),
            f"{_share(t, size)} mentioned " if not at else f"{_share(t, size)} ",
            "‘",
            Named(asked.name(t.theme_id)),
            "’",
        )
        for at, t in enumerate(named)
    ]
    whose = {
        Base.REVIEWED: " whose answers were read",
        Base.ANSWERED: " who answered",
        Base.ASKED: " who were asked",
        Base.ALL: "",
    }[base]
    whole = f"Of {counted(size, 'participant')}{whose}, "
    return (whole, *joined(parts, last=" and "), ".")


def _share(t: ThemeCount, size: int) -> str:
    """The share of a theme; with its base, where a theme that came later has a smaller one."""
    of = "" if t.base == size else f" of {t.base:,}"
    return of if t.share is None else f"{of} ({wording.percent(t)})"


def chain_of(asked: Asked) -> Steps:
    """The bases of a question, each within the one before."""
    chain = asked.counted.chain

    def of(part: int, whole: int, what: str) -> str:
        return f"{wording.percent_of(part / whole, whole)} of {what}" if whole else ""

    return Steps(
        "From those asked to those with a theme",
        (
            Step("were asked", chain.asked, f"of {chain.all:,} in the project" if chain.all != chain.asked else ""),
            Step("answered", chain.answered, of(chain.answered, chain.asked, "those asked")),
            Step("were reviewed", chain.reviewed, of(chain.reviewed, chain.answered, "those who answered")),
            Step("mention a theme", chain.with_theme, of(chain.with_theme, chain.reviewed, "those reviewed")),
        ),
    )


MOST_BARS = 30
"""How many themes a figure shows; the table has all."""


def spec_of(asked: Asked) -> Bars | None:
    """The figure of the themes that anybody mentions, the most mentioned first; None where nobody mentions any."""
    mentioned = {t.theme_id for t in asked.order if t.participants}
    if not mentioned:
        return None
    spec = theme_bars(asked.tally, asked.base)
    bars = [b for b in spec.bars if b.figure.participants]
    if len(bars) > MOST_BARS:
        least = sorted((b.figure.participants for b in bars), reverse=True)[MOST_BARS - 1]
        bars = [b for b in bars if b.figure.participants >= least][:MOST_BARS]
    return replace(spec, title=shortened(spec.title), subtitle="", notes=(), bars=tuple(bars))


def caption_of(asked: Asked) -> Words:
    """What the figure shows, of whom."""
    chain = asked.counted.chain
    return (f"Participants who mention each theme; {wording.chain_line(chain)}.",)


def table_of(asked: Asked, numbering: Numbering, opens: Mapping[int, str]) -> Table:
    """The themes with their participants, base, share, interval, and how often they were assigned."""
    intervals = any(t.interval is not None for t in asked.order)
    columns = [
        Column(("Theme",), share=3),
        Column(("Participants",), True),
        Column(("of",), True),
        Column(("Share",), True),
    ]
    if intervals:
        columns.append(Column(("95 % interval",), True))
    columns.append(Column(("Assignments",), True))
    rows = []
    for t in asked.order:
        cells = [
            Cell((Named(asked.name(t.theme_id)),)),
            Cell((Strong(f"{t.participants:,}"),), opens.get(t.theme_id, "")),
            Cell((f"{t.base:,}",)),
            Cell((wording.percent(t),)),
            *([Cell((wording.interval(t).strip("[]") or "–",))] if intervals else []),
            Cell((f"{t.assignments:,}",)),
        ]
        rows.append(Row(tuple(cells), t.depth, f"{asked.anchor(t.theme_id)}-count"))
    return numbering.table(
        ("Participants who mention each theme",),
        tuple(columns),
        tuple(rows),
        anchor=f"{asked.anchor()}-themes",
        notes=tuple(_notes(asked)),
    )


def _notes(asked: Asked) -> Iterator[Words]:
    yield (wording.ADDING_UP,)
    yield assignments_besides(asked)


def assignments_besides(asked: Asked) -> Words:
    """How often themes were assigned, beside how many different participants that makes; those whose answers are not
    reviewed yet are in both."""
    outermost = [t for t in asked.counted.themes if t.depth == 0]
    assignments = sum(t.assignments for t in outermost)
    people = asked.counted.chain.with_theme + asked.counted.unread_with_theme
    nested = [t for t in asked.order if t.assignments > t.participants + t.outside]
    said: list[str | Named] = [
        f"Themes were assigned {counted(assignments, 'time')}, in the answers of {counted(people, 'participant')}."
    ]
    if nested:
        first = max(nested, key=lambda t: t.assignments - t.participants - t.outside)
        said += [
            " Where a participant was given several sub-themes, or one theme several times, assignments are more than "
            "participants: ‘",
            Named(asked.name(first.theme_id)),
            f"’ was assigned {counted(first.assignments, 'time')}, to "
            f"{counted(first.participants + first.outside, 'participant')}.",
        ]
    return tuple(said)


def remarks_of(asked: Asked) -> list[Words]:
    """What a reader of the question's figures must know."""
    return [(remark,) for remark in wording.remarks(asked.counted, asked.base)]


def notes_of(remarks: Sequence[Words]) -> list[Block]:
    return [Paragraph(remark, Voice.NOTE) for remark in remarks]
