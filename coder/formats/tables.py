"""The one writer of tables: CSV for spreadsheets, CSV for programs, XLSX; whole or not at all."""

import csv
import io
import math
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from coder.domain.display import one_line
from coder.domain.wording import counted
from coder.errors import CoderError
from coder.formats.fields import Field

Cell = str | int | float | None
Row = Sequence[Cell]

# A spreadsheet reads such a cell as a formula (CWE-1236; ASVS 1.2.10). Quotes before the trigger are part of
# the pattern: a cell that has one already gets a second, so that taking one away restores every cell exactly.
_TRIGGERED = re.compile(r"'*[=+\-@\t\r\n\0]")
_QUOTED_TRIGGER = re.compile(r"'+[=+\-@\t\r\n\0]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?", re.ASCII)

_XLSX_CELL = 32_767  # UTF-16 code units in one cell
_XLSX_ROWS = 1_048_576
_XLSX_COLUMNS = 16_384
_CUTS_SHOWN = 10
_UNFINISHED = ".coder-unfinished-"
_ABANDONED = 600  # seconds in which nothing was written
_EXACT_INTEGER = 2**53  # a sheet keeps numbers as doubles


@dataclass(frozen=True, slots=True)
class TableData:
    """A table on its way out: column names, and rows that may be made while they are read.

    `fields` say what the last columns are: those that the project named, not we.
    """

    header: Sequence[str]
    rows: Iterable[Row]
    fields: Sequence[Field] = ()


def make_inert(cell: str) -> str:
    """The cell with `'` before it where a spreadsheet would run it as a formula; numbers stay as they are."""
    return "'" + cell if _TRIGGERED.match(cell) and not _NUMBER.fullmatch(cell) else cell


def strip_inert(cell: str) -> str:
    """The cell as it was before `make_inert`."""
    return cell[1:] if _QUOTED_TRIGGER.match(cell) else cell


def write_table(
    path: Path, header: Sequence[str], rows: Iterable[Row], *, sheet_name: str = "Sheet1", raw: bool = False
) -> list[str]:
    """Write a table as CSV or XLSX, as the file's name says, and return what the reader of it should know.

    CSV is for spreadsheets (UTF-8 with BOM, cells that look like formulas made inert) unless `raw`: plain
    UTF-8, nothing altered. In XLSX a text is a text; cells above 32,767 characters are cut, which is said.
    The file is replaced as one, and stays as it was if anything fails; a new one is for its owner alone.
    Raises CoderError for another suffix, a table that a sheet can't hold, and a file that can't be written.
    """
    writers: dict[str, Callable[[Path], list[str]]] = {
        ".csv": lambda file: _write_csv(file, header, rows, raw=raw),
        ".xlsx": lambda file: _write_xlsx(file, header, rows, sheet_name),
    }
    write = writers.get(path.suffix.lower())
    if write is None:
        raise CoderError(
            f"A table is written as CSV or XLSX; the name {one_line(path.name)!r} says neither.",
            hint="Let the file's name end in .csv or .xlsx.",
        )
    return replace_file(path, write)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, replacing the file as one. Raises CoderError where it can't be written."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write bytes, replacing the file as one. Raises CoderError where it can't be written."""

    def write(file: Path) -> list[str]:
        file.write_bytes(data)
        return []

    replace_file(path, write)


def to_csv_text(header: Sequence[str], rows: Iterable[Row]) -> str:
    """The table as raw CSV for programs, lines ended by LF."""
    out = io.StringIO()
    stream_csv(out, header, rows)
    return out.getvalue()


def to_tsv_text(header: Sequence[str], rows: Iterable[Row]) -> str:
    """The table as text to paste into a spreadsheet: every cell on one line, without tabs, and inert."""
    lines = ("\t".join(_pasted(cell) for cell in row) for row in (header, *rows))
    return "".join(f"{line}\n" for line in lines)


def _pasted(cell: Cell) -> str:
    if isinstance(cell, str):
        return make_inert(" ".join(cell.replace("\0", " ").split()))
    return "" if cell is None else str(cell)


def stream_csv(out: "_TextSink", header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write the table row by row as raw CSV for programs, lines ended by LF."""
    writer = csv.writer(_LineFeeds(out))
    writer.writerow(header)
    writer.writerows(rows)


def replace_file(path: Path, write: Callable[[Path], list[str]]) -> list[str]:
    """Write beside the target in a folder that only the owner can enter, then put the file in its place."""
    target = path.resolve()
    try:
        with _unfinished(target.parent) as folder:
            new = folder / target.name
            os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            notices = write(new)
            with new.open("rb+") as file:
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, new)
            new.replace(target)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise CoderError(
            f"{one_line(str(path), 200)} can't be written: {reason}.",
            hint="Check that the folder exists, has room, and that no other program holds the file open.",
        ) from error
    return notices


@contextmanager
def _unfinished(parent: Path) -> Iterator[Path]:
    """A folder for what is being written. One that a coder left which was killed, with people's words in it, is taken
    away by the next."""
    for left in parent.glob(f"{_UNFINISHED}*"):
        with suppress(OSError):
            files = list(left.iterdir())
            if max(file.lstat().st_mtime for file in (left, *files)) < time.time() - _ABANDONED:
                for file in files:
                    file.unlink()
                left.rmdir()
    with tempfile.TemporaryDirectory(dir=parent, prefix=_UNFINISHED, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


class _TextSink(Protocol):
    def write(self, text: str, /) -> object: ...


class _LineFeeds:
    """Ends rows by LF. The csv module quotes a bare CR in a cell only while its own line end contains one."""

    def __init__(self, out: _TextSink) -> None:
        self._out = out

    def write(self, line: str) -> None:
        self._out.write(line[:-2] + "\n")


def _write_csv(file: Path, header: Sequence[str], rows: Iterable[Row], *, raw: bool) -> list[str]:
    with file.open("w", encoding="utf-8" if raw else "utf-8-sig", newline="") as out:
        if raw:
            stream_csv(out, header, rows)
        else:
            safe = csv.writer(out)
            safe.writerow([make_inert(name) for name in header])
            safe.writerows([make_inert(c) if isinstance(c, str) else c for c in row] for row in rows)
    return []


def _write_xlsx(file: Path, header: Sequence[str], rows: Iterable[Row], sheet_name: str) -> list[str]:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    if len(header) > _XLSX_COLUMNS:
        raise CoderError(f"A sheet holds {_XLSX_COLUMNS:,} columns, not {len(header):,}.", hint="Write a .csv.")
    # Its scratch files hold participants' words too: they stay in the private folder.
    book = Workbook(str(file), {"constant_memory": True, "tmpdir": str(file.parent)})
    sheet = _Sheet(book, _legal_sheet_name(sheet_name), header)
    for number, row in enumerate(rows, start=2):
        sheet.write(number, row)
    try:
        book.close()
    except FileCreateError as error:  # which hides the reason
        raise error.__context__ if isinstance(error.__context__, OSError) else OSError(str(error)) from error
    return sheet.notices()


class _Sheet:
    """One sheet of texts and numbers: no formula, no link, nothing that runs."""

    def __init__(self, book: Any, name: str, header: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._plain = book.add_format()
        self._header = header
        self._cut: list[str] = []
        self._sheet.freeze_panes(1, 0)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_XLSX_ROWS}"})
        self.write(1, header, book.add_format({"bold": True}))

    def write(self, number: int, row: Row, style: Any = None) -> None:
        """Write row `number`, counted from 1 as the sheet shows it."""
        if number > _XLSX_ROWS:
            raise CoderError(f"A sheet holds {_XLSX_ROWS:,} rows; these are more.", hint="Write a .csv.")
        for column, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str) or not math.isfinite(cell) or abs(cell) > _EXACT_INTEGER:
                self._write_text(number, column, str(cell), style)
            else:
                self._sheet.write_number(number - 1, column, cell, style)

    def _write_text(self, number: int, column: int, text: str, style: Any) -> None:
        fits = _fit(text)
        if len(fits) < len(text):
            self._cut.append(f"row {number}, column {one_line(self._header[column], 40)!r} ({len(text):,})")
        if fits.startswith("<r>") and fits.endswith("</r>"):
            # xlsxwriter takes such a text for its own markup and does not escape it; as two runs it does.
            runs = (fits[:1], self._plain, fits[1:])
            self._sheet.write_rich_string(number - 1, column, *runs, style or self._plain)
        else:
            self._sheet.write_string(number - 1, column, fits, style)

    def notices(self) -> list[str]:
        """What was cut, if anything."""
        if not self._cut:
            return []
        shown = "; ".join(self._cut[:_CUTS_SHOWN]) + ("; ..." if len(self._cut) > _CUTS_SHOWN else "")
        return [
            f"Cut to the {_XLSX_CELL:,} characters that a cell of a sheet holds (a .csv holds all of them): "
            f"{counted(len(self._cut), 'cell')}, {shown}."
        ]


def _fit(text: str) -> str:
    """As much of the text as a cell holds; a sheet counts UTF-16 code units."""
    if len(text) <= _XLSX_CELL // 2:
        return text
    return text.encode("utf-16-le")[: 2 * _XLSX_CELL].decode("utf-16-le", errors="ignore")


def _legal_sheet_name(name: str) -> str:
    legal = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", name).strip("' ")[:31].strip("' ")
    return legal if legal and legal.casefold() != "history" else "Sheet1"
