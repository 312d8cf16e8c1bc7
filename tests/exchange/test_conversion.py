"""Cells to values: what is understood, what is doubtful, what is kept as text."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain.kinds import all_kinds
from stdesk.domain.people import split_people
from stdesk.domain.records import canonical_values
from stdesk.exchange.cells import Column, Reading
from stdesk.exchange.conversion import converter
from stdesk.exchange.mapping import targets_of
from stdesk.exchange.people_cells import read_people
from stdesk.exchange.vocabulary import MEN, NUMBER_COLUMN, OWN_ID, SECRECY

KINDS = all_kinds()
TODAY = date(2026, 11, 22)


def read(kind: str, target: str, cell: Any, header: str = "Cột", **about: Any) -> Reading:
    return converter(KINDS[kind], target, Column(header, **about), today=TODAY)(cell)


@pytest.mark.parametrize(
    ("kind", "target", "cell", "value"),
    [
        ("publication", "issue", "Số 12/2026", "12/2026"),
        ("publication", "issue", "số: 3", "3"),
        ("publication", "issue", 7, "7"),
        ("publication", "issue", 7.0, "7"),
        ("publication", "issue", date(2026, 3, 1), "3/2026"),
        ("publication", "pages", "Trang 5-9", "5-9"),
        ("publication", "pages", "120 trang", "120 trang"),
        ("publication", "title", "  Hai \n dòng ", "Hai dòng"),
        ("publication", "keywords", "ma túy; tội phạm, ma túy", ("ma túy", "tội phạm")),
        ("publication", "indexing", "Scopus Q1; ESCI", ("scopus_q1", "esci")),
        ("publication", "field_codes", "50502; 505", ("QD12/2008:50502", "QD12/2008:505")),
        ("training_session", "participants", "56 đ/c", 56),
        ("training_session", "participants", "1.200", 1200),
        ("training_session", "hours", "16,5", 16.5),
        ("training_session", "women", 0, 0),
        ("research_task", "level", "cơ sở", "base"),
        ("research_task", "funding_total", "1,5 tỷ", 1_500_000_000),
        ("research_task", "accepted", 2008, "2008"),
        ("research_task", "deposit_state", "x", "deposited"),
        ("research_task", "deposit_state", True, "deposited"),
        ("research_task", "deposit_state", "12/3/2026", "deposited"),
    ],
)
def test_understood(kind: str, target: str, cell: Any, value: Any) -> None:
    found = read(kind, target, cell)
    assert found.values[target] == value
    assert type(found.values[target]) is type(value)
    assert found.reasons == ()


@pytest.mark.parametrize(
    ("kind", "target", "cell"),
    [
        ("publication", "issued", "sắp đăng"),
        ("publication", "document_type", "Bia đá"),
        ("training_session", "participants", "đông lắm"),
        ("training_session", "participants", date(2026, 1, 5)),
        ("research_task", "funding_total", "chưa duyệt"),
        ("research_task", "status", "sếp đang xem"),
        ("research_task", "start..end", "mùa mưa"),
        ("research_task", "deposit_state", "để ở tủ"),
        ("research_task", "funding.state_budget", "một ít"),
        ("research_task", "leader", "Lê An; Lê Bình"),
        ("publication", "indexing", "Scopus; hạng lạ"),
    ],
)
def test_not_understood_is_kept_and_asks_for_a_look(kind: str, target: str, cell: Any) -> None:
    found = read(kind, target, cell, header="Tên cột")
    shown = cell if isinstance(cell, str) else "05/01/2026"
    assert shown in found.note
    assert any(reason.look for reason in found.reasons)
    for reason in found.reasons:
        assert "Tên cột" in reason.text
        assert shown in reason.text


@pytest.mark.parametrize("cell", ["-", "–", "…", "...", "", " / ", None])
def test_marks_for_nothing_are_nothing(cell: Any) -> None:
    for target in ("title", "issued", "contributors", "document_type", ""):
        assert read("publication", target, cell) == Reading()


def test_harmless_doubts_keep_the_wording_without_asking() -> None:
    for target, cell in (
        ("start", "khoảng tháng 3/2025"),
        ("start", "Quý I/2025"),
        ("funding_total", "khoảng 350 triệu"),
    ):
        found = read("research_task", target, cell)
        assert cell in found.note
        assert found.reasons
        assert not any(reason.look for reason in found.reasons)
        assert target in found.values


def test_a_deposit_with_its_day_and_a_duration_without_days() -> None:
    found = read("research_task", "deposit_state", "Đã nộp ngày 5/3/2026")
    assert dict(found.values) == {"deposit_state": "deposited", "deposited": "2026-03-05"}
    lasting = read("research_task", "start..end", "24 tháng")
    assert (dict(lasting.values), lasting.reasons) == ({}, ())
    assert "24 tháng" in lasting.note


def test_dates_and_place_of_a_course_in_one_cell() -> None:
    found = read("training_session", "start..end", "từ 12/3 đến 14/3/2026, tại Hội trường CAT")
    assert dict(found.values) == {"start": "2026-03-12", "end": "2026-03-14", "place": "Hội trường CAT"}


def test_grades_keep_their_wording_even_unknown() -> None:
    assert dict(read("research_task", "grade", "XS").values) == {"grade": "xuat_sac", "grade_written": "XS"}
    odd = read("research_task", "grade", "Tốt vừa")
    assert dict(odd.values) == {"grade_written": "Tốt vừa"}
    assert odd.reasons[0].look


def test_unit_of_money_applies_to_bare_numbers_only() -> None:
    for cell, dong in (
        (350, 350_000_000),
        ("1.200", 1_200_000_000),
        ("2 tỷ", 2_000_000_000),
        ("5.000 đồng", 5000),
    ):
        assert read("research_task", "funding_total", cell, unit=1_000_000).values["funding_total"] == dong


def test_identifiers_by_shape() -> None:
    both = read("publication", "issn", "ISSN: 1859-4794; ISBN: 978-604-98-1234-5")
    assert dict(both.values) == {"issn": "1859-4794", "isbn": "9786049812345"}
    assert dict(read("publication", "isbn", "0866-7519").values) == {"issn": "0866-7519"}
    assert dict(read("publication", "issn", "18594-79").values) == {"issn": "18594-79"}
    word = read("publication", "issn", "đang xin cấp")
    assert (dict(word.values), word.note) == ({}, "Cột: đang xin cấp")


def test_roles_of_people() -> None:
    found = read("publication", "contributors", "Đại tá, PGS.TS Nguyễn Văn A (chủ biên); Trần Thị B và Lê C")
    assert found.values["contributors"] == (
        {"name": "Nguyễn Văn A", "role": "chief_editor", "rank": "colonel",
         "academic_title": "associate_professor", "degree": "doctor"},
        {"name": "Trần Thị B"},
        {"name": "Lê C"},
    )  # fmt: skip
    named = read("publication", "contributors", "Lê An", header="Chủ biên")
    assert named.values["contributors"] == ({"name": "Lê An", "role": "chief_editor"},)
    assert "và cộng sự" in read("publication", "contributors", "Lê An và cộng sự").note


_BITS = (
    "Đại tá|Thượng úy|, |; | và |\n|ThS |PGS.TS |TS. |Nguyễn|Văn|A|Trần|Thị|Bình|Hà|Nội|Phòng|Tham mưu|Công|"
    "an|Lê|Mai|Bà|Ông|đồng chí|CN|cs|Trưởng phòng|Vương|(chủ biên)|1.| |. "
)


def test_the_quick_way_of_reading_people_gives_what_the_slow_one_does() -> None:
    chance = random.Random(5)
    bits = _BITS.split("|")
    for _ in range(3000):
        text = " ".join(chance.choice(bits) for _ in range(chance.randint(1, 9)))
        assert read_people(text) == split_people(text), text


_CELLS = st.one_of(
    st.text(max_size=60),
    st.integers(-10, 10**15),
    st.floats(allow_nan=True),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        ["12/25/2025", "350 triệu", "Cấp bộ", "ISSN 1859-4794", "Lê A; Lê B", "=1+1", "@x", "5-7/3/2026"]
    ),
)


@given(cell=_CELLS, data=st.data())
def test_any_cell_in_any_column_gives_canonical_values_or_a_note(cell: Any, data: Any) -> None:
    kind = data.draw(st.sampled_from(list(KINDS)), label="kind")
    targets = ["", *sorted(targets_of(kind) - {MEN, NUMBER_COLUMN, OWN_ID, SECRECY})]
    target = data.draw(st.sampled_from(targets), label="target")
    found = read(kind.name, target, cell)
    assert canonical_values(kind, found.values) == dict(found.values)
    assert all(reason.text != reason.code for reason in found.reasons)
