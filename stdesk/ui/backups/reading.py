"""What the pages ask of the backups: plain functions for worker threads."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stdesk.domain.fields import FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, Record, State
from stdesk.errors import UserError
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.services.backups import BackupInfo as Backup
from stdesk.services.backups import Backups, Place, Restored
from stdesk.services.desk import Desk
from stdesk.services.locking import Vault
from stdesk.ui.history.wording import field_label, shown_value

__all__ = ["Backup", "Compared", "Differs", "Found", "Kept", "Place", "Restored"]

MOST_FOUND = 50
BACKUPS, MANIFEST = "backups", "backup.json"
_CODES = ("state", "secrecy")  # of a record, beside its fields


@dataclass(frozen=True, slots=True)
class Kept:
    """The backups of a library.

    Attributes:
        backups: those beside it, newest first. place: the second place.
        free: bytes free on the library's disk; ``None`` when it does not say.
        today: the day it is. untouched: nothing was ever done in the library.
    """

    backups: tuple[Backup, ...]
    place: Place
    free: int | None
    today: date
    untouched: bool = False

    @property
    def good(self) -> tuple[Backup, ...]:
        """Those that can be gone back to."""
        return tuple(one for one in self.backups if one.ok)

    @property
    def last(self) -> Backup | None:
        """The newest good one."""
        return next(iter(self.good), None)

    @property
    def room(self) -> int:
        """Bytes that all of them take; what several share is counted once."""
        return sum(one.own_size for one in self.backups)


@dataclass(frozen=True, slots=True)
class Compared:
    """Records by kind: the kind in words, how many now, how many in the backup."""

    rows: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A record of a backup; ``gone``: the library has it no longer."""

    id: str
    kind_label: str
    number: int
    title: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Differs:
    """What taking a record back would change.

    Attributes:
        lines: name of a field, the library's value, the backup's, in words.
        gone: the library has it no longer. trashed: it lies in the trash, and did not then.
    """

    id: str
    lines: list[tuple[str, str, str]]
    gone: bool
    trashed: bool


def read(desk: Desk, progress: Progress) -> Kept:
    """What is kept of the open library."""
    backups = tuple(desk.backups.listed())
    progress.check()
    untouched = not backups and desk.backups.is_untouched()
    return Kept(backups, desk.backups.place_state(), _free(desk.folder), desk.today(), untouched)


def _free(folder: Path) -> int | None:
    with suppress(OSError):
        return shutil.disk_usage(folder).free
    return None


def back_up(desk: Desk, why: str, progress: Progress) -> Backup | None:
    """Make a backup; ``None`` when nothing has changed."""
    return desk.backups.run(why, progress)


def back_up_when_due(desk: Desk, progress: Progress) -> bool:
    """Make the backup that is due; whether one was made."""
    why = desk.backups.due()
    return why is not None and desk.backups.run(why, progress) is not None


def back_up_there(desk: Desk, progress: Progress) -> Backup | None:
    """Make a backup at the second place; ``None`` when nothing has changed."""
    return desk.backups.run_place(progress)


def set_place(desk: Desk, folder: Path | None, progress: Progress) -> Place:
    """Choose the second place, or none."""
    progress.check()
    return desk.backups.set_place(folder)


def compare(desk: Desk, backup: Backup, progress: Progress) -> Compared:
    """How many records of each kind there are now and in ``backup``."""
    rows = desk.backups.compare(backup)
    progress.check()
    return Compared(tuple((str(desk.kinds[one.kind].plural), one.now, one.then) for one in rows))


def listed_in(folder: Path, place: Path | None, progress: Progress) -> tuple[Backup, ...]:
    """The backups beside the library in ``folder``, or in ``place``, newest first; the library may be damaged."""
    top = place or folder / BACKUPS
    manifests = [*top.glob(f"*/{MANIFEST}"), *(top.glob(f"*/*/{MANIFEST}") if place is not None else ())]
    found = []
    for one in progress.each(manifests):
        try:
            found.append(Backups.look(one.parent))
        except UserError as error:
            found.append(Backup(one.parent, ok=False, problem=error.code))
    return tuple(sorted(found, key=lambda one: (one.made_at, one.sequence), reverse=True))


def records_in(backup: Backup) -> int:
    """Records in a backup, not in the trash."""
    return sum(backup.counts.values())


def problem_words(backup: Backup) -> str:
    """What is known against a backup, in words; "" for nothing."""
    if backup.ok:
        return ""
    path = str(backup.path)
    return message(backup.problem, path=path) if backup.problem else tr("It is not whole: {path}", path=path)


def find(desk: Desk, backup: Backup, words: str, secret: str, progress: Progress) -> list[Found]:
    """Records of ``backup`` found by words; ``secret``: its password when that is another one."""
    hits = desk.backups.find_in(backup, words, limit=MOST_FOUND, secret=secret)
    progress.check()
    there = {one.id for one in desk.catalogue.records([one.id for one in hits])} if hits else set()
    return [
        Found(one.id, str(desk.kinds[one.kind].label), one.number, one.title, one.id not in there)
        for one in hits
    ]


def differs(desk: Desk, backup: Backup, record_id: str, secret: str, progress: Progress) -> Differs:
    """What taking the record back would change."""
    then = desk.backups.record_in(backup, record_id, secret)
    progress.check()
    found = desk.catalogue.records([record_id])
    now = found[0] if found else None
    kind = desk.kinds[then.kind]
    names = [*(one.name for one in kind.fields), *_CODES]
    changed = [name for name in names if _value(now, name) != _value(then, name)]
    titles = _titles(desk, kind, changed, (now, then))
    lines = [
        (
            field_label(kind, name),
            shown_value(kind, name, _value(now, name), titles),
            shown_value(kind, name, _value(then, name), titles),
        )
        for name in changed
    ]
    trashed = now is not None and now.state is State.TRASHED and then.state is not State.TRASHED
    return Differs(record_id, lines, now is None, trashed)


def _value(record: Record | None, name: str) -> Value:
    if record is None:
        return None
    if name == "state":
        return record.state.value
    return record.secrecy if name == "secrecy" else record.get(name)


def _titles(desk: Desk, kind: Kind, names: list[str], records: tuple[Record | None, ...]) -> dict[str, str]:
    """Titles of the records that links name, as far as the library has them."""
    links = [name for name in names if name in kind.by_name and kind.field(name).type is FieldType.LINKS]
    ids = {one for record in records if record for name in links for one in record.get(name) or ()}
    found = desk.catalogue.records(sorted(ids)) if ids else []
    return {one.id: str(one.get(desk.kinds[one.kind].title) or one.number) for one in found}


def take_back(desk: Desk, backup: Backup, record_id: str, secret: str, progress: Progress) -> Changes:
    """Make the record what it is in ``backup``."""
    progress.check()
    return desk.backups.restore_record(backup, record_id, secret)


def may_restore(desk: Desk, backup: Backup, secret: str, progress: Progress) -> Vault | None:
    """What opens ``backup``, when going back to it is allowed.

    Raises:
        UserError: ``role_wanted``; ``backup_wants_password`` when it has another password than the library;
            ``password_wrong``.
    """
    progress.check()
    if desk.roles.required("restore") is not None:
        desk.roles.demand()
    return desk.backups.unlock(backup, secret)


def restore(
    folder: Path, backup: Backup, user: str, secret: str, vault: Vault | None, progress: Progress
) -> Restored:
    """Put the closed library in ``folder`` back to ``backup``."""
    return Backups.restore(folder, backup, progress, user=user, secret=secret, vault=vault)
