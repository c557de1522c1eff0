"""Damaged files for every reader: taken or refused, nothing else; the many are for `python -m benchmarks.fuzz`."""

import string
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz.readers import READERS, SCRATCH, Bench
from benchmarks.fuzz.seeds import make_seeds
from coder.formats.apart import kept

INPUTS = 200
_TEXTS = [name for name, reader in READERS.items() if reader.file.endswith((".csv", ".jsonl", ".yaml", ".qdc"))]
_CELL = st.text(st.characters(codec="utf-8") | st.sampled_from(',";\t\n\r\0\ufeff'), max_size=12)
_WORDS = st.sampled_from(
    ["participant_id", "question", "text", "theme", "parent", "path", "start", "end", "part", "id"]
)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with TemporaryDirectory(dir=SCRATCH) as name, kept():
        folder = Path(name)
        yield Bench(folder, *make_seeds(folder))


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_damaged_files_are_taken_or_refused_and_nothing_changes_with_a_refusal(reader, bench: Bench) -> None:
    refused = sum(bench.attempt(reader, bench.input(reader, 0, n), n) is not None for n in range(INPUTS))
    assert 0 < refused <= INPUTS


@st.composite
def _tables(draw: st.DrawFn) -> bytes:
    """Tables of odd cells below headers that mean something, not always well-formed."""
    delimiter = draw(st.sampled_from(",;\t"))
    rows = draw(st.lists(st.lists(_CELL, max_size=5), max_size=6))
    lines = [draw(st.lists(_WORDS | _CELL, min_size=1, max_size=5)), *rows]
    quote = draw(st.booleans())
    cells = ([f'"{c.replace(chr(34), 2 * chr(34))}"' if quote else c for c in line] for line in lines)
    return "\n".join(delimiter.join(line) for line in cells).encode()


@pytest.mark.parametrize("name", _TEXTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=_tables() | st.binary(max_size=60) | st.text(string.printable, max_size=60).map(str.encode))
def test_any_bytes_and_tables_of_odd_cells_are_taken_or_refused(name: str, bench: Bench, data: bytes) -> None:
    bench.attempt(READERS[name], data, len(data))


def test_the_bench_knows_a_refusal_that_leaves_something(bench: Bench) -> None:
    from dataclasses import replace

    from benchmarks.fuzz.readers import BrokenError
    from coder.errors import InputError

    def take(_: Path, project: Path) -> None:
        project.with_name("left").write_text("over")
        raise InputError("refused")

    with pytest.raises(BrokenError, match="left"):
        bench.attempt(replace(READERS["csv"], take=take), b"x")
