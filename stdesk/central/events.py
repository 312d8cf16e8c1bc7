"""The centre's log: everything that came, what became of it, and who was registered or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from stdesk import i18n
from stdesk.central import tables
from stdesk.central.context import Context
from stdesk.central.model import Event

_table = tables.event


def add(
    context: Context, connection: Connection, outcome: str, *, unit: str = "", package: str = "",
    fingerprint: str = "", file: str = "", code: str = "", params: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write a line inside the open transaction. The sentence is kept in Vietnamese as it was said."""
    said = dict(params or {})
    connection.execute(
        insert(_table).values(
            at=context.now(), outcome=outcome, unit=unit, package=package, fingerprint=fingerprint, file=plain(file),
            code=code, params={name: plain(str(value)) for name, value in said.items()},
            sentence=plain(_vietnamese(code, said)) if code else "",
        )
    )  # fmt: skip


def listed(context: Context, most: int, unit: str | None) -> tuple[Event, ...]:
    """Lines, newest first."""
    wanted = select(_table).order_by(_table.c.id.desc()).limit(most)
    if unit is not None:
        wanted = wanted.where(_table.c.unit == unit)
    with context.database.reading() as connection:
        found = connection.execute(wanted).mappings().all()
    names = ("at", "outcome", "unit", "package", "fingerprint", "file", "code", "sentence")
    return tuple(Event(row["id"], **{name: row[name] for name in names}) for row in found)


def plain(text: str) -> str:
    """``text`` as any database takes it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:2_000]


def _vietnamese(code: str, params: Mapping[str, Any]) -> str:
    return i18n.fill(i18n.messages().get(code, {}).get("vi", code), params)
