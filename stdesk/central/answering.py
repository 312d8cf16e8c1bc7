"""Answers in their chain: numbered from 1 for each unit, each naming the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from stdesk.central import events, packages, tables
from stdesk.central.context import Context
from stdesk.central.model import (
    ACCEPTED,
    QUARANTINED,
    RECEIVED,
    RETURNED,
    VALID,
    AnswerPlace,
    NewAnswer,
    PackageRow,
    StoredAnswer,
)  # fmt: skip
from stdesk.errors import UserError

_answer, _package, _unit = tables.answer, tables.package, tables.unit
_FOLLOWS = {
    RECEIVED: {RECEIVED},
    VALID: {RECEIVED, VALID},
    ACCEPTED: {VALID, ACCEPTED},
    RETURNED: {RECEIVED, VALID, ACCEPTED, RETURNED},
}
"""Status of an answer -> states of the package it may be given in. Nothing follows a return but another one."""


def keep(context: Context, fingerprint: str, make: Callable[[AnswerPlace], NewAnswer]) -> StoredAnswer:
    """See :meth:`stdesk.central.agency.Agency.answer`."""
    with context.database.reading() as connection:
        found = packages.find(context, connection, fingerprint)
    if found is None:
        raise UserError("central_no_package", package=fingerprint[:16])
    with context.database.writing() as connection:
        sender = packages.lock(connection, found.unit)
        row = packages.find(context, connection, fingerprint)
        assert row is not None
        place = AnswerPlace(
            row, *_next(connection, sender.row), _last(connection, fingerprint), _roster(connection)
        )
        made = make(place)
        _check(row, made.status)
        wanted = select(_package.c.id).where(_package.c.fingerprint == fingerprint)
        connection.execute(
            insert(_answer).values(
                id=made.answer, unit=sender.row, number=place.number, previous=place.previous,
                package=connection.execute(wanted).scalar_one(), status=made.status, at=made.at,
                digest=made.digest, by=made.by, raw=made.raw,
            )
        )  # fmt: skip
        change = update(_package).where(_package.c.fingerprint == fingerprint)
        connection.execute(change.values(state=made.status))
        said = {"package": row.name, "number": str(place.number), "by": made.by}
        events.add(
            context, connection, "answer", unit=row.unit, package=row.name, fingerprint=fingerprint,
            code=f"central_answered_{made.status}", params=said,
        )  # fmt: skip
        kept = _last(connection, fingerprint)
    assert kept is not None
    return kept


def last(context: Context, fingerprint: str) -> StoredAnswer | None:
    """The last answer to a package."""
    with context.database.reading() as connection:
        return _last(connection, fingerprint)


def listed(context: Context, fingerprint: str | None, unit: str | None) -> tuple[StoredAnswer, ...]:
    """See :meth:`stdesk.central.agency.Agency.answers`."""
    wanted = _wanted().order_by(_unit.c.code, _answer.c.number)
    if fingerprint is not None:
        wanted = wanted.where(_package.c.fingerprint == fingerprint)
    if unit is not None:
        wanted = wanted.where(_unit.c.code == unit)
    with context.database.reading() as connection:
        return tuple(_stored(row) for row in connection.execute(wanted))


def _check(row: PackageRow, status: str) -> None:
    if row.state == QUARANTINED:
        raise UserError("central_answer_quarantined", package=row.name)
    if status not in _FOLLOWS:
        raise ValueError(status)
    if row.state not in _FOLLOWS[status]:
        lowered = row.state == RETURNED or status in (RECEIVED, VALID)
        raise UserError(
            "central_answer_not_raised" if lowered else "central_answer_not_valid", package=row.name
        )


def _next(connection: Connection, unit: int) -> tuple[int, str]:
    wanted = select(_answer.c.number, _answer.c.digest).where(_answer.c.unit == unit)
    row = connection.execute(wanted.order_by(_answer.c.number.desc()).limit(1)).first()
    return (row.number + 1, row.digest) if row else (1, "")


def _last(connection: Connection, fingerprint: str) -> StoredAnswer | None:
    wanted = _wanted().where(_package.c.fingerprint == fingerprint).order_by(_answer.c.number.desc()).limit(1)
    row = connection.execute(wanted).first()
    return _stored(row) if row else None


def _roster(connection: Connection) -> int:
    return int(connection.execute(select(func.max(tables.roster.c.version))).scalar() or 0)


def _wanted() -> Select[Any]:
    return (
        select(_answer, _package.c.fingerprint, _unit.c.code)
        .join_from(_answer, _package, _answer.c.package == _package.c.id)
        .join(_unit, _answer.c.unit == _unit.c.id)
    )


def _stored(row: Any) -> StoredAnswer:
    return StoredAnswer(
        row.id, row.number, row.previous, row.fingerprint, row.code, row.status, row.at, row.digest,
        bytes(row.raw), row.by,
    )  # fmt: skip
