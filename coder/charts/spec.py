"""What a figure shows, apart from how it is drawn: numbers, names and what its reader must know."""

from dataclasses import dataclass

from coder.domain.tally import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What every figure says beside its numbers: the question as it was worded, whom the figure is of, what its scale
    measures, and notes below it."""

    title: str
    subtitle: str = ""
    axis: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """How many participants something has; `depth` says how far below another bar it is a part of that."""

    label: str
    figure: Figure
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Chart):
    """Horizontal bars of shares from 0, with their intervals, in the order given."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class GroupedBar:
    """The figures of one thing in each of the groups; None where it is not known of a group."""

    label: str
    figures: tuple[Figure | None, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedBars(Chart):
    """Shares side by side, by wave or by the values of an attribute; `groups` are the names, in order."""

    groups: tuple[str, ...]
    rows: tuple[GroupedBar, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A point of a scale (`low` is `high` then) or a range of it, and how many participants gave it."""

    label: str
    low: float
    high: float
    participants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution(Chart):
    """How many participants gave each value of a scale, nobody's values included, in rising order; with the mean."""

    values: tuple[Value, ...]
    mean: float | None = None
    interval: tuple[float, float] | None = None
    median: float | None = None

    @property
    def base(self) -> int:
        return sum(value.participants for value in self.values)


@dataclass(frozen=True, slots=True)
class Change:
    """A share (0 to 1) or a mean before and after, or without and with something, and their difference; None where
    it is not defined. `base` is of how many participants a share is; `note` says why there is none, or what else."""

    label: str
    before: float | None
    after: float | None
    difference: float | None
    interval: tuple[float, float] | None
    base: int
    depth: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlot(Chart):
    """Pairs of values with the interval of their difference. `before` and `after` are what the two are called;
    `ends` are those of the scale of means, None for shares."""

    before: str
    after: str
    rows: tuple[Change, ...]
    ends: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap(Chart):
    """A table of figures, the darker the more; None leaves a cell empty. Each cell shows its participants or, with
    `shares`, its percentage. In a `triangle` the columns are the rows, and a cell on the diagonal is of one alone."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Figure | None, ...], ...]
    shares: bool = False
    triangle: bool = False


Spec = Bars | GroupedBars | Distribution | ChangePlot | HeatMap
