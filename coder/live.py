"""The figures that stand beside the text while one codes: counted whole once, then kept by following the log."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from coder.domain import tally
from coder.domain.codebook import Codebook
from coder.store import codebook as store_codebook
from coder.store import coding, corpus, counts, events, reviews
from coder.store.coding import Assigned
from coder.store.events import Change
from coder.store.project import Project

_ELSEWHERE = {"participant", "question", "response"}
"""Tables whose changes touch who is counted at all."""


@dataclass(frozen=True, slots=True)
class Progress:
    answered: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One coder's figures of one question, as they were right after an event.

    `participants` per theme of the whole codebook, parents by union; `book` is that codebook.
    """

    question_id: int
    coder_id: int
    event: int
    progress: Progress
    participants: Mapping[int, int]
    book: Codebook


def count(project: Project, question_id: int, coder_id: int) -> Figures:
    """The figures, counted from all rows: of a large survey that takes its time."""
    with project.read() as connection:
        book = store_codebook.read_codebook(connection)
        coded, _ = counts.read_coded_people(connection, question_id, [coder_id])
        return Figures(
            question_id,
            coder_id,
            events.last_seq(connection),
            Progress(
                corpus.count_answered(connection, question_id),
                reviews.count_reviewed(connection, coder_id, question_id),
            ),
            {theme: len(people) for theme, people in tally.roll_up(book, coded).items()},
            book,
        )


def follow(project: Project, figures: Figures) -> Figures | None:
    """The figures as they are now, by what the log says has changed since; None where they must be counted anew."""
    with project.read() as connection:
        now, changes = events.changes_since(connection, figures.event)
        if now == figures.event:
            return figures
        if changes is None or any(table in _ELSEWHERE for table, _, _ in changes):
            return None
        book = figures.book
        if any(table in store_codebook.OF_CODEBOOK for table, _, _ in changes):
            book = store_codebook.read_codebook(connection)
            if not _only_came_and_went(figures.book, book, changes):
                return None
        codings, read = (_rows_of(figures, changes, table) for table in ("coding", "review"))
        people = {row["participant_id"] for pair in codings + read for row in pair if row is not None}
        responses = corpus.answered_ids_of(connection, people, figures.question_id)
        themes = coding.themes_by_coding(connection, responses, figures.coder_id)
    participants = Counter(figures.participants)
    participants.subtract(_counted(figures.book, _themes_before(themes, codings, responses)))
    participants.update(_counted(book, themes))
    reviewed = sum(
        (after is not None) - (before is not None)
        for before, after in read
        if _field((before, after), "response_id") in responses
    )
    if any(participants[theme.id] for theme in figures.book.themes if theme.id not in book.by_id):
        return None  # it was put away with its codings
    return replace(
        figures,
        event=now,
        progress=replace(figures.progress, reviewed=figures.progress.reviewed + reviewed),
        participants={theme.id: participants[theme.id] for theme in book.themes},
        book=book,
    )


Pair = tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]
"""A row as it was and as it became."""


def _rows_of(figures: Figures, changes: Iterable[Change], table: str) -> list[Pair]:
    """The changes in one table that belong to these figures."""
    mine = figures.question_id, figures.coder_id
    pairs = [(before, after) for name, before, after in changes if name == table]
    return [pair for pair in pairs if (_field(pair, "question_id"), _field(pair, "coder_id")) == mine]


def _field(pair: Pair, name: str) -> Any:
    """What never changes in a row."""
    return (pair[1] or pair[0] or {})[name]


def _themes_before(
    themes: Mapping[int, Assigned], codings: Iterable[Pair], responses: Container[int]
) -> Mapping[int, Assigned]:
    """The codings of the same people as they were before these changes."""
    found = dict(themes)
    for before, after in reversed(list(codings)):
        if after is not None:
            found.pop(after["id"], None)
        if before is not None and before["response_id"] in responses:
            found[before["id"]] = before["participant_id"], before["theme_id"]
    return found


def _counted(book: Codebook, themes: Mapping[int, Assigned]) -> Counter[int]:
    """How many of these people each theme has, each once for every theme and all above it."""
    of_people: dict[int, set[int]] = {}
    for participant, theme in themes.values():
        of_people.setdefault(participant, set()).add(theme)
    return Counter(theme for those in of_people.values() for theme in tally.counted_for(book, those))


def _only_came_and_went(old: Codebook, new: Codebook, changes: Iterable[Change]) -> bool:
    """Whether all themes that were there stand where they stood, and the others were made (not taken out again)."""
    made = {after["id"] for table, before, after in changes if table == "theme" and before is None and after}
    return all(theme.id in made for theme in new.themes if theme.id not in old.by_id) and all(
        theme.parent_id == old.by_id[theme.id].parent_id for theme in new.themes if theme.id in old.by_id
    )
