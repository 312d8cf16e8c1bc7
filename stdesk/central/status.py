"""Who has sent, who is late, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from stdesk.central import answering, packages, tables
from stdesk.central.context import Context
from stdesk.central.model import (
    NOT_SENT,
    QUARANTINED,
    WAITING,
    WAITS,
    PackageRow,
    RegisteredUnit,
    StoredAnswer,
    UnitStatus,
)  # fmt: skip
from stdesk.central.registry import Registry
from stdesk.clock import local_date
from stdesk.domain.periods import Period

_MOST = 100  # missing packages that are named


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a unit has sent at all."""

    unit: RegisteredUnit
    rows: tuple[PackageRow, ...]
    answers: dict[str, StoredAnswer]


def of_period(context: Context, period: Period) -> tuple[UnitStatus, ...]:
    """See :meth:`stdesk.central.agency.Agency.status`."""
    units = Registry(context).units()
    with context.database.reading() as connection:
        rows = packages.listed(context, connection, [tables.package.c.id > 0])
    answers = {one.fingerprint: one for one in answering.listed(context, None, None)}  # the last of each
    by_unit: dict[str, list[PackageRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit, []).append(row)
    found = []
    for unit in units:
        facts = _Facts(unit, tuple(by_unit.get(unit.code, ())), answers)
        status = _status(facts, period, local_date(context.clock()))
        if unit.expected or status.state != NOT_SENT:
            found.append(status)
    return tuple(found)


def _status(facts: _Facts, period: Period, today: date) -> UnitStatus:
    rows = [row for row in facts.rows if row.period == period.code]
    taken = [row for row in rows if row.order]
    waits = [row for row in facts.rows if row.state == QUARANTINED and row.why in WAITS]
    package = taken[-1] if taken else next(reversed([row for row in rows if row in waits]), None)
    state = NOT_SENT if package is None else package.state if taken else WAITING
    sent_at = min((row.taken_at for row in rows if row.order or row in waits), default="")
    came = _day(sent_at) if sent_at else today
    days = max(0, (came - period.due).days)
    return UnitStatus(
        unit=facts.unit.code,
        unit_name=facts.unit.name,
        period=period.code,
        state=state,
        due=period.due,
        late=days > 0,
        days_late=days,
        package=package,
        sent_at=sent_at,
        missing=missing(facts.unit, waits),
        blocked=tuple(row.name for row in rows if row.state == QUARANTINED and row.why not in WAITS),
        answer=facts.answers.get(package.fingerprint) if package else None,
    )


def missing(unit: RegisteredUnit, waits: Sequence[PackageRow]) -> tuple[int, ...]:
    """Sequence numbers of the packages that those in ``waits`` wait for."""
    wanted: set[int] = set()
    for line in {row.line for row in waits}:
        there = {row.sequence for row in waits if row.line == line}
        first = unit.sequence + 1 if line == unit.line else 1
        gaps = (n for n in range(first, max(there)) if n not in there)
        wanted.update(islice(gaps, _MOST))  # a number may be anything
    return tuple(sorted(wanted)[:_MOST])


def _day(moment: str) -> date:
    return local_date(datetime.fromisoformat(moment))
