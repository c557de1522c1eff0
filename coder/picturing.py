"""From what was asked of a project to the figures that show it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.analysis import waves
from coder.analysis.tally import Cut, QuestionTally, Tally, side_by_side, tally
from coder.analysis.together import CoOccurrence, co_occurrence
from coder.charts.spec import Bar, Bars, Change, ChangePlot, GroupedBar, GroupedBars, HeatMap, Spec
from coder.domain import wording
from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question
from coder.domain.tally import Base, Chain, Counted, ThemeCount
from coder.store.project import Project

MOST_GROUPS, MOST_BARS = 6, 120
"""How many groups, and bars of all of them, stand beside each other; of more there is a heat map."""

MOST_TOGETHER = 12
"""How many themes are paired with each other."""

_INTERVALS = "95 % Wilson intervals"
_NOT_PAIRED = "No number for a theme with one above it: whoever has the one has the other."


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure of a project: what it shows of which question (of a wave, or of all), and its spec."""

    shows: str
    question: Question
    wave: str
    spec: Spec


def pictures(project: Project, cut: Cut) -> Iterator[Picture]:
    """Every figure that the project has, question by question: themes, by the attribute that the cut names, by wave,
    from wave to wave, and together.

    Raises NotFoundError where there is no such question, attribute or coder.
    """
    counted = tally(project, cut)
    changes: dict[str, list[waves.Change]] = {}
    for change in waves.compare(project, cut):
        changes.setdefault(change.before.key, []).append(change)
    keys: dict[str, list[QuestionTally]] = {}
    for asked in counted.questions:
        keys.setdefault(asked.question.key, []).append(asked)
    for key, asked_in_waves in keys.items():
        for asked in asked_in_waves:
            yield from _of_one(project, asked, cut)
        first = asked_in_waves[0].question
        if len(asked_in_waves) > 1 and (spec := wave_bars(asked_in_waves, cut)):
            yield Picture("themes by wave", first, "", spec)
        for change in changes.get(key, ()):
            if change.themes:
                yield Picture(f"themes {change.before.wave} to {change.after.wave}", first, "", theme_changes(change))


def _of_one(project: Project, asked: QuestionTally, cut: Cut) -> Iterator[Picture]:
    question = asked.question
    if asked.counted.themes:
        yield Picture("themes", question, question.wave, theme_bars(asked, cut.base))
        if cut.by:
            yield Picture(f"themes by {cut.by}", question, question.wave, group_bars(asked, cut))
        if spec := themes_together(co_occurrence(project, cut, question.id), cut):
            yield Picture("themes together", question, question.wave, spec)


# --- themes ----------------------------------------------------------------------------------------------


def theme_bars(asked: QuestionTally, base: Base = Base.REVIEWED, *, most_first: bool = True) -> Bars:
    """The themes of one question: among those of one parent the most mentioned first, or in the codebook's order."""
    counted = _by_theme(asked.counted)
    return Bars(
        title=_title(asked.question),
        subtitle=wording.chain_line(asked.counted.chain),
        axis=_axis(base, asked.counted),
        notes=(wording.ADDING_UP, *wording.remarks(asked.counted, base)),
        bars=tuple(
            Bar(theme.name, counted[theme.id], depth) for depth, theme in _rows([asked], base, most_first=most_first)
        ),
    )


def group_bars(asked: QuestionTally, cut: Cut) -> GroupedBars | HeatMap:
    """The themes of one question by the values of the attribute that it was counted by."""
    return _side_by_side(
        f"{_title(asked.question)} By {cut.by}", _rows([asked], cut.base), asked.groups, cut, [asked.counted]
    )


def wave_bars(asked: Sequence[QuestionTally], cut: Cut) -> GroupedBars | HeatMap | None:
    """The themes of one question in each of its waves, whoever answered; None where nothing was counted."""
    rows = _rows(asked, cut.base)
    parts = {q.question.wave or str(at): q.counted for at, q in enumerate(asked, 1)}
    return _side_by_side(asked[0].question.prompt, rows, parts, cut, list(parts.values())) if rows else None


def _side_by_side(
    title: str,
    rows: Sequence[tuple[int, Theme]],
    parts: Mapping[str, Counted],
    cut: Cut,
    whole: Sequence[Counted],
) -> GroupedBars | HeatMap:
    figures = [_by_theme(counted) for counted in parts.values()]
    sizes = {name: _size(counted.chain, cut.base) for name, counted in parts.items()}
    remarks = dict.fromkeys(remark for counted in whole for remark in wording.remarks(counted, cut.base))
    notes = (wording.ADDING_UP, *(remarks if len(whole) == 1 else ()))
    if len(parts) <= MOST_GROUPS and len(parts) * len(rows) <= MOST_BARS:
        return GroupedBars(
            title=title,
            subtitle=", ".join(f"{name}: {size}" for name, size in sizes.items()) + f" {_OF[cut.base]}",
            axis=_axis(cut.base, *parts.values()),
            notes=notes,
            groups=tuple(parts),
            rows=tuple(GroupedBar(theme.name, tuple(f.get(theme.id) for f in figures), d) for d, theme in rows),
        )
    return HeatMap(
        title=title,
        subtitle=wording.chain_line(whole[0].chain) if len(whole) == 1 else "",
        axis=f"Percent of {wording.of_whom(cut.base)} in each column; n: how many these are",
        notes=notes,
        rows=tuple(theme.name for _, theme in rows),
        columns=tuple(f"{name} (n\u00a0=\u00a0{size})" for name, size in sizes.items()),
        shares=True,
        cells=tuple(tuple(f.get(theme.id) for f in figures) for _, theme in rows),
    )


_OF = {Base.REVIEWED: "reviewed", Base.ANSWERED: "answered", Base.ASKED: "asked", Base.ALL: "participants"}


def _size(chain: Chain, base: Base) -> int:
    return {
        Base.REVIEWED: chain.reviewed,
        Base.ANSWERED: chain.answered,
        Base.ASKED: chain.asked,
        Base.ALL: chain.all,
    }[base]


def theme_changes(change: waves.Change) -> ChangePlot:
    """What changed between two waves among the same participants; the themes that changed most first."""
    rows = []
    for theme in sorted(change.themes, key=lambda theme: -abs(theme.difference or 0.0)):
        pairs, base = theme.pairs, theme.pairs.base
        known = theme.difference is not None
        before, after = (pairs.before / base, pairs.after / base) if known else (None, None)
        note = f"gained {pairs.gained}, lost {pairs.lost}" if known else theme.reason
        name = change.codebook.by_id[theme.theme_id].name
        rows.append(Change(name, before, after, theme.difference, theme.interval, base, note=note))
    intervals = " with 95 % intervals" if any(row.interval for row in rows) else ""
    return ChangePlot(
        title=change.before.prompt,
        subtitle=f"{change.reviewed} participants reviewed in both waves; of each alone: {change.before_alone} "
        f"in {change.before.wave}, {change.after_alone} in {change.after.wave}",
        axis=f"Percent of those reviewed in both waves; differences in percentage points{intervals}",
        before=change.before.wave,
        after=change.after.wave,
        rows=tuple(rows),
    )


def themes_together(found: CoOccurrence, cut: Cut) -> HeatMap | None:
    """Who has both of two themes, of the most mentioned ones; None where there are no two."""
    themes = [theme for _, theme in found.rows if found.figure(theme.id, theme.id).participants]
    book = Codebook([theme for _, theme in found.rows])
    themes.sort(key=lambda theme: -found.figure(theme.id, theme.id).participants)
    shown = themes[:MOST_TOGETHER]
    if len(shown) < 2:
        return None
    nested = {
        (a.id, b.id) for a in shown for b in shown if a.id in book.ancestors(b.id) or b.id in book.ancestors(a.id)
    }
    cells = []
    for at, theme in enumerate(shown):
        row = [found.figure(theme.id, other.id) for other in shown[: at + 1]]
        blank = [None if (theme.id, o.id) in nested else f for o, f in zip(shown, row, strict=False)]
        cells.append((*blank, *[None] * (len(shown) - at - 1)))
    notes = [f"The {len(shown)} most mentioned of {len(themes)} themes."] if len(shown) < len(themes) else []
    return HeatMap(
        title=_title(found.question),
        subtitle=wording.chain_line(found.chain),
        axis=f"Participants with both themes, among {wording.of_whom(cut.base)}; on the diagonal, with the one",
        notes=(*notes, *([_NOT_PAIRED] if nested else [])),
        rows=tuple(theme.name for theme in shown),
        columns=tuple(theme.name for theme in shown),
        triangle=True,
        cells=tuple(cells),
    )


# --- what they have in common ----------------------------------------------------------------------------


def _by_theme(counted: Counted) -> dict[int, ThemeCount]:
    return {theme.theme_id: theme for theme in counted.themes}


def _rows(asked: Sequence[QuestionTally], base: Base, *, most_first: bool = True) -> Sequence[tuple[int, Theme]]:
    return side_by_side(Tally(Cut(base=base), (), tuple(asked)), most_first=most_first).rows


def _title(question: Question) -> str:
    return question.prompt + (f" ({question.wave})" if question.wave else "")


def _axis(base: Base, *counted: Counted) -> str:
    lines = f"; lines: {_INTERVALS}" if any(theme.interval for c in counted for theme in c.themes) else ""
    return f"Percent of {wording.of_whom(base)}{lines}"
