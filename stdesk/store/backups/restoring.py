"""A library put back to a backup: made whole beside it, looked at, then swapped; what was there is kept."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import atomic
from stdesk.clock import Clock, timestamp
from stdesk.domain.kinds import Kinds
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.store import chain, files, frozen, history, opening, swap, witness
from stdesk.store.backups import checking, copying, manifest, repository
from stdesk.store.backups.model import DATABASE, KEY, BackupInfo, Difference, FileEntry
from stdesk.store.backups.pool import copy_proved
from stdesk.store.context import Context
from stdesk.store.engine import raw
from stdesk.store.faults import told
from stdesk.store.lock import Lock
from stdesk.store.vault import Vault

_LAYOUT = {
    DATABASE, KEY, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal", opening.LOCK, *opening.FOLDERS,
    swap.FOLDER, swap.NOTE, swap.KEPT, "library.tries", f"{DATABASE}-sums", f"{DATABASE}-hurt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be restored, and by whom.

    Attributes:
        folder: of the library; new or empty folders become one.
        settings: put into the restored library. label: of the act that its history gets.
        secret: password or recovery code; vault: the key, when it is known already.
        other: the backup may be of another library, or without the password that this one has.
    """

    folder: Path
    info: BackupInfo
    kinds: Kinds
    clock: Clock
    user: str
    label: str
    settings: Mapping[str, str]
    secret: str = ""
    vault: Vault | None = None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring did.

    Attributes:
        kept: where the database that was replaced lies; ``None`` when there was none.
        counts: kind by kind, records before (``now``) and after (``then``).
        files: attachments and snapshots that came back from the backup.
        missing: places of those that the backup could not give either.
        backup: the backup made of the state just before; ``None`` when it could not be read or there was none.
    """

    kept: Path | None
    counts: tuple[Difference, ...]
    files: int
    missing: tuple[str, ...]
    backup: BackupInfo | None


@dataclass(frozen=True, slots=True)
class _Before:
    """What the library held until now; nothing is known of one that cannot be read."""

    facts: copying.Facts | None = None
    heads: tuple[bytes, ...] = ()
    restores: tuple[tuple[int, str, int], ...] = ()
    vault: Vault | None = None
    backup: BackupInfo | None = None


def restore(request: Request, progress: Progress | None = None) -> Restored:
    """Put the library back. It is closed; whatever stops this, it is the old one or the new one.

    Raises:
        UserError: ``library_locked`` while somebody has it open; ``folder_not_empty``; ``backup_other_library``;
            ``backup_not_locked`` when it would take the password away; what
            :func:`stdesk.store.backups.checking.unlock` and ``admit`` raise; ``backup_damaged``;
            ``backup_no_room``; what the disk refused.
        Cancelled: asked to stop before the swap; nothing happened.
    """
    folder, info = request.folder.absolute(), request.info
    opening.check_no_backup(folder)
    if not info.ok:
        raise UserError(info.problem or "backup_damaged", Exit.ENVIRONMENT, path=str(info.path))
    with told(folder), _held(folder, request):
        swap.finish(folder)
        _check_folder(folder)
        present = _present_vault(folder, request)
        vault = checking.unlock(info, request.secret, present)
        checking.admit(info.path / DATABASE, vault, request.kinds)
        entries = manifest.read_list(info)
        before = _before(folder, request, present or vault, progress)
        _check_fits(folder, request, before)
        _check_room(folder, info, entries)
        try:
            fresh = swap.prepare(folder)
            _copy_database(request, fresh, vault, before, progress)
            anew = _is_other_key(folder, vault, before)
            back, missing = _bring_files(folder, fresh, info, entries, progress, anew=anew)
            after = _finish_database(request, fresh, vault, before)
            names = [DATABASE, KEY, *([files.FOLDER] if anew else ()), *_reports(folder, fresh, entries)]
            there = os.path.lexists(folder / DATABASE)
            kept = swap.commit(folder, names, f"{_stamp(request.clock)}-restore")
        except BaseException:
            if not swap.pending(folder):
                with contextlib.suppress(OSError):
                    swap.discard(folder)
            raise
        for name in opening.FOLDERS:
            (folder / name).mkdir(exist_ok=True)
    counts = _differences(before.facts, after, request.kinds)
    return Restored(kept if there else None, counts, back, tuple(missing), before.backup)


def give_back(
    info: BackupInfo, folder: Path, wanted: Sequence[str], progress: Progress | None = None
) -> list[str]:
    """Bring files of the backup into the library at ``folder`` unless it has them as they were.

    Args:
        wanted: places, as :attr:`FileEntry.where` says them.

    Returns:
        Those that the backup has not got either, or not as they were.
    """
    known = {one.where: one for one in manifest.read_list(info)}
    entries = [known[one] for one in wanted if one in known]
    _, missing = _bring(folder, info, entries, progress)
    return [*(one for one in wanted if one not in known), *missing]


@contextmanager
def _held(folder: Path, request: Request) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock.take(folder / opening.LOCK, user=request.user, at=timestamp(request.clock()))
    try:
        yield
    finally:
        lock.release()


def _check_folder(folder: Path) -> None:
    """A library, what an interrupted restoring left, or nothing: other people's files are left in peace."""
    if not (folder / DATABASE).exists() and any(one.name not in _LAYOUT for one in folder.iterdir()):
        raise UserError("folder_not_empty", Exit.USAGE, path=str(folder))


def _present_vault(folder: Path, request: Request) -> Vault | None:
    """The key of what lies there now, when what was given opens it."""
    if request.vault is None and request.secret:
        with contextlib.suppress(UserError):
            return opening.unlock(folder, request.secret)
    return request.vault


def _before(folder: Path, request: Request, vault: Vault | None, progress: Progress | None) -> _Before:
    """What there is now, with a backup of it; a library that cannot be read is kept by the swap all the same."""
    if not (folder / DATABASE).is_file():
        return _Before()
    vault = vault if (folder / KEY).exists() else None
    try:
        with opening.as_it_stands(folder, request.kinds, request.clock, request.user, vault) as context:
            with context.engine.connect() as connection:
                facts = copying.read_facts(raw(connection))
                heads = tuple(chain.heads(connection))
                restores = tuple(witness.restores(raw(connection))) if heads else ()
            made = _backed_up(context, progress)
    except (UserError, sqlcipher.Error) as error:
        if isinstance(error, UserError) and error.code in ("backup_no_room", "disk_full", "backup_running"):
            raise
        return _Before()
    return _Before(facts, heads, restores, vault, made)


def _backed_up(context: Context, progress: Progress | None) -> BackupInfo:
    place = context.folder / opening.BACKUPS
    newest = next(iter(repository.listed(place)), None)
    if newest is not None and repository.has_present_state(context, newest):
        return newest
    return repository.write(context, place, "restore", progress)


def _check_fits(folder: Path, request: Request, before: _Before) -> None:
    if request.other:
        return
    info = request.info
    known = before.facts.library if before.facts is not None else ""
    if not known:
        known = next((one.library for one in repository.listed(folder / opening.BACKUPS) if one.library), "")
    if known and info.library and info.library != known:
        raise UserError("backup_other_library", path=str(info.path), library=str(folder))
    if (folder / KEY).exists() and not info.locked:
        raise UserError("backup_not_locked", path=str(info.path), library=str(folder))


def _check_room(folder: Path, info: BackupInfo, entries: Sequence[FileEntry]) -> None:
    new = sum(one.size for one in entries if not (folder / one.where).exists())
    wanted = 2 * (info.path / DATABASE).stat().st_size + new
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise UserError(
            "backup_no_room",
            Exit.ENVIRONMENT,
            path=str(folder),
            wanted=-(-wanted // (1 << 20)),
            free=free >> 20,
        )


def _copy_database(
    request: Request, fresh: Path, vault: Vault | None, before: _Before, progress: Progress | None
) -> None:
    info = request.info
    if progress is not None:
        progress.start((info.path / DATABASE).stat().st_size, tr("Copying the library"))
    try:
        copy_proved(info.path / DATABASE, fresh / DATABASE, info.sha512, progress)
    except ValueError as error:
        raise UserError("backup_damaged", Exit.ENVIRONMENT, path=str(info.path)) from error
    key = vault.database if vault is not None else None
    if progress is not None:
        progress.start(0, tr("Checking the copy"))
    try:
        sound = copying.is_sound(fresh / DATABASE, key, info.tables, deep=True)
    except sqlcipher.Error:
        sound = False
    if not sound:
        raise UserError("backup_damaged", Exit.ENVIRONMENT, path=str(info.path))
    if vault is not None:
        # The same key behind a password changed since: the present password goes on.
        same = before.vault is not None and before.vault.opens_same(vault)
        shutil.copyfile((request.folder if same else info.path) / KEY, fresh / KEY)


def _finish_database(request: Request, fresh: Path, vault: Vault | None, before: _Before) -> copying.Facts:
    """Bring the copy up to date and let its history say what happened."""
    context = checking.bring_up(fresh, request.kinds, request.clock, request.user, vault)
    try:
        with context.engine.connect() as connection:
            then = copying.read_facts(raw(connection))
            common = _common(before, chain.heads(connection))
        with context.writing() as connection:
            said = _said(request.info, before.facts, then)
            if before.facts is not None:
                said["common"] = common
            history.write_action(
                connection, at=context.now(), who=request.user, label=request.label, params=said, role=history.FIXED,
            )  # fmt: skip
            for key, value in request.settings.items():
                connection.exec_driver_sql(
                    "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, value)
                )
        with context.engine.connect() as connection:
            raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return then
    finally:
        context.engine.dispose()


def _common(before: _Before, then: Sequence[bytes]) -> int:
    """How many acts two histories share from the first one on.

    A restore that only the replaced one told of had left a third: what all of them share.
    """
    differing = (
        place for place, pair in enumerate(zip(before.heads, then, strict=False)) if pair[0] != pair[1]
    )
    common = next(differing, min(len(before.heads), len(then)))
    return min([common, *(shared for place, _, shared in before.restores if place > common)])


def _said(info: BackupInfo, now: copying.Facts | None, then: copying.Facts) -> dict[str, Any]:
    return {
        "backup": info.path.name,
        "moment": info.made_at,
        "records": sum(then.counts.values()),
        "records_before": sum(now.counts.values()) if now is not None else None,
        "head": info.head[:32],
        "count": info.count,
        "head_before": now.head[:32] if now is not None else "",
        "count_before": now.count if now is not None else None,
    }


def _is_other_key(folder: Path, vault: Vault | None, before: _Before) -> bool:
    """Whether the backup is of a time with another password or none: no attachment may stay among its own."""
    if (folder / KEY).exists() != (vault is not None):
        return True
    return vault is not None and before.vault is not None and not before.vault.opens_same(vault)


def _bring_files(
    folder: Path, fresh: Path, info: BackupInfo, entries: Sequence[FileEntry], progress: Progress | None,
    *, anew: bool,
) -> tuple[int, list[str]]:  # fmt: skip
    """Attachments go to their own place at once: by their names they are what they are. Reports are swapped.

    Args:
        anew: attachments are swapped too, all together: those of another key neither fit nor stay.
    """
    mine = [one for one in entries if one.where.startswith(f"{files.FOLDER}/")]
    count, missing = _bring(fresh if anew else folder, info, mine, progress)
    for one in entries:
        if one.where.startswith(f"{frozen.FOLDER}/") and not _is_there(folder, info, one):
            more, gone = _bring(fresh, info, [one], None)
            count, missing = count + more, missing + gone
    return count, missing


def _bring(
    folder: Path, info: BackupInfo, entries: Sequence[FileEntry], progress: Progress | None
) -> tuple[int, list[str]]:
    if progress is not None:
        progress.start(sum(one.size for one in entries), tr("Bringing attachments back"))
    count, missing = 0, []
    for one in entries:
        if not _is_there(folder, info, one):
            target = folder / one.where
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                copy_proved(checking.pool_path(info, one), target, one.sha512 or one.name)
                count += 1
            except (ValueError, FileNotFoundError):
                missing.append(one.where)
        if progress is not None:
            progress.step(one.size)
    for parent in {(folder / one.where).parent for one in entries}:
        if parent.is_dir():
            atomic.flush_folder(parent)
    return count, missing


def _is_there(folder: Path, info: BackupInfo, entry: FileEntry) -> bool:
    """Whether the library has the file as it was; one shared with the pool is not read: it is the same."""
    path = folder / entry.where
    with contextlib.suppress(OSError):
        if path.samefile(checking.pool_path(info, entry)):
            return True
    return checking.is_whole(path, entry)


def _reports(folder: Path, fresh: Path, entries: Sequence[FileEntry]) -> list[str]:
    """Folders of frozen reports to be swapped: changed ones, and those that the backup does not know yet.

    The latter go to ``kept/``: the restored library may give their names again.
    """
    known = {one.where.split("/")[1] for one in entries if one.where.startswith(f"{frozen.FOLDER}/")}
    top = folder / frozen.FOLDER
    later = [one.name for one in top.iterdir() if one.name not in known] if top.is_dir() else []
    changed = (
        [one.name for one in (fresh / frozen.FOLDER).iterdir()] if (fresh / frozen.FOLDER).is_dir() else []
    )
    return [f"{frozen.FOLDER}/{name}" for name in sorted({*later, *changed})]


def _differences(now: copying.Facts | None, then: copying.Facts, kinds: Kinds) -> tuple[Difference, ...]:
    counted = now.counts if now is not None else {}
    return tuple(Difference(kind, counted.get(kind, 0), then.counts.get(kind, 0)) for kind in kinds.names)


def _stamp(clock: Clock) -> str:
    return clock().strftime("%Y%m%d-%H%M%S")
