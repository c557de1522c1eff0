"""The responses that a filter leaves, found in the indexes: a list of a million is not read to show ten."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.engine import Connection

from coder.domain.codebook import Codebook
from coder.domain.corpus import Question, Status
from coder.domain.filtering import Filter
from coder.domain.tally import births
from coder.store import hold_back, schema
from coder.store.coding import coded_themes
from coder.store.suggestions import newest_model

_R = schema.response.alias("r")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, under which codebook: what `not reviewed`, `stale` and a theme with those below it depend on."""

    coder_id: int
    book: Codebook
    questions: Sequence[Question]

    def scope(self, wanted: Filter, question_id: int | None) -> list[Question]:
        """The questions whose responses are meant."""
        if not wanted.anywhere:
            return [q for q in self.questions if question_id in (None, q.id)]
        return [q for q in self.questions if wanted.wave in (None, q.wave)]

    def themes(self, theme_id: int) -> tuple[int, ...]:
        """The theme and those below it; none where it has gone."""
        return self.book.below(theme_id) if theme_id in self.book.by_id else ()


def filtered(connection: Connection, wanted: Filter, reader: Reader, question_id: int | None = None) -> "array[int]":
    """The ids of the answered responses that fit, question by question in the order of the file."""
    ids: array[int] = array("q")
    for question in reader.scope(wanted, question_id):
        found = connection.scalars(_fitting(connection, wanted, reader, question))
        ids.extend(_shown(connection, wanted, sorted(found)))
    return ids


def fits(connection: Connection, wanted: Filter, reader: Reader, question: Question, response_id: int) -> bool:
    """Whether one response, to this question, still fits, wherever it is asked for."""
    query = _fitting(connection, wanted, reader, question, response_id)
    return bool(list(_shown(connection, wanted, connection.scalars(query).all())))


def _fitting(
    connection: Connection, wanted: Filter, reader: Reader, question: Question, one: int | None = None
) -> Select[int]:
    other = schema.response.alias("other")
    here = (other.c.question_id == question.id) & other.c.superseded_by.is_(None)
    unanswered = select(other.c.id).where(here, other.c.status != Status.ANSWERED.value)
    query = select(_R.c.id).where(_R.c.question_id == question.id, _R.c.superseded_by.is_(None))
    for ids, among in [(unanswered, False), *_conditions(connection, wanted, reader, question)]:
        # For one response each list is cut down to it; else a keypress would wait for the whole of it.
        listed = ids if one is None else ids.where(ids.selected_columns[0] == one)
        query = query.where(_R.c.id.in_(listed) if among else _R.c.id.not_in(listed))
    a, of = schema.attribute.c, schema.participant_attribute.c
    for name, value in wanted.attributes:
        attribute = select(a.id).where(a.key == name).scalar_subquery()
        people = select(of.participant_id).where(of.attribute_id == attribute, of.value == value)
        query = query.where(
            _R.c.participant_id.in_(people)
            if one is None
            else people.where(of.participant_id == _R.c.participant_id).correlate(_R).exists()
        )
    return query if one is None else query.where(_R.c.id == one)


def _conditions(
    connection: Connection, wanted: Filter, reader: Reader, question: Question
) -> Iterator[tuple[Select[int], bool]]:
    """Lists of responses, and whether one must be among them, or must not."""
    c, v, h, at = schema.coding.c, schema.review.c, schema.highlight.c, schema.coding_highlight.c
    mine = (c.coder_id == reader.coder_id) & (c.question_id == question.id)
    reviewed = select(v.response_id).where(v.question_id == question.id, v.coder_id == reader.coder_id)
    for theme, among in ((wanted.with_theme, True), (wanted.without_theme, False)):
        if theme is not None:
            yield select(c.response_id).where(mine, c.theme_id.in_(reader.themes(theme))), among
    if wanted.unreviewed or wanted.changed:
        yield reviewed, False
    if wanted.suggested:
        yield _open_suggestions(connection, wanted, reader), True
    if wanted.changed:
        old = schema.response.alias("old")
        replaced = select(old.c.superseded_by).where(old.c.superseded_by.is_not(None))
        yield replaced.where(old.c.question_id == question.id), True
    if wanted.absent:
        yield select(schema.absence.c.response_id), True
    if wanted.stale:
        born = max((t.born for t in reader.book.for_question(question.key).themes), default=0)
        yield reviewed.where(v.revision < born), True
    if wanted.before_theme is not None:
        coded = coded_themes(connection, question.id)
        born = births(reader.book.for_question(question.key, coded), coded).get(wanted.before_theme, 0)
        yield reviewed.where(v.revision < born), True
    if wanted.starred:
        yield select(schema.star.c.response_id), True
    if wanted.unthemed:
        used = exists().where(at.highlight_id == h.id)
        yield select(h.response_id).where(h.coder_id == reader.coder_id, ~used), True


def _open_suggestions(connection: Connection, wanted: Filter, reader: Reader) -> Select[int]:
    """Responses with a suggestion of the newest model that the coder has neither coded nor rejected."""
    s, c, x = schema.suggestion.c, schema.coding.c, schema.rejection.c
    coded = exists().where(c.response_id == s.response_id, c.theme_id == s.theme_id, c.coder_id == reader.coder_id)
    rejected = exists().where(x.response_id == s.response_id, x.theme_id == s.theme_id, x.coder_id == reader.coder_id)
    query = select(s.response_id).where(s.model_id == newest_model(connection), s.suggested == 1, ~coded, ~rejected)
    return query if wanted.suggested_theme is None else query.where(s.theme_id == wanted.suggested_theme)


def _shown(connection: Connection, wanted: Filter, ids: Sequence[int]) -> Sequence[int]:
    """Without those on which suggestions are held back, where it is suggestions that are asked for."""
    return hold_back.not_held_back(connection, ids) if wanted.suggested else ids


def values(connection: Connection, attribute: str, typed: str, most: int) -> list[tuple[str, int]]:
    """(value, participants) of an attribute: the most frequent of those that hold what was typed."""
    a, of = schema.attribute.c, schema.participant_attribute.c
    people = func.count()
    query = (
        select(of.value, people)
        .where(of.attribute_id == select(a.id).where(a.key == attribute).scalar_subquery())
        .group_by(of.value)
        .order_by(people.desc(), of.value)
        .limit(most)
    )
    if typed:
        query = query.where(func.instr(func.lower(of.value), typed.lower()) > 0)
    return [(value, number) for value, number in connection.execute(query)]


def attributes(connection: Connection) -> list[str]:
    """What is known about participants, in the order in which it came to be known."""
    a, of = schema.attribute.c, schema.participant_attribute.c
    used = exists().where(of.attribute_id == a.id)
    return list(connection.scalars(select(a.key).where(used).order_by(a.id)))


def count_people(connection: Connection, ids: Sequence[int]) -> int:
    """How many participants gave these responses."""
    r = schema.response.c
    people: set[int] = set()
    for start in range(0, len(ids), 10_000):
        given = func.json_each(str(list(ids[start : start + 10_000]))).table_valued("value")
        people.update(connection.scalars(select(r.participant_id).where(r.id.in_(select(given.c.value)))))
    return len(people)
