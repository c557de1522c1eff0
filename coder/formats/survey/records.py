"""Parquet and JSON Lines: files of programs, with a name for each value."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coder.domain.corpus import normalise_text
from coder.errors import InputError
from coder.formats import limits
from coder.formats.apart import read_apart
from coder.formats.json_text import is_text
from coder.formats.survey.workbook import cell_text

PARQUET = b"PAR1"


def open_parquet(path: Path) -> list[list[str]]:
    """A header and the rows. Raises InputError where it can't be read, or is too large."""
    head, rows = read_apart("parquet", path)
    return [head["names"], *rows]


def read_parquet(path: Path, _: str | None) -> Iterator[Any]:
    """The names, then the rows, a group of them at a time: what `read_apart` asks for."""
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
            schema = file.schema_arrow
            names = schema.names
            limits.COLUMNS.check(len(names), path.name)
            if nested := [f"{n[:60]!r} holds more than plain values" for n, t in _types(schema) if _is_nested_type(t)]:
                raise InputError(
                    f"{path.name} can't be read as a table.",
                    problems=nested[:20],
                    hint="Write each of the values into a column of its own.",
                )
            limits.CELLS.check(file.metadata.num_rows * max(1, len(names)), path.name)
            yield {"names": [str(name) for name in names]}
            for batch in file.iter_batches(batch_size=1_000):
                columns = [[_cell(value) for value in _plain(column).to_pylist()] for column in batch.columns]
                yield from zip(*columns, strict=True)
    except (arrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise InputError(
            f"{path.name} can't be read as Parquet: {str(error)[:300]}.", hint="Write it anew, or save it as CSV."
        ) from error


def _types(schema: Any) -> Iterator[tuple[str, Any]]:
    yield from zip(schema.names, schema.types, strict=True)


def _is_nested_type(kind: Any) -> bool:
    from pyarrow import types

    return types.is_nested(kind) and not (types.is_list(kind) and not types.is_nested(kind.value_type))


def _plain(column: Any) -> Any:
    """The column, where its numbers have few digits as the shortest numbers that they stand for: 4.1, not 4.0999999."""
    from pyarrow import float64, string, types

    is_short = types.is_float32(column.type) or types.is_float16(column.type)
    return column.cast(string()).cast(float64()) if is_short else column


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
        limits.COLUMNS.check(len(names), path.name)
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
        while line := file.readline(limits.LINE.most):
            number += 1
            if len(line) == limits.LINE.most:
                raise limits.LINE.error(len(line), path.name)
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, f"it is no JSON: {error}"[:200]
                continue
            if not isinstance(found, dict):
                yield number, "it is no object"
            elif "\\u" in line and not is_text(found):
                yield number, "it holds half of a surrogate pair"
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
        return ";".join(text for v in value if (text := _cell(v)))
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else cell_text(value)
