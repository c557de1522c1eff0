"""Choosing a file by its path: typed, completed, or walked to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from coder.domain.display import one_line, safe
from coder.tui.files import typed_path
from coder.tui.messages import RowPicked
from coder.tui.screens.modals import TypingScreen
from coder.tui.widgets.lists import Choice, ChoiceList
from coder.tui.widgets.plain import KeyLine, Plain, Remark, TextField

_MOST = 500  # entries of a folder that are listed
_BEGUN_ANEW = re.compile(r".*/(?=/|~)", re.DOTALL)


class ChoosePath(TypingScreen[Path]):
    """Gives back a file. The list shows the folders and the files of the wanted kinds where the path has come to."""

    BINDINGS = [
        Binding("tab", "complete", "complete the path", id="path.complete"),
        Binding("down", "step(1)", "next", id="path.next"),
        Binding("up", "step(-1)", "previous", id="path.previous"),
        Binding("escape", "dismiss(None)", "cancel", id="path.cancel"),
    ]

    def __init__(self, title: str, kinds: Sequence[str], folder: Path | None = None) -> None:
        super().__init__()
        self._title, self._kinds = title, kinds
        self._folder = folder or Path.cwd()
        self._found: list[Path] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="box tall"):
            yield Plain(self._title, classes="title")
            yield TextField(_shown(self._folder), id="path", select_on_focus=False, compact=True)
            yield ChoiceList(id="choices")
            yield Remark(id="remark")
            yield KeyLine(
                ("path.previous path.next", "move"),
                ("enter", "open"),
                ("path.complete", "complete"),
                ("path.cancel", "cancel"),
            )

    def on_mount(self) -> None:
        self._list()

    @property
    def _typed(self) -> str:
        """The path; one that was pasted behind what stood there, from the root or from home on, begins anew."""
        return _BEGUN_ANEW.sub("", self.query_one(TextField).value)

    def _place(self) -> tuple[Path, str]:
        """The folder that the path has come to, and the beginning of a name in it."""
        typed = self._typed
        if typed.startswith(_shown(self._folder)) and "/" not in typed[len(_shown(self._folder)) :]:
            return self._folder, typed[len(_shown(self._folder)) :]  # a name that can't be typed is known all the same
        path = typed_path(typed, Path.cwd())
        return (path, "") if typed.endswith("/") or typed in ("", "~") else (path.parent, path.name)

    @on(Input.Changed, "#path")
    def _list(self) -> None:
        folder, begun = self._place()
        self._folder = folder if _is_folder(folder) else self._folder
        try:
            self._found = self._entries(folder, begun.casefold())
            remark = "" if self._found or self._is_file() else self._nothing(begun)
        except OSError as error:
            self._found, remark = [], f"{one_line(str(folder), 100)}: {error.strerror or error}."
        names = [Choice(path.name + ("/" if _is_folder(path) else ""), at) for at, path in enumerate(self._found)]
        self.query_one(ChoiceList).show_choices(names)
        self.query_one(Remark).say(remark)

    def _nothing(self, begun: str) -> str:
        if begun:
            return f"Nothing here begins with ‘{one_line(begun, 60)}’."
        return f"There is no folder here, and no file that ends in {', '.join(self._kinds)}."

    def _is_file(self) -> bool:
        """Whether the path is one of a file, of whatever kind."""
        with suppress(OSError):  # of a name that is too long, for one
            return bool(self._typed) and typed_path(self._typed, Path.cwd()).is_file()
        return False

    def _entries(self, folder: Path, begun: str) -> list[Path]:
        """Raises OSError where the folder can't be read, or is none."""
        wanted = [
            entry
            for entry in folder.iterdir()
            if safe(entry.name).casefold().startswith(begun)
            and (not entry.name.startswith(".") or begun.startswith("."))
            and (_is_folder(entry) or entry.suffix.lower() in self._kinds)
        ]
        return sorted(wanted, key=lambda entry: (not _is_folder(entry), entry.name.casefold()))[:_MOST]

    def action_step(self, by: int) -> None:
        self.query_one(ChoiceList).action_step(by)

    def action_complete(self) -> None:
        """Write as much as all the entries have in common; where that is no more, the one at the cursor."""
        if not self._found:
            return
        names = [safe(path.name) for path in self._found]
        common = names[0]
        while not all(name.casefold().startswith(common.casefold()) for name in names):
            common = common[:-1]
        if len(self._found) == 1 or len(common) <= len(self._place()[1]):
            self._go(self._found[self.query_one(ChoiceList).cursor])
        else:
            self._write(_shown(self._folder) + common)

    def _go(self, path: Path) -> None:
        if _is_folder(path):
            self._folder = path
            self._write(_shown(path))
        else:
            self._write(_shown(path.parent) + safe(path.name))

    def _write(self, text: str) -> None:
        field = self.query_one(TextField)
        field.value = text
        field.cursor_position = len(text)

    @on(Input.Submitted, "#path")
    def _submitted(self) -> None:
        if self._is_file():
            self.dismiss(typed_path(self._typed, Path.cwd()))
        elif self._found:
            self._choose(self.query_one(ChoiceList).cursor)

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        event.stop()
        self._choose(event.index)

    def _choose(self, at: int) -> None:
        path = self._found[at]
        if _is_folder(path):
            self._go(path)
        else:
            self.dismiss(path)


def _shown(folder: Path) -> str:
    return safe(str(folder)).rstrip("/") + "/"


def _is_folder(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir()
    return False
