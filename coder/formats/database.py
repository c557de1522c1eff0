"""SQLite files of other programs: for reading only, as files that may be hostile."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coder.errors import InputError
from coder.formats import limits

_STEPS = 1_000_000  # of SQLite's machine, between two looks at how many there were


class ForeignDatabase:
    """Tables of a database, by their names and columns; whatever is no plain table is not there."""

    def __init__(self, connection: sqlite3.Connection, file: str) -> None:
        self._connection, self._file = connection, file
        self._size = 0
        made = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        plain = [name for name, sql in made if not str(sql).lstrip().upper().startswith("CREATE VIRTUAL")]
        self.tables = {
            name: [row[1] for row in connection.execute(f'PRAGMA table_info("{_quoted(name)}")')] for name in plain
        }

    def rows(self, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        """These columns of a table, in the order of its rows; None for a column that it does not have."""
        there = self.tables.get(table, [])
        if not there:
            return
        chosen = ", ".join(f'"{_quoted(c)}"' if c in there else "NULL" for c in columns)
        cursor = self._connection.execute(f'SELECT {chosen} FROM "{_quoted(table)}" ORDER BY rowid')  # noqa: S608
        for number, row in enumerate(cursor, 1):
            limits.DATABASE_ROWS.check(number, self._file)
            # One stretch of a damaged file can be the value of many rows.
            self._size += sum(len(value) for value in row if isinstance(value, str | bytes))
            limits.TEXTS.check(self._size, self._file)
            yield row

    def has(self, *tables: str) -> bool:
        return all(table in self.tables for table in tables)


def _quoted(name: str) -> str:
    return name.replace('"', '""')


@contextmanager
def open_foreign(path: Path) -> Iterator[ForeignDatabase]:
    """A database, opened so that nothing in it runs and nothing is written beside it.

    Raises InputError where it can't be read, or keeps SQLite busy beyond reason.
    """
    limits.DATABASE.check(path.stat().st_size, path.name)
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise InputError(
            f"{path.name} lacks what its program wrote last: that is still in {log.name}.",
            hint="Close the program that made it, and try again.",
        )
    looks = 0

    def enough() -> int:
        nonlocal looks
        looks += 1
        return int(looks * _STEPS > limits.DATABASE_STEPS.most)

    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.DATABASE_VALUE.most)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_progress_handler(enough, _STEPS)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        yield ForeignDatabase(connection, path.name)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # names may be no texts, in errors too
        if looks * _STEPS > limits.DATABASE_STEPS.most:
            raise limits.DATABASE_STEPS.error(looks * _STEPS, path.name) from error
        raise InputError(
            f"{path.name} can't be read as a database: {error}.", hint="Close the program that made it, and try again."
        ) from error
    finally:
        connection.close()


def text(value: object) -> str:
    """A value of a database as text; of nothing the empty one."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def whole(value: object) -> int:
    """A value as a whole number; -1, which is no place and no id, where it is none."""
    return value if isinstance(value, int) else -1
