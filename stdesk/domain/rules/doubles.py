"""The same work entered twice, within a kind or across kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stdesk.domain.doubles import DoubleIndex
from stdesk.domain.fields import Values
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import cell, date_of, items_of, shorten, text_of
from stdesk.i18n import Text


def _pairs(records: Sequence[Record], context: Context) -> Iterator[tuple[Record, Record, bool]]:
    """Every double once: the later record, the earlier one, and whether it is certain."""
    library = {record.id: record for record in (*context.others, *records)}
    values: dict[str, Values] = {}
    index = DoubleIndex(context.kinds, context.stop)
    for key, record in library.items():
        context.stop()
        values[key] = _readable(context.kinds[record.kind], record)
        index.add(key, record.kind, values[key])
    found: dict[tuple[str, str], bool] = {}
    for record in records:
        context.tick()
        if _matters(record, context):
            for match in index.find(record.kind, values[record.id], but=record.id):
                pair = _in_order(record, library[str(match.handle)])
                found[pair] = found.get(pair, False) or match.certain
    for (later, earlier), certain in found.items():
        yield library[later], library[earlier], certain


def _in_order(one: Record, other: Record) -> tuple[str, str]:
    """The ids of two records, the one entered later first."""
    first, last = sorted((one, other), key=lambda record: (record.number, record.id))
    return last.id, first.id


def _readable(kind: Kind, record: Record) -> Values:
    """The values, without dates and people that are none."""
    if _is_readable(kind, record):
        return record.values
    values = dict(record.values)
    for name in {*kind.begins, *kind.ends} & values.keys():
        values[name] = date_of(record, name)
    if kind.people in values:
        values[kind.people] = tuple(item for item in items_of(record, kind.people) if cell(item, "name"))
    return values


def _is_readable(kind: Kind, record: Record) -> bool:
    values = record.values
    for name in (*kind.begins, *kind.ends):
        if name in values and not date_of(record, name):
            return False
    people = values.get(kind.people)
    if not isinstance(people, tuple):
        return kind.people not in values
    # the class first: asking an abstract one takes ten times as long
    return all((one.__class__ is dict or isinstance(one, Mapping)) and cell(one, "name") for one in people)


def _matters(record: Record, context: Context) -> bool:
    """Whether a double of ``record`` would be counted in the period: old years stay as they are."""
    kind = context.kinds[record.kind]
    return context.is_inside(record) or not any(record.get(name) for name in (*kind.begins, *kind.ends))


def doubles(records: Sequence[Record], context: Context) -> Iterator[tuple[Record | None, Problem]]:
    """Told at the record entered later. A certain double asks for a reason, a possible one for a look."""
    for later, earlier, certain in _pairs(records, context):
        kind, other = context.kinds[later.kind], context.kinds[earlier.kind]
        params = {
            "title": shorten(text_of(earlier, other.title) or "…"),
            "other": str(earlier.number),
            "kind": str(other.label),
            "how": str(_SAME if certain else _PERHAPS),
        }
        yield later, Problem(kind.title, params, Severity.EXPLAIN if certain else Severity.HINT)


_SAME, _PERHAPS = Text("Trùng", "The same as"), Text("Có thể trùng", "Perhaps the same as")

RULES = (Rule("double_record", Severity.EXPLAIN, fields=("title",), library_check=doubles),)
