"""A real Chromium, and `coder serve` as people start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.chromium import launched
from tests.projects import project_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 20_000  # milliseconds
# Textual's script keeps its terminal to itself: catch it as the script sets it.
_CATCH_TERMINAL = """Object.defineProperty(Object.prototype, "terminal", {
    configurable: true,
    set(value) {
        window.caught = value;
        Object.defineProperty(this, "terminal", { value, writable: true, configurable: true, enumerable: true });
    },
});"""
_SCREEN = """() => {
    const buffer = window.caught?.buffer.active;
    if (!buffer) return "";
    return [...Array(window.caught.rows).keys()].map((y) => buffer.getLine(y).translateToString(true)).join("\\n");
}"""

_PLACE = """(text) => {
    for (let y = 0; y < window.caught.rows; y++) {
        const line = window.caught.buffer.active.getLine(y);
        const found = line.translateToString().indexOf(text);
        if (found < 0) continue;
        for (let x = 0, before = 0; ; x++) {  // a character may take two cells, or a cell several characters
            if (before === found) return [x, y];
            const cell = line.getCell(x);
            if (cell.getWidth()) before += cell.getChars().length || 1;
        }
    }
}"""


@pytest.fixture(scope="package")
def chromium() -> Iterator["Browser"]:
    with launched() as browser:
        yield browser


class Server:
    """`coder serve` on a project, in a process of its own."""

    def __init__(self, project: Path, *options: str) -> None:
        command = [sys.executable, "-m", "coder", "serve", str(project), "--no-open", "--coder", "Ana", *options]
        self.project = project
        self.project = project
        self.process = subprocess.Popen(
            command,
            cwd=project.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.link = self.process.stdout.readline().strip()
        self.host = self.link.split("/")[2] if self.link else ""

    def screens(self) -> list[int]:
        """The processes of the screens it runs."""
        search = ["pgrep", "-P", str(self.process.pid), "-f", "coder.tui.served"]
        found = subprocess.run(search, capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit status."""
        self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode


class Tab:
    """A page of the browser with the terminal in it."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        page.on("websocket", lambda socket: self.hosts.add(socket.url.split("/")[2]))
        page.add_init_script(_CATCH_TERMINAL)

    def screen(self) -> str:
        return str(self.page.evaluate(_SCREEN))

    def wait(self, *texts: str, without: str = "") -> str:
        """What is on the screen once all these texts are."""
        wanted: Mapping[str, Any] = {"texts": texts, "without": without}
        try:
            self.page.wait_for_function(
                f"(w) => {{ const s = ({_SCREEN})(); "
                "return w.texts.every((t) => s.includes(t)) && !(w.without && s.includes(w.without)); }",
                arg=wanted,
                timeout=_PATIENCE,
                polling=30,
            )
        except Exception as error:
            raise AssertionError(f"{texts} not on:\n{self.screen()}") from error
        return self.screen()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def point(self, text: str, into: int = 0) -> tuple[float, float]:
        """The middle of the cell at which this text begins on the screen, or so many cells right of it."""
        column, row = self.page.evaluate(_PLACE, text)
        box = self.page.locator(".xterm-screen").bounding_box()
        columns, rows = self.page.evaluate("[window.caught.cols, window.caught.rows]")
        assert box is not None
        return box["x"] + (column + into + 0.5) * box["width"] / columns, box["y"] + (row + 0.5) * box["height"] / rows

    def notice(self) -> str:
        """What the page says over the terminal."""
        self.page.wait_for_selector("#notice:not([hidden])", timeout=_PATIENCE)
        return self.page.inner_text("#message")


@pytest.fixture
def serve(chromium: "Browser", tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers on a new project with these texts."""
    started: list[Server] = []

    def start(texts: Mapping[str, str], themes: Sequence[str] = (), options: Sequence[str] = ()) -> Server:
        started.append(Server(project_of(tmp_path, texts, themes), *options))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture
def context(chromium: "Browser") -> Iterator["BrowserContext"]:
    """A browser with cookies of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()
