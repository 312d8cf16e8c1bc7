"""Giving a library a password and taking it off: everything is made anew beside it, proved, then swapped.

The new library (database, attachments, snapshots) is made in ``swap/``: the database by SQLCipher's export, its
rows compared one by one with the old ones; every file read back and compared by its hash. Only then the swap
(:mod:`stdesk.store.swap`) decides. Killed before that, nothing has happened; after it, the next opening finishes.
The former files are deleted then; overwriting is not promised by any disk of today.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from stdesk.clock import Clock
from stdesk.domain.kinds import Kinds
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.store import conversion, files, frozen, history, leftovers, opening, sealed, swap
from stdesk.store.context import Context
from stdesk.store.faults import told
from stdesk.store.leftovers import Readable
from stdesk.store.vault import NAME as KEY_FILE
from stdesk.store.vault import KeyFile, Vault

_NAMES = (opening.DATABASE, KEY_FILE, files.FOLDER, frozen.FOLDER)
_ROOM = 64 << 20  # bytes beyond what is counted


@dataclass(frozen=True, slots=True)
class Converted:
    """What was made anew.

    Attributes:
        vault: the key, of a library that was locked; ``None`` of one whose password was taken off.
        rows, files, size: rows of the database, attachments and snapshots, and their bytes.
        damaged: attachments that were not any more what they once were; they came along as they are.
        still_plain: what beside the library can be read without a password: of it, backups and what a
            restore kept are old copies of the library, to be made anew or deleted.
        left: the former files could not all be deleted yet; the next opening tries again.
    """

    vault: Vault | None
    rows: int = 0
    files: int = 0
    size: int = 0
    damaged: tuple[str, ...] = ()
    still_plain: tuple[Readable, ...] = ()
    left: bool = False


@dataclass
class _Work:
    """A conversion under way: from where, with which key, to where, with which key."""

    folder: Path
    new: Path
    old_vault: Vault | None
    new_vault: Vault | None
    progress: Progress
    rows: int = 0
    files: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)


def lock(
    folder: Path, kinds: Kinds, clock: Clock, user: str, password: str, recovery: str, progress: Progress
) -> Converted:
    """Encrypt the closed library in ``folder``.

    Args:
        password: what opens it from now on. recovery: a code of
            :func:`stdesk.store.vault.new_recovery_code` that does too; "" = none.

    Raises:
        UserError: ``locking_locked_already``; ``locking_no_room``; ``locking_failed`` when what was made is not
            what the library holds; ``library_locked``, ``library_busy`` when another program has it open; what
            the disk refused. Until the swap the library is as it was. Cancelled: so it is.
    """
    with _held(folder, kinds, clock, user, "") as context:
        if context.vault is not None:
            raise UserError("locking_locked_already", Exit.USAGE, path=str(folder))
        vault = Vault.new()
        keys = KeyFile(_library_id(context)).with_password(vault, password)
        if recovery:
            keys = keys.with_recovery(vault, recovery)
        return _convert(context, keys, vault, "library_locked_by", progress)


def unlock(folder: Path, kinds: Kinds, clock: Clock, user: str, secret: str, progress: Progress) -> Converted:
    """Take the password off: everybody who has the disk can read the library again.

    Raises:
        UserError: ``password_wrong``; ``locking_not_locked``; as :func:`lock`. Cancelled.
    """
    with _held(folder, kinds, clock, user, secret) as context:
        if context.vault is None:
            raise UserError("locking_not_locked", Exit.USAGE, path=str(folder))
        return _convert(context, None, None, "library_unlocked_by", progress)


def change_password(folder: Path, old: str, new: str) -> None:
    """Another password for the library in ``folder``; one small file is written, whole or not at all.

    Copies of the old key file (in backups) still open with the old password.

    Raises:
        UserError: ``password_wrong``; ``password_empty``; ``locking_not_locked``; what the disk refused.
    """
    keys = _keys(folder)
    keys.with_password(keys.open(old), new).write(folder)


def new_recovery(folder: Path, secret: str, code: str) -> None:
    """Another recovery code for the library in ``folder``; the one before opens nothing any more."""
    keys = _keys(folder)
    keys.with_recovery(keys.open(secret), code).write(folder)


def _keys(folder: Path) -> KeyFile:
    keys = KeyFile.read(folder)
    if keys is None:
        raise UserError("locking_not_locked", Exit.USAGE, path=str(folder))
    return keys


@contextlib.contextmanager
def _held(folder: Path, kinds: Kinds, clock: Clock, user: str, secret: str) -> Iterator[Context]:
    """The library, brought up to date and closed, its lock held."""
    context, held = opening.open_library(folder, kinds, clock, user, read_only=False, secret=secret)
    try:
        if context.as_of is not None:
            context.check_writable()
        with told(context.folder):
            yield context
    finally:
        context.engine.dispose()
        if held is not None:
            held.release()
        if context.as_of is not None:
            opening.close(context, None)


def _convert(
    context: Context, keys: KeyFile | None, vault: Vault | None, label: str, progress: Progress
) -> Converted:
    folder = context.folder
    context.engine.dispose()
    _check_room(folder)
    work = _Work(folder, swap.prepare(folder), context.vault, vault, progress)
    try:
        _make_database(work)
        _make_files(work)
        _make_snapshots(work)
        if keys is not None:
            keys.write(work.new)
        _write_down(work, context, label)
        progress.check()
        _check_closed(work)
    except BaseException:
        with contextlib.suppress(OSError):
            swap.discard(folder)
        raise
    stamp = context.clock().strftime("%Y%m%d-%H%M%S")
    swap.commit(folder, _NAMES, f"{stamp}-{leftovers.CONVERTED}")
    gone = leftovers.sweep(folder)
    still = leftovers.readable(folder) if vault is not None else ()
    return Converted(vault, work.rows, work.files, work.size, tuple(work.damaged), still, not gone)


def _check_room(folder: Path) -> None:
    wanted = _ROOM + sum(
        path.stat().st_size
        for top in (folder / opening.DATABASE, folder / files.FOLDER, folder / frozen.FOLDER)
        for path in ([top] if top.is_file() else top.rglob("*"))
        if path.is_file()
    )
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise UserError(
            "locking_no_room", Exit.ENVIRONMENT, path=str(folder), need=-(-wanted >> 20), free=free >> 20
        )


# -- the database --------------------------------------------------------------------------------


def _make_database(work: _Work) -> None:
    work.progress.start(0, tr("Converting the records"))
    work.rows = conversion.convert(
        work.folder / opening.DATABASE,
        work.new / opening.DATABASE,
        work.old_vault,
        work.new_vault,
        work.progress,
    )


def _write_down(work: _Work, context: Context, label: str) -> None:
    """Open what was made as the library it is going to be, and write the act into its history."""
    made, held = opening.open_library(
        work.new, context.kinds, context.clock, context.user, read_only=False, vault=work.new_vault
    )
    try:
        with made.writing() as connection:
            history.write_action(
                connection, at=made.now(), who=made.user, label=label, role=history.FIXED, params={}
            )
        with made.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        opening.close(made, held)


def _check_closed(work: _Work) -> None:
    """Nothing of either database lies outside its one file."""
    for folder in (work.folder, work.new):
        journal = folder / f"{opening.DATABASE}-wal"
        if journal.exists() and journal.stat().st_size:
            raise UserError("library_busy", Exit.ENVIRONMENT, path=str(work.folder))


# -- files ---------------------------------------------------------------------------------------


def _make_files(work: _Work) -> None:
    there = sorted(files.names(work.folder))
    old = {name: work.folder / files.FOLDER / name[:2] / name for name in there}
    total = sum(path.stat().st_size for path in old.values())
    readings = 2 if work.old_vault is None else 3
    work.progress.start(readings * total, tr("Converting the attachments"))
    (work.new / files.FOLDER).mkdir(exist_ok=True)
    for name, path in old.items():
        try:
            _make_file(work, name, path)
        except UserError as error:
            if error.code != "attachment_changed":
                raise
            _bring_along(work, name, path, files.place(work.new, name))


def _make_file(work: _Work, name: str, path: Path) -> None:
    part = work.new / files.FOLDER / f".{secrets.token_hex(8)}.part"
    with _read_old(work, path, name) as source:
        file = name if work.old_vault is None else _hash_of(work, source)[: len(name)]
        digest, size = _copy(work, source, part, file)
    if not digest.startswith(file):
        work.damaged.append(name)
    target = files.place(work.new, file, work.new_vault)
    target.parent.mkdir(exist_ok=True)
    part.replace(target)
    work.files += 1
    work.size += size


def _bring_along(work: _Work, name: str, path: Path, target: Path) -> None:
    """An encrypted file that was changed: nobody can read it, and nobody throws it away."""
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(path, target)
    work.damaged.append(name)


def _read_old(work: _Work, path: Path, name: str) -> BinaryIO:
    if work.old_vault is None:
        return path.open("rb")
    return files.open_file(path, files.nameless(name), work.old_vault)


def _hash_of(work: _Work, source: BinaryIO) -> str:
    digest = files.hash_of(source, work.progress)
    source.seek(0)
    return digest


def _copy(work: _Work, source: BinaryIO, target: Path, file: str) -> tuple[str, int]:
    """Write ``source`` as the new library keeps it, and read it back; returns SHA-512 and size."""
    with target.open("xb") as out:
        if work.new_vault is not None:
            digest, size = sealed.seal(source, out, work.new_vault.file_key(file), work.progress)
        else:
            digest, size = _write_plain(source, out, work.progress)
        out.flush()
        os.fsync(out.fileno())
    with files.Spoilt(), files.open_file(target, file, work.new_vault) as made:
        if files.hash_of(made, work.progress) == digest:
            return digest, size
    raise conversion.failed(file)


def _write_plain(source: BinaryIO, out: BinaryIO, progress: Progress) -> tuple[str, int]:
    digest, size = hashlib.sha512(), 0
    while block := source.read(sealed.CHUNK):
        out.write(block)
        digest.update(block)
        size += len(block)
        progress.step(len(block))
    return digest.hexdigest(), size


def _make_snapshots(work: _Work) -> None:
    """The frozen reports; other files that lie in their folder come along as they are."""
    hashes = _snapshot_hashes(work)
    old, new = work.folder / frozen.FOLDER, work.new / frozen.FOLDER
    new.mkdir(exist_ok=True)
    was, becomes = frozen.file_name(work.old_vault), frozen.file_name(work.new_vault)
    for path in sorted(old.rglob("*")):
        work.progress.check()
        place = new / path.relative_to(old)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.name != was:
            shutil.copy2(path, place)
        else:
            sha512 = hashes.get(path.parent.name) or files.hash_of(path)
            try:
                _make_snapshot(work, path, place.with_name(becomes), sha512)
            except UserError as error:
                if error.code != "attachment_changed":
                    raise
                _bring_along(work, path.parent.name, path, place)


def _make_snapshot(work: _Work, path: Path, target: Path, sha512: str) -> None:
    with files.open_file(path, sha512, work.old_vault) as source:
        digest, size = _copy(work, source, target, sha512)
    if digest != sha512:
        work.damaged.append(path.parent.name)
    work.files += 1
    work.size += size


def _snapshot_hashes(work: _Work) -> dict[str, str]:
    connection = conversion.connect(work.new / opening.DATABASE, work.new_vault)
    try:
        return dict(connection.execute("SELECT folder, sha512 FROM frozen_report").fetchall())
    finally:
        connection.close()


def _library_id(context: Context) -> str:
    with context.reading() as connection:
        found = connection.exec_driver_sql("SELECT value FROM setting WHERE key = 'library:id'").scalar()
    return str(found or secrets.token_hex(16))
