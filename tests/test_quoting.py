"""Which quotes stand for a theme, and that each is what the participant wrote."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from coder.analysis.tally import tally
from coder.domain.coding import Span
from coder.quoting import Choice, Chosen, choose, representative
from coder.session import Session, open_session
from tests.projects import session_of, small_project, theme_id

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
