"""Figures of a report, worked out by hand beside the program's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.domain.periods import parse_period
from stdesk.reports.figures import field_level_1, planned, task_course
from stdesk.reports.snapshot import Snapshot
from tests.reports.samples import PERIOD, publications, record, sample, sessions, tasks


def a_task(number: int = 1, **values: object):  # type: ignore[no-untyped-def]
    return record("research_task", number, {"title": f"Nhiệm vụ {number}", "start": "2026-02", **values})


@pytest.mark.parametrize(
    ("values", "course"),
    [
        ({}, "new"),
        ({"start": "2025-11"}, "carried_over"),
        ({"start": "2025-11", "accepted": "2026-03-01"}, "accepted"),
        ({"accepted": "2026"}, "accepted"),
        ({"accepted": "2027-02"}, "new"),  # planned, not yet so
        ({"stopped": "2026-05"}, "stopped"),
        ({"stopped": "2026-05", "accepted": "2026-04"}, "accepted"),
        ({"status": "stopped"}, "stopped"),
        ({"status": "applied"}, "accepted"),
        ({"start": "2025", "approved": "2026-01"}, "new"),  # approval in the year makes it new
        ({"start": None}, "carried_over"),
    ],
)
def test_where_a_task_stands(values: dict[str, object], course: str) -> None:
    assert task_course(a_task(**values), PERIOD.start, PERIOD.end) == course


def test_tasks_by_level_status_gender_and_money() -> None:
    both = [{"source": "state_budget", "approved": 70, "spent": 30}, {"source": "other", "approved": 5}]
    made = sample(
        a_task(1, level="base", leader=[{"name": "A", "gender": "female"}], funding_total=100),
        a_task(2, level="base", start="2024", leader=[{"name": "B", "gender": "male"}]),
        a_task(3, level="ministry", accepted="2026-06", grade="kha", applied="2026-08", funding=both),
        a_task(4, stopped="2026-07", funding_total=50, funding=[{"source": "state_budget", "approved": 45}]),
    )  # fmt: skip
    expected = {
        "total": 4, "new": 1, "carried_over": 1, "accepted": 1, "stopped": 1, "applied": 1, "women": 1,
        "ongoing": 2, "planned": 100 + 0 + 75 + 50,
    }  # fmt: skip
    assert {name: made.figure(f"tasks.{name}") for name in expected} == expected
    assert made.figure("tasks_by_level.base.total") == 2
    assert made.figure("tasks_by_level.ministry.accepted") == 1
    assert made.figure("tasks_by_level.unknown.total") == 1  # the fourth says no level
    assert made.figure("funding_by_source.state_budget.planned") == 115
    assert made.figure("funding_by_source.unassigned.planned") == 100 + 5
    assert made.figure("funding.spent") == 30
    behind = made.figures["values"]["tasks_by_level.base.total"]["records"]
    assert behind == [made.records["research_task"][0]["id"], made.records["research_task"][1]["id"]]


def test_publications_by_type_department_and_source() -> None:
    def one(number: int, **values: object):  # type: ignore[no-untyped-def]
        return record("publication", number, {"title": "T", "issued": "2026", **values})

    made = sample(
        one(
            1,
            document_type="journal_article",
            department="PC02",
            ownership="own",
            contributors=[{"name": "An"}],
        ),
        one(2, document_type="journal_article", department="pc02", ownership="collected"),
        one(
            3,
            document_type="masters_thesis",
            department="Phòng Đặc biệt",
            contributors=[{"name": "an"}, {"name": "Bình"}],
        ),
        one(4),
    )
    assert made.figure("publications.total") == 4
    assert made.figure("publications_by_type.journal_article.total") == 2
    assert made.figure("publications_by_type.journal_article.own") == 1
    assert made.figure("publications_by_type.unknown.total") == 1
    assert made.figure("publications_by_department.pc02.type-journal_article") == 2
    assert made.figure("theses.total") == 1
    assert made.figure("people.authors") == 2  # An and an are one name


def test_many_types_and_departments_stay_readable() -> None:
    types = [
        "book",
        "monograph",
        "textbook",
        "bulletin",
        "patent",
        "software",
        "database",
        "leaflet",
        "standard",
        "catalogue",
        "other",
    ]
    made = sample(
        *(
            record(
                "publication",
                n + 1,
                {"title": "T", "issued": "2026", "document_type": types[n % 11], "department": f"Đội {n}"},
            )
            for n in range(120)
        )
    )
    table = next(one for one in made.figures["tables"] if one["id"] == "publications_by_department")
    assert len(table["columns"]) <= 10
    assert len(table["rows"]) == 121
    assert all(check["ok"] for check in made.figures["checks"])


def test_deposits_due_done_owed_overdue() -> None:
    thesis = {
        "title": "L",
        "document_type": "masters_thesis",
        "contributors": [{"name": "An"}],
        "issued": "2026",
    }
    made = sample(
        a_task(1, accepted="2026-06-01", grade="kha"),  # 163 days before 11/11
        a_task(2, accepted="2026-11-01", grade="dat"),  # 10 days
        a_task(3, accepted="2026-06-01", grade="khong_dat"),  # failed: nothing to deposit
        a_task(4, accepted="2026-06-01", grade="dat", deposit_state="deposited", deposited="2026-06-20"),
        a_task(5, accepted="2026-06-01", grade="dat", deposit_state="not_required"),
        a_task(6),
        record("publication", 1, {**thesis, "defended": "2026-10-01"}),
        record("publication", 2, {**thesis, "ownership": "collected"}),
        library=[
            a_task(9, start="2024", accepted="2025-05-05", grade="dat"),  # an earlier year's, still owed
            a_task(10, start="2020", accepted="2021", grade="dat"),  # before the Directive
            a_task(11, start="2024", accepted="2025-05", grade="dat", deposit_state="deposited"),
        ],
    )
    shown = {name: made.figure(f"deposits.{name}") for name in ("due", "done", "owed", "overdue")}
    assert shown == {"due": 5, "done": 1, "owed": 4, "overdue": 3}
    assert made.figure("deposits_by_kind.earlier.owed") == 1
    first = next(one for one in made.deposits if one["kind"] == "research_task")
    assert (first["number"], first["since"], first["days"], first["overdue"]) == (1, "2026-06-01", 163, True)


@pytest.mark.parametrize(("setting", "overdue"), [("9", 1), ("10", 0), ("rất lâu", 0), ("", 0)])
def test_the_units_own_number_of_days(setting: str, overdue: int) -> None:
    made = sample(a_task(1, accepted="2026-11-01", grade="dat"), unit={"deposit_days": setting})
    assert made.figure("deposits.overdue") == overdue


def test_training() -> None:
    def one(number: int, **values: object):  # type: ignore[no-untyped-def]
        return record("training_session", number, {"title": "Lớp", "start": "2026-05", **values})

    made = sample(
        one(1, type="training", participants=40, women=10, cost_total=7),
        one(2, type="training", participants=60, women=0, cost=[{"source": "other", "amount": 3}]),
        one(3, type="dissemination", participants=500),
    )
    assert [made.figure(f"training.{k}") for k in ("sessions", "participants", "women", "cost")] == [
        3,
        600,
        10,
        10,
    ]
    assert made.figure("training_by_type.training.participants") == 100
    assert "1 buổi quán triệt" in " ".join(one["text"] for one in made.narrative)


def test_levels_of_the_field_of_research() -> None:
    assert field_level_1(a_task(field_codes=["QD12/2008:50502", "QD12/2008:1"])) == "5"
    assert field_level_1(a_task(field_codes=["QD12/2008:x"])) == "unknown"
    assert planned(a_task(funding=[{"source": "other", "approved": 4}, {"source": "other"}])) == 4


@given(st.integers(0, 60), st.integers(0, 40), st.integers(0, 20), st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_tables_add_up_whatever_the_records(books: int, projects: int, classes: int, seed: int) -> None:
    listed = [*publications(books, seed), *tasks(projects, seed), *sessions(classes, seed)]
    made: Snapshot = sample(*listed, empty=True)
    assert made.figures["checks"]
    assert [one for one in made.figures["checks"] if not one["ok"]] == []
    for table in made.figures["tables"]:
        for place in range(len(table["columns"])):
            if table["rows"] and table["rows"][-1]["key"] == "total" and "diff" not in table["id"]:
                cells = [made.figure(row["cells"][place]) for row in table["rows"]]
                assert sum(cells[:-1]) == cells[-1]


def test_a_half_year_counts_its_own_half() -> None:
    half = parse_period("2026-H1")
    made = sample(a_task(1, accepted="2026-08", grade="dat"), period=half)
    assert made.figure("tasks.accepted") == 0
    assert made.figure("tasks.new") == 1
    assert "6 tháng đầu năm 2026" in made.narrative[0]["text"]
