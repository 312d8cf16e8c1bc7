"""What is worked out from records: search index and ordering keys; made anew when their making changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, text

from stdesk.domain import codes
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.domain.secrecy import LEVELS, forbidden_in_stub, is_above
from stdesk.errors import UserError
from stdesk.store import drafts, history, rows, scrub
from stdesk.store.codec import codec
from stdesk.store.context import Context
from stdesk.store.settings import read_setting
from stdesk.store.tables import KindTable, has_sort_key, quoted

RECIPE = 1  # raise it when folding, ordering or the choice of searched words changes
_KEY = "derived:"


def refresh(context: Context, connection: Connection, *, note_only: bool = False) -> list[str]:
    """Make anew what was made after another recipe; returns the kinds it was done for."""
    done = []
    for where in context.tables:
        signature = _signature(where.kind)
        key = f"{_KEY}{where.kind.name}"
        if read_setting(connection, key) == signature:
            continue
        if not note_only:
            _rebuild(connection, where, rows.ceiling_of(connection))
        connection.execute(
            text("INSERT OR REPLACE INTO setting (key, value) VALUES (:key, :value)"),
            {"key": key, "value": signature},
        )
        done.append(where.kind.name)
    return done


def _rebuild(connection: Connection, where: KindTable, ceiling: str) -> None:
    writer = codec(where.kind)
    keyed = [field.name for field in where.kind.fields if has_sort_key(field)]
    connection.exec_driver_sql(f"DELETE FROM {quoted(where.search)}")
    for part in _chunks(connection, where):
        rows.index(connection, where, [item for item in part if not is_above(item[1].secrecy, ceiling)])
        cells = [(writer.cells(keyed, record.values), pk) for pk, record in part]
        if keyed:
            assigned = ", ".join(f"{quoted(name)} = ?" for name in cells[0][0])
            connection.exec_driver_sql(
                f"UPDATE {where.name} SET {assigned} WHERE pk = ?",
                [(*cell.values(), pk) for cell, pk in cells],
            )


def _chunks(connection: Connection, where: KindTable) -> Iterator[list[rows.Keyed]]:
    key = 0
    while part := rows.after_key(connection, where, key, [state.value for state in State]):
        yield part
        key = part[-1][0]


def _signature(kind: Kind) -> str:
    parts = [str(RECIPE), kind.title]
    for field in kind.fields:
        if field.sortable or field.searchable or field.name == kind.title:
            parts.append(f"{field.name} {field.type} {field.sortable} {field.searchable} {_labels(field)}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _labels(field: Field) -> str:
    if field.type not in (FieldType.CHOICE, FieldType.CHOICES):
        return ""
    listed = codes.code_list(field.codes).codes
    return ";".join(f"{code}={entry.text.vi}={entry.text.en}" for code, entry in listed.items())


def change_ceiling(context: Context, connection: Connection, old: str, new: str) -> None:
    """Follow a new secrecy ceiling: what is above it leaves search and history, what no longer is comes in.

    Raises:
        UserError: ``ceiling_in_use`` when a record above the new ceiling holds more than a stub may.
    """
    for where in context.tables:
        for part in _chunks(connection, where):
            secret = [(pk, record) for pk, record in part if record.secrecy != LEVELS[0]]
            above = [(pk, record) for pk, record in secret if is_above(record.secrecy, new)]
            full = [record for _, record in above if forbidden_in_stub(record.values)]
            if full:
                raise UserError("ceiling_in_use", kind=str(where.kind.label), number=str(full[0].number))
            rows.unindex(connection, where, [pk for pk, _ in above])
            rows.index(connection, where, [item for item in secret if not is_above(item[1].secrecy, new)])
    levels = [level for level in LEVELS if is_above(level, new)]
    marks = ",".join("?" * len(levels))
    found = connection.exec_driver_sql(
        f"SELECT DISTINCT record FROM change WHERE json_extract(after, '$.secrecy') IN ({marks}) "
        f"OR json_extract(before, '$.secrecy') IN ({marks})",
        (*levels, *levels),
    )
    once_above = list(found.scalars())
    gone = {name for pk in once_above for name in scrub.files_of(connection, pk)}
    action = history.write_action(
        connection, at=context.now(), who=context.user, label="ceiling_changed", role=history.FIXED,
        params={"before": old, "after": new},
    )  # fmt: skip
    context.note_forgotten(action, history.forget_content(connection, once_above, action))
    drafts.forget_content(connection, levels)
    if is_above(old, new):
        scrub.owe(context, connection, context.kinds.names, gone)
