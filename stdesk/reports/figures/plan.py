"""A plan looks ahead: what the year begins with, what is to be accepted in it, what to be deposited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from stdesk.domain import dates
from stdesk.domain.records import Record
from stdesk.reports.figures.common import choice, listed, one
from stdesk.reports.figures.duties import Owing
from stdesk.reports.figures.tasks import task_course
from stdesk.reports.tally import Measure, Tally


def planned_end(record: Record) -> str:
    """The partial date by which a task is to end: as extended, else as planned; "" when not written."""
    return str(record.get("extended_until") or record.get("end") or "")


def count_plan(tally: Tally, tasks: Sequence[Record], owing: Owing, start: date, end: date) -> None:
    """What the plan's year will bring, as the records say today."""
    course = {task.id: task_course(task, start, end) for task in tasks}
    open_ones = [task for task in tasks if course[task.id] in ("new", "carried_over")]
    measures = (
        Measure("tasks", "Tổng số", "task", one),
        Measure("carried_in", "Chuyển tiếp sang", "task", lambda t: int(course[t.id] == "carried_over")),
        Measure("begin", "Bắt đầu trong năm", "task", lambda t: int(course[t.id] == "new")),
        Measure("to_accept", "Đến hạn nghiệm thu trong năm", "task", lambda t: int(_ends_in(t, start, end))),
        Measure("late", "Đã quá hạn từ trước", "task", lambda t: int(_ended_before(t, start))),
    )
    tally.totals("plan", open_ones, measures)
    tally.split(
        "plan_by_level",
        "Nhiệm vụ KH&CN của năm kế hoạch theo cấp quản lý",
        "Cấp",
        listed("task_level"),
        choice("level"),
        open_ones,
        measures,
        "plan",
    )
    owed = [record for record, duty, _ in owing if not duty.done]
    due = [task for task in open_ones if _ends_in(task, start, end) or _ended_before(task, start)]

    def counted(unit: str) -> tuple[Measure, ...]:
        return (Measure("count", "Số lượng", unit, one),)

    tally.rows(
        "plan_work",
        "Việc phải làm trong năm kế hoạch",
        "Việc",
        [
            ("accept", "Nhiệm vụ phải nghiệm thu (đến hạn trong năm và quá hạn)", due, counted("task")),
            ("deposit", "Công trình còn phải nộp lưu cho V04 đến nay", owed, counted("deposit")),
            ("deposit_later", "Nhiệm vụ phải nộp lưu sau khi nghiệm thu", due, counted("deposit")),
        ],
    )


def _ends_in(task: Record, start: date, end: date) -> bool:
    when = planned_end(task)
    return bool(when) and start <= dates.last_day(when) <= end


def _ended_before(task: Record, start: date) -> bool:
    when = planned_end(task)
    return bool(when) and dates.last_day(when) < start
