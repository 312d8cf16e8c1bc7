"""The annexes as a workbook: real numbers and dates, filters, frozen headings, ready to print.

Behind the annexes stand the figures as one list, what each of them is made of with the way there, and this
period beside the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stdesk.domain.kinds import Kinds
from stdesk.progress import Progress
from stdesk.reports import layout
from stdesk.reports.annexes import Annex
from stdesk.reports.blocks import Rows, Table
from stdesk.reports.column_widths import column_widths
from stdesk.reports.document import TRIAL_NOTE, Document, build_document
from stdesk.reports.fixed_zip import FixedZip
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.xlsx_book import MAX_TEXT, Book, Page, Put, Row, quoted_sheet
from stdesk.reports.xlsx_figures import BEHIND, figure_sheets
from stdesk.reports.xlsx_height import CHARACTER, SIZE, height_of

__all__ = ["MAX_TEXT", "render", "render_xlsx"]

_WIDE = 900.0  # points over all columns; the page is scaled to hold it
_WIDER = SIZE / layout.SIZE_TABLE
_ROWS_A_STEP = 50
_ELSEWHERE = f"xem trang tính “{BEHIND}”"
_TITLES = 4  # rows above a table: number, title, note, a blank one


def render_xlsx(snapshot: Snapshot, kinds: Kinds, progress: Progress | None = None) -> bytes:
    """The annexes of the report of ``snapshot``, one sheet each, the same bytes every time.

    Raises:
        UserError: the program's form is missing.
        Cancelled: the person stopped it.
    """
    return render(build_document(snapshot, kinds), snapshot, progress)


def render(document: Document, snapshot: Snapshot, progress: Progress | None = None) -> bytes:
    """The annexes of ``document``, made from ``snapshot``, and the sheets of figures."""
    if progress:
        progress.start(sum(len(_rows(table)) for annex in document.annexes for table in _told(annex)))
    above = _TITLES + document.trial
    pages = [_Sheet(annex, document, progress).page() for annex in document.annexes]
    sheet_of = {annex.key: annex.number for annex in document.annexes}
    pages += figure_sheets(snapshot, sheet_of, first_row=above + 2, trial=document.trial)
    book = Book(document.created, document.code, trial=document.trial)
    return book.write(pages, partial(_describe, document))


def _describe(document: Document, package: FixedZip) -> None:
    package.properties(document, subject=document.head.subject, note=f"[{document.code}]")


class _Sheet:
    """The sheet of one annex: its title, then its tables one below the other."""

    def __init__(self, annex: Annex, document: Document, progress: Progress | None) -> None:
        self._annex = annex
        self._tables = [block for block in annex.blocks if isinstance(block, Table)]
        self._trial = document.trial
        self._mark = document.marks.secrecy
        self._progress = progress
        widest = max(_told(annex), key=lambda table: len(table.columns), default=None)
        found = column_widths(widest, _WIDE / _WIDER) if widest else []
        numbers = _widest_numbers(_told(annex))
        self._widths = [
            max(one * _WIDER, 7 * CHARACTER, numbers.get(place, 0) * CHARACTER)
            for place, one in enumerate(found)
        ]

    def page(self) -> Page:
        """The sheet as the workbook wants it."""
        above = _TITLES + self._trial
        alone = self._tables[0] if len(self._tables) == 1 and not self._tables[0].title else None
        return Page(
            name=self._annex.number,
            widths=tuple(round(one / CHARACTER, 1) for one in self._widths) or (60.0,),
            rows=self._rows,
            head=above + 1 if alone else 0,
            last=above + 1 + len(_rows(alone)) if alone else 0,
            rows_in_all=above + sum(_high(one) for one in self._tables),
        )

    def _rows(self) -> Iterator[Row]:
        if self._trial:
            yield (Put(TRIAL_NOTE, "trial"),), 0
        number = f"{self._annex.number} ({self._mark})" if self._mark else self._annex.number
        yield (Put(number, "title"),), 0
        yield (Put(self._annex.title, "title"),), 0
        yield (Put(self._annex.note, "note"),), 0
        yield (), 0
        for place, table in enumerate(self._tables, 1):
            if table.full:
                yield (
                    (Put(f"{place}. {table.title} ({_ELSEWHERE})", "link", to=f"{quoted_sheet(BEHIND)}!A1"),),
                    0,
                )
            else:
                if table.title:
                    yield (Put(f"{place}. {table.title}", "title"),), 0
                yield from self._table(table)
            yield (), 0

    def _table(self, table: Table) -> Iterator[Row]:
        heads = [column.label for column in table.columns]
        yield tuple(Put(one, "head", "center") for one in heads), height_of(heads, self._widths, bold=True)
        aligns = [column.align for column in table.columns]
        rows = _rows(table)
        last = len(rows) - 1
        for place, row in enumerate(rows):
            if self._progress and place % _ROWS_A_STEP == 0:
                self._progress.step(min(_ROWS_A_STEP, len(rows) - place))
            font = "bold" if table.total and place == last else "cell"
            yield (
                tuple(Put(value, font, align) for value, align in zip(row, aligns, strict=True)),
                height_of(row, self._widths, bold=font == "bold"),
            )


def _told(annex: Annex) -> list[Table]:
    """The tables of the sheet: one that is cut short on paper stands whole on a sheet of its own."""
    return [block for block in annex.blocks if isinstance(block, Table) and not block.full]


def _widest_numbers(tables: list[Table]) -> dict[int, int]:
    """Column -> characters of its longest number, with room to spare: what does not fit is shown as ####."""
    found: dict[int, int] = {}
    for table in tables:
        for row in _rows(table):
            for place, cell in enumerate(row):
                if isinstance(cell, int) and (long := len(f"{cell:,}") + 3) > found.get(place, 0):
                    found[place] = long
    return found


def _rows(table: Table) -> Rows:
    return table.whole or table.rows


def _high(table: Table) -> int:
    """Rows a table takes with its title and the blank row below it."""
    return 2 if table.full else len(_rows(table)) + 2 + bool(table.title)
