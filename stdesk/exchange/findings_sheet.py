"""What is still to be mended as a workbook: one row a finding, to be worked through and handed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from stdesk.atomic import replacing
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.exchange.export import Exported
from stdesk.exchange.streamed_sheet import StreamedCells, save, sheet_name
from stdesk.progress import Progress

SUFFIX = ".xlsx"
_A4 = 9  # as workbooks number papers
_LINE = 15.0  # points
_MOST_LINES = 20  # a row is at most 409 points high


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column.

    Attributes:
        header: its name.
        width: in characters.
        centred: its cells stand in the middle.
        printed: it goes on paper; those that do stand before those that do not.
    """

    header: str
    width: int
    centred: bool = False
    printed: bool = True


def write_findings(
    title: str,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[str | int | None]],
    target: Path,
    left_out: int,
    progress: Progress,
) -> Exported:
    """Write ``rows`` to ``target``, whole or not at all: filters, frozen head, wrapped text, ready to be printed.

    Args:
        left_out: findings that are not among the rows because their records may not leave.

    Raises:
        UserError: ``export_format`` (exit 2) for another suffix, or what the system refused.
        Cancelled: the person stopped it.
    """
    if target.suffix.lower() != SUFFIX:
        raise UserError("export_format", Exit.USAGE, suffix=target.suffix or target.name, known=SUFFIX)
    try:
        with replacing(target) as out:
            written, shortened = _write(title, columns, rows, out, progress)
    except OSError as error:
        raise from_os_error(error, target) from error
    return Exported(written, left_out, shortened)


def _write(
    title: str,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[str | int | None]],
    out: BinaryIO,
    progress: Progress,
) -> tuple[int, int]:
    import openpyxl  # late: a third of a second that only this costs
    from openpyxl.styles import Alignment

    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "STDesk"
    book.properties.title = title
    sheet = book.create_sheet(sheet_name(title, "STDesk"))
    last = _lay_out(sheet, title, columns)
    alike = [
        Alignment(horizontal="center" if one.centred else None, vertical="top", wrap_text=True)
        for one in columns
    ]
    make = StreamedCells(sheet)
    written = 0
    try:
        sheet.append([make.header(one.header) for one in columns])
        for row in rows:
            progress.step()
            cells = [make.value(value, grouped=False) for value in row]
            _align(cells, alike)
            written += 1
            sheet.row_dimensions[written + 1].height = _LINE * _lines(row, columns)
            sheet.append(cells)
    except BaseException:
        sheet.close()  # its writer is a generator that complains when it is dropped half-way
        raise
    sheet.auto_filter.ref = f"A1:{last}{written + 1}"
    sheet.print_area = f"A1:{_letter(_printed(columns))}{written + 1}"
    save(book, out)
    return written, make.shortened


def _lay_out(sheet: Any, title: str, columns: Sequence[SheetColumn]) -> str:
    """Widths, frozen head, a page across with its head repeated; returns the last column's letter."""
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[_letter(place)].width = column.width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.gridLines = True
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.left.text = title.replace("&", "&&")
    sheet.oddFooter.right.text = "&P/&N"
    return _letter(len(columns))


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(place))


def _printed(columns: Sequence[SheetColumn]) -> int:
    """How many columns from the left go on paper."""
    return sum(one.printed for one in columns)


def _lines(row: Sequence[str | int | None], columns: Sequence[SheetColumn]) -> int:
    """How many lines the longest text of a row takes: not every program finds out by itself."""
    pairs = zip(row, columns, strict=True)
    wrapped = (-(-len(value) // max(1, one.width - 2)) for value, one in pairs if isinstance(value, str))
    return min(_MOST_LINES, max(wrapped, default=1) or 1)


def _align(cells: Sequence[Any], alike: Sequence[Any]) -> None:
    for cell, how in zip(cells, alike, strict=True):
        if cell is not None:
            cell.alignment = how
