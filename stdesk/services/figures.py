"""The figures of a report as they are looked at: what each is, what it was, and the records behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stdesk.domain.kinds import Kinds
from stdesk.domain.records import Record
from stdesk.progress import Progress
from stdesk.reports.snapshot import Snapshot

__all__ = ["Behind", "FigureRow", "FigureTable", "Part", "Snapshot", "behind", "named", "tables"]

TOTAL = "total"


class Part(StrEnum):
    """Which number of a figure is meant: this period's, the one compared with, the difference."""

    THIS = "this"
    LAST = "last"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside what it was: ``mark`` is "same", "zero" or ""."""

    last: int
    difference: int
    mark: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of a table: figure and value of each of its columns.

    Attributes:
        key, label: of the row; ``total`` sums the others.
        figures, values: name and value, one a column.
        compared: one a column, ``None`` where it was not counted then; empty when there is nothing to compare with.
        estimate: the number expected of the first column at the period's end, in a plan the target.
    """

    key: str
    label: str
    figures: tuple[str, ...]
    values: tuple[int, ...]
    compared: tuple[Compared | None, ...] = ()
    estimate: int | None = None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures: ``columns`` are their labels, ``units`` what they count ("dong" is money)."""

    id: str
    title: str
    head: str
    columns: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """A record behind a figure.

    Attributes:
        id, kind, number, title: the record; ``number`` 0 and no title when it is gone for good.
        came: 1 counted now and not then, -1 the other way round, 0 where no difference is asked for.
    """

    id: str
    kind: str
    number: int
    title: str
    came: int = 0


def tables(snapshot: Snapshot) -> tuple[FigureTable, ...]:
    """The tables of ``snapshot`` with their comparison and estimates; those without rows are left out."""
    compared = {one["figure"]: one for one in snapshot.comparison.get("rows", ())}
    return tuple(
        _table(one, snapshot, compared if snapshot.comparison else None)
        for one in snapshot.figures["tables"]
        if one["rows"]
    )


def _table(
    table: Mapping[str, Any], snapshot: Snapshot, compared: Mapping[str, Mapping[str, Any]] | None
) -> FigureTable:
    if compared and not any(name in compared for row in table["rows"] for name in row["cells"]):
        compared = None  # the same records only arranged anew
    rows = []
    for row in table["rows"]:
        cells = tuple(row["cells"])
        beside = (
            ()
            if compared is None
            else tuple(_compared(compared.get(name), snapshot.figure(name)) for name in cells)
        )
        values = tuple(snapshot.figure(name) for name in cells)
        estimate = snapshot.estimates.get(cells[0]) if cells else None
        rows.append(FigureRow(row["key"], row["label"], cells, values, beside, estimate))
    columns = table["columns"]
    if compared is not None:
        past = [
            _only_then(one, table, len(columns))
            for one in compared.values()
            if one.get("table") == table["id"]
        ]
        place = len(rows) - (rows[-1].key == TOTAL)
        rows[place:place] = past
    return FigureTable(
        table["id"],
        table["title"],
        table["head"],
        tuple(str(one["label"]) for one in columns),
        tuple(str(one["unit"]) for one in columns),
        tuple(rows),
    )


def _only_then(row: Mapping[str, Any], table: Mapping[str, Any], columns: int) -> FigureRow:
    """A row that only the period before had, known by its first column."""
    name, label = str(row["figure"]), str(row["label"]).removeprefix(f"{table['title']}: ")
    rest = columns - 1
    beside = (_compared(row, 0), *[None] * rest)
    return FigureRow(name, label, (name, *[""] * rest), (0,) * columns, beside)


def _compared(row: Mapping[str, Any] | None, now: int) -> Compared | None:
    if row is None:  # nothing then and nothing now, or a number that was not counted then
        return None if now else Compared(0, 0, "")
    return Compared(int(row["last"]), int(row["difference"]), str(row["mark"]))


def behind(
    snapshot: Snapshot,
    figure: str,
    part: Part,
    kinds: Kinds,
    find: Callable[[Sequence[str]], Sequence[Record]],
    progress: Progress | None = None,
) -> list[Behind]:
    """The records behind ``part`` of ``figure``, by kind and number; for a difference those that came first.

    Args:
        find: ids -> records, for those that the report does not hold.
    """
    progress = progress or Progress()
    now = list(snapshot.figures["values"].get(figure, {}).get("records", ()))
    row: Mapping[str, Any] = next(
        (one for one in snapshot.comparison.get("rows", ()) if one["figure"] == figure), {}
    )
    new, gone = set(row.get("new", ())), list(row.get("gone", ()))
    if part is Part.THIS:
        wanted = dict.fromkeys(now, 0)
    elif part is Part.LAST:
        wanted = dict.fromkeys([one for one in now if one not in new] + gone, 0)
    else:
        wanted = dict.fromkeys([one for one in now if one in new], 1) | dict.fromkeys(gone, -1)
    return _listed(snapshot, wanted, kinds, find, progress)


def named(
    snapshot: Snapshot,
    ids: Sequence[str],
    kinds: Kinds,
    find: Callable[[Sequence[str]], Sequence[Record]],
    progress: Progress | None = None,
) -> list[Behind]:
    """The records of these ids, by kind and number; for ``find`` see :func:`behind`."""
    return _listed(snapshot, dict.fromkeys(ids, 0), kinds, find, progress or Progress())


def _listed(
    snapshot: Snapshot,
    wanted: Mapping[str, int],
    kinds: Kinds,
    find: Callable[[Sequence[str]], Sequence[Record]],
    progress: Progress,
) -> list[Behind]:
    titles = _titles(snapshot, wanted, kinds, find, progress)
    order = {kind.name: place for place, kind in enumerate(kinds)}
    found = [Behind(one, *titles.get(one, ("", 0, "")), came) for one, came in wanted.items()]
    return sorted(found, key=lambda one: (-one.came, order.get(one.kind, len(order)), one.number))


def _titles(
    snapshot: Snapshot,
    wanted: Mapping[str, int],
    kinds: Kinds,
    find: Callable[[Sequence[str]], Sequence[Record]],
    progress: Progress,
) -> dict[str, tuple[str, int, str]]:
    found = {}
    for kind, records in snapshot.records.items():
        progress.check()
        title = kinds[kind].title if kind in kinds else ""
        for one in records:
            if one["id"] in wanted:
                found[one["id"]] = (kind, int(one["number"]), str(one["values"].get(title) or ""))
    missing = [one for one in wanted if one not in found]
    for record in find(missing) if missing else ():
        title = kinds[record.kind].title if record.kind in kinds else ""
        found[record.id] = (record.kind, record.number, str(record.get(title) or ""))
    return found
