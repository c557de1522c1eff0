"""Parquet on its way out: texts as texts, whole numbers that may be missing, repeated texts kept once."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.formats.fields import Field, FieldKind
from coder.formats.tables import Row, replace_file

_ROWS = 50_000
_REPEATED = frozenset({"theme", "path", "coder", "question", "wave"})


def write_parquet(path: Path, fields: Sequence[Field], rows: Iterable[Row]) -> list[str]:
    """Write a table as Parquet, replacing the file as one. Raises CoderError where the library is not installed."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise CoderError(
            "What writes Parquet is not installed.", hint="pip install 'thematic-coder[parquet]', or write CSV."
        ) from error
    kinds = {
        FieldKind.INTEGER: arrow.int64(),
        FieldKind.NUMBER: arrow.float64(),
        FieldKind.INDICATOR: arrow.int8(),
        FieldKind.TEXT: arrow.string(),
    }
    repeated = arrow.dictionary(arrow.int32(), arrow.string())
    schema = arrow.schema(
        [
            arrow.field(
                f.header,
                repeated if f.kind is FieldKind.TEXT and f.header in _REPEATED else kinds[f.kind],
                metadata={"label": f.label},
            )
            for f in fields
        ]
    )
    source = iter(rows)

    def write(file: Path) -> list[str]:
        with parquet.ParquetWriter(file, schema) as writer:
            while some := list(islice(source, _ROWS)):
                columns: list[Any] = list(zip(*some, strict=True))
                arrays = [arrow.array(c, type=f.type) for c, f in zip(columns, schema, strict=True)]
                writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
        return []

    return replace_file(path, write)
