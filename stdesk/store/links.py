"""Which records name which others: links read backwards."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection

from stdesk.domain.fields import FieldType
from stdesk.domain.records import Record, State
from stdesk.store import rows
from stdesk.store.codec import load_cell
from stdesk.store.context import Context
from stdesk.store.engine import raw
from stdesk.store.tables import KindTable, quoted

_FEW = 4  # ids looked for one by one inside SQLite; more are compared here
_CHUNK = 1_000


def linking(
    context: Context, connection: Connection, ids: Collection[str], states: Collection[State], internal: bool
) -> list[Record]:
    """The records in ``states`` with a link to one of ``ids``, kind by kind, the oldest first.

    Args:
        internal: links among the program's own notes count too.
    """
    found: list[Record] = []
    for where in context.tables if ids else ():
        keys: set[int] = set()
        for field in where.kind.of_type(FieldType.LINKS):
            if internal or not field.internal:
                keys.update(_keys(connection, where, field.name, ids, states))
        of_kind = rows.by_keys(connection, where, sorted(keys))
        found += [record for _, record in sorted(of_kind, key=lambda keyed: keyed[0])]
    return found


def _keys(
    connection: Connection, where: KindTable, field: str, ids: Collection[str], states: Collection[State]
) -> Iterator[int]:
    """Walks along the index over the few records that have links at all, never through the table."""
    column, wanted = quoted(field), set(ids)
    marks = ",".join("?" * len(states))
    sql = f"SELECT pk, {column} FROM {where.name} WHERE {column} IS NOT NULL AND state IN ({marks})"
    parameters = [state.value for state in states]
    if len(wanted) <= _FEW:
        written = [json.dumps(one, ensure_ascii=False) for one in wanted]
        sql += f" AND ({' OR '.join(f'instr({column}, ?) > 0' for _ in written)})"
        parameters += written
    for pk, cell in raw(connection).execute(sql, parameters):
        if not wanted.isdisjoint(load_cell(cell)):
            yield pk


def by_ids(context: Context, connection: Connection, ids: Sequence[str]) -> list[Record]:
    """The records of ``ids`` in their order; those that are gone are left out."""
    keys: dict[str, list[int]] = {}
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        sql = f"SELECT kind, pk FROM record WHERE id IN ({','.join('?' * len(part))})"
        for kind, pk in raw(connection).execute(sql, tuple(part)):
            if kind in context.kinds:
                keys.setdefault(kind, []).append(pk)
    found = {
        record.id: record
        for kind, of_kind in keys.items()
        for _, record in rows.by_keys(connection, context.tables[kind], of_kind)
    }
    return [found[one] for one in dict.fromkeys(ids) if one in found]
