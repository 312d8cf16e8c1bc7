"""Mending a library on a copy, and making a new one from what a damaged one and its backups still hold."""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.clock import Clock, timestamp
from stdesk.domain.secrecy import LEVELS
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.store import chain, doctor, files, frozen, history, opening, salvage, swap
from stdesk.store.backups import checking, manifest, repository
from stdesk.store.backups.model import BackupInfo
from stdesk.store.doctor import DATABASE, Patient
from stdesk.store.engine import give_key, raw
from stdesk.store.faults import told
from stdesk.store.lock import Lock
from stdesk.store.salvage import LostThing, Salvaged
from stdesk.store.vault import NAME as KEY_FILE

REBUILT = frozenset({"file", "pages", "references", "schema", "index", "records", "settings"})
_PART = "recovered.db"


@dataclass(frozen=True, slots=True)
class Rescued:
    """A new library: how many records; the backup used ("" none), acts after it; what is missing."""

    records: int
    backup: str
    acts: int
    lost: tuple[LostThing, ...]


# -- mending


def mend(patient: Patient, names: Collection[str], progress: Progress, user: str, clock: Clock) -> None:
    """Mend what the checks ``names`` found. The library is closed and sound enough to open.

    Raises:
        UserError: ``library_locked``; ``mending_would_lose``; what the disk refused. Cancelled: nothing happened.
    """
    folder, stamp = patient.folder, f"{clock():%Y%m%d-%H%M%S}"
    with _held(folder, user, clock):
        if REBUILT & set(names):
            _rebuild(patient, progress, user, clock, f"{stamp}-mended")
        if {"files", "snapshots"} & set(names):
            bring_files(patient, folder, folder / swap.KEPT / f"{stamp}-mended", progress)
        if "orphans" in names:
            _put_aside(patient, folder / swap.KEPT / f"{stamp}-orphans")


def _rebuild(patient: Patient, progress: Progress, user: str, clock: Clock, kept: str) -> None:
    """The database made anew from its rows, beside it, looked at, then swapped."""
    folder, fresh = patient.folder, swap.prepare(patient.folder)
    try:
        key = patient.vault.database if patient.vault is not None else None
        with told(folder), closing(salvage.make_database(fresh / DATABASE, patient.kinds, key)) as made:
            result = salvage.salvage(
                made,
                [patient.driver],
                patient.kinds,
                progress,
                at=timestamp(clock()),
                who=user,
                trust_history=True,
            )
        if result.lost or not result.chained:
            raise UserError("mending_would_lose", Exit.ENVIRONMENT, count=max(1, len(result.lost)))
        _finish(patient, fresh, user, clock, "")
        again = Patient.open(fresh, patient.kinds, patient.vault)
        try:
            _check_mended(again, progress)
        finally:
            again.close()
        patient.close()
        swap.commit(folder, [DATABASE], kept)
        with contextlib.suppress(OSError):
            (folder / "library.db-hurt").unlink()
    except BaseException:
        with contextlib.suppress(OSError, UserError):
            swap.discard(folder)
        raise


def _check_mended(patient: Patient, progress: Progress) -> None:
    for faults in (
        doctor.look_at_pages(patient),
        doctor.look_at_references(patient),
        doctor.look_at_history(patient, progress),
        doctor.look_at_records(patient, progress),
    ):
        if faults:
            raise UserError("mending_would_lose", Exit.ENVIRONMENT, count=len(faults))


def _finish(patient: Patient, folder: Path, user: str, clock: Clock, label: str, **params: Any) -> int:
    """Open the new database once: indexes, ordering keys, search. Returns how many records it holds."""
    context = opening.open_prepared(folder, patient.kinds, clock, user, patient.vault)
    try:
        if label:
            with context.writing() as connection:
                history.write_action(
                    connection, at=context.now(), who=user, label=label, params=params, role=history.FIXED
                )
        with context.engine.connect() as connection:
            driver = raw(connection)
            count = sum(
                driver.execute(f"SELECT count(*) FROM {where.name}").fetchone()[0] for where in context.tables
            )
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return int(count)
    finally:
        context.engine.dispose()
        for suffix in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                (folder / f"{DATABASE}{suffix}").unlink()


def bring_files(patient: Patient, target: Path, aside: Path | None, progress: Progress) -> list[LostThing]:
    """Attachments and snapshots that are gone or hurt in ``target``, from the library or its backups.

    Args:
        aside: where what stands in their place goes; ``None``: there is nothing.

    Returns:
        those found nowhere.
    """
    wanted = [
        (files.place(target, one.file, patient.vault), one.sha512, one.kind, one.number, one.name)
        for one in doctor.named_files(patient)
    ]
    sql = "SELECT period, submission, sha512, folder FROM frozen_report"
    for period, submission, sha512, name in patient.driver.execute(sql).fetchall():
        path = target / frozen.FOLDER / str(name) / frozen.file_name(patient.vault)
        wanted.append((path, sha512, "", submission, period))
    progress.start(len(wanted), tr("Fetching files"))
    lost, pool = [], _pool(patient.folder)
    for path, sha512, kind, number, name in wanted:
        progress.step()
        if files.is_sound(path, sha512, patient.vault):
            continue
        where = path.relative_to(target).as_posix()
        sources = [patient.folder / where, *pool.get(where, ())]
        good = next(
            (one for one in sources if one != path and files.is_sound(one, sha512, patient.vault)), None
        )
        if good is None:
            lost.append(LostThing("files", "file", kind, number, name))
            continue
        if path.exists() and aside is not None:
            (aside / where).parent.mkdir(parents=True, exist_ok=True)
            path.replace(aside / where)
        _copy(good, path)
    return lost


def _pool(folder: Path) -> dict[str, list[Path]]:
    """Place in the library -> where backups have it, the newest first."""
    found: dict[str, list[Path]] = {}
    for info in _backups(folder):
        with contextlib.suppress(UserError, OSError):
            for entry in manifest.read_list(info):
                path = checking.pool_path(info, entry)
                if path not in found.setdefault(entry.where, []):
                    found[entry.where].append(path)
    return found


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)


def _put_aside(patient: Patient, kept: Path) -> None:
    for path in doctor.orphans(patient):
        target = kept / path.relative_to(patient.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)


@contextmanager
def _held(folder: Path, user: str, clock: Clock) -> Iterator[None]:
    lock = Lock.take(folder / opening.LOCK, user=user, at=timestamp(clock()))
    try:
        swap.finish(folder)
        yield
    finally:
        lock.release()


# -- recovering


def recover(patient: Patient, target: Path, progress: Progress, user: str, clock: Clock) -> Rescued:
    """Make a library in ``target``, new or empty, from the one of ``patient`` and its newest good backup.

    Raises:
        UserError: ``folder_not_empty``; ``nothing_to_recover``; what the disk refused.
        Cancelled: it was stopped; nothing is left behind.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError("folder_not_empty", Exit.USAGE, path=str(target))
    new = not target.exists()
    try:
        with told(target):
            for name in ("", *opening.FOLDERS):
                (target / name).mkdir(parents=True, exist_ok=True)
            return _recover(patient, target, progress, user, clock)
    except BaseException:
        for child in target.iterdir() if target.is_dir() else ():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        if new:
            with contextlib.suppress(OSError):
                target.rmdir()
        raise


def _recover(patient: Patient, target: Path, progress: Progress, user: str, clock: Clock) -> Rescued:
    info = _newest_good(patient, progress)
    sources = [_first_source(patient)] if patient.driver is not None else []
    mended = None if sources else _with_new_head(patient, target)
    if mended is not None:
        sources.append(mended)
    if info is not None:
        sources.append(doctor.connect(info.path, patient.vault))
    if not sources:
        raise UserError("nothing_to_recover", Exit.ENVIRONMENT, path=str(patient.folder))
    key = patient.vault.database if patient.vault is not None else None
    head = chain.head(sources[-1]) if info is not None else chain.Head(0, "")
    try:
        with closing(salvage.make_database(target / DATABASE, patient.kinds, key)) as made:
            result = salvage.salvage(
                made, sources, patient.kinds, progress, at=timestamp(clock()), who=user, trust_history=True
            )
    finally:
        for source in sources:
            if source is not patient.driver:
                source.close()
        (target / _PART).unlink(missing_ok=True)
    if patient.vault is not None:
        shutil.copyfile(patient.folder / KEY_FILE, target / KEY_FILE)
    _check_not_empty(target, patient, result)
    params = {
        "backup": info.path.name if info is not None else "",
        "count": head.count if result.chained else 0,
    }
    records = _finish(patient, target, user, clock, "recovered", **params, lost=len(result.lost))
    fresh = Patient(patient.folder, patient.kinds, patient.vault, doctor.connect(target, patient.vault))
    try:
        lost = [*result.lost, *bring_files(fresh, target, None, progress)]
    finally:
        fresh.close()
    return Rescued(records, str(params["backup"]), max(0, result.acts_after), tuple(_worth_saying(lost)))


def _first_source(patient: Patient) -> Any:
    if patient.vault is None:
        return patient.driver
    return salvage.Persistent(partial(doctor.connect, patient.folder, patient.vault))


def _check_not_empty(target: Path, patient: Patient, result: Salvaged) -> None:
    if not result.rows.get("setting") and not result.rows.get("record"):
        raise UserError("nothing_to_recover", Exit.ENVIRONMENT, path=str(patient.folder))
    with closing(doctor.connect(target, patient.vault)) as made:
        missing = made.execute("SELECT 1 FROM setting WHERE key = 'secrecy_ceiling'").fetchone() is None
    if missing:  # without it the database would take everything for allowed
        with closing(sqlcipher.connect(str(target / DATABASE), isolation_level=None)) as made:
            give_key(made, patient.vault.database if patient.vault is not None else None)
            made.execute("INSERT INTO setting (key, value) VALUES ('secrecy_ceiling', ?)", (LEVELS[0],))
            made.execute("INSERT OR IGNORE INTO setting VALUES ('library:id', lower(hex(randomblob(16))))")


def _worth_saying(lost: list[LostThing]) -> Iterator[LostThing]:
    """Without rows of tables that the program makes anew."""
    derived = {"chain", "chain_forgotten", "chain_head"}
    return (one for one in lost if one.table not in derived)


def _newest_good(patient: Patient, progress: Progress) -> BackupInfo | None:
    for info in _backups(patient.folder):
        with contextlib.suppress(UserError):
            checked = checking.check(info, patient.vault, progress=progress)
            if checked.ok and checked.locked == (patient.vault is not None):
                return checked
    return None


def _backups(folder: Path) -> list[BackupInfo]:
    try:
        return [one for one in repository.listed(folder / opening.BACKUPS) if one.ok]
    except (UserError, OSError):
        return []


def _with_new_head(patient: Patient, target: Path) -> Any:
    """The damaged file with the first hundred bytes of a sound one, when only those are hurt; else ``None``."""
    damaged = patient.folder / DATABASE
    if patient.vault is not None or not damaged.is_file():
        return None
    model, part = target / "model.db", target / _PART
    try:
        with closing(salvage.make_database(model, patient.kinds, None)) as made:
            made.execute("COMMIT")
        with model.open("rb") as file:
            head = bytearray(file.read(100))
        shutil.copyfile(damaged, part)
        struct.pack_into(">I", head, 28, part.stat().st_size // 4096)
        struct.pack_into(">II", head, 32, 0, 0)  # no free pages are known
        with part.open("rb+") as file:
            file.write(head)
        return doctor.connect(target, None, _PART)
    except (sqlcipher.Error, OSError, UnicodeError):
        return None
    finally:
        model.unlink(missing_ok=True)
