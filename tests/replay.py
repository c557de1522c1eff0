"""The log told anew: every row that the events say there is, from the first event on, beside the rows there are."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from coder.domain.log import Kind
from coder.store import schema

Key = tuple[Any, ...]
Rows = dict[str, dict[Key, dict[str, Any]]]
"""Per table, the rows by their primary keys."""

LOGGED = tuple(t for t in schema.metadata.sorted_tables if "event" in t.c and t.name not in ("undone_row", "forgotten"))


def stored(connection: Connection) -> Rows:
    """The rows that are there."""
    return {
        table.name: {_key(table.name, row): dict(row) for row in connection.execute(select(table)).mappings()}
        for table in LOGGED
    }


def replayed(connection: Connection) -> Rows:
    """The rows that the log leads to. Each event must find the rows as it says they were: AssertionError if not."""
    return _Replay(connection).rows


def _key(table: str, row: Mapping[str, Any]) -> Key:
    return tuple(row[c.name] for c in schema.metadata.tables[table].primary_key)


class _Replay:
    def __init__(self, connection: Connection) -> None:
        self.rows: Rows = {table.name: {} for table in LOGGED}
        self._events = {e.seq: e for e in connection.execute(select(schema.event).order_by(schema.event.c.seq))}
        self._brought = self._brought_in_bulk(connection)
        self._set_aside: dict[int, Rows] = {}
        for event in self._events.values():
            self._tell(event)

    def _tell(self, event: Any) -> None:
        self._tell_what_it_did(event)
        if event.kind in (Kind.UNDO, Kind.REDO):  # themes that came back younger
            for table, before, after in _changes(event):
                self._change(event.seq, table, before, after)

    def _tell_what_it_did(self, event: Any) -> None:
        if event.kind == Kind.UNDO:
            target = self._events[event.undoes]
            if target.bulk:
                self._set_aside[target.seq] = {
                    name: {k: rows.pop(k) for k, row in list(rows.items()) if row["event"] == target.seq}
                    for name, rows in self.rows.items()
                }
            for table, before, after in reversed(list(_changes(target))):
                self._change(event.seq, table, after, before)
        elif event.kind == Kind.REDO:
            target = self._events[self._events[event.undoes].undoes]
            for table, before, after in _changes(target):
                self._change(event.seq, table, before, after)
            for name, rows in self._set_aside.pop(target.seq, {}).items():
                self.rows[name] |= rows
        else:
            for table, before, after in _changes(event):
                self._change(event.seq, table, before, after)
            for name, rows in self._brought.get(event.seq, {}).items():
                self.rows[name] |= rows

    def _change(self, seq: int, table: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        if table not in self.rows:  # settings, and what else is not kept row by row
            return
        rows = self.rows[table]
        if before is not None:
            assert rows.pop(_key(table, before), None) == before, f"event {seq}: a {table} was not as it says"
        if after is not None:
            assert _key(table, after) not in rows, f"event {seq}: there was a {table} already"
            rows[_key(table, after)] = dict(after)

    def _brought_in_bulk(self, connection: Connection) -> dict[int, Rows]:
        """The rows that bulk events brought, as they were then: those that no event tells of, by their number."""
        bulk = {seq for seq, event in self._events.items() if event.bulk}
        found: dict[int, Rows] = {seq: {table.name: {} for table in LOGGED} for seq in bulk}

        def keep(table: str, row: Mapping[str, Any]) -> None:
            if row["event"] in bulk:
                found[row["event"]][table].setdefault(_key(table, row), dict(row))

        told = {
            (event.seq, t, _key(t, a))
            for event in self._events.values()
            for t, b, a in _changes(event)
            if a and not b and t in self.rows
        }
        for event in self._events.values():  # the first that changed a row says what it was before
            for table, before, _ in _changes(event):
                if before and table in self.rows and (before["event"], table, _key(table, before)) not in told:
                    keep(table, before)
        for name, rows in stored(connection).items():
            for row in rows.values():
                if (row["event"], name, _key(name, row)) not in told:
                    keep(name, row)
        for kept in connection.execute(select(schema.undone_row)):
            row = json.loads(kept.row)
            if (row["event"], kept.table_name, _key(kept.table_name, row)) not in told:
                keep(kept.table_name, row)
        return found


def _changes(event: Any) -> Iterator[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]:
    if event.after is not None:
        pairs = zip(json.loads(event.before), json.loads(event.after), strict=True)
        yield from ((table, before, after) for (table, before), (_, after) in pairs)
