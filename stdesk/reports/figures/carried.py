"""Carried over this time = open at the end of last time (the cross-check of form 04/CS-KHCN)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record
from stdesk.errors import UserError
from stdesk.reports.comparison import Last
from stdesk.reports.figures.funding import named_records
from stdesk.reports.tally import Tally
from stdesk.reports.words import number

_GAP = 92  # days between two periods that still follow each other, when a unit sets its own


def check_carried_over(
    tally: Tally, tasks: Sequence[Record], last: Last, library: Iterable[Record], start: date
) -> None:
    """Whether the tasks begun before this period are those open at the end of ``last``, one by one.

    Args:
        library: where tasks that are not reported this time are looked up by name.
    """
    if not _follows(last, start):
        return
    before = list(last.figures["values"].get("tasks.ongoing", {}).get("records", ()))
    now = tally.values["tasks.inherited"]["records"]
    gone, come = set(before) - set(now), set(now) - set(before)
    known = {one.id: one for one in library if one.id in gone} | {one.id: one for one in tasks}
    said = []
    if gone:
        said.append(f"có ở kỳ trước, nay không: {_names(sorted(gone), known)}")
    if come:
        said.append(f"nay có, kỳ trước không: {_names(sorted(come), known)}")
    tally.check(
        "tasks.inherited",
        len(now),
        len(before),
        f"Nhiệm vụ bắt đầu từ trước kỳ này là {number(len(now))}",
        f"số nhiệm vụ chưa kết thúc khi hết {last.label}",
        ok=not gone and not come,
        records=sorted(gone | come),
        more="; ".join(said),
    )


def _follows(last: Last, start: date) -> bool:
    try:
        end = parse_period(last.code).end
    except UserError:
        return False
    return abs((start - end).days - 1) <= _GAP


def _names(ids: Sequence[str], known: dict[str, Record]) -> str:
    found = sorted((known[one] for one in ids if one in known), key=lambda one: one.number)
    lost = len(ids) - len(found)
    unnamed = f"{number(lost)} nhiệm vụ không còn trong sổ" if lost else ""
    return " và ".join(part for part in (named_records(found), unnamed) if part)
