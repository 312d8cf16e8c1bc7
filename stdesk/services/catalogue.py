"""Records: listing, finding, saving, undoing."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Changes, Record, State, canonical_values
from stdesk.domain.rules.catalogue import rules_for
from stdesk.domain.rules.core import Context, Finding, check_record
from stdesk.domain.secrecy import ORDINARY
from stdesk.errors import Exit, UserError
from stdesk.exchange.export import Exported, export_records
from stdesk.progress import Progress
from stdesk.services import summaries
from stdesk.services.release import EXPORT, Releases
from stdesk.store.library import (
    FieldChange,
    Found,
    HistoryEntry,
    Hit,
    Library,
    ListQuery,
    ListRow,
    Statistics,
    Totals,
)
from stdesk.store.search import marked_words

__all__ = [
    "Catalogue",
    "FieldChange",
    "Found",
    "HistoryEntry",
    "Hit",
    "ListQuery",
    "ListRow",
    "Save",
    "Saved",
    "Statistics",
    "Totals",
]


@dataclass(frozen=True, slots=True)
class Saved:
    """A record as it now stands, and what its saving changed."""

    record: Record
    changes: Changes


@dataclass(frozen=True, slots=True)
class Save:
    """One of the records saved together; see :meth:`Catalogue.save` for what its parts mean."""

    kind: str
    values: Mapping[str, Any]
    record_id: str | None = None
    version: int | None = None
    state: State = State.COMPLETE
    secrecy: str = ORDINARY


def is_summed(field: Field) -> bool:
    """Whether the values of ``field`` add up to something: money and numbers, no years."""
    return field.type in (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY) and not field.names


class Catalogue:
    """The records of an open library."""

    def __init__(self, library: Library, today: Callable[[], date]) -> None:
        self._library = library
        self._today = today

    @property
    def kinds(self) -> Kinds:
        """The kinds of record."""
        return self._library.kinds

    # -- reading -----------------------------------------------------------------------------

    def ids(self, query: ListQuery) -> array[int]:
        """Keys of the rows that ``query`` lists, in its order."""
        return self._library.ids(query)

    def found(self, query: ListQuery, progress: Progress | None = None) -> Found:
        """The same with the number of drafts; ``progress`` stops it even in the middle of a statement.

        Raises:
            Cancelled: it was stopped.
        """
        return self._library.found(query, progress)

    def rows(self, kind: str, keys: Sequence[int], fields: Sequence[str] | None = None) -> dict[int, ListRow]:
        """The rows of these keys with ``fields`` (by default what lists show); those gone meanwhile are missing."""
        return self._library.rows(kind, keys, fields)

    def totals(
        self, query: ListQuery, fields: Sequence[str] | None = None, progress: Progress | None = None
    ) -> Totals:
        """How many records ``query`` lists, and the sums of its money and number fields (all, or ``fields``)."""
        return self._library.totals(query, self._summed(query.kind, fields), progress)

    def totals_of(self, kind: str, keys: Sequence[int], fields: Sequence[str] | None = None) -> Totals:
        """The same of the rows ``keys``."""
        return self._library.totals_of(kind, keys, self._summed(kind, fields))

    def _summed(self, kind: str, fields: Sequence[str] | None) -> Sequence[str]:
        return (
            fields if fields is not None else [one.name for one in self.kinds[kind].shown if is_summed(one)]
        )

    def statistics(
        self, query: ListQuery, field: str, limit: int = 10, progress: Progress | None = None
    ) -> Statistics:
        """What ``field`` holds in the records that ``query`` lists, with its ``limit`` usual values.

        Raises:
            UserError: ``unknown_field``.
        """
        return self._library.statistics(query, field, limit, progress)

    def values(self, query: ListQuery, field: str, limit: int = 200) -> list[tuple[str, int]]:
        """The values of a field (years of a date, names of people) in a list, and how many records hold each."""
        return self._library.values(query, field, limit)

    @staticmethod
    def marks(words: str) -> str:
        """A regular expression of what ``words`` find in a folded text (``stdesk.text.fold``); "" = nothing."""
        return marked_words(words)

    def key_of(self, record_id: str) -> int | None:
        """The row key of a record."""
        return self._library.key_of(record_id)

    def count(self, kind: str, *states: State) -> int:
        """How many records of ``kind``; live ones unless ``states`` are named."""
        return self._library.count(kind, states) if states else self._library.count(kind)

    def facet(self, kind: str, field: str) -> list[tuple[str, int]]:
        """The values a field takes, with how often, for filters."""
        return self._library.facet(kind, field)

    def find(self, words: str, kind: str | None = None, limit: int = 50) -> list[Hit]:
        """Records by words, accents and đ optional, exact accents first."""
        return self._library.search(words, kind, limit)

    def record(self, reference: str) -> Record:
        """A record by its id, or by "kind/number".

        Raises:
            UserError: ``record_unknown``.
        """
        kind, slash, number = reference.partition("/")
        if slash and kind in self.kinds and number.isdecimal():
            found = self._library.by_number(kind, int(number))
        else:
            found = self._library.get(reference)
        if found is None:
            raise UserError("record_unknown", Exit.NO, record=reference)
        return found

    # -- links -------------------------------------------------------------------------------

    def records(self, record_ids: Sequence[str]) -> list[Record]:
        """The records of these ids in their order, trashed or not; those gone are left out."""
        return self._library.get_many(record_ids)

    def linking_to(self, record_id: str) -> list[Hit]:
        """The live records that name ``record_id`` in one of their links, kind by kind, oldest first."""
        return [self._hit(record) for record in self._library.linking([record_id])]

    def linked_from(self, record: Record) -> list[tuple[str, Hit]]:
        """(field, record) of everything ``record`` links to, in the order of the form.

        Records in the trash are among them, those that are gone for good are not.
        """
        fields = [one for one in self.kinds[record.kind].of_type(FieldType.LINKS) if not one.internal]
        named = [(field.name, one) for field in fields for one in record.get(field.name) or ()]
        there = {one.id: self._hit(one) for one in self._library.get_many([one for _, one in named])}
        return [(field, there[one]) for field, one in named if one in there]

    def _hit(self, record: Record) -> Hit:
        kind = self.kinds[record.kind]
        title, people = summaries.title_of(kind, record), summaries.people_of(kind, record)
        return Hit(
            record.id, record.kind, record.number, title, people, summaries.date_of(kind, record), exact=True
        )

    # -- writing -----------------------------------------------------------------------------

    def save(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        record_id: str | None = None,
        version: int | None = None,
        state: State = State.COMPLETE,
        secrecy: str = ORDINARY,
    ) -> Saved:
        """Save a new record, or the fields given of an old one.

        Args:
            kind: name of the kind.
            values: field name -> value; ``None`` clears a field.
            record_id: the record to change; a new one when absent.
            version: the version the person saw; another one meanwhile is refused.
            state: draft or complete.
            secrecy: its level.

        Raises:
            UserError: ``bad_value``, ``changed_meanwhile``, ``above_ceiling``, ``read_only_library``.
        """
        title = self._title_of(kind, values, record_id)
        if record_id is None:
            with self._library.work("created", title=title) as work:
                record = work.create(kind, values, state=state, secrecy=secrecy)
        else:
            with self._library.work("saved", title=title) as work:
                record = work.update(record_id, values, version=version, state=state, secrecy=secrecy)
        return Saved(record, work.changes)

    def save_many(self, saves: Sequence[Save], progress: Progress) -> Changes:
        """Save records of any kinds in one act: all of them, or none when one is refused.

        ``progress.done`` is then the place of the one refused.

        Raises:
            UserError: what :meth:`save` raises.
        """
        progress.start(len(saves))
        with self._library.work("saved_many", n=len(saves)) as work:
            for one in saves:
                if one.record_id is None:
                    work.create(one.kind, one.values, state=one.state, secrecy=one.secrecy)
                else:
                    work.update(
                        one.record_id,
                        one.values,
                        version=one.version,
                        state=one.state,
                        secrecy=one.secrecy,
                    )
                progress.step()
        return work.changes

    def restore_field(self, record_id: str, field: str, value: Value, version: int | None = None) -> Saved:
        """Put a field back to a value it had; ``None`` clears it. One act, like any other.

        Raises:
            UserError: what :meth:`save` raises; ``record_unknown``; ``unknown_field``.
        """
        kind = self.kinds[self.record(record_id).kind]
        if field not in kind.by_name:
            raise UserError("unknown_field", field=field, kind=str(kind.label))
        params = {"field": str(kind.field(field).label), "title": self._title([record_id])}
        with self._library.work("restored_field", **params) as work:
            record = work.update(record_id, {field: value}, version=version)
        return Saved(record, work.changes)

    def _title_of(self, kind: str, values: Mapping[str, Any], record_id: str | None) -> str:
        """What the act is called after: the title as saved, else as it stands."""
        name = self.kinds[kind].title
        if name in values or record_id is None:
            return str(values.get(name) or "")
        return self._title([record_id])

    def trash(self, record_ids: Iterable[str], progress: Progress | None = None) -> Changes:
        """Put records into the trash."""
        ids, progress = list(record_ids), progress or Progress()
        progress.start(len(ids))
        with self._library.work("trashed", n=len(ids), title=self._title(ids)) as work:
            for one in ids:
                work.trash(one)
                progress.step()
        return work.changes

    def restore(self, record_ids: Iterable[str], progress: Progress | None = None) -> Changes:
        """Take records out of the trash."""
        ids, progress = list(record_ids), progress or Progress()
        progress.start(len(ids))
        with self._library.work("untrashed", n=len(ids), title=self._title(ids)) as work:
            for one in ids:
                work.untrash(one)
                progress.step()
        return work.changes

    def _title(self, ids: Sequence[str]) -> str:
        record = self._library.get(ids[0]) if len(ids) == 1 else None
        return str(record.get(self.kinds[record.kind].title) or "") if record else ""

    def attach(self, path: Path, progress: Progress | None = None) -> dict[str, Any]:
        """Copy a file into the library; returns the item for an attachments field."""
        return dict(self._library.add_file(path, progress))

    # -- history -----------------------------------------------------------------------------

    def history(self, record_id: str | None = None, limit: int = 200) -> list[HistoryEntry]:
        """What was done, newest first."""
        return self._library.history(record_id, limit)

    def act_changes(self, action: int, limit: int = 200) -> list[FieldChange]:
        """What one act changed in its first ``limit`` records, field by field."""
        return self._library.act_changes(action, limit)

    def undoable(self) -> HistoryEntry | None:
        """What Ctrl+Z takes back."""
        return self._library.undoable()

    def redoable(self) -> HistoryEntry | None:
        """What Ctrl+Y does again."""
        return self._library.redoable()

    def undo(self, progress: Progress | None = None) -> Changes:
        """Take the last act back, whole; stopped, nothing is changed."""
        return self._library.undo(progress)

    def redo(self, progress: Progress | None = None) -> Changes:
        """Do again what was last taken back."""
        return self._library.redo(progress)

    # -- checking and passing on -------------------------------------------------------------

    def form_findings(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        record_id: str = "",
        secrecy: str = ORDINARY,
        state: State = State.COMPLETE,
    ) -> list[Finding]:
        """What the rules say of a record as typed, for the notes under its fields.

        Values that cannot be understood are left to the editors to say so.
        """
        described = self.kinds[kind]
        record = Record(
            id=record_id,
            kind=kind,
            number=0,
            version=0,
            state=state,
            secrecy=secrecy,
            values=canonical_values(described, values),
        )
        context = Context(
            kinds=self.kinds,
            period=parse_period(str(self._today().year)),
            today=self._today(),
            unit=self._library.settings.all(),
            ceiling=self._library.settings.get("secrecy_ceiling") or ORDINARY,
        )
        return [f for rule in rules_for(kind) for f in check_record(rule, record, described, context)]

    def export(
        self, kind: str, target: Path, progress: Progress | None = None, *, register: str | None = None
    ) -> Exported:
        """Write the records of ``kind`` to ``target``; its ending says in which format.

        Args:
            register: number under which what is above ordinary secrecy leaves; "" leaves that out.

        Raises:
            UserError: ``register_number_wanted`` without one, when there is something above ordinary;
                what writing refuses.
        """
        releases = Releases(self._library)
        counted = self._library.facet(kind, "secrecy")
        carried = releases.carried(level for level, n in counted for _ in range(n))
        up_to = releases.let_go(register, EXPORT, target.name, carried)
        records = self._library.records(kind)
        return export_records(self.kinds[kind], records, target, progress=progress, up_to=up_to)
