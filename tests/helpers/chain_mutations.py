"""What a hand with an SQLite program might do to the history: one random change at a time."""

from __future__ import annotations

import random
import secrets
from typing import Any

TABLES = ("action", "change", "setting_change", "chain", "chain_forgotten", "chain_head")


def copy_of(source: Any, connect: Any) -> Any:
    """The database in memory, without triggers and without the checks of links."""
    copy = connect(":memory:", isolation_level=None)
    source.backup(copy)
    copy.execute("PRAGMA foreign_keys = OFF").fetchall()
    for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        copy.execute(f'DROP TRIGGER "{name}"')
    return copy


def mutate(copy: Any, chance: random.Random) -> str:
    """Change something; returns what was done, "" when it came to nothing."""
    table = chance.choice(TABLES)
    what = chance.choice((_edit, _edit, _edit, _delete, _insert, _swap, _cut))
    before = _all(copy)
    said = what(copy, table, chance)
    return said if _all(copy) != before else ""


def _all(copy: Any) -> list[Any]:
    return [sorted(copy.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr) for table in TABLES]


def _rows(copy: Any, table: str) -> tuple[list[str], list[Any]]:
    columns = [row[1] for row in copy.execute(f'PRAGMA table_info("{table}")')]
    keys = sorted(
        (row for row in copy.execute(f'PRAGMA table_info("{table}")').fetchall() if row[5]),
        key=lambda row: row[5],
    )
    key = ", ".join(row[1] for row in keys) or "rowid"
    return columns, copy.execute(f'SELECT {key} FROM "{table}" ORDER BY {key}').fetchall()


def _where(copy: Any, table: str) -> str:
    keys = [row for row in copy.execute(f'PRAGMA table_info("{table}")').fetchall() if row[5]]
    return " AND ".join(f"{row[1]} = ?" for row in sorted(keys, key=lambda row: row[5])) or "rowid = ?"


def _other(value: object, chance: random.Random) -> object:
    if value is None:
        return chance.choice((1, "x"))
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 7))
    if isinstance(value, bytes):
        return (
            secrets.token_bytes(len(value)) if chance.random() < 0.7 else value[:-1] + bytes([value[-1] ^ 1])
        )
    place = chance.randrange(len(str(value)) + 1)
    return str(value)[:place] + chance.choice(("ư", " ", "0")) + str(value)[place + 1 :]


def _edit(copy: Any, table: str, chance: random.Random) -> str:
    columns, keys = _rows(copy, table)
    if not keys:
        return ""
    key, column = chance.choice(keys), chance.choice(columns)
    (old,) = copy.execute(f'SELECT "{column}" FROM "{table}" WHERE {_where(copy, table)}', key).fetchone()
    return _try(
        copy,
        f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE {_where(copy, table)}',
        (_other(old, chance), *key),
    )


def _delete(copy: Any, table: str, chance: random.Random) -> str:
    _, keys = _rows(copy, table)
    return (
        _try(copy, f'DELETE FROM "{table}" WHERE {_where(copy, table)}', chance.choice(keys)) if keys else ""
    )


def _insert(copy: Any, table: str, chance: random.Random) -> str:
    columns, keys = _rows(copy, table)
    if not keys:
        return ""
    row = list(
        copy.execute(f'SELECT * FROM "{table}" WHERE {_where(copy, table)}', chance.choice(keys)).fetchone()
    )
    place = columns.index("action") if "action" in columns else 0
    row[place] = copy.execute("SELECT max(action) FROM action").fetchone()[0] + chance.choice((1, 2, -1))
    marks = ", ".join("?" * len(row))
    return _try(copy, f'INSERT OR IGNORE INTO "{table}" VALUES ({marks})', row)


def _swap(copy: Any, table: str, chance: random.Random) -> str:
    """Two acts change places: everywhere, or in this table alone."""
    numbers = [one for (one,) in copy.execute("SELECT action FROM action ORDER BY action")]
    one, other = chance.sample(numbers, 2)
    tables = ("action", "change", "setting_change") if chance.random() < 0.5 else (table,)
    for name in tables:
        if name != "chain_head":
            for old, new in ((one, -1), (other, one), (-1, other)):
                _try(copy, f'UPDATE OR IGNORE "{name}" SET action = ? WHERE action = ?', (new, old))
    return f"swap {one} {other} in {tables}"


def _cut(copy: Any, table: str, chance: random.Random) -> str:
    """The end is gone: of one table, or of all but the noted head."""
    last = copy.execute("SELECT max(action) FROM action").fetchone()[0] - chance.randrange(3)
    whole = chance.random() < 0.5
    for name in TABLES[:-1] if whole else (table,):
        _try(copy, f'DELETE FROM "{name}" WHERE action >= ?', (last,))
    return f"cut {table if not whole else 'all'} from {last}"


def _try(copy: Any, sql: str, values: Any) -> str:
    try:
        copy.execute(sql, values)
    except Exception as error:  # noqa: BLE001 - the schema refused it: nothing was done
        return f"{error}"
    return f"{sql} {values}"
