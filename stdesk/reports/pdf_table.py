"""Long tables of the PDF, laid by hand: a generic table engine needs minutes for 5,000 rows.

Headings are repeated on every page; a row goes over to the next page whole when it can, and is
split between lines when it is higher than a page.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm

from stdesk.reports import layout, words
from stdesk.reports.annexes import Table
from stdesk.reports.column_widths import column_widths
from stdesk.reports.pdf_pages import Pages
from stdesk.reports.type_setting import Line, face

_SIDE, _ABOVE = layout.CELL_SIDE * mm, layout.CELL_ABOVE * mm
_LEADING = layout.SIZE_TABLE * 1.18
_BASE = layout.SIZE_TABLE * 0.24  # from the bottom of a line to its baseline
_ROWS_A_STEP = 50
_SMALLEST_PIECE = 3  # lines: a shorter piece of a split row is not worth a page's foot


@dataclass(frozen=True, slots=True)
class _Row:
    cells: list[list[Line]]
    bold: bool = False
    centred: bool = False

    @property
    def lines(self) -> int:
        return max(len(cell) for cell in self.cells)

    @property
    def height(self) -> float:
        return self.lines * _LEADING + 2 * _ABOVE

    def piece(self, start: int, count: int) -> _Row:
        return _Row([cell[start : start + count] for cell in self.cells], self.bold, self.centred)


class TableWriter:
    """Sets one table on ``pages`` from the pen downwards."""

    def __init__(self, pages: Pages, table: Table) -> None:
        self._pages = pages
        self._table = table
        self._columns = table.columns
        self._widths = column_widths(table, pages.width)
        self._edges = [pages.left]
        for wide in self._widths:
            self._edges.append(self._edges[-1] + wide)
        self._head = self._broken([one.label for one in table.columns], bold=True, centred=True)
        if self._head.height > pages.full / 2:  # a label of a page's length would leave no room for rows
            self._head = self._head.piece(0, 12)
        self._drawn: list[tuple[float, _Row]] = []
        self._begun = 0.0

    def height(self, limit: float) -> float:
        """Height of the whole table, or that of its beginning when it is higher than ``limit``."""
        rows = 0.0
        for place in range(len(self._table.rows)):
            rows += self._row(place).height
            if rows + self._head.height > limit:
                return self._head.height + 30 * mm
        return rows + self._head.height

    def write(self) -> None:
        """Set the whole table."""
        rows = self._table.rows
        first = self._row(0) if rows else None
        self._pages.need(self._head.height + (min(first.height, self._pages.full / 3) if first else 0))
        self._start()
        for place in range(len(rows)):
            self._place(self._row(place))
            if place % _ROWS_A_STEP == _ROWS_A_STEP - 1:
                self._pages.step(_ROWS_A_STEP)
        self._pages.step(len(rows) % _ROWS_A_STEP)
        self._flush()

    def _row(self, place: int) -> _Row:
        shown = [words.shown(cell) for cell in self._table.rows[place]]
        return self._broken(shown, bold=self._table.total and place == len(self._table.rows) - 1)

    def _broken(self, texts: list[str], *, bold: bool = False, centred: bool = False) -> _Row:
        cut = face("bold" if bold else "regular")
        cells = [
            cut.break_lines(text, layout.SIZE_TABLE, wide - 2 * _SIDE)
            for text, wide in zip(texts, self._widths, strict=True)
        ]
        return _Row(cells, bold, centred)

    def _start(self) -> None:
        self._begun = self._pages.y
        self._put(self._head)

    def _next_page(self) -> None:
        self._flush()
        self._pages.new_page()
        self._start()

    def _place(self, row: _Row) -> None:
        if row.height <= self._pages.room:
            self._put(row)
        elif row.height <= self._pages.full - self._head.height:
            self._next_page()
            self._put(row)
        else:
            self._split(row)

    def _split(self, row: _Row) -> None:
        start = 0
        while start < row.lines:
            fits = int((self._pages.room - 2 * _ABOVE) // _LEADING)
            if fits < _SMALLEST_PIECE and fits < row.lines - start:
                self._next_page()
                continue
            self._put(row.piece(start, fits))
            start += fits

    def _put(self, row: _Row) -> None:
        self._drawn.append((self._pages.y, row))
        self._pages.y -= row.height

    def _flush(self) -> None:
        """Draw what was placed on this page: rules once, then the text by cut."""
        if not self._drawn:
            return
        canvas = self._pages.canvas
        bottom = self._pages.y
        canvas.setLineWidth(0.5)
        across = [(self._edges[0], y, self._edges[-1], y) for y in [y for y, _ in self._drawn] + [bottom]]
        canvas.lines(across + [(x, self._begun, x, bottom) for x in self._edges])
        for bold in (False, True):
            rows = [(y, row) for y, row in self._drawn if row.bold is bold]
            if rows:
                self._write_text(rows, "bold" if bold else "regular")
        self._drawn.clear()

    def _write_text(self, rows: list[tuple[float, _Row]], style: str) -> None:
        canvas = self._pages.canvas
        text = canvas.beginText()
        text.setFont(face(style).name, layout.SIZE_TABLE, _LEADING)
        for y, row in rows:
            for column, left, wide, cell in zip(
                self._columns, self._edges, self._widths, row.cells, strict=False
            ):
                at = y - _ABOVE - (row.lines - len(cell)) * _LEADING / 2 * row.centred
                align = "center" if row.centred else column.align
                if align == "left":  # placing each line anew would cost as much as writing it
                    text.setTextOrigin(left + _SIDE, at - _LEADING + _BASE)
                    for one in cell:
                        text.textLine(one.text)
                    continue
                for one in cell:
                    at -= _LEADING
                    if one.text:
                        text.setTextOrigin(left + _offset(align, wide, one.width), at + _BASE)
                        text.textOut(one.text)
        canvas.drawText(text)


def _offset(align: str, wide: float, used: float) -> float:
    if align == "right":
        return wide - _SIDE - used
    return (wide - used) / 2 if align == "center" else _SIDE
