"""The coding screen in a process of its own, as the server runs it: packets, a page that comes back, the end."""

import asyncio
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from coder import processes
from coder.serve.screen import ScreenProcess, Size, Told

# A screen in which a library, and something below Python, print to what they take for the terminal.
NOISY = """
import os, sys
from coder.tui import served

quiet = served.CoderApp.on_mount

def on_mount(self):
    os.write(1, b"noise from below")
    print("noise", file=sys.__stdout__, flush=True)
    quiet(self)

served.CoderApp.on_mount = on_mount
served.main()
"""


class Watched:
    """A running screen and what it drew."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.drawn = ""
        self.end: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.screen = ScreenProcess(argv, Told(self._draw, self._offer, self._ended))

    async def _draw(self, content: bytes) -> None:
        self.drawn += content.decode()

    async def _offer(self, key: str) -> None:
        raise AssertionError(f"a file is offered that nobody asked for: {key}")

    async def _ended(self, failure: str) -> None:
        self.end.set_result(failure)

    @property
    def text(self) -> str:
        """What was drawn, without the terminal's sequences."""
        return re.sub(r"\x1b\[[0-9;?<>=]*\$?[a-zA-Z]|\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)", "", self.drawn)

    async def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(1000):
            if holds():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"it did not come to hold:\n{self.text}")


@asynccontextmanager
async def running(project: Path, argv: Sequence[str] | None = None):
    watched = Watched(argv or processes.command("coder.tui.served", str(project), "Ana"))
    await watched.screen.start(Size(110, 40))
    yield watched
    await watched.screen.stop()


async def test_it_draws_hears_keys_and_ends_when_told(project):
    async with running(project) as watched:
        await watched.until(lambda: "reviewed 21 of 30" in watched.text and "P24" in watched.text)
        await watched.screen.typed("?")
        await watched.until(lambda: "esc close" in watched.text)
    assert await watched.end == ""


async def test_a_page_that_comes_back_gets_the_terminals_modes_and_the_whole_screen(project):
    async with running(project) as watched:
        await watched.until(lambda: "reviewed 21 of 30" in watched.text and "Question 1 of 2" in watched.text)
        watched.drawn = ""
        await watched.screen.repaint(Size(110, 40))  # the same size: nothing but being asked makes it draw
        await watched.until(lambda: "\x1b[?1049h" in watched.drawn)
        watched.drawn = watched.drawn.partition("\x1b[?1049h")[2]
        await watched.until(lambda: "reviewed 21 of 30" in watched.text and "Question 1 of 2" in watched.text)
        assert "\x1b[?1003h" in watched.drawn and "\x1b[?2004h" in watched.drawn


async def test_nothing_that_is_printed_gets_between_the_packets(project):
    async with running(project, (sys.executable, "-c", NOISY, str(project), "Ana")) as watched:
        await watched.until(lambda: "reviewed 21 of 30" in watched.text)
        assert "noise" not in watched.text
    assert await watched.end == ""


async def test_it_ends_when_the_server_is_gone(project):
    async with running(project) as watched:
        await watched.until(lambda: "reviewed 21 of 30" in watched.text)
        process = watched.screen._process
        assert process is not None and process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(watched.end, 20) == ""


@pytest.mark.parametrize("content", [None, b"no project"])
async def test_it_says_why_a_project_can_not_be_opened(tmp_path, content):
    path = tmp_path / "other.coder"
    if content is not None:
        path.write_bytes(content)
    async with running(path) as watched:
        assert "other.coder" in await asyncio.wait_for(watched.end, 20)
