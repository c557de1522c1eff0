"""How the codings came about, as rows and log tell it: the facts of a methods section, and what ties them to data."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.engine import Connection

from coder.domain.codebook import Codebook
from coder.domain.corpus import QuestionKind
from coder.domain.log import Kind
from coder.store import codebook as store_codebook
from coder.store import corpus, hold_back, schema
from coder.store.codebook import IN_USE
from coder.store.coding import coded_themes

_COMING = (
    Kind.IMPORT_CODEBOOK,
    Kind.CREATE_THEME,
    Kind.IN_VIVO,
    Kind.EDIT_THEME,
    Kind.MOVE_THEME,
    Kind.MERGE_THEMES,
    Kind.SPLIT_THEME,
    Kind.ARCHIVE_THEME,
    Kind.DELETE_THEME,
)
"""What shapes a codebook."""


@dataclass(frozen=True, slots=True)
class Source:
    """A survey file that was taken in."""

    name: str
    sha256: str
    rows: int
    at: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who read what, led by what, under which codebook; of some questions, of some coders.

    `participants`: all in the project; `asked` and `answered`: those who were asked one of the questions, and those who
    answered one. `responses`: answered ones. `coders`: those of them who coded or reviewed any, in the order in which
    they came to the project, `left_out`: other coders who did. `readers`: responses that each coder reviewed.
    `reviewed`: responses that one of them reviewed, `twice`: of these, those that two or more of all coders did.
    `routes`: reviews by what led to them, `IMPORTED` where they came from a file. `origins`: codings by where they came
    from; `with_words`: codings that rest on highlights. `held_back`: on how many of a hundred responses no suggestions
    are shown. `shaping`: what was done to the codebook, and stands. `masked`: those of the responses with masked words.
    `first`, `last`: when the reviews were made (ISO 8601, UTC), empty where there are none.
    """

    participants: int
    asked: int
    answered: int
    responses: int
    coders: tuple[str, ...]
    left_out: tuple[str, ...]
    readers: Mapping[str, int]
    reviewed: int
    twice: int
    routes: Mapping[str, int]
    origins: Mapping[str, int]
    with_words: int
    rejected: int
    models: int
    held_back: float
    revision: int
    themes: int
    shaping: Mapping[Kind, int]
    masked: int
    first: str
    last: str
    sources: tuple[Source, ...]


IMPORTED = "imported"
"""What led to the reviews that came from a file."""


def read_provenance(
    connection: Connection, question_ids: Sequence[int], coder_ids: Sequence[int] | None = None
) -> Provenance:
    """The facts about the answered responses to these questions, and the codings of these coders (None: of any)."""
    r, v, c, k, e = schema.response.c, schema.review.c, schema.coding.c, schema.coder.c, schema.event.c
    here = corpus.ANSWERED & r.question_id.in_(list(question_ids))
    reviews = schema.review.join(schema.response, r.id == v.response_id)
    by = here if coder_ids is None else here & v.coder_id.in_(list(coder_ids))
    readers = select(k.name, func.count()).select_from(reviews.join(schema.coder)).where(by)
    read = select(v.response_id).select_from(reviews).where(by)
    again = select(v.response_id).select_from(reviews).where(here, v.response_id.in_(read))
    twice = again.group_by(v.response_id).having(func.count() > 1).subquery()
    route = func.coalesce(func.json_extract(e.facts, "$.queue"), e.kind)
    routes = select(route, func.count()).select_from(reviews.join(schema.event, e.seq == v.event)).where(by)
    when = select(func.min(e.at), func.max(e.at)).select_from(reviews.join(schema.event, e.seq == v.event)).where(by)
    coded = here & c.theme_id.in_(IN_USE)
    if coder_ids is not None:
        coded &= c.coder_id.in_(list(coder_ids))
    codings = schema.coding.join(schema.response, r.id == c.response_id)
    origins = select(c.origin, func.count()).select_from(codings)
    words = select(schema.coding_highlight.c.coding_id).where(schema.coding_highlight.c.coding_id == c.id)
    with_words = select(func.count()).select_from(codings).where(words.exists())
    rejected = select(func.count()).select_from(schema.rejection.join(schema.response)).where(here)
    if coder_ids is not None:
        rejected = rejected.where(schema.rejection.c.coder_id.in_(list(coder_ids)))
    masks = schema.mask.join(schema.response, r.id == schema.mask.c.response_id)
    masked = select(func.count(r.id.distinct())).select_from(masks).where(here)
    first, last = connection.execute(when).one()
    worked = _coders(connection, here)
    chosen = worked.keys() if coder_ids is None else set(coder_ids)
    return Provenance(
        asked=_count(connection, _people(corpus.CURRENT & r.question_id.in_(list(question_ids)))),
        answered=_count(connection, _people(here)),
        responses=sum(corpus.count_answered(connection, question) for question in question_ids),
        participants=_count(connection, select(func.count()).select_from(schema.participant)),
        coders=tuple(name for coder, name in worked.items() if coder in chosen),
        left_out=tuple(name for coder, name in worked.items() if coder not in chosen),
        readers=dict(connection.execute(readers.group_by(k.id).order_by(k.id)).all()),
        reviewed=_count(connection, select(func.count()).select_from(read.distinct().subquery())),
        twice=_count(connection, select(func.count()).select_from(twice)),
        routes=_named(connection, routes.group_by(route)),
        origins=_named(connection, origins.where(coded).group_by(c.origin)),
        with_words=_count(connection, with_words.where(coded)),
        rejected=_count(connection, rejected),
        models=_count(connection, select(func.count()).select_from(schema.model)),
        held_back=hold_back.percent(connection),
        revision=store_codebook.revision(connection),
        themes=_count(connection, select(func.count()).select_from(IN_USE.subquery())),
        shaping=_shaping(connection),
        masked=_count(connection, masked),
        first=first or "",
        last=last or "",
        sources=_sources(connection),
    )


def _coders(connection: Connection, here: ColumnElement[bool]) -> dict[int, str]:
    """Who reviewed any of these responses, or coded one with a theme in use, with our ids; whoever came first first."""
    r, v, c, k = schema.response.c, schema.review.c, schema.coding.c, schema.coder.c
    reviewing = select(v.coder_id).join_from(schema.review, schema.response, r.id == v.response_id).where(here)
    coding = select(c.coder_id).join_from(schema.coding, schema.response, r.id == c.response_id)
    who = reviewing.union(coding.where(here, c.theme_id.in_(IN_USE)))
    return dict(connection.execute(select(k.id, k.name).where(k.id.in_(who)).order_by(k.id)).all())


def _people(where: ColumnElement[bool]) -> Select[int]:
    return select(func.count(schema.response.c.participant_id.distinct())).where(where)


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.scalar(query) or 0)


def _named(connection: Connection, query: Select[str, int]) -> dict[str, int]:
    """Numbers by name, the highest first."""
    found: dict[str, int] = {}
    for name, number in connection.execute(query):
        known = IMPORTED if name == Kind.IMPORT_CODINGS.value else str(name)
        found[known] = found.get(known, 0) + int(number)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _shaping(connection: Connection) -> dict[Kind, int]:
    e = schema.event.c
    undone, redone = schema.event.alias(), schema.event.alias()
    back = select(redone.c.seq).where(redone.c.undoes == undone.c.seq)
    gone = select(undone.c.seq).where(undone.c.undoes == e.seq, ~back.exists())
    rows = connection.execute(
        select(e.kind, func.count()).where(e.kind.in_([k.value for k in _COMING]), ~gone.exists()).group_by(e.kind)
    )
    found = {Kind(kind): int(number) for kind, number in rows}
    return {kind: found[kind] for kind in _COMING if kind in found}


def _sources(connection: Connection) -> tuple[Source, ...]:
    b = schema.import_batch.c
    rows = connection.execute(select(b.source, b.sha256, b.rows, b.at).order_by(b.id))
    return tuple(Source(row.source, row.sha256, row.rows, row.at) for row in rows)


def digest(connection: Connection) -> str:
    """The SHA-256 (hex) of what figures are made of: two projects with the same one give the same figures.

    It is of UTF-8 lines, each the JSON array of one fact, ASCII escaped, without white space between the parts, and
    ended by a line feed. They come in this order, each kind sorted by its columns as SQLite's BINARY compares them:
    attributes of participants, answers, current responses with their texts, the themes' paths with what they serve,
    codings with their highlights, reviews with the themes that came after them, masks. No number of ours is in them, so
    an import anew gives the same.
    """
    found = hashlib.sha256()
    for fact in _facts(connection):
        found.update(json.dumps(fact, separators=(",", ":")).encode() + b"\n")
    return found.hexdigest()


def _facts(connection: Connection) -> Iterator[list[Any]]:
    p, a, q, r = schema.participant.c, schema.attribute.c, schema.question.c, schema.response.c
    c, v, k, h = schema.coding.c, schema.review.c, schema.coder.c, schema.highlight.c
    book = store_codebook.read_codebook(connection)
    of_response = schema.response.join(schema.participant).join(schema.question, q.id == r.question_id)
    place = (p.external_id, q.key, q.wave, r.part)

    def rows(kind: str, source: Any, *columns: ColumnElement[Any], where: Any = None) -> Iterator[list[Any]]:
        query = select(*columns).select_from(source).order_by(*columns)
        for row in connection.execute(query if where is None else query.where(where)):
            yield [kind, *row]

    value = schema.participant_attribute
    yield from rows("participant", schema.participant, p.external_id)
    yield from rows(
        "attribute", value.join(schema.participant).join(schema.attribute), p.external_id, a.key, value.c.value
    )
    answer = schema.answer
    yield from rows(
        "answer",
        answer.join(schema.participant).join(schema.question),
        *(p.external_id, q.key, q.wave, answer.c.option, answer.c.value),
    )
    yield from rows("response", of_response, *place, r.status, r.text, where=corpus.CURRENT)
    yield from sorted(["theme", list(book.path(t.id)), sorted(t.questions)] for t in book.themes)
    coded = (
        schema.coding.join(of_response, r.id == c.response_id)
        .join(schema.coder, k.id == c.coder_id)
        .outerjoin(schema.coding_highlight)
        .outerjoin(schema.highlight, h.id == schema.coding_highlight.c.highlight_id)
    )
    query = (
        select(*place, k.name, c.theme_id, h.start, h.end)
        .select_from(coded)
        .where(corpus.CURRENT, c.theme_id.in_(IN_USE))
        .order_by(*place, k.name)
    )
    # Themes are known by their paths, so their order is, too; a stretch of equal places is small.
    waiting: list[list[Any]] = []
    for *where, theme_id, start, end in connection.execute(query):
        if waiting and waiting[0][1:6] != where:
            yield from sorted(waiting, key=json.dumps)
            waiting = []
        waiting.append(["coding", *where, list(book.path(theme_id)), start, end])
    yield from sorted(waiting, key=json.dumps)
    reviewed = schema.review.join(of_response, r.id == v.response_id).join(schema.coder, k.id == v.coder_id)
    later = _later(connection, book)
    for kind, *where, question, revision in rows(
        "review", reviewed, *place, k.name, v.question_id, v.revision, where=corpus.CURRENT
    ):
        yield [kind, *where, later(question, revision)]
    mask = schema.mask
    yield from rows("mask", mask.join(of_response, r.id == mask.c.response_id), *place, mask.c.start, mask.c.end)


def _later(connection: Connection, book: Codebook) -> Callable[[int, int], list[list[str]]]:
    """Which of a question's themes came after a revision, so that a review of then says nothing of them: their paths,
    by the id of the question and the revision."""
    born: dict[int, list[tuple[int, list[str]]]] = {}
    for question in corpus.read_questions(connection, QuestionKind.OPEN):
        serving = book.for_question(question.key, coded_themes(connection, question.id))
        born[question.id] = sorted((theme.born, list(book.path(theme.id))) for theme in serving.themes)

    @cache
    def later(question_id: int, revision: int) -> list[list[str]]:
        return sorted(path for birth, path in born[question_id] if birth > revision)

    return later
