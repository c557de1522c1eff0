"""What widgets tell the screens that hold them: past tense, plain data."""

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message


@dataclass
class RowPicked(Message):
    """A row of a list was chosen, by enter or by a click; `list_id` is the id of the list's widget."""

    list_id: str
    index: int


@dataclass
class RowReached(Message):
    """The cursor of a list came to a row."""

    list_id: str
    index: int


@dataclass
class RowTicked(Message):
    """A row of a list was clicked in order to be ticked."""

    list_id: str
    index: int


@dataclass
class CellReached(Message):
    """The cursor of a table came to another column."""

    list_id: str
    row: int
    column: int


@dataclass
class ProjectChosen(Message):
    """A project shall be opened."""

    path: Path
