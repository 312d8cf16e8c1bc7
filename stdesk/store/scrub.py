"""After content was forgotten: taking its last bytes out of the database's file, and its files off the disk.

Deleting overwrites (``secure_delete``), and still the words of a record stay behind: in pieces of the search
index that were not merged yet, in the gaps of pages that were laid out anew, in the log beside the database.
So after an act that put a record above the ceiling the index is merged, the file written anew, the log cut, and
what only that record had attached is removed. What the act owes is written down with it: a power cut between
does not forget the debt, the next opening pays.

In a library with a password all of this lies there encrypted, and the file is not written anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.domain.fields import Field, FieldType
from stdesk.store import files
from stdesk.store.tables import KindTable, quoted

if TYPE_CHECKING:
    from stdesk.store.context import Context

DUE, DUE_FILES = "scrub:due", "scrub:files"

_FILES = """
    SELECT DISTINCT json_extract(item.value, '$.file') FROM change c,
    json_each(json_array(c.before, c.after)) image, json_each(image.value, '$.values') field,
    json_each(field.value) item
    WHERE c.record = :pk AND field.type = 'array' AND item.type = 'object'
"""


def files_of(connection: Connection, pk: int) -> set[str]:
    """Every file that a record ever named, by its history; to be asked before that is forgotten."""
    return {str(one) for one in connection.execute(text(_FILES), {"pk": pk}).scalars() if one}


def owe(context: Context, connection: Connection, kinds: Iterable[str], gone: Collection[str] = ()) -> None:
    """Note inside the act that the library has to be cleaned.

    Args:
        kinds: of the records that were forgotten. gone: files they named.
    """
    for key, more in ((DUE, set(kinds)), (DUE_FILES, set(gone))):
        held = set(json.loads(_value(connection, key) or "[]"))
        if more - held:
            sql = text("INSERT OR REPLACE INTO setting (key, value) VALUES (:key, :value)")
            connection.execute(sql, {"key": key, "value": json.dumps(sorted(held | more))})
    context.owes = True


def is_owed(context: Context) -> bool:
    """Whether the library still has to be cleaned."""
    with context.reading() as connection:
        return bool(_value(connection, DUE))


def settle(context: Context) -> bool:
    """Clean the library when something is owed; whether nothing is owed any more.

    What fails (no room, another program reading) stays owed: nothing that was acknowledged depends on it.
    """
    context.owes = False
    if context.read_only or context.as_of is not None:
        return False
    try:
        with context.write_lock, closing(context.engine.raw_connection()) as pooled:
            return _settle(pooled.driver_connection, context)
    except (sqlcipher.Error, OSError):
        return False


def _settle(connection: Any, context: Context) -> bool:
    owed = dict(connection.execute("SELECT key, value FROM setting WHERE key IN (?, ?)", (DUE, DUE_FILES)))
    if DUE not in owed:
        return True
    kinds = json.loads(owed[DUE])
    _remove_files(connection, context, json.loads(owed.get(DUE_FILES, "[]")))
    _merge_indexes(connection, [one for one in context.tables if one.kind.name in kinds])
    if context.vault is None:
        connection.execute("PRAGMA temp_store = FILE").fetchall()  # a whole library has no room in memory
        try:
            connection.execute("VACUUM").fetchall()
        finally:
            connection.execute("PRAGMA temp_store = MEMORY").fetchall()
    if not _cut_log(connection):
        return False
    connection.execute("DELETE FROM setting WHERE key IN (?, ?)", (DUE, DUE_FILES))
    return True


def _remove_files(connection: Any, context: Context, names: Collection[str]) -> None:
    """Remove those of the files ``names`` that nothing names any more."""
    for name in names:
        if not _is_named(connection, context, name):
            files.remove(context.folder, name, context.vault)


def _is_named(connection: Any, context: Context, name: str) -> bool:
    asked = [("draft", "content"), ("signed_copy", "file"), ("change", "before"), ("change", "after")]
    asked += [(one.kind.name, field.name) for one in context.tables for field in _file_fields(one)]
    return any(
        connection.execute(
            f"SELECT 1 FROM {quoted(table)} WHERE instr({quoted(column)}, ?) LIMIT 1", (name,)
        ).fetchone()
        for table, column in asked
    )


def _file_fields(where: KindTable) -> list[Field]:
    return list(where.kind.of_type(FieldType.FILES))


def _merge_indexes(connection: Any, tables: Collection[KindTable]) -> None:
    """Merge what the index holds into one piece: only then words of removed records are gone."""
    for where in tables:
        name = quoted(where.search)
        connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")


def _cut_log(connection: Any) -> bool:
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _value(connection: Connection, key: str) -> str:
    return str(
        connection.execute(text("SELECT value FROM setting WHERE key = :key"), {"key": key}).scalar() or ""
    )
