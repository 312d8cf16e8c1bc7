"""Excel workbooks (.xlsx, .xlsm): one streaming pass over each sheet.

The sheet's XML is read here rather than through openpyxl's values, because these cannot tell a
formula without a stored value from an empty cell, keep no fonts of runs and no merged cells, and
believe the sheet's own word about its size. openpyxl's date rules are used.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from pathlib import Path

from stdesk.errors import UserError
from stdesk.exchange.readers import limits
from stdesk.exchange.readers.archive import Archive, ForbiddenXmlError, parse
from stdesk.exchange.readers.gather import Gatherer, tidy
from stdesk.exchange.readers.limits import Budget
from stdesk.exchange.readers.values import SerialDates, Shows, number_of
from stdesk.exchange.readers.xlsx_parts import (
    SheetPart,
    StoredText,
    Styles,
    coded_runs,
    names_of,
    read_styles,
    shared_strings,
    sheet_list,
    stored_text,
    unescape,
)
from stdesk.exchange.sheets import ERROR_VALUE, FORMULA_WITHOUT_VALUE, CellValue, Merge, Sheet, Workbook
from stdesk.progress import Progress

# Cells that only carry a format, then rows with nothing left in them. Only those that say their
# own place, so that leaving them out moves nothing. They can be a hundred times the rest.
_EMPTY_CELL = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d+")? ?(?:/>|></c>)')
_EMPTY_ROW = re.compile(rb'<row r="\d{1,7}"[^<>]*(?:/>|>\s*</row>)')
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ROW_END = b"</row>"
_DIGITS = "0123456789"


class _PlacesMissingError(Exception):
    """Elements were left out and others do not say their place: read again with all of them."""


def read_xlsx(path: Path, archive: Archive, workbook: str, progress: Progress | None) -> Workbook:
    """Read every worksheet; the caller turns parsers' exceptions into a :class:`UserError`."""
    budget = Budget(path)
    sheets, from_1904 = sheet_list(archive, workbook)
    if len(sheets) > limits.MAX_SHEETS:
        raise limits.too_big(path)
    styles = read_styles(archive, workbook)
    strings = shared_strings(archive, workbook, styles, budget, progress)
    dates = SerialDates(from_1904)
    read = [_read_sheet(archive, sheet, strings, styles, dates, budget, progress) for sheet in sheets]
    return Workbook(path, tuple(read), "xlsx")


def _read_sheet(
    archive: Archive,
    sheet: SheetPart,
    strings: list[StoredText],
    styles: Styles,
    dates: SerialDates,
    budget: Budget,
    progress: Progress | None,
) -> Sheet:
    if not archive.has(sheet.part):
        raise limits.damaged(archive.path, sheet.name)
    for squeeze in (True, False):
        gatherer = Gatherer(sheet.name, sheet.hidden, budget, progress)
        handler = _SheetHandler(gatherer, strings, styles, dates, squeeze)
        try:
            with archive.open(sheet.part) as stream:
                parse(stream, handler, progress, handler.squeeze if squeeze else None)
        except _PlacesMissingError:
            continue
        except (UserError, ForbiddenXmlError):
            raise
        except (LookupError, ValueError) as error:
            raise limits.damaged(archive.path, sheet.name) from error
        return gatherer.finish()
    raise limits.damaged(archive.path, sheet.name)


class _SheetHandler:
    """Turns the events of one sheet's XML into rows."""

    _NAMES = names_of("c", "v", "t", "f", "r", "rFont", "rPh", "row", "mergeCell")

    def __init__(
        self,
        gatherer: Gatherer,
        strings: list[StoredText],
        styles: Styles,
        dates: SerialDates,
        squeezed: bool,
    ) -> None:
        self._gatherer = gatherer
        self._strings = strings
        self._styles = styles
        self._dates = dates
        self._legacy = styles.any_legacy
        self._squeezed = squeezed
        self._left_out = False
        self._seen = 0
        self._columns: dict[str, int] = {}
        self._row = 0
        self._values: list[CellValue] = []
        self._column = -1
        self._kind = "n"
        self._style = 0
        self._has_formula = False
        self._stored: str | None = None
        self._runs: list[tuple[str, str]] = []
        self._font = ""
        self._parts: list[str] = []
        self._collecting = False
        self._in_reading_aid = False
        names = self._NAMES
        starts = {
            "c": self._start_cell, "row": self._start_row, "v": self._collect, "t": self._collect,
            "f": self._start_formula, "r": self._start_run, "rFont": self._start_font,
            "rPh": self._start_aid, "mergeCell": self._start_merge,
        }  # fmt: skip
        ends = {
            "c": self._end_cell, "row": self._end_row, "v": self._end_value, "t": self._end_text,
            "rPh": self._end_aid,
        }  # fmt: skip
        self._starts = {full: starts[local] for full, local in names.items() if local in starts}
        self._ends = {full: ends[local] for full, local in names.items() if local in ends}

    def squeeze(self, chunk: bytes) -> bytes:
        """``chunk`` without cells and rows that hold nothing."""
        if b"<!" in chunk:
            return chunk
        if b"v>" not in chunk and b"is>" not in chunk:
            chunk = self._without_whole_rows(chunk)
        chunk, cells = _EMPTY_CELL.subn(b"", chunk)
        chunk, rows = _EMPTY_ROW.subn(b"", chunk)
        self._left_out = self._left_out or bool(cells or rows)
        return chunk

    def _without_whole_rows(self, chunk: bytes) -> bytes:
        """``chunk``, where nothing has a value, without the rows that begin and end in it."""
        first, last = chunk.find(_ROW_END), chunk.rfind(_ROW_END)
        if first == last:
            return chunk
        first, last = first + len(_ROW_END), last + len(_ROW_END)
        if chunk.find(b' r="', first, last) >= 0:
            self._left_out = True
            return chunk[:first] + chunk[last:]
        return chunk[:first] + b"<row/>" * chunk.count(b"<row", first, last) + chunk[last:]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        handle = self._starts.get(name)
        if handle is not None:
            handle(attributes)

    def end(self, name: str) -> None:
        handle = self._ends.get(name)
        if handle is not None:
            handle()

    def text(self, data: str) -> None:
        if self._collecting:
            self._parts.append(data)
            if len(self._parts) > limits.MAX_PIECES:
                raise ValueError(len(self._parts))

    def _start_row(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r")
        if said is None:
            self._place_missing()
            self._row += 1
        else:
            self._row = int(said) if said.isdecimal() else int(float(said))
        if not 1 <= self._row <= limits.MAX_ROWS:
            raise ValueError(said)
        self._values = []
        self._column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r")
        if said is None:
            self._place_missing()
            self._column += 1
        else:
            letters = said.rstrip(_DIGITS)
            column = self._columns.get(letters)
            self._column = self._new_column(letters) if column is None else column
        if self._column >= limits.MAX_COLUMNS:
            raise ValueError(said)
        self._seen += 1
        if self._seen > limits.MAX_CELLS_SEEN:
            raise limits.too_big(self._gatherer.budget.path)
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._has_formula = False
        self._stored = None

    def _place_missing(self) -> None:
        if self._squeezed and self._left_out:
            raise _PlacesMissingError

    def _new_column(self, letters: str) -> int:
        column = self._columns[letters] = column_index(letters)
        return column

    def _collect(self, _attributes: dict[str, str]) -> None:
        self._collecting = not self._in_reading_aid
        self._parts = []

    def _end_value(self) -> None:
        self._collecting = False
        self._stored = "".join(self._parts)

    def _end_text(self) -> None:
        if self._collecting:
            self._collecting = False
            self._runs.append(("".join(self._parts), self._font))

    def _start_formula(self, _attributes: dict[str, str]) -> None:
        self._has_formula = True

    def _start_run(self, _attributes: dict[str, str]) -> None:
        self._font = ""

    def _start_font(self, attributes: dict[str, str]) -> None:
        self._font = attributes.get("val", "")

    def _start_aid(self, _attributes: dict[str, str]) -> None:
        self._in_reading_aid = True

    def _end_aid(self) -> None:
        self._in_reading_aid = False

    def _end_cell(self) -> None:
        kind = self._kind
        if kind == "s" and self._stored:
            value = self._text_value(self._strings[int(self._stored)])
        elif self._stored:
            value = self._value(kind, self._stored)
        elif kind == "inlineStr" or self._runs:
            value = self._text_value(stored_text(self._runs, self._legacy, self._gatherer.budget))
            self._runs, self._font = [], ""
        else:
            if self._has_formula and kind != "str":
                self._gatherer.doubt(FORMULA_WITHOUT_VALUE)
            return
        if value is not None:
            self._put(value)

    def _put(self, value: CellValue) -> None:
        values, column = self._values, self._column
        gap = column - len(values)
        if gap == 0:
            values.append(value)
        elif gap > 0:
            values.extend([None] * gap)
            values.append(value)
        else:
            values[column] = value

    def _value(self, kind: str, stored: str) -> CellValue:
        if kind == "n":
            number = number_of(stored)
            shows = self._styles.shows[self._style] if self._style < len(self._styles.shows) else Shows.NUMBER
            return self._dates.shown(number, shows) if shows and isinstance(number, int | float) else number
        if kind == "e":
            self._gatherer.doubt(ERROR_VALUE)
            return None
        if kind == "b":
            return stored.strip() in ("1", "true")
        if kind == "d":
            return _iso(stored)
        if kind == "s":
            raise ValueError(stored)
        text = unescape(stored)
        self._gatherer.budget.characters(len(text))
        return self._text_value(tidy(text))

    def _text_value(self, text: StoredText) -> CellValue:
        if text is None:
            return None
        code = None
        if self._legacy and self._style < len(self._styles.codes):
            code = self._styles.codes[self._style]
        if isinstance(text, tuple):
            return tidy(self._gatherer.decoded(coded_runs(text, code)))
        if code is not None:
            return self._gatherer.decoded(((text, code),))
        self._gatherer.suspect(text)
        return text

    def _end_row(self) -> None:
        self._gatherer.row(self._row, self._values)
        self._values = []

    def _start_merge(self, attributes: dict[str, str]) -> None:
        area = merge_area(attributes.get("ref", ""))
        if area is not None:
            self._gatherer.merge(area)


def column_index(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA; ValueError for anything else."""
    index = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        index = index * 26 + ord(letter) - 64
    if not letters or len(letters) > 3:
        raise ValueError(letters)
    return index - 1


def merge_area(reference: str) -> Merge | None:
    """``A3:K3`` as (3, 0, 3, 10); None when it is no range."""
    first, _, last = reference.partition(":")
    start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
    if start is None or end is None:
        return None
    return int(start[2]), column_index(start[1]), int(end[2]), column_index(end[1])


def _iso(stored: str) -> CellValue:
    """A date cell of the strict format (ISO 8601); its text when it is no date."""
    try:
        moment = datetime.fromisoformat(stored)
    except ValueError:
        return tidy(stored)
    return moment.date() if moment.time() == time() and "T" not in stored else moment
