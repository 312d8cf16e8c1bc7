"""Everything that is due: reports, steps of tasks, deposits, sessions that begin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from stdesk.domain import due
from stdesk.domain.kinds import Kind
from stdesk.domain.periods import Period, parse_period
from stdesk.domain.records import Record
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.store.library import Library, ListQuery, ListRow

_CHUNK = 2_000  # rows read between two looks at whether to stop
HALF = "H1"  # the half-year of which a review is written; the second half is the year's report


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something due on a day.

    Attributes:
        on: the last day. overdue: whether it is over. days: days from today, negative when over.
        what: code of its sentence. field: the field that says it is done; its name stands in ``label``.
        kind, record, number, title: whose; a report has none of them, but ``period`` and its name as title.
        article: what it rests on.
    """

    on: date
    what: str
    overdue: bool
    days: int
    title: str
    kind: str = ""
    record: str = ""
    number: int = 0
    field: str = ""
    label: str = ""
    period: str = ""
    article: str = ""

    @property
    def text(self) -> str:
        """What is to be done, in words."""
        return message(f"due_{self.what}", field=self.label)


def _order(one: DueItem) -> tuple[bool, date, bool, str, int]:
    return (not one.overdue, one.on, not one.period, one.kind, one.number)


class Calendar:
    """What is due in an open library, worked out once after each change.

    Reading asks the indexes for the records that may have something due and reads only the fields
    that decide; at 100,000 records that is work for a thread beside the window.
    """

    def __init__(self, library: Library, today: Callable[[], date]) -> None:
        self._library = library
        self._today = today
        self._lock = threading.Lock()
        self._stamp: tuple[object, ...] = ()
        self._known: tuple[DueItem, ...] = ()

    def everything(self, progress: Progress | None = None) -> tuple[DueItem, ...]:
        """All that is due: what is overdue first, then by day.

        Raises:
            Cancelled: ``progress`` was asked to stop.
        """
        progress = progress or Progress()
        with self._lock:
            stamp = self._now()
            if stamp != self._stamp:
                self._known = tuple(sorted(self._read(progress), key=_order))
                self._stamp = stamp
            return self._known

    def between(self, start: date, end: date, progress: Progress | None = None) -> list[DueItem]:
        """What is due from ``start`` to ``end``, both included, by day."""
        found = [one for one in self.everything(progress) if start <= one.on <= end]
        return sorted(found, key=lambda one: (one.on, *_order(one)))

    def overdue(self, progress: Progress | None = None) -> list[DueItem]:
        """What should have been done by now, the oldest first."""
        return [one for one in self.everything(progress) if one.overdue]

    def coming(self, most: int, progress: Progress | None = None) -> list[DueItem]:
        """The ``most`` things due next, today among them."""
        found = [one for one in self.everything(progress) if not one.overdue]
        return found[:most]

    def reports(self) -> list[DueItem]:
        """The report deadlines of this year and the next that are not yet met, the nearest first."""
        today = self._today()
        found = []
        for year in (today.year, today.year + 1):
            for code in (f"{year}-{HALF}", str(year)):
                period = parse_period(code)
                if not self._submitted(period) and (period.due >= today or code == str(today.year)):
                    found.append(_report(period, today))
        return sorted(found, key=lambda one: one.on)

    def _submitted(self, period: Period) -> bool:
        return any(not one.trial for one in self._library.frozen(period.code))

    def _now(self) -> tuple[object, ...]:
        newest = self._library.history(limit=1)
        act = newest[0].action if newest else 0
        settings = self._library.settings
        frozen = len(self._library.frozen())
        return (act, self._today(), settings.get("deposit_days"), settings.get("secrecy_ceiling"), frozen)

    def _read(self, progress: Progress) -> Iterable[DueItem]:
        yield from self.reports()
        today, settings = self._today(), self._library.settings.all()
        ceiling = settings.get("secrecy_ceiling") or ORDINARY
        for kind in self._library.kinds:
            keys = self._keys(kind, today)
            names = due.fields_read(kind)
            progress.start(len(keys), tr("Looking at what is due"))
            for start in range(0, len(keys), _CHUNK):
                part = keys[start : start + _CHUNK]
                for row in self._library.rows(kind.name, part, names).values():
                    if not is_above(row.secrecy, ceiling):
                        yield from self._of(kind, row, today, settings)
                progress.step(len(part))

    def _keys(self, kind: Kind, today: date) -> Sequence[int]:
        found: dict[int, None] = {}
        for filters in due.candidates(kind, today):
            found.update(dict.fromkeys(self._library.ids(ListQuery(kind.name, filters=filters))))
        return list(found)

    @staticmethod
    def _of(kind: Kind, row: ListRow, today: date, settings: dict[str, str]) -> Iterable[DueItem]:
        record = Record(row.id, kind.name, row.number, row.version, row.state, row.secrecy, row.values)
        for one in due.dues(kind, record, today, settings):
            yield DueItem(
                on=one.on,
                what=one.what,
                overdue=one.overdue,
                days=one.days,
                title=str(row.values.get(kind.title) or ""),
                kind=kind.name,
                record=row.id,
                number=row.number,
                field=one.field,
                label=str(kind.field(one.field).label),
                article=one.article,
            )


def _report(period: Period, today: date) -> DueItem:
    return DueItem(
        on=period.due,
        what="report",
        overdue=period.due < today,
        days=(period.due - today).days,
        title=str(period.label),
        period=period.code,
        article=period.article,
    )
