"""Tables of figures worked out by hand: statistical forms, people, a plan, several years, what is printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record
from stdesk.reports.annexes import Table, build_annexes
from stdesk.reports.figures import named
from stdesk.reports.forms import read_form
from stdesk.reports.prepared import Prepared
from stdesk.reports.snapshot import Snapshot
from tests.reports.samples import KINDS, record, sample


def a_task(number: int, **values: Any) -> Record:
    return record("research_task", number, {"title": f"Nhiệm vụ {number}", "start": "2026-02", **values})


def a_book(number: int, **values: Any) -> Record:
    return record("publication", number, {"title": f"Sách {number}", "issued": "2026", **values})


def table(made: Snapshot, name: str) -> dict[str, list[int]]:
    found = next(one for one in made.figures["tables"] if one["id"] == name)
    return {row["label"]: [made.figure(cell) for cell in row["cells"]] for row in found["rows"]}


def printed(made: Snapshot) -> dict[str, Table]:
    blocks = build_annexes(made, KINDS, read_form(made.form), "")[0].blocks
    return {one.title: one for one in blocks if isinstance(one, Table)}


def test_form_04_tells_schemes_from_projects_by_level_field_and_main_source() -> None:
    women = [{"name": "Bà A", "gender": "female"}]
    made = sample(
        a_task(1, type="research_project", level="base", leader=women, field_codes=["QD12/2008:50502"],
               funding=[{"source": "local_budget", "approved": 60}, {"source": "enterprise", "approved": 40}]),
        a_task(2, type="scientific_scheme", level="ministry", start="2025",
               funding=[{"source": "ministry", "approved": 5}]),
        a_task(3, type="trial_production", level="base", accepted="2026-05", applied="2026-06", grade="kha",
               funding=[{"source": "state_budget", "approved": 9}]),
        a_task(4, type="initiative", level="base"),
        a_task(5, type="st_project", start="2024", accepted="2025-01", applied="2026-03"),  # applied, nothing else
    )  # fmt: skip
    research = table(made, "tasks_04_research")  # total, women, new, carried over, accepted, applied
    assert research["Tổng số"] == research["1. Theo cấp quản lý"] == [2, 1, 1, 1, 0, 0]
    assert research["- Cấp cơ sở"] == research["- Khoa học xã hội"] == [1, 1, 1, 0, 0, 0]
    assert research["- NSNN địa phương"] == [1, 1, 1, 0, 0, 0]  # 60 of 100 is local money
    assert research["- NSNN trung ương"] == [1, 0, 0, 1, 0, 0]
    assert table(made, "tasks_04_project")["Tổng số"] == [1, 0, 0, 0, 1, 2]
    rows = next(one for one in made.figures["tables"] if one["id"] == "tasks_04_project")["rows"]
    sources = {row["key"]: made.figure(row["cells"][0]) for row in rows if row["key"].startswith("source-")}
    assert sources["source-unsorted"] == 1  # "ngân sách nhà nước" says neither central nor local
    assert table(made, "tasks_04_unsorted")["Tổng số"] == [1, 0, 1, 0, 0, 0]
    assert made.figure("tasks.total") == 4 and made.figure("tasks.applied") == 2


def test_form_03_puts_what_no_source_accounts_for_into_the_last_column() -> None:
    spent = [
        {"source": "central_budget", "approved": 100, "spent": 80},
        {"source": "foreign", "approved": 7, "spent": 7},
        {"approved": 3, "spent": 1},
    ]
    made = sample(
        a_task(1, level="ministry", funding=spent, funding_total=150),
        a_task(2, level="base", funding=[{"source": "self_raised", "approved": 20}]),
        record("training_session", 1, {"title": "Lớp", "start": "2026-03", "type": "training", "participants": 9,
               "cost_total": 30, "cost": [{"source": "local_budget", "amount": 25}]}),
    )  # fmt: skip
    planned = table(made, "funding_03")  # total, central, local, outside, foreign, rest
    assert planned["Cấp bộ"] == [150, 100, 0, 0, 7, 43]
    assert planned["Tổng số"] == [170, 100, 0, 20, 7, 43]
    paid = table(made, "funding_03_spent")
    assert paid["Thực hiện nhiệm vụ KH&CN"] == paid["- Cấp bộ"] == [88, 80, 0, 0, 7, 1]
    assert paid["Đào tạo, tập huấn, bồi dưỡng"] == [30, 0, 25, 0, 0, 5]
    assert paid["Tổng số"] == [118, 80, 25, 0, 7, 6]


def test_publications_type_against_field_and_department_against_field() -> None:
    made = sample(
        a_book(1, document_type="book", department="PC02", field_codes=["QD12/2008:102"]),
        a_book(2, document_type="book", department="pc02", field_codes=["QD12/2008:505", "QD12/2008:101"]),
        a_book(
            3, document_type="software", origin="foreign", indexing=["national_list", "scopus_q1", "esci"]
        ),
    )
    assert table(made, "publications_by_type_and_field")["Sách"] == [2, 1, 0, 0, 0, 1, 0, 0]
    assert table(made, "publications_by_department_and_field")["PC02"] == [2, 1, 0, 0, 0, 1, 0, 0]
    assert table(made, "publications_by_origin")["Ngoài nước"][0] == 1
    assert table(made, "publications_by_indexing")["WoS ESCI"][0] == 1  # the highest it is in
    assert "Scopus Q1" not in table(made, "publications_by_indexing")


def test_people_count_once_with_their_highest_degree() -> None:
    an = {"name": "Đỗ Văn An", "gender": "male"}
    made = sample(
        a_book(1, contributors=[{**an, "degree": "master"}, {"name": "Lê B", "gender": "female"}]),
        a_book(2, contributors=[{"name": "ĐỖ VĂN AN", "degree": "doctor", "academic_title": "professor"}]),
        a_task(1, leader=[{"name": "Lê B", "gender": "female", "degree": "doctor"}], members=[an]),
    )
    assert table(made, "people_by_degree") == {
        "Tiến sĩ": [1, 1, 1],
        "Chưa ghi": [1, 0, 1],
        "Tổng số": [2, 1, 2],
    }
    assert table(made, "people_by_gender") == {"Nam": [1, 0, 1], "Nữ": [1, 1, 1], "Tổng số": [2, 1, 2]}
    assert table(made, "people_by_title")["Giáo sư"] == [1, 0, 0]
    behind = made.figures["values"]["people_by_degree.doctor.authors"]["records"]
    assert behind == [one["id"] for one in made.records["publication"]]


def test_a_plan_says_what_the_year_begins_with_and_what_falls_due_in_it() -> None:
    made = sample(
        a_task(1, level="base", start="2025", end="2027-06"),
        a_task(2, level="base", start="2025", end="2026-11", extended_until="2027-12"),
        a_task(3, level="ministry", start="2025", end="2026-09"),  # should have ended before
        a_task(4, level="base", start="2027-03", end="2029"),
        a_task(5, start="2025", status="accepted"),  # done, only its day is not written
        period=parse_period("2027-KH"),
        library=[a_task(9, start="2024", accepted="2026-05", grade="kha")],
    )
    assert table(made, "plan_by_level")["Cấp cơ sở"] == [3, 2, 1, 2, 0]
    assert table(made, "plan_by_level")["Tổng số"] == [4, 3, 1, 2, 1]
    work = table(made, "plan_work")
    assert work["Nhiệm vụ phải nghiệm thu (đến hạn trong năm và quá hạn)"] == [3]
    assert work["Công trình còn phải nộp lưu cho V04 đến nay"] == [2]  # the ninth, and the fifth
    assert work["Nhiệm vụ phải nộp lưu sau khi nghiệm thu"] == [3]
    assert all(check["ok"] for check in made.figures["checks"])


def test_a_summary_counts_year_by_year() -> None:
    made = sample(
        a_task(1, start="2021-05", accepted="2023-02", grade="kha", applied="2024",
               funding=[{"source": "ministry", "year": 2022, "approved": 8}, {"source": "ministry", "approved": 1}]),
        a_task(2, start="2020", end="2022", stopped="2022-06"),
        a_book(1, issued="2021"), a_book(2, issued="2025-12-31"),
        record("training_session", 1, {"title": "Lớp", "start": "2023-12-30", "end": "2024-01-02", "participants": 5}),
        period=parse_period("2021-2025"),
    )  # fmt: skip
    years = table(made, "years")
    # publications, tasks, new, accepted, stopped, applied, sessions, people, funding
    assert years["Năm 2021"] == [1, 2, 1, 0, 0, 0, 0, 0, 0]
    assert years["Năm 2022"] == [0, 2, 0, 0, 1, 0, 0, 0, 8]
    assert years["Năm 2023"] == [0, 1, 0, 1, 0, 0, 1, 5, 0]
    assert years["Năm 2024"] == [0, 0, 0, 0, 0, 1, 1, 5, 0]
    assert years["Năm 2025"] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert years["Cả giai đoạn"] == [2, 2, 0, 1, 1, 1, 1, 5, 8]  # begun and accepted within it: accepted
    assert "Số liệu theo từng năm" in printed(made)


def test_what_says_nothing_stays_out_and_the_headline_never_does() -> None:
    made = sample(a_book(1, document_type="book"))
    titles = set(printed(made))
    assert {"Số liệu chính", "Ấn phẩm, tài liệu theo loại"} <= titles
    assert not [one for one in titles if "lĩnh vực" in one or "Kinh phí" in one or "Nhiệm vụ" in one]
    assert printed(sample(empty=True)).keys() == {"Số liệu chính"}
    assert all(row[1] == 0 for row in printed(sample(empty=True))["Số liệu chính"].rows)


@pytest.mark.parametrize(
    ("code", "head"), [("2026", "Ước thực hiện đến 31/12/2026"), ("2027-KH", "Chỉ tiêu kế hoạch")]
)
def test_expected_numbers_have_a_column_of_their_own(code: str, head: str) -> None:
    expected = {"publications.total": 40, "tasks_by_level.ministry.total": 3, "people.authors": 0}
    made = sample(
        a_book(1, document_type="book"), period=parse_period(code), prepared=Prepared(estimates=expected)
    )
    main = printed(made)["Số liệu chính"]
    assert [column.label for column in main.columns] == ["Chỉ tiêu", "Trong kỳ", head]
    said = {str(row[0]): row[-1] for row in main.rows}
    assert said["Ấn phẩm, tài liệu khoa học và công nghệ"] == 40 and said["Tác giả"] == 0
    assert said.get("Lượt người học", "") == ""  # a plan says nothing of what it does not plan
    levels = printed(made)["Nhiệm vụ KH&CN theo cấp quản lý"]  # all zeros, but a number is expected
    assert {str(row[0]): row[-1] for row in levels.rows}["Cấp bộ"] == 3
    by_type = printed(made)["Ấn phẩm, tài liệu theo loại"]  # the same total again: the headline has it
    assert head not in [column.label for column in by_type.columns]


def test_every_figure_of_a_table_has_a_name_in_words() -> None:
    made = sample()
    names = named(made.figures)
    cells = {name for one in made.figures["tables"] for row in one["rows"] for name in row["cells"]}
    assert set(names) == cells
    assert names["tasks_04_research.level-base.total"].row == "Theo cấp quản lý: Cấp cơ sở"
    assert names["tasks.total"].label == "Số liệu chính: Nhiệm vụ khoa học và công nghệ"
    assert (
        names["tasks_by_level.base.new"].label == "Nhiệm vụ KH&CN theo cấp quản lý: Cấp cơ sở - Mới trong kỳ"
    )


def test_an_old_snapshot_without_the_new_tables_is_still_printed() -> None:
    made = sample()
    old = [one for one in made.figures["tables"] if one["id"] in ("tasks_by_level", "training_by_type")]
    checks = [
        {k: v for k, v in one.items() if k in ("id", "sum", "total", "ok")} for one in made.figures["checks"]
    ]
    plain = replace(made, figures={**made.figures, "tables": old, "checks": checks}, version=1)
    assert "Nhiệm vụ KH&CN theo cấp quản lý" in printed(plain)
