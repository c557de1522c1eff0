"""The sample project, copied for each test, and the application on it without a terminal."""

import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from coder.tui.app import CoderApp
from tests.projects import small_project

QUIET_HELPER = (sys.executable, "-S", "-c", "import sys; sys.stdin.read()")
"""Stands in for the helper process where a test is not about it: it answers nothing and ends with the screen."""


@pytest.fixture(scope="session")
def sample_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("sample") / "sample.coder")


@pytest.fixture
def project(sample_project: Path, tmp_path: Path) -> Path:
    """A fresh copy of the sample project; Ana has reviewed two thirds of it."""
    return Path(shutil.copy(sample_project, tmp_path / "sample.coder"))


@asynccontextmanager
async def opened(
    path: Path, size: tuple[int, int] = (110, 40), helper: tuple[str, ...] = QUIET_HELPER
) -> AsyncIterator[tuple[CoderApp, Pilot]]:
    """The application with its project open."""
    app = CoderApp(path, "Ana", helper)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.session is not None and app.failure is None)
        await pilot.pause()
        yield app, pilot


async def until(pilot: Pilot, holds: Callable[[], bool], turns: int = 400) -> None:
    """Wait until something holds."""
    for _ in range(turns):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come to hold")


def screen_text(app: CoderApp) -> str:
    """What is drawn, line by line."""
    return "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())
