"""A figure and the people behind it are one set; two themes together; waves and groups side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from coder.analysis.tally import Cut, StoppedError, side_by_side, tally
from coder.analysis.together import co_occurrence
from coder.behind import people_behind, read_people
from coder.domain import wording
from coder.domain.coding import Span
from coder.domain.tally import Base
from coder.errors import NotFoundError, RefusedError
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, open_session
from coder.store import schema
from coder.store.counts import MOST_GROUPS
from coder.store.project import open_project
from tests.cli.commands import table
from tests.projects import QUESTION, theme_id

LONG = ("participant_id", "question", "text", "site")
BEFORE = [
    ("P0", QUESTION, "an old text", "North"),  # replaced below
    ("P1", QUESTION, "one", "North"),
    ("P1", QUESTION, "two", "North"),
    ("P2", QUESTION, "three", "South"),
    ("P3", QUESTION, "n/a", "South"),  # a placeholder
    ("P4", QUESTION, "four", ""),
    ("P4", QUESTION, "n/a", ""),
    ("P5", QUESTION, "", "South"),
    ("P6", "Another question?", "five", "North"),
]
AFTER = [("P0", QUESTION, "a new text", "North"), *BEFORE[1:]]
PARENTS = {"Top": None, "Left": "Top", "Right": "Top", "Lowest": "Right", "Other": None}
BORN = {"Top": 0, "Left": 0, "Right": 2, "Lowest": 0, "Other": 4}


@dataclass(frozen=True)
class Answer:
    """A response as the brute force knows it."""

    id: int
    participant: str
    text: str
    answered: bool
    current: bool


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Seven people: two parts, a placeholder, a part that is a placeholder, a blank, a replaced text; two coders."""
    folder = tmp_path_factory.mktemp("counts")
    for rows in (BEFORE, AFTER):
        import_survey(table(folder / "s.csv", LONG, *rows), folder / "p.coder", SurveyRequest(), coder_name="Ana")
    open_session(folder / "p.coder", "Ben").project.close()
    session = open_session(folder / "p.coder", "Ana")
    for name, parent in PARENTS.items():
        above = None if parent is None else theme_id(session, parent)
        session.create_theme(name, parent_id=above, question_key=QUESTION)
    with session.project.write() as connection:
        for name, born in BORN.items():
            connection.execute(update(schema.theme).where(schema.theme.c.name == name).values(born=born))
    session.changed()
    yield session
    session.project.close()


def answers(session: Session) -> list[Answer]:
    """Every response to the question, whatever became of it."""
    r, p = schema.response.c, schema.participant.c
    query = select(r.id, p.external_id, r.text, r.status, r.superseded_by).join_from(
        schema.response, schema.participant
    )
    with session.project.read() as connection:
        rows = connection.execute(query.where(r.question_id == session.questions[0].id).order_by(r.id)).all()
    return [Answer(i, who, text, status == "answered", gone is None) for i, who, text, status, gone in rows]


def below(name: str) -> set[str]:
    return {name}.union(*(below(child) for child, parent in PARENTS.items() if parent == name))


@dataclass(frozen=True)
class Facts:
    """What was coded and read, and what follows from it by the plain definitions."""

    answers: list[Answer]
    codings: set[tuple[int, str, str]]  # response, theme, coder
    reviews: dict[tuple[int, str], int]  # response, coder: the codebook's revision
    coders: tuple[str, ...]

    def counting(self, participant: str) -> list[Answer]:
        return [a for a in self.answers if a.participant == participant and a.answered and a.current]

    def has(self, participant: str, theme: str, of: list[Answer]) -> bool:
        ids = {a.id for a in of if a.participant == participant}
        return any(r in ids and t in below(theme) and c in self.coders for r, t, c in self.codings)

    def read_under(self, participant: str) -> int | None:
        """The revision under which all answers were read, each by whoever knew most; None where one was not."""
        newest = [
            max((self.reviews[a.id, c] for c in self.coders if (a.id, c) in self.reviews), default=None)
            for a in self.counting(participant)
        ]
        return None if not newest or None in newest else min(n for n in newest if n is not None)

    def in_base(self, participant: str, theme: str, base: Base) -> bool:
        mine = [a for a in self.answers if a.participant == participant and a.current]
        if base is not Base.REVIEWED:
            return {Base.ALL: True, Base.ASKED: bool(mine), Base.ANSWERED: bool(self.counting(participant))}[base]
        revision = self.read_under(participant)
        coded = {t for _, t, c in self.codings if c in self.coders}
        gathers = {p for p in PARENTS.values() if p} - {t for r, t, c in self._counted() if c in self.coders}
        born = max(0 if t in gathers else BORN[t] for t in below(theme))
        assert coded <= set(PARENTS)
        return revision is not None and (revision >= born or self.has(participant, theme, self.counting(participant)))

    def _counted(self) -> Iterator[tuple[int, str, str]]:
        ids = {a.id for a in self.answers if a.answered and a.current}
        return (c for c in self.codings if c[0] in ids)


def write(session: Session, facts: Facts) -> None:
    """Put these codings and reviews in the project in place of those that are there."""
    r = schema.response.c
    with session.project.write() as connection:
        coder_ids = dict(connection.execute(select(schema.coder.c.name, schema.coder.c.id)).all())
        owner = dict(connection.execute(select(r.id, r.participant_id)).all())
        connection.execute(delete(schema.coding))
        connection.execute(delete(schema.review))
        shared = {"question_id": session.questions[0].id, "event": 1}
        for response, theme, coder in facts.codings:
            row = {"response_id": response, "participant_id": owner[response], "coder_id": coder_ids[coder]}
            row |= {"theme_id": theme_id(session, theme), "origin": "manual"}
            connection.execute(insert(schema.coding).values(**row, **shared))
        for (response, coder), revision in facts.reviews.items():
            row = {"response_id": response, "participant_id": owner[response], "coder_id": coder_ids[coder]}
            connection.execute(insert(schema.review).values(**row, revision=revision, **shared))


SITES = {"P0": "North", "P1": "North", "P2": "South", "P3": "South", "P4": "(not known)", "P5": "South", "P6": "North"}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_people_behind_a_figure_are_those_it_counts_by_every_cut(session: Session, data: st.DataObject) -> None:
    given = answers(session)
    ids, coders, names = st.sampled_from([a.id for a in given]), st.sampled_from(["Ana", "Ben"]), list(PARENTS)
    codings = data.draw(st.sets(st.tuples(ids, st.sampled_from(names), coders), max_size=14))
    reviews = data.draw(st.dictionaries(st.tuples(ids, coders), st.integers(0, 4), max_size=12))
    active = {c for _, _, c in codings} | {c for _, c in reviews}
    coder = data.draw(st.sampled_from(["", *sorted(active)]))
    facts = Facts(given, codings, reviews, (coder,) if coder else ("Ana", "Ben"))
    write(session, facts)
    question = session.questions[0].id
    base = data.draw(st.sampled_from(list(Base)))
    cut = Cut((question,), "site", coder, base)
    counted = tally(session.project, cut).questions[0]
    value = data.draw(st.sampled_from([None, *counted.groups]))
    here = counted.counted if value is None else counted.groups[value]
    everyone = [p for p in SITES if value in (None, SITES[p])]

    for name in names:
        behind = people_behind(session.project, cut, question, [theme_id(session, name)], value)
        expected = [p for p in everyone if facts.has(p, name, facts.counting(p)) and facts.in_base(p, name, base)]
        people = read_people(session.project, behind, behind.people)
        assert [p.name for p in people] == expected
        assert behind.figure.base == sum(facts.in_base(p, name, base) for p in everyone)
        figure = next(t for t in here.themes if t.theme_id == theme_id(session, name))
        assert (figure.participants, figure.base, figure.interval) == (
            len(behind.people),
            behind.figure.base,
            behind.figure.interval,
        )
        apart = {a.reason: [p.name for p in read_people(session.project, behind, a.people)] for a in behind.apart}
        assert figure.outside == len(apart.get(wording.UNREAD, []))
        rest = [p for p in everyone if facts.has(p, name, given) and p not in expected]
        assert sorted(name for names in apart.values() for name in names) == sorted(rest), (
            "whoever has it is in the figure or stands apart"
        )
        for person in people:
            assert {(q.response_id, q.coder) for q in person.quotes} == {
                (r, c)
                for r, t, c in codings
                if t in below(name) and c in facts.coders and r in {a.id for a in facts.counting(person.name)}
            }
            assert person.response_id in {a.id for a in facts.counting(person.name)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_two_themes_together_are_the_people_who_have_both(session: Session, data: st.DataObject) -> None:
    given = answers(session)
    names, ids = list(PARENTS), st.sampled_from([a.id for a in given])
    codings = data.draw(st.sets(st.tuples(ids, st.sampled_from(names), st.just("Ana")), min_size=1, max_size=14))
    reviews = data.draw(st.dictionaries(st.tuples(ids, st.just("Ana")), st.integers(0, 4), max_size=12))
    facts = Facts(given, codings, reviews, ("Ana", "Ben"))
    write(session, facts)
    question, base = session.questions[0].id, data.draw(st.sampled_from(list(Base)))
    found = co_occurrence(session.project, Cut(base=base), question)
    for one in names:
        for other in names:
            pair = [theme_id(session, one), theme_id(session, other)]
            both = [
                p
                for p in SITES
                if all(facts.has(p, t, facts.counting(p)) and facts.in_base(p, t, base) for t in (one, other))
            ]
            figure = found.figure(*pair)
            assert figure.participants == len(both)
            assert figure.base == sum(all(facts.in_base(p, t, base) for t in (one, other)) for p in SITES)
            behind = people_behind(session.project, Cut(base=base), question, pair)
            assert behind.figure == figure
            assert [p.name for p in read_people(session.project, behind, behind.people)] == both


def test_those_apart_are_named_with_the_reason_and_the_words(session: Session) -> None:
    given = answers(session)
    old, placeholder = (next(a for a in given if a.text == text) for text in ("an old text", "n/a"))
    unread = next(a for a in given if a.text == "three")
    codings = {(a.id, "Other", "Ana") for a in (old, placeholder, unread)}
    write(session, Facts(given, codings, {}, ("Ana",)))
    question = session.questions[0].id
    behind = people_behind(session.project, Cut(), question, [theme_id(session, "Other")])
    assert not behind.people and behind.figure.participants == 0
    apart = {a.reason: read_people(session.project, behind, a.people) for a in behind.apart}
    assert {reason: [p.name for p in people] for reason, people in apart.items()} == {
        wording.UNREAD: ["P2"],
        wording.NO_ANSWER: ["P3"],
        wording.REPLACED: ["P0"],
    }
    (reader,), (nobody,), (writer,) = apart.values()
    assert reader.response_id == unread.id and [q.text for q in reader.quotes] == ["three"]
    assert nobody.response_id is None and [q.text for q in nobody.quotes] == ["n/a"]
    new = next(a for a in given if a.text == "a new text")
    assert writer.response_id == new.id and not writer.quotes


def test_the_words_behind_a_figure_are_the_highlights_or_else_the_whole_response(session: Session) -> None:
    given = answers(session)
    write(session, Facts(given, set(), {}, ("Ana",)))
    first, second = (next(a.id for a in given if a.text == text) for text in ("three", "a new text"))
    left, lowest = theme_id(session, "Left"), theme_id(session, "Lowest")
    session.assign(first, left, Span(0, 2))
    session.assign(first, lowest, Span(2, 5))
    session.assign(second, lowest)
    cut = Cut(base=Base.ANSWERED)
    behind = people_behind(session.project, cut, session.questions[0].id, [theme_id(session, "Top")])
    people = read_people(session.project, behind, behind.people)
    assert [(p.name, [q.text for q in p.quotes]) for p in people] == [("P0", ["a new text"]), ("P2", ["th", "ree"])]


def test_a_theme_or_question_that_is_gone_can_not_be_opened_and_the_reason_is_said(session: Session) -> None:
    with pytest.raises(NotFoundError, match="theme"):
        people_behind(session.project, Cut(), session.questions[0].id, [999])
    with pytest.raises(NotFoundError, match="question"):
        people_behind(session.project, Cut(), 999, [theme_id(session, "Top")])
    with pytest.raises(NotFoundError, match="question"):
        co_occurrence(session.project, Cut(), 999)


def test_a_count_that_nobody_waits_for_stops(session: Session) -> None:
    for count in (
        lambda: tally(session.project, stopped=lambda: True),
        lambda: co_occurrence(session.project, Cut(), session.questions[0].id, stopped=lambda: True),
    ):
        with pytest.raises(StoppedError):
            count()


def test_groups_by_something_that_nearly_everybody_has_alone_are_refused(tmp_path: Path) -> None:
    rows = [(f"P{i}", QUESTION, f"text {i}", f"person{i}@example.org") for i in range(MOST_GROUPS + 1)]
    import_survey(table(tmp_path / "s.csv", LONG, *rows), tmp_path / "p.coder", SurveyRequest(), coder_name="Ana")
    with open_project(tmp_path / "p.coder") as project:
        with pytest.raises(RefusedError, match="more than 200 values"):
            tally(project, Cut(by="site"))
        assert tally(project).questions[0].counted.chain.asked == MOST_GROUPS + 1


def test_waves_and_groups_stand_side_by_side_with_the_themes_of_all(tmp_path: Path) -> None:
    header = ("participant_id", "question", "wave", "text", "site")
    rows = [(f"P{i}", QUESTION, wave, f"text {i}", "NS"[i % 2]) for i in range(4) for wave in ("2023", "2024")]
    import_survey(table(tmp_path / "s.csv", header, *rows), tmp_path / "p.coder", SurveyRequest(), coder_name="Ana")
    session = open_session(tmp_path / "p.coder", "Ana")
    for name in ("Everywhere", "Below"):
        session.create_theme(name, question_key=QUESTION)
    one, two = (q.id for q in session.questions)
    session.assign(session.queue(two)[0], theme_id(session, "Below"))
    found = side_by_side(tally(session.project, Cut((one, two), "site", base=Base.ALL)))
    assert [(c.question.wave, c.value) for c in found.columns] == [
        ("2023", None),
        ("2023", "N"),
        ("2023", "S"),
        ("2024", None),
        ("2024", "N"),
        ("2024", "S"),
    ]
    assert [theme.name for _, theme in found.rows] == ["Everywhere", "Below"]
    assert [c.figures[theme_id(session, "Below")].participants for c in found.columns] == [0, 0, 0, 1, 1, 0]
    session.project.close()
