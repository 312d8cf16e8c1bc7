"""Deposits with the central agency: due, done, still owed."""

from __future__ import annotations

from collections.abc import Sequence

from stdesk.domain.records import Record
from stdesk.reports.deposits import Obligation
from stdesk.reports.figures.common import one
from stdesk.reports.tally import Measure, Tally
from stdesk.reports.words import number

Owing = Sequence[tuple[Record, Obligation, bool]]
"""Record, its deposit, and whether the record is of an earlier period."""


def count_deposits(tally: Tally, owing: Owing) -> None:
    """The figures of ``owing``, by what is owed."""
    duty = {record.id: one for record, one, _ in owing}
    measures = (
        Measure("due", "Phải nộp", "deposit", one),
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
    added = tally.value("deposits.done") + tally.value("deposits.owed")
    said = f"Nộp lưu: đã nộp và chưa nộp cộng lại được {number(added)}"
    tally.check("deposits.across", added, tally.value("deposits.due"), said, "số phải nộp")
