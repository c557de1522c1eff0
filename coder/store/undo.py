"""Undo and redo over everything, across restarts: an inverse event for the coder's own last action, or a reason."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, case, delete, func, insert, null, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from coder.domain.log import Kind, describe
from coder.errors import RefusedError
from coder.store import schema
from coder.store.codebook import OF_CODEBOOK, come_back, read_codebook
from coder.store.corpus import batches_of
from coder.store.events import (
    Change,
    Recorder,
    about,
    changes_of,
    fetch_rows,
    key_of,
    log_event,
    put_rows,
    reverse,
)
from coder.store.project import Project, change_setting, count_up

_Pair = tuple[dict[str, Any] | None, dict[str, Any] | None]  # a row before, and after
_AT_ONCE = 500  # rows

# Tables whose rows bear the number of the event that brought them, children last.
_TRACKED = [t for t in schema.metadata.sorted_tables if "event" in t.c and t.name not in ("undone_row", "forgotten")]
# What some bulk events alone may have brought: to look through all tables takes its time in a large survey.
_OF_CODING = ("coding", "coding_highlight", "highlight")
_BROUGHT = {Kind.CODE_HITS: _OF_CODING, Kind.CODE_HIGHLIGHTS: (*_OF_CODING, *OF_CODEBOOK)}
_PEOPLE_SAY = {
    "absence": "answers that a newer file does not have",
    "answer": "answers",
    "coding": "codings",
    "coding_highlight": "codings with this evidence",
    "highlight": "highlights",
    "mask": "masked words",
    "memo": "memos",
    "participant_attribute": "attributes of participants",
    "rejection": "rejected suggestions",
    "response": "responses",
    "review": "reviews",
    "star": "starred quotes",
    "theme": "themes",
}


@dataclass(frozen=True, slots=True)
class Step:
    """An event that can be undone, or an undo that can be taken back."""

    seq: int
    kind: Kind
    facts: Mapping[str, Any]
    bulk: bool
    target: int  # the event whose changes are meant
    reshapes: bool = False  # once it is taken: whether themes, or what an import brought, are others now

    @property
    def sentence(self) -> str:
        return describe(self.kind, self.facts)


def next_undo(connection: Connection, coder_id: int) -> Step | None:
    """The coder's own last action that stands."""
    row = connection.execute(_standing(), {"coder": coder_id}).one_or_none()
    return None if row is None else Step(row.seq, Kind(row.kind), json.loads(row.facts), bool(row.bulk), row.seq)


def next_redo(connection: Connection, coder_id: int) -> Step | None:
    """The coder's last undo, if nothing but undoing and redoing came after it."""
    row = _latest(connection, coder_id)
    while row is not None and row.kind == Kind.REDO:
        row = _latest(connection, coder_id, row.undoes)
    if row is None or row.kind != Kind.UNDO:
        return None
    target = connection.execute(select(schema.event).where(schema.event.c.seq == row.undoes)).one()
    facts = json.loads(target.facts)
    if facts.get("erased"):
        return None
    return Step(row.seq, Kind(target.kind), facts, bool(target.bulk), target.seq)


def undo(project: Project, coder_id: int) -> Step | None:
    """Take back the coder's last action; None where there is nothing. Raises RefusedError with the reason."""
    return _step(project, coder_id, Kind.UNDO)


def redo(project: Project, coder_id: int) -> Step | None:
    """Do again what the coder last undid; None where there is nothing. Raises RefusedError with the reason."""
    return _step(project, coder_id, Kind.REDO)


def _step(project: Project, coder_id: int, kind: Kind) -> Step | None:
    step: Step | None = None
    try:
        with project.write() as connection:
            step = (next_undo if kind is Kind.UNDO else next_redo)(connection, coder_id)
            if step is not None:
                step = _take_step(connection, coder_id, kind, step)
    except IntegrityError:  # found at the end: what a row refers to is gone
        assert step is not None
        with project.read() as connection:
            raise _depends(connection, step, ["what it refers to is gone"]) from None
    return step


def _take_step(connection: Connection, coder_id: int, kind: Kind, step: Step) -> Step:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    recorder = Recorder(connection, count_up(connection, "seq"), coder_id)
    changes = changes_of(connection, step.target)
    back: set[int] = set()
    if kind is Kind.UNDO:
        changes = reverse(changes)
    _refuse_to_leave_behind(connection, step, changes)
    if kind is Kind.UNDO:
        if step.bulk:
            _take_away(connection, step)
        _apply(connection, changes, step)
    else:
        _apply(connection, changes, step)  # first: what gave way to a new text must be out of its place
        if step.bulk:
            _bring_back(connection, step)
            back.update(connection.scalars(select(schema.theme.c.id).where(schema.theme.c.event == step.target)))
    themes = [(was, became) for table, was, became in changes if table == schema.theme.name]
    if themes and not read_codebook(connection).is_sound():
        raise _depends(connection, step, ["themes that were moved since"])
    back.update(new["id"] for old, new in themes if new and not new["archived"] and (old is None or old["archived"]))
    come_back(recorder, sorted(back), step.target)
    facts = {k: step.facts[k] for k in ("response", "participant") if k in step.facts}
    log_event(recorder, kind, {**facts, "what": step.sentence}, undoes=step.seq)
    return replace(step, reshapes=step.bulk or any(table in OF_CODEBOOK for table, _, _ in changes))


def _newest(event: Any, before: Any) -> ColumnElement[bool]:
    """Whether it is the coder's newest event before another: an undo, a redo, or an action that could be undone."""
    e = schema.event.alias()
    newest = (
        select(e.c.seq)
        .where(e.c.coder_id == bindparam("coder"), e.c.seq < before)
        .where(e.c.kind.in_((Kind.UNDO.value, Kind.REDO.value)) | (e.c.bulk == 1) | e.c.after.is_not(None))
        .order_by(e.c.seq.desc())
        .limit(1)
    )
    return cast("ColumnElement[bool]", event.c.seq == newest.scalar_subquery())


def _closes(event: Any) -> ColumnElement[int]:
    """Before which event to look on, as this one does not stand; NULL for an action that does.

    Undoing goes back in order, so whatever lies between an action and its undo is closed: one jump, however long.
    """
    undo = schema.event.alias()
    done_again = select(undo.c.undoes + 1).where(undo.c.seq == event.c.undoes).scalar_subquery()
    return case(
        (event.c.kind == Kind.UNDO.value, event.c.undoes),
        (event.c.kind == Kind.REDO.value, done_again),  # the action that it did again stands, unless it was erased
        (func.json_extract(event.c.facts, "$.erased").is_not(None), event.c.seq),
    )


@cache  # asked with every key that writes, so made once
def _standing() -> Select[Any]:
    """The coder's last action that stands, by jumps from their newest event on."""
    first, other = schema.event.alias(), schema.event.alias()
    way = select(first.c.seq, _closes(first).label("before")).where(_newest(first, sys.maxsize)).cte(recursive=True)
    onward = way.join(other, _newest(other, way.c.before))
    jump = select(other.c.seq, _closes(other)).select_from(onward).where(way.c.before.is_not(None))
    way = way.union_all(jump)
    e = schema.event
    return select(e.c.seq, e.c.kind, e.c.facts, e.c.bulk).join(way, way.c.seq == e.c.seq).where(way.c.before.is_(None))


@cache
def _newest_before() -> Select[Any]:
    e = schema.event
    return select(e.c.seq, e.c.kind, e.c.undoes).where(_newest(e, bindparam("before")))


def _latest(connection: Connection, coder_id: int, before: int = sys.maxsize) -> Any:
    return connection.execute(_newest_before(), {"coder": coder_id, "before": before}).one_or_none()


def _apply(connection: Connection, changes: Sequence[Change], step: Step) -> None:
    """Bring every row from its first to its second state; refuse where it is no longer in the first."""
    for table, pairs in _alike(changes):
        said = [_PEOPLE_SAY.get(table.name, table.name)]
        now = fetch_rows(connection, table, [row for pair in pairs if (row := pair[0] or pair[1]) is not None])
        if table is schema.theme:
            pairs = [_as_young(pair, now) for pair in pairs]  # noqa: PLW2901
        if any(now.get(key_of(table, before or after or {})) != before for before, after in pairs):
            raise _depends(connection, step, said)
        try:
            put_rows(connection, table, pairs)
        except IntegrityError:
            raise _depends(connection, step, said) from None
    gone: dict[str, list[Mapping[str, Any]]] = {}
    for name, before, after in changes:
        if before is not None and after is None:
            gone.setdefault(name, []).append(before)
    orphans = [n for name, rows in gone.items() for n in _dependents(connection, schema.metadata.tables[name], rows)]
    if orphans:
        raise _depends(connection, step, orphans)


def _as_young(pair: _Pair, now: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> _Pair:
    """A theme that was born anew meanwhile is the same theme, and stays as young as it is."""
    before, after = pair
    there = None if before is None else now.get(key_of(schema.theme, before))
    if before is None or there is None or there["born"] <= before["born"]:
        return pair
    return {**before, "born": there["born"]}, after and {**after, "born": max(after["born"], there["born"])}


def _alike(changes: Sequence[Change]) -> Iterator[tuple[Table, list[_Pair]]]:
    """The changes in their order, those side by side together that are of the same kind and of different rows."""
    kind: tuple[str, bool, bool] | None = None
    pairs: list[_Pair] = []
    seen: set[tuple[Any, ...]] = set()
    for name, before, after in changes:
        table = schema.metadata.tables[name]
        key = key_of(table, before or after or {})
        this = (name, before is None, after is None)
        if pairs and (this != kind or key in seen or len(pairs) == _AT_ONCE):
            yield schema.metadata.tables[kind[0] if kind else name], pairs
            pairs, seen = [], set()
        kind = this
        pairs.append((before, after))
        seen.add(key)
    if pairs and kind is not None:
        yield schema.metadata.tables[kind[0]], pairs


def _references(table: Table) -> Iterator[tuple[Table, Any]]:
    """(child table, its column) for every foreign key that points at this table's id, log and suggestions aside."""
    for child in _TRACKED:
        for key in child.foreign_keys:
            if key.column.table is table and key.column.name == "id":
                yield child, key.parent


def _dependents(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What points at these rows, which are gone."""
    if "id" not in table.c:
        return []
    found: Counter[str] = Counter()
    for ids in batches_of(row["id"] for row in rows):
        points_here = [(child, column.in_(ids)) for child, column in _references(table)]
        points_here.append((schema.memo, about(table, schema.memo.c.subject_id.in_(ids))))
        for child, here in points_here:
            n = connection.scalar(select(func.count()).select_from(child).where(here))
            found[_PEOPLE_SAY.get(child.name, child.name)] += n or 0
    return [f"{n} {what}" for what, n in found.items() if n]


def _depends(connection: Connection, step: Step, on: Sequence[str]) -> RefusedError:
    later = connection.execute(
        select(schema.event.c.seq, schema.coder.c.name)
        .join(schema.coder)
        .where(schema.event.c.seq > step.seq)
        .order_by(schema.event.c.seq.desc())
        .limit(1)
    ).one_or_none()
    who = f"; the last change (no. {later.seq}) was {later.name}'s" if later else ""
    return RefusedError(
        f"This can't be taken back any more: {step.sentence}.",
        problems=[f"Later work depends on it: {', '.join(dict.fromkeys(on))}{who}."],
        hint="Remove the later work first.",
    )


def _brought(step: Step) -> Sequence[Table]:
    """The tables to which a bulk event may have brought rows."""
    names = _BROUGHT.get(step.kind)
    return _TRACKED if names is None else [t for t in _TRACKED if t.name in names]


def _take_away(connection: Connection, step: Step) -> None:
    """Move the rows that a bulk event brought to `undone_row`, unless others build on them."""
    brought = _brought(step)
    for table in brought:
        if "id" not in table.c:
            continue
        mine = select(table.c.id).where(table.c.event == step.seq)
        points_here = [
            (child, column.in_(mine))
            for child, column in _references(table)
            # The event itself made the old text point at its new one.
            if column is not schema.response.c.superseded_by
        ]
        for child, here in [*points_here, (schema.memo, about(table, schema.memo.c.subject_id.in_(mine)))]:
            n = connection.scalar(select(func.count()).select_from(child).where(here, child.c.event != step.seq))
            if n:
                raise _depends(connection, step, [f"{n} {_PEOPLE_SAY.get(child.name, child.name)}"])
    _refuse_if_edited(connection, step)
    if schema.response in brought:
        change_setting(connection, "search", "stale")
    for table, made in (
        (schema.response, schema.suggestion),
        (schema.response, schema.outlook),
        (schema.theme, schema.suggestion),
    ):
        if table in brought:  # what a model made of them is made anew at any time
            mine = select(table.c.id).where(table.c.event == step.seq)
            connection.execute(delete(made).where(made.c[f"{table.name}_id"].in_(mine)))
    for table in brought:
        rows = connection.execute(
            select(table, _owner(table).label("_owner")).where(table.c.event == step.seq)
        ).mappings()
        for batch in rows.partitions(10_000):
            connection.execute(
                insert(schema.undone_row),
                [
                    {
                        "event": step.seq,
                        "table_name": table.name,
                        "row": json.dumps({k: v for k, v in row.items() if k != "_owner"}),
                        "participant_id": row["_owner"],
                    }
                    for row in batch
                ],
            )
    for table in reversed(brought):
        connection.execute(delete(table).where(table.c.event == step.seq))


def _refuse_to_leave_behind(connection: Connection, step: Step, changes: Sequence[Change]) -> None:
    """Refuse where a text would give way to another one though people have worked on it since."""
    given_way = [
        after["id"]
        for table, before, after in changes
        if table == schema.response.name and before and after and not before["superseded_by"] and after["superseded_by"]
    ]
    found: Counter[str] = Counter()
    for ids in batches_of(given_way):
        for child, column in _references(schema.response):
            if child not in (schema.response, schema.absence):
                later = select(func.count()).select_from(child).where(column.in_(ids), child.c.event > step.seq)
                found[_PEOPLE_SAY.get(child.name, child.name)] += connection.scalar(later) or 0
    if found.total():
        raise _depends(connection, step, [f"{n} {what}" for what, n in found.items() if n])


def _refuse_if_edited(connection: Connection, step: Step) -> None:
    """Refuse where a later event that stands has changed a row that the bulk event brought."""
    e = schema.event.c
    brought: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}  # rows as they came: before the first change
    for row in connection.execute(select(e.before).where(e.seq > step.seq, e.before.is_not(None)).order_by(e.seq)):
        for name, before in json.loads(row.before):
            if before is not None and before.get("event") == step.seq:
                key = key_of(schema.metadata.tables[name], before)
                brought.setdefault(name, {}).setdefault(key, before)
    for name, rows in brought.items():
        keys = list(rows)
        for start in range(0, len(keys), _AT_ONCE):
            some = [rows[key] for key in keys[start : start + _AT_ONCE]]
            now = fetch_rows(connection, schema.metadata.tables[name], some)
            if any(row != rows[key] for key, row in now.items()):
                raise _depends(connection, step, [f"a changed {name}"])


def _owner(table: Table) -> Any:
    """Whose row it is: the participant's id, or NULL."""
    if table is schema.participant:
        return table.c.id
    if "participant_id" in table.c:
        return table.c.participant_id
    response, coding = schema.response.c, schema.coding.c
    if "response_id" in table.c:
        return select(response.participant_id).where(response.id == table.c.response_id).scalar_subquery()
    if table is schema.coding_highlight:
        return select(coding.participant_id).where(coding.id == table.c.coding_id).scalar_subquery()
    return null()


def _bring_back(connection: Connection, step: Step) -> None:
    """Move the rows of an undone bulk event back to their tables."""
    kept = schema.undone_row.c
    for table in _brought(step):
        rows = connection.execute(
            select(kept.row).where(kept.event == step.target, kept.table_name == table.name).order_by(kept.id)
        ).scalars()
        for batch in rows.partitions(10_000):
            try:
                connection.execute(insert(table), [json.loads(r) for r in batch])
            except IntegrityError:
                raise _depends(connection, step, [_PEOPLE_SAY.get(table.name, table.name)]) from None
    connection.execute(delete(schema.undone_row).where(kept.event == step.target))
    if schema.response in _brought(step):
        change_setting(connection, "search", "stale")
