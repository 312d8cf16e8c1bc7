"""This year against last: each figure, its difference, and the records that make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stdesk.progress import Progress
from stdesk.reports.figure_names import named

FROZEN, LIBRARY = "frozen", "library"


@dataclass(frozen=True, slots=True)
class Last:
    """The figures a report is compared with.

    Attributes:
        code, label: of the period they belong to.
        source: ``frozen`` (from the report that was handed in) or ``library`` (counted from what the library
            holds of that period today).
        sha512: of the frozen report; "" when counted.
        figures: as :mod:`stdesk.reports.figures` gives them.
    """

    code: str
    label: str
    source: str
    sha512: str
    figures: Mapping[str, Any]


def compare(now: Mapping[str, Any], last: Last, progress: Progress | None = None) -> dict[str, Any]:
    """``{period, label, source, sha512, rows}``.

    A row is ``{figure, this, last, difference, new, gone, mark}``: ``new`` and ``gone`` are the ids of the
    records counted now and not then, and the other way round; ``mark`` is "same" (the same to the unit),
    "zero" (fell to nothing) or "". Rows stand for the figures of the tables, the headline first, in their
    order; tables that only arrange the same records anew (statistical forms, one split against another,
    year by year) are left out. What only the period before had a row for (a sort of document nobody wrote
    this time) follows at the end and brings its ``table`` and ``label`` with it.
    """
    names = [name for name, one in named(now).items() if not _rearranges(one.table)]
    progress = progress or Progress()
    rows = [
        _row(name, now["values"].get(name, {}), last.figures["values"].get(name, {}))
        for name in progress.each(names)
    ]
    known = set(names)
    for name, one in progress.each(named(last.figures).items()):
        if name not in known and one.first and not _rearranges(one.table):
            gone = _row(name, now["values"].get(name, {}), last.figures["values"].get(name, {}))
            rows.append({**gone, "table": one.table, "label": f"{one.title}: {one.row}"})
    return {
        "period": last.code,
        "label": last.label,
        "source": last.source,
        "sha512": last.sha512,
        "rows": [row for row in rows if row["this"] or row["last"]],
    }


def _rearranges(table: str) -> bool:
    return table == "years" or table.startswith(("tasks_04", "funding_03")) or table.endswith("_and_field")


def _row(name: str, now: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    this, last = int(now.get("value", 0)), int(then.get("value", 0))
    here, there = set(now.get("records", ())), set(then.get("records", ()))
    return {
        "figure": name,
        "this": this,
        "last": last,
        "difference": this - last,
        "new": sorted(here - there),
        "gone": sorted(there - here),
        "mark": "zero" if last and not this else "same" if this == last else "",
    }
