"""Accepting, depositing and carrying over: one record for a whole life, nothing counts twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stdesk.clock import fixed_clock
from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.services.desk import Desk

TASK = "research_task"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = fixed_clock(datetime(2026, 12, 28, 3, tzinfo=UTC))
    with Desk.create(
        tmp_path / "kho", unit_code="CM", unit_name="Công an tỉnh Cà Mau", clock=clock
    ) as opened:
        yield opened


def add(desk: Desk, title: str, **values: Any) -> str:
    return desk.catalogue.save(TASK, {"title": title, **values}).record.id


def figures(desk: Desk, year: int) -> dict[str, int]:
    made = desk.reporting.draft(parse_period(str(year)))
    names = ("total", "new", "carried_over", "accepted", "stopped", "applied", "planned")
    return {name: made.figure(f"tasks.{name}") for name in names}


def test_a_carried_task_counts_once_in_each_year_and_as_new_only_once(desk: Desk) -> None:
    task = add(desk, "Nhận dạng vết", approved="2026-02-10", start="2026-03", end="2026-12", status="in_progress",
               funding_total=300)  # fmt: skip
    add(desk, "Nghiệm thu đúng hạn", start="2026-01", end="2026-10", accepted="2026-10-20", funding_total=50)
    before = figures(desk, 2026)
    assert before == {
        "total": 2, "new": 1, "carried_over": 0, "accepted": 1, "stopped": 0, "applied": 0, "planned": 350,
    }  # fmt: skip
    changes = desk.courses.carry_over(TASK, [task], 2026, "2027-06-30")
    assert (changes.label, changes.params["n"], changes.ids) == ("carried_over", 1, frozenset({task}))
    assert desk.catalogue.count(TASK) == 2  # extended, not copied
    assert figures(desk, 2026) == before
    assert figures(desk, 2027) == {
        "total": 1, "new": 0, "carried_over": 1, "accepted": 0, "stopped": 0, "applied": 0, "planned": 300,
    }  # fmt: skip
    carried = desk.catalogue.record(task)
    assert carried.get("extended_until") == "2027-06-30" and carried.get("status") == "extended"
    assert carried.get("notes") == "Chuyển tiếp sang năm 2027, gia hạn đến 30/06/2027."
    assert carried.get("end") == "2026-12"  # what was agreed stays
    desk.catalogue.undo()
    assert "extended_until" not in desk.catalogue.record(task).values


def test_carrying_over_twice_changes_nothing_the_second_time(desk: Desk) -> None:
    task = add(desk, "Đề tài", start="2025-03", end="2026-12", notes="Ghi chú cũ")
    desk.courses.carry_over(TASK, [task], 2026, "2027-06")
    version = desk.catalogue.record(task).version
    again = desk.courses.carry_over(TASK, [task], 2026, "2027-06")
    assert not again.action and desk.catalogue.record(task).version == version
    assert (
        desk.catalogue.record(task).get("notes")
        == "Ghi chú cũ\nChuyển tiếp sang năm 2027, gia hạn đến 06/2027."
    )


def test_funding_of_the_new_year_is_added_beside_the_old(desk: Desk) -> None:
    task = add(
        desk, "Đề tài", start="2025", funding=[{"source": "state_budget", "year": 2026, "approved": 70}]
    )
    desk.courses.carry_over(TASK, [task], 2026, "2027", {"source": "state_budget", "approved": 40})
    rows = desk.catalogue.record(task).get("funding")
    assert [(row["year"], row["approved"]) for row in rows] == [(2026, 70), (2027, 40)]


def test_unfinished_lists_what_goes_on_and_nothing_else(desk: Desk) -> None:
    add(desk, "Sang năm mới bắt đầu", start="2027-02")
    add(desk, "Đã nghiệm thu", start="2025", accepted="2026-05")
    add(desk, "Đã dừng", start="2025", stopped="2026-05")
    add(desk, "Nói là đã nghiệm thu", start="2025", status="accepted")
    add(desk, "Không hạn", start="2025")
    add(desk, "Hạn dài", start="2025", end="2028-06")
    add(desk, "Quá hạn", start="2025", end="2026-06")
    add(desk, "Hội đồng đã hẹn", start="2025", end="2026-12", accepted="2027-01-15")
    gone = add(desk, "Trong thùng rác", start="2025")
    desk.catalogue.trash([gone])
    found = desk.courses.unfinished(TASK, 2026)
    assert [one.get("title") for one in found] == ["Quá hạn", "Hội đồng đã hẹn", "Hạn dài", "Không hạn"]
    assert desk.courses.unfinished("publication", 2026) == []


def test_a_new_end_before_the_new_year_is_refused_whole(desk: Desk) -> None:
    task = add(desk, "Đề tài", start="2025", end="2026-06")
    with pytest.raises(UserError) as refused:
        desk.courses.carry_over(TASK, [task], 2026, "2026-11")
    assert refused.value.code == "carried_too_short" and "2027" in str(refused.value)
    assert desk.catalogue.record(task).version == 1


def test_without_a_new_end_the_task_keeps_its_own(desk: Desk) -> None:
    task = add(desk, "Nhiều năm", start="2025", end="2028", status="in_progress")
    desk.courses.carry_over(TASK, [task], 2026, "")
    record = desk.catalogue.record(task)
    assert record.get("status") == "in_progress" and "extended_until" not in record.values
    assert record.get("notes") == "Chuyển tiếp sang năm 2027."


def test_what_is_applied_this_year_is_reported_as_applied_and_not_as_accepted(desk: Desk) -> None:
    old = add(desk, "Nghiệm thu năm 2024", start="2022", end="2024", accepted="2024-05-10", grade="kha",
              applied="2026-04", funding_total=900, leader=[{"name": "An"}], level="base")  # fmt: skip
    add(desk, "Đang làm", approved="2026-02", level="base", leader=[{"name": "Bình"}])
    assert figures(desk, 2026) == {
        "total": 1, "new": 1, "carried_over": 0, "accepted": 0, "stopped": 0, "applied": 1, "planned": 0,
    }  # fmt: skip
    made = desk.reporting.draft(parse_period("2026"))
    assert made.figures["values"]["tasks.applied"]["records"] == [old]
    assert made.figure("tasks_by_level.base.total") == 1 and made.figure("tasks_by_level.base.applied") == 1
    assert made.figure("people.leaders") == 1 and made.figure("funding.planned") == 0
    assert all(check["ok"] for check in made.figures["checks"])
    assert made.figure("deposits.due") == 1 and made.figure("deposits_by_kind.earlier.due") == 1
    assert figures(desk, 2025)["applied"] == 0 and figures(desk, 2025)["total"] == 0
    assert figures(desk, 2024)["accepted"] == 1 and figures(desk, 2024)["applied"] == 0


def test_a_copy_handed_over_in_an_earlier_year_is_not_counted_again(desk: Desk) -> None:
    add(
        desk,
        "Cũ",
        start="2022",
        accepted="2024-05",
        applied="2026-04",
        deposit_state="deposited",
        deposited="2024-06",
    )
    assert desk.reporting.draft(parse_period("2026")).figure("deposits.due") == 0


def test_acceptance_fills_several_tasks_in_one_act(desk: Desk) -> None:
    ids = [add(desk, f"Đề tài {n}", start="2025-03", status="in_progress") for n in range(3)]
    values = {"accepted": "2026-12-20", "grade": "kha", "grade_written": "Loại Khá", "finalised": None}
    seen = desk.courses.preview(TASK, ids, values)
    assert [dict(one.after) for one in seen] == [
        {"accepted": "2026-12-20", "grade": "kha", "grade_written": "Loại Khá", "status": "accepted"}
    ] * 3
    assert str(seen[0].deposit_due) == "2027-01-19"  # 30 days
    assert desk.catalogue.record(ids[0]).version == 1  # looked at, not written
    changes = desk.courses.accept(TASK, ids, values)
    assert changes.ids == frozenset(ids) and changes.label == "accepted_tasks"
    assert all(desk.catalogue.record(one).get("status") == "accepted" for one in ids)
    desk.catalogue.undo()
    assert all(desk.catalogue.record(one).get("status") == "in_progress" for one in ids)


def test_one_bad_value_writes_nothing(desk: Desk) -> None:
    ids = [add(desk, "Đề tài", start="2025-03")]
    with pytest.raises(UserError):
        desk.courses.accept(TASK, ids, {"accepted": "2026-02-31", "grade": "kha"})
    assert "grade" not in desk.catalogue.record(ids[0]).values


def test_deposit_by_its_day_alone_and_for_any_kind_that_has_one(desk: Desk) -> None:
    thesis = desk.catalogue.save(
        "publication", {"title": "Luận văn", "document_type": "masters_thesis", "defended": "2026-09"}
    ).record.id
    changes = desk.courses.deposit(
        "publication", [thesis], {"deposited": "2026-12-01", "deposit_reference": "CV 12"}
    )
    record = desk.catalogue.record(thesis)
    assert record.get("deposit_state") == "deposited" and record.get("deposit_reference") == "CV 12"
    assert changes.params["title"] == "Luận văn"
    assert not desk.courses.deposit(
        "publication", [thesis], {"deposited": "2026-12-01"}
    ).action  # nothing differs
