"""Charts of an annex two abreast: one alone would leave half a page across empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stdesk.reports.blocks import Table
from stdesk.reports.charts import Chart, draw
from stdesk.reports.drawing import Drawing, Measure

APART = 24.0  # points between two charts
_SPARE = 1.0  # a word processor rounds the widths of pictures: two of them must still fit a line
_ABREAST = 2


def in_rows(blocks: Sequence[Table | Chart]) -> Iterator[Table | tuple[Chart, ...]]:
    """``blocks`` in order, charts that follow each other in rows of two."""
    row: tuple[Chart, ...] = ()
    for block in blocks:
        if isinstance(block, Chart):
            row = (*row, block)
            if len(row) < _ABREAST:
                continue
        if row:
            yield row
            row = ()
        if isinstance(block, Table):
            yield block
    if row:
        yield row


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
