"""What converting a cell needs and gives, whatever its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from stdesk.domain.fields import Value
from stdesk.exchange.reasons import Reason
from stdesk.exchange.sheets import CellValue
from stdesk.text import clean, clean_lines

_MOST_SHOWN = 80  # characters of a cell quoted in a reason


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell gave: values by field, text for the notes, and reasons."""

    values: Mapping[str, Value] = field(default_factory=dict)
    note: str = ""
    reasons: tuple[Reason, ...] = ()


EMPTY = Reading()
Convert = Callable[[CellValue], Reading]


@dataclass(frozen=True, slots=True)
class Column:
    """What converting a cell of a column needs to know.

    Attributes:
        header: as shown, for reasons and notes.
        unit: đồng per 1 of a bare number in a column of money.
        with_people: the header says that people stand in the title's cell too.
        whole_source: no column of its own holds number, volume or pages of what appeared there.
    """

    header: str
    unit: int = 1
    with_people: bool = False
    whole_source: bool = False


def column_letter(index: int) -> str:
    """The letters of a column as Excel shows them, from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_of(value: CellValue) -> str:
    """A cell as text on one line; dates as written here, whole numbers without a point."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, date):
        return f"{value.day:02}/{value.month:02}/{value.year}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return "" if value is None else str(value)


def kept(column: Column, value: CellValue, *reasons: Reason) -> Reading:
    """A cell that stays as text in the notes."""
    shown = clean_lines(value) if isinstance(value, str) else text_of(value)
    return Reading({}, f"{column.header}: {shown}" if shown else "", reasons)


def doubt(code: str, column: Column, cell: CellValue, /, *, look: bool = True, **params: str) -> Reason:
    """A reason that names the column and quotes the cell."""
    read = text_of(cell)
    read = read if len(read) <= _MOST_SHOWN else read[:_MOST_SHOWN] + "…"
    return Reason(code, {"column": column.header, "read": read, **params}, look)
