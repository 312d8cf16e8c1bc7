"""How wide a table's columns are: by their share, but never so narrow that a word is cut."""

from __future__ import annotations

from collections.abc import Iterable

from reportlab.lib.units import mm

from stdesk.reports import layout, words
from stdesk.reports.blocks import Table
from stdesk.reports.type_setting import Face, face
from stdesk.reports.words import Cell

_LOOKED_AT = 3_000  # rows; more would not change the picture
_LONG, _WIDER = 2_000, 3.0  # characters of a cell (300 authors) that make its column so many times wider
_WIDEST_WORD = 26 * mm  # a longer word (a link) may be cut


def column_widths(table: Table, width: float) -> list[float]:
    """The widths in points of the columns of ``table``, together ``width``."""
    least = _least(table)
    if sum(least) >= width:
        return layout.shares(least, width)
    weights = [
        column.width * (_WIDER if _is_long(cells) else 1)
        for column, cells in zip(table.columns, _columns(table), strict=True)
    ]
    fixed: dict[int, float] = {}
    while True:
        free = [place for place in range(len(weights)) if place not in fixed]
        room = width - sum(fixed.values())
        given = dict(zip(free, layout.shares([weights[place] for place in free], room), strict=True))
        tight = [place for place in free if given[place] < least[place]]
        if not tight:
            return [fixed.get(place, given.get(place, 0.0)) for place in range(len(weights))]
        fixed |= {place: least[place] for place in tight}


def _columns(table: Table) -> list[tuple[Cell, ...]]:
    rows = table.rows[:_LOOKED_AT]
    return list(zip(*rows, strict=True)) if rows else [() for _ in table.columns]


def _is_long(cells: tuple[Cell, ...]) -> bool:
    return any(isinstance(cell, str) and len(cell) > _LONG for cell in cells)


def _least(table: Table) -> list[float]:
    regular, bold = face(), face("bold")
    least = [_longest(column.label.split(), bold) for column in table.columns]
    for place, cells in enumerate(_columns(table)):
        least[place] = max(least[place], _longest(_words(cells), regular))
    if table.total:
        for place, cell in enumerate(table.rows[-1]):
            least[place] = max(least[place], _longest(words.shown(cell).split(), bold))
    return [one + 2 * layout.CELL_SIDE * mm + 0.5 for one in least]


def _words(cells: Iterable[Cell]) -> set[str]:
    """The words in a column, each once: lists repeat them by the thousand."""
    found: set[str] = set()
    for cell in set(cells):
        if not isinstance(cell, str) or len(cell) < 60 or " " in cell[:60]:
            found.update(words.shown(cell).split())
    return found


def _longest(listed: Iterable[str], cut: Face) -> float:
    """The widest of ``listed`` that may not be cut."""
    widths = (cut.width(cut.printable(word), layout.SIZE_TABLE) for word in listed)
    return max((one for one in widths if one <= _WIDEST_WORD), default=0.0)
