"""A library: the folder that holds a unit's records, and all that can be done with it.

Records come and go as plain :class:`stdesk.domain.records.Record`. Every method may raise a
:class:`UserError` with exit 3 when disk, lock or file fail. A library may be used from several
threads; acts wait for each other.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import text

from stdesk.clock import Clock
from stdesk.domain.kinds import Kinds
from stdesk.domain.records import Changes, Record, State
from stdesk.progress import Progress
from stdesk.store import (
    acts,
    as_of,
    chain,
    derived,
    drafts,
    files,
    history,
    likely,
    links,
    listing,
    opening,
    places,
    rows,
    scrub,
    search,
    settings,
    statistics,
    undo,
    usage,
    witness,
)
from stdesk.store.answers import AnswerRow, Answers, ProposalRow
from stdesk.store.backups import copying
from stdesk.store.backups.keeping import Keeping
from stdesk.store.backups.model import BackupInfo
from stdesk.store.context import AsOf, Context
from stdesk.store.drafts import Draft
from stdesk.store.frozen import FrozenReport
from stdesk.store.held_files import HeldFiles
from stdesk.store.history import FieldChange, HistoryEntry
from stdesk.store.keys import Keys, StoredKey, StoredRoster
from stdesk.store.listing import LIVE, Found, ListQuery, ListRow
from stdesk.store.lock import Lock
from stdesk.store.packages import LineRow, PackageRow, Packages, SendingRow
from stdesk.store.roles import Roles
from stdesk.store.search import Hit
from stdesk.store.settings import SettingChange, Settings
from stdesk.store.signed import SignedCopy
from stdesk.store.statistics import Statistics, Totals
from stdesk.store.usage import Used
from stdesk.store.vault import Vault
from stdesk.store.witness import WentBack
from stdesk.store.work import Work

__all__ = [
    "LIVE", "AnswerRow", "Changes", "Draft", "FieldChange", "Found", "FrozenReport", "HistoryEntry", "Hit",
    "Library", "LineRow", "ListQuery", "ListRow", "PackageRow", "ProposalRow", "SendingRow", "SettingChange",
    "Settings", "SignedCopy", "Statistics", "StoredKey", "StoredRoster", "Totals", "Used", "WentBack", "Work",
]  # fmt: skip

# Of the last acts only: one dated by a clock that once ran ahead must not be held against it for years.
_NEWEST = "SELECT max(at) FROM (SELECT at FROM action ORDER BY action DESC LIMIT 20)"


class Library(HeldFiles):
    """An open library.

    Attributes:
        folder: where it lies. kinds: what it holds. read_only: nothing can be written.
        settings: the unit's names and the like.
        keys: the library's own keys and the centre's rosters. packages: what was made and sent.
        answers: what the centre answered. backups: copies of all of it. roles: codes of roles, approvals, facts told.
        as_of: of a copy that shows a library as it once was: which day, and of which library.
    """

    def __init__(self, context: Context, lock: Lock | None) -> None:
        """For :meth:`create` and :meth:`open`."""
        super().__init__(context)
        self._lock = lock
        self.folder = context.folder
        self.kinds = context.kinds
        self.read_only = context.read_only
        self.as_of = context.as_of
        self.settings = Settings(
            context, lambda connection, old, new: derived.change_ceiling(context, connection, old, new)
        )
        self.keys = Keys(context)
        self.packages = Packages(context)
        self.answers = Answers(context)
        self.backups = Keeping(context)
        self.roles = Roles(context)

    @classmethod
    def create(
        cls, folder: Path, *, kinds: Kinds, clock: Clock, unit_code: str, unit_name: str, user: str = ""
    ) -> Library:
        """Make a library in ``folder`` (new or empty) and open it.

        Raises:
            UserError: ``library_exists``; ``folder_not_empty``; what the disk refused.
        """
        return cls(
            *opening.create(folder, kinds, clock, user, {"unit_code": unit_code, "unit_name": unit_name})
        )

    @classmethod
    def open(
        cls, folder: Path, *, kinds: Kinds, clock: Clock, user: str = "", read_only: bool = False,
        secret: str = "", vault: Vault | None = None,
    ) -> Library:  # fmt: skip
        """Open the library in ``folder``; an older one is brought up to date after a checked backup.

        Args:
            secret: the password or recovery code of a locked one. vault: its key, when it is known already.

        Raises:
            UserError: ``library_wants_password``, ``password_wrong``, ``recovery_code_mistyped``,
                ``key_file_damaged``, ``key_file_missing``; ``not_a_library``; ``library_locked``;
                ``library_newer``; ``library_older`` (read only); ``library_damaged``;
                ``library_read_only``; other faults of the disk.
        """
        library = cls(*opening.open_library(folder, kinds, clock, user, read_only, secret, vault))
        scrub.settle(library._context)  # what an act that was cut off still owes
        return library

    def close(self) -> None:
        """Close it and give the lock back; again is nothing."""
        opening.close(self._context, self._lock)
        self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def place_warnings(self) -> tuple[places.PlaceWarning, ...]:
        """What is to be said of where it lies, and of the clock; the gravest first."""
        if self.as_of is not None:
            return ()
        with self._context.reading() as connection:
            newest = connection.execute(text(_NEWEST)).scalar()
        clock = places.look_at_clock(newest or "", self._context.clock())
        found = places.look(self.folder)
        return (*found, clock) if clock is not None else found

    # -- writing

    @property
    def locked(self) -> bool:
        """Whether it has a password: database, attachments and snapshots are encrypted."""
        return self._context.vault is not None

    @property
    def vault(self) -> Vault | None:
        """The key while it is open, for a second opening; never to be shown or stored."""
        return self._context.vault

    def check_writable(self) -> None:
        """Raise ``library_opened_read_only``, ``as_of_read_only`` when nothing may be written."""
        self._context.check_writable()

    @contextmanager
    def work(self, label: str, **params: Any) -> Iterator[Work]:
        """One act: one transaction, one line of the history. If the block raises, nothing happened.

        Args:
            label: what is being done, a code of ``resources/messages``; ``params`` fill it.
        """
        with self._context.writing() as connection:
            work = Work(self._context, connection, label, params)
            if self._context.open_act is not None:
                self._context.open_act.flush = work.flush
            yield work
            work.finish()

    def undo(self, progress: Progress | None = None) -> Changes:
        """Take the last act back. Raises ``nothing_to_undo`` or ``undo_conflict``."""
        return undo.undo(self._context, progress)

    def redo(self, progress: Progress | None = None) -> Changes:
        """Do the act again that was taken back last. Raises ``nothing_to_redo`` or ``undo_conflict``."""
        return undo.redo(self._context, progress)

    # -- records

    def get(self, record_id: str) -> Record | None:
        """The record ``record_id``, trashed or not."""
        with self._context.reading() as connection:
            found = rows.find(self._context, connection, record_id)
        return found[1] if found else None

    def get_many(self, record_ids: Sequence[str]) -> list[Record]:
        """The records of these ids in their order, trashed or not; those gone are left out."""
        with self._context.reading() as connection:
            return links.by_ids(self._context, connection, record_ids)

    def linking(
        self, record_ids: Collection[str], states: Collection[State] = LIVE, *, internal: bool = False
    ) -> list[Record]:
        """The records with a link to one of these; with ``internal`` also by the program's own notes."""
        with self._context.reading() as connection:
            return links.linking(self._context, connection, record_ids, states, internal)

    def likely(
        self, kind: str, title: str, names: Sequence[str] = (), numbers: Collection[str] = ()
    ) -> list[Record]:
        """A few live records that may be the work being typed; see :mod:`stdesk.store.likely`."""
        with self._context.reading() as connection:
            return likely.likely(connection, self._context.tables[kind], title, names, numbers)

    def above(self, level: str) -> frozenset[str]:
        """Ids of the records, trashed ones too, that lie above the secrecy ``level``."""
        with self._context.reading() as connection:
            return listing.above(connection, self._context.tables, level)

    def by_number(self, kind: str, number: int) -> Record | None:
        """The record with the unit's own number ``number``."""
        with self._context.reading() as connection:
            sql = text("SELECT pk FROM record WHERE kind = :kind AND number = :number")
            pk = connection.execute(sql, {"kind": kind, "number": number}).scalar()
            found = list(rows.by_keys(connection, self._context.tables[kind], [pk] if pk else []))
        return found[0][1] if found else None

    def records(self, kind: str | None = None, states: Collection[State] = LIVE) -> Iterator[Record]:
        """Every record in the order of creation, kind by kind, as they stood when it began."""
        wanted = [state.value for state in states]
        with self._context.reading() as connection:
            for name in [kind] if kind is not None else self.kinds.names:
                key = 0
                while part := rows.after_key(connection, self._context.tables[name], key, wanted):
                    for _, record in part:
                        yield record
                    key = part[-1][0]

    def count(self, kind: str, states: Collection[State] = LIVE) -> int:
        """How many records of ``kind`` are in ``states``."""
        with self._context.reading() as connection:
            return listing.count(connection, self._context.tables[kind], states)

    # -- lists and search

    def ids(self, query: ListQuery) -> array[int]:
        """The row keys of a list, in order. Raises ``unknown_field``."""
        with self._context.reading() as connection:
            return listing.ids(connection, self._context.tables, query)

    def found(self, query: ListQuery, progress: Progress | None = None) -> Found:
        """The same with the number of drafts; ``progress`` stops it even in the middle of a statement."""
        with self._context.reading() as connection:
            return listing.found(connection, self._context.tables, query, progress)

    def totals(self, query: ListQuery, fields: Sequence[str], progress: Progress | None = None) -> Totals:
        """How many records ``query`` lists and the sums of their number fields."""
        with self._context.reading() as connection:
            return statistics.totals(connection, self._context.tables, query, fields, progress)

    def totals_of(self, kind: str, keys: Sequence[int], fields: Sequence[str]) -> Totals:
        """The same of the rows ``keys``."""
        with self._context.reading() as connection:
            return statistics.totals_of(connection, self._context.tables[kind], keys, fields)

    def statistics(
        self, query: ListQuery, field: str, limit: int, progress: Progress | None = None
    ) -> Statistics:
        """What ``field`` holds in the records that ``query`` lists."""
        with self._context.reading() as connection:
            return statistics.of_field(connection, self._context.tables, query, field, limit, progress)

    def values(self, query: ListQuery, field: str, limit: int = 200) -> list[tuple[str, int]]:
        """The values of a field (years of a date, names of people) in a list, and how many records hold each."""
        with self._context.reading() as connection:
            return statistics.values(connection, self._context.tables, query, field, limit)

    def explain(self, query: ListQuery) -> str:
        """SQLite's plan for a list, to find out why one is slow."""
        with self._context.reading() as connection:
            return listing.explain(connection, self._context.tables, query)

    def rows(self, kind: str, keys: Sequence[int], fields: Sequence[str] | None = None) -> dict[int, ListRow]:
        """The rows of these keys (a page of a list) with ``fields``; by default what lists show."""
        with self._context.reading() as connection:
            return listing.rows(connection, self._context.tables[kind], keys, fields)

    def key_of(self, record_id: str) -> int | None:
        """The row key of a record."""
        with self._context.reading() as connection:
            pk = connection.execute(text("SELECT pk FROM record WHERE id = :id"), {"id": record_id}).scalar()
        return None if pk is None else int(pk)

    def facet(
        self, kind: str, field: str, states: Collection[State] = LIVE, limit: int = 200
    ) -> list[tuple[str, int]]:
        """The values of a field (years of a date, names of people) and how many records hold each."""
        with self._context.reading() as connection:
            query = ListQuery(kind, states=tuple(states))
            return statistics.values(connection, self._context.tables, query, field, limit)

    def search(self, words: str, kind: str | None = None, limit: int = 50) -> list[Hit]:
        """The best ``limit`` records that have all ``words``; see :mod:`stdesk.store.search`."""
        tables = [self._context.tables[kind]] if kind is not None else list(self._context.tables)
        with self._context.reading() as connection:
            return search.search(connection, tables, words, limit)

    def used(self, kind: str, field: str, limit: int = 20_000) -> list[Used]:
        """The values a field holds with how often and how lately, commonest first."""
        with self._context.reading() as connection:
            return usage.used(connection, self._context.tables[kind], field, limit)

    # -- history

    def history(self, record_id: str | None = None, limit: int = 200) -> list[HistoryEntry]:
        """The newest acts first; those of one record with its changes field by field."""
        with self._context.reading() as connection:
            return history.read(self._context, connection, record_id, limit)

    def act_changes(self, action: int, limit: int = 200) -> list[FieldChange]:
        """What the act ``action`` changed in its first ``limit`` records."""
        with self._context.reading() as connection:
            return acts.changes(self._context, connection, action, limit)

    def setting_changes(self, action: int) -> list[SettingChange]:
        """What the act ``action`` changed in the settings; those of an undo the other way round."""
        with self._context.reading() as connection:
            return settings.changes_of(connection, action)

    def history_head(self) -> str:
        """Where the history stands, as packages carry it; "" of an empty one."""
        with self._context.reading() as connection:
            return witness.written(chain.head(connection))

    def went_back(self, backups: Iterable[BackupInfo] = ()) -> list[WentBack]:
        """What others remember of this library and it no longer has; see :mod:`stdesk.store.witness`."""
        with self._context.reading() as connection:
            return witness.look(connection, backups, self.folder)

    def remember_witness(self, history: str, at: str, name: str) -> None:
        """Keep what an answer of the centre says of this library's history. "" is nothing."""
        if (said := witness.parse(history)) is not None:
            library_id = self.settings.get("library:id")
            witness.remember(library_id, witness.Known("answer", *said, at=at, name=name))

    def take_forgotten(self, action: int | None = None) -> set[str]:
        """The titles that ``action``, or any act, made the library forget since it was opened; told once."""
        held = self._context.forgotten
        taken = [held.pop(one, set()) for one in ([action] if action is not None else list(held))]
        return set[str]().union(*taken)

    def undoable(self) -> HistoryEntry | None:
        """The act :meth:`undo` would take back."""
        with self._context.reading() as connection:
            return history.undoable(connection)

    def redoable(self) -> HistoryEntry | None:
        """The act :meth:`redo` would do again."""
        with self._context.reading() as connection:
            return history.redoable(connection)

    # -- drafts

    def put_draft(self, draft: Draft) -> None:
        """Keep what is typed and not saved; of a read-only library nothing is kept."""
        drafts.put(self._context, draft)

    def drafts(self, kind: str | None = None) -> list[Draft]:
        """What was typed and not saved, the newest first."""
        return drafts.listed(self._context, kind)

    def drop_draft(self, kind: str, record_id: str) -> None:
        """Forget what was typed of a record ("" = of a new one)."""
        drafts.drop(self._context, kind, record_id)

    def titles(self, kind: str) -> list[tuple[str, int, str]]:
        """Id, number and title of every live record of ``kind`` that has a title."""
        with self._context.reading() as connection:
            return files.titles(connection, self._context.tables[kind])

    # -- copies

    def as_it_was(self, target: Path, day: date, until: str, progress: Progress) -> Path:
        """Make a copy in the new folder ``target`` that shows this library as it was.

        Args:
            day: what the copy says of itself; until: the last moment it shows, a UTC timestamp.
        """
        return as_of.make(self._context, target, AsOf(day, until, self._context.home), progress)

    def backup(self, target: Path) -> Path:
        """Copy the database to ``target``, open the copy and count it. Attachments are not in it.

        Raises:
            UserError: ``backup_exists``; ``backup_failed``; what the disk refused.
        """
        vault = self._context.vault
        return copying.write_backup(
            self._context.engine, target, vault.database if vault is not None else None
        )
