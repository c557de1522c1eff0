"""The people behind a figure, each once, with their words; enter opens a response."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll

from coder.domain.memo import Place, Subject
from coder.errors import CoderError
from coder.tui.clipboard import copy
from coder.tui.messages import RowPicked, RowReached
from coder.tui.screens.memos import write_memo
from coder.tui.screens.work import WorkScreen
from coder.tui.views.view import Opened, Spot
from coder.tui.views.words import in_wave, prompts_of
from coder.tui.widgets.people import PeopleList, Section
from coder.tui.widgets.plain import KeyLine, Piece, Plain, tell

if TYPE_CHECKING:
    from coder.behind import Person
    from coder.session import Session

_MOST = 5_000  # characters of one quote; the response itself is a key away
_KEYS = (
    ("list.choose", "open"),
    ("people.person", "all their answers"),
    ("people.scroll_down", "scroll"),
    ("people.leave", "back"),
    ("people.help", "help"),
    ("people.star", "star"),
    ("people.memo", "memo"),
)


class PeopleScreen(WorkScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "The people behind a figure"
    HELP = (
        "Those whom the figure counts, each once: their number is the one at the top. Below are those who have the "
        "theme and are not counted, and why. The words are the highlights; where there are none, the whole response. "
        "Behind a rating or a choice stands what they gave; enter shows all their answers."
    )
    BINDINGS = [
        Binding("space,right_square_bracket", "scroll_words(1)", "scroll the words on", id="people.scroll_down"),
        Binding("left_square_bracket", "scroll_words(-1)", "scroll the words back", id="people.scroll_up"),
        Binding("P", "person", "all that this participant answered", id="people.person"),
        Binding("C,ctrl+c", "copy", "copy their words", id="people.copy"),
        Binding("asterisk", "star", "star (or unstar) the first of their quotes", id="people.star"),
        Binding("N", "memo", "memo on this participant", id="people.memo"),
        Binding("u", "undo", "undo", id="people.undo"),
        Binding("U,ctrl+r", "redo", "do again", id="people.redo"),
        Binding("f8", "history", "all that was done, newest first", id="people.history"),
        Binding("escape,q", "leave", "back to the counts", id="people.leave"),
        Binding("question_mark", "app.help", "help", id="people.help"),
    ]

    def __init__(self, session: Session, spot: Spot) -> None:
        super().__init__()
        self.session, self.spot = session, spot
        self.behind: Opened | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="prompt")
            yield Plain(id="cut")
            yield PeopleList(id="people")
            yield Plain(id="person")
            with VerticalScroll(id="words", can_focus=False):
                yield Plain(id="said")
            yield Plain(id="status")
            yield KeyLine(*_KEYS, id="keys")

    def on_mount(self) -> None:
        self.people.focus()
        self.query_one("#prompt", Plain).show((self.spot.title, "bold"))
        self.query_one("#cut", Plain).show((" reading … ", "reverse"))
        self.show_changes()
        self.keep_looking()

    @property
    def people(self) -> PeopleList:
        return self.query_one(PeopleList)

    def show_changes(self) -> None:
        self._read()

    @work(exclusive=True, group="people")
    async def _read(self) -> None:
        """Read who they are aside; their words come by pages."""
        assert self.spot.behind is not None
        try:
            found = await asyncio.to_thread(self.spot.behind, self.session.project)
        except CoderError as error:  # another program has taken the theme, or the group, away
            if self.on_top:
                self.dismiss(None)
            self.explain(error)
            return
        self.behind = found
        asked = f"  {_short(prompts_of(found.asked))}" if found.asked else ""
        self.query_one("#prompt", Plain).show((self.spot.title, "bold"), (asked, "dim"), layout=True)
        number = len(found.people)
        counted = "1 participant" if number == 1 else f"{number:,} participants"
        self.query_one("#cut", Plain).show((counted, "bold"), f": {found.said}", layout=True)
        sections = [Section("", found.people)]
        sections += [Section(f"{len(a.people):,} more, not counted: {a.reason}", a.people) for a in found.apart]
        self.people.show_people(sections, found.read)
        self._show_person()
        if not self.people.count():
            self.say("Nobody in this base has it.")

    @on(RowReached)
    def _show_person(self) -> None:
        from coder.behind import read_participant

        person = self.people.person
        head, said = self.query_one("#person", Plain), self.query_one("#said", Plain)
        if person is None or self.behind is None:
            head.show("")
            said.show("", layout=True)
            return
        try:
            about = read_participant(self.session.project, person.id)
        except CoderError:  # another program has erased them: the next look takes them out of the list
            return
        facts = "  ".join(f"{name}: {value}" for name, value in about.attributes.items() if value)
        head.show((f" {person.name}", "bold"), (f"  {facts}" if facts else "", "dim"))
        said.show(*self._words(person, self.behind), layout=True)
        self.query_one("#words", VerticalScroll).scroll_home(animate=False)

    @staticmethod
    def _words(person: Person, behind: Opened) -> list[Piece]:
        pieces: list[Piece] = []
        for quote in person.quotes:
            about = [*behind.label(quote), quote.coder]
            about += ["whole response"] if quote.whole else []
            star = "★ " if quote.starred else ""
            pieces += [star + f"“{_short(quote.text)}”", (f"  {' · '.join(about)}\n", "dim")]
        for said in person.said:
            pieces += [(f"{_short(in_wave(said.question))}\n", "dim"), f"  {_short(said.words)}\n"]
        return pieces or [("Their words for it are no longer in the survey.", "dim")]

    @on(RowPicked)
    def _picked(self) -> None:
        person = self.people.person
        if person is None:
            return
        if person.response_id is not None:
            self.dismiss(person.response_id)
        elif person.said:
            self.action_person()
        else:
            tell(self.app, "Their answer counts as none: it is not among the responses to read.")

    def action_person(self) -> None:
        """All that the participant at the cursor answered; a response that is picked there is gone to."""
        from coder.tui.screens.person import PersonScreen

        def left(response_id: int | None) -> None:
            if response_id is not None:
                self.open_response(response_id)
            else:
                self.show_changes()

        if (person := self.people.person) is not None:
            self.app.push_screen(PersonScreen(self.session, person.id), left)

    def action_scroll_words(self, direction: int) -> None:
        words = self.query_one("#words", VerticalScroll)
        words.scroll_relative(y=direction * max(1, words.size.height - 1), animate=False)

    def action_copy(self) -> None:
        if (person := self.people.person) is not None:
            words = [*(quote.text for quote in person.quotes), *(said.words for said in person.said)]
            copy(self.app, "\n".join(words), "their words")

    def action_star(self) -> None:
        person = self.people.person
        if person is not None and person.quotes:
            quote = person.quotes[0]
            change = self.session.unstar if quote.starred else self.session.star
            self.act(lambda: change(quote.response_id, quote.span))

    def action_memo(self) -> None:
        person = self.people.person
        if person is not None:
            self.attempt(lambda: write_memo(self, Place(Subject.PARTICIPANT, person.id)))

    def action_leave(self) -> None:
        self.dismiss(None)


def _short(text: str) -> str:
    """A text on one line, cut where it is very long."""
    return " ".join((text if len(text) <= _MOST else text[:_MOST] + " …").split())
