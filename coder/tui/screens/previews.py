"""Questions that say first what a yes would change: counted aside, and answered once it is said."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.errors import CoderError
from coder.tui.latest import Latest
from coder.tui.screens.leaving import Modal
from coder.tui.widgets.plain import Hint, KeyLine, Plain


class Preview(Modal[str]):
    """Ends with the answer, or with nothing; a refusal ends it too, and is `explained` where it was asked."""

    TITLE = ""
    HINTS: tuple[Hint, ...] = ()

    def __init__(self, read: Callable[[], str], explain: Callable[[CoderError], None]) -> None:
        """`read` gives the preview."""
        super().__init__()
        self._read, self._explain = read, explain
        self._said = False
        self._reader: Latest[str] = Latest(self, self._say, self._refuse)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self.TITLE or "", classes="title")
            yield Plain("Counting what would change …", id="preview", classes="note")
            yield KeyLine(*self.HINTS)

    def on_mount(self) -> None:
        self._reader.ask(self._read)

    def _say(self, preview: str) -> None:
        self._said = True
        self.query_one("#preview", Plain).show(preview, layout=True)

    def _refuse(self, error: CoderError) -> None:
        self.dismiss(None)
        self._explain(error)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nobody says yes to what they have not read."""
        return self._said if action == "answer" else super().check_action(action, parameters)

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)


class MergePreview(Preview):
    TITLE = "Merge the two themes?"
    HINTS = (("merge.yes", "yes"), ("merge.no", "no"))
    BINDINGS = [
        Binding("y,enter", "answer('yes')", "yes", id="merge.yes"),
        Binding("n,escape", "dismiss(None)", "no", id="merge.no"),
    ]


class SplitPreview(Preview):
    TITLE = "Split the theme?"
    HINTS = (("split.move", "move"), ("split.copy", "copy"), ("split.cancel", "cancel"))
    BINDINGS = [
        Binding("m,enter,y", "answer('move')", "move the quotes", id="split.move"),
        Binding("c", "answer('copy')", "copy them", id="split.copy"),
        Binding("escape,n", "dismiss(None)", "cancel", id="split.cancel"),
    ]
