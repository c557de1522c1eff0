"""Parquet and JSON Lines: files of programs, with a name for each value."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coder.domain.corpus import normalise_text
from coder.errors import InputError
from coder.formats.survey.workbook import MOST_CELLS, cell_text

PARQUET = b"PAR1"
_MOST_NAMES = 20_000
_LONGEST_LINE = 64 * 1024 * 1024


def read_parquet(path: Path) -> Iterator[list[str]]:
    """A header and the rows, a group of them at a time. Raises InputError where it can't be read, or is too large."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise InputError(
            f"{path.name} is a Parquet file, and what reads these is not installed.",
            hint="pip install 'thematic-coder[parquet]', or save it as CSV.",
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            rows = file.metadata.num_rows
            if rows * max(1, len(names)) > MOST_CELLS:
                raise InputError(f"{path.name} has {rows:,} rows of {len(names):,} columns and was not opened.")
            yield [str(name) for name in names]
            for batch in file.iter_batches(batch_size=5_000):
                columns = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
                yield from (list(row) for row in zip(*columns, strict=True))
    except (arrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise InputError(
            f"{path.name} can't be read as Parquet: {str(error)[:300]}.", hint="Write it anew, or save it as CSV."
        ) from error


def read_json_lines(path: Path, codec: str) -> Iterator[list[str]]:
    """A header of all the names in the file, and a row for each line. Raises InputError with every line that is no
    object of plain values."""
    names: dict[str, int] = {}
    problems: list[str] = []
    for number, found in _objects(path, codec):
        if isinstance(found, str):
            problems.append(f"{path.name}, line {number}: {found}")
            if len(problems) == 20:
                break
            continue
        for name in found:
            names.setdefault(name, len(names))
        if len(names) > _MOST_NAMES:
            raise InputError(f"{path.name} has more than {_MOST_NAMES:,} names; that is no survey.")
    if problems:
        raise InputError(
            f"{path.name} can't be read as JSON Lines.", problems=problems, hint="One object on each line."
        )
    yield list(names)
    for _, found in _objects(path, codec):
        if isinstance(found, dict):
            row = [""] * len(names)
            for name, value in found.items():
                row[names[name]] = _cell(value)
            yield row


def _objects(path: Path, codec: str) -> Iterator[tuple[int, "dict[str, Any] | str"]]:
    """Each line's object, or what is wrong with it."""
    with path.open(encoding=codec, newline="\n") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, f"it is no JSON: {error}"[:200]
                continue
            if not isinstance(found, dict):
                yield number, "it is no object"
            elif nested := [n for n, v in found.items() if isinstance(v, dict) or _is_nested(v)]:
                yield number, f"{nested[0][:60]!r} holds more than plain values"
            else:
                yield number, found


def _is_nested(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(v, dict | list) for v in value)


def _cell(value: Any) -> str:
    """A value as text; a list of plain values joined as survey platforms join choices."""
    if isinstance(value, str):
        return normalise_text(value)
    if isinstance(value, list):
        return ";".join(_cell(v) for v in value)
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else cell_text(value)
