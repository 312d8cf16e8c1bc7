"""A record in a line: what tells a person which one it is."""

from __future__ import annotations

from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record


def title_of(kind: Kind, record: Record) -> str:
    """Its title; "" when it has none."""
    return str(record.get(kind.title) or "")


def people_of(kind: Kind, record: Record) -> str:
    """The names of who made it, joined by "; "."""
    value = record.get(kind.people) if kind.people else None
    if not value or kind.field(kind.people).type is not FieldType.PEOPLE:
        return str(value or "")
    return "; ".join(str(one.get("name", "")) for one in value)


def date_of(kind: Kind, record: Record) -> str:
    """The partial date on which it begins; "" when it has none."""
    return next((str(record.get(name)) for name in kind.begins if record.get(name)), "")
