"""The helper process answers what it is asked, and suggests for the rest of the project between the questions."""

import json
import subprocess
import sys
from pathlib import Path

from coder.consistency import check, from_json
from coder.session import open_session
from coder.worker import Worker
from tests.projects import small_project
from tests.test_consistency import coded


def asked(worker: Worker, do: str, **facts: object) -> dict:
    return worker.answer({"id": 1, "do": do, **facts})


def unreviewed(path: Path) -> list[int]:
    session = open_session(path, "Ana")
    found = [e.response_id for e in session.entries(session.queue()) if not e.reviewed]
    session.project.close()
    return found


def test_it_learns_and_suggests_first_what_is_asked_for(tmp_path: Path) -> None:
    session = open_session(small_project(tmp_path / "p.coder"), "Ana")
    coming = unreviewed(session.project.path)
    worker = Worker(session.project)
    assert "reviewed responses" in asked(worker, "learn", first=coming[:2])["message"]
    assert [session.view(i).unread for i in coming[:3]] == [False, False, True]
    assert asked(worker, "suggest", responses=coming[2:4])["suggested"] >= 0
    assert not session.view(coming[2]).unread
    assert asked(worker, "progress") == {"id": 1, "read": 0, "of": worker._run.unreviewed()}
    while worker.busy:
        before = asked(worker, "progress")["read"]
        worker.work()
        assert not worker.busy or asked(worker, "progress")["read"] > before
    assert asked(worker, "progress")["of"] == 0
    assert not any(session.view(i).unread for i in coming)


def test_it_suggests_without_being_told_to_learn_first(tmp_path: Path) -> None:
    session = open_session(small_project(tmp_path / "p.coder"), "Ana")
    coming = unreviewed(session.project.path)
    assert "suggested" in asked(Worker(session.project), "suggest", responses=coming[:1])
    assert not session.view(coming[0]).unread


def test_negative_cases_come_from_a_model_of_what_is_coded_now(tmp_path: Path) -> None:
    session = open_session(small_project(tmp_path / "p.coder"), "Ana")
    theme = session.codebook.find("Meeting talented and like-minded people")
    worker = Worker(session.project)
    cases = asked(worker, "lacking", theme=theme.id, question=None)["lacking"]
    assert cases and all(theme.id not in {c.theme_id for c in session.view(i).codings} for i, _, _ in cases)
    assert all(session.view(i).reviewed for i, _, _ in cases)
    first, chance, spans = cases[0]
    assert 0 < chance < 1 and all(0 <= start < end for start, end in spans)
    session.assign(first, theme.id)
    again = asked(worker, "lacking", theme=theme.id, question=None)["lacking"]
    assert first not in {i for i, _, _ in again}
    session.create_theme("Zqx")
    silent = asked(worker, "lacking", theme=session.codebook.find("Zqx").id, question=None)
    assert silent["lacking"] == [] and "occur in no response" in silent["why"]


def test_what_it_can_not_do_is_an_answer_too(tmp_path: Path) -> None:
    session = open_session(small_project(tmp_path / "p.coder"), "Ana")
    worker = Worker(session.project)
    assert "error" in asked(worker, "dance")
    assert "can't" not in asked(worker, "key_terms", response=1)


def test_it_goes_on_while_nothing_is_asked_and_ends_with_its_input(tmp_path: Path) -> None:
    path = small_project(tmp_path / "p.coder")
    process = subprocess.Popen(
        [sys.executable, "-m", "coder.worker", str(path), "Ana"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"id": 1, "do": "learn", "first": []}) + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == 1
    session = open_session(path, "Ana")
    coming = unreviewed(path)
    while any(session.view(i).unread for i in coming):  # it is at work aside
        assert process.poll() is None
    process.stdin.close()
    assert process.wait(timeout=30) == 0


def test_the_consistency_check_is_done_here_too(tmp_path: Path) -> None:
    session = coded(tmp_path)
    question = session.questions[0].id
    answer = asked(Worker(session.project), "consistency", question=question, coder=session.coder_id)
    assert from_json(answer) == check(session.project, question, session.coder_id)
