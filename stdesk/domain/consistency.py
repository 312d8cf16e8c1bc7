"""Where nearly all of its like say something and a few records do not: "27 of 30 articles have an ISSN"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Finding
from stdesk.domain.rules.elsewhere import UNLIKE

LEAST = 5  # records of a group, below which nothing can be said
MOST_OF = 0.8  # of a group, from which on it is usual

# What is said or not as each record wants it: its absence means nothing.
_FREE = frozenset({FieldType.TAGS, FieldType.LINKS, FieldType.FILES, FieldType.LONG_TEXT})

_Sort = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """A field that is usual in a group of records and missing in a few.

    Attributes:
        kind: of the records.
        group: what they are, in words ("Bài báo tạp chí").
        field: what is missing.
        having, of: how many of how many have it.
        missing: those that have not and of which no rule said so already.
    """

    kind: str
    group: str
    field: str
    having: int
    of: int
    missing: tuple[Record, ...]


def alike(kind: Kind) -> tuple[Field, ...]:
    """The choices by which records of ``kind`` are told to be of one sort.

    What the kind is sorted by; else its first required choice and, when it has a course, where it stands.
    """
    if kind.sorted_by:
        return (kind.field(kind.sorted_by),)
    choices = [one for one in kind.required if one.type is FieldType.CHOICE]
    names = [one.name for one in choices[:1]]
    if kind.life is not None:
        names.append(kind.life.status)
    return tuple(kind.field(name) for name in dict.fromkeys(names))


def uneven(
    records: Iterable[Record], kinds: Kinds, complained: Collection[tuple[str, str]] = ()
) -> tuple[Consistency, ...]:
    """Every field that most records of a sort have and a few have not, kind by kind.

    Args:
        complained: (record id, field) of which a rule speaks already.
    """
    groups: dict[tuple[str, _Sort], list[Record]] = defaultdict(list)
    sorts = {kind.name: alike(kind) for kind in kinds}
    for record in records:
        values = record.values
        sort = tuple(str(values.get(one.name) or "") for one in sorts[record.kind])
        if sort and all(sort):
            groups[record.kind, sort].append(record)
    order = {name: place for place, name in enumerate(kinds.names)}
    found = []
    for (kind, sort), listed in sorted(groups.items(), key=lambda one: (order[one[0][0]], one[0][1])):
        if len(listed) >= LEAST:
            found += _of_group(kinds[kind], sort, listed, complained)
    return tuple(found)


def _of_group(
    kind: Kind, sort: _Sort, records: list[Record], complained: Collection[tuple[str, str]]
) -> list[Consistency]:
    filled = Counter(tuple(record.values) for record in records)  # few sets of filled fields, many records
    having: Counter[str] = Counter()
    for names, n in filled.items():
        having.update(dict.fromkeys(names, n))
    found = []
    for field in _comparable(kind, sort):
        n = having[field.name]
        if n < MOST_OF * len(records) or n == len(records):
            continue
        missing = tuple(
            one
            for one in records
            if one.values.get(field.name) is None and (one.id, field.name) not in complained
        )
        if missing:
            found.append(Consistency(kind.name, _words(kind, sort), field.name, n, len(records), missing))
    return found


def _comparable(kind: Kind, sort: _Sort) -> list[Field]:
    by = {one.name for one in alike(kind)} | {kind.title, "notes"}
    of = sort[0] if kind.sorted_by else ""
    return [one for one in kind.shown if one.type not in _FREE and one.name not in by and kind.asks(one, of)]


def _words(kind: Kind, sort: _Sort) -> str:
    return " · ".join(
        code_list(field.codes).label(code) for field, code in zip(alike(kind), sort, strict=True)
    )


def as_findings(found: Iterable[Consistency], kinds: Kinds) -> tuple[Finding, ...]:
    """The same as hints, one a record, so that they can be listed, opened and put off like any finding."""
    return tuple(
        Finding(UNLIKE.id, UNLIKE.severity, record.id, one.kind, record.number, one.field, params)
        for one in found
        for params in (_params(one, kinds),)
        for record in one.missing
    )


def _params(one: Consistency, kinds: Kinds) -> Mapping[str, object]:
    return {
        "group": one.group,
        "field": str(kinds[one.kind].field(one.field).label),
        "having": one.having,
        "of": one.of,
    }
