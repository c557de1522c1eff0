"""Parquet that we write: any table comes back as it went, missing values as missing."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.formats.fields import Field, FieldKind
from coder.formats.parquet import write_parquet

FIELDS = [
    Field("text", "words"),
    Field("theme", "a repeated text"),
    Field("start", "a place", FieldKind.INTEGER),
    Field("percent", "a number", FieldKind.NUMBER),
    Field("has", "a mark", FieldKind.INDICATOR),
]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
ROWS = st.tuples(
    TEXTS,
    TEXTS | st.none(),
    st.none() | st.integers(0, 2**53),
    st.none() | st.floats(0, 100),
    st.sampled_from([None, 0, 1]),
)


@given(rows=st.lists(ROWS, max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_table_comes_back(rows: list[tuple[object, ...]]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.parquet"
        write_parquet(path, FIELDS, rows)
        found = parquet.read_table(path)
    assert [tuple(row.values()) for row in found.to_pylist()] == rows
    assert [field.metadata[b"label"].decode() for field in found.schema] == [field.label for field in FIELDS]
