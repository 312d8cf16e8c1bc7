"""Acts and changes of fields in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stdesk.domain.codes import code_list
from stdesk.domain.fields import FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.people import show_person
from stdesk.domain.records import State
from stdesk.domain.values import show
from stdesk.i18n import message, tr
from stdesk.services.catalogue import Catalogue, FieldChange, HistoryEntry
from stdesk.ui.tables.columns import state_word

_ITEMS = (
    FieldType.PEOPLE,
    FieldType.ROWS,
    FieldType.FILES,
    FieldType.TAGS,
    FieldType.CHOICES,
    FieldType.CLASS,
)


def what_of(entry: HistoryEntry) -> str:
    """What was done: "Đã lưu “…”", "Đã hoàn tác: …"."""
    what = message(f"did_{entry.label}", **entry.params)
    if entry.kind_of == "undo":
        return tr("Undone: {what}", what=what)
    if entry.kind_of == "redo":
        return tr("Done again: {what}", what=what)
    return what


def field_label(kind: Kind, name: str) -> str:
    """The name of a field, also of state and secrecy."""
    if name in kind.by_name:
        return str(kind.field(name).label)
    return {"state": tr("State"), "secrecy": tr("Secrecy level")}.get(name, name)


def shown_value(kind: Kind, name: str, value: Value, titles: Mapping[str, str] | None = None) -> str:
    """A value in words, the items of a list on lines of their own; links by ``titles``."""
    if value is None or value == ():
        return ""
    if name == "state":
        return state_word(State(value))
    if name == "secrecy":
        return code_list("secrecy").label(str(value))
    if name not in kind.by_name:
        return str(value)
    field = kind.field(name)
    if field.type is FieldType.LINKS:
        return "\n".join((titles or {}).get(one) or tr("(no longer there)") for one in value)
    if field.type is FieldType.PEOPLE:
        return "\n".join(_person(one) for one in value)
    if field.type in _ITEMS:
        return "\n".join(show(field, (one,)) for one in value)
    return show(field, value)


def _person(person: Mapping[str, str]) -> str:
    more = [person[cell] for cell in ("post", "unit") if person.get(cell)]
    return show_person(person) + (f" ({', '.join(more)})" if more else "")


def short(text: str, most: int = 60) -> str:
    """One line of a value, cut at its end; a dash for nothing."""
    line = "; ".join(part for part in text.split("\n") if part) or "—"
    return line if len(line) <= most else f"{line[: most - 1]}…"


def titles_of(catalogue: Catalogue, changes: Iterable[FieldChange]) -> dict[str, str]:
    """Titles of the records that changed links name; for a worker thread."""
    ids: dict[str, None] = {}
    for change in changes:
        kind = catalogue.kinds[change.kind]
        if change.field in kind.by_name and kind.field(change.field).type is FieldType.LINKS:
            ids |= dict.fromkeys([*(change.before or ()), *(change.after or ())])
    records = catalogue.records(list(ids)) if ids else []
    return {one.id: str(one.get(catalogue.kinds[one.kind].title) or one.number) for one in records}
