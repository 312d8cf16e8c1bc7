"""Research tasks: by level, type, status, field, source of funding and leader's gender; form 04/CS-KHCN."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from stdesk.domain import dates
from stdesk.domain.kinds.research_task import RESEARCH_TASK
from stdesk.domain.periods import span
from stdesk.domain.records import Record
from stdesk.domain.rules.terms import ACCEPTED_STATUSES
from stdesk.reports.figures.common import (
    UNKNOWN_LABEL,
    UNSORTED,
    choice,
    field_level_1,
    fields,
    listed,
    one,
    present,
    sorted_codes,
    statistics_labels,
)
from stdesk.reports.figures.funding import main_source, planned, source_class
from stdesk.reports.tally import UNKNOWN, Measure, Row, Tally

_BEGINS = ("approved", "contract", "start", "proposed")
COURSES = ("new", "carried_over", "accepted", "stopped")


def task_course(record: Record, start: date, end: date) -> str:
    """Where a task stands in the period: exactly one of accepted, stopped, new, carried_over, past.

    ``past``: it ended before the period and is in it only because its result came into use then;
    it counts as applied and as nothing else. What ended in the period weighs more than that it began
    in it. A status without its date ("Đã nghiệm thu") is taken at its word.
    """
    accepted, stopped = record.get("accepted"), record.get("stopped")
    if accepted and dates.overlaps(accepted, start, end):
        return "accepted"
    if stopped and dates.overlaps(stopped, start, end):
        return "stopped"
    lasting = span(RESEARCH_TASK, record)
    if lasting is not None and lasting[1] < start:
        return "past"
    if not accepted and record.get("status") in ACCEPTED_STATUSES:
        return "accepted"
    if not stopped and record.get("status") == "stopped":
        return "stopped"
    return "new" if begun_in(record, start, end) else "carried_over"


def begun_in(record: Record, start: date, end: date) -> bool:
    """Whether a task was approved, contracted or begun in the period."""
    begun = next((str(record.get(name)) for name in _BEGINS if record.get(name)), "")
    return bool(begun) and dates.overlaps(begun, start, end)


def is_applied(record: Record, start: date, end: date) -> bool:
    """Whether a task's result came into use in the period."""
    if when := record.get("applied"):
        return dates.overlaps(when, start, end)
    return bool(record.get("status") == "applied")


def leaders_gender(task: Record) -> str:
    """The gender of a task's leader; ``unknown`` when it is not written."""
    leaders: Sequence[Mapping[str, Any]] = task.get("leader") or ({},)
    return str(leaders[0].get("gender") or UNKNOWN)


def count_tasks(tally: Tally, tasks: Sequence[Record], start: date, end: date) -> None:
    """The figures and tables of ``tasks``, and that they agree whichever way the tasks are split."""
    course = {task.id: task_course(task, start, end) for task in tasks}
    measures = _measures(course, start, end)
    tally.totals("tasks", tasks, measures)
    tally.count("tasks.ongoing", "task", tasks, lambda t: int(course[t.id] in ("new", "carried_over")))
    tally.count(
        "tasks.inherited",
        "task",
        tasks,
        lambda t: int(course[t.id] != "past" and not begun_in(t, start, end)),
    )
    total = tally.value("tasks.total")
    by_course = sum(tally.value(f"tasks.{one}") for one in COURSES)
    tally.check(
        "tasks_by_course.total",
        by_course,
        total,
        f"Nhiệm vụ mới, chuyển tiếp, nghiệm thu và dừng cộng lại được {by_course}",
        "tổng số nhiệm vụ",
    )
    for name, title, head, rows, row_of in (
        ("tasks_by_level", "Nhiệm vụ KH&CN theo cấp quản lý", "Cấp", listed("task_level"), choice("level")),
        (
            "tasks_by_type",
            "Nhiệm vụ KH&CN theo loại hình",
            "Loại hình",
            present("task_type", map(choice("type"), tasks)),
            choice("type"),
        ),
        ("tasks_by_field", "Nhiệm vụ KH&CN theo lĩnh vực nghiên cứu", "Lĩnh vực", fields(), field_level_1),
        (
            "tasks_by_gender",
            "Nhiệm vụ KH&CN theo giới tính chủ nhiệm",
            "Giới tính",
            listed("gender"),
            leaders_gender,
        ),
        (
            "tasks_by_status",
            "Nhiệm vụ KH&CN theo tình trạng ghi trong hồ sơ",
            "Tình trạng",
            present("task_status", map(choice("status"), tasks)),
            choice("status"),
        ),
        (
            "tasks_by_source",
            "Nhiệm vụ KH&CN theo nguồn kinh phí chính (nguồn được duyệt nhiều nhất)",
            "Nguồn kinh phí",
            present("funding_source", map(main_source, tasks)),
            main_source,
        ),
    ):
        tally.split(name, title, head, rows, row_of, tasks, measures, "tasks")
    _form_04(tally, tasks, measures)
    _agree(tally)


def _measures(course: Mapping[str, str], start: date, end: date) -> tuple[Measure, ...]:
    def standing(wanted: str) -> Callable[[Record], int]:
        return lambda task: int(course[task.id] == wanted)

    def counted(pick: Callable[[Record], int]) -> Callable[[Record], int]:
        return lambda task: pick(task) if course[task.id] != "past" else 0

    return (
        Measure("total", "Tổng số", "task", counted(one)),
        Measure("new", "Mới trong kỳ", "task", standing("new")),
        Measure("carried_over", "Chuyển tiếp", "task", standing("carried_over")),
        Measure("accepted", "Được nghiệm thu", "task", standing("accepted")),
        Measure("stopped", "Dừng thực hiện", "task", standing("stopped")),
        Measure("applied", "Đã ứng dụng", "task", lambda task: int(is_applied(task, start, end))),
        Measure(
            "women", "Chủ nhiệm là nữ", "task", counted(lambda task: int(leaders_gender(task) == "female"))
        ),
        Measure("planned", "Kinh phí được duyệt (đồng)", "dong", counted(planned)),
    )


def _form_04(tally: Tally, tasks: Sequence[Record], measures: Sequence[Measure]) -> None:
    """Schemes and projects apart, each by level, by field and by source, in the columns of form 04/CS-KHCN."""
    by_key = {measure.key: measure for measure in measures}
    columns = [by_key[key] for key in ("total", "women", "new", "carried_over", "accepted", "applied")]
    table_of = sorted_codes("tasks", "tables")
    apart: dict[str, list[Record]] = {}
    for task in tasks:
        apart.setdefault(table_of.get(str(task.get("type")), UNSORTED), []).append(task)
    split = 0
    for part, label in statistics_labels("tasks", "tables"):
        name, own = f"tasks_04_{part}", apart.get(part, [])
        title = f"{label} (theo biểu 04/CS-KHCN)"
        tally.totals(f"{name}.all", own, columns)
        split += tally.value(f"{name}.all.total")
        everything = [f"{name}.all.{measure.key}" for measure in columns]
        rows: list[Row] = [("all", "Tổng số", everything)]
        for place, (key, head, entries, row_of) in enumerate(_FORM_04_GROUPS, 1):
            found, totals = tally.groups(
                name, f"{title}, {head.lower()}", entries(), row_of, own, columns, f"{name}.all", f"{key}-"
            )
            rows.append((key, f"{place}. {head}", totals))
            rows += [(own_key, f"- {text}", cells) for own_key, text, cells in found]
        tally.table(name, title, "Chỉ tiêu", columns, rows)
    tally.adds_up("tasks_04.total", "Đề tài, đề án, dự án và nhiệm vụ khác", split, "tasks.total")


def _levels() -> list[tuple[str, str]]:
    return [*listed("task_level")[:-1], (UNKNOWN, UNKNOWN_LABEL)]


def _sources() -> list[tuple[str, str]]:
    return statistics_labels("funding", "columns")


_FORM_04_GROUPS: tuple[tuple[str, str, Callable[[], list[tuple[str, str]]], Callable[[Record], str]], ...] = (
    ("level", "Theo cấp quản lý", _levels, choice("level")),
    ("field", "Theo lĩnh vực nghiên cứu", fields, field_level_1),
    ("source", "Theo nguồn kinh phí chính", _sources, lambda task: source_class(main_source(task))),
)


def _agree(tally: Tally) -> None:
    """The same total by level, type, field, source, status and gender."""
    ways = (
        ("tasks_by_level", "cấp"),
        ("tasks_by_type", "loại hình"),
        ("tasks_by_field", "lĩnh vực"),
        ("tasks_by_source", "nguồn kinh phí"),
        ("tasks_by_status", "tình trạng"),
        ("tasks_by_gender", "giới tính chủ nhiệm"),
    )
    sums = {way: sum(tally.value(row["cells"][0]) for row in _own_rows(tally, way)) for way, _ in ways}
    total = tally.value("tasks.total")
    wrong = [(way, text) for way, text in ways if sums[way] != total]
    said = ", ".join(f"theo {text} {sums[way]}" for way, text in ways)
    tally.check(
        "tasks_agree.total",
        sums[wrong[0][0]] if wrong else total,
        total,
        f"Tổng số nhiệm vụ cộng {said}",
        "tổng số",
        ok=not wrong,
        more="; ".join(f"theo {text} không khớp" for _, text in wrong),
    )


def _own_rows(tally: Tally, name: str) -> list[dict[str, Any]]:
    table = next(one for one in tally.tables if one["id"] == name)
    return [row for row in table["rows"] if row["key"] != "total"]
