"""The config file: how coder looks and which keys its commands have. What is wrong in it never keeps anyone out."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coder.domain.display import one_line
from coder.errors import InputError, RefusedError

LOOKS = ("dark", "light", "high-contrast", "high-contrast-light")
_FRAMES = range(10, 241)


@dataclass(frozen=True)
class Config:
    """What the file says, without what is wrong in it; `problems` names that, each with its line and what to do."""

    path: Path
    look: str = ""
    frames: int = 0
    keymap: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    _text: str = field(default="", repr=False)

    def at(self, *keys: str) -> str:
        """Where an entry stands: the file, the line and the key."""
        line = next((n for n, text in enumerate(self._text.split("\n"), 1) if _names(text, keys)), None)
        where = f"{self.path.name}, line {line}" if line else self.path.name
        return f"{where}, {one_line('.'.join(keys), 60)}"


def config_path() -> Path:
    """Where the config file is, or would be: CODER_CONFIG, else the platform's place for it."""
    if given := os.environ.get("CODER_CONFIG"):
        return Path(given)
    from platformdirs import user_config_path

    return user_config_path("coder", appauthor=False) / "config.toml"


def read_config() -> Config:
    """The config file; the usual settings where there is none."""
    path = config_path()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        return Config(path, problems=(f"{path} can't be read: {reason}. coder goes on with the usual settings.",))
    import tomllib

    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = f"{path.name} is no valid TOML: {one_line(str(error), 200)}."
        return Config(path, problems=(f"{said} Mend that line; until then nothing in it counts.",))
    return _checked(Config(path, _text=text), tree)


def _checked(blank: Config, tree: Mapping[str, Any]) -> Config:
    problems: list[str] = []
    for section in tree.keys() - {"look", "keymap"}:
        problems.append(f"{blank.at(section)}: there is no such section; there are [look] and [keymap].")
    look, frames = "", 0
    for key, value in _table(tree, "look", blank, problems).items():
        if key == "theme" and value in LOOKS:
            look = value
        elif key == "theme":
            problems.append(f"{blank.at('look', key)}: it may be {', '.join(LOOKS)}.")
        elif key == "frames-per-second" and type(value) is int and value in _FRAMES:
            frames = value
        elif key == "frames-per-second":
            problems.append(f"{blank.at('look', key)}: it must be a number from {_FRAMES[0]} to {_FRAMES[-1]}.")
        else:
            problems.append(f"{blank.at('look', key)}: there is no such setting; there are theme, frames-per-second.")
    keymap: dict[str, str] = {}
    for command, keys in _flat(_table(tree, "keymap", blank, problems)):
        if isinstance(keys, str):
            keymap[command] = keys
        else:
            problems.append(f'{blank.at("keymap", command)}: keys are one text, with commas between: "n,pagedown".')
    return Config(blank.path, look, frames, keymap, tuple(problems), blank._text)


def _table(tree: Mapping[str, Any], name: str, config: Config, problems: list[str]) -> Mapping[str, Any]:
    found = tree.get(name, {})
    if isinstance(found, dict):
        return found
    problems.append(f"{config.at(name)}: it must be a section, [{name}].")
    return {}


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """The entries of a table with their whole names: `code.next = "n"` is a table in a table to TOML."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _names(line: str, keys: tuple[str, ...]) -> bool:
    """Whether a line of the file is about this section or entry."""
    name = keys[-1]
    last = name.rsplit(".", 1)[-1]
    if len(keys) == 1:
        return re.match(rf"\s*(\[\s*)?[\"']?{re.escape(name)}\b", line) is not None
    return re.match(rf"\s*([\"']?{re.escape(name)}[\"']?|{re.escape(last)})\s*=", line) is not None


def write_config(text: str) -> Path:
    """Write a first config file. Raises RefusedError where there is one."""
    path = config_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise RefusedError(f"There is a config file already: {path}", hint="Edit it; coder config checks it.") from None
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror}.") from None
    return path
