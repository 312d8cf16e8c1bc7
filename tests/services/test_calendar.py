"""The calendar of a library: complete, in order, and right again after every act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from stdesk.clock import fixed_clock
from stdesk.domain.due import dues
from stdesk.domain.periods import parse_period
from stdesk.domain.records import State
from stdesk.progress import Cancelled, Progress
from stdesk.services.desk import Desk
from stdesk.services.sample import sample_workbook
from tests.helpers.prepared import write_narrative

NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "kho", unit_code="CM", unit_name="Công an tỉnh Cà Mau", clock=fixed_clock(NOW)
    ) as opened:
        yield opened


def test_reports_are_due_before_the_fifteenth_and_at_the_half_year(desk: Desk) -> None:
    found = [(one.period, one.on.isoformat(), one.overdue) for one in desk.calendar.reports()]
    assert found == [
        ("2026", "2026-11-14", False), ("2027-H1", "2027-06-20", False), ("2027", "2027-11-14", False),
    ]  # fmt: skip
    assert desk.calendar.coming(1)[0].period == "2026"
    assert desk.calendar.coming(1)[0].text == "Hạn nộp báo cáo"


def test_a_frozen_report_is_due_no_more_and_a_trial_is_no_report(desk: Desk) -> None:
    desk.catalogue.save("publication", {"title": "Bài"})
    period = parse_period("2026")
    desk.reporting.freeze(period, trial=True)
    assert desk.calendar.reports()[0].period == "2026"
    desk.catalogue.save("training_session", {"title": "Lớp", "start": "2026-03"})
    write_narrative(desk, period)
    desk.readiness.explain(
        period, "Có lý do", *[f for f in desk.readiness.check(period).open if f.severity != "block"]
    )
    if not desk.readiness.check(period).blocked:
        desk.reporting.freeze(period)
        assert desk.calendar.reports()[0].period == "2027-H1"


def test_what_is_overdue_comes_first_and_a_span_by_day(desk: Desk) -> None:
    save = desk.catalogue.save
    save("research_task", {"title": "Quá hạn", "start": "2025", "end": "2026-06"})
    save("research_task", {"title": "Tháng này", "start": "2025", "end": "2026-11-20"})
    save("training_session", {"title": "Lớp tháng mười hai", "start": "2026-12-05"})
    save("publication", {"title": "Luận án", "document_type": "doctoral_thesis", "defended": "2026-10-20"})
    titles = [one.title for one in desk.calendar.everything()]
    assert titles[:5] == ["Quá hạn", "năm 2026", "Luận án", "Tháng này", "Lớp tháng mười hai"]
    assert [one.title for one in desk.calendar.overdue()] == ["Quá hạn"]
    november = desk.calendar.between(date(2026, 11, 1), date(2026, 11, 30))
    assert [(one.on.day, one.title) for one in november] == [
        (14, "năm 2026"),
        (19, "Luận án"),
        (20, "Tháng này"),
    ]


def test_it_is_right_again_after_an_act_its_undo_and_another_setting(desk: Desk) -> None:
    task = desk.catalogue.save(
        "research_task", {"title": "T", "start": "2025", "accepted": "2026-10-20"}
    ).record.id
    assert {one.what for one in desk.calendar.everything() if one.record} == {
        "deposit",
        "finalised",
        "registered",
    }
    desk.courses.deposit("research_task", [task], {"deposited": "2026-10-30"})
    assert "deposit" not in {one.what for one in desk.calendar.everything()}
    desk.catalogue.undo()
    assert "deposit" in {one.what for one in desk.calendar.everything()}
    desk.set_unit(deposit_days="5")
    assert [one.what for one in desk.calendar.overdue()] == ["deposit"]
    desk.catalogue.trash([task])
    assert not [one for one in desk.calendar.everything() if one.record]


def test_nothing_secret_is_told(desk: Desk) -> None:
    desk.catalogue.save("training_session", {"start": "2026-12-05"}, secrecy="mat", state=State.DRAFT)
    assert not [one for one in desk.calendar.everything() if one.record]


def test_the_indexes_find_all_that_reading_everything_finds(desk: Desk) -> None:
    desk.intake.take(desk.intake.preview(sample_workbook()))
    desk.catalogue.save("research_task", {"title": "Hẹn", "start": "2026-12", "accepted": "2027-03-01"})
    today, wanted = desk.today(), set()
    for kind in desk.kinds:
        for number in range(1, desk.catalogue.count(kind.name) + 1):
            record = desk.catalogue.record(f"{kind.name}/{number}")
            wanted |= {(record.id, one.what, one.on) for one in dues(kind, record, today)}
    found = {(one.record, one.what, one.on) for one in desk.calendar.everything() if one.record}
    assert found == wanted and len(found) > 20


def test_it_stops_when_asked(desk: Desk) -> None:
    desk.catalogue.save("research_task", {"title": "T", "start": "2025"})
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.calendar.everything(progress)
    assert desk.calendar.everything()  # asked again it answers
