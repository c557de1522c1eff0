"""The codebook in the project: reading it, and every change to it within a recorded action."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.engine import Connection

from coder.domain.codebook import Codebook, Theme, fold_name, ordered
from coder.domain.log import Kind
from coder.errors import RefusedError
from coder.store import schema
from coder.store.events import Recorder, fetch_row
from coder.store.project import count_up, setting

_TEXTS = ("definition", "include", "exclude", "example", "colour", "key")
_LOOKS = frozenset(("colour", "key", "position"))
"""What may change while the codebook means the same, and so stays at its revision."""


OF_CODEBOOK = ("theme", "theme_question")
"""The tables that a codebook is read from."""

IN_USE = select(schema.theme.c.id).where(schema.theme.c.archived == 0)
"""The ids of the themes that are not archived."""


def read_codebook(connection: Connection, *, archived: bool = False) -> Codebook:
    """The themes in tree order: those in use, and on request the archived ones, too."""
    served: dict[int, dict[str, int]] = {}
    t = schema.theme_question.c
    for row in connection.execute(select(t.theme_id, t.question_key, t.since)):
        served.setdefault(row.theme_id, {})[row.question_key] = row.since
    themes = [
        Theme(
            id=row["id"],
            name=row["name"],
            parent_id=row["parent_id"],
            keywords=tuple(json.loads(row["keywords"])),
            position=row["position"],
            born=row["born"],
            questions=frozenset(served.get(row["id"], ())),
            since=tuple((key, since) for key, since in served.get(row["id"], {}).items() if since),
            **{text: row[text] for text in _TEXTS},
        )
        for row in connection.execute(select(schema.theme)).mappings()
        if archived or not row["archived"]
    ]
    return ordered(themes)


def revision(connection: Connection) -> int:
    """The codebook's current revision: it rises with every theme that is added, redefined or archived."""
    return int(setting(connection, "revision", "0"))


def next_revisions(connection: Connection, number: int) -> range:
    """So many further revisions, the last of which is the current one now."""
    last = count_up(connection, "revision", number)
    return range(last - number + 1, last + 1)


def require(connection: Connection, *theme_ids: int | None) -> None:
    """Raises RefusedError where one of these themes is not in use any more; the coder's screen may not show it yet."""
    wanted = {t for t in theme_ids if t is not None}
    there = connection.scalar(select(func.count()).where(schema.theme.c.id.in_(wanted), schema.theme.c.archived == 0))
    if there != len(wanted):
        raise RefusedError("This theme is gone; another coder has removed it.")


def add_theme(
    recorder: Recorder,
    name: str,
    *,
    parent_id: int | None = None,
    questions: Collection[str] = (),
    fields: Mapping[str, Any] | None = None,
    since: Mapping[str, int] | None = None,
) -> int:
    """A new theme, last among its siblings; `fields` are definition, keywords and so on. Returns its id.

    It is as young as now, or has by question the revisions `since` which reviews speak of it.
    """
    connection, theme = recorder.connection, schema.theme.c
    _refuse_archived_name(connection, name, parent_id)
    last = connection.scalar(select(func.max(theme.position)).where(theme.parent_id.is_not_distinct_from(parent_id)))
    row = recorder.insert(
        schema.theme,
        parent_id=parent_id,
        name=name,
        folded=fold_name(name),
        position=0 if last is None else last + 1,
        born=(born := min(since.values()) if since else count_up(connection, "revision")),
        **_stored(fields or {}),
    )
    for question in sorted(questions):
        later = (since or {}).get(question, born)
        recorder.insert(
            schema.theme_question, theme_id=row["id"], question_key=question, since=later if later > born else 0
        )
    return int(row["id"])


def change_theme(recorder: Recorder, theme_id: int, fields: Mapping[str, Any]) -> list[str]:
    """Give a theme other texts, name, place or questions; returns the names of the fields that changed."""
    changed = []
    before = fetch_row(recorder.connection, schema.theme, {"id": theme_id})
    if before is not None and fields.keys() & {"name", "parent_id"}:
        place = {**before, **fields}
        _refuse_archived_name(recorder.connection, place["name"], place["parent_id"], but=theme_id)
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
    if not _LOOKS.issuperset(changed):
        count_up(recorder.connection, "revision")
    return changed


def _refuse_archived_name(connection: Connection, name: str, parent_id: int | None, *, but: int | None = None) -> None:
    theme = schema.theme.c
    here = (theme.folded == fold_name(name)) & theme.parent_id.is_not_distinct_from(parent_id)
    if connection.scalar(select(theme.id).where(here, theme.archived != 0, theme.id != (but or 0))) is not None:
        raise RefusedError(
            f"An archived theme is called {name!r} at this place.",
            hint="Bring it back from the archive, or choose another name.",
        )


def put_in_order(recorder: Recorder, theme_ids: Sequence[int]) -> None:
    """Give siblings these places, the first one first; only those that stand elsewhere now are changed."""
    for position, theme_id in enumerate(theme_ids):
        recorder.update(schema.theme, {"id": theme_id}, {"position": position})


# --- the archive -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Archived:
    """A theme in the archive, with those `below` it that went there with it."""

    theme_id: int
    path: tuple[str, ...]
    below: tuple[int, ...]


def read_archive(connection: Connection) -> list[Archived]:
    """What can be brought back, in tree order: each theme that was archived by itself, not those it took along."""
    theme = schema.theme.c
    since = dict(connection.execute(select(theme.id, theme.archived).where(theme.archived != 0)).all())
    book = read_codebook(connection, archived=True)
    archive = []
    for _, t in book.walk():
        if t.id in since and since.get(t.parent_id or 0) != since[t.id]:
            along = tuple(below for below in book.below(t.id)[1:] if since.get(below) == since[t.id])
            archive.append(Archived(t.id, book.path(t.id), along))
    return archive


def archive(recorder: Recorder, theme_ids: Sequence[int]) -> None:
    """Take themes out of use, all as of one revision; their codings stay, and count nowhere."""
    since = count_up(recorder.connection, "revision")
    for theme_id in theme_ids:
        recorder.update(schema.theme, {"id": theme_id}, {"archived": since})
    suggestion = schema.suggestion
    recorder.connection.execute(delete(suggestion).where(suggestion.c.theme_id.in_(list(theme_ids))))


def bring_back(recorder: Recorder, theme_ids: Sequence[int]) -> None:
    """Take themes into use again.

    What was reviewed while a theme was away was read without it. Where there is such a review, the theme is born
    anew: nobody counts as reviewed and without it who was never read for it. Else it is as old as it was.
    """
    connection, theme = recorder.connection, schema.theme.c
    rows = connection.execute(select(theme.id, theme.archived).where(theme.id.in_(list(theme_ids)))).all()
    for row in rows:
        recorder.update(schema.theme, {"id": row.id}, {"archived": 0})
    bear_anew(recorder, [row.id for row in rows if _reviewed_since(connection, row.id, row.archived)])


def come_back(recorder: Recorder, theme_ids: Iterable[int], since: int) -> None:
    """Say that themes are in use again, by an undo or a redo of the event `since`: they are born anew where need be.

    What the same coder did after that event was undone before it; what another has reviewed since was read without.
    """
    connection, coder = recorder.connection, recorder.coder_id
    bear_anew(recorder, [t for t in theme_ids if _reviewed_by_others(connection, t, coder, since)])


def bear_anew(recorder: Recorder, theme_ids: Sequence[int]) -> None:
    """Say that these themes came after all that has been reviewed until now."""
    born = count_up(recorder.connection, "revision") if theme_ids else 0
    for theme_id in theme_ids:
        recorder.update(schema.theme, {"id": theme_id}, {"born": born})


def _reviewed_since(connection: Connection, theme_id: int, since: int) -> bool:
    """Whether a response to a question that the theme serves was reviewed under this revision or a later one."""
    v = schema.review.c
    late = select(v.response_id).where(v.question_id.in_(_served(connection, theme_id)), v.revision >= since).limit(1)
    return connection.scalar(late) is not None


def _reviewed_by_others(connection: Connection, theme_id: int, coder_id: int, since: int) -> bool:
    """Whether another coder reviewed a response to a question that the theme serves after this event."""
    e, r = schema.event.c, schema.response.c
    reviewed = (e.kind == Kind.REVIEW.value) & r.question_id.in_(_served(connection, theme_id))
    imports = (Kind.IMPORT_CODINGS.value, Kind.IMPORT_PROJECT.value)
    imported = e.kind.in_(imports) & (func.json_extract(e.facts, "$.reviews") > 0)
    late = (
        select(e.seq)
        .join_from(schema.event, schema.response, r.id == func.json_extract(e.facts, "$.response"), isouter=True)
        .where(e.seq > since, e.coder_id != coder_id, reviewed | imported)
        .limit(1)
    )
    return connection.scalar(late) is not None


def _served(connection: Connection, theme_id: int) -> Select[int]:
    """The questions that a theme serves."""
    q, served = schema.question.c, schema.theme_question.c
    keys = list(connection.scalars(select(served.question_key).where(served.theme_id == theme_id)))
    return select(q.id).where(q.key.in_(keys)) if keys else select(q.id)


def _serve(recorder: Recorder, theme_id: int, questions: set[str]) -> bool:
    table = schema.theme_question
    now = set(recorder.connection.scalars(select(table.c.question_key).where(table.c.theme_id == theme_id)))
    since = 1 + revision(recorder.connection) if now else 0  # a theme that served all has served these
    for key in sorted(questions - now):
        recorder.insert(table, theme_id=theme_id, question_key=key, since=since)
    for key in sorted(now - questions):
        recorder.delete(table, (table.c.theme_id == theme_id) & (table.c.question_key == key))
    if (
        now and not questions and _reviewed_but(recorder.connection, now)
    ):  # it serves all, and of each no row can say so
        recorder.update(schema.theme, {"id": theme_id}, {"born": since})
    return questions != now


def serve_since(recorder: Recorder, theme_id: int, revisions: Mapping[str, int]) -> None:
    """Say from which codebook revision on a theme has served these of its questions."""
    for key, since in revisions.items():
        recorder.update(schema.theme_question, {"theme_id": theme_id, "question_key": key}, {"since": since})


def _reviewed_but(connection: Connection, keys: Collection[str]) -> bool:
    """Whether a response to any other question was reviewed."""
    v, q = schema.review.c, schema.question.c
    others = select(q.id).where(q.key.not_in(keys))
    return connection.scalar(select(v.response_id).where(v.question_id.in_(others)).limit(1)) is not None


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


def drop_theme(recorder: Recorder, theme_id: int, heir_id: int | None = None) -> None:
    """Take a theme away that no coding refers to any more; its children, archived ones too, go below the heir.

    Without an heir a theme with children is refused.
    """
    rejection, served = schema.rejection, schema.theme_question
    # A child may bear the theme's own name, so the theme goes first; what points at it is checked at the end.
    recorder.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    recorder.delete(rejection, rejection.c.theme_id == theme_id)
    recorder.delete(served, served.c.theme_id == theme_id)
    theme = schema.theme.c
    below = select(theme.id, theme.archived).where(theme.parent_id == theme_id).order_by(theme.position)
    children = recorder.connection.execute(below).all()
    if children and heir_id is None:
        where = " in the archive" if all(child.archived for child in children) else ""
        raise RefusedError(f"The theme has sub-themes{where}.", hint="Move, merge or delete these first.")
    recorder.delete(schema.theme, theme.id == theme_id)
    for child in [child.id for child in children]:
        change_theme(recorder, child, {"parent_id": heir_id})


def _stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {k: json.dumps(list(v)) if k == "keywords" else v for k, v in fields.items()}
