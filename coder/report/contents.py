"""What a report is made of: blocks of words, tables, figures and quotes that every writer lays out in its own way.

A writer takes a `Report` and nothing else. Every text from a project (`Named`, the pieces of quotes, cells) is as it
is to be read, with masks in place; to make it inert in its own format is the writer's part.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from coder.disclosure import Risk

# --- words ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A text from the project within a sentence: the name of a theme, a question, a person, in whatever script.

    Its direction is its own, and must not turn the words around it.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Exact:
    """Something to be copied as it stands: a command, a digest, a version."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """What a sentence is about: a number, mostly."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer to another place of the report, such as `Figure 2`; `anchor` is that of its block."""

    text: str
    anchor: str


Inline = str | Named | Exact | Strong | Reference
Words = tuple[Inline, ...]


def plain(words: Words) -> str:
    """The words alone."""
    return "".join(word if isinstance(word, str) else word.text for word in words)


def joined(parts: Iterable[Words], between: str = ", ", last: str = "") -> Words:
    """Words one after the other with something between; `last` stands between the last two, if it is given."""
    found: list[Inline] = []
    every = list(parts)
    for at, part in enumerate(every):
        if at:
            found.append(last if last and at == len(every) - 1 else between)
        found.extend(part)
    return tuple(found)


# --- blocks --------------------------------------------------------------------------------------------------


class Voice(StrEnum):
    """How a paragraph speaks: in the text, as its opening, or as what the reader must know beside it."""

    TEXT = "text"
    LEAD = "lead"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: Words
    voice: Voice = Voice.TEXT


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what is to be said of it, line by line; `depth` says how deep it stands below those before it."""

    term: Words
    lines: tuple[Words, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is what, such as the themes of a codebook. `label` says what they are facts of."""

    label: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One base of a chain: how many participants, and as what."""

    label: str
    number: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """The bases of a question, each within the one before: asked → answered → reviewed → with a theme."""

    label: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head; numbers stand to the right. `share` is the part of the width that texts need, 1 for most."""

    head: Words
    number: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row under a column; `opens` is the anchor of the `Behind` with the words behind the number."""

    words: Words
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; the first cell is its head. `depth` says how deep it stands below the rows before it."""

    cells: tuple[Cell, ...]
    depth: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; `number` counts the tables of the report from 1. All rows have a cell per column."""

    anchor: str
    number: int
    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Words, ...] = ()


class Picture(Protocol):
    """What a figure shows: drawn wide for paper and screens, or narrow for a telephone. The same bytes each time."""

    @property
    def alternative(self) -> str:
        """The figure in words, for those who don't see it."""
        ...

    def svg(self, *, narrow: bool = False) -> str: ...

    def png(self) -> bytes:
        """The wide picture in points; its resolution is in the file."""
        ...


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its caption; `number` counts the figures of the report from 1."""

    anchor: str
    number: int
    caption: Words
    picture: Picture


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quote; `marked`: the coder highlighted these words."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody said, exactly, but for masked words and for `[…]` in place of what an excerpt leaves out.

    `who` is a pseudonym or an id as asked for; `facts` are attributes, where they were asked for.
    """

    pieces: tuple[Piece, ...]
    who: str
    facts: tuple[tuple[str, str], ...] = ()
    starred: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Quotes:
    """Some people's words for a theme, as the rule of the report picks them."""

    anchor: str
    theme: Words
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One participant behind a number, with all their words for it."""

    who: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """The people behind a number, each once, to open where a format can fold; `more` were left out for length.

    Formats that can't fold leave the block out: the codings file has the same.
    """

    anchor: str
    label: Words
    people: tuple[Said, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Folded:
    """The people behind all numbers of a table, folded up together; left out like each of them."""

    label: Words
    behind: tuple[Behind, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with its heading; sections within it stand a level lower."""

    anchor: str
    title: Words
    blocks: tuple["Block", ...]
    new_page: bool = False


Block = Paragraph | Points | Facts | Steps | Table | Figure | Quotes | Behind | Folded | Section


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. `language` is that of the answers (a BCP 47 tag); the report's own words are English.

    `subtitle` says of what; `colophon` is the line at the foot: by which program and from which state of the project.
    `risks` are for whoever passes it on, and in no report: what in its quotes could tell who spoke.
    """

    title: str
    subtitle: Words
    language: str
    blocks: tuple[Block, ...]
    colophon: Words
    risks: "tuple[Risk, ...]" = ()

    def walk(self) -> Iterator[tuple[int, Block]]:
        """(level, block) in reading order; a section before what is in it. The outermost sections are at level 0."""
        waiting = [(0, block) for block in reversed(self.blocks)]
        while waiting:
            level, block = waiting.pop()
            yield level, block
            if isinstance(block, Section):
                waiting.extend((level + 1, inner) for inner in reversed(block.blocks))
