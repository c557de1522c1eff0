"""What was imported, and under which column plan."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.store import schema
from coder.store.events import Recorder
from coder.store.project import now


def add_batch(recorder: Recorder, source: str, sha256: str, plan: str, rows: int) -> None:
    recorder.insert(schema.import_batch, source=source, sha256=sha256, plan=plan, rows=rows, at=now())


def plans(connection: Connection) -> list[tuple[str, str]]:
    """(file's sha256, column plan) of every import, the newest first."""
    b = schema.import_batch.c
    return [(row.sha256, row.plan) for row in connection.execute(select(b.sha256, b.plan).order_by(b.id.desc()))]
