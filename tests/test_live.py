"""The figures beside the text: what is followed by the log is what a recount gives."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder.domain.coding import Span
from coder.domain.log import Kind
from coder.imports import SurveyRequest, import_survey
from coder.live import Figures, Progress
from coder.session import Session, open_session
from coder.store import codebook, events
from coder.store.forget import forget
from tests.cli.commands import table
from tests.projects import QUESTION, theme_id
from tests.test_session import ACTS, SHAPING, perform

OTHER = "What was bad?"
ROWS = [
    ("P1", QUESTION, "Great people"),
    ("P1", QUESTION, "and great food"),
    ("P1", OTHER, "The food was cold"),
    ("P2", QUESTION, "The food"),
    ("P2", OTHER, "nothing at all"),
    ("P3", QUESTION, "n/a"),
    ("P4", QUESTION, "People who listen"),
    ("P4", QUESTION, ""),
]


def survey(folder: Path, name: str = "parts", rows: list[tuple[str, str, str]] = ROWS) -> Path:
    """People who gave several answers to a question, and one who gave none."""
    import_survey(
        table(folder / f"{name}.csv", ("participant_id", "question", "text"), *rows),
        folder / "parts.coder",
        SurveyRequest(),
        coder_name="Ana",
    )
    return folder / "parts.coder"


@pytest.fixture
def ana(tmp_path: Path) -> Session:
    session = open_session(survey(tmp_path), "Ana")
    for name in ("A", "B"):
        below = session.create_theme(name).theme_id
        session.create_theme(f"{name} below", parent_id=below)
    return session


def counted(session: Session) -> list[Figures]:
    return [session.figures(q.id) for q in session.questions]


def test_a_participant_counts_once_however_many_answers_have_the_theme_or_one_below(ana: Session) -> None:
    question = ana.questions[0].id
    first, second, third, fourth = ana.queue(question)
    upper, lower = theme_id(ana, "A"), theme_id(ana, "A below")
    figures = ana.figures(question)
    assert figures.progress == Progress(4, 0)
    for response, theme, expected in ((first, lower, 1), (second, upper, 1), (third, upper, 2), (fourth, lower, 3)):
        ana.assign(response, theme)
        figures = ana.figures_since(figures)
        assert figures is not None and figures.participants[upper] == expected
    ana.unassign(first, lower)
    figures = ana.figures_since(figures)
    assert figures is not None and (figures.participants[upper], figures.participants[lower]) == (3, 1)
    ana.unassign(second, upper)
    figures = ana.figures_since(figures)
    assert figures is not None and figures.participants[upper] == 2


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from((*ACTS, *ACTS, *SHAPING, "undo", "undo", "redo")),
            st.integers(0, 40),
            st.sampled_from(("Ana", "Ana", "Ben")),
        ),
        max_size=16,
    ),
    st.integers(1, 4),
)
def test_following_the_log_gives_what_a_recount_gives(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int, str]], each: int
) -> None:
    path = survey(tmp_path_factory.mktemp("figures"))
    sessions = {name: open_session(path, name) for name in ("Ana", "Ben")}
    ana = sessions["Ana"]
    ana.create_theme("A", question_key=QUESTION)
    ana.create_theme("A below", parent_id=ana.create_theme("B").theme_id)
    try:
        known = counted(ana)
        for number, (act, pick, who) in enumerate(acts, 1):
            perform(sessions[who], act, pick)
            ana.changed()
            if number % each:
                continue  # several events at a time are followed as well as one
            recounted = counted(ana) if ana.questions else []
            for at, new in enumerate(recounted):
                old = next((f for f in known if f.question_id == new.question_id), None)
                followed = ana.figures_since(old) if old else None
                assert followed in (None, new), (act, at)
            known = recounted
    finally:
        for session in sessions.values():
            session.project.close()


@pytest.mark.parametrize("act", [*ACTS, "create", "edit", "undo", "redo"])
def test_what_a_coder_does_all_day_is_followed_never_counted_anew(ana: Session, act: str) -> None:
    first, theme = ana.queue()[0], theme_id(ana, "A")
    ana.assign(first, theme)
    ana.in_vivo(first, Span(0, 5))
    if act == "redo":
        ana.undo()
    known = counted(ana)
    perform(ana, act, 0)
    assert [ana.figures_since(f) for f in known] == counted(ana)


def test_imports_erasures_and_themes_that_were_moved_or_put_away_are_counted_anew(ana: Session) -> None:
    def archive() -> None:
        with events.acting(ana.project, ana.coder_id, Kind.EDIT_THEME, theme="A", fields="archived") as recorder:
            codebook.change_theme(recorder, theme_id(ana, "A"), {"archived": 1})

    question = ana.questions[0].id
    ana.assign(ana.queue(question)[0], theme_id(ana, "A"))
    for act in (
        lambda: survey(ana.project.path.parent, "more", [("P9", QUESTION, "Something else")]),
        lambda: ana.move_theme(theme_id(ana, "B below"), theme_id(ana, "A")),
        archive,
        ana.undo,
        lambda: forget(ana.project, "P2", ana.coder_id),
    ):
        known = ana.figures(question)
        act()
        ana.changed()
        assert ana.figures_since(known) is None
        assert ana.figures_since(ana.figures(question)) == ana.figures(question)


def test_an_older_answer_that_is_coded_and_reviewed_counts_no_more(ana: Session) -> None:
    question = ana.questions[0].id
    third = ana.queue(question)[2]
    ana.assign(third, theme_id(ana, "A"))
    ana.review(third)
    survey(ana.project.path.parent, "new", [("P2", QUESTION, "n/a")])
    known = ana.figures(question)
    assert (known.progress, known.participants[theme_id(ana, "A")]) == (Progress(3, 0), 0)
    ana.unreview(third)
    assert ana.figures_since(known) == ana.figures(question)


def test_following_the_figures_does_not_hide_that_a_theme_serves_other_questions_now(ana: Session) -> None:
    question = ana.questions[0]
    ana.edit_theme(theme_id(ana, "B below"), questions=[question.key])
    known = ana.figures(question.id)
    other = open_session(ana.project.path, "Ben")
    other.edit_theme(theme_id(ana, "B below"), questions=[OTHER])
    known = ana.figures_since(known) or ana.figures(question.id)
    assert ana.changed() and ana.codebook.by_id[theme_id(ana, "B below")].questions == {OTHER}
    assert known == ana.figures(question.id)
