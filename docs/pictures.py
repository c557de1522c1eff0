"""The README's pictures of the screens: python docs/pictures.py [FOLDER]"""

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from coder.demonstration import import_samples
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


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "training_programme.coder"
        import_samples(path)
        with open_project(path) as project:
            for _ in SuggestionRun(project).suggest_all():
                pass
        for name, svg in asyncio.run(pictures(path)).items():
            (target / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
