"""Each screen as it is drawn, at 80×24 and 160×50: the words, and a digest of the colours and styles of each line.

To take them anew after a change that was meant, and was looked at:

    SNAPSHOTS=take python -m pytest tests/tui/test_snapshots.py
"""

import hashlib
import os
import re
from pathlib import Path

import pytest

from coder.tui.app import CoderApp
from tests.tui.conftest import QUIET_HELPER, opened, until

HOME = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (160, 50))
SCREENS: dict[str, tuple[str, ...]] = {
    "code": (),
    "code with a selection": ("w", "W", "W"),
    "code by letters": ("space",),
    "themes": ("f2",),
    "define a theme": ("f2", "e"),
    "counts": ("f4",),
    "people": ("f4", "down", "enter"),
    "history": ("f8",),
    "filter": ("F",),
    "list": ("f9",),
    "search": ("slash", *"people", "enter"),
    "hits": ("slash", *"people", "enter", "E", "enter"),
    "counts by group": ("f4", "g", "down", "enter"),
    "counts of a rating": ("f4", "Q", *"field", "enter"),
    "saturation": ("f4", "5"),
    "memo": ("N", "enter"),
    "participant": ("P",),
    "jump": ("G",),
    "consistency": ("f7",),
    "highlights": ("f5",),
    "help": ("f1",),
    "palette": ("ctrl+p",),
}
"""Each screen, and the keys that lead to it. A new screen joins by a line here."""
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_AT_WORK = ("reading …", "counting …", "looking …")


def picture(app) -> str:
    """The lines as they are drawn, each with a short digest of its looks; the clock stands still."""
    lines = []
    for strip in app.screen._compositor.render_strips():
        text = _CLOCK.sub("2026-01-01 12:00", "".join(segment.text for segment in strip)).rstrip()
        looks = "|".join(f"{len(segment.text)}{segment.style}" for segment in strip.simplify())
        digest = hashlib.blake2s(looks.encode(), digest_size=3).hexdigest()
        lines.append(f"{digest} {text}".rstrip())
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("screen", SCREENS)
async def test_a_screen_is_drawn_as_it_was(screen, size, project):
    async with opened(project, size=size) as (app, pilot):
        for key in SCREENS[screen]:
            await pilot.press(key)
        await compare(app, pilot, f"{screen.replace(' ', '_')}_{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_start_screen_is_drawn_as_it_was(size):
    app = CoderApp(None, "Ana", QUIET_HELPER)
    async with app.run_test(size=size) as pilot:
        await compare(app, pilot, f"start_{size[0]}x{size[1]}")


async def compare(app, pilot, name: str) -> None:
    """What is drawn, once nothing is read aside any more, beside what is kept."""
    for _ in range(3):
        await until(pilot, lambda: not any(word in picture(app) for word in _AT_WORK))
        await pilot.pause(0.1)
    for field in app.screen.query("Input, TextArea"):
        field.cursor_blink = False
    await pilot.pause()
    drawn, kept = picture(app), HOME / f"{name}.txt"
    if os.environ.get("SNAPSHOTS") == "take":
        kept.write_text(drawn, encoding="utf-8")
    assert drawn == kept.read_text(encoding="utf-8")
