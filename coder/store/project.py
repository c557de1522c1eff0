"""A project file: create, open and check it, transactions on it, backups of it."""

import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition

from sqlalchemy import Engine, Integer, Text, bindparam, cast, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError, DBAPIError

from coder.errors import ProjectError, RefusedError
from coder.store import schema
from coder.store.driver import APPLICATION_ID, BUSY_SECONDS, make_engine, sqlite
from coder.store.migrations import SCHEMA_VERSION, migrate

SUFFIX = ".coder"
_MAGIC = b"SQLite format 3\x00"
_PATIENCE = 10.0  # seconds
_CHECKED_WHOLE = 64 * 2**20  # bytes; larger files are checked page by page as they are read


class Project:
    """One open project. `read()` and `write()` give transactions; nothing else touches the file."""

    def __init__(self, path: Path, engine: Engine, *, read_only: bool = False) -> None:
        self.path, self.read_only = path, read_only
        self._engine = engine
        self._idle = Condition()
        self._at_work = 0  # transactions, of any thread
        self._closed = False

    @contextmanager
    def _working(self) -> Iterator[None]:
        with self._idle:
            if self._closed:
                raise ProjectError(f"{self.path} is closed.")
            self._at_work += 1
        try:
            yield
        finally:
            with self._idle:
                self._at_work -= 1
                self._idle.notify_all()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot: everything read inside it is of one moment."""
        with self._working(), _explained(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is the only writer; it is committed whole at the end, or not at all.

        Raises RefusedError where the project was opened for reading only.
        """
        if self.read_only:
            raise RefusedError(f"{self.path} is open for reading only.")
        with (
            self._working(),
            _explained(self.path),
            self._engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Let go of the file, once all that other threads still read is read; its write-ahead log is folded into it."""
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: not self._at_work, _PATIENCE)
        self._engine.dispose()

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def setting(self, key: str, default: str = "") -> str:
        """One of the project's settings."""
        with self.read() as connection:
            return setting(connection, key, default)

    def last_event(self) -> int:
        """The number of the newest event: as long as it stays, nothing in the project has changed."""
        return int(self.setting("seq"))

    def maintain(self, *statements: str, patience: int = BUSY_SECONDS) -> bool:
        """Run statements that SQLite allows outside a transaction alone, such as VACUUM.

        Returns whether all were carried out: False where another program kept the file for `patience` seconds.
        Raises ProjectError for any other reason.
        """
        with _explained(self.path), self._engine.connect() as connection:
            raw = connection.connection.cursor()
            raw.execute(f"PRAGMA busy_timeout={patience * 1000}")
            try:
                for statement in statements:
                    rows = raw.execute(statement).fetchall()
                    # A checkpoint that was kept from its end does not fail: it says so in its first column.
                    if statement.startswith("PRAGMA wal_checkpoint") and rows[0][0] != 0:
                        return False
            except sqlite().DatabaseError as error:
                if "locked" in str(error) or "busy" in str(error):
                    return False
                raise ProjectError(f"{self.path} could not be maintained: {error}.") from error
            finally:
                raw.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        return True


# Asked with every key; made once, as SQLAlchemy takes longer to make a statement than SQLite to run it.
_SETTING = select(schema.project.c.value).where(schema.project.c.key == bindparam("key"))
_COUNT_UP = (
    update(schema.project)
    .where(schema.project.c.key == bindparam("counter"))
    .values(value=cast(cast(schema.project.c.value, Integer) + bindparam("by"), Text))
    .returning(schema.project.c.value)
)


def setting(connection: Connection, key: str, default: str = "") -> str:
    value = connection.scalar(_SETTING, {"key": key})
    return default if value is None else str(value)


def change_setting(connection: Connection, key: str, value: str) -> None:
    statement = upsert(schema.project).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def count_up(connection: Connection, key: str, by: int = 1) -> int:
    """The next value of one of the project's counters (`seq`, `revision`), or the last of the next few; taken under
    the write lock."""
    return int(connection.execute(_COUNT_UP, {"counter": key, "by": by}).scalar_one())


def now() -> str:
    """The time of an event: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def project_path(path: Path) -> Path:
    """The file that a project name means: `survey` is `survey.coder`, unless a file of just that name exists."""
    if path.suffix == SUFFIX or path.name in ("", ".."):  # the last: `.`, `/` and `..`, folders
        return path
    with suppress(OSError):  # of a name that is too long, for one
        if path.is_file():
            return path
    return path.with_name(path.name + SUFFIX)


def create_project(path: Path) -> Project:
    """A new, empty project that its owner alone can read. Raises ProjectError where something stands already."""
    path = project_path(path)
    # Made whole under another name first: a project that is there is always a sound one.
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            _make_tables(new, path)
            _put_in_place(new, path)
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError:
        raise ProjectError(f"{path} exists already.") from None
    except OSError as error:
        raise ProjectError(f"{path} can't be created: {error.strerror}.") from None
    return Project(path, make_engine(path))


def _put_in_place(new: Path, path: Path) -> None:
    """Give the file its name, never over another file's. Raises FileExistsError."""
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        new.rename(path)


def _make_tables(path: Path, named: Path) -> None:
    """`named` is what it is called in messages."""
    engine = make_engine(path)
    try:
        with _explained(named), engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
            schema.metadata.create_all(connection)
            connection.exec_driver_sql(schema.SEARCH_INDEX)
            settings: Mapping[str, str] = {
                "seq": "0",
                "revision": "0",
                "created": now(),
                "salt": secrets.token_hex(16),
                "language": "en",
            }
            connection.execute(insert(schema.project), [{"key": k, "value": v} for k, v in settings.items()])
    finally:
        engine.dispose()


def open_project(path: Path, *, read_only: bool = False) -> Project:
    """An existing project, brought to the current schema (after a backup) where it is older.

    `read_only`: nothing can be changed in it, nor is it brought to the current schema.
    Raises ProjectError with the reason for a file that is absent, no project, damaged, from a newer version, or from
    an older one where it is for reading only.
    """
    path = project_path(path)
    version = check_file(path)
    if read_only and version < SCHEMA_VERSION:
        raise ProjectError(
            f"{path} was written by an older coder (schema {version}; this one reads {SCHEMA_VERSION}).",
            hint=f"Open it once in coder, which keeps a backup and brings it up to date: coder log {path.name}",
        )
    engine = make_engine(path, read_only=read_only)
    try:
        if version < SCHEMA_VERSION:
            backup(path, version)
            with _explained(path):
                migrate(engine, version)
        _check_content(path, engine)
    except BaseException:
        engine.dispose()
        raise
    return Project(path, engine, read_only=read_only)


def backups_folder(path: Path) -> Path:
    """Where a project's backups are: beside the file itself, whatever link it was opened by."""
    path = path.resolve()
    return path.with_name(path.name + ".backups")


def backup(path: Path, version: int) -> Path:
    """A copy of the project file as it stands, whole even while others write, readable by its owner alone."""
    folder = backups_folder(path)
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-schema{version}{SUFFIX}"
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    driver = sqlite()
    source, copy = driver.connect(str(path)), driver.connect(str(target))
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    return target


def check_file(path: Path) -> int:
    """The file's schema version. Raises ProjectError with the reason for anything but a project of ours."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
        size = path.stat().st_size
    except FileNotFoundError:
        raise ProjectError(f"There is no project {path}.", hint="Make one: coder import survey FILE PROJECT") from None
    except IsADirectoryError:
        raise ProjectError(f"{path} is a folder, not a project file.") from None
    except OSError as error:
        raise ProjectError(f"{path} can't be read: {error.strerror}.") from None
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise ProjectError(
            f"{path} is not a coder project.", hint="A survey export becomes one: coder import survey FILE PROJECT"
        )
    page_size, pages = struct.unpack(">H", header[16:18])[0], struct.unpack(">I", header[28:32])[0]
    if size < pages * (65536 if page_size == 1 else page_size):
        raise _damaged(path, "it is shorter than it should be")
    application, version = _identity(path)
    if application != APPLICATION_ID:
        raise ProjectError(f"{path} is an SQLite file of another program, not a coder project.")
    if version > SCHEMA_VERSION:
        raise ProjectError(
            f"{path} was written by a newer coder (schema {version}; this one knows {SCHEMA_VERSION}).",
            hint="Install the newest coder: pip install --upgrade thematic-coder",
        )
    return version


def _identity(path: Path) -> tuple[int, int]:
    """The application and the schema version that the file says it is of, its write-ahead log included."""
    driver = sqlite()
    connection = driver.connect(str(path), timeout=BUSY_SECONDS)
    try:
        found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    except driver.DatabaseError as error:
        raise _unreadable(path, str(error)) or _damaged(path, str(error)) from error
    finally:
        connection.close()
    return found[0], found[1]


def _check_content(path: Path, engine: Engine) -> None:
    with _explained(path), engine.connect() as connection:
        if path.stat().st_size <= _CHECKED_WHOLE:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if found != "ok":
                raise _damaged(path, str(found).splitlines()[0])
        if not setting(connection, "seq"):
            raise _damaged(path, "its event counter is missing")


def _damaged(path: Path, reason: str) -> ProjectError:
    return ProjectError(
        f"{path} is damaged: {reason}.",
        hint=f"Take the newest copy you have; coder's own are in {backups_folder(path).name}, if there are any.",
    )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """The database's own errors, in words that say what to do."""
    try:
        yield
    except DBAPIError as error:
        cause = str(error.orig)
        if "locked" in cause or "busy" in cause:
            raise ProjectError(
                f"{path} is being written to by another program; nothing of this change was saved.",
                hint="Wait for its import to end, then do this again.",
            ) from error
        explained = _unreadable(path, cause)
        if isinstance(error, DatabaseError) and explained is not None:
            raise explained from error
        raise


def _unreadable(path: Path, cause: str) -> ProjectError | None:
    """What SQLite says of a file that it can't read or write, in words that say what to do."""
    if "readonly" in cause or "unable to open" in cause or "attempt to write" in cause:
        return ProjectError(
            f"{path} can't be opened, because it or its folder may not be written.",
            hint="Copy it to a folder of your own, or change the permissions.",
        )
    if "full" in cause:
        return ProjectError(f"The disk is full; {path} is as it was.")
    if any(said in cause for said in ("malformed", "not a database", "disk image", "no such table")):
        return _damaged(path, cause)
    return None
