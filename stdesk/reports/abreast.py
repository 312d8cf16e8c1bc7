"""Charts of an annex two or three abreast: one alone would leave half a page across empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stdesk.reports.blocks import Table
from stdesk.reports.charts import Chart, draw
from stdesk.reports.drawing import Drawing, Measure

APART = 24.0  # points between two charts
_SPARE = 1.0  # a word processor rounds the widths of pictures: two of them must still fit a line


def in_rows(blocks: Sequence[Table | Chart]) -> Iterator[Table | tuple[Chart, ...]]:
    """``blocks`` in order, charts that follow each other in rows of two, the first row of an odd number of three."""
    following: list[Chart] = []
    for block in blocks:
        if isinstance(block, Chart):
            following.append(block)
            continue
        yield from _rows(following)
        following = []
        yield block
    yield from _rows(following)


def _rows(charts: Sequence[Chart]) -> Iterator[tuple[Chart, ...]]:
    place = 0
    while place < len(charts):
        count = 3 if place == 0 and len(charts) % 2 else 2
        yield tuple(charts[place : place + count])
        place += count


def draw_row(row: Sequence[Chart], width: float, measure: Measure | None = None) -> tuple[Drawing, ...]:
    """The charts of a row, equally high, each to be set where the one before ends.

    Args:
        width: of the whole row in points; a chart that is alone in it takes what it needs.
    """
    if len(row) == 1:
        return (draw(row[0], width, measure),)
    each = (width - _SPARE - APART * (len(row) - 1)) / len(row)
    drawn = [draw(one, each, measure) for one in row]
    high = max(one.height for one in drawn)
    return tuple(
        replace(one, width=each + (APART if place < len(drawn) else 0.0), height=high)
        for place, one in enumerate(drawn, 1)
    )
