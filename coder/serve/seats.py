"""Each browser's coding screen. It goes on while the browser is away: who comes back finds it as they left it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from enum import IntEnum
from typing import Protocol

from coder.errors import RefusedError
from coder.serve.screen import ScreenProcess, Size, Told


class Parting(IntEnum):
    """Why a page is let go, as the close code of its socket; page.js knows them."""

    STOPPED = 1001
    ENDED = 4000
    ELSEWHERE = 4001
    FAILED = 4002


class Viewer(Protocol):
    """A page that shows a screen. Sending raises ConnectionError, before long, where the page does not take it."""

    async def draw(self, content: bytes) -> None:
        """Pass on what the terminal gets."""

    async def offer(self, key: str) -> None:
        """Say that a file can be fetched."""

    async def part(self, why: Parting, message: str = "") -> None:
        """Let the page go and tell it why; it does not fail where the page is gone already."""


class Seat:
    """One browser's screen, and the page that shows it, if one does."""

    def __init__(self, argv: Sequence[str], keep: float) -> None:
        """`keep` is for how many seconds the screen goes on without a page."""
        self._argv = argv
        self._keep = keep
        self._lock = asyncio.Lock()
        self._viewer: Viewer | None = None
        self._leaving: asyncio.Task[None] | None = None
        self.screen: ScreenProcess | None = None

    @property
    def taken(self) -> bool:
        """Whether there is a screen, or will be one in a moment."""
        return self.screen is not None or self._lock.locked()

    async def show(self, viewer: Viewer, size: Size) -> None:
        """Show the screen on this page, which takes it over from any other; start it where there is none."""
        async with self._lock:
            self._stay()
            before, self._viewer = self._viewer, viewer
            if before is not None:
                await before.part(Parting.ELSEWHERE)
            if self.screen is not None:
                await self.screen.repaint(size)
                return
            screen = ScreenProcess(self._argv, Told(self._draw, self._offer, self._ended))
            try:
                await screen.start(size)
            except OSError as error:
                self._viewer = None
                await viewer.part(Parting.FAILED, f"The coding screen can't be started: {error.strerror or error}.")
                return
            self.screen = screen

    def leave(self, viewer: Viewer) -> None:
        """The page is gone; unless another has taken over, the screen waits for one, not for ever."""
        if self._viewer is viewer:
            self._viewer = None
            self._stay()
            self._leaving = asyncio.create_task(self._stop_later())

    async def stop(self) -> None:
        """End the screen; the page first, as it may hold up what is drawn."""
        viewer, self._viewer = self._viewer, None
        if viewer is not None:
            await viewer.part(Parting.STOPPED)
        if self.screen is not None:
            await self.screen.stop()

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    async def _stop_later(self) -> None:
        await asyncio.sleep(self._keep)
        async with self._lock:
            self._leaving = None
            if self._viewer is None:
                await self.stop()

    async def _draw(self, content: bytes) -> None:
        await self._pass_on(lambda viewer: viewer.draw(content))

    async def _offer(self, key: str) -> None:
        await self._pass_on(lambda viewer: viewer.offer(key))

    async def _pass_on(self, send: Callable[[Viewer], Awaitable[None]]) -> None:
        """A page that does not read must not hold up the screen; it gets everything anew when it comes back."""
        viewer = self._viewer
        if viewer is None:
            return
        try:
            await send(viewer)
        except ConnectionError:
            self.leave(viewer)

    async def _ended(self, failure: str) -> None:
        self.screen = None
        viewer, self._viewer = self._viewer, None
        if viewer is not None:
            await viewer.part(Parting.FAILED if failure else Parting.ENDED, failure)


class Seats:
    """A seat for each browser, so many screens at once and no more."""

    def __init__(self, argv: Sequence[str], most: int, keep: float) -> None:
        self._argv = argv
        self._most = most
        self._keep = keep
        self._seats: dict[str, Seat] = {}

    def of(self, cookie: str) -> Seat:
        """The browser's seat. Raises RefusedError where it would need a screen more than there may be."""
        seat = self._seats.get(cookie)
        if seat is None or not seat.taken:
            self.make_room()
        return self._seats.setdefault(cookie, Seat(self._argv, self._keep))

    def make_room(self) -> None:
        """Raises RefusedError where no further screen may be opened."""
        running = sum(seat.taken for seat in self._seats.values())
        if running >= self._most:
            raise RefusedError(
                f"All {self._most} coding screens of this server are in use.",
                hint="Leave one of them with ctrl+q, or start the server with more: coder serve --sessions N",
            )

    async def stop(self) -> None:
        """End all screens."""
        await asyncio.gather(*(seat.stop() for seat in self._seats.values()))
