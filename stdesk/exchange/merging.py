"""Rows that declare a work once more: merged into the row or record that has it already.

Merging fills what is empty and overwrites nothing; what differs is written to the notes of the
one that is kept, once, so that importing a file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stdesk.domain.doubles import DoubleIndex
from stdesk.domain.fields import Field, FieldType, Value, Values
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.records import Record, State
from stdesk.domain.values import show
from stdesk.exchange.reasons import Reason
from stdesk.exchange.rows import Draft
from stdesk.text import fold, words

T = FieldType


class Merger:
    """Knows every work seen so far: the library's, and the workbook's rows before this one."""

    def __init__(self, kinds: Kinds, existing: Iterable[Record]) -> None:
        self._kinds = kinds
        self._library = DoubleIndex(kinds)
        self._rows = DoubleIndex(kinds)
        self._values: dict[str, Values] = {}
        self._numbers: dict[str, int] = {}
        self._kind_of: dict[str, str] = {}
        self._drafts: dict[tuple[str, int], Draft] = {}
        for record in existing:
            if record.state is not State.TRASHED and record.kind in kinds:
                self._library.add(record.id, record.kind, record.values)
                self._values[record.id] = record.values
                self._numbers[record.id] = record.number
                self._kind_of[record.id] = record.kind

    def place(self, kind: Kind, sheet: str, draft: Draft) -> None:
        """Merge ``draft`` into what it doubles, or remember it as a work of its own."""
        if self._kind_of.get(draft.own_id) == kind.name:
            self._into_itself(kind, sheet, draft)
            return
        for match in self._library.find(kind.name, draft.values, near=False):
            if match.certain:
                self._into_record(kind, str(match.handle), sheet, draft)
                return
            self._hint(draft, Reason("import_like_record", {"number": str(self._numbers[str(match.handle)])}))
        for match in self._rows.find(kind.name, draft.values, near=False):
            handle: Any = match.handle
            kept = self._drafts[handle]
            if match.certain:
                self._into_row(kind, handle, kept, sheet, draft)
                return
            if match.why == "title_other_people" and _same_type(kept.values, draft.values):
                self._hint(draft, Reason("import_like_row", {"row": str(handle[1]), "sheet": handle[0]}))
        self._drafts[(sheet, draft.number)] = draft
        self._rows.add((sheet, draft.number), kind.name, draft.values)

    def _hint(self, draft: Draft, reason: Reason) -> None:
        if not any(one.code in ("import_like_record", "import_like_row") for one in draft.reasons):
            draft.reasons.append(reason)

    def _into_itself(self, kind: Kind, sheet: str, draft: Draft) -> None:
        """A row of our own export, corrected in Excel: single values are taken as they now stand.

        Small tables and people only fill what is empty: a sheet carries them in part.
        """
        record = draft.own_id
        before = self._values[record]
        single = {
            name: value
            for name, value in draft.values.items()
            if not kind.field(name).is_composite and value is not None and value != before.get(name)
        }
        rest = {name: value for name, value in draft.values.items() if kind.field(name).is_composite}
        filled = merge(kind, before, rest, place=_place("", sheet, draft.number))
        filled.pop("notes", None)
        changes = {**filled, **single}
        self._values[record] = {**before, **changes}
        draft.merged, draft.same_as_record, draft.values = True, record, changes
        draft.reasons.append(Reason("import_own_record", {"number": str(self._numbers[record])}))

    def _into_record(self, kind: Kind, record: str, sheet: str, draft: Draft) -> None:
        before = self._values[record]
        changes = merge(kind, before, draft.values, place=_place("", sheet, draft.number))
        after = {**before, **changes}
        self._values[record] = after
        self._library.add(record, kind.name, after)
        draft.merged, draft.same_as_record, draft.values = True, record, changes
        draft.reasons.append(Reason("import_same_as_record", {"number": str(self._numbers[record])}))

    def _into_row(self, kind: Kind, handle: tuple[str, int], kept: Draft, sheet: str, draft: Draft) -> None:
        changes = merge(kind, kept.values, draft.values, place=_place(handle[0], sheet, draft.number))
        kept.values.update(changes)
        self._rows.add(handle, kind.name, kept.values)
        draft.merged, draft.same_as_row, draft.same_as_sheet = True, handle[1], handle[0]
        params = {"row": str(handle[1]), "sheet": handle[0]}
        code = "import_same_as_row" if handle[0] == sheet else "import_same_as_other_sheet"
        draft.reasons.append(Reason(code, params))


def merge(kind: Kind, kept: Values, more: Values, *, place: str) -> dict[str, Value]:
    """What ``kept`` gains from ``more``: fields to put, among them the notes when something differs.

    Args:
        place: where ``more`` stands, for the note ("dòng 31").
    """
    changes: dict[str, Value] = {}
    differing: list[str] = []
    notes = str(kept.get("notes") or "")
    for name, value in more.items():
        field = kind.field(name)
        old = kept.get(name)
        if name == "notes" or value is None or value == old:
            continue
        if old in (None, "", ()):
            changes[name] = value
        elif field.type is T.PEOPLE:
            filled = _people(old, value)
            if filled is None:
                differing.append(_said(field, value))
            elif filled != old:
                changes[name] = filled
        elif not _alike(kind, name, old, value) and not _written_twice(name, kept, more):
            differing.append(_said(field, value))
    added = [said for said in differing if said not in notes]
    lines = [line for line in str(more.get("notes") or "").split("\n") if line and line not in notes]
    if added:
        lines.append(f"Cũng được khai ở {place}: {'; '.join(added)}")
    if lines:
        changes["notes"] = "\n".join([notes, *lines] if notes else lines)
    return changes


def _place(kept_sheet: str, sheet: str, number: int) -> str:
    return f"dòng {number}" if kept_sheet == sheet else f"trang “{sheet}”, dòng {number}"


def _said(field: Field, value: Value) -> str:
    return f"{field.label.vi} {show(field, value)}"


def _same_type(one: Values, other: Values) -> bool:
    return all(one.get(name) == other.get(name) for name in ("document_type", "type"))


def _written_twice(name: str, kept: Values, more: Values) -> bool:
    """ "XS" beside "Xuất sắc": the wording differs, the code does not."""
    base = name.removesuffix("_written")
    return base != name and kept.get(base) == more.get(base)


def _alike(kind: Kind, name: str, old: Value, value: Value) -> bool:
    if isinstance(old, str) and isinstance(value, str):
        if kind.field(name).type is T.DATE:
            return old.startswith(value)
        return words(old) == words(value)
    if isinstance(old, tuple) and isinstance(value, tuple):
        return all(one in old for one in value)
    return bool(old == value)


def _people(old: tuple[Mapping[str, Any], ...], more: tuple[Mapping[str, Any], ...]) -> Value | None:
    """``old`` with the cells that ``more`` knows of the same people; None when they differ."""
    by_name = {_name(item): item for item in more}
    if not set(by_name) <= {_name(item) for item in old}:
        return None
    filled = []
    for item in old:
        other = by_name.get(_name(item), {})
        if any(cell != item.get(name, cell) for name, cell in other.items() if name != "name"):
            return None
        filled.append({**other, **item})
    return tuple(filled)


def _name(item: Mapping[str, Any]) -> str:
    return " ".join(fold(str(item.get("name", ""))).split())
