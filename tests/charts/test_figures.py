"""What holds for every figure, whatever is in it."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from rich.cells import cell_len

from coder import charts
from coder.charts import colours
from coder.charts.cells import clean
from coder.charts.drawing import Box, Words
from coder.charts.layout import draw
from coder.charts.spec import Spec
from tests.charts.samples import HOSTILE, SPECS

_SVG = "{http://www.w3.org/2000/svg}"
_INERT = {f"{_SVG}{tag}" for tag in ("svg", "title", "desc", "style", "path", "text", "g", "defs", "pattern", "rect")}
ROOT = Path(__file__).resolve().parents[2]

every = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
at_widths = pytest.mark.parametrize("width", [charts.WIDE, charts.PRINT, charts.NARROW, 280])


@every
@at_widths
def test_nothing_is_cut_and_no_text_covers_another(spec: Spec, width: int) -> None:
    sheet = draw(spec, width)
    for mark in sheet.marks:
        left, top, right, bottom = mark.box
        assert left >= -0.5 and right <= width + 0.5, mark
        assert top >= -0.5 and bottom <= sheet.height + 0.5, mark
    words = sorted((mark for mark in sheet.marks if isinstance(mark, Words)), key=lambda mark: mark.y)
    for one, other in combinations(words, 2):
        if other.y - one.y > 40:
            continue
        (left, top, right, bottom), (left2, top2, right2, bottom2) = one.box, other.box
        over = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
        assert over[0] <= 1 or over[1] <= 3, (one, other)


@every
@at_widths
def test_the_svg_is_one_inert_document_with_a_name_and_the_words_for_it(spec: Spec, width: int) -> None:
    svg = charts.svg(spec, width)
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("width") == str(width)
    title, described = root[0], root[1]
    assert (title.tag, described.tag) == (f"{_SVG}title", f"{_SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
    assert (title.text or "") == clean(spec.title)
    assert described.text == charts.alternative(spec)
    for element in root.iter():
        assert element.tag in _INERT
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
        links = [value for value in element.attrib.values() if "url(" in value]
        assert all(value.startswith("url(#") for value in links)
        assert not [value for value in element.attrib.values() if ":" in value]


@every
def test_the_same_spec_gives_the_same_bytes(spec: Spec) -> None:
    assert charts.svg(spec) == charts.svg(spec)
    assert charts.png(spec, dpi=48) == charts.png(spec, dpi=48)


@every
@pytest.mark.parametrize("width", [32, 40, 80, 160])
def test_characters_fit_and_are_inert(spec: Spec, width: int) -> None:
    lines = charts.text(spec, width)
    assert lines
    for line in lines:
        assert cell_len(line) <= width, line
        assert not any(ord(c) < 32 or 0x202A <= ord(c) <= 0x202E or 0xD800 <= ord(c) < 0xE000 for c in line)


@every
def test_every_colour_has_a_dark_one(spec: Spec) -> None:
    root = ET.fromstring(charts.svg(spec))
    used = {element.get(name) for element in root.iter() for name in ("fill", "stroke")}
    used = {colour for colour in used if colour and colour != "none" and not colour.startswith("url(#")}
    assert used <= colours.DARK.keys()
    style = root.findtext(f"{_SVG}style") or ""
    assert all(f'"{colour}"' in style for colour in used)


def _texts(svg: str) -> Iterator[str]:
    return (text.text or "" for text in ET.fromstring(svg).iter(f"{_SVG}text"))


@pytest.mark.parametrize("spec", [spec for name, spec in SPECS.items() if "hostile" in name])
def test_hostile_names_stand_as_they_are(spec: Spec) -> None:
    written = list(_texts(charts.svg(spec)))
    assert "<script>alert(1)</script>" in written
    assert clean(HOSTILE[6]) in written
    assert any("…" in text for text in written)
    described = charts.alternative(spec)
    for name in HOSTILE:  # what is shortened in the figure is whole in the words for it
        assert clean(name) in described


def test_nothing_of_the_persons_settings_or_of_missing_letters_shows(tmp_path: Path) -> None:
    """Another process, with a matplotlibrc that would change everything, says nothing and draws the same."""
    (tmp_path / "matplotlibrc").write_text("font.size: 40\nlines.linewidth: 9\nsvg.fonttype: path\naxes.grid: True\n")
    code = (
        "from tests.charts.samples import SPECS; from coder import charts; import sys, matplotlib\n"
        "spec = SPECS['hostile bars']; before = matplotlib.rcParams.copy()\n"
        "svg, png = charts.svg(spec), charts.png(spec, dpi=48)\n"
        "assert matplotlib.rcParams.copy() == before and 'matplotlib.pyplot' not in sys.modules\n"
        "sys.stdout.buffer.write(svg.encode() + png)"
    )
    env = {"MPLCONFIGDIR": str(tmp_path), "MATPLOTLIBRC": str(tmp_path), "PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, env=env, check=False)
    assert done.stderr == b""
    spec = SPECS["hostile bars"]
    assert done.stdout == charts.svg(spec).encode() + charts.png(spec, dpi=48)


def test_matplotlib_is_loaded_when_a_figure_is_drawn_and_not_before() -> None:
    code = "import sys, coder.charts, coder.cli.main; assert not {'matplotlib', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


# --- colours --------------------------------------------------------------------------------------------


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _lightness(colour: str) -> float:
    """L* of CIELAB, from 0 to 100: what is left of a colour in a grey print."""
    luminance = _luminance(colour)
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


@pytest.fixture(params=["light", "dark"])
def seen(request: pytest.FixtureRequest) -> "dict[str, str]":
    return {colour: dark if request.param == "dark" else colour for colour, dark in colours.DARK.items()}


def test_texts_and_marks_stand_out(seen: "dict[str, str]") -> None:
    paper = seen[colours.PAPER]
    for text in (colours.INK, colours.MUTED, colours.MEAN):
        assert _contrast(seen[text], paper) >= 4.5
    for mark in (colours.BAR, colours.EDGE, colours.AXIS, colours.AFTER):
        assert _contrast(seen[mark], paper) >= 3


def test_groups_can_be_told_apart_in_grey(seen: "dict[str, str]") -> None:
    grey = [_lightness(seen[colour]) for colour in colours.GROUPS]
    for one, other in combinations(range(len(grey)), 2):
        assert abs(grey[one] - grey[other]) >= 9, (one, other)


def test_numbers_can_be_read_on_every_step_of_the_ramp_which_grows(seen: "dict[str, str]") -> None:
    for at, step in enumerate(colours.RAMP):
        on = colours.ON_PALE if at < colours.FULL_FROM else colours.ON_FULL
        assert _contrast(seen[step], seen[on]) >= 4.5
    grey = [_lightness(seen[step]) for step in colours.RAMP]
    assert grey in (sorted(grey), sorted(grey, reverse=True))


def test_dark_colours_are_one_for_each() -> None:
    assert len(set(colours.DARK)) == len(colours.DARK)
    assert all(len(hatches) == len(colours.GROUPS) for hatches in (colours.HATCHES, colours.HATCH_INKS))
    assert Box(1, 2, 3, 4, colours.BAR).box == (1, 2, 4, 6)
