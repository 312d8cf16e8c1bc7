"""What a package carries when the centre holds an earlier one: what is new, changed, or no longer handed in.

Two records are the same when everything of them that travels is the same; who saved a record, when and how
often makes no difference. Everything is worked out from frozen reports, so that it comes out the same for ever;
only why a record is no longer handed in is seen in the library of the day, and kept with the package.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from stdesk.domain.kinds import Kinds
from stdesk.domain.records import Record, State
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.exchange.schema import packaged_fields
from stdesk.text import nfc

Table: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
"""Kind -> records, as a snapshot holds them."""

TRASHED, CLASSIFIED, DRAFT, NOT_IN_PERIOD, GONE = "trashed", "classified", "draft", "not_in_period", "gone"
"""Why a record is no longer handed in: in the trash; above the ceiling; open for completion; its dates lie
elsewhere now; its making was taken back."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A record that was handed in and is no longer.

    Attributes:
        number: the unit's own. title: as it was handed in, for the person at this desk; "" once classified.
        reason: a code, see above; "" when nobody knows.
    """

    kind: str
    id: str
    number: int
    title: str = ""
    reason: str = ""

    def to_line(self) -> dict[str, Any]:
        """As the package carries it; titles stay at home."""
        return {"id": self.id, "kind": self.kind, "number": self.number, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Delta:
    """The way from one frozen report to the next.

    Attributes:
        records: kind -> records to carry, in the order of the new report; a kind with none has an empty list.
        added, changed: how many of them the base did not have, had otherwise.
        withdrawn: see :class:`Withdrawn`; kind by kind, by number.
        held: SHA-512 of the attachments the centre has from the base.
    """

    records: Table
    added: int = 0
    changed: int = 0
    withdrawn: tuple[Withdrawn, ...] = ()
    held: frozenset[str] = field(default_factory=frozenset, repr=False)

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.changed or self.withdrawn)


def between(base: Table, now: Table, kinds: Kinds, since: Sequence[Table] = ()) -> Delta:
    """The way from ``base`` to ``now``.

    Args:
        since: reports that were packed between the two. The centre may have merged them without accepting
            them, so what they held otherwise is carried too: the outcome is ``now`` whichever of them it has.
    """
    before = _contents(base, kinds)
    others = [_contents(one, kinds) for one in since]
    carried: dict[str, list[Mapping[str, Any]]] = {kind: [] for kind in now}
    added = changed = 0
    left: set[tuple[str, str]] = set()
    for kind, record in _each(now):
        key = (kind, str(record["id"]))
        left.add(key)
        content = content_of(kinds, kind, record)
        if all(one.get(key) == content for one in (before, *others)):
            continue
        carried[kind].append(record)
        added, changed = added + (key not in before), changed + (key in before)
    gone: dict[tuple[str, str], Withdrawn] = {}
    for table in (base, *since):
        for kind, record in _each(table):
            key = (kind, str(record["id"]))
            if key not in left:
                gone[key] = _withdrawn(kinds, kind, record)
    place = {name: at for at, name in enumerate(kinds.names)}
    ordered = sorted(gone.values(), key=lambda one: (place.get(one.kind, len(place)), one.number, one.id))
    return Delta(carried, added, changed, tuple(ordered), frozenset(hashes(base)))


def content_of(kinds: Kinds, kind: str, record: Mapping[str, Any]) -> str:
    """Everything of ``record`` that travels and makes a difference, as one text."""
    names = {one.name for one in packaged_fields(kinds[kind])} if kind in kinds else set(record["values"])
    values = {name: value for name, value in record["values"].items() if name in names and value is not None}
    whole = [record["number"], record["secrecy"], values]
    return nfc(json.dumps(whole, ensure_ascii=False, sort_keys=True))


def hashes(table: Table) -> Iterator[str]:
    """SHA-512 of every attachment that records of ``table`` name."""
    for _, record in _each(table):
        for item in record["values"].get("attachments") or ():
            yield str(item["sha512"])


def why(withdrawn: Withdrawn, record: Record | None, ceiling: str) -> Withdrawn:
    """The same with its reason.

    Args:
        record: as the library holds it today; ``None`` when it does not.
        ceiling: the library's secrecy ceiling.
    """
    title = withdrawn.title
    if record is None:
        reason = GONE
    elif is_above(record.secrecy, ceiling or ORDINARY):
        reason, title = CLASSIFIED, ""
    elif record.state is State.TRASHED:
        reason = TRASHED
    else:
        reason = DRAFT if record.state is State.DRAFT else NOT_IN_PERIOD
    return Withdrawn(withdrawn.kind, withdrawn.id, withdrawn.number, title, reason)


def _contents(table: Table, kinds: Kinds) -> dict[tuple[str, str], str]:
    return {(kind, str(one["id"])): content_of(kinds, kind, one) for kind, one in _each(table)}


def _each(table: Table) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind, records in table.items():
        for record in records:
            yield kind, record


def _withdrawn(kinds: Kinds, kind: str, record: Mapping[str, Any]) -> Withdrawn:
    title = str(record["values"].get(kinds[kind].title) or "") if kind in kinds else ""
    return Withdrawn(kind, str(record["id"]), int(record["number"]), title)
