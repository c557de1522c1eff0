"""The peer: three panes of Textual's own widgets with nothing behind them, which do on the screen what coder does.

Its text area moves its caret, `n` and `p` show another text and move the list, `1` changes a row of the codebook;
`x` changes one label and nothing else, the least that a key can do.

python -m benchmarks.tui.bare [TEXT-FILE]
"""

import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import OptionList, Static, TextArea

_TEXT = "a response that is about as long as most of them are and wraps in its pane " * 3
_ROWS = 1_000
_THEMES = 25


class BareApp(App[None]):
    CSS = """
    #head, #status, #keys { height: 1; }
    #work { height: 1fr; }
    #responses { width: 38; height: 100%; border: none; }
    #themes { width: 46; height: 100%; border: none; }
    #response { width: 1fr; height: 100%; border: none; }
    """
    BINDINGS = [
        Binding("n", "go(1)", "next"),
        Binding("p", "go(-1)", "previous"),
        Binding("1", "theme", "theme"),
        Binding("x", "label", "label"),
    ]

    def __init__(self, text: str = _TEXT) -> None:
        super().__init__()
        self._text = text
        self._done = 0

    def compose(self) -> ComposeResult:
        yield Static("bare", id="head", markup=False)
        with Horizontal(id="work"):
            yield OptionList(*(f"response {n}" for n in range(_ROWS)), id="responses", markup=False)
            yield TextArea(self._text, read_only=True, show_cursor=True, id="response")
            yield OptionList(*(f"theme {n}  0" for n in range(_THEMES)), id="themes", markup=False)
        yield Static("nothing yet", id="status", markup=False)
        yield Static("keys", id="keys", markup=False)

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()
        self.query_one("#responses", OptionList).highlighted = 1

    def action_go(self, by: int) -> None:
        rows = self.query_one("#responses", OptionList)
        rows.highlighted = (rows.highlighted or 0) + by
        self.query_one(TextArea).load_text(f"{rows.highlighted} {self._text}")
        self.action_label()

    def action_theme(self) -> None:
        self.action_label()
        self.query_one("#themes", OptionList).replace_option_prompt_at_index(0, f"theme 0  {self._done}")

    def action_label(self) -> None:
        self._done += 1
        self.query_one("#status", Static).update(f"did {self._done}", layout=False)


if __name__ == "__main__":
    BareApp(*(Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])).run()
