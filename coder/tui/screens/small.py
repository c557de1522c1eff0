"""What stands over every screen while the terminal is too small for it."""

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size

from coder.tui.screens.leaving import Leaving
from coder.tui.widgets.plain import Plain

_WIDTH, _HEIGHT = 60, 16


class TooSmall(Leaving[None]):
    """Goes by itself once there is room again; what it stands over is as it was."""

    @staticmethod
    def is_for(size: Size) -> bool:
        return size.width < _WIDTH or size.height < _HEIGHT

    def compose(self) -> ComposeResult:
        yield Plain(f"coder needs a terminal of at least {_WIDTH} × {_HEIGHT} cells.\nNothing is lost: make it larger.")

    def on_resize(self, event: events.Resize) -> None:
        self._leave(event.size)

    def on_screen_resume(self) -> None:
        self._leave(self.app.size)

    def _leave(self, size: Size) -> None:
        if not self.is_for(size):
            self.dismiss(None)
