"""Excel 97-2003 workbooks (.xls, BIFF) through xlrd, with the fonts of cells and of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stdesk.errors import Exit, UserError
from stdesk.exchange import legacy
from stdesk.exchange.legacy import FontCode
from stdesk.exchange.readers import limits
from stdesk.exchange.readers.gather import Gatherer, Run, tidy
from stdesk.exchange.readers.limits import Budget
from stdesk.exchange.readers.values import SerialDates, Shows, number_shows
from stdesk.exchange.sheets import ERROR_VALUE, CellValue, Sheet, Workbook
from stdesk.progress import Progress

# xlrd's cell types (BIFF has no others).
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5


class _Nowhere:
    """xlrd tells its worries to a stream, by default the screen."""

    def write(self, _text: str) -> None:
        """Forget it."""

    def flush(self) -> None:
        """Nothing is kept."""


def read_xls(path: Path, stream: bytes, progress: Progress | None) -> Workbook:
    """Read every worksheet; the caller turns xlrd's exceptions into a :class:`UserError`.

    Args:
        stream: the workbook's records, taken out of their container: xlrd's own container reader
            runs for ever round a chain of sectors that a damaged file closes to a ring.

    Raises:
        UserError: ``workbook_password``, ``workbook_too_big``.
    """
    import xlrd

    try:
        book: Any = xlrd.open_workbook(
            file_contents=stream, formatting_info=True, on_demand=True, ragged_rows=True, logfile=_Nowhere()
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise UserError("workbook_password", Exit.NO, path=str(path)) from error
        raise
    if book.nsheets > limits.MAX_SHEETS:
        raise limits.too_big(path)
    budget = Budget(path)
    sheets: list[Sheet] = []
    fonts = [legacy.font_code(font.name) for font in book.font_list]
    shows = [_shows(book, xf.format_key) for xf in book.xf_list]
    for index in range(book.nsheets):
        if progress is not None:
            progress.check()
        sheet = book.sheet_by_index(index)
        gatherer = Gatherer(sheet.name, sheet.visibility != 0, budget, progress)
        _SheetReader(book, sheet, gatherer, fonts, shows).read()
        sheets.append(gatherer.finish())
        book.unload_sheet(index)
    return Workbook(path, tuple(sheets), "xls")


def _shows(book: Any, key: int) -> Shows:
    known = book.format_map.get(key)
    return number_shows(key, known.format_str if known else None)


class _SheetReader:
    def __init__(
        self, book: Any, sheet: Any, gatherer: Gatherer, fonts: list[FontCode | None], shows: list[Shows]
    ) -> None:
        self._sheet = sheet
        self._gatherer = gatherer
        self._fonts = fonts
        self._any_legacy = any(fonts)
        self._xf_fonts = [xf.font_index for xf in book.xf_list]
        self._shows = shows
        self._dates = SerialDates(bool(book.datemode))

    def read(self) -> None:
        sheet = self._sheet
        for first_row, last_row, first, last in sheet.merged_cells:
            self._gatherer.merge((first_row + 1, first, last_row, last - 1))
        for row in range(sheet.nrows):
            kinds, stored = sheet.row_types(row), sheet.row_values(row)
            values = [
                self._value(row, column, kind, value) if kind else None
                for column, (kind, value) in enumerate(zip(kinds, stored, strict=True))
            ]
            self._gatherer.row(row + 1, values)

    def _value(self, row: int, column: int, kind: int, stored: Any) -> CellValue:
        if kind == _TEXT:
            return self._text(row, column, stored)
        if kind in (_NUMBER, _DATE):
            number: int | float = int(stored) if stored.is_integer() and abs(stored) < 1e15 else stored
            if kind == _NUMBER:
                return number
            shows = self._shows[self._sheet.cell_xf_index(row, column)]
            return self._dates.shown(number, shows or Shows.DATE)
        if kind == _BOOLEAN:
            return bool(stored)
        if kind == _ERROR:
            self._gatherer.doubt(ERROR_VALUE)
        return None

    def _text(self, row: int, column: int, stored: str) -> CellValue:
        text = tidy(stored)
        if text is None:
            return None
        self._gatherer.budget.characters(len(text))
        if not self._any_legacy:
            self._gatherer.suspect(text)
            return text
        runs = self._runs(row, column, stored)
        if any(code for _, code in runs):
            return tidy(self._gatherer.decoded(runs))
        self._gatherer.suspect(text)
        return text

    def _runs(self, row: int, column: int, text: str) -> list[Run]:
        """The stretches of a cell's text with the old code of each one's font."""
        cell_font = self._xf_fonts[self._sheet.cell_xf_index(row, column)]
        starts = [(0, cell_font), *self._sheet.rich_text_runlist_map.get((row, column), ())]
        ends = [start for start, _ in starts[1:]] + [len(text)]
        return [
            (text[start:end], self._fonts[font])
            for (start, font), end in zip(starts, ends, strict=True)
            if end > start
        ]
