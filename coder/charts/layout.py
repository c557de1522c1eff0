"""Which marks show a spec."""

from coder.charts import bars
from coder.charts.drawing import Sheet
from coder.charts.spec import Bars, Spec


def lay_out(spec: Spec, width: float) -> Sheet:
    """The marks of a figure on a sheet of this width."""
    match spec:
        case Bars():
            return bars.bars(spec, width)
        case _:
            raise NotImplementedError(type(spec).__name__)
