"""The centre's database: a PostgreSQL server, or for a trial one SQLite file."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

from stdesk import paths
from stdesk.central import tables
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.store.engine import NEW, READ_WRITE, for_writing, make_engine

FILE = "central.db"
"""Of SQLite, when a folder is given."""

LEAST_POSTGRES = 150_000
_WAIT_MS = 120_000  # for another process that merges into the same SQLite file
_POSTGRES = ("postgresql", "postgres")
_LOCK = 0x5354_4443  # "STDC": the advisory lock of making the tables


@dataclass(frozen=True, slots=True)
class Database:
    """An open database.

    Attributes:
        engine: readers' engine. writer: the same, whose transactions lock SQLite at their start.
        postgres: which of the two it is.
        place: what a person called it, without a password.
    """

    engine: Engine
    writer: Engine
    postgres: bool
    place: str

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads."""
        with _told(self.place), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; it is there whole or not at all."""
        with _told(self.place), self.writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def is_url(place: str | Path) -> bool:
    """Whether ``place`` names a server rather than a file."""
    return "://" in str(place)


def file_of(place: str | Path) -> Path:
    """The SQLite file meant by a folder or a file."""
    path = Path(place)
    return path if path.suffix in (".db", ".sqlite") else path / FILE


def default_folder(place: str | Path) -> Path:
    """Where packages are kept when nobody says: beside the SQLite file, else in the person's data folder."""
    return paths.centre_folder() if is_url(place) else file_of(place).parent


def connect(place: str | Path, *, new: bool = False) -> Database:
    """The database at ``place``: "postgresql://…", a folder or a file.

    Args:
        new: the SQLite file may be made.

    Raises:
        UserError: ``central_no_driver``, ``central_bad_url``, ``central_not_found``, ``central_unreachable``,
            ``central_server_old`` (all exit 3, the second 2).
    """
    if is_url(place):
        return _connect_server(str(place))
    path = file_of(place)
    if not new and not path.is_file():
        raise UserError("central_not_found", Exit.ENVIRONMENT, path=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise from_os_error(error, path.parent) from error
    engine = make_engine(path, NEW if new else READ_WRITE)
    event.listen(engine, "connect", _be_patient)
    return Database(engine, for_writing(engine), False, str(path))


def _be_patient(connection: Any, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout = {_WAIT_MS}").fetchall()


def _connect_server(place: str) -> Database:
    if importlib.util.find_spec("psycopg") is None:
        raise UserError("central_no_driver", Exit.ENVIRONMENT)
    try:
        url = make_url(place)
    except (ArgumentError, ValueError) as error:
        raise UserError("central_bad_url", Exit.USAGE, url=place.partition("@")[2] or place) from error
    if url.drivername.partition("+")[0] not in _POSTGRES:
        raise UserError("central_bad_url", Exit.USAGE, url=url.render_as_string(hide_password=True))
    shown = url.render_as_string(hide_password=True)
    engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_size=4, pool_pre_ping=True)
    database = Database(engine, engine, True, shown)
    try:
        with database.reading() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    except BaseException:
        engine.dispose()
        raise
    if version < LEAST_POSTGRES:
        engine.dispose()
        found = str(version // 10_000)
        raise UserError(
            "central_server_old", Exit.ENVIRONMENT, found=found, least=str(LEAST_POSTGRES // 10_000)
        )
    return database


def create_tables(database: Database, name: str, folder: Path) -> None:
    """Make the centre's tables in an empty database.

    Raises:
        UserError: ``central_exists``; ``central_not_empty`` for a file that holds something else.
    """
    with database.writing() as connection:
        if database.postgres:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        if _version(connection, database) is not None:
            raise UserError("central_exists", Exit.USAGE, place=database.place)
        if not database.postgres and connection.execute(text("SELECT 1 FROM sqlite_master")).first():
            raise UserError("central_not_empty", Exit.USAGE, place=database.place)  # a library, perhaps
        tables.metadata.create_all(connection)
        settings = {"schema_version": str(tables.VERSION), "name": name, "folder": str(folder)}
        connection.execute(insert(tables.setting), [{"name": k, "value": v} for k, v in settings.items()])


def check_version(database: Database) -> None:
    """Raise ``central_not_found`` for a database that is no centre's, ``central_newer`` for a later one's."""
    with database.reading() as connection:
        version = _version(connection, database)
    if version is None:
        raise UserError("central_not_found", Exit.ENVIRONMENT, path=database.place)
    if version > tables.VERSION:
        known = str(tables.VERSION)
        raise UserError(
            "central_newer", Exit.ENVIRONMENT, place=database.place, found=str(version), known=known
        )


def _version(connection: Connection, database: Database) -> int | None:
    there = (
        "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'centre_key'"
        if database.postgres
        else "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'centre_key'"
    )
    if connection.execute(text(there)).first() is None:
        return None
    wanted = select(tables.setting.c.value).where(tables.setting.c.name == "schema_version")
    found = connection.execute(wanted).scalar()
    return int(found) if found and found.isdigit() else None


@contextmanager
def _told(place: str) -> Iterator[None]:
    """A sentence for what a person can mend of the database's refusals."""
    try:
        yield
    except DatabaseError as error:
        if not _is_environment(error):
            raise
        reason = (
            str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        )
        raise UserError("central_unreachable", Exit.ENVIRONMENT, place=place, reason=reason[:300]) from error


def _is_environment(error: DBAPIError) -> bool:
    state = str(getattr(error.orig, "sqlstate", "") or "")
    # class 08, 53, 57: connection, resources, shutdown; 28: password; 42501: right; 3D000: no such database
    # and the bare class is SQLite's: the file is damaged, or no database at all
    bare = isinstance(error, OperationalError) or type(error) is DatabaseError
    return bare or state[:2] in ("28", "3D") or state == "42501"
