"""Figures of a report: counted once, when it is frozen, and kept with the records behind them.

Every figure is a sum of whole numbers over records. A table splits the records into rows of
which each record is in exactly one, so the rows must add up to the same total whichever way
they are split; ``checks`` says whether they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from stdesk.domain import codes, dates
from stdesk.domain.kinds.research_task import RESEARCH_TASK
from stdesk.domain.periods import span
from stdesk.domain.records import Record
from stdesk.domain.rules.terms import ACCEPTED_STATUSES, THESES
from stdesk.reports.deposits import Obligation
from stdesk.reports.tally import UNKNOWN, Measure, Tally
from stdesk.text import fold, sort_key

_UNKNOWN_LABEL = "Chưa ghi"
MAX_COLUMNS = 9  # types of publication side by side in the table by department


def compute(
    records: Mapping[str, Sequence[Record]],
    owing: Sequence[tuple[Record, Obligation, bool]],
    *,
    start: date,
    end: date,
    left_out: int,
    explained: int,
) -> dict[str, Any]:
    """Every figure of the report on ``records`` (kind -> records) from ``start`` to ``end``.

    Args:
        owing: record, its deposit, and whether the record is of an earlier period.
        left_out: records kept out for their secrecy.
        explained: findings that pass with a written reason.
    """
    tally = Tally()
    tasks = records.get("research_task", ())
    publications = records.get("publication", ())
    sessions = records.get("training_session", ())
    _tasks(tally, tasks, start, end)
    tasks = [task for task in tasks if task_course(task, start, end) != "past"]
    _funding(tally, tasks)
    _publications(tally, publications)
    _deposits(tally, owing)
    _training(tally, sessions)
    _people(tally, publications, tasks)
    for name, value in (("left_out", left_out), ("explained", explained)):
        tally.values[name] = {"value": value, "unit": "count", "records": []}
    return tally.as_data()


def _one(_record: Record) -> int:
    return 1


def _listed(list_name: str, *, top: bool = False) -> list[tuple[str, str]]:
    entries = codes.code_list(list_name).codes.values()
    rows = [(one.code, one.text.vi) for one in entries if not (top and one.parent)]
    return [*rows, (UNKNOWN, _UNKNOWN_LABEL)]


def _present(list_name: str, found: Iterable[str]) -> list[tuple[str, str]]:
    wanted = set(found)
    return [row for row in _listed(list_name) if row[0] in wanted]


def _choice(name: str) -> Callable[[Record], str]:
    return lambda record: str(record.get(name) or UNKNOWN)


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
    begun = next(
        (record.get(n) for n in ("approved", "contract", "start", "proposed") if record.get(n)), None
    )
    return "new" if begun and dates.overlaps(begun, start, end) else "carried_over"


def is_applied(record: Record, start: date, end: date) -> bool:
    """Whether a task's result came into use in the period."""
    if when := record.get("applied"):
        return dates.overlaps(when, start, end)
    return bool(record.get("status") == "applied")


def planned(record: Record) -> int:
    """The funding approved for a task in đồng: its total, else the sum over its sources."""
    total = record.get("funding_total")
    if total is not None:
        return int(total)
    return sum(int(one.get("approved") or 0) for one in record.get("funding") or ())


def field_level_1(record: Record) -> str:
    """The first digit of a record's first field of research; ``unknown`` without one."""
    for stored in record.get("field_codes") or ():
        code = str(stored).partition(":")[2][:1]
        if code in "123456" and code:
            return code
    return UNKNOWN


def _tasks(tally: Tally, tasks: Sequence[Record], start: date, end: date) -> None:
    course = {task.id: task_course(task, start, end) for task in tasks}

    def standing(wanted: str) -> Callable[[Record], int]:
        return lambda task: int(course[task.id] == wanted)

    def counted(pick: Callable[[Record], int]) -> Callable[[Record], int]:
        return lambda task: pick(task) if course[task.id] != "past" else 0

    measures = (
        Measure("total", "Tổng số", "task", counted(_one)),
        Measure("new", "Mới trong kỳ", "task", standing("new")),
        Measure("carried_over", "Chuyển tiếp", "task", standing("carried_over")),
        Measure("accepted", "Được nghiệm thu", "task", standing("accepted")),
        Measure("stopped", "Dừng thực hiện", "task", standing("stopped")),
        Measure("applied", "Đã ứng dụng", "task", lambda task: int(is_applied(task, start, end))),
        Measure("women", "Chủ nhiệm là nữ", "task", counted(lambda task: int(_gender(task) == "female"))),
        Measure("planned", "Kinh phí được duyệt (đồng)", "dong", counted(planned)),
    )
    tally.totals("tasks", tasks, measures)
    tally.count("tasks.ongoing", "task", tasks, lambda t: int(course[t.id] in ("new", "carried_over")))
    by_course = sum(
        tally.values[f"tasks.{one}"]["value"] for one in ("new", "carried_over", "accepted", "stopped")
    )
    total = tally.values["tasks.total"]["value"]
    tally.checks.append(
        {"id": "tasks_by_course.total", "sum": by_course, "total": total, "ok": by_course == total}
    )
    fields = [(row, text) for row, text in _listed("field_of_research", top=True) if len(row) == 1]
    fields.append((UNKNOWN, "Chưa phân loại"))
    for name, title, head, rows, row_of in (
        ("tasks_by_level", "Nhiệm vụ KH&CN theo cấp quản lý", "Cấp", _listed("task_level"), _choice("level")),
        (
            "tasks_by_type",
            "Nhiệm vụ KH&CN theo loại hình",
            "Loại hình",
            _present("task_type", map(_choice("type"), tasks)),
            _choice("type"),
        ),
        ("tasks_by_field", "Nhiệm vụ KH&CN theo lĩnh vực nghiên cứu", "Lĩnh vực", fields, field_level_1),
        (
            "tasks_by_gender",
            "Nhiệm vụ KH&CN theo giới tính chủ nhiệm",
            "Giới tính",
            _listed("gender"),
            _gender,
        ),
    ):
        tally.split(name, title, head, rows, row_of, tasks, measures, "tasks")


def _gender(task: Record) -> str:
    leaders: Sequence[Mapping[str, Any]] = task.get("leader") or ({},)
    return str(leaders[0].get("gender") or UNKNOWN)


def _funding(tally: Tally, tasks: Sequence[Record]) -> None:
    """Funding by source; what a task's total holds beyond its sources stands in a row of its own."""

    def of(source: str, part: str) -> Callable[[Record], int]:
        return lambda task: sum(
            int(one.get(part) or 0)
            for one in task.get("funding") or ()
            if str(one.get("source") or UNKNOWN) == source
        )

    def sourced(task: Record) -> int:
        return sum(int(one.get("approved") or 0) for one in task.get("funding") or ())

    def spent(task: Record) -> int:
        return sum(int(one.get("spent") or 0) for one in task.get("funding") or ())

    tally.count("funding.planned", "dong", tasks, planned)
    tally.count("funding.spent", "dong", tasks, spent)
    found = {str(one.get("source") or UNKNOWN) for task in tasks for one in task.get("funding") or ()}
    rows = [
        (key, text, tasks, _sums(of(key, "approved"), of(key, "spent")))
        for key, text in _present("funding_source", found)
    ]
    if any(planned(task) != sourced(task) for task in tasks):
        rest = _sums(lambda task: planned(task) - sourced(task), lambda _task: 0)
        rows.append(("unassigned", "Chưa phân theo nguồn", tasks, rest))
    tally.rows(
        "funding_by_source",
        "Kinh phí nhiệm vụ KH&CN theo nguồn (đồng)",
        "Nguồn kinh phí",
        rows,
        ("funding.planned", "funding.spent"),
    )


def _sums(approved: Callable[[Record], int], spent: Callable[[Record], int]) -> tuple[Measure, ...]:
    return (
        Measure("planned", "Được duyệt", "dong", approved),
        Measure("spent", "Đã chi", "dong", spent),
    )


def _publications(tally: Tally, publications: Sequence[Record]) -> None:
    def owned(wanted: str) -> Callable[[Record], int]:
        return lambda one: int((one.get("ownership") or UNKNOWN) == wanted)

    measures = [
        Measure("total", "Tổng số", "publication", _one),
        Measure("own", "Của đơn vị", "publication", owned("own")),
        Measure("collected", "Thu thập, bổ sung", "publication", owned("collected")),
    ]
    if not all(one.get("ownership") for one in publications):
        measures.append(Measure(UNKNOWN, "Chưa ghi nguồn", "publication", owned(UNKNOWN)))
    type_of = _choice("document_type")
    types = _present("document_type", map(type_of, publications))
    tally.totals("publications", publications, measures)
    tally.split(
        "publications_by_type",
        "Ấn phẩm, tài liệu theo loại",
        "Loại tài liệu",
        types,
        type_of,
        publications,
        measures,
        "publications",
    )
    if not any(type_of(one) == "bulletin" for one in publications):
        tally.values["publications_by_type.bulletin.total"] = {
            "value": 0,
            "unit": "publication",
            "records": [],
        }
    _by_department(tally, publications, types)
    theses = [one for one in publications if one.get("document_type") in THESES]
    tally.totals("theses", theses, measures)
    tally.split(
        "theses_by_type",
        "Luận văn, luận án, khóa luận",
        "Loại",
        _present("document_type", map(type_of, theses)),
        type_of,
        theses,
        measures,
        "theses",
    )


def _by_department(tally: Tally, publications: Sequence[Record], types: Sequence[tuple[str, str]]) -> None:
    """Departments down, types across; the rarest types share a column when there are many."""
    type_of = _choice("document_type")
    frequency: dict[str, int] = dict.fromkeys((key for key, _ in types), 0)
    for one in publications:
        frequency[type_of(one)] = frequency.get(type_of(one), 0) + 1
    ranked = sorted(frequency, key=lambda key: -frequency[key])
    shown = set(ranked if len(ranked) <= MAX_COLUMNS else ranked[: MAX_COLUMNS - 1])

    def is_type(wanted: str) -> Callable[[Record], int]:
        return lambda one: int(type_of(one) == wanted)

    measures = [Measure("total", "Tổng số", "publication", _one)]
    measures += [
        Measure(f"type-{key}", text, "publication", is_type(key)) for key, text in types if key in shown
    ]
    if len(shown) < len(ranked):
        measures.append(
            Measure("type-rest", "Loại khác", "publication", lambda one: int(type_of(one) not in shown))
        )
    names: dict[str, str] = {}
    for one in publications:
        if name := str(one.get("department") or ""):
            names.setdefault(fold(name), name)
    rows = [(key, names[key]) for key in sorted(names, key=lambda key: sort_key(names[key]))]
    tally.totals("publications", publications, measures)
    tally.split(
        "publications_by_department",
        "Ấn phẩm, tài liệu theo đơn vị và loại",
        "Đơn vị",
        [*rows, (UNKNOWN, _UNKNOWN_LABEL)],
        lambda one: fold(str(one.get("department") or "")) or UNKNOWN,
        publications,
        measures,
        "publications",
    )


def _deposits(tally: Tally, owing: Sequence[tuple[Record, Obligation, bool]]) -> None:
    duty = {record.id: one for record, one, _ in owing}
    measures = (
        Measure("due", "Phải nộp", "deposit", _one),
        Measure("done", "Đã nộp", "deposit", lambda one: int(duty[one.id].done)),
        Measure("owed", "Chưa nộp", "deposit", lambda one: int(not duty[one.id].done)),
        Measure("overdue", "Trong đó quá hạn nhắc", "deposit", lambda one: int(duty[one.id].overdue)),
    )
    group = {
        record.id: "earlier" if earlier else "task" if record.kind == "research_task" else "thesis"
        for record, _, earlier in owing
    }
    records = [record for record, _, _ in owing]
    tally.totals("deposits", records, measures)
    tally.split(
        "deposits_by_kind",
        "Nộp lưu cho V04",
        "Đối tượng",
        [
            ("task", "Nhiệm vụ nghiệm thu trong kỳ"),
            ("thesis", "Luận văn, luận án trong kỳ"),
            ("earlier", "Còn nợ từ kỳ trước"),
        ],
        lambda record: group[record.id],
        records,
        measures,
        "deposits",
    )


def _training(tally: Tally, sessions: Sequence[Record]) -> None:
    def amount(name: str) -> Callable[[Record], int]:
        return lambda one: int(one.get(name) or 0)

    def cost(one: Record) -> int:
        total = one.get("cost_total")
        return (
            int(total) if total is not None else sum(int(c.get("amount") or 0) for c in one.get("cost") or ())
        )

    measures = (
        Measure("sessions", "Số lớp", "session", _one),
        Measure("participants", "Lượt người", "person", amount("participants")),
        Measure("women", "Trong đó nữ", "person", amount("women")),
        Measure("own_unit", "Của đơn vị", "person", amount("own_unit")),
        Measure("cost", "Kinh phí (đồng)", "dong", cost),
    )
    tally.totals("training", sessions, measures)
    tally.split(
        "training_by_type",
        "Đào tạo, tập huấn, bồi dưỡng",
        "Hình thức",
        _listed("training_type"),
        _choice("type"),
        sessions,
        measures,
        "training",
    )


def _people(tally: Tally, publications: Sequence[Record], tasks: Sequence[Record]) -> None:
    """Distinct names as written; two people of one name count once, since only the name is known."""
    for key, records, fields in (
        ("authors", publications, ("contributors",)),
        ("leaders", tasks, ("leader",)),
        ("researchers", tasks, ("leader", "members")),
    ):
        seen: set[str] = set()
        behind = []
        for record in records:
            names = {fold(str(one.get("name", ""))) for name in fields for one in record.get(name) or ()} - {
                ""
            }
            if names:
                seen |= names
                behind.append(record.id)
        tally.values[f"people.{key}"] = {"value": len(seen), "unit": "person", "records": behind}
