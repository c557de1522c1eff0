"""A project file: who may read it, which files are refused and why, migrations, and what two programs do to it."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from coder.errors import ProjectError
from coder.store import migrations, project
from coder.store.driver import APPLICATION_ID, journal_mode, sqlite
from coder.store.project import backups_folder, create_project, open_project, setting
from tests.projects import project_of

TEXTS = {f"P{i}": f"answer number {i}" for i in range(30)}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_project_files_and_backups_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    os.umask(0o022)
    path = project_of(tmp_path, TEXTS)
    copy = project.backup(path, 1)
    assert mode(path) == mode(copy) == 0o600
    assert mode(backups_folder(path)) == 0o700
    with open_project(path) as opened, opened.write():
        assert {mode(p) for p in tmp_path.glob("small.coder-*")} <= {0o600}


def test_a_backup_is_whole_while_the_project_is_in_use(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    with open_project(path) as opened, opened.write():
        copy = project.backup(path, 1)
    with open_project(copy) as restored, restored.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM response").scalar_one() == len(TEXTS)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def overwritten(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[4096 : 4096 * 12] = os.urandom(4096 * 11)
    path.write_bytes(whole)


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE t (x)")


def from_the_future(path: Path) -> None:
    with sqlite3.connect(path) as opened:
        opened.execute("PRAGMA user_version=99")
    opened.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (truncated, "shorter than it should be"),
        (overwritten, "is damaged"),
        (foreign, "of another program"),
        (from_the_future, "written by a newer coder"),
        (lambda p: p.write_bytes(b""), "is not a coder project"),
        (lambda p: p.write_text("participant_id,question,text\n" * 9), "is not a coder project"),
        (lambda p: (p.unlink(), p.mkdir()), "is a folder"),
        (lambda p: p.unlink(), "There is no project"),
    ],
)
def test_a_file_that_is_no_sound_project_is_refused_with_the_reason(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    path = project_of(tmp_path, TEXTS)
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ProjectError) as refused:
        open_project(path)
    assert said in refused.value.message
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_project_is_not_created_over_an_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "there.coder"
    path.write_text("mine")
    with pytest.raises(ProjectError):
        create_project(path)
    assert path.read_text() == "mine"


def first_schema(path: Path) -> Path:
    """A project file as the first version made it, with one participant's response in it."""
    with sqlite3.connect(path) as old:
        old.executescript((Path(__file__).parent / "schema_1.sql").read_text())
        old.executescript(
            f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version=1;"
            "INSERT INTO project VALUES ('seq', '1'), ('revision', '0'), ('salt', 'ab'), ('language', 'en');"
            "INSERT INTO participant VALUES (1, 'P1', 1);"
            "INSERT INTO question VALUES (1, 'q', '', 'What was good?', 'open', 1, 1);"
            "INSERT INTO response VALUES (1, 1, 1, 1, 'The trainers', 12, 'answered', NULL, 1);"
        )
    return path


def tables(connection: Connection) -> dict[str, object]:
    """Every column and index of every table, however they were made."""
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").scalars()
    return {
        name: [
            [tuple(r) for r in connection.exec_driver_sql(f"PRAGMA {what}('{name}')")]
            for what in ("table_info", "foreign_key_list")
        ]
        + [sorted(r.name for r in connection.exec_driver_sql(f"PRAGMA index_list('{name}')"))]
        for name in names
    }


def test_a_file_of_the_first_version_is_backed_up_and_becomes_a_current_one(tmp_path: Path) -> None:
    path = first_schema(tmp_path / "old.coder")
    with open_project(path) as opened, opened.read() as connection:
        migrated = tables(connection)
        assert connection.exec_driver_sql("SELECT text FROM response").scalar_one() == "The trainers"
    with create_project(tmp_path / "new.coder") as opened, opened.read() as connection:
        assert migrated == tables(connection)
    (backup,) = backups_folder(path).iterdir()
    with sqlite3.connect(backup) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
        assert old.execute("SELECT count(*) FROM response").fetchone() == (1,)


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = first_schema(tmp_path / "old.coder")

    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("DROP TABLE memo")
        connection.exec_driver_sql("DROP TABLE no_such_table")

    monkeypatch.setattr(migrations, "MIGRATIONS", [fail])
    with pytest.raises(ProjectError):
        open_project(path)
    with sqlite3.connect(path) as left:
        assert left.execute("PRAGMA user_version").fetchone() == (1,)
        assert left.execute("SELECT count(*) FROM memo").fetchone() == (0,)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 53, 4), "WAL"),
    ],
)
def test_the_write_ahead_log_is_used_only_where_sqlite_has_no_reset_bug(
    version: tuple[int, int, int], expected: str
) -> None:
    assert journal_mode(version) == expected


def test_the_newest_sqlite_at_hand_is_used(tmp_path: Path) -> None:
    with create_project(tmp_path / "p.coder") as opened, opened.read() as connection:
        used = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    assert used == sqlite().sqlite_version
    assert mode.upper() == journal_mode(sqlite().sqlite_version_info)


CODE_MANY = """
import sys
import threading
from pathlib import Path
from coder.domain.coding import Span
from coder.session import open_session
session = open_session(Path(sys.argv[1]), sys.argv[2])
theme = session.codebook.find("T").id
for response in session.queue():
    session.assign(response, theme, Span(0, 6))
    session.review(response)
"""


def test_two_programs_write_to_one_project_without_a_lost_write(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS, ["T"])
    workers = [
        subprocess.Popen([sys.executable, "-c", CODE_MANY, str(path), name], stderr=subprocess.PIPE, text=True)
        for name in ("Ben", "Cleo", "Dan")
    ]
    errors = [worker.communicate(timeout=100)[1] for worker in workers]
    assert errors == ["", "", ""]
    with open_project(path) as opened, opened.read() as connection:
        one = connection.exec_driver_sql("SELECT coder_id, count(*) FROM coding GROUP BY 1 ORDER BY 1").all()
        assert [n for _, n in one] == [30, 30, 30]
        seqs = connection.exec_driver_sql("SELECT seq FROM event ORDER BY seq").scalars().all()
        assert list(seqs) == list(range(seqs[0], seqs[0] + len(seqs))), "no event number is given twice or left out"


def test_a_project_is_closed_when_the_other_threads_have_read_what_they_read(tmp_path: Path) -> None:
    project = create_project(tmp_path / "p")
    reading, go_on, read = threading.Event(), threading.Event(), []

    def read_aside() -> None:
        with project.read() as connection:
            reading.set()
            assert go_on.wait(10)
            read.append(setting(connection, "seq"))

    reader = threading.Thread(target=read_aside)
    reader.start()
    assert reading.wait(10)
    closer = threading.Thread(target=project.close)
    closer.start()
    assert closer.is_alive()
    go_on.set()
    closer.join(10)
    reader.join(10)
    assert read == ["0"]
    with pytest.raises(ProjectError, match="closed"):
        project.setting("seq")


def test_many_threads_read_at_once_and_none_loses_its_connection(tmp_path: Path) -> None:
    with create_project(tmp_path / "busy.coder") as opened, ThreadPoolExecutor(12) as pool:
        together = threading.Barrier(12)

        def read(_: int) -> int:
            with opened.read() as connection:
                first = connection.exec_driver_sql("SELECT count(*) FROM project").scalar_one()
                together.wait(20)  # by now every thread has a connection
                second = connection.exec_driver_sql("SELECT count(*) FROM project").scalar_one()
                return int(first == second > 0)

        assert sum(pool.map(read, range(12))) == 12
