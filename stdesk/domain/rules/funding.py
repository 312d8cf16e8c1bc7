"""Money: sources against totals, spending against approval, amounts typed in the wrong unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stdesk.domain import codes
from stdesk.domain.dates import show
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import (
    RESEARCH_TASK,
    TRAINING_SESSION,
    cell,
    code_label,
    date_of,
    items_of,
    number_of,
    text_of,
    whole,
)

# kind -> field of the total, field of the sources, their column, least and greatest likely amount
_MONEY = {
    RESEARCH_TASK: ("funding_total", "funding", "approved", 1_000_000, 10**12),
    TRAINING_SESSION: ("cost_total", "cost", "amount", 10_000, 10**11),
}


def _sum(items: list[Mapping[str, Any]], column: str) -> int:
    return sum(whole(item.get(column)) or 0 for item in items)


def _without_parts(items: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """``items`` without those that are part of another ("in which: ministry")."""
    listed = codes.code_list("funding_source")
    present = {cell(item, "source") for item in items}
    return [item for item in items if not present & {c.code for c in listed.ancestors(cell(item, "source"))}]


def _difference(record: Record) -> tuple[str, int, int]:
    """Field of the total, total and sum of the sources; no field when they agree or one is missing."""
    total_field, rows, column, _, _ = _MONEY[record.kind]
    total, items = number_of(record, total_field), items_of(record, rows)
    sums = (_sum(items, column), _sum(_without_parts(items), column))
    if total is None or not any(whole(item.get(column)) is not None for item in items) or total in sums:
        return "", 0, 0
    return total_field, total, sums[1]


def sources_over_total(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """The sources add up to more than the total."""
    field, total, added = _difference(record)
    if field and added > total:
        yield Problem(field, {"total": total, "sum": added, "difference": added - total})


def sources_under_total(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """The sources add up to less than the total: one is not listed, perhaps."""
    field, total, added = _difference(record)
    if field and added < total:
        yield Problem(field, {"total": total, "sum": added, "difference": total - added})


def spent_over_approved(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """More spent than approved, source by source."""
    for item in items_of(record, "funding"):
        approved, spent = whole(item.get("approved")), whole(item.get("spent"))
        if approved is not None and spent is not None and spent > approved:
            source = code_label(kind.field("funding").columns[0], cell(item, "source")) or "…"
            yield Problem("funding", {"source": source, "spent": spent, "approved": approved})
            return


def amount_unlikely(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """An amount so small or so great that it was likely typed in another unit than đồng."""
    field, _, _, least, greatest = _MONEY[record.kind]
    total = number_of(record, field)
    if total is not None and (total < least or total > greatest):
        yield Problem(field, {"total": total})


def funding_missing(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A task above unit level that says nothing of money."""
    level = text_of(record, "level")
    told = number_of(record, "funding_total") is not None or items_of(record, "funding")
    if level in ("national", "ministry", "province") and not told:
        yield Problem("funding_total", {"level": code_label(kind.field("level"), level)})


def funding_year(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """Money of a year in which the task did not run (a year's grace on both sides)."""
    start = date_of(record, "start")
    end = max(date_of(record, name) for name in ("end", "extended_until", "accepted"))
    if not start or not end:
        return
    first, last = int(start[:4]) - 1, int(end[:4]) + 1
    for item in items_of(record, "funding"):
        year = whole(item.get("year"))
        if year is not None and not first <= year <= last:
            yield Problem("funding", {"year": str(year), "start": show(start), "end": show(end)})
            return


_T, _BOTH = (RESEARCH_TASK,), (RESEARCH_TASK, TRAINING_SESSION)
_TOTALS = ("funding_total", "cost_total")

RULES = (
    Rule("sources_over_total", Severity.EXPLAIN, _BOTH, _TOTALS, sources_over_total, needs=_TOTALS),
    Rule("sources_under_total", Severity.HINT, _BOTH, _TOTALS, sources_under_total, needs=_TOTALS),
    Rule("spent_over_approved", Severity.EXPLAIN, _T, ("funding",), spent_over_approved, needs=("funding",)),
    Rule("amount_unlikely", Severity.EXPLAIN, _BOTH, _TOTALS, amount_unlikely, needs=_TOTALS),
    Rule("funding_missing", Severity.HINT, _T, ("funding_total", "level"), funding_missing, needs=("level",)),
    Rule("funding_year", Severity.HINT, _T, ("funding",), funding_year, needs=("funding",)),
)
