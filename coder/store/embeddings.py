"""Which sentence model the project's suggestions go by, and the vectors that it gave texts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from coder.store import schema
from coder.store.corpus import batches_of
from coder.store.events import Recorder
from coder.store.project import setting

_KEY = "encoder"


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence model: where it comes from (a folder, or a name on the hub), which it is, and its vectors' size."""

    source: str
    name: str
    size: int


def chosen(connection: Connection) -> Choice | None:
    """The project's sentence model; None where suggestions go by words alone."""
    found = setting(connection, _KEY)
    return Choice(**json.loads(found)) if found else None


def choose(recorder: Recorder, choice: Choice | None) -> None:
    """Go by this model from now on; the vectors of all others are deleted."""
    recorder.change_setting(_KEY, json.dumps(asdict(choice)) if choice else "")
    if choice:
        recorder.connection.execute(delete(schema.embedding).where(schema.embedding.c.encoder != choice.name))


def read_vectors(connection: Connection, name: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
    """The vectors that are there of these texts: float32, little-endian."""
    e = schema.embedding.c
    found: dict[bytes, bytes] = {}
    for some in batches_of(digests):
        rows = connection.execute(select(e.digest, e.vector).where(e.encoder == name, e.digest.in_(some)))
        found.update((row.digest, row.vector) for row in rows)
    return found


def put_vectors(connection: Connection, name: str, vectors: Mapping[bytes, bytes]) -> None:
    """Keep vectors of texts; those that were there already give way."""
    rows = [(digest, name, vector) for digest, vector in vectors.items()]
    if rows:
        connection.exec_driver_sql("INSERT OR REPLACE INTO embedding (digest, encoder, vector) VALUES (?, ?, ?)", rows)
