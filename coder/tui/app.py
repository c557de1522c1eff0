"""The terminal application: opens the project after the first paint, and leaves the terminal as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen

from coder.config import Config, read_config
from coder.domain.queue import Queue
from coder.errors import CoderError, InputError
from coder.state import remember_look, remember_project, remembered_look
from coder.tui.background import Background, command
from coder.tui.keymap import checked
from coder.tui.looks import LOOKS, dress
from coder.tui.messages import ProjectChosen
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.leaving import Leaving
from coder.tui.screens.modals import TypingScreen, explanation
from coder.tui.screens.reading import WHAT_FOR
from coder.tui.screens.small import TooSmall
from coder.tui.screens.work import WorkScreen
from coder.tui.terminal import end_if_lost, heed_signals, heed_stops
from coder.tui.widgets.desk import ORDERS
from coder.tui.widgets.plain import tell

if TYPE_CHECKING:
    from coder.exports import ExportKind
    from coder.session import Session
    from coder.tui.faults import Fault


class CoderApp(App[int]):
    """Holds the session and the helper process for as long as the screens are up."""

    CSS_PATH = "app.tcss"
    ALLOW_SELECT = False  # the response has its own selection, and of all others nothing is to be picked by mouse
    TITLE = "coder"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (36, "-tall")]
    DEFAULT_MODE = "0"
    ENABLE_COMMAND_PALETTE = False  # ours shows the commands of the screen with their keys
    BINDINGS = [
        Binding("f1", "help", "help: every key", priority=True, id="app.help"),
        Binding("ctrl+p", "palette", "palette: find any command by its name", priority=True, id="app.palette"),
        Binding("ctrl+q", "quit", "quit; everything is saved already", priority=True, id="app.quit"),
        Binding("ctrl+z", "suspend_process", "back to the shell for a while; fg returns", id="app.suspend"),
    ]

    def __init__(
        self,
        path: Path | None,
        coder_name: str | None = None,
        helper: Sequence[str] | None = None,
        queue: Queue | None = None,
    ) -> None:
        """Without a path it begins with the start screen.

        `helper` is the helper's command line, `queue` the order to read in, where they are not the usual ones.
        """
        super().__init__()
        self._queue = queue
        self._helper = helper
        self.path = path
        self.coder_name = coder_name
        self.failure: CoderError | None = None
        self.explains_faults = False  # also where there is no terminal, as in tests
        self._at_fault = False
        self.add_mode(self.DEFAULT_MODE, self._first_screen)
        self.session: Session | None = None
        self.background: Background | None = None
        self._typed_ahead: list[events.Key] | None = None  # keys that came while a project is being opened
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

    def _first_screen(self) -> Screen[Any]:
        return _start_screen() if self.path is None else CodeScreen(self.path.name)

    def on_mount(self) -> None:
        self._watch_the_terminal()
        if self.path is not None:
            self._typed_ahead = []
            self.call_after_refresh(self._open, self.path)
        self.call_after_refresh(self._tell_of_config)

    def _tell_of_config(self) -> None:
        if self.config.problems:
            said = "Some of the config file can't be used; coder goes on without that."
            hint = f"The file is {self.config.path}. coder config checks it, too."
            self.push_screen(explanation(InputError(said, problems=self.config.problems, hint=hint)))

    # --- the project ---------------------------------------------------------------------------------

    @on(ProjectChosen)
    def _chosen(self, event: ProjectChosen) -> None:
        self.call_later(self.open_project, event.path)

    async def open_project(self, path: Path) -> None:
        """Open a project from the start screen; where that can't be, it says why and stays."""
        self._typed_ahead = []
        await self._bring(CodeScreen(path.name))
        self.call_after_refresh(self._open, path)

    async def _open(self, path: Path) -> None:
        """Open the project; the frame is on the screen already."""
        from coder.session import open_session  # SQLAlchemy takes its time to load

        try:
            self.session = open_session(path, self.coder_name)
            if self._queue is not None:
                self.session.choose_queue(self._queue)
        except CoderError as error:
            self.call_later(self._not_opened, error)  # this runs on the screen that has to go
            return
        self.background = Background(self._helper or command(path, self.session.coder_name), self._background_lost)
        if isinstance(self.screen_stack[0], Leaving):
            await self.screen_stack[0].ready()
        self._begin()
        remember_project(self.session.project.path)
        self.call_later(self._catch_up)
        self.call_after_refresh(self._start_background)  # the first response comes before its helper

    async def _catch_up(self) -> None:
        """Let the keys act that came before the project was there, before any that come after."""
        typed, self._typed_ahead = self._typed_ahead or (), None
        for key in typed:
            await self.on_event(key)

    async def _not_opened(self, error: CoderError) -> None:
        self._typed_ahead = None
        if self.path is not None:
            self.failure = error
            self.exit(return_code=1)
            return
        await self._bring(_start_screen())
        self.push_screen(explanation(error))

    def _begin(self) -> None:
        screen = self.screen_stack[0]
        if isinstance(screen, CodeScreen) and self.session is not None and self.background is not None:
            screen.begin(self.session, self.background)

    async def _start_background(self) -> None:
        gc.freeze()  # what is there by now stays: a key need not wait until it is searched for garbage
        gc.enable()
        if self.background is not None and self.session is not None:
            try:
                await self.background.start()
            except OSError:
                self._background_lost()

    async def _bring(self, screen: Screen[Any]) -> None:
        """Show this screen alone. Each base screen is a mode of its own: its modal screens go with it."""
        before = self.current_mode
        mode = str(int(before) + 1)
        for old in self.screen_stack:
            if isinstance(old, Leaving):
                old.stop_reading()
        self.add_mode(mode, lambda: screen)
        await self.switch_mode(mode)
        await self.remove_mode(before)

    async def action_start(self) -> None:
        """Leave the project for the start screen."""
        await self._bring(_start_screen())
        await self._close_project()
        self.path = None

    async def _close_project(self) -> None:
        if self.background is not None:
            await self.background.stop()
        if self.session is not None:
            self.session.project.close()
        self.session = self.background = None

    def _background_lost(self) -> None:
        tell(self, "The helper process has ended: no new suggestions or key terms. Coding goes on as before.")

    async def _shutdown(self) -> None:
        self.workers.cancel_all()  # what is read aside would find its screen without widgets
        await super()._shutdown()

    async def on_unmount(self) -> None:
        await self._close_project()

    # --- what can be done here -----------------------------------------------------------------------

    def action_help(self) -> None:
        from coder.tui.screens.help import Help, help_of

        if not isinstance(self.screen, Help):
            self.push_screen(help_of(self.screen))

    def action_palette(self) -> None:
        from coder.tui.screens.offers import Palette, offer_commands

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
            if not self.is_web:  # the browser is served one project
                yield SystemCommand("Open another project", "this one is saved", self.action_start)
        for look in LOOKS:
            if look != self.theme:
                yield SystemCommand(f"Look: {look.replace('-', ' ')}", "", partial(self.wear, look))

    def export(self, kind: ExportKind) -> None:
        """Write a table out of the project, beside it or into the browser's downloads."""
        from coder.exports import export
        from coder.tui.files import hand_over

        if self.session is not None:
            project = self.session.project
            name = f"{project.path.stem}-{kind}.xlsx"
            written = hand_over(self, project.path.parent, name, lambda path: export(kind, project, path).notices)
            self.run_worker(written, group="export")

    def wear(self, look: str) -> None:
        """Put on a look, next time too."""
        self.theme = look
        remember_look(look)

    async def on_event(self, event: events.Event) -> None:
        if self._typed_ahead is not None and isinstance(event, events.Key) and event.key != "ctrl+q":
            self._typed_ahead.append(event)
            return
        if isinstance(event, events.InputEvent) and isinstance(self.screen, Leaving):
            await self.screen.ready()
        await super().on_event(event)

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

    # --- errors that nobody foresaw ------------------------------------------------------------------

    async def _dispatch_message(self, message: Message) -> None:
        """Go on after an error: most commands are carried out here, and what the page offers must be, too."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        """Show a page where Textual would end with a traceback; a second error while it is up ends the program."""
        if self.is_headless and not self.explains_faults:
            super()._handle_exception(error)  # a test fails by it
            return
        if self._exit:
            return
        from coder.tui.faults import fault_of, log_fault

        fault = fault_of(error)
        log = log_fault(fault)
        if self._at_fault:
            self._end_at_fault(log)
        else:
            self._at_fault = True
            self.call_later(self._show_fault, fault, log)

    def _end_at_fault(self, log: Path | None) -> None:
        said = "coder met an error of its own and has ended; everything that was shown as done is saved."
        self.failure = CoderError(said, hint=f"Please report it with what {log} says of it." if log else "")
        self.exit(return_code=1)

    def _show_fault(self, fault: Fault, log: Path | None) -> None:
        from coder.tui.screens.fault import FaultScreen

        def answered(go_on: bool | None) -> None:
            if go_on:
                self.call_later(self._start_over)
            else:
                self._end_at_fault(log)

        self.push_screen(FaultScreen(fault, log), answered)

    async def _start_over(self) -> None:
        """Make the screens anew: those that were up may not hear anything any more. All they knew is in the project."""
        base = self.screen_stack[0]
        shown = base.shown.response.id if isinstance(base, CodeScreen) and base.shown else None
        if self.session is None:
            await self._bring(_start_screen())
        else:
            await self._bring(screen := CodeScreen(self.session.project.path.name))
            self._begin()
            if shown is not None:
                screen.go_to(shown)
        self._at_fault = False

    # --- the terminal --------------------------------------------------------------------------------

    def _watch_the_terminal(self) -> None:
        if self.is_headless:
            return
        heed_signals(lambda status: self.exit(return_code=status))
        self.app_resume_signal.subscribe(self, lambda _: self._repaint())
        if not self.is_web:
            self.set_interval(1.0, self._look_for_the_terminal)
            heed_stops(self._driver, self._repaint)

    def _repaint(self) -> None:
        """Paint everything: another program has written over it."""
        for screen in self.screen_stack:
            for part in (screen, *screen.walk_children()):
                part.refresh()

    def _look_for_the_terminal(self) -> None:
        end_if_lost(self.background.kill if self.background else lambda: None)


def _start_screen() -> Screen[Any]:
    from coder.tui.screens.start import StartScreen  # a named project has no need of it

    return StartScreen()


def run(
    path: Path | None,
    coder_name: str | None = None,
    queue: Queue | None = None,
    helper: Sequence[str] | None = None,
) -> int:
    """The coding screen on a project, or the start screen, until it is left: the exit status.

    Raises CoderError if the project can't be opened, or after an error of the program's own.
    """
    if path is not None:
        gc.disable()  # until the first response is there: what is loaded by then stays
    app = CoderApp(path, coder_name, helper, queue)
    app.run()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
