"""A record as it crosses the layers: plain, frozen, without the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from stdesk.domain.fields import Value, Values
from stdesk.domain.kinds import Kind
from stdesk.domain.values import canonical
from stdesk.errors import UserError


class State(StrEnum):
    """Where a record stands; only complete ones enter a report."""

    DRAFT = "draft"
    COMPLETE = "complete"
    TRASHED = "trashed"


_NOTHING: Values = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        id: UUIDv7, stable for ever.
        kind: name of its kind.
        number: the unit's own running number within the kind, from 1.
        version: counts saves; a save names the version it started from.
        state: see :class:`State`.
        secrecy: code of the list ``secrecy``.
        values: field name -> canonical value; empty fields are absent.
        created_at, changed_at: UTC timestamps (:func:`stdesk.clock.timestamp`).
    """

    id: str
    kind: str
    number: int
    version: int
    state: State
    secrecy: str
    values: Values = field(default_factory=lambda: _NOTHING)
    created_at: str = ""
    created_by: str = ""
    changed_at: str = ""
    changed_by: str = ""

    def get(self, name: str) -> Value:
        """The value of field ``name``; ``None`` when empty."""
        return self.values.get(name)


def canonical_values(kind: Kind, values: Mapping[str, Any]) -> dict[str, Value]:
    """``values`` made canonical, empty ones dropped.

    Raises:
        UserError: ``unknown_field`` or ``bad_value``.
    """
    for name in values:
        if name not in kind.by_name:
            raise UserError("unknown_field", field=name, kind=str(kind.label))
    cleaned = {name: canonical(kind.field(name), value) for name, value in values.items()}
    return {name: value for name, value in cleaned.items() if value is not None}


def to_json(record: Record) -> dict[str, Any]:
    """The record as packages, exports and snapshots carry it."""
    return {
        "id": record.id,
        "kind": record.kind,
        "number": record.number,
        "version": record.version,
        "state": str(record.state),
        "secrecy": record.secrecy,
        "created_at": record.created_at,
        "created_by": record.created_by,
        "changed_at": record.changed_at,
        "changed_by": record.changed_by,
        "values": {name: _plain(value) for name, value in record.values.items()},
    }


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [dict(one) if isinstance(one, Mapping) else one for one in value]
    return value


def from_json(data: Mapping[str, Any]) -> Record:
    """The reverse of :func:`to_json`; values are taken as canonical."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in data["values"].items()}
    fields = {name: data[name] for name in Record.__dataclass_fields__ if name not in ("values", "state")}
    return Record(values=values, state=State(data["state"]), **fields)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one act changed, so that views refresh only what they show.

    Attributes:
        action: number of the act in the history; 0 when nothing was changed.
        label: what was done, in words ("Đã lưu …"), code in ``resources/messages``.
        ids: the records touched.
        kinds: their kinds.
    """

    action: int = 0
    label: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
