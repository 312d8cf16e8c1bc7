"""Figures over what all units sent, counted by the very machinery that counts a unit's own.

A unit's number of a record means nothing beside another unit's, so records are numbered anew here, unit after
unit; :class:`Origin` leads back. What a person decided to be one work is counted once, for the unit that
sent it first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from stdesk.central.doubles import Handle
from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import Period
from stdesk.domain.records import Record
from stdesk.domain.secrecy import LEVELS, ORDINARY, is_above
from stdesk.progress import Progress
from stdesk.reports.figures import named
from stdesk.reports.snapshot import count_figures

COUNTED_STATES = ("valid", "accepted")
"""Packages whose records count unless other states are asked for."""

DISTINCT = "people"
"""How the names of figures begin that count people: one may work for two units, so they need not add up."""


class Sent(Protocol):
    """What is asked of a merged record (:class:`stdesk.central.model.MergedRecord`)."""

    @property
    def unit(self) -> str: ...
    @property
    def unit_name(self) -> str: ...
    @property
    def record(self) -> Record: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record of the sum comes from.

    Attributes:
        unit, unit_name: who sent it. id, number: the unit's own. kind, title: of the record.
    """

    unit: str
    unit_name: str
    kind: str
    id: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The records of a period, ready to be counted together.

    Attributes:
        records: by unit and number, numbered anew, their ids ``unit/id``.
        shelf: of other periods, for deposits still owed.
        origins: id in ``records`` or ``shelf`` -> where it comes from.
        units: code -> name of every unit that has a record here.
        once: how many records were left out because another unit's stands for them.
    """

    period: Period
    records: tuple[Record, ...]
    shelf: tuple[Record, ...]
    origins: Mapping[str, Origin]
    units: Mapping[str, str]
    once: int = 0

    def of(self, unit: str) -> Gathered:
        """The same of one unit."""
        mine = tuple(one for one in self.records if self.origins[one.id].unit == unit)
        shelf = tuple(one for one in self.shelf if self.origins[one.id].unit == unit)
        return replace(self, records=mine, shelf=shelf, units={unit: self.units.get(unit, "")}, once=0)

    @property
    def secrecy(self) -> str:
        """The highest level among the records."""
        highest = ORDINARY
        for one in self.records:
            if one.secrecy in LEVELS and is_above(one.secrecy, highest):
                highest = one.secrecy
        return highest


@dataclass(frozen=True, slots=True)
class Consolidated:
    """Figures of several units.

    Attributes:
        total: over all of them, in the shape of a snapshot's figures.
        by_unit: code -> the values of that unit alone (name -> number).
        gathered: what was counted.
    """

    total: Mapping[str, Any]
    gathered: Gathered
    by_unit: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def value(self, name: str, unit: str = "") -> int:
        """A figure, of all units or of one; 0 when there is none of that name."""
        if unit:
            return self.by_unit.get(unit, {}).get(name, 0)
        return int(self.total["values"].get(name, {}).get("value", 0))

    def behind(self, name: str, unit: str = "") -> tuple[Origin, ...]:
        """The records a figure is counted from, by unit and number."""
        ids = self.total["values"].get(name, {}).get("records", ())
        origins = (self.gathered.origins[one] for one in ids if one in self.gathered.origins)
        found = {one for one in origins if not unit or one.unit == unit}
        return tuple(sorted(found, key=lambda one: (one.unit, one.kind, one.number, one.id)))

    def labels(self) -> dict[str, str]:
        """Name of a figure -> what it is called on paper, in the order of the tables."""
        return {name: one.label for name, one in named(self.total).items()}


def gather(
    sent: Iterable[Sent],
    kinds: Kinds,
    period: Period,
    *,
    elsewhere: Iterable[Sent] = (),
    same: Iterable[Sequence[Handle]] = (),
    progress: Progress | None = None,
) -> Gathered:
    """Bring the records of a period together.

    Args:
        sent: as the units reported them for ``period``, withdrawn ones left out.
        elsewhere: every record of these units, for deposits still owed from other periods.
        same: groups of records decided to be one work; the first of a group that is here counts.

    Raises:
        Cancelled: ``progress`` was asked to stop.
    """
    watched = progress or Progress()
    order = {kind: place for place, kind in enumerate(kinds.names)}
    here = [one for one in watched.each(sent) if one.record.kind in kinds]
    here.sort(key=lambda one: (order[one.record.kind], one.unit, one.record.number, one.record.id))
    spare = _spare(here, same)
    origins: dict[str, Origin] = {}
    numbers: dict[str, int] = {}
    counted = []
    for one in here:
        if (one.unit, one.record.id) in spare:
            continue
        numbers[one.record.kind] = number = numbers.get(one.record.kind, 0) + 1
        counted.append(_renamed(one, kinds, origins, number))
    known = {(one.unit, one.record.id) for one in here}
    shelf = [
        _renamed(one, kinds, origins, one.record.number)
        for one in watched.each(elsewhere)
        if one.record.kind in kinds and (one.unit, one.record.id) not in known | spare
    ] if elsewhere else []  # fmt: skip
    units = {one.unit: one.unit_name for one in sorted(here, key=lambda one: one.unit)}
    return Gathered(period, tuple(counted), tuple(shelf), origins, units, len(here) - len(counted))


def _spare(here: Iterable[Sent], same: Iterable[Sequence[Handle]]) -> set[Handle]:
    """The records for which another of their group stands."""
    there = {(one.unit, one.record.id) for one in here}
    found: set[Handle] = set()
    for group in same:
        found.update([handle for handle in group if handle in there][1:])
    return found


def _renamed(one: Sent, kinds: Kinds, origins: dict[str, Origin], number: int) -> Record:
    record = one.record
    name = f"{one.unit}/{record.id}"
    title = str(record.get(kinds[record.kind].title) or "")
    origins[name] = Origin(one.unit, one.unit_name, record.kind, record.id, record.number, title)
    return replace(record, id=name, number=number)


def consolidate(
    gathered: Gathered,
    kinds: Kinds,
    frozen_at: str,
    *,
    unit: Mapping[str, str] | None = None,
    left_out: int = 0,
    each: bool = True,
    progress: Progress | None = None,
) -> Consolidated:
    """The figures of all units together, and of each alone.

    Args:
        frozen_at: the moment of counting, a UTC timestamp.
        unit: settings of whoever counts: ``deposit_days``.
        left_out: records the units kept to themselves for their secrecy.
        each: also count every unit alone.

    Raises:
        Cancelled: ``progress`` was asked to stop.
    """
    settings = {**(unit or {}), "secrecy_ceiling": gathered.secrecy}

    def counted(of: Gathered, out: int) -> dict[str, Any]:
        return count_figures(
            period=of.period, unit=settings, frozen_at=frozen_at, records=of.records, kinds=kinds,
            library=of.shelf, left_out=out, progress=progress,
        )  # fmt: skip

    by_unit = {}
    for code, part in _parts(gathered).items() if each else ():
        values = counted(part, 0)["values"]
        by_unit[code] = {name: int(one["value"]) for name, one in values.items()}
    return Consolidated(counted(gathered, left_out), gathered, by_unit)


def _parts(gathered: Gathered) -> dict[str, Gathered]:
    """Every unit alone, in one walk."""
    records: dict[str, list[Record]] = {code: [] for code in gathered.units}
    shelves: dict[str, list[Record]] = {code: [] for code in gathered.units}
    for listed, found in ((gathered.records, records), (gathered.shelf, shelves)):
        for one in listed:
            found.setdefault(gathered.origins[one.id].unit, []).append(one)
    return {
        code: replace(
            gathered, records=tuple(records[code]), shelf=tuple(shelves[code]), units={code: name}, once=0
        )
        for code, name in gathered.units.items()
    }


def unequal(consolidated: Consolidated, names: Collection[str] | None = None) -> dict[str, tuple[int, int]]:
    """Figures whose units do not add up to the total: name -> (sum of the units, total); people apart."""
    found: dict[str, tuple[int, int]] = {}
    for name in names if names is not None else consolidated.total["values"]:
        if name.startswith(DISTINCT) or name in ("left_out", "explained"):
            continue
        added = sum(one.get(name, 0) for one in consolidated.by_unit.values())
        if added != consolidated.value(name):
            found[name] = (added, consolidated.value(name))
    return found
