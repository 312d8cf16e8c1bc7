"""What a person wrote about a package in a workbook or a JSON file, line by line.

Columns of the workbook, in any order, told by their headers: mã đơn vị, loại, số thứ tự, id, trường, quy tắc,
mô tả lỗi, hướng dẫn xử lý, ghi chú, giá trị đề nghị. One workbook may hold lines for several units: each takes its
own. A JSON file is a list of objects with the names ``unit kind number id field rule error advice note value``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stdesk.central.agency import Agency
from stdesk.central.model import MergedRecord, PackageRow
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.values import canonical
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.exchange.findings_sheet import SheetColumn, write_findings
from stdesk.exchange.readers import read_workbook
from stdesk.package.answer import Line, Proposal
from stdesk.paths import open_plain
from stdesk.progress import Progress
from stdesk.text import clean_lines, words

HEADERS: Mapping[str, tuple[str, ...]] = {
    "unit": ("Mã đơn vị", "unit"),
    "kind": ("Loại", "Loại hồ sơ", "kind"),
    "number": ("Số thứ tự", "Số hồ sơ", "number"),
    "id": ("Id", "Mã hồ sơ"),
    "field": ("Trường", "field"),
    "rule": ("Quy tắc", "rule"),
    "error": ("Mô tả lỗi", "error"),
    "advice": ("Hướng dẫn xử lý", "advice"),
    "note": ("Ghi chú", "note"),
    "value": ("Giá trị đề nghị", "value"),
}
_SAID = ("error", "advice", "note", "value")
_MOST_HEAD = 20  # rows among which the headers are looked for
_MOST_JSON = 64 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Remarks:
    """Lines for the answer to one package, and the corrections proposed in them."""

    lines: tuple[Line, ...] = ()
    corrections: tuple[Proposal, ...] = ()


def read_remarks(
    path: Path, agency: Agency, package: PackageRow, progress: Progress | None = None
) -> Remarks:
    """The remarks in the file at ``path`` that are for the unit of ``package``.

    Raises:
        UserError: ``remarks_no_headers``; ``remarks_not_json``; ``remarks_line`` naming the row and what is wrong with
            it (unknown kind, record or field, a value that does not fit); what reading a workbook says.
    """
    found = _from_json(path) if path.suffix.lower() == ".json" else _from_workbook(path, progress)
    known = _Known(agency, package)
    lines, corrections = [], []
    for row, said in found:
        if said.get("unit") and words(said["unit"]) != words(package.unit):
            continue
        line, correction = known.read(row, said)
        lines.append(line)
        if correction:
            corrections.append(correction)
    return Remarks(tuple(lines), tuple(corrections))


def _from_workbook(path: Path, progress: Progress | None) -> Iterator[tuple[int, dict[str, str]]]:
    for sheet in read_workbook(path, progress).sheets:
        places: dict[str, int] = {}
        for row in sheet.rows:
            if not places:
                if row.number <= _MOST_HEAD:
                    places = _headers(row.values)
                continue
            said = {name: _text(row.values[at]) for name, at in places.items() if at < len(row.values)}
            if any(said.get(name) for name in _SAID):
                yield row.number, said
        if places:
            return
    raise UserError("remarks_no_headers", Exit.USAGE, path=path.name, header=HEADERS["error"][0])


def _headers(values: Iterable[Any]) -> dict[str, int]:
    meant = {" ".join(words(one)): name for name, listed in HEADERS.items() for one in listed}
    found: dict[str, int] = {}
    for at, value in enumerate(values):
        name = meant.get(" ".join(words(_text(value))))
        if name:
            found.setdefault(name, at)
    return found if "error" in found else {}


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_lines(str(value)) if value is not None else ""


def _from_json(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with open_plain(path) as file:
            raw = file.read(_MOST_JSON + 1)
        if len(raw) > _MOST_JSON:
            raise ValueError("size")
        listed = json.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise from_os_error(error, path) from error
    except (ValueError, RecursionError) as error:
        raise UserError("remarks_not_json", Exit.USAGE, path=path.name) from error
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise UserError("remarks_not_json", Exit.USAGE, path=path.name)
    for row, one in enumerate(listed, 1):
        said = {name: _text(one.get(name)) for name in HEADERS}
        if any(said.get(name) for name in _SAID):
            yield row, said


def write_remarks(package: PackageRow, kinds: Kinds, target: Path, progress: Progress | None = None) -> int:
    """Write what the rules found of ``package`` as a workbook to be completed; returns how many lines.

    Raises:
        UserError: ``export_format`` for another suffix than .xlsx; what the system refused.
    """
    widths = {"error": 50, "advice": 50, "note": 30, "value": 24, "id": 38, "kind": 20, "field": 22}
    columns = [SheetColumn(listed[0], widths.get(name, 12)) for name, listed in HEADERS.items()]
    rows = [_row_of(package.unit, one, kinds) for one in package.findings]
    write_findings(f"{package.name}", columns, rows, target, 0, progress or Progress())
    return len(rows)


def _row_of(unit: str, one: Mapping[str, Any], kinds: Kinds) -> list[str | int | None]:
    kind = kinds[one["kind"]] if one.get("kind") in kinds else None
    field = str(one.get("field", ""))
    if kind and field in kind.by_name:
        field = kind.field(field).label.vi
    said = {**one, "unit": unit, "kind": kind.label.vi if kind else "", "field": field}
    return [said.get(name) or None for name in HEADERS]


class _Known:
    """The records of a package's unit, by id and by kind and number."""

    def __init__(self, agency: Agency, package: PackageRow) -> None:
        self._kinds: Kinds = agency.kinds
        self._by_id: dict[str, MergedRecord] = {}
        self._by_number: dict[tuple[str, int], MergedRecord] = {}
        for one in agency.records(package.period, unit=package.unit, withdrawn=True):
            self._by_id[one.record.id] = one
            self._by_number[one.record.kind, one.record.number] = one

    def read(self, row: int, said: Mapping[str, str]) -> tuple[Line, Proposal | None]:
        """The line, and the correction when a value is proposed."""
        record = self._record(row, said)
        kind = self._kinds[record.record.kind] if record and record.record.kind in self._kinds else None
        field = self._field(row, kind, said.get("field", ""))
        line = Line(
            record.record.kind if record else "", record.record.id if record else "",
            record.record.number if record else 0, field, said.get("rule", "")[:80], said.get("error", "")[:2_000],
            said.get("advice", "")[:2_000], said.get("note", "")[:2_000],
        )  # fmt: skip
        if not said.get("value"):
            return line, None
        if record is None or kind is None or not field:
            raise _wrong(row, "remarks_value_of_what", said["value"])
        return line, self._correction(row, record, kind, field, said)

    def _record(self, row: int, said: Mapping[str, str]) -> MergedRecord | None:
        if said.get("id"):
            if (found := self._by_id.get(said["id"])) is None:
                raise _wrong(row, "remarks_record", said["id"])
            return found
        number = said.get("number", "")
        if not number:
            return None
        kind = self._kind(row, said.get("kind", ""))
        found = self._by_number.get((kind, int(number))) if number.isdecimal() else None
        if found is None:
            raise _wrong(row, "remarks_record", f"{said.get('kind', '')} {number}")
        return found

    def _kind(self, row: int, typed: str) -> str:
        for kind in self._kinds:
            if words(typed) in (words(kind.name), words(kind.label.vi), words(kind.plural.vi)):
                return kind.name
        raise _wrong(row, "remarks_kind", typed)

    @staticmethod
    def _field(row: int, kind: Kind | None, typed: str) -> str:
        if not typed:
            return ""
        for field in kind.shown if kind else ():
            if words(typed) in (words(field.name), words(field.label.vi), words(field.label.en)):
                return field.name
        raise _wrong(row, "remarks_field", typed)

    @staticmethod
    def _correction(
        row: int, record: MergedRecord, kind: Kind, field: str, said: Mapping[str, str]
    ) -> Proposal:
        try:
            value = canonical(kind.field(field), said["value"])
        except UserError as error:
            raise _wrong(row, "remarks_value", said["value"]) from error
        text = said.get("error") or said.get("advice") or said.get("note", "")
        one = record.record
        return Proposal(
            "", "correction", kind.name, one.id, one.number, field, _plain(value), _plain(one.get(field)),
            text=text[:2_000],
        )  # fmt: skip


def _plain(value: Any) -> Any:
    return (
        [dict(one) if isinstance(one, Mapping) else one for one in value]
        if isinstance(value, tuple)
        else value
    )


def _wrong(row: int, why: str, typed: str) -> UserError:
    return UserError(why, Exit.USAGE, row=str(row), typed=typed[:80] or "…")
