"""The consolidated report: the units' records frozen together, printed by the very machinery of a unit's report.

It is a snapshot like any other, of a period whose document is ``consolidated``; every list has a column that
says whose record it is, and an annex says which units are in it, which sent late and which not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stdesk.central import decisions
from stdesk.central.agency import Agency
from stdesk.central.doubles import groups_of
from stdesk.central.figures import COUNTED_STATES, Consolidated, Gathered, consolidate, gather
from stdesk.central.model import PackageRow, UnitStatus
from stdesk.central.rules import rule_hash
from stdesk.clock import timestamp
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.periods import Period
from stdesk.errors import UserError
from stdesk.i18n import Text
from stdesk.progress import Progress
from stdesk.reports import words
from stdesk.reports.annexes import Annex, Table
from stdesk.reports.blocks import Column, Rows
from stdesk.reports.document import Document, build_document
from stdesk.reports.narrative import roman
from stdesk.reports.snapshot import Snapshot, make_snapshot

DOCUMENT = "consolidated"
"""The form of the consolidated report (``resources/forms/consolidated-….toml``)."""

DOCUMENT_NAMES = {
    "pdf": "bao-cao-tong-hop.pdf",
    "docx": "bao-cao-tong-hop.docx",
    "xlsx": "phu-luc-tong-hop.xlsx",
}

SETTINGS = (
    "superior_name", "place", "symbol", "authority_code", "department", "signing_authority", "signer_post",
    "signer_rank", "signer_name", "deposit_days",
)  # fmt: skip
"""Settings of the centre that stand on the paper, as a unit's own do."""

_REPORTER = Field("reporting_unit", FieldType.TEXT, Text("Đơn vị gửi", "Sender"), "", annex_width=2.4)
_STATES = {
    "not_sent": "Chưa gửi", "waiting": "Đã gửi, chờ gói trước", "quarantined": "Chờ xem xét", "received": "Đã nhận",
    "valid": "Hợp lệ", "accepted": "Đã chấp nhận", "returned": "Trả lại",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How the units stand when the report is made.

    Attributes:
        statuses: of every unit, by code. counted: codes of those whose records are in it.
    """

    statuses: tuple[UnitStatus, ...]
    counted: frozenset[str]

    @property
    def expected(self) -> int:
        """How many units owe the report, or sent it."""
        return len(self.statuses)

    @property
    def late(self) -> int:
        """How many sent after the last day."""
        return sum(one.late and bool(one.sent_at) for one in self.statuses)

    @property
    def missing(self) -> int:
        """How many have not sent anything."""
        return sum(not one.sent_at for one in self.statuses)

    @property
    def left_out(self) -> int:
        """How many sent something that does not count."""
        return sum(bool(one.sent_at) and one.unit not in self.counted for one in self.statuses)


def make(
    agency: Agency,
    period: Period,
    states: Collection[str] = COUNTED_STATES,
    formats: Sequence[str] = tuple(DOCUMENT_NAMES),
    *,
    by: str = "",
    progress: Progress | None = None,
) -> tuple[dict[str, bytes], Standing]:
    """The consolidated report of ``period``: file name -> content, and who is in it.

    Raises:
        UserError: ``central_nothing_to_report`` when no unit counts; see :func:`documents`. Cancelled.
    """
    counted = figures_of(agency, period, states, each=False, progress=progress)
    if not counted.gathered.units:
        raise UserError("central_nothing_to_report", period=period.label.vi)
    standing = standing_of(agency, period, counted)
    snapshot = consolidated_snapshot(agency, period, counted, standing, by=by)
    return documents(snapshot, agency.kinds, standing, formats, progress), standing


def figures_of(
    agency: Agency,
    period: Period,
    states: Collection[str] = COUNTED_STATES,
    *,
    each: bool = True,
    progress: Progress | None = None,
) -> Consolidated:
    """The consolidated figures of ``period``.

    Args:
        states: only packages in these count. each: also of every unit alone.

    Raises:
        Cancelled: ``progress`` was asked to stop.
    """
    gathered = gathered_of(agency, period, states, progress)
    settings = {name: agency.setting(name) for name in SETTINGS}
    return consolidate(
        gathered, agency.kinds, timestamp(agency.clock()), unit={k: v for k, v in settings.items() if v},
        left_out=_left_out(agency, period, states), each=each, progress=progress,
    )  # fmt: skip


def gathered_of(
    agency: Agency, period: Period, states: Collection[str], progress: Progress | None = None
) -> Gathered:
    """What counts for ``period``."""
    counting = _counting(agency, period, states)
    sent = [one for one in agency.records(period.code) if one.unit in counting]
    units = {one.unit for one in sent}
    elsewhere = (one for one in agency.records(None, states=states) if one.unit in units)
    same = groups_of(agency.decided(decisions.SAME))
    return gather(sent, agency.kinds, period, elsewhere=elsewhere, same=same, progress=progress)


def _left_out(agency: Agency, period: Period, states: Collection[str]) -> int:
    """Records the units kept to themselves: as their newest package says."""
    return sum(one.left_out for one in _counting(agency, period, states).values())


def _counting(agency: Agency, period: Period, states: Collection[str]) -> dict[str, PackageRow]:
    """Unit -> its newest merged package, of units whose report counts.

    A delta leaves records of its base as they were, and what it changed is there only as it has it: so the
    state of the newest package is that of the whole report, which counts whole or not at all.
    """
    newest = {one.unit: one for one in agency.packages(period.code) if one.merged}
    return {unit: one for unit, one in newest.items() if one.state in states}


def consolidated_snapshot(
    agency: Agency, period: Period, counted: Consolidated, standing: Standing, *, by: str = ""
) -> Snapshot:
    """Everything that counts, frozen now.

    Args:
        by: who makes it.
    """
    gathered = counted.gathered
    kinds = kinds_with_unit(agency.kinds)
    records = tuple(
        replace(one, values={**one.values, _REPORTER.name: gathered.origins[one.id].unit})
        for one in gathered.records
    )
    settings = {name: agency.setting(name) for name in SETTINGS}
    unit = {name: text for name, text in settings.items() if text}
    unit |= {"unit_name": agency.name, "secrecy_ceiling": gathered.secrecy}
    told = {
        "units.counted": len(standing.counted), "units.expected": standing.expected, "units.late": standing.late,
        "units.missing": standing.missing, "units.left_out": standing.left_out, "units.doubles": gathered.once,
    }  # fmt: skip
    values = {name: {"value": value, "unit": "count", "records": []} for name, value in told.items()}
    made = make_snapshot(
        period=replace(period, document=DOCUMENT), submission=1, trial=False, unit=unit,
        frozen_at=timestamp(agency.clock()), frozen_by=by, rule_hash=rule_hash(), records=records, kinds=kinds,
        library=gathered.shelf, left_out=int(counted.value("left_out")),
        counted={**counted.total, "values": {**counted.total["values"], **values}},
    )  # fmt: skip
    return replace(made, deposits=tuple(_owed(one, gathered) for one in made.deposits))


def _owed(one: Mapping[str, Any], gathered: Gathered) -> dict[str, Any]:
    """A deposit under the unit's own number of the record, saying whose it is."""
    origin = gathered.origins.get(str(one["record"]))
    if origin is None:
        return dict(one)
    return {**one, "number": origin.number, "title": f"{one['title']} ({origin.unit})"}


def kinds_with_unit(kinds: Kinds) -> Kinds:
    """``kinds`` whose lists begin with the unit that sent the record."""
    return Kinds(*(_with_unit(kind) for kind in kinds))


def _with_unit(kind: Kind) -> Kind:
    first = replace(_REPORTER, section=kind.sections[0].name)
    return replace(kind, fields=(first, *kind.fields))


def standing_of(agency: Agency, period: Period, counted: Consolidated) -> Standing:
    """How the units stand with ``period``."""
    return Standing(agency.status(period), frozenset(counted.gathered.units))


def build(snapshot: Snapshot, kinds: Kinds, standing: Standing) -> Document:
    """The consolidated report as a paper, with the annex that says who is in it.

    Args:
        kinds: the program's own.
    """
    document = build_document(snapshot, kinds_with_unit(kinds))
    note = document.annexes[0].note if document.annexes else ""
    annexes = document.annexes
    if len(annexes) == 1:
        annexes = (replace(annexes[0], number="Phụ lục I"),)
    number = f"Phụ lục {roman(len(annexes) + 1)}"
    title = "DANH SÁCH ĐƠN VỊ GỬI BÁO CÁO"
    return replace(
        document, annexes=(*annexes, Annex("units", number, title, note, (units_table(standing),)))
    )


def units_table(standing: Standing) -> Table:
    """Every unit: what it sent, when, how late, and whether it counts."""
    columns = (
        Column("TT", 0.9, "center"),
        Column("Mã đơn vị", 2),
        Column("Tên đơn vị", 6),
        Column("Gói dữ liệu", 4.5),
        Column("Ngày nhận", 2, "center"),
        Column("Số hồ sơ", 1.4, "right"),
        Column("Tình trạng", 2.4),
        Column("Thời hạn", 2.4),
        Column("Tính vào tổng hợp", 1.8, "center"),
    )
    rows: Rows = tuple(
        (
            place, one.unit, one.unit_name, one.package.name if one.package else "",
            words.Day(one.sent_at[:10]) if one.sent_at else "",
            sum(one.package.counts.values()) if one.package else "",
            _STATES.get(one.state, one.state), _time(one), "Có" if one.unit in standing.counted else "Không",
        )
        for place, one in enumerate(standing.statuses, 1)
    )  # fmt: skip
    return Table("", columns, rows)


def _time(one: UnitStatus) -> str:
    if not one.late:
        return "Đúng hạn" if one.sent_at else "Chưa đến hạn"
    return f"{'Chậm' if one.sent_at else 'Quá hạn'} {words.number(one.days_late)} ngày"


def documents(
    snapshot: Snapshot,
    kinds: Kinds,
    standing: Standing,
    formats: Sequence[str] = tuple(DOCUMENT_NAMES),
    progress: Progress | None = None,
) -> dict[str, bytes]:
    """File name -> content of the consolidated report in each format of :data:`DOCUMENT_NAMES`.

    Raises:
        UserError: the program's form or font is missing. Cancelled: the person stopped it.
    """
    document = build(snapshot, kinds, standing)
    return {DOCUMENT_NAMES[one]: _render(one, document, snapshot, progress) for one in formats}


def _render(form: str, document: Document, snapshot: Snapshot, progress: Progress | None) -> bytes:
    """One format; its renderer is imported now, since it brings a heavy library."""
    if form == "xlsx":
        from stdesk.reports import xlsx

        return xlsx.render(document, snapshot, progress)
    if form == "pdf":
        from stdesk.reports import pdf

        return pdf.render(document, progress)
    from stdesk.reports import docx

    return docx.render(document, progress)
