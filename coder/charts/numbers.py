"""How the numbers of figures are written, in marks and in words alike."""

from collections.abc import Sequence

from coder.charts.spec import Change, ChangePlot, Distribution, HeatMap
from coder.domain import wording
from coder.domain.tally import Figure


def plain(number: float) -> str:
    """A number without decimals that say nothing."""
    return f"{number:.10g}"


def share(count: int, base: int) -> str:
    """How much of a base a count is, in percent."""
    return wording.percent_of(count / base, base) if base else "–"


def mean_in_words(spec: Distribution) -> str:
    """The mean with its interval, and the median."""
    if spec.mean is None:
        return "no mean: nobody gave a rating"
    parts = f"mean {spec.mean:.2f}"
    if spec.interval:
        parts += f" [{spec.interval[0]:.2f}–{spec.interval[1]:.2f}]"
    return parts + (f", median {plain(spec.median)}" if spec.median is not None else "")


def value(spec: ChangePlot, number: float | None, row: Change) -> str:
    """A share or a mean of a change."""
    if number is None:
        return "–"
    return wording.percent_of(number, row.base) if spec.ends is None else f"{number:.2f}"


def pair(spec: ChangePlot, row: Change) -> str:
    """Both values of a change, and their difference; or why there is none."""
    if row.before is None and row.after is None:
        return row.note or "–"
    said = f"{value(spec, row.before, row)} → {value(spec, row.after, row)}"
    return said if row.difference is None else f"{said}, {difference(spec, row)}"


def difference(spec: ChangePlot, row: Change) -> str:
    """The difference with its sign, and its interval; percentage points for shares."""
    if row.difference is None:
        return "–"
    if spec.ends is None:
        parts = wording.points(row.difference, row.base), wording.points_interval(row.interval, row.base)
    else:
        parts = signed(row.difference, 2), ""
        if row.interval is not None:
            low, high = (signed(bound, 2) for bound in row.interval)
            parts = parts[0], f"[{low} to {high}]"
    return " ".join(filter(None, parts))


def signed(number: float, decimals: int | None = None) -> str:
    """A number with its sign, and of so many decimals or as many as it has."""
    said = plain(abs(number)) if decimals is None else f"{abs(number):.{decimals}f}"
    return ("" if not float(said) else "−" if number < 0 else "+") + said


def rows(spec: HeatMap) -> Sequence[str]:
    """The names of the rows, with their numbers where these stand for columns too."""
    return [f"{at + 1}  {name}" for at, name in enumerate(spec.rows)] if spec.triangle else spec.rows


def cell(spec: HeatMap, figure: Figure | None) -> str:
    """What a cell says: participants, or the percentage without its sign."""
    if figure is None:
        return ""
    return wording.percent(figure).removesuffix(" %") if spec.shares else str(figure.participants)
