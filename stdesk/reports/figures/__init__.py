"""Figures of a report: counted once, when it is frozen, and kept with the records behind them.

Every figure is a sum of whole numbers over records. A table splits the records into rows of
which each record is in exactly one, so the rows must add up to the same total whichever way
they are split; ``checks`` says whether they do, each with a sentence. One module a subject;
the name of a figure, once released, is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from stdesk.domain.periods import PLAN, SUMMARY, YEARLY
from stdesk.domain.records import Record
from stdesk.progress import Progress
from stdesk.reports.comparison import Last
from stdesk.reports.figure_names import Named, named
from stdesk.reports.figures.carried import check_carried_over
from stdesk.reports.figures.common import field_level_1
from stdesk.reports.figures.duties import Owing, count_deposits
from stdesk.reports.figures.funding import count_funding, planned
from stdesk.reports.figures.people import count_people
from stdesk.reports.figures.plan import count_plan
from stdesk.reports.figures.publications import MAX_COLUMNS, count_publications
from stdesk.reports.figures.summary import SUMMARY_TABLE, add_summary
from stdesk.reports.figures.tasks import count_tasks, is_applied, task_course
from stdesk.reports.figures.training import count_training
from stdesk.reports.figures.years import count_years
from stdesk.reports.tally import Tally, failed_checks

__all__ = [
    "MAX_COLUMNS",
    "SUMMARY_TABLE",
    "Named",
    "compute",
    "failed_checks",
    "field_level_1",
    "is_applied",
    "named",
    "planned",
    "task_course",
    "with_explained",
]


def compute(
    records: Mapping[str, Sequence[Record]],
    owing: Owing,
    *,
    start: date,
    end: date,
    left_out: int,
    explained: int,
    document: str = YEARLY,
    last: Last | None = None,
    library: Iterable[Record] = (),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Every figure of the report on ``records`` (kind -> records) from ``start`` to ``end``.

    Args:
        owing: record, its deposit, and whether the record is of an earlier period.
        left_out: records kept out for their secrecy.
        explained: findings that pass with a written reason.
        document: a plan is counted ahead, a summary year by year (:mod:`stdesk.domain.periods`).
        last: the figures of the period before: what it left open must be carried over.
        library: where tasks of the period before are looked up by name.
        progress: stops the counting; its steps are not counted.

    Raises:
        Cancelled: ``progress`` was asked to stop.
    """
    tally = Tally(progress=progress or Progress())
    tasks = records.get("research_task", ())
    publications = records.get("publication", ())
    sessions = records.get("training_session", ())
    count_tasks(tally, tasks, start, end)
    now = [task for task in tasks if task_course(task, start, end) != "past"]
    count_funding(tally, now, sessions)
    count_publications(tally, publications)
    count_deposits(tally, owing)
    count_training(tally, sessions)
    count_people(tally, publications, now)
    if document == PLAN:
        count_plan(tally, now, owing, start, end)
    elif document == SUMMARY:
        count_years(tally, records, start, end)
    if last is not None and document != PLAN:
        check_carried_over(tally, now, last, library, start)
    add_summary(tally)
    for name, value in (("left_out", left_out), ("explained", explained)):
        tally.put(name, "count", value)
    return tally.as_data()


def with_explained(figures: Mapping[str, Any], explained: int) -> dict[str, Any]:
    """``figures`` with how many findings pass with a reason: it is known last, when all are counted."""
    values = {**figures["values"], "explained": {"value": explained, "unit": "count", "records": []}}
    return {**figures, "values": values}
