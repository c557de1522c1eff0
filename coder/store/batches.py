"""What was imported, and under which column plan."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.store import schema
from coder.store.events import Recorder
from coder.store.project import now


def add_batch(recorder: Recorder, source: str, sha256: str, plan: str, rows: int) -> None:
    recorder.insert(schema.import_batch, source=source, sha256=sha256, plan=plan, rows=rows, at=now())


def plan_of(connection: Connection, sha256: str) -> str:
    """The column plan under which this very file was last imported; "" where it was not."""
    b = schema.import_batch.c
    return connection.scalar(select(b.plan).where(b.sha256 == sha256).order_by(b.id.desc()).limit(1)) or ""
