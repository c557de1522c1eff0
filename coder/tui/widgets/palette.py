"""How themes are coloured: a background for highlights, an ink for suggestions, readable on dark and on light."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.color import Color

from coder.domain.codebook import Theme

# Hues that people with the common kinds of colour blindness can tell apart best (after Okabe and Ito), then more.
_HUES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#b5a300", "#8a63d2", "#c23b5a", "#4d908e")
_HEX = re.compile("#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours as `#rrggbb`: `text` on `background` for what is highlighted, `ink` for words alone."""

    background: str
    text: str
    ink: str


def paints(themes: Iterable[Theme], *, dark: bool) -> Mapping[int, Paint]:
    """A paint for each theme by its own colour where the codebook gives one, else by turns."""
    found = {}
    for at, theme in enumerate(themes):
        own = theme.colour if _HEX.fullmatch(theme.colour) else _HUES[at % len(_HUES)]
        found[theme.id] = paint(own, dark=dark)
    return found


def paint(colour: str, *, dark: bool) -> Paint:
    """The paint of one `#rrggbb` colour."""
    hue = Color.parse(colour)
    if dark:
        background = hue.blend(Color.parse("#101010"), 0.42)
        ink = hue.blend(Color.parse("#ffffff"), 0.45)
    else:
        background = hue.blend(Color.parse("#ffffff"), 0.55)
        ink = hue.blend(Color.parse("#000000"), 0.45)
    text = "#ffffff" if background.brightness < 0.56 else "#101010"
    return Paint(background.hex6, text, ink.hex6)


def neutral(*, dark: bool) -> Paint:
    """For highlights that have no theme yet; its ink, a little quieter than the text, for key terms."""
    return Paint("#4a4a4a", "#ffffff", "#b4b4b4") if dark else Paint("#b4b4b4", "#101010", "#4a4a4a")


def hit(*, dark: bool) -> Paint:
    """For the words that were searched for."""
    return Paint("#6b5a00", "#ffffff", "#ffe066") if dark else Paint("#ffe680", "#101010", "#6b5a00")
