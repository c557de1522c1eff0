"""What stands behind a theme, in three lists: its quotes, its negative cases, what was reviewed before it existed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from coder.domain.codebook import Codebook, Theme
from coder.domain.coding import Span
from coder.domain.corpus import Question
from coder.domain.display import one_line
from coder.domain.filtering import Filter
from coder.errors import CoderError
from coder.tui.background import Background
from coder.tui.latest import Latest
from coder.tui.widgets.cases import CaseList
from coder.tui.widgets.palette import Paint
from coder.tui.widgets.plain import Piece, Plain, TextField
from coder.tui.widgets.tabs import Tabs

if TYPE_CHECKING:
    from coder.cases import Passage, QuoteIndex, QuoteKey
    from coder.session import Session


_NAMES = (("Quotes", "Quotes"), ("Negative cases", "Negative"), ("Before it existed", "Before"))


class Tab(IntEnum):
    QUOTES = 0
    NEGATIVE = 1
    BEFORE = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """The theme whose cases are listed, as the screen shows it; without a question of all questions."""

    theme: Theme
    book: Codebook
    question: Question | None
    paints: Mapping[int, Paint]

    @property
    def what(self) -> tuple[int, int | None]:
        """The theme and the question whose cases are meant."""
        return self.theme.id, self.question_id

    @property
    def question_id(self) -> int | None:
        return self.question.id if self.question else None

    @property
    def before(self) -> Filter:
        """What was reviewed before the theme existed."""
        from coder.cases import reviewed_before

        return reviewed_before(self.theme.id, anywhere=self.question is None)


@dataclass(frozen=True, slots=True)
class Likely:
    """Why a response is a negative case: how likely the theme looked, the words for it, and whether it was refused."""

    chance: float
    spans: tuple[Span, ...]
    refused: bool


class Cases(Vertical):
    """Lists are read aside: nothing here makes the cursor of the themes wait."""

    def __init__(self, session: Session, background: Background | None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.session, self.background = session, background
        self.subject: Listed | None = None
        self.tab = Tab.QUOTES
        self.words = ""
        self.quotes: QuoteIndex | None = None
        self.before: Sequence[int] = ()
        self._negative: dict[int, Likely] | None = None
        self._why_none = ""
        self._facts = False
        self._reader: Latest[tuple[QuoteIndex, Sequence[int]]] = Latest(self, self._came, self._refused)

    def compose(self) -> ComposeResult:
        yield Tabs(id="tabs")
        yield Plain(id="cases-title")
        words = TextField(placeholder="words in the quotes, or site:Utrecht, wave:2024", id="find-quotes")
        words.compact = True
        words.display = False
        yield words
        yield CaseList(id="quotes")

    @property
    def rows(self) -> CaseList:
        return self.query_one(CaseList)

    @property
    def field(self) -> TextField:
        return self.query_one(TextField)

    @property
    def reading(self) -> bool:
        """Whether the quotes are still read."""
        return self._reader.busy

    @property
    def ticked(self) -> list[QuoteKey]:
        """The quotes that are ticked, shown or not."""
        return sorted(self.rows.ticked)

    # --- what is shown -------------------------------------------------------------------------------

    def show_theme(self, subject: Listed | None) -> None:
        """List the cases of this theme; of the same one as before, as they are now."""
        other = subject is None or self.subject is None or subject.what != self.subject.what
        self.subject = subject
        if other or self.tab is not Tab.NEGATIVE:  # else what is listed stays until the new list is there
            self._negative, self._why_none = None, ""
            self.rows.ticked.clear()
            self.quotes, self.before = None, ()
            self._show_cases()
        if subject is not None:
            self._read()
            if self.tab is Tab.NEGATIVE:
                self._look_for_negative()

    def _read(self) -> None:
        from coder.cases import quotes_of

        session, subject, words = self.session, self.subject, self.words
        if subject is None:
            return

        def read() -> tuple[QuoteIndex, Sequence[int]]:
            question = subject.question_id
            before = session.fitting(subject.before, question)
            return quotes_of(session.project, subject.book, subject.theme.id, question, words), before

        self._reader.ask(read)

    def _came(self, found: tuple[QuoteIndex, Sequence[int]]) -> None:
        self.quotes, self.before = found
        self._show_cases()

    def _refused(self, error: CoderError) -> None:
        self.query_one("#cases-title", Plain).show(error.message)

    def show_tab(self, tab: Tab) -> None:
        self.tab = tab
        if tab is not Tab.QUOTES:
            self.leave_field()
        if tab is Tab.NEGATIVE and self._negative is None and self.subject is not None:
            self._look_for_negative()
        self._show_cases()

    def _show_cases(self) -> None:
        subject = self.subject
        paints, own = (subject.paints, subject.theme.id) if subject else ({}, 0)
        self.rows.show_cases(self._keys(), self._passages, self._place, lambda p: paints.get(p.theme_id or own))
        counts = [len(self.quotes.keys) if self.quotes else None, self._negative and len(self._negative), None]
        counts[Tab.BEFORE] = len(self.before) if self.quotes else None
        said = ["" if count is None else f" {count:,}" for count in counts]
        names = [(long + count, short + count) for (long, short), count in zip(_NAMES, said, strict=True)]
        self.query_one(Tabs).show_tabs(names, self.tab)
        self._show_title()

    def _show_title(self) -> None:
        self.query_one("#cases-title", Plain).show(*(self._title() if self.subject else ()), layout=True)

    def _title(self) -> list[Piece]:
        """What the list has, and by which rule."""
        if self.tab is Tab.NEGATIVE:
            if self._negative is None:
                return [(self._why_none or "Looking through what is reviewed …", "dim")]
            rule = "Reviewed without it, though their words speak for it (judged without having seen the person)."
            return [(rule if self._negative else self._why_none or "No reviewed response looks like it.", "dim")]
        if self.quotes is None:
            return [("reading …", "dim")]
        if self.tab is Tab.BEFORE:
            if not self.before:
                return [("No response that lacks it was reviewed before it existed.", "dim")]
            said = f"{len(self.before):,} responses were reviewed before the theme existed, and may lack it unseen."
            return [(said, "dim")]
        pieces: list[Piece] = [f" Quotes {len(self.quotes.keys):,}, participants {self.quotes.participants:,}"]
        if self.words:
            pieces.append((f" with “{one_line(self.words, 30)}”", "bold"))
        if self.rows.ticked:
            pieces.append((f"  ✓ {len(self.rows.ticked):,} ticked", "bold $text-accent"))
        return pieces

    def _keys(self) -> Sequence[QuoteKey]:
        if self.tab is Tab.NEGATIVE:
            return [(0, response) for response in self._negative or ()]
        if self.tab is Tab.BEFORE:
            return [(0, response) for response in self.before]
        return self.quotes.keys if self.quotes else ()

    def _passages(self, keys: Sequence[QuoteKey]) -> Sequence[Passage]:
        from dataclasses import replace

        from coder.cases import read_passages, read_responses

        if self.tab is Tab.QUOTES:
            return read_passages(self.session.project, keys, facts=self._facts)
        passages = read_responses(self.session.project, [response for _, response in keys], facts=self._facts)
        likely = self._negative or {}
        if self.tab is Tab.BEFORE:
            return passages
        return [replace(p, spans=likely[p.response_id].spans) if p.response_id in likely else p for p in passages]

    def _place(self, passage: Passage) -> str:
        """Where a case stands: what goes without saying is left out."""
        subject = self.subject
        places = []
        if self.tab is Tab.NEGATIVE and self._negative and (likely := self._negative.get(passage.response_id)):
            places.append(f"{round(100 * likely.chance)} % likely" + (", refused" if likely.refused else ""))
        if passage.theme_id and subject and passage.theme_id != subject.theme.id:
            theme = subject.book.by_id.get(passage.theme_id)
            places += [theme.name] if theme else []
        question = next((q for q in self.session.questions if q.id == passage.question_id), None)
        if question is not None:
            places += [question.wave] if question.wave else []
            if subject and subject.question is None and len(self.session.questions) > 1:
                places.append(one_line(question.prompt or question.key, 40))
        if passage.part > 1:
            places.append(f"part {passage.part}")
        if passage.coder and passage.coder != self.session.coder_name:
            places.append(passage.coder)
        if passage.coder and not passage.spans:
            places.append("whole response")
        return "".join(f" · {place}" for place in places)

    # --- negative cases ------------------------------------------------------------------------------

    @work(group="negative", exclusive=True)
    async def _look_for_negative(self) -> None:
        """Ask the helper, which knows what speaks for a theme."""
        subject = self.subject
        if subject is None:
            return
        if self.background is None:
            self._why_none = "The helper process is not running."
            self._show_title()
            return
        try:
            asked = {"theme": subject.theme.id, "question": subject.question_id}
            answer = await self.background.ask("lacking", **asked)
            found, why = answer["lacking"], str(answer["why"])
        except CoderError as error:
            found, why = None, " ".join(filter(None, [error.message, error.hint]))
        if not self.is_attached or self.subject is None or self.subject.what != subject.what:
            return
        self._why_none = why
        self._negative = None if found is None else self._likely(subject, found)
        self._show_cases()

    def _likely(
        self, subject: Listed, found: Sequence[tuple[int, float, Sequence[Sequence[int]]]]
    ) -> dict[int, Likely]:
        from coder.cases import refused_among

        ids = [response for response, _, _ in found]
        refused = refused_among(self.session.project, self.session.coder_id, subject.book, subject.theme.id, ids)
        return {
            response: Likely(chance, tuple(sorted(Span(*span) for span in spans)), response in refused)
            for response, chance, spans in found
        }

    # --- what can be done with them ------------------------------------------------------------------

    def tick(self) -> None:
        """Tick or untick the quote at the cursor, and go to the next."""
        key = self.rows.key
        if self.tab is Tab.QUOTES and key is not None:
            self.rows.ticked ^= {key}
            self.rows.reread()
            self.rows.action_step(1)
            self._show_title()

    def tick_all(self) -> None:
        """Tick all quotes that are listed, or untick them where all are."""
        if self.tab is Tab.QUOTES:
            every = set(self._keys())
            self.rows.ticked = self.rows.ticked - every if every <= self.rows.ticked else self.rows.ticked | every
            self.rows.reread()
            self._show_title()

    def untick(self) -> None:
        self.rows.ticked.clear()
        self._show_title()

    def show_facts(self) -> bool:
        """Show what is known about the participants, or no longer; whether it is shown now."""
        self._facts = not self._facts
        self.rows.reread()
        return self._facts

    def find(self) -> None:
        """Type words that the quotes are to have."""
        if self.tab is not Tab.QUOTES:
            self.show_tab(Tab.QUOTES)
        self.field.display = True
        self.screen.set_focus(self.field)

    def leave_field(self, *, keep: bool = True) -> None:
        """Leave the field for the list; without `keep` all quotes are listed again."""
        if not keep:
            self.field.value = ""
        had_focus = self.field.has_focus
        self.field.display = bool(self.field.value)
        if had_focus:
            self.screen.set_focus(self.rows)

    @on(Input.Changed, "#find-quotes")
    def _typed(self, event: Input.Changed) -> None:
        if event.value != self.words:
            self.words = event.value
            self._read()

    @on(Input.Submitted, "#find-quotes")
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.leave_field()
