"""What was merged, read back: packages, records, groups of records with one title."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, update

from stdesk.central import packages as rows
from stdesk.central import tables
from stdesk.central.content import to_record
from stdesk.central.context import Context
from stdesk.central.model import MergedRecord, PackageRow
from stdesk.domain.records import Record, State
from stdesk.errors import UserError

_LEAST = 12  # digits of a fingerprint that are enough to call a package
_BATCH = 1_000
_record, _reported, _unit, _package = tables.record, tables.reported, tables.unit, tables.package


def packages(
    context: Context, period: str | None, unit: str | None, states: Collection[str] | None
) -> tuple[PackageRow, ...]:
    """See :meth:`stdesk.central.agency.Agency.packages`."""
    wanted = []
    if period is not None:
        wanted.append(_package.c.period == period)
    if unit is not None:
        wanted.append(_unit.c.code == unit)
    if states is not None:
        wanted.append(_package.c.state.in_(sorted(states)))
    with context.database.reading() as connection:
        return rows.listed(context, connection, wanted)


def package(context: Context, which: str) -> PackageRow:
    """See :meth:`stdesk.central.agency.Agency.package`."""
    name = which.removesuffix(".zip")
    same = _package.c.name == name
    digits = which.lower()
    if len(digits) >= _LEAST and set(digits) <= set("0123456789abcdef"):
        same = _package.c.fingerprint.startswith(digits, autoescape=True)
    with context.database.reading() as connection:
        found = rows.listed(context, connection, [same])
    placed = [one for one in found if one.order] or list(found)
    if not placed:
        raise UserError("central_no_package", package=which[:80])
    if len(placed) > 1:
        raise UserError("central_package_unclear", package=which[:80], count=len(placed))
    return placed[0]


def records(
    context: Context, period: str | None, kind: str | None, unit: str | None, withdrawn: bool,
    states: Collection[str] | None,
) -> Iterator[MergedRecord]:  # fmt: skip
    """See :meth:`stdesk.central.agency.Agency.records`."""
    wanted = _of_period(period) if period is not None else _newest()
    table = _reported if period is not None else _record
    if kind is not None:
        wanted = wanted.where(_record.c.kind == kind)
    if unit is not None:
        wanted = wanted.where(_unit.c.code == unit)
    if states is not None:
        wanted = wanted.where(_package.c.state.in_(sorted(states)))
    if not withdrawn:
        wanted = wanted.where(_reported.c.withdrawn_at == "" if period is not None else ~_record.c.withdrawn)
    order = wanted.order_by(_unit.c.code, _record.c.kind, _record.c.number, table.c.id)
    with (
        context.database.reading() as connection,
        connection.execution_options(yield_per=_BATCH).execute(order) as found,  # closed also when left early
    ):
        for row in found:
            yield _merged(context, row)


def record(context: Context, unit: str, which: str) -> MergedRecord | None:
    """See :meth:`stdesk.central.agency.Agency.record`."""
    wanted = _newest().where(_unit.c.code == unit, _record.c.id == which)
    with context.database.reading() as connection:
        row = connection.execute(wanted).first()
    return _merged(context, row) if row else None


def same_titles(context: Context, period: str | None) -> Iterator[tuple[MergedRecord, ...]]:
    """See :meth:`stdesk.central.agency.Agency.same_titles`."""
    key = (_record.c.kind, _record.c.title_key)
    live = select(*key).where(~_record.c.withdrawn, _record.c.title_key != "")
    several = live.group_by(*key).having(func.count(_record.c.unit.distinct()) > 1).subquery()
    wanted = _of_period(period).where(_reported.c.withdrawn_at == "") if period is not None else _newest()
    wanted = wanted.join(
        several, (several.c.kind == _record.c.kind) & (several.c.title_key == _record.c.title_key)
    )
    wanted = wanted.where(~_record.c.withdrawn).order_by(*key, _unit.c.code, _record.c.number, _record.c.id)
    with context.database.reading() as connection:
        found = connection.execute(wanted).all()
    for _, group in groupby(found, key=lambda row: (row.kind, row.title_key)):
        members = tuple(_merged(context, row) for row in group)
        if len({one.unit for one in members}) > 1:
            yield members


def put_central_ids(context: Context, ids: Mapping[tuple[str, str], str]) -> None:
    """See :meth:`stdesk.central.agency.Agency.put_central_ids`."""
    if not ids:
        return
    code = select(_unit.c.id).where(_unit.c.code == bindparam("of_unit")).scalar_subquery()
    change = update(_record).where(_record.c.unit == code, _record.c.id == bindparam("of_record"))
    told = [{"of_unit": unit, "of_record": one, "given": given} for (unit, one), given in sorted(ids.items())]
    with context.database.writing() as connection:
        connection.execute(change.values(central_id=bindparam("given")), told)


def _newest() -> Select[Any]:
    empty = literal("")
    return (
        select(
            _record, _unit.c.code.label("unit_code"), _unit.c.name.label("unit_name"), empty.label("period"),
            _package.c.fingerprint, _record.c.withdrawn.label("is_withdrawn"), empty.label("withdrawn_at"),
            empty.label("reason"), _record.c.line.label("said"),
        )
        .join_from(_record, _unit, _record.c.unit == _unit.c.id)
        .join(_package, _package.c.id == _record.c.package)
    )  # fmt: skip


def _of_period(period: str | None) -> Select[Any]:
    return (
        select(
            _record, _unit.c.code.label("unit_code"), _unit.c.name.label("unit_name"), _reported.c.period,
            _package.c.fingerprint, (_reported.c.withdrawn_at != "").label("is_withdrawn"),
            _reported.c.withdrawn_at, _reported.c.reason,
            func.coalesce(_reported.c.line, _record.c.line, type_=_record.c.line.type).label("said"),
        )
        .join_from(_reported, _record, (_reported.c.unit == _record.c.unit) & (_reported.c.id == _record.c.id))
        .join(_unit, _reported.c.unit == _unit.c.id)
        .join(_package, _package.c.id == _reported.c.package)
        .where(_reported.c.period == period)
    )  # fmt: skip


def _merged(context: Context, row: Any) -> MergedRecord:
    known = context.kinds[row.kind] if row.kind in context.kinds else None  # noqa: SIM401 - it is no mapping
    found = to_record(known, row.said) if known else _unknown(row)
    return MergedRecord(
        row.unit_code, row.unit_name, row.period, found, row.fingerprint, bool(row.is_withdrawn), row.withdrawn_at,
        row.reason, row.central_id,
    )  # fmt: skip


def _unknown(row: Any) -> Record:
    """A record of a kind that only a later program knows: kept, shown by its number."""
    return Record(row.id, row.kind, row.number, 1, State.COMPLETE, row.secrecy)
