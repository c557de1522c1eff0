"""Every look can be read: each word on the screens, each theme colour; without colours, signs alone tell."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color

from coder.config import LOOKS as NAMES
from coder.config import config_path
from coder.domain.coding import Span
from coder.state import remembered_look
from coder.tui.looks import LOOKS, ground_of
from coder.tui.screens.small import TooSmall
from coder.tui.widgets.marks import Kind, Mark, style_of
from coder.tui.widgets.palette import HUES, Ground, contrast, paint
from tests.tui.conftest import opened, screen_text, until

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
GROUNDS = [Ground(str(t.background), t.dark, 7.0 if n.startswith("high") else 4.5) for n, t in LOOKS.items()]
LEAST = {"dark": 4.5, "light": 4.5, "high-contrast": 7.0, "high-contrast-light": 7.0}
SCREENS = ([], ["w", "W", "1"], ["f1"], ["t"], ["f2"], ["f2", "e"], ["f4"], ["f8"], ["F"], ["ctrl+p"], ["slash", "a"])


def faint(app, least: float) -> dict[str, float]:
    """The words on the screen that have less contrast than this, with how much they have."""
    found = {}
    box = app.screen.query_one(".box").region if app.screen.is_modal else app.screen.region
    for row, strip in enumerate(app.screen._compositor.render_strips()):
        shown = strip.crop(box.x, box.right) if box.y <= row < box.bottom else ()
        for text, style, _ in shown:
            if style is None or not text.strip() or not re.search(r"\w", text):
                continue
            front, back = (Color.from_rich_color(c) for c in (style.color, style.bgcolor))
            if style.dim:
                front = back.blend(front, 0.66)
            if style.reverse:
                front, back = back, front
            if (has := contrast(front, back)) < least:
                found[text.strip()] = round(has, 2)
    return found


def test_the_config_file_knows_the_same_looks():
    assert tuple(LOOKS) == NAMES


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("keys", SCREENS, ids=" ".join)
async def test_every_word_of_every_screen_can_be_read(project, look, keys):
    config_path().write_text(f'[look]\ntheme = "{look}"\n', encoding="utf-8")
    async with opened(project, size=(150, 46)) as (app, pilot):
        await pilot.press(*keys)
        await pilot.pause(0.1)
        assert app.theme == look
        assert faint(app, LEAST[look]) == {}


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda g: g.background)
@given(colour=COLOURS)
def test_any_colour_of_a_codebook_is_made_readable(ground, colour):
    made = paint(colour, ground)
    assert contrast(Color.parse(made.text), Color.parse(made.background)) >= ground.contrast
    assert contrast(Color.parse(made.ink), Color.parse(ground.background)) >= ground.contrast


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda g: g.background)
def test_our_own_colours_stay_apart_from_each_other_and_from_the_ground(ground):
    backgrounds = [Color.parse(paint(hue, ground).background) for hue in HUES.values()]
    assert len({c.hex for c in backgrounds}) == len(HUES)
    assert min(contrast(c, Color.parse(ground.background)) for c in backgrounds) > 1.3


async def test_a_look_is_chosen_in_the_palette_and_remembered(project):
    async with opened(project) as (app, pilot):
        dark = app.screen.legend.paints
        await pilot.press("ctrl+p", *"look: light", "enter")
        await until(pilot, lambda: app.theme == "light" and app.screen.legend.paints != dark)
    assert remembered_look() == "light"
    async with opened(project) as (app, _):
        assert app.theme == "light"


async def test_the_config_file_goes_before_what_was_remembered(project):
    config_path().write_text('[look]\ntheme = "high-contrast"\n', encoding="utf-8")
    async with opened(project) as (app, _):
        assert app.theme == "high-contrast"


async def test_without_colours_signs_alone_tell(project, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(project, size=(150, 46)) as (app, pilot):
        assert ground_of(app) is None and not app.screen.legend.paints
        await pilot.press("w", "W", "1", "escape")
        shown = [style for strip in app.screen._compositor.render_strips() for _, style, _ in strip if style]
        assert {c.is_default for style in shown for c in (style.color, style.bgcolor) if c} <= {True}
        words = [style for style in shown if style.underline and style.bold]
        assert words, "the highlighted words are bold and underlined"
        await pilot.press("f2")
        await until(pilot, lambda: type(app.screen).__name__ == "ThemesScreen")
        await pilot.pause()
        assert any(s.reverse for strip in app.screen._compositor.render_strips() for _, s, _ in strip if s)


def test_every_kind_of_mark_differs_without_colours():
    kinds = [Mark(Span(0, 2), kind, None, ("1",)) for kind in (Kind.TERM, Kind.EVIDENCE, Kind.OPEN, Kind.HIGHLIGHT)]
    both = [kinds[-1], Mark(Span(0, 3), Kind.HIGHLIGHT, None, ("2",))]
    looks = {str(style_of(marks)) for marks in ([kinds[0]], [kinds[1]], [kinds[2]], [kinds[3]], both)}
    assert len(looks) == 5


@pytest.mark.parametrize("keys", [[], ["f2"], ["t"], ["f1"]], ids=["coding", "themes", "question", "help"])
async def test_a_terminal_that_is_too_small_says_so_over_every_screen_and_nothing_is_lost(project, keys):
    async with opened(project) as (app, pilot):
        await pilot.press(*keys)
        await pilot.pause()
        before = type(app.screen)
        await pilot.resize_terminal(59, 20)
        assert isinstance(app.screen, TooSmall) and "60 × 16" in screen_text(app)
        await pilot.resize_terminal(80, 15)
        assert isinstance(app.screen, TooSmall)
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: type(app.screen) is before)
        await pilot.pause()
        assert "60 × 16" not in screen_text(app)


async def test_one_can_begin_in_a_terminal_that_is_too_small(project):
    async with opened(project, size=(40, 10)) as (app, pilot):
        assert isinstance(app.screen, TooSmall)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: not isinstance(app.screen, TooSmall))
        assert app.screen.shown is not None
