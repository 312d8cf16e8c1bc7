"""Backups nobody asks for: when one is due, made, thinned out; restoring, whole or one record; a second place."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock, Timer
from typing import Any

from stdesk import logs
from stdesk.clock import Clock, local_date, local_time, system_clock, timestamp
from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.domain.records import Changes, Record
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import Exit, UserError
from stdesk.progress import Cancelled, Progress
from stdesk.services.second_place import Place, SecondPlace
from stdesk.services.succession import RESTORED
from stdesk.store.backups import checking, manifest, restoring
from stdesk.store.backups.model import MANIFEST, BackupInfo, Difference, Pruned
from stdesk.store.backups.pruning import Policy
from stdesk.store.backups.restoring import Restored
from stdesk.store.library import Hit, Library
from stdesk.store.settings import CEILING
from stdesk.store.vault import Vault

__all__ = ["BackupInfo", "Backups", "Difference", "Place", "Pruned", "Restored"]

BUDGET, EVERY = "backup:budget", "backup:every"
"""Settings; that they change is no reason to make a backup."""

MANY = 20
"""Records from which on a change to many is worth a backup before it."""

_OFTEN, _LEAST_OFTEN = 60, 10  # minutes
_PATIENCE = 3.0  # seconds after which the backup at closing is given up
_LARGE = 400 << 20  # bytes of a database, some 100,000 records, beyond which closing makes none


class Backups:
    """``desk.backups``.

    Attributes:
        last_pruned: what the last :meth:`run` took away.
    """

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library = library
        self._clock = clock
        self._one_at_a_time = RLock()
        self._second = SecondPlace(library, clock)
        self.last_pruned = Pruned()

    @property
    def folder(self) -> Path:
        """The library's own place for backups."""
        return self._library.backups.folder

    # -- made by themselves

    def due(self, now: datetime | None = None) -> str | None:
        """Why a backup should be made now: ``start`` (none of this day), ``hourly``; ``None`` when none is due."""
        if self._library.read_only or self._library.as_of is not None:
            return None
        now = now or self._clock()
        last = self._newest(self.folder)
        if last is None:
            return None if self._library.backups.is_untouched() else "start"
        waited = abs(now - last.moment) >= timedelta(
            minutes=self.every
        )  # a clock gone back waits for nothing
        new_day = local_date(last.moment) != local_date(now)
        other_lock = last.locked != self._library.locked  # a password was set or taken off since
        if not (waited or new_day or other_lock) or self._holds_all(last):
            return None
        return "start" if new_day else "hourly"

    def run(
        self, why: str, progress: Progress | None = None, *, deep: bool | None = None
    ) -> BackupInfo | None:
        """Make a backup and thin the older ones out; ``None`` when nothing changed since the last one.

        One asked for by hand is always made.

        Args:
            why: ``hourly``, ``start``, ``closing``, ``import``, ``bulk``, ``manual``.
            deep: it is checked in depth; by default once a day.

        Raises:
            UserError: see :func:`stdesk.store.backups.repository.write`; ``as_of_read_only``.
            Cancelled: nothing is left of it.
        """
        if self._library.as_of is not None:
            self._library.check_writable()
        with self._one_at_a_time:
            last = self._newest(self.folder)
            if why != "manual" and last is not None and self._holds_all(last):
                return None
            made = self._library.backups.write(self.folder, why, progress, deep=deep)
            logs.note("backup", why=why)
            self._prune(self.folder)
        return made

    def at_closing(self) -> BackupInfo | None:
        """The backup when the program is left: only when one is due, and never for longer than a few seconds.

        A large library's, and one that takes longer, is left to the next start; what fails as well.
        """
        progress = Progress()
        limit = Timer(_PATIENCE, progress.cancel)
        limit.daemon = True
        with suppress(UserError, OSError, Cancelled):
            if self.due() is None or self._library.backups.database_size() > _LARGE:
                return None
            limit.start()
            try:
                return self.run("closing", progress, deep=False)
            finally:
                limit.cancel()
        return None

    def before(
        self, why: str, progress: Progress | None = None, *, many: int | None = None
    ) -> BackupInfo | None:
        """The backup before something big, unless nothing changed since the last one or was ever done.

        Args:
            many: records it is about; below :data:`MANY` it is not big.
        """
        if many is not None and many < MANY:
            return None
        if self._library.read_only or self._library.as_of is not None or self._library.backups.is_untouched():
            return None  # what follows is refused anyway, or there is nothing to lose
        return self.run(why, progress)

    # -- looked at

    def listed(self, place: Path | None = None) -> list[BackupInfo]:
        """The backups in ``place`` (the library's own by default), newest first, with what each takes."""
        return self._library.backups.listed(place or self.folder, measured=True)

    def listed_there(self) -> list[BackupInfo]:
        """The backups of this library at the second place, newest first; none when it is not there."""
        folder = self._second.folder()
        return self.listed(folder) if folder is not None else []

    def single_files(self) -> list[Path]:
        """Copies of the database alone that lie among the backups; nothing but a person keeps or thins them out."""
        with suppress(OSError):
            return sorted(path for path in self.folder.glob("*.db") if path.is_file())
        return []

    @staticmethod
    def look(path: Path) -> BackupInfo:
        """The backup at ``path``: its folder, or a file in it.

        Raises:
            UserError: ``backup_not_there``, ``backup_unreadable``, ``backup_incomplete``.
        """
        folder = path.absolute()
        if folder.is_file():
            folder = folder.parent
        if not (folder / MANIFEST).is_file():
            raise UserError("backup_not_there", Exit.ENVIRONMENT, path=str(path))
        info = manifest.read(folder)
        if not info.ok:
            raise UserError(info.problem, Exit.ENVIRONMENT, path=str(path))
        return info

    def check(self, info: BackupInfo, deep: bool = False, progress: Progress | None = None) -> BackupInfo:
        """The backup looked into: opened, counted; ``deep``: every attachment read again as well."""
        try:
            vault = checking.unlock(info, vault=self._library.vault)
        except UserError as error:
            if error.code != "backup_wants_password":
                raise
            vault = None
        return checking.check(info, vault, deep=deep, progress=progress)

    def is_untouched(self) -> bool:
        """Whether nothing was ever done in the library: there is nothing to lose yet."""
        return self._library.backups.is_untouched()

    def unlock(self, info: BackupInfo, secret: str = "") -> Vault | None:
        """What opens a backup, ``None`` of one that is not locked.

        Raises:
            UserError: ``backup_wants_password`` when it is older than the password and ``secret`` is "";
                ``password_wrong``; ``key_file_damaged``.
        """
        return checking.unlock(info, secret, self._library.vault)

    def compare(self, info: BackupInfo) -> list[Difference]:
        """Records now and then, kind by kind, every kind of the library."""
        now = self._library.backups.counts()
        return [
            Difference(kind, now.get(kind, 0), info.counts.get(kind, 0)) for kind in self._library.kinds.names
        ]

    # -- one record

    def find_in(
        self, info: BackupInfo, words: str, kind: str | None = None, limit: int = 50, secret: str = ""
    ) -> list[Hit]:
        """Records of the backup found by words.

        Raises:
            UserError: ``backup_wants_password`` when it is older than the password; ``backup_foreign`` ...
        """
        with self._opened(info, secret) as then:
            return then.search(words, kind, limit)

    def record_in(self, info: BackupInfo, record_id: str, secret: str = "") -> Record:
        """A record as the backup has it (id, or kind/number). Raises ``record_gone``."""
        with self._opened(info, secret) as then:
            kind, _, number = record_id.partition("/")
            if number.isascii() and number.isdigit() and kind in then.kinds:
                found = then.by_number(kind, int(number))
            else:
                found = then.get(record_id)
        if found is None:
            raise UserError("record_not_in_backup", id=record_id, path=str(info.path))
        return found

    def restore_record(self, info: BackupInfo, record_id: str, secret: str = "") -> Changes:
        """Set a record to what it was then, or make it again; one act, which can be undone.

        Its attachments come along. A level raised since then stays raised.

        Raises:
            UserError: what :meth:`record_in` raises; ``restore_classified`` when the record is above the
                ceiling now.
        """
        then = self.record_in(info, record_id, secret)
        self._library.check_writable()
        now = self._library.get(then.id)
        ceiling = self._library.settings.get(CEILING) or ORDINARY
        if is_above(then.secrecy, ceiling) or (now is not None and is_above(now.secrecy, ceiling)):
            raise UserError("restore_classified", id=record_id)
        self._bring_files(info, then, secret)
        title = str(then.get(self._library.kinds[then.kind].title) or f"#{then.number}")
        with self._library.work("restored_record", title=title, moment=local_time(info.made_at)) as work:
            if now is None:
                known = (
                    self._library.key_of(then.id) is not None
                )  # its making was undone: redo may need the id
                work.create(
                    then.kind, then.values, state=then.state, secrecy=then.secrecy,
                    record_id=None if known else then.id,
                )  # fmt: skip
            else:
                values: dict[str, Any] = dict.fromkeys(now.values) | dict(then.values)
                level = now.secrecy if is_above(now.secrecy, then.secrecy) else then.secrecy
                work.update(then.id, values, state=then.state, secrecy=level)
        return work.changes

    # -- the whole library

    @staticmethod
    def restore(
        folder: Path,
        info: BackupInfo,
        progress: Progress | None = None,
        *,
        user: str = "",
        clock: Clock = system_clock,
        secret: str = "",
        vault: Vault | None = None,
        other: bool = False,
        kinds: Kinds | None = None,
    ) -> Restored:
        """Put the closed library in ``folder`` back to a backup, or make one there of it.

        What it had is in a backup made just before, and under ``kept/``. Its history says what happened, and
        its packages begin a new row.

        Args:
            secret: password or recovery code; vault: the key of an earlier opening. other: see
                :class:`stdesk.store.backups.restoring.Request`.

        Raises:
            UserError: see :func:`stdesk.store.backups.restoring.restore`.
        """
        request = restoring.Request(
            folder, info, kinds or all_kinds(), clock, user, "restored", {RESTORED: timestamp(clock())},
            secret, vault, other,
        )  # fmt: skip
        return restoring.restore(request, progress)

    # -- the second place

    def set_place(self, folder: Path | None) -> Place:
        """Choose the second place (``None``: none); see :meth:`SecondPlace.choose`."""
        return self._second.choose(folder)

    def place_state(self, now: datetime | None = None) -> Place:
        """Where the second place stands; it need not be there."""
        return self._second.state(now)

    def run_place(self, progress: Progress | None = None) -> BackupInfo | None:
        """Make a backup at the second place; ``None`` when it has the present state already.

        Raises:
            UserError: see :meth:`SecondPlace.run`.
        """
        with self._one_at_a_time:
            made = self._second.run(progress)
            if made is not None:
                self._prune(made.place)
        return made

    def run_at(self, folder: Path, progress: Progress | None = None) -> BackupInfo:
        """Make a backup by hand in any folder, which becomes a place of its own."""
        with self._one_at_a_time:
            return self._library.backups.write(folder.absolute(), "manual", progress)

    # -- settings

    @property
    def budget(self) -> int:
        """Bytes that the backups of a place may take; 0: what the program thinks right."""
        return _whole(self._library.settings.get(BUDGET), 0)

    def set_budget(self, size: int) -> None:
        """Set :attr:`budget`."""
        self._library.settings.put(**{BUDGET: str(max(0, size))})

    @property
    def every(self) -> int:
        """Minutes between two backups while something changes."""
        return max(_LEAST_OFTEN, _whole(self._library.settings.get(EVERY), _OFTEN))

    def set_every(self, minutes: int) -> None:
        """Set :attr:`every`; at least 10."""
        self._library.settings.put(**{EVERY: str(max(_LEAST_OFTEN, minutes))})

    # -- within

    def _holds_all(self, info: BackupInfo) -> bool:
        """Whether a backup has the present state, and is as locked as the library is."""
        return info.locked == self._library.locked and self._library.backups.is_present(info)

    def _newest(self, place: Path) -> BackupInfo | None:
        return next((one for one in self._library.backups.listed(place) if one.ok), None)

    def _prune(self, place: Path) -> None:
        with suppress(UserError):  # the backup is made; what is old is thinned out another time
            self.last_pruned = self._library.backups.prune(place, Policy(budget=self.budget))

    def _opened(self, info: BackupInfo, secret: str) -> AbstractContextManager[Library]:
        return checking.open_backup(info, self._library.kinds, self._clock, secret, self._library.vault)

    def _bring_files(self, info: BackupInfo, then: Record, secret: str) -> None:
        """Attachments of a record that the library has no longer; those of another key stay missing."""
        kind = self._library.kinds[then.kind]
        items = [item for field in kind.of_type(FieldType.FILES) for item in then.get(field.name) or ()]
        called = [str(item["file"]) for item in items]
        if not called:
            return
        vault = checking.unlock(info, secret, self._library.vault)
        if vault is None and self._library.locked:
            self._seal_files(info, called)
        elif vault is None or (self._library.vault is not None and self._library.vault.opens_same(vault)):
            names = [vault.file_name(one) if vault is not None else one for one in called]
            restoring.give_back(info, self._library.folder, [_where(one) for one in names])

    def _seal_files(self, info: BackupInfo, called: list[str]) -> None:
        known = {one.where: one for one in manifest.read_list(info)}
        there = self._library.file_names()
        for one in called:
            entry = known.get(_where(one))
            if (
                one not in there
                and entry is not None
                and checking.is_whole(checking.pool_path(info, entry), entry)
            ):
                self._library.add_file(checking.pool_path(info, entry))


def _where(name: str) -> str:
    return f"files/{name[:2]}/{name}"


def _whole(said: str, otherwise: int) -> int:
    return int(said) if said.isascii() and said.isdigit() else otherwise
