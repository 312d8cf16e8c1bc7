"""The table of packages: what stands in it, and a unit's place in its order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from stdesk.central import tables
from stdesk.central.chain import Head
from stdesk.central.context import Context
from stdesk.central.model import QUARANTINED, PackageRow
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.package.content import PackageInfo

_table, _unit = tables.package, tables.unit
_SAME = (
    "fingerprint", "name", "line", "sequence", "previous", "period", "submission", "base", "base_receipt", "state",
    "key", "created", "secrecy", "rule_set", "rule_hash", "snapshot_hash", "left_out", "withdrawn", "why",
    "taken_at", "merged_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sender:
    """A unit, locked until the transaction ends.

    Attributes:
        row: its id. taken: how many of its packages were taken in order.
        secrecy: the highest level its packages may carry. head: its last package in order.
    """

    row: int
    code: str
    taken: int
    secrecy: str
    head: Head


@dataclass(frozen=True, slots=True)
class Arrival:
    """A genuine package that stands whole in the centre's folder.

    Attributes:
        fingerprint: of its first bag. name: of the whole of it.
        files: ``{"fingerprint", "file"}`` of each bag in the order of its parts.
        findings: what the rules said.
        source: name of the file it came in.
    """

    info: PackageInfo
    name: str
    fingerprint: str
    files: tuple[Mapping[str, str], ...]
    sealed: bool
    source: str
    findings: tuple[Mapping[str, Any], ...] = ()


def lock(connection: Connection, code: str) -> Sender:
    """The unit, locked: nobody else merges anything of it until the transaction ends.

    Raises:
        UserError: ``central_unknown_unit``.
    """
    row = connection.execute(select(_unit).where(_unit.c.code == code).with_for_update()).first()
    if row is None:
        raise UserError("central_unknown_unit", unit=code)
    name = ""
    if row.head:
        wanted = select(_table.c.name).where(_table.c.fingerprint == row.head)
        name = str(connection.execute(wanted).scalar() or "")
    return Sender(row.id, code, row.taken, row.secrecy, Head(row.line, row.sequence, row.head, name))


def find(context: Context, connection: Connection, fingerprint: str) -> PackageRow | None:
    """The package with this fingerprint."""
    row = connection.execute(_listed().where(_table.c.fingerprint == fingerprint)).first()
    return to_row(context, row) if row else None


def at_place(
    context: Context, connection: Connection, sender: Sender, info: PackageInfo
) -> PackageRow | None:
    """The package taken at the place ``info`` names."""
    here = (_table.c.unit == sender.row, _table.c.line == info.line, _table.c.sequence == info.sequence)
    row = connection.execute(_listed().where(*here, _table.c.place > 0)).first()
    return to_row(context, row) if row else None


def holds(connection: Connection, row: PackageRow, fingerprint: str) -> bool:
    """Whether a bag with ``fingerprint`` is one of the package's."""
    listed = connection.execute(
        select(_table.c.files).where(_table.c.fingerprint == row.fingerprint)
    ).scalar()
    return any(one["fingerprint"] == fingerprint for one in listed or ())


def lines(connection: Connection, sender: Sender) -> set[str]:
    """The lines of the unit's packages taken in order."""
    wanted = select(_table.c.line).where(_table.c.unit == sender.row, _table.c.place > 0).distinct()
    return set(connection.execute(wanted).scalars())


def was_taken(connection: Connection, sender: Sender, fingerprint: str) -> bool:
    """Whether the unit's package with this fingerprint was taken in order."""
    wanted = select(_table.c.id).where(_table.c.unit == sender.row, _table.c.fingerprint == fingerprint)
    return connection.execute(wanted.where(_table.c.place > 0)).first() is not None


def waiting(context: Context, connection: Connection, sender: Sender) -> list[PackageRow]:
    """The unit's quarantined packages, lowest sequence first."""
    wanted = _listed().where(_table.c.unit == sender.row, _table.c.state == QUARANTINED)
    rows = connection.execute(wanted.order_by(_table.c.sequence, _table.c.id))
    return [to_row(context, row) for row in rows]


def newest(context: Context, connection: Connection, sender: Sender, period: str) -> PackageRow | None:
    """The unit's last merged package of a period."""
    wanted = _listed().where(_table.c.unit == sender.row, _table.c.period == period, _table.c.merged)
    row = connection.execute(wanted.order_by(_table.c.place.desc()).limit(1)).first()
    return to_row(context, row) if row else None


def put(connection: Connection, context: Context, sender: Sender, arrival: Arrival, **values: Any) -> int:
    """Write the package, or what became of it; returns its row's id."""
    known = select(_table.c.id).where(_table.c.fingerprint == arrival.fingerprint)
    found = connection.execute(known).scalar()
    if found is not None:
        connection.execute(update(_table).where(_table.c.id == found).values(**values))
        return int(found)
    info = arrival.info
    told: dict[str, Any] = {
        name: getattr(info, name)
        for name in (
            "line",
            "sequence",
            "previous",
            "period",
            "submission",
            "delta",
            "base",
            "base_receipt",
            "key",
        )
    }
    told |= {
        name: getattr(info, name)
        for name in ("created", "secrecy", "rule_set", "rule_hash", "snapshot_hash", "left_out", "withdrawn")
    }
    told |= {
        "fingerprint": arrival.fingerprint, "unit": sender.row, "name": arrival.name, "counts": dict(info.counts),
        "taken_at": context.now(), "sealed": arrival.sealed, "files": _files(arrival),
        "findings": [dict(one) for one in arrival.findings] + _shrunk(connection, sender, info),
    }  # fmt: skip
    made = connection.execute(insert(_table).values(**(told | values)).returning(_table.c.id))
    return int(made.scalar_one())


def _files(arrival: Arrival) -> list[dict[str, str]]:
    """The bags as they are kept; with the first what the package says of its library's history."""
    files = [dict(one) for one in arrival.files]
    if files and arrival.info.history:
        files[0]["history"] = arrival.info.history
    return files


def _shrunk(connection: Connection, sender: Sender, info: PackageInfo) -> list[dict[str, Any]]:
    """A remark when the library's history is shorter than a package of the same line said before."""
    if not info.history:
        return []
    here = (_table.c.unit == sender.row, _table.c.line == info.line, _table.c.place > 0)
    wanted = select(_table.c.files).where(*here, _table.c.sequence < info.sequence)
    said = (history_of(files) for files in connection.execute(wanted).scalars())
    before = max((int(one.split()[0]) for one in said if one), default=0)
    now = int(info.history.split()[0])
    if now >= before:
        return []
    told = message("central_history_shrank", before=str(before), now=str(now))
    return [{"severity": "note", "rule": "history", "error": told, "kind": "", "id": "", "number": 0, "field": "",
             "advice": "", "note": ""}]  # fmt: skip


def history_of(files: Sequence[Mapping[str, str]] | None) -> str:
    """What a kept package says of its library's history; "" when it says nothing."""
    return str((files or ({},))[0].get("history", ""))


def advance(connection: Connection, sender: Sender, arrival: Arrival) -> None:
    """Make a package the unit's last in order."""
    info = arrival.info
    change = {
        "line": info.line, "sequence": info.sequence, "head": arrival.fingerprint, "taken": sender.taken + 1,
    }  # fmt: skip
    connection.execute(update(_unit).where(_unit.c.id == sender.row).values(**change))
    part = tables.part
    here = (part.c.unit == sender.row, part.c.line == info.line, part.c.sequence == info.sequence)
    connection.execute(delete(part).where(*here))


def listed(context: Context, connection: Connection, wanted: Iterable[Any]) -> tuple[PackageRow, ...]:
    """Packages for which all of ``wanted`` holds, by unit and order; quarantined ones last."""
    order = (_unit.c.code, _table.c.place == 0, _table.c.place, _table.c.sequence, _table.c.id)
    return tuple(
        to_row(context, row) for row in connection.execute(_listed().where(*wanted).order_by(*order))
    )


def arrival_of(connection: Connection, row: PackageRow) -> Arrival:
    """A package kept, as it arrived."""
    found = connection.execute(
        select(_table.c.files).where(_table.c.fingerprint == row.fingerprint)
    ).scalar_one()
    info = PackageInfo(
        unit_code=row.unit, unit_name=row.unit_name, program="", trial=False, history=row.history,
        **{
            name: getattr(row, name)
            for name in (
                "period", "submission", "counts", "secrecy", "rule_set", "rule_hash", "created", "snapshot_hash",
                "left_out", "delta", "base_receipt", "base", "line", "sequence", "previous", "withdrawn", "key",
            )
        },
    )  # fmt: skip
    return Arrival(info, row.name, row.fingerprint, tuple(found or ()), row.sealed, row.name, row.findings)


def to_row(context: Context, row: Row[Any]) -> PackageRow:
    """A row as it crosses the border."""
    files: Sequence[Mapping[str, str]] = row.files or ()
    return PackageRow(
        unit=row.unit_code,
        unit_name=row.unit_name,
        delta=bool(row.delta),
        merged=bool(row.merged),
        sealed=bool(row.sealed),
        counts=dict(row.counts or {}),
        order=row.place,
        why_params=dict(row.why_params or {}),
        files=tuple(context.folder / Path(one["file"]) for one in files),
        history=history_of(files),
        findings=tuple(row.findings or ()),
        **{name: getattr(row, name) for name in _SAME},
    )


def _listed() -> Select[Any]:
    wanted = select(_table, _unit.c.code.label("unit_code"), _unit.c.name.label("unit_name"))
    return wanted.join_from(_table, _unit, _table.c.unit == _unit.c.id)
