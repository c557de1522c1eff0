"""Figures drawn of specs: as SVG and PNG, as characters for a terminal, and as the words that stand for them."""

from coder.charts.spec import Bars, ChangePlot, Distribution, GroupedBars, HeatMap, Spec
from coder.charts.words import alternative

WIDE, NARROW, PRINT = 900, 360, 680
"""Widths in pixels, of 96 to the inch: of a page, of a telephone, and of a sheet of paper."""


def svg(spec: Spec, width: int = WIDE) -> str:
    """The figure as an SVG document of this width in pixels, as high as it needs.

    Its texts are texts, in the fonts of whoever looks; its colours follow `prefers-color-scheme`; it asks for nothing
    from outside. The same spec gives the same bytes.
    """
    from coder.charts.layout import draw

    return draw(spec, width).svg(title=spec.title, description=alternative(spec))


def png(spec: Spec, width: int = PRINT, dpi: int = 300) -> bytes:
    """The figure as a PNG: `width` is in pixels of 96 to the inch, of which print gets `dpi`."""
    from coder.charts.layout import draw

    return draw(spec, width).png(dpi)


def text(spec: Spec, width: int) -> list[str]:
    """The figure as lines of characters, of at most `width` cells (no fewer than 32)."""
    from coder.charts.characters import lines

    return lines(spec, width)


__all__ = [
    "NARROW",
    "PRINT",
    "WIDE",
    "Bars",
    "ChangePlot",
    "Distribution",
    "GroupedBars",
    "HeatMap",
    "Spec",
    "alternative",
    "png",
    "svg",
    "text",
]
