"""A sheet written row by row: cells that are never formulas, and an archive given up cleanly."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from typing import Any, BinaryIO

from stdesk.text import nfc

MAX_CELL = 32_767  # UTF-16 units a cell of Excel holds
_DAY_FORMAT = "[$-42A]dd/mm/yyyy"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A (ISO/IEC 29500, ST_Xstring)


class StreamedCells:
    """Cells of a streamed sheet, whose styles are looked up once and then copied.

    Attributes:
        shortened: how many texts were longer than a cell holds.
    """

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self.shortened = 0
        self._cell = WriteOnlyCell
        self._sheet = sheet
        self._font = Font(bold=True)
        self._fill = PatternFill("solid", start_color="FFDCE6F1")
        self._border = Border(bottom=Side("thin", color="FF7F7F7F"))
        self._centred = Alignment(horizontal="center", vertical="center", wrap_text=True)

    def header(self, text: str) -> Any:
        """A cell of the first row."""
        cell = self.text(text)
        cell.font, cell.fill, cell.border, cell.alignment = (
            self._font,
            self._fill,
            self._border,
            self._centred,
        )
        return cell

    def value(self, value: str | int | float | date | None, *, grouped: bool) -> Any:
        """A cell of a record: typed, and text never a formula; ``grouped``: numbers as 1.234."""
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return self.text(value)
        cell = self._cell(self._sheet)
        cell.value = value
        if isinstance(value, date):
            cell.number_format = _DAY_FORMAT
        elif grouped:
            cell.number_format = "#,##0"
        return cell

    def text(self, value: str) -> Any:
        """A text cell, whatever the text begins with; Excel is told by the quote prefix as well."""
        shown, cut = cell_text(value)
        self.shortened += cut
        cell = self._cell(self._sheet)
        cell.value = shown
        cell.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
        if shown.startswith(_DANGEROUS):
            cell.quotePrefix = True
        return cell


def sheet_name(title: str, otherwise: str) -> str:
    """``title`` as the name of a sheet: 31 characters, without those that Excel refuses."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip() or otherwise


def save(book: Any, out: BinaryIO) -> None:
    """Like openpyxl's own, but an archive that cannot be written is given up without complaints."""
    from openpyxl.writer.excel import ExcelWriter

    archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
    try:
        ExcelWriter(book, archive).save()
    except BaseException:
        archive.fp = None  # or it would finish itself in a closed file when it is dropped
        raise


def cell_text(value: str) -> tuple[str, bool]:
    """``value`` as a cell of a workbook can hold it, and whether it had to be cut."""
    shown = nfc(value).replace("\r\n", "\n").replace("\r", "\n")
    shown = _ESCAPE_LIKE.sub("_x005F_", _NOT_XML.sub("", shown))
    units = shown.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL:
        return shown, False
    return units[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…", True


def plain_text(value: str) -> str:
    """``value`` as a cell of a CSV file: no spreadsheet takes it for a formula."""
    shown = nfc(value).replace("\0", "")
    return f"'{shown}" if value.startswith(_DANGEROUS) else shown
