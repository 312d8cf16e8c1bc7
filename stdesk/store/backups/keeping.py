"""Backups of an open library, as its other parts are: ``library.backups``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from stdesk.progress import Progress
from stdesk.store import listing
from stdesk.store.backups import pruning, repository
from stdesk.store.backups.model import BackupInfo, Pruned
from stdesk.store.backups.pruning import Policy
from stdesk.store.context import Context

FOLDER = "backups"
_KEPT_FOR = timedelta(days=90)


class Keeping:
    """Writes, lists and thins out.

    Attributes:
        folder: the library's own place for backups.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.folder = context.home / FOLDER

    def write(
        self, place: Path, why: str, progress: Progress | None = None, *, deep: bool | None = None
    ) -> BackupInfo:
        """Make one; see :func:`stdesk.store.backups.repository.write`."""
        return repository.write(self._context, place, why, progress, deep=deep)

    def listed(self, place: Path, *, measured: bool = False) -> list[BackupInfo]:
        """The backups in ``place``, newest first; see :func:`stdesk.store.backups.repository.listed`."""
        return repository.listed(place, measured=measured)

    def is_present(self, info: BackupInfo) -> bool:
        """Whether nothing changed since ``info`` was made."""
        return repository.has_present_state(self._context, info)

    def database_size(self) -> int:
        """Bytes that a backup copies each time: the database with its journal."""
        return repository.database_size(self._context.folder)

    def is_untouched(self) -> bool:
        """Whether nothing was done yet in this library: there is nothing to lose."""
        with self._context.reading() as connection:
            return connection.exec_driver_sql("SELECT 1 FROM action LIMIT 1").first() is None

    def counts(self) -> dict[str, int]:
        """Kind -> records not in the trash."""
        with self._context.reading() as connection:
            return {
                table.kind.name: listing.count(connection, table, listing.LIVE)
                for table in self._context.tables
            }

    def prune(self, place: Path, policy: Policy) -> Pruned:
        """Thin ``place`` out; of the library's own, sweep what restoring replaced long ago too."""
        done = pruning.prune(self._context, place, policy)
        if place != self.folder:
            return done
        found = repository.listed(place)
        gone = pruning.sweep_kept(self._context.folder, found, _KEPT_FOR, self._context.now())
        return replace(done, kept=tuple(gone))
