"""What became of a period after what was submitted of it: new, changed, gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stdesk.domain.kinds import Kind
from stdesk.domain.periods import Period, belongs
from stdesk.domain.records import Record, State, to_json
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.progress import Progress
from stdesk.reports.snapshot import Snapshot
from stdesk.services import summaries
from stdesk.store.library import FrozenReport, Library
from stdesk.text import nfc


@dataclass(frozen=True, slots=True)
class Item:
    """A record, as far as a person needs to know which one is meant."""

    kind: str
    id: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Since:
    """What became of a period after its newest submission.

    Attributes:
        report: that submission.
        added: reported now and not then; changed: something that is handed in is different; gone: reported
            then and not now. Kind by kind, by number.
    """

    report: FrozenReport
    added: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()
    gone: tuple[Item, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything for a next submission."""
        return bool(self.added or self.changed or self.gone)


class Changed:
    """Compares an open library with its frozen reports."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._packed: tuple[str, Mapping[str, Mapping[str, Any]]] = ("", {})

    def since(self, period: Period, report: FrozenReport, progress: Progress | None = None) -> Since:
        """What is new, changed or gone since ``report`` of ``period``.

        Raises:
            UserError: its snapshot is missing or damaged. Cancelled.
        """
        then = self._handed_in(report)
        added, changed = [], []
        now: set[str] = set()
        for record in self._reported(period, progress):
            now.add(record.id)
            old = then.get(record.id)
            kind = self._library.kinds[record.kind]
            if old is None:
                added.append(_item(kind, record))
            elif old["version"] != record.version and _differs(kind, record, old["values"]):
                changed.append(_item(kind, record))
        gone = [one for key, one in then.items() if key not in now]
        return Since(report, self._ordered(added), self._ordered(changed), self._ordered(self._gone(gone)))

    def _handed_in(self, report: FrozenReport) -> Mapping[str, Mapping[str, Any]]:
        """Id -> record of a frozen report; read once, since it never changes."""
        if self._packed[0] != report.sha512:
            records = Snapshot.from_bytes(self._library.read_frozen(report)).records
            self._packed = (
                report.sha512,
                {str(one["id"]): {**one, "kind": kind} for kind, found in records.items() for one in found},
            )
        return self._packed[1]

    def _reported(self, period: Period, progress: Progress | None) -> Iterable[Record]:
        ceiling = self._library.settings.get("secrecy_ceiling") or ORDINARY
        for record in self._library.records(states=[State.COMPLETE]):
            if progress is not None:
                progress.check()
            if not is_above(record.secrecy, ceiling) and belongs(
                self._library.kinds[record.kind], record, period
            ):
                yield record

    def _gone(self, records: Sequence[Mapping[str, Any]]) -> list[Item]:
        """What was reported and is not now; classified since, without its title."""
        ceiling = self._library.settings.get("secrecy_ceiling") or ORDINARY
        held = self._library.get_many([str(one["id"]) for one in records])
        secret = {one.id for one in held if is_above(one.secrecy, ceiling)}
        found = []
        for one in records:
            name = self._library.kinds[one["kind"]].title if one["kind"] in self._library.kinds else ""
            title = "" if one["id"] in secret else str(one["values"].get(name) or "")
            found.append(Item(str(one["kind"]), str(one["id"]), int(one["number"]), title))
        return found

    def _ordered(self, items: Iterable[Item]) -> tuple[Item, ...]:
        place = {name: at for at, name in enumerate(self._library.kinds.names)}
        return tuple(sorted(items, key=lambda one: (place.get(one.kind, len(place)), one.number)))


def _item(kind: Kind, record: Record) -> Item:
    return Item(record.kind, record.id, record.number, summaries.title_of(kind, record))


def _differs(kind: Kind, record: Record, then: Mapping[str, Any]) -> bool:
    """Whether anything that is handed in of ``record`` is not as it was ``then``."""
    travels = {field.name for field in kind.shown if field.packaged}
    now = {name: value for name, value in to_json(record)["values"].items() if name in travels}
    return _plain(now) != _plain({name: value for name, value in then.items() if name in travels})


def _plain(values: Mapping[str, Any]) -> str:
    return nfc(json.dumps(values, ensure_ascii=False, sort_keys=True))
