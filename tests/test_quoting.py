"""Which quotes stand for a theme, and that each is what the participant wrote."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from coder import quoting
from coder.analysis.tally import tally
from coder.domain.coding import MASK, Span
from coder.domain.tally import Base
from coder.errors import NotFoundError, ProjectError, RefusedError
from coder.imports import SurveyRequest, import_codings, import_survey
from coder.language.excerpts import Excerpt, excerpt
from coder.quoting import Choice, Chosen, choose, representative, rule
from coder.session import Session, forget_participant, open_session
from coder.store import quotable, schema
from coder.store.quotable import read_quotable
from tests.cli.commands import survey, table
from tests.projects import QUESTION, session_of, small_project, survey_file, theme_id

GOOD = "The mentors were patient and kind to everybody here"  # 51 characters
USUAL = Choice()


def coded(
    folder: Path, texts: Mapping[str, str], themes: Mapping[str, Mapping[str, str]], below: Mapping[str, str] = {}
) -> Session:
    """A project whose responses Ana reviewed: for each theme, the words that she highlighted (none: the whole)."""
    session = session_of(folder, texts, list(themes))
    for child, parent in below.items():
        session.move_theme(theme_id(session, child), theme_id(session, parent))
    by_name = {session.view(i).participant.external_id: i for i in session.queue()}
    for theme, words in themes.items():
        for who, marked in words.items():
            response = by_name[who]
            start = texts[who].index(marked)
            span = Span(start, start + len(marked)) if marked else None
            session.assign(response, theme_id(session, theme), span)
    for response in by_name.values():
        session.review(response)
    return session


def quotes(session: Session, theme: str, choice: Choice = USUAL) -> tuple[Chosen, ...]:
    question = session.questions[0].id
    return representative(session.project, question, theme_id(session, theme), choice)


def who(chosen: Sequence[Chosen]) -> list[str]:
    return [quote.own_id for quote in chosen]


def response_of(session: Session, name: str) -> int:
    return next(i for i in session.queue() if session.view(i).participant.external_id == name)


def test_the_quotes_of_a_theme_are_the_words_of_those_it_counts(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD, "b": GOOD, "c": GOOD}, {"Mentors": {"a": "mentors", "c": ""}})
    session.unreview(response_of(session, "c"))
    (quote,) = quotes(session, "Mentors")
    assert (quote.own_id, quote.text, quote.is_whole) == ("a", GOOD, True)
    assert [words for words, marked in quote.stretches() if marked] == ["mentors"]
    assert "".join(words for words, _ in quote.stretches()) == GOOD


def test_the_same_project_gives_the_same_quotes_and_another_seed_others(tmp_path: Path) -> None:
    texts = {f"x{i}": f"{GOOD}, number {i}" for i in range(40)}
    session = coded(tmp_path, texts, {"Mentors": dict.fromkeys(texts, "mentors")})
    first = quotes(session, "Mentors")
    assert len(first) == 3 and first == quotes(open_session(session.project.path, "Ana"), "Mentors")
    assert who(first) != who(quotes(session, "Mentors", Choice(seed=2)))
    assert who(quotes(session, "Mentors", Choice(most=5)))[:3] == who(first)


def test_every_quote_of_the_sample_survey_is_in_its_response_and_of_someone_counted(tmp_path: Path) -> None:
    session = open_session(small_project(tmp_path / "sample.coder"), "Ana")
    found = 0
    for counted in tally(session.project).questions:
        quoted = choose(session.project, counted.question.id, Choice(most=4))
        for theme in counted.counted.themes:
            here = quoted.themes[theme.theme_id]
            assert here.participants == theme.participants
            assert len(here.quotes) == min(4, theme.participants)
            assert len({q.participant_id for q in here.quotes}) == len(here.quotes)
            for quote in here.quotes:
                text = session.view(quote.response_id).response.text
                assert all(piece.strip() in text for piece in quote.text.split("[…]"))
                assert set(quote.theme_ids) <= set(session.codebook.below(theme.theme_id))
                found += 1
    assert found > 30


def test_starred_quotes_come_first_and_are_whole(tmp_path: Path) -> None:
    long = f"{GOOD}. " * 20
    texts = {f"x{i}": f"{GOOD}, number {i}" for i in range(10)} | {"long": long, "short": "Mentors"}
    words = dict.fromkeys(texts, "mentors") | {"short": "", "long": ""}
    session = coded(tmp_path, texts, {"Mentors": words})
    session.star(response_of(session, "short"))
    session.star(response_of(session, "long"))
    found = quotes(session, "Mentors")
    assert {q.own_id for q in found[:2]} == {"short", "long"} and [q.starred for q in found] == [True, True, False]
    assert {q.text for q in found[:2]} == {"Mentors", long.strip()} and all(q.is_whole for q in found)
    quoted = choose(session.project, session.questions[0].id, Choice(most=1))
    assert quoted.themes[theme_id(session, "Mentors")].starred_left == 1


def test_a_starred_stretch_is_whole_in_the_excerpt_however_long_it_is(tmp_path: Path) -> None:
    long = f"{GOOD}. " * 20
    session = coded(tmp_path, {"a": long}, {"Mentors": {"a": long[:500]}})
    (cut,) = quotes(session, "Mentors")
    assert len(cut.text) <= 300 and cut.text.endswith("[…]") and not cut.is_whole
    session.star(response_of(session, "a"), Span(0, 500))
    (whole,) = quotes(session, "Mentors")
    assert whole.text.startswith(long[:500]) and whole.spans == (Span(0, 500),)


def test_nobody_is_quoted_twice_before_all_are_once(tmp_path: Path) -> None:
    answers = [("a", QUESTION, f"{GOOD}, part {n}") for n in range(5)] + [("b", QUESTION, "Mentors")]
    path = tmp_path / "parts.coder"
    import_survey(survey(tmp_path, answers), path, SurveyRequest(), coder_name="Ana")
    session = open_session(path, "Ana")
    theme = session.create_theme("Mentors", question_key=QUESTION).theme_id
    for response in session.queue():
        session.assign(response, theme)
        session.review(response)
    for seed in range(20):
        found = quotes(session, "Mentors", Choice(seed=seed))
        assert sorted(who(found[:2])) == ["a", "b"] and found[2].own_id == "a"
    assert len({q.text for q in quotes(session, "Mentors", Choice(most=9))}) == 6


def test_a_quote_within_the_bounds_goes_before_a_shorter_one(tmp_path: Path) -> None:
    texts = {f"short{i}": "Mentors" for i in range(30)} | {"a": GOOD, "b": GOOD, "long": f"{GOOD}. " * 20}
    session = coded(tmp_path, texts, {"Mentors": dict.fromkeys(texts, "")})
    assert sorted(who(quotes(session, "Mentors"))) == ["a", "b", "long"]
    assert sorted(who(quotes(session, "Mentors", Choice(most=4))))[:3] == ["a", "b", "long"]


def test_somebody_else_speaks_for_the_next_theme(tmp_path: Path) -> None:
    texts = {f"x{i}": f"{GOOD}, number {i}" for i in range(6)}
    themes = ["One", "Two", "Three"]
    session = coded(tmp_path, texts, {theme: dict.fromkeys(texts, "") for theme in themes})
    for seed in range(10):
        quoted = choose(session.project, session.questions[0].id, Choice(most=2, seed=seed))
        assert len({q.own_id for q in quoted.all()}) == 6
        for theme in themes:  # alone as in the whole
            alone = representative(session.project, quoted.question.id, theme_id(session, theme), Choice(2, seed))
            assert alone == quoted.themes[theme_id(session, theme)].quotes


def test_a_parent_speaks_with_the_words_of_those_below_it(tmp_path: Path) -> None:
    texts = {"a": GOOD, "b": GOOD, "c": GOOD}
    words = {"People": {}, "Mentors": {"a": "mentors"}, "Peers": {"b": "everybody", "a": "kind"}}
    session = coded(tmp_path, texts, words, {"Mentors": "People", "Peers": "People"})
    found = {q.own_id: q for q in quotes(session, "People")}
    assert sorted(found) == ["a", "b"]
    assert [w for w, marked in found["a"].stretches() if marked] == ["mentors", "kind"]
    assert set(found["a"].theme_ids) == {theme_id(session, "Mentors"), theme_id(session, "Peers")}


def test_overlapping_codings_of_several_coders_are_one_quote(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD}, {"Mentors": {"a": "mentors were"}})
    other = open_session(session.project.path, "Ben")
    start = GOOD.index("were")
    other.assign(response_of(session, "a"), theme_id(session, "Mentors"), Span(start, start + 12))
    (quote,) = quotes(session, "Mentors")
    assert [w for w, marked in quote.stretches() if marked] == ["mentors were patient"]
    (alone,) = quotes(session, "Mentors", Choice(coder="Ana"))
    assert [w for w, marked in alone.stretches() if marked] == ["mentors were"]


def test_what_does_not_count_is_not_quoted(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD, "b": GOOD, "n": "n/a"}, {"Mentors": {"a": "", "b": ""}, "Gone": {"a": ""}})
    session.unreview(response_of(session, "b"))
    assert who(quotes(session, "Mentors")) == ["a"]
    assert sorted(who(quotes(session, "Mentors", Choice(base=Base.ANSWERED)))) == ["a", "b"]
    gone = theme_id(session, "Gone")
    session.archive_theme(gone)
    with pytest.raises(NotFoundError):
        representative(session.project, session.questions[0].id, gone)


def test_masked_words_are_blocks_and_the_highlights_stay_where_they_are(tmp_path: Path) -> None:
    text = "Anna Berg was patient and kind to everybody here"
    session = coded(tmp_path, {"a": text}, {"Mentors": {"a": "Berg was patient"}})
    response = response_of(session, "a")
    session.mask(response, Span(0, 9))
    (quote,) = quotes(session, "Mentors")
    assert quote.text == MASK * 9 + text[9:]
    assert [w for w, marked in quote.stretches() if marked] == [MASK * 4 + " was patient"]
    assert session.view(response).response.text == text


def test_what_is_masked_altogether_is_not_quoted(tmp_path: Path) -> None:
    text = "Anna Berg was patient, and so on and on, to everybody"
    session = coded(tmp_path, {"a": text, "b": GOOD}, {"Mentors": {"a": "Anna Berg", "b": ""}})
    session.mask(response_of(session, "a"), Span(0, 9))
    assert who(quotes(session, "Mentors")) == ["b"]
    session.star(response_of(session, "a"), Span(0, 9))
    assert who(quotes(session, "Mentors")) == ["b"]
    session.assign(response_of(session, "a"), theme_id(session, "Mentors"), Span(10, 21))
    assert sorted(who(quotes(session, "Mentors"))) == ["a", "b"]
    session.mask(response_of(session, "b"), Span(0, len(GOOD)))
    assert who(quotes(session, "Mentors")) == ["a"]


def test_a_star_counts_where_it_is_on_words_that_show(tmp_path: Path) -> None:
    text = "Anna Berg, 😀 and nobody else, as it happened to be"
    session = coded(tmp_path, {"a": text}, {"Mentors": {"a": "😀"}})
    session.star(response_of(session, "a"), Span(11, 12))
    session.mask(response_of(session, "a"), Span(0, 9))
    (quote,) = quotes(session, "Mentors")
    assert quote.starred and [w for w, marked in quote.stretches() if marked] == ["😀"]


def test_a_quote_that_is_not_in_its_response_is_refused(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD}, {"Mentors": {"a": "mentors"}})
    with session.project.write() as connection:
        connection.execute(update(schema.highlight).values(end=500))
    with pytest.raises(ProjectError, match="not the exact text"):
        quotes(session, "Mentors")


def test_the_printed_text_is_checked_against_the_response(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = coded(tmp_path, {"a": GOOD}, {"Mentors": {"a": "mentors"}})

    def altered(text: str, *args: Any, **how: Any) -> Excerpt:
        found = excerpt(text, *args, **how)
        return replace(found, text=found.text.replace("patient", "Patient"))

    monkeypatch.setattr(quoting, "excerpt", altered)
    with pytest.raises(ProjectError, match="not the exact text"):
        quotes(session, "Mentors")


@pytest.mark.parametrize(("ids", "called"), [(["P1", "P007"], ["P1", "P007"]), (["x", "P2"], ["P01", "P02"])])
def test_speakers_are_called_by_pseudonyms_unless_their_ids_are_such(
    tmp_path: Path, ids: list[str], called: list[str]
) -> None:
    session = coded(tmp_path, dict.fromkeys(ids, GOOD), {"Mentors": dict.fromkeys(ids, "")})
    assert {q.own_id: q.who for q in quotes(session, "Mentors")} == dict(zip(ids, called, strict=True))
    assert {q.who for q in quotes(session, "Mentors", Choice(own_ids=True))} == set(ids)


def test_pseudonyms_stay_when_others_come_and_when_one_is_erased(tmp_path: Path) -> None:
    session = coded(tmp_path, {"x": GOOD, "y": GOOD}, {"Mentors": {"x": "", "y": ""}})
    assert {q.own_id: q.who for q in quotes(session, "Mentors")} == {"x": "P01", "y": "P02"}
    more = {f"z{i}": GOOD for i in range(120)}
    import_survey(survey_file(tmp_path, more), session.project.path, SurveyRequest(), coder_name="Ana")
    forget_participant(session.project.path, "x", "Ana")
    assert [(q.own_id, q.who) for q in quotes(session, "Mentors")] == [("y", "P02")]
    session.assign(response_of(session, "z119"), theme_id(session, "Mentors"))
    session.review(response_of(session, "z119"))
    assert {q.own_id: q.who for q in quotes(session, "Mentors")} == {"y": "P02", "z119": "P122"}


@pytest.mark.parametrize(("shortest", "longest"), [(0, 39), (301, 300)])
def test_lengths_that_leave_no_room_are_refused(shortest: int, longest: int) -> None:
    with pytest.raises(RefusedError, match="No quote can be"):
        Choice(shortest=shortest, longest=longest)


def test_the_rule_is_told_as_it_was_chosen() -> None:
    told = rule(Choice(most=1, seed=7, shortest=20, longest=100))
    assert all(words in told for words in ("At most 1 quote of", "20 to 100 characters", "seed 7", MASK, "[…]"))


HOSTILE = st.text(min_size=1, max_size=400).filter(lambda t: bool(t.strip()) and t.strip().casefold() != "n/a")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.lists(HOSTILE, min_size=1, max_size=4))
def test_whatever_is_written_marked_and_masked_quotes_are_exact(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, texts: list[str]
) -> None:
    session = session_of(
        tmp_path_factory.mktemp("hostile"), {f"x{i}": text for i, text in enumerate(texts)}, ["Theme", "Other"]
    )
    ids = [theme_id(session, "Theme"), theme_id(session, "Other")]
    masks = {}
    for response in session.queue():
        text = session.view(response).response.text
        spans = st.builds(lambda a, b: Span(min(a, b), max(a, b) + 1), *[st.integers(0, len(text) - 1)] * 2)
        for span in data.draw(st.lists(st.one_of(st.none(), spans), min_size=1, max_size=3)):
            session.assign(response, data.draw(st.sampled_from(ids)), span)
        masks[response] = data.draw(st.lists(spans, max_size=3))
        for span in masks[response]:
            session.mask(response, span)
        session.review(response)
    for quote in choose(session.project, session.questions[0].id, Choice(shortest=0, longest=60)).all():
        text = session.view(quote.response_id).response.text
        hidden = {o for span in masks[quote.response_id] for o in range(span.start, span.end)}
        shown = "".join(MASK if o in hidden else char for o, char in enumerate(text))
        assert len(quote.text) <= 60
        assert quote.text == shown.strip() if quote.is_whole else is_excerpt(quote.text, shown.strip())
        assert all(0 <= span.start < span.end <= len(quote.text) for span in quote.spans)


def is_excerpt(printed: str, text: str) -> bool:
    """Whether the printed text is pieces of the text in their order, with marks in the places of the rest."""
    pattern = ".*?".join(re.escape(piece) for piece in re.split(r" ?\[…\] ?", printed))
    return re.search(pattern, text, re.DOTALL) is not None


@pytest.mark.parametrize(("text", "read"), [(GOOD, 100), ("Mentors", 1_000)], ids=["long enough", "too short"])
def test_of_a_large_theme_only_as_many_are_read_as_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, read: int
) -> None:
    path = tmp_path / "large.coder"
    people = [(f"x{i}", QUESTION, text) for i in range(1_500)]
    import_survey(survey(tmp_path, people), path, SurveyRequest(), coder_name="Ana")
    session = open_session(path, "Ana")
    session.create_theme("Mentors")
    header = ("participant_id", "question", "theme")
    codings = table(tmp_path / "codings.csv", header, *((who, QUESTION, "Mentors") for who, _, _ in people))
    import_codings(codings, path, coder_name="Ana")
    asked: list[int] = []

    def counted(connection: Any, question: int, themes: Any, people: Sequence[int], **how: Any) -> Any:
        asked.extend(people)
        return read_quotable(connection, question, themes, people, **how)

    monkeypatch.setattr(quotable, "read_quotable", counted)
    session.changed()
    assert len(quotes(session, "Mentors")) == 3
    assert len(asked) == len(set(asked)) == read


def test_quotes_are_found_by_the_people_however_large_their_theme_is(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD}, {"Mentors": {"a": "mentors"}})
    plans: list[str] = []
    with session.project.read() as connection:

        def explain(conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            if not statement.startswith("EXPLAIN"):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.extend(row[3] for row in rows)

        event.listen(connection.engine, "before_cursor_execute", explain)
        assert read_quotable(connection, 1, [1], [1])
        event.remove(connection.engine, "before_cursor_execute", explain)
    assert any("coding USING COVERING INDEX sqlite_autoindex_coding_1 (response_id" in plan for plan in plans)
    assert not any(plan.startswith("SCAN") for plan in plans)
