"""Lists: the keys of all rows in order at once, the rows themselves a page at a time.

Every condition is built from the kind's own field names and bound values; a list in the order
of a sortable column is one walk along its index, which holds the state too.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.domain.fields import Field, FieldType, Values
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.domain.secrecy import LEVELS, is_above
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.store.codec import load_cell, sort_text
from stdesk.store.engine import raw
from stdesk.store.search import match_expression, probe_expression
from stdesk.store.tables import KindTable, Tables, has_sort_key, quoted, sort_column

LIVE = (State.DRAFT, State.COMPLETE)
_HEAD_SORT = ("number", "changed_at", "changed_by", "created_at", "created_by", "state", "secrecy")
_NUMBERS = (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY)
_LISTED = (FieldType.CHOICES, FieldType.CLASS, FieldType.TAGS, FieldType.LINKS)
_OFTEN = 8  # words found in one record of so many or more: cheaper to walk along the order
_STEPS = 20_000  # of SQLite's machine between two looks at whether the answer is still wanted
_PIECE = 60_000  # characters of keys read at a time: a second's worth at once would stop every thread
RANGE = ".."  # between the first and last value of a filter by range; either may be missing


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which records of a kind, in which order.

    Attributes:
        words: as typed in the search box.
        filters: field -> values of which one must match; a date by its beginning ("2026"), a
            list when it holds one, people by name; "" = empty. Dates and numbers by range too
            ("2023..2025", "..2020"). ``secrecy``, ``created_by`` too.
        sort: (field, descending) from the first; empty values come last. Also ``number``,
            ``changed_at``, ``created_at``, ``state``, ``secrecy``.
        ids: only these.
        year: only those that begin in this year.
    """

    kind: str
    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: tuple[tuple[str, bool], ...] = ()
    states: tuple[State, ...] = LIVE
    ids: frozenset[str] | None = None
    year: str | None = None


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list; ``values`` holds the fields asked for that are not empty."""

    key: int
    id: str
    number: int
    state: State
    secrecy: str
    version: int
    values: Values


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a list query: its keys in order, and how many of them are drafts."""

    keys: array[int]
    drafts: int


@contextmanager
def stoppable(connection: Connection, progress: Progress | None) -> Iterator[None]:
    """Let ``progress`` stop what runs inside the block, in the middle of a statement.

    Raises:
        Cancelled: it was stopped.
    """
    if progress is None:
        yield
        return
    driver = raw(connection)

    def stopped() -> bool:
        try:
            progress.check()
        except Cancelled:
            return True
        return False

    driver.set_progress_handler(lambda: 1 if stopped() else 0, _STEPS)
    try:
        yield
    except sqlcipher.OperationalError as error:
        if stopped() and "interrupted" in str(error):
            raise Cancelled from error
        raise
    finally:
        driver.set_progress_handler(None, _STEPS)


def found(
    connection: Connection, tables: Tables, query: ListQuery, progress: Progress | None = None
) -> Found:
    """What ``query`` lists.

    Raises:
        UserError: ``unknown_field`` for a filter or order by a field that cannot.
        Cancelled: ``progress`` was stopped meanwhile.
    """
    with stoppable(connection, progress):
        sql, parameters = _statement(connection, tables, query)
        # One row with all keys: row by row, the interpreter would be handed over to a busy thread at
        # each, which takes a hundred times as long.
        whole = f"SELECT group_concat(pk), total(state = 'draft') FROM ({sql})"
        written, drafts = raw(connection).execute(whole, parameters).fetchone()
    return Found(_keys(written or "", progress), int(drafts))


def _keys(written: str, progress: Progress | None) -> array[int]:
    """The numbers of a text "1,2,3"."""
    keys = array("q")
    start = 0
    while start < len(written):
        if progress is not None:
            progress.check()
        end = written.find(",", start + _PIECE)
        end = len(written) if end < 0 else end
        keys.extend(json.loads(f"[{written[start:end]}]"))
        start = end + 1
    return keys


def ids(connection: Connection, tables: Tables, query: ListQuery) -> array[int]:
    """The keys of the rows of ``query``, in order; as :func:`found`."""
    return found(connection, tables, query).keys


def count(connection: Connection, where: KindTable, states: Collection[State]) -> int:
    """How many records are in ``states``."""
    marks = ",".join("?" * len(states))
    sql = f"SELECT count(*) FROM {where.name} WHERE state IN ({marks})"
    return int(raw(connection).execute(sql, [state.value for state in states]).fetchone()[0])


def explain(connection: Connection, tables: Tables, query: ListQuery) -> str:
    """How SQLite walks to answer ``query``: its plan, for tests and for finding out why a list is slow."""
    sql, parameters = _statement(connection, tables, query)
    return "\n".join(row[-1] for row in raw(connection).execute(f"EXPLAIN QUERY PLAN {sql}", parameters))


def _statement(connection: Connection, tables: Tables, query: ListQuery) -> tuple[str, list[Any]]:
    where = tables[query.kind]
    conditions, parameters = conditions_of(where, query, walk=_is_frequent(connection, where, query))
    order = _order(where, query.sort)
    sql = f"SELECT pk, state FROM {where.name} WHERE {' AND '.join(conditions)} ORDER BY {order}"
    return sql, parameters


def _is_frequent(connection: Connection, where: KindTable, query: ListQuery) -> bool:
    """Whether the words stand in so many records that these are better met along the order's index.

    Looking each of them up in the table and sorting them takes twice as long then (measured). Asked
    only where the answer is quick, and where nothing else has to be read from the table.
    """
    if query.filters or query.ids is not None or query.year:
        return False
    expression, certain = probe_expression(query.words)
    if not expression:
        return certain
    driver = raw(connection)
    highest = driver.execute(f"SELECT max(number) FROM {where.name}").fetchone()[0] or 0
    search = quoted(where.search)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {search} WHERE {search} MATCH ? LIMIT ?)"
    wanted = max(1, highest // _OFTEN)
    return bool(driver.execute(sql, (expression, wanted)).fetchone()[0] >= wanted)


def rows(
    connection: Connection, where: KindTable, keys: Sequence[int], names: Sequence[str] | None
) -> dict[int, ListRow]:
    """The rows of these keys with the fields ``names``; keys of records that are gone are left out."""
    fields = [_field(where.kind, name) for name in names] if names is not None else _shown(where.kind)
    columns = "".join(f", k.{quoted(one.name)}" for one in fields)
    found: dict[int, ListRow] = {}
    for start in range(0, len(keys), 1000):
        part = list(keys[start : start + 1000])
        sql = (
            f"SELECT k.pk, r.id, k.number, k.state, k.secrecy, k.version{columns} FROM {where.name} k "
            f"JOIN record r ON r.pk = k.pk WHERE k.pk IN ({','.join('?' * len(part))})"
        )
        for row in raw(connection).execute(sql, part):
            cells = zip(fields, row[6:], strict=True)
            values = {one.name: load_cell(v) if one.is_composite else v for one, v in cells if v is not None}
            found[row[0]] = ListRow(row[0], row[1], row[2], State(row[3]), row[4], row[5], values)
    return found


def above(connection: Connection, tables: Tables, level: str) -> frozenset[str]:
    """Ids of the records, trashed ones too, that lie above the secrecy ``level``."""
    lower = tuple(one for one in LEVELS if not is_above(one, level))
    marks = ",".join("?" * len(lower))
    found: set[str] = set()
    for where in tables:
        sql = f"SELECT r.id FROM {where.name} k JOIN record r ON r.pk = k.pk WHERE k.secrecy NOT IN ({marks})"
        found.update(row[0] for row in raw(connection).execute(sql, lower))
    return frozenset(found)


def _shown(kind: Kind) -> list[Field]:
    return [one for one in kind.shown if one.list_width or one.sortable]


def _field(kind: Kind, name: str) -> Field:
    if name not in kind.by_name:
        raise UserError("unknown_field", field=name, kind=str(kind.label))
    return kind.by_name[name]


def conditions_of(where: KindTable, query: ListQuery, *, walk: bool = False) -> tuple[list[str], list[Any]]:
    """The conditions of ``query`` on the columns of its kind's table, and their parameters.

    ``walk``: the words are looked for in what is met along another index.
    """
    states = tuple(state.value for state in query.states)
    conditions, parameters = [f"state IN ({','.join('?' * len(states))})"], list[Any](states)

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        parameters.extend(values)

    if expression := match_expression(query.words):
        search = quoted(where.search)
        add(f"{'+' if walk else ''}pk IN (SELECT rowid FROM {search} WHERE {search} MATCH ?)", expression)
    if query.ids is not None:
        add("pk IN (SELECT pk FROM record WHERE id IN (SELECT value FROM json_each(?)))", _json(query.ids))
    if query.year:
        begin = f"coalesce({', '.join([*(quoted(name) for name in where.kind.begins), 'NULL', 'NULL'])})"
        add(f"{begin} >= ? AND {begin} < ?", *_beginning(query.year))
    for name, wanted in query.filters.items():
        if wanted:
            condition, values = _filter(where, name, wanted)
            add(condition, *values)
    return conditions, parameters


def _json(values: Iterable[str]) -> str:
    return json.dumps(sorted(values))


def _beginning(value: str) -> tuple[str, str]:
    """The range of partial dates that begin with ``value``: "." is the character after "-"."""
    return value, value + "."


def _filter(where: KindTable, name: str, wanted: tuple[str, ...]) -> tuple[str, list[Any]]:
    column = quoted(name)
    kind_of = None if name in _HEAD_SORT else _field(where.kind, name)
    parts: list[str] = []
    values: list[Any] = []
    filled = [value for value in wanted if value != ""]
    if len(filled) < len(wanted):
        parts.append(f"{column} IS NULL")
    if kind_of is not None and kind_of.type in (*_NUMBERS, FieldType.DATE):
        ranges = [value for value in filled if RANGE in value]
        filled = [value for value in filled if RANGE not in value]
        for value in ranges:
            condition, ends = _between(column, kind_of, value)
            parts.append(condition)
            values += ends
    if filled and kind_of is not None and kind_of.type is FieldType.DATE:
        for value in filled:
            parts.append(f"({column} >= ? AND {column} < ?)")
            values += _beginning(value)
    elif filled and kind_of is not None and kind_of.is_composite:
        item = "value" if kind_of.type in _LISTED else "json_extract(value, '$.name')"
        parts.append(f"EXISTS (SELECT 1 FROM json_each({column}) WHERE {item} IN ({_marks(filled)}))")
        values += filled
    elif filled:
        number = kind_of is not None and kind_of.type in _NUMBERS
        equal = f"{column} IN ({_marks(filled)})"
        values += [_number(value) for value in filled] if number else filled
        if kind_of is not None and has_sort_key(kind_of):  # the index is on the key
            equal = f"({equal} AND {quoted(sort_column(kind_of))} IN ({_marks(filled)}))"
            values += [sort_text(kind_of, value) for value in filled]
        parts.append(equal)
    return f"({' OR '.join(parts)})", values


def _between(column: str, field: Field, written: str) -> tuple[str, list[Any]]:
    first, _, last = written.partition(RANGE)
    parts, values = [f"{column} IS NOT NULL"], list[Any]()
    if first:
        parts.append(f"{column} >= ?")
        values.append(first if field.type is FieldType.DATE else _number(first))
    if last:
        date = field.type is FieldType.DATE
        parts.append(f"{column} {'<' if date else '<='} ?")
        values.append(_beginning(last)[1] if date else _number(last))
    return f"({' AND '.join(parts)})", values


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _number(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value  # equals no number: nothing is found


def _order(where: KindTable, sort: tuple[tuple[str, bool], ...]) -> str:
    parts = []
    for name, descending in sort:
        column = where.sort.get(name) or (name if name in _HEAD_SORT else None)
        if column is None:
            raise UserError("unknown_field", field=name, kind=str(where.kind.label))
        way = "DESC" if descending else "ASC"
        parts.append(
            f"{quoted(column)} {way}" if name in _HEAD_SORT else f"{quoted(column)} {way} NULLS LAST"
        )
    last = "DESC" if sort and sort[0][1] else "ASC"
    return ", ".join([*(parts or ["number ASC"]), f"pk {last}"])
