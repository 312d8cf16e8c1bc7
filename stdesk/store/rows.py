"""Reading and writing single records and many of them, inside an open transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.secrecy import LEVELS, is_above
from stdesk.store.codec import codec
from stdesk.store.context import Context
from stdesk.store.engine import raw
from stdesk.store.settings import CEILING, read_setting
from stdesk.store.tables import KindTable, quoted

Keyed = tuple[int, Record]  # row key, record
_CHUNK = 1_000
_MANY, _GATHERED = 1_000, 64 << 20  # records; bytes


def ceiling_of(connection: Connection) -> str:
    """The level above which records are stubs."""
    return read_setting(connection, CEILING, LEVELS[0])


def find(context: Context, connection: Connection, record_id: str) -> Keyed | None:
    """The record ``record_id`` and its key; ``None`` when it never was or its creation was undone."""
    return next(iter(by_ids(context, connection, [record_id])), None)


def by_ids(context: Context, connection: Connection, record_ids: Sequence[str]) -> Iterator[Keyed]:
    """The records of these ids that are there, in no particular order."""
    for start in range(0, len(record_ids), _CHUNK):
        part = tuple(record_ids[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        keys: dict[str, list[int]] = {}
        for pk, kind in raw(connection).execute(f"SELECT pk, kind FROM record WHERE id IN ({marks})", part):
            keys.setdefault(kind, []).append(pk)
        for kind in keys.keys() & set(context.kinds.names):
            yield from by_keys(connection, context.tables[kind], keys[kind])


def by_keys(connection: Connection, where: KindTable, keys: Sequence[int]) -> Iterator[Keyed]:
    """The records of these keys that are there, in no particular order."""
    cipher = codec(where.kind)
    for start in range(0, len(keys), _CHUNK):
        part = keys[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        yield from _read(connection, where, cipher.read_columns, f"k.pk IN ({marks})", tuple(part))


def after_key(
    connection: Connection, where: KindTable, key: int, states: Iterable[str], limit: int = _CHUNK
) -> list[Keyed]:
    """The next ``limit`` records with keys above ``key``, ordered by key."""
    listed = tuple(states)
    marks = ",".join("?" * len(listed))
    condition = f"k.pk > ? AND k.state IN ({marks}) ORDER BY k.pk LIMIT ?"
    return list(_read(connection, where, codec(where.kind).read_columns, condition, (key, *listed, limit)))


def _read(
    connection: Connection, where: KindTable, columns: str, condition: str, parameters: tuple[object, ...]
) -> Iterator[Keyed]:
    sql = f"SELECT k.pk, r.id, {columns} FROM {where.name} k JOIN record r ON r.pk = k.pk WHERE {condition}"
    reader = codec(where.kind)
    for row in raw(connection).execute(sql, parameters):
        yield row[0], reader.record(row[1:])


def insert(context: Context, connection: Connection, items: Sequence[Keyed], ceiling: str) -> None:
    """Put records into their kinds' tables and search indexes."""
    ordered = sorted(items, key=lambda item: item[1].kind)
    for kind_name, group in groupby(ordered, key=lambda item: item[1].kind):
        where, records = context.tables[kind_name], list(group)
        writer = codec(where.kind)
        connection.exec_driver_sql(writer.insert, [writer.row(pk, record) for pk, record in records])
        index(connection, where, [item for item in records if not is_above(item[1].secrecy, ceiling)])


def index(connection: Connection, where: KindTable, items: Sequence[Keyed]) -> None:
    """Put records into the search index, in place of what it held of them.

    Many are gathered in memory and written out in one piece: pieces of a megabyte, SQLite's own measure,
    are merged over and over, which took 16 times as long (measured: 40,000 records, 27 s against 1.7 s).
    """
    if len(items) >= _MANY:
        name = quoted(where.search)
        connection.exec_driver_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('hashsize', {_GATHERED})")
    if items:
        found_by = codec(where.kind).found_by
        connection.exec_driver_sql(
            f"INSERT OR REPLACE INTO {quoted(where.search)} (rowid, title, rest, title_exact, rest_exact) "
            "VALUES (?, ?, ?, ?, ?)",
            [(pk, *found_by(record.number, record.values)) for pk, record in items],
        )


def replace(
    context: Context, connection: Connection, pk: int, old: Record, new: Record, ceiling: str
) -> bool:
    """Write ``new`` over ``old``, only the columns that differ; whether it has to be indexed anew.

    Many records are indexed together, by the caller, with :func:`index_all`: turn by turn with the
    updates, each of which begins a statement of its own, the index is written out every time.
    """
    where = context.tables[new.kind]
    names = changed_fields(old, new)
    columns = codec(where.kind).cells(names, new.values)
    columns |= {
        "version": new.version, "state": new.state.value, "secrecy": new.secrecy,
        "changed_at": new.changed_at, "changed_by": new.changed_by,
    }  # fmt: skip
    assigned = ", ".join(f"{quoted(name)} = ?" for name in columns)
    raw(connection).execute(f"UPDATE {where.name} SET {assigned} WHERE pk = ?", (*columns.values(), pk))
    if is_above(new.secrecy, ceiling):
        unindex(connection, where, [pk])
        return False
    return old.secrecy != new.secrecy or not _searched_names(where.kind).isdisjoint(names)


def replace_many(
    connection: Connection, where: KindTable, edits: Sequence[tuple[int, Record, Record]], ceiling: str
) -> list[Keyed]:
    """Write the new records of ``edits`` (key, old, new; all of one kind) over the old ones.

    What changes in the same columns goes in one statement. Empty cells are bound as "", since the
    driver takes 50 times as long to bind ``None``.

    Returns:
        those to be indexed anew, by the caller.
    """
    writer, search = codec(where.kind), _searched_names(where.kind)
    statements: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    anew: list[Keyed] = []
    gone: list[int] = []
    for pk, old, new in edits:
        names = changed_fields(old, new)
        cells = writer.cells(names, new.values)
        head = (new.version, new.state.value, new.secrecy, new.changed_at, new.changed_by)
        row = (*("" if cell is None else cell for cell in cells.values()), *head, pk)
        statements.setdefault(tuple(cells), []).append(row)
        if is_above(new.secrecy, ceiling):
            gone.append(pk)
        elif old.secrecy != new.secrecy or not search.isdisjoint(names):
            anew.append((pk, new))
    for columns, parameters in statements.items():
        assigned = "".join(f"{quoted(name)} = nullif(?, ''), " for name in columns)
        raw(connection).executemany(
            f"UPDATE {where.name} SET {assigned}version = ?, state = ?, secrecy = ?, changed_at = ?, "
            "changed_by = ? WHERE pk = ?",
            parameters,
        )
    unindex(connection, where, gone)
    return anew


def _searched_names(kind: Kind) -> frozenset[str]:
    return frozenset({kind.title, *(field.name for field in kind.fields if field.searchable)})


def index_all(context: Context, connection: Connection, items: Iterable[Keyed]) -> None:
    """Put records of any kinds into the search indexes, in place of what they held of them."""
    ordered = sorted(items, key=lambda item: item[1].kind)
    for kind_name, group in groupby(ordered, key=lambda item: item[1].kind):
        index(connection, context.tables[kind_name], list(group))


def unindex(connection: Connection, where: KindTable, keys: Sequence[int]) -> None:
    """Take records out of the search index."""
    sql = f"DELETE FROM {quoted(where.search)} WHERE rowid = ?"
    if keys:
        connection.exec_driver_sql(sql, [(pk,) for pk in keys])


def remove(connection: Connection, where: KindTable, keys: Sequence[int]) -> None:
    """Take records out of the live tables; their ids, numbers and history stay."""
    unindex(connection, where, keys)
    if keys:
        connection.exec_driver_sql(f"DELETE FROM {where.name} WHERE pk = ?", [(pk,) for pk in keys])


def changed_fields(old: Record, new: Record) -> list[str]:
    """The fields whose values differ."""
    names = dict.fromkeys((*old.values, *new.values))
    return [name for name in names if old.values.get(name) != new.values.get(name)]
