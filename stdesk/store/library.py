"""A library: the folder that holds a unit's records, and all that can be done with it.

Records come and go as plain :class:`stdesk.domain.records.Record`. Every method may raise a
:class:`UserError` with exit 3 when disk, lock or file fail. A library may be used from several
threads; acts wait for each other.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
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
    backup,
    derived,
    drafts,
    files,
    frozen,
    history,
    likely,
    links,
    listing,
    opening,
    rows,
    search,
    settings,
    signed,
    statistics,
    undo,
    usage,
)
from stdesk.store.answers import AnswerRow, Answers, ProposalRow
from stdesk.store.context import AsOf, Context
from stdesk.store.drafts import Draft
from stdesk.store.faults import told
from stdesk.store.files import FileUse
from stdesk.store.frozen import FrozenReport
from stdesk.store.history import FieldChange, HistoryEntry
from stdesk.store.keys import Keys, StoredKey, StoredRoster
from stdesk.store.listing import LIVE, Found, ListQuery, ListRow
from stdesk.store.lock import Lock
from stdesk.store.packages import LineRow, PackageRow, Packages, SendingRow
from stdesk.store.search import Hit
from stdesk.store.settings import SettingChange, Settings
from stdesk.store.signed import SignedCopy
from stdesk.store.statistics import Statistics, Totals
from stdesk.store.usage import Used
from stdesk.store.work import Work

__all__ = [
    "LIVE", "AnswerRow", "Changes", "Draft", "FieldChange", "Found", "FrozenReport", "HistoryEntry", "Hit",
    "Library", "LineRow", "ListQuery", "ListRow", "PackageRow", "ProposalRow", "SendingRow", "SettingChange",
    "Settings", "SignedCopy", "Statistics", "StoredKey", "StoredRoster", "Totals", "Used", "Work",
]  # fmt: skip


class Library:
    """An open library.

    Attributes:
        folder: where it lies. kinds: what it holds. read_only: nothing can be written.
        settings: the unit's names and the like.
        keys: the library's own keys and the centre's rosters. packages: what was made and sent.
        answers: what the centre answered.
        as_of: of a copy that shows a library as it once was: which day, and of which library.
    """

    def __init__(self, context: Context, lock: Lock | None) -> None:
        """For :meth:`create` and :meth:`open`."""
        self._context = context
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
        cls, folder: Path, *, kinds: Kinds, clock: Clock, user: str = "", read_only: bool = False
    ) -> Library:
        """Open the library in ``folder``; an older one is brought up to date after a checked backup.

        Raises:
            UserError: ``not_a_library``; ``library_locked``; ``library_newer``; ``library_older``
                (read only); ``library_damaged``; ``library_read_only``; other faults of the disk.
        """
        return cls(*opening.open_library(folder, kinds, clock, user, read_only))

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

    # -- writing

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

    # -- files

    def add_file(self, path: Path, progress: Progress | None = None) -> dict[str, Any]:
        """Copy a file into the library; returns its item for an attachments field. Raises ``not_a_file``."""
        self._context.check_writable()
        with told(path):
            return files.add(self.folder, path, progress)

    def file_path(self, file: str) -> Path:
        """Where an attachment lies. Raises ``attachment_unknown``, ``attachment_missing``."""
        return files.path_of(self._context.home, file)

    def file_names(self) -> frozenset[str]:
        """The attachments that are on the disk."""
        with told(self.folder):
            return files.names(self._context.home)

    def file_uses(self) -> list[FileUse]:
        """Every place where a record, trashed or not, names an attachment."""
        with self._context.reading() as connection:
            return [use for where in self._context.tables for use in files.uses(connection, where)]

    def titles(self, kind: str) -> list[tuple[str, int, str]]:
        """Id, number and title of every live record of ``kind`` that has a title."""
        with self._context.reading() as connection:
            return files.titles(connection, self._context.tables[kind])

    def file_hash(self, file: str, progress: Progress | None = None) -> str:
        """SHA-512 of an attachment as it lies there now. Raises what :meth:`file_path` does."""
        path = self.file_path(file)
        with told(path):
            return files.hash_of(path, progress)

    def drop_file(self, file: str) -> None:
        """Take away a copy made for an act that did not happen; one that a record or report names stays."""
        if file not in self.signed_files() and all(use.file != file for use in self.file_uses()):
            files.remove(self.folder, file)

    # -- frozen reports and backups

    def save_frozen(
        self, period: str, submission: int, trial: bool, snapshot: bytes, sha512: str, *,
        reason: str = "", previous: str = "",
    ) -> FrozenReport:  # fmt: skip
        """Keep a frozen report for ever. Raises ``already_frozen``."""
        return frozen.save(
            self._context, period, submission, trial, snapshot, sha512, reason=reason, previous=previous
        )

    def frozen(self, period: str | None = None) -> list[FrozenReport]:
        """The frozen reports, oldest first, trials among them."""
        return frozen.listed(self._context, period)

    def read_frozen(self, report: FrozenReport) -> bytes:
        """The snapshot of a report. Raises ``snapshot_changed``, ``snapshot_missing``."""
        with told(report.path):
            return frozen.read(report)

    def keep_signed(self, report: FrozenReport, path: Path, progress: Progress | None = None) -> SignedCopy:
        """Take in a signed copy of ``report``, one act. Raises what :meth:`add_file` does."""
        item = self.add_file(path, progress)
        try:
            return signed.keep(self._context, report, item)
        except BaseException:
            self.drop_file(item["file"])
            raise

    def signed(self, report: FrozenReport) -> list[SignedCopy]:
        """The signed copies of ``report``, oldest first."""
        return signed.listed(self._context, report)

    def read_signed(self, copy: SignedCopy, progress: Progress | None = None) -> Path:
        """Where a signed copy lies, its content checked. Raises ``signed_copy_missing``, ``signed_copy_changed``."""
        with told(copy.path):
            return signed.read(copy, progress)

    def signed_files(self) -> frozenset[str]:
        """The files of every signed copy, as :meth:`file_names` names them."""
        with self._context.reading() as connection:
            return signed.names(connection)

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
        return backup.write_backup(self._context.engine, target)
