"""What a tally is counted from: sets of participants, read by index scans; rolling up is the domain's work."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.engine import Connection

from coder.domain.corpus import Question, QuestionKind, Status, find_questions
from coder.domain.people import People
from coder.errors import NotFoundError, RefusedError
from coder.store import corpus, schema
from coder.store.codebook import IN_USE

NO_VALUE = "(not known)"
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Gathered:
    """The participants behind one question's figures, by their internal ids.

    `coded` are participants per theme directly coded on an answered response; `repeats` names, per theme, the
    participants of every coding beyond their first (several parts or coders). `reviewed` maps a codebook revision
    to the participants whose answered responses were all read by then, each participant once.
    """

    asked: People
    answered: People
    reviewed: dict[int, People]
    coded: dict[int, People]
    repeats: dict[int, tuple[int, ...]] = field(default_factory=dict)


def gather(connection: Connection, question_id: int, coder_ids: Sequence[int] | None = None) -> Gathered:
    """The sets behind a question's tally, of the codings of these coders (None: of any)."""
    asked, answered = read_asked(connection, question_id)
    coded, repeats = read_coded_people(connection, question_id, coder_ids)
    return Gathered(
        asked=asked,
        answered=answered,
        reviewed=_reviewed(connection, question_id, coder_ids, answered),
        coded=coded,
        repeats=repeats,
    )


def read_asked(connection: Connection, question_id: int) -> tuple[People, People]:
    """The participants who were asked a question, and those of them who answered it."""
    here = schema.response.c.question_id == question_id
    responses, unanswered = _people_of(connection, here), _people_of(connection, here, corpus.UNANSWERED)
    asked = People(responses)
    if len(asked) == len(responses):
        return asked, asked - unanswered if unanswered else asked
    # Who gave several responses has answered when one of them is an answer.
    return asked, People(Counter(responses) - Counter(unanswered))


def participant_names(connection: Connection, among: Iterable[int] | None = None) -> dict[int, str]:
    """The participants' own ids by ours, in the order of import; of all, or of those among others."""
    p = schema.participant.c
    query = select(p.id, p.external_id).order_by(p.id)
    return dict(connection.execute(query if among is None else query.where(p.id.in_(list(among)))).all())


def _people_of(connection: Connection, *where: Any) -> list[int]:
    """The participant of every current response that fits."""
    return corpus.read_ids(connection, schema.response.c.participant_id, corpus.CURRENT, *where)


def all_participants(connection: Connection) -> People:
    return People(corpus.read_ids(connection, schema.participant.c.id))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose codings are counted, of which people: `coder_ids` is None where it is everybody's."""

    coders: dict[str, int]
    coder_ids: list[int] | None
    everyone: People
    groups: dict[str, People]


def read_scope(connection: Connection, *, by: str = "", coder: str = "") -> Scope:
    """The participants by the values of an attribute or a choice question, if one is named, and the coders, or the
    one of this name.

    Raises NotFoundError where there is no such attribute, question or coder, RefusedError where it can't make groups.
    """
    coders = find_coders(connection, coder)
    everyone = all_participants(connection)
    found = groups(connection, by) if by else {}
    if by and (rest := everyone - _union(found.values())):
        found[NO_VALUE] = found.pop(NO_VALUE, People()) | rest  # last, also where a value is called so
    return Scope(coders, list(coders.values()) if coder else None, everyone, found)


def _union(sets: Iterable[People]) -> People:
    return reduce(or_, sets, People())


def groups(connection: Connection, by: str) -> dict[str, People]:
    """The participants per value of an attribute or answer to a choice question, in the order of their names.

    Where both have the name it is the attribute.
    """
    v, a = schema.participant_attribute.c, schema.answer.c
    attribute = connection.scalar(select(schema.attribute.c.id).where(schema.attribute.c.key == by))
    if attribute is not None:
        return _groups(connection, by, v.value, v.participant_id, v.attribute_id == attribute)
    return _groups(connection, by, a.value, a.participant_id, a.question_id == _choice(connection, by).id)


def _choice(connection: Connection, reference: str) -> Question:
    """The choice question of this name; of one that was asked in several waves, `NAME (WAVE)`."""
    asked = corpus.read_questions(connection)
    choices = [q for q in asked if q.kind is QuestionKind.CHOICE]
    try:
        found = [q for q in choices if q.wave and named_in_wave(q) == reference] or find_questions(reference, asked)
    except NotFoundError:
        raise NotFoundError(
            f"Participants have no attribute {reference!r}, and there is no such choice question.",
            problems=[*attribute_keys(connection), *map(named_in_wave, choices)],
            hint="These are the attributes and choice questions."
            if choices or attribute_keys(connection)
            else "Join some attributes: coder import attributes FILE PROJECT",
        ) from None
    if any(q.kind is not QuestionKind.CHOICE for q in found):
        raise RefusedError(
            f"{reference!r} is a question of kind {found[0].kind.value}: only choice questions and attributes make "
            "groups, with each participant in one.",
            hint="Beside themes stand ratings: coder ratings PROJECT --beside QUESTION"
            if found[0].kind is QuestionKind.RATING
            else "",
        )
    if len(found) > 1:
        raise RefusedError(
            f"{reference!r} was asked in several waves, and the answers may differ.",
            problems=[named_in_wave(q) for q in found],
            hint="Write the one you mean like this.",
        )
    return found[0]


def named_in_wave(question: Question) -> str:
    """A question's key, with the wave where it has one: `Role (start)`."""
    return f"{question.key} ({question.wave})" if question.wave else question.key


def _groups(
    connection: Connection, by: str, value: ColumnElement[str], person: ColumnElement[int], where: ColumnElement[bool]
) -> dict[str, People]:
    rows = connection.execute(select(value, func.json_group_array(person)).where(where).group_by(value).order_by(value))
    found: dict[str, People] = {}
    for name, people in rows:
        if len(found) == MOST_GROUPS:
            rows.close()
            raise RefusedError(
                f"{by!r} has more than {MOST_GROUPS} values: that many groups can't be compared.",
                hint="Join an attribute with fewer values, such as bands: coder import attributes FILE PROJECT",
            )
        found[name] = People(json.loads(people))
    return found


def group_keys(connection: Connection) -> list[str]:
    """What participants can be grouped by: their attributes, and the choice questions."""
    choices = corpus.read_questions(connection, QuestionKind.CHOICE)
    waves = Counter(q.key for q in choices)
    return [*attribute_keys(connection), *(named_in_wave(q) if waves[q.key] > 1 else q.key for q in choices)]


def attribute_keys(connection: Connection) -> list[str]:
    return list(connection.scalars(select(schema.attribute.c.key).order_by(schema.attribute.c.id)))


def _superseded(question_id: int) -> Select[tuple[int]]:
    r = schema.response.c
    return select(r.id).where(r.question_id == question_id, r.superseded_by.is_not(None))


def _any_out_of_count(connection: Connection, question_id: int) -> bool:
    """Whether some coding lies on a response that does not count: superseded, or not answered."""
    r, c = schema.response.c, schema.coding.c
    unanswered = select(r.id).where(r.question_id == question_id, corpus.CURRENT, corpus.UNANSWERED)
    return any(
        connection.scalar(select(c.id).where(c.response_id.in_(out)).limit(1)) is not None
        for out in (unanswered, _superseded(question_id))
    )


def read_coded_people(
    connection: Connection, question_id: int, coder_ids: Sequence[int] | None
) -> tuple[dict[int, People], dict[int, tuple[int, ...]]]:
    """The participants per theme directly coded on an answered response, and those of repeated codings.

    Archived themes are in no count, as if they had never been coded.
    """
    c, r = schema.coding.c, schema.response.c
    query = (
        select(c.theme_id, func.json_group_array(c.participant_id))
        .where(c.question_id == question_id)
        .group_by(c.theme_id)
    )
    if coder_ids is not None:
        query = query.where(c.coder_id.in_(coder_ids))
    if _any_out_of_count(connection, question_id):
        query = query.join_from(schema.coding, schema.response, r.id == c.response_id).where(
            r.status == Status.ANSWERED.value, r.superseded_by.is_(None)
        )
    coded: dict[int, People] = {}
    repeats: dict[int, tuple[int, ...]] = {}
    in_use = frozenset(connection.scalars(IN_USE))
    for theme_id, people in connection.execute(query):
        if theme_id not in in_use:
            continue
        ids = json.loads(people)
        coded[theme_id] = People(ids)
        if len(ids) > len(coded[theme_id]):
            repeats[theme_id] = tuple((Counter(ids) - Counter(coded[theme_id])).elements())
    return coded, repeats


def read_coded_responses(
    connection: Connection, question_id: int, coder_ids: Sequence[int] | None = None
) -> dict[int, list[int]]:
    """The responses to a question that each theme in use was coded on."""
    c = schema.coding.c
    query = (
        select(c.theme_id, func.json_group_array(c.response_id.distinct()))
        .where(c.question_id == question_id, c.theme_id.in_(IN_USE))
        .group_by(c.theme_id)
    )
    rows = connection.execute(query if coder_ids is None else query.where(c.coder_id.in_(coder_ids)))
    return {theme_id: json.loads(responses) for theme_id, responses in rows}


def read_uncounted(
    connection: Connection, question_id: int, coder_ids: Sequence[int] | None
) -> tuple[dict[int, People], dict[int, People]]:
    """The participants per theme whose coding no tally counts: on an answer that is none, on a text that was replaced.

    They may have the theme on a counted response as well.
    """
    c, r = schema.coding.c, schema.response.c
    no_answer: dict[int, People] = {}
    replaced: dict[int, People] = {}
    if not _any_out_of_count(connection, question_id):
        return no_answer, replaced
    for found, out in ((no_answer, corpus.CURRENT & corpus.UNANSWERED), (replaced, r.superseded_by.is_not(None))):
        query = (
            select(c.theme_id, func.json_group_array(c.participant_id))
            .join_from(schema.coding, schema.response, r.id == c.response_id)
            .where(c.question_id == question_id, out)
            .group_by(c.theme_id)
        )
        if coder_ids is not None:
            query = query.where(c.coder_id.in_(coder_ids))
        found.update({theme: People(json.loads(people)) for theme, people in connection.execute(query)})
    return no_answer, replaced


def _reviewed(
    connection: Connection, question_id: int, coder_ids: Sequence[int] | None, answered: People
) -> dict[int, People]:
    r, v = schema.response.c, schema.review.c
    several = select(r.id).where(r.question_id == question_id, corpus.CURRENT, r.part > 1)
    if any(connection.scalar(odd.limit(1)) is not None for odd in (several, _superseded(question_id))):
        return _reviewed_in_parts(connection, question_id, coder_ids)
    query = (
        select(v.revision, func.json_group_array(v.participant_id))
        .where(v.question_id == question_id)
        .group_by(v.revision)
        .order_by(v.revision.desc())
    )
    if coder_ids is not None:
        query = query.where(v.coder_id.in_(coder_ids))
    reviewed: dict[int, People] = {}
    placed = People()
    for revision, people in connection.execute(query):
        # Newest first: of several coders' reviews the one that knew the most themes counts.
        read = People(json.loads(people))
        if not read <= answered:
            read &= answered
        reviewed[revision] = read - placed if placed else read
        placed = placed | read
    return reviewed


def _reviewed_in_parts(connection: Connection, question_id: int, coder_ids: Sequence[int] | None) -> dict[int, People]:
    """Where a participant gave several responses, all of them must have been read; the oldest review counts."""
    r, v = schema.response.c, schema.review.c
    newest = select(func.max(v.revision)).where(v.response_id == r.id)
    if coder_ids is not None:
        newest = newest.where(v.coder_id.in_(coder_ids))
    rows = connection.execute(
        select(r.participant_id, newest.scalar_subquery()).where(
            r.question_id == question_id, r.status == Status.ANSWERED.value, r.superseded_by.is_(None)
        )
    )
    oldest: dict[int, int | None] = {}
    for participant, revision in rows:
        if participant in oldest:
            before = oldest[participant]
            oldest[participant] = None if revision is None or before is None else min(before, revision)
        else:
            oldest[participant] = revision
    reviewed: dict[int, set[int]] = {}
    for participant, revision in oldest.items():
        if revision is not None:
            reviewed.setdefault(revision, set()).add(participant)
    return {k: People(p) for k, p in reviewed.items()}


def participants_per_theme(connection: Connection) -> dict[int, int]:
    """How many distinct participants each theme was coded for, over all questions, by any coder, no roll-up."""
    c = schema.coding.c
    return dict(
        connection.execute(select(c.theme_id, func.count(c.participant_id.distinct())).group_by(c.theme_id)).all()
    )


def coders(connection: Connection, names: Iterable[str] = ()) -> dict[str, int]:
    """The coders who coded or reviewed anything, or those of these names, with their ids."""
    k = schema.coder.c
    names = list(names)
    if names:
        query = select(k.name, k.id).where(k.name.in_(names))
    else:
        query = select(k.name, k.id).where(
            select(schema.review.c.coder_id).where(schema.review.c.coder_id == k.id).exists()
            | select(schema.coding.c.coder_id).where(schema.coding.c.coder_id == k.id).exists()
        )
    return dict(connection.execute(query.order_by(k.id)).all())


def find_coders(connection: Connection, name: str = "") -> dict[str, int]:
    """The coder of this name, or without one all who coded or reviewed anything, with their ids.

    Raises NotFoundError where nobody has the name.
    """
    found = coders(connection, [name] if name else [])
    if name and not found:
        raise NotFoundError(
            f"There is no coder {name!r}.", problems=list(coders(connection)), hint="These have coded here."
        )
    return found


def people_of(connection: Connection, theme_ids: Iterable[int]) -> People:
    """The participants with a coding of one of these themes that counts, by any coder."""
    c, r = schema.coding.c, schema.response.c
    coded = select(c.participant_id).join_from(schema.coding, schema.response, r.id == c.response_id)
    return People(connection.scalars(coded.where(c.theme_id.in_(list(theme_ids)), corpus.ANSWERED)))
