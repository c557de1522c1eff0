"""How the numbers of figures are written, in marks and in words alike."""

from collections.abc import Sequence

from coder.charts.spec import Change, ChangePlot, Distribution, HeatMap
from coder.domain import wording
from coder.domain.rating import plain
from coder.domain.tally import Figure


def share(count: int, base: int) -> str:
    """How much of a base a count is, in percent."""
    return wording.percent_of(count / base, base) if base else "–"


def mean_in_words(spec: Distribution) -> str:
    """The mean with its interval, and the median."""
    if spec.mean is None:
        return "no mean: nobody gave a rating"
    parts = [f"mean {wording.mean(spec.mean)} {wording.rated(spec.interval)}".rstrip()]
    return ", ".join((*parts, *([f"median {plain(spec.median)}"] if spec.median is not None else [])))


def value(spec: ChangePlot, number: float | None, row: Change) -> str:
    """A share or a mean of a change."""
    if number is None:
        return "–"
    return wording.percent_of(number, row.base) if spec.ends is None else wording.mean(number)


def pair(spec: ChangePlot, row: Change) -> str:
    """Both values of a change, and their difference; or why there is none."""
    if row.before is None and row.after is None:
        return row.note or "–"
    said = f"{value(spec, row.before, row)} → {value(spec, row.after, row)}"
    return said if row.difference is None else f"{said}, {difference(spec, row)}"


def difference(spec: ChangePlot, row: Change) -> str:
    """The difference with its sign, and its interval; percentage points for shares."""
    if spec.ends is None:
        parts = wording.points(row.difference, row.base), wording.points_interval(row.interval, row.base)
    else:
        parts = wording.change(row.difference), wording.changed(row.interval)
    return " ".join(filter(None, parts))


def signed(number: float) -> str:
    """A tick of a scale of differences."""
    return ("" if not number else "−" if number < 0 else "+") + plain(abs(number))


def ends(of: tuple[float, float] | None) -> tuple[float, float]:
    """The ends of a scale of shares, or of means; those of a scale of one point apart."""
    low, high = of or (0.0, 1.0)
    return (low, high) if low < high else (low - 1, high + 1)


def rows(spec: HeatMap) -> Sequence[str]:
    """The names of the rows, with their numbers where these stand for columns too."""
    return [f"{at + 1}  {name}" for at, name in enumerate(spec.rows)] if spec.triangle else spec.rows


def cell(spec: HeatMap, figure: Figure | None) -> str:
    """What a cell says: participants, or the percentage without its sign."""
    if figure is None:
        return ""
    return wording.percent(figure).removesuffix(" %") if spec.shares else str(figure.participants)
