"""A curve that only rises, as characters: filled to an eighth of a cell, with its axes and signs below it."""

from collections.abc import Mapping, Sequence

_EIGHTHS = " ▁▂▃▄▅▆▇█"


def drawn_curve(
    values: Sequence[int], width: int, height: int, *, marks: Mapping[str, int | None], of: str
) -> list[str]:
    """The lines of a curve over 0, 1, 2, ...: `height` of them with the axis and what it is `of`. Each of the marks
    stands on the axis below its place. Nothing where there is no room, or no curve."""
    most, last = max(values, default=0), len(values) - 1
    gutter = len(str(most)) + 1
    columns, rows = width - gutter - 1, height - 2
    if columns < 8 or rows < 1 or last < 1 or not most:
        return []
    # A column shows what had come by the last of its places.
    heights = [values[(at + 1) * last // columns] * rows * 8 // most for at in range(columns)]
    lines = []
    for row in range(rows - 1, -1, -1):
        label = str(most) if row == rows - 1 else ""
        cells = (_EIGHTHS[max(0, min(8, height - 8 * row))] for height in heights)
        lines.append(f"{label:>{gutter - 1}} {'┤' if label else '│'}{''.join(cells)}")
    axis = ["─"] * columns
    for sign, place in marks.items():
        if place is not None:
            axis[min(columns - 1, max(0, (place * columns - 1) // last))] = sign
    lines.append(f"{'0':>{gutter - 1}} └{''.join(axis)}")
    ends = f"{last:,}"
    return [*lines, " " * (gutter + 1) + "0" + of.center(max(0, columns - 1 - len(ends))) + ends]
