"""The terminal that the program runs in: what happens when the program is ended, or the terminal lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

_LOST = 129


def heed_signals(end: Callable[[int], None]) -> None:
    """Let SIGTERM and SIGHUP end the program in its own way, with 128 and their number as its status."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        with suppress(NotImplementedError, ValueError):
            loop.add_signal_handler(number, end, 128 + number)


def heed_stops(driver: object, repaint: Callable[[], None]) -> None:
    """After SIGSTOP take the keys back from the shell and paint anew: Textual would begin a second time instead."""
    if not hasattr(signal, "SIGCONT"):
        return
    import termios

    textuals = signal.getsignal(signal.SIGCONT)
    keyboard = sys.__stdin__.fileno() if sys.__stdin__ else 0
    ours = termios.tcgetattr(keyboard)
    loop = asyncio.get_running_loop()

    def goes_on(number: int, frame: FrameType | None) -> None:
        if getattr(driver, "_must_signal_resume", True) and callable(textuals):
            textuals(number, frame)  # it was suspended by ctrl+z: the terminal was given back
        else:
            with suppress(termios.error):
                termios.tcsetattr(keyboard, termios.TCSANOW, ours)
            loop.call_soon_threadsafe(repaint)

    signal.signal(signal.SIGCONT, goes_on)


def end_if_lost(before: Callable[[], None]) -> None:
    """A program whose terminal is gone would spin for ever. All acts are committed; there is nothing to save."""
    with suppress(OSError, ValueError):
        if os.isatty(sys.__stdin__.fileno() if sys.__stdin__ else 0):
            return
    before()
    os._exit(_LOST)
