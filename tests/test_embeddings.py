"""Sentence embeddings of a project: chosen in the log, made once for each text, and what suggestions make of them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select, update

from coder import suggesting
from coder.analysis.history import history
from coder.embeddings import EmbeddingRun, encoder_of, switch_off
from coder.errors import CoderError
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, forget_participant
from coder.store import embeddings, schema
from coder.store.project import Project
from coder.suggest import encoder
from coder.suggest.encoder import EncoderError
from coder.suggesting import Learner, SuggestionRun
from coder.worker import Worker
from tests.encoders import FakeEncoder
from tests.projects import session_of, survey_file, theme_id

KINDS = ("kind mentors", "lovely lunch", "a quiet room")
TEXTS = {f"P{i:02}": f"{KINDS[i % 3]}{' indeed' if i % 2 else ''}" for i in range(24)}
TEXTS |= {"Q1": "coach", "Q2": "lovely lunch again", "Q3": "guide"}


class Machine:
    """A machine with one sentence model; `loaded` is how often it was loaded."""

    def __init__(self) -> None:
        self.model = FakeEncoder()
        self.loaded = 0

    def load(self, source: str, *, download: bool = False) -> FakeEncoder:
        self.loaded += 1
        if source != "owner/model":
            raise EncoderError(f"The model {source} is not on this machine.")
        return self.model


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine()
    monkeypatch.setattr(encoder, "load", found.load)
    return found


@pytest.fixture
def session(tmp_path: Path, machine: Machine) -> Iterator[Session]:
    """Two themes, coded on the first 24 responses; the last three are open."""
    found = session_of(tmp_path, TEXTS, ("Mentors", "Lunch"))
    for at, response in enumerate(found.queue()[:24]):
        if at % 3 < 2:
            found.assign(response, theme_id(found, ("Mentors", "Lunch")[at % 3]))
        found.review(response)
    yield found
    found.project.close()


def embed(session: Session) -> EmbeddingRun:
    run = EmbeddingRun(session.project, "owner/model")
    assert list(run.encode())[-1] == len(TEXTS) == run.responses
    run.choose(session.coder_id)
    return run


def kept(project: Project) -> int:
    with project.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(schema.embedding)) or 0)


def found(session: Session, *, jobs: int = 1) -> list[str]:
    return [repr(page) for page in SuggestionRun(session.project).suggest_all(all_scores=True, jobs=jobs)]


def test_each_different_text_is_encoded_once_those_of_the_codebook_included(session: Session, machine: Machine) -> None:
    different = {*TEXTS.values(), "Mentors", "Lunch"}
    assert embed(session).encoded == len(different) == kept(session.project)
    assert sorted(machine.model.asked) == sorted(different)
    assert embed(session).encoded == 0


def test_what_has_a_vector_needs_no_model(session: Session, machine: Machine) -> None:
    embed(session)
    machine.loaded = 0
    first = found(session)
    assert found(session) == first and machine.loaded == 0
    of_project = encoder_of(session.project)
    assert of_project is not None
    np.testing.assert_array_equal(of_project.encode(["coach"]), machine.model.encode(["coach"]))


def test_a_suggestion_may_be_carried_by_meaning_alone(session: Session) -> None:
    q1, _, q3 = session.queue()[24:]
    mentors = theme_id(session, "Mentors")
    list(SuggestionRun(session.project).suggest_all())
    assert [session.view(i).suggestions for i in (q1, q3)] == [(), ()]
    embed(session)
    list(SuggestionRun(session.project).suggest_all())
    for response in (q1, q3):
        (suggestion,) = session.view(response).suggestions
        assert (suggestion.theme_id, suggestion.evidence) == (mentors, ())


def test_several_processes_suggest_the_same_to_the_byte_without_a_model(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model is this process's alone: another one that looked for it would fail."""
    monkeypatch.setattr(suggesting, "_PAGE", 2)
    embed(session)
    alone = found(session)
    assert len(alone) == 2
    assert found(session, jobs=2) == alone


def test_the_choice_is_in_the_log_and_can_be_undone(session: Session) -> None:
    plain = found(session)
    embed(session)
    assert history(session.project)[-1].sentence == "chose the sentence embeddings that suggestions go by: fake 1"
    assert found(session) != plain
    assert session.undo().changed
    assert encoder_of(session.project) is None and found(session) == plain
    assert session.redo().changed and encoder_of(session.project) is not None
    assert switch_off(session.project, session.coder_id)
    assert not switch_off(session.project, session.coder_id)
    assert found(session) == plain and kept(session.project) > 0


def test_the_model_in_the_project_is_used_again_only_with_its_encoder(session: Session) -> None:
    embed(session)
    list(SuggestionRun(session.project).suggest_all())
    learner = Learner(session.project)
    assert learner.learn().model_id is not None
    switch_off(session.project, session.coder_id)
    assert learner.learn().model_id is None
    embed(session)
    assert learner.learn().suggester.encoder is not None


def test_another_model_takes_the_place_of_the_first_and_of_its_vectors(session: Session, machine: Machine) -> None:
    before = embed(session).encoded
    machine.model = FakeEncoder("fake 2")
    with session.project.write() as connection:
        connection.execute(
            update(schema.embedding).where(schema.embedding.c.digest.is_not(None)).values(vector=b"short")
        )
    with pytest.raises(EncoderError, match="not the one") as refused:
        found(session)
    assert "coder embeddings PROJECT owner/model" in refused.value.hint
    assert embed(session).encoded == before == kept(session.project)
    assert found(session)


def test_new_texts_are_encoded_when_they_are_read(session: Session, machine: Machine, tmp_path: Path) -> None:
    embed(session)
    machine.model.asked.clear()
    import_survey(
        survey_file(tmp_path, {**TEXTS, "Z1": "a kind coach"}), session.project.path, SurveyRequest(), coder_name="Ana"
    )
    found(session)
    assert machine.model.asked == ["a kind coach"]


@pytest.mark.parametrize("vector", [b"", b"\x00" * 8, np.full(24, np.nan, "<f4").tobytes()])
def test_a_vector_that_is_none_is_made_anew(session: Session, machine: Machine, vector: bytes) -> None:
    embed(session)
    expected = found(session)
    with session.project.write() as connection:
        connection.execute(update(schema.embedding).values(vector=vector))
    assert found(session) == expected


def test_without_the_model_the_reason_is_given_and_nothing_is_changed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EncoderError, match="not on this machine"):
        EmbeddingRun(session.project, "owner/other")
    assert encoder_of(session.project) is None
    embed(session)
    forget_participant(session.project.path, "P00")
    assert kept(session.project) == 0

    def missing(source: str, *, download: bool = False) -> FakeEncoder:
        raise EncoderError("The library is missing.", hint="pip install it")

    monkeypatch.setattr(encoder, "load", missing)
    with pytest.raises(CoderError, match="library is missing"):
        SuggestionRun(session.project)


def test_the_worker_encodes_what_is_asked_first_and_the_rest_a_few_at_a_time(tmp_path: Path, machine: Machine) -> None:
    texts = {**TEXTS, **{f"Z{i:03}": f"coach {i}" for i in range(100)}}
    session = session_of(tmp_path, texts, ("Mentors", "Lunch"))
    queue = session.queue()
    for at, response in enumerate(queue[:24]):
        if at % 3 < 2:
            session.assign(response, theme_id(session, ("Mentors", "Lunch")[at % 3]))
        session.review(response)
    embedded = EmbeddingRun(session.project, "owner/model")
    embedded.choose(session.coder_id)  # not a text is encoded yet
    with session.project as project:
        worker = Worker(project)
        last = queue[-1]
        answer = worker.answer({"id": 1, "do": "learn", "first": [last]})
        assert "error" not in answer and machine.model.asked[-1] == "coach 99"
        assert "coach 50" not in machine.model.asked
        assert session.view(last).suggestions
        turns = 0
        while worker.busy:
            before = len(machine.model.asked)
            worker.work()
            assert len(machine.model.asked) - before <= 32
            turns += 1
        assert turns > 3 and len(machine.model.asked) == len(set(machine.model.asked))
        assert worker.answer({"id": 2, "do": "learn", "first": [last]}).get("error") is None
        assert machine.loaded == 2, "once by the run and once by the worker"


def test_a_choice_by_folder_keeps_its_whole_path(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(encoder, "load", lambda source, *, download: FakeEncoder("mine 1"))
    monkeypatch.chdir(tmp_path)
    assert Path(EmbeddingRun(session.project, "mine").choice.source) == tmp_path.resolve() / "mine"


def test_vectors_are_kept_as_float32_little_endian(session: Session, machine: Machine) -> None:
    run = embed(session)
    vector = machine.model.encode(["coach"])[0]
    with session.project.read() as connection:
        rows = connection.execute(select(schema.embedding.c.vector)).scalars().all()
        assert embeddings.chosen(connection) == run.choice
    assert vector.astype("<f4").tobytes() in rows
