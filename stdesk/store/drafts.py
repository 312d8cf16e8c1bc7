"""What was typed and is not saved yet: one row for each record in hand, no part of the history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kinds
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.store.context import Context
from stdesk.store.engine import raw
from stdesk.store.rows import ceiling_of


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in a form and is not saved.

    Attributes:
        record_id: the record in hand; "" = a new one. version: the one it started from; 0 = a new one.
        values: field name -> canonical value. texts: field name -> what was typed and not understood.
        level: its secrecy. at: when it was kept (UTC timestamp), set by the library.
    """

    kind: str
    record_id: str
    version: int
    values: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    level: str = ORDINARY
    at: str = ""


def put(context: Context, draft: Draft) -> None:
    """Keep ``draft`` in place of what was kept of the record; above the ceiling without its content."""
    if context.read_only:
        return
    with context.writing() as connection:
        secret = is_above(draft.level, ceiling_of(connection))
        content = None if secret else json.dumps({"values": dict(draft.values), "texts": dict(draft.texts)})
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO draft (kind, record, version, secrecy, content, at, who) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (draft.kind, draft.record_id, draft.version, draft.level, content, context.now(), context.user),
        )


def drop(context: Context, kind: str, record_id: str) -> None:
    """Forget the draft of a record; nothing when there is none."""
    if context.read_only:
        return
    with context.writing() as connection:
        connection.exec_driver_sql("DELETE FROM draft WHERE kind = ? AND record = ?", (kind, record_id))


def listed(context: Context, kind: str | None) -> list[Draft]:
    """The drafts, newest first; rows that cannot be read are left out."""
    sql = (
        "SELECT kind, record, version, secrecy, CAST(content AS BLOB), at FROM draft "
        "WHERE ? IS NULL OR kind = ? ORDER BY at DESC, rowid DESC"
    )
    with context.reading() as connection:
        rows = raw(connection).execute(sql, (kind, kind)).fetchall()
    found = (_read(context.kinds, row) for row in rows)
    return [draft for draft in found if draft is not None]


def forget_content(connection: Connection, above: list[str]) -> None:
    """Take the content out of the drafts at the levels ``above``, which a lowered ceiling forbids."""
    marks = ",".join("?" * len(above))
    connection.exec_driver_sql(f"UPDATE draft SET content = NULL WHERE secrecy IN ({marks})", tuple(above))


def forget_record(connection: Connection, pk: int) -> None:
    """Drop the draft of a record that was classified above the ceiling."""
    connection.exec_driver_sql("DELETE FROM draft WHERE record = (SELECT id FROM record WHERE pk = ?)", (pk,))


def _read(kinds: Kinds, row: tuple[Any, ...]) -> Draft | None:
    kind, record_id, version, level, content, at = row
    if kind not in kinds:
        return None
    try:
        held = json.loads(bytes(content)) if content is not None else {"values": {}, "texts": {}}
        names = kinds[kind].by_name
        values = {n: _value(value) for n, value in held["values"].items() if n in names}
        texts = {str(n): str(written) for n, written in held["texts"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Draft(kind, record_id, version, values, texts, level, at)


def _value(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value
