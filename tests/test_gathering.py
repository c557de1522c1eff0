"""Highlight first, theme later: gathering by shared words, and one event for many highlights."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.domain.coding import Span
from coder.domain.gathering import OpenHighlight, gather, plain_words
from coder.errors import RefusedError
from coder.gathering import gather_by_lemma
from coder.session import Session, forget_participant, open_session
from coder.worker import Worker
from tests.projects import session_of, theme_id
from tests.test_session import state

TEXTS = {
    "P1": "The mentors were kind. Good food.",
    "P2": "A mentor who listened, kind people",
    "P3": "kindness of the staff",
    "P4": "My mentors",
}


def highlights(*said: tuple[int, str]) -> list[OpenHighlight]:
    return [OpenHighlight(at, at, person, f"P{person}", words) for at, (person, words) in enumerate(said)]


def grouped(*said: tuple[int, str]) -> list[tuple[str, list[int]]]:
    return [(g.word, [h.id for h in g.highlights]) for g in gather(highlights(*said), plain_words)]


def test_the_word_of_most_participants_gathers_first_and_each_highlight_is_in_one_group() -> None:
    said = (
        (1, "kind mentors"),
        (2, "mentors"),
        (3, "kind staff"),
        (4, "kind words"),
        (2, "mentors again"),
        (5, "lunch"),
    )
    assert grouped(*said) == [("kind", [0, 2, 3]), ("mentors", [1, 4]), ("", [5])]


def test_one_persons_many_highlights_weigh_less_than_two_peoples_two() -> None:
    said = ((1, "lunch break"), (1, "lunch room"), (1, "lunch time"), (2, "quiet place"), (3, "quiet hour"))
    assert [word for word, _ in grouped(*said)] == ["quiet", "lunch"]


def test_short_words_are_left_out_where_there_are_longer_ones() -> None:
    assert plain_words("All of the MENTORS") == ["mentors"] and plain_words("so so") == ["so", "so"]
    assert plain_words("12 !!") == []


@given(st.lists(st.tuples(st.integers(1, 4), st.text("abc ", max_size=8))))
def test_every_highlight_is_in_exactly_one_group(said: list[tuple[int, str]]) -> None:
    groups = gather(highlights(*said), lambda words: words.split())
    assert sorted(h.id for g in groups for h in g.highlights) == list(range(len(said)))
    assert all(len(g.highlights) > 1 for g in groups if g.word)
    assert [g.word for g in groups].count("") <= 1


def marked(folder: Path) -> tuple[Session, list[OpenHighlight]]:
    """Ana has highlighted something in each response, and coded nothing."""
    session = session_of(folder, TEXTS, ["Support", "Other"])
    for response in session.queue():
        text = session.view(response).response.text
        for word in ("mentors", "mentor", "kind", "kindness"):
            at = text.find(word)
            if at >= 0 and not text[at + len(word) : at + len(word) + 1].isalpha():
                session.mark(response, Span(at, at + len(word)))
    return session, session.open_highlights(session.questions[0].id)


def test_open_highlights_are_ones_own_without_a_theme_and_hide_masked_words(tmp_path: Path) -> None:
    session, found = marked(tmp_path)
    assert [(h.participant, h.words) for h in found] == [
        *(("P1", "mentors"), ("P1", "kind"), ("P2", "mentor"), ("P2", "kind"), ("P3", "kindness"), ("P4", "mentors")),
    ]
    session.assign(found[-1].response_id, theme_id(session, "Support"), Span(3, 10))
    session.mask(found[0].response_id, Span(4, 11))
    assert session.open_highlights(session.questions[0].id)[0].words == "▇▇▇▇▇▇▇"
    assert len(session.open_highlights(session.questions[0].id)) == len(found) - 1
    assert open_session(session.project.path, "Ben").open_highlights(session.questions[0].id) == []


def test_the_lemma_gathers_what_plain_words_do_not(tmp_path: Path) -> None:
    session, _ = marked(tmp_path)
    question = session.questions[0].id
    by_lemma = {g.word: g.people for g in gather_by_lemma(session.project, session.coder_id, question)}
    assert by_lemma["mentor"] == 3
    by_word = gather(session.open_highlights(question), plain_words)
    assert next(g.people for g in by_word if g.word == "mentors") == 2


def test_the_helper_answers_with_the_groups_by_lemma(tmp_path: Path) -> None:
    session, found = marked(tmp_path)
    asked = {"id": 1, "do": "gather", "coder": session.coder_id, "question": session.questions[0].id}
    groups = dict(Worker(session.project).answer(asked)["groups"])
    assert groups["mentor"] == [h.id for h in found if h.words.startswith("mentor")]


@pytest.mark.parametrize("theme", ["Support", "Brand new"])
def test_many_highlights_get_a_theme_in_one_event_and_each_response_counts_once(tmp_path: Path, theme: str) -> None:
    session, found = marked(tmp_path)
    before = state(session)
    known = theme_id(session, theme) if theme == "Support" else theme
    done = session.assign_many([h.id for h in found], known)
    after = state(session)
    assert done.changed and "highlights 6, participants 4, each counted once" in done.message
    given = theme_id(session, theme)
    assert session.counts(session.questions[0].id)[given] == 4
    for response in session.queue():
        view = session.view(response)
        (coding,) = view.codings
        assert coding.theme_id == given and set(coding.highlight_ids) == {m.highlight_id for m in view.marked}
    assert session.open_highlights(session.questions[0].id) == []
    assert not session.assign_many([h.id for h in found], given).changed
    session.undo()
    assert state(session) == before
    session.redo()
    assert state(session) == after


def test_highlights_that_are_gone_or_a_theme_that_does_not_serve_are_refused(tmp_path: Path) -> None:
    session, found = marked(tmp_path)
    with pytest.raises(RefusedError, match="gone"):
        session.assign_many([999], theme_id(session, "Support"))
    elsewhere = session.create_theme("Elsewhere", question_key="another").theme_id or 0
    with pytest.raises(RefusedError, match="does not serve"):
        session.assign_many([found[0].id], elsewhere)
    ben = open_session(session.project.path, "Ben")
    with pytest.raises(RefusedError, match="gone"):
        ben.assign_many([found[0].id], theme_id(session, "Support"))


def test_a_person_is_forgotten_out_of_a_gathering_which_others_can_still_undo(tmp_path: Path) -> None:
    session, found = marked(tmp_path)
    session.assign_many([h.id for h in found], "Kindness")
    path = session.project.path
    session.project.close()
    forget_participant(path, "P1")
    session = open_session(path, "Ana")
    assert session.counts(session.questions[0].id)[theme_id(session, "Kindness")] == 3
    session.undo()
    assert len(session.open_highlights(session.questions[0].id)) == 4
    session.redo()
    assert session.counts(session.questions[0].id)[theme_id(session, "Kindness")] == 3
