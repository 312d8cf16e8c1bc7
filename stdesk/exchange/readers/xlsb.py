"""Binary Excel workbooks (.xlsb), record by record (MS-XLSB 2.1.4 and 2.4).

Read here rather than through calamine, which lays a sheet out as one full rectangle (a cell in
the last corner takes all memory), stops the whole program on some damaged files, and keeps no
fonts.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from stdesk.exchange import legacy
from stdesk.exchange.legacy import FontCode
from stdesk.exchange.readers import limits
from stdesk.exchange.readers.archive import Archive
from stdesk.exchange.readers.gather import Gatherer, tidy
from stdesk.exchange.readers.limits import Budget
from stdesk.exchange.readers.values import SerialDates, Shows, number_shows
from stdesk.exchange.readers.xlsx_parts import Styles, relations
from stdesk.exchange.sheets import ERROR_VALUE, CellValue, Sheet, Workbook
from stdesk.progress import Progress

_ROW, _MERGE = 0, 176
_RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED, _F_TEXT, _F_REAL, _F_BOOL, _F_ERROR, _RICH = (
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    62,
)
_BOOK_PROPERTIES, _BUNDLED_SHEET, _SHARED_ITEM = 153, 156, 19
_FONT, _FORMAT, _XF, _CELL_XFS, _CELL_XFS_END = 43, 44, 47, 617, 618
_FONT_NAME_AT = 21
_RECORDS_BETWEEN_CHECKS = 50_000


def read_xlsb(path: Path, archive: Archive, workbook: str, progress: Progress | None) -> Workbook:
    """Read every worksheet; the caller turns exceptions on damaged records into a :class:`UserError`.

    Raises:
        UserError: ``workbook_too_big``, ``workbook_damaged``.
    """
    links = relations(archive, workbook)
    budget = Budget(path)
    by_kind = {kind: part for kind, part in links.values()}
    styles = _styles(archive, by_kind.get("styles", ""))
    strings = _strings(archive, by_kind.get("sharedStrings", ""), budget)
    listed: list[tuple[str, str, bool]] = []
    from_1904 = False
    for kind, data in _records(archive, workbook):
        if kind == _BOOK_PROPERTIES:
            from_1904 = bool(data[0] & 1)
        elif kind == _BUNDLED_SHEET:
            link, after = _wide(data, 8)
            target = links.get(link, ("", ""))
            if target[0] == "worksheet":
                listed.append((_wide(data, after)[0], target[1], data[0] != 0))
    if len(listed) > limits.MAX_SHEETS:
        raise limits.too_big(path)
    dates = SerialDates(from_1904)
    sheets: list[Sheet] = []
    for name, part, hidden in listed:
        gatherer = Gatherer(name, hidden, budget, progress)
        _SheetReader(gatherer, strings, styles, dates).read(_records(archive, part, progress))
        sheets.append(gatherer.finish())
    return Workbook(path, tuple(sheets), "xlsb")


def _records(archive: Archive, part: str, progress: Progress | None = None) -> Iterator[tuple[int, bytes]]:
    """Type and content of each record of ``part``."""
    if archive.size(part) > limits.MAX_WHOLE_FILE_BYTES:
        raise limits.too_big(archive.path)
    with archive.open(part) as stream:
        data = stream.read()
    place = seen = 0
    while place < len(data):
        kind = data[place]
        place += 1
        if kind >= 0x80:
            kind = (kind & 0x7F) | (data[place] & 0x7F) << 7
            place += 1
        size = 0
        for step in range(4):
            byte = data[place]
            place += 1
            size |= (byte & 0x7F) << (7 * step)
            if byte < 0x80:
                break
        if place + size > len(data):
            raise limits.damaged(archive.path, part)
        yield kind, data[place : place + size]
        place += size
        seen += 1
        if progress is not None and seen % _RECORDS_BETWEEN_CHECKS == 0:
            progress.check()


def _wide(data: bytes, place: int) -> tuple[str, int]:
    """A text counted in UTF-16 units, and the place after it; an absent one is empty."""
    (count,) = struct.unpack_from("<I", data, place)
    if count == 0xFFFFFFFF:
        return "", place + 4
    end = place + 4 + 2 * count
    if end > len(data):
        raise ValueError(count)
    return data[place + 4 : end].decode("utf-16-le"), end


def _styles(archive: Archive, part: str) -> Styles:
    if not part or not archive.has(part):
        return Styles()
    formats: dict[int, str] = {}
    fonts: list[FontCode | None] = []
    shows: list[Shows] = []
    codes: list[FontCode | None] = []
    in_cells = False
    for kind, data in _records(archive, part):
        if kind == _FORMAT:
            formats[struct.unpack_from("<H", data)[0]] = _wide(data, 2)[0]
        elif kind == _FONT:
            fonts.append(legacy.font_code(_wide(data, _FONT_NAME_AT)[0]))
        elif kind in (_CELL_XFS, _CELL_XFS_END):
            in_cells = kind == _CELL_XFS
        elif kind == _XF and in_cells:
            _, number, font = struct.unpack_from("<HHH", data)
            shows.append(number_shows(number, formats.get(number)))
            codes.append(fonts[font] if font < len(fonts) else None)
    return Styles(tuple(shows) or (Shows.NUMBER,), tuple(codes) or (None,))


def _strings(archive: Archive, part: str, budget: Budget) -> list[str | None]:
    found: list[str | None] = []
    if part and archive.has(part):
        for kind, data in _records(archive, part):
            if kind == _SHARED_ITEM:
                text = tidy(_wide(data, 1)[0])
                budget.characters(len(text or "") + 1)
                found.append(text)
    return found


class _SheetReader:
    def __init__(
        self, gatherer: Gatherer, strings: list[str | None], styles: Styles, dates: SerialDates
    ) -> None:
        self._gatherer = gatherer
        self._strings = strings
        self._styles = styles
        self._dates = dates
        self._row = 0
        self._values: list[CellValue] = []
        self._takes: dict[int, Callable[[bytes, int], CellValue]] = {
            _RK: self._packed, _REAL: self._real, _F_REAL: self._real, _SHARED: self._shared,
            _BOOL: self._truth, _F_BOOL: self._truth, _ERROR: self._error, _F_ERROR: self._error,
            _TEXT: self._text, _F_TEXT: self._text, _RICH: self._rich,
        }  # fmt: skip

    def read(self, records: Iterator[tuple[int, bytes]]) -> None:
        for kind, data in records:
            if kind == _ROW:
                self._end_row()
                self._row = struct.unpack_from("<I", data)[0] + 1
                if self._row > limits.MAX_ROWS:
                    raise ValueError(self._row)
            elif kind == _MERGE:
                first, last, left, right = struct.unpack_from("<IIII", data)
                self._gatherer.merge((first + 1, left, last + 1, right))
            elif kind in self._takes:
                self._cell(self._takes[kind], data)
        self._end_row()

    def _cell(self, take: Callable[[bytes, int], CellValue], data: bytes) -> None:
        column, style = struct.unpack_from("<II", data)
        if column >= limits.MAX_COLUMNS:
            raise ValueError(column)
        value = take(data, style & 0xFFFFFF)
        if value is not None:
            self._values.extend([None] * (column + 1 - len(self._values)))
            self._values[column] = value

    def _end_row(self) -> None:
        self._gatherer.row(self._row, self._values)
        self._values = []

    def _packed(self, data: bytes, style: int) -> CellValue:
        """RkNumber (2.5.122): 30 bits of a whole number or of a real one, perhaps in hundredths."""
        (packed,) = struct.unpack_from("<i", data, 8)
        number: int | float = packed >> 2
        if not packed & 2:
            (number,) = struct.unpack("<d", struct.pack("<q", (packed & ~3) << 32))
        return self._number(number / 100 if packed & 1 else number, style)

    def _real(self, data: bytes, style: int) -> CellValue:
        return self._number(struct.unpack_from("<d", data, 8)[0], style)

    def _number(self, number: int | float, style: int) -> CellValue:
        if isinstance(number, float) and abs(number) < 1e15 and number.is_integer():
            number = int(number)
        shows = self._styles.shows[style] if style < len(self._styles.shows) else Shows.NUMBER
        return self._dates.shown(number, shows) if shows else number

    def _truth(self, data: bytes, _style: int) -> CellValue:
        return bool(data[8])

    def _error(self, _data: bytes, _style: int) -> CellValue:
        self._gatherer.doubt(ERROR_VALUE)
        return None

    def _shared(self, data: bytes, style: int) -> CellValue:
        return self._read_text(self._strings[struct.unpack_from("<I", data, 8)[0]], style)

    def _text(self, data: bytes, style: int) -> CellValue:
        return self._read_text(tidy(_wide(data, 8)[0]), style)

    def _rich(self, data: bytes, style: int) -> CellValue:
        return self._read_text(tidy(_wide(data, 9)[0]), style)

    def _read_text(self, text: str | None, style: int) -> CellValue:
        if text is None:
            return None
        self._gatherer.budget.characters(len(text))
        code = self._styles.codes[style] if style < len(self._styles.codes) else None
        if code is not None:
            return self._gatherer.decoded(((text, code),))
        self._gatherer.suspect(text)
        return text
