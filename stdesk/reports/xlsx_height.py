"""How high a row of the workbook has to be: not every reader works it out by itself."""

from __future__ import annotations

from collections.abc import Iterable

from stdesk.reports.type_setting import Face, face
from stdesk.reports.words import Cell, Day

CHARACTER = 5.2
"""Points: what Excel counts as 1 of a column's width."""
SIZE = 11
_LEADING = 14.5
_HIGHEST = 409.0  # points: what Excel allows a row
_MEASURED = 2_000  # characters of a cell; more than these fill the highest row


def height_of(cells: Iterable[Cell], widths: Iterable[float], *, bold: bool) -> float:
    """The height in points of a row of ``cells`` in columns of ``widths`` points."""
    cut = face("bold" if bold else "regular")
    lines = max(
        (
            lines_of(value, cut, width - CHARACTER)
            for value, width in zip(cells, widths, strict=False)
            if isinstance(value, str) and not isinstance(value, Day)
        ),
        default=1,
    )
    return min(lines * _LEADING + 1, _HIGHEST)


def lines_of(text: str, cut: Face, width: float) -> int:
    """In how many lines ``text`` stands in a column ``width`` points wide."""
    text = text[:_MEASURED]
    if len(text) * SIZE <= width:  # no letter is wider than it is high
        return 1 + text.count("\n")
    return sum(_lines(part, cut, width) for part in text.split("\n"))


def _lines(part: str, cut: Face, width: float) -> int:
    blank = cut.width(" ", SIZE)
    lines, used = 1, 0.0
    for word in part.split():
        wide = cut.width(word, SIZE)
        if used and used + blank + wide > width:
            lines, used = lines + 1, 0.0
        if wide > width:
            whole = int(wide / width)
            lines, used = lines + whole, wide - whole * width
        else:
            used += wide + (blank if used else 0)
    return lines
