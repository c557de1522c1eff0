"""A participant who withdrew consent leaves no trace but a tombstone."""

import csv
import json
from pathlib import Path

import pytest

from coder.domain.coding import Span
from coder.errors import NotFoundError
from coder.imports import SurveyRequest, import_attributes, import_survey
from coder.session import forget_participant, open_session
from coder.store.project import backup, backups_folder, open_project
from tests.projects import project_of, quote_keys, survey_file, theme_id

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


def words_left(path: Path, words: str) -> list[str]:
    """The columns of the log, of the undone rows and of the themes that hold these words."""
    columns = {"event": ("facts", "before", "after"), "undone_row": ("row",), "theme": ("name", "folded")}
    with open_project(path) as opened, opened.read() as connection:
        return [
            f"{table}.{column}"
            for table, names in columns.items()
            for column in names
            for value in connection.exec_driver_sql(f"SELECT {column} FROM {table}").scalars()
            if words in str(value)
        ]


def test_a_person_whose_import_was_undone_is_erased_and_no_redo_brings_them_back(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    session = open_session(path, "Ana")
    session.in_vivo(session.queue()[0], Span(7, 7 + len(SECRET)))
    session.undo()
    session.undo()
    session.project.close()
    assert forget_participant(path, "P1", "Ben").responses == 1
    assert SECRET.encode() not in path.read_bytes()
    session = open_session(path, "Ana")
    session.redo()
    with session.project.read() as connection:
        assert connection.exec_driver_sql("SELECT external_id FROM participant").scalars().all() == ["P2"]
    session.project.close()


def test_a_person_imported_again_after_an_undone_import_is_erased_under_both_ids(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    session = open_session(path, "Ana")
    session.undo()
    session.project.close()
    again = survey_file(tmp_path, {"P1": "other words of mine", "P3": "third"})
    import_survey(again, path, SurveyRequest(), coder_name="Ben")
    assert forget_participant(path, "P1").responses == 2
    assert SECRET.encode() not in path.read_bytes() and b"other words" not in path.read_bytes()


@pytest.mark.parametrize("end", ["rename", "delete", "undo", "merge", "split"])
def test_words_that_were_a_theme_once_are_taken_out_of_the_log(tmp_path: Path, end: str) -> None:
    path = project_of(tmp_path, TEXTS, ["A"])
    session = open_session(path, "Ana")
    one, two = session.queue()
    made = session.in_vivo(one, Span(7, 7 + len(SECRET))).theme_id
    assert made is not None
    if end != "undo":
        session.edit_theme(made, definition="what it means")
        session.assign(two, made, Span(0, 4))
        session.assign(two, made, Span(5, 9))
        session.move_theme(theme_id(session, "A"), made)
        session.undo()
    if end == "rename":
        session.edit_theme(made, name="Calm")
        session.undo()
        session.redo()
    elif end == "delete":
        session.delete_theme(made)
    elif end == "merge":
        session.merge_themes(made, theme_id(session, "A"))
    elif end == "split":
        session.assign(two, theme_id(session, "A"))
        session.split_theme([key for t in (made, theme_id(session, "A")) for key in quote_keys(session, t)], "B", made)
        session.delete_theme(made)
    else:
        session.undo()
    session.project.close()
    assert forget_participant(path, "P1").notices == ()
    assert words_left(path, SECRET) == [] and SECRET.encode() not in path.read_bytes()
    session = open_session(path, "Ana")
    while session.undo().changed:
        pass
    while session.redo().changed:
        pass
    session.project.close()
    assert words_left(path, SECRET) == []


def test_a_theme_that_still_bears_the_words_is_named_and_forgetting_again_after_a_rename_cleans_the_log(
    tmp_path: Path,
) -> None:
    path = project_of(tmp_path, TEXTS)
    session = open_session(path, "Ana")
    made = session.in_vivo(session.queue()[0], Span(7, 7 + len(SECRET))).theme_id
    assert made is not None
    session.edit_theme(made, definition="what it means")
    session.project.close()
    backup(path, 1)
    done = forget_participant(path, "P1")
    assert [n.split(",")[0] for n in done.notices] == [
        f"The theme ‘{SECRET}’ still bears words of theirs: rename or delete it"
    ]
    assert SECRET in done.backups[0]
    session = open_session(path, "Ana")
    assert session.undo().changed and session.redo().changed
    session.edit_theme(made, name="Calm")
    session.project.close()
    done = forget_participant(path, "P1")
    assert done.again and done.notices == ()
    assert words_left(path, SECRET) == [] and SECRET.encode() not in path.read_bytes()
    assert [t.name for t in open_session(path).codebook.themes] == ["Calm"]


def test_an_open_snapshot_in_another_program_is_told_and_forgetting_again_scrubs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coder.store.forget._PATIENCE", 0)
    path = project_of(tmp_path, TEXTS)
    with open_project(path) as other:
        with other.read() as connection:
            if connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() != "wal":
                pytest.skip("without a write-ahead log, the erasure itself waits for readers")
            connection.exec_driver_sql("SELECT count(*) FROM response").scalar_one()
            done = forget_participant(path, "P1")
            assert done.responses == 1 and not done.again
            assert ["another program holds the file open" in n for n in done.notices] == [True]
            assert SECRET.encode() in bytes_beside(path)
        done = forget_participant(path, "P1")
        assert done.again and done.responses == 0 and done.notices == ()
        assert SECRET.encode() not in bytes_beside(path)


def bytes_beside(path: Path) -> bytes:
    return b"".join(p.read_bytes() for p in path.parent.glob(path.name + "*") if p.is_file())


def test_a_vacuum_that_is_locked_out_is_told(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    with open_project(path) as one, open_project(path) as other:
        with other.write():
            assert one.maintain("VACUUM", patience=0) is False
        assert one.maintain("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)", patience=0) is True


def test_what_is_not_a_backup_of_ours_stays_in_the_backups_folder(tmp_path: Path) -> None:
    path = lived_in(tmp_path)
    folder = backups_folder(path)
    (folder / "notes.txt").write_text("mine")
    (folder / "old-schema1.coder").mkdir()
    (folder / "torn-schema1.coder").write_bytes(b"torn")
    done = forget_participant(path, "P1")
    assert len(done.backups) == 2 and "torn-schema1.coder: deleted, as it could not be cleaned" in done.backups
    assert (folder / "notes.txt").read_text() == "mine" and (folder / "old-schema1.coder").is_dir()


def test_a_project_opened_by_a_link_has_the_same_backups(tmp_path: Path) -> None:
    path = lived_in(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "linked.coder"
    link.symlink_to(path)
    assert len(forget_participant(link, "P1").backups) == 1
    assert SECRET.encode() not in bytes_of(tmp_path)
