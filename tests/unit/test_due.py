"""What is due and where a task stands: worked out by hand beside the program's answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain import due
from stdesk.domain.dates import last_day
from stdesk.domain.due import StepState, course, dues
from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import Record, State
from tests.helpers.toy import TOY

KINDS = all_kinds()
TASK, PAPER, SESSION = KINDS["research_task"], KINDS["publication"], KINDS["training_session"]
TODAY = date(2026, 11, 2)


def made(kind: Any = TASK, state: State = State.COMPLETE, **values: Any) -> Record:
    return Record("r1", kind.name, 1, 1, state, "thuong", {"title": "Nhiệm vụ", **values})


def told(
    record: Record, kind: Any = TASK, today: date = TODAY, **settings: str
) -> list[tuple[str, str, str, bool]]:
    return [
        (one.what, one.field, one.on.isoformat(), one.overdue) for one in dues(kind, record, today, settings)
    ]


def line(record: Record, today: date = TODAY) -> dict[str, str]:
    return {one.field: str(one.state) for one in course(TASK, record, today).steps}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"start": "2025-02", "end": "2026-06"}, [("end", "end", "2026-06-30", True)]),
        ({"start": "2025-02", "end": "2026"}, [("end", "end", "2026-12-31", False)]),
        (
            {"end": "2026-06", "extended_until": "2026-11-02"},
            [("end", "extended_until", "2026-11-02", False)],
        ),
        ({"end": "2026-06", "unit_accepted": "2026-05"}, [("goal", "accepted", "2026-06-30", True)]),
        ({"end": "2026-06", "status": "completed"}, [("goal", "accepted", "2026-06-30", True)]),
        ({"end": "2026-06", "status": "accepted"}, []),  # said to be accepted, no day to count from
        ({"end": "2026-06", "stopped": "2026-03"}, []),
        ({"end": "2026-06", "status": "stopped"}, []),
        (
            {"accepted": "2026-10-20", "level": "ministry", "grade": "kha"},
            [
                ("deposit", "deposited", "2026-11-19", False),  # 30 days
                ("finalised", "finalised", "2026-12-04", False),  # 45 days
                ("registered", "registered", "2026-12-04", False),
            ],
        ),
        ({"accepted": "2026-10-20", "level": "base", "grade": "khong_dat"}, []),
        (
            {"accepted": "2024-03-01", "level": "base"},  # a year later good order is no longer told
            [("deposit", "deposited", "2024-03-31", True)],
        ),
        ({"accepted": "2022-03-01", "level": "base"}, []),  # before the Directive
        ({"accepted": "2026-10-20", "level": "base", "deposited": "2026-10-25"}, []),
        ({"start": "2027-01-15"}, [("planned", "start", "2027-01-15", False)]),
    ],
)
def test_dues_of_a_task(values: dict[str, Any], expected: list[tuple[str, str, str, bool]]) -> None:
    assert told(made(**values)) == expected


def test_days_of_a_deposit_are_the_rules_own() -> None:
    record = made(accepted="2026-10-20", level="base", finalised="2026-10-30")
    assert told(record, deposit_days="5") == [("deposit", "deposited", "2026-10-25", True)]
    assert told(record, deposit_days="rất lâu") == [("deposit", "deposited", "2026-11-19", False)]


def test_theses_owe_a_copy_after_defence_and_articles_none() -> None:
    thesis = {"document_type": "masters_thesis", "defended": "2026-09-01", "ownership": "own"}
    assert told(made(PAPER, **thesis), PAPER) == [("deposit", "deposited", "2026-10-01", True)]
    assert told(made(PAPER, **thesis, deposit_state="sent"), PAPER) == []
    assert told(made(PAPER, document_type="journal_article", issued="2026-01"), PAPER) == []
    assert told(made(PAPER, State.DRAFT, **thesis), PAPER) == []


def test_sessions_that_begin_and_kinds_without_a_course() -> None:
    assert told(made(SESSION, start="2026-12-05"), SESSION) == [("begins", "start", "2026-12-05", False)]
    assert told(made(SESSION, start="2026-10-05"), SESSION) == []
    award = Record("t", TOY.name, 1, 1, State.COMPLETE, "thuong", {"given": "2026-12"})
    assert told(award, TOY) == [("planned", "given", "2026-12-01", False)]
    assert course(TOY, award, TODAY).steps == ()


def test_trash_is_never_due() -> None:
    assert told(made(TASK, State.TRASHED, end="2020")) == []


def test_the_line_of_a_task_under_way() -> None:
    states = line(made(approved="2025-01", start="2025-02-10", end="2026-12", unit_accepted=None))
    assert states["proposed"] == "skipped" and states["contract"] == "skipped"
    assert states["approved"] == states["start"] == "done"
    assert states["end"] == "next"
    assert {states[name] for name in ("unit_accepted", "accepted", "finalised", "applied")} == {"not_due"}


def test_late_is_said_of_the_step_that_is_late() -> None:
    found = course(TASK, made(start="2025-02", end="2026-06"), TODAY)
    assert found.next_step is not None
    assert (found.next_step.field, found.next_step.state, found.next_step.due) == (
        "end", StepState.LATE, date(2026, 6, 30),
    )  # fmt: skip
    after = made(accepted="2026-03-12", level="ministry", grade="dat")
    states = line(after)
    assert states["accepted"] == "done" and states["deposited"] == "late" and states["registered"] == "late"
    nearest = course(TASK, after, TODAY).next_step
    assert nearest is not None and nearest.field == "deposited"  # 11/04 comes before 26/04


def test_stopped_ends_the_line_with_its_reason() -> None:
    found = course(
        TASK, made(approved="2025-01", stopped="2026-03", stop_reason="Không còn cấp thiết"), TODAY
    )
    assert [one.field for one in found.steps] == ["proposed", "approved", "stopped"]
    assert found.stopped and found.reason == "Không còn cấp thiết" and found.next_step is None


def test_a_failed_task_is_neither_deposited_nor_applied() -> None:
    states = line(made(accepted="2026-03", grade="khong_dat"))
    assert {states[name] for name in ("finalised", "deposited", "registered", "applied")} == {"skipped"}


def test_status_without_a_day_is_taken_at_its_word() -> None:
    states = line(made(status="unit_accepted", start="2025"))
    assert states["unit_accepted"] == states["end"] == "done" and states["accepted"] == "next"


@pytest.mark.parametrize(
    ("now", "filled", "expected"),
    [
        ("in_progress", {"accepted": "2026-10-20"}, "accepted"),
        ("in_progress", {"unit_accepted": "2026-10-20"}, "unit_accepted"),
        ("accepted", {"finalised": "2026-11"}, "finalised"),
        ("applied", {"accepted": "2026-10-20"}, ""),  # never backwards
        ("stopped", {"accepted": "2026-10-20"}, ""),
        ("in_progress", {"accepted": "2026-12-20"}, ""),  # planned
        ("in_progress", {"accepted": "2026-10", "status": "delayed"}, ""),  # said otherwise
        (None, {"grade": "dat"}, ""),
    ],
)
def test_status_follows_the_days(now: str | None, filled: dict[str, Any], expected: str) -> None:
    assert due.advanced_status(TASK, made(status=now), filled, TODAY) == expected


_DAYS = st.dates(date(2023, 11, 1), date(2028, 12, 31))
_PARTIAL = st.builds(lambda day, size: day.isoformat()[:size], _DAYS, st.sampled_from([4, 7, 10]))
_MAYBE = st.none() | _PARTIAL


@given(
    st.fixed_dictionaries({name: _MAYBE for name in (*TASK.milestones, "extended_until", "stopped")}),
    st.sampled_from([None, *TASK.life.reached, "stopped"]),  # type: ignore[union-attr]
    _DAYS,
)
def test_nothing_is_late_before_the_end_of_what_is_written(
    values: dict[str, str | None], status: str | None, today: date
) -> None:
    record = made(
        **{name: value for name, value in values.items() if value}, **({"status": status} if status else {})
    )
    ends = {last_day(value) for value in values.values() if value}
    for one in dues(TASK, record, today):
        assert one.overdue == (one.days < 0) == (one.on < today)
        if one.overdue:
            assert any(end < today and end <= one.on for end in ends)
    found = course(TASK, record, today)
    for step in found.steps:
        if step.state is StepState.LATE:
            assert step.due is not None and step.due < today
    assert sum(step.state is StepState.NEXT for step in found.steps) <= 1
    if found.steps and not found.stopped:
        assert [step.field for step in found.steps] == list(TASK.milestones)


@given(_PARTIAL)
def test_a_planned_end_is_late_from_the_day_after(end: str) -> None:
    record, over = made(start="2023", end=end), last_day(end)
    assert told(record, today=over) == [("end", "end", over.isoformat(), False)]
    assert told(record, today=over + timedelta(days=1)) == [("end", "end", over.isoformat(), True)]
