"""A list as it is seen, for other programs: a file, or the clipboard as text and as a table.

Unlike :mod:`stdesk.exchange.export`, which writes whole records to be taken in again, this
writes the columns that a person sees, in their order. What lies above ordinary secrecy never
leaves this way either, and no text becomes a formula.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from stdesk.atomic import replacing
from stdesk.domain.dates import show
from stdesk.domain.fields import Field, FieldType, Values
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.exchange.export import Cell, Column, Exported, cell_of
from stdesk.exchange.streamed_sheet import StreamedCells, plain_text, save, sheet_name
from stdesk.progress import Progress
from stdesk.text import clean

SUFFIXES = (".xlsx", ".csv")
# Plain dd/mm/yyyy is taken for "the computer's own short date": month first under English.
_WIDEST = 60
_TABLE = '<table border="1" style="border-collapse:collapse">'


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column that is seen: its header, width in characters, and field (``None`` = number or state)."""

    name: str
    header: str
    width: int = 14
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of a list, read as they are needed: one sequence of cells a record.

    Attributes:
        title: what the list is called.
        columns: what is seen.
        rows: cells in the order of the columns.
    """

    title: str
    columns: tuple[ListColumn, ...]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class _Values:
    """What ``export.cell_of`` asks of a record."""

    values: Values

    def get(self, name: str) -> Any:
        return self.values.get(name)


def cell(column: ListColumn, values: Values) -> Cell:
    """What a record shows in a column of a field; people by their names, as on the screen."""
    field = column.field
    value = values.get(field.name) if field is not None else None
    if field is None or value is None:
        return None
    if field.type is FieldType.PEOPLE:
        return "; ".join(str(one.get("name", "")) for one in value)
    plain: Any = _Values(values)
    return cell_of(Column(field, column.header), plain)


@dataclass(slots=True)
class _Tally:
    """Counts while the rows pass by."""

    written: int = 0
    shortened: int = 0


def write(lines: Lines, target: Path, left_out: Callable[[], int], progress: Progress) -> Exported:
    """Write ``lines`` to ``target``, whole or not at all.

    Args:
        target: its suffix decides the format: .xlsx .csv.
        left_out: asked at the end: how many records may not leave.

    Raises:
        UserError: ``export_format`` (exit 2), or what the system refused.
        Cancelled: the person stopped it.
    """
    suffix = target.suffix.lower()
    writer = _WRITERS.get(suffix)
    if writer is None:
        known = " ".join(SUFFIXES)
        raise UserError("export_format", Exit.USAGE, suffix=suffix or target.name, known=known)
    tally = _Tally()
    try:
        with replacing(target) as out:
            writer(lines, _counted(lines.rows, tally, progress), out, tally)
    except OSError as error:
        raise from_os_error(error, target) from error
    return Exported(tally.written, left_out(), tally.shortened)


def _counted(rows: Iterable[Sequence[Cell]], tally: _Tally, progress: Progress) -> Iterator[Sequence[Cell]]:
    for row in rows:
        progress.step()
        tally.written += 1
        yield row


# ---------------------------------------------------------------------------------------- workbook


def _write_xlsx(lines: Lines, rows: Iterator[Sequence[Cell]], out: BinaryIO, tally: _Tally) -> None:
    import openpyxl  # late: a third of a second that only this format costs
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "STDesk"
    book.properties.title = lines.title
    sheet = book.create_sheet(sheet_name(lines.title, "STDesk"))
    sheet.freeze_panes = "A2"
    for place, column in enumerate(lines.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(8, min(column.width + 2, _WIDEST))
    make = StreamedCells(sheet)
    try:
        sheet.append([make.header(column.header) for column in lines.columns])
        for row in rows:
            cells = zip(lines.columns, row, strict=True)
            sheet.append([make.value(value, grouped=_is_grouped(column)) for column, value in cells])
    except BaseException:
        sheet.close()  # its writer is a generator that complains when it is dropped half-way
        raise
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(lines.columns)))}{tally.written + 1}"
    tally.shortened = make.shortened
    save(book, out)


def _is_grouped(column: ListColumn) -> bool:
    return column.field is not None and column.field.type is FieldType.MONEY


# ------------------------------------------------------------------------------- CSV and clipboard


def _write_csv(lines: Lines, rows: Iterator[Sequence[Cell]], out: BinaryIO, _tally: _Tally) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow([plain_text(column.header) for column in lines.columns])
    for row in rows:
        writer.writerow([plain(value) for value in row])
    text.flush()
    text.detach()


def plain(value: Cell) -> str:
    """A cell as text that a spreadsheet reads as it is meant: days as 04/03/2025, numbers not grouped."""
    if value is None:
        return ""
    if isinstance(value, date):
        return show(value.isoformat())
    if isinstance(value, float):
        return repr(value).replace(".", ",") if value != int(value) else str(int(value))
    return plain_text(value) if isinstance(value, str) else str(value)


def as_text(columns: Sequence[ListColumn], rows: Iterable[Sequence[Cell]]) -> str:
    """The list with its headers, cells apart by tabs, as Excel takes it from the clipboard."""
    lines = [[plain_text(clean(column.header)) for column in columns]]
    lines += [[_one_line(value) for value in row] for row in rows]
    return "\n".join("\t".join(line) for line in lines)


def as_table(columns: Sequence[ListColumn], rows: Iterable[Sequence[Cell]]) -> str:
    """The same as an HTML table, as Word and Excel take it; text stays text, numbers and days are typed."""
    head = "".join(f"<th>{html.escape(column.header)}</th>" for column in columns)
    parts = [f'<html><head><meta charset="utf-8"></head><body>{_TABLE}<tr>{head}</tr>']
    parts += [f"<tr>{''.join(_html_cell(value) for value in row)}</tr>" for row in rows]
    parts.append("</table></body></html>")
    return "".join(parts)


def _one_line(value: Cell) -> str:
    return plain(clean(value)) if isinstance(value, str) else plain(value)


def _html_cell(value: Cell) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, str):
        shown = html.escape(plain_text(clean(value)))
        return f"<td style=\"mso-number-format:'\\@'\">{shown}</td>"
    if isinstance(value, date):
        return f"<td style=\"mso-number-format:'dd/mm/yyyy'\">{plain(value)}</td>"
    return f'<td align="right" x:num="{value}">{plain(value)}</td>'


_WRITERS: Mapping[str, Callable[[Lines, Iterator[Sequence[Cell]], BinaryIO, _Tally], None]] = {
    ".xlsx": _write_xlsx,
    ".csv": _write_csv,
}
