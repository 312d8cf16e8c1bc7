"""Making, opening and closing a library."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from stdesk.clock import Clock, timestamp
from stdesk.domain.kinds import Kinds
from stdesk.domain.secrecy import LEVELS
from stdesk.errors import Exit, UserError
from stdesk.store import as_of, chain, derived, leftovers, migrations, places, sums, swap, witness
from stdesk.store.backups import repository
from stdesk.store.backups.model import MANIFEST
from stdesk.store.context import AsOf, Context
from stdesk.store.engine import APPLICATION_ID, FROZEN, NEW, READ_ONLY, READ_WRITE, for_writing, make_engine
from stdesk.store.faults import has_room, told
from stdesk.store.lock import Lock
from stdesk.store.settings import CEILING, Settings
from stdesk.store.tables import make_tables
from stdesk.store.vault import NAME as KEY_FILE
from stdesk.store.vault import KeyFile, Vault

DATABASE = "library.db"
LOCK = "library.lock"
BACKUPS = "backups"
FOLDERS = ("files", BACKUPS, "reports", "outbox", "inbox", "crash")
_MAGIC = b"SQLite format 3\0"
_PAGE = 4096  # bytes


def create(
    folder: Path, kinds: Kinds, clock: Clock, user: str, settings: Mapping[str, str]
) -> tuple[Context, Lock]:
    """Make a library; see :meth:`stdesk.store.library.Library.create`."""
    folder = folder.absolute()
    if (folder / DATABASE).exists():
        raise UserError("library_exists", Exit.USAGE, path=str(folder))
    places.check(folder)
    with told(folder):
        if folder.is_dir() and any(entry.name != LOCK for entry in folder.iterdir()):
            raise UserError("folder_not_empty", Exit.USAGE, path=str(folder))
        new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
    lock = Lock.take(folder / LOCK, user=user, at=timestamp(clock()))
    try:
        swap.finish(folder)
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
    folder: Path, kinds: Kinds, clock: Clock, user: str, read_only: bool, secret: str = "",
    vault: Vault | None = None,
) -> tuple[Context, Lock | None]:  # fmt: skip
    """Open a library; see :meth:`stdesk.store.library.Library.open`."""
    folder = folder.absolute()
    interrupted = swap.pending(folder)
    if not interrupted:
        _check_file(folder)
    if (shown := as_of.read_mark(folder)) is not None:
        return _open_as_of(folder, kinds, clock, user, shown, secret, vault)
    if read_only and not interrupted:
        return _open_read_only(folder, kinds, clock, user, unlock(folder, secret, vault)), None
    if not read_only:
        check_no_backup(folder)
        places.check(folder)
    lock = Lock.take(folder / LOCK, user=user, at=timestamp(clock()))
    try:
        swap.finish(folder)
        _check_file(folder)
        if read_only:
            lock.release()
            return _open_read_only(folder, kinds, clock, user, unlock(folder, secret, vault)), None
        context = _open_for_writing(folder, kinds, clock, user, unlock(folder, secret, vault))
        leftovers.sweep(folder)
        return context, lock
    except BaseException:
        lock.release()
        raise


def check_no_backup(folder: Path) -> None:
    """Raises ``is_a_backup`` when ``folder`` is one backup: written to, it would be none any more."""
    if (folder / MANIFEST).is_file():
        raise UserError("is_a_backup", Exit.USAGE, path=str(folder))


def unlock(folder: Path, secret: str = "", vault: Vault | None = None) -> Vault | None:
    """The key of the library in ``folder``; ``None`` when it has no password.

    Args:
        secret: the password or recovery code. vault: the key, when it is known already.

    Raises:
        UserError: ``library_wants_password``; ``password_wrong``; ``recovery_code_mistyped``;
            ``key_file_damaged``.
    """
    keys = KeyFile.read(folder)
    if keys is None:
        return None
    if vault is not None:
        return vault
    if not secret:
        raise UserError("library_wants_password", Exit.ENVIRONMENT, path=str(folder))
    return keys.open(secret)


def _open_for_writing(folder: Path, kinds: Kinds, clock: Clock, user: str, vault: Vault | None) -> Context:
    sums.take(folder, timestamp(clock()))
    engine = make_engine(folder / DATABASE, READ_WRITE, _key(vault))
    context = _context(folder, engine, kinds, clock, user, vault)
    try:
        with told(folder):
            version = _checked_version(context.engine, folder)
            if 0 < version < migrations.latest():
                repository.write(context, folder / BACKUPS, "migration", deep=True)  # its failure stops all
            _bring_up(context)
    except BaseException:
        context.engine.dispose()
        raise
    return context


def open_prepared(folder: Path, kinds: Kinds, clock: Clock, user: str, vault: Vault | None) -> Context:
    """Open a copy being prepared that nobody else looks at: brought up to date, no lock, no backup of it."""
    context = _context(
        folder, make_engine(folder / DATABASE, READ_WRITE, _key(vault)), kinds, clock, user, vault
    )
    try:
        with told(folder):
            _checked_version(context.engine, folder)
            _bring_up(context)
    except BaseException:
        context.engine.dispose()
        raise
    return context


@contextmanager
def as_it_stands(
    folder: Path, kinds: Kinds, clock: Clock, user: str, vault: Vault | None
) -> Iterator[Context]:
    """The library in ``folder`` of whatever schema, to be read and copied; the caller holds its lock.

    What a crash left in the journal is folded in, since it cannot be read otherwise; nothing else is written.
    """
    context = _context(
        folder, make_engine(folder / DATABASE, READ_WRITE, _key(vault)), kinds, clock, user, vault
    )
    try:
        with told(folder):
            _checked_version(context.engine, folder)
        yield context
    finally:
        context.engine.dispose()


def close(context: Context, lock: Lock | None) -> None:
    """Close every connection (the last one folds the journal into the file), then give the lock back.

    A copy that shows a library as it was is taken away.
    """
    if lock is not None and context.as_of is None:
        with suppress(UserError), context.engine.connect() as connection:
            witness.note(context.folder, connection, timestamp(context.clock()))
    context.engine.dispose()
    if lock is not None:
        if context.as_of is None:
            sums.write(context.folder)
        lock.release()
    if context.as_of is not None:
        as_of.discard(context.folder)


def _context(
    folder: Path, engine: Engine, kinds: Kinds, clock: Clock, user: str, vault: Vault | None = None,
    *, frozen: bool = False,
) -> Context:  # fmt: skip
    return Context(folder, engine, kinds, make_tables(kinds), clock, user, read_only=frozen, vault=vault)


def _key(vault: Vault | None) -> bytes | None:
    return vault.database if vault is not None else None


def _bring_up(context: Context) -> None:
    migrations.climb(context.engine)
    with for_writing(context.engine).begin() as connection:
        for kind in migrations.missing_kinds(connection, context.kinds):
            migrations.add_kind_tables(connection, kind)
        derived.refresh(context, connection)
        chain.seal(connection)  # what an older program wrote was not chained


def _open_read_only(folder: Path, kinds: Kinds, clock: Clock, user: str, vault: Vault | None) -> Context:
    database = folder / DATABASE
    journal = folder / f"{DATABASE}-wal"
    unfinished = journal.exists() and journal.stat().st_size > 0
    # A reader of a file in WAL mode wants to write beside it, unless told that nobody can.
    mode = READ_ONLY if unfinished or (_is_writable(folder) and has_room(folder)) else FROZEN
    engine = make_engine(database, mode, _key(vault))
    try:
        with told(folder):
            version = _checked_version(engine, folder)
            context = _context(folder, engine, kinds, clock, user, vault, frozen=True)
            with engine.begin() as connection:
                if version < migrations.latest() or migrations.missing_kinds(connection, kinds):
                    raise UserError("library_older", Exit.ENVIRONMENT, path=str(folder))
    except BaseException:
        engine.dispose()
        raise
    return context


def _open_as_of(
    folder: Path, kinds: Kinds, clock: Clock, user: str, shown: AsOf, secret: str, vault: Vault | None
) -> tuple[Context, Lock]:
    lock = Lock.take(folder / LOCK, user=user, at=timestamp(clock()))  # while it is held nobody sweeps
    try:
        # A copy of a locked library is locked by the same key, and has no key file of its own.
        vault = None if _is_plain(folder / DATABASE) else unlock(shown.library, secret, vault)
        context = replace(_open_read_only(folder, kinds, clock, user, vault), as_of=shown)
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
    if (folder / KEY_FILE).exists() or (folder / as_of.MARK).exists() or _is_plain(database):
        return
    with told(database), database.open("rb") as file:
        looks_random = len(zlib.compress(file.read(_PAGE))) > _PAGE
    if looks_random:  # no page of a plain library does
        raise UserError("key_file_missing", Exit.ENVIRONMENT, path=str(folder))
    raise UserError("library_damaged", Exit.ENVIRONMENT, path=str(folder), reason="header")


def _is_plain(database: Path) -> bool:
    with told(database), database.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


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
