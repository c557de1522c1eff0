"""The one helper process of a session: it trains and finds key terms while the screen stays free."""

import asyncio
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from coder import processes
from coder.errors import CoderError

_NICE = 10
_LONGEST_REPLY = 64 * 1024 * 1024
_PATIENCE = 2.0  # seconds to end by itself


class BackgroundLostError(CoderError):
    """The helper process has ended; what it was asked is not answered."""


def command(path: Path, coder_name: str) -> Sequence[str]:
    """How the helper is started."""
    return processes.command("coder.worker", str(path), coder_name)


class Background:
    """Asks the helper process by JSON lines and matches its replies by id; `lost` hears of its death, once."""

    def __init__(self, argv: Sequence[str], lost: Callable[[], None]) -> None:
        self._argv = argv
        self._lost = lost
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._ids = count(1)
        self._stopping = False
        self._begun = asyncio.Event()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the process on private pipes: it must never write to the terminal, nor read from it."""
        one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=_LONGEST_REPLY,
                env=processes.environment(**one_thread),
            )
        finally:
            self._begun.set()
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICE)
        self._reader = asyncio.create_task(self._read(self._process))

    async def ask(self, do: str, **facts: Any) -> Mapping[str, Any]:
        """The reply to one request, which may come before the start.

        Raises CoderError with what the helper says, BackgroundLostError if it ends.
        """
        await self._begun.wait()
        process = self._process
        if process is None or process.returncode is not None or process.stdin is None:
            raise BackgroundLostError("The helper process is not running.")
        number = next(self._ids)
        reply = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            line = json.dumps({"id": number, "do": do, **facts}) + "\n"
            process.stdin.write(line.encode())
            with suppress(ConnectionError):  # then the reader sees the end, too
                await process.stdin.drain()
            answer: Mapping[str, Any] = await reply
        finally:
            self._waiting.pop(number, None)  # whoever stopped waiting gets no late answer
        if "error" in answer:
            raise CoderError(str(answer["error"]), hint=str(answer.get("hint", "")))
        return answer

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        with suppress(ValueError):  # a line beyond the limit: the helper can't be trusted any more
            while line := await process.stdout.readline():
                with suppress(json.JSONDecodeError):
                    self._deliver(json.loads(line))
        self._signal(signal.SIGTERM)
        await process.wait()
        for reply in list(self._waiting.values()):
            if not reply.done():
                reply.set_exception(BackgroundLostError("The helper process has ended."))
        if not self._stopping:
            self._lost()

    def _deliver(self, answer: Any) -> None:
        reply = self._waiting.get(answer.get("id", 0)) if isinstance(answer, dict) else None
        if reply is not None and not reply.done():
            reply.set_result(answer)

    async def stop(self) -> None:
        """End the process, by force if it does not end by itself."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            self._signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), _PATIENCE)
            except TimeoutError:
                self.kill()
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=_PATIENCE)

    def kill(self) -> None:
        """End the process at once, where nothing can be awaited any more."""
        self._stopping = True
        self._signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    def _signal(self, number: int) -> None:
        """Not by the process's own methods: they would reap it under asyncio's feet."""
        if self.alive and self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self._process.pid, number)
