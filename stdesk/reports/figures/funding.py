"""Funding: by source as the unit names it, and in the columns of form 03/CS-KHCN."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stdesk.domain.records import Record
from stdesk.reports.figures.common import (
    UNSORTED,
    choice,
    listed,
    present,
    sorted_codes,
    statistics_labels,
)
from stdesk.reports.tally import TOTAL, UNKNOWN, Measure, Row, Tally
from stdesk.reports.words import number

_NAMED = 12  # records a sentence names


def planned(record: Record) -> int:
    """The funding approved for a task in đồng: its total, else the sum over its sources."""
    total = record.get("funding_total")
    return int(total) if total is not None else sourced(record)


def sourced(record: Record) -> int:
    """What of a task's approved funding stands beside a source, in đồng."""
    return sum(int(one.get("approved") or 0) for one in record.get("funding") or ())


def spent(record: Record) -> int:
    """What was spent on a task, in đồng."""
    return sum(int(one.get("spent") or 0) for one in record.get("funding") or ())


def cost(record: Record) -> int:
    """The cost of a training session in đồng: its total, else the sum over its sources."""
    total = record.get("cost_total")
    if total is not None:
        return int(total)
    return sum(int(one.get("amount") or 0) for one in record.get("cost") or ())


def main_source(record: Record) -> str:
    """The source that gives a task most; of equal ones the first named, ``unknown`` without any."""
    sums: dict[str, int] = {}
    for one in record.get("funding") or ():
        source = str(one.get("source") or UNKNOWN)
        sums[source] = sums.get(source, 0) + int(one.get("approved") or 0)
    return max(sums, key=lambda source: sums[source]) if sums else UNKNOWN


def source_class(source: str) -> str:
    """The column of form 03/CS-KHCN a source stands in."""
    return sorted_codes("funding", "columns").get(source, UNSORTED)


def count_funding(tally: Tally, tasks: Sequence[Record], sessions: Sequence[Record]) -> None:
    """Funding of ``tasks`` by source, and that of tasks and ``sessions`` in the columns of form 03/CS-KHCN."""
    tally.count("funding.planned", "dong", tasks, planned)
    tally.count("funding.spent", "dong", tasks, spent)
    _by_source(tally, tasks)
    _sources_agree(tally, tasks)
    levels = listed("task_level")
    approved = _columns(planned, "funding", "approved")
    title = "Kinh phí được duyệt của nhiệm vụ KH&CN (theo cột của biểu 03/CS-KHCN, đồng)"
    tally.totals("funding_03.all", tasks, approved)
    tally.split("funding_03", title, "Nội dung", levels, choice("level"), tasks, approved, "funding_03.all")
    _across(tally, "funding_03.all", approved, title)
    _form_03_spent(tally, tasks, sessions)


def _by_source(tally: Tally, tasks: Sequence[Record]) -> None:
    """By source; what a task's total holds beyond its sources stands in a row of its own."""

    def of(source: str, part: str) -> Callable[[Record], int]:
        return lambda task: sum(
            int(one.get(part) or 0)
            for one in task.get("funding") or ()
            if str(one.get("source") or UNKNOWN) == source
        )

    found = {str(one.get("source") or UNKNOWN) for task in tasks for one in task.get("funding") or ()}
    rows = [
        (key, text, tasks, _sums(of(key, "approved"), of(key, "spent")))
        for key, text in present("funding_source", found)
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


def _sums(approved: Callable[[Record], int], paid: Callable[[Record], int]) -> tuple[Measure, ...]:
    return (
        Measure("planned", "Được duyệt", "dong", approved),
        Measure("spent", "Đã chi", "dong", paid),
    )


def _sources_agree(tally: Tally, tasks: Sequence[Record]) -> None:
    """What the sources of a task add up to against its total, where it names both."""
    named = [task for task in tasks if sourced(task)]
    by_source, total = sum(map(sourced, named)), sum(map(planned, named))
    wrong = [task for task in named if sourced(task) != planned(task)]
    tally.check(
        "funding_sources.planned",
        by_source,
        total,
        f"Kinh phí theo nguồn của các nhiệm vụ có ghi nguồn cộng lại được {number(by_source)} đồng",
        "tổng kinh phí được duyệt của các nhiệm vụ đó",
        ok=not wrong,
        records=(task.id for task in wrong),
        more=named_records(wrong),
    )


def named_records(records: Sequence[Record], noun: str = "nhiệm vụ") -> str:
    """``nhiệm vụ số 3 “Tên”; …``, not more than a sentence bears."""
    shown = [f"số {one.number} “{_short(str(one.get('title') or '…'))}”" for one in records[:_NAMED]]
    more = f" và {number(len(records) - _NAMED)} {noun} khác" if len(records) > _NAMED else ""
    return f"{noun} {'; '.join(shown)}{more}" if shown else ""


def _short(title: str, length: int = 70) -> str:
    return title if len(title) <= length else f"{title[: length - 1].rstrip()}…"


def _columns(whole: Callable[[Record], int], rows: str, part: str) -> list[Measure]:
    """The columns of form 03/CS-KHCN over the field ``rows``; what no source accounts for comes last."""

    def of(wanted: str) -> Callable[[Record], int]:
        return lambda record: sum(
            int(one.get(part) or 0)
            for one in record.get(rows) or ()
            if source_class(str(one.get("source") or UNKNOWN)) == wanted
        )

    *known, (rest, rest_label) = statistics_labels("funding", "columns")
    picks = [of(key) for key, _ in known]
    measures = [Measure("total", "Tổng số", "dong", whole)]
    measures += [Measure(key, label, "dong", pick) for (key, label), pick in zip(known, picks, strict=True)]
    unsorted = Measure(
        rest, rest_label, "dong", lambda record: whole(record) - sum(pick(record) for pick in picks)
    )
    return [*measures, unsorted]


def _form_03_spent(tally: Tally, tasks: Sequence[Record], sessions: Sequence[Record]) -> None:
    """What was spent: tasks by level, then training."""
    title = "Chi cho nhiệm vụ KH&CN và đào tạo, tập huấn (theo cột của biểu 03/CS-KHCN, đồng)"
    columns = _columns(spent, "funding", "spent")
    training = _columns(cost, "cost", "amount")
    rows: list[Row] = []
    for key, text, records, measures in (
        ("tasks", "Thực hiện nhiệm vụ KH&CN", tasks, columns),
        ("training", "Đào tạo, tập huấn, bồi dưỡng", sessions, training),
    ):
        tally.totals(f"funding_03_spent.{key}", records, measures)
        rows.append((key, text, [f"funding_03_spent.{key}.{one.key}" for one in measures]))
    by_level, _ = tally.groups(
        "funding_03_spent",
        title,
        listed("task_level"),
        choice("level"),
        tasks,
        columns,
        "funding_03_spent.tasks",
        "level-",
    )
    rows[1:1] = [(key, f"- {text}", cells) for key, text, cells in by_level]
    totals = []
    for column in columns:
        parts = [tally.values[f"funding_03_spent.{part}.{column.key}"] for part in ("tasks", "training")]
        behind = [record for part in parts for record in part["records"]]
        name = f"funding_03_spent.all.{column.key}"
        tally.put(name, "dong", sum(part["value"] for part in parts), behind)
        totals.append(name)
    rows.append(("whole", "Tổng số", totals))
    tally.table("funding_03_spent", title, "Nội dung", columns, rows)
    _across(tally, "funding_03_spent.all", columns, title)


def _across(tally: Tally, prefix: str, columns: Sequence[Measure], title: str) -> None:
    """The columns of a form 03 beside each other add up to the first."""
    added = sum(tally.value(f"{prefix}.{one.key}") for one in columns[1:])
    said = f"{title}: các cột theo nguồn cộng lại được {number(added)}"
    tally.check(f"{prefix}.across", added, tally.value(f"{prefix}.{TOTAL}"), said, "tổng số")
