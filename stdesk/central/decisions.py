"""What a person decided of two records of different units: one work, or two."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, Table, Text, delete, select, text

from stdesk.central import events, tables
from stdesk.central.context import Context, put
from stdesk.errors import Exit, UserError

SAME, APART = "same", "apart"

Handle = tuple[str, str]
Pair = tuple[Handle, Handle]

_table = Table(
    "decision", tables.metadata,
    Column("unit", Text, primary_key=True), Column("record", Text, primary_key=True),
    Column("other_unit", Text, primary_key=True), Column("other_record", Text, primary_key=True),
    Column("verdict", Text, nullable=False), Column("at", Text, nullable=False),
    Column("by", Text, nullable=False, server_default=text("''")),
)  # fmt: skip


def decide(context: Context, pairs: Iterable[Pair], verdict: str, by: str) -> int:
    """Keep what was decided of ``pairs``; returns how many. ``""`` takes a decision back.

    Raises:
        UserError: ``central_verdict_unknown`` (exit 2).
    """
    if verdict not in (SAME, APART, ""):
        raise UserError("central_verdict_unknown", Exit.USAGE, verdict=verdict[:40])
    count = 0
    with context.database.writing() as connection:
        for pair in pairs:
            (unit, record), (other_unit, other_record) = sorted(pair)
            key = {"unit": unit, "record": record, "other_unit": other_unit, "other_record": other_record}
            if verdict:
                put(connection, _table, key, {"verdict": verdict, "at": context.now(), "by": by})
            else:
                connection.execute(
                    delete(_table).where(*(_table.c[name] == one for name, one in key.items()))
                )
            count += 1
        if count:
            said = {"count": count, "by": by}
            code = f"central_doubles_{verdict or 'open'}"
            events.add(context, connection, "doubles", code=code, params=said)
    return count


def decided(context: Context, verdict: str) -> tuple[Pair, ...]:
    """The pairs of which ``verdict`` was decided, sorted."""
    columns = (_table.c.unit, _table.c.record, _table.c.other_unit, _table.c.other_record)
    wanted = select(*columns).where(_table.c.verdict == verdict).order_by(*columns)
    with context.database.reading() as connection:
        return tuple(((row[0], row[1]), (row[2], row[3])) for row in connection.execute(wanted))
