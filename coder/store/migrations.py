"""How an older project file becomes a current one: append-only, one transaction each, after a backup."""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.engine import Connection


def _to_2(connection: Connection) -> None:
    """What a suggestion was learnt from; what the queues are sorted by; a store for sentence embeddings."""
    connection.exec_driver_sql("DROP TABLE suggestion")  # made anew at the next training
    for statement in (
        "CREATE TABLE suggestion (response_id INTEGER NOT NULL, theme_id INTEGER NOT NULL, model_id INTEGER NOT NULL, "
        "score REAL NOT NULL, suggested INTEGER NOT NULL, evidence TEXT DEFAULT '[]' NOT NULL, "
        "ground TEXT DEFAULT 'coding' NOT NULL, PRIMARY KEY (response_id, theme_id), "
        "FOREIGN KEY(response_id) REFERENCES response (id), FOREIGN KEY(theme_id) REFERENCES theme (id), "
        "FOREIGN KEY(model_id) REFERENCES model (id)) STRICT",
        "CREATE INDEX suggestion_by_score ON suggestion (score)",
        "CREATE TABLE outlook (response_id INTEGER NOT NULL, model_id INTEGER NOT NULL, useful REAL NOT NULL, "
        "certain REAL NOT NULL, PRIMARY KEY (response_id), FOREIGN KEY(response_id) REFERENCES response (id), "
        "FOREIGN KEY(model_id) REFERENCES model (id)) STRICT",
        "CREATE TABLE embedding (digest BLOB NOT NULL, encoder TEXT NOT NULL, vector BLOB NOT NULL, "
        "PRIMARY KEY (encoder, digest)) STRICT",
    ):
        connection.exec_driver_sql(statement)


def _to_3(connection: Connection) -> None:
    """Stars, masks; what was undone, by what; the text that another replaced; since when a theme serves a question."""
    connection.exec_driver_sql("ALTER TABLE theme_question ADD COLUMN since INTEGER DEFAULT '0' NOT NULL")
    connection.exec_driver_sql("CREATE INDEX event_by_undone ON event (undoes) WHERE undoes IS NOT NULL")
    connection.exec_driver_sql(
        "CREATE INDEX response_by_newer ON response (superseded_by) WHERE superseded_by IS NOT NULL"
    )
    for name in ("star", "mask"):
        connection.exec_driver_sql(
            f'CREATE TABLE {name} (response_id INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, '
            f'event INTEGER NOT NULL, PRIMARY KEY (response_id, start, "end"), '
            f'CONSTRAINT {name}_is_a_span CHECK (0 <= start AND start < "end"), '
            "FOREIGN KEY(response_id) REFERENCES response (id)) STRICT"
        )


def _to_4(connection: Connection) -> None:
    """Which texts the newest file does not have any more."""
    connection.exec_driver_sql(
        "CREATE TABLE absence (response_id INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (response_id), "
        "FOREIGN KEY(response_id) REFERENCES response (id)) STRICT"
    )


# MIGRATIONS[n] brings a file from schema n + 1 to n + 2. Never edit one that has shipped: append.
# No executescript(): it commits silently.
MIGRATIONS: list[Callable[[Connection], None]] = [_to_2, _to_3, _to_4]

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
