"""The words that stand for a figure where it can't be seen."""

from collections.abc import Iterator

from coder.charts import numbers
from coder.charts.cells import clean
from coder.charts.spec import Bars, ChangePlot, Distribution, GroupedBars, HeatMap, Spec
from coder.domain import wording


def alternative(spec: Spec) -> str:
    """What kind of figure it is, what it is of, and every number in it, in sentences."""
    match spec:
        case Bars():
            kind, said = "Bar chart", _bars(spec)
        case GroupedBars():
            kind, said = "Grouped bar chart", _groups(spec)
        case Distribution():
            kind, said = "Column chart", _values(spec)
        case ChangePlot():
            kind, said = "Change plot", _changes(spec)
        case HeatMap():
            kind, said = "Heat map", _cells(spec)
    heads = (f"{kind}", *filter(None, map(clean, (spec.title, spec.subtitle, spec.axis))))
    sentences = (*heads, *map(clean, said), *map(clean, spec.notes))
    return " ".join(part if part[-1:] in tuple(".?!") else f"{part}." for part in sentences if part)


def _bars(spec: Bars) -> Iterator[str]:
    return (f"{bar.label}: {wording.sentence(bar.figure)}" for bar in spec.bars)


def _groups(spec: GroupedBars) -> Iterator[str]:
    for row in spec.rows:
        parts = (
            f"{group} {'not known' if figure is None else wording.sentence(figure)}"
            for group, figure in zip(spec.groups, row.figures, strict=True)
        )
        yield f"{row.label}: {'; '.join(parts)}"


def _values(spec: Distribution) -> Iterator[str]:
    for value in spec.values:
        yield f"{value.label}: {value.participants} of {spec.base}, {numbers.share(value.participants, spec.base)}"
    yield numbers.mean_in_words(spec).capitalize()


def _changes(spec: ChangePlot) -> Iterator[str]:
    for row in spec.rows:
        before, after = (numbers.value(spec, number, row) for number in (row.before, row.after))
        said = f"{row.label}: {spec.before} {before}, {spec.after} {after}"
        if row.difference is not None:
            said += f", difference {numbers.difference(spec, row)}{' percentage points' if spec.ends is None else ''}"
        yield f"{said}, of {row.base}" + (f"; {row.note}" if row.note else "")


def _cells(spec: HeatMap) -> Iterator[str]:
    for at, (row, figures) in enumerate(zip(spec.rows, spec.cells, strict=True)):
        for column, figure in enumerate(figures):
            if figure is None:
                continue
            said = wording.sentence(figure)
            if spec.triangle and column == at:
                yield f"{row}: {said}"
            else:
                yield f"{row} {'and' if spec.triangle else 'in'} {spec.columns[column]}: {said}"
