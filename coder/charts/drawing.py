"""Marks on a sheet, measured in pixels from its top left; matplotlib makes SVG and PNG of them."""

import io
import logging
import threading
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Literal

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from coder.charts import colours, lettering
from coder.charts.cells import clean

Anchor = Literal["left", "center", "right"]

BODY, SMALL, TITLE = 13.0, 11.5, 16.0
"""Sizes of letters, in pixels."""

_PER_INCH = 96  # pixels, in print
_UNIT = 72  # matplotlib's points to the inch: on a sheet a point is a pixel

_VIEWERS = (
    "'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, 'DejaVu Sans', "
    "'Noto Sans Arabic', 'Noto Sans Hebrew', 'Noto Sans CJK SC', sans-serif"
)
# What else a PNG takes its letters from, where this machine has it: scripts that DejaVu Sans lacks.
_MORE_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans",
    "Yu Gothic",
    "Malgun Gothic",
    "Arial Unicode MS",
    "Noto Sans Devanagari",
    "Nirmala UI",
    "Noto Sans Thai",
    "Leelawadee UI",
    "Noto Emoji",
    "Segoe UI Emoji",
    "Segoe UI Symbol",
)

_SVG = "http://www.w3.org/2000/svg"
_drawing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is the line it stands on."""

    x: float
    y: float
    text: str
    size: float = BODY
    bold: bool = False
    colour: str = colours.INK
    anchor: Anchor = "left"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        wide = lettering.width(self.text, self.size, bold=self.bold)
        left = self.x - {"left": 0.0, "center": wide / 2, "right": wide}[self.anchor]
        return left, self.y - self.size, left + wide, self.y + 0.25 * self.size


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; hatched with `ink` where it has a hatch."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    edge: str = ""
    hatch: str = ""
    ink: str = colours.EDGE

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True, slots=True)
class Strokes:
    """Straight lines, each from x and y to x and y; with a `halo` of paper they stand out on any mark."""

    lines: tuple[tuple[float, float, float, float], ...]
    colour: str
    width: float = 1.0
    halo: bool = False
    dashed: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        xs = [x for line in self.lines for x in line[::2]]
        ys = [y for line in self.lines for y in line[1::2]]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle."""

    x: float
    y: float
    radius: float
    colour: str
    edge: str

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius


Mark = Words | Box | Strokes | Dot


@dataclass
class Sheet:
    """Marks in the order in which they cover each other, on paper of this width; `y` is where the next ones go."""

    width: float
    y: float = 0.0
    marks: list[Mark] = field(default_factory=list)

    def put(self, *marks: Mark) -> None:
        self.marks.extend(marks)

    def write(self, x: float, y: float, words: str, **how: "float | bool | str") -> None:
        """Put a line of text whose capitals have their middle at `y`."""
        size = float(how.get("size", BODY))
        self.put(Words(x, y + lettering.RISE * size, words, **how))  # type: ignore[arg-type]

    @property
    def height(self) -> float:
        return self.y

    # --- as files ---------------------------------------------------------------------------------------

    def svg(self, *, title: str, description: str) -> str:
        """The sheet as an SVG document."""
        with _matplotlib():
            figure = self._figure()
            FigureCanvasSVG(figure)
            drawn = io.StringIO()
            figure.savefig(drawn, format="svg", metadata={"Date": None})
        return _finished(drawn.getvalue(), round(self.width), round(self.height), title, description)

    def png(self, dpi: int) -> bytes:
        """The sheet as a PNG with so many dots for an inch of paper."""
        with _matplotlib():
            figure = self._figure()
            FigureCanvasAgg(figure)
            drawn = io.BytesIO()
            size = {"dpi": (dpi, dpi)}
            figure.savefig(
                drawn, format="png", dpi=dpi * _UNIT / _PER_INCH, metadata={"Software": None}, pil_kwargs=size
            )
        return drawn.getvalue()

    def _figure(self) -> Figure:
        figure = Figure(figsize=(round(self.width) / _UNIT, round(self.height) / _UNIT), dpi=_UNIT)
        figure.set_facecolor(colours.PAPER)
        down = Affine2D().scale(1 / _UNIT) + (
            Affine2D().scale(1, -1).translate(0, round(self.height) / _UNIT) + figure.dpi_scale_trans
        )
        for order, mark in enumerate(self.marks):
            for artist in _artists(mark, down):
                artist.set_zorder(order)
                figure.add_artist(artist)
        return figure


def _artists(mark: Mark, place: Transform) -> Iterator[Artist]:
    match mark:
        case Words():
            font = FontProperties(family=_families(), size=mark.size, weight="bold" if mark.bold else "normal")
            yield Text(
                mark.x,
                mark.y,
                mark.text,
                color=mark.colour,
                fontproperties=font,
                ha=mark.anchor,
                va="baseline",
                parse_math=False,
                transform=place,
            )
        case Box():
            if mark.hatch:
                yield _filled(mark, place, edge=mark.ink, hatch=mark.hatch)
                yield _filled(mark, place, face="none", edge=mark.edge or "none", width=1.0)
            else:
                yield _filled(mark, place, edge=mark.edge or "none", width=1.0 if mark.edge else 0.0)
        case Strokes():
            ends = [(line[:2], line[2:]) for line in mark.lines]
            path = Path([end for pair in ends for end in pair], [Path.MOVETO, Path.LINETO] * len(ends))
            if mark.halo:
                yield _stroked(path, place, colours.PAPER, mark.width + 2, "-")
            yield _stroked(path, place, mark.colour, mark.width, (0, (4, 3)) if mark.dashed else "-")
        case Dot():
            yield Circle(
                (mark.x, mark.y),
                mark.radius,
                facecolor=mark.colour,
                edgecolor=mark.edge,
                linewidth=1.6,
                transform=place,
            )


def _filled(
    box: Box, place: Transform, *, edge: str, face: str = "", width: float = 0.0, hatch: str | None = None
) -> Artist:
    return Rectangle(
        (box.x, box.y),
        box.width,
        box.height,
        facecolor=face or box.colour,
        edgecolor=edge,
        linewidth=width,
        joinstyle="miter",
        hatch=hatch,
        transform=place,
    )


def _stroked(
    path: Path, place: Transform, colour: str, width: float, style: "str | tuple[int, tuple[int, int]]"
) -> Artist:
    return PathPatch(
        path,
        facecolor="none",
        edgecolor=colour,
        linewidth=width,
        linestyle=style,
        capstyle="butt",
        joinstyle="miter",
        transform=place,
    )


@cache
def _families() -> list[str]:
    """Of the fonts that a PNG may use, those of this machine; matplotlib would complain of the others."""
    here = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *(family for family in _MORE_FAMILIES if family in here)]


@contextmanager
def _matplotlib() -> Iterator[None]:
    """matplotlib with settings of our own, whatever the person's are, and silent about letters that no font has.

    Settings and warnings are the process's: one figure is drawn at a time.
    """
    logger = logging.getLogger("matplotlib")
    level = logger.level
    with _drawing, warnings.catch_warnings(), mpl.rc_context():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.ERROR)
        try:
            mpl.rcdefaults()
            mpl.rc("svg", fonttype="none", hashsalt="coder")
            mpl.rc("hatch", linewidth=0.8)
            mpl.rc("text", hinting="no_hinting")
            yield
        finally:
            logger.setLevel(level)


def _finished(drawn: str, width: int, height: int, title: str, description: str) -> str:
    """matplotlib's SVG with a name and a description, sizes in pixels, and colours that follow the viewer's.

    Colours become attributes, over which a rule for dark screens has power.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(drawn)
    title, description = clean(title), clean(description)
    for attribute in (*root.attrib,):
        if attribute != "viewBox":
            del root.attrib[attribute]
    root.attrib |= {"width": str(width), "height": str(height), "role": "img", "font-family": _VIEWERS}
    salt = sha256(f"{width} {title} {description}".encode()).hexdigest()[:8]
    _trim(root, salt)
    root.set("aria-labelledby", f"t{salt} d{salt}")
    heads = []
    for tag, words in (("title", title), ("desc", description)):
        heads.append(ET.Element(f"{{{_SVG}}}{tag}", id=tag[0] + salt))
        heads[-1].text = words
    heads.append(ET.Element(f"{{{_SVG}}}style"))
    heads[-1].text = _dark_rules(root)
    root[:0] = heads
    ET.indent(root, "")
    return ET.tostring(root, encoding="unicode") + "\n"


def _dark_rules(root: ET.Element) -> str:
    """What the colours in a document become on a dark screen."""
    used = sorted({(n, e.attrib[n]) for e in root.iter() for n in ("fill", "stroke") if e.get(n) in colours.DARK})
    rules = "".join(f'[{name}="{light}"]{{{name}:{colours.DARK[light]}}}' for name, light in used)
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


_SETTINGS = {"font-size", "font-weight", "text-anchor", "fill", "stroke", "stroke-width", "stroke-dasharray",
             "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "opacity", "fill-opacity"}  # fmt: skip


def _trim(parent: ET.Element, salt: str) -> None:
    """Styles as attributes, and nothing that says only how matplotlib got there."""
    for child in list(parent):
        tag = child.tag.removeprefix(f"{{{_SVG}}}")
        if tag in ("metadata", "style"):
            parent.remove(child)
            continue
        for part in child.attrib.pop("style", "").split(";"):
            name, _, value = (s.strip() for s in part.partition(":"))
            if name in _SETTINGS:
                child.set(name, value)
        if tag == "pattern":
            child.set("id", child.attrib["id"] + salt)
        else:
            child.attrib.pop("id", None)
        if (fill := child.get("fill", "")).startswith("url(#"):
            child.set("fill", fill[:-1] + salt + ")")
        if child.get("transform", "").startswith("rotate(-0 "):
            del child.attrib["transform"]
        if (path := child.get("d")) is not None:
            child.set("d", " ".join(path.split()))
        _trim(child, salt)
        if tag in ("g", "defs") and not child.attrib:  # a group that groups nothing
            at = list(parent).index(child)
            parent.remove(child)
            parent[at:at] = list(child) if tag == "g" else []
            if tag == "defs" and len(child):
                parent.insert(at, child)
