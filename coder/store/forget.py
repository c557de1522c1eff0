"""Erasing a participant who withdrew consent: from the tables, the log, the search index and our own backups."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from coder.domain.codebook import fold_name
from coder.domain.log import BETWEEN_NAMES, Kind
from coder.errors import NotFoundError, ProjectError
from coder.store import schema
from coder.store.corpus import find_participant
from coder.store.driver import make_engine
from coder.store.events import Recorder, log_event
from coder.store.migrations import SCHEMA_VERSION
from coder.store.project import Project, backups_folder, change_setting, check_file, count_up, setting
from coder.store.search import update_index
from coder.store.surveys import forgotten_digest

_PATIENCE = 5  # seconds that a scrub waits for other programs; it can be done again


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many responses were erased, what was done with each backup, and what is left to do.

    `again` says that the person had been erased before, and that the files were only scrubbed anew.
    """

    responses: int
    backups: tuple[str, ...]
    notices: tuple[str, ...]
    again: bool


def forget(project: Project, external_id: str, coder_id: int) -> Forgotten:
    """Erase everything a participant gave and all that was made of it; only a tombstone stays. It can't be undone.

    For one who was erased before, the log and the files are cleaned again of what was in the way then. Raises
    NotFoundError where the project does not know the participant.
    """
    with project.write() as connection:
        responses, notices = _erase(connection, external_id, coder_id)
        if responses is None and notices is None:
            raise NotFoundError(f"There is no participant {external_id!r} in {project.path}.")
    update_index(project)
    left = [*(notices or ()), *([] if _scrub(project) else [_HELD])]
    folder = backups_folder(project.path)
    backups = [_in_backup(b, external_id) for b in sorted(folder.glob("*-schema*.coder")) if b.is_file()]
    return Forgotten(responses or 0, tuple(backups), tuple(left), again=responses is None)


_HELD = (
    "Erased, but another program holds the file open: close it and run coder forget again to scrub the file; "
    "until then it may still hold old pages"
)


def _scrub(project: Project) -> bool:
    """Leave no trace in free pages or in the write-ahead log; False where another program is in the way."""
    return project.maintain(
        "INSERT INTO response_search(response_search) VALUES('optimize')",
        "VACUUM",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        patience=_PATIENCE,
    )


def _erase(
    connection: Connection, external_id: str, coder_id: int | None = None
) -> tuple[int | None, list[str] | None]:
    """Erase the participant from the tables and the log; a coder is named where the log is to say so.

    Returns how many responses went (None: nobody was there) and notices about themes that still bear the person's
    words (None: nobody was there before either).
    """
    digest = forgotten_digest(setting(connection, "salt"), external_id)
    tombstone = schema.forgotten
    mark = connection.scalar(select(tombstone.c.event).where(tombstone.c.digest == digest))
    people = _internal_ids(connection, external_id)
    responses = None
    if people:
        seq = count_up(connection, "seq")
        if mark is None:
            mark = seq
            connection.execute(insert(tombstone).values(digest=digest, event=mark))
        responses = _erase_rows(connection, people, mark)
        if coder_id is not None:
            log_event(Recorder(connection, seq, coder_id), Kind.FORGET, {"responses": responses})
    return responses, None if mark is None else _blank_theme_names(connection, mark)


def _internal_ids(connection: Connection, external_id: str) -> set[int]:
    """Every id that the person has or had: one more for each time that they were imported and that was undone."""
    kept = schema.undone_row.c
    undone = connection.scalars(select(kept.row).where(kept.table_name == "participant"))
    people = {row["id"] for row in map(json.loads, undone) if row["external_id"] == external_id}
    current = find_participant(connection, external_id)
    return people if current is None else people | {current}


def _erase_rows(connection: Connection, people: set[int], mark: int) -> int:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    ids = _ids_of(connection, people)
    theirs = _Theirs(people, ids["response"], ids["highlight"], ids["coding"])
    _blank_log(connection, theirs, mark)
    responses, highlights, codings = (theirs.by_table[t] for t in ("response", "highlight", "coding"))
    link, memo = schema.coding_highlight.c, schema.memo.c
    connection.execute(delete(schema.undone_row).where(schema.undone_row.c.participant_id.in_(people)))
    connection.execute(
        delete(schema.coding_highlight).where(or_(link.coding_id.in_(codings), link.highlight_id.in_(highlights)))
    )
    for subject in ("participant", "response", "highlight", "coding"):
        of_them = memo.subject_id.in_(theirs.by_table[subject])
        connection.execute(delete(schema.memo).where(memo.subject == subject, of_them))
    # The vectors of their texts go with all others: they are made anew, and nothing says whose each is.
    connection.execute(delete(schema.embedding))
    of_response = (schema.suggestion, schema.outlook, schema.rejection, schema.star, schema.mask, schema.absence)
    for table in (*of_response, schema.highlight):
        connection.execute(delete(table).where(table.c.response_id.in_(responses)))
    for table in (schema.coding, schema.review, schema.answer, schema.participant_attribute, schema.response):
        connection.execute(delete(table).where(table.c.participant_id.in_(people)))
    connection.execute(delete(schema.participant).where(schema.participant.c.id.in_(people)))
    # A model's vocabulary holds the person's words; it is made anew at the next training.
    connection.execute(update(schema.model).values(arrays=None))
    change_setting(connection, "search", "stale")
    return len(ids["response"])


def _ids_of(connection: Connection, people: set[int]) -> dict[str, set[int]]:
    """The ids of their responses, highlights and codings, also of those that an undone import keeps."""
    r, h, c, kept = schema.response.c, schema.highlight.c, schema.coding.c, schema.undone_row.c
    of_them = select(r.id).where(r.participant_id.in_(people))
    ids = {
        "response": set(connection.scalars(of_them)),
        "highlight": set(connection.scalars(select(h.id).where(h.response_id.in_(of_them)))),
        "coding": set(connection.scalars(select(c.id).where(c.participant_id.in_(people)))),
    }
    undone = select(kept.table_name, kept.row).where(kept.participant_id.in_(people), kept.table_name.in_(ids))
    for row in connection.execute(undone):
        ids[row.table_name].add(json.loads(row.row)["id"])
    return ids


class _Theirs:
    """Which rows are of one person, by all the ids they ever had."""

    def __init__(self, people: set[int], responses: set[int], highlights: set[int], codings: set[int]) -> None:
        self.by_column = {
            "participant_id": people,
            "response_id": responses,
            "response": responses,
            "highlight_id": highlights,
            "coding_id": codings,
        }
        self.by_table = {
            "participant": people,
            "response": responses,
            "highlight": highlights,
            "coding": codings,
        }

    def row(self, table: str, row: dict[str, Any]) -> bool:
        if row.get("subject_id") in self.by_table.get(row.get("subject", ""), ()):  # a memo about them
            return True
        return row.get("id") in self.by_table.get(table, ()) or any(
            row.get(column) in ids for column, ids in self.by_column.items()
        )

    def facts(self, facts: dict[str, Any]) -> bool:
        about_response = facts.get("response") in self.by_column["response"]
        return about_response or facts.get("participant") in self.by_table["participant"]


def _blank_log(connection: Connection, theirs: _Theirs, mark: int) -> None:
    """Take a participant's rows out of every event's payload; what was about them alone says that it was erased.

    Rows that no longer stand (a highlight that was removed) are found by the responses that they name.
    """
    e = schema.event
    events = connection.execute(select(e.c.seq, e.c.facts, e.c.before, e.c.after)).all()
    for event in events:
        for table, row in [*json.loads(event.before or "[]"), *json.loads(event.after or "[]")]:
            if row is not None and table in ("highlight", "coding") and theirs.row("", row):
                theirs.by_table[table].add(row["id"])
                theirs.by_column[f"{table}_id"].add(row["id"])
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
            values["facts"] = json.dumps({"erased": mark})
        connection.execute(update(e).where(e.c.seq == event.seq).values(**values))


def _blank_theme_names(connection: Connection, mark: int) -> list[str]:
    """Take the words that became themes (in vivo) out of the log; returns notices about themes that still bear them.

    Such a theme is the analysts' now. As long as it bears the words, the changes made to it stay as they were, so
    that they can be undone; once it is renamed or gone, forgetting the person again blanks these too.
    """
    e = schema.event.c
    made = connection.execute(
        select(e.seq, e.after).where(
            e.kind == Kind.IN_VIVO, func.json_extract(e.facts, "$.erased") == mark, e.after.is_not(None)
        )
    )
    themes = {row["id"]: seq for seq, after in made for table, row in json.loads(after) if table == "theme"}
    notices = []
    for theme_id, made_at in themes.items():
        log = connection.execute(
            select(e.seq, e.facts, e.before, e.after).where(e.seq >= made_at).order_by(e.seq)
        ).all()
        current = connection.scalar(select(schema.theme.c.name).where(schema.theme.c.id == theme_id))
        words = _words_of(log, theme_id) or current
        if words is None or words == _neutral(theme_id):
            continue
        borne = current is not None and fold_name(current) == fold_name(words)
        if borne:
            notices.append(f"The theme ‘{current}’ still bears words of theirs: rename or delete it, then forget again")
        _blank_name(connection, log, theme_id, words, {made_at} if borne else None)
    return notices


def _neutral(theme_id: int) -> str:
    return f"(erased {theme_id})"  # no two themes may have one name


def _words_of(log: Iterable[Any], theme_id: int) -> str | None:
    """The first name of a theme, found in the event that made it or, where that is blank, that took the name away."""
    for event in log:
        pairs = zip(json.loads(event.before or "[]"), json.loads(event.after or "[]"), strict=True)
        for (table, old), (_, new) in pairs:
            if table != "theme" or (old or new)["id"] != theme_id:
                continue
            if old is None and new["name"] != _neutral(theme_id):
                return str(new["name"])
            if old is not None and (new is None or new["name"] != old["name"]):
                return str(old["name"])
    return None


def _blank_name(
    connection: Connection, log: Iterable[Any], theme_id: int, words: str, rows_only_in: set[int] | None
) -> None:
    """Put a neutral name for a theme's first one into the log: into its rows, and into what is said to people."""
    folded, neutral = fold_name(words), _neutral(theme_id)

    def blank(changes: str | None, seq: int) -> str | None:
        if changes is None or (rows_only_in is not None and seq not in rows_only_in):
            return changes
        rows = json.loads(changes)
        for table, row in rows:
            if table == "theme" and row is not None and row["id"] == theme_id and row["folded"] == folded:
                row.update(name=neutral, folded=fold_name(neutral))
        return json.dumps(rows)

    for event in log:
        # By the name, as further evidence for a coding, or an undo, does not say which theme it was about.
        facts = json.loads(event.facts)
        for key in facts.keys() & {"theme", "target"}:  # a split names all the themes that its quotes come from
            names = facts[key].split(BETWEEN_NAMES)
            facts[key] = BETWEEN_NAMES.join(neutral if fold_name(name) == folded else name for name in names)
        for key in facts.keys() & {"place", "what", "about"}:
            facts[key] = facts[key].replace(f"‘{words}’", f"‘{neutral}’")
        values = {
            "facts": json.dumps(facts),
            "before": blank(event.before, event.seq),
            "after": blank(event.after, event.seq),
        }
        if values != {"facts": event.facts, "before": event.before, "after": event.after}:
            connection.execute(update(schema.event).where(schema.event.c.seq == event.seq).values(**values))


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
                _, notices = _erase(connection, external_id)
            update_index(project)
            left = [*(notices or ()), *([] if _scrub(project) else [_HELD])]
        finally:
            project.close()
    except ProjectError:
        for end in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return f"{path.name}: deleted, as it could not be cleaned"
    return ". ".join([f"{path.name}: erased there too", *left])
