"""What coder remembers on this machine, beside the projects: the look, the projects opened last, the log of faults."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

_RECENT = 20


def state_folder() -> Path:
    """Where it is kept: CODER_STATE, else the platform's place for it."""
    if given := os.environ.get("CODER_STATE"):
        return Path(given)
    from platformdirs import user_state_path

    return user_state_path("coder", appauthor=False)


def remembered_look() -> str:
    """The look that was chosen last; empty where none was."""
    look = _read().get("look", "")
    return look if isinstance(look, str) else ""


def remember_look(look: str) -> None:
    _change(look=look)


def recent_projects() -> list[Path]:
    """The projects that were opened, the newest first."""
    paths = _read().get("recent", [])
    return [Path(p) for p in paths if isinstance(p, str)] if isinstance(paths, list) else []


def remember_project(path: Path) -> None:
    """Put a project at the head of those opened last."""
    here = path.absolute()
    _change(recent=[str(p) for p in [here, *(p for p in recent_projects() if p != here)]][:_RECENT])


def forget_project(path: Path) -> None:
    """Take a project out of the list; the file itself stays where it is."""
    _change(recent=[str(p) for p in recent_projects() if p != path.absolute()])


def _file() -> Path:
    return state_folder() / "state.json"


def _read() -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads(_file().read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _change(**facts: Any) -> None:
    """Write it anew, whole, readable by its owner alone. Where that can't be, nothing is lost but a convenience."""
    path = _file()
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = json.dumps({**_read(), **facts}, indent=1)
        try:
            with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
