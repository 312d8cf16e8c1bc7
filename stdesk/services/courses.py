"""Acts over the life of records: accepting, depositing, carrying over into the new year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdesk.domain import due
from stdesk.domain.dates import first_day, last_day, show
from stdesk.domain.fields import Value
from stdesk.domain.kinds import Kind
from stdesk.domain.periods import span
from stdesk.domain.records import Changes, Record, State, canonical_values
from stdesk.domain.rules.terms import date_of, text_of
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.progress import Progress
from stdesk.store.library import Library, ListQuery

ACCEPTED, DEPOSITED, CARRIED = "accepted_tasks", "deposited_records", "carried_over"
DEPOSIT_FIELDS = ("deposit_state", "deposited", "deposit_reference")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What filling in would change of one record.

    Attributes:
        record: as it stands.
        after: field -> new value, only where it differs.
        deposit_due: the day after which its deposit would count as late; ``None`` = none owed.
    """

    record: Record
    after: Mapping[str, Value]
    deposit_due: date | None = None


class Courses:
    """Several fields of one or many records filled in together; each act has one undo."""

    def __init__(self, library: Library, today: Callable[[], date]) -> None:
        self._library = library
        self._today = today

    # -- acceptance and deposit --------------------------------------------------------------

    def preview(
        self, kind: str, ids: Sequence[str], values: Mapping[str, Any], progress: Progress | None = None
    ) -> list[Change]:
        """What filling ``values`` into these records would change; empty values change nothing.

        A status follows the dates filled in, forwards only ("Đã nghiệm thu" from the day of acceptance).

        Raises:
            UserError: ``bad_value``, ``unknown_field``.
        """
        described = self._library.kinds[kind]
        filled = canonical_values(described, values)
        settings = self._library.settings.all()
        progress = progress or Progress()
        progress.start(len(ids))
        found = []
        for one in ids:
            progress.step()
            record = self._library.get(one)
            if record is None or record.state is State.TRASHED or record.kind != kind:
                continue
            after = dict(filled)
            if status := due.advanced_status(described, record, filled, self._today()):
                after[described.life.status if described.life else ""] = status
            after = {name: value for name, value in after.items() if record.get(name) != value}
            found.append(Change(record, after, due.deposit_due(_with(record, after), settings)))
        return found

    def accept(self, kind: str, ids: Sequence[str], values: Mapping[str, Any]) -> Changes:
        """Fill in an acceptance for these records, as one act."""
        return self._fill(ACCEPTED, kind, ids, values)

    def deposit(self, kind: str, ids: Sequence[str], values: Mapping[str, Any]) -> Changes:
        """Fill in a deposit for these records, as one act; a day alone says that it was deposited."""
        if values.get("deposited") and not values.get("deposit_state"):
            values = {**values, "deposit_state": "deposited"}
        return self._fill(DEPOSITED, kind, ids, values)

    def _fill(self, label: str, kind: str, ids: Sequence[str], values: Mapping[str, Any]) -> Changes:
        changes = [one for one in self.preview(kind, ids, values) if one.after]
        return self._write(label, [(one.record, one.after) for one in changes])

    def _write(
        self, label: str, parts: Sequence[tuple[Record, Mapping[str, Value]]], **params: Any
    ) -> Changes:
        title = self._title(parts[0][0]) if len(parts) == 1 else ""
        with self._library.work(label, n=len(parts), title=title, **params) as work:
            for record, after in parts:
                work.update(record.id, after, version=record.version)
        return work.changes

    def _title(self, record: Record) -> str:
        return str(record.get(self._library.kinds[record.kind].title) or "")

    # -- carrying over -----------------------------------------------------------------------

    def unfinished(self, kind: str, year: int, progress: Progress | None = None) -> list[Record]:
        """The records of ``kind`` that begin by the end of ``year`` and have neither reached their goal nor stopped.

        In the order of their planned end, those without one last.
        """
        described = self._library.kinds[kind]
        life = described.life
        if life is None:
            return []
        settings = self._library.settings.all()
        ceiling = settings.get("secrecy_ceiling") or ORDINARY
        progress = progress or Progress()
        open_or_planned = ("", *(str(one) for one in range(year + 1, year + 6)))
        keys = self._library.ids(ListQuery(kind, filters={life.goal: open_or_planned}))
        names = [*due.fields_read(described), "notes"]
        progress.start(len(keys))
        found = []
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            for row in self._library.rows(kind, part, names).values():
                record = Record(row.id, kind, row.number, row.version, row.state, row.secrecy, row.values)
                if not is_above(record.secrecy, ceiling) and is_unfinished(described, record, year):
                    found.append(record)
            progress.step(len(part))
        return sorted(found, key=lambda one: (due.deadline(life, one)[1] or "9999", one.number))

    def carried(
        self,
        record: Record,
        year: int,
        until: str,
        funding: Mapping[str, Any] | None = None,
    ) -> dict[str, Value]:
        """What carrying ``record`` over from ``year`` changes: it stays the same record, only longer.

        A planned end that lies after ``year`` anyhow stays as it is.

        Args:
            until: the new partial end of what should have ended by then; "" = no end is changed.
            funding: a row of the new year's funding, added to those there are.
        """
        described = self._library.kinds[record.kind]
        life = described.life
        if life is None:
            return {}
        after: dict[str, Value] = {}
        planned = due.deadline(life, record)[1]
        longer = bool(until) and (not planned or last_day(planned) <= date(year, 12, 31))
        if longer:
            after[life.deadlines[0]] = until
            if text_of(record, life.status) in _RUNNING:
                after[life.status] = "extended"
        line = message("carried_line", year=str(year + 1))
        if longer:
            line = message("carried_line_until", year=str(year + 1), until=show(until))
        notes = str(record.get("notes") or "")
        noted = message("carried_line", year=str(year + 1)).rstrip(".")
        if not any(one.startswith(noted) for one in notes.split("\n")):
            after["notes"] = f"{notes}\n{line}".strip()
        if funding and "funding" in described.by_name:
            after["funding"] = (*(record.get("funding") or ()), {"year": year + 1, **funding})
        return after

    def carry_over(
        self,
        kind: str,
        ids: Sequence[str],
        year: int,
        until: str,
        funding: Mapping[str, Any] | None = None,
    ) -> Changes:
        """Carry these records over from ``year`` into the next, as one act; none is copied.

        Raises:
            UserError: ``carried_too_short`` when the new end lies before the new year.
        """
        if until and last_day(until) < date(year + 1, 1, 1):
            raise UserError("carried_too_short", until=show(until), year=str(year + 1))
        described = self._library.kinds[kind]
        parts = []
        for one in ids:
            record = self._library.get(one)
            if record is not None and is_unfinished(described, record, year):
                after = canonical_values(described, self.carried(record, year, until, funding))
                parts.append((record, after))
        return self._write(CARRIED, parts, year=str(year + 1))


_RUNNING = frozenset({"", "approved", "in_progress", "delayed"})


def is_unfinished(kind: Kind, record: Record, year: int) -> bool:
    """Whether ``record`` goes on after ``year``: begun, its goal not reached by then, not stopped."""
    life = kind.life
    if life is None or record.state is State.TRASHED or due.is_stopped(life, record):
        return False
    if reached := date_of(record, life.goal):
        return first_day(reached).year > year
    if due.says_reached(life, record, life.goal):
        return False
    lasting = span(kind, record)
    return lasting is None or lasting[0].year <= year


def _with(record: Record, after: Mapping[str, Value]) -> Record:
    return Record(
        record.id, record.kind, record.number, record.version, record.state, record.secrecy,
        {**record.values, **after},
    )  # fmt: skip
