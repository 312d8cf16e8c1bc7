"""Where the tables of a sheet lie: title lines, header rows, and what every line below them is.

Units keep a table under a letterhead, give it two or three header rows with merged groups,
repeat the header on every printed page, number the columns "(1) (2) (3)", put "I. Cấp Bộ"
between the rows, add them up and sign below; and put the next table on the same sheet. Nothing
here depends on where things stand: a header row is one whose cells are column names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from stdesk.exchange.sheets import CellValue, Merge, Row, Sheet
from stdesk.exchange.vocabulary import HeaderWords, normal
from stdesk.text import clean

MOST_COLUMNS = 200
_MOST_HEADER_ROWS = 5
_LONGEST_NAME = 120  # characters of a column name
_COLUMN_NUMBER = re.compile(r"[(\[]?\s*(?:\d{1,2}|[A-Za-z]|\d{1,2}\s*=[\d\s+\-*/=()]+)\s*[)\]]?\Z")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a sheet.

    Attributes:
        titles: the lines above it, from the top.
        header_rows: numbers of its header rows.
        headers: column -> the header from its top row down; () = the column has none.
        rows: every row below, repeated headers and column numbers left out.
        not_data: numbers of the rows that were recognised as no data here.
        merged: the sheet's merged ranges.
    """

    titles: tuple[str, ...]
    header_rows: tuple[int, ...]
    headers: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    not_data: tuple[int, ...]
    merged: tuple[Merge, ...] = ()

    def header(self, column: int) -> str:
        """The header of ``column`` as shown: its rows joined by " / "."""
        return " / ".join(self.headers[column]) if column < len(self.headers) else ""


def find_tables(sheet: Sheet, words: HeaderWords) -> tuple[Table, ...]:
    """The tables of ``sheet`` in order; none when it has no rows.

    A sheet without any header row that could be read gives one table whose headers are its
    first row of names (or none), so that its rows can at least be counted.
    """
    rows = sheet.rows
    tables: list[Table] = []
    begin = 0
    for start in _header_starts(rows, words):
        if start < begin:
            continue  # inside the header before it
        first, last = _header_extent(rows, start, begin, sheet.merged, words)
        header = rows[first : last + 1]
        headers = _headers(header, sheet.merged)
        numbers = tuple(row.number for row in header)
        between = rows[begin:first]
        if tables and _same_headers(tables[-1].headers, headers):  # the same table's next page
            tables[-1] = _with_body(tables[-1], between, skipped=numbers)
        else:
            if tables:
                body, between = _lines_above(between)
                tables[-1] = _with_body(tables[-1], body)
            titles = tuple(line for row in between for line in _texts(row))
            skipped = tuple(row.number for row in between)
            tables.append(Table(titles, numbers, headers, (), skipped, sheet.merged))
        begin = last + 1
    if not tables:
        return (_unreadable(sheet),) if rows else ()
    tables[-1] = _with_body(tables[-1], rows[begin:])
    return tuple(tables)


def _same_headers(one: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]]) -> bool:
    def shape(headers: Sequence[tuple[str, ...]]) -> list[tuple[int, tuple[str, ...]]]:
        return [(column, normal(parts[-1])) for column, parts in enumerate(headers) if parts]

    return shape(one) == shape(other)


# --- header rows ---------------------------------------------------------------------------


def _header_starts(rows: Sequence[Row], words: HeaderWords) -> Iterator[int]:
    """Indexes of the rows in which a header begins."""
    for index, row in enumerate(rows):
        if _all_names(row.values):
            known, filled = _known(row, words)
            if known >= 2 and known * 2 >= filled:
                yield index


def _all_names(values: Sequence[CellValue]) -> bool:
    """Whether every cell is empty or a short text, as in a header; most rows fail at their number."""
    filled = 0
    for value in values:
        if value is None:
            continue
        if type(value) is not str or len(value) > _LONGEST_NAME:
            return False
        filled += 1
    return filled >= 2


def _known(row: Row, words: HeaderWords) -> tuple[int, int]:
    cells = [value for value in row.values[:MOST_COLUMNS] if isinstance(value, str)]
    return sum(words.knows(cell) for cell in cells), len(cells)


def _goes_on(upper: Row, lower: Row, merged: Sequence[Merge], words: HeaderWords) -> bool:
    """Whether ``lower`` is the next row of the header that holds ``upper``."""
    if _is_column_numbers(lower) or not _names_or_years(lower.values):
        return False
    known, filled = _known(lower, words)
    if known * 2 >= filled and known >= 2:
        return True
    across = [merge for merge in merged if merge[0] == upper.number == merge[2] and merge[3] > merge[1]]
    if across and all(any(left <= c <= right for _, left, _, right in across) for c in _filled(lower)):
        return True  # names only below the groups: "Cấp: Bộ | Tỉnh | Cơ sở"
    gaps = sum(1 for column in _filled(lower) if _at(upper, column) is None)
    merged_down = any(top <= upper.number < lower.number <= bottom for top, left, bottom, right in merged)
    if across and merged_down:
        return True
    return gaps > 0 and gaps * 2 >= filled and known * 2 >= filled and known > 0


def _names_or_years(values: Sequence[CellValue]) -> bool:
    filled = [value for value in values if value is not None]
    texts = [v for v in filled if isinstance(v, str) and len(v) <= _LONGEST_NAME]
    years = [v for v in filled if isinstance(v, int) and not isinstance(v, bool) and 1990 <= v <= 2100]
    return bool(filled) and len(texts) + len(years) == len(filled) and len(years) < len(filled) + (not texts)


def _header_extent(
    rows: Sequence[Row], start: int, begin: int, merged: Sequence[Merge], words: HeaderWords
) -> tuple[int, int]:
    """First and last index of the header around row ``start``; nothing before ``begin`` belongs to it."""
    first = last = start
    while first > begin and last - first < _MOST_HEADER_ROWS - 1:
        if not _is_group_row(rows[first - 1], rows[first], merged):
            break
        first -= 1
    while last + 1 < len(rows) and last - first < _MOST_HEADER_ROWS - 1:
        if rows[last + 1].number != rows[last].number + 1:
            break
        if not _goes_on(rows[last], rows[last + 1], merged, words):
            break
        last += 1
    return first, last


def _is_group_row(upper: Row, lower: Row, merged: Sequence[Merge]) -> bool:
    """Whether ``upper`` heads groups of the columns named in ``lower``, rather than being a title."""
    if upper.number != lower.number - 1 or not _all_names(upper.values):
        return False
    width = max(_filled(lower), default=0) + 1
    for top, left, bottom, right in merged:
        if not top <= upper.number <= bottom:
            continue
        if bottom >= lower.number and _at(upper, left) is not None:
            return True
        if (
            right > left
            and right - left + 1 < width
            and len(_filled(upper)) >= 2
            and not _all_capitals(upper)
        ):
            return True
    only_above = [column for column in _filled(upper) if _at(lower, column) is None and column < width]
    return bool(only_above) and len(_filled(upper)) >= 2 and len(only_above) * 2 >= len(_filled(upper))


def _all_capitals(row: Row) -> bool:
    """A letterhead: "CÔNG AN TỈNH …" beside "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"."""
    return all(value.isupper() for value in row.values if isinstance(value, str))


def _headers(rows: Sequence[Row], merged: Sequence[Merge]) -> tuple[tuple[str, ...], ...]:
    width = min(max((len(row.values) for row in rows), default=0), MOST_COLUMNS)
    spans = [merge for merge in merged if any(merge[0] <= row.number <= merge[2] for row in rows)]
    grid = [[_name(_at(row, column)) for column in range(width)] for row in rows]
    for level, row in enumerate(rows[:-1]):
        _spread_groups(grid, level, row.number, spans, has_merges=bool(spans))
    columns = []
    for column in range(width):
        parts: list[str] = []
        for line in grid:
            if line[column] and (not parts or parts[-1] != line[column]):
                parts.append(line[column])
        columns.append(tuple(parts))
    return tuple(columns)


def _spread_groups(
    grid: list[list[str]], level: int, number: int, spans: Sequence[Merge], *, has_merges: bool
) -> None:
    """A group's name stands in its first cell only: give it to the columns it covers."""
    line = grid[level]
    if has_merges:
        for top, left, _bottom, right in spans:
            if top == number and left < len(line):
                line[left : right + 1] = [line[left]] * (min(right, len(line) - 1) - left + 1)
        return
    below = grid[level + 1]
    name = ""
    for column, cell in enumerate(line):
        if cell:
            name = cell if below[column] else ""
        elif below[column]:
            line[column] = name


def _is_column_numbers(row: Row) -> bool:
    """A line such as ``(1) (2) (3)``, ``A B 1 2`` or ``5=6+7`` under the header."""
    cells = [str(value).strip() for value in row.values if value is not None]
    if len(cells) < 2 or not all(_COLUMN_NUMBER.match(cell) for cell in cells):
        return False
    numbers = [int(found[0]) for cell in cells if (found := re.search(r"\d+", cell))]
    rising = all(after == before + 1 for before, after in pairwise(numbers))
    return rising and (len(numbers) >= 2 or len(cells) == len(_letters(cells)))


def _letters(cells: Sequence[str]) -> list[str]:
    return [cell for cell in cells if cell.strip("()[] ").isalpha()]


# --- what stands between and above the tables ----------------------------------------------


def _lines_above(rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """``rows`` between two headers: those of the table above, and the title lines of the next."""
    cut = len(rows)
    while cut and (cells := _filled(rows[cut - 1])) and len(cells) <= 2 and _is_title(rows[cut - 1]):
        cut -= 1
    return tuple(rows[:cut]), tuple(rows[cut:])


def _is_title(row: Row) -> bool:
    return all(isinstance(value, str) for value in row.values if value is not None)


def _with_body(table: Table, rows: Sequence[Row], skipped: Sequence[int] = ()) -> Table:
    """``table`` with ``rows`` added below, lines of column numbers left out."""
    kept, numbering = [], []
    for row in rows:
        if _begins_numbering(row) and _is_column_numbers(row):
            numbering.append(row.number)
        else:
            kept.append(row)
    not_data = (*table.not_data, *numbering, *skipped)
    return replace(table, rows=table.rows + tuple(kept), not_data=not_data)


def _begins_numbering(row: Row) -> bool:
    """A quick no for nearly every row: column numbers begin with 1 or A and are all short."""
    if len(row.values) > 1 and type(row.values[-1]) is str and len(row.values[-1]) > 12:
        return False
    first = next((value for value in row.values if value is not None), None)
    return first in (1, "1", "(1)", "[1]", "A", "a", "(a)", "(A)")


def _unreadable(sheet: Sheet) -> Table:
    """A sheet whose columns nobody can name: its first row of several texts stands for the header."""
    for index, row in enumerate(sheet.rows[:100]):
        if len(_filled(row)) >= 3 and _all_names(row.values):
            titles = tuple(line for above in sheet.rows[:index] for line in _texts(above))
            above_numbers = tuple(above.number for above in sheet.rows[:index])
            headers = _headers((row,), sheet.merged)
            return Table(titles, (row.number,), headers, sheet.rows[index + 1 :], above_numbers, sheet.merged)
    return Table((), (), (), sheet.rows, (), sheet.merged)


def _texts(row: Row) -> list[str]:
    return [found for value in row.values if isinstance(value, str) and (found := clean(value))]


def _name(value: CellValue) -> str:
    if value is None or isinstance(value, (bool, date)):
        return ""
    return clean(str(value))


def _filled(row: Row) -> list[int]:
    return [column for column, value in enumerate(row.values) if value is not None]


def _at(row: Row, column: int) -> CellValue:
    return row.values[column] if column < len(row.values) else None
