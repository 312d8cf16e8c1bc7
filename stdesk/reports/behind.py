"""Which rows of the annexes' lists stand behind a figure, so that a reader of paper can count them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from stdesk.reports.blocks import Column, Table
from stdesk.reports.figures import Named, named
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.words import Cell, number
from stdesk.text import clean

DEPOSITS = "deposits"
"""Key of the annex that lists deposits still owed."""

_OWED = ("owed", "overdue")
_LONGEST = 150  # characters of row numbers in one cell on paper
_MOST = 400  # lines on paper
_WHERE = "xem phụ lục Excel"
_TITLE = "Bảng đối chiếu số liệu với danh mục"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the records of a report stand: id -> annex key and row number, by list."""

    listed: Mapping[str, tuple[str, int]]
    owed: Mapping[str, tuple[str, int]]


def places_of(snapshot: Snapshot) -> Places:
    """The rows of all lists of ``snapshot``; made once for many figures."""
    return Places(
        {
            str(record["id"]): (kind, row)
            for kind, found in snapshot.records.items()
            for row, record in enumerate(found, 1)
        },
        {str(one["record"]): (DEPOSITS, row) for row, one in enumerate(snapshot.deposits, 1)},
    )


def rows_by_annex(snapshot: Snapshot, figure: str, places: Places | None = None) -> dict[str, list[int]]:
    """Annex key -> the row numbers behind ``figure``, in order; empty for one that is not known."""
    places = places or places_of(snapshot)
    first, then = places.listed, places.owed
    if _is_owed(figure):
        first, then = then, first
    found: dict[str, list[int]] = {}
    for record in snapshot.figures["values"].get(figure, {}).get("records", ()):
        place = first.get(record) or then.get(record)
        if place:
            found.setdefault(place[0], []).append(place[1])
    return {key: sorted(set(rows)) for key, rows in found.items()}


def _is_owed(figure: str) -> bool:
    return figure.startswith(DEPOSITS) and figure.endswith(_OWED)


def rows_behind(snapshot: Snapshot, figure: str, places: Places | None = None) -> str:
    """The row numbers behind ``figure``: ``1, 4–7``; of several lists in turn, joined by semicolons.

    Args:
        places: of :func:`places_of`, when many figures are asked for.
    """
    return "; ".join(spans(rows) for rows in rows_by_annex(snapshot, figure, places).values())


def spans(rows: Iterable[int]) -> str:
    """Rising numbers in few words: 1, 2, 3, 7 as ``1–3, 7``."""
    return ", ".join(_shown(first, last) for first, last in _runs(rows))


def shortened(rows: list[int], longest: int = _LONGEST) -> str:
    """Like :func:`spans`, cut when longer than ``longest`` characters, saying how many rows are left out."""
    whole = spans(rows)
    if len(whole) <= longest:
        return whole
    shown, listed = "", 0
    for first, last in _runs(rows):
        longer = f"{shown}, {_shown(first, last)}" if shown else _shown(first, last)
        if shown and len(longer) > longest:
            break
        shown, listed = longer, listed + last - first + 1
    if listed == len(rows):
        return shown
    return f"{shown}, … và {number(len(rows) - listed)} dòng khác, {_WHERE}"


def reference_table(
    snapshot: Snapshot, numbers: Mapping[str, str], printed: Mapping[str, int]
) -> Table | None:
    """Every figure of the tables that is not nothing, with the annex and the rows it is counted from.

    A line stands for a row of a table: "Tổng số (5): 1, 4–7; Mới trong kỳ (2): 4, 6". On paper the list
    has its bounds; a workbook carries it whole.

    Args:
        numbers: annex key -> "II".
        printed: id of a printed table -> the number it bears.
    """
    places = places_of(snapshot)
    short: list[tuple[Cell, ...]] = []
    full: list[tuple[Cell, ...]] = []
    for label, told in _told(snapshot, printed, places):
        for key, behind in told.items():
            line = (label, numbers.get(key, ""))
            full.append((*line, "; ".join(f"{said}: {spans(rows)}" for said, rows in behind)))
            if len(short) < _MOST:
                short.append((*line, "; ".join(f"{said}: {shortened(rows)}" for said, rows in behind)))
    if len(full) > _MOST:
        left = f"… và {number(len(full) - _MOST)} dòng đối chiếu khác, {_WHERE}"
        short.append((left, "", ""))
    columns = (
        Column("Bảng, dòng", 4.5),
        Column("Phụ lục", 1.1, "center"),
        Column("Cột (giá trị): các dòng (TT) trong phụ lục", 13),
    )
    return Table(_TITLE, columns, tuple(short), full=tuple(full)) if full else None


_Behind = dict[str, list[tuple[str, list[int]]]]
"""Annex key -> columns of one row of a table with their values, and the rows behind them."""


def _told(snapshot: Snapshot, printed: Mapping[str, int], places: Places) -> Iterator[tuple[str, _Behind]]:
    names = named(snapshot.figures)
    for (table, _), figures in _by_row(snapshot, names).items():
        if table not in printed:
            continue
        alike: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
        for figure in figures:
            records = tuple(snapshot.figures["values"][figure]["records"])
            alike.setdefault((_is_owed(figure), records), []).append(figure)
        behind: _Behind = {}
        for same in alike.values():
            said = ", ".join(f"{names[one].column} ({number(snapshot.figure(one))})" for one in same)
            for key, rows in rows_by_annex(snapshot, same[0], places).items():
                behind.setdefault(key, []).append((said, rows))
        yield clean(f"{printed[table]}. {names[figures[0]].row}"), behind


def _by_row(snapshot: Snapshot, names: Mapping[str, Named]) -> dict[tuple[str, str], list[str]]:
    """The figures that are not nothing by the row they stand in first."""
    found: dict[tuple[str, str], list[str]] = {}
    for figure, name in names.items():
        if snapshot.figure(figure):
            found.setdefault((name.table, name.row_key), []).append(figure)
    return found


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _shown(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}, {last}" if last == first + 1 else f"{first}–{last}"
