"""What the records of a list add up to: sums, how many fields are filled, the usual values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from stdesk.domain.fields import Field, FieldType
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.store.engine import raw
from stdesk.store.listing import ListQuery, conditions_of, stoppable
from stdesk.store.tables import KindTable, Tables, quoted

SUMMED = (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY)
_ITEMS = (FieldType.CHOICES, FieldType.CLASS, FieldType.TAGS, FieldType.LINKS)
_HEAD = ("number", "changed_at", "changed_by", "created_at", "created_by", "state", "secrecy")
_HALF = 2**20  # sums are made of two halves: a million amounts may be more than SQLite's integers hold


@dataclass(frozen=True, slots=True)
class Totals:
    """How many records, and by field the sum of those that are filled."""

    count: int
    sums: dict[str, int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a field holds in the records of a list.

    Attributes:
        filled, empty: records.
        distinct: different values; of a list, of its items; of a date, years.
        usual: the commonest (value, records).
        least, most: of numbers and dates; ``None`` for the rest.
        total: of numbers.
    """

    filled: int
    empty: int
    distinct: int
    usual: tuple[tuple[str, int], ...]
    least: str | int | float | None = None
    most: str | int | float | None = None
    total: int | float | None = None


def totals(
    connection: Connection, tables: Tables, query: ListQuery, fields: Sequence[str], progress: Progress | None
) -> Totals:
    """How many records ``query`` lists and the sums of ``fields``.

    Raises:
        UserError: ``unknown_field`` for a field that holds no numbers.
        Cancelled: ``progress`` was stopped.
    """
    where = tables[query.kind]
    conditions, parameters = conditions_of(where, query)
    with stoppable(connection, progress):
        return _totals(connection, where, " AND ".join(conditions), parameters, fields)


def totals_of(connection: Connection, where: KindTable, keys: Sequence[int], fields: Sequence[str]) -> Totals:
    """The same of the rows ``keys``."""
    wanted = json.dumps(list(keys))
    return _totals(connection, where, "pk IN (SELECT value FROM json_each(?))", [wanted], fields)


def _totals(
    connection: Connection, where: KindTable, condition: str, parameters: list[Any], fields: Sequence[str]
) -> Totals:
    numbers = [_field(where, name) for name in fields]
    if wrong := [one for one in numbers if one.type not in SUMMED]:
        raise UserError("unknown_field", field=wrong[0].name, kind=str(where.kind.label))
    sums = ", ".join(_sum(one) for one in numbers)
    sql = f"SELECT count(*){', ' if sums else ''}{sums} FROM {where.name} WHERE {condition}"
    count, *halves = raw(connection).execute(sql, parameters).fetchone()
    pairs = zip(numbers, halves[::2], halves[1::2], strict=True)
    return Totals(count, {one.name: _whole(high, low) for one, high, low in pairs})


def _sum(one: Field) -> str:
    column = quoted(one.name)
    if one.type is FieldType.NUMBER:
        return f"0, total({column})"
    return f"sum({column} / {_HALF}), sum({column} % {_HALF})"


def _whole(high: int | None, low: int | float | None) -> int | float:
    return (high or 0) * _HALF + (low or 0)


def values(
    connection: Connection, tables: Tables, query: ListQuery, name: str, limit: int
) -> list[tuple[str, int]]:
    """The values of a field in what ``query`` lists, the commonest first; years of a date, names of people."""
    return [(value, n) for value, n, _ in _counted(connection, tables[query.kind], query, name, limit)]


def of_field(
    connection: Connection, tables: Tables, query: ListQuery, name: str, limit: int, progress: Progress | None
) -> Statistics:
    """What the field ``name`` holds in the records that ``query`` lists, with its ``limit`` usual values.

    Raises:
        UserError: ``unknown_field``.
        Cancelled: ``progress`` was stopped.
    """
    where = tables[query.kind]
    conditions, parameters = conditions_of(where, query)
    column = quoted(name) if name in _HEAD else quoted(_field(where, name).name)
    one = None if name in _HEAD else _field(where, name)
    ordered = name == "number" or (one is not None and one.type in (*SUMMED, FieldType.DATE))
    added = one is not None and one.type in SUMMED and not one.names
    with stoppable(connection, progress):
        counted = _counted(connection, where, query, name, limit)
        sql = (
            f"SELECT count(*), count({column}), {f'min({column}), max({column})' if ordered else 'NULL, NULL'}, "
            f"{_sum(one) if one is not None and added else 'NULL, NULL'} "
            f"FROM {where.name} WHERE {' AND '.join(conditions)}"
        )
        all_, filled, least, most, high, low = raw(connection).execute(sql, parameters).fetchone()
    return Statistics(
        filled=filled,
        empty=all_ - filled,
        distinct=counted[0][2] if counted else 0,
        usual=tuple((value, n) for value, n, _ in counted),
        least=least,
        most=most,
        total=_whole(high, low) if added and filled else None,
    )


def _counted(
    connection: Connection, where: KindTable, query: ListQuery, name: str, limit: int
) -> list[tuple[str, int, int]]:
    """(value, records, number of different values) of the commonest."""
    conditions, parameters = conditions_of(where, query)
    column, source, value = _values_of(where, name)
    rows = f"(SELECT {column} AS cell FROM {where.name} WHERE {' AND '.join(conditions)}) k"
    sql = (
        f"SELECT found, n, count(*) OVER () FROM (SELECT {value} AS found, count(*) AS n FROM {rows}{source} "
        f"WHERE {value} IS NOT NULL GROUP BY found) ORDER BY n DESC, found LIMIT ?"
    )
    counted = raw(connection).execute(sql, (*parameters, limit))
    return [(str(found), n, different) for found, n, different in counted]


def _values_of(where: KindTable, name: str) -> tuple[str, str, str]:
    """Column of a field, what to join, and the expression that gives its single values."""
    if name in _HEAD:
        return quoted(name), "", "k.cell"
    one = _field(where, name)
    if one.type is FieldType.DATE:
        return quoted(name), "", "substr(k.cell, 1, 4)"
    if one.type in _ITEMS:
        return quoted(name), ", json_each(k.cell) e", "e.value"
    if one.is_composite:
        return quoted(name), ", json_each(k.cell) e", "json_extract(e.value, '$.name')"
    return quoted(name), "", "k.cell"


def _field(where: KindTable, name: str) -> Field:
    if name not in where.kind.by_name:
        raise UserError("unknown_field", field=name, kind=str(where.kind.label))
    return where.kind.by_name[name]
