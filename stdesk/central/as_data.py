"""What the centre says to other programs: shapes that are kept once released; names are added, never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from stdesk.central.answers import Given
from stdesk.central.doubles import Double, Handle, Row
from stdesk.central.figures import Consolidated, Origin
from stdesk.central.model import RegisteredUnit, Taken, UnitStatus
from stdesk.domain.periods import Period


def unit_data(unit: RegisteredUnit) -> dict[str, Any]:
    """A registered unit and its keys, newest first."""
    keys = [
        {"id": key.id, "words": list(key.words), "checked": key.checked, "since": key.since, "until": key.until,
         "revoked": key.revoked}
        for key in unit.keys
    ]  # fmt: skip
    return {
        "unit": unit.code, "name": unit.name, "secrecy": unit.secrecy, "expected": unit.expected,
        "last": unit.head_name, "keys": keys,
    }  # fmt: skip


def taken_data(one: Taken, answers: Sequence[str]) -> dict[str, Any]:
    """What became of a file; ``answers``: files that were written."""
    package = one.package
    return {
        "file": one.file, "outcome": one.outcome, "unit": one.unit, "package": package.name if package else "",
        "fingerprint": package.fingerprint if package else "", "state": package.state if package else "",
        "code": one.code, "sentence": one.sentence, "followed": [it.name for it in one.followed],
        "answers": list(answers),
    }  # fmt: skip


def given_data(given: Given, code: str, files: Sequence[str]) -> dict[str, Any]:
    """An answer; ``code``: for the telephone."""
    said = given.answer
    return {
        "package": said.package, "unit": said.unit, "status": said.status, "number": said.number, "at": said.at,
        "again": given.again, "lines": len(said.lines), "proposals": len(said.proposals), "code": code,
        "files": list(files),
    }  # fmt: skip


def status_data(period: Period, units: Sequence[UnitStatus]) -> dict[str, Any]:
    """Who has sent."""
    return {
        "period": period.code,
        "due": period.due.isoformat(),
        "units": [
            {
                "unit": one.unit, "name": one.unit_name, "state": one.state, "late": one.late,
                "days_late": one.days_late, "package": one.package.name if one.package else "",
                "sent_at": one.sent_at, "missing": list(one.missing), "blocked": list(one.blocked),
                "answer": one.answer.number if one.answer else 0,
            }
            for one in units
        ],
    }  # fmt: skip


def figures_data(counted: Consolidated, unit: str = "") -> dict[str, Any]:
    """The figures of all units, or of one, each with its value in every unit."""
    labels = counted.labels()
    figures = [
        {
            "figure": name, "label": labels.get(name, ""), "counted_in": one["unit"],
            "value": counted.value(name, unit),
            "units": {code: values.get(name, 0) for code, values in counted.by_unit.items()},
        }
        for name, one in counted.total["values"].items()
    ]  # fmt: skip
    return {
        "period": counted.gathered.period.code, "unit": unit, "units": dict(counted.gathered.units),
        "records": len(counted.gathered.records), "counted_once": counted.gathered.once, "figures": figures,
        "checks": [{name: one[name] for name in ("id", "ok", "text")} for one in counted.total["checks"]],
    }  # fmt: skip


def behind_data(counted: Consolidated, figure: str, unit: str = "") -> dict[str, Any]:
    """A figure and the records it is counted from."""
    records = [_origin(one) for one in counted.behind(figure, unit)]
    return {"figure": figure, "value": counted.value(figure, unit), "unit": unit, "records": records}


def _origin(one: Origin) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("unit", "unit_name", "kind", "number", "title", "id")}


def doubles_data(found: Sequence[Double], same: Collection[frozenset[Handle]]) -> list[dict[str, Any]]:
    """Possible doubles; ``same``: pairs decided to be one work."""
    return [
        {"kind": one.kind, "certain": one.certain, "why": one.why, "same": one.pair in same, "one": _row(one.one),
         "other": _row(one.other)}
        for one in found
    ]  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    return {"unit": row.unit, "id": row.id, "number": row.number, "title": row.title}
