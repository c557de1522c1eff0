"""Whom figures open to: people counted by their themes, or any set of people with what they gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.corpus import Question
from coder.tui.views import words
from coder.tui.views.view import Opened

if TYPE_CHECKING:
    from coder.analysis.tally import Cut
    from coder.behind import PeopleBehind
    from coder.domain.people import People
    from coder.store.project import Project
    from coder.store.quotes import Quote

Open = Callable[["Project"], Opened]


def opened_themes(cut: Cut, question_id: int, theme_ids: Sequence[int], value: str | None = None) -> Open:
    """Those who have all of some themes, in one group or in all: counted anew."""

    def read(project: Project) -> Opened:
        from coder.behind import people_behind

        found = people_behind(project, cut, question_id, theme_ids, value)
        said = f"{wording.sentence(found.figure)} of {wording.of_whom(cut.base)}"
        return _opened(project, said, found)

    return read


def opened_set(
    said: str,
    questions: Sequence[Question],
    people: Callable[[Project], People],
    *,
    theme_id: int | None = None,
    coder: str = "",
    group: tuple[str, str] | None = None,
) -> Open:
    """A set of participants, as it was counted, with what they gave to some questions, and their words for a theme;
    `group`: those of them alone who have this value of an attribute."""

    def read(project: Project) -> Opened:
        from coder.behind import people_among, people_of_group

        some = people(project)
        if group is not None:
            some &= people_of_group(project, *group)
        themes = [] if theme_id is None else [theme_id]
        asked = [question.id for question in questions]
        found = people_among(project, some, some, coder=coder, question_ids=asked, theme_ids=themes)
        return _opened(project, said, found)

    return read


def _opened(project: Project, said: str, found: PeopleBehind) -> Opened:
    from coder.behind import read_people

    def label(quote: Quote) -> Sequence[str]:
        wave = [quote.wave] if len({question.wave for question in found.questions}) > 1 else []
        below = [] if (quote.theme_id,) == found.theme_ids else [words.path_of(found.codebook, quote.theme_id)]
        return [*wave, *below]

    return Opened(said, found.questions, found.people, lambda ids: read_people(project, found, ids), found.apart, label)
