"""A participant who withdrew consent leaves no trace but a tombstone."""

import csv
import json
from pathlib import Path

import pytest

from coder.domain.coding import Span
from coder.errors import NotFoundError
from coder.imports import SurveyRequest, import_attributes, import_survey
from coder.session import forget_participant, open_session
from coder.store.project import backup, open_project
from tests.projects import project_of, survey_file, theme_id

SECRET = "zanzibarsecret"
TEXTS = {"P1": f"I said {SECRET} aloud", "P2": "Something else"}


def lived_in(folder: Path) -> Path:
    """A project in which everything has happened to P1 that can: coded, merged, removed, undone, rejected."""
    path = project_of(folder, TEXTS, ["A", "B"])
    facts = folder / "facts.csv"
    facts.write_text("participant_id,employer\nP1,acmesecret\nP2,other\n")
    import_attributes(facts, path, coder_name="Ana")
    session = open_session(path, "Ana")
    one, two = session.queue()
    a, b = theme_id(session, "A"), theme_id(session, "B")
    session.in_vivo(one, Span(7, 7 + len(SECRET)), "C")
    for response in (one, two):
        session.assign(response, a, Span(0, 4))
        session.review(response)
    session.remove_highlight(session.view(one).marked[0].highlight_id)
    session.assign(one, a, Span(2, 6))
    session.reject(one, b)
    session.merge_themes(a, b)
    session.queue(search_for="said")
    session.undo()
    session.project.close()
    backup(path, 1)
    return path


def bytes_of(folder: Path) -> bytes:
    files = [p for p in folder.rglob("*") if p.is_file() and ".coder" in str(p)]
    assert len(files) >= 2
    return b"".join(p.read_bytes() for p in files)


def test_nothing_of_the_person_is_left_in_any_byte_of_the_project_or_its_backups(tmp_path: Path) -> None:
    path = lived_in(tmp_path)
    assert SECRET.encode() in bytes_of(tmp_path) and b"acmesecret" in bytes_of(tmp_path)
    done = forget_participant(path, "P1")
    assert done.responses == 1 and len(done.backups) == 1
    left = bytes_of(tmp_path)
    assert SECRET.encode() not in left and b"acmesecret" not in left and b"zanzibar" not in left
    with open_project(path) as opened, opened.read() as connection:
        for table in ("participant", "response", "coding", "review", "participant_attribute"):
            found = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            assert found == 1, table
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        events = connection.exec_driver_sql("SELECT facts, before, after FROM event").all()
    assert not any(json.loads(e.facts).get("response") == 1 for e in events)


def test_the_others_work_and_its_undo_stay(tmp_path: Path) -> None:
    path = lived_in(tmp_path)
    forget_participant(path, "P1")
    session = open_session(path, "Ana")
    (two,) = session.queue()
    assert [c.theme_id for c in session.view(two).codings] == [theme_id(session, "A")]
    assert list(session.queue(search_for="something")) == [two]
    while session.undo().changed:
        pass
    while session.redo().changed:
        pass


def test_a_re_import_does_not_bring_the_person_back(tmp_path: Path) -> None:
    path = lived_in(tmp_path)
    forget_participant(path, "P1")
    _, done = import_survey(survey_file(tmp_path, TEXTS), path, SurveyRequest(), coder_name="Ana")
    assert done.counts["participants"] == 0
    assert any("were erased" in notice for notice in done.notices)


def test_an_unknown_participant_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        forget_participant(project_of(tmp_path, TEXTS), "P9")


def test_a_plan_that_is_kept_holds_no_participants_words(tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    with wide.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["id", "site", "Why?"], *([f"P{i}", "x", f"because of {SECRET} {i}"] for i in range(9))]
        )
    path = tmp_path / "wide.coder"
    import_survey(wide, path, SurveyRequest(), coder_name="Ana")
    for i in range(9):
        forget_participant(path, f"P{i}")
    assert SECRET.encode() not in path.read_bytes()
