"""Copying: by the terminal (OSC 52), also through tmux and screen, and by the system's own tool where there is one."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any

from textual.app import App

from coder.tui.widgets.plain import tell

_MANY = 70_000  # bytes; some terminals take no more by OSC 52
_PATIENCE = 3.0  # seconds for a tool
_CHUNK = 240  # characters that GNU screen passes through at once


def copy(app: App[Any], text: str, what: str) -> None:
    """Copy a text as it is, and say so. The toast names it, and never shows it."""
    if not text:
        tell(app, "There is nothing to copy.", severity="warning")
        return
    app.copy_to_clipboard(text)
    if not app.is_web and not app.is_headless:  # in a browser the machine that runs this is another one
        _through_screen(app, text)
        Thread(target=_by_tool, args=(text,), daemon=True).start()
    size = len(text.encode("utf-8", "replace"))
    long = " It is long: some terminals take only its beginning." if size > _MANY else ""
    tell(app, f"Copied {what}: {len(text)} characters.{long}")


def _through_screen(app: App[Any], text: str) -> None:
    """GNU screen keeps what it does not know, unless it is wrapped, in pieces."""
    if not os.environ.get("STY") or app._driver is None:
        return
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    sequence = f"\x1b]52;c;{encoded}\a"
    pieces = (sequence[at : at + _CHUNK] for at in range(0, len(sequence), _CHUNK))
    app._driver.write("".join(f"\x1bP{piece}\x1b\\" for piece in pieces))


def tools() -> Iterator[Sequence[str]]:
    """The tools that reach a clipboard from here, by what the environment says is there."""
    if os.environ.get("TMUX"):  # tmux passes a program's own OSC 52 on only where it was told to
        yield "tmux", "load-buffer", "-w", "-"
    if os.environ.get("SSH_CONNECTION"):  # the desktop of the other machine is not the one one sits at
        return
    if sys.platform == "darwin":
        yield ("pbcopy",)
    if os.environ.get("WAYLAND_DISPLAY"):
        yield ("wl-copy",)
    if os.environ.get("DISPLAY"):
        yield "xclip", "-selection", "clipboard"
        yield "xsel", "--clipboard", "--input"
    if sys.platform == "win32" or os.environ.get("WSL_DISTRO_NAME"):
        yield ("clip.exe",)


def _by_tool(text: str) -> None:
    for command in tools():
        if shutil.which(command[0]) is None:
            continue
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                command,
                input=text.encode("utf-8", "replace"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE,
                check=True,
            )
            if command[0] != "tmux":
                return
