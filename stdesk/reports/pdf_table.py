"""Long tables of the PDF, laid by hand: a generic table engine needs minutes for 5,000 rows.

Headings are repeated on every page; a row goes over to the next page whole when it can, and is
split between lines when it is higher than a page.
"""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm

from stdesk.reports import layout, words
from stdesk.reports.blocks import Column, Table
from stdesk.reports.column_widths import column_widths
from stdesk.reports.pdf_glyphs import Glyphs, operators
from stdesk.reports.pdf_pages import Pages
from stdesk.reports.type_setting import Line, face

_SIDE, _ABOVE = layout.CELL_SIDE * mm, layout.CELL_ABOVE * mm
_LEADING = layout.SIZE_TABLE * 1.18
_BASE = layout.SIZE_TABLE * 0.24  # from the bottom of a line to its baseline
_RULE = 0.5  # points
_ROWS_A_STEP = 50
_SMALLEST_PIECE = 3  # lines: a shorter piece of a split row is not worth a page's foot
_TOGETHER = 3  # last rows of a table: one alone on a further page looks forgotten


class _Row:
    """Broken cells of a row; ``head``: labels of the columns, centred."""

    __slots__ = ("bold", "cells", "head", "height", "lines")

    def __init__(self, cells: list[list[Line]], *, bold: bool = False, head: bool = False) -> None:
        self.cells, self.bold, self.head = cells, bold, head
        self.lines = max(map(len, cells))
        self.height = self.lines * _LEADING + 2 * _ABOVE

    def piece(self, start: int, count: int) -> _Row:
        """The lines of every cell from ``start`` on."""
        return _Row([cell[start : start + count] for cell in self.cells], bold=self.bold, head=self.head)


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
        self._head = self._broken([one.label for one in table.columns], bold=True, head=True)
        if self._head.height > pages.full / 2:  # a label of a page's length would leave no room for rows
            self._head = self._head.piece(0, 12)
        self._drawn: list[tuple[float, _Row]] = []
        self._begun = 0.0
        self._pages_used = 0
        self._glyphs = {bold: pages.glyphs("bold" if bold else "regular") for bold in (False, True)}

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
        with self._pages.tag("Table"):
            self._start()
            after = self._after()
            for place in range(len(rows)):
                self._place(self._row(place), after.get(place, 0.0))
                if place % _ROWS_A_STEP == _ROWS_A_STEP - 1:
                    self._pages.step(_ROWS_A_STEP)
            self._pages.step(len(rows) % _ROWS_A_STEP)
            self._flush()

    def _after(self) -> dict[int, float]:
        """What must stand on the page of each of the last rows: the rows below it, at least the sum."""
        last = len(self._table.rows) - 1
        together = _TOGETHER if last >= 2 * _TOGETHER else 1 + self._table.total
        below = 0.0
        found: dict[int, float] = {}
        for place in range(last, max(last + 1 - together, 0), -1):
            below += self._row(place).height
            if found and below > self._pages.full / 3:
                break
            found[place - 1] = below
        return found

    def _row(self, place: int) -> _Row:
        shown = [words.shown(cell) for cell in self._table.rows[place]]
        return self._broken(shown, bold=self._table.total and place == len(self._table.rows) - 1)

    def _broken(self, texts: list[str], *, bold: bool = False, head: bool = False) -> _Row:
        cut = face("bold" if bold else "regular")
        cells = [
            cut.break_lines(text, layout.SIZE_TABLE, wide - 2 * _SIDE)
            for text, wide in zip(texts, self._widths, strict=True)
        ]
        return _Row(cells, bold=bold, head=head)

    def _start(self) -> None:
        self._begun = self._pages.y
        self._put(self._head)

    def _next_page(self) -> None:
        self._flush()
        self._pages.new_page()
        self._start()

    def _place(self, row: _Row, after: float = 0) -> None:
        """Set ``row`` here or on the next page, where ``after``, the height of what goes with it, has room too."""
        if row.height + after <= self._pages.room:
            self._put(row)
        elif row.height + after <= self._pages.full - self._head.height:
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
        """Draw what was placed on this page: the rules at once, then the text."""
        if not self._drawn:
            return
        self._rules()
        with self._pages.text() as text:
            code = operators(text)
            bold = None
            for y, row in self._drawn:
                if row.bold is not bold:
                    bold = row.bold
                    code.append(self._glyphs[bold].font(layout.SIZE_TABLE, _LEADING))
                self._write_row(code, y, row)
        self._drawn.clear()
        self._pages_used += 1

    def _rules(self) -> None:
        code = operators(self._pages.canvas)
        left, right, bottom = self._edges[0], self._edges[-1], self._pages.y
        said = [f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l" for y in [*(y for y, _ in self._drawn), bottom]]
        said += [f"{x:.2f} {self._begun:.2f} m {x:.2f} {bottom:.2f} l" for x in self._edges]
        code.append(f"{_RULE} w {' '.join(said)} S")

    def _write_row(self, code: list[str], y: float, row: _Row) -> None:
        """The cells of a row, each tagged; column labels that come again on a further page are decoration."""
        glyphs = self._glyphs[row.bold]
        written = [
            _written(glyphs, _placed(row, column, left, wide, cell, y))
            for column, left, wide, cell in zip(
                self._columns, self._edges, self._widths, row.cells, strict=False
            )
        ]
        if row.head and self._pages_used:
            code.extend(written)
        else:
            self._pages.cells("TH" if row.head else "TD", written)


Placed = Iterator[tuple[float, float, str]]


def _placed(row: _Row, column: Column, left: float, wide: float, cell: list[Line], y: float) -> Placed:
    """Where each line of a cell begins, and what it says."""
    at = y - _ABOVE + _BASE
    if row.head:
        at -= (row.lines - len(cell)) * _LEADING / 2
    align = "center" if row.head else column.align
    for one in cell:
        at -= _LEADING
        if one.text:
            yield left + _offset(align, wide, one.width), at, one.text


def _written(glyphs: Glyphs, lines: Placed) -> str:
    return " ".join(
        f"1 0 0 1 {x:.2f} {y:.2f} Tm {glyphs.shown(text, layout.SIZE_TABLE, _LEADING)}"
        for x, y, text in lines
    )


def _offset(align: str, wide: float, used: float) -> float:
    if align == "right":
        return wide - _SIDE - used
    return (wide - used) / 2 if align == "center" else _SIDE
