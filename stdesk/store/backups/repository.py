"""Writing a backup into a place, and listing what a place holds."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.store import files, frozen, witness
from stdesk.store.backups import copying, manifest
from stdesk.store.backups.model import DATABASE, FILES, KEY, LOCK, MANIFEST, BackupInfo, FileEntry
from stdesk.store.backups.pool import Pool, read_hash, sizes
from stdesk.store.context import Context
from stdesk.store.engine import raw
from stdesk.store.faults import told
from stdesk.store.lock import Lock

_DEEP_EVERY = timedelta(hours=24)
_LOCK_LASTS = 24 * 3600.0  # seconds
_FILE = re.compile(r"[0-9a-f]{40}")
_FROZEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,59}")
_FROZEN_FILE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,59}")


@dataclass(frozen=True, slots=True)
class _Source:
    """A file of the library that belongs into a backup: where it belongs, where it lies, its bytes."""

    where: str
    at: str
    size: int

    @property
    def path(self) -> Path:
        """Where it lies; made when it is needed: there may be ten thousands."""
        return Path(self.at)


def write(
    context: Context, place: Path, why: str, progress: Progress | None = None, *, deep: bool | None = None
) -> BackupInfo:
    """Make a backup of the library of ``context`` in ``place``, and believe it only when it was looked into.

    The database may be in use. Attachments that ``place`` has already cost nothing.

    Args:
        why: one of ``model.WHY``.
        deep: the copy is checked in depth; by default once in 24 hours. In between, one on the library's own
            disk is opened, counted and hashed; on another disk its pages are walked too.

    Raises:
        UserError: ``backup_running`` when another program is making one there; ``backup_no_room``;
            ``backup_failed`` when the copy does not hold what the library holds; what the disk refused.
        Cancelled: asked to stop. Nothing half is left in either case, or is swept by the next one.
    """
    with told(place):
        place.mkdir(parents=True, exist_ok=True)
        with held(context, place):
            sweep(place)
            before = listed(place)
            folder = _new_folder(place, f"{_stamp(context.now())}-{why}")
            try:
                made = _write(context, folder, why, before, progress, deep)
            except BaseException:
                _remove(folder)
                raise
    if made.head:  # of a history that is chained; the backup stands, whether this computer can note it or not
        with contextlib.suppress(UserError), context.reading() as connection:
            witness.note(context.folder, connection, made.made_at)
    return made


def listed(place: Path, *, measured: bool = False) -> list[BackupInfo]:
    """The backups in ``place``, the newest first; none when it is not there.

    Args:
        measured: :attr:`BackupInfo.own_size` too, for which every list of files is read.

    Raises:
        UserError: what the disk refused.
    """
    with told(place):
        folders = [
            one for one in (place.iterdir() if place.is_dir() else ())
            if manifest.is_name(one.name) and not one.is_symlink() and (one / MANIFEST).is_file()
        ]  # fmt: skip
        found = [manifest.read(folder) for folder in folders]
        found.sort(key=lambda one: (one.sequence, one.made_at, one.path.name), reverse=True)
        return _measured(place, found) if measured else found


def sweep(place: Path) -> None:
    """Take away backups that were begun and never finished. The place is held."""
    for folder in place.iterdir():
        begun = manifest.is_name(folder.name) and not folder.is_symlink() and folder.is_dir()
        if begun and not (folder / MANIFEST).exists():
            _remove(folder)


@contextmanager
def held(context: Context, place: Path) -> Iterator[None]:
    """One program at a time writes into a place. Raises ``backup_running``."""
    try:
        lock = _taken(context, place / LOCK)
    except UserError as error:
        if error.code in ("library_locked", "library_locked_elsewhere"):
            raise UserError(
                "backup_running", Exit.ENVIRONMENT, path=str(place), by=error.params["by"]
            ) from error
        raise
    try:
        yield
    finally:
        lock.release()


def _taken(context: Context, path: Path) -> Lock:
    """The lock; a stick pulled out of another computer would say for ever that this one is writing to it."""
    try:
        return Lock.take(path, user=context.user, at=context.now())
    except UserError as error:
        age = abs(context.clock().timestamp() - path.stat().st_mtime)
        if error.code != "library_locked_elsewhere" or age < _LOCK_LASTS:
            raise
        path.unlink()
        return Lock.take(path, user=context.user, at=context.now())


def has_present_state(context: Context, info: BackupInfo) -> bool:
    """Whether nothing changed since ``info`` was made."""
    with context.reading() as connection:
        return (
            info.ok and bool(info.state) and _mark(context, copying.state_of(raw(connection))) == info.state
        )


def _mark(context: Context, state: str) -> str:
    """The state, another one under every key: a plain backup is none of a library that has a password since."""
    return state if context.vault is None else state + context.vault.file_name("0" * 40)[:8]


def remove(info: BackupInfo) -> None:
    """Take a backup away; its files in the pool are swept by ``pool.sweep``. Raises OSError."""
    (info.path / MANIFEST).unlink(missing_ok=True)  # from now on it is none
    shutil.rmtree(info.path)


def _write(
    context: Context, folder: Path, why: str, before: list[BackupInfo], progress: Progress | None,
    deep: bool | None,
) -> BackupInfo:  # fmt: skip
    place = folder.parent
    pool = Pool(place)
    if deep is None:
        deep = _wants_deep(before, context)
    key = context.vault.database if context.vault is not None else None
    pool.check_room(database_size(context.folder))
    if progress is not None:
        progress.start(0, tr("Copying the library"))
    facts = copying.copy(context.engine, folder / DATABASE, key, progress)
    if context.vault is not None:
        shutil.copyfile(context.folder / KEY, folder / KEY)
        atomic.flush(folder / KEY)
    if progress is not None:
        progress.start(0, tr("Checking the copy"))
    elsewhere = not _same_disk(context.folder, place)
    if elsewhere:  # read back from the medium
        _flush(folder / DATABASE)
    with ThreadPoolExecutor(1) as beside:  # hashing takes as long as everything else
        hashed = beside.submit(read_hash, folder / DATABASE, past_cache=elsewhere)
        if not elsewhere:
            _flush(folder / DATABASE)
        if not _is_sound(folder / DATABASE, key, facts, deep, walked=elsewhere):
            raise UserError("backup_failed", Exit.ENVIRONMENT, path=str(folder))
        entries, left_out = _pool_files(context, pool, before, progress)
        sha512 = hashed.result()
    pool.flush()
    info = BackupInfo(
        folder,
        sequence=1 + max((one.sequence for one in before), default=0),
        made_at=context.now(),
        why=why,
        library=facts.library,
        unit=facts.unit if context.vault is None else "",
        schema=facts.schema,
        locked=context.vault is not None,
        counts=facts.counts,
        tables=facts.tables,
        head=facts.head,
        count=facts.count,
        state=_mark(context, facts.state),
        files=len(entries),
        files_size=sum(one.size for one in entries),
        size=(folder / DATABASE).stat().st_size + sum(one.size for one in entries),
        deep=deep,
        sha512=sha512,
        list_sha512=manifest.write_list(folder, entries),
        left_out=tuple(left_out),
    )
    atomic.flush_folder(place)
    if progress is not None:
        progress.check()
    manifest.write(info)
    return info


def _pool_files(
    context: Context, pool: Pool, before: list[BackupInfo], progress: Progress | None
) -> tuple[list[FileEntry], list[str]]:
    known = _known(before)
    sources = list(_sources(context.home))
    new = [one for one in sources if not _is_pooled(pool, known.get(one.where), one)]
    if new and not _same_disk(new[0].path, pool.place):
        pool.links = False
        pool.check_room(sum(one.size for one in new))
    if progress is not None:
        progress.start(0 if pool.links else 2 * sum(one.size for one in new), tr("Copying attachments"))
    entries, left_out = [], []
    for one in sources:
        entry = known.get(one.where)
        if entry is None or not _is_pooled(pool, entry, one):
            try:
                entry = _take(pool, one, context.vault is not None, progress)
            except ValueError:
                left_out.append(one.where)
                continue
        entries.append(entry)
    return entries, left_out


def _take(pool: Pool, source: _Source, locked: bool, progress: Progress | None) -> FileEntry:
    """Put one file into the pool: a plain attachment is called by its hash already, others are read for it."""
    name = source.path.name
    if source.where.startswith(f"{files.FOLDER}/") and not locked:
        if not pool.has(name, source.size):
            pool.take(source.path, name, source.size, name, progress)
        return FileEntry(source.where, source.size, name)
    said = read_hash(source.path, None)
    if not source.where.startswith(f"{files.FOLDER}/"):
        name = said[:40]
    if not pool.has(name, source.size):
        pool.take(source.path, name, source.size, said, progress)
    return FileEntry(source.where, source.size, name, "" if said.startswith(name) else said)


def _sources(folder: Path) -> Iterator[_Source]:
    """The library's attachments and frozen reports; also attachments that only an undo would bring back."""
    for name, one in _walk(folder / files.FOLDER):
        if one.name[:2] == name and _FILE.fullmatch(one.name):
            yield _source(files.FOLDER, name, one)
    for name, one in _walk(folder / frozen.FOLDER):
        if _FROZEN.fullmatch(name) and _FROZEN_FILE.fullmatch(one.name):
            yield _source(frozen.FOLDER, name, one)


def _source(area: str, name: str, one: os.DirEntry[str]) -> _Source:
    return _Source(f"{area}/{name}/{one.name}", one.path, one.stat(follow_symlinks=False).st_size)


def _walk(top: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    if not top.is_dir():
        return
    for folder in sorted(os.scandir(top), key=lambda one: one.name):
        if folder.is_dir(follow_symlinks=False):
            for one in sorted(os.scandir(folder.path), key=lambda one: one.name):
                if one.is_file(follow_symlinks=False):
                    yield folder.name, one


def _known(before: list[BackupInfo]) -> dict[str, FileEntry]:
    """The attachments of the newest backup whose list can be read: what they are need not be found out again.

    Not the frozen reports: their names say nothing of their content, which a restore or another key changes.
    """
    for info in before:
        with contextlib.suppress(UserError):
            listed = manifest.read_list(info)
            return {one.where: one for one in listed if one.where.startswith(f"{files.FOLDER}/")}
    return {}


def _is_pooled(pool: Pool, entry: FileEntry | None, source: _Source) -> bool:
    return entry is not None and entry.size == source.size and pool.has(entry.name, entry.size)


def _same_disk(one: Path, other: Path) -> bool:
    """Whether both lie on one disk."""
    with contextlib.suppress(OSError):
        return one.stat().st_dev == other.stat().st_dev
    return False


def _is_sound(path: Path, key: bytes | None, facts: copying.Facts, deep: bool, *, walked: bool) -> bool:
    try:
        return copying.is_sound(path, key, facts.tables, deep=deep, walked=walked)
    except sqlcipher.Error:
        return False


def _wants_deep(before: list[BackupInfo], context: Context) -> bool:
    now = context.clock()
    return not any(one.ok and one.deep and abs(now - one.moment) < _DEEP_EVERY for one in before)


def _measured(place: Path, found: list[BackupInfo]) -> list[BackupInfo]:
    """With what taking each away would free: its own files, and those of the pool nobody else names."""
    there, named, lists = sizes(place), dict[str, int](), dict[Path, set[str]]()
    for info in found:
        with contextlib.suppress(UserError):
            lists[info.path] = manifest.read_names(info)
            for name in lists[info.path]:
                named[name] = named.get(name, 0) + 1
    return [
        replace(
            info,
            own_size=folder_size(info.path)
            + sum(
                there[name][0]
                for name in lists.get(info.path, ())
                if named[name] == 1 and name in there and not there[name][1]
            ),
        )
        for info in found
    ]


def folder_size(folder: Path) -> int:
    total = 0
    for name in (DATABASE, KEY, MANIFEST, FILES):
        with contextlib.suppress(OSError):
            total += (folder / name).stat().st_size
    return total


def database_size(folder: Path) -> int:
    """Bytes of the database in ``folder`` with its journal."""
    total = 0
    for suffix in ("", "-wal"):
        with contextlib.suppress(OSError):
            total += (folder / f"{DATABASE}{suffix}").stat().st_size
    return total


def _new_folder(place: Path, wanted: str) -> Path:
    folder, number = place / wanted, 1
    while os.path.lexists(folder):
        number += 1
        folder = place / f"{wanted}-{number}"
    folder.mkdir()
    return folder


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):  # a stick that was pulled: swept when it is back
        shutil.rmtree(folder)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _stamp(moment: str) -> str:
    return moment.replace("-", "").replace(":", "").replace("T", "-").rstrip("Z")
