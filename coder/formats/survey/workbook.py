"""Sheets of XLSX and ODS files as rows of text, after the checks that a packed file from outside needs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from coder.domain.corpus import normalise_text
from coder.errors import InputError
from coder.formats import limits
from coder.formats.apart import read_apart
from coder.formats.packed import Packed, open_packed
from coder.formats.xml import Element, local_name_of, parse_xml

WORKBOOKS = b"PK\x03\x04"

_CHUNK = 1 << 20
_LARGEST = 1e21  # numbers from here on are written as powers of ten
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,200}?\br\s*=\s*["']\s*([A-Za-z]{1,3})([0-9]{1,7})""")
_ERROR = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,200}?\bt\s*=\s*["']e["']""")

Value = int | float | Decimal | str | bool | datetime | date | time | timedelta


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet, from its first row and column on, the names of all of them, and how many of their cells are errors
    such as #NAME?, which are empty here."""

    name: str
    sheets: Sequence[str]
    rows: Sequence[Sequence[str]]
    errors: int


def open_sheet(path: Path, sheet: str | None) -> Sheet:
    """The sheet named, or the first that is not empty; numbers as a spreadsheet shows them, dates as ISO 8601.

    Raises InputError for what is no workbook, is damaged, or would fill the memory.
    """
    head, rows = read_apart("sheet", path, sheet)
    return Sheet(head["name"], head["sheets"], rows, head["errors"])


def read_sheet(path: Path, sheet: str | None) -> Iterator[Any]:
    """The sheet's name and those of all, then its rows: what `read_apart` asks for."""
    file = path.name
    limits.WORKBOOK.check(path.stat().st_size, file)
    errors = _check_packed(path)
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        names = list(book.sheet_names)
        if sheet is not None and sheet not in names:
            raise InputError(
                f"{file} has no sheet {sheet!r}.", problems=names, hint="These are its sheets; --sheet takes one."
            )
        for name in [sheet] if sheet is not None else names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            # A damaged row number makes a million rows of nothing: these are short.
            filled = [[cell_text(value) for value in row] if any(v != "" for v in row) else [] for row in rows]
            if any(filled):
                yield {"name": name, "sheets": names, "errors": errors}
                yield from _filled(filled)
                return
    except (calamine.CalamineError, calamine.PasswordError, OSError, ValueError) as error:
        raise InputError(
            f"{file} can't be read as a workbook: {error}.", hint="Open it and save it as XLSX, or as CSV."
        ) from error
    where = f"The sheet {sheet!r} of {file}" if sheet is not None else file
    raise InputError(f"{where} is empty.", problems=names, hint="These are its sheets; --sheet takes one.")


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """The rows without the columns to the right that are empty all the way down."""
    width = max((i + 1 for row in rows for i, cell in enumerate(row) if cell), default=0)
    return [row[:width] for row in rows]


def cell_text(value: Value | None) -> str:
    """A cell as text: 7 for 7.0, 0.3 for 0.30000000000000004, TRUE, 2026-01-31, 2026-01-31 10:00:00, 26:30:00."""
    if isinstance(value, str):
        return normalise_text(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # Whole numbers keep all their digits: ids may differ in the last.
        return str(int(value)) if value.is_integer() and abs(value) < _LARGEST else format(value, ".15g")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if abs(value) < _LARGEST else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds, rest = divmod(abs(value), timedelta(seconds=1))
        fraction = f".{rest.microseconds:06}" if rest else ""
        sign = "-" if value < timedelta() else ""
        return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"
    return "" if value is None else str(value)


def _check_packed(path: Path) -> int:
    """How many cells are errors. Raises InputError for what is no whole workbook, is locked, or would fill the memory
    when unpacked.

    Cells that lie far apart count with all the room between them, because the reader takes memory for it.
    """
    file = path.name
    with open_packed(
        path, file, hint="Open it in a spreadsheet program and save it as a new XLSX, or as CSV."
    ) as packed:
        if not (packed.find("[content_types].xml") or packed.find("content.xml")):
            raise InputError(f"{file} is a ZIP file and no workbook.", hint="Unpack it and name the survey file.")
        return sum(_check_extent(packed, part, file) for part in packed.parts)


def _check_extent(packed: Packed, part: str, file: str) -> int:
    """Unpacks one part without keeping it, which proves its checksum, and sees how far its cells reach and how many are
    errors."""
    width = height = cells = errors = 0
    tail = b""
    with packed.open(part) as stream:
        if part.casefold() == "content.xml":
            # Parsed whole: the reader never returns from what is no XML.
            width, height = _ods_extent(parse_xml(stream.read(), file))
        while chunk := stream.read(_CHUNK):
            if "worksheets/" in part:
                text = tail + chunk
                for letters, digits in _CELL.findall(text):
                    cells += 1
                    width = max(width, column_number(letters.decode()))
                    height = max(height, int(digits))
                tail = text[-300:]
                # What begins in the tail is met again with the next chunk.
                errors += len(_ERROR.findall(text)) - len(_ERROR.findall(tail))
        errors += len(_ERROR.findall(tail))
    sparse = cells and width * height > limits.SPREAD + limits.SPREAD_PER_CELL * cells
    if sparse or width * height > limits.CELLS.most:
        raise InputError(
            f"{file} spreads its cells over {height:,} rows and {width:,} columns and was not opened.",
            hint="Delete what stands far outside the table, or save it as CSV.",
        )
    return errors


def _ods_extent(root: Element) -> tuple[int, int]:
    """How many columns and rows an ODS sheet reaches; its cells and rows may be repeated, empty ones by the million."""
    width = height = 0
    for table in root.iter("{*}table"):
        below = 0
        for row in table.iter("{*}table-row"):
            times, column = _repeated(row, "number-rows-repeated"), 0
            for cell in row.iter("{*}table-cell", "{*}covered-table-cell"):
                column += _repeated(cell, "number-columns-repeated")
                if len(cell) or any(local_name_of(name) == "value" for name in cell.keys()):  # noqa: SIM118 (no dict)
                    width, height = max(width, column), max(height, below + times)
            below += times
    return width, height


def _repeated(element: Element, name: str) -> int:
    said = str(next((value for key, value in element.items() if local_name_of(key) == name), "1"))
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else 1


def column_number(letters: str) -> int:
    """The number of a spreadsheet column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
