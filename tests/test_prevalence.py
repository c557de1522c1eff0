"""Estimates for a project: who is the sample, what supports it, and when there is none."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from coder.analysis.tally import tally
from coder.domain.queue import Detour, Queue
from coder.errors import NotEnoughError, NotFoundError
from coder.imports import SurveyRequest, import_survey
from coder.prevalence import Prevalence, PrevalenceRun, ThemeShare
from coder.session import Session, open_session
from coder.store.project import create_project, open_project
from coder.suggest.classifier import Example, Suggester, Target
from tests.cli.commands import table
from tests.projects import seed_queue, theme_id

GOOD, BAD = "What was good?", "What was bad?"
PEOPLE = 120
CODED = 60
SAYINGS = ("my mentor was kind", "the mentors listened", "lunch was lovely", "a great lunch", "a quiet desk", "nothing")


def said(person: int, part: int) -> str:
    return f"{SAYINGS[(7 * person + 3 * part) % len(SAYINGS)]} {person}"


def themes_of(text: str) -> list[str]:
    return ["Mentors"] * ("mentor" in text) + ["Food"] * ("lunch" in text)


def code(session: Session, ids: Iterable[int], route: Queue | Detour = Queue.RANDOM) -> None:
    """Give each response its themes, as far as these exist, and mark it as reviewed."""
    there = {t.name: t.id for t in session.codebook.themes}
    for response_id in ids:
        for name in themes_of(session.view(response_id).response.text):
            if name in there:
                session.assign(response_id, there[name])
        session.review(response_id, route)


def estimated(path: Path, **options: str) -> Prevalence:
    with open_project(path) as project:
        return PrevalenceRun(project, **options).estimate()


def shares(path: Path, **options: str) -> dict[str, ThemeShare]:
    """The shares of the first question's themes, by name."""
    asked = estimated(path, **options).questions[0]
    return {asked.codebook.by_id[t.theme_id].name: t for t in asked.themes}


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(NotEnoughError) as refused:
        estimated(path, **options)
    return " ".join(refused.value.problems)


def started(path: Path, themes: Sequence[str] = ("Mentors", "Food", "Rare")) -> Session:
    """A survey of two questions, a third of the participants with two responses to the first; nothing coded."""
    rows = [
        *((f"P{i}", GOOD, said(i, part)) for i in range(PEOPLE) for part in range(1 + (i % 3 == 0))),
        *((f"P{i}", BAD, said(i, 9)) for i in range(PEOPLE)),
    ]
    source = table(path.with_suffix(".csv"), ("participant_id", "question", "text"), *rows)
    import_survey(source, path, SurveyRequest(), coder_name="Ana")
    session = open_session(path, "Ana")
    seed_queue(session, 2)
    parent = session.create_theme("Day").theme_id
    for name in themes:
        session.create_theme(name, parent_id=parent)
    return session


def head(session: Session, people: int, question: int = 0) -> list[int]:
    """The responses of the first so many participants in the random order."""
    drawn = list(session.queue(session.questions[question].id, order=Queue.RANDOM))
    owners = [session.view(i).response.participant_id for i in drawn]
    first = set(list(dict.fromkeys(owners))[:people])
    return [i for i, owner in zip(drawn, owners, strict=True) if owner in first]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The survey with the first sixty participants of the random order coded, for the first question."""
    path = tmp_path_factory.mktemp("prevalence") / "survey.coder"
    session = started(path)
    code(session, head(session, CODED))
    session.project.close()
    return path


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copy(made, tmp_path / "survey.coder"))


# --- the figures -----------------------------------------------------------------------------------------


def test_the_sample_is_counted_as_the_tally_counts_it(made: Path) -> None:
    with open_project(made) as project:
        counted = tally(project).questions[0]
    found = shares(made)
    assert [(t.theme_id, t.depth, t.participants, t.coded) for t in found.values()] == [
        (t.theme_id, t.depth, t.participants, t.base) for t in counted.counted.themes
    ]
    assert {t.coded for t in found.values()} == {CODED}
    assert found["Day"].participants < found["Mentors"].participants + found["Food"].participants, "a union"


def test_what_the_scores_know_moves_the_share_towards_the_truth_and_makes_it_surer(made: Path) -> None:
    everybody = {i: [t for part in range(1 + (i % 3 == 0)) for t in themes_of(said(i, part))] for i in range(PEOPLE)}
    found = shares(made)
    for name, people in (
        ("Mentors", [i for i, themes in everybody.items() if "Mentors" in themes]),
        ("Food", [i for i, themes in everybody.items() if "Food" in themes]),
        ("Day", [i for i, themes in everybody.items() if themes]),
    ):
        e, truth = found[name].estimate, len(people) / PEOPLE
        assert e is not None and e.weight > 0.8 and e.gain > 3
        assert e.interval[0] <= truth <= e.interval[1]
        assert abs(e.share - truth) < abs(e.sample_share - truth) / 5
        assert e.interval[1] - e.interval[0] < 0.7 * (e.sample_interval[1] - e.sample_interval[0])


def test_when_everybody_is_coded_the_estimate_is_the_count(project: Path) -> None:
    session = open_session(project, "Ana")
    code(session, session.queue(session.questions[0].id), Queue.FILE)
    counted = {t.theme_id: t.share for t in tally(session.project).questions[0].counted.themes}
    for t in shares(project).values():
        assert t.estimate is not None and t.coded == PEOPLE
        assert t.estimate.interval == (t.estimate.share, t.estimate.share)
        assert t.estimate.share == pytest.approx(counted[t.theme_id])


def test_without_enough_for_a_model_the_sample_speaks_alone(tmp_path: Path) -> None:
    session = started(tmp_path / "p.coder")
    for response_id in head(session, 40):
        session.review(response_id, Queue.RANDOM)
    for t in shares(tmp_path / "p.coder").values():
        assert t.estimate is not None and t.participants == t.estimate.share == 0
        assert t.estimate.interval == t.estimate.sample_interval and t.estimate.interval[1] > 0


def test_those_found_in_another_way_are_no_part_of_the_sample_but_there_are_no_fewer(project: Path) -> None:
    session = open_session(project, "Ana")
    kept = set(head(session, CODED + 1))  # the next one is not read, so the sample ends there
    others = [i for i in session.queue(session.questions[0].id) if i not in kept]
    for response_id in others:
        session.assign(response_id, theme_id(session, "Rare"))
        session.review(response_id, Detour.SEARCH)
    rare = shares(project)["Rare"]
    assert (rare.participants, rare.coded) == (0, CODED)
    assert rare.estimate is not None and rare.estimate.interval[0] == (PEOPLE - CODED - 1) / PEOPLE


def test_two_runs_give_the_same_and_leave_the_project_as_it_was(project: Path) -> None:
    before = project.read_bytes()
    assert estimated(project).questions[0].themes == estimated(project).questions[0].themes
    with open_project(project) as opened:
        first = tally(opened)
        events = opened.last_event()
        PrevalenceRun(opened).estimate()
        assert (tally(opened), opened.last_event()) == (first, events)
    assert project.read_bytes() == before


# --- nobody is scored by a model that saw them -----------------------------------------------------------


def test_each_response_is_scored_once_by_a_model_that_saw_nothing_of_its_participant(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session(project, "Ana")
    code(session, head(session, 45, question=1))  # the same people, in the other question
    fit, suggest = Suggester.fit, Suggester.suggest
    seen: dict[int, set[int]] = {}
    scored: list[int] = []

    def watched_fit(examples: Iterable[Example], *args: object, **more: object) -> Suggester:
        examples = list(examples)
        model = fit(examples, *args, **more)  # type: ignore[arg-type]
        seen[id(model)] = {e.participant_id for e in examples}
        models.append(model)
        return model

    def watched_suggest(self: Suggester, targets: Sequence[Target], *, all_scores: bool = False) -> object:
        assert seen[id(self)] and not seen[id(self)] & {t.participant_id for t in targets}
        scored.extend(t.response_id for t in targets)
        return suggest(self, targets, all_scores=all_scores)

    models: list[Suggester] = []  # kept, so that no two have the same id
    monkeypatch.setattr(Suggester, "fit", watched_fit)
    monkeypatch.setattr(Suggester, "suggest", watched_suggest)
    done: list[int] = []
    run = PrevalenceRun(session.project)
    run.estimate(done.append)
    everything = sorted(i for q in session.questions for i in session.queue(q.id))
    assert sorted(scored) == everything and len(models) == 5
    assert done[-1] == run.responses == len(everything) and done == sorted(done)


# --- what is no random sample ----------------------------------------------------------------------------


def test_responses_that_were_read_in_another_order_are_refused(tmp_path: Path) -> None:
    session = started(tmp_path / "p.coder")
    code(session, head(session, CODED), Queue.FILE)
    said = refusal(tmp_path / "p.coder")
    assert f"{GOOD}: nobody has been reviewed at random" in said and BAD in said


def test_too_few_are_refused_and_what_lies_behind_a_gap_is_said(tmp_path: Path) -> None:
    session = started(tmp_path / "p.coder")
    drawn = head(session, CODED)
    first = head(session, 20)
    code(session, drawn[: len(first)])
    code(session, drawn[len(first) + 2 :])
    said = refusal(tmp_path / "p.coder")
    assert "20 participants have been reviewed at random, and 30 are the fewest" in said
    assert "more reviews will count when the responses that were skipped before them are done" in said
    code(session, drawn[len(first) : len(first) + 2], Detour.PICKED)
    assert shares(tmp_path / "p.coder")["Food"].coded == CODED


def test_a_question_that_has_a_sample_is_estimated_and_the_other_says_why_not(made: Path) -> None:
    first, second = estimated(made).questions
    assert (first.answered, first.coded, first.reason) == (PEOPLE, CODED, "")
    assert (second.coded, second.themes) == (0, ()) and "nobody has been reviewed at random" in second.reason
    assert BAD in refusal(made, question=BAD)


def test_a_coder_who_coded_another_part_has_no_sample_of_their_own(project: Path) -> None:
    ben = open_session(project, "Ben")
    code(ben, head(ben, 10))
    assert shares(project, coder="Ana")["Food"].coded == CODED
    assert "10 participants" in refusal(project, coder="Ben")
    with pytest.raises(NotFoundError, match="no coder 'Cleo'"):
        estimated(project, coder="Cleo")


def test_a_project_without_an_open_question_says_what_to_do(tmp_path: Path) -> None:
    create_project(tmp_path / "empty.coder").close()
    with pytest.raises(NotFoundError, match="no open question"):
        estimated(tmp_path / "empty.coder")


# --- themes that came later ------------------------------------------------------------------------------


def test_a_theme_that_came_later_is_estimated_from_those_drawn_since(tmp_path: Path) -> None:
    path = tmp_path / "p.coder"
    session = started(path, ["Mentors"])
    drawn, early = head(session, 80), head(session, 30)
    code(session, early)
    session.create_theme("Food", parent_id=theme_id(session, "Day"))
    code(session, drawn[len(early) :])
    found = shares(path)
    assert (found["Mentors"].coded, found["Food"].coded) == (80, 50)
    assert found["Food"].estimate is not None
    code(session, early[5:9], Detour.SEARCH)  # read again, but by a search: no part of any sample
    assert shares(path)["Food"].coded == 50
    code(session, early, Queue.RANDOM)
    assert shares(path)["Food"].coded == 80


def test_of_a_theme_that_came_late_in_the_sample_nothing_is_said_but_why(tmp_path: Path) -> None:
    path = tmp_path / "p.coder"
    session = started(path, ["Mentors"])
    drawn, early = head(session, 50), head(session, 40)
    code(session, early)
    session.create_theme("Food", parent_id=theme_id(session, "Day"))
    code(session, drawn[len(early) :])
    food = shares(path)["Food"]
    assert (food.coded, food.estimate) == (10, None) and "10 of 30" in food.reason


def test_a_theme_that_was_found_in_what_was_read_before_it_came_has_no_share(tmp_path: Path) -> None:
    path = tmp_path / "p.coder"
    session = started(path, ["Mentors"])
    code(session, head(session, 40))
    food = session.create_theme("Food", parent_id=theme_id(session, "Day")).theme_id
    lunch = next(i for i in head(session, 40) if "lunch" in session.view(i).response.text)
    assert food is not None
    session.assign(lunch, food)
    found = shares(path)
    assert found["Mentors"].estimate is not None
    assert found["Food"].estimate is None and "review these again" in found["Food"].reason
