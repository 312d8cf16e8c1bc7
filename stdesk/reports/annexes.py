"""The annexes: tables of figures, and one list a kind of record, deposit and explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind, Kinds
from stdesk.reports import words
from stdesk.reports.behind import rows_behind
from stdesk.reports.blocks import Column, Rows, Table
from stdesk.reports.charts import Chart
from stdesk.reports.figure_blocks import figure_blocks
from stdesk.reports.forms import AnnexForm, Form
from stdesk.reports.narrative import annex_numbers
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.words import Day

__all__ = ["Annex", "Column", "Rows", "Table", "build_annexes", "record_table", "rows_behind"]

_NUMERIC = (FieldType.INTEGER, FieldType.MONEY, FieldType.NUMBER)


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: "Phụ lục II", its title in capitals, where it belongs, and what stands in it."""

    key: str
    number: str
    title: str
    note: str
    blocks: tuple[Table | Chart, ...]


def build_annexes(snapshot: Snapshot, kinds: Kinds, form: Form, note: str) -> tuple[Annex, ...]:
    """The annexes of ``snapshot``; those without rows are left out, the rest numbered I, II, III …"""
    counts = {kind: len(found) for kind, found in snapshot.records.items()}
    told = _explained(snapshot)
    counts |= {"figures": 1, "deposits": len(snapshot.deposits), "explanations": len(told)}
    numbers = annex_numbers(form, counts)
    known = {annex.key for annex in form.annexes}
    wanted = list(form.annexes)
    wanted += [
        AnnexForm("records", f"DANH MỤC {_name(kinds, key).upper()}", key)
        for key in counts
        if key not in known
    ]
    made = []
    for annex in wanted:
        if annex.key in numbers:
            blocks = tuple(_blocks(annex, snapshot, kinds, told, numbers))
            made.append(Annex(annex.key, _number(numbers, annex.key), annex.title, note, blocks))
    return tuple(made)


def _number(numbers: Mapping[str, str], key: str) -> str:
    """What an annex is called; by Decree 30/2020 only two and more are numbered."""
    return f"Phụ lục {numbers[key]}" if len(numbers) > 1 else "Phụ lục"


def _name(kinds: Kinds, kind: str) -> str:
    return kinds[kind].plural.vi if kind in kinds else kind


def _blocks(
    annex: AnnexForm,
    snapshot: Snapshot,
    kinds: Kinds,
    told: list[Mapping[str, Any]],
    numbers: Mapping[str, str],
) -> Iterator[Table | Chart]:
    if annex.content == "figures":
        yield from figure_blocks(snapshot, numbers)
    elif annex.content == "deposits":
        yield _deposits(snapshot, kinds)
    elif annex.content == "explanations":
        yield _explanations(told, snapshot, kinds)
    elif annex.kind in kinds:
        yield record_table(kinds[annex.kind], snapshot.records[annex.kind])


def record_table(kind: Kind, records: tuple[Mapping[str, Any], ...]) -> Table:
    """The list of a kind's records: running number, then every field with an annex width."""
    fields = [field for field in kind.shown if field.annex_width]
    columns = (
        Column("TT", 0.9, "center"),
        *(Column(one.label.vi, one.annex_width, _align(one)) for one in fields),
    )
    rows: Rows = tuple(
        (place, *(words.cell(field, record["values"].get(field.name)) for field in fields))
        for place, record in enumerate(records, 1)
    )
    return Table("", columns, rows)


def _align(field: Field) -> str:
    if field.type in _NUMERIC:
        return "right"
    return "center" if field.type is FieldType.DATE else "left"


def _deposits(snapshot: Snapshot, kinds: Kinds) -> Table:
    columns = (
        Column("TT", 0.9, "center"),
        Column("Loại", 3),
        Column("Số hồ sơ", 1.2, "center"),
        Column("Tên", 9),
        Column("Người thực hiện", 5),
        Column("Ngày nghiệm thu, bảo vệ", 2.2, "center"),
        Column("Số ngày đã qua", 1.6, "right"),
        Column("Tình trạng nộp lưu", 2.4),
    )
    rows: Rows = tuple(
        (
            place,
            _kind_name(kinds, str(one["kind"])),
            one["number"],
            str(one["title"]),
            str(one["people"]),
            Day(one["since"]) if one["since"] else "chưa ghi",
            one["days"] if one["days"] >= 0 else "",
            words.label("deposit_state", str(one["state"])) + (" (quá hạn nhắc)" if one["overdue"] else ""),
        )
        for place, one in enumerate(snapshot.deposits, 1)
    )
    return Table("", columns, rows)


def _kind_name(kinds: Kinds, kind: str) -> str:
    return kinds[kind].label.vi if kind in kinds else kind


def _explained(snapshot: Snapshot) -> list[Mapping[str, Any]]:
    return [one for one in snapshot.findings if one["key"] in snapshot.reasons]


def _explanations(told: list[Mapping[str, Any]], snapshot: Snapshot, kinds: Kinds) -> Table:
    columns = (
        Column("TT", 0.9, "center"),
        Column("Loại hồ sơ", 3),
        Column("Số", 1, "center"),
        Column("Nội dung", 8),
        Column("Căn cứ", 4),
        Column("Giải trình của đơn vị", 8),
    )
    rows: Rows = tuple(
        (
            place,
            _kind_name(kinds, str(one["kind"])) if one["kind"] else "Toàn đơn vị",
            one["number"] or "",
            str(one["message"]),
            str(one["article"]),
            snapshot.reasons[one["key"]],
        )
        for place, one in enumerate(told, 1)
    )
    return Table("", columns, rows)
