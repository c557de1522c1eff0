"""The words that stand for a figure where it can't be seen."""

from collections.abc import Iterator

from coder.charts.cells import clean
from coder.charts.spec import Bars, Spec
from coder.domain import wording


def alternative(spec: Spec) -> str:
    """What kind of figure it is, what it is of, and every number in it, in sentences."""
    match spec:
        case Bars():
            kind, said = "Bar chart", [_bar(b.label, wording.sentence(b.figure)) for b in spec.bars]
        case _:
            raise NotImplementedError
    return " ".join(clean(part) for part in (*_head(kind, spec), *said))


def _head(kind: str, spec: Spec) -> Iterator[str]:
    yield f"{kind}."
    for part in (spec.title, spec.subtitle, spec.axis):
        if part:
            yield part if part[-1] in ".?!" else part + "."


def _bar(label: str, said: str) -> str:
    return f"{label}: {said}."
