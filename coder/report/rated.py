"""The part of a report on ratings: how they are spread, their mean and median, and what became of them by wave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coder.analysis.ratings import Beside, Change, Rating
from coder.charts.spec import Distribution, Value
from coder.domain import wording
from coder.domain.corpus import Question
from coder.domain.rating import Bar, Origin, plain
from coder.domain.wording import counted
from coder.picturing import rating_distribution
from coder.report.contents import (
    Block,
    Cell,
    Column,
    Named,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
    Voice,
    Words,
)
from coder.report.numbering import Drawn, Numbering, row
from coder.report.prompts import headed, prompt_of, shortened
from coder.stats.ratings import DRAWS, SEED, Summary

FEW = 10
"""Ratings below which a bootstrap interval is too narrow to be relied on."""


@dataclass(frozen=True)
class Rated:
    """A rating in all its waves, and its changes from wave to wave."""

    waves: tuple[Rating, ...]
    changes: tuple[Change, ...]

    @property
    def question(self) -> Question:
        """The first wave's."""
        question = self.waves[0].question
        assert question is not None  # of an attribute there is no section
        return question

    @property
    def prompt(self) -> str:
        return self.question.key if len(self.waves) > 1 else prompt_of(self.question)


def rated_of(ratings: Sequence[Rating], changes: Sequence[Change]) -> list[Rated]:
    """The ratings by what was asked, in the survey's order."""
    names = dict.fromkeys(rating.name for rating in ratings)
    return [
        Rated(
            tuple(rating for rating in ratings if rating.name == name),
            tuple(change for change in changes if change.before.name == name),
        )
        for name in names
    ]


def finding(rated: Rated) -> Iterator[Words]:
    """What a summary says of a rating: its mean in each wave, or the change of those who rated twice."""
    for rating in rated.waves if len(rated.waves) == 1 else ():
        if rating.summary.n:
            yield ("“", Named(shortened(rated.prompt)), "” ", *_mean_of(rating))
    for change in rated.changes:
        if change.paired:
            yield ("“", Named(shortened(rated.prompt)), "” ", *_moved(change))


def how_sure(rated: Sequence[Rated]) -> Words:
    """The method behind the intervals of ratings; nothing where there are none."""
    summaries = [s for r in rated for s in (*(w.summary for w in r.waves), *(c.change for c in r.changes))]
    if not any(s.mean_interval for s in summaries):
        return ()
    few = f" Those of fewer than {FEW} ratings are too narrow to be relied on." if _any_few(summaries) else ""
    return (
        f"Ranges beside means and medians of ratings are 95 % intervals by bootstrap: {DRAWS:,} draws of the "
        f"participants (seed {SEED}).{few}",
    )


def _any_few(summaries: Sequence[Summary]) -> bool:
    return any(s.mean_interval and s.n < FEW for s in summaries)


def section_of(rated: Rated, numbering: Numbering) -> Section:
    title, below = headed(rated.prompt)
    blocks: list[Block] = [*below]
    for rating in rated.waves:
        blocks += _wave(rating, numbering, named=len(rated.waves) > 1)
    if len(rated.waves) > 1:
        blocks.append(_waves(rated, numbering))
    for change in rated.changes:
        blocks += _change(change, numbering)
    return Section(f"rating-{rated.question.id}", title, tuple(blocks))


# --- one wave ---


def _wave(rating: Rating, numbering: Numbering, *, named: bool) -> Iterator[Block]:
    name = Named(rating.wave or "Without a wave")
    wave: Words = ("‘", name, "’: ") if named else ()
    if not rating.summary.n:
        yield Paragraph((*wave, "Nobody gave a rating."), Voice.NOTE)
    else:
        yield Paragraph((*wave, *_mean_of(rating)), Voice.LEAD)
        scale = "" if rating.scale is None else f"; {wording.scale(rating.scale)}"
        number = counted(rating.summary.n, "participant")
        spec = rating_distribution(rating)
        caption: Words = (f"How {number} rated", *((" in ‘", name, "’") if named else ()), f"{scale}.")
        yield numbering.figure(caption, Drawn(replace(spec, title=shortened(spec.title), subtitle="", notes=())))
    for out in rating.left_out:
        number = counted(len(out.people), "participant")
        yield Paragraph(("Left out: ‘", Named(out.value), f"’ of {number}, {out.reason}."), Voice.NOTE)


def _mean_of(rating: Rating) -> Words:
    """`33 participants rated it 8.20 out of 10 on average [7.85–8.52]; the median is 8.`"""
    s = rating.summary
    of = ""
    if rating.scale is not None and rating.scale.high_from is not Origin.SEEN:
        of = f" out of {plain(rating.scale.high)}"
    return (
        f"{counted(s.n, 'participant')} rated it ",
        Strong(wording.mean(s.mean)),
        f"{of} on average {wording.rated(s.mean_interval)}".rstrip(),
        f"; the median is {plain(s.median) if s.median is not None else '–'}.",
    )


# --- waves ---


def _waves(rated: Rated, numbering: Numbering) -> Table:
    columns = [("Participants",), ("Mean",), ("95 % interval",), ("Median",), ("Standard deviation",)]
    rows = []
    for rating in rated.waves:
        s = rating.summary
        interval = wording.rated(s.mean_interval).strip("[]") or "–"
        numbers = (f"{s.n:,}", wording.mean(s.mean), interval, wording.mean(s.median), wording.mean(s.sd))
        rows.append(row((Named(rating.wave or "Without a wave"),), *((number,) for number in numbers)))
    return numbering.table(
        ("The ratings in each wave, of all who rated in it",),
        (Column(("Wave",), share=2), *(Column(head, True) for head in columns)),
        tuple(rows),
        anchor=f"rating-{rated.question.id}-waves",
    )


def _change(change: Change, numbering: Numbering) -> Iterator[Block]:
    if not change.paired:
        yield Paragraph(
            (
                "Nobody rated both in ‘",
                Named(change.before.wave),
                "’ and in ‘",
                Named(change.after.wave),
                "’, so nothing can be said of a change.",
            ),
            Voice.NOTE,
        )
        return
    yield Paragraph(_moved(change), Voice.LEAD)
    yield Paragraph(
        (
            f"This is the change of those who rated both times. It need not be the difference of the means of all who "
            f"rated: {len(change.only_before):,} rated in ‘",
            Named(change.before.wave),
            f"’ alone and {len(change.only_after):,} in ‘",
            Named(change.after.wave),
            "’ alone.",
        )
    )
    if change.scales_differ:
        yield Paragraph(("The two waves state different scales: their difference means little.",), Voice.NOTE)
    s = change.change
    spec = Distribution(
        title=f"{shortened(change.before.name)} ({change.before.wave} → {change.after.wave})",
        axis="Participants whose rating changed by so much",
        values=tuple(Value(_signed(bar), bar.low, bar.high, bar.participants) for bar in change.bars),
        mean=s.mean,
        interval=s.mean_interval,
        median=s.median,
    )
    yield numbering.figure((f"How the ratings of the same {counted(s.n, 'participant')} changed.",), Drawn(spec))
    yield _paired(change, numbering)


def _signed(bar: Bar) -> str:
    if bar.low != bar.high:
        return bar.label
    number = plain(bar.low)
    return f"+{number}" if bar.low > 0 else number.replace("-", "−")


def _moved(change: Change) -> Words:
    """What became of the ratings of those who gave two."""
    s, n = change.change, change.paired
    before, after = wording.mean(change.paired_before.mean), wording.mean(change.paired_after.mean)
    return (
        f"Of {counted(n, 'participant')} who rated it both in ‘",
        Named(change.before.wave),
        "’ and in ‘",
        Named(change.after.wave),
        f"’, the mean went from {before} to {after}: ",
        Strong(wording.change(s.mean)),
        f" each on average {wording.changed(s.mean_interval)}".rstrip(),
        f". {_of(len(change.improved), n)} gave a {'lower' if change.low_is_good else 'higher'} rating, "
        f"{_of(len(change.same), n)} the same and {_of(len(change.worse), n)} a "
        f"{'higher' if change.low_is_good else 'lower'} one.",
    )


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({wording.percent_of(part / whole, whole)})"


def _paired(change: Change, numbering: Numbering) -> Table:
    """Both bases side by side: all who rated in a wave, and those who did in both."""
    s = change.change
    before, after = change.before, change.after

    def middle(summary: Summary) -> Words:
        return (f"{wording.mean(summary.mean)} (n = {summary.n:,})",)

    rows = (
        row(("All who rated, mean",), middle(before.summary), middle(after.summary), ("",)),
        row(
            ("Rated both times, mean",),
            middle(change.paired_before),
            middle(change.paired_after),
            (f"{wording.change(s.mean)} {wording.changed(s.mean_interval)}".rstrip(),),
        ),
        row(
            ("Rated both times, median",),
            (wording.mean(change.paired_before.median),),
            (wording.mean(change.paired_after.median),),
            (f"{wording.change(s.median)} {wording.changed(s.median_interval)}".rstrip(),),
        ),
    )
    columns: tuple[Words, ...] = (("Participants",), (Named(before.wave),), (Named(after.wave),), ("Change of each",))
    notes: list[Words] = [("The median change is that of the participants’ changes, not of the two medians.",)]
    if s.reason:
        notes.append((f"No interval of the change: {s.reason}.",))
    ids = [str(rating.question.id) for rating in (before, after) if rating.question is not None]
    return numbering.table(
        ("The change of those who rated both times",),
        tuple(Column(head, bool(at), 1.0 if at else 2.0) for at, head in enumerate(columns)),
        rows,
        anchor=f"rating-change-{'-'.join(ids)}",
        notes=tuple(notes),
    )


# --- beside themes ---


def beside_of(found: Beside, numbering: Numbering) -> Table:
    """A rating's mean among those who mention each theme of a question, and among those who don't."""
    columns = (("Theme",), ("With it",), ("Without",), ("Difference",))
    rows = []
    for t in found.themes:
        name = found.codebook.by_id[t.theme_id].name
        sides: list[Words] = [(f"{wording.mean(s.mean)} (n = {s.n:,})",) for s in (t.having, t.lacking)]
        how = wording.changed(t.apart.interval) or f"({t.apart.reason})"
        cells: tuple[Words, ...] = ((Named(name),), *sides, (f"{wording.change(t.apart.difference)} {how}",))
        rows.append(Row(tuple(Cell(words) for words in cells), t.depth))
    note = f"Of {counted(found.reviewed, 'participant')} who rated and were reviewed."
    if any(t.apart.interval for t in found.themes):
        note += " In brackets: 95 % Welch intervals."
    note += " That those with a theme rate otherwise does not say that it is the reason."
    rating = found.rating
    wave = (" (", Named(rating.wave), ")") if rating.wave else ()
    asked = rating.question
    return numbering.table(
        (
            *("Mean of “", Named(shortened(rating.name)), "”", *wave, " with and without each theme of “"),
            *(Named(shortened(found.question.prompt)), "”"),
        ),
        tuple(Column(head, bool(at), 1.0 if at else 2.0) for at, head in enumerate(columns)),
        tuple(rows),
        anchor=f"question-{found.question.id}-rating-{0 if asked is None else asked.id}",
        notes=((note,),),
    )
