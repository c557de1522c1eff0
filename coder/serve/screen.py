"""One coding screen in a process of its own, spoken to by packets on private pipes.

The packets are those of Textual's web driver: a type (one byte), a length (four bytes, big endian), the content. D is
what the terminal gets or what was typed, M is JSON about the terminal, P is a piece of a file.
"""

import asyncio
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from textual_serve._binary_encode import load

from coder import processes

TERMINAL = {
    "TEXTUAL_DRIVER": "coder.tui.served:ServedDriver",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TERM_PROGRAM": "textual",
    "TERM_PROGRAM_VERSION": version("textual-serve"),
    "UNICODE_VERSION": "11.0.0",
}
"""What a screen is told of its terminal: xterm.js goes by the widths of Unicode 11, so newer emoji are narrow in it."""

_PATIENCE = 5.0  # seconds to end by itself
_PIECE = 64 * 1024
_PIECE_PATIENCE = 30.0
_BEGIN = b"__GANGLION__\n"
_GREATEST = (500, 300)  # columns and rows; whatever a page asks for
_SMALLEST = (10, 4)


@dataclass(frozen=True)
class Size:
    """How many columns and rows the terminal has."""

    columns: int
    rows: int

    def __post_init__(self) -> None:
        """Keep both within what can be drawn."""
        object.__setattr__(self, "columns", min(max(self.columns, _SMALLEST[0]), _GREATEST[0]))
        object.__setattr__(self, "rows", min(max(self.rows, _SMALLEST[1]), _GREATEST[1]))


@dataclass(frozen=True)
class Told:
    """What hears of a screen: what it draws, the key of each file that it offers, its end and why it failed."""

    drawn: Callable[[bytes], Awaitable[None]]
    offered: Callable[[str], Awaitable[None]]
    ended: Callable[[str], Awaitable[None]]


class ScreenProcess:
    """The coding screen; what it draws must be taken at once, wanted or not, or it would wait."""

    def __init__(self, argv: Sequence[str], told: Told) -> None:
        self._argv = argv
        self._told = told
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._files: dict[str, str] = {}
        self._pieces: dict[str, asyncio.Queue[bytes]] = {}
        self._failure = ""

    async def start(self, size: Size) -> None:
        """Start it in a process group of its own: ctrl+c in our terminal is ours alone to answer."""
        at_first = {"COLUMNS": str(size.columns), "ROWS": str(size.rows)}
        self._process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=None if os.environ.get("CODER_DEBUG") else DEVNULL,  # a traceback may show participants' words
            env=processes.environment(**TERMINAL, **at_first),
            start_new_session=True,
        )
        self._reading = asyncio.create_task(self._read(self._process))

    # --- to the screen -------------------------------------------------------------------------------

    async def typed(self, text: str) -> None:
        """Pass on what was typed, pasted or done with the mouse."""
        await self._send(b"D", text.encode(errors="replace"))

    async def resize(self, size: Size) -> None:
        await self._tell("resize", width=size.columns, height=size.rows)

    async def repaint(self, size: Size) -> None:
        """Draw everything anew, for a terminal that knows nothing yet."""
        await self._tell("attach", width=size.columns, height=size.rows)

    async def focus(self, gained: bool) -> None:
        await self._tell("focus" if gained else "blur")

    async def _tell(self, kind: str, **facts: Any) -> None:
        await self._send(b"M", json.dumps({"type": kind, **facts}).encode())

    async def _send(self, kind: bytes, content: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return
        with suppress(ConnectionError):  # then the reader sees the end, too
            process.stdin.write(kind + len(content).to_bytes(4, "big") + content)
            await process.stdin.drain()

    # --- from the screen -----------------------------------------------------------------------------

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await process.stdout.readuntil(_BEGIN)
            while True:
                head = await process.stdout.readexactly(5)
                content = await process.stdout.readexactly(int.from_bytes(head[1:], "big"))
                await self._take(head[:1], content)
        code = await process.wait()
        for pieces in self._pieces.values():
            pieces.put_nowait(b"")
        await self._told.ended(self._failure or ("" if code == 0 else f"The coding screen ended with status {code}."))

    async def _take(self, kind: bytes, content: bytes) -> None:
        if kind == b"D":
            await self._told.drawn(content)
        elif kind == b"M":
            await self._hear(json.loads(content))
        elif kind == b"P":
            what, key, piece = cast("tuple[str, str, bytes | str]", load(content))
            if what == "deliver_chunk" and key in self._pieces:
                self._pieces[key].put_nowait(piece.encode() if isinstance(piece, str) else piece)

    async def _hear(self, fact: Mapping[str, Any]) -> None:
        if fact["type"] == "deliver_file_start":
            self._files[fact["key"]] = Path(fact["path"]).name
            await self._told.offered(fact["key"])
        elif fact["type"] == "failed":
            self._failure = str(fact["message"])

    # --- files ---------------------------------------------------------------------------------------

    def file_name(self, key: str) -> str | None:
        """The name of a file that is offered under this key and was not fetched yet."""
        return self._files.get(key)

    async def fetch(self, key: str) -> AsyncIterator[bytes]:
        """The pieces of an offered file; it can be fetched once. Ends early if the screen does not answer."""
        del self._files[key]
        pieces = self._pieces[key] = asyncio.Queue()
        try:
            while True:
                await self._tell("deliver_chunk_request", key=key, size=_PIECE, name=None)
                piece = await asyncio.wait_for(pieces.get(), _PIECE_PATIENCE)
                if not piece:
                    return
                yield piece
        finally:
            del self._pieces[key]

    # --- the end -------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """End it as leaving does, by force if it does not end by itself."""
        if self._process is None or self._reading is None:
            return
        await self._tell("quit")
        done, _ = await asyncio.wait([self._reading], timeout=_PATIENCE)
        if not done:
            self._kill(self._process)
            await asyncio.wait([self._reading], timeout=_PATIENCE)

    def _kill(self, process: Process) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)  # its helper, too
            else:
                process.kill()
