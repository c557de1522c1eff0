"""Figures as lines of characters."""

from collections.abc import Iterator, Sequence

from coder.charts import numbers
from coder.charts.cells import columns, printable, wrapped
from coder.charts.spec import Bar, Bars, Change, ChangePlot, Chart, Distribution, GroupedBars, HeatMap, Spec
from coder.domain import wording
from coder.domain.display import one_line

_LEAST = 32
_BAR, _WIDE_BAR = 20, 40  # cells of a whole bar; on a wide terminal
_SHORT_BAR, _LEAST_BAR = 10, 5  # beside a name, below it
_DOTS = 30  # cells of a scale with two dots
_WIDE = 120


def lines(spec: Spec, width: int) -> list[str]:
    """The figure with its title and notes, in lines of at most `width` cells."""
    width = max(width, _LEAST)
    match spec:
        case Bars():
            body = bar_lines(spec.bars, width)
        case GroupedBars():
            body = _group_lines(spec, width)
        case Distribution():
            body = _value_lines(spec, width)
        case ChangePlot():
            body = _change_lines(spec, width)
        case HeatMap():
            body = _cell_lines(spec, width)
    return [*_head(spec, width), *body, *_foot(spec, width)]


def _head(chart: Chart, width: int) -> Iterator[str]:
    parts = [part for part in (chart.title, chart.subtitle, chart.axis) if part]
    for part in parts:
        yield from wrapped(part, width)
    if parts:
        yield ""


def _foot(chart: Chart, width: int) -> Iterator[str]:
    if chart.notes:
        yield ""
    for note in chart.notes:
        yield from wrapped(note, width)


# --- bars ------------------------------------------------------------------------------------------------


def bar_lines(bars: Sequence[Bar], width: int, *, longest: int = _WIDE_BAR) -> Iterator[str]:
    """A line per bar: its name, the count, the percentage with its interval, the bar from 0 to 100 %.

    A name that leaves no room for its figures stands on lines of its own, and the bar is as long as there is room.
    """
    for row in _bar_rows(bars, width, longest):
        yield from row


def _bar_rows(bars: Sequence[Bar], width: int, longest: int = _WIDE_BAR) -> list[list[str]]:
    figures = [bar.figure for bar in bars]
    counts = _aligned([f"{figure.participants}" for figure in figures])
    return _rows(
        [(bar.label, bar.depth) for bar in bars],
        [
            [f"{count} of {figure.base}" for count, figure in zip(counts, figures, strict=True)],
            [f"{wording.percent(figure):>6}" for figure in figures],
            [wording.interval(figure) for figure in figures],
        ],
        [figure.share or 0 for figure in figures],
        width,
        longest,
    )


def _group_lines(spec: GroupedBars, width: int) -> Iterator[str]:
    """The name of each row, and below it a bar for each group that it is known of."""
    known = [
        [Bar(group, figure, row.depth + 1) for group, figure in zip(spec.groups, row.figures, strict=True) if figure]
        for row in spec.rows
    ]
    drawn = iter(_bar_rows([bar for bars in known for bar in bars], width))
    for row, bars in zip(spec.rows, known, strict=True):
        indent = "  " * (row.depth + 1)
        yield from (indent + part for part in wrapped(row.label, width - len(indent)))
        for _ in bars:
            yield from next(drawn)


def _value_lines(spec: Distribution, width: int) -> Iterator[str]:
    """A bar per value, and the mean."""
    counts = [value.participants for value in spec.values]
    for row in _rows(
        list(zip(_aligned([value.label for value in spec.values]), [0] * len(counts), strict=True)),
        [_aligned([str(count) for count in counts]), [f"{numbers.share(count, spec.base):>6}" for count in counts]],
        [count / spec.base if spec.base else 0 for count in counts],
        width,
    ):
        yield from row
    yield ""
    yield from wrapped(numbers.mean_in_words(spec), width)


def _rows(
    names: Sequence[tuple[str, int]],
    cells: Sequence[Sequence[str]],
    shares: Sequence[float],
    width: int,
    longest: int = _WIDE_BAR,
) -> list[list[str]]:
    """Of each row its lines: a name, cells and a bar; the names on lines of their own where one leaves no room."""
    from rich.cells import cell_len

    if not names:
        return []
    shown = ["  " * depth + printable(name).replace("\n", " ") for name, depth in names]
    taken = [max(map(cell_len, column)) + 2 for column in cells]
    beside = width - 4 - max(map(cell_len, shown)) - sum(taken)

    def lined(bar: int, *columns: Sequence[str]) -> list[tuple[str, ...]]:
        return list(zip(*columns, [wording.bar(share, bar) for share in shares], strict=True))

    if beside >= _SHORT_BAR:
        bar = longest if width >= _WIDE and beside >= longest else min(_BAR, beside)
        return [[line] for line in columns(lined(bar, shown, *cells))]
    cells = cells if 4 + sum(taken) <= width else cells[:-1]
    bar = min(_BAR, width - 4 - sum(taken[: len(cells)]))
    rows = []
    bars = columns(lined(bar if bar >= _LEAST_BAR else 0, *cells), indent=4)
    for (_, depth), name, line in zip(names, shown, bars, strict=True):
        indent = " " * (2 + 2 * depth)
        rows.append([*(indent + part for part in wrapped(name, width - len(indent))), line])
    return rows


def _aligned(texts: Sequence[str]) -> list[str]:
    longest = max(map(len, texts), default=0)
    return [text.rjust(longest) for text in texts]


# --- changes ---------------------------------------------------------------------------------------------


def _change_lines(spec: ChangePlot, width: int) -> Iterator[str]:
    """The name of each row; below it both values as signs on a line, in numbers, and their difference."""
    for part in (f"○ {spec.before}", f"● {spec.after}"):
        yield from wrapped(part, width)
    yield ""
    said = [numbers.pair(spec, row) for row in spec.rows]
    room = width - 8 - max(map(len, said), default=0)
    cells = min(_WIDE_BAR if width >= _WIDE else _DOTS, room)
    for row, numbered in zip(spec.rows, said, strict=True):
        indent = "  " * (row.depth + 1)
        yield from (indent + part for part in wrapped(row.label, width - len(indent)))
        if cells >= _SHORT_BAR and row.before is not None:
            yield f"    {_dots(spec, row, cells)}  {numbered}"
        else:
            yield from ("    " + part for part in wrapped(numbered, width - 4))


def _dots(spec: ChangePlot, row: Change, cells: int) -> str:
    low, high = numbers.ends(spec.ends)
    line = ["·"] * cells

    def at(value: float) -> int:
        return round(min(1.0, max(0.0, (value - low) / (high - low))) * (cells - 1))

    if row.before is not None and row.after is not None:
        start, stop = sorted((at(row.before), at(row.after)))
        line[start : stop + 1] = "─" * (stop + 1 - start)
    for value, sign in ((row.before, "○"), (row.after, "●")):
        if value is not None:
            line[at(value)] = sign
    return "".join(line)


# --- tables ----------------------------------------------------------------------------------------------


def _cell_lines(spec: HeatMap, width: int) -> Iterator[str]:
    """The cells as a table, a column's number above each; as many columns beside each other as there is room for."""
    if not spec.triangle:
        for at, name in enumerate(spec.columns):
            yield from wrapped(f"{at + 1}  {name}", width)
        yield ""
    texts = [[numbers.cell(spec, figure) for figure in row] for row in spec.cells]
    size = max((len(text) for row in texts for text in row), default=1)
    size = max(size, len(str(len(spec.columns)))) + 2
    name_room = min(max(map(len, spec.rows), default=0) + 5, max(14, width // 3))
    per = max(1, (width - 2 - name_room) // size)
    for start in range(0, len(spec.columns), per):
        some = range(start, min(start + per, len(spec.columns)))
        yield (" " * (2 + name_room) + "".join(f"{at + 1:>{size}}" for at in some)).rstrip()
        for name, row in zip(numbers.rows(spec), texts, strict=True):
            yield f"  {_padded(name, name_room)}" + "".join(f"{row[column]:>{size}}" for column in some).rstrip()
        if some.stop < len(spec.columns):
            yield ""


def _padded(text: str, room: int) -> str:
    from rich.cells import cell_len, set_cell_size

    shown = one_line(text, room)
    while cell_len(shown) > room:
        shown = shown.removesuffix("…")[:-1] + "…"
    return set_cell_size(shown, room)
