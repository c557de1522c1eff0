"""How themes are coloured: a background for highlights, an ink for suggestions, readable on the look that is worn."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from textual.color import Color

from coder.domain.codebook import Theme

# Hues that people with the common kinds of colour blindness can tell apart best (after Okabe and Ito), then more.
HUES: Mapping[str, str] = {
    "blue": "#0072b2",
    "orange": "#e69f00",
    "green": "#009e73",
    "pink": "#cc79a7",
    "vermilion": "#d55e00",
    "sky": "#56b4e9",
    "olive": "#b5a300",
    "violet": "#8a63d2",
    "crimson": "#c23b5a",
    "teal": "#4d908e",
}
_BY_TURNS = tuple(HUES.values())
_HEX = re.compile("#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
_BLACK, _WHITE = Color.parse("#000000"), Color.parse("#ffffff")
_STEPS = 40
_MARGIN = 1.3  # an ink stands on the row of the cursor, too, which is a little nearer to it


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours as `#rrggbb`: `text` on `background` for what is highlighted, `ink` for words alone."""

    background: str
    text: str
    ink: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What colours stand on, and the contrast that words need (as WCAG measures it)."""

    background: str
    dark: bool
    contrast: float


def paints(themes: Iterable[Theme], ground: Ground | None) -> Mapping[int, Paint]:
    """A paint for each theme by its own colour where the codebook gives one, else by turns; none without a ground."""
    found: dict[int, Paint] = {}
    for at, theme in enumerate(themes):
        if ground is None:
            break
        own = theme.colour if is_colour(theme.colour) else _BY_TURNS[at % len(_BY_TURNS)]
        found[theme.id] = paint(own, ground)
    return found


def is_colour(text: str) -> bool:
    """Whether this is `#rgb` or `#rrggbb`."""
    return _HEX.fullmatch(text) is not None


@lru_cache(512)
def paint(colour: str, ground: Ground) -> Paint:
    """The paint of one `#rrggbb` colour: as near to it as words can be read."""
    hue = Color.parse(colour)
    near, far = (_BLACK, _WHITE) if ground.dark else (_WHITE, _BLACK)
    text = far
    background = _first(hue, near, 0.35, lambda c: contrast(text, c) >= ground.contrast)
    under = Color.parse(ground.background)
    ink = _first(hue, far, 0.3, lambda c: contrast(c, under) >= ground.contrast * _MARGIN)
    return Paint(background.hex6, text.hex6, ink.hex6)


def _first(hue: Color, towards: Color, least: float, good: Callable[[Color], bool]) -> Color:
    """The first colour on the way that is good, beginning a little on it."""
    way = (hue.blend(towards, least + (1 - least) * step / _STEPS) for step in range(_STEPS + 1))
    return next((colour for colour in way if good(colour)), towards)


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours as WCAG 2 measures it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour.rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def neutral(ground: Ground | None) -> Paint | None:
    """For highlights that have no theme yet; its ink, a little quieter than the text, for key terms."""
    return paint("#888888", ground) if ground else None


def hit(ground: Ground | None) -> Paint | None:
    """For the words that were searched for."""
    return paint("#d9b800", ground) if ground else None
