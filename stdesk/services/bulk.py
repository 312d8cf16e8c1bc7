"""Changing many records at once: seen before and after first, done as one act, taken back as one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from stdesk.domain.fields import Field, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes, State
from stdesk.domain.secrecy import LEVELS, forbidden_in_stub, is_above
from stdesk.domain.values import show
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.progress import Progress
from stdesk.services.bulk_changes import (
    AddTags,
    Change,
    RemoveTags,
    ReplaceText,
    SetField,
    SetFields,
    SetState,
    changed,
    fields_of,
    literal,
    replaceable,
)
from stdesk.services.safeguard import Before, no_backup
from stdesk.store.library import Library, ListQuery, ListRow

__all__ = [
    "AddTags", "Bulk", "Change", "Preview", "PreviewLine", "RemoveTags", "ReplaceText", "SetField",
    "SetFields", "SetState", "replaceable",
]  # fmt: skip

MOST_LINES = 500
"""Lines of a preview that are kept; its counts are of all records."""
_CHUNK = 500  # records read at a time
_EXCERPT = 240  # characters shown of a long text, around the first place that changes
_BEFORE = 60  # of these, before that place


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """What would become of one record.

    Attributes:
        before, after: the changed fields in words, long texts cut to the place that changes.
        refused: why this record stays as it is, "" when it would be changed.
    """

    id: str
    number: int
    title: str
    before: str
    after: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do to many records.

    Attributes:
        lines: the first :data:`MOST_LINES` that change or are refused; those that stay the same
            have none.
        changed, same, refused: how many records of all.
        gone: how many of those asked for are no longer there.
    """

    lines: tuple[PreviewLine, ...] = ()
    changed: int = 0
    same: int = 0
    refused: int = 0
    gone: int = 0


@dataclass(slots=True)
class _Step:
    """One record: what it would be given, or why not."""

    row: ListRow
    new: Mapping[str, Value] = field(default_factory=dict)
    state: State | None = None
    refused: str = ""

    @property
    def does_something(self) -> bool:
        return bool(self.new) or self.state is not None


class Bulk:
    """Acts on many records of one kind."""

    def __init__(self, library: Library, before: Before = no_backup) -> None:
        self._library = library
        self._before = before

    def preview(
        self, kind: str, ids: Collection[str], change: Change, progress: Progress | None = None
    ) -> Preview:
        """What ``change`` would do to the records ``ids``; nothing is written.

        Raises:
            UserError: ``bulk_nothing_to_find``, ``bulk_no_tags``, ``bulk_no_fields``; ``bad_value``
                when the value itself is none of its field.
        """
        about = self._library.kinds[kind]
        lines: list[PreviewLine] = []
        counts = {"changed": 0, "same": 0, "refused": 0}
        for step in self._steps(about, ids, change, progress):
            said = "refused" if step.refused else "changed" if step.does_something else "same"
            counts[said] += 1
            if said != "same" and len(lines) < MOST_LINES:
                lines.append(_line(about, step))
        gone = len(set(ids)) - sum(counts.values())
        return Preview(tuple(lines), counts["changed"], counts["same"], counts["refused"], gone)

    def apply(
        self, kind: str, ids: Collection[str], change: Change, progress: Progress | None = None
    ) -> Changes:
        """Do ``change`` to the records ``ids`` as one act; those refused stay as they are.

        Stopped in the middle, nothing is changed. When no record differs there is no act.

        Raises:
            UserError: what :meth:`preview` raises; what the library refuses as a whole.
        """
        about = self._library.kinds[kind]
        done = 0
        self._before("bulk", progress, len(ids))
        with self._library.work(_label(change), **_params(about, change), n=0) as work:
            steps = self._steps(about, ids, change, progress)
            wanted = (step for step in steps if step.does_something and not step.refused)
            while part := list(islice(wanted, _CHUNK)):
                work.read_ahead([step.row.id for step in part])
                for step in part:
                    work.update(step.row.id, step.new, version=step.row.version, state=step.state)
                done += len(part)
            work.params["n"] = done
        return work.changes

    # -- record by record --------------------------------------------------------------------

    def _steps(
        self, kind: Kind, ids: Collection[str], change: Change, progress: Progress | None
    ) -> Iterator[_Step]:
        _check(kind, change)
        progress = progress or Progress()
        progress.start(len(ids))
        ceiling = self._library.settings.get("secrecy_ceiling") or LEVELS[0]
        for row in self._rows(kind, ids, change):
            progress.step()
            yield _step(kind, row, change, ceiling)

    def _rows(self, kind: Kind, ids: Collection[str], change: Change) -> Iterator[ListRow]:
        """The records with the fields in question, in the order of their numbers, some at a time."""
        names = list(dict.fromkeys((kind.title, *fields_of(change))))
        query = ListQuery(kind.name, ids=frozenset(ids), states=tuple(State))
        keys = self._library.ids(query)
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            found = self._library.rows(kind.name, part, names)
            yield from (found[key] for key in part if key in found)


def _check(kind: Kind, change: Change) -> None:
    """Refuse what cannot be done to any record at all."""
    names = fields_of(change)
    for name in names:
        if name not in kind.by_name:
            raise UserError("unknown_field", field=name, kind=str(kind.label))
    if not names and not isinstance(change, SetState):
        raise UserError("bulk_no_fields")
    if isinstance(change, ReplaceText) and not literal(change.find):
        raise UserError("bulk_nothing_to_find")
    if isinstance(change, AddTags | RemoveTags) and not any(tag.strip() for tag in change.tags):
        raise UserError("bulk_no_tags")
    if isinstance(change, SetField | SetFields):
        changed(kind, {}, change)


def _step(kind: Kind, row: ListRow, change: Change, ceiling: str) -> _Step:
    if row.state is State.TRASHED:
        return _Step(row, refused=message("bulk_in_trash"))
    if isinstance(change, SetState):
        return _Step(row, state=change.state if change.state is not row.state else None)
    try:
        new = changed(kind, row.values, change)
    except UserError as error:
        return _Step(row, refused=str(error))
    if is_above(row.secrecy, ceiling) and forbidden_in_stub(new):
        return _Step(row, refused=message("bulk_above_ceiling"))
    return _Step(row, new)


# -- in words --------------------------------------------------------------------------------


def _line(kind: Kind, step: _Step) -> PreviewLine:
    row = step.row
    title = str(row.values.get(kind.title) or "")
    if step.state is not None:
        before, after = str(row.state), str(step.state)
        return PreviewLine(row.id, row.number, title, message(f"state_{before}"), message(f"state_{after}"))
    fields = [kind.field(name) for name in step.new]
    pairs = [excerpts(show(one, row.values.get(one.name)), show(one, step.new[one.name])) for one in fields]
    before = _in_words(fields, [pair[0] for pair in pairs])
    after = _in_words(fields, [pair[1] for pair in pairs])
    return PreviewLine(row.id, row.number, title, before, after, step.refused)


def _in_words(fields: Sequence[Field], texts: Sequence[str]) -> str:
    """The text of one field as it is, those of several behind their names."""
    if len(fields) == 1:
        return texts[0]
    return "  ·  ".join(f"{one.label}: {text or '–'}" for one, text in zip(fields, texts, strict=True))


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Both texts, long ones cut to the first place where they differ."""
    long = max(len(before), len(after)) > _EXCERPT
    start = max(0, common_start(before, after) - _BEFORE) if long else 0
    return _cut(before, start), _cut(after, start)


def common_start(one: str, other: str) -> int:
    """How many characters at the start of both are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # halving: comparing slices is fast, comparing characters is not
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _cut(text: str, start: int) -> str:
    part = text[start : start + _EXCERPT]
    head = "…" if start and part else ""
    return f"{head}{part}…" if start + _EXCERPT < len(text) else f"{head}{part}"


_LABELS: dict[type, str] = {
    SetField: "bulk_set",
    SetFields: "bulk_set_fields",
    ReplaceText: "bulk_replaced",
    AddTags: "bulk_tagged",
    RemoveTags: "bulk_untagged",
    SetState: "bulk_state_set",
}


def _label(change: Change) -> str:
    return _LABELS[type(change)]


def _params(kind: Kind, change: Change) -> dict[str, Any]:
    """What the act is called after: fields and states only, for its words outlive the records' own."""
    if isinstance(change, SetState):
        return {"state": message(f"state_{change.state}")}
    return {"field": ", ".join(str(kind.field(name).label) for name in fields_of(change))}
