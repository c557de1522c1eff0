"""Erasing a participant who withdrew consent: from the tables, the log, the search index and our own backups."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from coder.domain.log import Kind
from coder.errors import NotFoundError, ProjectError
from coder.store import schema
from coder.store.corpus import find_participant
from coder.store.driver import make_engine
from coder.store.events import Recorder, log_event
from coder.store.migrations import SCHEMA_VERSION
from coder.store.project import Project, backups_folder, change_setting, check_file, count_up, setting
from coder.store.search import update_index
from coder.store.surveys import forgotten_digest


def forget(project: Project, external_id: str, coder_id: int) -> tuple[int, list[str]]:
    """Erase everything a participant gave and all that was made of it; only a tombstone stays.

    Returns how many responses were erased, and what was done with each backup. It can't be undone. Raises
    NotFoundError where the project does not know the participant.
    """
    with project.write() as connection:
        participant_id = find_participant(connection, external_id)
        if participant_id is None:
            raise NotFoundError(f"There is no participant {external_id!r} in {project.path}.")
        seq = count_up(connection, "seq")
        responses = _erase(connection, participant_id, external_id, seq)
        log_event(Recorder(connection, seq, coder_id), Kind.FORGET, {"responses": responses})
    update_index(project)
    _scrub(project)
    return responses, [_in_backup(backup, external_id) for backup in sorted(backups_folder(project.path).glob("*"))]


def _scrub(project: Project) -> None:
    """Leave no trace in free pages or in the write-ahead log."""
    project.maintain(
        "INSERT INTO response_search(response_search) VALUES('optimize')",
        "VACUUM",
        "PRAGMA wal_checkpoint(TRUNCATE)",
    )


def _erase(connection: Connection, participant_id: int, external_id: str, seq: int) -> int:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    r = schema.response
    responses = set(connection.scalars(select(r.c.id).where(r.c.participant_id == participant_id)))
    highlights = set(
        connection.scalars(select(schema.highlight.c.id).where(schema.highlight.c.response_id.in_(responses)))
    )
    codings = set(
        connection.scalars(select(schema.coding.c.id).where(schema.coding.c.participant_id == participant_id))
    )
    theirs = _Theirs(participant_id, responses, highlights, codings)
    _blank_log(connection, theirs)
    kept, link, memo = schema.undone_row.c, schema.coding_highlight.c, schema.memo.c
    connection.execute(delete(schema.undone_row).where(kept.participant_id == participant_id))
    connection.execute(
        delete(schema.coding_highlight).where(or_(link.coding_id.in_(codings), link.highlight_id.in_(highlights)))
    )
    for subject, ids in (("participant", {participant_id}), ("response", responses), ("coding", codings)):
        connection.execute(delete(schema.memo).where(memo.subject == subject, memo.subject_id.in_(ids)))
    for table in (schema.suggestion, schema.rejection, schema.highlight):
        connection.execute(delete(table).where(table.c.response_id.in_(responses)))
    for table in (schema.coding, schema.review, schema.answer, schema.participant_attribute, r):
        connection.execute(delete(table).where(table.c.participant_id == participant_id))
    connection.execute(delete(schema.participant).where(schema.participant.c.id == participant_id))
    # A model's vocabulary holds the person's words; it is made anew at the next training.
    connection.execute(update(schema.model).values(arrays=None))
    change_setting(connection, "search", "stale")
    digest = forgotten_digest(setting(connection, "salt"), external_id)
    connection.execute(insert(schema.forgotten).values(digest=digest, event=seq))
    return len(responses)


class _Theirs:
    """Which rows are of one participant."""

    def __init__(self, participant: int, responses: set[int], highlights: set[int], codings: set[int]) -> None:
        self.by_column = {
            "participant_id": {participant},
            "response_id": responses,
            "response": responses,
            "highlight_id": highlights,
            "coding_id": codings,
        }
        self.by_table = {
            "participant": {participant},
            "response": responses,
            "highlight": highlights,
            "coding": codings,
        }

    def row(self, table: str, row: dict[str, Any]) -> bool:
        return row.get("id") in self.by_table.get(table, ()) or any(
            row.get(column) in ids for column, ids in self.by_column.items()
        )

    def facts(self, facts: dict[str, Any]) -> bool:
        return facts.get("response") in self.by_column["response"]


def _blank_log(connection: Connection, theirs: _Theirs) -> None:
    """Take a participant's rows out of every event's payload; what was about them alone says that it was erased.

    Rows that no longer stand (a highlight that was removed) are found by the responses that they name.
    """
    e = schema.event
    events = connection.execute(select(e.c.seq, e.c.facts, e.c.before, e.c.after)).all()
    for event in events:
        for _, row in [*json.loads(event.before or "[]"), *json.loads(event.after or "[]")]:
            if row is not None and theirs.row("", row) and "start" in row and "response_id" in row:
                theirs.by_table["highlight"].add(row["id"])
                theirs.by_column["highlight_id"].add(row["id"])
            elif row is not None and theirs.row("", row) and "theme_id" in row and "origin" in row:
                theirs.by_table["coding"].add(row["id"])
                theirs.by_column["coding_id"].add(row["id"])
    for event in events:
        before, after = json.loads(event.before or "[]"), json.loads(event.after or "[]")
        keep = [
            i
            for i, ((table, old), (_, new)) in enumerate(zip(before, after, strict=True))
            if not theirs.row(table, old or new)
        ]
        facts = json.loads(event.facts)
        alone = theirs.facts(facts)
        if len(keep) == len(before) and not alone:
            continue
        values = {
            "before": json.dumps([before[i] for i in keep]) if keep else None,
            "after": json.dumps([after[i] for i in keep]) if keep else None,
        }
        if alone:
            values["facts"] = json.dumps({"erased": True})
        connection.execute(update(e).where(e.c.seq == event.seq).values(**values))


def _in_backup(path: Path, external_id: str) -> str:
    """Erase the participant from one of our own backups; one that can't be cleaned is deleted."""
    try:
        version = check_file(path)
        engine = make_engine(path)
        project = Project(path, engine)
        try:
            if version != SCHEMA_VERSION:
                raise ProjectError("of an older schema")
            with project.write() as connection:
                participant_id = find_participant(connection, external_id)
                if participant_id is not None:
                    _erase(connection, participant_id, external_id, count_up(connection, "seq"))
            update_index(project)
            _scrub(project)
        finally:
            project.close()
    except ProjectError:
        path.unlink()
        return f"{path.name}: deleted, as it could not be cleaned"
    return f"{path.name}: erased there too"
