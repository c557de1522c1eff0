"""From what was asked of a project to the figures that show it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coder.analysis import ratings, waves
from coder.analysis.choices import ChoiceCut, Choices, choices
from coder.analysis.ratings import Rating, RatingCut
from coder.analysis.tally import Cut, QuestionTally, Tally, side_by_side, tally
from coder.analysis.together import CoOccurrence, co_occurrence
from coder.charts.spec import Bar, Bars, Change, ChangePlot, Distribution, GroupedBar, GroupedBars, HeatMap, Spec, Value
from coder.domain import wording
from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question, find_questions
from coder.domain.tally import Base, Counted, ThemeCount
from coder.store import corpus
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
    """Every figure that the project has, question by question. Of open ones: themes, by the attribute that the cut
    names, together, by wave, from wave to wave. Of others: ratings and choices, their changes, ratings beside themes.

    Raises NotFoundError where there is no such question, attribute or coder.
    """
    with project.read() as connection:
        questions = corpus.read_questions(connection)
    asked = find_questions(cut.questions, questions) if isinstance(cut.questions, str) and cut.questions else questions
    chosen = tuple(q.id for q in asked if isinstance(cut.questions, str) or q.id in cut.questions)
    cut = replace(cut, questions=chosen)
    yield from _open(project, cut)
    rated = RatingCut(chosen, census=cut.census)
    found = ratings.ratings(project, rated)
    for rating in found:
        if rating.question is not None and rating.bars:
            yield Picture("ratings", rating.question, rating.wave, rating_distribution(rating))
    for moved in ratings.changes_of(found, rated):
        if moved.before.question is not None and moved.paired:
            between = f"{moved.before.wave} to {moved.after.wave}"
            yield Picture(f"ratings {between}", moved.before.question, "", rating_change(moved))
    for one in choices(project, ChoiceCut(chosen, cut.by, cut.census, most_first=True)):
        if one.options:
            yield Picture("choices", one.question, one.question.wave, choice_bars(one))
            if cut.by:
                yield Picture(f"choices by {cut.by}", one.question, one.question.wave, choices_by_group(one, cut.by))
    for beside in ratings.beside(project, cut, RatingCut(census=cut.census)):
        if beside.rating.question is not None and any(theme.having.n for theme in beside.themes):
            shows = f"themes beside {beside.rating.wave} {beside.rating.name}"
            yield Picture(shows, beside.question, beside.question.wave, rating_beside_themes(beside))


def _open(project: Project, cut: Cut) -> Iterator[Picture]:
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
    shown = {value: counted for value, counted in asked.groups.items() if any(theme.base for theme in counted.themes)}
    empty = [value for value in asked.groups if value not in shown] if shown else []
    spec = _side_by_side(
        f"{_title(asked.question)} By {cut.by}", _rows([asked], cut.base), shown or asked.groups, cut, [asked.counted]
    )
    return replace(spec, notes=(*spec.notes, wording.nobody_with(cut.by, empty))) if empty else spec


def wave_bars(asked: Sequence[QuestionTally], cut: Cut) -> GroupedBars | HeatMap | None:
    """The themes of one question in each of its waves, whoever answered; None where nothing was counted."""
    rows = _rows(asked, cut.base)
    parts = {q.question.wave or str(at): q.counted for at, q in enumerate(asked, 1)}
    return _side_by_side(_of_all_waves(asked[0].question), rows, parts, cut, list(parts.values())) if rows else None


def _side_by_side(
    title: str,
    rows: Sequence[tuple[int, Theme]],
    parts: Mapping[str, Counted],
    cut: Cut,
    whole: Sequence[Counted],
) -> GroupedBars | HeatMap:
    figures = [_by_theme(counted) for counted in parts.values()]
    sizes = {name: counted.chain.size(cut.base) for name, counted in parts.items()}
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
        title=_of_all_waves(change.before),
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


# --- ratings and choices ---------------------------------------------------------------------------------


def rating_distribution(rating: Rating) -> Distribution:
    """How many gave each rating, and the mean with its interval."""
    summary = rating.summary
    scale = f"; {wording.scale(rating.scale)}" if rating.scale else ""
    left_out = (f"Left out: ‘{out.value}’ of {len(out.people)} participants, {out.reason}." for out in rating.left_out)
    return Distribution(
        title=rating.name if rating.question is None else _title(rating.question),
        subtitle=f"rated by {summary.n} of {rating.everyone} participants{scale}",
        axis="Participants per rating"
        + ("; line: 95 % bootstrap interval of the mean" if summary.mean_interval else ""),
        notes=tuple(left_out),
        values=tuple(Value(bar.label, bar.low, bar.high, bar.participants) for bar in rating.bars),
        mean=summary.mean,
        interval=summary.mean_interval,
        median=summary.median,
    )


def rating_change(moved: ratings.Change) -> ChangePlot:
    """The means of those who rated in both waves, and the mean of each one's change; who rated once is noted."""
    before, after, by = moved.before, moved.after, moved.change
    ways = f"{len(moved.improved)} improved, {len(moved.same)} the same, {len(moved.worse)} worse"
    everybody = (f"{wording.mean(r.summary.mean)} of {r.summary.n} in {r.wave}" for r in (before, after))
    row = Change(
        "Those who rated in both",
        moved.paired_before.mean,
        moved.paired_after.mean,
        by.mean,
        by.mean_interval,
        moved.paired,
        note=ways,
    )
    notes = [f"{ways[0].upper()}{ways[1:]}.", f"Means of all who rated: {', '.join(everybody)}."]
    if moved.scales_differ:
        notes.append("The two waves state different scales: their difference means little.")
    return ChangePlot(
        title=before.name if before.question is None else _of_all_waves(before.question),
        subtitle=f"rated in both: {moved.paired}; {before.wave} alone {len(moved.only_before)}, {after.wave} alone "
        f"{len(moved.only_after)}",
        axis="Mean rating" + ("; difference with its 95 % bootstrap interval" if by.mean_interval else ""),
        notes=tuple(notes),
        before=before.wave,
        after=after.wave,
        rows=(row,),
        ends=_ends(before, after),
    )


def rating_beside_themes(beside: ratings.Beside) -> ChangePlot:
    """The mean rating of those without each theme and of those with it; the themes that differ most first."""
    mentioned = [theme for theme in beside.themes if theme.having.n]
    rows = [
        Change(
            beside.codebook.by_id[theme.theme_id].name,
            theme.lacking.mean,
            theme.having.mean,
            theme.apart.difference,
            theme.apart.interval,
            theme.having.n + theme.lacking.n,
            note="; ".join(filter(None, (f"{theme.having.n} with it, {theme.lacking.n} without", theme.apart.reason))),
        )
        for theme in sorted(mentioned, key=lambda theme: -abs(theme.apart.difference or 0.0))
    ]
    rated = beside.rating
    return ChangePlot(
        title=f"{rated.name if rated.question is None else _title(rated.question)} Beside: {_title(beside.question)}",
        subtitle=f"rated {rated.summary.n} → answered {beside.answered} → reviewed {beside.reviewed}",
        axis="Mean rating" + ("; difference with its 95 % Welch interval" if any(r.interval for r in rows) else ""),
        notes=("That those with a theme rate higher does not say that it is the reason.",),
        before="Without the theme",
        after="With the theme",
        rows=tuple(rows),
        ends=_ends(rated),
    )


def choice_bars(one: Choices) -> Bars:
    """How many chose each option, the most chosen first."""
    options = sorted(one.options, key=lambda option: -option.figure.participants)
    intervals = any(option.figure.interval for option in options)
    return Bars(
        title=_title(one.question),
        subtitle=f"answered by {one.base} of {one.everyone} participants",
        axis=f"Percent of those who answered{f'; lines: {_INTERVALS}' if intervals else ''}",
        notes=(_SEVERAL.format(len(one.several)),) if one.several else (),
        bars=tuple(Bar(option.name, option.figure) for option in options),
    )


def choices_by_group(one: Choices, by: str) -> GroupedBars | HeatMap:
    """The same by the values of the attribute that they were counted by."""
    options = sorted(one.options, key=lambda option: -option.figure.participants)
    groups = tuple(one.groups)
    title, notes = f"{_title(one.question)} By {by}", (_SEVERAL.format(len(one.several)),) if one.several else ()
    figures = [tuple(option.groups[group] for group in groups) for option in options]
    sizes = [f"{group} (n\u00a0=\u00a0{size})" for group, size in one.groups.items()]
    if len(groups) <= MOST_GROUPS and len(groups) * len(options) <= MOST_BARS:
        return GroupedBars(
            title=title,
            subtitle=f"answered by {one.base} of {one.everyone} participants",
            axis=choice_bars(one).axis,
            notes=notes,
            groups=groups,
            rows=tuple(GroupedBar(option.name, row) for option, row in zip(options, figures, strict=True)),
        )
    return HeatMap(
        title=title,
        subtitle=f"answered by {one.base} of {one.everyone} participants",
        axis="Percent of those who answered in each column; n: how many these are",
        notes=notes,
        rows=tuple(option.name for option in options),
        columns=tuple(sizes),
        shares=True,
        cells=tuple(figures),
    )


_SEVERAL = "{} chose several options, so the percentages add up to more than 100."


def _ends(*rated: Rating) -> tuple[float, float]:
    scales = [rating.scale for rating in rated if rating.scale is not None]
    return min((s.low for s in scales), default=0.0), max((s.high for s in scales), default=1.0)


# --- what they have in common ----------------------------------------------------------------------------


def _by_theme(counted: Counted) -> dict[int, ThemeCount]:
    return {theme.theme_id: theme for theme in counted.themes}


def _rows(asked: Sequence[QuestionTally], base: Base, *, most_first: bool = True) -> Sequence[tuple[int, Theme]]:
    return side_by_side(Tally(Cut(base=base), (), tuple(asked)), most_first=most_first).rows


def _title(question: Question) -> str:
    """The question as it was worded, with the wave, if the wording does not say it."""
    wave, prompt = question.wave, question.prompt
    if not wave or any(mark in prompt for mark in _marks(wave)) or re.search(rf"\b{re.escape(wave)}\W*$", prompt):
        return prompt
    return f"{question.prompt} ({question.wave})"


def _of_all_waves(question: Question) -> str:
    """The wording without the wave."""
    prompt = question.prompt
    for mark in _marks(question.wave) if question.wave else ():
        prompt = prompt.replace(mark, "")
    return prompt.strip()


def _marks(wave: str) -> tuple[str, str]:
    """The wave as headers have it."""
    return f"({wave})", f"[{wave}]"


def _axis(base: Base, *counted: Counted) -> str:
    lines = f"; lines: {_INTERVALS}" if any(theme.interval for c in counted for theme in c.themes) else ""
    return f"Percent of {wording.of_whom(base)}{lines}"
