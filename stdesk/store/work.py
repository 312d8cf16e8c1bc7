"""One act of a person: creations and changes that happen together, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, text

from stdesk.clock import local_time
from stdesk.domain.fields import FieldType
from stdesk.domain.records import Changes, Record, State, canonical_values
from stdesk.domain.secrecy import LEVELS, ORDINARY, forbidden_in_stub, is_above
from stdesk.errors import UserError
from stdesk.ids import new_id
from stdesk.store import drafts, history, rows, scrub
from stdesk.store.codec import Image
from stdesk.store.context import Context

_CHUNK = 1_000
_INDEX_CHUNK = 40_000  # the update that follows has the whole of it written out and merged: seconds a time


@dataclass
class _Edit:
    """What an act changed of one record so far."""

    before: Image
    after: Image
    version: int


@dataclass
class Work:
    """What an act may do. Made by :meth:`stdesk.store.library.Library.work`.

    Attributes:
        changes: what was changed; filled when the block has ended.
    """

    context: Context
    connection: Connection
    label: str
    params: dict[str, Any]
    changes: Changes = field(default_factory=Changes)
    _at: str = ""
    _action: int = 0
    _ceiling: str = ORDINARY
    _next_key: int = 0
    _next_number: dict[str, int] = field(default_factory=dict)
    _pending: dict[str, rows.Keyed] = field(default_factory=dict)
    _created: dict[int, int] = field(default_factory=dict)  # key -> version
    _edits: dict[int, _Edit] = field(default_factory=dict)
    _to_index: dict[int, Record] = field(default_factory=dict)
    _ahead: dict[str, rows.Keyed] = field(default_factory=dict)  # read and not yet used
    _ids: set[str] = field(default_factory=set)
    _kinds: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._at = self.context.now()
        self._ceiling = rows.ceiling_of(self.connection)

    def create(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        state: State = State.COMPLETE,
        secrecy: str = ORDINARY,
        record_id: str | None = None,
    ) -> Record:
        """A new record with the kind's next number.

        Raises:
            UserError: ``unknown_field``, ``bad_value``, ``bad_level``; ``above_ceiling`` when a
                record above the library's ceiling holds more than a stub may; ``record_exists``.
        """
        clean = canonical_values(self.context.kinds[kind], values)
        self._check_secrecy(secrecy, clean)
        if record_id is not None and self._is_known(record_id):
            raise UserError("record_exists", id=record_id)
        record_id = record_id or new_id(self.context.clock())
        record = Record(
            record_id, kind, self._number(kind), 1, State(state), secrecy, clean,
            self._at, self.context.user, self._at, self.context.user,
        )  # fmt: skip
        self._pending[record.id] = (self._key(), record)
        self._touch(record)
        if len(self._pending) >= _CHUNK:
            self.flush()
        return record

    def read_ahead(self, record_ids: Sequence[str]) -> None:
        """Read records that are about to be changed, all at once: many times as fast as one by one."""
        self._flush_creations()
        found = rows.by_ids(self.context, self.connection, record_ids)
        self._ahead = {keyed[1].id: keyed for keyed in found}

    def update(
        self,
        record_id: str,
        values: Mapping[str, Any],
        *,
        version: int | None = None,
        state: State | None = None,
        secrecy: str | None = None,
    ) -> Record:
        """Replace the given fields (``None`` clears one); returns the record as it now is.

        Nothing is written when nothing differs.

        Raises:
            UserError: ``record_gone``; ``changed_meanwhile`` when ``version`` is not the
                record's; what :meth:`create` raises.
        """
        pk, old = self._load(record_id)
        if version is not None and version != old.version:
            by, at = old.changed_by or "?", local_time(old.changed_at)
            raise UserError("changed_meanwhile", title=self._title(old), by=by, at=at)
        clean = canonical_values(self.context.kinds[old.kind], values)
        merged = {name: value for name, value in old.values.items() if name not in values} | clean
        new = replace(
            old,
            values=merged,
            state=State(state or old.state),
            secrecy=old.secrecy if secrecy is None else secrecy,
        )
        if new == old:
            return old
        self._check_secrecy(new.secrecy, merged)
        return self._replace(pk, old, new)

    def trash(self, record_id: str) -> None:
        """Put a record in the trash; again is nothing. Raises ``record_gone``."""
        pk, old = self._load(record_id)
        if old.state is not State.TRASHED:
            self._replace(pk, old, replace(old, state=State.TRASHED))

    def untrash(self, record_id: str) -> None:
        """Take a record out of the trash, as it was before. Raises ``record_gone``."""
        pk, old = self._load(record_id)
        if old.state is State.TRASHED:
            edit = self._edits.get(pk)
            before = edit.before.state if edit else None
            state = before or history.state_before_trash(self.connection, pk)
            self._replace(pk, old, replace(old, state=state))

    # -- for the library

    def begin(self) -> int:
        """The number of this act in the history, where it stands from now on though it touch no record."""
        if not self._action:
            history.forget_redo(self.connection)
            self._action = history.write_action(
                self.connection, at=self._at, who=self.context.user, label=self.label, params=self.params
            )
        return self._action

    def flush(self) -> None:
        """Write down what is still held in memory: creations, and what searches find."""
        self._flush_creations()
        self._index()

    def _index(self) -> None:
        changed, self._to_index = self._to_index, {}
        rows.index_all(self.context, self.connection, changed.items())

    def _flush_creations(self) -> None:
        if not self._pending:
            return
        items = list(self._pending.values())
        self._pending.clear()
        self.begin()
        self.connection.exec_driver_sql(
            "INSERT INTO record (pk, id, kind, number) VALUES (?, ?, ?, ?)",
            [(pk, record.id, record.kind, record.number) for pk, record in items],
        )
        rows.insert(self.context, self.connection, items, self._ceiling)
        self.connection.exec_driver_sql(
            "INSERT INTO change (action, record, version, after) VALUES (?, ?, ?, ?)",
            [(self._action, pk, record.version, _whole(record).dumps()) for pk, record in items],
        )
        self._created.update((pk, record.version) for pk, record in items)

    def finish(self) -> None:
        """Write the act into the history and fill :attr:`changes`."""
        self.flush()
        if not self._action:
            return
        self.connection.exec_driver_sql(
            "UPDATE action SET touched = ?, params = ? WHERE action = ?",
            (len(self._ids), json.dumps(self.params, ensure_ascii=False), self._action),
        )
        if self._edits:
            self.connection.exec_driver_sql(
                "INSERT INTO change (action, record, version, before, after) VALUES (?, ?, ?, ?, ?)",
                [
                    (self._action, pk, edit.version, edit.before.dumps(), edit.after.dumps())
                    for pk, edit in self._edits.items()
                ],
            )
        self.changes = Changes(
            self._action, self.label, dict(self.params), frozenset(self._ids), frozenset(self._kinds)
        )

    # -- within

    def _replace(self, pk: int, old: Record, new: Record) -> Record:
        new = replace(new, version=old.version + 1, changed_at=self._at, changed_by=self.context.user)
        self.begin()
        if rows.replace(self.context, self.connection, pk, old, new, self._ceiling):
            self._to_index[pk] = new
        elif is_above(new.secrecy, self._ceiling):
            self._to_index.pop(pk, None)
        elif pk in self._to_index:
            self._to_index[pk] = new
        if len(self._to_index) >= _INDEX_CHUNK:
            self._index()
        if pk in self._created:
            self._created[pk] = new.version
            self.connection.exec_driver_sql(
                "UPDATE change SET version = ?, after = ? WHERE action = ? AND record = ?",
                (new.version, _whole(new).dumps(), self._action, pk),
            )
        else:
            self._note(pk, old, new)
        if is_above(new.secrecy, self._ceiling):
            self._forget_content(pk, old, new)
        self._touch(new)
        return new

    def _note(self, pk: int, old: Record, new: Record) -> None:
        known = self._edits.get(pk)
        names = rows.changed_fields(old, new)
        before = Image(
            {name: old.values.get(name) for name in names},
            old.state if old.state != new.state else None,
            old.secrecy if old.secrecy != new.secrecy else None,
        )
        after = Image(
            {name: new.values.get(name) for name in names},
            new.state if before.state is not None else None,
            new.secrecy if before.secrecy is not None else None,
        )
        if known is not None:
            before, after = _over(before, known.before), _over(known.after, after)
        self._edits[pk] = _Edit(before, after, new.version)

    def _forget_content(self, pk: int, old: Record, new: Record) -> None:
        """A record classified above the ceiling leaves nothing of its content in the history."""
        if not is_above(old.secrecy, self._ceiling):
            gone = scrub.files_of(self.connection, pk)
            for field in self.context.kinds[old.kind].of_type(FieldType.FILES):
                gone |= {str(item.get("file")) for item in old.values.get(field.name) or ()}
            scrub.owe(self.context, self.connection, [new.kind], gone)
        if edit := self._edits.get(pk):
            edit.before, edit.after = edit.before.without_content(), edit.after.without_content()
        self.params = {}
        action = self.begin()
        self.context.note_forgotten(action, history.forget_content(self.connection, [pk], action))
        drafts.forget_record(self.connection, pk)

    def _check_secrecy(self, level: str, values: Mapping[str, Any]) -> None:
        if level not in LEVELS:
            raise UserError("bad_level", level=level)
        if is_above(level, self._ceiling) and (names := forbidden_in_stub(values)):
            labels = [
                str(field.label)
                for kind in self.context.kinds
                for field in kind.fields
                if field.name in names
            ]
            raise UserError("above_ceiling", fields=", ".join(dict.fromkeys(labels)))

    def _load(self, record_id: str) -> rows.Keyed:
        self._flush_creations()
        if (known := self._ahead.pop(record_id, None)) is not None:  # once: it changes now
            return known
        found = rows.find(self.context, self.connection, record_id)
        if found is None:
            raise UserError("record_gone", id=record_id)
        return found

    def _is_known(self, record_id: str) -> bool:
        if record_id in self._pending:
            return True
        sql = text("SELECT 1 FROM record WHERE id = :id")
        return self.connection.execute(sql, {"id": record_id}).first() is not None

    def _key(self) -> int:
        if not self._next_key:
            last = self.connection.exec_driver_sql("SELECT max(pk) FROM record").scalar()
            self._next_key = int(last or 0) + 1
        self._next_key += 1
        return self._next_key - 1

    def _number(self, kind: str) -> int:
        if kind not in self._next_number:
            sql = text("SELECT max(number) FROM record WHERE kind = :kind")
            self._next_number[kind] = int(self.connection.execute(sql, {"kind": kind}).scalar() or 0) + 1
        self._next_number[kind] += 1
        return self._next_number[kind] - 1

    def _touch(self, record: Record) -> None:
        self._ids.add(record.id)
        self._kinds.add(record.kind)

    def _title(self, record: Record) -> str:
        return str(record.get(self.context.kinds[record.kind].title) or f"#{record.number}")


def _whole(record: Record) -> Image:
    return Image(record.values, record.state, record.secrecy)


def _over(lower: Image, upper: Image) -> Image:
    """``lower`` with everything that ``upper`` says instead."""
    return Image(
        {**lower.values, **upper.values},
        lower.state if upper.state is None else upper.state,
        lower.secrecy if upper.secrecy is None else upper.secrecy,
    )
