"""A monkey at the keyboard and the mouse: seeded, so that what it broke can be done again."""

import asyncio
import random
import string
from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.geometry import Size
from textual.keys import _character_to_key, key_to_character
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

import coder.tui.app
from coder.state import remember_project
from coder.store.project import open_project
from coder.tui.app import CoderApp
from coder.tui.keymap import bindings_of, keys_of
from tests.replay import replayed, stored

SCREENS: dict[str, Sequence[str] | None] = {
    "start": None,
    "code": (),
    "list": ("f9",),
    "themes": ("f2",),
    "define a theme": ("f2", "e"),
    "counts": ("f4",),
    "counts of a rating": ("f4", "Q", *"field", "enter"),
    "people behind a count": ("f4", "enter"),
    "history": ("f8",),
    "filter": ("F",),
    "memo": ("N", "enter"),
    "participant": ("P",),
    "jump": ("G",),
    "search": ("slash",),
    "hits": ("slash", *"people", "enter", "E", "enter"),
    "consistency": ("f7",),
    "highlights": ("f5",),
    "help": ("f1",),
    "palette": ("ctrl+p",),
}
"""Each screen, and the keys that lead to it from the coding screen; none: it is the start screen."""

SIZES = ((80, 24), (80, 24), (160, 50), (61, 17), (40, 10), (100, 30))
_KEEP_OUT = {"ctrl+q", "ctrl+c", "ctrl+z"}  # what ends or stops a program
_SETTLED_AFTER = 300  # turns of the loop


class MonkeyApp(CoderApp):
    """Can't be left: the palette has a way out, too."""

    CSS_PATH = Path(coder.tui.app.__file__).with_name("app.tcss")

    def exit(self, *args: object, **named: object) -> None:
        if self.failure is not None:
            super().exit(*args, **named)  # type: ignore[arg-type]


class Monkey:
    """Does seeded random things; `did` is what, for the message of a failure."""

    def __init__(self, pilot: Pilot, seed: int, home: Sequence[str] = ()) -> None:
        self.pilot, self.app, self.home = pilot, pilot.app, home
        self.random = random.Random(seed)
        self.did: list[str] = []
        self._clicked = (0, 0)

    async def play(self, count: int) -> None:
        await self._go_home()
        while len(self.did) < count:
            for _ in range(self.random.choice((1, 1, 1, 2, 4))):  # several at once, as over a slow line
                self._act()
            await self.settle()
            if len(self.did) % 40 == 0:
                size = self.random.choice(SIZES)
                self.did.append(f"{size[0]}x{size[1]}")
                self.app._driver._size = Size(*size)
                self.app.post_message(events.Resize(Size(*size), Size(*size)))
                await self.settle()
            if len(self.app.screen_stack) == 1 and self.home and self.random.random() < 0.3:
                await self._go_home()

    async def settle(self) -> None:
        """Let everything that was asked for be done, without waiting for what runs aside."""
        for _ in range(_SETTLED_AFTER):
            await asyncio.sleep(0)
            pumps = (self.app, *self.app.screen_stack, *self.app.screen.walk_children())
            if all(pump._message_queue is None or pump._message_queue.empty() for pump in pumps):
                break
        if self.app._exception is not None:
            raise AssertionError(f"after {self.did[-40:]}") from self.app._exception

    async def _go_home(self) -> None:
        for key in self.home:
            self._press(key)
            await self.settle()

    def _act(self) -> None:
        what = self.random.random()
        if what < 0.5:
            self._press(self.random.choice(self._commands()))
        elif what < 0.62:
            self._press(self._typed(self.random.choice(string.printable[:95])))
        elif what < 0.70:
            self._press(self.random.choice(("escape", "enter", "escape", "tab", "down", "up")))
        elif what < 0.74:
            self._send(events.Paste(self.random.choice(("pasted", "\x1b[31m我\n", "[/x]", "👍🏽" * 3))))
        else:
            self._mouse()

    def _commands(self) -> list[str]:
        screen = self.app.screen
        kinds = {type(screen), *(type(node) for node in screen.walk_children() if node.focusable)}
        keys = (key for kind in kinds for binding in bindings_of(kind) for key in keys_of(binding, {}))
        return sorted({*keys, "f1", "ctrl+p", "enter"} - _KEEP_OUT)

    def _typed(self, character: str) -> str:
        # A name that is typed may become a file: it stays in this folder.
        free = not isinstance(self.app.focused, Input | TextArea) or character not in "/\\~"
        return _character_to_key(character) if free else "x"

    def _press(self, key: str) -> None:
        self.did.append(key)
        character = key if len(key) == 1 else key_to_character(key)
        if isinstance(self.app.focused, Input | TextArea) and character in ("/", "\\", "~"):
            return
        self._send(events.Key(key, character))

    def _mouse(self) -> None:
        width, height = self.app.size
        x, y = self.random.randrange(max(1, width)), self.random.randrange(max(1, height))
        what = self.random.choice(("click", "click", "double", "drag", "wheel", "shift"))
        self.did.append(f"{what} {x},{y}")
        if what == "wheel":
            kind = self.random.choice((events.MouseScrollDown, events.MouseScrollUp))
            self._send(kind(None, x, y, 0, 0, 0, False, False, False))
        elif what == "drag":
            self._button(events.MouseDown, x, y)
            for _ in range(3):
                x, y = self.random.randrange(max(1, width)), self.random.randrange(max(1, height))
                self._button(events.MouseMove, x, y)
            self._button(events.MouseUp, x, y)
        else:
            for _ in range(self.random.choice((2, 3)) if what == "double" else 1):
                self._button(events.MouseDown, x, y, shift=what == "shift")
                self._button(events.MouseUp, x, y)

    def _button(self, kind: type[events.MouseEvent], x: int, y: int, *, shift: bool = False) -> None:
        self._send(kind(None, x, y, 0, 0, 1, shift, False, False, x, y))

    def _send(self, event: events.Event) -> None:
        event.set_sender(self.app)
        self.app._driver.send_message(event)


async def let_loose(
    path: Path, helper: tuple[str, ...], home: Sequence[str] | None, count: int, seed: int
) -> list[str]:
    """So many random events on one screen of a project; what was done. Raises what the program raised."""
    remember_project(path)
    app = MonkeyApp(None if home is None else path, "Ana", helper)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        while home is not None and app.session is None:
            await pilot.pause(0.01)
        await pilot.pause()
        monkey = Monkey(pilot, seed, home or ())
        await monkey.play(count)
        await pilot.pause()
    return monkey.did


def assert_the_log_tells_all(path: Path) -> None:
    """The log replays to the very rows that are there."""
    project = open_project(path)
    with project, project.read() as connection:
        told, there = replayed(connection), stored(connection)
        assert {name: rows for name, rows in told.items() if rows != there[name]} == {}, "the log tells otherwise"
