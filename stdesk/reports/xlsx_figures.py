"""The sheets behind the annexes: every figure in one list, the rows it is made of, and a year beside a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from stdesk.reports.behind import places_of, rows_by_annex, spans
from stdesk.reports.document import TRIAL_NOTE
from stdesk.reports.figure_labels import label_of
from stdesk.reports.figures import named
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.words import Cell
from stdesk.reports.xlsx_book import Page, Put, Row, quoted_sheet
from stdesk.reports.xlsx_height import CHARACTER, height_of
from stdesk.text import clean

FIGURES, BEHIND, CHECKED, COMPARED = "Số liệu", "Đối chiếu", "Kiểm tra chéo", "So sánh"
UNITS = {
    "task": "nhiệm vụ",
    "publication": "tài liệu",
    "thesis": "luận văn, luận án",
    "session": "lớp",
    "person": "người",
    "deposit": "hồ sơ",
    "participant": "lượt người",
    "dong": "đồng",
    "hour": "giờ",
}
MARKS = {"same": "Không đổi", "zero": "Giảm về 0"}
_SINGLE = "Số liệu khác"
_OUTSIDE = "Không có trong danh mục của kỳ này"
_HIGH = 14.5
_ABOVE = 3  # rows down to the headings: title, a blank one, the headings


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with where it stands (table, row and column in words) and how many records it is counted from."""

    name: str
    table: str
    row: str
    column: str
    value: int
    unit: str
    records: int


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    width: float
    align: str = "left"
    pattern: str = ""


Line = Sequence[Cell | Put]


def figure_sheets(
    snapshot: Snapshot, sheet_of: Mapping[str, str], *, first_row: int, trial: bool
) -> list[Page]:
    """The sheets of figures, of what they are made of, of what must agree, and of this period beside the last.

    Args:
        sheet_of: key of an annex -> name of its sheet.
        first_row: of a list on its sheet, where its running number is 1.
    """
    listed = list(figures_of(snapshot))
    ways = _Ways(snapshot, sheet_of, first_row)
    period = clean(snapshot.period["label"])
    behind, begins = _behind_lines(listed, ways)
    above = _ABOVE + trial + 1
    figures = _figure_lines(snapshot, listed, {name: above + line for name, line in begins.items()})
    pages = [
        _page(FIGURES, f"SỐ LIỆU CỦA BÁO CÁO {period.upper()}", _FIGURE_COLUMNS, figures, trial),
        _page(BEHIND, f"ĐỐI CHIẾU SỐ LIỆU VỚI DANH MỤC {period.upper()}", _BEHIND_COLUMNS, behind, trial),
    ]
    if checks := _check_lines(snapshot):
        pages.append(_page(CHECKED, "SỐ LIỆU PHẢI KHỚP NHAU", _CHECK_COLUMNS, checks, trial))
    if snapshot.comparison.get("rows"):
        last = clean(str(snapshot.comparison.get("label", "")))
        columns = _compared_columns(period, last)
        lines = _compared_lines(snapshot, listed, ways)
        title = f"SO SÁNH {period.upper()} VỚI {last.upper()}"
        pages.append(_page(COMPARED, title, columns, lines, trial))
    return pages


def figures_of(snapshot: Snapshot) -> Iterator[Figure]:
    """Every figure once, in the order of the tables, then those that stand in none."""
    values = snapshot.figures["values"]
    stands = named(snapshot.figures)
    lone = sorted(one for one in values if one not in stands)
    for name in [*(one for one in stands if one in values), *lone]:
        value = values[name]
        unit, records = str(value.get("unit", "")), len(value.get("records", ()))
        told = stands.get(name)
        where = (
            (clean(told.title), clean(told.row), clean(told.column))
            if told
            else (_SINGLE, label_of(snapshot.figures, name), "")
        )
        yield Figure(name, *where, int(value["value"]), UNITS.get(unit, ""), records)


class _Ways:
    """From figures and records to the rows of the lists they are counted from."""

    def __init__(self, snapshot: Snapshot, sheet_of: Mapping[str, str], first_row: int) -> None:
        self._snapshot = snapshot
        self._sheet_of = sheet_of
        self._first_row = first_row
        self._places = places_of(snapshot)

    def behind(self, figure: str) -> Iterator[tuple[str, list[int]]]:
        """Sheet and running numbers in it of what ``figure`` is counted from, a sheet at a time."""
        for key, rows in rows_by_annex(self._snapshot, figure, self._places).items():
            if key in self._sheet_of:
                yield self._sheet_of[key], rows

    def of(self, records: Iterable[str]) -> Iterator[tuple[str, list[int]]]:
        """The same for single records."""
        found: dict[str, list[int]] = {}
        for one in records:
            key, row = self._places.listed.get(one) or self._places.owed.get(one) or ("", 0)
            if key in self._sheet_of:
                found.setdefault(self._sheet_of[key], []).append(row)
        for sheet in sorted(found):
            yield sheet, sorted(set(found[sheet]))

    def link(self, sheet: str, row: int) -> str:
        """The way to a row of the list on ``sheet``."""
        return f"{quoted_sheet(sheet)}!A{self._first_row + row - 1}"


_FIGURE_COLUMNS = (
    _Column("TT", 6, "center", "0"),
    _Column("Bảng", 44),
    _Column("Dòng", 36),
    _Column("Cột", 26),
    _Column("Số liệu", 18, "right"),
    _Column("Ước thực hiện", 18, "right"),
    _Column("Đơn vị tính", 16),
    _Column("Mã số liệu", 34),
)
_BEHIND_COLUMNS = (
    _Column("TT", 6, "center", "0"),
    _Column("Bảng", 40),
    _Column("Dòng", 32),
    _Column("Cột", 24),
    _Column("Số liệu", 18, "right"),
    _Column("Số hồ sơ", 10, "right"),
    _Column("Danh mục", 14, "center"),
    _Column("Số thứ tự trong danh mục", 50),
)
_CHECK_COLUMNS = (
    _Column("TT", 6, "center", "0"),
    _Column("Nội dung", 90),
    _Column("Tổng các dòng", 20, "right"),
    _Column("Tổng số", 20, "right"),
    _Column("Kết quả", 12, "center"),
)


def _compared_columns(period: str, last: str) -> tuple[_Column, ...]:
    return (
        _Column("TT", 6, "center", "0"),
        _Column("Bảng", 38),
        _Column("Dòng", 32),
        _Column("Cột", 22),
        _Column(_capital(period), 16, "right"),
        _Column(_capital(last), 16, "right"),
        _Column("Chênh lệch", 16, "right", "+#,##0;-#,##0;0"),
        _Column("Lưu ý", 14, "center"),
        _Column("Danh mục", 14, "center"),
        _Column("Hồ sơ mới (số thứ tự trong danh mục)", 30),
        _Column("Hồ sơ không còn", 12, "right"),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figure_lines(snapshot: Snapshot, listed: Sequence[Figure], row_of: Mapping[str, int]) -> list[Line]:
    """All figures; the name of each leads to what it is made of.

    Args:
        row_of: figure -> its first row on the sheet "Đối chiếu".
    """
    return [
        (
            place,
            one.table,
            one.row,
            one.column,
            one.value,
            snapshot.estimates.get(one.name, ""),
            one.unit,
            _leading(one.name, row_of),
        )
        for place, one in enumerate(listed, 1)
    ]


def _leading(name: str, row_of: Mapping[str, int]) -> Cell | Put:
    if name not in row_of:
        return name
    return Put(name, "link", "left", to=f"{quoted_sheet(BEHIND)}!A{row_of[name]}")


def _behind_lines(listed: Sequence[Figure], ways: _Ways) -> tuple[list[Line], dict[str, int]]:
    """One line a figure and list, and the line each figure begins on.

    A figure of records in no list says how many they are.
    """
    lines: list[Line] = []
    begins: dict[str, int] = {}
    for one in listed:
        before = len(lines)
        start = (one.table, one.row, one.column, one.value)
        seen = 0
        for sheet, rows in ways.behind(one.name):
            to = ways.link(sheet, rows[0])
            lines.append(
                (len(lines) + 1, *start, len(rows), Put(sheet, "link", "center", to=to), spans(rows))
            )
            seen += len(rows)
        if seen < one.records or (one.value and not seen):
            rest = _OUTSIDE if seen < one.records else ""
            lines.append((len(lines) + 1, *start, one.records - seen or "", "", rest))
        if len(lines) > before:
            begins[one.name] = before
    return lines, begins


def _check_lines(snapshot: Snapshot) -> list[Line]:
    """What must agree with what, and whether it does."""
    return [
        (
            place,
            clean(str(one.get("text") or one["id"])),
            int(one["sum"]),
            int(one["total"]),
            Put("Khớp", "cell", "center") if one["ok"] else Put("LỆCH", "marked", "center"),
        )
        for place, one in enumerate(snapshot.figures.get("checks", ()), 1)
    ]


def _compared_lines(snapshot: Snapshot, listed: Sequence[Figure], ways: _Ways) -> list[Line]:
    known = {one.name: one for one in listed}
    lines: list[Line] = []
    for row in snapshot.comparison["rows"]:
        one = known.get(row["figure"])
        place = (one.table, one.row, one.column) if one else (_SINGLE, str(row["figure"]), "")
        mark = MARKS.get(str(row.get("mark", "")), "")
        lines.append(
            (
                len(lines) + 1,
                *place,
                int(row["this"]),
                int(row["last"]),
                int(row["difference"]),
                Put(mark, "marked" if row.get("mark") == "zero" else "cell", "center"),
                *_new(row, ways),
                len(row.get("gone", ())) or "",
            )
        )
    return lines


def _new(row: Mapping[str, Any], ways: _Ways) -> tuple[Cell | Put, Cell]:
    """The way to the first of the records that were not there before, and where all of them stand."""
    found = list(ways.of(str(one) for one in row.get("new", ())))
    if not found:
        return "", ""
    sheet, rows = found[0]
    told = spans(rows) if len(found) == 1 else "; ".join(f"{name}: {spans(listed)}" for name, listed in found)
    return Put(sheet, "link", "center", to=ways.link(sheet, rows[0])), told


def _page(name: str, title: str, columns: Sequence[_Column], lines: Sequence[Line], trial: bool) -> Page:
    head = _ABOVE + trial
    return Page(
        name=name,
        widths=tuple(one.width for one in columns),
        rows=partial(_rows, title, columns, lines, trial),
        head=head,
        last=head + len(lines),
        rows_in_all=head + len(lines),
    )


def _rows(title: str, columns: Sequence[_Column], lines: Sequence[Line], trial: bool) -> Iterator[Row]:
    if trial:
        yield (Put(TRIAL_NOTE, "trial"),), 0
    yield (Put(title, "title"),), 0
    yield (), 0
    yield tuple(Put(one.label, "head", "center") for one in columns), 2 * _HIGH
    widths = [column.width * CHARACTER for column in columns]
    for line in lines:
        cells = tuple(
            value if isinstance(value, Put) else Put(value, "cell", column.align, column.pattern)
            for value, column in zip(line, columns, strict=True)
        )
        yield cells, height_of((one.value for one in cells), widths, bold=False)
