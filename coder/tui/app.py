"""The terminal application: opens the project after the first paint, and leaves the terminal as it was."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from coder.config import Config, read_config
from coder.domain.queue import Queue
from coder.errors import CoderError, InputError
from coder.state import remember_look, remembered_look
from coder.tui.background import Background, command
from coder.tui.files import hand_over
from coder.tui.keymap import checked
from coder.tui.looks import LOOKS, dress
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.help import Help, help_of
from coder.tui.screens.modals import TypingScreen, explanation
from coder.tui.screens.offers import Palette, offer_commands
from coder.tui.screens.reading import WHAT_FOR
from coder.tui.screens.small import TooSmall
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.desk import ORDERS
from coder.tui.widgets.plain import tell

if TYPE_CHECKING:
    from coder.exports import ExportKind
    from coder.session import Session

_LOST_TERMINAL = 129


class CoderApp(App[int]):
    """Holds the session and the helper process for as long as the screens are up."""

    CSS_PATH = "app.tcss"
    TITLE = "coder"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (36, "-tall")]
    ENABLE_COMMAND_PALETTE = False  # ours shows the commands of the screen with their keys
    BINDINGS = [
        Binding("f1", "help", "help: every key", priority=True, id="app.help"),
        Binding("ctrl+p", "palette", "palette: find any command by its name", priority=True, id="app.palette"),
        Binding("ctrl+q", "quit", "quit; everything is saved already", priority=True, id="app.quit"),
    ]

    def __init__(
        self,
        path: Path,
        coder_name: str | None,
        helper: Sequence[str] | None = None,
        queue: Queue | None = None,
    ) -> None:
        """`helper` is the helper's command line, `queue` the order to read in, where they are not the usual ones."""
        super().__init__()
        self._queue = queue
        self._helper = helper
        self.path = path
        self.coder_name = coder_name
        self.failure: CoderError | None = None
        self.session: Session | None = None
        self.background: Background | None = None
        self.config = self._configured(read_config())
        dress(self, self.config.look or remembered_look())

    def _configured(self, config: Config) -> Config:
        """Take over what the config file says; its problems, those of the keys included, are told once it is up."""
        if not config.keymap:
            return config
        keymap, wrong = checked(config.keymap)
        self.set_keymap(keymap)
        problems = (f"{config.at('keymap', command)}: {problem}" for command, problem in wrong)
        return replace(config, problems=(*config.problems, *problems))

    def on_resize(self, event: events.Resize) -> None:
        if (
            self.is_running
            and TooSmall.is_for(event.size)
            and not any(isinstance(s, TooSmall) for s in self.screen_stack)
        ):
            self.push_screen(TooSmall())

    def get_default_screen(self) -> Screen[int]:
        return CodeScreen(self.path.name)

    def on_mount(self) -> None:
        self._watch_the_terminal()
        self.call_after_refresh(self._open)
        self.call_after_refresh(self._tell_of_config)

    def _tell_of_config(self) -> None:
        if self.config.problems:
            said = "Some of the config file can't be used; coder goes on without that."
            hint = f"The file is {self.config.path}. coder config checks it, too."
            self.push_screen(explanation(InputError(said, problems=self.config.problems, hint=hint)))

    async def _open(self) -> None:
        """Open the project; the frame is on the screen already."""
        from coder.session import open_session  # SQLAlchemy takes its time to load

        try:
            self.session = open_session(self.path, self.coder_name)
            if self._queue is not None:
                self.session.choose_queue(self._queue)
        except CoderError as error:
            self.failure = error
            self.exit(return_code=1)
            return
        self.background = Background(self._helper or command(self.path, self.session.coder_name), self._background_lost)
        screen = self.screen_stack[0]
        if isinstance(screen, CodeScreen):
            screen.begin(self.session, self.background)
        self.call_after_refresh(self._start_background)  # the first response comes before its helper

    async def _start_background(self) -> None:
        gc.freeze()  # what is there by now stays: a key need not wait until it is searched for garbage
        gc.enable()
        if self.background is not None:
            try:
                await self.background.start()
            except OSError:
                self._background_lost()

    def _background_lost(self) -> None:
        tell(self, "The helper process has ended: no new suggestions or key terms. Coding goes on as before.")

    async def on_unmount(self) -> None:
        if self.background is not None:
            await self.background.stop()
        if self.session is not None:
            await asyncio.get_running_loop().shutdown_default_executor()  # what still reads aside has it open
            self.session.project.close()

    # --- what can be done here -----------------------------------------------------------------------

    def action_help(self) -> None:
        if not isinstance(self.screen, Help):
            self.push_screen(help_of(self.screen))

    def action_palette(self) -> None:
        if not isinstance(self.screen, Palette):
            offer_commands(self)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers besides the keys' commands: orders of reading, holding back, exports, looks."""
        from coder.exports import ExportKind

        if isinstance(screen, CodeScreen):
            for order, name in ORDERS.items():
                yield SystemCommand(f"Responses {name}", WHAT_FOR[order], partial(screen.use_queue, order))
            about = "code some without, to see whether it makes a difference"
            yield SystemCommand("Hold suggestions back", about, screen.ask_hold_back)
        if self.session is not None:
            for kind in ExportKind:
                yield SystemCommand(f"Export: {kind}", "as a spreadsheet (XLSX)", partial(self.export, kind))
        for look in LOOKS:
            if look != self.theme:
                yield SystemCommand(f"Look: {look.replace('-', ' ')}", "", partial(self.wear, look))

    def export(self, kind: ExportKind) -> None:
        """Write a table out of the project, beside it or into the browser's downloads."""
        from coder.exports import export

        if self.session is not None:
            project = self.session.project
            name = f"{self.path.stem}-{kind}.xlsx"
            written = hand_over(self, self.path.parent, name, lambda path: export(kind, project, path).notices)
            self.run_worker(written, group="export")

    def wear(self, look: str) -> None:
        """Put on a look, next time too."""
        self.theme = look
        remember_look(look)

    def on_key(self, event: events.Key) -> None:
        """The themes' keys, and what is typed while a question opens.

        Here, because Textual runs the bindings here: so keys that come in a burst act in their order.
        """
        if not event.character:
            return
        screen = self.screen
        if isinstance(screen, WorkScreen) and screen.theme_key(event.character):
            event.prevent_default()
        elif isinstance(screen, TypingScreen) and event.is_printable:
            screen.type_ahead(event.character)
            event.prevent_default()

    # --- the terminal --------------------------------------------------------------------------------

    def _watch_the_terminal(self) -> None:
        """Textual restores the terminal when it exits by itself; see that it does, and that it ends without one."""
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, ValueError):
                loop.add_signal_handler(number, self._end_by, number)
        if not self.is_web:
            self.set_interval(1.0, self._look_for_the_terminal)

    def _end_by(self, number: int) -> None:
        self.exit(return_code=128 + number)

    def _look_for_the_terminal(self) -> None:
        """A program whose terminal is gone would spin for ever. All acts are committed; there is nothing to save."""
        with suppress(OSError, ValueError):
            if os.isatty(sys.__stdin__.fileno() if sys.__stdin__ else 0):
                return
        if self.background is not None:
            self.background.kill()
        os._exit(_LOST_TERMINAL)


def run(path: Path, coder_name: str | None, queue: Queue | None = None, helper: Sequence[str] | None = None) -> int:
    """The coding screen on a project until the coder leaves it: the exit status. Raises CoderError if it can't open."""
    gc.disable()  # until the first response is there: what is loaded by then stays
    app = CoderApp(path, coder_name, helper, queue)
    app.run()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
