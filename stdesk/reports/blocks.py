"""Tables as the documents draw them, whatever they say."""

from __future__ import annotations

from dataclasses import dataclass

from stdesk.reports.words import Cell

Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, share of the width, and ``left``, ``center`` or ``right``."""

    label: str
    width: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        title: above it; may be empty.
        total: whether the last row sums the others.
        full: the rows with nothing cut short, for a workbook's sheet of its own; empty when ``rows`` are whole.
        whole: the rows for a workbook where paper draws several empty ones together; else empty.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Rows
    total: bool = False
    full: Rows = ()
    whole: Rows = ()
