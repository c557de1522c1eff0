"""Which responses to read: one row for each thing that can be asked of them, and how many are left."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.style import Style
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from coder.domain.corpus import Question
from coder.domain.filtering import EVERYTHING, TICKS, Filter
from coder.tui.messages import RowPicked, RowReached, RowTicked
from coder.tui.screens.lookup import Lookup
from coder.tui.screens.modals import Choose, TypingScreen
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.plain import KeyLine, Plain
from coder.tui.widgets.rows import BOLD, DIM, PLAIN, Look, TickRows, fit

if TYPE_CHECKING:
    from coder.session import Session

_ALL = "all"
_ANY = Choice("any", None)
_LABEL = 20  # cells


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to ask. `value` says what is asked now; without a value it is a tick, and `on` where it is asked."""

    name: str
    label: str
    value: str | None = None
    on: bool = False


class FilterRows(TickRows):
    """What can be asked, a line each."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.changed()

    def count(self) -> int:
        return len(self.rows)

    @property
    def row(self) -> Row:
        return self.rows[self.cursor]

    def paint(self, row: int, width: int) -> Sequence[Look]:
        at = self.rows[row]
        here = ("▸ " if row == self.cursor else "  ", BOLD)
        if at.value is None:
            sign = "[✓] " if at.on else "[ ] "
            return [[here, (sign, BOLD), (fit(at.label, width - 6), BOLD if at.on else PLAIN)]]
        look: Style = BOLD if at.on else DIM
        return [[here, (fit(at.label, _LABEL) + " ", PLAIN), (fit(at.value, width - _LABEL - 3), look)]]


class FilterScreen(TypingScreen[tuple[Filter, Question]]):
    """Ends with the filter and the question it is of, unless it is of all."""

    BINDINGS = [
        Binding("space,right", "choose", "tick, or choose a value; or type it", id="filter.choose"),
        Binding("backspace,delete,left", "clear", "clear this row", id="filter.clear"),
        Binding("ctrl+u", "clear_all", "clear all", id="filter.clear_all"),
        Binding("escape", "dismiss(None)", "cancel", id="filter.cancel"),
    ]

    def __init__(self, session: Session, wanted: Filter, question: Question, searched: str) -> None:
        super().__init__()
        self.session = session
        self.wanted, self.question, self._searched = wanted, question, searched
        self._waves, self._attributes = session.waves(), session.attributes()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box tall"):
            yield Plain("Which responses? All that is set must hold.", classes="title")
            yield FilterRows(id="asked")
            yield Plain(id="left", classes="note")
            yield KeyLine(
                ("filter.choose", "set"),
                ("list.choose", "show these"),
                ("filter.clear", "clear"),
                ("filter.clear_all", "clear all"),
                ("filter.cancel", "cancel"),
            )

    def on_mount(self) -> None:
        self._show()

    @property
    def asked(self) -> FilterRows:
        return self.query_one(FilterRows)

    def type_ahead(self, character: str) -> None:
        """Space ticks or chooses; what else is typed on a row begins the search for its value."""
        if not self.is_mounted:
            return
        if character == " ":
            self.action_choose()
        elif self.asked.row.value is not None:
            self._choose(character)

    # --- what is shown -------------------------------------------------------------------------------

    def _show(self) -> None:
        self.asked.show_rows(self._rows())
        self._count()

    def _rows(self) -> list[Row]:
        wanted, given = self.wanted, dict(self.wanted.attributes)
        question = "all questions" if wanted.anywhere else _prompt(self.question)
        rows = [Row("question", "Question", question, wanted.anywhere)]
        if self._waves:
            wave = "any" if wanted.wave is None else wanted.wave or "(no wave)"
            rows.append(Row("wave", "Wave", wave, wanted.wave is not None))
        rows += [
            Row("with_theme", "Coded with", self._theme(wanted.with_theme, "any"), wanted.with_theme is not None),
            Row(
                "without_theme",
                "Not coded with",
                self._theme(wanted.without_theme, "–"),
                wanted.without_theme is not None,
            ),
            Row(
                "suggested",
                "Suggested",
                self._theme(wanted.suggested_theme, "some theme" if wanted.suggested else "any"),
                wanted.suggested,
            ),
            Row(
                "before_theme",
                "Reviewed before",
                self._theme(wanted.before_theme, "–"),
                wanted.before_theme is not None,
            ),
        ]
        rows += [Row(name, words, None, getattr(wanted, name)) for name, words in TICKS.items()]
        rows += [Row(f"attribute {a}", a, given.get(a, "any"), a in given) for a in self._attributes]
        return rows

    def _theme(self, theme_id: int | None, none: str) -> str:
        book = self.session.codebook
        if theme_id is None:
            return none
        return " > ".join(book.path(theme_id)) if theme_id in book.by_id else "a theme that is gone"

    @work(group="count", exclusive=True)
    async def _count(self) -> None:
        """Count aside what is left: of a large survey that takes its time."""
        left = self.query_one("#left", Plain)
        left.show(("counting …", "dim"))
        wanted, question = self.wanted, self.question.id
        found, of = await asyncio.to_thread(self._counted, wanted, question)
        if self.is_mounted:
            searched = f" with “{self._searched}”" if self._searched else ""
            left.show((f"{found:,} of {of:,}", "bold"), f" responses{searched}")

    def _counted(self, wanted: Filter, question_id: int) -> tuple[int, int]:
        found = self.session.queue(question_id, self._searched, wanted=wanted)
        return len(found), self.session.progress(None if wanted.anywhere else question_id).answered

    # --- setting -------------------------------------------------------------------------------------

    @on(RowReached)
    def _reached(self, event: RowReached) -> None:
        event.stop()

    @on(RowTicked)
    def _ticked(self, event: RowTicked) -> None:
        event.stop()
        self.action_choose()

    @on(RowPicked)
    def _picked(self, event: RowPicked) -> None:
        event.stop()
        self.dismiss((self.wanted, self.question))

    def action_choose(self) -> None:
        row = self.asked.row
        if row.value is None:
            self._set(**{row.name: not row.on})
        else:
            self._choose("")

    def action_clear(self) -> None:
        name = self.asked.row.name
        if name == "question":
            self._set(anywhere=False, wave=None)
        elif name.startswith("attribute "):
            self._attribute(name.removeprefix("attribute "), None)
        elif name == "suggested":
            self._set(suggested=False, suggested_theme=None)
        else:
            self._set(**{name: getattr(EVERYTHING, name)})

    def action_clear_all(self) -> None:
        self.wanted = EVERYTHING
        self._show()

    def _set(self, **asked: object) -> None:
        self.wanted = replace(self.wanted, **asked)  # type: ignore[arg-type]
        self._show()

    def _attribute(self, name: str, value: str | None) -> None:
        others = [(n, v) for n, v in self.wanted.attributes if n != name]
        self._set(attributes=tuple(others + ([(name, value)] if value is not None else [])))

    def _choose(self, typed: str) -> None:
        """Ask for the value of the row at the cursor."""
        row = self.asked.row
        if row.name.startswith("attribute "):
            name = row.name.removeprefix("attribute ")
            screen: Choose = Lookup(f"{name}:", lambda words: self._values(name, words))
        else:
            screen = Choose(f"{row.label}:", self._choices(row.name))
        if typed:
            screen.type_ahead(typed)

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                self._take(row.name, choice.value)

        self.app.push_screen(screen, chosen)

    def _values(self, attribute: str, typed: str) -> list[Choice]:
        found = self.session.values(attribute, typed)
        return [*([] if typed else [_ANY]), *(Choice(value, value, f"{people:,}") for value, people in found)]

    def _choices(self, name: str) -> list[Choice]:
        if name == "question":
            questions = [Choice(_prompt(q), q.id) for q in self.session.questions]
            return [Choice("all questions", _ALL), *questions]
        if name == "wave":
            return [_ANY, *(Choice(wave or "(no wave)", wave) for wave in self._waves)]
        book = self.session.codebook if self.wanted.anywhere else self.session.codebook.for_question(self.question.key)
        themes = [Choice(" > ".join(book.path(theme.id)), theme.id) for _, theme in book.walk()]
        return [_ANY, *([Choice("some theme", _ALL)] if name == "suggested" else []), *themes]

    def _take(self, name: str, value: int | str | None) -> None:
        if name == "question":
            self.question = next((q for q in self.session.questions if q.id == value), self.question)
            everywhere = value == _ALL
            self._set(anywhere=everywhere, wave=self.wanted.wave if everywhere else None)
        elif name == "wave":
            self._set(wave=value, anywhere=self.wanted.anywhere or value is not None)
        elif name == "suggested":
            self._set(suggested=value is not None, suggested_theme=value if isinstance(value, int) else None)
        elif name.startswith("attribute "):
            self._attribute(name.removeprefix("attribute "), None if value is None else str(value))
        else:
            self._set(**{name: value})


def _prompt(question: Question) -> str:
    """A question as it is called in a list."""
    return (question.prompt or question.key) + (f" ({question.wave})" if question.wave else "")
