"""Which marks show a spec."""

from coder.charts import bars, change, distribution, heat
from coder.charts.drawing import Sheet
from coder.charts.spec import Bars, ChangePlot, Distribution, GroupedBars, HeatMap, Spec

_NARROWEST = 280.0  # pixels


def draw(spec: Spec, width: float) -> Sheet:
    """A spec's figure on a sheet of this width in pixels, 280 at least."""
    width = max(width, _NARROWEST)
    match spec:
        case Bars():
            return bars.bars(spec, width)
        case GroupedBars():
            return bars.grouped_bars(spec, width)
        case Distribution():
            return distribution.distribution(spec, width)
        case ChangePlot():
            return change.change_plot(spec, width)
        case HeatMap():
            return heat.heat_map(spec, width)
