"""The README's pictures of the screens and of the report: python docs/pictures.py [FOLDER]"""

import asyncio
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from coder.demonstration import import_samples
from coder.report.compose import compose
from coder.report.files import write_report
from coder.report.request import Request
from coder.store.project import open_project
from coder.suggesting import SuggestionRun

if TYPE_CHECKING:
    from textual.pilot import Pilot

os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"  # whatever the terminal at hand has

SIZE = (128, 26)
TITLE = "coder training_programme.coder"


async def pictures(project: Path) -> dict[str, str]:
    """A response with suggestions, of which some words have just been given a theme; the themes; the counts."""
    from coder.tui.app import CoderApp
    from coder.tui.screens.code import CodeScreen

    app = CoderApp(project, "Ana")
    found = {}
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen_stack[0]
        assert isinstance(screen, CodeScreen)
        while screen.shown is None or screen.learning:
            await pilot.pause(0.05)
        while len(screen.shown.suggestions) < 2:
            await pilot.press("n")
            await pilot.pause()
        for words, key in (("brilliant, curious people", "1"), ("planning to meet up again", "m")):
            at = screen.pane.text.index(words)
            screen.pane.select_span(at, at + len(words))
            await pilot.press(key)
        found["coding-screen"] = await _shown(pilot)
        await pilot.press("f2")
        found["themes-screen"] = await _shown(pilot)
        await pilot.press("escape", "f4")
        found["counts-screen"] = await _shown(pilot)
    return found


async def _shown(pilot: "Pilot[int]") -> str:
    await pilot.pause(1.5)  # what is read aside has come
    svg = pilot.app.export_screenshot(title=TITLE)
    # A picture must not fetch fonts from the network.
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.S)
    svg = re.sub(r"<!-- Generated with Rich[^>]*-->", "", svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def report_picture(project: Path) -> bytes:
    """The first question of the report as a browser shows it: figure, table, and the first quotes. A PNG."""
    from playwright.sync_api import sync_playwright

    page_file = project.with_name("report.html")
    with open_project(project) as opened:
        write_report(compose(opened, Request(title="Training programme")), page_file)
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])  # of a page of our own
        page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=1.5)
        page.goto(page_file.as_uri())
        first, last = page.locator("#said h3").first.bounding_box(), page.locator("#said h4").nth(1).bounding_box()
        assert first is not None and last is not None
        clip = {"x": first["x"] - 24, "y": first["y"] - 24, "width": 760, "height": last["y"] - first["y"]}
        taken = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        browser.close()
    return _small(taken)


def _small(png: bytes) -> bytes:
    """The same picture in 64 colours, which is all that such a page has."""
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "training_programme.coder"
        import_samples(path)
        with open_project(path) as project:
            for _ in SuggestionRun(project).suggest_all():
                pass
        (target / "report.png").write_bytes(report_picture(path))
        for name, svg in asyncio.run(pictures(path)).items():
            (target / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
