"""The whole of a project's survey and coding, for other programs: masked where it is masked."""

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from coder.domain.codebook import Codebook, ThemeSpec
from coder.domain.coding import Span, masked
from coder.domain.corpus import Question, QuestionSpec
from coder.domain.exchange import CodedResponse, CodedSurvey, GivenTheme
from coder.domain.pseudonyms import Pseudonyms
from coder.store import schema
from coder.store.codebook import IN_USE, read_codebook
from coder.store.corpus import CURRENT, read_questions
from coder.store.project import setting
from coder.store.quotes import left_out

OWN_NAMES = Pseudonyms(keep_own=True)


def read_whole(connection: Connection, name: str, names: Pseudonyms = OWN_NAMES) -> CodedSurvey:
    """The project's current responses and all that is known and coded of them, by question, participant and part.

    Archived themes, their codings, and codings on texts that were replaced stay in the project, and are noted.
    """
    questions = read_questions(connection)
    places = {question.id: at for at, question in enumerate(questions)}
    book = read_codebook(connection)
    order = {theme.id: at for at, (_, theme) in enumerate(book.walk())}
    p, k = schema.participant.c, schema.coder.c
    people = {i: names.of(i, own) for i, own in connection.execute(select(p.id, p.external_id).order_by(p.id))}
    coders = dict(connection.execute(select(k.id, k.name).order_by(k.id)).all())
    marks = _highlights(connection, coders)
    given = _codings(connection, coders, order)
    reviewed, born = _reviews(connection, coders, book, questions)
    masks = _masks(connection)
    r = schema.response.c
    query = (
        select(r.id, r.participant_id, r.question_id, r.part, r.text)
        .join_from(schema.response, schema.question)
        .where(CURRENT)
        .order_by(schema.question.c.position, r.question_id, r.participant_id, r.part)
    )
    responses = [
        CodedResponse(
            people[row.participant_id],
            places[row.question_id],
            masked(row.text, masks.get(row.id, ())),
            row.part,
            tuple(marks.get(row.id, ())),
            tuple(given.get(row.id, ())),
            tuple(reviewed.get(row.id, ())),
        )
        for row in connection.execute(query)
    ]
    acted = {coder for row in responses for coder, _ in (*row.reviewed, *row.highlights)}
    acted.update(coding.coder for row in responses for coding in row.themes)
    return CodedSurvey(
        name,
        _participants(connection, people),
        [QuestionSpec(q.key, q.prompt, q.kind, q.wave) for q in questions],
        responses,
        _specs(book),
        _answers(connection, people, places),
        [name for name in coders.values() if name in acted],
        setting(connection, "placeholders").split("\n"),
        setting(connection, "language", "en"),
        connection.scalar(select(func.min(schema.event.c.at))) or "",
        _identity(connection),
        _left_out(connection, len(masks)),
        born,
    )


def _participants(connection: Connection, people: Mapping[int, str]) -> dict[str, dict[str, str]]:
    a, v = schema.attribute.c, schema.participant_attribute.c
    found: dict[str, dict[str, str]] = {name: {} for name in people.values()}
    rows = select(v.participant_id, a.key, v.value).join_from(schema.participant_attribute, schema.attribute)
    for participant, key, value in connection.execute(rows.order_by(v.participant_id, a.id)):
        found[people[participant]][key] = value
    return found


def _answers(
    connection: Connection, people: Mapping[int, str], places: Mapping[int, int]
) -> list[tuple[str, int, str, str]]:
    a = schema.answer.c
    rows = connection.execute(
        select(a.participant_id, a.question_id, a.option, a.value).order_by(a.participant_id, a.question_id)
    )
    return [(people[who], places[question], option, value) for who, question, option, value in rows]


def read_themes(connection: Connection) -> CodedSurvey:
    """The codebook alone, as a survey in which nobody was asked anything."""
    return CodedSurvey("", {}, (), (), _specs(read_codebook(connection)), identity=_identity(connection))


def _identity(connection: Connection) -> str:
    """What stays the same for a project. Not its salt itself: by that, ids of erased people could be guessed."""
    return hashlib.sha256(f"exchange\0{setting(connection, 'salt')}".encode()).hexdigest()


def _specs(book: Codebook) -> list[ThemeSpec]:
    """The themes, each after those above it."""
    return [
        ThemeSpec(
            book.path(theme.id),
            tuple(sorted(theme.questions)),
            theme.definition,
            theme.include,
            theme.exclude,
            theme.example,
            theme.keywords,
            theme.colour,
            theme.key,
        )
        for _, theme in book.walk()
    ]


def _masks(connection: Connection) -> dict[int, list[Span]]:
    m = schema.mask.c
    found: dict[int, list[Span]] = defaultdict(list)
    for response, start, end in connection.execute(select(m.response_id, m.start, m.end)):
        found[response].append(Span(start, end))
    return found


def _highlights(connection: Connection, coders: Mapping[int, str]) -> dict[int, list[tuple[str, Span]]]:
    h = schema.highlight.c
    found: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    rows = select(h.response_id, h.coder_id, h.start, h.end).order_by(h.response_id, h.start, h.end, h.coder_id)
    for response, coder, start, end in connection.execute(rows):
        found[response].append((coders[coder], Span(start, end)))
    return found


def _codings(
    connection: Connection, coders: Mapping[int, str], order: Mapping[int, int]
) -> dict[int, list[GivenTheme]]:
    c, h, at, e = schema.coding.c, schema.highlight.c, schema.coding_highlight.c, schema.event.c
    spans: dict[int, list[Span]] = defaultdict(list)
    linked = select(at.coding_id, h.start, h.end).join_from(schema.coding_highlight, schema.highlight)
    for coding, start, end in connection.execute(linked.order_by(at.coding_id, h.start, h.end)):
        spans[coding].append(Span(start, end))
    found: dict[int, list[GivenTheme]] = defaultdict(list)
    rows = (
        select(c.id, c.response_id, c.theme_id, c.coder_id, e.at)
        .outerjoin_from(schema.coding, schema.event, e.seq == c.event)
        .where(c.theme_id.in_(IN_USE))
        .order_by(c.response_id, c.id)
    )
    for coding, response, theme, coder, moment in connection.execute(rows):
        found[response].append(GivenTheme(order[theme], coders[coder], tuple(spans.get(coding, ())), moment or ""))
    for given in found.values():
        given.sort(key=lambda one: (one.theme, one.coder))
    return found


def _reviews(
    connection: Connection, coders: Mapping[int, str], book: Codebook, questions: Sequence[Question]
) -> tuple[dict[int, list[tuple[str, int]]], dict[int, list[int]]]:
    """Who read each response, and which themes came after that. Of the project's revisions those count that brought a
    theme after something had been read."""
    v = schema.review.c
    rows = connection.execute(select(v.response_id, v.coder_id, v.revision).order_by(v.response_id, v.coder_id)).all()
    oldest = min((row.revision for row in rows), default=None)
    born = [[theme.born_for(question.key) for question in questions] for _, theme in book.walk()]
    steps = sorted({revision for of in born for revision in of if oldest is not None and revision > oldest})
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for response, coder, revision in rows:
        found[response].append((coders[coder], bisect_right(steps, revision)))
    later = {at: [bisect_right(steps, revision) for revision in of] for at, of in enumerate(born)}
    return found, {at: of for at, of in later.items() if any(of)}


def _left_out(connection: Connection, masks: int) -> list[str]:
    notes = left_out(connection)
    if masks:
        notes.append(f"Responses with masked words, which leave as ▇ and stay as they are in the project: {masks:,}.")
    return notes
