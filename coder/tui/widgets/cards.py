"""Cards side by side where there is room, else one below the other, to walk over by keyboard."""

from collections.abc import Sequence

from textual.binding import Binding
from textual.containers import Grid, VerticalScroll

from coder.tui.messages import RowPicked
from coder.tui.widgets.card import Card


class Cards(VerticalScroll, can_focus=False):
    """Cards in as many columns as the screen is wide for; the focus is on one of them."""

    BINDINGS = [
        Binding("down,right,j,l", "step(1)", "next response; further down in a long one", id="cards.next"),
        Binding("up,left,k,h", "step(-1)", "previous response", id="cards.previous"),
        Binding("pagedown", "page(1)", "page down", id="cards.page_down"),
        Binding("pageup", "page(-1)", "page up", id="cards.page_up"),
        Binding("enter", "pick", "open the response in the coding screen", id="cards.open"),
    ]

    @property
    def cards(self) -> list[Card]:
        return list(self.query(Card))

    @property
    def here(self) -> Card | None:
        """The card with the focus."""
        return next((card for card in self.cards if card.has_focus), None)

    async def show_cards(self, cards: Sequence[Card], at: int = 0, *, focus: bool = True) -> None:
        """Show other cards, and one of them with the focus, unless that is elsewhere."""
        async with self.batch():
            await self.remove_children()
            await self.mount(Grid(*cards, classes="cards"))
        self.scroll_home(animate=False)
        if cards and focus:
            cards[max(0, min(at, len(cards) - 1))].focus()

    def action_step(self, by: int) -> None:
        """To the next card, or first to the end of one that is higher than the screen."""
        here, cards = self.here, self.cards
        if here is None:
            if cards:
                cards[0].focus()
            return
        view = self.scrollable_content_region
        if by > 0 and here.region.bottom > view.bottom and here.region.height > view.height:
            self.action_page(1)
        elif by < 0 and here.region.y < view.y and here.region.height > view.height:
            self.action_page(-1)
        else:
            cards[(cards.index(here) + by) % len(cards)].focus()

    def action_page(self, by: int) -> None:
        self.scroll_relative(y=by * max(1, self.scrollable_content_region.height - 2), animate=False)

    def action_pick(self) -> None:
        if (here := self.here) is not None:
            self.post_message(RowPicked("cards", here.view.response.id))
