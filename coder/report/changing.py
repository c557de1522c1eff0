"""What changed in the themes of a question from one wave to another, among the same participants."""

from collections.abc import Iterator

from coder.analysis.waves import Change, Move, ThemeChange
from coder.domain import wording
from coder.domain.corpus import Question
from coder.domain.wording import counted
from coder.report.contents import Cell, Column, Named, Row, Strong, Table, Words
from coder.report.numbering import Numbering
from coder.report.voices import Count

_MOVES = (Move.GAINED, Move.LOST, Move.KEPT)
_SAYS = {Move.GAINED: "came to mention", Move.LOST: "no longer mention", Move.KEPT: "mention both times"}


def anchor_of(change: Change) -> str:
    return f"change-{change.before.id}-{change.after.id}"


def title_of(change: Change) -> Words:
    return ("From ‘", Named(change.before.wave), "’ to ‘", Named(change.after.wave), "’")


def opening_of(change: Change) -> Words:
    """Among whom the change is, and who is left out."""
    before, after = Named(change.before.wave), Named(change.after.wave)
    if not change.reviewed:
        return ("Nobody was reviewed in both waves, so nothing can be said of a change.",)
    return (
        Strong(counted(change.reviewed, "participant")),
        " answered in both waves and were reviewed both times; the change is theirs alone. Reviewed in one wave "
        f"only, and in no figure here: {change.before_alone:,} in ‘",
        before,
        f"’, {change.after_alone:,} in ‘",
        after,
        "’.",
    )


def caption_of(change: Change) -> Words:
    same = counted(change.reviewed, "participant")
    return (f"Themes in both waves among the same {same}, the largest change first.",)


def counts_of(change: Change) -> Iterator[tuple[Question, list[Count]]]:
    """Whom the numbers of the table count, by the wave in which they said what is shown."""
    for question, moves in ((change.after, (Move.GAINED, Move.KEPT)), (change.before, (Move.LOST,))):
        found = []
        for theme in change.themes:
            name = change.codebook.by_id[theme.theme_id].name
            below = frozenset(change.codebook.below(theme.theme_id))
            for move in moves:
                people = change.behind(theme.theme_id, move).people
                label = (f"{len(people):,} {_SAYS[move]} ‘", Named(name), "’, in their words in ", Named(question.wave))
                found.append(Count(_opens(change, theme.theme_id, move), label, people, below))
        yield question, found


def _opens(change: Change, theme_id: int, move: Move) -> str:
    return f"{anchor_of(change)}-theme-{theme_id}-{move.value}"


def table_of(change: Change, numbering: Numbering, opens: frozenset[str]) -> Table:
    """Per theme who gained, lost and kept it, the shares before and after, their difference and how sure it is."""
    columns = (
        Column(("Theme",), share=3),
        Column(("Gained",), True),
        Column(("Lost",), True),
        Column(("Kept",), True),
        Column(("Neither",), True),
        Column((Named(change.before.wave),), True),
        Column((Named(change.after.wave),), True),
        Column(("Difference",), True),
        Column(("p",), True),
    )
    rows = []
    for theme in change.themes:
        pairs = theme.pairs
        cells = [Cell((Named(change.codebook.by_id[theme.theme_id].name),))]
        for move, number in zip(_MOVES, (pairs.gained, pairs.lost, pairs.kept), strict=True):
            anchor = _opens(change, theme.theme_id, move)
            cells.append(Cell((f"{number:,}",), anchor if anchor in opens else ""))
        cells.append(Cell((f"{pairs.neither:,}",)))
        cells += [Cell((_share(number, theme),)) for number in (pairs.before, pairs.after)]
        difference = wording.points(theme.difference, pairs.base)
        interval = wording.points_interval(theme.interval, pairs.base)
        cells += [Cell((f"{difference} {interval}".strip(),)), Cell((wording.p_value(theme.mid_p),))]
        rows.append(Row(tuple(cells), theme.depth))
    notes: list[Words] = []
    if any(theme.interval is not None for theme in change.themes):
        notes.append(
            (
                "Difference: in percentage points, in brackets its 95 % interval (Newcombe’s for paired shares). p: "
                "McNemar’s, mid-p; not adjusted for how many themes there are.",
            )
        )
    notes += _reasons(change)
    return numbering.table(
        ("Who gained, lost and kept each theme",),
        columns,
        tuple(rows),
        anchor=f"{anchor_of(change)}-themes",
        notes=tuple(notes),
    )


def _share(number: int, theme: ThemeChange) -> str:
    base = theme.pairs.base
    return "–" if theme.difference is None else wording.percent_of(number / base, base)


def _reasons(change: Change) -> Iterator[Words]:
    """Why numbers are missing."""
    for reason in dict.fromkeys(theme.reason for theme in change.themes if theme.reason):
        names = [theme.theme_id for theme in change.themes if theme.reason == reason]
        every = len(names) == len(change.themes)
        yield (f"– where {reason}." if not every else f"– everywhere: {reason}.",)
