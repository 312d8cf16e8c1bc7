"""The annexes as a workbook: real numbers and dates, filters, frozen headings, ready to print.

Text is written as text whatever it begins with, so that a title "=HYPERLINK(...)" stays a title.
"""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from stdesk.domain.kinds import Kinds
from stdesk.progress import Progress
from stdesk.reports import layout
from stdesk.reports.annexes import Annex, Column, Table
from stdesk.reports.column_widths import column_widths
from stdesk.reports.document import TRIAL_NOTE, build_document
from stdesk.reports.docx_parts import safe
from stdesk.reports.fixed_zip import fixed
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.type_setting import face
from stdesk.reports.words import Cell, Day, shown

MAX_TEXT = 32_767  # characters in a cell of Excel
_CUT = "… (cắt bớt, xem đủ trong snapshot.json)"
_SIDE = Side(style="thin")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_FONT = "Times New Roman"
_FONTS = {
    "title": Font(name=_FONT, size=13, bold=True),
    "note": Font(name=_FONT, size=12, italic=True),
    "head": Font(name=_FONT, size=11, bold=True),
    "trial": Font(name=_FONT, size=20, bold=True, color="FFC00000"),
    "bold": Font(name=_FONT, size=11, bold=True),
    "cell": Font(name=_FONT, size=11),
}
_A4 = 9  # Excel's number for the paper
_WIDE = 900.0  # points over all columns; the page is scaled to hold it
_CHARACTER = 5.2  # points: what Excel counts as 1 of a column's width
_SIZE, _LEADING = 11, 14.5
_WIDER = _SIZE / layout.SIZE_TABLE
_HIGHEST = 409.0  # points: what Excel allows a row
_ROWS_A_STEP = 50
_YEAR, _DAY = re.compile(r"\d{4}"), re.compile(r"\d{4}-\d\d-\d\d")
_FIRST_EXCEL_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was


def render_xlsx(snapshot: Snapshot, kinds: Kinds, progress: Progress | None = None) -> bytes:
    """The annexes of the report of ``snapshot``, one sheet each, the same bytes every time.

    Raises:
        UserError: the program's form is missing.
        Cancelled: the person stopped it.
    """
    document = build_document(snapshot, kinds)
    if progress:
        progress.start(sum(len(table.rows) for annex in document.annexes for table in annex.tables))
    book = Workbook(write_only=True)
    for annex in document.annexes:
        _Sheet(book, annex, trial=document.trial, progress=progress).write()
    out = BytesIO()
    book.save(out)
    note = f"{document.head.subject} [{document.reference}]"
    return fixed(
        out.getvalue(), moment=document.created, title=document.title, author=document.author, note=note
    )


class _Sheet:
    def __init__(self, book: Workbook, annex: Annex, *, trial: bool, progress: Progress | None) -> None:
        self._annex = annex
        self._trial = trial
        self._progress = progress
        self._sheet: Any = book.create_sheet(annex.number)
        self._row = 0
        self._widths: list[float] = []
        self._columns = max((len(table.columns) for table in annex.tables), default=1)
        self._styles = _Styles(self._sheet)

    def write(self) -> None:
        tables = self._annex.tables
        head = 3 + self._trial + 2  # title lines, a blank one, the headings
        self._set_up(head)
        if self._trial:
            self._put([self._styles.text(TRIAL_NOTE, "trial")])
        self._put([self._styles.text(self._annex.number, "title")])
        self._put([self._styles.text(self._annex.title, "title")])
        self._put([self._styles.text(self._annex.note, "note")])
        self._put([])
        for place, table in enumerate(tables, 1):
            if table.title:
                self._put([self._styles.text(f"{place}. {table.title}", "title")])
            self._table(table)
            self._put([])
        self._close(head)

    def _set_up(self, head: int) -> None:
        """What a write-only sheet wants to know before its first row."""
        sheet, tables = self._sheet, self._annex.tables
        widest = max(tables, key=lambda table: len(table.columns))
        self._widths = [max(one * _WIDER, 7 * _CHARACTER) for one in column_widths(widest, _WIDE / _WIDER)]
        for place, width in enumerate(self._widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = round(width / _CHARACTER, 1)
        if len(tables) == 1:
            sheet.freeze_panes = f"A{head + 1}"
            sheet.print_title_rows = f"{head}:{head}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = _A4
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_margins.top = sheet.page_margins.bottom = layout.TOP / 25.4
        sheet.page_margins.left, sheet.page_margins.right = layout.LEFT / 25.4, layout.RIGHT / 25.4
        mark = f" - {TRIAL_NOTE}" if self._trial else ""
        sheet.HeaderFooter.oddHeader.center.text = f"&P{mark}"

    def _close(self, head: int) -> None:
        last = get_column_letter(self._columns)
        tables = self._annex.tables
        if len(tables) == 1:
            self._sheet.auto_filter.ref = f"A{head}:{last}{head + len(tables[0].rows)}"
        self._sheet.print_area = f"A1:{last}{self._row}"

    def _table(self, table: Table) -> None:
        self._high([column.label for column in table.columns], "bold")
        self._put([self._styles.text(column.label, "head") for column in table.columns])
        last = len(table.rows) - 1
        for place, row in enumerate(table.rows):
            bold = table.total and place == last
            cells = zip(row, table.columns, strict=True)
            self._high([v if type(v) is str else "" for v in row], "bold" if bold else "regular")
            self._put([self._styles.cell(value, column, bold=bold) for value, column in cells])
            if self._progress and place % _ROWS_A_STEP == 0:
                self._progress.step(min(_ROWS_A_STEP, len(table.rows) - place))

    def _high(self, texts: list[str], style: str) -> None:
        """Make the next row high enough; not every reader does so by itself."""
        cut = face(style)
        lines = max(
            len(cut.break_lines(text[:2000], _SIZE, width - _CHARACTER))
            for text, width in zip(texts, self._widths, strict=False)
        )
        self._sheet.row_dimensions[self._row + 1].height = min(lines * _LEADING + 1, _HIGHEST)

    def _put(self, cells: list[Any]) -> None:
        self._sheet.append(cells)
        self._row += 1


class _Styles:
    """Cells with their looks. A look is worked out once and shared: openpyxl needs long for each."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._looks: dict[tuple[str, str, str, bool], Any] = {}

    def text(self, text: str, look: str) -> Any:
        """A heading or title."""
        return self._made(text, look, "center" if look == "head" else "")

    def cell(self, value: Cell, column: Column, *, bold: bool) -> Any:
        """A cell of a table: text, a number or a date."""
        return self._made(value, "bold" if bold else "cell", column.align)

    def _made(self, value: Cell, look: str, align: str) -> Any:
        content, pattern = _typed(value)
        made: Any = WriteOnlyCell(self._sheet, content)  # type: ignore[arg-type] # a date is fine
        quoted = False
        if isinstance(content, str) and content:
            made.data_type = "s"  # openpyxl takes a leading "=" for a formula
            quoted = content.startswith(("=", "+", "-", "@"))
        key = (look, align, pattern, quoted)
        if key not in self._looks:
            _dress(made, *key)
            self._looks[key] = made._style  # noqa: SLF001 - the only way to share what it worked out
        else:
            made._style = self._looks[key]  # noqa: SLF001
        return made


def _dress(cell: Any, look: str, align: str, pattern: str, quoted: bool) -> None:
    cell.font = _FONTS[look]
    if align:
        vertical = "center" if look == "head" else "top"
        cell.alignment = Alignment(horizontal=align, vertical=vertical, wrap_text=True)
        cell.border = _BORDER
    if pattern:
        cell.number_format = pattern
    if quoted:
        cell.quotePrefix = 1


def _typed(value: Cell) -> tuple[str | float | date, str]:
    """What goes into the cell, and its number format."""
    if isinstance(value, Day):
        return _date(value)
    if isinstance(value, str):
        return _fitting(value), ""
    return value, "#,##0" if isinstance(value, int) else "#,##0.##"


def _date(value: Day) -> tuple[str | int | date, str]:
    """A whole day is a date of Excel's, a year a number, a month text: none is made more exact."""
    if _DAY.fullmatch(value) and (day := date.fromisoformat(value)) >= _FIRST_EXCEL_DAY:
        return day, "dd/mm/yyyy"
    if _YEAR.fullmatch(value):
        return int(value), "0"
    return shown(value), ""


def _fitting(text: str) -> str:
    text = safe(text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - len(_CUT)] + _CUT
