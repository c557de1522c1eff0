"""The coding screen in a process of its own for coder.serve: what it draws goes to a page in a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Lock
from typing import Any

from textual import events, messages
from textual.app import App
from textual.drivers.web_driver import WebDriver

from coder.domain.display import safe
from coder.tui.app import CoderApp


class ServedDriver(WebDriver):
    """Textual's web driver for a page that may go and come back, and a server that may die."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """Keep the pipe to the server for packets alone: what anything else prints goes to stderr."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.fileno = os.dup(self.fileno)
        os.dup2(2, 1)
        self._turn = Lock()
        self._write = self._put  # type: ignore[assignment]  # os.write's count of bytes is of no use to anybody

    def _put(self, packet: bytes) -> None:
        """Write a packet whole and by itself: two threads write, and a pipe takes what it has room for."""
        with self._turn:
            rest = memoryview(packet)
            try:
                while rest:
                    rest = rest[os.write(self.fileno, rest) :]
            except BrokenPipeError:
                return  # the server is gone; that the input has ended says so, too

    def start_application_mode(self) -> None:
        """Let the strip between the last cell and the page's edge have the screen's colour."""
        super().start_application_mode()
        self._app.call_later(self._follow_theme)

    def _follow_theme(self) -> None:
        self._app.theme_changed_signal.subscribe(self._app, lambda _: self._colour_ground())
        self._colour_ground()

    def _colour_ground(self) -> None:
        self.write(f"\x1b]11;{self._app.theme_variables['background']}\x1b\\")

    def stop_application_mode(self) -> None:
        """Say why, if the project could not be opened."""
        failure = self._app.failure if isinstance(self._app, CoderApp) else None
        if failure is not None:
            self.write_meta({"type": "failed", "message": safe(f"{failure.message} {failure.hint}")})
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """End with the server: nobody could see or end a screen without it."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(messages.ExitApp())

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Greet a page that has come (back): its terminal knows nothing of what is on the screen."""
        if packet_type != "attach":
            super().on_meta(packet_type, payload)
            return
        self.write("\x1b[?1049h\x1b[2J\x1b[?25l")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        super().on_meta("resize", payload)
        self._app.call_later(self._begin_anew)

    def _begin_anew(self) -> None:
        """Draw everything. A button that was down when the page went can't be let go any more."""
        held = self._app.mouse_captured
        if held is not None:
            held.post_message(events.MouseUp(held, 0, 0, 0, 0, 1, False, False, False))
        self._colour_ground()
        self._app.refresh(layout=True)
        self._request_terminal_sync_mode_support()


def main() -> None:
    """The coding screen on the project and for the coder named on the command line, until it is left."""
    app = CoderApp(Path(sys.argv[1]), sys.argv[2])
    app.run()
    sys.exit(app.return_code or 0)


if __name__ == "__main__":
    main()
