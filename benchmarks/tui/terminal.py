"""A program in a pseudo-terminal of its own, which times the frames that it paints."""

import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

FRAME_END = b"\x1b[?2026l"
_ASKS_FOR_FRAMES = b"\x1b[?2026$p"
_HAS_FRAMES = b"\x1b[?2026;2$y"
_QUIET = 0.06  # seconds without output: all that a key led to is painted
_LOST = 20.0
_SETTINGS = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    # What coder sets for itself: the peer paints by the same clock.
    "TEXTUAL_FPS": "120",
    "TEXTUAL_ANIMATIONS": "none",
}


class Terminal:
    """Runs a command and answers it as a terminal with synchronized output does; `size` is (columns, lines)."""

    def __init__(self, command: Sequence[str], size: tuple[int, int] = (160, 50), **env: str) -> None:
        self._ours, theirs = pty.openpty()
        columns, lines = size
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **_SETTINGS, **env},
            start_new_session=True,
            close_fds=True,
        )
        os.close(theirs)
        self._rng = random.Random(len(command))
        self.drawn = b""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._ours)

    # --- what comes out ------------------------------------------------------------------------------

    def _read(self, seconds: float) -> bytes:
        """What is written within so many seconds; nothing where they pass without."""
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if not ready:
            return b""
        try:
            some = os.read(self._ours, 1 << 16)
        except OSError:  # it has ended
            raise RuntimeError(f"It ended: {plain(self.drawn)[-2000:]}") from None
        if _ASKS_FOR_FRAMES in some:
            os.write(self._ours, _HAS_FRAMES)
        self.drawn = (self.drawn + some)[-(1 << 20) :]
        return some

    def frame(self, showing: str = "") -> float:
        """The time at which the next frame ends after which this text has been drawn."""
        seen = b""
        end = time.perf_counter() + _LOST
        while time.perf_counter() < end:
            seen += self._read(end - time.perf_counter())
            at = time.perf_counter()
            if FRAME_END in seen and showing in plain(seen):
                return at
        raise RuntimeError(f"No frame with {showing!r}: {plain(self.drawn)[-2000:]}")

    def settle(self, quiet: float = _QUIET, most: float = 5.0) -> None:
        """Read until nothing has come for a while."""
        end = time.perf_counter() + most
        while self._read(quiet) and time.perf_counter() < end:
            pass

    # --- keys ----------------------------------------------------------------------------------------

    def key(self, key: str) -> float:
        """Press a key; the seconds until a frame has been painted for it."""
        self.settle()
        time.sleep(self._rng.uniform(0, 0.02))  # keys don't wait for the clock of the frames
        while self._read(0):
            pass
        start = time.perf_counter()
        os.write(self._ours, key.encode())
        return self.frame() - start

    def pause(self) -> None:
        """Stop the program and its helper where they are."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self._process.pid, signal.SIGCONT)

    # --- memory --------------------------------------------------------------------------------------

    def memory(self) -> float:
        """The resident memory of the process itself in MB."""
        if sys.platform == "linux":
            pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
            return int(pages) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        out = subprocess.run(["ps", "-o", "rss=", "-p", str(self._process.pid)], capture_output=True, check=True)
        return int(out.stdout) / 1024


def plain(drawn: bytes) -> str:
    """What was written, without control sequences."""
    return re.sub(r"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[P\]].*?(?:\x1b\\|\x07)|\x1b.", "", drawn.decode(errors="replace"))
