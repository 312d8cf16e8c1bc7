"""Lists: the keys of all rows in order at once, the rows themselves a page at a time.

Every condition is built from the kind's own field names and bound values; a list in the order
of a sortable column is one walk along its index, which holds the state too.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from stdesk.domain.fields import Field, FieldType, Values
from stdesk.domain.kinds import Kind
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.store.codec import load_cell, sort_text
from stdesk.store.engine import raw
from stdesk.store.search import match_expression
from stdesk.store.tables import KindTable, Tables, has_sort_key, quoted, sort_column

LIVE = (State.DRAFT, State.COMPLETE)
_HEAD_SORT = ("number", "changed_at", "changed_by", "created_at", "created_by", "state", "secrecy")
_NUMBERS = (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY)
_LISTED = (FieldType.CHOICES, FieldType.CLASS, FieldType.TAGS, FieldType.LINKS)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which records of a kind, in which order.

    Attributes:
        words: as typed in the search box.
        filters: field -> values of which one must match; a date by its beginning ("2026"), a
            list when it holds one, people by name; "" = empty. ``secrecy``, ``created_by`` too.
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


def ids(connection: Connection, tables: Tables, query: ListQuery) -> array[int]:
    """The keys of the rows of ``query``, in order.

    Raises:
        UserError: ``unknown_field`` for a filter or order by a field that cannot.
    """
    sql, parameters = _statement(tables, query)
    # One row with all keys: row by row, the interpreter would be handed over to a busy thread at
    # each, which takes a hundred times as long.
    (text,) = raw(connection).execute(f"SELECT json_group_array(pk) FROM ({sql})", parameters).fetchone()
    return array("q", json.loads(text))


def count(connection: Connection, where: KindTable, states: Collection[State]) -> int:
    """How many records are in ``states``."""
    marks = ",".join("?" * len(states))
    sql = f"SELECT count(*) FROM {where.name} WHERE state IN ({marks})"
    return int(raw(connection).execute(sql, [state.value for state in states]).fetchone()[0])


def explain(connection: Connection, tables: Tables, query: ListQuery) -> str:
    """How SQLite walks to answer ``query``: its plan, for tests and for finding out why a list is slow."""
    sql, parameters = _statement(tables, query)
    return "\n".join(row[-1] for row in raw(connection).execute(f"EXPLAIN QUERY PLAN {sql}", parameters))


def _statement(tables: Tables, query: ListQuery) -> tuple[str, list[Any]]:
    where = tables[query.kind]
    conditions, parameters = _conditions(where, query)
    order = _order(where, query.sort)
    return f"SELECT pk FROM {where.name} WHERE {' AND '.join(conditions)} ORDER BY {order}", parameters


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


def facet(
    connection: Connection, where: KindTable, name: str, states: Collection[State], limit: int
) -> list[tuple[str, int]]:
    """The values of a field and how many records hold each, commonest first; years of a date."""
    source, value = _values_of(where, name)
    marks = ",".join("?" * len(states))
    sql = (
        f"SELECT {value} AS found, count(*) FROM {source} WHERE k.state IN ({marks}) AND {value} IS NOT NULL "
        "GROUP BY found ORDER BY 2 DESC, found LIMIT ?"
    )
    counted = raw(connection).execute(sql, (*(state.value for state in states), limit))
    return [(str(found), n) for found, n in counted]


def _shown(kind: Kind) -> list[Field]:
    return [one for one in kind.fields if one.list_width or one.sortable]


def _field(kind: Kind, name: str) -> Field:
    if name not in kind.by_name:
        raise UserError("unknown_field", field=name, kind=str(kind.label))
    return kind.by_name[name]


def _values_of(where: KindTable, name: str) -> tuple[str, str]:
    """The table expression and the expression in it that give the single values of a field."""
    source = f"{where.name} k"
    if name in _HEAD_SORT:
        return source, f"k.{quoted(name)}"
    one = _field(where.kind, name)
    column = f"k.{quoted(name)}"
    if one.type is FieldType.DATE:
        return source, f"substr({column}, 1, 4)"
    if one.type in _LISTED:
        return f"{source}, json_each({column}) e", "e.value"
    if one.is_composite:
        return f"{source}, json_each({column}) e", "json_extract(e.value, '$.name')"
    return source, column


def _conditions(where: KindTable, query: ListQuery) -> tuple[list[str], list[Any]]:
    states = tuple(state.value for state in query.states)
    conditions, parameters = [f"state IN ({','.join('?' * len(states))})"], list[Any](states)

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        parameters.extend(values)

    if expression := match_expression(query.words):
        search = quoted(where.search)
        add(f"pk IN (SELECT rowid FROM {search} WHERE {search} MATCH ?)", expression)
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
