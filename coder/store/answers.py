"""Answers to rating, choice and multi questions, as lists of participants for each value: one index scan each."""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Integer, func, literal_column, select
from sqlalchemy.engine import Connection

from coder.errors import NotFoundError
from coder.store import schema
from coder.store.counts import attribute_keys

TICKED = "1"  # the value of an option that was ticked; any other is what somebody wrote beside it

_a = schema.answer.c
_ROW: ColumnElement[int] = literal_column("answer.rowid", Integer)  # rises as answers come


def read_answers(connection: Connection, question_id: int) -> dict[str, list[int]]:
    """The participants who gave each value to a rating or choice question, the first given first."""
    return {value: json.loads(people) for value, people, _ in _grouped(connection, question_id, _a.value)}


def read_options(connection: Connection, question_id: int) -> tuple[dict[str, list[int]], list[list[str]]]:
    """The participants who chose each option of a multi question; and of those who were the first to choose one, all
    that they chose, in the order of the file's columns, or of its cell."""
    found = list(_grouped(connection, question_id, _a.option))
    people = select(_a.participant_id).where(_ROW.in_([first for *_, first in found]))
    rows = connection.execute(
        select(_a.participant_id, _a.option)
        .where(_a.question_id == question_id, _a.participant_id.in_(people))
        .order_by(_ROW)
    )
    chosen: dict[int, list[str]] = {}
    for participant, option in rows:
        chosen.setdefault(participant, []).append(option)
    return {option: json.loads(people) for option, people, _ in found}, list(chosen.values())


def _grouped(connection: Connection, question_id: int, by: ColumnElement[str]) -> Iterator[tuple[str, str, int]]:
    """Each value, the participants with it as JSON, and its first row."""
    first = func.min(_ROW)
    rows = connection.execute(
        select(by, func.json_group_array(_a.participant_id), first)
        .where(_a.question_id == question_id)
        .group_by(by)
        .order_by(first)
    )
    return ((value, people, row) for value, people, row in rows)


def read_written(connection: Connection, question_id: int) -> dict[str, dict[int, str]]:
    """What participants wrote beside the options of a multi question, such as ‘other’."""
    rows = connection.execute(
        select(_a.option, _a.participant_id, _a.value)
        .where(_a.question_id == question_id, _a.value != TICKED)
        .order_by(_a.participant_id)
    )
    written: dict[str, dict[int, str]] = {}
    for option, participant, words in rows:
        written.setdefault(option, {})[participant] = words
    return written


def read_attribute(connection: Connection, attribute: str) -> Mapping[str, list[int]]:
    """The participants with each value of an attribute, however many values. NotFoundError where there is none."""
    a, v = schema.attribute.c, schema.participant_attribute.c
    found = connection.scalar(select(a.id).where(a.key == attribute))
    if found is None:
        raise NotFoundError(
            f"Participants have no attribute {attribute!r}.",
            problems=attribute_keys(connection),
            hint="These are the attributes.",
        )
    rows = connection.execute(
        select(v.value, func.json_group_array(v.participant_id)).where(v.attribute_id == found).group_by(v.value)
    )
    return {value: json.loads(people) for value, people in rows}
