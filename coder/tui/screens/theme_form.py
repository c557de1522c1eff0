"""The form in which a theme is defined."""

from collections.abc import Callable, Mapping

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from coder.domain.codebook import Theme
from coder.domain.display import safe, safe_lines
from coder.tui.screens.leaving import Modal
from coder.tui.screens.modals import leave_unsaved
from coder.tui.widgets.plain import KeyLine, Plain, Remark, TextBox, TextField

_LINES = (("name", "Name"), ("key", "Key (one character)"), ("keywords", "Keywords, with commas between"))
_BOXES = (
    ("definition", "Definition"),
    ("include", "Include: when to use it"),
    ("exclude", "Exclude: when not to"),
    ("example", "Example"),
)


class ThemeForm(Modal[Mapping[str, object]]):
    """Gives back the fields that were changed, and only these."""

    BINDINGS = [
        Binding("f2", "save", "save", id="define.save"),
        Binding("escape", "leave", "cancel", id="define.cancel"),
        Binding("enter", "next_field", "next field", show=False, id="define.next_field"),
    ]

    def __init__(self, theme: Theme, remarks: Mapping[str, Callable[[str], str]]) -> None:
        """`remarks` say something about what is typed in a field, by the field."""
        super().__init__()
        self._remarks = remarks
        self._before: dict[str, str] = {
            "name": safe(theme.name),
            "key": safe(theme.key),
            "keywords": safe(", ".join(theme.keywords)),
            **{field: safe_lines(getattr(theme, field)) for field, _ in _BOXES},
        }

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield Plain("Define the theme", classes="title")
            with VerticalScroll(can_focus=False):
                for field, label in _LINES:
                    yield Plain(label, classes="label first" if field == "name" else "label")
                    yield TextField(self._before[field], id=field, select_on_focus=False, compact=True)
                    if field in self._remarks:
                        yield Remark(id=f"{field}-remark")
                for field, label in _BOXES:
                    yield Plain(label, classes="label")
                    yield TextBox(self._before[field], id=field)
            yield KeyLine(("tab", "next field"), ("define.save", "save"), ("define.cancel", "cancel"))

    def on_mount(self) -> None:
        self.call_after_refresh(self.query_one(VerticalScroll).scroll_home, animate=False)  # its label too

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        field = event.input.id or ""
        if field in self._remarks:
            self.query_one(f"#{field}-remark", Remark).say(self._remarks[field](event.value.strip()))

    def action_next_field(self) -> None:
        self.focus_next()

    @property
    def _changed(self) -> dict[str, str]:
        now = {field: self.query_one(f"#{field}", TextField).value for field, _ in _LINES}
        now |= {field: self.query_one(f"#{field}", TextBox).text for field, _ in _BOXES}
        return {field: text.strip() for field, text in now.items() if text != self._before[field]}

    def action_save(self) -> None:
        changed: dict[str, object] = {**self._changed}
        if "keywords" in self._changed:
            changed["keywords"] = tuple(w.strip() for w in self._changed["keywords"].split(",") if w.strip())
        self.dismiss(changed)

    def action_leave(self) -> None:
        leave_unsaved(self, bool(self._changed), "define.save")
