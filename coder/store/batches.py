"""What was imported, and under which column plan."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.store import schema
from coder.store.events import Recorder
from coder.store.project import now


def add_batch(recorder: Recorder, source: str, sha256: str, plan: str, rows: int) -> None:
    recorder.insert(schema.import_batch, source=source, sha256=sha256, plan=plan, rows=rows, at=now())


def plans(connection: Connection) -> dict[str, set[str]]:
    """The column plans of all imports, the newest first, each with the sha256 of the files that were read by it."""
    b = schema.import_batch.c
    found: dict[str, set[str]] = {}
    for plan, sha256 in connection.execute(select(b.plan, b.sha256).order_by(b.id.desc())):
        found.setdefault(plan, set()).add(sha256)
    return found
