from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.domain.money import ParsedMoney, parse_count, parse_money, show_money

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        (350_000_000, 350_000_000),
        (1.5e9, 1_500_000_000),
        (0, 0),
        ("0", 0),
        ("1.234.567", 1_234_567),
        ("1,234,567", 1_234_567),
        ("1 234 567", 1_234_567),
        ("1\u00a0234\u00a0567", 1_234_567),
        ("1.234.567,89", 1_234_568),
        ("1,234,567.49", 1_234_567),
        ("1.234.567 đ", 1_234_567),
        ("1.500.000.000đ.", 1_500_000_000),
        ("1.234.567VNĐ", 1_234_567),
        ("VND 1,234,567", 1_234_567),
        ("350 triệu đồng", 350 * MILLION),
        (unicodedata.normalize("NFD", "350 TRIỆU ĐỒNG"), 350 * MILLION),
        ("350tr", 350 * MILLION),
        ("120 tr.đ", 120 * MILLION),
        ("350 (triệu đồng)", 350 * MILLION),
        ("1.200 triệu", 1200 * MILLION),
        ("1500 triệu đồng", 1500 * MILLION),
        ("1,5 tỷ", 1500 * MILLION),
        ("1.5 tỉ", 1500 * MILLION),
        ("0,500 tỷ", 500 * MILLION),
        ("1 tỷ rưỡi", 1500 * MILLION),
        ("2 tỷ 300 triệu", 2300 * MILLION),
        ("2 tỷ 300 triệu 500 nghìn đồng", 2_300_500_000),
        ("500 nghìn", 500_000),
        ("350.000.000 (ba trăm năm mươi triệu) đồng", 350 * MILLION),
        ("350.000.000 đồng (Bằng chữ: ba trăm năm mươi triệu đồng chẵn)", 350 * MILLION),
    ],
)
def test_amounts_as_units_type_them(typed: object, amount: int) -> None:
    assert parse_money(typed) == ParsedMoney(amount)


@pytest.mark.parametrize(
    ("typed", "amount", "doubt"),
    [
        (350, 350, "small"),
        ("350", 350, "small"),
        ("1.5", 2, "no_unit"),
        (1.5, 2, "no_unit"),
        ("1,500 triệu", 1500 * MILLION, "grouping"),
        ("2 tỷ 3", 2300 * MILLION, "shorthand"),
        ("2 tỷ 300", 2300 * MILLION, "shorthand"),
        ("1tr5", 1_500_000, "shorthand"),
        ("khoảng 350 triệu", 350 * MILLION, "approximate"),
    ],
)
def test_doubtful_amounts_say_why(typed: object, amount: int, doubt: str) -> None:
    assert parse_money(typed) == ParsedMoney(amount, doubt)


@pytest.mark.parametrize(
    ("typed", "amount", "doubt"),
    [
        ("350", 350 * MILLION, ""),
        (1200.5, 1_200_500_000, ""),
        ("1.500", 1500 * MILLION, ""),
        ("0,1", 100_000, ""),
        ("350.000.000 đồng", 350 * MILLION, ""),
        ("350 nghìn", 350_000, ""),
        ("350.000.000", 350 * MILLION, "unit_ignored"),
    ],
)
def test_the_headers_unit_holds_for_bare_numbers_only(typed: object, amount: int, doubt: str) -> None:
    assert parse_money(typed, unit=MILLION) == ParsedMoney(amount, doubt)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "không",
        "triệu",
        "đồng",
        "-5",
        "(5)",
        -5,
        -0.5,
        "1.23.456",
        "1.234.56",
        "10.000 USD",
        "100%",
        "1e5",
        "350 - 400 triệu",
        "350 triệu/năm",
        "300 triệu 2 tỷ",
        "9" * 50,
        "1" * 1000,
        10**16,
        "=1+1",
        "350 triệu & thêm",
        None,
        True,
        float("nan"),
        float("inf"),
        [1],
    ],
)
def test_what_is_no_amount_is_none(typed: object) -> None:
    assert parse_money(typed) is None


@given(st.integers(0, 10**15))
def test_what_is_shown_reads_back(amount: int) -> None:
    read = parse_money(show_money(amount))
    assert read is not None
    assert read.value == amount


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(value: str) -> None:
    read = parse_money(value)
    assert read is None or 0 <= read.value <= 10**15
    count = parse_count(value)
    assert count is None or count >= 0


def test_show_money() -> None:
    assert [show_money(n) for n in (0, 999, 1000, 1_234_567)] == ["0", "999", "1.000", "1.234.567"]


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        (47, 47),
        (47.0, 47),
        ("30", 30),
        ("0", 0),
        ("56 đ/c", 56),
        ("102 đ/c.", 102),
        ("47 đồng chí", 47),
        ("khoảng 30 người", 30),
        ("1.200 lượt người", 1200),
        ("47 học viên (07 nữ)", 47),
        ("Tổng số: 47", 47),
    ],
)
def test_counts(typed: object, count: int) -> None:
    assert parse_count(typed) == count


@pytest.mark.parametrize(
    "typed",
    [
        47.5,
        -1,
        "-1",
        "30-40",
        "56/60",
        "chưa rõ",
        "",
        None,
        True,
        float("nan"),
        float("inf"),
        "9" * 20,
        "30 USD",
        "12/12/2026",
    ],
)
def test_what_is_no_count_is_none(typed: object) -> None:
    assert parse_count(typed) is None
