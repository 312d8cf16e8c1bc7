"""Records of one kind into a file for other programs: workbook, CSV, JSON lines, BibTeX, RIS.

What lies above ordinary secrecy leaves only under a register number, see :mod:`stdesk.services.release`;
otherwise it is only counted. Headers are the
fields' names on the screen and the last column is the id, so that a sheet that was worked on
elsewhere can be imported again and finds its records.

Text from a record never becomes a formula in somebody's spreadsheet (CWE-1236): workbooks hold
it as text cells, CSV puts an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from stdesk import i18n
from stdesk.atomic import replacing
from stdesk.domain import values
from stdesk.domain.dates import first_day, is_partial_date, show
from stdesk.domain.fields import Field, FieldType, Spread
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.exchange.bibliography import ENTRIES, is_bibliographic
from stdesk.exchange.schema import flatten, packaged_fields
from stdesk.exchange.streamed_sheet import StreamedCells, plain_text, save, sheet_name
from stdesk.i18n import Text
from stdesk.progress import Progress

NUMBER_HEADER = Text("STT", "No.")
ID_HEADER = Text("Mã STDesk", "STDesk id")
"""Header of the last column: the record's id, by which an import finds it again."""

_EXACT = 10**15  # a spreadsheet keeps 15 digits
_FIRST_EXCEL_DAY = date(1900, 3, 1)  # before it Excel's calendar is a day off
# Plain dd/mm/yyyy is taken for "the computer's own short date": month first under English.
_WIDTHS = {FieldType.LONG_TEXT: 40, FieldType.PEOPLE: 32, FieldType.ROWS: 32, FieldType.MONEY: 16}

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did.

    Attributes:
        written: records in the file.
        left_out: records above ordinary secrecy, which never leave.
        shortened: texts cut because a cell cannot hold more.
    """

    written: int
    left_out: int
    shortened: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: a field, or one cell of its small table (``spread``)."""

    field: Field
    header: str
    spread: Spread | None = None


@dataclass(slots=True)
class _Tally:
    """Counts while the records pass by."""

    written: int = 0
    left_out: int = 0
    shortened: int = 0


def export_records(
    kind: Kind, records: Iterable[Record], target: Path, *, progress: Progress | None = None,
    up_to: str = ORDINARY,
) -> Exported:  # fmt: skip
    """Write ``records`` of ``kind`` to ``target``, whole or not at all.

    Args:
        kind: the kind of all the records.
        records: read once, one at a time.
        target: its suffix decides the format: .xlsx .csv .jsonl .bib .ris.
        progress: counts records; may cancel.
        up_to: the highest secrecy level that goes along.

    Raises:
        UserError: ``export_format`` (exit 2) for another suffix, ``export_not_citable`` (exit 2)
            for .bib or .ris of a kind that cannot be cited, or what the system refused.
    """
    suffix = target.suffix.lower()
    write = _WRITERS.get(suffix)
    if write is None:
        raise UserError("export_format", Exit.USAGE, suffix=suffix or target.name, known=" ".join(_WRITERS))
    if suffix in ENTRIES and not is_bibliographic(kind):
        raise UserError("export_not_citable", Exit.USAGE, kind=str(kind.plural), suffix=suffix)
    tally = _Tally()
    try:
        with replacing(target) as out:
            write(kind, _allowed(records, tally, progress or Progress(), up_to), out, tally)
    except OSError as error:
        raise from_os_error(error, target) from error
    return Exported(tally.written, tally.left_out, tally.shortened)


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """The columns of a sheet of ``kind``: fields that travel, small tables spread out beside their text."""
    columns = []
    for field in packaged_fields(kind):
        columns.append(Column(field, str(field.label)))
        columns.extend(Column(field, str(spread.label), spread) for spread in field.spreads)
    return tuple(columns)


def cell_of(column: Column, record: Record) -> Cell:
    """What a cell of ``column`` holds for ``record``: number, whole day, text or nothing."""
    field, value = column.field, record.get(column.field.name)
    if value is None:
        return None
    if column.spread:
        return _spread_cell(column.spread, value)
    if field.type in (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY):
        return value if isinstance(value, int | float) and abs(value) < _EXACT else str(value)
    if field.type is FieldType.DATE:
        return _date_cell(field, value)
    if field.type is FieldType.LINKS:
        return "; ".join(str(one) for one in value)
    return values.show(field, value)


def _spread_cell(spread: Spread, items: Iterable[Mapping[str, Any]]) -> Cell:
    """The sum of the rows a spread stands for; several years of one source are one amount."""
    found = [
        item[spread.value]
        for item in items
        if item.get(spread.value) is not None and all(item.get(k) == v for k, v in spread.fixed.items())
    ]
    if not found:
        return None
    if all(isinstance(one, int | float) for one in found):
        total: int | float = sum(found)
        return total if abs(total) < _EXACT else str(total)
    return "; ".join(str(one) for one in found)


def _date_cell(field: Field, value: Any) -> Cell:
    if isinstance(value, str) and len(value) == 10 and is_partial_date(value):
        day = first_day(value)
        if day >= _FIRST_EXCEL_DAY:
            return day
    return values.show(field, str(value))


def _allowed(records: Iterable[Record], tally: _Tally, progress: Progress, up_to: str) -> Iterator[Record]:
    """The records that may leave, counted one by one."""
    for record in records:
        progress.step()
        if is_above(record.secrecy, up_to):
            tally.left_out += 1
            continue
        tally.written += 1
        yield record


# ---------------------------------------------------------------------------------------- workbook


def _write_xlsx(kind: Kind, records: Iterator[Record], out: BinaryIO, tally: _Tally) -> None:
    import openpyxl  # late: a third of a second that only this format costs

    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "STDesk"
    book.properties.title = str(kind.plural)
    sheet = book.create_sheet(sheet_name(str(kind.plural), kind.name))
    columns = columns_of(kind)
    _lay_out(sheet, columns)
    make = StreamedCells(sheet)
    try:
        sheet.append([make.header(text) for text in _headers(columns)])
        for record in records:
            cells = [make.value(cell_of(one, record), grouped=_is_grouped(one)) for one in columns]
            sheet.append([record.number, *cells, make.text(record.id)])
    except BaseException:
        sheet.close()  # its writer is a generator that complains when it is dropped half-way
        raise
    sheet.auto_filter.ref = f"A1:{_letter(len(columns) + 2)}{tally.written + 1}"
    tally.shortened = make.shortened
    save(book, out)


def _is_grouped(column: Column) -> bool:
    return column.field.type in (FieldType.MONEY, FieldType.ROWS)


def _headers(columns: tuple[Column, ...]) -> list[str]:
    return [str(NUMBER_HEADER), *(column.header for column in columns), str(ID_HEADER)]


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(number)


def _lay_out(sheet: Any, columns: tuple[Column, ...]) -> None:
    """Widths and the frozen header; a streamed sheet wants them before its first row."""
    sheet.freeze_panes = "A2"
    widths = [6, *(_width(column) for column in columns), 38]
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[_letter(place)].width = width


def _width(column: Column) -> int:
    wanted = 16 if column.spread else column.field.list_width or _WIDTHS.get(column.field.type, 14)
    return max(10, min(wanted + 2, 60))


# ------------------------------------------------------------------------------------- other files


def _write_csv(kind: Kind, records: Iterator[Record], out: BinaryIO, _tally: _Tally) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="")
    columns = columns_of(kind)
    writer = csv.writer(text)
    writer.writerow([plain_text(header) for header in _headers(columns)])
    for record in records:
        cells = [_csv_cell(cell_of(column, record)) for column in columns]
        writer.writerow([record.number, *cells, plain_text(record.id)])
    text.flush()
    text.detach()


def _csv_cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return show(value.isoformat())
    return plain_text(value) if isinstance(value, str) else str(value)


def _write_jsonl(kind: Kind, records: Iterator[Record], out: BinaryIO, _tally: _Tally) -> None:
    for record in records:
        line = json.dumps(flatten(record, kind), ensure_ascii=False, separators=(",", ":"))
        out.write(line.encode("utf-8", "backslashreplace") + b"\n")


def _write_entries(suffix: str) -> Callable[[Kind, Iterator[Record], BinaryIO, _Tally], None]:
    def write(kind: Kind, records: Iterator[Record], out: BinaryIO, _tally: _Tally) -> None:
        for entry in ENTRIES[suffix](kind, records):
            out.write(entry.encode("utf-8", "replace"))

    return write


_WRITERS: Mapping[str, Callable[[Kind, Iterator[Record], BinaryIO, _Tally], None]] = {
    ".xlsx": _write_xlsx,
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".bib": _write_entries(".bib"),
    ".ris": _write_entries(".ris"),
}


def suffixes(kind: Kind) -> tuple[str, ...]:
    """The formats a kind can be exported to, as file suffixes."""
    return tuple(suffix for suffix in _WRITERS if suffix not in ENTRIES or is_bibliographic(kind))


def default_name(kind: Kind, day: date, suffix: str) -> str:
    """A file name to propose: ``publication-2026-11-14.xlsx``."""
    return f"{kind.name}-{day.isoformat()}{suffix}"


def summary(done: Exported) -> str:
    """What was done, in words."""
    code = "export_done_left_out" if done.left_out else "export_done"
    sentence = i18n.message(code, written=done.written, left_out=done.left_out)
    if done.shortened:
        sentence += " " + i18n.message("export_shortened", count=done.shortened)
    return sentence
