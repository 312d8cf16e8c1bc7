"""Sheets put into the shape that tables are read in: side-by-side tables apart, ticks as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from stdesk.domain.codes import code_list
from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kinds
from stdesk.exchange.layout import MOST_COLUMNS, Table
from stdesk.exchange.sheets import CellValue, Merge, Row, Sheet
from stdesk.exchange.vocabulary import HeaderWords, normal
from stdesk.text import clean, fold

_TICKS = frozenset({"x", "v", "✓", "✔", "☑", "+", "1", "•", "*", "co"})
_SUMS = ("tong", "cong")


# --- two tables beside each other ----------------------------------------------------------


def side_by_side(sheet: Sheet, words: HeaderWords) -> tuple[Sheet, ...]:
    """``sheet``, or its parts where one header row numbers two tables ("STT" comes again).

    The parts keep their columns' places. A sheet in which another table runs across the cut
    stays whole.
    """
    cut, header = 0, 0
    for row in sheet.rows:
        again = _second_number(row, words)
        if again and not cut:
            cut, header = again, row.number
        elif cut and _heads_across(row, cut, words):
            return (sheet,)
    if not cut:
        return (sheet,)
    left = replace(sheet, rows=_kept(sheet.rows, 0, cut, header), merged=_merges(sheet, 0, cut))
    rest = _kept(sheet.rows, cut, MOST_COLUMNS, header)
    right = replace(sheet, rows=rest, merged=_merges(sheet, cut, MOST_COLUMNS))
    return (left, *side_by_side(right, words))


def _second_number(row: Row, words: HeaderWords) -> int:
    """The column in which a second numbering begins; 0 = none, or no table of names on both sides."""
    places = [at for at, value in enumerate(row.values[:MOST_COLUMNS]) if _names_number(value, words)]
    if len(places) < 2:
        return 0
    sides = (row.values[: places[1]], row.values[places[1] : MOST_COLUMNS])
    return places[1] if all(_known(side, words) >= 3 for side in sides) else 0


def _heads_across(row: Row, cut: int, words: HeaderWords) -> bool:
    if _names_number(row.values[cut] if cut < len(row.values) else None, words):
        return False
    return min(_known(row.values[:cut], words), _known(row.values[cut:MOST_COLUMNS], words)) >= 2


def _names_number(value: CellValue, words: HeaderWords) -> bool:
    return isinstance(value, str) and words.numbers(value)


def _known(values: Sequence[CellValue], words: HeaderWords) -> int:
    return sum(isinstance(value, str) and words.knows(value) for value in values)


def _kept(rows: Sequence[Row], first: int, end: int, header: int) -> tuple[Row, ...]:
    """``rows`` with the columns from ``first`` before ``end``; title lines above belong to all parts."""
    kept = []
    for row in rows:
        values = [None] * first + list(row.values[first:end])
        if row.number < header and first and not any(value is not None for value in values):
            values = [None] * first + [value for value in row.values[:first] if value is not None]
        while values and values[-1] is None:
            values.pop()
        if values:
            kept.append(replace(row, values=tuple(values)))
    return tuple(kept)


def _merges(sheet: Sheet, first: int, end: int) -> tuple[Merge, ...]:
    return tuple(one for one in sheet.merged if first <= one[1] and one[3] < end)


# --- a column a code, ticked ---------------------------------------------------------------


def words_for_ticks(table: Table, meanings: Sequence[tuple[tuple[str, ...], str]]) -> Table:
    """``table`` with "Cấp: Bộ | Tỉnh | Cơ sở" and its ticks made one column that says "Bộ".

    Args:
        meanings: wording of a column -> code list, for every field of the kinds with a list.
    """
    groups = [
        (parents, [at for at, _ in columns])
        for parents, columns in groupby(enumerate(table.headers), key=lambda item: item[1][:-1])
        if parents
    ]
    for parents, columns in groups:
        if (
            len(columns) > 1
            and len(table.headers[columns[0]]) > 1
            and _are_codes(table, parents, columns, meanings)
        ):
            table = _folded(table, parents, columns)
    return table


def choices_by_wording(kinds: Kinds) -> list[tuple[tuple[str, ...], str]]:
    """What sheets call the columns of codes, and their lists."""
    return [
        (normal(text), field.codes)
        for kind in kinds
        for field in kind.of_type(FieldType.CHOICE)
        for text in (field.label.vi, *field.synonyms)
    ]


def _are_codes(
    table: Table,
    parents: tuple[str, ...],
    columns: list[int],
    meanings: Sequence[tuple[tuple[str, ...], str]],
) -> bool:
    group = normal(parents[-1])
    lists = {codes for wording, codes in meanings if wording == group}
    names = [table.headers[at][-1] for at in columns]
    if not any(all(code_list(codes).recognise(name) for name in names) for codes in lists):
        return False
    cells = [
        row.values[at]
        for row in table.rows
        if not _is_sum(row)
        for at in columns
        if at < len(row.values) and row.values[at] is not None
    ]
    return bool(cells) and all(_is_tick(cell) for cell in cells)


def _is_tick(value: CellValue) -> bool:
    return value is True or (not isinstance(value, float) and fold(clean(str(value))) in _TICKS)


def _is_sum(row: Row) -> bool:
    texts = [fold(clean(value)) for value in row.values if isinstance(value, str)]
    return bool(texts) and texts[0].startswith(_SUMS)


def _folded(table: Table, parents: tuple[str, ...], columns: list[int]) -> Table:
    headers = list(table.headers)
    names = {at: headers[at][-1] for at in columns}
    headers[columns[0]] = parents
    for at in columns[1:]:
        headers[at] = ()
    rows = []
    for row in table.rows:
        if _is_sum(row):
            rows.append(row)
            continue
        values = list(row.values)
        ticked = [name for at, name in names.items() if at < len(values) and values[at] is not None]
        for at in columns:
            if at < len(values):
                values[at] = None
        if ticked:
            values[columns[0]] = "; ".join(ticked)
        rows.append(replace(row, values=tuple(values)))
    return replace(table, headers=tuple(headers), rows=tuple(rows))
