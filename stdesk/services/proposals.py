"""What the centre proposes for records: seen beside what they hold now, accepted or refused, undone like any act."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.records import Changes, Record, State
from stdesk.domain.secrecy import ORDINARY
from stdesk.domain.values import canonical, show
from stdesk.errors import UserError
from stdesk.i18n import message
from stdesk.services import summaries
from stdesk.services.merging import Merging
from stdesk.store.library import Library, ProposalRow, Work
from stdesk.store.settings import CEILING

CORRECTION, DOUBLE, CENTRAL_ID = "correction", "double", "central_id"
OPEN, ACCEPTED, REFUSED = "open", "accepted", "refused"
_NOT_BY_OTHERS = frozenset({FieldType.FILES, FieldType.LINKS})  # they name what only this library has


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal beside the record as it is now.

    Attributes:
        row: as it came. kind_label, title: of the record; title "" when it is not here (any more).
        there: the record is here and not in the trash.
        label: of the field. now, proposed: what it holds and what is proposed, in words.
        other: the other record of a double, in words; other_id: its id when it is one of ours, else "".
        obstacle: why it cannot be accepted as things stand, a sentence; "" when it can.
    """

    row: ProposalRow
    kind_label: str
    title: str
    there: bool
    label: str
    now: str
    proposed: str
    other: str = ""
    other_id: str = ""
    obstacle: str = ""


class Proposals:
    """Proposals of the centre in an open library."""

    def __init__(self, library: Library, merging: Merging) -> None:
        self._library = library
        self._merging = merging

    def listed(self, state: str | None = None, ids: Collection[str] | None = None) -> list[Proposed]:
        """The proposals in the order they came, of one ``state`` or with these ``ids`` when that is given.

        Those about records above the ceiling are left out: :meth:`left_out` counts them.
        """
        hidden = above_ceiling(self._library)
        rows = [
            one
            for one in self._library.answers.proposals(state)
            if (ids is None or one.proposal in ids) and not _is_about(one, hidden)
        ]
        wanted = {row.record for row in rows} | {str(row.other.get("id", "")) for row in rows}
        records = {one.id: one for one in self._library.get_many(sorted(wanted - {""}))}
        central = self._library.answers.central_ids([row.record for row in rows])
        return [self._seen(row, records, central.get(row.record, "")) for row in rows]

    def left_out(self, state: str | None = None) -> int:
        """How many proposals of ``state``, or all, are about records above the ceiling."""
        hidden = above_ceiling(self._library)
        return sum(_is_about(one, hidden) for one in self._library.answers.proposals(state)) if hidden else 0

    def accept(self, ids: Sequence[str]) -> Changes:
        """Accept these, all or none: fields corrected, doubles of ours merged, the centre's numbers noted. One act.

        Raises:
                UserError: ``proposal_unknown``, ``proposal_decided``, ``proposal_changed`` when the field holds
                something else by now, ``proposal_field``, ``proposal_record_gone``; what saving and merging refuse.
        """
        rows = self._open(ids)
        with self._library.work("accepted_proposals", n=len(rows)) as work:
            for row in rows:
                self._accept(work, row)
                self._library.answers.decide(work, row.proposal, ACCEPTED)
        return work.changes

    def refuse(self, ids: Sequence[str], reason: str = "") -> Changes:
        """Refuse these; records stay as they are. One act.

        Raises:
            UserError: ``proposal_unknown``, ``proposal_decided``.
        """
        rows = self._open(ids)
        with self._library.work("refused_proposals", n=len(rows)) as work:
            for row in rows:
                self._library.answers.decide(work, row.proposal, REFUSED, reason)
        return work.changes

    # -- within ------------------------------------------------------------------------------

    def _open(self, ids: Sequence[str]) -> list[ProposalRow]:
        by_id = {row.proposal: row for row in self._library.answers.proposals()}
        found = []
        for one in dict.fromkeys(ids):
            row = by_id.get(one)
            if row is None:
                raise UserError("proposal_unknown", proposal=one)
            if row.state != OPEN:
                raise UserError("proposal_decided", number=str(row.number))
            found.append(row)
        return found

    def _accept(self, work: Work, row: ProposalRow) -> None:
        if row.type == DOUBLE and not self._is_ours(row):
            return  # another unit's record: to know about, nothing to change here
        other = str(row.other.get("id", ""))
        records = {one.id: one for one in self._library.get_many([row.record, other]) if one.id}
        change = self._checked(row, records)
        if row.type == DOUBLE:
            self._merging.merge_within(work, [row.record, other])
        elif row.type == CENTRAL_ID:
            self._library.answers.put_central_id(work, row.record, str(row.value))
        elif change:
            work.update(row.record, change)

    def _checked(self, row: ProposalRow, records: Mapping[str, Record]) -> dict[str, Value]:
        """What accepting would change of the record's fields; it is among ``records`` as it is now.

        Raises:
            UserError: why it cannot be accepted.
        """
        if row.type == DOUBLE and not self._is_ours(row):
            return {}
        record = _present(row, records, row.record)
        if row.type == DOUBLE:
            _present(row, records, str(row.other.get("id", "")))
        if row.type != CORRECTION:
            return {}
        field = self._library.kinds[record.kind].by_name.get(row.field)
        if field is None or field.internal or field.type in _NOT_BY_OTHERS:
            raise UserError("proposal_field", number=str(row.number), field=row.field)
        value, held = _canonical(field, row.value), record.get(field.name)
        if value == held:
            return {}
        if held != _old(field, row):
            label, now = str(field.label), show(field, held) or "…"
            raise UserError("proposal_changed", number=str(row.number), field=label, now=now)
        return {field.name: value}

    def _is_ours(self, row: ProposalRow) -> bool:
        unit = self._library.settings.get("unit_code")
        return bool(unit) and str(row.other.get("unit", "")) == unit

    def _seen(self, row: ProposalRow, records: Mapping[str, Record], central: str) -> Proposed:
        record = records.get(row.record)
        there = record is not None and record.kind == row.kind and record.state is not State.TRASHED
        kinds = self._library.kinds
        kind = kinds[row.kind] if row.kind in kinds else None  # noqa: SIM401 - no mapping: it has no get
        field = kind.by_name.get(row.field) if kind else None
        now = show(field, record.get(field.name)) if field and record else central
        return Proposed(
            row=row,
            kind_label=str(kind.label) if kind else row.kind,
            title=summaries.title_of(kind, record) if kind and record else "",
            there=there,
            label=str(field.label) if field else "",
            now=now if row.type != DOUBLE else "",
            proposed=self._proposed(row, field),
            other=self._other(row, records) if row.type == DOUBLE else "",
            other_id=str(row.other.get("id", "")) if row.type == DOUBLE and self._is_ours(row) else "",
            obstacle=self._obstacle(row, records) if row.state == OPEN else "",
        )

    def _proposed(self, row: ProposalRow, field: Field | None) -> str:
        if row.type == CORRECTION and field is not None:
            with suppress(UserError):
                return show(field, _canonical(field, row.value))
        return "" if row.type == DOUBLE or row.value is None else str(row.value)

    def _other(self, row: ProposalRow, records: Mapping[str, Record]) -> str:
        """The other record of a double: ours as it is now, another unit's as the centre tells it."""
        record = records.get(str(row.other.get("id", "")))
        number = str(row.other.get("number") or "")
        if self._is_ours(row) and record is not None:
            title = summaries.title_of(self._library.kinds[record.kind], record)
            return message("proposal_other_ours", number=str(record.number), title=title)
        unit = str(row.other.get("unit_name") or row.other.get("unit", ""))
        return message("proposal_other", unit=unit, number=number, title=str(row.other.get("title", "")))

    def _obstacle(self, row: ProposalRow, records: Mapping[str, Record]) -> str:
        try:
            self._checked(row, records)
        except UserError as error:
            return str(error)
        return ""


def above_ceiling(library: Library) -> frozenset[str]:
    """Ids of the records that lie above the library's ceiling: nothing that came about them is shown."""
    return library.above(library.settings.get(CEILING) or ORDINARY)


def _is_about(row: ProposalRow, ids: Collection[str]) -> bool:
    return row.record in ids or str(row.other.get("id", "")) in ids


def _present(row: ProposalRow, records: Mapping[str, Record], record_id: str) -> Record:
    record = records.get(record_id)
    if record is None or record.kind != row.kind or record.state is State.TRASHED:
        raise UserError("proposal_record_gone", number=str(row.number))
    return record


def _canonical(field: Field, value: Any) -> Value:
    """``value`` as the form would save it; a text is a text and not what another value looks like."""
    if field.type in (FieldType.TEXT, FieldType.LONG_TEXT) and not isinstance(value, str | None):
        raise UserError("bad_value", field=str(field.label), value=str(value)[:80])
    return canonical(field, value)


def _old(field: Field, row: ProposalRow) -> Value:
    """What the centre had; a value that this library cannot hold is never what the field holds now."""
    try:
        return _canonical(field, row.old)
    except UserError:
        return ("\x00",)
