"""A summary over several years: the same counting year by year.

A task that lasts three years stands in three of them, so the years do not add up to the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from stdesk.domain.kinds.publication import PUBLICATION
from stdesk.domain.kinds.research_task import RESEARCH_TASK
from stdesk.domain.kinds.training_session import TRAINING_SESSION
from stdesk.domain.periods import touches
from stdesk.domain.records import Record
from stdesk.reports.figures.common import one
from stdesk.reports.figures.tasks import is_applied, task_course
from stdesk.reports.figures.training import amount
from stdesk.reports.tally import Measure, Row, Tally

_LABELS = (
    ("publications", "Ấn phẩm, tài liệu", "publication"),
    ("tasks", "Nhiệm vụ thực hiện", "task"),
    ("new", "Mới", "task"),
    ("accepted", "Được nghiệm thu", "task"),
    ("stopped", "Dừng thực hiện", "task"),
    ("applied", "Đã ứng dụng", "task"),
    ("sessions", "Lớp tập huấn", "session"),
    ("participants", "Lượt người", "person"),
    ("funding", "Kinh phí ghi cho năm (đồng)", "dong"),
)
_WHOLE = (
    "publications.total", "tasks.total", "tasks.new", "tasks.accepted", "tasks.stopped", "tasks.applied",
    "training.sessions", "training.participants", "years.all.funding",
)  # fmt: skip


def count_years(tally: Tally, records: Mapping[str, Sequence[Record]], start: date, end: date) -> None:
    """One row a calendar year from ``start`` to ``end``, and one for the whole."""
    rows: list[Row] = []
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), min(end, date(year, 12, 31))
        rows.append((str(year), f"Năm {year}", _one_year(tally, records, first, last)))
    tally.count(
        "years.all.funding",
        "dong",
        records.get("research_task", ()),
        lambda task: _granted(task, start.year, end.year),
    )
    rows.append(("whole", "Cả giai đoạn", _WHOLE))
    measures = [Measure(key, label, unit, one) for key, label, unit in _LABELS]
    tally.table("years", "Số liệu theo từng năm", "Năm", measures, rows)


def _one_year(
    tally: Tally, records: Mapping[str, Sequence[Record]], first: date, last: date
) -> tuple[str, ...]:
    tasks = [
        task
        for task in records.get("research_task", ())
        if touches(RESEARCH_TASK, task, first, last) or is_applied(task, first, last)
    ]
    course = {task.id: task_course(task, first, last) for task in tasks}
    publications = [
        each for each in records.get("publication", ()) if touches(PUBLICATION, each, first, last)
    ]
    sessions = [
        each for each in records.get("training_session", ()) if touches(TRAINING_SESSION, each, first, last)
    ]

    def standing(wanted: str) -> Callable[[Record], int]:
        return lambda task: int(course[task.id] == wanted)

    counted: dict[str, tuple[Sequence[Record], Callable[[Record], int]]] = {
        "publications": (publications, one),
        "tasks": (tasks, lambda task: int(course[task.id] != "past")),
        "new": (tasks, standing("new")),
        "accepted": (tasks, standing("accepted")),
        "stopped": (tasks, standing("stopped")),
        "applied": (tasks, lambda task: int(is_applied(task, first, last))),
        "sessions": (sessions, one),
        "participants": (sessions, amount("participants")),
        "funding": (
            records.get("research_task", ()),
            lambda task: _granted(task, first.year, last.year),
        ),
    }
    names = []
    for key, _, unit in _LABELS:
        names.append(f"years.{first.year}.{key}")
        tally.count(names[-1], unit, *counted[key])
    return tuple(names)


def _granted(task: Record, first: int, last: int) -> int:
    """What was approved for the years from ``first`` to ``last``, in đồng."""
    return sum(
        int(each.get("approved") or 0)
        for each in task.get("funding") or ()
        if first <= int(each.get("year") or 0) <= last
    )
