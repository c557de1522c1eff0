"""What a project's suggestions are learnt from, kept as, and when they are out of date."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.domain.coding import Ground
from coder.errors import NotEnoughError
from coder.session import Session
from coder.store import schema, suggestions
from coder.suggesting import Learner, SuggestionRun
from tests.projects import session_of, state, theme_id

TEXTS = {
    **{f"L{i}": f"lunch was lovely {i}" for i in range(12)},
    **{f"M{i}": f"kind mentors helped me {i}" for i in range(12)},
    **{f"Q{i}": f"a quiet desk {i}" for i in range(6)},
}


def coded(folder: Path, reviewed: int = 12) -> Session:
    """Every second response of the first so many of each kind is coded and reviewed."""
    session = session_of(folder, TEXTS, ["Catering", "Mentors"])
    for i, entry in enumerate(session.entries(session.queue())):
        if i % 2 == 0 and i < 2 * reviewed:
            name = {"L": "Catering", "M": "Mentors"}.get(entry.participant[0])
            if name is not None:
                session.assign(entry.response_id, theme_id(session, name))
            session.review(entry.response_id)
    return session


def run_all(session: Session, **options: int) -> list[tuple]:
    run = SuggestionRun(session.project)
    return [(s.suggestion, s.participant, s.evidence) for page in run.suggest_all(**options) for s in run.words(page)]


def test_before_the_first_review_suggestions_come_from_the_codebook(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Catering", "Mentors"])
    found = run_all(session)
    assert {participant[0] for _, participant, _ in found} == {"M"}
    assert {s.ground for s, _, _ in found} == {Ground.CODEBOOK}
    mentor = next(e.response_id for e in session.entries(session.queue()) if e.participant == "M0")
    assert session.view(mentor).suggestions[0].ground is Ground.CODEBOOK


def test_the_same_project_gives_the_same_suggestions_to_the_byte_however_many_processes_read(tmp_path: Path) -> None:
    session = coded(tmp_path)
    once = run_all(session)
    assert once
    assert repr(run_all(session)) == repr(once), "by the stored model"
    with session.project.write() as connection:
        connection.execute(schema.model.update().values(arrays=None))
    assert repr(run_all(session)) == repr(once), "trained anew"
    assert repr(run_all(session, jobs=2)) == repr(once)


def test_a_refit_that_remembers_is_a_fit_from_nothing_to_the_byte(tmp_path: Path) -> None:
    session = coded(tmp_path, 6)
    learner = Learner(session.project)
    learner.learn()
    for response in session.queue()[12:18]:
        session.review(response)
        kept, fresh = learner.learn().suggester, Learner(session.project).learn().suggester
        assert kept.linear.dual.tobytes() == fresh.linear.dual.tobytes()
        assert kept.decision.threshold.tobytes() == fresh.decision.threshold.tobytes()


def test_a_stored_model_is_used_until_something_is_done(tmp_path: Path) -> None:
    session = coded(tmp_path)
    run_all(session)
    assert Learner(session.project).learn().model_id is not None
    session.review(session.queue()[1])
    assert Learner(session.project).learn().model_id is None


def test_a_poisoned_model_is_refused_and_another_trained(tmp_path: Path) -> None:
    session = coded(tmp_path)
    once = run_all(session)
    with session.project.write() as connection:
        connection.execute(schema.model.update().values(arrays=b"\x80\x04cos\nsystem\n"))
    run = SuggestionRun(session.project)
    assert "can't be used" in run.notice
    again = [(s.suggestion, s.participant, s.evidence) for page in run.suggest_all() for s in run.words(page)]
    assert repr(again) == repr(once)


def test_what_comes_next_is_suggested_first_and_the_rest_follows(tmp_path: Path) -> None:
    session = coded(tmp_path)
    open_ones = [e.response_id for e in session.entries(session.queue()) if not e.reviewed]
    run = SuggestionRun(session.project)
    run.suggest(open_ones[:3])
    assert [session.view(i).unread for i in open_ones[:5]] == [False, False, False, True, True]
    list(run.suggest_rest())
    assert not any(session.view(i).unread for i in open_ones)
    assert run.suggested == len(run_all(session))


def test_no_answer_of_an_older_model_is_shown(tmp_path: Path) -> None:
    session = coded(tmp_path)
    open_ones = [e.response_id for e in session.entries(session.queue()) if not e.reviewed]
    old = SuggestionRun(session.project)
    list(old.suggest_rest())
    shown = next(i for i in open_ones if session.view(i).suggestions)
    session.review(next(i for i in open_ones if i != shown))
    new = SuggestionRun(session.project)
    new.suggest([i for i in open_ones if i != shown][:1])
    assert session.view(shown).unread and not session.view(shown).suggestions
    assert old.suggest([shown]) == 0, "a model that was overtaken keeps nothing"
    assert not session.view(shown).suggestions
    new.suggest([shown])
    assert session.view(shown).suggestions


def test_a_rejection_is_a_negative_once_its_response_is_reviewed(tmp_path: Path) -> None:
    """Mentors is refused for lunch texts that were read before the theme: only the refusal says that it is absent."""
    session = coded(tmp_path)
    late = session.create_theme("Lovely things", question_key="What was good?").theme_id
    reviewed = [e.response_id for e in session.entries(session.queue()) if e.reviewed]
    unreviewed = [e.response_id for e in session.entries(session.queue()) if not e.reviewed]

    def known() -> int:
        model = Learner(session.project).learn().suggester
        column = list(model.left_out.theme_ids).index(late)
        return int((model.left_out.scores[:, column] == model.left_out.scores[:, column]).sum())

    assert known() == 0
    session.reject(reviewed[0], late)
    assert known() == 1
    session.reject(unreviewed[0], late)
    assert known() == 1
    session.review(unreviewed[0])
    assert known() == 2


def test_after_an_import_the_new_words_are_read(tmp_path: Path) -> None:
    from coder.imports import SurveyRequest, import_survey
    from tests.projects import survey_file

    session = coded(tmp_path)
    learner = Learner(session.project)
    before = learner.learn().suggester.features.size
    more = {**TEXTS, "N1": "xylophones everywhere"}
    import_survey(survey_file(tmp_path, more), session.project.path, SurveyRequest(), coder_name="Ana")
    session.changed()
    assert learner.learn().suggester.features.size > before


def test_an_import_that_the_model_has_read_is_undone_and_done_again(tmp_path: Path) -> None:
    from coder.imports import SurveyRequest, import_survey
    from tests.projects import survey_file

    session = coded(tmp_path)
    before = state(session)["response"]
    more = {**TEXTS, "N1": "lunch was lovely"}
    import_survey(survey_file(tmp_path, more), session.project.path, SurveyRequest(), coder_name="Ana")
    session.changed()
    (new,) = [e.response_id for e in session.entries(session.queue()) if e.participant == "N1"]
    run_all(session)
    assert session.view(new).suggestions
    session.undo()
    assert state(session)["response"] == before
    session.redo()
    assert session.view(new).suggestions == ()


def test_a_project_without_themes_says_so_and_stays_as_it_was(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    before = session.project.last_event()
    with pytest.raises(NotEnoughError, match="no themes"):
        SuggestionRun(session.project)
    assert session.project.last_event() == before
    with session.project.read() as connection:
        assert suggestions.newest_model(connection) == 0


@given(st.lists(st.sampled_from(["a b", "b c", "🙂", "\x1b[31m", "lunch lunch", "=HYPERLINK(1)", "مرحبا"]), max_size=6))
@settings(max_examples=8, deadline=None)
def test_any_texts_can_be_read(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    session = session_of(folder, {**TEXTS, **{f"X{i}": t for i, t in enumerate(texts)}}, ["Lunch", "[red]a[/]"])
    for suggestion, _, words in run_all(session):
        view = session.view(suggestion.response_id)
        assert all(word in view.response.text for word in words)
