"""What the columns of a table are, and what programs with narrower names call them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MENTIONED, NOT_MENTIONED = "mentioned", "read, not mentioned"
NOT_KNOWN = "not read for this theme, or no answer"

_LONGEST_NAME = 64  # bytes, in SPSS
_RESERVED = frozenset(["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"])


class FieldKind(StrEnum):
    TEXT = "text"
    INTEGER = "whole number"
    NUMBER = "number"
    INDICATOR = "indicator"  # 1 mentioned, 0 read and not mentioned, empty not known


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its header, what it says, and its kind; indicators of one question are a `group`, a set of answers.

    `short` is what a short name is made of, where that is not the header.
    """

    header: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    group: str = ""
    short: str = ""


def short_names(fields: Sequence[Field]) -> list[str]:
    """A name for each column that SPSS, R and Stata take: ASCII letters, digits and _, no word of SPSS' own, at most 64
    bytes, no two alike whatever their case."""
    names: list[str] = []
    taken: set[str] = set()
    for field in fields:
        plain = unicodedata.normalize("NFKD", field.short or field.header).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "column"
        if not stem[0].isalpha() or stem in _RESERVED:
            stem = f"c_{stem}"
        name, number = stem[:_LONGEST_NAME].rstrip("_"), 1
        while name in taken:
            number += 1
            tail = f"_{number}"
            name = stem[: _LONGEST_NAME - len(tail)].rstrip("_") + tail
        taken.add(name)
        names.append(name)
    return names


def cut_to(text: str, most: int) -> str:
    """As much of a text as fits into so many bytes of UTF-8, whole characters alone."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
