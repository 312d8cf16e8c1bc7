"""What the records of a kind hold in a field, how often and how lately: what is proposed while typing.

SQLite groups; Python sees each value once. A column with an ordering key is grouped along its
index, anything else is looked up in the newest records only, so that 100,000 cost no more than
a part of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from stdesk.domain.fields import FieldType
from stdesk.store.engine import raw
from stdesk.store.listing import LIVE
from stdesk.store.tables import KindTable, has_sort_key, quoted, sort_column

NEWEST = 30_000  # records looked at for a field without an index
_STATES = ",".join(f"'{state.value}'" for state in LIVE)
_SINGLE = frozenset({FieldType.TEXT, FieldType.CHOICE})


@dataclass(frozen=True, slots=True)
class Used:
    """A value in use.

    Attributes:
        value: a text, a code, or the JSON of an item.
        n: in how many records. last: row key of the newest of them. date: the latest beginning
            of these records, "" when none has one (items only).
    """

    value: str
    n: int
    last: int
    date: str = ""


def used(connection: Connection, where: KindTable, name: str, limit: int) -> list[Used]:
    """The values of a field (the single ones of a list, the items of a table), commonest first."""
    one = where.kind.field(name)
    if one.type not in _SINGLE:
        return _of_lists(connection, where, name, limit)
    column = quoted(name)
    if has_sort_key(one):
        key = quoted(sort_column(one))
        sql = (
            f"SELECT k.{column}, g.n, g.last FROM (SELECT count(*) AS n, max(pk) AS last FROM {where.name} "
            f"WHERE state IN ({_STATES}) AND {key} IS NOT NULL GROUP BY {key} ORDER BY 1 DESC, 2 DESC LIMIT ?) g "
            f"JOIN {where.name} k ON k.pk = g.last"
        )
    else:
        sql = (
            f"SELECT {column}, count(*), max(pk) FROM ({_newest(where, column)}) "
            f"WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 3 DESC LIMIT ?"
        )
    return [Used(str(value), n, last) for value, n, last in raw(connection).execute(sql, (limit,))]


def _of_lists(connection: Connection, where: KindTable, name: str, limit: int) -> list[Used]:
    column = quoted(name)
    begins = ", ".join(quoted(one) for one in where.kind.begins)
    begin = f"coalesce({begins}, '')" if begins else "''"
    sql = (
        f"SELECT e.value, count(*), max(k.pk), max(k.begin) FROM "
        f"({_newest(where, column, f'{begin} AS begin')}) k, json_each(k.{column}) e "
        "GROUP BY 1 ORDER BY 2 DESC, 3 DESC LIMIT ?"
    )
    return [Used(str(v), n, last, date) for v, n, last, date in raw(connection).execute(sql, (limit,))]


def _newest(where: KindTable, column: str, more: str = "'' AS begin") -> str:
    return f"SELECT pk, {column}, {more} FROM {where.name} WHERE state IN ({_STATES}) ORDER BY pk DESC LIMIT {NEWEST}"
