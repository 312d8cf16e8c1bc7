"""Making, opening and closing a library."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from stdesk.clock import Clock, timestamp
from stdesk.domain.kinds import Kinds
from stdesk.domain.secrecy import LEVELS
from stdesk.errors import Exit, UserError
from stdesk.store import as_of, backup, derived, migrations
from stdesk.store.context import AsOf, Context
from stdesk.store.engine import APPLICATION_ID, FROZEN, NEW, READ_ONLY, READ_WRITE, for_writing, make_engine
from stdesk.store.faults import has_room, told
from stdesk.store.lock import Lock
from stdesk.store.settings import CEILING, Settings
from stdesk.store.tables import make_tables

DATABASE = "library.db"
LOCK = "library.lock"
BACKUPS = "backups"
FOLDERS = ("files", BACKUPS, "reports", "outbox", "inbox", "crash")
_MAGIC = b"SQLite format 3\0"


def create(
    folder: Path, kinds: Kinds, clock: Clock, user: str, settings: Mapping[str, str]
) -> tuple[Context, Lock]:
    """Make a library; see :meth:`stdesk.store.library.Library.create`."""
    folder = folder.absolute()
    if (folder / DATABASE).exists():
        raise UserError("library_exists", Exit.USAGE, path=str(folder))
    with told(folder):
        if folder.is_dir() and any(entry.name != LOCK for entry in folder.iterdir()):
            raise UserError("folder_not_empty", Exit.USAGE, path=str(folder))
        new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
    lock = Lock.take(folder / LOCK, user=user, at=timestamp(clock()))
    try:
        context = _context(folder, make_engine(folder / DATABASE, NEW), kinds, clock, user)
        try:
            with told(folder):
                for name in FOLDERS:
                    (folder / name).mkdir(exist_ok=True)
                _bring_up(context)
            Settings(context, lambda *_: None).put(**{CEILING: LEVELS[0], **settings})
        except BaseException:
            context.engine.dispose()
            _take_away(folder)  # half a library would be refused for ever after
            raise
    except BaseException:
        lock.release()
        if new:
            with suppress(OSError):
                (folder / LOCK).unlink()
                folder.rmdir()
        raise
    return context, lock


def open_library(
    folder: Path, kinds: Kinds, clock: Clock, user: str, read_only: bool
) -> tuple[Context, Lock | None]:
    """Open a library; see :meth:`stdesk.store.library.Library.open`."""
    folder = folder.absolute()
    _check_file(folder)
    if (shown := as_of.read_mark(folder)) is not None:
        return _open_as_of(folder, kinds, clock, user, shown)
    if read_only:
        return _open_read_only(folder, kinds, clock, user), None
    lock = Lock.take(folder / LOCK, user=user, at=timestamp(clock()))
    try:
        context = _context(folder, make_engine(folder / DATABASE, READ_WRITE), kinds, clock, user)
        try:
            with told(folder):
                version = _checked_version(context.engine, folder)
                if 0 < version < migrations.latest():
                    day = clock().strftime("%Y%m%d-%H%M%S")
                    backup.write_backup(context.engine, folder / BACKUPS / f"schema-{version}-{day}.db")
                _bring_up(context)
        except BaseException:
            context.engine.dispose()
            raise
    except BaseException:
        lock.release()
        raise
    return context, lock


def close(context: Context, lock: Lock | None) -> None:
    """Close every connection (the last one folds the journal into the file), then give the lock back.

    A copy that shows a library as it was is taken away.
    """
    context.engine.dispose()
    if lock is not None:
        lock.release()
    if context.as_of is not None:
        as_of.discard(context.folder)


def _context(
    folder: Path, engine: Engine, kinds: Kinds, clock: Clock, user: str, frozen: bool = False
) -> Context:
    return Context(folder, engine, kinds, make_tables(kinds), clock, user, read_only=frozen)


def _bring_up(context: Context) -> None:
    migrations.climb(context.engine)
    with for_writing(context.engine).begin() as connection:
        for kind in migrations.missing_kinds(connection, context.kinds):
            migrations.add_kind_tables(connection, kind)
        derived.refresh(context, connection)


def _open_read_only(folder: Path, kinds: Kinds, clock: Clock, user: str) -> Context:
    database = folder / DATABASE
    journal = folder / f"{DATABASE}-wal"
    unfinished = journal.exists() and journal.stat().st_size > 0
    # A reader of a file in WAL mode wants to write beside it, unless told that nobody can.
    mode = READ_ONLY if unfinished or (_is_writable(folder) and has_room(folder)) else FROZEN
    engine = make_engine(database, mode)
    try:
        with told(folder):
            version = _checked_version(engine, folder)
            context = _context(folder, engine, kinds, clock, user, frozen=True)
            with engine.begin() as connection:
                if version < migrations.latest() or migrations.missing_kinds(connection, kinds):
                    raise UserError("library_older", Exit.ENVIRONMENT, path=str(folder))
    except BaseException:
        engine.dispose()
        raise
    return context


def _open_as_of(folder: Path, kinds: Kinds, clock: Clock, user: str, shown: AsOf) -> tuple[Context, Lock]:
    lock = Lock.take(folder / LOCK, user=user, at=timestamp(clock()))  # while it is held nobody sweeps
    try:
        context = replace(_open_read_only(folder, kinds, clock, user), as_of=shown)
    except BaseException:
        lock.release()
        raise
    return context, lock


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _check_file(folder: Path) -> None:
    database = folder / DATABASE
    if not database.is_file():
        raise UserError("not_a_library", Exit.ENVIRONMENT, path=str(folder))
    with told(database), database.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise UserError("library_damaged", Exit.ENVIRONMENT, path=str(folder), reason="header")


def _checked_version(engine: Engine, folder: Path) -> int:
    with engine.begin() as connection:
        version = migrations.schema_version(connection)
        if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
            raise UserError("not_a_library", Exit.ENVIRONMENT, path=str(folder))
        if version > migrations.latest():
            raise UserError(
                "library_newer", Exit.ENVIRONMENT, path=str(folder), found=str(version),
                known=str(migrations.latest()),
            )  # fmt: skip
        connection.exec_driver_sql("SELECT name, sql FROM sqlite_master").fetchall()
        connection.exec_driver_sql("SELECT key, value FROM setting").fetchall()
    return version


def _take_away(folder: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            (folder / f"{DATABASE}{suffix}").unlink()
    for name in FOLDERS:
        with suppress(OSError):
            (folder / name).rmdir()
