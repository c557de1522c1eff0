"""The codebook in the project: reading it, and every change to it within a recorded action."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from coder.domain.codebook import Codebook, Theme, fold_name, ordered
from coder.errors import RefusedError
from coder.store import schema
from coder.store.events import Recorder
from coder.store.project import count_up, setting

_TEXTS = ("definition", "include", "exclude", "example", "colour", "key")


def read_codebook(connection: Connection) -> Codebook:
    """All themes that are not archived, in tree order."""
    served: dict[int, set[str]] = {}
    for row in connection.execute(select(schema.theme_question.c.theme_id, schema.theme_question.c.question_key)):
        served.setdefault(row.theme_id, set()).add(row.question_key)
    themes = [
        Theme(
            id=row["id"],
            name=row["name"],
            parent_id=row["parent_id"],
            keywords=tuple(json.loads(row["keywords"])),
            position=row["position"],
            born=row["born"],
            questions=frozenset(served.get(row["id"], ())),
            **{text: row[text] for text in _TEXTS},
        )
        for row in connection.execute(select(schema.theme).where(schema.theme.c.archived == 0)).mappings()
    ]
    return ordered(themes)


def revision(connection: Connection) -> int:
    """The codebook's current revision: it rises with every theme that is added or redefined."""
    return int(setting(connection, "revision", "0"))


def require(connection: Connection, *theme_ids: int | None) -> None:
    """Raises RefusedError where one of these themes has gone since the coder's screen was made."""
    wanted = {t for t in theme_ids if t is not None}
    there = connection.scalar(select(func.count()).where(schema.theme.c.id.in_(wanted)))
    if there != len(wanted):
        raise RefusedError("This theme is gone; another coder has removed it.")


def add_theme(
    recorder: Recorder,
    name: str,
    *,
    parent_id: int | None = None,
    questions: Collection[str] = (),
    fields: Mapping[str, Any] | None = None,
) -> int:
    """A new theme, last among its siblings; `fields` are definition, keywords and so on. Returns its id."""
    connection, theme = recorder.connection, schema.theme.c
    last = connection.scalar(select(func.max(theme.position)).where(theme.parent_id.is_not_distinct_from(parent_id)))
    row = recorder.insert(
        schema.theme,
        parent_id=parent_id,
        name=name,
        folded=fold_name(name),
        position=0 if last is None else last + 1,
        born=count_up(connection, "revision"),
        **_stored(fields or {}),
    )
    for question in sorted(questions):
        recorder.insert(schema.theme_question, theme_id=row["id"], question_key=question)
    return int(row["id"])


def change_theme(recorder: Recorder, theme_id: int, fields: Mapping[str, Any]) -> list[str]:
    """Give a theme other texts, name, place or questions; returns the names of the fields that changed."""
    changed = []
    questions = fields.get("questions")
    for field, value in _stored({k: v for k, v in fields.items() if k != "questions"}).items():
        values = {"name": value, "folded": fold_name(value)} if field == "name" else {field: value}
        if recorder.update(schema.theme, {"id": theme_id}, values):
            changed.append(field)
    if questions is not None and _serve(recorder, theme_id, set(questions)):
        changed.append("questions")
        _refuse_if_uncounted(recorder.connection, theme_id, set(questions))
    if "parent_id" in changed and not read_codebook(recorder.connection).is_sound():
        raise RefusedError("A theme can't be put below itself: another coder has moved these themes meanwhile.")
    if changed:
        count_up(recorder.connection, "revision")
    return changed


def _serve(recorder: Recorder, theme_id: int, questions: set[str]) -> bool:
    table = schema.theme_question
    now = set(recorder.connection.scalars(select(table.c.question_key).where(table.c.theme_id == theme_id)))
    for key in sorted(questions - now):
        recorder.insert(table, theme_id=theme_id, question_key=key)
    for key in sorted(now - questions):
        recorder.delete(table, (table.c.theme_id == theme_id) & (table.c.question_key == key))
    return questions != now


def _refuse_if_uncounted(connection: Connection, theme_id: int, serving: set[str]) -> None:
    """A theme can't stop serving a question on which it is coded: the codings would be in no count."""
    c, q = schema.coding.c, schema.question.c
    query = select(func.count()).join_from(schema.coding, schema.question, q.id == c.question_id)
    left = connection.scalar(query.where(c.theme_id == theme_id, q.key.not_in(serving))) if serving else 0
    if left:
        raise RefusedError(
            f"The theme has {left} codings on questions that it would no longer serve.",
            hint="Remove these codings first, or let it serve their questions.",
        )


def drop_theme(recorder: Recorder, theme_id: int, children: Sequence[int] = (), heir_id: int | None = None) -> None:
    """Take a theme away that no coding refers to any more; its children go below the heir."""
    rejection, served = schema.rejection, schema.theme_question
    # A child may bear the theme's own name, so the theme goes first; what points at it is checked at the end.
    recorder.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    recorder.delete(rejection, rejection.c.theme_id == theme_id)
    recorder.delete(served, served.c.theme_id == theme_id)
    recorder.delete(schema.theme, schema.theme.c.id == theme_id)
    for child in children:
        change_theme(recorder, child, {"parent_id": heir_id})


def _stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {k: json.dumps(list(v)) if k == "keywords" else v for k, v in fields.items()}
