"""OpenDocument spreadsheets (.ods, as LibreOffice writes them): one streaming pass (OASIS ODF 1.2).

Read here rather than through calamine, which keeps no fonts and lays a sheet out as one full
rectangle: "this cell a million times" is a few bytes in such a file.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from stdesk.errors import Exit, UserError
from stdesk.exchange import legacy
from stdesk.exchange.legacy import FontCode
from stdesk.exchange.readers import limits
from stdesk.exchange.readers.archive import Archive, parse
from stdesk.exchange.readers.gather import Gatherer, Run, tidy
from stdesk.exchange.readers.limits import Budget
from stdesk.exchange.readers.values import clock_text, number_of
from stdesk.exchange.sheets import ERROR_VALUE, FORMULA_WITHOUT_VALUE, CellValue, Sheet, Workbook
from stdesk.progress import Progress

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT, _STYLE = (f"{_ODF}{part}:1.0 " for part in ("table", "office", "text", "style"))
_FONT_FAMILY = f"{_ODF}svg-compatible:1.0 font-family"
_FO_FAMILY = f"{_ODF}xsl-fo-compatible:1.0 font-family"
_ERROR_KIND = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_XML_BLANKS = re.compile("[ \t\r\n]+")
_LONGEST_TEXT = 32_767  # of a cell, in Excel and LibreOffice alike


def read_ods(path: Path, archive: Archive, progress: Progress | None) -> Workbook:
    """Read every table; the caller turns parsers' exceptions into a :class:`UserError`.

    Raises:
        UserError: ``workbook_password``, ``workbook_too_big``.
    """
    manifest = "META-INF/manifest.xml"
    if archive.has(manifest) and b"encryption-data" in archive.read_small(manifest):
        raise UserError("workbook_password", Exit.NO, path=str(path))
    fonts = _Fonts()
    if archive.has("styles.xml"):
        parse(BytesIO(archive.read_small("styles.xml")), fonts)
    handler = _Content(fonts, Budget(path), progress)
    with archive.open("content.xml") as stream:
        parse(stream, handler, progress)
    return Workbook(path, tuple(handler.sheets), "ods")


class _Fonts:
    """What styles say: each one's font code, and which tables are hidden."""

    def __init__(self) -> None:
        self.faces: dict[str, str] = {}
        self.codes: dict[str, FontCode | None] = {}
        self.named: set[str] = set()  # styles that name a font, be it an old one or not
        self.hidden: set[str] = set()
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_STYLE}font-face":
            self.faces[attributes.get(f"{_STYLE}name", "")] = attributes.get(_FONT_FAMILY, "").strip("'\"")
        elif name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
            self.codes[self._style] = self.codes.get(attributes.get(f"{_STYLE}parent-style-name", ""))
        elif name == f"{_STYLE}text-properties" and self._style:
            face = attributes.get(f"{_STYLE}font-name")
            family = self.faces.get(face, face) if face else attributes.get(_FO_FAMILY)
            if family:
                self.named.add(self._style)
                self.codes[self._style] = legacy.font_code(family.strip("'\""))
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self.hidden.add(self._style)

    def end(self, name: str) -> None:
        if name == f"{_STYLE}style":
            self._style = ""

    def text(self, data: str) -> None:
        """Styles have no text."""


class _Content:
    """Handler of content.xml."""

    def __init__(self, fonts: _Fonts, budget: Budget, progress: Progress | None) -> None:
        self.sheets: list[Sheet] = []
        self._fonts = fonts
        self._budget = budget
        self._progress = progress
        self._gatherer: Gatherer | None = None
        self._depth = 0
        self._table_depth = 0
        self._columns: list[tuple[int, FontCode | None]] = []
        self._row = 0
        self._row_repeats = 1
        self._row_code: FontCode | None = None
        self._values: list[CellValue] = []
        self._column = 0
        self._cell: dict[str, str] | None = None
        self._cell_depth = 0
        self._runs: list[tuple[list[str], FontCode | None]] = []
        self._code: FontCode | None = None
        self._spans: list[FontCode | None] = []
        self._in_paragraph = False
        self._starts = {
            f"{_TABLE}table": self._start_table, f"{_TABLE}table-column": self._start_column,
            f"{_TABLE}table-row": self._start_row, f"{_TABLE}table-cell": self._start_cell,
            f"{_TABLE}covered-table-cell": self._start_covered, f"{_TEXT}p": self._start_paragraph,
            f"{_TEXT}span": self._start_span, f"{_TEXT}s": self._blanks, f"{_TEXT}tab": self._tab,
            f"{_TEXT}line-break": self._line_break,
        }  # fmt: skip
        self._ends = {
            f"{_TABLE}table": self._end_table, f"{_TABLE}table-row": self._end_row,
            f"{_TABLE}table-cell": self._end_cell, f"{_TEXT}p": self._end_paragraph,
            f"{_TEXT}span": self._end_span,
        }  # fmt: skip

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        handle = self._starts.get(name)
        if handle is not None:
            handle(attributes)
        elif self._gatherer is None:
            self._fonts.start(name, attributes)

    def end(self, name: str) -> None:
        handle = self._ends.get(name)
        if handle is not None:
            handle()
        elif self._gatherer is None:
            self._fonts.end(name)
        self._depth -= 1

    def text(self, data: str) -> None:
        if self._in_paragraph:
            self._write(_XML_BLANKS.sub(" ", data))

    def _start_table(self, attributes: dict[str, str]) -> None:
        name = attributes.get(f"{_TABLE}name", "")
        if self._gatherer is not None or name.startswith("'file:"):
            return  # a table inside a cell; a kept copy of another file
        if len(self.sheets) >= limits.MAX_SHEETS:
            raise limits.too_big(self._budget.path)
        hidden = attributes.get(f"{_TABLE}style-name") in self._fonts.hidden
        self._gatherer = Gatherer(name, hidden, self._budget, self._progress)
        self._table_depth, self._row, self._columns = self._depth, 0, []

    def _end_table(self) -> None:
        if self._gatherer is not None and self._depth == self._table_depth:
            self.sheets.append(self._gatherer.finish())
            self._gatherer = None

    def _start_column(self, attributes: dict[str, str]) -> None:
        last = self._columns[-1][0] if self._columns else 0
        code = self._fonts.codes.get(attributes.get(f"{_TABLE}default-cell-style-name", ""))
        if len(self._columns) < limits.MAX_COLUMNS:
            self._columns.append((last + _times(attributes, "columns"), code))

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._cell is None:
            self._row_repeats = _times(attributes, "rows")
            self._row_code = self._fonts.codes.get(attributes.get(f"{_TABLE}default-cell-style-name", ""))
            self._values, self._column = [], 0

    def _end_row(self) -> None:
        if self._gatherer is None or self._cell is not None:
            return
        first, self._row = self._row + 1, self._row + self._row_repeats
        if self._values:
            if self._row > limits.MAX_ROWS:
                raise ValueError(self._row)
            before = self._gatherer.rows_taken
            self._gatherer.row(first, self._values)
            if self._gatherer.rows_taken > before:
                for number in range(first + 1, self._row + 1):
                    self._gatherer.again(number)
        self._values = []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._gatherer is None or self._cell is not None:
            return
        self._cell, self._cell_depth, self._runs = attributes, self._depth, []
        style = attributes.get(f"{_TABLE}style-name")
        self._code = self._fonts.codes.get(style) if style else self._row_code or self._column_code()

    def _start_covered(self, attributes: dict[str, str]) -> None:
        if self._cell is None:
            self._column += _times(attributes, "columns")

    def _column_code(self) -> FontCode | None:
        return next((code for last, code in self._columns if self._column < last), None)

    def _end_cell(self) -> None:
        if self._cell is None or self._depth != self._cell_depth or self._gatherer is None:
            return
        cell, self._cell = self._cell, None
        value = self._value(cell, self._gatherer)
        wide, high = _times(cell, "columns", "spanned"), _times(cell, "rows", "spanned")
        row, repeats = self._row + 1, _times(cell, "columns")
        if wide > 1 or high > 1:
            self._gatherer.merge((row, self._column, row + high - 1, self._column + wide - 1))
        if value is not None:
            if self._column + repeats > limits.MAX_COLUMNS:
                raise ValueError(self._column)
            self._values.extend([None] * (self._column - len(self._values)))
            self._values.extend([value] * repeats)
        self._column += repeats

    def _value(self, cell: dict[str, str], gatherer: Gatherer) -> CellValue:
        kind = cell.get(f"{_OFFICE}value-type", "")
        if cell.get(_ERROR_KIND) == "error":
            gatherer.doubt(ERROR_VALUE)
            return None
        if not kind and f"{_TABLE}formula" in cell:
            gatherer.doubt(FORMULA_WITHOUT_VALUE)
        if kind in ("float", "percentage", "currency"):
            return number_of(cell.get(f"{_OFFICE}value", ""))
        if kind == "boolean":
            return cell.get(f"{_OFFICE}boolean-value") == "true"
        if kind == "date":
            return _moment(cell.get(f"{_OFFICE}date-value", ""))
        if kind == "time":
            return _clock(cell.get(f"{_OFFICE}time-value", ""))
        return self._text_value(gatherer) if self._runs else tidy(cell.get(f"{_OFFICE}string-value", ""))

    def _text_value(self, gatherer: Gatherer) -> CellValue:
        runs: list[Run] = [("".join(parts), code) for parts, code in self._runs]
        if any(code for _, code in runs):
            return tidy(gatherer.decoded(runs))
        text = tidy("".join(text for text, _ in runs))
        if text is not None:
            gatherer.suspect(text)
        return text

    def _start_paragraph(self, _attributes: dict[str, str]) -> None:
        # Only the cell's own: notes and drawings in a cell have paragraphs too, deeper down.
        if self._cell is not None and self._depth == self._cell_depth + 1:
            self._spans = [self._code]
            self._in_paragraph = True
            if self._runs:
                self._write("\n")

    def _end_paragraph(self) -> None:
        if self._cell is not None and self._depth == self._cell_depth + 1:
            self._in_paragraph = False

    def _start_span(self, attributes: dict[str, str]) -> None:
        if self._in_paragraph:
            style = attributes.get(f"{_TEXT}style-name", "")
            named = style in self._fonts.named
            self._spans.append(self._fonts.codes.get(style) if named else self._spans[-1])

    def _end_span(self) -> None:
        if self._in_paragraph and len(self._spans) > 1:
            self._spans.pop()

    def _blanks(self, attributes: dict[str, str]) -> None:
        if self._in_paragraph:
            self._write(" " * min(int(attributes.get(f"{_TEXT}c", 1)), _LONGEST_TEXT))

    def _tab(self, _attributes: dict[str, str]) -> None:
        if self._in_paragraph:
            self._write("\t")

    def _line_break(self, _attributes: dict[str, str]) -> None:
        if self._in_paragraph:
            self._write("\n")

    def _write(self, text: str) -> None:
        self._budget.characters(len(text))
        code = self._spans[-1]
        if self._runs and self._runs[-1][1] == code:
            self._runs[-1][0].append(text)
        else:
            self._runs.append(([text], code))


def _times(attributes: dict[str, str], what: str, how: str = "repeated") -> int:
    """How often a row or cell stands there, at least once."""
    return max(1, int(attributes.get(f"{_TABLE}number-{what}-{how}", 1)))


def _moment(stored: str) -> CellValue:
    try:
        moment = datetime.fromisoformat(stored)
    except ValueError:
        return tidy(stored)
    return moment if "T" in stored else moment.date()


def _clock(stored: str) -> CellValue:
    found = _DURATION.fullmatch(stored)
    if found is None:
        return tidy(stored)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return clock_text(-length if found[1] else length)
