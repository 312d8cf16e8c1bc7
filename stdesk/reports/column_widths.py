"""How wide a table's columns are: by their share, but never so narrow that a word is cut."""

from __future__ import annotations

from reportlab.lib.units import mm

from stdesk.reports import layout, words
from stdesk.reports.annexes import Table
from stdesk.reports.type_setting import Face, face

_LOOKED_AT = 3_000  # rows; more would not change the picture
_WIDEST_WORD = 26 * mm  # a longer word (a link) may be cut


def column_widths(table: Table, width: float) -> list[float]:
    """The widths in points of the columns of ``table``, together ``width``."""
    least = _least(table)
    if sum(least) >= width:
        return layout.shares(least, width)
    weights = [column.width for column in table.columns]
    fixed: dict[int, float] = {}
    while True:
        free = [place for place in range(len(weights)) if place not in fixed]
        room = width - sum(fixed.values())
        given = dict(zip(free, layout.shares([weights[place] for place in free], room), strict=True))
        tight = [place for place in free if given[place] < least[place]]
        if not tight:
            return [fixed.get(place, given.get(place, 0.0)) for place in range(len(weights))]
        fixed |= {place: least[place] for place in tight}


def _least(table: Table) -> list[float]:
    regular, bold = face(), face("bold")
    least = [_longest(column.label, bold) for column in table.columns]
    for row in table.rows[:_LOOKED_AT]:
        for place, cell in enumerate(row):
            if not isinstance(cell, str) or len(cell) < 60 or " " in cell[:60]:
                least[place] = max(least[place], _longest(words.shown(cell), regular))
    if table.total:
        for place, cell in enumerate(table.rows[-1]):
            least[place] = max(least[place], _longest(words.shown(cell), bold))
    return [one + 2 * layout.CELL_SIDE * mm + 0.5 for one in least]


def _longest(text: str, cut: Face) -> float:
    found = max((cut.width(cut.printable(word), layout.SIZE_TABLE) for word in text.split()), default=0.0)
    return found if found <= _WIDEST_WORD else 0.0
