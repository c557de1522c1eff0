"""What a REFI-QDA project says, apart from any file: those parts of the standard that a survey's coding has.

Parts name each other by GUID. Positions are code points of the text at hand, half-open, whatever a file counts in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from coder.domain.coding import Span


class VariableKind(StrEnum):
    TEXT = "Text"
    BOOLEAN = "Boolean"
    INTEGER = "Integer"
    FLOAT = "Float"
    DATE = "Date"
    DATETIME = "DateTime"


@dataclass(frozen=True, slots=True)
class User:
    guid: str
    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """A theme; `parent` is the GUID of the one above it. Colours are #RRGGBB, or empty."""

    guid: str
    name: str
    description: str = ""
    colour: str = ""
    codable: bool = True
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    guid: str
    name: str
    kind: VariableKind = VariableKind.TEXT
    description: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What a case, or a source, has for a variable."""

    variable: str
    value: str


@dataclass(frozen=True, slots=True)
class CodeMark:
    """A code that a user gave to a selection, or to a whole source."""

    guid: str
    code: str
    user: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """A stretch of a source's text; without codes it is a highlight alone. `name` quotes the text."""

    guid: str
    span: Span
    name: str = ""
    description: str = ""
    user: str = ""
    created: str = ""
    codes: tuple[CodeMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A text with all that is marked in it; not `complete` where codings of it could not be read."""

    guid: str
    name: str
    text: str
    description: str = ""
    user: str = ""
    created: str = ""
    selections: tuple[Selection, ...] = ()
    codes: tuple[CodeMark, ...] = ()
    values: tuple[Value, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """A participant: their values, their sources, and their selections in sources of several people.

    `codes` are those that stand for the case itself, as NVivo writes them. `stretches` are (source, span), of
    programs that have these without a selection.
    """

    guid: str
    name: str
    description: str = ""
    codes: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    sources: tuple[str, ...] = ()
    selections: tuple[str, ...] = ()
    stretches: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSet:
    """A named set of sources, as of one question."""

    guid: str
    name: str
    description: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class QdaProject:
    name: str
    origin: str = ""
    description: str = ""
    created: str = ""
    creator: str = ""
    users: Sequence[User] = ()
    codes: Sequence[Code] = ()
    variables: Sequence[Variable] = ()
    cases: Sequence[Case] = ()
    sources: Sequence[Source] = ()
    sets: Sequence[SourceSet] = ()
    notes: Sequence[str] = field(default=(), compare=False)
    """What its reader should know: what was replaced, renamed or left out."""
