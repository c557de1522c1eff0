"""Participants to go to, as they are looked up while somebody types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coder.domain.wording import counted
from coder.tui.widgets.lists import Choice

if TYPE_CHECKING:
    from coder.session import Session


def participants(session: Session) -> Callable[[str], Sequence[Choice]]:
    """What finds participants by the beginning of their ids."""

    def find(typed: str) -> Sequence[Choice]:
        found = session.participants(typed)
        return [Choice(name, i, counted(n, "answer") if n else "no answer") for i, name, n in found]

    return find
