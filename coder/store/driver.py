"""The SQLite driver: the newest SQLite at hand, opened so that nothing committed can be lost."""

from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.engine import Connection

APPLICATION_ID = 0x434F4452  # "CODR"
BUSY_SECONDS = 60
_CACHE = 16_000  # kB for each connection; the system keeps the file's pages, too


def sqlite() -> ModuleType:
    """pysqlite3, whose SQLite has no WAL-reset bug, where it is installed; else the standard library's sqlite3."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3

        return sqlite3
    return dbapi2  # type: ignore[no-any-return]


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL where this SQLite version is free of the WAL-reset bug (3.7.0 to 3.51.2), else TRUNCATE."""
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "WAL" if fixed else "TRUNCATE"


def make_engine(path: Path, *, read_only: bool = False) -> Engine:
    """An engine on one project file; a connection marked `write` begins IMMEDIATE, so that writers queue up.

    `read_only` lets no statement change anything. (SQLite's own `mode=ro` would leave its log and index of the log
    behind, and the log would hold what the file lacks.)
    """
    driver = sqlite()

    def connect() -> Any:
        connection = driver.connect(str(path), timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        mode = journal_mode(driver.sqlite_version_info)
        if not read_only and connection.execute("PRAGMA journal_mode").fetchone()[0].upper() != mode:
            with suppress(driver.OperationalError):  # another program has it open; its mode serves as well
                connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"PRAGMA cache_size=-{_CACHE}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        return connection

    # Said explicitly: for an URL without a file SQLAlchemy takes a pool that closes connections under other threads.
    engine = create_engine(
        "sqlite+pysqlite://", module=driver, creator=connect, poolclass=QueuePool, pool_use_lifo=True, max_overflow=-1
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
