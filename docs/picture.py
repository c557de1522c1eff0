"""The README's picture of the coding screen: python docs/picture.py [FILE.svg]"""

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from coder.demonstration import import_samples
from coder.store.project import open_project
from coder.suggesting import SuggestionRun

os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"  # whatever the terminal at hand has


async def picture(project: Path) -> str:
    """A response with suggestions, of which some words have just been given a theme."""
    from coder.tui.app import CoderApp
    from coder.tui.screens.code import CodeScreen

    app = CoderApp(project, "Ana")
    async with app.run_test(size=(128, 24)) as pilot:
        screen = app.screen_stack[0]
        assert isinstance(screen, CodeScreen)
        while screen.shown is None or screen.learning:
            await pilot.pause(0.05)
        while len(screen.shown.suggestions) < 2:
            await pilot.press("n")
            await pilot.pause()
        await pilot.press("s", "1", "escape")
        await pilot.pause(1)
        return app.export_screenshot(title="coder training_programme.coder")


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/coding-screen.svg")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "training_programme.coder"
        import_samples(path)
        with open_project(path) as project:
            for _ in SuggestionRun(project).suggest_all():
                pass
        svg = asyncio.run(picture(path))
    # A picture must not fetch fonts from the network.
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.S)
    svg = re.sub(r"<!-- Generated with Rich[^>]*-->", "", svg)
    target.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
