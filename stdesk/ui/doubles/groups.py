"""Suspected doubles as the page lists them: those that are certainly one work stand together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.i18n import count, message, tr
from stdesk.services.merging import Pair


@dataclass(frozen=True, slots=True)
class Group:
    """Records that may be one work.

    Attributes:
        ids: the one proposed to be kept first.
        numbers: of the records, in the same order.
        title: of the first.
        why: what speaks for it, in words.
    """

    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    title: str
    certain: bool
    why: str


def groups_of(kind: Kind, pairs: Iterable[Pair]) -> list[Group]:
    """Pairs made groups: certain ones with a record in common are one group; certain ones first."""
    listed = list(pairs)
    sets: dict[str, dict[str, Record]] = {}
    why: dict[int, str] = {}
    for pair in listed:
        if pair.certain:
            both = (pair.one, pair.other)
            joined = {
                one.id: one for record in both for one in sets.get(record.id, {record.id: record}).values()
            }
            why[id(joined)] = why.get(id(sets.get(pair.one.id)), pair.why)
            sets.update(dict.fromkeys(joined, joined))
    found = list({id(group): group for group in sets.values()}.values())
    made = [_group(kind, list(group.values()), True, why[id(group)]) for group in found]
    return made + [_group(kind, [p.one, p.other], False, p.why) for p in listed if not p.certain]


def _group(kind: Kind, records: list[Record], certain: bool, why: str) -> Group:
    first = records[0]
    return Group(
        ids=tuple(one.id for one in records),
        numbers=tuple(one.number for one in records),
        title=str(first.get(kind.title) or f"{kind.label} {first.number}"),
        certain=certain,
        why=message(f"double_{why}"),
    )


def numbers_in_words(group: Group) -> str:
    """ "no. 12, 45"."""
    return tr("no. {number}", number=", ".join(count(number) for number in group.numbers))


def without(groups: Iterable[Group], ids: Iterable[str]) -> list[Group]:
    """The groups that none of ``ids`` belongs to."""
    gone = set(ids)
    return [group for group in groups if gone.isdisjoint(group.ids)]
