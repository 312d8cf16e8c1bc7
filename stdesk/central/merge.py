"""A package's records into the database: one transaction, a handful of statements whatever their number.

Rows are first brought in bulk into a staging table of the connection (COPY on PostgreSQL), then laid over
``record`` and ``reported`` by statements that both databases understand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from stdesk.central.content import COLUMNS, Row
from stdesk.errors import Exit, UserError
from stdesk.store.engine import raw

_TYPES = {"number": "BIGINT", "year": "INTEGER", "line": "JSON"}
_MANY = 5_000  # rows from which PostgreSQL is told how many there are
_BATCH = 2_000

_PRESERVE = """
UPDATE reported SET line = record.line FROM record, staged
WHERE reported.unit = :unit AND reported.id = staged.id AND record.unit = :unit AND record.id = staged.id
  AND reported.period <> :period AND reported.line IS NULL AND record.line <> staged.line
"""
_RECORDS = """
INSERT INTO record (unit, id, kind, number, secrecy, title, title_key, people, year, line, place, package, withdrawn)
SELECT :unit, id, kind, number, secrecy, title, title_key, people, year, line, :place, :package, FALSE
FROM staged WHERE TRUE
ON CONFLICT (unit, id) DO UPDATE SET
  kind = excluded.kind, number = excluded.number, secrecy = excluded.secrecy, title = excluded.title,
  title_key = excluded.title_key, people = excluded.people, year = excluded.year, line = excluded.line,
  place = excluded.place, package = excluded.package, withdrawn = FALSE
WHERE excluded.place > record.place
  AND (record.withdrawn OR record.line <> excluded.line OR record.kind <> excluded.kind)
"""
_REPORTED = """
INSERT INTO reported (unit, period, id, package) SELECT :unit, :period, id, :package FROM staged WHERE TRUE
ON CONFLICT (unit, id, period) DO UPDATE SET
  package = excluded.package, withdrawn_at = '', withdrawn_by = NULL, reason = '', line = NULL
"""
_REASONS = """
UPDATE reported SET withdrawn_at = :now, withdrawn_by = :package, reason = :reason
WHERE unit = :unit AND period = :period AND id = :id AND withdrawn_at = '' AND package <> :package
"""
_NO_LONGER = """
UPDATE reported SET withdrawn_at = :now, withdrawn_by = :package
WHERE unit = :unit AND period = :period AND withdrawn_at = '' AND package <> :package
"""
_WITHDRAWN = """
UPDATE record SET withdrawn = NOT EXISTS (
  SELECT 1 FROM reported AS r WHERE r.unit = record.unit AND r.id = record.id AND r.withdrawn_at = ''
)
WHERE unit = :unit AND id IN (SELECT id FROM reported WHERE unit = :unit AND withdrawn_by = :package)
"""


def merge(
    connection: Connection,
    rows: Iterable[Row],
    withdrawn: Mapping[str, str],
    place: Mapping[str, Any],
    *,
    full: bool,
) -> int:
    """Lay ``rows`` over what is there, inside the open transaction; returns how many there were.

    Args:
        withdrawn: record id -> the unit's reason; a record that ``rows`` carries is not withdrawn.
        place: ``unit`` and ``package`` (row ids), ``period``, ``place`` (the package's number in order), ``now``.
        full: what the report had and ``rows`` has not is withdrawn too.
    """
    values = dict(place)
    count = stage(connection, rows)
    if _reported_elsewhere(connection, values):
        connection.execute(text(_PRESERVE), values)
    connection.execute(text(_RECORDS), values)
    connection.execute(text(_REPORTED), values)
    if withdrawn:
        told = [{**values, "id": record, "reason": reason} for record, reason in sorted(withdrawn.items())]
        connection.execute(text(_REASONS), told)
    if full:
        connection.execute(text(_NO_LONGER), values)
    connection.execute(text(_WITHDRAWN), values)
    return count


def stage(connection: Connection, rows: Iterable[Row]) -> int:
    """Bring ``rows`` into the connection's staging table; what was in it is gone."""
    if connection.dialect.name == "postgresql":
        return _copy(connection, rows)
    columns = ", ".join(COLUMNS)
    connection.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS staged ({_columns('TEXT')})")
    connection.exec_driver_sql("DELETE FROM staged")
    marks = ", ".join("?" * len(COLUMNS))
    count, left = 0, iter(rows)
    while batch := list(islice(left, _BATCH)):
        raw(connection).executemany(f"INSERT INTO staged ({columns}) VALUES ({marks})", batch)
        count += len(batch)
    return count


def _copy(connection: Connection, rows: Iterable[Row]) -> int:
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE IF NOT EXISTS staged ({_columns('JSONB')}) ON COMMIT DELETE ROWS"
    )
    connection.exec_driver_sql("DELETE FROM staged")
    import psycopg  # only where there is a server

    count = 0
    command = f"COPY staged ({', '.join(COLUMNS)}) FROM STDIN"
    try:
        with raw(connection).cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
    except psycopg.DataError as error:  # what Python holds and the server does not
        said: dict[str, Any] = {"kind": "?", "number": "?", "record": "?", "field": "?"}
        raise UserError("central_record", value=str(error)[:60], **said) from error
    except psycopg.OperationalError as error:  # past SQLAlchemy, which would have known it
        raise UserError(
            "central_unreachable", Exit.ENVIRONMENT, place="PostgreSQL", reason=str(error)[:300]
        ) from error
    if count >= _MANY:
        connection.exec_driver_sql("ANALYZE staged")
    return count


def _columns(json: str) -> str:
    return ", ".join(f"{name} {_TYPES.get(name, 'TEXT').replace('JSON', json)}" for name in COLUMNS)


def _reported_elsewhere(connection: Connection, values: Mapping[str, Any]) -> bool:
    asked = "SELECT 1 FROM reported WHERE unit = :unit AND period <> :period LIMIT 1"
    return connection.execute(text(asked), values).first() is not None
