"""Figures as lines of characters."""

from collections.abc import Iterator, Sequence

from coder.charts.cells import columns, printable, wrapped
from coder.charts.spec import Bar, Bars, Chart, Spec
from coder.domain import wording

_LEAST = 32
_BAR, _WIDE_BAR = 20, 40  # cells of a whole bar; on a wide terminal
_SHORTEST = 5
_WIDE = 120


def lines(spec: Spec, width: int) -> list[str]:
    """The figure with its title and notes, in lines of at most `width` cells."""
    width = max(width, _LEAST)
    match spec:
        case Bars():
            body = bar_lines(spec.bars, width)
        case _:
            raise NotImplementedError
    return [*_head(spec, width), *body, *_foot(spec, width)]


def _head(chart: Chart, width: int) -> Iterator[str]:
    for part in (chart.title, chart.subtitle, chart.axis):
        yield from wrapped(part, width)
    yield ""


def _foot(chart: Chart, width: int) -> Iterator[str]:
    if chart.notes:
        yield ""
    for note in chart.notes:
        yield from wrapped(note, width)


def bar_lines(bars: Sequence[Bar], width: int) -> Iterator[str]:
    """A line per bar: its name, the count, the percentage with its interval, the bar from 0 to 100 %.

    A name that leaves no room for its figures stands on lines of its own, and the bar is as long as there is room.
    """
    from rich.cells import cell_len

    if not bars:
        return
    figures = [bar.figure for bar in bars]
    digits = len(str(max(figure.participants for figure in figures)))
    names = ["  " * bar.depth + printable(bar.label).replace("\n", " ") for bar in bars]
    numbers = [
        [f"{f.participants:>{digits}} of {f.base}" for f in figures],
        [f"{wording.percent(f):>6}" for f in figures],
        [wording.interval(f) for f in figures],
    ]
    taken = [max(map(len, column)) + 2 for column in numbers]
    longest = max(map(cell_len, names))

    def rows(cells: int, *columns: Sequence[str]) -> list[tuple[str, ...]]:
        drawn = [wording.bar(f.share or 0, cells) for f in figures]
        return list(zip(*columns, drawn, strict=True))

    beside = width - 4 - longest - sum(taken)
    if beside >= _BAR:
        cells = _WIDE_BAR if width >= _WIDE and beside >= _WIDE_BAR else _BAR
        yield from columns(rows(cells, names, *numbers))
        return
    if 4 + sum(taken) > width:
        del numbers[2], taken[2]
    cells = min(_BAR, width - 4 - sum(taken))
    cells = cells if cells >= _SHORTEST else 0
    for bar, name, line in zip(bars, names, columns(rows(cells, *numbers), indent=4), strict=True):
        indent = " " * (2 + 2 * bar.depth)
        yield from (indent + part for part in wrapped(name, width - len(indent)))
        yield line
