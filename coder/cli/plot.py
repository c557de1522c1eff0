"""Small pictures made of characters."""

from collections.abc import Iterator


class Plot:
    """A grid over a range of x and of y, on which signs are put; the later covers the earlier."""

    def __init__(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        columns: int = 61,
        rows: int = 11,
        percent: bool = False,
        whole: bool = False,
    ) -> None:
        self._x, self._y = x, y
        self._percent = percent
        self._whole = whole  # y counts something
        self._cells = [[" "] * columns for _ in range(rows)]

    def put(self, x: float, y: float, sign: str) -> None:
        """Put a sign, one cell wide; what lies outside the ranges stands at their edge."""
        rows, columns = len(self._cells), len(self._cells[0])
        across, up = _share(x, self._x), _share(y, self._y)
        self._cells[rows - 1 - round(up * (rows - 1))][round(across * (columns - 1))] = sign

    def draw_dots(self, points: Iterator[tuple[float, float]]) -> None:
        """Dots at the points."""
        for x, y in points:
            self.put(x, y, "·")

    def lines(self, *, x_name: str, y_name: str) -> Iterator[str]:
        """The picture with its axes, their ends and their names."""
        rows = len(self._cells)
        yield f"  {y_name}"
        for at, row in enumerate(self._cells):
            value = self._y[1] - (self._y[1] - self._y[0]) * at / (rows - 1)
            named = at in (0, rows // 2, rows - 1) and not (self._whole and value % 1)
            label = self._label(value, self._percent, counts=self._whole) if named else ""
            yield f"  {label:>6} {'┤' if named else '│'}{''.join(row)}".rstrip()
        yield f"  {'':>6} └{'─' * len(self._cells[0])}"
        low, high = (self._label(v, self._percent, counts=True) for v in self._x)
        room = len(self._cells[0]) - len(low) - len(high)
        yield f"  {'':>6}  {low}{x_name.center(room)}{high}"

    @staticmethod
    def _label(value: float, percent: bool, *, counts: bool = False) -> str:
        if percent:
            return f"{100 * value:.0f} %"
        return f"{value:.0f}" if counts else f"{value:.2f}"


def _share(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5
