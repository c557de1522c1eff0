"""How an older project file becomes a current one: append-only, one transaction each, after a backup."""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

# MIGRATIONS[n] brings a file from schema n + 1 to n + 2. Never edit one that has shipped: append.
# No executescript(): it commits silently.
MIGRATIONS: list[Callable[[Connection], None]] = []

SCHEMA_VERSION = 1 + len(MIGRATIONS)


def migrate(engine: Engine, version: int) -> None:
    """Bring a file of this schema version to the current one, a transaction for each step."""
    for step in range(version, 1 + len(MIGRATIONS)):
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if found > step:  # another program was quicker
                continue
            MIGRATIONS[step - 1](connection)
            connection.exec_driver_sql(f"PRAGMA user_version={step + 1}")
