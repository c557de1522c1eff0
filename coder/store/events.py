"""The append-only log: every change and its event in one transaction.

An event keeps the rows that it changed as they were and as they became. A bulk event (an import) keeps none
of the rows it brought: they bear its number, and when it is undone they move to `undone_row` until it is redone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, delete, func, insert, select, tuple_, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from coder.domain.log import Kind
from coder.errors import RefusedError
from coder.store import schema
from coder.store.project import Project, change_setting, count_up, now, setting

_ROOM_FOR_INDEXES = "PRAGMA cache_size=-128000"  # kB; rows of an import go to pages all over the indexes
_MOST_FOLLOWED = 1_000  # changes
_LONGEST_FOLLOWED = 1 << 20  # characters of one event's rows

Change = tuple[str, dict[str, Any] | None, dict[str, Any] | None]  # table, row before, row after


_AT_ONCE = 500  # ids in a statement


def about(table: Table, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The memos about those rows of a table whose ids (`memo.subject_id`) fit."""
    return and_(schema.memo.c.subject == table.name, which)


class Recorder:
    """Writes rows within one action and remembers them for its event."""

    def __init__(self, connection: Connection, seq: int, coder_id: int) -> None:
        self.connection = connection
        self.seq = seq
        self.coder_id = coder_id
        self.changes: list[Change] = []
        self.facts: dict[str, Any] = {}
        self._bulk_rows = 0

    @property
    def changed(self) -> bool:
        return bool(self.changes or self._bulk_rows)

    @property
    def is_bulk(self) -> bool:
        return self._bulk_rows > 0

    def insert(self, table: Table, **values: Any) -> dict[str, Any]:
        """Insert a row and return it whole, its id and defaults included."""
        if "event" in table.c:
            values.setdefault("event", self.seq)
        row = dict(self.connection.execute(insert(table).values(**values).returning(*table.c)).mappings().one())
        self.changes.append((table.name, None, row))
        return row

    def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Insert many rows at once and return them whole, in no certain order."""
        if not rows:
            return []
        values = [{"event": self.seq, **row} if "event" in table.c else dict(row) for row in rows]
        made = self.connection.execute(insert(table).returning(*table.c), values).mappings()
        inserted = [dict(row) for row in made]
        self.changes += [(table.name, None, row) for row in inserted]
        return inserted

    def update(self, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        """Change one row; nothing is recorded where it has these values already."""
        before = fetch_row(self.connection, table, key)
        if before is None or all(before[k] == v for k, v in values.items()):
            return False
        after = {**before, **values}
        put_rows(self.connection, table, [(before, after)])
        self.changes.append((table.name, before, after))
        return True

    def update_each(self, table: Table, rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """Change many rows, each (key, values) to values of its own; nothing is recorded of those that have them."""
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            there = fetch_rows(self.connection, table, [key for key, _ in some])
            changed = [(row, {**row, **values}) for key, values in some if (row := there.get(key_of(table, key)))]
            changed = [(before, after) for before, after in changed if before != after]
            put_rows(self.connection, table, changed)
            self.changes += [(table.name, before, after) for before, after in changed]

    def change_setting(self, key: str, value: str) -> bool:
        """Change one of the project's settings; whether it had another value."""
        if fetch_row(self.connection, schema.project, {"key": key}) is None:
            self.insert(schema.project, key=key, value=value)
            return True
        return self.update(schema.project, {"key": key}, {"value": value})

    def update_all(self, table: Table, where: ColumnElement[bool], **values: Any) -> int:
        """Change all rows that fit in one statement; returns how many."""
        rows = self._rows(table, where)
        self.connection.execute(update(table).where(where).values(**values))
        self.changes += [(table.name, row, {**row, **values}) for row in rows]
        return len(rows)

    def delete(self, table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
        """Delete the rows that fit, with the memos about them, and return them."""
        rows = self._rows(table, where)
        if "id" in table.c and table is not schema.memo:
            self._delete_memos(table, [row["id"] for row in rows])
        _clear_suggestions(self.connection, table, rows)
        if rows:
            self.connection.execute(delete(table).where(where))
        self.changes += [(table.name, row, None) for row in rows]
        return rows

    def _delete_memos(self, table: Table, ids: Sequence[int]) -> None:
        memo = schema.memo
        for start in range(0, len(ids), _AT_ONCE):
            self.delete(memo, about(table, memo.c.subject_id.in_(ids[start : start + _AT_ONCE])))

    def _rows(self, table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
        return [dict(r) for r in self.connection.execute(select(table).where(where)).mappings()]

    def bulk(self, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert many rows by the driver's own batch insert; they bear the event's number, and are not kept in it."""
        if not rows:
            return
        names = ", ".join(f'"{c}"' for c in (*columns, "event"))
        marks = ", ".join("?" * len(columns))
        # The names are the schema's own, never a user's text.
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks}, {self.seq})"  # noqa: S608
        if not self.is_bulk:
            self.connection.exec_driver_sql(_ROOM_FOR_INDEXES)
        self.connection.exec_driver_sql(statement, list(rows))
        self._bulk_rows += len(rows)


@contextmanager
def acting(project: Project, coder: int | str, kind: Kind, **facts: Any) -> Iterator[Recorder]:
    """One action: whatever is written inside is committed with its event, or not at all.

    An action that changed nothing leaves no event, nor the name of a coder who was not known before. Raises
    RefusedError for what the tables forbid.
    """
    try:
        with project.write() as connection:
            who = coder if isinstance(coder, int) else coder_id(connection, coder)
            recorder = Recorder(connection, count_up(connection, "seq"), who)
            yield recorder
            if recorder.changed:
                log_event(recorder, kind, {**facts, **recorder.facts})
            else:
                connection.rollback()
    except IntegrityError as error:
        raise RefusedError(f"This does not fit with what the project holds ({error.orig}).") from error


@contextmanager
def rehearsing(project: Project, coder_id: int) -> Iterator[Recorder]:
    """An action that leaves nothing: inside, everything is as it would be after it."""
    with project.write() as connection:
        yield Recorder(connection, 0, coder_id)
        connection.rollback()


def note(project: Project, coder_id: int, kind: Kind, facts: Mapping[str, Any]) -> None:
    """An event about something that can be made anew at any time, and so is neither kept in it nor undone."""
    with project.write() as connection:
        log_event(Recorder(connection, count_up(connection, "seq"), coder_id), kind, facts)


def coder_id(connection: Connection, name: str, kind: str = "person") -> int:
    """The coder of this name, made known on first meeting."""
    found = connection.scalar(select(schema.coder.c.id).where(schema.coder.c.name == name))
    if found is None:
        found = connection.execute(
            insert(schema.coder).values(name=name, kind=kind).returning(schema.coder.c.id)
        ).scalar_one()
    return int(found)


def coder_names(connection: Connection) -> list[str]:
    """Everybody who is known to the project, by name."""
    return list(connection.scalars(select(schema.coder.c.name).order_by(schema.coder.c.name)))


def next_id(connection: Connection, table: Table) -> int:
    """The id that the next row of this table may have; ids are never given twice."""
    row = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).one_or_none()
    return 1 + (int(row[0]) if row else 0)


def last_seq(connection: Connection) -> int:
    """The number of the newest event."""
    return int(setting(connection, "seq", "0"))


def last_coder(connection: Connection) -> str | None:
    """Who acted last."""
    e, k = schema.event.c, schema.coder.c
    return connection.scalar(select(k.name).join(schema.event).order_by(e.seq.desc()).limit(1))


def log_event(recorder: Recorder, kind: Kind, facts: Mapping[str, Any], undoes: int | None = None) -> None:
    changes = recorder.changes
    if recorder.is_bulk:  # the rows that it brought bear its number
        changes = [(t, b, a) for t, b, a in changes if (b or a or {}).get("event") != recorder.seq]
    before = [[t, b] for t, b, a in changes]
    after = [[t, a] for t, b, a in changes]
    recorder.connection.execute(
        insert(schema.event).values(
            seq=recorder.seq,
            at=now(),
            coder_id=recorder.coder_id,
            kind=kind.value,
            facts=json.dumps(facts),
            before=json.dumps(before) if before else None,
            after=json.dumps(after) if after else None,
            bulk=int(recorder.is_bulk),
            undoes=undoes,
        )
    )


def fetch_row(connection: Connection, table: Table, row: Mapping[str, Any]) -> dict[str, Any] | None:
    return fetch_rows(connection, table, [row]).get(key_of(table, row))


def fetch_rows(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows that have the keys of these, as they are now, by their keys (see `key_of`)."""
    columns = list(table.primary_key.columns)
    keys = [key_of(table, row) for row in rows]
    here = columns[0].in_([key[0] for key in keys]) if len(columns) == 1 else tuple_(*columns).in_(keys)
    found = (dict(row) for row in connection.execute(select(table).where(here)).mappings())
    return {key_of(table, row): row for row in found}


def key_of(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a row this one."""
    return tuple(row[column.name] for column in table.primary_key.columns)


def put_rows(
    connection: Connection, table: Table, pairs: Sequence[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]
) -> None:
    """Bring rows from their first to their second state; all are new, or all go, or all change."""
    if not pairs:
        return
    if table is schema.response:
        change_setting(connection, "search", "stale")
    befores, afters = [b for b, _ in pairs if b is not None], [a for _, a in pairs if a is not None]
    key: dict[str, Any] = {column.name: bindparam(f"key_{column.name}") for column in table.primary_key.columns}
    this_row = and_(*(table.c[name] == value for name, value in key.items()))
    keys = [{f"key_{name}": row[name] for name in key} for row in befores]
    if not afters:
        _clear_suggestions(connection, table, befores)
        connection.execute(delete(table).where(this_row), keys)
    elif not befores:
        connection.execute(insert(table), [dict(row) for row in afters])
    else:
        changed = update(table).where(this_row).values({c.name: bindparam(f"new_{c.name}") for c in table.c})
        news = [{f"new_{name}": value for name, value in row.items()} for row in afters]
        connection.execute(changed, [{**k, **n} for k, n in zip(keys, news, strict=True)])


def _clear_suggestions(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Suggestions are made anew at any time; they never keep a theme or a response in the project."""
    if table in (schema.theme, schema.response):
        ids = [{"gone": row["id"]} for row in rows]
        of_them = schema.suggestion.c[f"{table.name}_id"] == bindparam("gone")
        if ids:
            connection.execute(delete(schema.suggestion).where(of_them), ids)
        if ids and table is schema.response:
            connection.execute(delete(schema.outlook).where(schema.outlook.c.response_id == bindparam("gone")), ids)


def changes_of(connection: Connection, seq: int) -> list[Change]:
    """The rows that an event changed, as they were and as they became."""
    row = connection.execute(select(schema.event.c.before, schema.event.c.after).where(schema.event.c.seq == seq)).one()
    return _pairs(row.before, row.after)


def _pairs(before: str | None, after: str | None) -> list[Change]:
    if before is None or after is None:
        return []
    pairs = zip(json.loads(before), json.loads(after), strict=True)
    return [(table, was, became) for (table, was), (_, became) in pairs]


_TOO_LONG = func.coalesce(func.length(schema.event.c.after), 0) > _LONGEST_FOLLOWED
_FOLLOWED = select(
    *(schema.event.c[name] for name in ("seq", "kind", "bulk", "undoes")),
    _TOO_LONG.label("too_long"),
    case((_TOO_LONG, None), else_=schema.event.c.before).label("before"),
    case((_TOO_LONG, None), else_=schema.event.c.after).label("after"),
).order_by(schema.event.c.seq)
_LATER = _FOLLOWED.where(schema.event.c.seq > bindparam("seq")).limit(_MOST_FOLLOWED)
_ONE = _FOLLOWED.where(schema.event.c.seq == bindparam("seq"))


def reverse(changes: Sequence[Change]) -> list[Change]:
    """What takes these changes back."""
    return [(table, after, before) for table, before, after in reversed(changes)]


def changes_since(connection: Connection, seq: int) -> tuple[int, list[Change] | None]:
    """The newest event, and what all events after this one changed, in their order.

    An undo or redo is what it took back or did again. None where the log does not keep it all (imports, erasures), or
    where it is too much to be worth following.
    """
    changes: list[Change] = []
    rows = connection.execute(_LATER, {"seq": seq}).all()
    for row in rows:
        done = row
        while done.undoes is not None:
            done = connection.execute(_ONE, {"seq": done.undoes}).one()
        if done.bulk or done.kind == Kind.FORGET or done.too_long or max(len(rows), len(changes)) >= _MOST_FOLLOWED:
            return last_seq(connection), None
        forward = _pairs(done.before, done.after)
        changes += reverse(forward) if row.kind == Kind.UNDO else forward
    return rows[-1].seq if rows else seq, changes
