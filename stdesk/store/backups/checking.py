"""Looking into a backup: is it what it says, may its database be opened, and what is in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.clock import Clock
from stdesk.domain.kinds import Kinds
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.store import migrations, opening
from stdesk.store.backups import copying, manifest
from stdesk.store.backups.model import DATABASE, KEY, BackupInfo, FileEntry
from stdesk.store.backups.pool import Pool, read_hash
from stdesk.store.context import Context
from stdesk.store.engine import APPLICATION_ID
from stdesk.store.faults import primary_code, told
from stdesk.store.library import Library
from stdesk.store.tables import kind_statements
from stdesk.store.vault import KeyFile, Vault

_NOT_A_DATABASE = 26  # SQLITE_NOTADB: another key, or no database
_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%'"


def check(
    info: BackupInfo, vault: Vault | None = None, *, deep: bool = False, progress: Progress | None = None
) -> BackupInfo:
    """``info`` with what is wrong with it, if anything.

    Without ``deep`` the database is compared with its hash, opened and counted, and the files of the pool are
    there with their lengths. With it, all that can be checked of the database is, and every file is read.

    Args:
        vault: of a locked one; without it, or with another one's, it is not opened.

    Raises:
        UserError: what the disk refused. Cancelled.
    """
    if not info.ok:
        return info
    try:
        with told(info.path):
            problem = _problem_of_database(info, vault, deep, progress) or _problem_of_files(
                info, deep, progress
            )
    except UserError as error:
        if error.code not in ("backup_unreadable", "library_damaged", "not_found"):
            raise
        problem = "backup_unreadable" if error.code == "backup_unreadable" else "backup_damaged"
    return replace(info, ok=not problem, problem=problem)


def unlock(info: BackupInfo, secret: str = "", vault: Vault | None = None) -> Vault | None:
    """The key of a backup; ``None`` of one that is not locked.

    Args:
        vault: the key of the library, which opens its backups too unless they are older than its password.

    Raises:
        UserError: ``backup_wants_password``; ``password_wrong``; ``key_file_damaged``.
    """
    if not info.locked:
        return None
    if vault is not None and _opens(info, vault):
        return vault
    keys = KeyFile.read(info.path)
    if keys is None:
        raise UserError("backup_incomplete", Exit.ENVIRONMENT, path=str(info.path))
    if not secret:
        raise UserError("backup_wants_password", Exit.ENVIRONMENT, path=str(info.path))
    return keys.open(secret)


def admit(database: Path, vault: Vault | None, kinds: Kinds) -> int:
    """Look at a database that may come from anywhere; returns its schema version.

    Raises:
        UserError: ``backup_damaged`` when it is none; ``backup_foreign`` when it is another program's or does
            by itself what no library does (triggers, views, search modules of others); ``backup_newer``.
    """
    path = str(database.parent)
    try:
        with closing(copying.open_copy(database, vault.database if vault is not None else None)) as opened:
            if opened.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise UserError("backup_foreign", Exit.ENVIRONMENT, path=path)
            version = int(opened.execute("PRAGMA user_version").fetchone()[0])
            objects = opened.execute(_OBJECTS).fetchall()
    except (sqlcipher.Error, UnicodeDecodeError) as error:
        raise UserError("backup_damaged", Exit.ENVIRONMENT, path=path) from error
    if version > migrations.latest():
        raise UserError(
            "backup_newer", Exit.ENVIRONMENT, path=path, found=str(version), known=str(migrations.latest())
        )
    known = _known_objects(kinds)
    if version < 1 or any((kind, name, _plain(sql)) not in known for kind, name, sql in objects):
        raise UserError("backup_foreign", Exit.ENVIRONMENT, path=path)
    return version


@contextmanager
def open_backup(
    info: BackupInfo, kinds: Kinds, clock: Clock, secret: str = "", vault: Vault | None = None
) -> Iterator[Library]:
    """The library as the backup has it, to be read only; its attachments are in the pool, not in it.

    One of an older schema is shown by a copy brought up to date, which vanishes afterwards.

    Raises:
        UserError: what :func:`unlock` and :func:`admit` raise; what the disk refused.
    """
    key = unlock(info, secret, vault)
    version = admit(info.path / DATABASE, key, kinds)
    if version == migrations.latest() and not _lacks_kinds(info, key, kinds):
        with Library.open(info.path, kinds=kinds, clock=clock, read_only=True, vault=key) as library:
            yield library
        return
    with tempfile.TemporaryDirectory(prefix="stdesk-") as made, told(info.path):
        folder = Path(made) / "library"
        folder.mkdir()
        for name in (DATABASE, KEY) if info.locked else (DATABASE,):
            shutil.copyfile(info.path / name, folder / name)
        bring_up(folder, kinds, clock, "", key).engine.dispose()
        with Library.open(folder, kinds=kinds, clock=clock, read_only=True, vault=key) as library:
            yield library


def bring_up(folder: Path, kinds: Kinds, clock: Clock, user: str, vault: Vault | None) -> Context:
    """Open a copy in ``folder`` for writing, of the present schema; nobody else looks at it."""
    return opening.open_prepared(folder, kinds, clock, user, vault)


def pool_path(info: BackupInfo, entry: FileEntry) -> Path:
    """Where a file of the backup lies."""
    return Pool.path_in(info.place, entry.name)


def is_whole(path: Path, entry: FileEntry, progress: Progress | None = None) -> bool:
    """Whether the file at ``path`` is the one that ``entry`` means: it is read. Raises OSError."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size != entry.size:
        return False
    return read_hash(path, progress).startswith(entry.sha512 or entry.name)


def _problem_of_database(info: BackupInfo, vault: Vault | None, deep: bool, progress: Progress | None) -> str:
    database = info.path / DATABASE
    if progress is not None:
        progress.start(database.stat().st_size, tr("Checking the copy"))
    if read_hash(database, progress) != info.sha512:
        return "backup_damaged"
    if info.locked and (vault is None or not _opens(info, vault)):
        return ""  # of a time before this password; its bytes are what they were
    key = vault.database if vault is not None and info.locked else None
    try:
        return "" if copying.is_sound(database, key, info.tables, deep=deep) else "backup_damaged"
    except sqlcipher.Error:
        return "backup_damaged"


def _problem_of_files(info: BackupInfo, deep: bool, progress: Progress | None) -> str:
    entries = manifest.read_list(info)
    if progress is not None:
        progress.start(sum(one.size for one in entries) if deep else len(entries), tr("Checking attachments"))
    pool = Pool(info.place)
    for entry in entries:
        if deep:
            if not is_whole(pool_path(info, entry), entry, progress):
                return "backup_files_damaged"
        elif not pool.has(entry.name, entry.size):
            return "backup_files_missing"
    return ""


def _opens(info: BackupInfo, vault: Vault) -> bool:
    try:
        with closing(copying.open_copy(info.path / DATABASE, vault.database)) as opened:
            opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.Error as error:
        if primary_code(error) == _NOT_A_DATABASE:
            return False
        with told(info.path):
            raise
    return True


def _lacks_kinds(info: BackupInfo, vault: Vault | None, kinds: Kinds) -> bool:
    with closing(
        copying.open_copy(info.path / DATABASE, vault.database if vault is not None else None)
    ) as opened:
        names = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return not names.issuperset(kinds.names)


@cache
def _known_objects(kinds: Kinds) -> frozenset[tuple[str, str, str]]:
    """Every trigger, view and search table that a library may have, of this schema or an older one."""
    found: set[tuple[str, str, str]] = set()
    with closing(sqlcipher.connect(":memory:", isolation_level=None)) as made:
        for step in migrations.LADDER:
            for statement in step.STATEMENTS:
                made.execute(statement)
            found.update(_objects(made))
        present = {name for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for kind in kinds:
            if kind.name not in present:
                for statement in kind_statements(kind):
                    made.execute(statement)
        found.update(_objects(made))
    return frozenset(found)


def _objects(made: Any) -> Iterator[tuple[str, str, str]]:
    for kind, name, sql in made.execute(_OBJECTS).fetchall():
        yield kind, name, _plain(sql)


def _plain(sql: Any) -> str:
    return " ".join(str(sql).split())
