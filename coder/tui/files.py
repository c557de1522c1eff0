"""Files that a screen makes: beside the project, or, where the screen is in a browser, in its downloads."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.app import App

from coder.errors import CoderError
from coder.tui.screens.modals import explanation
from coder.tui.widgets.plain import tell


async def hand_over(
    app: App[Any], folder: Path, name: str, write: Callable[[Path], Sequence[str]], *, replace: bool = False
) -> None:
    """Give the person a file of this name that `write` makes at a path; it returns what is to be told about it.

    A file that is there already is replaced only where the person said so: else the new one is numbered. Writing
    does not hold up the screen.
    """
    try:
        if app.is_web:
            with TemporaryDirectory(prefix="coder-") as apart:
                made = Path(apart) / name
                notices = await asyncio.to_thread(write, made)
                app.deliver_binary(BytesIO(made.read_bytes()), save_filename=name)
            said = f"Given to the browser as a download: {name}"
        else:
            path = folder / name if replace else _free(folder / name)
            notices = await asyncio.to_thread(write, path)
            said = f"Written: {path}"
    except CoderError as error:
        app.push_screen(explanation(error))
        return
    tell(app, "\n".join([said, *notices]))


def typed_path(typed: str, folder: Path) -> Path:
    """The path that a person typed: from the home folder on after `~`, else from this folder on."""
    with suppress(RuntimeError):  # `~somebody` who has no home is a name like any other
        return folder / Path(typed).expanduser()
    return folder / typed


def _free(path: Path) -> Path:
    """The path itself, or with the first number under which there is nothing yet."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return path if not path.exists() else next(other for other in numbered if not other.exists())
