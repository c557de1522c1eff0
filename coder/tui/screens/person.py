"""All that one participant answered, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll

from coder.domain.corpus import Question
from coder.domain.display import one_line
from coder.domain.wording import counted
from coder.tui.looks import ground_of
from coder.tui.messages import RowPicked
from coder.tui.screens.jump import participants
from coder.tui.screens.lookup import Lookup
from coder.tui.screens.work import WorkScreen
from coder.tui.widgets.card import Card
from coder.tui.widgets.cards import Cards
from coder.tui.widgets.describe import legend_of
from coder.tui.widgets.lists import Choice
from coder.tui.widgets.plain import KeyLine, Piece, Plain

if TYPE_CHECKING:
    from coder.finding import Person
    from coder.session import ResponseView, Session

_HELP = (
    "Every answer of one participant: the open ones with your highlights and themes, what they chose and rated, and "
    "what else is known about them. Enter opens an answer in the coding screen."
)


class PersonScreen(WorkScreen):
    """Ends with the response to go to, or with nothing."""

    TITLE = "One participant"
    HELP = _HELP
    BINDINGS = [
        Binding("n", "go(1)", "next participant, as the survey has them", id="person.next"),
        Binding("p", "go(-1)", "previous participant", id="person.previous"),
        Binding("G", "jump", "go to a participant", id="person.jump"),
        Binding("u", "undo", "undo", id="person.undo"),
        Binding("U,ctrl+r", "redo", "do again", id="person.redo"),
        Binding("f8", "history", "all that was done, newest first", id="person.history"),
        Binding("escape,q,P", "dismiss(None)", "back to coding", id="person.leave"),
        Binding("question_mark", "app.help", "help", id="person.help"),
    ]

    def __init__(self, session: Session, participant_id: int, response_id: int | None = None) -> None:
        super().__init__()
        self.session = session
        self.participant_id = participant_id
        self._response_id = response_id  # the one to begin at

    def compose(self) -> ComposeResult:
        with Vertical(id="desk"):
            yield Plain(id="person")
            with Horizontal(id="work"):
                with VerticalScroll(id="facts"):
                    yield Plain(id="known")
                yield Cards(id="answers")
            yield Plain(id="status")
            yield KeyLine(
                ("cards.open", "open"),
                ("cards.previous cards.next", "move"),
                ("person.previous person.next", "participant before, after"),
                ("person.jump", "go to"),
                ("person.leave", "back"),
                ("person.help", "help"),
                id="keys",
            )

    async def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.show_changes())
        await self._show()
        self.keep_looking()

    def _read(self) -> tuple[Person, Sequence[ResponseView]]:
        person = self.session.person(self.participant_id)
        return person, [self.session.view(response_id) for response_id in person.responses]

    async def _show(self) -> None:
        read = self.attempt(self._read)
        if read is None:  # another program has erased them
            self.dismiss(None)
            return
        person, views = read
        reviewed = sum(view.reviewed for view in views)
        count = f"{counted(len(views), 'open answer')}, {reviewed} reviewed"
        name = one_line(person.participant.external_id, 60)
        self.query_one("#person", Plain).show((f" {name}", "bold"), (f"   {count}", "dim"))
        self.query_one("#known", Plain).show(*_facts(person), layout=True)
        cards, ground = [], ground_of(self.app)
        for view in views:
            legend = legend_of(self.session.codebook, view.question.key, self.taken, ground)
            note = "reviewed" if view.reviewed else "not reviewed"
            note += ", before a theme existed" if view.stale else ""
            cards.append(Card(view, legend, _asked(view.question), note))
        at = next((i for i, view in enumerate(views) if view.response.id == self._response_id), 0)
        await self.query_one(Cards).show_cards(cards, at)

    def show_changes(self) -> None:
        here = self.query_one(Cards).here
        self._response_id = here.view.response.id if here else None
        self.call_later(self._show)

    @on(RowPicked)
    def _opened(self, event: RowPicked) -> None:
        event.stop()
        self.dismiss(event.index)

    async def action_go(self, by: int) -> None:
        other = self.session.next_participant(self.participant_id, by)
        if other is None:
            self.say("This is the last participant." if by > 0 else "This is the first participant.")
        else:
            await self._go_to(other)

    async def _go_to(self, participant_id: int) -> None:
        self.participant_id, self._response_id = participant_id, None
        self.say("")
        await self._show()

    def action_jump(self) -> None:
        async def chosen(choice: Choice | None) -> None:
            if choice is not None and isinstance(choice.value, int):
                await self._go_to(choice.value)

        self.app.push_screen(Lookup("Go to which participant?", participants(self.session)), chosen)


def _facts(person: Person) -> list[Piece]:
    """What is known about a participant, and what they chose and rated."""
    pieces: list[Piece] = []
    for name, value in person.participant.attributes.items():
        pieces += [(f"{one_line(name, 40)}: ", "dim"), f"{one_line(value, 200)}\n"]
    if pieces and person.closed:
        pieces.append("\n")
    for question, given in person.closed:
        pieces += [(f"{one_line(_asked(question), 160)}\n", "dim"), f"  {one_line(given, 200)}\n"]
    return pieces or [("Nothing else is known.", "dim")]


def _asked(question: Question) -> str:
    """A question with its wave, where its words do not say it."""
    prompt = question.prompt or question.key
    return prompt if question.wave in prompt else f"{prompt} ({question.wave})"
